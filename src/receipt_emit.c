/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receipt_emit — JSON, kv and CSV. */
#include "config.h"

#include "receipt.h"

#include <errno.h>
#include <inttypes.h>

#define DEPTH_MAX 6

/* Objects and lists that are open; the outermost object is the first. */
struct json_emitter {
	struct receipt_emitter emitter;
	const struct json_library *lib;
	unsigned depth;
	struct {
		json_t *value;
		bool is_list;
	} stack[DEPTH_MAX];
};

static void json_add(struct json_emitter *json, const char *key, json_t *value)
{
	json_t *parent = json->stack[json->depth].value;

	if (json->stack[json->depth].is_list)
		json->lib->array_append_new(parent, value);
	else
		json->lib->object_set_new(parent, key, value);
}

static void json_open(struct receipt_emitter *emitter, const char *key, bool is_list)
{
	struct json_emitter *json = (struct json_emitter *)emitter;
	json_t *value = is_list ? json->lib->array() : json->lib->object();

	json_add(json, key, value);
	json->depth++;
	json->stack[json->depth].value = value;
	json->stack[json->depth].is_list = is_list;
}

static void json_close(struct receipt_emitter *emitter)
{
	((struct json_emitter *)emitter)->depth--;
}

static void json_value(struct receipt_emitter *emitter, const char *key,
	const struct receipt_value *value)
{
	struct json_emitter *json = (struct json_emitter *)emitter;
	const struct json_library *lib = json->lib;

	if (value->type == RECEIPT_NULL)
		json_add(json, key, lib->null());
	else if (value->type == RECEIPT_BOOL)
		json_add(json, key, json_library_bool(lib, value->number));
	else if (value->type == RECEIPT_NUMBER)
		json_add(json, key, lib->integer(value->number));
	else if (value->type == RECEIPT_REAL)
		json_add(json, key, lib->real(strtod(value->text, NULL)));
	else
		json_add(json, key, json_library_text(lib, value->text));
}

int receipt_emit_json(receipt_walker *walk, const void *subject, const struct json_library *lib,
	FILE *out, struct fault *f)
{
	struct json_emitter json = { { json_open, json_close, json_value }, .lib = lib };

	json.stack[0].value = lib->object();
	walk(subject, &json.emitter);
	return json_library_print(lib, json.stack[0].value,
		JSON_COMPACT | JSON_REAL_PRECISION(RECEIPT_REAL_DIGITS), out, f);
}

static void walk_receipt(const void *subject, struct receipt_emitter *emitter)
{
	receipt_walk(subject, emitter);
}

int receipt_print_json(const struct receipt *receipt, const struct json_library *lib, FILE *out,
	struct fault *f)
{
	return receipt_emit_json(walk_receipt, receipt, lib, out, f);
}

/* The way to the value: keys, and in lists indices. */
struct path {
	unsigned depth;
	struct {
		const char *key; /* NULL: in a list */
		bool is_list;
		unsigned count; /* of what is in it so far */
	} stack[DEPTH_MAX];
};

static void path_open(struct path *path, const char *key, bool is_list)
{
	path->depth++;
	path->stack[path->depth].key = key;
	path->stack[path->depth].is_list = is_list;
	path->stack[path->depth].count = 0;
}

static void path_close(struct path *path)
{
	path->depth--;
	path->stack[path->depth].count++;
}

static void path_print(const struct path *path, const char *key, FILE *out)
{
	for (unsigned i = 1; i <= path->depth; i++) {
		if (path->stack[i].key)
			fprintf(out, "%s.", path->stack[i].key);
		else
			fprintf(out, "%u.", path->stack[i - 1].count);
	}
	if (key)
		fputs(key, out);
	else
		fprintf(out, "%u", path->stack[path->depth].count);
}

static bool path_is_in_list(const struct path *path)
{
	for (unsigned i = 1; i <= path->depth; i++)
		if (path->stack[i].is_list)
			return true;
	return false;
}

