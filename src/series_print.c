/* SPDX-License-Identifier: GPL-2.0-or-later */
/* series_print — in words. */
#include "config.h"

#include "series_print.h"

#include <inttypes.h>

#include "files.h"
#include "signals.h"
#include "verdict.h"

struct text series_format(enum series_metric metric, double value)
{
	struct text text = { "" };

	switch (series_metrics[metric].unit) {
	case SERIES_US:
		return text_duration((uint64_t)(value + 0.5));
	case SERIES_BYTES:
		return text_size((uint64_t)(value + 0.5));
	case SERIES_COUNT:
		break;
	}
	snprintf(text.s, sizeof(text.s), "%.3g", value);
	return text;
}

/* Of several commands each is called by its number, too. */
static void print_title(const struct series *series, unsigned index, FILE *out)
{
	_cleanup_free_ char *label = series_label(&series->commands[index]);

	if (series->command_count > 1)
		fprintf(out, "  %u  ", index + 1);
	text_print_clean(label, out);
}

static void print_count(const struct series *series, unsigned counted, FILE *out)
{
	if (counted < series->runs)
		fprintf(out, "%u of %u runs", counted, series->runs);
	else
		fprintf(out, "%u run%s", counted, counted == 1 ? "" : "s");
}

static void print_headline(const struct series *series, FILE *out)
{
	const char *each = series->command_count > 1 ? " each" : "";

	fputs("limit: ", out);
	if (series->command_count > 1) {
		fprintf(out, "%u commands in turns", series->command_count);
		fprintf(out, ", %u run%s%s", series->runs, series->runs == 1 ? "" : "s", each);
	} else {
		print_title(series, 0, out);
		fputs(": ", out);
		print_count(series, series->commands[0].counted, out);
	}
	if (series->warmup)
		fprintf(out, ", after %u%s to warm up", series->warmup, each);
	fputc('\n', out);
}

/* What is always 0 is left out where that is what one expects. */
static bool is_worth_a_line(const struct series *series, enum series_metric metric)
{
	if (!series_metrics[metric].is_minor)
		return true;
	for (unsigned i = 0; i < series->command_count; i++)
		if (series->commands[i].statistics[metric].max > 0)
			return true;
	return false;
}

static void print_line(const struct statistics *s, enum series_metric metric, FILE *out)
{
	fprintf(out, "  %-10s  ", series_metrics[metric].label);
	if (!s->count) {
		fputs("n/a\n", out);
		return;
	}
	fprintf(out, "%10s", series_format(metric, s->mean).s);
	if (s->count > 1)
		fprintf(out, " ± %-10s", series_format(metric, s->sigma).s);
	else
		fprintf(out, "   %-10s", "");
	fprintf(out, " %10s", series_format(metric, s->median).s);
	fprintf(out, " %10s … %s\n", series_format(metric, s->min).s,
		series_format(metric, s->max).s);
}

static void print_command(const struct series *series, unsigned index, FILE *out)
{
	const struct series_command *command = &series->commands[index];

	if (series->command_count > 1) {
		print_title(series, index, out);
		if (command->counted < series->runs) {
			fputs(": ", out);
			print_count(series, command->counted, out);
		}
		fputc('\n', out);
	}
	if (!command->counted)
		return;
	fprintf(out, "  %-10s  %10s ± %-10s %10s %10s … max\n", "", "mean", "σ", " median", "min");
	for (unsigned metric = 0; metric < SERIES_METRICS; metric++)
		if (is_worth_a_line(series, metric))
			print_line(&command->statistics[metric], metric, out);
}

void series_print_ratio(const struct statistics_ratio *ratio, FILE *out)
{
	if (!ratio->known)
		fputs("n/a", out);
	else if (ratio->has_error)
		fprintf(out, "%.3f ± %.3f", ratio->value, ratio->error);
	else
		fprintf(out, "%.3f", ratio->value);
}

static void print_ratios(const struct series *series, FILE *out)
{
	for (unsigned i = 1; i < series->command_count; i++) {
		const struct series_command *command = &series->commands[i];

		if (!command->ratios[SERIES_WALL].known)
			continue;
		fprintf(out, "  %u / 1       ", i + 1);
		fputs("wall ", out);
		series_print_ratio(&command->ratios[SERIES_WALL], out);
		fputs(", cpu ", out);
		series_print_ratio(&command->ratios[SERIES_CPU], out);
		fputs(", memory ", out);
		series_print_ratio(&command->ratios[SERIES_MEMORY_PEAK], out);
		fputc('\n', out);
	}
}

static void add_warning(struct series_warnings *warnings, char *text)
{
	if (warnings->count < ARRAY_SIZE(warnings->list))
		warnings->list[warnings->count++] = text;
	else
		free(text);
}

