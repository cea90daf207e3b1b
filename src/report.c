/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "report.h"

#include <inttypes.h>
#include <signal.h>

#include "files.h"
#include "machine.h"
#include "process_limits.h"
#include "quantity.h"
#include "signals.h"

/*
 * Less memory than this may not be enough to load a program and its libraries, and loading takes less
 * CPU time of its own. Not wall-clock time: short of memory, it waits for the same pages again and
 * again.
 */
#define START_BYTES (UINT64_C(16) << 20)
#define START_CPU_US UINT64_C(200000)

/* Room for one formatted quantity; several may stand in one printf. */
struct text {
	char s[QUANTITY_TEXT_MAX];
};

static struct text format_size(uint64_t bytes)
{
	struct text text = { "" };

	quantity_format_size(bytes, text.s, sizeof(text.s));
	return text;
}

static struct text format_duration(uint64_t duration_us)
{
	struct text text = { "" };

	quantity_format_duration(duration_us, text.s, sizeof(text.s));
	return text;
}

static struct text format_size_reading(struct reading bytes)
{
	return bytes.known ? format_size(bytes.value) : (struct text){ "n/a" };
}

static struct text format_duration_reading(struct reading duration_us)
{
	return duration_us.known ? format_duration(duration_us.value) : (struct text){ "n/a" };
}

static struct text format_count_reading(struct reading count)
{
	struct text text = { "n/a" };

	if (count.known)
		snprintf(text.s, sizeof(text.s), "%" PRIu64, count.value);
	return text;
}

static bool is_positive(struct reading reading)
{
	return reading.known && reading.value > 0;
}

bool report_is_unenforced(const struct record *record, const char *v2_file, const char *v1_file)
{
	return unenforced_has(&record->plan->unenforced, v2_file) ||
	       unenforced_has(record->unenforced, v2_file) ||
	       unenforced_has(record->unenforced, v1_file);
}

/* --mem, if it holds, else 0. */
static uint64_t mem_in_force(const struct record *record)
{
	return report_is_unenforced(record, "memory.max", "memory.limit_in_bytes")
		       ? 0
		       : record->plan->mem_bytes;
}

/* What a number is to be held against: a tighter limit around the node, or else our own. */
static uint64_t limit_around(const struct record *record, enum effective_kind kind, uint64_t own)
{
	const struct effective *effective = &record->plan->effective[kind];

	return effective->where ? effective->value : own;
}

/* --cpu in millionths, 0 if there is none in force. */
static uint64_t cpu_limit_millionths(const struct record *record)
{
	const struct plan *plan = record->plan;
	uint64_t own = 0;

	if (plan->cpu_quota_us && !report_is_unenforced(record, "cpu.max", "cpu.cfs_quota_us"))
		own = plan->cpu_quota_us * UINT64_C(1000000) / plan->cpu_period_us;
	return limit_around(record, EFFECTIVE_CPU, own);
}

/* 'make' for '/usr/bin/make'. */
static void print_command_name(const struct spec *spec, FILE *out)
{
	const char *slash = strrchr(spec->command[0], '/');

	text_print_clean(slash && slash[1] ? slash + 1 : spec->command[0], out);
}

/* With memory.oom.group the kernel counts its first victim twice: no number then. */
static void print_killed(const struct record *record, FILE *out)
{
	uint64_t kills = record->usage->memory_oom_kill.value;

	if (record->spec->oom == SPEC_OOM_GROUP)
		fputs(", the whole tree killed", out);
	else
		fprintf(out, ", %" PRIu64 " process%s killed", kills, kills == 1 ? "" : "es");
}

static void print_time_reason(const struct record *record, FILE *out)
{
	const bool is_cpu = record->outcome->reason == REASON_CPU_TIME;
	struct text limit = format_duration(
		is_cpu ? record->spec->cpu_time_us.value : record->spec->time_us.value);
	char signal[QUANTITY_TEXT_MAX];

	fprintf(out, ": %s limit of %s ran out", is_cpu ? "CPU time" : "time", limit.s);
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

	if (outcome->terminated && outcome->killed_after_grace)
		fputs(": killed, as SIGTERM to limit was not enough", out);
	else if (behind && outcome->reason == REASON_KILLED)
		fprintf(out, ": killed, from outside or for --rlimit %s",
			rlimit_format(behind, text, sizeof(text)));
	else if (outcome->reason == REASON_KILLED)
		fputs(": killed from outside, not by a limit", out);
	else if (behind && outcome->code != SIGSEGV)
		fprintf(out, ": --rlimit %s hit", rlimit_format(behind, text, sizeof(text)));
}

