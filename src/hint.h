/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hint — what stood in COMMAND's way and what to do about it: a cause and a remedy, as values that
 * every form of the report prints. Pure.
 */
#ifndef LIMIT_HINT_H
#define LIMIT_HINT_H

#include "record.h"

#define HINTS_MAX 8

struct hint {
	const char *code; /* 'memory': stable, for programs */
	char *cause;      /* 'it needed more than 500M' */
	char *remedy;     /* 'try --mem 625M'; NULL: none is known */
};

struct hints {
	unsigned count;
	struct hint entries[HINTS_MAX];
};

/* Of a run that was; to be released. */
void hints_make(struct hints *hints, const struct record *record);
void hints_release(struct hints *hints);

#endif
