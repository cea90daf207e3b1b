/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fault — what went wrong, on the caller's stack, and the words for it.
 *
 * Modules return 0 or -1 and fill a struct fault. The function that first knows the cause fills
 * it; callers hand it up unread, or add a hint where they know the remedy. Only main.c turns a
 * fault into an exit status.
 */
#ifndef LIMIT_FAULT_H
#define LIMIT_FAULT_H

#include <stdbool.h>

#include "util.h"

#define FAULT_TEXT_MAX 512
#define WARNINGS_MAX 8

struct fault {
	int err;                   /* errno of the cause, 0: not a system error */
	char what[FAULT_TEXT_MAX]; /* "cannot write 'memory.max'", no newline */
	char hint[FAULT_TEXT_MAX]; /* what to try, "" for none */
};

/* What did not stop the run but must be told. More than WARNINGS_MAX are counted, not kept. */
struct warnings {
	unsigned count;
	char text[WARNINGS_MAX][FAULT_TEXT_MAX];
};

/* Always returns -1, so that a function can end with 'return fault_set(...)'. Drops any hint. */
int fault_set(struct fault *f, int err, const char *fmt, ...) PRINTF_LIKE(3, 4);

/* Add or replace the hint. Always returns -1. */
int fault_hint(struct fault *f, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* "what: strerror(err)" into text. */
void fault_format(const struct fault *f, char *text, size_t size);

/* Print 'limit: WHAT: REASON' and, if there is one, 'limit: try: HINT' to a descriptor. */
void fault_print(const struct fault *f, int fd);

/* Print 'limit: ' and the message, as one write, to stderr. Control characters become '?'. */
void say(const char *fmt, ...) PRINTF_LIKE(1, 2);

void warnings_add(struct warnings *w, const char *fmt, ...) PRINTF_LIKE(2, 3);
void warnings_add_fault(struct warnings *w, const struct fault *f);

#endif
