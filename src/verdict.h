/* SPDX-License-Identifier: GPL-2.0-or-later */
/* verdict — why COMMAND ended, from how it ended and what the kernel counted. Pure. */
#ifndef LIMIT_VERDICT_H
#define LIMIT_VERDICT_H

#include "outcome.h"
#include "usage.h"

/*
 * An OOM kill is one that memory.events counted, never a mere exit status of 137; it is named even
 * if COMMAND itself exited 0, because a grandchild was the victim. memory_max_bytes is our own
 * limit, 0 for none.
 */
enum outcome_reason verdict(const struct outcome *outcome, const struct usage *usage,
	uint64_t memory_max_bytes);

/*
 * Was a limit hit, as far as the peak can tell? The kernel charges in batches and may stop a little
 * below it. For v1, which does not say whose limit an OOM was for.
 */
bool verdict_peak_is_at(uint64_t peak_bytes, uint64_t limit_bytes);

/* 'exit', 'signal', 'time', … as in the manual page. */
const char *verdict_name(enum outcome_reason reason);

#endif
