/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * escape — processes that somebody moved out of the node: no limit holds them and no end of limit's
 * reaches them, so the report must say it. Seen are COMMAND and those of its orphans that came to us,
 * which are all that outlive their parents: limit is their subreaper.
 */
#ifndef LIMIT_ESCAPE_H
#define LIMIT_ESCAPE_H

#include "node.h"
#include "outcome.h"

/* More orphans than this are reaped without a look: each takes a read of /proc/PID/cgroup. */
#define ESCAPE_LOOKS_MAX 64

struct escape {
	const struct node *node;
	struct escapes *found;
	unsigned looks;
	bool siblings; /* limit had children before COMMAND: not every child of ours came from it */
};

/*
 * Look at a child of ours that has ended and was not reaped yet; note it if it is outside. Without a v2
 * tree that cannot be known any more.
 */
void escape_look(struct escape *escape, pid_t pid, bool is_command);

/*
 * At the end: is a living child of ours outside the node? The guard is, and is none of COMMAND's.
 * Needs /proc/PID/task/PID/children (CONFIG_PROC_CHILDREN, Linux 3.5); without it nothing is seen.
 */
void escape_look_at_living(struct escape *escape, pid_t guard_pid, pid_t init_pid);

#endif
