/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/plot.c and its picture: buckets, axes, words, and XML whatever is put into it. */
#include "config.h"

#include "check.h"

#include "plot.h"

#define SECOND UINT64_C(1000000)

struct scene {
	struct plot plot;
	struct sample sample;
	char *text;
	size_t size;
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));
	struct fault f;

	*state = scene;
	return scene ? plot_init(&scene->plot, SECOND / 10, &f) : -1;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	plot_release(&scene->plot);
	free(scene->text);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static void set(struct scene *scene, enum sample_field field, uint64_t value)
{
	scene->sample.values[field] = (struct reading){ true, value };
}

static void add(struct scene *scene, uint64_t at_us)
{
	scene->sample.at_us = at_us;
	plot_add(&scene->plot, &scene->sample);
}

static void check_close(double got, double expected, const char *what)
{
	check(got > expected * 0.999 - 1e-9 && got < expected * 1.001 + 1e-9, "%s: %f, not %f",
		what, got, expected);
}

static const struct plot_value *value_at(const struct scene *scene, unsigned i,
	enum plot_series series)
{
	assert_true(i < scene->plot.count);
	return &scene->plot.buckets[i].series[series];
}

static void levels_and_rates(void **state)
{
	struct scene *scene = *state;

	set(scene, SAMPLE_CPU_US, 100);
	set(scene, SAMPLE_MEMORY_BYTES, 7);
	set(scene, SAMPLE_WRITTEN_BYTES, 0);
	add(scene, 1000);
	assert_int_equal(scene->plot.count, 0);
	set(scene, SAMPLE_CPU_US, 100 + 150000);
	set(scene, SAMPLE_MEMORY_BYTES, 9);
	set(scene, SAMPLE_WRITTEN_BYTES, 1000);
	add(scene, 101000);
	assert_int_equal(scene->plot.count, 1);
	check_close(plot_mean(value_at(scene, 0, PLOT_CPU)), 1.5, "CPUs");
	check_close(plot_mean(value_at(scene, 0, PLOT_MEMORY)), 9, "memory");
	check_close(plot_mean(value_at(scene, 0, PLOT_WRITTEN)), 10000, "bytes per second");
	assert_int_equal(value_at(scene, 0, PLOT_PIDS)->weight_us, 0);
	assert_int_equal(value_at(scene, 0, PLOT_READ)->weight_us, 0);
}

/* The last sample comes when it comes: no rate is made of a moment, and no event is lost. */
static void the_last_moment(void **state)
{
	struct scene *scene = *state;

	set(scene, SAMPLE_CPU_US, 0);
	set(scene, SAMPLE_OOM_KILLS, 0);
	add(scene, 0);
	set(scene, SAMPLE_CPU_US, 50000);
	add(scene, 100000);
	set(scene, SAMPLE_CPU_US, 60000);
	set(scene, SAMPLE_OOM_KILLS, 2);
	add(scene, 100100);
	assert_int_equal(scene->plot.count, 1);
	check_close(value_at(scene, 0, PLOT_CPU)->high, 0.5, "CPUs");
	assert_int_equal(scene->plot.buckets[0].to_us, 100100);
	assert_int_equal(scene->plot.buckets[0].counts[PLOT_EVENT_OOM], 2);
	add(scene, 100100);
	assert_int_equal(scene->plot.count, 1);
}

/* What happened before the first sample happened, too. */
static void the_first_moment(void **state)
{
	struct scene *scene = *state;

	set(scene, SAMPLE_OOM_KILLS, 2);
	set(scene, SAMPLE_FORKS_REFUSED, 3);
	add(scene, 300);
	add(scene, 4300);
	assert_int_equal(scene->plot.buckets[0].counts[PLOT_EVENT_OOM], 2);
	assert_int_equal(scene->plot.buckets[0].counts[PLOT_EVENT_REFUSED], 3);
}

/* A run that is over before the second sample is due has a picture, too. */
static void a_short_run(void **state)
{
	struct scene *scene = *state;

	set(scene, SAMPLE_CPU_US, 0);
	add(scene, 300);
	set(scene, SAMPLE_CPU_US, 2000);
	add(scene, 4300);
	assert_int_equal(scene->plot.count, 1);
	check_close(plot_mean(value_at(scene, 0, PLOT_CPU)), 0.5, "CPUs");
}

