/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "hint.h"

#include <signal.h>

#include "files.h"
#include "process_limits.h"

/*
 * Less memory than this may not be enough to load a program and its libraries, and loading takes less
 * CPU time of its own. Not wall-clock time: short of memory, it waits for the same pages again and
 * again.
 */
#define START_BYTES (UINT64_C(16) << 20)
#define START_CPU_US UINT64_C(200000)

/* cause and remedy are the list's from here on. */
static void add(struct hints *hints, const char *code, char *cause, char *remedy)
{
	if (hints->count == HINTS_MAX) {
		free(cause);
		free(remedy);
		return;
	}
	hints->entries[hints->count++] = (struct hint){ code, cause, remedy };
}

/* A quarter more, but no steps of a few kilobytes, in whole megabytes. */
static uint64_t larger_limit(uint64_t bytes)
{
	const uint64_t mib = UINT64_C(1) << 20;

	bytes += bytes / 4 > 8 * mib ? bytes / 4 : 8 * mib;
	return (bytes + mib - 1) / mib * mib;
}

/* Nobody can know what COMMAND was at, but little memory and little time say that it was little. */
static bool died_at_its_start(const struct record *record)
{
	const struct reading *user_us = &record->usage->cpu_user_us;

	return record->outcome->signaled && record->plan->mem_bytes < START_BYTES &&
	       user_us->known && user_us->value < START_CPU_US;
}

static void add_memory(struct hints *hints, const struct record *record)
{
	uint64_t mem_bytes = record->plan->mem_bytes;
	char limit[QUANTITY_TEXT_MAX], larger[QUANTITY_TEXT_MAX];
	char *remedy;

	if (record->outcome->reason != REASON_OOM)
		return;
	quantity_format_size(mem_bytes, limit, sizeof(limit));
	remedy = text_format("try --mem %s",
		quantity_format_size(larger_limit(mem_bytes), larger, sizeof(larger)));
	if (!record->outcome->never_ran && died_at_its_start(record))
		add(hints, "memory-start",
			text_format("memory limit of %s is perhaps too small to start %s", limit,
				record_command_name(record)),
			remedy);
	else
		add(hints, "memory", text_format("it needed more than %s", limit), remedy);
}

static void add_stack(struct hints *hints, const struct record *record)
{
	const struct outcome *outcome = record->outcome;
	const struct rlimit_request *behind = outcome->signaled && outcome->code == SIGSEGV
						      ? process_limits_behind(record->spec, SIGSEGV)
						      : NULL;
	char text[RLIMIT_TEXT_MAX];

	if (behind)
		add(hints, "rlimit",
			text_format("perhaps it needs more than --rlimit %s",
				rlimit_format(behind, text, sizeof(text))),
			NULL);
}

static void add_pids(struct hints *hints, const struct record *record)
{
	if (record->usage->pids_refused.known && record->usage->pids_refused.value > 0)
		add(hints, "pids", text_format("it could not start all its processes"),
			text_format("try a larger --pids"));
}

void hints_make(struct hints *hints, const struct record *record)
{
	*hints = (struct hints){ 0 };
	add_memory(hints, record);
	add_stack(hints, record);
	add_pids(hints, record);
}

void hints_release(struct hints *hints)
{
	for (unsigned i = 0; i < hints->count; i++) {
		free(hints->entries[i].cause);
		free(hints->entries[i].remedy);
	}
	*hints = (struct hints){ 0 };
}
