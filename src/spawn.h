/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spawn — start COMMAND inside the node, as the caller would have started it: same descriptors,
 * environment, directory, terminal, process group, signal mask and dispositions.
 */
#ifndef LIMIT_SPAWN_H
#define LIMIT_SPAWN_H

#include <signal.h>
#include <sys/resource.h>
#include <sys/types.h>

#include "fault.h"
#include "init.h"
#include "network_user.h"
#include "node.h"
#include "spec.h"

/* What the caller of limit had, to be handed on to COMMAND. */
struct inherited {
	sigset_t mask;
	struct sigaction sigchld;
	struct rlimit nofile;
	struct cpu_list affinity; /* empty: not known */
	bool nofile_raised; /* limit needs more descriptors than it was given; COMMAND gets them back */
	bool has_children; /* who ran limit by exec had some, and now they are limit's */
};

struct child {
	pid_t pid;
	int pidfd;                     /* -1: the kernel has none; SIGCHLD tells of the end */
	uint64_t started_at_us;        /* CLOCK_MONOTONIC, just before it was made */
	bool has_siblings;             /* limit had children before */
	const char *way;               /* how it was placed, for --verbose */
	const char *name;              /* of COMMAND, as it was given */
	struct init init;              /* of a pid namespace; to be ended when COMMAND has */
	struct network_helper network; /* of --net-user */
};

/* How far the child came. */
enum spawn_result {
	SPAWN_STARTED,
	SPAWN_FAILED,         /* before exec: ours */
	SPAWN_NOT_PLACED,     /* the same, because no process can be made in the node */
	SPAWN_NOT_EXECUTABLE, /* found, but exec refused it */
	SPAWN_NOT_FOUND,
};

/*
 * Block every signal, so that from here on they arrive as data, let SIGCHLD be reported even if the
 * caller ignores it, and raise RLIMIT_NOFILE if it is too low for limit itself. Fills *inherited.
 */
void spawn_prepare(struct inherited *inherited);

/*
 * Make a child in the node, give it its own limits (process_limits.h) and let it run the spec's command.
 *
 * clone3(CLONE_INTO_CGROUP | CLONE_PIDFD) puts it there at birth (Linux 5.7); where clone3 is not
 * to be had (ENOSYS, EPERM under a seccomp filter, E2BIG or EINVAL before 5.7) the child of a fork
 * moves itself. In v1 groups the child always moves itself: '0' written to 'tasks' takes 0.1 ms,
 * any other way ~12 ms (cgroup_threadgroup_rwsem is not taken for it).
 *
 * With --best-effort its own limits that cannot be set are added to *unenforced.
 *
 * Returns SPAWN_STARTED with *child filled, or why not with *f set and no child left.
 */
enum spawn_result spawn(struct child *child, const struct node *node,
	const struct inherited *inherited, const struct spec *spec, struct unenforced *unenforced,
	struct fault *f);

/*
 * Was the child, now a zombie that was killed, killed before exec was complete? For the pipe that
 * tells of exec closes then, too. A process takes the name of its program in exec, late enough; where
 * the program's name is our own this cannot be told, and the answer is no.
 */
bool spawn_was_in_vain(const struct child *child);

#endif
