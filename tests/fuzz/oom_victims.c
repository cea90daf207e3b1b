/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The kernel's log: what is in it of others, or was written into it by programs, makes nobody a victim
 * in our group, and whoever is one stands there, word for word.
 */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>

#include "oom_victims.h"

#define GROUP "limit-1-2"

/* Records of the kernel itself: 'N,' with N below 8, and a message. */
static bool is_kernels(const char *record)
{
	size_t length = strspn(record, "0123456789");
	uint64_t priority;

	return fuzz_number(record, length, &priority) && priority < 8 && record[length] == ',' &&
	       strchr(record, ';');
}

/* Is our group a part of a path in it? */
static bool names_group(const char *record)
{
	for (const char *p = record; (p = strstr(p, "/" GROUP)); p++)
		if (strchr("/, ", p[strlen("/" GROUP)]) && p[strlen("/" GROUP)])
			return true;
	return false;
}

static bool is_told(char *const *records, size_t count, const struct oom_victim *victim)
{
	char by_summary[128], by_kill[128];

	snprintf(by_summary, sizeof(by_summary), ",task=%s", victim->name);
	snprintf(by_kill, sizeof(by_kill), " (%s", victim->name);
	for (size_t i = 0; i < count; i++)
		if (is_kernels(records[i]) &&
			(strstr(records[i], by_summary) || strstr(records[i], by_kill)))
			return true;
	return false;
}

static void check(const struct oom_victims *victims, char *const *records, size_t count)
{
	size_t ours = 0;

	for (size_t i = 0; i < count; i++)
		ours += is_kernels(records[i]) && names_group(records[i]);
	require(victims->count <= count, "%u of %zu records", victims->count, count);
	require(victims->count == 0 || ours > 0, "%u of nobody's", victims->count);
	for (unsigned i = 0; i < victims->count && i < OOM_VICTIMS_MAX; i++) {
		const struct oom_victim *victim = &victims->list[i];

		require(is_told(records, count, victim), "'%s' is nowhere", victim->name);
		require(victim->anon_bytes % 1024 == 0, "%" PRIu64, victim->anon_bytes);
		for (unsigned j = 0; j < i; j++)
			require(victims->list[j].pid != victim->pid, "%" PRIu64 " twice",
				victim->pid);
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char **records = calloc(size + 1, sizeof(*records));
	struct oom_victims victims = { 0 };
	size_t count = 0;

	if (!records)
		abort();
	while (size > 0) {
		records[count] = fuzz_line(&data, &size);
		oom_victims_parse(&victims, GROUP, records[count]);
		count++;
	}
	check(&victims, records, count);
	for (size_t i = 0; i < count; i++)
		free(records[i]);
	free(records);
	return 0;
}
