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

/* From these shares on: of the wall-clock time, of the periods and of the time, and of the limit. */
#define PRESSURE_PERCENT 10
#define THROTTLED_PERCENT 10
#define THROTTLED_TIME_PERCENT 5
#define REMARKABLE_PERCENT 25

/* So many refused forks for each that was allowed look like a loop. */
#define FORKS_REFUSED_FOR_EACH 4

static bool is_share(uint64_t part, uint64_t whole, unsigned percent)
{
	return whole > 0 && (double)part * 100.0 >= (double)whole * percent;
}

static bool waited_for(const struct record *record, struct reading stalled_us)
{
	return is_positive(stalled_us) &&
	       is_share(stalled_us.value, record->outcome->wall_us, PRESSURE_PERCENT);
}

/* cause and remedy are the list's from here on. */
static void add(struct hints *hints, struct hint hint)
{
	if (hints->count < HINTS_MAX) {
		hints->entries[hints->count++] = hint;
		return;
	}
	free(hint.cause);
	free(hint.remedy);
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

/* What of it is worth a word: '', or ', of which …'. */
static char *format_share(const struct memory_split *split, uint64_t limit_bytes)
{
	const struct {
		struct reading bytes;
		const char *words;
	} parts[] = {
		{ split->shmem_bytes,
			"files in tmpfs or shared memory, which count until they are deleted" },
		{ split->file_bytes, "page cache in use: mapped, locked or being written" },
		{ split->kernel_bytes, "the kernel's for it: page tables, sockets, open files" },
	};
	char size[QUANTITY_TEXT_MAX];

	for (size_t i = 0; i < ARRAY_SIZE(parts); i++)
		if (is_share(parts[i].bytes.value, limit_bytes, REMARKABLE_PERCENT))
			return text_format(", of which %s was %s",
				quantity_format_size(parts[i].bytes.value, size, sizeof(size)),
				parts[i].words);
	return text_format("%s", "");
}

static void add_memory_of_group(struct hints *hints, const struct record *record)
{
	struct reading limit_bytes = record->usage->shared.memory_limit_bytes;
	char limit[QUANTITY_TEXT_MAX], larger[QUANTITY_TEXT_MAX];

	if (!limit_bytes.known)
		return;
	add(hints,
		(struct hint){
			.code = HINT_MEMORY,
			.option = "mem",
			.cause = text_format("all runs of group '%s' together needed more than %s",
				record->plan->shared.name,
				quantity_format_size(limit_bytes.value, limit, sizeof(limit))),
			.remedy = text_format("try --mem %s for the group, or fewer runs at once",
				quantity_format_size(larger_limit(limit_bytes.value), larger,
					sizeof(larger))),
		});
}

static void add_memory(struct hints *hints, const struct record *record)
{
	const struct outcome *outcome = record->outcome;
	uint64_t mem_bytes = record->plan->mem_bytes;
	char limit[QUANTITY_TEXT_MAX], larger[QUANTITY_TEXT_MAX];
	_cleanup_free_ char *share = format_share(&outcome->memory_split, mem_bytes);
	bool at_start = !outcome->never_ran && died_at_its_start(record);

	if (outcome->reason != REASON_OOM)
		return;
	if (record->plan->shared.name) {
		add_memory_of_group(hints, record);
		return;
	}
	quantity_format_size(mem_bytes, limit, sizeof(limit));
	add(hints,
		(struct hint){
			.code = at_start ? HINT_MEMORY_START : HINT_MEMORY,
			.option = "mem",
			.cause =
				at_start
					? text_format(
						  "memory limit of %s is perhaps too small to start %s",
						  limit, record_command_name(record))
					: text_format("it needed more than %s%s", limit, share),
			.remedy = text_format("try --mem %s%s",
				quantity_format_size(larger_limit(mem_bytes), larger,
					sizeof(larger)),
				outcome->oom_victims.count > 2 ? ", or fewer processes at once"
							       : ""),
		});
}

static void add_stack(struct hints *hints, const struct record *record)
{
	const struct outcome *outcome = record->outcome;
	const struct rlimit_request *behind = outcome->signaled && outcome->code == SIGSEGV
						      ? process_limits_behind(record->spec, SIGSEGV)
						      : NULL;
	char text[RLIMIT_TEXT_MAX];

	if (behind)
		add(hints, (struct hint){
				   .code = HINT_RLIMIT,
				   .option = "rlimit",
				   .cause = text_format("perhaps it needs more than --rlimit %s",
					   rlimit_format(behind, text, sizeof(text))),
			   });
}

static void add_pids(struct hints *hints, const struct record *record)
{
	struct reading refused = record->usage->pids_refused;
	uint64_t limit = record_pids_limit(record);
	const char *around = record->plan->effective[EFFECTIVE_PIDS].where;

	if (!is_positive(refused))
		return;
	if (record->plan->shared.name) {
		add(hints, (struct hint){
				   .code = HINT_PIDS,
				   .option = "pids",
				   .survived = true,
				   .cause = text_format("it could not start all its processes"),
				   .remedy = text_format("the limit is that of group '%s'",
					   record->plan->shared.name),
			   });
		return;
	}
	add(hints,
		(struct hint){
			.code = HINT_PIDS,
			.option = "pids",
			.survived = true,
			.cause = text_format("it could not start all its processes"),
			.remedy =
				around ? text_format("the limit is that of %s", around)
				       : text_format("try a larger --pids%s",
						 limit && refused.value / FORKS_REFUSED_FOR_EACH >=
									 limit
							 ? ", unless it forks without end"
							 : ""),
		});
}

static void add_cpu(struct hints *hints, const struct record *record)
{
	const struct usage *usage = record->usage;
	uint64_t limit = record_cpu_limit(record);
	char cpus[QUANTITY_TEXT_MAX];

	/* One period more or less is chance. */
	if (!limit || usage->cpu_throttled.value < 2 ||
		!is_share(usage->cpu_throttled.value, usage->cpu_periods.value,
			THROTTLED_PERCENT) ||
		!is_share(usage->cpu_throttled_us.value, record->outcome->wall_us,
			THROTTLED_TIME_PERCENT))
		return;
	add(hints, (struct hint){
			   .code = HINT_CPU,
			   .option = "cpu",
			   .survived = true,
			   .cause = text_format(
				   "it wanted more CPU time than --cpu %s gives, and was stopped "
				   "in %.0f %% of the periods",
				   quantity_format_millionths(limit, cpus, sizeof(cpus)),
				   100.0 * (double)usage->cpu_throttled.value /
					   (double)usage->cpu_periods.value),
			   .remedy = text_format("try a larger --cpu%s",
				   record->spec->jobs_env ? "" : ", or fewer threads (--jobs-env)"),
		   });
}

static void add_mem_high(struct hints *hints, const struct record *record)
{
	char high[QUANTITY_TEXT_MAX];

	if (!record->plan->mem_high_bytes || !is_positive(record->usage->memory_high_events))
		return;
	add(hints, (struct hint){
			   .code = HINT_MEMORY_HIGH,
			   .option = "mem-high",
			   .survived = true,
			   .cause = text_format("it was slowed down to stay near --mem-high %s",
				   quantity_format_size(record->plan->mem_high_bytes, high,
					   sizeof(high))),
			   .remedy = text_format("try a larger one"),
		   });
}

static void add_memory_pressure(struct hints *hints, const struct record *record)
{
	const struct usage *usage = record->usage;
	uint64_t mem_bytes = record_mem_in_force(record);
	char limit[QUANTITY_TEXT_MAX], again[QUANTITY_TEXT_MAX], larger[QUANTITY_TEXT_MAX];

	if (!mem_bytes || record->outcome->reason == REASON_OOM ||
		!is_positive(usage->memory_max_events) ||
		!is_share(usage->memory_refault_bytes.value, mem_bytes, REMARKABLE_PERCENT) ||
		!waited_for(record, usage->pressure_memory_us))
		return;
	add(hints, (struct hint){
			   .code = HINT_MEMORY_PRESSURE,
			   .option = "mem",
			   .survived = true,
			   .cause = text_format(
				   "%s was too little to keep what it uses: %s had to be read "
				   "again",
				   quantity_format_size(mem_bytes, limit, sizeof(limit)),
				   quantity_format_size(usage->memory_refault_bytes.value, again,
					   sizeof(again))),
			   .remedy = text_format("try --mem %s",
				   quantity_format_size(larger_limit(mem_bytes), larger,
					   sizeof(larger))),
		   });
}

/* Which of several limits it waited for, or whether for the disk itself, is not counted. */
static void add_io(struct hints *hints, const struct record *record)
{
	const struct spec_io *io = record->spec->io;
	unsigned limits = 0, last = 0;

	for (unsigned i = 0; i < record->spec->io_count; i++)
		if (io[i].key != IO_WEIGHT && io[i].value.kind == QUANTITY_NUMBER) {
			limits++;
			last = i;
		}
	if (!limits || !waited_for(record, record->usage->pressure_io_us))
		return;
	add(hints, (struct hint){
			   .code = HINT_IO,
			   .option = limits == 1 ? io[last].option : "io",
			   .survived = true,
			   .cause = text_format("it waited for io %.0f %% of the time",
				   100.0 * (double)record->usage->pressure_io_us.value /
					   (double)record->outcome->wall_us),
			   .remedy = text_format("try a larger --%s",
				   limits == 1 ? io[last].option : "io-read or --io-write"),
		   });
}

const char *hint_name(enum hint_code code)
{
	static const char *const names[] = {
		[HINT_MEMORY] = "memory",
		[HINT_MEMORY_START] = "memory-start",
		[HINT_RLIMIT] = "rlimit",
		[HINT_PIDS] = "pids",
		[HINT_CPU] = "cpu",
		[HINT_MEMORY_HIGH] = "memory-high",
		[HINT_MEMORY_PRESSURE] = "memory-pressure",
		[HINT_IO] = "io",
	};

	return names[code];
}

void hints_make(struct hints *hints, const struct record *record)
{
	*hints = (struct hints){ 0 };
	add_memory(hints, record);
	add_stack(hints, record);
	add_pids(hints, record);
	add_cpu(hints, record);
	add_mem_high(hints, record);
	add_memory_pressure(hints, record);
	add_io(hints, record);
}

void hints_release(struct hints *hints)
{
	for (unsigned i = 0; i < hints->count; i++) {
		free(hints->entries[i].cause);
		free(hints->entries[i].remedy);
	}
	*hints = (struct hints){ 0 };
}