/* For kv, and for the header and the values of CSV. */
struct line_emitter {
	struct receipt_emitter emitter;
	struct path path;
	bool is_header;
	bool any; /* a field was printed */
	FILE *out;
};

static void line_open(struct receipt_emitter *emitter, const char *key, bool is_list)
{
	path_open(&((struct line_emitter *)emitter)->path, key, is_list);
}

static void line_close(struct receipt_emitter *emitter)
{
	path_close(&((struct line_emitter *)emitter)->path);
}

/* null, true, false and numbers of either kind; false: it is a text. */
static bool print_plain(const struct receipt_value *value, FILE *out)
{
	if (value->type == RECEIPT_TEXT)
		return false;
	if (value->type == RECEIPT_BOOL)
		fputs(value->number ? "true" : "false", out);
	else if (value->type == RECEIPT_NUMBER)
		fprintf(out, "%" PRId64, value->number);
	else if (value->type == RECEIPT_REAL)
		fputs(value->text, out);
	return true;
}

static void print_shell_word(const char *text, FILE *out)
{
	bool is_plain = true;

	for (const char *p = text; *p; p++)
		is_plain &= (unsigned char)*p >= 0x20 && (unsigned char)*p < 0x7f;
	fputs(is_plain ? "'" : "$'", out);
	for (; *text; text++) {
		if (is_plain && *text == '\'')
			fputs("'\\''", out);
		else if (!is_plain && (*text == '\'' || *text == '\\'))
			fprintf(out, "\\%c", *text);
		else if ((unsigned char)*text < 0x20 || (unsigned char)*text >= 0x7f)
			fprintf(out, "\\%03o", (unsigned)(unsigned char)*text);
		else
			fputc(*text, out);
	}
	fputc('\'', out);
}

static void kv_value(struct receipt_emitter *emitter, const char *key,
	const struct receipt_value *value)
{
	struct line_emitter *line = (struct line_emitter *)emitter;

	path_print(&line->path, key, line->out);
	fputc('=', line->out);
	if (!print_plain(value, line->out))
		print_shell_word(value->text, line->out);
	fputc('\n', line->out);
	line->path.stack[line->path.depth].count++;
}

void receipt_emit_kv(receipt_walker *walk, const void *subject, FILE *out)
{
	struct line_emitter line = { { line_open, line_close, kv_value }, .out = out };

	walk(subject, &line.emitter);
}

void receipt_print_kv(const struct receipt *receipt, FILE *out)
{
	receipt_emit_kv(walk_receipt, receipt, out);
}

/* In quotes always, so that an empty text is no null. */
static void print_csv_text(const char *text, FILE *out)
{
	_cleanup_free_ char *clean = json_library_clean_utf8(text);

	fputc('"', out);
	for (const char *p = clean ? clean : ""; *p; p++) {
		if (*p == '"')
			fputc('"', out);
		fputc(*p, out);
	}
	fputc('"', out);
}

static void csv_value(struct receipt_emitter *emitter, const char *key,
	const struct receipt_value *value)
{
	struct line_emitter *line = (struct line_emitter *)emitter;

	if (path_is_in_list(&line->path))
		return;
	if (line->any)
		fputc(',', line->out);
	line->any = true;
	if (line->is_header)
		path_print(&line->path, key, line->out);
	else if (!print_plain(value, line->out))
		print_csv_text(value->text, line->out);
}

/* RFC 4180 ends lines by CR LF; everybody else's tools, and the shell's, want LF, and read both. */
void receipt_emit_csv(receipt_walker *walk, const void *subject, bool header, FILE *out)
{
	for (int is_header = header; is_header >= 0; is_header--) {
		struct line_emitter line = { { line_open, line_close, csv_value },
			.is_header = is_header, .out = out };

		walk(subject, &line.emitter);
		fputc('\n', out);
	}
}

void receipt_print_csv(const struct receipt *receipt, bool header, FILE *out)
{
	receipt_emit_csv(walk_receipt, receipt, header, out);
}
