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
#include "sink.h"
#include "spawn.h"
#include "spec.h"

/* What limit's exit status will be, for the report. */
typedef int run_status_of(const struct spec *spec, const struct outcome *outcome);

/*
 * Returns SPAWN_STARTED with *outcome filled once COMMAND has ended, its node is gone and the report
 * is written; anything else means COMMAND never ran, with *f set. inherited as spawn_prepare()
 * filled it. sink and status_of may be NULL: no report; live, too: nothing is told meanwhile.
 */
enum spawn_result run(struct outcome *outcome, const struct spec *spec, const struct plan *plan,
	const struct inherited *inherited, const struct sink *sink, struct live *live,
	run_status_of *status_of, struct fault *f);

#endif
