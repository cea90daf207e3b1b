/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nodes_list — --list: a table of the nodes, or the same for programs. */
#include "config.h"

#include <inttypes.h>

#include "files.h"
#include "nodes_facts.h"
#include "quantity.h"
#include "receipt_put.h"

/* Raised when a field changes its meaning or goes away; new fields do not raise it. */
#define LIST_SCHEMA 1

enum column {
	COLUMN_NODE,
	COLUMN_STATE,
	COLUMN_AGE,
	COLUMN_MEMORY,
	COLUMN_CPU,
	COLUMN_PROCESSES,
	COLUMN_COMMAND,
	COLUMNS,
};

struct row {
	char *cells[COLUMNS];
};

struct table {
	struct row *rows;
	size_t count;
};

static const char *const titles[COLUMNS] = {
	[COLUMN_NODE] = "NODE",
	[COLUMN_STATE] = "STATE",
	[COLUMN_AGE] = "AGE",
	[COLUMN_MEMORY] = "MEMORY",
	[COLUMN_CPU] = "CPU",
	[COLUMN_PROCESSES] = "PROCESSES",
	[COLUMN_COMMAND] = "COMMAND",
};

/* Whole seconds and minutes: the start is known to a hundredth, and nobody wants it. */
static char *age_cell(uint64_t age_s)
{
	if (age_s < 60)
		return text_format("%" PRIu64 " s", age_s);
	if (age_s < 3600)
		return text_format("%" PRIu64 " min %02" PRIu64 " s", age_s / 60, age_s % 60);
	if (age_s < 86400)
		return text_format("%" PRIu64 " h %02" PRIu64 " min", age_s / 3600,
			age_s / 60 % 60);
	return text_format("%" PRIu64 " d %02" PRIu64 " h", age_s / 86400, age_s / 3600 % 24);
}

typedef char *formatter(uint64_t value, char *text, size_t size);

static char *format_count(uint64_t value, char *text, size_t size)
{
	snprintf(text, size, "%" PRIu64, value);
	return text;
}

/* 'USE of LIMIT', 'USE' without one. */
static char *use_cell(struct reading use, formatter *format_use, const char *of,
	struct reading limit, formatter *format_limit)
{
	char use_text[QUANTITY_TEXT_MAX];
	char limit_text[QUANTITY_TEXT_MAX];

	if (!use.known)
		return text_format("n/a");
	format_use(use.value, use_text, sizeof(use_text));
	if (!limit.known)
		return text_format("%s", use_text);
	return text_format("%s %s %s", use_text, of,
		format_limit(limit.value, limit_text, sizeof(limit_text)));
}

static void fill(struct row *row, const struct node_facts *facts)
{
	row->cells[COLUMN_NODE] = text_format("%*s%s%s%s", (int)(2 * facts->depth), "",
		facts->group ? facts->group : "", facts->group ? ": " : "", facts->name);
	row->cells[COLUMN_STATE] = text_format("%s", node_state_name(facts->state));
	row->cells[COLUMN_AGE] = age_cell(facts->age_s);
	row->cells[COLUMN_MEMORY] = use_cell(facts->memory_bytes, quantity_format_size, "of",
		facts->memory_limit_bytes, quantity_format_size);
	row->cells[COLUMN_CPU] = use_cell(facts->cpu_us, quantity_format_duration, "at",
		facts->cpu_limit_millionths, quantity_format_millionths);
	row->cells[COLUMN_PROCESSES] =
		use_cell(facts->pids, format_count, "of", facts->pids_limit, format_count);
	row->cells[COLUMN_COMMAND] = text_format("%s", facts->command);
}

/* Columns, for text may be of several bytes a column. */
static int width_of(const char *text)
{
	int width = 0;

	for (; *text; text++)
		width += ((unsigned char)*text & 0xc0) != 0x80;
	return width;
}

static void print_table(const struct table *table, FILE *out)
{
	int widths[COLUMNS];

	for (unsigned c = 0; c < COLUMNS; c++) {
		widths[c] = width_of(titles[c]);
		for (size_t i = 0; i < table->count; i++)
			if (width_of(table->rows[i].cells[c]) > widths[c])
				widths[c] = width_of(table->rows[i].cells[c]);
	}
	for (size_t i = 0; i <= table->count; i++) {
		for (unsigned c = 0; c < COLUMNS; c++) {
			const char *text = i > 0 ? table->rows[i - 1].cells[c] : titles[c];
			int pad = c + 1 < COLUMNS ? widths[c] - width_of(text) + 2 : 0;

			fprintf(out, "%s%*s", text, pad, "");
		}
		fputc('\n', out);
	}
}

static void list_as_text(const struct node_facts *facts, size_t count, FILE *out)
{
	struct table table = { calloc(count + 1, sizeof(*table.rows)), 0 };

	for (; table.rows && table.count < count; table.count++)
		fill(&table.rows[table.count], &facts[table.count]);
	if (table.count)
		print_table(&table, out);
	for (size_t i = 0; i < table.count; i++)
		for (unsigned c = 0; c < COLUMNS; c++)
			free(table.rows[i].cells[c]);
	free(table.rows);
}

struct list {
	const struct node_facts *facts;
	size_t count;
};

static void put_use(struct receipt_emitter *e, const char *key, const char *use_key,
	struct reading use, const char *limit_key, struct reading limit)
{
	e->open(e, key, false);
	put_reading(e, use_key, use);
	put_reading(e, limit_key, limit);
	e->close(e);
}

/* What is not known, or not limited, is null. */
static void walk(const void *subject, struct receipt_emitter *e)
{
	const struct list *list = subject;

	put_number(e, "schema", LIST_SCHEMA);
	put_text(e, "limit", PACKAGE_VERSION);
	e->open(e, "nodes", true);
	for (size_t i = 0; i < list->count; i++) {
		const struct node_facts *facts = &list->facts[i];

		e->open(e, NULL, false);
		put_text(e, "name", facts->name);
		put_text(e, "path", facts->path);
		put_text(e, "group", facts->group);
		put_number(e, "depth", facts->depth);
		put_text(e, "state", node_state_name(facts->state));
		put_number(e, "pid", (uint64_t)facts->pid);
		put_number(e, "age_s", facts->age_s);
		put_use(e, "memory", "used_bytes", facts->memory_bytes, "limit_bytes",
			facts->memory_limit_bytes);
		put_use(e, "cpu", "used_us", facts->cpu_us, "limit_millionths",
			facts->cpu_limit_millionths);
		put_use(e, "pids", "used", facts->pids, "limit", facts->pids_limit);
		put_text(e, "command", facts->command);
		e->close(e);
	}
	e->close(e);
}

static int list_as_json(const struct list *list, FILE *out, struct fault *f)
{
	struct json_library lib;
	int result = json_library_load(&lib, f);

	if (result < 0)
		return -1;
	result = receipt_emit_json(walk, list, &lib, out, f);
	json_library_unload(&lib);
	return result;
}

int nodes_list(const struct host *host, enum spec_format format, FILE *out, struct fault *f)
{
	struct list list = { 0 };
	struct node_facts *facts;
	struct nodes nodes;
	int result = 0;

	nodes_find(&nodes, host);
	list.count = nodes_facts_read(&facts, &nodes);
	list.facts = facts;
	if (format == SPEC_FORMAT_JSON)
		result = list_as_json(&list, out, f);
	else if (format == SPEC_FORMAT_KV)
		receipt_emit_kv(walk, &list, out);
	else
		list_as_text(facts, list.count, out);
	nodes_facts_release(facts, list.count);
	nodes_release(&nodes);
	return result;
}