/* The first runs find caches cold: if they alone are out, --warmup helps. */
static void find_outliers(struct series_warnings *warnings, const struct series *series)
{
	unsigned outliers = 0, counted = 0, slow_first = 0;

	for (unsigned i = 0; i < series->count; i++) {
		const struct series_run *run = &series->list[i];
		const struct statistics *wall =
			&series->commands[run->command].statistics[SERIES_WALL];

		counted += run->counted;
		outliers += run->outlier;
		slow_first += run->outlier && run->round == 1 && !series->warmup &&
			      (double)run->values[SERIES_WALL].value > wall->median;
	}
	if (slow_first && slow_first == outliers)
		add_warning(warnings,
			text_format(
				"the first run was far slower: the caches were cold; --warmup 1"));
	else if (outliers)
		add_warning(warnings,
			text_format("%u of %u runs took a time far from the others': outliers",
				outliers, counted));
}

static void find_odd_ends(struct series_warnings *warnings, const struct series *series)
{
	unsigned odd = 0, left = 0, counted = 0;
	const char *reason = "";

	for (unsigned i = 0; i < series->count; i++) {
		const struct series_run *run = &series->list[i];

		if (!run->counted)
			continue;
		counted++;
		left += run->leftovers > 0;
		if (run->reason != REASON_EXIT) {
			odd++;
			reason = verdict_name(run->reason);
		}
	}
	if (odd)
		add_warning(warnings,
			text_format("%u of %u runs ended for a limit: %s", odd, counted, reason));
	if (left)
		add_warning(warnings,
			text_format("%u of %u runs left processes behind, whose work is counted",
				left, counted));
}

void series_find_warnings(struct series_warnings *warnings, const struct series *series)
{
	struct noise_findings findings;

	warnings->count = 0;
	find_odd_ends(warnings, series);
	if (series->warning)
		add_warning(warnings, series->warnings > 1
					      ? text_format("%s (and %u more)", series->warning,
							series->warnings - 1)
					      : text_format("%s", series->warning));
	find_outliers(warnings, series);
	noise_find(&series->noise, &findings);
	for (unsigned i = 0; i < findings.count; i++)
		add_warning(warnings,
			text_format("%s%s%s", findings.list[i].text,
				findings.list[i].remedy ? ": " : "",
				findings.list[i].remedy ? findings.list[i].remedy : ""));
}

void series_warnings_release(struct series_warnings *warnings)
{
	for (unsigned i = 0; i < warnings->count; i++)
		free(warnings->list[i]);
	warnings->count = 0;
}

static void print_notes(const struct series *series, FILE *out)
{
	const struct plan *plan = series->plan;
	struct series_warnings warnings;

	effective_print(plan->effective, "  effective   ", out);
	unenforced_print(&plan->unenforced, "  unenforced  ", out);
	unenforced_print(&series->unenforced, "  unenforced  ", out);
	for (unsigned i = 0; i < plan->note_count; i++)
		fprintf(out, "  note        %s\n", plan->notes[i]);
	series_find_warnings(&warnings, series);
	for (unsigned i = 0; i < warnings.count; i++) {
		fputs("  warning     ", out);
		text_print_clean(warnings.list[i], out);
		fputc('\n', out);
	}
	series_warnings_release(&warnings);
}

/* Why there are no more runs: who asked for it, or the receipt of the run that failed. */
static void print_end(const struct series *series, FILE *out)
{
	char signal[QUANTITY_TEXT_MAX];

	if (series->interrupted)
		fprintf(out, "limit: ended by %s after %u run%s\n",
			signal_format(series->interrupted, signal, sizeof(signal)), series->count,
			series->count == 1 ? "" : "s");
	else if (series->failed)
		fprintf(out, "limit: run %u failed, which ends the series\n%s", series->count,
			series->failure_report ? series->failure_report : "");
}

static unsigned counted_runs(const struct series *series)
{
	unsigned counted = 0;

	for (unsigned i = 0; i < series->command_count; i++)
		counted += series->commands[i].counted;
	return counted;
}

static void print_text(const struct series *series, FILE *out)
{
	if (counted_runs(series)) {
		print_headline(series, out);
		for (unsigned i = 0; i < series->command_count; i++)
			print_command(series, i, out);
		print_ratios(series, out);
		print_notes(series, out);
	}
	print_end(series, out);
	/* On standard error main says it anyway. */
	if (series->fault && series->spec->report_path) {
		char text[FAULT_TEXT_MAX + 128];

		fault_format(series->fault, text, sizeof(text));
		fprintf(out, "limit: %s\n", text);
	}
}

int series_print(const struct sink *sink, const void *subject, FILE *out, struct fault *f)
{
	const struct series *series = subject;

	switch (sink->spec->format) {
	case SPEC_FORMAT_JSON:
		return series_print_json(series, &sink->json, out, f);
	case SPEC_FORMAT_KV:
		series_print_kv(series, out);
		return 0;
	case SPEC_FORMAT_CSV:
		series_print_csv(series, sink_wants_header(sink), out);
		return 0;
	case SPEC_FORMAT_MARKDOWN:
		series_print_markdown(series, out);
		return 0;
	case SPEC_FORMAT_UNSET:
	case SPEC_FORMAT_TEXT:
		break;
	}
	print_text(series, out);
	return 0;
}
