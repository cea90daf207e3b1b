/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "report.h"

#include <inttypes.h>

#include "files.h"
#include "hint.h"
#include "process_limits.h"
#include "report_part.h"

struct text text_size(uint64_t bytes)
{
	struct text text = { "" };

	quantity_format_size(bytes, text.s, sizeof(text.s));
	return text;
}

struct text text_duration(uint64_t duration_us)
{
	struct text text = { "" };

	quantity_format_duration(duration_us, text.s, sizeof(text.s));
	return text;
}

struct text text_size_reading(struct reading bytes)
{
	return bytes.known ? text_size(bytes.value) : (struct text){ "n/a" };
}

struct text text_duration_reading(struct reading duration_us)
{
	return duration_us.known ? text_duration(duration_us.value) : (struct text){ "n/a" };
}

struct text text_count_reading(struct reading count)
{
	struct text text = { "n/a" };

	if (count.known)
		snprintf(text.s, sizeof(text.s), "%" PRIu64, count.value);
	return text;
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

static void print_escapes(const struct escapes *escapes, FILE *out)
{
	for (unsigned i = 0; i < escapes->count && i < ESCAPES_MAX; i++) {
		fputs("  escaped     ", out);
		text_print_clean(escapes->list[i].name, out);
		fprintf(out, " (%d) is now in ", (int)escapes->list[i].pid);
		text_print_clean(escapes->list[i].where, out);
		fputs(": the limits do not hold it\n", out);
	}
	if (escapes->count > ESCAPES_MAX)
		fprintf(out, "  escaped     and %u more\n", escapes->count - ESCAPES_MAX);
}

static void print_notes(const struct record *record, FILE *out)
{
	const struct warnings *warnings = record->warnings;

	print_escapes(&record->outcome->escapes, out);
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

void report_colour(enum report_colour colour, bool in_colour, FILE *out)
{
	static const char *const sequences[] = {
		[REPORT_NORMAL] = "\033[0m",
		[REPORT_BAD] = "\033[1;31m",
		[REPORT_NOTE] = "\033[1;33m",
	};

	if (in_colour)
		fputs(sequences[colour], out);
}

static void print_hints(const struct hints *hints, bool in_colour, FILE *out)
{
	for (unsigned i = 0; i < hints->count; i++) {
		const struct hint *hint = &hints->entries[i];

		fputs("  ", out);
		report_colour(REPORT_NOTE, in_colour, out);
		fputs("hint", out);
		report_colour(REPORT_NORMAL, in_colour, out);
		fputs("        ", out);
		text_print_clean(hint->cause, out);
		if (hint->remedy)
			fprintf(out, ": %s", hint->remedy);
		fputc('\n', out);
	}
}

void report_print(const struct record *record, const struct hints *hints, bool in_colour, FILE *out)
{
	report_print_headline(record, hints, in_colour, out);
	fprintf(out, "  wall        %s\n", text_duration(record->outcome->wall_us).s);
	report_print_cpu(record, out);
	report_print_memory(record, out);
	report_print_swap(record, out);
	report_print_io(record, out);
	report_print_processes(record, out);
	report_print_group(record, out);
	print_process_limits(record, out);
	print_pressure(record, out);
	print_notes(record, out);
	print_hints(hints, in_colour, out);
}
