/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan_place — which group each setting is written into, and what it is called there: a part of making
 * the plan, once its groups are known. Pure.
 */
#ifndef LIMIT_PLAN_PLACE_H
#define LIMIT_PLAN_PLACE_H

#include "plan.h"

/* What was asked and cannot be had, into the list; killing the tree on OOM goes with --mem. */
void plan_list_unenforced(struct plan *plan, const struct setting *setting, const struct fault *f);

/*
 * Fill plan->settings, with v1's names where v1 has the controller. Returns 0, or -1 with *f set: v1
 * has no such limit (with --best-effort it goes to plan->unenforced), or --set writes what another option
 * does.
 */
int plan_place_settings(struct plan *plan, const struct setting *settings, unsigned count,
	const struct host *host, struct fault *f);

#endif
