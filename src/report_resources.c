/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_resources — the lines of CPU, memory, swap and processes. */
#include "config.h"

#include "report_part.h"

#include <inttypes.h>

#include "files.h"

void report_print_cpu(const struct record *record, FILE *out)
{
	const struct usage *usage = record->usage;
	uint64_t wall_us = record->outcome->wall_us ? record->outcome->wall_us : 1;
	uint64_t cpu_millionths = record_cpu_limit(record);
	char cpus[QUANTITY_TEXT_MAX];
	char list[CPU_LIST_TEXT_MAX];

	fprintf(out, "  cpu         %s", text_duration_reading(usage->cpu_usage_us).s);
	if (usage->cpu_user_us.known && usage->cpu_system_us.known)
		fprintf(out, "   user %s, system %s", text_duration(usage->cpu_user_us.value).s,
			text_duration(usage->cpu_system_us.value).s);
	if (usage->cpu_usage_us.known)
		fprintf(out, ", %.2f CPUs", (double)usage->cpu_usage_us.value / (double)wall_us);
	if (cpu_millionths)
		fprintf(out, " of %s",
			quantity_format_millionths(cpu_millionths, cpus, sizeof(cpus)));
	if (!cpu_list_is_empty(&record->plan->cpus) &&
		!record_is_unenforced(record, "cpuset.cpus", "cpuset.cpus"))
		fprintf(out, " on CPU %s",
			cpu_list_format(&record->plan->cpus, list, sizeof(list)));
	if (is_positive(usage->cpu_throttled))
		fprintf(out, ";  throttled %s in %" PRIu64 " of %s periods",
			text_duration_reading(usage->cpu_throttled_us).s,
			usage->cpu_throttled.value, text_count_reading(usage->cpu_periods).s);
	if (record->plan->cpu_burst_us && !record->plan->shared.name)
		fprintf(out, ";  burst %s in %s periods",
			text_duration_reading(usage->cpu_burst_us).s,
			text_count_reading(usage->cpu_bursts).s);
	fputc('\n', out);
}

/* Of what it was made at the first kill; without one, when the limit was hit last. */
static void print_split(const struct record *record, FILE *out)
{
	const struct memory_split *split = &record->outcome->memory_split;
	const bool killed = record->outcome->reason == REASON_OOM;

	if (!memory_split_is_known(split)) {
		if (killed)
			fputs("              at the kill: n/a\n", out);
		return;
	}
	fprintf(out, "              at the %s: anon %s, file %s, shmem %s, kernel %s\n",
		killed ? "kill" : "limit", text_size_reading(split->anon_bytes).s,
		text_size_reading(split->file_bytes).s, text_size_reading(split->shmem_bytes).s,
		text_size_reading(split->kernel_bytes).s);
}

void report_print_memory(const struct record *record, FILE *out)
{
	const struct usage *usage = record->usage;
	uint64_t limit_bytes = record_mem_limit(record);

	fprintf(out, "  memory      peak %s", text_size_reading(usage->memory_peak_bytes).s);
	if (limit_bytes)
		fprintf(out, " of %s", text_size(limit_bytes).s);
	if (limit_bytes && usage->memory_peak_bytes.known)
		fprintf(out, " (%.0f %%)",
			100.0 * (double)usage->memory_peak_bytes.value / (double)limit_bytes);
	if (record->plan->mem_high_bytes && !record->plan->shared.name &&
		usage->memory_high_events.known)
		fprintf(out, ";  throttled at %s %s times",
			text_size(record->plan->mem_high_bytes).s,
			text_count_reading(usage->memory_high_events).s);
	if (is_positive(usage->memory_max_events))
		fprintf(out, ";  reclaimed at the limit %" PRIu64 " times",
			usage->memory_max_events.value);
	if (limit_bytes)
		fprintf(out, ";  oom kills %s", text_count_reading(usage->memory_oom_kill).s);
	fputc('\n', out);
	print_split(record, out);
}

void report_print_swap(const struct record *record, FILE *out)
{
	uint64_t limit_bytes = record_swap_limit(record);

	if (record->plan->shared.name)
		return;
	if ((!record->plan->mem_bytes && record->spec->swap.kind == QUANTITY_UNSET) ||
		record_is_unenforced(record, "memory.swap.max", "memory.memsw.limit_in_bytes"))
		return;
	if (limit_bytes == 0) {
		fputs("  swap        none allowed\n", out);
		return;
	}
	fprintf(out, "  swap        peak %s of %s\n",
		text_size_reading(record->usage->swap_peak_bytes).s,
		limit_bytes == UINT64_MAX ? "max" : text_size(limit_bytes).s);
}

/* What it shares with others: 'x: 3 runs share memory 500M (peak 480M), cpu 1.5 (throttled 2 s)'. */
void report_print_group(const struct record *record, FILE *out)
{
	const struct usage_shared *shared = &record->usage->shared;
	const char *before = shared->runs == 1 ? " shares " : " share ";
	char cpus[QUANTITY_TEXT_MAX];

	if (!shared->runs)
		return;
	fprintf(out, "  group       %s: %u run%s", record->plan->shared.name, shared->runs,
		shared->runs == 1 ? "" : "s");
	if (shared->memory_limit_bytes.known) {
		fprintf(out, "%smemory %s (peak %s)", before,
			text_size(shared->memory_limit_bytes.value).s,
			text_size_reading(shared->memory_peak_bytes).s);
		before = ", ";
	}
	if (shared->cpu_limit_millionths.known) {
		fprintf(out, "%scpu %s (throttled %s)", before,
			quantity_format_millionths(shared->cpu_limit_millionths.value, cpus,
				sizeof(cpus)),
			text_duration_reading(shared->cpu_throttled_us).s);
		before = ", ";
	}
	if (shared->pids_limit.known)
		fprintf(out, "%spids %" PRIu64 " (peak %s)", before, shared->pids_limit.value,
			text_count_reading(shared->pids_peak).s);
	fputc('\n', out);
}

static void print_leftovers(const struct record *record, FILE *out)
{
	static const char *const words[] = {
		[LEFTOVERS_KILLED] = "killed",
		[LEFTOVERS_WAITED] = "waited for",
		[LEFTOVERS_LEFT] = "left",
	};
	const struct node_tasks *leftovers = &record->outcome->leftovers;

	if (!leftovers->count || record->outcome->reason == REASON_OOM)
		return;
	fprintf(out, "  leftovers   %u %s", leftovers->count,
		words[record->outcome->leftovers_end]);
	for (unsigned i = 0; i < leftovers->name_count; i++) {
		fputs(i ? ", " : " (", out);
		text_print_clean(leftovers->names[i], out);
	}
	if (leftovers->name_count)
		fputs(leftovers->count > leftovers->name_count ? ", …)" : ")", out);
	if (record->outcome->leftovers_end == LEFTOVERS_LEFT)
		fprintf(out, " in %s", record->plan->groups[0].path);
	fputc('\n', out);
}

void report_print_processes(const struct record *record, FILE *out)
{
	uint64_t limit = record_pids_limit(record);

	fprintf(out, "  processes   peak %s", text_count_reading(record->usage->pids_peak).s);
	if (limit)
		fprintf(out, " of %" PRIu64 ";  %s forks refused", limit,
			text_count_reading(record->usage->pids_refused).s);
	fputc('\n', out);
	print_leftovers(record, out);
}
