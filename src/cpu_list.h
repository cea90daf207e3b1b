/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * cpu_list — sets of CPUs or of memory nodes, as people and the kernel write them: '0-3,8'. Pure.
 *
 * Source: cpuset(7), "List format", without its strides.
 */
#ifndef LIMIT_CPU_LIST_H
#define LIMIT_CPU_LIST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* CONFIG_NR_CPUS of the largest kernels (CONFIG_MAXSMP); of memory nodes there are fewer. */
#define CPU_LIST_MAX 8192

/* Room for the lists that are passed on: 64 ranges of three-digit numbers. */
#define CPU_LIST_TEXT_MAX 256

/* Bit n % 64 of word n / 64 is CPU n. */
struct cpu_list {
	uint64_t words[CPU_LIST_MAX / 64];
};

/*
 * '0', '0-3', '0-3,8', in any order, also overlapping. Returns NULL, or in plain words why the text
 * is no such list (a string constant); the list is then untouched. Refused are the empty text,
 * blanks, ranges that go backwards, numbers from CPU_LIST_MAX on, and what does not fit
 * CPU_LIST_TEXT_MAX in its shortest form.
 */
const char *cpu_list_parse(const char *text, struct cpu_list *list);

/* The same for what the kernel prints: a newline at the end and an empty list are fine. */
const char *cpu_list_parse_kernel(const char *text, struct cpu_list *list);

/* The shortest form, '0-3,8', '' for the empty list; ends in '…' if it does not fit. Returns text. */
char *cpu_list_format(const struct cpu_list *list, char *text, size_t size);

bool cpu_list_is_empty(const struct cpu_list *list);

unsigned cpu_list_count(const struct cpu_list *list);

bool cpu_list_equal(const struct cpu_list *a, const struct cpu_list *b);

bool cpu_list_is_subset(const struct cpu_list *list, const struct cpu_list *of);

/* What is in both. */
struct cpu_list cpu_list_common(const struct cpu_list *a, const struct cpu_list *b);

#endif
