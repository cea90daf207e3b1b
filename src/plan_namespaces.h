/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_namespaces — which namespaces COMMAND gets, and its ids in them. Pure. */
#ifndef LIMIT_PLAN_NAMESPACES_H
#define LIMIT_PLAN_NAMESPACES_H

#include "plan.h"

/*
 * Fill plan->namespaces and plan->id_map. Who may make no other namespaces gets one of users with
 * them. Returns 0, or -1 with *f set: the kernel lacks one that is wanted.
 */
int plan_namespaces_make(struct plan *plan, const struct spec *spec, const struct host *host,
	struct fault *f);

/* Lines of the plan; nothing if there are none. */
void plan_namespaces_print(const struct plan *plan, const struct spec *spec, FILE *out);

#endif
