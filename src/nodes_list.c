/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nodes_list — --list: a table of the nodes, from the kernel's own files. */
#include "config.h"

#include <fcntl.h>
#include <inttypes.h>
#include <time.h>

#include "files.h"
#include "nodes.h"
#include "options.h"
#include "quantity.h"

#define ARGUMENTS_MAX 128
#define COMMAND_TEXT_MAX 120

/* v1 says 'no limit' with the highest multiple of the page size. */
#define V1_MEMORY_MAX (UINT64_C(1) << 62)

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

/* The first number of one file; false for 'max', -1 and no such file. */
static bool read_number(const struct node *node, const struct plan_group *group, const char *file,
	uint64_t *value)
{
	char text[128];
	const char *cursor = text;

	return node_read(node, group, file, text, sizeof(text)) > 0 && scan_u64(&cursor, value);
}

/* The group of the v2 tree if it has the controller, else that of v1. */
static const struct plan_group *group_with(const struct node *node, enum controller c,
	const char *v2_file)
{
	const struct plan_group *v2 = plan_v2_group(node->plan);

	if (v2 && file_exists_at(node_group_fd(node, v2), v2_file))
		return v2;
	return plan_group_of(node->plan, c);
}

/* 'USE of LIMIT', 'USE' without one. Takes the texts. */
static char *use_of(const char *use, const char *limit)
{
	return limit ? text_format("%s of %s", use, limit) : text_format("%s", use);
}

static char *memory_cell(const struct node *node)
{
	const struct plan_group *group = group_with(node, CONTROLLER_MEMORY, "memory.current");
	bool v2 = group && group->v2;
	char use[QUANTITY_TEXT_MAX];
	char limit[QUANTITY_TEXT_MAX];
	uint64_t bytes;
	bool limited;

	if (!read_number(node, group, v2 ? "memory.current" : "memory.usage_in_bytes", &bytes))
		return text_format("n/a");
	quantity_format_size(bytes, use, sizeof(use));
	limited = read_number(node, group, v2 ? "memory.max" : "memory.limit_in_bytes", &bytes) &&
		  bytes < V1_MEMORY_MAX;
	return use_of(use, limited ? quantity_format_size(bytes, limit, sizeof(limit)) : NULL);
}

/* CPUs in millionths, from cpu.max or the two files of v1. */
static bool read_cpus(const struct node *node, uint64_t *millionths)
{
	const struct plan_group *group = group_with(node, CONTROLLER_CPU, "cpu.max");
	uint64_t quota_us;
	uint64_t period_us;
	char text[128];
	const char *cursor = text;

	if (group && group->v2) {
		if (node_read(node, group, "cpu.max", text, sizeof(text)) < 0 ||
			!scan_u64(&cursor, &quota_us) || *cursor++ != ' ' ||
			!scan_u64(&cursor, &period_us))
			return false;
	} else if (!read_number(node, group, "cpu.cfs_quota_us", &quota_us) ||
		   !read_number(node, group, "cpu.cfs_period_us", &period_us)) {
		return false;
	}
	if (period_us == 0)
		return false;
	*millionths = (uint64_t)((unsigned __int128)quota_us * 1000000 / period_us);
	return true;
}

static bool read_cpu_us(const struct node *node, uint64_t *usage_us)
{
	char text[FILE_TEXT_MAX];

	if (node_read(node, plan_v2_group(node->plan), "cpu.stat", text, sizeof(text)) > 0 &&
		keyed_u64(text, "usage_usec", usage_us))
		return true;
	if (!read_number(node, plan_group_of(node->plan, CONTROLLER_CPUACCT), "cpuacct.usage",
		    usage_us))
		return false;
	*usage_us /= 1000;
	return true;
}

static char *cpu_cell(const struct node *node)
{
	char use[QUANTITY_TEXT_MAX];
	char limit[QUANTITY_TEXT_MAX];
	uint64_t value;

	if (!read_cpu_us(node, &value))
		return text_format("n/a");
	quantity_format_duration(value, use, sizeof(use));
	if (!read_cpus(node, &value))
		return text_format("%s", use);
	return text_format("%s at %s", use,
		quantity_format_millionths(value, limit, sizeof(limit)));
}

static char *processes_cell(const struct node *node)
{
	const struct plan_group *group = group_with(node, CONTROLLER_PIDS, "pids.current");
	uint64_t count;
	uint64_t limit;

	if (!read_number(node, group, "pids.current", &count))
		return text_format("n/a");
	if (!read_number(node, group, "pids.max", &limit))
		return text_format("%" PRIu64, count);
	return text_format("%" PRIu64 " of %" PRIu64, count, limit);
}

