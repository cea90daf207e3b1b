/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * rlimit — the resource limits of a process, as typed and as the kernel takes them. Pure.
 *
 * One table of the names, in lower case as the kernel has them behind RLIMIT_. Sources:
 * setrlimit(2); include/uapi/asm-generic/resource.h. RLIMIT_RTTIME is the youngest, Linux 2.6.25.
 */
#ifndef LIMIT_RLIMIT_H
#define LIMIT_RLIMIT_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/resource.h>

#define RLIMIT_ROWS_MAX 16
#define RLIMIT_TEXT_MAX 64

enum rlimit_unit {
	RLIMIT_UNIT_BYTES,
	RLIMIT_UNIT_SECONDS,
	RLIMIT_UNIT_MICROSECONDS,
	RLIMIT_UNIT_COUNT,
};

struct rlimit_row {
	const char *name;
	int resource; /* RLIMIT_NOFILE */
	enum rlimit_unit unit;
	bool zero_is_fine;
	rlim_t highest; /* that means something to the kernel */
	const char *help;
};

extern const struct rlimit_row rlimit_rows[];
extern const size_t rlimit_row_count;

enum rlimit_hard {
	RLIMIT_HARD_SAME = 0, /* 'SOFT': both */
	RLIMIT_HARD_GIVEN,    /* 'SOFT:HARD' */
	RLIMIT_HARD_KEPT,     /* 'SOFT:' */
};

/* One limit as asked, in the kernel's unit. */
struct rlimit_request {
	const struct rlimit_row *row;
	rlim_t soft;
	enum rlimit_hard hard_kind;
	rlim_t hard; /* if given */
};

/*
 * 'NAME=SOFT', 'NAME=SOFT:HARD' or 'NAME=SOFT:'. Sizes are in bytes and take K, M, G, T; times are
 * durations; 'max' and 'unlimited' are RLIM_INFINITY. Returns NULL, or why the text is no good (a
 * string constant); the request is then untouched.
 */
const char *rlimit_parse(const char *text, struct rlimit_request *request);

/*
 * What to set where old is in force. SOFT alone sets both, as ulimit does, or COMMAND could raise it
 * again. Only for the two times the hard limit comes a second later, and never above the old one:
 * at the hard limit the kernel sends SIGKILL, and with both at once SIGXCPU would never come.
 */
struct rlimit rlimit_resolve(const struct rlimit_request *request, const struct rlimit *old);

/* 'nofile 100', 'stack 8M:64M', 'core max:': the row's name and what was asked. Returns text. */
char *rlimit_format(const struct rlimit_request *request, char *text, size_t size);

#endif
