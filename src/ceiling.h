/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * ceiling — the tightest limit that the groups around the node set already, from the caller's own
 * group up to the mount or the root of the cgroup namespace. Reads only; and only the files of what
 * is asked.
 *
 * Sources: cgroup-v2.rst, "Resource Distribution Models", "Limits"; cgroup-v1/memory.rst, "stat
 * file" (hierarchical_memory_limit).
 */
#ifndef LIMIT_CEILING_H
#define LIMIT_CEILING_H

#include <stdint.h>

#include "spec.h"

/* v1 says 'no limit' with the largest number of whole pages. */
#define CEILING_V1_UNLIMITED_BYTES ((uint64_t)INT64_MAX / 65536 * 65536)

enum ceiling_kind {
	CEILING_MEM,      /* bytes: memory.max; v1: hierarchical_memory_limit */
	CEILING_MEM_HIGH, /* bytes: memory.high */
	CEILING_SWAP,     /* bytes: memory.swap.max */
	CEILING_MEMSW,    /* bytes of memory and swap together: v1 only, hierarchical_memsw_limit */
	CEILING_CPU,      /* millionths of a CPU: cpu.max; v1: cpu.cfs_quota_us */
	CEILING_PIDS,     /* pids.max */
	CEILINGS,
};

struct ceiling {
	uint64_t value;
	char *path; /* of the group that sets it; NULL: there is no such limit, or it was not asked */
};

struct host;

/* Fill host->ceilings, host->online_cpus and host->affinity_cpus. The levels and v1 hierarchies must be known. */
void ceilings_read(struct host *host, const struct spec *spec, int root_fd);

/* '0-3,8' of a cpulist file: how many; 0 if it cannot be read. */
unsigned cpulist_count(const char *text);

#endif
