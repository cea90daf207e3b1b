/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_io — the io options as v2 settings, one for each device and key, and what to say of it. Pure. */
#ifndef LIMIT_PLAN_IO_H
#define LIMIT_PLAN_IO_H

#include "plan.h"

/*
 * Add settings (room for PLAN_SETTINGS_MAX in all) and, to the plan, the devices and notes. Of
 * several options for the same device and key the last one counts, whichever paths they name.
 *
 * Returns 0, or -1 with *f set: a weight where neither BFQ nor iocost is at work, or one that BFQ does
 * not take. With --best-effort that is listed as unenforced, and so is what host could not resolve.
 */
int plan_io_make(struct plan *plan, struct setting *settings, unsigned *count,
	const struct spec *spec, const struct host *host, struct fault *f);

#endif
