/* SPDX-License-Identifier: GPL-2.0-or-later */
/* usage_shared — the budget of --group, as it is, and what all its runs together had of it. */
#include "config.h"

#include <fcntl.h>

#include "ceiling.h"
#include "files.h"
#include "shared.h"
#include "usage.h"

#define MILLION UINT64_C(1000000)

/* A file of the shared group that has the controller; its number, unless that is 'max' or -1. */
static struct reading read_number(const struct node *node, enum controller c, const char *v2_file,
	const char *v1_file)
{
	int index = plan_shared_index(node->plan, c);
	struct reading reading = { 0 };
	char text[64];

	if (index < 0)
		return reading;
	reading.known = node_read_shared(node, (unsigned)index,
				node->plan->shared.groups[index].v2 ? v2_file : v1_file, text,
				sizeof(text)) > 0 &&
			text_to_u64(text, &reading.value);
	return reading;
}

/* 'QUOTA PERIOD', 'max PERIOD'; v1 has a file for each. */
static struct reading read_cpu_limit(const struct node *node)
{
	struct reading quota_us = read_number(node, CONTROLLER_CPU, "cpu.max", "cpu.cfs_quota_us");
	struct reading period_us =
		read_number(node, CONTROLLER_CPU, "cpu.max", "cpu.cfs_period_us");
	int index = plan_shared_index(node->plan, CONTROLLER_CPU);
	const char *cursor;
	char text[64];

	if (index >= 0 && node->plan->shared.groups[index].v2 &&
		node_read_shared(node, (unsigned)index, "cpu.max", text, sizeof(text)) > 0) {
		cursor = text;
		quota_us.known = scan_u64(&cursor, &quota_us.value) && *cursor++ == ' ';
		period_us.known = quota_us.known && scan_u64(&cursor, &period_us.value);
	}
	if (!quota_us.known || !period_us.known || period_us.value == 0)
		return (struct reading){ 0 };
	return (struct reading){ true, quota_us.value * MILLION / period_us.value };
}

static struct reading read_throttled(const struct node *node)
{
	int index = plan_shared_index(node->plan, CONTROLLER_CPU);
	struct reading reading = { 0 };
	char text[FILE_TEXT_MAX];

	if (index < 0 ||
		node_read_shared(node, (unsigned)index, "cpu.stat", text, sizeof(text)) < 0)
		return reading;
	reading.known = keyed_u64(text, "throttled_usec", &reading.value);
	if (!reading.known && keyed_u64(text, "throttled_time", &reading.value))
		reading = (struct reading){ true, reading.value / 1000 };
	return reading;
}

/* This one is there; of others it may not be known. */
static unsigned count_runs(const struct node *node)
{
	const struct plan_shared *shared = &node->plan->shared;
	unsigned i = 0;
	int count;

	while (i + 1 < shared->group_count && shared->groups[i].entered)
		i++;
	count = shared_count_nodes(node->shared_fds[i]);
	return count > 0 ? (unsigned)count : 1;
}

void usage_read_shared(struct usage_shared *shared, const struct node *node)
{
	*shared = (struct usage_shared){ 0 };
	if (!node->plan->shared.name || node->shared_fds[0] < 0)
		return;
	shared->runs = count_runs(node);
	shared->memory_limit_bytes =
		read_number(node, CONTROLLER_MEMORY, "memory.max", "memory.limit_in_bytes");
	if (shared->memory_limit_bytes.value >= CEILING_V1_UNLIMITED_BYTES)
		shared->memory_limit_bytes.known = false;
	shared->memory_peak_bytes =
		read_number(node, CONTROLLER_MEMORY, "memory.peak", "memory.max_usage_in_bytes");
	shared->cpu_limit_millionths = read_cpu_limit(node);
	shared->cpu_throttled_us = read_throttled(node);
	shared->pids_limit = read_number(node, CONTROLLER_PIDS, "pids.max", "pids.max");
	shared->pids_peak = read_number(node, CONTROLLER_PIDS, "pids.peak", "pids.peak");
}
