/* SPDX-License-Identifier: GPL-2.0-or-later */
/* sink — where the report goes, and in which format: opened before COMMAND starts, written after it. */
#ifndef LIMIT_SINK_H
#define LIMIT_SINK_H

#include "json_library.h"
#include "receipt.h"

struct sink {
	const struct spec *spec;
	int fd;                   /* -1: no report */
	struct json_library json; /* loaded for JSON only */
};

/*
 * Returns 0, or -1 with *f set: the file cannot be written, the descriptor of '&N' is not the caller's
 * or not open for writing, jansson is not there. Without -o that is standard error, with --quiet
 * nothing. A descriptor above 2 is the report's alone from here on: COMMAND does not get it. Close in
 * either case.
 */
int sink_open(struct sink *sink, const struct spec *spec, struct fault *f);

/*
 * Write the receipt, in one write where the kernel takes it, and with --append alone among others who
 * do (flock(2)). What cannot be written changes nobody's exit status; it is said.
 */
void sink_write(const struct sink *sink, const struct record *record, int exit_status);

/* There was no run, because of fault: for the text the words of fault_print(). */
void sink_write_fault(const struct sink *sink, const struct record *record,
	const struct fault *fault, int exit_status);

/* Prints a subject in the sink's format. Returns 0, or -1 with *f set. */
typedef int sink_printer(const struct sink *sink, const void *subject, FILE *out, struct fault *f);

/* The same for what is no receipt. */
void sink_print(const struct sink *sink, sink_printer *print, const void *subject);

/* CSV: the names of the columns stand at the head of a file, once. */
bool sink_wants_header(const struct sink *sink);

void sink_close(struct sink *sink);

#endif
