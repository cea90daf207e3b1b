/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * noise — what makes the times of a series less to be trusted: how the machine's clock is governed, and
 * what else it did meanwhile. noise_find() is pure; the others read /proc and /sys.
 *
 * Sources: proc_stat(5), proc_vmstat(5); Documentation/accounting/psi.rst; getrusage(2); machine.h.
 */
#ifndef LIMIT_NOISE_H
#define LIMIT_NOISE_H

#include "machine.h"
#include "usage.h"

enum noise_resource {
	NOISE_CPU,
	NOISE_MEMORY,
	NOISE_IO,
	NOISE_RESOURCES,
};

/* The whole machine's counters. */
struct noise_counters {
	uint64_t at_us;                              /* CLOCK_MONOTONIC */
	struct reading busy_us;                      /* of all CPUs together */
	struct reading stolen_us;                    /* by other guests of the same host */
	struct reading swapped;                      /* pages, in and out */
	struct reading pressure_us[NOISE_RESOURCES]; /* somebody waited */
	uint64_t limit_us; /* CPU time of limit itself, and of its children that are gone */
};

struct noise {
	struct machine machine;
	struct noise_counters before;
	struct noise_counters after;
	uint64_t own_cpu_us; /* of the runs' nodes */
	uint64_t own_pressure_us[NOISE_RESOURCES];
	bool own_pressure_known;
};

#define NOISE_FINDINGS_MAX 8

struct noise_finding {
	const char *code; /* 'turbo', for programs */
	char text[160];
	const char *remedy; /* NULL: none but to wait */
};

struct noise_findings {
	unsigned count;
	struct noise_finding list[NOISE_FINDINGS_MAX];
};

/* Around a series; in between each run's usage is told. Files are looked for below root_fd. */
void noise_begin(struct noise *noise, int root_fd);
void noise_count_own(struct noise *noise, const struct usage *usage);
void noise_end(struct noise *noise, int root_fd);

/* The counters alone, for the tests; cannot fail: what is not there is not known. */
void noise_read(struct noise_counters *counters, int root_fd);

/*
 * What is worth a warning: a governor that is not 'performance', turbo, SMT; of the CPUs' time more than
 * 5 % used by others, or more than 1 % stolen; pages swapped; others that waited more than 5 % of the
 * time. What is not known is not found.
 */
void noise_find(const struct noise *noise, struct noise_findings *findings);

#endif
