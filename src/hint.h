/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hint — what stood in COMMAND's way and what to do about it: a cause and a remedy, as values that
 * every form of the report prints. Pure.
 */
#ifndef LIMIT_HINT_H
#define LIMIT_HINT_H

#include "record.h"

#define HINTS_MAX 8

enum hint_code {
	HINT_MEMORY,          /* out of memory, at the limit that was asked */
	HINT_MEMORY_START,    /* the same, perhaps before COMMAND came to anything */
	HINT_RLIMIT,          /* perhaps a limit of each process */
	HINT_PIDS,            /* forks were refused */
	HINT_CPU,             /* throttled */
	HINT_MEMORY_HIGH,     /* slowed down for --mem-high */
	HINT_MEMORY_PRESSURE, /* it got by at the limit, waiting for memory */
	HINT_IO,              /* waited for io that is limited */
};

/* cause and remedy are in words: 'it needed more than 500M', 'try --mem 625M'. */
struct hint {
	enum hint_code code;
	const char *option; /* 'cpu': whose limit held COMMAND back */
	bool survived;      /* and did not end it */
	char *cause;
	char *remedy; /* NULL: none is known */
};

struct hints {
	unsigned count;
	struct hint entries[HINTS_MAX];
};

/*
 * Of a run that was; to be released. Few periods that were throttled, or a moment's wait for memory,
 * give no hint, and neither does page cache: the kernel may fill a limit with files that were read once
 * and take them back at no cost, so that memory counts only if COMMAND waited for it, and read again
 * what was taken from it.
 *
 * More memory is suggested by a rule, for nobody knows what COMMAND would have needed: a quarter more
 * than it had, at least 8M more, in whole megabytes.
 */
void hints_make(struct hints *hints, const struct record *record);
void hints_release(struct hints *hints);

/* 'memory', 'memory-start', 'cpu', …: for programs. */
const char *hint_name(enum hint_code code);

#endif
