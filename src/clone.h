/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * clone — make a process by the system call itself: in a control group at birth, in new namespaces, as a
 * sibling. The child goes on where the caller is, with a copy of its memory, as after fork(2).
 *
 * Sources: clone(2): clone3() is Linux 5.3, CLONE_INTO_CGROUP 5.7.
 */
#ifndef LIMIT_CLONE_H
#define LIMIT_CLONE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/*
 * clone3(2) with these flags, and CLONE_INTO_CGROUP if place_fd is a v2 group (not -1), and CLONE_PIDFD
 * if pidfd is not NULL. Returns as fork(2) does.
 */
pid_t clone_process(uint64_t flags, int place_fd, int *pidfd);

/* Does this errno say that clone3() is not to be had: no such call, a filter, or before Linux 5.7? */
bool clone_is_missing(int err);

/* clone(2), which every kernel and filter has. */
pid_t clone_process_old(uint64_t flags);

#endif
