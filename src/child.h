/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * child — what runs between clone and exec, and its words to limit. Only system calls, no allocation,
 * no printing: it is also the only memory of ours that is charged to the node, the few pages it touches.
 */
#ifndef LIMIT_CHILD_H
#define LIMIT_CHILD_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "plan.h"
#include "spawn.h"
#include "spec.h"

/* Where the child stands. Most are told only when they fail. */
enum child_stage {
	STAGE_ENTER,  /* moving itself into a group */
	STAGE_CPUSET, /* being kept to the CPUs and memory nodes of its group */
	STAGE_LIMITS, /* its own limits: detail is the step */
	STAGE_SIGNALS,
	STAGE_EXEC,        /* detail: does the name lead to a file, 0 or 1 */
	STAGE_CREDENTIALS, /* dropping privileges: detail is the step */
	STAGE_CHDIR,
	STAGE_UNSHARE, /* making its namespaces */
	STAGE_JOIN,  /* entering the namespaces of another process; detail 1: becoming who it is */
	STAGE_CLONE, /* making init or COMMAND's process: more is the pid of init or 0 */
	STAGE_NAMESPACES, /* see namespaces_set_up(): detail is the step, and what it says */
	STAGE_WAITS,      /* no fault: it has its namespaces, and waits for the maps */
	STAGE_MADE, /* no fault: detail is the pid of COMMAND's process, more that of init or 0 */
};

/* One write below PIPE_BUF, hence atomic. */
struct child_message {
	enum child_stage stage;
	int err;
	unsigned detail;
	unsigned more;
};

/* Everything the child half needs, made before it exists. */
struct child_work {
	const int *enter_fds;
	unsigned enter_count;
	int place_fd;      /* the v2 group to be born in, -1: none; for the usher */
	int procs_fd;      /* v2 cgroup.procs, -1: already there */
	int report_fds[2]; /* read by the parent, written by the child */
	int go_fds[2];   /* read by the child that waits, written by the parent; -1: nobody waits */
	int life_fds[2]; /* of init; -1: there is none */
	uint64_t unshare; /* namespaces that it has still to make */
	int join_fd;      /* the process of --join, -1: it has no pidfd */
	bool init;        /* the usher makes one */
	const struct inherited *inherited;
	const struct spec *spec;
	const struct plan *plan;
	char *const *environment;
};

/* COMMAND's own process: into its groups and namespaces, and exec. */
void child_run(const struct child_work *work) __attribute__((noreturn));

/*
 * The usher, see namespaces.h: makes init and COMMAND's process in a new pid namespace, or COMMAND's
 * process in the namespaces that it has joined, children of its own parent; says who they are, and ends.
 */
void child_usher(const struct child_work *work) __attribute__((noreturn));

#endif