static void print_headline(const struct record *record, FILE *out)
{
	const struct outcome *outcome = record->outcome;
	char signal[QUANTITY_TEXT_MAX];

	fputs("limit: ", out);
	print_command_name(record->spec, out);
	if (outcome->signaled)
		fprintf(out, ": died of %s", signal_format(outcome->code, signal, sizeof(signal)));
	else
		fprintf(out, ": exit %d", outcome->code);
	fprintf(out, " after %s", format_duration(outcome->wall_us).s);
	switch (outcome->reason) {
	case REASON_TIME:
	case REASON_CPU_TIME:
		print_time_reason(record, out);
		break;
	case REASON_OOM:
		if (outcome->never_ran) {
			fprintf(out, ": memory limit of %s is too small to start ",
				format_size(record->plan->mem_bytes).s);
			print_command_name(record->spec, out);
			break;
		}
		fprintf(out, ": memory limit of %s hit", format_size(record->plan->mem_bytes).s);
		print_killed(record, out);
		break;
	case REASON_OOM_ANCESTOR:
		fputs(": memory ran out above its own limit", out);
		break;
	case REASON_KILLED:
	case REASON_SIGNAL:
		print_signal_reason(record, out);
		break;
	case REASON_EXIT:
	case REASON_NOT_STARTED:
		break;
	}
	fputc('\n', out);
}

static void print_cpu(const struct record *record, FILE *out)
{
	const struct usage *usage = record->usage;
	uint64_t wall_us = record->outcome->wall_us ? record->outcome->wall_us : 1;
	uint64_t cpu_millionths = cpu_limit_millionths(record);
	char cpus[QUANTITY_TEXT_MAX];
	char list[CPU_LIST_TEXT_MAX];

	fprintf(out, "  cpu         %s", format_duration_reading(usage->cpu_usage_us).s);
	if (usage->cpu_user_us.known && usage->cpu_system_us.known)
		fprintf(out, "   user %s, system %s", format_duration(usage->cpu_user_us.value).s,
			format_duration(usage->cpu_system_us.value).s);
	if (usage->cpu_usage_us.known)
		fprintf(out, ", %.2f CPUs", (double)usage->cpu_usage_us.value / (double)wall_us);
	if (cpu_millionths)
		fprintf(out, " of %s",
			quantity_format_millionths(cpu_millionths, cpus, sizeof(cpus)));
	if (!cpu_list_is_empty(&record->plan->cpus) &&
		!report_is_unenforced(record, "cpuset.cpus", "cpuset.cpus"))
		fprintf(out, " on CPU %s",
			cpu_list_format(&record->plan->cpus, list, sizeof(list)));
	if (is_positive(usage->cpu_throttled))
		fprintf(out, ";  throttled %s in %" PRIu64 " of %s periods",
			format_duration_reading(usage->cpu_throttled_us).s,
			usage->cpu_throttled.value, format_count_reading(usage->cpu_periods).s);
	if (record->plan->cpu_burst_us)
		fprintf(out, ";  burst %s in %s periods",
			format_duration_reading(usage->cpu_burst_us).s,
			format_count_reading(usage->cpu_bursts).s);
	fputc('\n', out);
}

static void print_memory(const struct record *record, FILE *out)
{
	const struct usage *usage = record->usage;
	uint64_t limit_bytes = limit_around(record, EFFECTIVE_MEM, mem_in_force(record));

	fprintf(out, "  memory      peak %s", format_size_reading(usage->memory_peak_bytes).s);
	if (limit_bytes)
		fprintf(out, " of %s", format_size(limit_bytes).s);
	if (limit_bytes && usage->memory_peak_bytes.known)
		fprintf(out, " (%.0f %%)",
			100.0 * (double)usage->memory_peak_bytes.value / (double)limit_bytes);
	if (record->plan->mem_high_bytes && usage->memory_high_events.known)
		fprintf(out, ";  throttled at %s %s times",
			format_size(record->plan->mem_high_bytes).s,
			format_count_reading(usage->memory_high_events).s);
	if (is_positive(usage->memory_max_events))
		fprintf(out, ";  reclaimed at the limit %" PRIu64 " times",
			usage->memory_max_events.value);
	if (limit_bytes)
		fprintf(out, ";  oom kills %s", format_count_reading(usage->memory_oom_kill).s);
	fputc('\n', out);
}

