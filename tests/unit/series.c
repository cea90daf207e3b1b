/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/series_summary.c and the forms of a series, on runs that are made up. */
#include "config.h"

#include "check.h"

#include "series_print.h"

struct scene {
	struct spec spec;
	struct plan plan;
	struct series series;
	char *words[16];
};

/* --runs 5 --warmup 1 -- sort big ::: a|b */
static int set_up(void **state)
{
	static char words[][8] = { "sort", "big", SPEC_SEPARATOR, "a|b" };
	struct scene *scene = calloc(1, sizeof(*scene));

	assert_non_null(scene);
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		scene->words[i] = words[i];
	spec_init(&scene->spec);
	scene->spec.runs = (struct quantity){ QUANTITY_NUMBER, 5 };
	scene->spec.warmup = (struct quantity){ QUANTITY_NUMBER, 1 };
	scene->spec.command = scene->words;
	assert_int_equal(spec_command_count(&scene->spec), 2);
	series_init(&scene->series, &scene->spec, &scene->plan);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	series_release(&scene->series);
	free(scene);
	return 0;
}

/* Runs of the command, with these wall times in milliseconds. */
static void add_runs(struct scene *scene, unsigned command, bool counted, const unsigned *wall_ms,
	unsigned count)
{
	struct series *series = &scene->series;

	series->list = realloc(series->list, (series->count + count) * sizeof(*series->list));
	assert_non_null(series->list);
	for (unsigned i = 0; i < count; i++)
		series->list[series->count++] = (struct series_run){
			.command = command,
			.round = i + 1,
			.counted = counted,
			.reason = REASON_EXIT,
			.values[SERIES_WALL] = { true, wall_ms[i] * UINT64_C(1000) },
		};
}

static void the_words_are_cut_up(void **state)
{
	struct scene *scene = *state;
	_cleanup_free_ char *first = series_label(&scene->series.commands[0]);
	_cleanup_free_ char *second = series_label(&scene->series.commands[1]);

	assert_int_equal(scene->series.command_count, 2);
	check_string(first, "sort big", "first");
	check_string(second, "a|b", "second");
}

static void a_label_is_cut_between_characters(void **state)
{
	char word[200] = "x";
	char *words[] = { word, NULL };
	struct series_command command = { .words = words };
	_cleanup_free_ char *label = NULL;

	(void)state;
	for (size_t i = 1; i + 2 < sizeof(word); i += 2)
		memcpy(word + i, "é", 3);
	label = series_label(&command);
	/* 59 bytes, for the 60th is within a character, and the mark. */
	assert_int_equal(strlen(label), 59 + strlen("…"));
	check_string(label + 59, "…", "its end");
}

static void only_what_counts_is_counted(void **state)
{
	static const unsigned counted[] = { 10, 20, 30 };
	static const unsigned others[] = { 1000, 2000 };
	struct scene *scene = *state;
	const struct series_command *command = scene->series.commands;

	add_runs(scene, 0, false, others, 2);
	add_runs(scene, 0, true, counted, 3);
	add_runs(scene, 1, true, others, 1);
	series_summarise(&scene->series);
	assert_int_equal(command[0].counted, 3);
	assert_int_equal(command[0].statistics[SERIES_WALL].count, 3);
	assert_true(command[0].statistics[SERIES_WALL].mean == 20000);
	assert_int_equal(command[0].statistics[SERIES_CPU].count, 0);
	assert_true(command[1].ratios[SERIES_WALL].value == 50);
	assert_false(command[1].ratios[SERIES_WALL].has_error);
	assert_true(command[0].ratios[SERIES_WALL].value == 1);
	assert_false(command[1].ratios[SERIES_CPU].known);
}

/* The warnings, each on a line. */
static void check_warnings(const struct scene *scene, const char *expected)
{
	struct series_warnings warnings;
	char text[1024] = "";

	series_find_warnings(&warnings, &scene->series);
	for (unsigned i = 0; i < warnings.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s\n",
			warnings.list[i]);
	series_warnings_release(&warnings);
	check_string(text, expected, "warnings");
}

static void an_outlier_is_told(void **state)
{
	static const unsigned wall_ms[] = { 10, 11, 50, 10, 11 };
	struct scene *scene = *state;

	add_runs(scene, 0, true, wall_ms, ARRAY_SIZE(wall_ms));
	series_summarise(&scene->series);
	assert_true(scene->series.list[2].outlier);
	assert_false(scene->series.list[0].outlier);
	assert_int_equal(scene->series.commands[0].outliers, 1);
	check_warnings(scene, "1 of 5 runs took a time far from the others': outliers\n");
}

static void a_cold_first_run_is_told(void **state)
{
	static const unsigned wall_ms[] = { 50, 11, 10, 10, 11 };
	struct scene *scene = *state;

	add_runs(scene, 0, true, wall_ms, ARRAY_SIZE(wall_ms));
	series_summarise(&scene->series);
	check_warnings(scene, "1 of 5 runs took a time far from the others': outliers\n");
	scene->series.warmup = 0;
	check_warnings(scene, "the first run was far slower: the caches were cold; --warmup 1\n");
}

static void odd_ends_are_told(void **state)
{
	static const unsigned wall_ms[] = { 10, 10 };
	struct scene *scene = *state;

	add_runs(scene, 0, true, wall_ms, 2);
	scene->series.list[0].reason = REASON_OOM;
	scene->series.list[1].leftovers = 2;
	scene->series.warning = strdup("something");
	scene->series.warnings = 3;
	series_summarise(&scene->series);
	check_warnings(scene, "1 of 2 runs ended for a limit: oom\n"
			      "1 of 2 runs left processes behind, whose work is counted\n"
			      "something (and 2 more)\n");
}

static void markdown(void **state)
{
	static const unsigned first[] = { 10, 10 };
	static const unsigned second[] = { 15, 25 };
	struct scene *scene = *state;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	add_runs(scene, 0, true, first, 2);
	add_runs(scene, 1, true, second, 2);
	series_summarise(&scene->series);
	series_print_markdown(&scene->series, out);
	fclose(out);
	check_string(text,
		"| Command | Runs | Wall, mean ± σ | Median | Min … max | CPU | Memory peak | Wall, ratio |\n"
		"|:---|---:|---:|---:|---:|---:|---:|---:|\n"
		"| `sort big` | 2 | 10 ms ± 0 us | 10 ms | 10 ms … 10 ms | n/a | n/a | 1 |\n"
		"| `a\\|b` | 2 | 20 ms ± 7.07 ms | 20 ms | 15 ms … 25 ms | n/a | n/a | 2.000 ± 0.500 |\n",
		"markdown");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test_setup_teardown(the_words_are_cut_up, set_up, tear_down),
		cmocka_unit_test(a_label_is_cut_between_characters),
		cmocka_unit_test_setup_teardown(only_what_counts_is_counted, set_up, tear_down),
		cmocka_unit_test_setup_teardown(an_outlier_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(a_cold_first_run_is_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(odd_ends_are_told, set_up, tear_down),
		cmocka_unit_test_setup_teardown(markdown, set_up, tear_down),
	};

	return RUN_TESTS(tests);
}
