/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_cpuset — the CPUs and memory nodes of the spec as v2 settings, checked against the host. Pure. */
#ifndef LIMIT_PLAN_CPUSET_H
#define LIMIT_PLAN_CPUSET_H

#include "plan.h"

#define PLAN_CPUSET_MAX 2

/*
 * Fill settings and count, and cpus, mems and cpuset_noprefix of the plan. Returns 0, or -1 with *f
 * set: something was asked that the groups around do not allow.
 *
 * cpuset.cpus of v2 takes that too, and then silently means all that is allowed (cgroup-v2.rst,
 * "Cpuset Interface Files"). On v1 no process can enter a group before it has CPUs and nodes
 * (cpuset(7), ENOSPC), so that the other of the two is set as well.
 */
int plan_cpuset_make(struct plan *plan, struct setting settings[PLAN_CPUSET_MAX], unsigned *count,
	const struct spec *spec, const struct host *host, struct fault *f);

#endif
