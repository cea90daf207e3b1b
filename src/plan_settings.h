/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_settings — the limits of the spec as v2 settings, with numbers made definite. Pure. */
#ifndef LIMIT_PLAN_SETTINGS_H
#define LIMIT_PLAN_SETTINGS_H

#include "plan.h"

/*
 * Fill settings (room for PLAN_SETTINGS_MAX) and count, and mem_bytes, cpu_quota_us, cpu_period_us,
 * devices and notes of the plan. Returns 0, or -1 with *f set: a quota below the kernel's 1 ms,
 * a burst above the quota, CPUs that are not allowed, a weight that nothing would heed.
 */
int plan_settings_make(struct plan *plan, struct setting *settings, unsigned *count,
	const struct spec *spec, const struct host *host, struct fault *f);

#endif
