/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * effective — what a limit comes to: what was asked, or less, where a group around the node or the
 * machine itself sets less. Pure.
 */
#ifndef LIMIT_EFFECTIVE_H
#define LIMIT_EFFECTIVE_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#define EFFECTIVE_MAX UINT64_MAX

enum effective_kind {
	EFFECTIVE_MEM,      /* bytes */
	EFFECTIVE_MEM_HIGH, /* bytes */
	EFFECTIVE_SWAP,     /* bytes */
	EFFECTIVE_CPU,      /* millionths of a CPU */
	EFFECTIVE_PIDS,     /* processes and threads */
	EFFECTIVES,
};

struct effective {
	bool asked;
	uint64_t asked_value; /* EFFECTIVE_MAX: 'max' */
	uint64_t value;       /* that holds; EFFECTIVE_MAX: nothing limits it */
	char *where; /* who sets less: 'parent PATH', 'RAM of this machine'; NULL: as asked */
};

struct host;
struct plan;
struct spec;

/* Fill plan->effective; the sizes of the plan must be known. */
void effective_make(struct plan *plan, const struct spec *spec, const struct host *host);

void effective_release(struct effective effective[EFFECTIVES]);

/* 'memory', 'memory.high', 'swap', 'cpu', 'pids'. */
const char *effective_name(enum effective_kind kind);

/* 'memory: 4G asked, 1G effective (parent …)' after prefix, a line for each that is less. */
void effective_print(const struct effective effective[EFFECTIVES], const char *prefix, FILE *out);

#endif
