/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot — the samples of a run in bounded memory, and the picture of them.
 *
 * A bucket holds so many samples in a row; when all buckets are used, each two become one and hold
 * twice as many. Of each series a bucket keeps the lowest and the highest value beside the mean over
 * time, so that a peak of one sample is still to be seen in a run of days.
 */
#ifndef LIMIT_PLOT_H
#define LIMIT_PLOT_H

#include "record.h"
#include "sample.h"

/* Even; a chart is about as many pixels wide. */
#define PLOT_BUCKETS 800

enum plot_series {
	PLOT_CPU,       /* CPUs */
	PLOT_THROTTLED, /* CPUs that were not to be had, for --cpu */
	PLOT_MEMORY,    /* bytes */
	PLOT_ANON,      /* bytes */
	PLOT_SWAP,      /* bytes */
	PLOT_READ,      /* bytes per second */
	PLOT_WRITTEN,   /* bytes per second */
	PLOT_PIDS,
	PLOT_SERIES,
};

/* What happens at a moment; the order in which they are listed. */
enum plot_event {
	PLOT_EVENT_OOM,        /* processes killed */
	PLOT_EVENT_REFUSED,    /* forks refused */
	PLOT_EVENT_TIME,       /* --time or --cpu-time ran out */
	PLOT_EVENT_TERMINATED, /* limit was sent SIGTERM */
	PLOT_EVENT_KILLED,     /* what did not end by itself */
	PLOT_EVENTS,
};

struct plot_value {
	double low;
	double high;
	double area;        /* value * microseconds */
	uint64_t weight_us; /* 0: not known here */
};

struct plot_bucket {
	uint64_t from_us;
	uint64_t to_us;
	struct plot_value series[PLOT_SERIES];
	uint64_t counts[PLOT_EVENTS];
};

struct plot {
	struct plot_bucket *buckets; /* NULL: no plot, all functions do nothing */
	unsigned count;
	unsigned samples_each; /* in a full bucket */
	unsigned samples_last; /* in the last one */
	uint64_t shortest_us;  /* no rate is counted over less */
	bool has_before;
	struct sample before;
	uint64_t noted[PLOT_EVENTS]; /* since the last sample */
};

/* interval_us: between samples. Returns 0, or -1 with *f set: ENOMEM. Release in either case. */
int plot_init(struct plot *plot, uint64_t interval_us, struct fault *f);

void plot_add(struct plot *plot, const struct sample *sample);

/* It happened now; it goes where the next sample goes. */
void plot_note(struct plot *plot, enum plot_event event);

void plot_release(struct plot *plot);

/* The mean over time; 0 if it is not known. */
double plot_mean(const struct plot_value *value);

/* The extremes of a whole series; false: it is not known anywhere. */
bool plot_range(const struct plot *plot, enum plot_series series, double *low, double *high);

/* The distance between the ticks of an axis, and how many of them from 0 up to its end. */
struct plot_axis {
	double step;
	double end; /* a multiple of step, or for a time axis the run's end */
	unsigned ticks;
};

/* Round steps, for an axis up to at least highest with about so many ticks. */
struct plot_axis plot_axis_decimal(double highest, unsigned about);
struct plot_axis plot_axis_bytes(double highest, unsigned about);
struct plot_axis plot_axis_time(uint64_t duration_us, unsigned about);

/* '1.5 s', '20 min', '3 h': of a tick, with the unit that suits the step. Returns text. */
char *plot_format_time(double at_us, double step_us, char *text, size_t size);

/* The picture, in a string to be freed; NULL: no memory. It is complete XML whatever the samples are. */
char *plot_make_svg(const struct plot *plot, const struct record *record);

/* Text as XML has it: markup escaped, and what no XML may hold, or no UTF-8 is, as U+FFFD. */
void plot_print_text(const char *text, FILE *out);

#endif
