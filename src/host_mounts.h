/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_mounts — which mounts of cgroup hierarchies can be used, and where the caller is in each.
 *
 * A mount need not show its hierarchy from the root on: a container gets a part of it, by a bind mount
 * or as the root of a cgroup namespace, and then /proc/self/cgroup names the caller's group from another
 * root than the mount does. Both are told from the root of the reader's cgroup namespace, so that a
 * path that begins with '/..' is outside of it. A mount that does not hold the caller's group, or that
 * is hidden below another mount, is of no use; of those that are, the first that may be written is taken.
 *
 * Sources: cgroup_namespaces(7); proc(5), "/proc/pid/mountinfo"; cgroup_show_path() in
 * kernel/cgroup/cgroup.c.
 */
#ifndef LIMIT_HOST_MOUNTS_H
#define LIMIT_HOST_MOUNTS_H

#include "fault.h"

struct host;
struct spec;

/* Fill v2_mount, levels, v1 and, where there is nothing of use, unusable. 0, or -1: /proc cannot be read. */
int host_mounts_read(struct host *host, const struct spec *spec, int root_fd, struct fault *f);

#endif
