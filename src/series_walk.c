/* SPDX-License-Identifier: GPL-2.0-or-later */
/* series_walk — for programs: one walk over a series for JSON and kv, one over a command for CSV. */
#include "config.h"

#include "receipt_put.h"
#include "series_print.h"
#include "signals.h"
#include "verdict.h"

/* One command of it. */
struct row {
	const struct series *series;
	unsigned index;
};

static void put_real_if(struct receipt_emitter *e, const char *key, bool known, double value)
{
	if (known)
		put_real(e, key, value);
	else
		put_null(e, key);
}

static void put_statistics(struct receipt_emitter *e, const char *key, const struct statistics *s)
{
	e->open(e, key, false);
	put_number(e, "count", s->count);
	put_real_if(e, "mean", s->count, s->mean);
	put_real_if(e, "sigma", s->count > 1, s->sigma);
	put_real_if(e, "median", s->count, s->median);
	put_real_if(e, "min", s->count, s->min);
	put_real_if(e, "max", s->count, s->max);
	e->close(e);
}

static void put_command(struct receipt_emitter *e, const struct series_command *command)
{
	_cleanup_free_ char *label = series_label(command);

	put_text(e, "label", label);
	e->open(e, "words", true);
	for (char **word = command->words; *word; word++)
		put_text(e, NULL, *word);
	e->close(e);
	put_number(e, "counted", command->counted);
	put_number(e, "outliers", command->outliers);
	for (unsigned metric = 0; metric < SERIES_METRICS; metric++)
		put_statistics(e, series_metrics[metric].key, &command->statistics[metric]);
	e->open(e, "ratio_to_first", false);
	for (unsigned metric = 0; metric < SERIES_METRICS; metric++) {
		const struct statistics_ratio *ratio = &command->ratios[metric];

		e->open(e, series_metrics[metric].key, false);
		put_real_if(e, "value", ratio->known, ratio->value);
		put_real_if(e, "error", ratio->has_error, ratio->error);
		e->close(e);
	}
	e->close(e);
}

static void put_run(struct receipt_emitter *e, const struct series_run *run)
{
	e->open(e, NULL, false);
	put_number(e, "command", run->command);
	put_number(e, "round", run->round);
	put_bool(e, "warmup", run->warmup);
	put_bool(e, "counted", run->counted);
	put_bool(e, "outlier", run->outlier);
	put_number(e, "began_at_us", run->began_at_us);
	put_text(e, "reason", verdict_name(run->reason));
	put_number_if(e, "exit_code", !run->signaled, (uint64_t)run->code);
	put_number_if(e, "signal", run->signaled, (uint64_t)run->code);
	put_number(e, "limit_exit_status", (uint64_t)run->status);
	put_number(e, "leftovers", run->leftovers);
	put_number(e, "warning_count", run->warnings);
	for (unsigned metric = 0; metric < SERIES_METRICS; metric++)
		put_reading(e, series_metrics[metric].key, run->values[metric]);
	e->close(e);
}

static void put_end(struct receipt_emitter *e, const struct series *series)
{
	char signal[QUANTITY_TEXT_MAX];
	char text[FAULT_TEXT_MAX + 128];

	if (series->fault)
		fault_format(series->fault, text, sizeof(text));
	e->open(e, "result", false);
	put_bool(e, "complete", !series->failed && !series->interrupted && !series->fault);
	put_bool(e, "failed", series->failed);
	put_text(e, "interrupted_by",
		series->interrupted ? signal_format(series->interrupted, signal, sizeof(signal))
				    : NULL);
	put_number(e, "limit_exit_status", (uint64_t)series->exit_status);
	put_text(e, "fault", series->fault ? text : NULL);
	e->close(e);
}

static void put_noise(struct receipt_emitter *e, const struct series *series)
{
	struct noise_findings findings;

	noise_find(&series->noise, &findings);
	e->open(e, "noise", true);
	for (unsigned i = 0; i < findings.count; i++) {
		e->open(e, NULL, false);
		put_text(e, "code", findings.list[i].code);
		put_text(e, "message", findings.list[i].text);
		put_text(e, "remedy", findings.list[i].remedy);
		e->close(e);
	}
	e->close(e);
}

static void walk_series(const void *subject, struct receipt_emitter *e)
{
	const struct series *series = subject;
	const struct record record = {
		.spec = series->spec,
		.plan = series->plan,
		.unenforced = &series->unenforced,
		.way = series->way,
		.groups_made = series->groups_made,
	};
	const struct receipt receipt = { .record = &record, .machine = &series->noise.machine };

	put_number(e, "series_schema", SERIES_SCHEMA);
	put_text(e, "limit", PACKAGE_VERSION);
	put_number(e, "began_at_us", series->noise.machine.now_us);
	put_number(e, "runs_asked", series->runs);
	put_number(e, "warmup_asked", series->warmup);
	put_end(e, series);
	e->open(e, "commands", true);
	for (unsigned i = 0; i < series->command_count; i++) {
		e->open(e, NULL, false);
		put_command(e, &series->commands[i]);
		e->close(e);
	}
	e->close(e);
	e->open(e, "runs", true);
	for (unsigned i = 0; i < series->count; i++)
		put_run(e, &series->list[i]);
	e->close(e);
	put_noise(e, series);
	put_text(e, "warning", series->warning);
	put_number(e, "warning_count", series->warnings);
	receipt_put_limits(e, &record);
	receipt_put_machine(e, &receipt);
}

static void walk_row(const void *subject, struct receipt_emitter *e)
{
	const struct row *row = subject;

	put_number(e, "began_at_us", row->series->noise.machine.now_us);
	put_number(e, "command", row->index);
	put_command(e, &row->series->commands[row->index]);
}

int series_print_json(const struct series *series, const struct json_library *lib, FILE *out,
	struct fault *f)
{
	return receipt_emit_json(walk_series, series, lib, out, f);
}

void series_print_kv(const struct series *series, FILE *out)
{
	receipt_emit_kv(walk_series, series, out);
}

void series_print_csv(const struct series *series, bool header, FILE *out)
{
	for (unsigned i = 0; i < series->command_count; i++)
		receipt_emit_csv(walk_row, &(struct row){ series, i }, header && !i, out);
}
