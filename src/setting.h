/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * setting — one limit as a cgroup file and the text to write into it, and what that is called on
 * cgroup v1. Pure.
 *
 * The table is ours: no released libcgroup translates memory.max, pids.max or io.max, and its
 * development version maps memory.high to soft_limit_in_bytes, which does not throttle.
 */
#ifndef LIMIT_SETTING_H
#define LIMIT_SETTING_H

#include <stdbool.h>
#include <stdint.h>

#include "kernel_text.h"

#define SETTING_FILE_MAX 40
#define SETTING_TEXT_MAX 256
#define SETTING_V1_MAX 2

struct setting {
	enum controller controller;
	const char *option; /* 'mem': who asked */
	char file[SETTING_FILE_MAX];
	char text[SETTING_TEXT_MAX];
	/*
	 * What it means when the kernel has no such file: NULL, the limit cannot be enforced. Else
	 * nothing is lost (swap.max on a host without swap), and this says why.
	 */
	const char *missing_is_fine;
	const char *missing_hint; /* how to get the file, NULL: no advice */
	bool as_given;            /* --set: the same on v1, and read back with some leeway */
	bool of_member;           /* --group: for each node in it, not for the group as a whole */
	bool implied;             /* nobody asked for it in words */
	bool optional;            /* not to be had without the controller, and nothing is lost */
};

void setting_init(struct setting *setting, enum controller controller, const char *option,
	const char *file, const char *fmt, ...) __attribute__((format(printf, 5, 6)));

/*
 * The v1 files for a v2 setting, in the order to write them. memory_max_bytes is the --mem that
 * goes with a memory.swap.max, because memory.memsw.limit_in_bytes is the sum of both.
 *
 * Returns how many there are; 0: nothing to write, as 'max' is v1's default too; -1: v1 has no
 * such limit.
 */
int setting_translate_v1(const struct setting *v2, uint64_t memory_max_bytes,
	struct setting v1[SETTING_V1_MAX]);

/*
 * Does the file, read back, say what was written? Device files are searched for the device; all
 * others must match whole. What --set wrote may come back as the same size in bytes, and in a file
 * with keys as a line that has all its words.
 */
bool setting_holds(const struct setting *setting, const char *read_back);

/*
 * The file that says whether the kernel also does what it took: cpuset.cpus may hold what no group
 * around allows, cpuset.cpus.effective then holds something else. NULL: there is none for it.
 */
const char *setting_effect_file(const struct setting *setting, bool v2);

#endif
