/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "nodes_facts.h"

#include <fcntl.h>
#include <time.h>

#include "files.h"
#include "options.h"
#include "usage.h"

#define ARGUMENTS_MAX 128
#define COMMAND_TEXT_MAX 120

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

static struct reading read_known(const struct node *node, const struct plan_group *group,
	const char *file)
{
	struct reading reading = { 0 };

	reading.known = read_number(node, group, file, &reading.value);
	return reading;
}

static void read_memory(struct node_facts *facts, const struct node *node)
{
	const struct plan_group *group = group_with(node, CONTROLLER_MEMORY, "memory.current");
	const bool v2 = group && group->v2;

	facts->memory_bytes =
		read_known(node, group, v2 ? "memory.current" : "memory.usage_in_bytes");
	facts->memory_limit_bytes =
		read_known(node, group, v2 ? "memory.max" : "memory.limit_in_bytes");
	if (!v2 && facts->memory_limit_bytes.value >= CEILING_V1_UNLIMITED_BYTES)
		facts->memory_limit_bytes = (struct reading){ 0 };
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

static uint64_t age_s(const struct owner *owner)
{
	const uint64_t ticks_per_s = (uint64_t)sysconf(_SC_CLK_TCK);
	const uint64_t start_s = owner->start_time_ticks / ticks_per_s;
	struct timespec now;

	clock_gettime(CLOCK_BOOTTIME, &now);
	return (uint64_t)now.tv_sec > start_s ? (uint64_t)now.tv_sec - start_s : 0;
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
	return text_cut(text, COMMAND_TEXT_MAX);
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

static void read_facts(struct node_facts *facts, const struct nodes *nodes,
	const struct found_node *found)
{
	bool created[PLAN_GROUPS_MAX];
	const struct plan_group *pids;
	struct plan plan;
	struct node node;

	nodes_open(&node, &plan, created, nodes, found);
	facts->name = text_format("%s", found->name);
	facts->group = nodes_group_of(found);
	facts->path = plan.group_count ? text_format("%s", plan.groups[0].path) : NULL;
	facts->pid = found->owner.pid;
	facts->age_s = age_s(&found->owner);
	read_memory(facts, &node);
	facts->cpu_us = usage_read_cpu_us(&node);
	facts->cpu_limit_millionths.known = read_cpus(&node, &facts->cpu_limit_millionths.value);
	pids = group_with(&node, CONTROLLER_PIDS, "pids.current");
	facts->pids = read_known(&node, pids, "pids.current");
	facts->pids_limit = read_known(&node, pids, "pids.max");
	if (facts->state == NODE_RUNS)
		facts->command = owner_command(&found->owner);
	if (!facts->command)
		facts->command = names_of(&node);
	node_close(&node);
	plan_release(&plan);
}

size_t nodes_facts_read(struct node_facts **list, const struct nodes *nodes)
{
	size_t count = 0;

	*list = calloc(nodes->count + 1, sizeof(**list));
	for (size_t i = 0; *list && i < nodes->count; i++) {
		struct node_facts *facts = &(*list)[count];

		facts->state = nodes_state(nodes, &nodes->found[i]);
		if (facts->state == NODE_GONE)
			continue;
		facts->depth = depth_of(nodes, i);
		read_facts(facts, nodes, &nodes->found[i]);
		count++;
	}
	return count;
}

void nodes_facts_release(struct node_facts *list, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		free(list[i].name);
		free(list[i].group);
		free(list[i].path);
		free(list[i].command);
	}
	free(list);
}

const char *node_state_name(enum node_state state)
{
	static const char *const names[] = {
		[NODE_RUNS] = "runs",
		[NODE_DEAD] = "dead",
		[NODE_LEFT] = "left",
		[NODE_GONE] = "gone",
	};

	return names[state];
}
