/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What people type as a quantity: accepted exactly if it is in the grammar of quantity.h, which
 * stands here a second time, as regular expressions and 128-bit arithmetic; and what is printed
 * can be read back.
 */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>
#include <regex.h>

#include "option_set.h"
#include "quantity.h"

#define MILLION UINT64_C(1000000)
#define NUMBER "([0-9]+(\\.[0-9]{1,6})?)"

typedef unsigned __int128 wide;
typedef const char *parser(const char *text, struct quantity *quantity);

enum { GROUPS_OF_PATTERN = 4 };

struct match {
	const char *text;
	regmatch_t groups[GROUPS_OF_PATTERN];
};

/* compiled is zero before the first use, and lives as long as the program. */
static bool matches(struct match *match, const char *text, const char *pattern, regex_t *compiled)
{
	if (!compiled->re_nsub && regcomp(compiled, pattern, REG_EXTENDED) != 0)
		abort();
	match->text = text;
	return regexec(compiled, text, GROUPS_OF_PATTERN, match->groups, 0) == 0;
}

static bool present(const struct match *match, unsigned group)
{
	return match->groups[group].rm_so >= 0;
}

/* A number of the text in millionths; false: its whole part is beyond 64 bits. */
static bool millionths(const struct match *match, unsigned group, wide *value)
{
	const char *p = match->text + match->groups[group].rm_so;
	const char *end = match->text + match->groups[group].rm_eo;
	const char *point = memchr(p, '.', (size_t)(end - p));
	uint64_t whole, fraction = 0;

	if (!fuzz_number(p, (size_t)((point ? point : end) - p), &whole))
		return false;
	*value = (wide)whole * MILLION;
	if (point) {
		fuzz_number(point + 1, (size_t)(end - point - 1), &fraction);
		for (long digits = end - point - 1; digits < 6; digits++)
			fraction *= 10;
		*value += fraction;
	}
	return true;
}

static uint64_t unit_bytes(const char *suffix)
{
	static const char letters[] = "KMGT";
	const char *letter = *suffix ? strchr(letters, *suffix) : NULL;
	uint64_t base = *suffix && strcmp(suffix + 1, "B") == 0 ? 1000 : 1024;
	uint64_t bytes = 1;

	for (long i = letter ? letter - letters : -1; letter && i >= 0; i--)
		bytes *= base;
	return bytes;
}

static bool is_percent(const char *text, struct quantity *size)
{
	static regex_t compiled;
	struct match match;
	wide value;

	if (!matches(&match, text, "^" NUMBER "%$", &compiled) || !millionths(&match, 1, &value))
		return false;
	*size = (struct quantity){ QUANTITY_PERCENT, (uint64_t)(value / 10000) };
	return value >= 10000 && value <= 100 * MILLION;
}

static bool is_size(const char *text, bool zero, struct quantity *size)
{
	static regex_t compiled;
	struct match match;
	uint64_t unit;
	wide value;

	if (!matches(&match, text, "^" NUMBER "(B|[KMGT](i?B)?)?$", &compiled) ||
		!millionths(&match, 1, &value))
		return false;
	unit = unit_bytes(text + match.groups[1].rm_eo);
	if (unit == 1 && strchr(text, '.'))
		return false;
	value = value * unit / MILLION;
	*size = (struct quantity){ QUANTITY_NUMBER, (uint64_t)value };
	return value <= INT64_MAX && (zero || value > 0);
}

static bool is_count(const char *text, uint64_t highest, struct quantity *count)
{
	*count = (struct quantity){ QUANTITY_NUMBER, 0 };
	return fuzz_number(text, strlen(text), &count->value) && count->value > 0 &&
	       count->value <= highest;
}

static bool is_cpus(const char *text, struct quantity *cpus)
{
	static regex_t compiled;
	struct match match;
	wide value;

	if (!matches(&match, text, "^" NUMBER "(%)?$", &compiled) || !millionths(&match, 1, &value))
		return false;
	if (present(&match, 3))
		value /= 100;
	*cpus = (struct quantity){ QUANTITY_NUMBER, (uint64_t)value };
	return value >= 1000 && value <= 100000 * MILLION;
}

/* A bare number is seconds; else units from large to small, each at most once. */
static bool is_duration(const char *text, uint64_t lowest_us, struct quantity *duration)
{
	static const struct {
		const char *pattern;
		unsigned length;
		uint64_t us;
	} units[] = {
		{ "^" NUMBER "d", 1, 86400 * MILLION },
		{ "^" NUMBER "h", 1, 3600 * MILLION },
		{ "^" NUMBER "m([^s]|$)", 1, 60 * MILLION },
		{ "^" NUMBER "s", 1, MILLION },
		{ "^" NUMBER "ms", 2, 1000 },
		{ "^" NUMBER "us", 2, 1 },
	};
	static regex_t bare, compiled[ARRAY_SIZE(units)];
	const char *rest = text;
	struct match match;
	wide value, total = 0;

	if (matches(&match, text, "^" NUMBER "$", &bare)) {
		if (!millionths(&match, 1, &total))
			return false;
		rest = "";
	}
	for (unsigned i = 0; *rest && i < ARRAY_SIZE(units); i++) {
		if (!matches(&match, rest, units[i].pattern, &compiled[i]))
			continue;
		if (!millionths(&match, 1, &value))
			return false;
		total += value * units[i].us / MILLION;
		rest += match.groups[1].rm_eo + units[i].length;
	}
	*duration = (struct quantity){ QUANTITY_NUMBER, (uint64_t)total };
	return *text && !*rest && total >= lowest_us &&
	       total <= UINT64_C(100) * 366 * 86400 * MILLION;
}

