/* SPDX-License-Identifier: GPL-2.0-or-later */
/* child_explain — the words for what kept a child from becoming COMMAND, and what to do about it. */
#ifndef LIMIT_CHILD_EXPLAIN_H
#define LIMIT_CHILD_EXPLAIN_H

#include "child.h"
#include "fault.h"
#include "node.h"
#include "spec.h"

/* The fault for what the child told last, and how far it came. */
enum spawn_result child_explain(const struct node *node, const struct spec *spec,
	const struct child_message *message, struct fault *f);

/* No process can be made. Always returns -1. */
int child_explain_clone(const struct node *node, int err, struct fault *f);

/* The kernel does not keep COMMAND, name, to its CPUs or memory nodes. Always returns -1. */
int child_explain_cpuset(const char *name, int err, struct fault *f);

#endif
