/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * quantity — the numbers people type, and the numbers people read. Pure: no files, no globals, no
 * locale.
 *
 * The parsers return NULL, or in plain words why the text is no such quantity (a string constant);
 * the result is then untouched. None accepts a sign, a space, an exponent or trailing text.
 */
#ifndef LIMIT_QUANTITY_H
#define LIMIT_QUANTITY_H

#include <stddef.h>
#include <stdint.h>

#define QUANTITY_TEXT_MAX 32

enum quantity_kind {
	QUANTITY_UNSET = 0, /* the user did not ask */
	QUANTITY_NUMBER,    /* value, in the unit the parser names */
	QUANTITY_PERCENT,   /* value is hundredths of a percent: 80% is 8000 */
	QUANTITY_MAX,       /* 'max': explicitly no limit */
};

struct quantity {
	enum quantity_kind kind;
	uint64_t value;
};

/*
 * A size in bytes, 1 to INT64_MAX: '500M', '1.5G', '512KiB', '10MB', '4096', '80%', 'max'.
 * K, M, G, T and KiB, MiB, … are powers of 1024; KB, MB, … powers of 1000. A fraction of a byte
 * is dropped. A percentage is above 0 and at most 100.
 */
const char *quantity_parse_size(const char *text, struct quantity *size);

/* As quantity_parse_size, but 0 is a size too and a percentage is not. */
const char *quantity_parse_size_or_zero(const char *text, struct quantity *size);

/* Bytes per second: as quantity_parse_size, without percentages. */
const char *quantity_parse_rate(const char *text, struct quantity *bytes_per_second);

/* A whole number, 1 to highest, or 'max'. No suffixes. */
const char *quantity_parse_count(const char *text, uint64_t highest, struct quantity *count);

/*
 * CPUs in millionths: '1', '0.5', '150%', 'max'; 0.001 to 100000 CPUs. The kernel's smallest quota
 * is 1 ms in a period of at most 1 s (Documentation/scheduler/sched-bwc.rst, "Management").
 */
const char *quantity_parse_cpus(const char *text, struct quantity *millionths);

/* A duration in microseconds, above 0: '90' (seconds), '1.5s', '250ms', '20us', '2m', '1h30m',
 * '1d'. */
const char *quantity_parse_duration(const char *text, struct quantity *duration_us);

/* As quantity_parse_duration, but 0 is a duration too. */
const char *quantity_parse_duration_or_zero(const char *text, struct quantity *duration_us);

/* The formatters write at most size bytes, always terminated, and return text. */

/* '500M', '1.46G', '12.3K', '0': powers of 1024, three significant digits unless exact. */
char *quantity_format_size(uint64_t bytes, char *text, size_t size);

/* '812 us', '25.3 ms', '12.31 s', '4 min 05 s', '3 h 02 min'. */
char *quantity_format_duration(uint64_t duration_us, char *text, size_t size);

/* Millionths as a decimal without trailing zeros: 1500000 is '1.5'. */
char *quantity_format_millionths(uint64_t millionths, char *text, size_t size);

#endif
