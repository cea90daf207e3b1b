/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plot.h"

#include <errno.h>

#include "quantity.h"

#define SECOND_US 1e6

int plot_init(struct plot *plot, uint64_t interval_us, struct fault *f)
{
	*plot = (struct plot){ .samples_each = 1, .shortest_us = interval_us / 4 };
	plot->buckets = calloc(PLOT_BUCKETS, sizeof(*plot->buckets));
	return plot->buckets ? 0 : fault_set(f, ENOMEM, "cannot keep samples for the plot");
}

void plot_release(struct plot *plot)
{
	free(plot->buckets);
	plot->buckets = NULL;
}

double plot_mean(const struct plot_value *value)
{
	return value->weight_us ? value->area / (double)value->weight_us : 0;
}

static void add_value(struct plot_value *to, const struct plot_value *from)
{
	if (!from->weight_us)
		return;
	if (!to->weight_us || from->low < to->low)
		to->low = from->low;
	if (!to->weight_us || from->high > to->high)
		to->high = from->high;
	to->area += from->area;
	to->weight_us += from->weight_us;
}

static void add_bucket(struct plot_bucket *to, const struct plot_bucket *from)
{
	to->to_us = from->to_us;
	for (unsigned i = 0; i < PLOT_SERIES; i++)
		add_value(&to->series[i], &from->series[i]);
	for (unsigned i = 0; i < PLOT_EVENTS; i++)
		to->counts[i] += from->counts[i];
}

static void halve(struct plot *plot)
{
	for (size_t i = 0; i < plot->count / 2; i++) {
		struct plot_bucket pair = plot->buckets[2 * i];

		add_bucket(&pair, &plot->buckets[2 * i + 1]);
		plot->buckets[i] = pair;
	}
	plot->count /= 2;
	plot->samples_each *= 2;
	plot->samples_last = plot->samples_each;
}

static void set_value(struct plot_bucket *bucket, enum plot_series series, double value)
{
	uint64_t weight_us = bucket->to_us - bucket->from_us;

	bucket->series[series] =
		(struct plot_value){ value, value, value * (double)weight_us, weight_us };
}

static void set_rate(struct plot_bucket *bucket, enum plot_series series, const struct plot *plot,
	const struct sample *sample, enum sample_field field, double unit)
{
	struct reading growth = sample_growth(&plot->before, sample, field);

	if (growth.known)
		set_value(bucket, series,
			(double)growth.value * unit / (double)(bucket->to_us - bucket->from_us));
}

static void set_level(struct plot_bucket *bucket, enum plot_series series,
	const struct sample *sample, enum sample_field field)
{
	if (sample->values[field].known)
		set_value(bucket, series, (double)sample->values[field].value);
}

/* One sample as a bucket of its own. */
static void make_bucket(struct plot_bucket *bucket, struct plot *plot, const struct sample *sample)
{
	*bucket = (struct plot_bucket){ plot->before.at_us, sample->at_us, { { 0 } }, { 0 } };
	set_rate(bucket, PLOT_CPU, plot, sample, SAMPLE_CPU_US, 1);
	set_rate(bucket, PLOT_THROTTLED, plot, sample, SAMPLE_THROTTLED_US, 1);
	set_level(bucket, PLOT_MEMORY, sample, SAMPLE_MEMORY_BYTES);
	set_level(bucket, PLOT_ANON, sample, SAMPLE_ANON_BYTES);
	set_level(bucket, PLOT_SWAP, sample, SAMPLE_SWAP_BYTES);
	set_rate(bucket, PLOT_READ, plot, sample, SAMPLE_READ_BYTES, SECOND_US);
	set_rate(bucket, PLOT_WRITTEN, plot, sample, SAMPLE_WRITTEN_BYTES, SECOND_US);
	set_level(bucket, PLOT_PIDS, sample, SAMPLE_PIDS);
	memcpy(bucket->counts, plot->noted, sizeof(bucket->counts));
	memset(plot->noted, 0, sizeof(plot->noted));
	bucket->counts[PLOT_EVENT_OOM] +=
		sample_growth(&plot->before, sample, SAMPLE_OOM_KILLS).value;
	bucket->counts[PLOT_EVENT_REFUSED] +=
		sample_growth(&plot->before, sample, SAMPLE_FORKS_REFUSED).value;
}

/*
 * The last sample of a run may come just behind the one before: a rate over so little time would say
 * more of the kernel's ticks than of the tree. What was counted since is not lost: it stands in the
 * totals, and events are kept.
 */
static void extend(struct plot *plot, const struct sample *sample)
{
	struct plot_bucket *last = &plot->buckets[plot->count - 1];
	struct plot_bucket bucket;

	make_bucket(&bucket, plot, sample);
	for (unsigned i = 0; i < PLOT_EVENTS; i++)
		last->counts[i] += bucket.counts[i];
	last->to_us = bucket.to_us;
}

