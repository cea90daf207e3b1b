/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * jobs — tell COMMAND how many CPUs it has, in its environment. Pure.
 *
 * cpu.max limits time, not the number of CPUs that a program sees: make -j$(nproc), OpenMP or Go start
 * as many threads as the machine has CPUs, and those that wait for time while they hold a lock stop the
 * others. A limit of CPUs is told as LIMIT_CPUS; --jobs-env also fills in what the usual tools read,
 * where the caller has not set it.
 */
#ifndef LIMIT_JOBS_H
#define LIMIT_JOBS_H

#include <stdbool.h>
#include <stdio.h>

#include "host.h"
#include "spec.h"

#define JOBS_VARIABLE "LIMIT_CPUS"

/*
 * The CPUs that COMMAND will have: the smallest of --cpu, the limits around the caller, --cpus and the
 * CPUs it may run on, rounded up, at least 1. 0: none of these options nor --jobs-env is given, and
 * COMMAND is told nothing.
 */
unsigned jobs_cpus(const struct spec *spec, const struct host *host);

/*
 * The environment with LIMIT_CPUS, and, if fill, with all the others that are not set in it. Returns an
 * array in one piece, to be freed, that points into environment; NULL: out of memory.
 */
char **jobs_environment(char *const *environment, unsigned cpus, bool fill);

/* ' NAME=VALUE' for each of what is set. */
void jobs_print(unsigned cpus, bool fill, char *const *environment, FILE *out);

#endif