static void print_swap(const struct record *record, FILE *out)
{
	const struct quantity *swap = &record->spec->swap;
	uint64_t limit_bytes = limit_around(record, EFFECTIVE_SWAP,
		swap->kind == QUANTITY_MAX ? UINT64_MAX : swap->value);

	if ((!record->plan->mem_bytes && swap->kind == QUANTITY_UNSET) ||
		report_is_unenforced(record, "memory.swap.max", "memory.memsw.limit_in_bytes"))
		return;
	if (limit_bytes == 0) {
		fputs("  swap        none allowed\n", out);
		return;
	}
	fprintf(out, "  swap        peak %s of %s\n",
		format_size_reading(record->usage->swap_peak_bytes).s,
		limit_bytes == UINT64_MAX ? "max" : format_size(limit_bytes).s);
}

/* How a device with a limit was found; of others DEVNAME from sysfs, or the number. */
static void print_device_name(const struct plan *plan, const struct usage_device *device, FILE *out)
{
	const struct plan_device *limited = plan_find_device(plan, device->major, device->minor);
	char text[1024];
	const char *name = NULL;

	if (!limited)
		name = machine_device_name(device->major, device->minor, text, sizeof(text));
	if (limited)
		fputs(limited->description, out);
	else if (name)
		fputs(name, out);
	else
		fprintf(out, "%u:%u", device->major, device->minor);
	fputc('\n', out);
}

/* A device with a limit has its line also if it was not used. */
static unsigned print_unused_devices(const struct record *record, bool any, FILE *out)
{
	unsigned count = 0;

	for (unsigned i = 0; i < record->plan->device_count; i++) {
		const struct plan_device *device = &record->plan->devices[i];
		bool used = false;

		for (unsigned j = 0; j < record->usage->device_count; j++) {
			const struct usage_device *other = &record->usage->devices[j];

			used |= other->major == device->major && other->minor == device->minor &&
				(other->reads || other->writes);
		}
		if (used)
			continue;
		fprintf(out, "  %-10s  none on %s\n", any || count ? "" : "io",
			device->description);
		count++;
	}
	return count;
}

static void print_io(const struct record *record, FILE *out)
{
	const struct usage *usage = record->usage;
	bool any = false;

	if (!usage->io_known) {
		fprintf(out, "  io          n/a%s\n",
			record->plan->mode == HOST_UNIFIED
				? ""
				: " (cgroup v1 counts only devices with an io limit)");
		return;
	}
	for (unsigned i = 0; i < usage->device_count; i++) {
		const struct usage_device *device = &usage->devices[i];

		if (!device->reads && !device->writes)
			continue;
		fprintf(out, "  %-10s  read %s (%" PRIu64 " ops), wrote %s (%" PRIu64 " ops) on ",
			any ? "" : "io", format_size(device->read_bytes).s, device->reads,
			format_size(device->written_bytes).s, device->writes);
		print_device_name(record->plan, device, out);
		any = true;
	}
	any |= print_unused_devices(record, any, out) > 0;
	if (usage->io_more_devices)
		fprintf(out, "  %-10s  %son more devices than are listed\n", any ? "" : "io",
			any ? "and " : "");
	else if (!any)
		fprintf(out, "  io          none%s\n",
			usage->io_limited_devices_only ? " on the limited devices" : "");
}

