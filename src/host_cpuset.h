/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_cpuset — the CPUs and memory nodes that the groups around the caller leave it. Reads only. */
#ifndef LIMIT_HOST_CPUSET_H
#define LIMIT_HOST_CPUSET_H

#include "host.h"

/*
 * Fill cpus_allowed, mems_allowed and cpuset_noprefix of a host whose hierarchies are known. What
 * cannot be read stays empty.
 *
 * v2: cpuset.cpus.effective of the nearest group that has it (Linux 5.0). v1: cpuset.effective_cpus
 * (3.17), before it cpuset.cpus; both without 'cpuset.' where the hierarchy is mounted with noprefix.
 */
void host_read_cpuset(struct host *host, int root_fd);

#endif