/* Ten hours at 100 ms, with one peak and one hole of a sample each. */
static void a_long_run(void **state)
{
	const unsigned samples = 360000, peak = 123457, hole = 222223;
	struct scene *scene = *state;
	uint64_t covered_us = 0;
	double low, high;

	for (unsigned i = 0; i <= samples; i++) {
		set(scene, SAMPLE_MEMORY_BYTES, i == peak ? 900 : i == hole ? 3 : 500);
		set(scene, SAMPLE_CPU_US, i * UINT64_C(100000));
		set(scene, SAMPLE_FORKS_REFUSED, i > peak ? 4 : 0);
		add(scene, i * UINT64_C(100000));
	}
	check(scene->plot.count > PLOT_BUCKETS / 2 && scene->plot.count <= PLOT_BUCKETS, "%u",
		scene->plot.count);
	assert_true(plot_range(&scene->plot, PLOT_MEMORY, &low, &high));
	check_close(low, 3, "the hole");
	check_close(high, 900, "the peak");
	assert_true(plot_range(&scene->plot, PLOT_CPU, &low, &high));
	check_close(low, 1, "CPUs");
	check_close(high, 1, "CPUs");
	for (unsigned i = 0; i < scene->plot.count; i++) {
		const struct plot_bucket *bucket = &scene->plot.buckets[i];

		/* Without gaps, and each as a whole: no sample is counted twice. */
		assert_int_equal(bucket->from_us, covered_us);
		covered_us = bucket->to_us;
		assert_int_equal(bucket->series[PLOT_MEMORY].weight_us,
			bucket->to_us - bucket->from_us);
		check(bucket->counts[PLOT_EVENT_REFUSED] == 0 ||
				(bucket->from_us <= peak * UINT64_C(100000) &&
					bucket->to_us > peak * UINT64_C(100000)),
			"forks refused in bucket %u", i);
	}
	assert_int_equal(covered_us, samples * UINT64_C(100000));
	assert_false(plot_range(&scene->plot, PLOT_SWAP, &low, &high));
}