static void print_processes(const struct record *record, FILE *out)
{
	static const char *const leftovers_words[] = {
		[LEFTOVERS_KILLED] = "killed",
		[LEFTOVERS_WAITED] = "waited for",
		[LEFTOVERS_LEFT] = "left",
	};
	const struct node_tasks *leftovers = &record->outcome->leftovers;
	const struct quantity *pids = &record->spec->pids;
	uint64_t own = 0;
	uint64_t limit;

	fprintf(out, "  processes   peak %s", format_count_reading(record->usage->pids_peak).s);
	if (pids->kind == QUANTITY_NUMBER && !report_is_unenforced(record, "pids.max", "pids.max"))
		own = pids->value;
	limit = limit_around(record, EFFECTIVE_PIDS, own);
	if (limit)
		fprintf(out, " of %" PRIu64 ";  %s forks refused", limit,
			format_count_reading(record->usage->pids_refused).s);
	fputc('\n', out);
	if (!leftovers->count || record->outcome->reason == REASON_OOM)
		return;
	fprintf(out, "  leftovers   %u %s", leftovers->count,
		leftovers_words[record->outcome->leftovers_end]);
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

static void print_process_limits(const struct record *record, FILE *out)
{
	if (!process_limits_asked(record->spec))
		return;
	fputs("  each        ", out);
	process_limits_print(record->spec, out);
	fputc('\n', out);
}

static void print_pressure(const struct record *record, FILE *out)
{
	const struct usage *usage = record->usage;
	const struct {
		const char *name;
		struct reading stalled_us;
	} lines[] = {
		{ "cpu", usage->pressure_cpu_us },
		{ "memory", usage->pressure_memory_us },
		{ "io", usage->pressure_io_us },
	};
	uint64_t wall_us = record->outcome->wall_us ? record->outcome->wall_us : 1;

	fputs("  pressure    ", out);
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		fprintf(out, "%s%s ", i ? ", " : "", lines[i].name);
		if (lines[i].stalled_us.known)
			fprintf(out, "%.0f %%",
				100.0 * (double)lines[i].stalled_us.value / (double)wall_us);
		else
			fputs("n/a", out);
	}
	fputs(" of the time\n", out);
}

static void print_notes(const struct record *record, FILE *out)
{
	const struct warnings *warnings = record->warnings;

	effective_print(record->plan->effective, "  effective   ", out);
	unenforced_print(&record->plan->unenforced, "  unenforced  ", out);
	unenforced_print(record->unenforced, "  unenforced  ", out);
	for (unsigned i = 0; i < record->plan->note_count; i++)
		fprintf(out, "  note        %s\n", record->plan->notes[i]);
	for (unsigned i = 0; i < warnings->count && i < WARNINGS_MAX; i++) {
		fputs("  warning     ", out);
		text_print_clean(warnings->text[i], out);
		fputc('\n', out);
	}
	if (warnings->count > WARNINGS_MAX)
		fprintf(out, "  warning     and %u more\n", warnings->count - WARNINGS_MAX);
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

static void print_hint(const struct record *record, FILE *out)
{
	uint64_t mem_bytes = record->plan->mem_bytes;
	char text[RLIMIT_TEXT_MAX];

	if (record->outcome->reason == REASON_OOM) {
		fprintf(out, "  hint        ");
		if (!record->outcome->never_ran && died_at_its_start(record)) {
			fprintf(out, "memory limit of %s is perhaps too small to start ",
				format_size(mem_bytes).s);
			print_command_name(record->spec, out);
		} else {
			fprintf(out, "it needed more than %s", format_size(mem_bytes).s);
		}
		fprintf(out, ": try --mem %s\n", format_size(larger_limit(mem_bytes)).s);
	}
	if (record->outcome->signaled && record->outcome->code == SIGSEGV &&
		process_limits_behind(record->spec, SIGSEGV))
		fprintf(out, "  hint        perhaps it needs more than --rlimit %s\n",
			rlimit_format(process_limits_behind(record->spec, SIGSEGV), text,
				sizeof(text)));
	if (is_positive(record->usage->pids_refused))
		fputs("  hint        it could not start all its processes: try a larger --pids\n",
			out);
}

void report_print(const struct record *record, FILE *out)
{
	print_headline(record, out);
	fprintf(out, "  wall        %s\n", format_duration(record->outcome->wall_us).s);
	print_cpu(record, out);
	print_memory(record, out);
	print_swap(record, out);
	print_io(record, out);
	print_processes(record, out);
	print_process_limits(record, out);
	print_pressure(record, out);
	print_notes(record, out);
	print_hint(record, out);
}
