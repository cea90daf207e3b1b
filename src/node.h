/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * node — the control group that now exists: the first side effect. One group in each hierarchy of
 * the plan; on a unified host an inner group in which COMMAND runs.
 *
 * The node belongs to run.c. Everything that is left of it is in struct node, so that
 * node_destroy() can be called at any point and more than once.
 */
#ifndef LIMIT_NODE_H
#define LIMIT_NODE_H

#include "fault.h"
#include "plan.h"

/* How long a killed tree may take to die and its groups to become removable. */
#define NODE_DEADLINE_MS 5000

struct node {
	const struct plan *plan;
	unsigned deadline_ms; /* for node_kill() and for removing each group: NODE_DEADLINE_MS */
	bool *created; /* by group: to be removed. In memory that a guard shares, see guard.h */
	int group_fds[PLAN_GROUPS_MAX];
	int shared_fds[PLAN_GROUPS_MAX]; /* of --group: see shared.h */
	int place_fd;                    /* v2 directory for CLONE_INTO_CGROUP, -1: no v2 tree */
	int enter_fds[PLAN_GROUPS_MAX];  /* v1 'tasks' files: writing "0" moves the writer in */
	unsigned enter_count;
	bool kill_group_on_oom; /* the kernel will not: supervise must */
	/* With best_effort only: settings that were not made, by index in the plan, and why. */
	bool lost_groups
		[PLAN_GROUPS_MAX]; /* nobody is in them; if also created, yet to be removed */
	bool lost[PLAN_SETTINGS_MAX];
	struct unenforced unenforced; /* to be released; node_destroy() leaves it for the report */
};

/* What runs in a node: how many, and the names of the first few. */
struct node_tasks {
	unsigned count;
	unsigned name_count;
	char names[3][32];
};

/*
 * Nothing is made yet, and node_destroy() may be called. Release it when its guard is gone. Returns 0, or
 * -1 with *f set: ENOMEM.
 */
int node_init(struct node *node, const struct plan *plan, struct fault *f);

/*
 * A node that another process made, as far as it got: open the groups that are noted in created,
 * which is then the node's. For reading, node_kill() and node_destroy() alone.
 */
void node_open_again(struct node *node, const struct plan *plan, bool *created);

/*
 * Make the groups, write every setting and read each back. Destroy the node in either case.
 *
 * Returns 0, or -1 with *f set:
 *   EACCES, EPERM  the parent is not ours to write     EROFS   cgroupfs is mounted read-only
 *   EEXIST         somebody has a group of that name   EAGAIN  cgroup.max.descendants is reached
 *   ENOENT         the kernel has no such file         EINVAL  the kernel refuses the value
 * A value that reads back differently is a fault too: no limit is silently unenforced. With
 * best_effort all of these go to node->unenforced, and what can be made is; that may be no group at
 * all, which every function here takes for a node without processes.
 *
 * See cgroup-v2.rst, "Organizing Processes", "Enabling and Disabling" (Linux 4.5).
 */
int node_create(struct node *node, struct fault *f);

/* Is there any group? */
bool node_exists(const struct node *node);

/*
 * For node_create(), and for node_v1_create(): a setting, or a group with all its settings, cannot
 * be had. Returns -1 without best_effort, else notes it and returns 0.
 */
int node_lose_setting(struct node *node, unsigned index, const struct fault *f);
int node_lose_group(struct node *node, unsigned group, const struct fault *f);

/* best_effort, and COMMAND cannot be started in the node, because of f: as node_destroy(). */
int node_abandon(struct node *node, const struct fault *f, struct fault *cleanup_fault);

/*
 * Read a file of one group of the node, as file_read_at(). group may be NULL (no such controller
 * here): -1 with ENOENT.
 */
ssize_t node_read(const struct node *node, const struct plan_group *group, const char *file,
	char *text, size_t size);

/* Read a file of a group of plan->shared, as node_read(). */
ssize_t node_read_shared(const struct node *node, unsigned index, const char *file, char *text,
	size_t size);

/* The directory of one group, -1 if group is NULL. Stays the node's. */
int node_group_fd(const struct node *node, const struct plan_group *group);

/* Is any process left? Asks cgroup.events, on v1 each group's cgroup.procs. */
bool node_populated(const struct node *node);

/* Who is in the node and the groups below it. */
void node_list(const struct node *node, struct node_tasks *tasks);

/* Send a signal to every process in the node and the groups below it. */
void node_signal(const struct node *node, int signal);

/*
 * End every process in the node and wait, at most deadline_ms, until none is left.
 *
 * Uses cgroup.kill (Linux 5.14); before it, cgroup.freeze (5.2) or the v1 freezer, SIGKILL to each
 * process and thaw, again until the node is empty. Returns 0, or -1 with *f set: ETIMEDOUT, a
 * process is stuck in the kernel.
 */
int node_kill(const struct node *node, struct fault *f);

/* A descriptor of cgroup.events to poll for POLLPRI, and to be closed; -1: no v2 group. */
int node_open_events(const struct node *node);

/* Does it say 'populated 1'? Reading it arms the next notification. */
bool node_events_populated(int events_fd);

/*
 * Leave the node as it is, with whoever is in it, and mark it as left (owner.h). node_destroy() then
 * has nothing to remove. Returns 0, or -1 with *f set: it may be taken for dead.
 */
int node_leave(struct node *node, struct fault *f);

/*
 * Remove the node and all groups below it, depth first, and close its descriptors. The processes
 * must be gone. Returns 0, or -1 with *f naming the first group that could not be removed.
 */
int node_destroy(struct node *node, struct fault *f);

/* Remove one group and all below it, depth first, if nobody is in them. 0, or -1 with errno set: EBUSY. */
int node_remove_empty(const char *path);

/*
 * Remove one group and all below it, depth first; who is still in it is killed. Tries again until the
 * deadline, as the kernel needs a moment. Returns 0, or -1 with errno set.
 */
int node_remove_group(const char *path, unsigned deadline_ms);

/* Give back the little memory that was shared with the guard: what is left of a node is not known then. */
void node_release(struct node *node);

/* Close its descriptors and leave it as it is. node_destroy() does it too. */
void node_close(struct node *node);

#endif
