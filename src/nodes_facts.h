/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nodes_facts — what there is to say of a node of another run, from the kernel's own files: --list. */
#ifndef LIMIT_NODES_FACTS_H
#define LIMIT_NODES_FACTS_H

#include "nodes.h"
#include "usage.h"

struct node_facts {
	char *name;
	char *group;    /* of --group; NULL: none */
	char *path;     /* of its first group; NULL: there is none any more */
	unsigned depth; /* how many of the nodes found it is in */
	enum node_state state;
	pid_t pid; /* of its limit, which may be gone */
	uint64_t age_s;
	struct reading memory_bytes;
	struct reading memory_limit_bytes; /* here and below: not known, there is no limit */
	struct reading cpu_us;
	struct reading cpu_limit_millionths;
	struct reading pids;
	struct reading pids_limit;
	char *command; /* cut if it is long; without an owner the names of who is in it */
};

/* Every node that is there, in the order of nodes->found. Returns how many; to be released. */
size_t nodes_facts_read(struct node_facts **list, const struct nodes *nodes);

void nodes_facts_release(struct node_facts *list, size_t count);

/* 'runs', 'dead', 'left'. */
const char *node_state_name(enum node_state state);

#endif
