/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * series — a command, or several in turns, run again and again on the same budget, each time in a
 * fresh node: --runs, --warmup. The loop over run.c, what is kept of each run, and the statistics.
 *
 * Rounds go A B C, A B C, …: what drifts meanwhile, the machine's temperature or its load, hits all
 * commands alike. The first run that fails ends the series: what would be measured is no longer what
 * was meant. A signal that asks limit to end does, too.
 */
#ifndef LIMIT_SERIES_H
#define LIMIT_SERIES_H

#include "noise.h"
#include "record.h"
#include "run.h"
#include "statistics.h"

/* What is measured of each run; series_metrics says how it is called. */
enum series_metric {
	SERIES_WALL,
	SERIES_CPU,
	SERIES_CPU_USER,
	SERIES_CPU_SYSTEM,
	SERIES_THROTTLED,
	SERIES_MEMORY_PEAK,
	SERIES_SWAP_PEAK,
	SERIES_IO_READ,
	SERIES_IO_WRITTEN,
	SERIES_PIDS_PEAK,
	SERIES_METRICS,
};

enum series_unit {
	SERIES_US,
	SERIES_BYTES,
	SERIES_COUNT,
};

struct series_metric_row {
	const char *key;   /* 'memory_peak_bytes', for programs */
	const char *label; /* 'memory peak', for people */
	enum series_unit unit;
	bool is_minor; /* not worth a line where it is always 0 */
};

extern const struct series_metric_row series_metrics[SERIES_METRICS];

/* One run. */
struct series_run {
	unsigned command;     /* index */
	unsigned round;       /* from 1; those to warm up are counted by themselves */
	bool warmup;          /* not for the statistics */
	bool counted;         /* for the statistics: neither failed nor cut short */
	bool outlier;         /* its wall time */
	uint64_t began_at_us; /* since the series began */
	enum outcome_reason reason;
	bool signaled; /* as in struct outcome */
	int code;
	int status; /* what limit would have ended with */
	unsigned leftovers;
	unsigned warnings;
	struct reading values[SERIES_METRICS];
};

struct series_command {
	char **words; /* NULL-terminated */
	unsigned counted;
	unsigned outliers;
	struct statistics statistics[SERIES_METRICS];   /* of the runs in which it is known */
	struct statistics_ratio ratios[SERIES_METRICS]; /* to the first command */
};

struct series {
	const struct spec *spec;
	const struct plan *plan;
	unsigned runs; /* asked, of each command */
	unsigned warmup;
	struct series_command *commands;
	unsigned command_count;
	struct series_run *list; /* in their order */
	unsigned count;
	uint64_t began_at_us; /* CLOCK_MONOTONIC */
	bool failed;          /* the last run did, and this is how: */
	struct outcome failure;
	char *failure_report; /* its receipt in words */
	int interrupted;      /* the signal that ended the series; 0: none */
	char *warning;        /* the first of all runs; NULL: none */
	unsigned warnings;
	const char *way;              /* how the first run was placed; NULL: none was */
	unsigned groups_made;         /* as in struct record, of the first run */
	struct unenforced unenforced; /* what was lost when its node was made */
	uint64_t oom_log_next;        /* see struct oom_victims */
	struct noise noise;           /* what else the machine did */
	const struct fault *fault;    /* a run could not be started; NULL: all could */
	int exit_status;              /* limit's own, of a signal 128 and its number */
};

/* What limit's exit status would be after this run alone. */
typedef int series_status_of(const struct spec *spec, const struct outcome *outcome);

/* spec_check() has seen that there are commands. Cuts spec->command up. Release it. */
void series_init(struct series *series, const struct spec *spec, const struct plan *plan);

/*
 * All runs, or as many as there can be, and then the statistics. Standard input is set back to where it
 * was before each run if it is a file; anything else is replaced by /dev/null, for the first run would
 * take it all. Returns SPAWN_STARTED, or what run() returned when a command could not be started, with
 * *f set.
 */
enum spawn_result series_run(struct series *series, const struct inherited *inherited,
	series_status_of *status_of, struct fault *f);

/* The statistics of the runs in the list. Pure. */
void series_summarise(struct series *series);

/* 'sort -n big', cut off where it gets too long; to be freed. */
char *series_label(const struct series_command *command);

void series_release(struct series *series);

#endif
