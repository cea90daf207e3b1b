/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/timeline.c, and of the rhythm of src/live.c. */
#include "config.h"

#include "check.h"

#include <fcntl.h>

#include "live.h"
#include "timeline.h"

static unsigned count(const char *text, char c)
{
	unsigned n = 0;

	for (; *text; text++)
		n += *text == c;
	return n;
}

static void names(void **state)
{
	char text[TIMELINE_LINE_MAX];
	size_t length;

	(void)state;
	length = timeline_format(NULL, false, text);
	assert_int_equal(length, strlen(text));
	check(strncmp(text, "time_us,cpu_us,", 15) == 0, "%s", text);
	check_contains(text, ",memory_bytes,anon_bytes,file_bytes,swap_bytes,");
	assert_int_equal(count(text, ','), SAMPLE_FIELDS);
	assert_int_equal(timeline_format(NULL, true, text), 0);
}

/* What is not known is empty, and 0 is 0. */
static void lines(void **state)
{
	struct sample sample = { .at_us = 1500 };
	char text[TIMELINE_LINE_MAX];

	(void)state;
	sample.values[SAMPLE_CPU_US] = (struct reading){ true, 0 };
	sample.values[SAMPLE_CPU_SYSTEM_US] = (struct reading){ true, 12 };
	timeline_format(&sample, false, text);
	check(strncmp(text, "1500,0,,12,,", 12) == 0, "%s", text);
	assert_int_equal(count(text, ','), SAMPLE_FIELDS);
	assert_int_equal(count(text, '\n'), 1);
	timeline_format(&sample, true, text);
	check(strncmp(text, "{\"time_us\":1500,\"cpu_us\":0,\"cpu_user_us\":null,", 46) == 0, "%s",
		text);
	assert_int_equal(count(text, ':'), SAMPLE_FIELDS + 1);
	check_contains(text, "}\n");
}

static void the_longest_line_fits(void **state)
{
	struct sample sample = { .at_us = UINT64_MAX };
	char text[TIMELINE_LINE_MAX];
	size_t length;

	(void)state;
	for (unsigned i = 0; i < SAMPLE_FIELDS; i++)
		sample.values[i] = (struct reading){ true, UINT64_MAX };
	length = timeline_format(&sample, true, text);
	assert_int_equal(length, strlen(text));
	check(strcmp(text + strlen(text) - 2, "}\n") == 0, "%s", text);
	length = timeline_format(&sample, false, text);
	assert_int_equal(length, strlen(text));
}

static void forms(void **state)
{
	(void)state;
	assert_true(timeline_is_json("a.json"));
	assert_true(timeline_is_json("a/b.jsonl"));
	assert_true(timeline_is_json("b.csv.ndjson"));
	assert_false(timeline_is_json("json"));
	assert_false(timeline_is_json("a.json.csv"));
	assert_false(timeline_is_json("a"));
}

/* A reader that sleeps: limit does not wait, and says how much is missing. */
static void slow_reader(void **state)
{
	struct warnings warnings = { 0 };
	struct sample sample = { 0 };
	struct timeline timeline = { .path = "fifo" };
	char text[TIMELINE_LINE_MAX];
	int fds[2];

	(void)state;
	assert_int_equal(pipe2(fds, O_CLOEXEC | O_NONBLOCK), 0);
	assert_true(fcntl(fds[1], F_SETPIPE_SZ, 4096) > 0);
	timeline.fd = fds[1];
	for (unsigned i = 0; i < 1000; i++)
		timeline_add(&timeline, &sample, &warnings);
	assert_true(timeline.fd >= 0);
	assert_int_equal(warnings.count, 0);
	/* It wakes up: whole lines follow whole lines. */
	assert_true(read(fds[0], text, sizeof(text)) > 0);
	while (read(fds[0], text, sizeof(text)) > 0)
		;
	timeline_close(&timeline, &warnings);
	assert_int_equal(warnings.count, 1);
	check_contains(warnings.text[0], "were lost: 'fifo' was read too slowly");
	close(fds[0]);
}

static void full_disk(void **state)
{
	struct warnings warnings = { 0 };
	struct sample sample = { 0 };
	struct timeline timeline;
	struct fault f;

	(void)state;
	assert_int_equal(timeline_open(&timeline, "/dev/full", &f), -1);
	check_contains(f.what, "cannot write the timeline to '/dev/full'");
	timeline_close(&timeline, &warnings);
	timeline.path = "full";
	timeline.waiting = 0;
	timeline.fd = open("/dev/full", O_WRONLY | O_CLOEXEC);
	timeline_add(&timeline, &sample, &warnings);
	timeline_add(&timeline, &sample, &warnings);
	timeline_close(&timeline, &warnings);
	assert_int_equal(timeline.fd, -1);
	assert_int_equal(warnings.count, 1);
	check_contains(warnings.text[0], "cannot write the timeline to 'full': No space left");
}

static void rhythm(void **state)
{
	(void)state;
	assert_int_equal(live_next_us(1000, 100, 999), 1000);
	assert_int_equal(live_next_us(1000, 100, 1000), 1100);
	/* However late it was looked at, it stays on the beat. */
	assert_int_equal(live_next_us(1000, 100, 1099), 1100);
	assert_int_equal(live_next_us(1000, 100, 1100), 1200);
	assert_int_equal(live_next_us(1000, 100, 5555), 5600);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
		cmocka_unit_test(lines),
		cmocka_unit_test(the_longest_line_fits),
		cmocka_unit_test(forms),
		cmocka_unit_test(slow_reader),
		cmocka_unit_test(full_disk),
		cmocka_unit_test(rhythm),
	};

	return RUN_TESTS(tests);
}
