/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "cpu_list.h"

#include "kernel_text.h"
#include "util.h"

/* Stands for what does not fit. */
static const char MORE[] = "…";

static bool contains(const struct cpu_list *list, unsigned number)
{
	return number < CPU_LIST_MAX && list->words[number / 64] >> number % 64 & 1;
}

/* 'N' or 'N-M' at *cursor, which is moved past it. */
static const char *parse_range(const char **cursor, struct cpu_list *list)
{
	uint64_t first, last;

	if (!scan_u64(cursor, &first))
		return **cursor >= '0' && **cursor <= '9' ? "there is no such number"
							  : "a number is missing";
	last = first;
	if (**cursor == '-') {
		(*cursor)++;
		if (!scan_u64(cursor, &last))
			return "a range has no end";
	}
	if (last < first)
		return "a range goes backwards";
	if (last >= CPU_LIST_MAX)
		return "there is no such number";
	for (uint64_t n = first; n <= last; n++)
		list->words[n / 64] |= UINT64_C(1) << n % 64;
	return NULL;
}

static const char *parse(const char *text, struct cpu_list *list)
{
	for (;; text++) {
		const char *reason = parse_range(&text, list);

		if (reason)
			return reason;
		if (!*text || strcmp(text, "\n") == 0)
			return NULL;
		if (*text != ',')
			return "something else than ',' follows a number";
	}
}

const char *cpu_list_parse_kernel(const char *text, struct cpu_list *list)
{
	struct cpu_list parsed = { { 0 } };
	const char *reason = *text && strcmp(text, "\n") != 0 ? parse(text, &parsed) : NULL;

	if (!reason)
		*list = parsed;
	return reason;
}

const char *cpu_list_parse(const char *text, struct cpu_list *list)
{
	char shortest[CPU_LIST_TEXT_MAX];
	struct cpu_list parsed = { { 0 } };
	const char *reason = !*text ? "it is empty" : parse(text, &parsed);

	if (reason)
		return reason;
	if (strchr(text, '\n'))
		return "it has a line break";
	if (strstr(cpu_list_format(&parsed, shortest, sizeof(shortest)), MORE))
		return "it has too many ranges";
	*list = parsed;
	return NULL;
}

char *cpu_list_format(const struct cpu_list *list, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned first = 0; first < CPU_LIST_MAX; first++) {
		char range[32];
		unsigned last = first;
		int added;

		if (!contains(list, first))
			continue;
		while (contains(list, last + 1))
			last++;
		added = snprintf(range, sizeof(range), last > first ? "%s%u-%u" : "%s%u",
			length ? "," : "", first, last);
		/* Room is kept for the mark that something is missing. */
		if (length + (size_t)added + sizeof(MORE) > size) {
			snprintf(text + length, size - length, "%s", MORE);
			return text;
		}
		memcpy(text + length, range, (size_t)added + 1);
		length += (size_t)added;
		first = last;
	}
	return text;
}

bool cpu_list_is_empty(const struct cpu_list *list)
{
	return cpu_list_count(list) == 0;
}

unsigned cpu_list_count(const struct cpu_list *list)
{
	unsigned count = 0;

	for (size_t i = 0; i < ARRAY_SIZE(list->words); i++)
		count += (unsigned)__builtin_popcountll(list->words[i]);
	return count;
}

bool cpu_list_equal(const struct cpu_list *a, const struct cpu_list *b)
{
	return memcmp(a, b, sizeof(*a)) == 0;
}

bool cpu_list_is_subset(const struct cpu_list *list, const struct cpu_list *of)
{
	for (size_t i = 0; i < ARRAY_SIZE(list->words); i++)
		if (list->words[i] & ~of->words[i])
			return false;
	return true;
}

struct cpu_list cpu_list_common(const struct cpu_list *a, const struct cpu_list *b)
{
	struct cpu_list common;

	for (size_t i = 0; i < ARRAY_SIZE(common.words); i++)
		common.words[i] = a->words[i] & b->words[i];
	return common;
}