/* Whole seconds and minutes: the start is known to a hundredth, and nobody wants it. */
static char *age_cell(const struct owner *owner)
{
	const uint64_t ticks_per_s = (uint64_t)sysconf(_SC_CLK_TCK);
	const uint64_t start_s = owner->start_time_ticks / ticks_per_s;
	struct timespec now;
	uint64_t age_s;

	clock_gettime(CLOCK_BOOTTIME, &now);
	age_s = (uint64_t)now.tv_sec > start_s ? (uint64_t)now.tv_sec - start_s : 0;
	if (age_s < 60)
		return text_format("%" PRIu64 " s", age_s);
	if (age_s < 3600)
		return text_format("%" PRIu64 " min %02" PRIu64 " s", age_s / 60, age_s % 60);
	if (age_s < 86400)
		return text_format("%" PRIu64 " h %02" PRIu64 " min", age_s / 3600,
			age_s / 60 % 60);
	return text_format("%" PRIu64 " d %02" PRIu64 " h", age_s / 86400, age_s / 3600 % 24);
}

/* Words with blanks between them, cut where the table would get too wide. */
static char *join_words(char *const *words)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return text_format("n/a");
	for (unsigned i = 0; words[i] && ftell(out) < COMMAND_TEXT_MAX; i++) {
		if (i > 0)
			fputc(' ', out);
		text_print_clean(words[i], out);
	}
	fclose(out);
	if (size > COMMAND_TEXT_MAX)
		memcpy(text + COMMAND_TEXT_MAX, "…", sizeof("…"));
	return text;
}

/* What a limit that lives was told to run: its own command line, read as it was by itself. */
static char *owner_command(const struct owner *owner)
{
	char *words[ARGUMENTS_MAX + 1];
	char text[FILE_TEXT_MAX];
	char path[64];
	struct spec spec;
	struct fault f;
	ssize_t length;
	int count = 0;

	snprintf(path, sizeof(path), "/proc/%d/cmdline", (int)owner->pid);
	length = file_read_at(AT_FDCWD, path, text, sizeof(text));
	for (char *word = text; word < text + length && count < ARGUMENTS_MAX;
		word += strlen(word) + 1)
		words[count++] = word;
	words[count] = NULL;
	if (count == 0)
		return NULL;
	spec_init(&spec);
	return join_words(
		options_parse(&spec, count, words, &f) == 0 && spec.command ? spec.command : words);
}

/* Without an owner: who is in the node. */
static char *names_of(const struct node *node)
{
	static char more[] = "…";
	struct node_tasks tasks;
	char *words[ARRAY_SIZE(tasks.names) + 2] = { NULL };

	node_list(node, &tasks);
	for (unsigned i = 0; i < tasks.name_count; i++)
		words[i] = tasks.names[i];
	if (tasks.count > tasks.name_count)
		words[tasks.name_count] = more;
	return join_words(words);
}

static void fill(struct row *row, const struct nodes *nodes, const struct found_node *found,
	enum node_state state, unsigned depth)
{
	static const char *const states[] = {
		[NODE_RUNS] = "runs",
		[NODE_DEAD] = "dead",
		[NODE_LEFT] = "left",
		[NODE_GONE] = "gone",
	};
	bool created[PLAN_GROUPS_MAX];
	struct plan plan;
	struct node node;
	char *command = NULL;

	nodes_open(&node, &plan, created, nodes, found);
	row->cells[COLUMN_NODE] = text_format("%*s%s", (int)(2 * depth), "", found->name);
	row->cells[COLUMN_STATE] = text_format("%s", states[state]);
	row->cells[COLUMN_AGE] = age_cell(&found->owner);
	row->cells[COLUMN_MEMORY] = memory_cell(&node);
	row->cells[COLUMN_CPU] = cpu_cell(&node);
	row->cells[COLUMN_PROCESSES] = processes_cell(&node);
	if (state == NODE_RUNS)
		command = owner_command(&found->owner);
	row->cells[COLUMN_COMMAND] = command ? command : names_of(&node);
	node_close(&node);
	plan_release(&plan);
}

/* How many of the nodes before it is a node in? They come in the order of their paths. */
static unsigned depth_of(const struct nodes *nodes, size_t index)
{
	const char *suffix = nodes->found[index].suffix;
	unsigned depth = 0;

	for (const char *slash = suffix; (slash = strchr(slash, '/')); slash++)
		for (size_t i = 0; i < index; i++)
			depth += strlen(nodes->found[i].suffix) == (size_t)(slash - suffix) &&
				 strncmp(nodes->found[i].suffix, suffix,
					 (size_t)(slash - suffix)) == 0;
	return depth;
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

void nodes_list(const struct host *host, FILE *out)
{
	struct table table = { .count = 0 };
	struct nodes nodes;

	nodes_find(&nodes, host);
	table.rows = calloc(nodes.count + 1, sizeof(*table.rows));
	for (size_t i = 0; table.rows && i < nodes.count; i++) {
		enum node_state state = nodes_state(&nodes, &nodes.found[i]);

		if (state != NODE_GONE)
			fill(&table.rows[table.count++], &nodes, &nodes.found[i], state,
				depth_of(&nodes, i));
	}
	if (table.count)
		print_table(&table, out);
	for (size_t i = 0; i < table.count; i++)
		for (unsigned c = 0; c < COLUMNS; c++)
			free(table.rows[i].cells[c]);
	free(table.rows);
	nodes_release(&nodes);
}
