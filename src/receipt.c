/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receipt — the walk: how it ended. receipt_usage.c has the use, receipt_limits.c what was asked. */
#include "config.h"

#include "receipt.h"

#include "receipt_put.h"
#include "signals.h"
#include "verdict.h"

static void put_names(struct receipt_emitter *e, const char *key, const char *const *names,
	unsigned count)
{
	e->open(e, key, true);
	for (unsigned i = 0; i < count; i++)
		put_text(e, NULL, names[i]);
	e->close(e);
}

static void put_command(struct receipt_emitter *e, const struct receipt *receipt)
{
	char **command = receipt->record->spec->command;
	unsigned count = 0;

	while (command[count])
		count++;
	put_text(e, "name", record_command_name(receipt->record));
	put_names(e, "command", (const char *const *)command, count);
}

/* The options whose limits ended COMMAND or slowed it down: 'cpu,pids'. */
static void put_held_back_by(struct receipt_emitter *e, const struct hints *hints)
{
	char text[HINTS_MAX * 24] = "";
	size_t length = 0;

	for (unsigned i = 0; i < hints->count && length < sizeof(text); i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "%s%s",
			i ? "," : "", hints->entries[i].option);
	put_text(e, "held_back_by", text[0] ? text : NULL);
}

static void put_result(struct receipt_emitter *e, const struct receipt *receipt)
{
	static const struct outcome none = { .reason = REASON_NOT_STARTED };
	const struct outcome *outcome = receipt->record->outcome;
	const struct oom_above *above = receipt->record->oom_above;
	const bool ran = outcome != NULL;
	const bool in_group = ran && above && above->source == OOM_SOURCE_GROUP;
	char signal[QUANTITY_TEXT_MAX];

	if (!ran)
		outcome = &none;
	e->open(e, "result", false);
	put_text(e, "reason", verdict_name(outcome->reason));
	put_number_if(e, "exit_code", ran && !outcome->signaled, (uint64_t)outcome->code);
	put_number_if(e, "signal", ran && outcome->signaled, (uint64_t)outcome->code);
	put_text(e, "signal_name",
		ran && outcome->signaled ? signal_format(outcome->code, signal, sizeof(signal))
					 : NULL);
	put_number(e, "limit_exit_status", (uint64_t)receipt->exit_status);
	put_held_back_by(e, receipt->hints);
	put_bool(e, "never_ran", !ran || outcome->never_ran);
	put_bool(e, "timed_out", outcome->timed_out);
	put_bool(e, "cpu_timed_out", outcome->cpu_timed_out);
	put_bool(e, "terminated", outcome->terminated);
	put_bool(e, "killed_after_grace", outcome->killed_after_grace);
	put_bool(e, "oom_killed_by_limit", outcome->oom_killed_by_us);
	put_text(e, "oom_source",
		outcome->reason == REASON_OOM ? (receipt->record->spec->group ? "group" : "own")
		: above                       ? oom_source_name(above->source)
					      : NULL);
	put_text(e, "oom_ancestor", in_group ? above->path : NULL);
	put_number_if(e, "oom_ancestor_bytes", in_group && above->limit_bytes,
		in_group ? above->limit_bytes : 0);
	e->close(e);
}

/* errno stands in the message in words: its numbers differ between machines. */
static void put_fault(struct receipt_emitter *e, const struct fault *fault)
{
	char text[FAULT_TEXT_MAX + 128];

	if (fault)
		fault_format(fault, text, sizeof(text));
	e->open(e, "fault", false);
	put_text(e, "message", fault ? text : NULL);
	put_text(e, "hint", fault && fault->hint[0] ? fault->hint : NULL);
	e->close(e);
}

