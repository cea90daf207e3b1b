/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/quantity.c: every form that is accepted, and everything that must not be. */
#include "config.h"

#include "check.h"

#include "quantity.h"
#include "spec.h"

#define MILLION UINT64_C(1000000)
#define MINUTE (60 * MILLION)
#define HOUR (60 * MINUTE)
#define DAY (24 * HOUR)

/* clang-format off */
#define NUMBER(value) { QUANTITY_NUMBER, value }
#define PERCENT(value) { QUANTITY_PERCENT, value }
#define MAX { QUANTITY_MAX, 0 }
/* clang-format on */

typedef const char *parser(const char *text, struct quantity *quantity);

struct accepted {
	const char *text;
	struct quantity quantity;
};

static void check_accepted(parser *parse, const struct accepted *rows, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct quantity got = { 0 };
		const char *reason = parse(rows[i].text, &got);

		check_string(reason, NULL, "'%s'", rows[i].text);
		check(got.kind == rows[i].quantity.kind, "'%s' is of kind %u", rows[i].text,
			(unsigned)got.kind);
		check(got.value == rows[i].quantity.value, "'%s' is %llu", rows[i].text,
			(unsigned long long)got.value);
	}
}

/* A rejection has its reason, without a full stop, and leaves the result alone. */
static void check_rejected(parser *parse, const char *text)
{
	struct quantity untouched = { QUANTITY_PERCENT, 4242 };
	const char *reason = parse(text, &untouched);

	check(reason, "'%s' is %llu", text, (unsigned long long)untouched.value);
	check(reason[0] && reason[strlen(reason) - 1] != '.', "'%s': '%s'", text, reason);
	check(untouched.kind == QUANTITY_PERCENT && untouched.value == 4242,
		"'%s' changed the result", text);
}

static const char *parse_count(const char *text, struct quantity *count)
{
	return quantity_parse_count(text, 1000, count);
}

static const char *parse_any_count(const char *text, struct quantity *count)
{
	return quantity_parse_count(text, UINT64_MAX, count);
}

static parser *const size_parsers[] = {
	quantity_parse_size,
	quantity_parse_size_or_zero,
	quantity_parse_rate,
};

static parser *const all_parsers[] = {
	quantity_parse_size,
	quantity_parse_size_or_zero,
	quantity_parse_rate,
	quantity_parse_cpus,
	quantity_parse_duration,
	quantity_parse_duration_or_zero,
	parse_count,
	parse_any_count,
};

/* What no quantity is, whatever it measures. */
static void no_parser_takes_junk(void **state)
{
	static const char *const junk[] = {
		"",
		" ",
		"-",
		"+",
		".",
		"%",
		"-1",
		"-0",
		"-5M",
		"+5",
		"+5M",
		"--5",
		"NaN",
		"nan",
		"NAN",
		"inf",
		"INF",
		"infinity",
		"1e9",
		"1E9",
		"0x10",
		"0b1",
		" 5",
		"5 ",
		" 5M",
		"5 M",
		"5M ",
		"5M\n",
		"\t5M",
		"5M5",
		"5,5M",
		"1_000",
		"1'000",
		"5.",
		"5.M",
		".5",
		".5M",
		"1..5",
		"1.2.3",
		"1.-5",
		"1.2345678",
		"1.2345678M",
		"99999999999G",
		"18446744073709551616",
		"18446744073709551616M",
		"99999999999999999999999999999999999999",
		"500k",
		"5g",
		"5t",
		"5Mb",
		"5MIB",
		"5mib",
		"5iB",
		"5Ki",
		"5P",
		"5E",
		"M",
		"KiB",
		"5%%",
		"%5",
		"maximum",
		"ma",
		"Max",
		"MAX",
		"max ",
		" max",
		"maxM",
		"unlimited",
		"infinity",
		"\xef\xbc\x98M", /* U+FF18, a digit of full width */
		"5\xc2\xa0M",
		"\xd9\xa5", /* U+0665, an Arabic digit */
		"5\xc2\xb5s",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(all_parsers); i++)
		for (size_t j = 0; j < ARRAY_SIZE(junk); j++)
			check_rejected(all_parsers[i], junk[j]);
}