/* The parser says what the reference says; expected: NULL, it is to be refused. */
static void check(parser *parse, const char *name, const char *text,
	const struct quantity *expected)
{
	struct quantity got = { QUANTITY_PERCENT, 4242 };
	const char *reason = parse(text, &got);

	if (expected) {
		require(!reason, "%s refused '%s': %s", name, text, reason);
		require(got.kind == expected->kind && got.value == expected->value,
			"%s took '%s' for %d, %" PRIu64 ", not %" PRIu64, name, text, got.kind,
			got.value, expected->value);
	} else {
		require(reason, "%s took '%s' for %" PRIu64, name, text, got.value);
		require(*reason, "%s refused '%s' without a word", name, text);
		require(got.kind == QUANTITY_PERCENT && got.value == 4242,
			"%s refused '%s' but changed the result", name, text);
	}
}

static void check_all(const char *text)
{
	static const struct quantity max = { QUANTITY_MAX, 0 };
	const struct quantity *or_max = strcmp(text, "max") == 0 ? &max : NULL;
	struct quantity q;

#define CHECK(parse, is) check(parse, #parse, text, is ? &q : or_max)
	CHECK(quantity_parse_size, is_percent(text, &q) || is_size(text, false, &q));
	CHECK(quantity_parse_size_or_zero, is_size(text, true, &q));
	CHECK(quantity_parse_rate, is_size(text, false, &q));
	CHECK(quantity_parse_cpus, is_cpus(text, &q));
	CHECK(option_parse_pids, is_count(text, SPEC_PIDS_HIGHEST, &q));
	CHECK(option_parse_ops, is_count(text, UINT32_MAX, &q));
	or_max = NULL;
	CHECK(quantity_parse_duration, is_duration(text, 1, &q));
	CHECK(quantity_parse_duration_or_zero, is_duration(text, 0, &q));
	CHECK(option_parse_period, is_duration(text, 1000, &q) && q.value <= MILLION);
#undef CHECK
}

/* Every parser of the table, also those that have no reference here, keeps the contract. */
static void check_table(const char *text)
{
	for (size_t i = 0; i < option_row_count; i++) {
		const struct option_row *row = &option_rows[i];
		struct quantity got = { QUANTITY_PERCENT, 4242 };
		const char *reason = row->parse ? row->parse(text, &got) : "";

		require(!reason || (got.kind == QUANTITY_PERCENT && got.value == 4242),
			"--%s refused '%s' but changed the result", row->name, text);
		require(reason || got.kind == QUANTITY_NUMBER || got.kind == QUANTITY_PERCENT ||
				(got.kind == QUANTITY_MAX && strcmp(text, "max") == 0),
			"--%s took '%s' for kind %d", row->name, text, got.kind);
	}
}

static bool close_to(double a, double b, double share)
{
	return a >= b * (1 - share) && a <= b * (1 + share);
}

static void check_formats(uint64_t value)
{
	char text[QUANTITY_TEXT_MAX], *exact = malloc(QUANTITY_TEXT_MAX);
	struct quantity back;
	double first, second;

	if (!exact)
		abort();
	quantity_format_size(value, exact, QUANTITY_TEXT_MAX);
	/* Three digits; then the fraction of a byte is dropped. */
	if (value < UINT64_C(1) << 62)
		require(!quantity_parse_size_or_zero(exact, &back) &&
				(double)back.value >= (double)value * 0.9949 - 1 &&
				(double)back.value <= (double)value * 1.0051,
			"%" PRIu64 " bytes became '%s'", value, exact);
	quantity_format_millionths(value, text, sizeof(text));
	if (value >= 1000 && value <= 100000 * MILLION)
		require(!quantity_parse_cpus(text, &back) && back.value == value,
			"%" PRIu64 " millionths became '%s'", value, text);
	quantity_format_duration(value, text, sizeof(text));
	if (sscanf(text, "%lf us", &first) == 1 && strstr(text, " us"))
		second = first;
	else if (sscanf(text, "%lf ms", &first) == 1 && strstr(text, " ms"))
		second = first * 1e3;
	else if (sscanf(text, "%lf min %lf s", &first, &second) == 2)
		second = (first * 60 + second) * 1e6;
	else if (sscanf(text, "%lf h %lf min", &first, &second) == 2)
		second = (first * 60 + second) * 6e7;
	else if (sscanf(text, "%lf s", &first) == 1)
		second = first * 1e6;
	else
		second = -1;
	require(close_to(second, (double)value, 0.0101), "%" PRIu64 " us became '%s'", value, text);
	/* Whatever the room, what is written ends in it. */
	for (size_t size = 1; size < 4; size++) {
		char *small = malloc(size);

		if (!small)
			abort();
		quantity_format_size(value, small, size);
		quantity_format_millionths(value, small, size);
		quantity_format_duration(value, small, size);
		require(strnlen(small, size) < size, "%" PRIu64 " in %zu bytes", value, size);
		free(small);
	}
	free(exact);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size < 200 ? size : 200);
	uint64_t value = 0;

	memcpy(&value, data, size < sizeof(value) ? size : sizeof(value));
	check_all(text);
	check_table(text);
	check_formats(value);
	check_formats(value >> (value & 63));
	free(text);
	return 0;
}
