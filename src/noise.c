/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "noise.h"

#include <inttypes.h>
#include <stdarg.h>
#include <sys/resource.h>

#include "files.h"
#include "kernel_text.h"
#include "monotonic.h"

#define OTHERS_WORTH_TELLING 0.05
#define STEAL_WORTH_TELLING 0.01

/* The kernel counts busy time by ticks: less than a few of them is nothing. */
#define BUSY_WORTH_TELLING_US 100000

static const char *const resource_names[NOISE_RESOURCES] = { "cpu", "memory", "io" };

/* 'cpu  USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL GUEST GUEST_NICE' in ticks; guests are in USER. */
static void read_stat(struct noise_counters *counters, int root_fd)
{
	_cleanup_free_ char *text = file_slurp_at(root_fd, "/proc/stat");
	const char *cursor = text;
	uint64_t ticks[8];
	long hertz = sysconf(_SC_CLK_TCK);

	if (!text || strncmp(text, "cpu ", 4) != 0 || hertz <= 0)
		return;
	cursor += 4;
	for (size_t i = 0; i < ARRAY_SIZE(ticks); i++) {
		cursor += strspn(cursor, " ");
		if (!scan_u64(&cursor, &ticks[i]))
			return;
	}
	counters->busy_us =
		(struct reading){ true, (ticks[0] + ticks[1] + ticks[2] + ticks[5] + ticks[6]) *
						1000000 / (uint64_t)hertz };
	counters->stolen_us = (struct reading){ true, ticks[7] * 1000000 / (uint64_t)hertz };
}

static void read_vmstat(struct noise_counters *counters, int root_fd)
{
	_cleanup_free_ char *text = file_slurp_at(root_fd, "/proc/vmstat");
	uint64_t in, out;

	counters->swapped.known =
		text && keyed_u64(text, "pswpin", &in) && keyed_u64(text, "pswpout", &out);
	if (counters->swapped.known)
		counters->swapped.value = in + out;
}

static uint64_t cpu_us_of(int who)
{
	struct rusage usage;

	if (getrusage(who, &usage) < 0)
		return 0;
	return (uint64_t)(usage.ru_utime.tv_sec + usage.ru_stime.tv_sec) * 1000000 +
	       (uint64_t)(usage.ru_utime.tv_usec + usage.ru_stime.tv_usec);
}

void noise_read(struct noise_counters *counters, int root_fd)
{
	*counters = (struct noise_counters){ .at_us = monotonic_us() };
	read_stat(counters, root_fd);
	read_vmstat(counters, root_fd);
	for (unsigned i = 0; i < NOISE_RESOURCES; i++) {
		_cleanup_free_ char *path = text_format("/proc/pressure/%s", resource_names[i]);
		char text[512];

		if (file_read_at(root_fd, path, text, sizeof(text)) >= 0)
			counters->pressure_us[i] = usage_parse_pressure(text);
	}
	counters->limit_us = cpu_us_of(RUSAGE_SELF) + cpu_us_of(RUSAGE_CHILDREN);
}

void noise_begin(struct noise *noise, int root_fd)
{
	*noise = (struct noise){ .own_pressure_known = true };
	machine_read(&noise->machine, root_fd);
	noise_read(&noise->before, root_fd);
}

void noise_count_own(struct noise *noise, const struct usage *usage)
{
	const struct reading pressure[NOISE_RESOURCES] = {
		[NOISE_CPU] = usage->pressure_cpu_us,
		[NOISE_MEMORY] = usage->pressure_memory_us,
		[NOISE_IO] = usage->pressure_io_us,
	};

	noise->own_cpu_us += usage->cpu_usage_us.value;
	for (unsigned i = 0; i < NOISE_RESOURCES; i++) {
		noise->own_pressure_us[i] += pressure[i].value;
		noise->own_pressure_known &= pressure[i].known;
	}
}

void noise_end(struct noise *noise, int root_fd)
{
	noise_read(&noise->after, root_fd);
}

/* By how much a counter rose; 0 if it is not known. */
static uint64_t rise(struct reading before, struct reading after)
{
	return before.known && after.known && after.value > before.value
		       ? after.value - before.value
		       : 0;
}