static void sizes(void **state)
{
	static const struct accepted rows[] = {
		{ "1", NUMBER(1) },
		{ "4096", NUMBER(4096) },
		{ "0004096", NUMBER(4096) },
		{ "7B", NUMBER(7) },
		{ "1K", NUMBER(KIB) },
		{ "500M", NUMBER(500 * MIB) },
		{ "1.5G", NUMBER(1610612736) },
		{ "1T", NUMBER(1024 * GIB) },
		{ "512KiB", NUMBER(524288) },
		{ "3MiB", NUMBER(3 * MIB) },
		{ "2GiB", NUMBER(2 * GIB) },
		{ "1TiB", NUMBER(1024 * GIB) },
		{ "10KB", NUMBER(10000) },
		{ "10MB", NUMBER(10000000) },
		{ "2GB", NUMBER(2000000000) },
		{ "1TB", NUMBER(1000000000000) },
		{ "0.5K", NUMBER(512) },
		{ "1.0M", NUMBER(MIB) },
		{ "1.999K", NUMBER(2046) }, /* 2046.976: a fraction of a byte is dropped */
		{ "0.001K", NUMBER(1) },
		{ "1.234567T", NUMBER(1357420771768) },
		{ "9223372036854775807", NUMBER(INT64_MAX) },
		{ "8191.999999G", NUMBER(8796093021134) },
		{ "8388607T", NUMBER(UINT64_C(8388607) << 40) },
		{ "max", MAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(size_parsers); i++)
		check_accepted(size_parsers[i], rows, ARRAY_SIZE(rows));
}

static void no_sizes(void **state)
{
	static const char *const rejected[] = {
		"0.5", /* half a byte */
		"1.0",
		"0.5B",
		"500m",
		"5s",
		"5KiBs",
		"5K/s",
		"5BK",
		"9223372036854775808",
		"8388608T", /* 2^63 */
		"8388607.9999999T",
		"16777216T", /* 2^64 */
		"9223372036854776KB",
		"101%",
		"0%",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(size_parsers); i++)
		for (size_t j = 0; j < ARRAY_SIZE(rejected); j++)
			check_rejected(size_parsers[i], rejected[j]);
}

static void zero_is_a_size_of_swap_only(void **state)
{
	static const char *const zeros[] = { "0", "00", "0K", "0B", "0.0M", "0.000001K" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++) {
		const struct accepted zero = { zeros[i], NUMBER(0) };

		check_accepted(quantity_parse_size_or_zero, &zero, 1);
		check_rejected(quantity_parse_size, zeros[i]);
		check_rejected(quantity_parse_rate, zeros[i]);
	}
}

static void percentages(void **state)
{
	static const struct accepted rows[] = {
		{ "80%", PERCENT(8000) },
		{ "100%", PERCENT(10000) },
		{ "100.00%", PERCENT(10000) },
		{ "12.5%", PERCENT(1250) },
		{ "0.01%", PERCENT(1) },
		{ "33.339%", PERCENT(3333) },
	};

	(void)state;
	check_accepted(quantity_parse_size, rows, ARRAY_SIZE(rows));
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		check_rejected(quantity_parse_size_or_zero, rows[i].text);
		check_rejected(quantity_parse_rate, rows[i].text);
		check_rejected(quantity_parse_duration, rows[i].text);
		check_rejected(parse_any_count, rows[i].text);
	}
}

static void no_percentages(void **state)
{
	static const char *const rejected[] = {
		"0%",
		"0.0%",
		"0.001%", /* less than a hundredth of a percent */
		"101%",
		"100.01%",
		"100.001%", /* the part that is dropped counts too */
		"100.000001%",
		"1000000%",
		"184467440737095517%",
		"18446744073709551616%",
		"-5%",
		"80 %",
		"80%M",
		"80M%",
		"80.%",
		"80%%",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rejected); i++)
		check_rejected(quantity_parse_size, rejected[i]);
}

