/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oom_watch — a descriptor to poll that tells of an OOM kill in the node, for the kernels that
 * cannot end the whole tree themselves: cgroup v1, and v2 before memory.oom.group (Linux 4.19).
 */
#ifndef LIMIT_OOM_WATCH_H
#define LIMIT_OOM_WATCH_H

#include "fault.h"
#include "node.h"

struct oom_watch {
	int fd; /* -1: not watching */
	short events;
	int group_fd; /* the node's */
	bool v2;
};

/*
 * Watch a node whose kill_group_on_oom is set; any other is not watched. v1: an eventfd on
 * memory.oom_control (memory.rst, "OOM Control"); v2: memory.events. Returns 0, or -1 with *f set;
 * the watch is then off.
 */
int oom_watch_open(struct oom_watch *watch, const struct node *node, struct fault *f);

/*
 * After poll() returned revents: has the node run out of memory? v1 tells also of a group above that
 * has; it counts only if the node's own limit was reached. Else go on watching.
 */
bool oom_watch_fired(const struct oom_watch *watch, short revents);

void oom_watch_close(struct oom_watch *watch);

#endif