static uint64_t less(uint64_t all, uint64_t part)
{
	return all > part ? all - part : 0;
}

static void add(struct noise_findings *findings, const char *code, const char *remedy,
	const char *fmt, ...) PRINTF_LIKE(4, 5);

static void add(struct noise_findings *findings, const char *code, const char *remedy,
	const char *fmt, ...)
{
	struct noise_finding *finding = &findings->list[findings->count];
	va_list args;

	if (findings->count == NOISE_FINDINGS_MAX)
		return;
	findings->count++;
	finding->code = code;
	finding->remedy = remedy;
	va_start(args, fmt);
	vsnprintf(finding->text, sizeof(finding->text), fmt, args);
	va_end(args);
}

static void find_clock(const struct machine *machine, struct noise_findings *findings)
{
	if (machine->governor[0] && strcmp(machine->governor, "performance") != 0)
		add(findings, "governor", "cpupower frequency-set -g performance",
			"the frequency governor is %s", machine->governor);
	if (machine->turbo == MACHINE_ON)
		add(findings, "turbo",
			"echo 0 >/sys/devices/system/cpu/cpufreq/boost, or 1 to intel_pstate/no_turbo",
			"turbo is on: the clock depends on heat and load");
	if (machine->smt == MACHINE_ON)
		add(findings, "smt",
			"echo off >/sys/devices/system/cpu/smt/control, or --cpus one of each core",
			"SMT is on: two CPUs share a core");
}

/* What the tree of limit used is in its nodes' counters and, if it was waited for, in limit's own. */
static void find_others(const struct noise *noise, struct noise_findings *findings)
{
	double wall_us = (double)less(noise->after.at_us, noise->before.at_us);
	double all_us = wall_us * (double)noise->machine.cpus;
	uint64_t limit_us = less(noise->after.limit_us, noise->before.limit_us);
	uint64_t own_us = limit_us > noise->own_cpu_us ? limit_us : noise->own_cpu_us;
	uint64_t others_us = less(rise(noise->before.busy_us, noise->after.busy_us), own_us);
	uint64_t stolen_us = rise(noise->before.stolen_us, noise->after.stolen_us);

	if (all_us <= 0)
		return;
	if (others_us > BUSY_WORTH_TELLING_US && (double)others_us > all_us * OTHERS_WORTH_TELLING)
		add(findings, "others", "stop what else runs, or --cpus to keep away from it",
			"other processes used %.0f %% of the CPUs",
			100.0 * (double)others_us / all_us);
	if (stolen_us > BUSY_WORTH_TELLING_US && (double)stolen_us > all_us * STEAL_WORTH_TELLING)
		add(findings, "steal", NULL,
			"the hypervisor gave %.0f %% of the CPUs to other guests",
			100.0 * (double)stolen_us / all_us);
}

/* Waiting of the runs themselves, for their own budget too, is the machine's as well. */
static void find_pressure(const struct noise *noise, struct noise_findings *findings)
{
	static const char *const codes[NOISE_RESOURCES] = { "pressure-cpu", "pressure-memory",
		"pressure-io" };
	double wall_us = (double)less(noise->after.at_us, noise->before.at_us);

	for (unsigned i = 0; i < NOISE_RESOURCES && noise->own_pressure_known; i++) {
		double others_us = (double)less(rise(noise->before.pressure_us[i],
							noise->after.pressure_us[i]),
			noise->own_pressure_us[i]);

		if (wall_us > 0 && others_us > BUSY_WORTH_TELLING_US &&
			others_us > wall_us * OTHERS_WORTH_TELLING)
			add(findings, codes[i], NULL, "others waited for %s %.0f %% of the time",
				resource_names[i], 100.0 * others_us / wall_us);
	}
}

void noise_find(const struct noise *noise, struct noise_findings *findings)
{
	uint64_t swapped = rise(noise->before.swapped, noise->after.swapped);

	findings->count = 0;
	find_clock(&noise->machine, findings);
	find_others(noise, findings);
	if (swapped)
		add(findings, "swap", "more memory, or fewer programs that hold it",
			"the machine swapped %" PRIu64 " pages", swapped);
	find_pressure(noise, findings);
}
