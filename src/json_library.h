/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * json_library — jansson, loaded at run time and only when JSON is asked for: no other run pays
 * for it. The functions are called through this struct, by their names without 'json_'.
 *
 * Of the header's inline functions only those that take a value apart may be used: json_decref()
 * would need the library at link time.
 */
#ifndef LIMIT_JSON_LIBRARY_H
#define LIMIT_JSON_LIBRARY_H

#include <jansson.h>

#include "fault.h"

struct json_library {
	void *handle;
	__typeof__(json_object) *object;
	__typeof__(json_array) *array;
	__typeof__(json_integer) *integer;
	__typeof__(json_real) *real;
	__typeof__(json_string) *string;
	__typeof__(json_true) *true_;
	__typeof__(json_false) *false_;
	__typeof__(json_null) *null;
	__typeof__(json_object_set_new) *object_set_new;
	__typeof__(json_array_append_new) *array_append_new;
	__typeof__(json_dumps) *dumps;
	__typeof__(json_delete) *delete;
};

/* Returns 0, or -1 with *f set: the library is not installed. */
int json_library_load(struct json_library *lib, struct fault *f);

void json_library_unload(struct json_library *lib);

/*
 * Values for object_set_new() and array_append_new(), which take them over. A string that is not
 * UTF-8 (a path may be anything) has every offending byte replaced by U+FFFD; NULL becomes null.
 */
json_t *json_library_text(const struct json_library *lib, const char *text);
json_t *json_library_bool(const struct json_library *lib, bool value);

/*
 * Write value, as the flags of json_dumps() say, and a newline, and free it. Returns 0, or -1 with *f
 * set: out of memory, or the descriptor of out cannot be written.
 */
int json_library_print(const struct json_library *lib, json_t *value, size_t flags, FILE *out,
	struct fault *f);

/* A copy of text, to be freed, in which every byte that is no part of valid UTF-8 is U+FFFD. */
char *json_library_clean_utf8(const char *text);

#endif
