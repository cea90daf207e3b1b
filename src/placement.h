/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * placement — is a process where it was put? Somebody with the right to do so (sudo's PAM session, a
 * daemon of the host, COMMAND itself as root) may move a process out of the node.
 *
 * Sources: cgroups(7), "/proc/pid/cgroup"; cgroup-v2.rst, "Processes": a zombie keeps the v2 group it
 * died in until it is reaped.
 */
#ifndef LIMIT_PLACEMENT_H
#define LIMIT_PLACEMENT_H

#include <limits.h>
#include <sys/types.h>

#include "node.h"

enum placement {
	PLACEMENT_UNKNOWN, /* there is no such process, or /proc does not show it */
	PLACEMENT_INSIDE,
	PLACEMENT_OUTSIDE, /* of the node in at least one hierarchy */
};

/*
 * What the text of /proc/PID/cgroup says: in every hierarchy where the node has a group, is the node's
 * name, which is unique, a component of the path? If not, the first path that lacks it is copied to
 * where. Of a process that has ended only the v2 path is known: in v1 hierarchies the kernel says '/'.
 * Pure.
 */
enum placement placement_parse(const struct node *node, const char *text, bool ended, char *where,
	size_t size);

/* The same for a process that lives or, ended, waits to be reaped. */
enum placement placement_of(const struct node *node, pid_t pid, bool ended, char *where,
	size_t size);

#endif
