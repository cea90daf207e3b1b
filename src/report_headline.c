/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_headline — what happened, in one line. */
#include "config.h"

#include "report_part.h"

#include <inttypes.h>
#include <signal.h>

#include "files.h"
#include "process_limits.h"
#include "signals.h"

/* Names that are in the headline; more are three points. */
#define NAMES_MAX 3

/* ' (cc1plus 412M anon, cc1plus, as)', of the first what it had most of; nothing if nobody is known. */
static void print_victims(const struct oom_victims *victims, FILE *out)
{
	const struct oom_victim *first = &victims->list[0];
	bool is_shmem = first->shmem_bytes > first->anon_bytes;

	if (!victims->count)
		return;
	for (unsigned i = 0; i < victims->count && i < NAMES_MAX; i++) {
		fputs(i ? ", " : " (", out);
		text_print_clean(victims->list[i].name, out);
		if (i == 0 && first->sizes_known)
			fprintf(out, " %s %s",
				text_size(is_shmem ? first->shmem_bytes : first->anon_bytes).s,
				is_shmem ? "shmem" : "anon");
	}
	fputs(victims->count > NAMES_MAX ? ", …)" : ")", out);
}

/* With memory.oom.group the kernel counts its first victim twice: no number then. */
static void print_killed(const struct record *record, FILE *out)
{
	uint64_t kills = record->usage->memory_oom_kill.value;

	if (record->spec->oom == SPEC_OOM_GROUP)
		fputs(", the whole tree killed", out);
	else
		fprintf(out, ", %" PRIu64 " process%s killed", kills, kills == 1 ? "" : "es");
	print_victims(&record->outcome->oom_victims, out);
}

static void print_time_reason(const struct record *record, FILE *out)
{
	const bool is_cpu = record->outcome->reason == REASON_CPU_TIME;
	struct text limit = text_duration(
		is_cpu ? record->spec->cpu_time_us.value : record->spec->time_us.value);
	char signal[QUANTITY_TEXT_MAX];

	fprintf(out, "%s limit of %s ran out", is_cpu ? "CPU time" : "time", limit.s);
	if (record->outcome->killed_after_grace)
		fprintf(out, ", and %s was not enough: killed",
			signal_format(record->spec->signal, signal, sizeof(signal)));
}

/* SIGXCPU and SIGXFSZ come from nowhere else; the SIGKILL at a hard limit looks like any other. */
static void print_signal_reason(const struct record *record, FILE *out)
{
	const struct outcome *outcome = record->outcome;
	const struct rlimit_request *behind =
		outcome->signaled ? process_limits_behind(record->spec, outcome->code) : NULL;
	char text[RLIMIT_TEXT_MAX];

	if (outcome->scope_stopped)
		fputs("killed from outside: systemd stopped its scope", out);
	else if (outcome->terminated && outcome->killed_after_grace)
		fputs("killed, as SIGTERM to limit was not enough", out);
	else if (behind && outcome->reason == REASON_KILLED)
		fprintf(out, "killed, from outside or for --rlimit %s",
			rlimit_format(behind, text, sizeof(text)));
	else if (outcome->reason == REASON_KILLED && !record->usage->memory_oom_kill.known)
		fputs("killed from outside, or for want of memory: that is not counted here", out);
	else if (outcome->reason == REASON_KILLED)
		fputs("killed from outside, not by a limit", out);
	else if (behind && outcome->code != SIGSEGV)
		fprintf(out, "--rlimit %s hit", rlimit_format(behind, text, sizeof(text)));
}

/* Killed for a limit above the node's, or for no limit. */
static void print_oom_above(const struct oom_above *above, FILE *out)
{
	if (above && above->source == OOM_SOURCE_MACHINE) {
		fputs("the machine ran out of memory", out);
		return;
	}
	fputs("memory ran out above its own limit", out);
	if (!above || above->source != OOM_SOURCE_GROUP)
		return;
	fprintf(out, ": %s%sin ", above->limit_bytes ? text_size(above->limit_bytes).s : "",
		above->limit_bytes ? " " : "");
	text_print_clean(above->path, out);
}

/* 'held back by its cpu and pids limits': it ended by itself, but not as it would have without. */
static void print_survived(const struct hints *hints, const char *before, FILE *out)
{
	unsigned count = 0, printed = 0;

	for (unsigned i = 0; i < hints->count; i++)
		count += hints->entries[i].survived;
	if (count)
		fprintf(out, "%sheld back by its ", before);
	for (unsigned i = 0; i < hints->count; i++) {
		if (!hints->entries[i].survived)
			continue;
		if (printed > 0)
			fputs(printed + 1 == count ? " and " : ", ", out);
		fputs(hints->entries[i].option, out);
		printed++;
	}
	if (count)
		fputs(count == 1 ? " limit" : " limits", out);
}

static void print_oom(const struct record *record, FILE *out)
{
	struct text limit = text_size(record->plan->mem_bytes);

	if (record->plan->shared.name) {
		struct reading shared_bytes = record->usage->shared.memory_limit_bytes;

		fprintf(out, "memory limit of group '%s' hit", record->plan->shared.name);
		if (shared_bytes.known)
			fprintf(out, ", %s", text_size(shared_bytes.value).s);
		print_killed(record, out);
		return;
	}
	if (record->outcome->never_ran) {
		fprintf(out, "memory limit of %s is too small to start ", limit.s);
		text_print_clean(record_command_name(record), out);
		return;
	}
	fprintf(out, "memory limit of %s hit", limit.s);
	print_killed(record, out);
}

/* Why it ended as it did; nothing if no limit had to do with it. */
static void print_verdict(const struct record *record, const struct hints *hints, FILE *out)
{
	switch (record->outcome->reason) {
	case REASON_TIME:
	case REASON_CPU_TIME:
		print_time_reason(record, out);
		print_survived(hints, "; ", out);
		break;
	case REASON_OOM:
		print_oom(record, out);
		break;
	case REASON_OOM_ANCESTOR:
		print_oom_above(record->oom_above, out);
		print_victims(&record->outcome->oom_victims, out);
		break;
	case REASON_KILLED:
	case REASON_SIGNAL:
		print_signal_reason(record, out);
		break;
	case REASON_EXIT:
		print_survived(hints, "", out);
		break;
	case REASON_NOT_STARTED:
		break;
	}
}

void report_print_end(const struct record *record, const struct hints *hints, bool in_colour,
	FILE *out)
{
	const struct outcome *outcome = record->outcome;
	char signal[QUANTITY_TEXT_MAX];
	char *verdict = NULL;
	size_t size;
	FILE *verdict_out = open_memstream(&verdict, &size);

	if (verdict_out) {
		print_verdict(record, hints, verdict_out);
		fclose(verdict_out);
	}
	if (outcome->signaled)
		fprintf(out, "died of %s", signal_format(outcome->code, signal, sizeof(signal)));
	else
		fprintf(out, "exit %d", outcome->code);
	fprintf(out, " after %s", text_duration(outcome->wall_us).s);
	if (verdict && verdict[0]) {
		fputs(": ", out);
		report_colour(outcome->reason == REASON_EXIT ? REPORT_NOTE : REPORT_BAD, in_colour,
			out);
		fputs(verdict, out);
		report_colour(REPORT_NORMAL, in_colour, out);
	}
	free(verdict);
}

void report_print_headline(const struct record *record, const struct hints *hints, bool in_colour,
	FILE *out)
{
	fputs("limit: ", out);
	text_print_clean(record_command_name(record), out);
	fputs(": ", out);
	report_print_end(record, hints, in_colour, out);
	fputc('\n', out);
}
