/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report — the receipt, in words. */
#ifndef LIMIT_REPORT_H
#define LIMIT_REPORT_H

#include <stdio.h>

#include "fault.h"
#include "outcome.h"
#include "plan.h"
#include "spec.h"
#include "usage.h"

/* Everything there is to tell, all of it final. */
struct record {
	const struct spec *spec;
	const struct plan *plan;
	const struct outcome *outcome;
	const struct usage *usage;
	const struct warnings *warnings;
	const struct unenforced *unenforced; /* the node's; NULL: none */
	const char *way;                     /* how COMMAND was placed */
	unsigned groups_made;                /* a bit for each of the plan's groups */
};

/* A headline, aligned lines for each resource, then warnings and hints. */
void report_print(const struct record *record, FILE *out);

/* Is one of these files, by its name in v2 or v1, without the value that was asked? */
bool report_is_unenforced(const struct record *record, const char *v2_file, const char *v1_file);

#endif
