/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * timeline — the samples of a run in a file as they are taken: CSV under a line of names, or a JSON
 * object a line, by the end of the file's name. What is not known is empty, or null.
 */
#ifndef LIMIT_TIMELINE_H
#define LIMIT_TIMELINE_H

#include "fault.h"
#include "sample.h"

/* Enough for a line of either form, and for the names. */
#define TIMELINE_LINE_MAX 1024

struct timeline {
	const char *path; /* the caller's */
	int fd;           /* -1: none, or given up */
	bool json;
	unsigned lost;  /* samples that nobody took in time */
	size_t waiting; /* bytes of pending: a line that was written in part */
	char pending[TIMELINE_LINE_MAX];
};

/*
 * Open the file, and replace what is in it. A name that ends in .json, .jsonl or .ndjson makes it
 * JSON. Returns 0, or -1 with *f set: it cannot be written. Close in either case.
 */
int timeline_open(struct timeline *timeline, const char *path, struct fault *f);

/*
 * Add a sample. A reader of a pipe that is too slow loses samples, and limit never waits for it. What
 * cannot be written is a warning, and the end of the timeline.
 */
void timeline_add(struct timeline *timeline, const struct sample *sample,
	struct warnings *warnings);

/* Say what was lost, and close. Safe to repeat. */
void timeline_close(struct timeline *timeline, struct warnings *warnings);

/* One line, newline included, into text of TIMELINE_LINE_MAX bytes; sample NULL: the names. Pure. */
size_t timeline_format(const struct sample *sample, bool json, char *text);

bool timeline_is_json(const char *path);

#endif
