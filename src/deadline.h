/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * deadline — the limits in time: wall clock (--time), CPU time of the whole tree (--cpu-time) and
 * the grace after the first signal. Tells when to look again and what has run out.
 *
 * The clock is CLOCK_MONOTONIC: no clock change touches it, and time asleep does not count. A timer
 * of the kernel sends SIGCONT at the next deadline, so that a limit that is stopped (Ctrl-Z, kill
 * -STOP) wakes up to end the tree in time.
 *
 * Sources: timer_create(2), signal(7); cgroup-v2.rst, "CPU" (cpu.stat counts the whole tree, in every
 * group, since Linux 4.15); cgroup-v1/cpuacct.rst; sched-bwc.rst.
 */
#ifndef LIMIT_DEADLINE_H
#define LIMIT_DEADLINE_H

#include <time.h>

#include "node.h"
#include "spec.h"

enum expiry {
	EXPIRY_NONE,
	EXPIRY_TIME,
	EXPIRY_CPU_TIME,
	EXPIRY_GRACE,
};

/* How fast the tree can use up CPU time. */
struct cpu_supply {
	unsigned cpus;
	uint64_t quota_us; /* per period, 0: no limit */
	uint64_t burst_us; /* saved up at most, on top of it */
	uint64_t period_us;
};

struct deadline {
	const struct node *node;
	struct cpu_supply supply;
	uint64_t time_at_us;     /* UINT64_MAX here and below: none */
	uint64_t cpu_limit_us;   /* CPU time */
	uint64_t cpu_look_at_us; /* it cannot be used up earlier */
	uint64_t grace_at_us;
	bool has_alarm;
	timer_t alarm;
};

/*
 * Can the CPU time of the node be read? Returns 0, or -1 with *f set: there is neither a v2 cpu.stat
 * nor v1's cpuacct.
 */
int deadline_can_count_cpu(const struct node *node, struct fault *f);

void deadline_init(struct deadline *deadline, const struct spec *spec, const struct node *node,
	uint64_t started_at_us);

/* What has run out by now. */
enum expiry deadline_check(struct deadline *deadline);

/* The first signal was sent: from here on only the grace counts. */
void deadline_start_grace(struct deadline *deadline, uint64_t grace_us);

/* Nothing runs out any more. */
void deadline_clear(struct deadline *deadline);

/* How long ppoll() may sleep, at most most_us; NULL: for ever. */
const struct timespec *deadline_timeout(const struct deadline *deadline, uint64_t most_us,
	struct timespec *timeout);

void deadline_release(struct deadline *deadline);

/*
 * The earliest that left_us of CPU time can be used up, from now: what all CPUs can do, and what
 * the quota lets them, a period's share at its very end and the next at its beginning. Not less than
 * what keeps the number of looks bounded. Pure.
 */
uint64_t deadline_cpu_wait_us(const struct cpu_supply *supply, uint64_t left_us);

#endif
