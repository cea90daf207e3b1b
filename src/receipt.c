/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receipt — the walk: how it ended and what was consumed. receipt_limits.c has what was asked. */
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
	put_bool(e, "never_ran", !ran || outcome->never_ran);
	put_bool(e, "timed_out", outcome->timed_out);
	put_bool(e, "cpu_timed_out", outcome->cpu_timed_out);
	put_bool(e, "terminated", outcome->terminated);
	put_bool(e, "killed_after_grace", outcome->killed_after_grace);
	put_bool(e, "oom_killed_by_limit", outcome->oom_killed_by_us);
	put_text(e, "oom_source",
		outcome->reason == REASON_OOM ? "own"
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

static void put_cpu_and_memory(struct receipt_emitter *e, const struct usage *usage)
{
	e->open(e, "cpu", false);
	put_reading(e, "usage_us", usage->cpu_usage_us);
	put_reading(e, "user_us", usage->cpu_user_us);
	put_reading(e, "system_us", usage->cpu_system_us);
	put_reading(e, "periods", usage->cpu_periods);
	put_reading(e, "throttled_periods", usage->cpu_throttled);
	put_reading(e, "throttled_us", usage->cpu_throttled_us);
	put_reading(e, "burst_periods", usage->cpu_bursts);
	put_reading(e, "burst_us", usage->cpu_burst_us);
	e->close(e);

	e->open(e, "memory", false);
	put_reading(e, "peak_bytes", usage->memory_peak_bytes);
	put_reading(e, "high_events", usage->memory_high_events);
	put_reading(e, "max_events", usage->memory_max_events);
	put_reading(e, "oom_events", usage->memory_oom);
	put_reading(e, "oom_events_below", usage->memory_oom_below);
	put_reading(e, "oom_kills", usage->memory_oom_kill);
	e->close(e);

	e->open(e, "swap", false);
	put_reading(e, "peak_bytes", usage->swap_peak_bytes);
	e->close(e);
}

static void put_device(struct receipt_emitter *e, const struct plan *plan,
	const struct usage_device *device)
{
	const struct plan_device *limited =
		plan ? plan_find_device(plan, device->major, device->minor) : NULL;
	char text[1024];

	e->open(e, NULL, false);
	put_text(e, "name", machine_device_name(device->major, device->minor, text, sizeof(text)));
	put_number(e, "major", device->major);
	put_number(e, "minor", device->minor);
	put_text(e, "limited_as", limited ? limited->description : NULL);
	put_number(e, "read_bytes", device->read_bytes);
	put_number(e, "written_bytes", device->written_bytes);
	put_number(e, "reads", device->reads);
	put_number(e, "writes", device->writes);
	e->close(e);
}

/* The sums are not known if a device is missing in them. */
static void put_io(struct receipt_emitter *e, const struct plan *plan, const struct usage *usage)
{
	const bool known = usage->io_known && !usage->io_more_devices;
	struct usage_device sum = { 0 };

	for (unsigned i = 0; i < usage->device_count; i++) {
		sum.read_bytes += usage->devices[i].read_bytes;
		sum.written_bytes += usage->devices[i].written_bytes;
		sum.reads += usage->devices[i].reads;
		sum.writes += usage->devices[i].writes;
	}
	e->open(e, "io", false);
	put_number_if(e, "read_bytes", known, sum.read_bytes);
	put_number_if(e, "written_bytes", known, sum.written_bytes);
	put_number_if(e, "reads", known, sum.reads);
	put_number_if(e, "writes", known, sum.writes);
	put_bool_if(e, "limited_devices_only", usage->io_known, usage->io_limited_devices_only);
	put_bool_if(e, "more_devices", usage->io_known, usage->io_more_devices);
	e->open(e, "devices", true);
	for (unsigned i = 0; i < usage->device_count; i++)
		put_device(e, plan, &usage->devices[i]);
	e->close(e);
	e->close(e);
}

static void put_processes(struct receipt_emitter *e, const struct receipt *receipt,
	const struct usage *usage)
{
	static const char *const ends[] = {
		[LEFTOVERS_KILLED] = "killed",
		[LEFTOVERS_WAITED] = "waited",
		[LEFTOVERS_LEFT] = "left",
	};
	const struct outcome *outcome = receipt->record->outcome;
	const struct node_tasks *left = outcome ? &outcome->leftovers : NULL;

	e->open(e, "pids", false);
	put_reading(e, "peak", usage->pids_peak);
	put_reading(e, "refused", usage->pids_refused);
	e->close(e);

	e->open(e, "pressure", false);
	put_reading(e, "cpu_us", usage->pressure_cpu_us);
	put_reading(e, "memory_us", usage->pressure_memory_us);
	put_reading(e, "io_us", usage->pressure_io_us);
	e->close(e);

	e->open(e, "leftovers", false);
	put_number_if(e, "count", left, left ? left->count : 0);
	put_text(e, "end", left && left->count ? ends[outcome->leftovers_end] : NULL);
	e->open(e, "names", true);
	for (unsigned i = 0; left && i < left->name_count; i++)
		put_text(e, NULL, left->names[i]);
	e->close(e);
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
	static const struct usage nothing_known = { 0 };
	const struct record *record = receipt->record;
	const struct usage *usage = record->usage ? record->usage : &nothing_known;

	put_number(e, "schema", RECEIPT_SCHEMA);
	put_text(e, "limit", PACKAGE_VERSION);
	put_number(e, "reported_at_us", receipt->machine->now_us);
	put_command(e, receipt);
	put_result(e, receipt);
	put_fault(e, receipt->fault);
	put_number_if(e, "wall_us", record->outcome,
		record->outcome ? record->outcome->wall_us : 0);
	put_cpu_and_memory(e, usage);
	put_io(e, record->plan, usage);
	put_processes(e, receipt, usage);
	receipt_put_limits(e, record);
	put_messages(e, record);
	receipt_put_machine(e, receipt);
}
