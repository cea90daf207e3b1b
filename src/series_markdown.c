/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "series_print.h"

#include "files.h"

/* The longest run of backticks in text. */
static unsigned backticks_in(const char *text)
{
	unsigned longest = 0, run = 0;

	for (; *text; text++) {
		run = *text == '`' ? run + 1 : 0;
		longest = run > longest ? run : longest;
	}
	return longest;
}

/* Code in a cell of a table: between more backticks than it has, and every '|' escaped. */
static void print_code(const char *text, FILE *out)
{
	const unsigned fence = backticks_in(text) + 1;
	const char *blank = fence > 1 ? " " : "";

	for (unsigned i = 0; i < fence; i++)
		fputc('`', out);
	fputs(blank, out);
	for (; *text; text++) {
		if (*text == '|')
			fputc('\\', out);
		fputc((unsigned char)*text < 0x20 || *text == 0x7f ? '?' : *text, out);
	}
	fputs(blank, out);
	for (unsigned i = 0; i < fence; i++)
		fputc('`', out);
}

static void print_mean(const struct series_command *command, enum series_metric metric, FILE *out)
{
	const struct statistics *s = &command->statistics[metric];

	if (!s->count)
		fputs(" | n/a", out);
	else if (s->count > 1)
		fprintf(out, " | %s ± %s", series_format(metric, s->mean).s,
			series_format(metric, s->sigma).s);
	else
		fprintf(out, " | %s", series_format(metric, s->mean).s);
}

static void print_row(const struct series *series, unsigned index, FILE *out)
{
	const struct series_command *command = &series->commands[index];
	const struct statistics *wall = &command->statistics[SERIES_WALL];
	const struct statistics_ratio *ratio = &command->ratios[SERIES_WALL];
	_cleanup_free_ char *label = series_label(command);

	fputs("| ", out);
	print_code(label, out);
	fprintf(out, " | %u", command->counted);
	print_mean(command, SERIES_WALL, out);
	if (wall->count)
		fprintf(out, " | %s | %s … %s", series_format(SERIES_WALL, wall->median).s,
			series_format(SERIES_WALL, wall->min).s,
			series_format(SERIES_WALL, wall->max).s);
	else
		fputs(" | n/a | n/a", out);
	print_mean(command, SERIES_CPU, out);
	print_mean(command, SERIES_MEMORY_PEAK, out);
	if (series->command_count > 1) {
		fputs(" | ", out);
		if (ratio->known && !index)
			fputs("1", out);
		else
			series_print_ratio(ratio, out);
	}
	fputs(" |\n", out);
}

void series_print_markdown(const struct series *series, FILE *out)
{
	const bool compares = series->command_count > 1;
	struct series_warnings warnings;

	fprintf(out,
		"| Command | Runs | Wall, mean ± σ | Median | Min … max | CPU | Memory peak |%s\n",
		compares ? " Wall, ratio |" : "");
	fprintf(out, "|:---|---:|---:|---:|---:|---:|---:|%s\n", compares ? "---:|" : "");
	for (unsigned i = 0; i < series->command_count; i++)
		print_row(series, i, out);
	series_find_warnings(&warnings, series);
	if (warnings.count)
		fputc('\n', out);
	for (unsigned i = 0; i < warnings.count; i++) {
		fputs("- ", out);
		text_print_clean(warnings.list[i], out);
		fputc('\n', out);
	}
	series_warnings_release(&warnings);
}
