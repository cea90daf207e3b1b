/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_io — the io options as v2 settings, one for each device and key, and what to say of it. Pure. */
#ifndef LIMIT_PLAN_IO_H
#define LIMIT_PLAN_IO_H

#include "plan.h"

/*
 * Add settings (room for PLAN_SETTINGS_MAX in all) and, to the plan, the devices and notes. Of
 * several options for the same device and key the last one counts, whichever paths they name.
 */
void plan_io_make(struct plan *plan, struct setting *settings, unsigned *count,
	const struct spec *spec, const struct host *host);

#endif
