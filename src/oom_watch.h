/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oom_watch — a descriptor to poll that tells when the memory limit of the node is hit. With it limit
 * sees what the memory is made of just before somebody is killed, and ends the whole tree where the
 * kernel cannot do so itself: cgroup v1, and v2 before memory.oom.group (Linux 4.19).
 */
#ifndef LIMIT_OOM_WATCH_H
#define LIMIT_OOM_WATCH_H

#include "fault.h"
#include "memory_split.h"
#include "node.h"

struct oom_watch {
	int fd; /* -1: not watching */
	short events;
	int group_fd; /* the node's */
	bool v2;
	bool ends_tree; /* the kernel does not */
	bool shared;    /* with --group: the limit is that of the group around */
	uint64_t limit_bytes;
	uint64_t max_events; /* of v2, at the last look */
	uint64_t kills;
	struct memory_split split; /* of the last look at which the memory was full */
	uint64_t looked_at_us;     /* then, CLOCK_MONOTONIC */
};

/*
 * Watch a node with a memory limit; any other is not watched. v1: an eventfd on memory.oom_control
 * (memory.rst, "OOM Control"), which tells before the kill; v2: memory.events, which tells of each
 * attempt to stay below the limit, at most every 10 ms, and the first at once. Returns 0, or -1 with
 * *f set; the watch is then off.
 */
int oom_watch_open(struct oom_watch *watch, const struct node *node, struct fault *f);

/*
 * After poll() returned revents: look, and say whether the tree is to be ended, for the node has run
 * out of memory. v1 tells also of a group above that has; it counts only if the node's own limit was
 * reached. Else go on watching.
 */
bool oom_watch_fired(struct oom_watch *watch, short revents);

/* What the memory was made of when the limit was last hit, or at the first kill; or not known. */
void oom_watch_close(struct oom_watch *watch, struct memory_split *split);

#endif
