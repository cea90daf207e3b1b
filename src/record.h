/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * record — everything there is to tell of a run, all of it final, and what its numbers are to be held
 * against. Pure.
 */
#ifndef LIMIT_RECORD_H
#define LIMIT_RECORD_H

#include "fault.h"
#include "oom_above.h"
#include "outcome.h"
#include "plan.h"
#include "spec.h"
#include "usage.h"

struct record {
	const struct spec *spec;
	const struct plan *plan;
	const struct outcome *outcome;
	const struct usage *usage;
	const struct warnings *warnings;
	const struct unenforced *unenforced; /* the node's; NULL: none */
	const struct oom_above *oom_above;   /* NULL: not known */
	const char *way;                     /* how COMMAND was placed */
	unsigned groups_made;                /* a bit for each of the plan's groups */
};

/* Is one of these files, by its name in v2 or v1, without the value that was asked? */
bool record_is_unenforced(const struct record *record, const char *v2_file, const char *v1_file);

/* --mem in bytes, if it holds, else 0. */
uint64_t record_mem_in_force(const struct record *record);

/*
 * What holds, a tighter limit around the node or else our own; 0: nothing was asked, or it does not
 * hold, or it is that of a group with --group. Bytes; UINT64_MAX for --swap max; millionths of a CPU; processes and threads.
 */
uint64_t record_mem_limit(const struct record *record);
uint64_t record_swap_limit(const struct record *record);
uint64_t record_cpu_limit(const struct record *record);
uint64_t record_pids_limit(const struct record *record);

/* 'make' for '/usr/bin/make'; COMMAND's own bytes. */
const char *record_command_name(const struct record *record);

#endif