static void counts(void **state)
{
	static const struct accepted rows[] = {
		{ "1", NUMBER(1) },
		{ "999", NUMBER(999) },
		{ "1000", NUMBER(1000) },
		{ "0012", NUMBER(12) },
		{ "max", MAX },
	};
	static const struct accepted large[] = {
		{ "1001", NUMBER(1001) },
		{ "18446744073709551615", NUMBER(UINT64_MAX) },
	};
	static const char *const rejected[] = { "0", "00", "1.5", "1.0", "5K", "5M", "5B", "5%",
		"100%", "5s", "5x" };

	(void)state;
	check_accepted(parse_count, rows, ARRAY_SIZE(rows));
	check_accepted(parse_any_count, large, ARRAY_SIZE(large));
	for (size_t i = 0; i < ARRAY_SIZE(rejected); i++)
		check_rejected(parse_any_count, rejected[i]);
	for (size_t i = 0; i < ARRAY_SIZE(large); i++)
		check_rejected(parse_count, large[i].text);
}

static void cpus(void **state)
{
	static const struct accepted rows[] = {
		{ "1", NUMBER(MILLION) },
		{ "0.5", NUMBER(500000) },
		{ "1.5", NUMBER(1500000) },
		{ "150%", NUMBER(1500000) },
		{ "100%", NUMBER(MILLION) },
		{ "0.5%", NUMBER(5000) },
		{ "0.1%", NUMBER(1000) },
		{ "0.001", NUMBER(1000) },
		{ "0.123456", NUMBER(123456) },
		{ "64", NUMBER(64 * MILLION) },
		{ "100000", NUMBER(100000 * MILLION) },
		{ "10000000%", NUMBER(100000 * MILLION) },
		{ "max", MAX },
	};
	static const char *const rejected[] = { "0", "0.0", "0%", "0.0001", "0.000999", "0.000001",
		"0.01%", "0.0999%", "100001", "100000.000001", "10000001%", "200000",
		"18446744073709551615", "1K", "1M", "1 %", "1%%", "1c", "1s", "500m", "0,5",
		"1/2" };

	(void)state;
	check_accepted(quantity_parse_cpus, rows, ARRAY_SIZE(rows));
	for (size_t i = 0; i < ARRAY_SIZE(rejected); i++)
		check_rejected(quantity_parse_cpus, rejected[i]);
}

static parser *const duration_parsers[] = {
	quantity_parse_duration,
	quantity_parse_duration_or_zero,
};

static void durations(void **state)
{
	static const struct accepted rows[] = {
		{ "90", NUMBER(90 * MILLION) },
		{ "1.5", NUMBER(1500000) },
		{ "0.000001", NUMBER(1) },
		{ "90s", NUMBER(90 * MILLION) },
		{ "1.5s", NUMBER(1500000) },
		{ "250ms", NUMBER(250000) },
		{ "0.5ms", NUMBER(500) },
		{ "20us", NUMBER(20) },
		{ "2m", NUMBER(2 * MINUTE) },
		{ "0.5h", NUMBER(30 * MINUTE) },
		{ "1h30m", NUMBER(90 * MINUTE) },
		{ "1d", NUMBER(DAY) },
		{ "1d2h3m4s5ms6us", NUMBER(DAY + 2 * HOUR + 3 * MINUTE + 4005006) },
		{ "1m30s", NUMBER(90 * MILLION) },
		{ "1s500ms", NUMBER(1500000) },
		{ "90m", NUMBER(90 * MINUTE) },
		{ "0h5s", NUMBER(5 * MILLION) },
		{ "36600d", NUMBER(36600 * DAY) },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(duration_parsers); i++)
		check_accepted(duration_parsers[i], rows, ARRAY_SIZE(rows));
}

