/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lists of CPUs: the set is that of a reader of its own, which marks each number by itself; and what
 * is printed is the same set.
 */
#include "config.h"

#include "fuzz.h"

#include "cpu_list.h"

enum { SHORTEST_MAX = 64 * 1024 };

/* Mark what text says; false: it is no list. */
static bool read_list(const char *text, bool marks[CPU_LIST_MAX])
{
	for (;;) {
		size_t length = strcspn(text, ",");
		const char *dash = memchr(text, '-', length);
		uint64_t first, last;

		if (!fuzz_number(text, dash ? (size_t)(dash - text) : length, &first))
			return false;
		last = first;
		if (dash && !fuzz_number(dash + 1, length - (size_t)(dash + 1 - text), &last))
			return false;
		if (first > last || last >= CPU_LIST_MAX)
			return false;
		memset(marks + first, true, last - first + 1);
		if (!text[length])
			return true;
		text += length + 1;
	}
}

static unsigned check_marks(const struct cpu_list *list, const bool marks[CPU_LIST_MAX],
	const char *text)
{
	unsigned count = 0;

	for (unsigned n = 0; n < CPU_LIST_MAX; n++) {
		require((list->words[n / 64] >> n % 64 & 1) == marks[n], "%u in '%s'", n, text);
		count += marks[n];
	}
	require(cpu_list_count(list) == count && cpu_list_is_empty(list) == (count == 0), "'%s'",
		text);
	return count;
}

/* Printed and read again it is the same; in less room it ends in a mark, within the room. */
static size_t check_format(const struct cpu_list *list, const char *text)
{
	char *shortest = malloc(SHORTEST_MAX), *small = malloc(12);
	struct cpu_list again, common;
	size_t length;

	if (!shortest || !small)
		abort();
	cpu_list_format(list, shortest, SHORTEST_MAX);
	length = strlen(shortest);
	require(!cpu_list_parse_kernel(shortest, &again) && cpu_list_equal(list, &again),
		"'%s' became '%s'", text, shortest);
	common = cpu_list_common(list, &again);
	require(cpu_list_equal(list, &common) && cpu_list_is_subset(list, &again), "'%s'", text);
	cpu_list_format(list, small, 12);
	require(strnlen(small, 12) < 12, "'%s'", text);
	require(length < 12 - strlen("…") ? strcmp(small, shortest) == 0
					  : length < 12 || strstr(small, "…"),
		"'%s' became '%s'", shortest, small);
	free(small);
	free(shortest);
	return length;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *line = fuzz_string(data, size);
	struct cpu_list untouched, list, kernel;
	bool marks[CPU_LIST_MAX] = { false };
	const char *reason, *kernel_reason;
	size_t length = strlen(line);
	bool good;

	/* The kernel ends it with a newline, and an empty set is a set. */
	if (length > 0 && line[length - 1] == '\n')
		line[--length] = '\0';
	good = length == 0 || read_list(line, marks);
	memset(&untouched, 0xa5, sizeof(untouched));
	list = kernel = untouched;
	kernel_reason = cpu_list_parse_kernel(text, &kernel);
	require(!kernel_reason == good, "'%s': %s", text, kernel_reason ? kernel_reason : "good");
	reason = cpu_list_parse(text, &list);
	require(reason || (good && length > 0 && !strchr(text, '\n')), "'%s' is accepted", text);
	require(!reason || (*reason && cpu_list_equal(&list, &untouched)), "'%s'", text);
	if (good) {
		unsigned count = check_marks(&kernel, marks, text);
		size_t shortest = check_format(&kernel, text);

		require(reason || shortest < CPU_LIST_TEXT_MAX, "'%s' is accepted", text);
		require(!reason || count == 0 || strchr(text, '\n') ||
				shortest >= CPU_LIST_TEXT_MAX - strlen("…"),
			"'%s': %s", text, reason);
		require(reason || cpu_list_equal(&list, &kernel), "'%s'", text);
	}
	free(line);
	free(text);
	return 0;
}
