/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * realtime — the realtime tasks that keep the cpu controller from being switched on: with
 * CONFIG_RT_GROUP_SCHED a task of SCHED_FIFO or SCHED_RR must be in the root group (cgroup-v2.rst,
 * "CPU"). Reads /proc of every task, so it is for when '+cpu' has failed.
 */
#ifndef LIMIT_REALTIME_H
#define LIMIT_REALTIME_H

#include <stddef.h>

#define REALTIME_NAMES_MAX 3

/*
 * Into text the first REALTIME_NAMES_MAX of them outside the root group, 'rtkit-daemon (812),
 * multipathd (455)'. root_fd is '/', or a fixture tree. Returns how many there are in all.
 */
unsigned realtime_tasks(int root_fd, char *text, size_t size);

#endif