static void no_durations(void **state)
{
	static const char *const rejected[] = {
		"max",
		"5x",
		"5S",
		"5D",
		"5M",
		"5ns",
		"5min",
		"5sec",
		"5%",
		"s",
		"h30m",
		"1h30", /* minutes or seconds? */
		"1s500",
		"1 h",
		"1h 30m",
		"1h-30m",
		"1h+30m",
		"30m1h",
		"1s1m",
		"1ms1s",
		"1us1ms",
		"1h1h",
		"1m1m",
		"1h30m30m",
		"1:30",
		"36601d",
		"36600d1us",
		"3162240001",
		"18446744073709551615",
		"18446744073709551615us",
		"213503983d",
		"213503982d8h1m49s551ms616us", /* 2^64 us */
		"1.1234567s",
		"1.s",
		".5s",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(duration_parsers); i++)
		for (size_t j = 0; j < ARRAY_SIZE(rejected); j++)
			check_rejected(duration_parsers[i], rejected[j]);
}

static void zero_is_a_duration_of_grace_only(void **state)
{
	static const char *const zeros[] = { "0", "0s", "0ms", "0.0", "0h0m", "0.1us" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(zeros); i++) {
		const struct accepted zero = { zeros[i], NUMBER(0) };

		check_accepted(quantity_parse_duration_or_zero, &zero, 1);
		check_rejected(quantity_parse_duration, zeros[i]);
	}
}

/* The slips that users make most have words of their own. */
static void common_slips_are_named(void **state)
{
	struct quantity size;

	(void)state;
	check_contains(quantity_parse_size("500m", &size), "upper case");
	check_contains(quantity_parse_size("500k", &size), "upper case");
	check_contains(quantity_parse_size("-5M", &size), "negative");
	check_contains(quantity_parse_size("0", &size), "0 means nothing");
	check_contains(quantity_parse_size("101%", &size), "100%");
	check_contains(quantity_parse_size("99999999999G", &size), "too large");
	check_contains(quantity_parse_rate("80%", &size), "percentage");
	check_contains(parse_any_count("1.5", &size), "whole number");
	check_contains(parse_any_count("5K", &size), "no unit");
	check_contains(quantity_parse_cpus("0.0001", &size), "0.001");
	check_contains(quantity_parse_cpus("1K", &size), "unit");
	check_contains(quantity_parse_duration("30m1h", &size), "large to small");
	check_contains(quantity_parse_duration("1h30", &size), "has no unit");
}

static void format_size(void **state)
{
	static const struct {
		uint64_t bytes;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "1" },
		{ 1023, "1023" },
		{ KIB, "1K" },
		{ 1536, "1.50K" },
		{ 500 * MIB, "500M" },
		{ 1000 * MIB, "1000M" },
		{ 1023 * MIB, "1023M" },
		{ GIB, "1G" },
		{ 1567621120, "1.46G" },
		{ 12595, "12.3K" },
		{ 10 * MIB - 1, "10.0M" },
		{ 100 * MIB - 1, "100M" },
		{ 123 * MIB + 400 * KIB, "123M" },
		{ 1536 * GIB, "1.50T" },
		{ UINT64_C(16777216) * GIB, "16384T" },
		{ UINT64_MAX, "16777216T" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[QUANTITY_TEXT_MAX];

		check_string(quantity_format_size(rows[i].bytes, text, sizeof(text)), rows[i].text,
			"%llu bytes", (unsigned long long)rows[i].bytes);
	}
}

/* 1024 of a unit is one of the next: a peak one page below a limit of 1G is not 1024M. */
static void format_size_rounds_into_the_next_unit(void **state)
{
	char text[QUANTITY_TEXT_MAX];

	(void)state;
	assert_string_equal(quantity_format_size(MIB - 1, text, sizeof(text)), "1.00M");
	assert_string_equal(quantity_format_size(GIB - 4096, text, sizeof(text)), "1.00G");
	assert_string_equal(quantity_format_size(1024 * GIB - 4096, text, sizeof(text)), "1.00T");
}

