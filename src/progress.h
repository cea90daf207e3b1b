/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * progress — what the tree uses now, in one line on the terminal below the one that COMMAND writes
 * to, so that what COMMAND prints, and a prompt that it waits at, stay as they are.
 *
 * It is drawn only if standard error is a terminal that can be told where to write, and while limit is
 * in its foreground; it never waits for a terminal that is held (Ctrl-S). A line for SIGUSR1 is a plain
 * line, and goes wherever standard error goes.
 *
 * Sources: ECMA-48 (IND, RI, EL), xterm's ctlseqs (DECSC, DECRC); tty_ioctl(4), TIOCGWINSZ.
 */
#ifndef LIMIT_PROGRESS_H
#define LIMIT_PROGRESS_H

#include "sample.h"

/* Not more often than this. */
#define PROGRESS_INTERVAL_US UINT64_C(250000)

#define PROGRESS_LINE_MAX 256

/* What is held against the limits in force; 0: none. */
struct progress_caps {
	uint64_t mem_bytes;
	uint64_t cpu_millionths;
	uint64_t pids;
};

struct progress {
	int fd;               /* of the terminal; -1: nothing is drawn */
	bool drawn;           /* there is a line to be erased */
	struct sample before; /* what rates are counted from */
};

/* Is standard error such a terminal? */
void progress_open(struct progress *progress);

/* Draw, or draw again, if that is possible at the moment. */
void progress_draw(struct progress *progress, const struct sample *sample,
	const struct progress_caps *caps);

/* Take the line away, for somebody else will write. */
void progress_erase(struct progress *progress);

/* One line on standard error. */
void progress_say(struct progress *progress, const struct sample *sample,
	const struct progress_caps *caps);

/* Erase and close. Safe to repeat. */
void progress_close(struct progress *progress);

/*
 * '12.3 s  cpu 1.95 of 2  mem [######----] 312M of 500M  pids 42 of 100  read 12.4M/s  write 0/s':
 * what fits into so many columns, from the left. text is of PROGRESS_LINE_MAX bytes. ASCII. Pure.
 */
void progress_format(const struct sample *before, const struct sample *now,
	const struct progress_caps *caps, unsigned columns, char *text);

#endif
