/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * wake — be on a CPU soon after waking up, however busy COMMAND keeps them all.
 *
 * A limit in time is no better than the moment at which limit runs to enforce it. With many busy
 * processes to each CPU that may be tens of milliseconds late; a task that asks for a short slice
 * comes before those with long ones, and gets no more CPU time for it. It needs no privilege.
 *
 * Sources: sched_setattr(2); sched-eevdf.rst (sched_runtime of SCHED_OTHER, Linux 6.12).
 */
#ifndef LIMIT_WAKE_H
#define LIMIT_WAKE_H

#include <stdint.h>

struct wake {
	uint64_t slice_ns; /* to be given back; 0: nothing was changed */
};

/* Ask for it, once COMMAND was made: it would inherit it. Nothing happens where the kernel cannot. */
void wake_early(struct wake *wake);

/* As it was, before somebody else is made. */
void wake_as_before(const struct wake *wake);

#endif
