/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "statistics.h"

#include <stdlib.h>

#define OUTLIER_SCORE 3.5

/* What makes the median, or the mean, of the distances a standard deviation, of normal values. */
#define SIGMA_BY_MEDIAN 1.482602
#define SIGMA_BY_MEAN 1.253314

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Newton's steps from above come down until the last bit; x is not negative. */
static double square_root(double x)
{
	double root = x > 1 ? x : 1;

	if (x <= 0)
		return 0;
	for (;;) {
		double next = (root + x / root) / 2;

		if (next >= root)
			return root;
		root = next;
	}
}

static double mean_of(const double *values, unsigned count)
{
	double sum = 0;

	for (unsigned i = 0; i < count; i++)
		sum += values[i];
	return sum / count;
}

static double median_of_sorted(const double *values, unsigned count)
{
	return (values[(count - 1) / 2] + values[count / 2]) / 2;
}

static double distance(double a, double b)
{
	return a > b ? a - b : b - a;
}

void statistics_make(struct statistics *statistics, double *values, unsigned count)
{
	double squares = 0;

	*statistics = (struct statistics){ .count = count };
	if (!count)
		return;
	qsort(values, count, sizeof(*values), compare);
	statistics->min = values[0];
	statistics->max = values[count - 1];
	statistics->median = median_of_sorted(values, count);
	statistics->mean = mean_of(values, count);
	for (unsigned i = 0; i < count; i++) {
		double off = values[i] - statistics->mean;

		squares += off * off;
		values[i] = distance(values[i], statistics->median);
	}
	statistics->sigma = count > 1 ? square_root(squares / (count - 1)) : 0;
	qsort(values, count, sizeof(*values), compare);
	statistics->spread = median_of_sorted(values, count) * SIGMA_BY_MEDIAN;
	if (statistics->spread <= 0)
		statistics->spread = mean_of(values, count) * SIGMA_BY_MEAN;
}

bool statistics_is_outlier(const struct statistics *statistics, double value)
{
	return statistics->count >= STATISTICS_OUTLIER_COUNT &&
	       distance(value, statistics->median) > OUTLIER_SCORE * statistics->spread;
}

/* The square of the standard error of the mean, relative to it. */
static double relative_error_squared(const struct statistics *statistics)
{
	double relative = statistics->sigma / statistics->mean;

	return relative * relative / statistics->count;
}

struct statistics_ratio statistics_divide(const struct statistics *above,
	const struct statistics *below)
{
	struct statistics_ratio ratio = {
		.known = above->count && below->count && below->mean > 0,
	};

	if (!ratio.known)
		return ratio;
	ratio.value = above->mean / below->mean;
	ratio.has_error = above->count > 1 && below->count > 1;
	if (ratio.has_error && above->mean > 0)
		ratio.error = ratio.value * square_root(relative_error_squared(above) +
							relative_error_squared(below));
	return ratio;
}
