/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/progress.c: the line, at every width. */
#include "config.h"

#include "check.h"

#include "progress.h"

static void set(struct sample *sample, enum sample_field field, uint64_t value)
{
	sample->values[field] = (struct reading){ true, value };
}

/* Half a second in which a CPU and a half were used. */
static void make(struct sample *before, struct sample *now)
{
	*before = (struct sample){ .at_us = 11800000 };
	*now = (struct sample){ .at_us = 12300000 };
	set(before, SAMPLE_CPU_US, 1000000);
	set(now, SAMPLE_CPU_US, 1750000);
	set(now, SAMPLE_MEMORY_BYTES, 250 * MIB);
	set(now, SAMPLE_PIDS, 42);
	set(before, SAMPLE_READ_BYTES, 0);
	set(now, SAMPLE_READ_BYTES, 10 * MIB);
	set(before, SAMPLE_WRITTEN_BYTES, 5);
	set(now, SAMPLE_WRITTEN_BYTES, 5);
}

static void all_of_it(void **state)
{
	const struct progress_caps none = { 0 };
	const struct progress_caps caps = { 500 * MIB, 2000000, 100 };
	struct sample before, now;
	char text[PROGRESS_LINE_MAX];

	(void)state;
	make(&before, &now);
	progress_format(&before, &now, &caps, 200, text);
	check_string(text,
		"12.3 s  cpu 1.50 of 2  mem [#####-----] 250M of 500M  pids 42 of 100  "
		"read 20M/s  write 0/s",
		"caps");
	progress_format(&before, &now, &none, 200, text);
	check_string(text, "12.3 s  cpu 1.50  mem 250M  pids 42  read 20M/s  write 0/s", "no caps");
}

static void nothing_is_made_up(void **state)
{
	const struct progress_caps caps = { 500 * MIB, 2000000, 100 };
	const struct sample before = { 0 };
	const struct sample now = { .at_us = 3 * UINT64_C(3600000000) };
	char text[PROGRESS_LINE_MAX];

	(void)state;
	progress_format(&before, &now, &caps, 200, text);
	check_string(text, "3 h 00 min", "nothing is known");
}

/* It never wraps, and what is there is whole. */
static void every_width(void **state)
{
	const struct progress_caps caps = { 500 * MIB, 2000000, 100 };
	struct sample before, now;
	char text[PROGRESS_LINE_MAX];

	(void)state;
	make(&before, &now);
	for (unsigned columns = 0; columns < 300; columns++) {
		progress_format(&before, &now, &caps, columns, text);
		check(strlen(text) <= columns, "%u columns: '%s'", columns, text);
		check(columns < 6 || strncmp(text, "12.3 s", 6) == 0, "%u columns: '%s'", columns,
			text);
		check(strchr(text, '[') == NULL || strstr(text, "of 500M"), "%u columns: '%s'",
			columns, text);
	}
}

static void the_bar(void **state)
{
	static const struct {
		uint64_t used_mib;
		const char *bar;
	} rows[] = {
		{ 0, "[----------]" }, { 24, "[----------]" }, { 26, "[#---------]" },
		{ 474, "[#########-]" }, { 500, "[##########]" },
		{ 700, "[##########]" }, /* more than there may be, for a moment */
	};
	const struct progress_caps caps = { 500 * MIB, 0, 0 };
	struct sample before, now;
	char text[PROGRESS_LINE_MAX];

	(void)state;
	make(&before, &now);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		set(&now, SAMPLE_MEMORY_BYTES, rows[i].used_mib * MIB);
		progress_format(&before, &now, &caps, 200, text);
		check_contains(text, rows[i].bar);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(all_of_it),
		cmocka_unit_test(nothing_is_made_up),
		cmocka_unit_test(every_width),
		cmocka_unit_test(the_bar),
	};

	return RUN_TESTS(tests);
}
