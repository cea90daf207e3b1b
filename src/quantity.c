/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "quantity.h"

#include <inttypes.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#include "util.h"

#define MILLION UINT64_C(1000000)
#define FRACTION_DIGITS_MAX 6

static const char NOT_A_NUMBER[] = "it does not start with a digit";
static const char TOO_LARGE[] = "it is too large";
static const char ZERO[] = "0 means nothing here";
static const char UNKNOWN_SUFFIX[] = "the text after the number is no known unit";

/* A decimal number as typed: whole part and millionths, before any unit is applied. */
struct decimal {
	uint64_t whole;
	uint64_t millionths;
	bool has_point;
};

struct unit {
	const char *suffix;
	uint64_t factor;
};

#define KIB UINT64_C(1024)
#define KB UINT64_C(1000)

static const struct unit size_units[] = {
	{ "", 1 },
	{ "B", 1 },
	{ "K", KIB },
	{ "M", KIB *KIB },
	{ "G", KIB *KIB *KIB },
	{ "T", KIB *KIB *KIB *KIB },
	{ "KiB", KIB },
	{ "MiB", KIB *KIB },
	{ "GiB", KIB *KIB *KIB },
	{ "TiB", KIB *KIB *KIB *KIB },
	{ "KB", KB },
	{ "MB", KB *KB },
	{ "GB", KB *KB *KB },
	{ "TB", KB *KB *KB *KB },
};

/* Longest first where one is the start of another: 'ms' before 'm'. */
static const struct unit duration_units[] = {
	{ "us", 1 },
	{ "ms", 1000 },
	{ "s", MILLION },
	{ "m", 60 * MILLION },
	{ "h", 3600 * MILLION },
	{ "d", 86400 * MILLION },
};

static bool is_digit(char c)
{
	return c >= '0' && c <= '9';
}

/* Reads 'DIGITS' or 'DIGITS.DIGITS' and moves *cursor past it. Returns NULL or the reason. */
static const char *scan_decimal(const char **cursor, struct decimal *number)
{
	const char *p = *cursor;
	uint64_t place = MILLION / 10;

	if (*p == '-')
		return "it is negative";
	if (!is_digit(*p))
		return NOT_A_NUMBER;
	*number = (struct decimal){ 0 };
	for (; is_digit(*p); p++)
		if (__builtin_mul_overflow(number->whole, 10, &number->whole) ||
			__builtin_add_overflow(number->whole, (uint64_t)(*p - '0'), &number->whole))
			return TOO_LARGE;
	if (*p == '.') {
		number->has_point = true;
		if (!is_digit(*++p))
			return "there is no digit after the point";
		for (; is_digit(*p); p++, place /= 10) {
			if (place == 0)
				return "it has more than six decimals";
			number->millionths += (uint64_t)(*p - '0') * place;
		}
	}
	*cursor = p;
	return NULL;
}

/* number * factor, rounded down; factor is at most 2^40, so the fraction cannot overflow. */
static const char *scale(const struct decimal *number, uint64_t factor, uint64_t *value)
{
	uint64_t whole;

	if (__builtin_mul_overflow(number->whole, factor, &whole) ||
		__builtin_add_overflow(whole, number->millionths * factor / MILLION, value))
		return TOO_LARGE;
	return NULL;
}

static const struct unit *find_unit(const char *suffix)
{
	for (size_t i = 0; i < ARRAY_SIZE(size_units); i++)
		if (strcmp(suffix, size_units[i].suffix) == 0)
			return &size_units[i];
	return NULL;
}

/* The commonest slips deserve their own words. */
static const char *explain_suffix(const char *suffix)
{
	if (strcmp(suffix, "k") == 0 || strcmp(suffix, "m") == 0 || strcmp(suffix, "g") == 0 ||
		strcmp(suffix, "t") == 0)
		return "units are upper case: K, M, G, T";
	if (strcmp(suffix, "%") == 0)
		return "a percentage means nothing here";
	return UNKNOWN_SUFFIX;
}