static void axes(void **state)
{
	static const struct {
		double highest, step, end;
	} decimal[] = {
		{ 1, 0.5, 1 },
		{ 0.1, 0.05, 0.1 },
		{ 2, 1, 2 },
		{ 2.04, 1, 3 },
		{ 7, 5, 10 },
		{ 100, 50, 100 },
		{ 4194304, 2000000, 6000000 },
	};
	static const struct {
		double highest, step;
	} bytes[] = {
		{ 500.0 * 1048576, 128.0 * 1048576 },
		{ 512.0 * 1048576, 128.0 * 1048576 },
		{ 4096, 1024 },
		{ 1e15, 281474976710656.0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(decimal); i++) {
		struct plot_axis axis = plot_axis_decimal(decimal[i].highest, 3);

		check_close(axis.step, decimal[i].step, "step");
		check_close(axis.end, decimal[i].end, "end");
		check_close(axis.ticks * axis.step, axis.end, "ticks");
	}
	for (size_t i = 0; i < ARRAY_SIZE(bytes); i++) {
		struct plot_axis axis = plot_axis_bytes(bytes[i].highest, 4);

		check_close(axis.step, bytes[i].step, "step");
		check(axis.end >= bytes[i].highest && axis.ticks <= 4, "%f", axis.end);
	}
}

static void times(void **state)
{
	static const struct {
		uint64_t duration_us;
		const char *second_tick;
	} rows[] = {
		{ 1, "0.4 us" },
		{ 4000, "1 ms" },
		{ SECOND, "0.4 s" },
		{ 12300000, "4 s" },
		{ 60 * SECOND, "20 s" },
		{ 90 * SECOND, "40 s" },
		{ 240 * SECOND, "60 s" },
		{ 600 * SECOND, "4 min" },
		{ 3600 * SECOND, "20 min" },
		{ 36000 * SECOND, "4 h" },
		{ 86400 * SECOND, "6 h" },
		{ 30 * 86400 * SECOND, "8 d" },
	};
	char text[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct plot_axis axis = plot_axis_time(rows[i].duration_us, 8);

		check_string(plot_format_time(2 * axis.step, axis.step, text, sizeof(text)),
			rows[i].second_tick, "%f", (double)rows[i].duration_us);
		check(axis.ticks >= 3 && axis.ticks <= 8, "%u ticks", axis.ticks);
	}
	assert_int_equal(plot_axis_time(0, 8).ticks > 0, 1);
}

static void words(void **state)
{
	static const struct {
		const char *text, *expected;
	} rows[] = {
		{ "make -j2", "make -j2" },
		{ "a<b>&\"c\"", "a&lt;b&gt;&amp;&quot;c&quot;" },
		{ "\xff\xc3", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc3\xa4", "\xc3\xa4" },
		{ "\x1b[31m\n", "\xef\xbf\xbd[31m\xef\xbf\xbd" },
		{ "\xef\xbf\xbe\xef\xbf\xbf.", "\xef\xbf\xbd\xef\xbf\xbd." },
		{ "\xed\xa0\x80.", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd." }, /* a surrogate */
		{ "]]>", "]]&gt;" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *text = NULL;
		size_t size;
		FILE *out = open_memstream(&text, &size);

		plot_print_text(rows[i].text, out);
		fclose(out);
		check_string(text, rows[i].expected, "row %zu", i);
	}
}

/* The picture of what is in scene->plot. */
static const char *draw(struct scene *scene, char **command)
{
	const struct outcome outcome = { .reason = REASON_TIME, .wall_us = 3 * SECOND };
	const struct plan plan = { .mem_bytes = 500 * MIB };
	const struct usage usage = { .cpu_usage_us = { true, 2 * SECOND } };
	struct spec spec;
	const struct record record = { .spec = &spec,
		.plan = &plan,
		.outcome = &outcome,
		.usage = &usage };

	spec_init(&spec);
	spec.command = command;
	spec.time_us = (struct quantity){ QUANTITY_NUMBER, 3 * SECOND };
	free(scene->text);
	scene->text = plot_make_svg(&scene->plot, &record);
	scene->size = strlen(scene->text);
	check(strncmp(scene->text, "<svg xmlns=\"http://www.w3.org/2000/svg\" ", 40) == 0, "%s",
		scene->text);
	check(strcmp(scene->text + scene->size - 7, "</svg>\n") == 0, "%s", scene->text);
	check_lacks(scene->text, "nan");
	check_lacks(scene->text, "inf");
	return scene->text;
}

static void picture_of_nothing(void **state)
{
	char name[] = "/bin/tr\xc3ue", argument[] = "<&";
	char *command[] = { name, argument, NULL };
	struct scene *scene = *state;
	const char *text = draw(scene, command);

	check_contains(text, "<title id=\"title\">tr\xef\xbf\xbdue &lt;&amp;</title>");
	check_contains(text, "role=\"img\"");
	check_contains(text, "prefers-color-scheme:dark");
	check_contains(text, "not counted");
	check_contains(text, "exit 0 after 3.00 s: time limit of 3.00 s ran out");
	check_lacks(text, "href"); /* self-contained */
	check_lacks(text, "url(");
}

static void picture_of_events(void **state)
{
	char name[] = "make";
	char *command[] = { name, NULL };
	struct scene *scene = *state;
	const char *text;

	set(scene, SAMPLE_MEMORY_BYTES, 300 * MIB);
	set(scene, SAMPLE_OOM_KILLS, 0);
	set(scene, SAMPLE_THROTTLED_US, 0);
	add(scene, 0);
	set(scene, SAMPLE_OOM_KILLS, 1);
	set(scene, SAMPLE_THROTTLED_US, 50000);
	add(scene, SECOND);
	plot_note(&scene->plot, PLOT_EVENT_TIME);
	add(scene, 2 * SECOND);
	text = draw(scene, command);
	check_contains(text, ">out of memory</text>");
	check_contains(text, ">time is up</text>");
	check_contains(text, ">throttled</text>");
	check_contains(text, ">limit 500M</text>");
	check_lacks(text, ">forks refused</text>");
	check_lacks(text, ">SIGTERM</text>");
}

/* A limit far above what is used does not press it flat. */
static void a_cap_far_above(void **state)
{
	char name[] = "make";
	char *command[] = { name, NULL };
	struct scene *scene = *state;

	set(scene, SAMPLE_MEMORY_BYTES, MIB);
	add(scene, 0);
	add(scene, SECOND);
	check_contains(draw(scene, command), ">limit 500M, above the picture</text>");
}

/* A title is cut between two characters. */
static void a_long_command(void **state)
{
	char name[] = "true";
	char argument[1000];
	char *command[] = { name, argument, NULL };
	struct scene *scene = *state;

	for (unsigned shift = 0; shift < 2; shift++) {
		memset(argument, 'x', sizeof(argument));
		for (unsigned i = shift; i + 2 < sizeof(argument); i += 2)
			memcpy(argument + i, "\xc3\xa4", 2);
		argument[shift + 990] = '\0';
		check_contains(draw(scene, command), "\xc3\xa4\xe2\x80\xa6</title>");
		check_lacks(scene->text, "\xef\xbf\xbd");
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(levels_and_rates),
		TEST(the_first_moment),
		TEST(the_last_moment),
		TEST(a_short_run),
		TEST(a_long_run),
		cmocka_unit_test(axes),
		cmocka_unit_test(times),
		cmocka_unit_test(words),
		TEST(picture_of_nothing),
		TEST(picture_of_events),
		TEST(a_cap_far_above),
		TEST(a_long_command),
	};

	return RUN_TESTS(tests);
}
