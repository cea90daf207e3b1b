/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * run — one run, from the node's making to its removal, with one way out. It alone owns the node.
 */
#ifndef LIMIT_RUN_H
#define LIMIT_RUN_H

#include "fault.h"
#include "live.h"
#include "outcome.h"
#include "plan.h"
#include "record.h"
#include "spawn.h"
#include "spec.h"

/* Is told of a run that is over; the record is gone when this returns. */
typedef void run_reporter(void *context, const struct record *record);

/*
 * Returns SPAWN_STARTED with *outcome filled once COMMAND has ended, its node is gone and report was
 * called; anything else means COMMAND never ran, with *f set. inherited as spawn_prepare() filled it.
 * report may be NULL; live, too: nothing is told meanwhile.
 */
enum spawn_result run(struct outcome *outcome, const struct spec *spec, const struct plan *plan,
	const struct inherited *inherited, struct live *live, run_reporter *report, void *context,
	struct fault *f);

#endif
