/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * node_settings — what is written into a node's groups, and read back: a part of making it, see
 * node_create() for the faults.
 */
#ifndef LIMIT_NODE_SETTINGS_H
#define LIMIT_NODE_SETTINGS_H

#include "node.h"

/*
 * Switch controllers on for the children of a group: what is required in one write, so that it fails as
 * one; what is only wanted, one by one.
 */
int node_enable(struct node *node, const struct plan_enable *enable_of, struct fault *f);

/* Those of the node, or those that are shared. */
int node_write_settings(struct node *node, bool shared, struct fault *f);

/* No limit is ever silently unenforced: each is read back, after all are written. */
int node_verify_settings(struct node *node, bool shared, struct fault *f);

/* Are those that are shared as they are asked? Somebody else has written them. */
int node_compare_shared(struct node *node, struct fault *f);

#endif