static void format_duration(void **state)
{
	static const struct {
		uint64_t us;
		const char *text;
	} rows[] = {
		{ 0, "0 us" },
		{ 812, "812 us" },
		{ 999, "999 us" },
		{ 1000, "1 ms" },
		{ 1234, "1.23 ms" },
		{ 25300, "25.3 ms" },
		{ 9999, "10.0 ms" },
		{ 250000, "250 ms" },
		{ 999000, "999 ms" },
		{ 999499, "999 ms" },
		{ 999500, "1.00 s" },
		{ MILLION, "1.00 s" },
		{ 12310000, "12.31 s" },
		{ 119490000, "119.49 s" },
		{ 119500000, "2 min 00 s" },
		{ 245 * MILLION, "4 min 05 s" },
		{ 3599600000, "60 min 00 s" },
		{ 7199 * MILLION, "119 min 59 s" },
		{ 7200 * MILLION, "2 h 00 min" },
		{ 3 * HOUR + 2 * MINUTE, "3 h 02 min" },
		{ 100 * HOUR, "100 h 00 min" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[QUANTITY_TEXT_MAX];

		check_string(quantity_format_duration(rows[i].us, text, sizeof(text)), rows[i].text,
			"%llu us", (unsigned long long)rows[i].us);
	}
}

static void format_duration_rounds_into_the_next_unit(void **state)
{
	char text[QUANTITY_TEXT_MAX];

	(void)state;
	assert_string_equal(quantity_format_duration(999999, text, sizeof(text)), "1.00 s");
}

static void format_millionths(void **state)
{
	static const struct {
		uint64_t millionths;
		const char *text;
	} rows[] = {
		{ 0, "0" },
		{ 1, "0.000001" },
		{ 1000, "0.001" },
		{ 500000, "0.5" },
		{ 1000000, "1" },
		{ 1500000, "1.5" },
		{ 10000000, "10" },
		{ 12345678, "12.345678" },
		{ 100000 * MILLION, "100000" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[QUANTITY_TEXT_MAX];

		check_string(quantity_format_millionths(rows[i].millionths, text, sizeof(text)),
			rows[i].text, "%llu", (unsigned long long)rows[i].millionths);
	}
}

static void formatters_stay_within_size(void **state)
{
	char text[] = "xxxxxxxx";

	(void)state;
	assert_ptr_equal(quantity_format_size(1536 * MIB, text, 3), text);
	assert_string_equal(text, "1.");
	assert_string_equal(text + 3, "xxxxx");
	assert_string_equal(quantity_format_duration(25300, text, 4), "25.");
	assert_string_equal(text + 4, "xxxx");
	assert_string_equal(quantity_format_millionths(12345678, text, 1), "");
}

/* What is printed as a hint can be typed. */
static void formatted_sizes_parse(void **state)
{
	(void)state;
	for (uint64_t bytes = 4096; bytes < UINT64_C(1) << 60; bytes += bytes / 4 + 12345) {
		struct quantity size;
		char text[QUANTITY_TEXT_MAX];

		quantity_format_size(bytes, text, sizeof(text));
		check(!quantity_parse_size(text, &size), "'%s'", text);
		check(size.value > bytes - bytes / 100 && size.value < bytes + bytes / 100, "'%s'",
			text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_parser_takes_junk),
		cmocka_unit_test(sizes),
		cmocka_unit_test(no_sizes),
		cmocka_unit_test(zero_is_a_size_of_swap_only),
		cmocka_unit_test(percentages),
		cmocka_unit_test(no_percentages),
		cmocka_unit_test(counts),
		cmocka_unit_test(cpus),
		cmocka_unit_test(durations),
		cmocka_unit_test(no_durations),
		cmocka_unit_test(zero_is_a_duration_of_grace_only),
		cmocka_unit_test(common_slips_are_named),
		cmocka_unit_test(format_size),
		cmocka_unit_test(format_size_rounds_into_the_next_unit),
		cmocka_unit_test(format_duration),
		cmocka_unit_test(format_duration_rounds_into_the_next_unit),
		cmocka_unit_test(format_millionths),
		cmocka_unit_test(formatters_stay_within_size),
		cmocka_unit_test(formatted_sizes_parse),
	};

	return RUN_TESTS(tests);
}
