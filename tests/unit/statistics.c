/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/statistics.c: values that were worked out elsewhere, and the edges. */
#include "config.h"

#include "check.h"

#include "statistics.h"
#include "util.h"

static struct statistics make(const double *values, unsigned count)
{
	struct statistics statistics;
	double copy[32];

	memcpy(copy, values, count * sizeof(*values));
	statistics_make(&statistics, copy, count);
	return statistics;
}

static void check_near(double value, double expected, const char *what)
{
	double tolerance = (expected < 0 ? -expected : expected) * 1e-9 + 1e-12;

	check(value >= expected - tolerance && value <= expected + tolerance,
		"%s is %.15g, not %.15g", what, value, expected);
}

/* numpy: mean, std(ddof=1), median; min and max. */
static void known_values(void **state)
{
	static const struct {
		const char *name;
		unsigned count;
		double values[10];
		double mean, sigma, median, min, max;
	} rows[] = {
		{ "textbook", 8, { 2, 4, 4, 4, 5, 5, 7, 9 }, 5, 2.138089935299395, 4.5, 2, 9 },
		{ "unsorted", 5, { 9, 1, 5, 3, 7 }, 5, 3.1622776601683795, 5, 1, 9 },
		{ "large", 3, { 1e12, 1e12 + 1, 1e12 + 2 }, 1e12 + 1, 1, 1e12 + 1, 1e12, 1e12 + 2 },
		{ "small", 2, { 1e-6, 3e-6 }, 2e-6, 1.4142135623730951e-06, 2e-6, 1e-6, 3e-6 },
		{ "same", 4, { 7, 7, 7, 7 }, 7, 0, 7, 7, 7 },
		{ "zeros", 3, { 0, 0, 0 }, 0, 0, 0, 0, 0 },
		{ "one", 1, { 42 }, 42, 0, 42, 42, 42 },
		{ "two", 2, { 10, 20 }, 15, 7.0710678118654755, 15, 10, 20 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct statistics s = make(rows[i].values, rows[i].count);

		check(s.count == rows[i].count, "%s: %u", rows[i].name, s.count);
		check_near(s.mean, rows[i].mean, rows[i].name);
		check_near(s.sigma, rows[i].sigma, rows[i].name);
		check_near(s.median, rows[i].median, rows[i].name);
		check_near(s.min, rows[i].min, rows[i].name);
		check_near(s.max, rows[i].max, rows[i].name);
	}
}

static void nothing(void **state)
{
	struct statistics s;

	(void)state;
	statistics_make(&s, NULL, 0);
	assert_int_equal(s.count, 0);
	assert_false(statistics_is_outlier(&s, 1));
}

/* The median of the distances from 12 is 1: 3.5 spreads are 5.189. */
static void outliers(void **state)
{
	static const double values[] = { 10, 11, 11, 12, 12, 13, 13, 14, 30 };
	struct statistics s = make(values, ARRAY_SIZE(values));

	(void)state;
	check_near(s.spread, 1.482602, "spread");
	assert_true(statistics_is_outlier(&s, 30));
	assert_false(statistics_is_outlier(&s, 17.1));
	assert_true(statistics_is_outlier(&s, 17.2));
	assert_false(statistics_is_outlier(&s, 6.9));
	assert_true(statistics_is_outlier(&s, 6.8));
}

static void few_have_no_outlier(void **state)
{
	static const double values[] = { 10, 10.1, 10.2, 1000 };
	struct statistics s = make(values, ARRAY_SIZE(values));

	(void)state;
	assert_false(statistics_is_outlier(&s, 1000));
}

/* More than half are the same, so that the median distance is 0. The mean distance is 1. */
static void most_are_the_same(void **state)
{
	static const double values[] = { 5, 5, 5, 5, 5, 5, 5, 5, 5, 15 };
	static const double all_same[] = { 5, 5, 5, 5, 5 };
	struct statistics s = make(values, ARRAY_SIZE(values));

	(void)state;
	check_near(s.spread, 1.253314, "spread");
	assert_true(statistics_is_outlier(&s, 15));
	assert_false(statistics_is_outlier(&s, 5));
	s = make(all_same, ARRAY_SIZE(all_same));
	assert_false(statistics_is_outlier(&s, 5));
}

/* 20 ± 2 of 4 and 10 ± 1 of 4: 2 * sqrt(0.05^2 + 0.05^2) */
static void ratio(void **state)
{
	struct statistics above = { .count = 4, .mean = 20, .sigma = 2 };
	struct statistics below = { .count = 4, .mean = 10, .sigma = 1 };
	struct statistics_ratio ratio = statistics_divide(&above, &below);

	(void)state;
	assert_true(ratio.known);
	assert_true(ratio.has_error);
	check_near(ratio.value, 2, "ratio");
	check_near(ratio.error, 0.14142135623730951, "error");
}

static void ratio_without_error_or_value(void **state)
{
	struct statistics one = { .count = 1, .mean = 20 };
	struct statistics many = { .count = 4, .mean = 10, .sigma = 1 };
	struct statistics zero = { .count = 4 };
	struct statistics none = { .count = 0 };
	struct statistics_ratio ratio = statistics_divide(&one, &many);

	(void)state;
	assert_true(ratio.known);
	assert_false(ratio.has_error);
	assert_false(statistics_divide(&many, &zero).known);
	assert_false(statistics_divide(&none, &many).known);
	assert_false(statistics_divide(&many, &none).known);
	ratio = statistics_divide(&zero, &many);
	assert_true(ratio.known);
	check_near(ratio.value, 0, "ratio");
	check_near(ratio.error, 0, "error");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(known_values),
		cmocka_unit_test(nothing),
		cmocka_unit_test(outliers),
		cmocka_unit_test(few_have_no_outlier),
		cmocka_unit_test(most_are_the_same),
		cmocka_unit_test(ratio),
		cmocka_unit_test(ratio_without_error_or_value),
	};

	return RUN_TESTS(tests);
}
