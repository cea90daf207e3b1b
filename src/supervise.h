/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * supervise — wait for COMMAND, pass signals on, end it when its time is up.
 *
 * One poll loop over a signalfd, the child's pidfd, the OOM notification and the next deadline.
 * Nothing here can fail any more: what goes wrong becomes a warning.
 */
#ifndef LIMIT_SUPERVISE_H
#define LIMIT_SUPERVISE_H

#include "deadline.h"
#include "fault.h"
#include "guard.h"
#include "live.h"
#include "outcome.h"
#include "spawn.h"
#include "spec.h"

/*
 * Return when COMMAND has ended and was reaped. Fills everything in *outcome but the reason.
 * Processes that it left behind are listed in outcome->leftovers and killed; all children of ours
 * that have ended are reaped. A guard that somebody killed is replaced. The deadline runs since before
 * COMMAND was made. live was started; it may be NULL. The helper of --net-user is ended.
 */
void supervise(struct outcome *outcome, struct child *child, struct guard *guard,
	struct deadline *deadline, struct live *live, const struct node *node,
	const struct spec *spec, struct warnings *warnings);

#endif
