/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * network_user — --net-user: a network for who may make no devices, by slirp4netns(1), which speaks for
 * COMMAND to the host's network from user space.
 *
 * It is a child of limit's, outside of the node, and ends with limit, whatever ends that: it holds the
 * reading end of a pipe (--exit-fd).
 */
#ifndef LIMIT_NETWORK_USER_H
#define LIMIT_NETWORK_USER_H

#include <sys/types.h>

#include "fault.h"

struct network_helper {
	pid_t pid;   /* 0: there is none */
	int exit_fd; /* -1 */
};

/*
 * Start it for the network namespace of a process, and wait until the network is there. Every signal is
 * blocked. Returns 0, or -1 with *f set: it is not installed, or it cannot.
 */
int network_helper_start(struct network_helper *helper, pid_t of_pid, struct fault *f);

/* End and reap it; safe to repeat, and if it has ended. */
void network_helper_end(struct network_helper *helper);

#endif