static void put_leftovers(struct receipt_emitter *e, const struct outcome *outcome)
{
	static const char *const ends[] = {
		[LEFTOVERS_KILLED] = "killed",
		[LEFTOVERS_WAITED] = "waited",
		[LEFTOVERS_LEFT] = "left",
	};
	const struct node_tasks *left = outcome ? &outcome->leftovers : NULL;

	e->open(e, "leftovers", false);
	put_number_if(e, "count", left, left ? left->count : 0);
	put_text(e, "end", left && left->count ? ends[outcome->leftovers_end] : NULL);
	e->open(e, "names", true);
	for (unsigned i = 0; left && i < left->name_count; i++)
		put_text(e, NULL, left->names[i]);
	e->close(e);
	e->close(e);
}

static void put_escapes(struct receipt_emitter *e, const struct outcome *outcome)
{
	const unsigned count = outcome ? outcome->escapes.count : 0;

	put_number_if(e, "escape_count", outcome, count);
	e->open(e, "escapes", true);
	for (unsigned i = 0; i < count && i < ESCAPES_MAX; i++) {
		const struct escaped *process = &outcome->escapes.list[i];

		e->open(e, NULL, false);
		put_number(e, "pid", (uint64_t)process->pid);
		put_text(e, "name", process->name);
		put_text(e, "where", process->where);
		e->close(e);
	}
	e->close(e);
}

static void put_messages(struct receipt_emitter *e, const struct record *record)
{
	const struct warnings *warnings = record->warnings;
	const unsigned count = warnings ? warnings->count : 0;

	e->open(e, "notes", true);
	for (unsigned i = 0; record->plan && i < record->plan->note_count; i++)
		put_text(e, NULL, record->plan->notes[i]);
	e->close(e);
	put_number_if(e, "warning_count", warnings, count);
	e->open(e, "warnings", true);
	for (unsigned i = 0; i < count && i < WARNINGS_MAX; i++)
		put_text(e, NULL, warnings->text[i]);
	e->close(e);
}

static void put_hints(struct receipt_emitter *e, const struct hints *hints)
{
	e->open(e, "hints", true);
	for (unsigned i = 0; i < hints->count; i++) {
		const struct hint *hint = &hints->entries[i];

		e->open(e, NULL, false);
		put_text(e, "code", hint_name(hint->code));
		put_text(e, "option", hint->option);
		put_text(e, "cause", hint->cause);
		put_text(e, "remedy", hint->remedy);
		e->close(e);
	}
	e->close(e);
}

void receipt_put_machine(struct receipt_emitter *e, const struct receipt *receipt)
{
	const struct machine *machine = receipt->machine;
	const struct plan *plan = receipt->record->plan;

	e->open(e, "host", false);
	put_text(e, "kernel", machine->kernel[0] ? machine->kernel : NULL);
	put_text(e, "cgroup_mode", plan ? host_mode_name(plan->mode) : NULL);
	put_number_if(e, "cpus", machine->cpus, machine->cpus);
	put_number_if(e, "memory_bytes", machine->mem_total_bytes, machine->mem_total_bytes);
	put_text(e, "governor", machine->governor[0] ? machine->governor : NULL);
	put_bool_if(e, "turbo", machine->turbo != MACHINE_UNKNOWN, machine->turbo == MACHINE_ON);
	put_bool_if(e, "smt", machine->smt != MACHINE_UNKNOWN, machine->smt == MACHINE_ON);
	e->close(e);
}

void receipt_walk(const struct receipt *receipt, struct receipt_emitter *e)
{
	const struct record *record = receipt->record;

	put_number(e, "schema", RECEIPT_SCHEMA);
	put_text(e, "limit", PACKAGE_VERSION);
	put_number(e, "reported_at_us", receipt->machine->now_us);
	put_command(e, receipt);
	put_result(e, receipt);
	put_fault(e, receipt->fault);
	put_number_if(e, "wall_us", record->outcome,
		record->outcome ? record->outcome->wall_us : 0);
	receipt_put_usage(e, record);
	put_leftovers(e, record->outcome);
	put_escapes(e, record->outcome);
	receipt_put_limits(e, record);
	put_messages(e, record);
	put_hints(e, receipt->hints);
	receipt_put_machine(e, receipt);
}
