/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * guard — a small process beside limit that outlives it. If limit dies without having removed its
 * node (SIGKILL, a crash), the guard kills what runs in the node and removes it.
 *
 * It is a child of limit: in limit's own control group, so that the node is not charged for it; in a
 * session of its own, so that no terminal reaches it; with every signal blocked and no descriptor
 * but its end of the pipe and the node's directories. The end of that pipe tells it that limit is
 * gone; the kernel closes it whatever limit died of.
 */
#ifndef LIMIT_GUARD_H
#define LIMIT_GUARD_H

#include <signal.h>
#include <stdbool.h>
#include <sys/types.h>

#include "fault.h"
#include "node.h"

/* Somebody who kills guards faster than this gets a warning instead of another one. */
#define GUARD_STARTS_MAX 16

struct guard {
	pid_t pid;   /* 0: none */
	int life_fd; /* never written to: closed with limit, whatever happens */
	unsigned starts;
};

void guard_init(struct guard *guard);

/*
 * Start a guard of a node that exists. Signals must be blocked (spawn_prepare()); the caller must
 * have no children that still share its descriptors. Returns 0, or -1 with *f set: EAGAIN, no
 * further process is allowed (RLIMIT_NPROC, pids.max of the caller's own group); ENOMEM.
 */
int guard_start(struct guard *guard, const struct node *node, struct fault *f);

/*
 * A child of ours has changed its state, as waitid() said in info. Returns false if it is not the
 * guard. A guard that died is replaced, one that was stopped is continued; if it cannot be replaced
 * that is a warning.
 */
bool guard_take(struct guard *guard, const siginfo_t *info, const struct node *node,
	struct warnings *warnings);

/*
 * Something is left to do that limit could not, or not in time: the guard, which has every descriptor to itself,
 * goes on as if limit were killed.
 */
void guard_let_go(struct guard *guard);

/* The node is gone: end the guard. guard_reap() waits for it, so that something else can overlap. */
void guard_end(struct guard *guard);
void guard_reap(struct guard *guard);

#endif
