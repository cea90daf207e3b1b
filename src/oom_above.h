/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oom_above — which memory ran out, if it was not the node's: that of a group above it, or that of
 * the machine. The kernel does not say so of a kill; but it counts at each group how often its limit
 * could not be kept, so that a limit above is known by its counter, and the machine by there being
 * none.
 *
 * Sources: cgroup-v2.rst, "Memory Interface Files" (memory.events.local, Linux 5.2: 'oom' counts the
 * group's own limit; memory.events did before); cgroup-v1/memory.rst, "Usage" (memory.failcnt: it
 * counts also the times when enough could be reclaimed). Linux 6.18 leaves failcnt alone if the limit
 * is that of memory and swap together: there the peak must tell, if it was not at the limit before.
 */
#ifndef LIMIT_OOM_ABOVE_H
#define LIMIT_OOM_ABOVE_H

#include "plan.h"

enum oom_source {
	OOM_SOURCE_UNKNOWN, /* several may have been it, or not all of them can be seen */
	OOM_SOURCE_GROUP,
	OOM_SOURCE_MACHINE,
};

struct oom_above_group {
	char *path;
	uint64_t failures; /* how often its limit could not be kept */
	bool at_limit;     /* its peak is; v1 only */
};

struct oom_above {
	/* Those with a limit, as they were before COMMAND, from the node's parent up. */
	struct oom_above_group groups[HOST_LEVELS_MAX];
	unsigned group_count;
	enum oom_source source;
	/* Of OOM_SOURCE_GROUP, else without meaning. */
	const char *path;     /* whose limit it was; one of groups */
	uint64_t limit_bytes; /* 0: it has none any more */
};

/*
 * Before COMMAND: note the counters of the groups above the node's memory group. Reads nothing where
 * the plan knows that there is no limit above. For oom_above_release().
 */
void oom_above_note(struct oom_above *above, const struct plan *plan);

/* After an OOM kill that was not for the node's own limit: fill source, path and limit_bytes. */
void oom_above_find(struct oom_above *above, const struct plan *plan);

/* Was it the limit of the group of --group? After oom_above_find(). */
bool oom_above_is_shared(const struct oom_above *above, const struct plan *plan);

void oom_above_release(struct oom_above *above);

/* 'ancestor', 'machine'; NULL: not known. */
const char *oom_source_name(enum oom_source source);

#endif
