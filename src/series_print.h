/* SPDX-License-Identifier: GPL-2.0-or-later */
/* series_print — the statistics of a series in all forms. For sink_print(); the subject is a struct series. */
#ifndef LIMIT_SERIES_PRINT_H
#define LIMIT_SERIES_PRINT_H

#include "report_part.h"
#include "series.h"
#include "sink.h"

/* Of the form for programs; raised as RECEIPT_SCHEMA is. */
#define SERIES_SCHEMA 1

sink_printer series_print;

/* One quantity of a metric, as the receipt writes it: '12.31 s', '412M', '3.5'. */
struct text series_format(enum series_metric metric, double value);

/* '0.812 ± 0.010', 'n/a'. */
void series_print_ratio(const struct statistics_ratio *ratio, FILE *out);

/* A table of the commands (CommonMark with GitHub's tables), and the warnings as a list. */
void series_print_markdown(const struct series *series, FILE *out);

/*
 * JSON and kv have everything, each run included; doc/series.schema.json describes it. CSV has a row for
 * each command, with the columns that a command has there.
 */
int series_print_json(const struct series *series, const struct json_library *lib, FILE *out,
	struct fault *f);
void series_print_kv(const struct series *series, FILE *out);
void series_print_csv(const struct series *series, bool header, FILE *out);

/* How far the numbers can be trusted: a line each, without a newline. To be released. */
struct series_warnings {
	unsigned count;
	char *list[NOISE_FINDINGS_MAX + 8];
};

void series_find_warnings(struct series_warnings *warnings, const struct series *series);
void series_warnings_release(struct series_warnings *warnings);

#endif
