/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * node_v1 — the groups on cgroup v1, made by libcgroup. Its only product is directories; node.c opens
 * them, and writes the settings and reads them back as it does on v2.
 */
#ifndef LIMIT_NODE_V1_H
#define LIMIT_NODE_V1_H

#include "fault.h"
#include "node.h"

/*
 * Make every v1 group of the plan. Marks created[] as groups come to be.
 *
 * libcgroup is loaded for this call alone: a run on a unified host never maps it, and its 800 KiB
 * mount table (2.0.2) is gone again while COMMAND runs. Returns 0, or -1 with *f set: libcgroup
 * cannot be loaded, finds the hierarchies elsewhere, or a group was refused.
 */
int node_v1_create(struct node *node, struct fault *f);

/* Can libcgroup be loaded, and does it find the hierarchies? As above, but nothing is made. */
int node_v1_probe(struct fault *f);

#endif