static const char *parse_percent(const struct decimal *number, struct quantity *size)
{
	uint64_t hundredths;

	if (scale(number, 100, &hundredths))
		return TOO_LARGE;
	if (hundredths == 0)
		return ZERO;
	if (number->whole > 100 || (number->whole == 100 && number->millionths > 0))
		return "it is more than 100%";
	*size = (struct quantity){ QUANTITY_PERCENT, hundredths };
	return NULL;
}

static const char *parse_bytes(const char *text, bool zero, bool percent, struct quantity *size)
{
	struct decimal number;
	const struct unit *unit;
	const char *reason;
	uint64_t bytes;

	if (strcmp(text, "max") == 0) {
		*size = (struct quantity){ QUANTITY_MAX, 0 };
		return NULL;
	}
	reason = scan_decimal(&text, &number);
	if (reason)
		return reason;
	if (percent && strcmp(text, "%") == 0)
		return parse_percent(&number, size);
	unit = find_unit(text);
	if (!unit)
		return explain_suffix(text);
	if (unit->factor == 1 && number.has_point)
		return "a byte cannot be divided";
	reason = scale(&number, unit->factor, &bytes);
	if (reason)
		return reason;
	if (bytes > INT64_MAX)
		return TOO_LARGE;
	if (bytes == 0 && !zero)
		return ZERO;
	*size = (struct quantity){ QUANTITY_NUMBER, bytes };
	return NULL;
}

const char *quantity_parse_size(const char *text, struct quantity *size)
{
	return parse_bytes(text, false, true, size);
}

const char *quantity_parse_size_or_zero(const char *text, struct quantity *size)
{
	return parse_bytes(text, true, false, size);
}

const char *quantity_parse_rate(const char *text, struct quantity *bytes_per_second)
{
	return parse_bytes(text, false, false, bytes_per_second);
}

const char *quantity_parse_count(const char *text, uint64_t highest, struct quantity *count)
{
	struct decimal number;
	const char *reason;

	if (strcmp(text, "max") == 0) {
		*count = (struct quantity){ QUANTITY_MAX, 0 };
		return NULL;
	}
	reason = scan_decimal(&text, &number);
	if (reason)
		return reason;
	if (number.has_point)
		return "it is not a whole number";
	if (*text)
		return "a count takes no unit";
	if (number.whole == 0)
		return ZERO;
	if (number.whole > highest)
		return TOO_LARGE;
	*count = (struct quantity){ QUANTITY_NUMBER, number.whole };
	return NULL;
}

const char *quantity_parse_cpus(const char *text, struct quantity *millionths)
{
	struct decimal number;
	const char *reason;
	uint64_t value;

	if (strcmp(text, "max") == 0) {
		*millionths = (struct quantity){ QUANTITY_MAX, 0 };
		return NULL;
	}
	reason = scan_decimal(&text, &number);
	if (reason)
		return reason;
	if (strcmp(text, "%") == 0)
		reason = scale(&number, MILLION / 100, &value);
	else if (*text == '\0')
		reason = scale(&number, MILLION, &value);
	else
		reason = UNKNOWN_SUFFIX;
	if (reason)
		return reason;
	if (value == 0)
		return ZERO;
	if (value < MILLION / 1000)
		return "the kernel's smallest share is 0.001 CPU";
	if (value > 100000 * MILLION)
		return TOO_LARGE;
	*millionths = (struct quantity){ QUANTITY_NUMBER, value };
	return NULL;
}

/* The unit at the start of text, NULL if there is none. */
static const struct unit *scan_duration_unit(const char **cursor)
{
	for (size_t i = 0; i < ARRAY_SIZE(duration_units); i++) {
		size_t length = strlen(duration_units[i].suffix);

		if (strncmp(*cursor, duration_units[i].suffix, length) == 0) {
			*cursor += length;
			return &duration_units[i];
		}
	}
	return NULL;
}

