/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * usage — what the tree consumed, from the kernel's own counters. The parsers are pure: text in,
 * numbers out. What the kernel does not offer is not known, never 0.
 *
 * Sources: cgroup-v2.rst, "CPU", "Memory", "IO", "PID"; psi.rst; cgroup-v1/memory.rst,
 * cgroup-v1/blkio-controller.rst, sched-bwc.rst, "Statistics".
 */
#ifndef LIMIT_USAGE_H
#define LIMIT_USAGE_H

#include <stdbool.h>
#include <stdint.h>

#include "node.h"

#define USAGE_DEVICES_MAX 16

struct reading {
	bool known;
	uint64_t value;
};

static inline bool is_positive(struct reading reading)
{
	return reading.known && reading.value > 0;
}

struct usage_device {
	unsigned major;
	unsigned minor;
	uint64_t read_bytes;
	uint64_t written_bytes;
	uint64_t reads;
	uint64_t writes;
	bool on_others; /* hands on to other devices what it gets; looked up if there are several */
};

/* Of all runs with the same --group together, since the group was made. Not known: there is no limit. */
struct usage_shared {
	unsigned runs; /* that share it now, this one too; 0: no --group */
	struct reading memory_limit_bytes;
	struct reading memory_peak_bytes;
	struct reading cpu_limit_millionths;
	struct reading cpu_throttled_us;
	struct reading pids_limit;
	struct reading pids_peak;
};

struct usage {
	struct reading cpu_usage_us;
	struct reading cpu_user_us;
	struct reading cpu_system_us;
	struct reading cpu_periods;      /* enforcement periods in which the tree wanted to run */
	struct reading cpu_throttled;    /* of them throttled */
	struct reading cpu_throttled_us; /* summed over CPUs */
	struct reading cpu_bursts;       /* periods that used saved-up time: Linux 5.14 */
	struct reading cpu_burst_us;
	struct reading memory_peak_bytes;  /* memory.peak: Linux 5.19 */
	struct reading memory_high_events; /* how often throttled for memory.high */
	struct reading memory_max_events;  /* how often the limit was hit and reclaim tried */
	struct reading memory_oom;         /* our own limit could not be met: Linux 5.2 */
	struct reading memory_oom_below;   /* the same, or the limit of a group inside the node */
	struct reading memory_oom_kill;    /* processes killed, for whichever limit: Linux 4.13 */
	struct reading swap_peak_bytes;    /* memory.swap.peak: Linux 6.5 */
	struct reading pids_peak;          /* pids.peak: Linux 6.1 */
	struct reading pids_refused;       /* forks refused by pids.max */
	/* Read once again from disk or swap soon after it was reclaimed: read only if the limit was hit. */
	struct reading memory_refault_bytes;
	struct reading pressure_cpu_us; /* some task waited: PSI, Linux 4.20 */
	struct reading pressure_memory_us;
	struct reading pressure_io_us;
	struct reading pressure_memory_full_us; /* all tasks did */
	struct reading pressure_io_full_us;
	bool io_known;
	bool io_limited_devices_only; /* v1 counts a device only while it is throttled */
	bool io_more_devices;         /* there were more than fit */
	unsigned device_count;
	struct usage_device devices[USAGE_DEVICES_MAX];
	struct usage_shared shared; /* of --group */
};

/* For usage_read(): see usage_shared.c. */
void usage_read_shared(struct usage_shared *shared, const struct node *node);

/* Read all counters of a node; call it while the node exists. Cannot fail: see struct reading. */
void usage_read(struct usage *usage, const struct node *node);

/*
 * What went to all devices, each byte once. What goes to a device-mapper node mostly counts on the disks
 * below once more, but not where a thread of the kernel passes it on (raid5), nor on v1 unless the disks
 * have limits, too: the larger of the two sums counts nothing twice and leaves nothing out that went one
 * way. false: more devices than can be told apart make no sum, nor does io that is not known.
 */
bool usage_io_sum(const struct usage *usage, struct usage_device *sum);

/* Does a device hand on what it gets to other devices: device-mapper, md? */
bool usage_lies_on_others(unsigned major, unsigned minor);

/* The CPU time alone, while the tree runs. */
struct reading usage_read_cpu_us(const struct node *node);

/* Parsers of single files, for usage_read() and the tests. */
void usage_parse_cpu_stat_v2(struct usage *usage, const char *text);
void usage_parse_cpu_stat_v1(struct usage *usage, const char *text);
void usage_parse_io_stat_v2(struct usage *usage, const char *text);
void usage_parse_blkio_v1(struct usage *usage, const char *text, bool bytes);

/* 'some … total=N' and 'full … total=N' of a .pressure file. */
struct reading usage_parse_pressure(const char *text);
struct reading usage_parse_full_pressure(const char *text);

/* Of memory.stat: the workingset_refault counters, v1's with total_ before them. */
struct reading usage_parse_refaults(const char *text, uint64_t page_bytes);

#endif
