/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * statistics — of a list of numbers, none of them negative: where its middle is, how far it spreads,
 * what does not belong. Pure, and without libm: no other run should load it.
 *
 * Sources: NIST/SEMATECH e-Handbook of Statistical Methods, 1.3.5.6 (scale), 1.3.5.17 (outliers, after
 * Iglewicz and Hoaglin) and 2.5.5.3 (propagation of error).
 */
#ifndef LIMIT_STATISTICS_H
#define LIMIT_STATISTICS_H

#include <stdbool.h>

/* Fewer say too little of what is usual for one of them to be unusual. */
#define STATISTICS_OUTLIER_COUNT 5

struct statistics {
	unsigned count; /* 0: all else means nothing */
	double mean;
	double sigma; /* of the sample, by count - 1; of one value 0 */
	double median;
	double min;
	double max;
	double spread; /* what sigma would be if the middle half of the values told all */
};

/* values are needed for it: what they hold afterwards is of no use. */
void statistics_make(struct statistics *statistics, double *values, unsigned count);

/*
 * Is the value's modified z-score, its distance from the median in spreads, above 3.5? The spread is
 * 1.4826 times the median of all distances, or where that is 0, for more than half of the values are
 * the same, 1.2533 times their mean. Of fewer than STATISTICS_OUTLIER_COUNT none is.
 */
bool statistics_is_outlier(const struct statistics *statistics, double value);

/* A ratio of two means. */
struct statistics_ratio {
	bool known; /* both are, and the one below is not 0 */
	bool has_error;
	double value;
	double error; /* one standard error: those of both means (sigma / sqrt(count)), propagated */
};

struct statistics_ratio statistics_divide(const struct statistics *above,
	const struct statistics *below);

#endif
