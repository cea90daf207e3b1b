/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * receipt — the report for programs. One walk over the record names every field, and hands it to an
 * emitter with its type; JSON, kv and CSV are emitters, so that they cannot say different things. Pure.
 *
 * In objects every field is there in every receipt, in the same order: what is not known, or was not
 * asked, is null. Only lists have more or fewer entries. doc/receipt.schema.json describes each field.
 */
#ifndef LIMIT_RECEIPT_H
#define LIMIT_RECEIPT_H

#include "fault.h"
#include "hint.h"
#include "json_library.h"
#include "machine.h"
#include "record.h"

/* Raised when a field changes its meaning or goes away; new fields do not raise it. */
#define RECEIPT_SCHEMA 1

/* Significant digits of what is no whole number: a microsecond in eleven days. */
#define RECEIPT_REAL_DIGITS 12

/* What only the receipts for programs have, besides the record. */
struct receipt {
	const struct record *record; /* plan, outcome, usage and warnings may be NULL: no run */
	const struct hints *hints;
	const struct machine *machine;
	const struct fault *fault; /* why COMMAND was not started; NULL: it was */
	int exit_status;           /* limit's own, of a signal 128 and its number */
};

enum receipt_type {
	RECEIPT_NULL,
	RECEIPT_BOOL,
	RECEIPT_NUMBER,
	RECEIPT_REAL, /* the text is the number, as JSON writes it */
	RECEIPT_TEXT,
};

struct receipt_value {
	enum receipt_type type;
	int64_t number; /* of a BOOL 0 or 1 */
	const char *text;
};

/* In a list the key of what is in it is NULL. The outermost object has no open() of its own. */
struct receipt_emitter {
	void (*open)(struct receipt_emitter *emitter, const char *key, bool is_list);
	void (*close)(struct receipt_emitter *emitter);
	void (*value)(struct receipt_emitter *emitter, const char *key,
		const struct receipt_value *value);
};

void receipt_walk(const struct receipt *receipt, struct receipt_emitter *emitter);

/* Whatever else can be walked over is emitted in the same forms. */
typedef void receipt_walker(const void *subject, struct receipt_emitter *emitter);

int receipt_emit_json(receipt_walker *walk, const void *subject, const struct json_library *lib,
	FILE *out, struct fault *f);
void receipt_emit_kv(receipt_walker *walk, const void *subject, FILE *out);
void receipt_emit_csv(receipt_walker *walk, const void *subject, bool header, FILE *out);

/*
 * The three forms, each ended by a newline. JSON is one line; bytes that are no UTF-8 become U+FFFD, in
 * CSV too.
 *
 * kv has a line 'PATH=VALUE' for each value, PATH as in 'io.devices.0.name'. VALUE is a word of the
 * shell: digits, true or false, nothing for null, text in single quotes, or $'…' if there are control
 * characters or bytes above 127 in it. CSV (RFC 4180) has what is in no list, null as an empty field.
 *
 * JSON returns 0, or -1 with *f set: ENOMEM.
 */
int receipt_print_json(const struct receipt *receipt, const struct json_library *lib, FILE *out,
	struct fault *f);
void receipt_print_kv(const struct receipt *receipt, FILE *out);
void receipt_print_csv(const struct receipt *receipt, bool header, FILE *out);

#endif
