/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * confine — is a process that was made in a cpuset group also kept to its CPUs and memory nodes?
 *
 * With clone3(CLONE_INTO_CGROUP) kernels before 6.3 (kernel/cgroup/cpuset.c, cpuset_fork()) let the
 * child run where its parent may, although the group says otherwise.
 */
#ifndef LIMIT_CONFINE_H
#define LIMIT_CONFINE_H

#include "cpu_list.h"

/*
 * See to it for the calling process, which is in its group; an empty list is no limit. Only system calls: it runs between fork
 * and exec. Returns 0, or -1 with errno set; EBADE: it is not kept to its memory nodes, and nothing
 * but being moved into the group would do that.
 */
int confine_self(const struct cpu_list *cpus, const struct cpu_list *mems);

#endif