void plot_add(struct plot *plot, const struct sample *sample)
{
	struct plot_bucket bucket;

	if (!plot->buckets)
		return;
	if (!plot->has_before) {
		plot->before = *sample;
		plot->has_before = true;
		/* The node began with none of either. */
		plot->noted[PLOT_EVENT_OOM] += sample->values[SAMPLE_OOM_KILLS].value;
		plot->noted[PLOT_EVENT_REFUSED] += sample->values[SAMPLE_FORKS_REFUSED].value;
		return;
	}
	if (sample->at_us <= plot->before.at_us)
		return;
	if (plot->count && sample->at_us - plot->before.at_us < plot->shortest_us) {
		extend(plot, sample);
		plot->before = *sample;
		return;
	}
	make_bucket(&bucket, plot, sample);
	if (plot->count && plot->samples_last < plot->samples_each) {
		add_bucket(&plot->buckets[plot->count - 1], &bucket);
		plot->samples_last++;
	} else {
		if (plot->count == PLOT_BUCKETS)
			halve(plot);
		plot->buckets[plot->count++] = bucket;
		plot->samples_last = 1;
	}
	plot->before = *sample;
}

void plot_note(struct plot *plot, enum plot_event event)
{
	plot->noted[event]++;
}

bool plot_range(const struct plot *plot, enum plot_series series, double *low, double *high)
{
	bool known = false;

	for (unsigned i = 0; i < plot->count; i++) {
		const struct plot_value *value = &plot->buckets[i].series[series];

		if (!value->weight_us)
			continue;
		if (!known || value->low < *low)
			*low = value->low;
		if (!known || value->high > *high)
			*high = value->high;
		known = true;
	}
	return known;
}

/* Without libm, which nothing else needs: these numbers are small. */
static unsigned whole(double value)
{
	return (unsigned)(value + 1e-9);
}

static bool is_whole(double value)
{
	double rest = value - whole(value);

	return rest < 1e-9 && rest > -2e-9;
}

static struct plot_axis axis_of(double step, double highest)
{
	unsigned ticks = whole(highest / step);

	if (ticks == 0 || !is_whole(highest / step))
		ticks++;
	return (struct plot_axis){ step, ticks * step, ticks };
}

struct plot_axis plot_axis_decimal(double highest, unsigned about)
{
	double rough = highest > 0 ? highest / about : 1.0 / about;
	double power = 1;
	double step;

	while (power > rough * (1 + 1e-9))
		power /= 10;
	while (power * 10 <= rough * (1 + 1e-9))
		power *= 10;
	step = 10 * power;
	if (rough <= power * (1 + 1e-9))
		step = power;
	else if (rough <= 2 * power)
		step = 2 * power;
	else if (rough <= 5 * power)
		step = 5 * power;
	return axis_of(step, highest);
}

/* Powers of 2: 128M, 256M, …; below a byte there is nothing. */
struct plot_axis plot_axis_bytes(double highest, unsigned about)
{
	double step = 1;

	while (step * about < highest)
		step *= 2;
	return axis_of(step, highest);
}

struct plot_axis plot_axis_time(uint64_t duration_us, unsigned about)
{
	static const double minutes[] = { 1, 2, 5, 10, 15, 30, 60, 120, 180, 360, 720, 1440 };
	const double minute_us = 60 * SECOND_US;
	const double end_us = duration_us ? (double)duration_us : 1;
	struct plot_axis axis = plot_axis_decimal(end_us, about);

	if (axis.step > 20 * SECOND_US) {
		axis.step = 30 * SECOND_US;
		for (size_t i = 0; i < ARRAY_SIZE(minutes) && axis.step * about < end_us; i++)
			axis.step = minutes[i] * minute_us;
		while (axis.step * about < end_us)
			axis.step *= 2;
	}
	axis.end = end_us;
	axis.ticks = whole(end_us / axis.step);
	return axis;
}

char *plot_format_time(double at_us, double step_us, char *text, size_t size)
{
	static const struct {
		double unit_us;
		const char *name;
	} units[] = {
		{ 86400 * SECOND_US, "d" },
		{ 3600 * SECOND_US, "h" },
		{ 60 * SECOND_US, "min" },
		{ SECOND_US, "s" },
		{ 1e3, "ms" },
		{ 1, "us" },
	};
	size_t i = 0;

	/* The largest unit of which each tick is a whole number, or a few tenths. */
	while (i + 1 < ARRAY_SIZE(units) && step_us < units[i].unit_us * 0.1999)
		i++;
	while (i < 3 && !is_whole(step_us / units[i].unit_us))
		i++;
	snprintf(text, size, "%.4g %s", at_us / units[i].unit_us, units[i].name);
	return text;
}
