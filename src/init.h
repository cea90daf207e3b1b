/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * init — pid 1 of a new pid namespace, so that COMMAND need not be it. It reaps the orphans of COMMAND
 * and lets the kernel end all that is in the namespace when limit ends.
 *
 * It lives where limit lives, outside the node: it counts neither as a process of COMMAND's nor as its
 * memory. COMMAND can neither signal it (pid_namespaces(7)) nor trace it: it has no capability and
 * cannot be dumped. It is COMMAND's sibling, not its parent: signals, job control and the exit status
 * go between limit and COMMAND as without it.
 */
#ifndef LIMIT_INIT_H
#define LIMIT_INIT_H

#include <stdbool.h>
#include <sys/types.h>

#include "fault.h"

struct init {
	pid_t pid; /* 0: there is none */
	int life_fd; /* the end of a pipe: when it closes, init ends, and all in its namespace; -1: none */
};

/*
 * Make it, a child of the caller's parent, as the first process of the caller's new pid namespace; its
 * life is until life_fd, the end of a pipe to read, has no writer. SIGCHLD is ignored from then on, by
 * the caller, too. Only system calls. Returns its pid, -1 with errno set; does not return in it.
 */
pid_t init_make(int life_fd);

/* End everything in its namespace at once, if it is still there. */
void init_kill(const struct init *init);

/* What is in the namespace stays; init ends with the last of them. */
void init_leave(struct init *init);

/*
 * End it and reap it. Returns 0, or -1 with *f set: after deadline_ms the kernel has not yet ended all
 * that is in the namespace.
 */
int init_end(struct init *init, unsigned deadline_ms, struct fault *f);

#endif
