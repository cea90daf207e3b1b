/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_part — the parts of the text, and the words for numbers. For the files that write text. */
#ifndef LIMIT_REPORT_PART_H
#define LIMIT_REPORT_PART_H

#include "hint.h"
#include "quantity.h"
#include "record.h"

/* Room for one formatted quantity; several may stand in one printf. */
struct text {
	char s[QUANTITY_TEXT_MAX];
};

struct text text_size(uint64_t bytes);
struct text text_duration(uint64_t duration_us);

/* The same; 'n/a' for what is not known. */
struct text text_size_reading(struct reading bytes);
struct text text_duration_reading(struct reading duration_us);
struct text text_count_reading(struct reading count);

/* 'exit 2 after 12.31 s: …' */
void report_print_end(const struct record *record, const struct hints *hints, bool in_colour,
	FILE *out);

/* The same after 'limit: make: ', in a line. */
void report_print_headline(const struct record *record, const struct hints *hints, bool in_colour,
	FILE *out);

/* Colour from here on, and back to normal; nothing unless it is wanted. */
enum report_colour {
	REPORT_NORMAL,
	REPORT_BAD,  /* a limit ended it */
	REPORT_NOTE, /* worth a look */
};
void report_colour(enum report_colour colour, bool in_colour, FILE *out);

/* A line each, or more, or none where there is nothing to tell. */
void report_print_cpu(const struct record *record, FILE *out);
void report_print_memory(const struct record *record, FILE *out);
void report_print_swap(const struct record *record, FILE *out);
void report_print_io(const struct record *record, FILE *out);
void report_print_processes(const struct record *record, FILE *out);
void report_print_group(const struct record *record, FILE *out);

#endif
