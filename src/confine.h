/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * confine — is a process that was made in a cpuset group also kept to its CPUs and memory nodes, and
 * to those that the caller has chosen with taskset(1)?
 *
 * With clone3(CLONE_INTO_CGROUP) kernels before 6.3 (kernel/cgroup/cpuset.c, cpuset_fork()) let the
 * child run where its parent may, although the group says otherwise. And to whoever enters a group
 * with cpuset, kernels before 6.2 (kernel/sched/core.c, user_cpus_ptr) give all CPUs of that group,
 * whatever sched_setaffinity(2) has said; on v2 that is every group in whose parent cpuset is
 * switched on, with or without --cpus.
 */
#ifndef LIMIT_CONFINE_H
#define LIMIT_CONFINE_H

#include "cpu_list.h"

/* Where the calling process may run. Returns 0, or -1 with errno set and an empty list. */
int confine_read_affinity(struct cpu_list *cpus);

/*
 * See to it for the calling process, which is in its group; an empty list is no limit. affinity is
 * what it had before. Only system calls: it runs between fork and exec. Returns 0, or -1 with errno
 * set; EBADE: it is not kept to its memory nodes, and nothing but being moved into the group would
 * do that.
 */
int confine_self(const struct cpu_list *cpus, const struct cpu_list *mems,
	const struct cpu_list *affinity);

#endif