static const char *parse_duration(const char *text, bool zero, struct quantity *duration_us)
{
	uint64_t previous_factor = UINT64_MAX;
	uint64_t total_us = 0;
	bool bare = false;

	do {
		struct decimal number;
		const struct unit *unit;
		const char *reason = scan_decimal(&text, &number);
		uint64_t part_us;

		if (reason)
			return reason;
		bare = *text == '\0' && previous_factor == UINT64_MAX;
		unit = bare ? &duration_units[2] : scan_duration_unit(&text);
		if (!unit)
			return *text ? UNKNOWN_SUFFIX : "the last number has no unit";
		if (unit->factor >= previous_factor)
			return "its units do not go from large to small";
		previous_factor = unit->factor;
		reason = scale(&number, unit->factor, &part_us);
		if (reason || __builtin_add_overflow(total_us, part_us, &total_us))
			return TOO_LARGE;
	} while (*text);
	/* Far beyond any run, and safe to turn into nanoseconds of a signed 64-bit clock. */
	if (total_us > UINT64_C(100) * 366 * 86400 * MILLION)
		return TOO_LARGE;
	if (total_us == 0 && !zero)
		return ZERO;
	*duration_us = (struct quantity){ QUANTITY_NUMBER, total_us };
	return NULL;
}

const char *quantity_parse_duration(const char *text, struct quantity *duration_us)
{
	return parse_duration(text, false, duration_us);
}

const char *quantity_parse_duration_or_zero(const char *text, struct quantity *duration_us)
{
	return parse_duration(text, true, duration_us);
}

/* value / unit with three significant digits: '1.46', '12.3', '500'. */
static void format_scaled(uint64_t value, uint64_t unit, char *text, size_t size)
{
	double scaled = (double)value / (double)unit;

	if (value % unit == 0)
		snprintf(text, size, "%" PRIu64, value / unit);
	else if (scaled < 9.995)
		snprintf(text, size, "%.2f", scaled);
	else if (scaled < 99.95)
		snprintf(text, size, "%.1f", scaled);
	else
		snprintf(text, size, "%.0f", scaled);
}

char *quantity_format_size(uint64_t bytes, char *text, size_t size)
{
	static const char suffixes[] = "TGMK";
	uint64_t unit = KIB * KIB * KIB * KIB;

	for (const char *suffix = suffixes; *suffix; suffix++, unit /= KIB) {
		/* What would round to 1024 of a unit is 1.00 of the next. */
		if (bytes >= unit - unit / KIB / 2) {
			char number[24];

			format_scaled(bytes, unit, number, sizeof(number));
			snprintf(text, size, "%s%c", number, *suffix);
			return text;
		}
	}
	snprintf(text, size, "%" PRIu64, bytes);
	return text;
}

char *quantity_format_duration(uint64_t duration_us, char *text, size_t size)
{
	uint64_t seconds = (duration_us + MILLION / 2) / MILLION;
	char number[24];

	if (duration_us < 1000) {
		snprintf(text, size, "%" PRIu64 " us", duration_us);
	} else if (duration_us < MILLION - 500) {
		format_scaled(duration_us, 1000, number, sizeof(number));
		snprintf(text, size, "%s ms", number);
	} else if (seconds < 120) {
		snprintf(text, size, "%.2f s", (double)duration_us / (double)MILLION);
	} else if (seconds < 7200) {
		snprintf(text, size, "%" PRIu64 " min %02u s", seconds / 60,
			(unsigned)(seconds % 60));
	} else {
		snprintf(text, size, "%" PRIu64 " h %02u min", seconds / 3600,
			(unsigned)(seconds / 60 % 60));
	}
	return text;
}

char *quantity_format_millionths(uint64_t millionths, char *text, size_t size)
{
	char number[QUANTITY_TEXT_MAX];
	size_t length;

	snprintf(number, sizeof(number), "%" PRIu64 ".%06" PRIu64, millionths / MILLION,
		millionths % MILLION);
	length = strlen(number);
	while (number[length - 1] == '0')
		number[--length] = '\0';
	if (number[length - 1] == '.')
		number[--length] = '\0';
	snprintf(text, size, "%s", number);
	return text;
}
