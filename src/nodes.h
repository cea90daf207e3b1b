/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * nodes — finding the nodes of other runs, and removing those whose limit is dead: --gc, --list, and
 * what the guard does for its neighbours.
 *
 * Looked for is below the caller's own group in each hierarchy: what lies elsewhere is somebody
 * else's. Where systemd manages the machine it is all below the manager that is asked for scopes: the
 * user's, for root the system's; but from within a node what is in that one. A node has the same
 * path below in all hierarchies, and is found once.
 */
#ifndef LIMIT_NODES_H
#define LIMIT_NODES_H

#include <stdio.h>

#include "host.h"
#include "node.h"
#include "owner.h"
#include "plan.h"

/* Where to look, in one hierarchy. */
struct nodes_root {
	char *path;
	bool v2;
	controller_set controllers;
};

/* One node: its groups as a struct plan, so that node_kill() and the like work on it. */
struct found_node {
	char *suffix;     /* its path below the roots, 'limit-1-2/limit-3-4' */
	const char *name; /* the last part of it */
	unsigned roots;   /* bit by root: there is a group */
	struct owner owner;
};

struct nodes {
	struct nodes_root roots[PLAN_GROUPS_MAX]; /* v2, if any, comes first */
	unsigned root_count;
	struct found_node *found; /* a node comes right before those in it */
	size_t count;
	char **groups; /* paths below the roots of those of --group: 'limit-group-x' */
	size_t group_count;
};

enum node_state {
	NODE_RUNS, /* its limit lives, or cannot be seen */
	NODE_DEAD, /* its limit is gone without having removed it */
	NODE_LEFT, /* its limit is gone and has left processes in it on purpose */
	NODE_GONE, /* removed since it was found */
};

/* Find all of those nodes, however deep. Release in the end. */
void nodes_find(struct nodes *nodes, const struct host *host);
void nodes_release(struct nodes *nodes);

/* The name of the --group that a node is in, to be freed; NULL: none. */
char *nodes_group_of(const struct found_node *found);

/* Ask now: a limit may end at any time. */
enum node_state nodes_state(const struct nodes *nodes, const struct found_node *found);

/* Open a node that was found. *plan is filled for it and to be released after it. */
void nodes_open(struct node *node, struct plan *plan, bool created[PLAN_GROUPS_MAX],
	const struct nodes *nodes, const struct found_node *found);

/* Is nobody in it? */
bool nodes_is_empty(const struct nodes *nodes, const struct found_node *found);

/*
 * Remove one, and with kill end who is in it: not one that was left, as somebody may have come since.
 * Returns 0, or -1 with *f set.
 */
int nodes_remove(const struct nodes *nodes, const struct found_node *found, bool kill,
	unsigned deadline_ms, struct fault *f);

/*
 * --gc: remove every node that is dead, with the processes in it, and every one that was left and is
 * empty, and every group of --group without a node; print the path of each. Returns 0, or -1 with *f naming the first that could not be removed.
 */
int nodes_collect(const struct host *host, FILE *out, struct fault *f);

/*
 * --list: one line for each node; as JSON or kv an object for each in 'nodes'. Returns 0, or -1 with *f
 * set: jansson is not there, ENOMEM.
 */
int nodes_list(const struct host *host, enum spec_format format, FILE *out, struct fault *f);

/*
 * For the guard: remove dead nodes beside the planned one. However many live ones there are, it looks
 * at no more than a few, chosen at random if there are more, and waits for none. Thoroughly: at all, those that
 * were left and are empty, too, and as long as it takes.
 */
void nodes_sweep(const struct plan *plan, bool thoroughly);

#endif
