/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "deadline.h"

#include <errno.h>
#include <signal.h>

#include "monotonic.h"
#include "usage.h"

/* The overshoot that the shortest pause between two looks may cause, of all CPUs together. */
#define LOOK_CPU_US 6000
#define LOOK_SHORTEST_US 100

uint64_t deadline_cpu_wait_us(const struct cpu_supply *supply, uint64_t left_us)
{
	const unsigned cpus = supply->cpus ? supply->cpus : 1;
	const uint64_t at_once_us = 2 * supply->quota_us + supply->burst_us;
	uint64_t wait_us = left_us / cpus;
	uint64_t shortest_us = LOOK_CPU_US / cpus;

	if (supply->quota_us && left_us > at_once_us) {
		uint64_t periods = (left_us - at_once_us) / supply->quota_us;
		uint64_t by_quota_us = periods * supply->period_us;

		if (by_quota_us > wait_us)
			wait_us = by_quota_us;
	}
	if (shortest_us < LOOK_SHORTEST_US)
		shortest_us = LOOK_SHORTEST_US;
	return wait_us > shortest_us ? wait_us : shortest_us;
}

int deadline_can_count_cpu(const struct node *node, struct fault *f)
{
	if (usage_read_cpu_us(node).known)
		return 0;
	fault_set(f, 0, "cannot enforce --cpu-time: no control group here counts CPU time");
	return fault_hint(f, "mount -t cgroup -o cpuacct none /sys/fs/cgroup/cpuacct");
}

static uint64_t earliest(const struct deadline *deadline)
{
	uint64_t at_us = deadline->time_at_us;

	if (deadline->cpu_look_at_us < at_us)
		at_us = deadline->cpu_look_at_us;
	return deadline->grace_at_us < at_us ? deadline->grace_at_us : at_us;
}

/* SIGCONT wakes a stopped process however it is blocked. */
static void set_alarm(struct deadline *deadline)
{
	uint64_t at_us = earliest(deadline);
	struct itimerspec when = { 0 };

	if (!deadline->has_alarm)
		return;
	if (at_us != UINT64_MAX) {
		when.it_value.tv_sec = (time_t)(at_us / 1000000);
		when.it_value.tv_nsec = (long)(at_us % 1000000 * 1000);
	}
	timer_settime(deadline->alarm, TIMER_ABSTIME, &when, NULL);
}

/* When to look at the CPU time again; true: it is used up. If it cannot be read, look later. */
static bool look_at_cpu(struct deadline *deadline, uint64_t now_us)
{
	struct reading used_us = usage_read_cpu_us(deadline->node);

	if (used_us.known && used_us.value >= deadline->cpu_limit_us)
		return true;
	deadline->cpu_look_at_us =
		now_us + deadline_cpu_wait_us(&deadline->supply,
				 deadline->cpu_limit_us - (used_us.known ? used_us.value : 0));
	return false;
}

void deadline_init(struct deadline *deadline, const struct spec *spec, const struct node *node,
	uint64_t started_at_us)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCONT };

	*deadline = (struct deadline){
		.node = node,
		.time_at_us = UINT64_MAX,
		.cpu_limit_us = UINT64_MAX,
		.cpu_look_at_us = UINT64_MAX,
		.grace_at_us = UINT64_MAX,
	};
	if (spec->time_us.kind == QUANTITY_NUMBER)
		deadline->time_at_us = started_at_us + spec->time_us.value;
	if (spec->cpu_time_us.kind == QUANTITY_NUMBER) {
		long cpus = sysconf(_SC_NPROCESSORS_ONLN);

		deadline->supply = (struct cpu_supply){
			.cpus = cpus > 0 ? (unsigned)cpus : 1,
			.quota_us = node->plan->cpu_quota_us,
			.burst_us = node->plan->cpu_burst_us,
			.period_us = node->plan->cpu_period_us,
		};
		deadline->cpu_limit_us = spec->cpu_time_us.value;
		look_at_cpu(deadline, started_at_us);
	}
	if (earliest(deadline) == UINT64_MAX)
		return;
	deadline->has_alarm = timer_create(CLOCK_MONOTONIC, &event, &deadline->alarm) == 0;
	set_alarm(deadline);
}

enum expiry deadline_check(struct deadline *deadline)
{
	uint64_t now_us;

	if (earliest(deadline) == UINT64_MAX)
		return EXPIRY_NONE;
	now_us = monotonic_us();
	if (now_us >= deadline->grace_at_us)
		return EXPIRY_GRACE;
	if (now_us >= deadline->time_at_us)
		return EXPIRY_TIME;
	if (now_us >= deadline->cpu_look_at_us) {
		if (look_at_cpu(deadline, now_us))
			return EXPIRY_CPU_TIME;
		set_alarm(deadline);
	}
	return EXPIRY_NONE;
}

void deadline_clear(struct deadline *deadline)
{
	deadline->time_at_us = UINT64_MAX;
	deadline->cpu_look_at_us = UINT64_MAX;
	deadline->grace_at_us = UINT64_MAX;
	set_alarm(deadline);
}

void deadline_start_grace(struct deadline *deadline, uint64_t grace_us)
{
	struct sigevent event = { .sigev_notify = SIGEV_SIGNAL, .sigev_signo = SIGCONT };

	deadline->time_at_us = UINT64_MAX;
	deadline->cpu_look_at_us = UINT64_MAX;
	deadline->grace_at_us = monotonic_us() + grace_us;
	if (!deadline->has_alarm)
		deadline->has_alarm = timer_create(CLOCK_MONOTONIC, &event, &deadline->alarm) == 0;
	set_alarm(deadline);
}

const struct timespec *deadline_timeout(const struct deadline *deadline, uint64_t most_us,
	struct timespec *timeout)
{
	uint64_t at_us = earliest(deadline);
	uint64_t left_us = most_us;

	if (at_us != UINT64_MAX) {
		uint64_t now_us = monotonic_us();
		uint64_t until_us = at_us > now_us ? at_us - now_us : 0;

		if (until_us < left_us)
			left_us = until_us;
	}
	if (left_us == UINT64_MAX)
		return NULL;
	timeout->tv_sec = (time_t)(left_us / 1000000);
	timeout->tv_nsec = (long)(left_us % 1000000 * 1000);
	return timeout;
}

void deadline_release(struct deadline *deadline)
{
	if (deadline->has_alarm)
		timer_delete(deadline->alarm);
	deadline->has_alarm = false;
}
