/* SPDX-License-Identifier: GPL-2.0-or-later */
/* series_summary — what the runs of a series come to. Pure. */
#include "config.h"

#include "series.h"

#include "files.h"

#define LABEL_MAX 60

const struct series_metric_row series_metrics[SERIES_METRICS] = {
	[SERIES_WALL] = { "wall_us", "wall", SERIES_US, false },
	[SERIES_CPU] = { "cpu_us", "cpu", SERIES_US, false },
	[SERIES_CPU_USER] = { "cpu_user_us", "user", SERIES_US, false },
	[SERIES_CPU_SYSTEM] = { "cpu_system_us", "system", SERIES_US, false },
	[SERIES_THROTTLED] = { "throttled_us", "throttled", SERIES_US, true },
	[SERIES_MEMORY_PEAK] = { "memory_peak_bytes", "memory", SERIES_BYTES, false },
	[SERIES_SWAP_PEAK] = { "swap_peak_bytes", "swap", SERIES_BYTES, true },
	[SERIES_IO_READ] = { "io_read_bytes", "read", SERIES_BYTES, true },
	[SERIES_IO_WRITTEN] = { "io_written_bytes", "written", SERIES_BYTES, true },
	[SERIES_PIDS_PEAK] = { "pids_peak", "processes", SERIES_COUNT, false },
};

static void summarise(struct series *series, unsigned command, enum series_metric metric,
	double *values)
{
	unsigned count = 0;

	for (unsigned i = 0; i < series->count; i++) {
		const struct series_run *run = &series->list[i];

		if (run->counted && run->command == command && run->values[metric].known)
			values[count++] = (double)run->values[metric].value;
	}
	statistics_make(&series->commands[command].statistics[metric], values, count);
}

static void mark_outliers(struct series *series)
{
	for (unsigned i = 0; i < series->count; i++) {
		struct series_run *run = &series->list[i];
		struct series_command *command = &series->commands[run->command];

		if (!run->counted)
			continue;
		command->counted++;
		run->outlier = statistics_is_outlier(&command->statistics[SERIES_WALL],
			(double)run->values[SERIES_WALL].value);
		command->outliers += run->outlier;
	}
}

void series_summarise(struct series *series)
{
	double *values = calloc(series->count + 1, sizeof(*values));

	if (!values)
		abort();
	for (unsigned i = 0; i < series->command_count; i++) {
		struct series_command *command = &series->commands[i];

		for (unsigned metric = 0; metric < SERIES_METRICS; metric++) {
			summarise(series, i, metric, values);
			command->ratios[metric] = statistics_divide(&command->statistics[metric],
				&series->commands[0].statistics[metric]);
			/* To itself: nothing is uncertain about it. */
			command->ratios[metric].has_error &= i > 0;
		}
	}
	mark_outliers(series);
	free(values);
}

char *series_label(const struct series_command *command)
{
	return text_cut(text_join(command->words), LABEL_MAX);
}

void series_release(struct series *series)
{
	unenforced_release(&series->unenforced);
	free(series->commands);
	free(series->list);
	free(series->failure_report);
	free(series->warning);
	*series = (struct series){ 0 };
}
