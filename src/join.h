/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * join — into the namespaces of another process, for --join. In the child: only system calls.
 *
 * Sources: setns(2): a pidfd and several kinds at once is Linux 5.8; before that one file of
 * /proc/PID/ns after the other.
 */
#ifndef LIMIT_JOIN_H
#define LIMIT_JOIN_H

#include <stdint.h>
#include <sys/types.h>

#include "host_join.h"

/*
 * Enter these namespaces of process pid; pidfd may be -1. In a new mount namespace the directory is the
 * same path there, or '/'. A pid namespace is entered by children made from then on. Returns 0, or -1
 * with errno set: ESRCH when the process is gone.
 */
int join_namespaces(uint64_t set, pid_t pid, int pidfd);

/*
 * Before a namespace is entered, inside of which setgroups may be denied: let go of the groups outside, if
 * the caller is to become somebody else. Returns 0, or -1 with errno set.
 */
int join_shed_groups(const struct host_join *join);

/* Become who that process is, if the caller is nobody inside. Returns 0, or -1 with errno set. */
int join_become(const struct host_join *join);

#endif
