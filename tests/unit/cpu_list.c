/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/cpu_list.c: sets of CPUs as text. */
#include "config.h"

#include "check.h"

#include "cpu_list.h"

static struct cpu_list parsed(const char *text)
{
	struct cpu_list list;
	const char *reason = cpu_list_parse_kernel(text, &list);

	check(!reason, "'%s': %s", text, reason);
	return list;
}

static void good_lists(void **state)
{
	static const struct {
		const char *text;
		const char *shortest;
		unsigned count;
	} rows[] = {
		{ "0", "0", 1 },
		{ "0-3,8", "0-3,8", 5 },
		{ "8,0-3", "0-3,8", 5 },
		{ "3,2,1,0", "0-3", 4 },
		{ "0-3,2-5,5", "0-5", 6 },
		{ "5-5", "5", 1 },
		{ "63,64", "63-64", 2 },
		{ "007", "7", 1 },
		{ "0,2,4,6", "0,2,4,6", 4 },
		{ "8191", "8191", 1 },
		{ "0-8191", "0-8191", 8192 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cpu_list list;
		char text[CPU_LIST_TEXT_MAX];
		const char *reason = cpu_list_parse(rows[i].text, &list);

		check(!reason, "'%s': %s", rows[i].text, reason);
		check_string(cpu_list_format(&list, text, sizeof(text)), rows[i].shortest, "'%s'",
			rows[i].text);
		check(cpu_list_count(&list) == rows[i].count, "'%s' has %u", rows[i].text,
			cpu_list_count(&list));
		check(!cpu_list_is_empty(&list), "'%s'", rows[i].text);
	}
}

static void bad_lists(void **state)
{
	static const struct {
		const char *text;
		const char *reason;
	} rows[] = {
		{ "", "empty" },
		{ ",", "a number is missing" },
		{ "0,", "a number is missing" },
		{ ",0", "a number is missing" },
		{ "0,,1", "a number is missing" },
		{ "-", "a number is missing" },
		{ "-1", "a number is missing" },
		{ "all", "a number is missing" },
		{ " 0", "a number is missing" },
		{ "+0", "a number is missing" },
		{ "0-", "no end" },
		{ "0-x", "no end" },
		{ "0--1", "no end" },
		{ "3-0", "backwards" },
		{ "0 ", "follows" },
		{ "0-3 8", "follows" },
		{ "0-3:1/2", "follows" },
		{ "0-3-5", "follows" },
		{ "0x1", "follows" },
		{ "1.5", "follows" },
		{ "0\n1", "follows" },
		{ "0\n", "line break" },
		{ "8192", "no such number" },
		{ "0-8192", "no such number" },
		{ "4294967296", "no such number" },
		{ "18446744073709551616", "no such number" },
		{ "0-18446744073709551615", "no such number" },
		{ "0-18446744073709551616", "no end" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct cpu_list list = parsed("7");
		const char *reason = cpu_list_parse(rows[i].text, &list);

		check(reason && strstr(reason, rows[i].reason), "'%s': %s", rows[i].text, reason);
		check(cpu_list_count(&list) == 1 && list.words[0] == 1 << 7, "'%s' is filled",
			rows[i].text);
	}
}

static void kernel_lists(void **state)
{
	struct cpu_list list;

	(void)state;
	list = parsed("\n");
	assert_true(cpu_list_is_empty(&list));
	list = parsed("");
	assert_true(cpu_list_is_empty(&list));
	list = parsed("0-1\n");
	assert_int_equal(cpu_list_count(&list), 2);
	assert_non_null(cpu_list_parse_kernel("0-1\n\n", &list));
	assert_non_null(cpu_list_parse_kernel("none\n", &list));
	assert_int_equal(cpu_list_count(&list), 2);
}

/* What would be cut is not taken from the user; in a message it shows that it is cut. */
static void long_lists(void **state)
{
	struct cpu_list list = { { 0 } };
	char text[4096] = "100";
	char cut[32];

	(void)state;
	for (unsigned n = 102; strlen(text) < 251; n += 2)
		snprintf(text + strlen(text), 8, ",%u", n);
	assert_null(cpu_list_parse(text, &list));
	assert_string_equal(cpu_list_format(&list, cut, sizeof(cut)),
		"100,102,104,106,108,110,112…");
	assert_true(strlen(cut) < sizeof(cut));
	strcat(text, ",900");
	list = parsed("7");
	assert_string_equal(cpu_list_parse(text, &list), "it has too many ranges");
	assert_int_equal(cpu_list_count(&list), 1);
	/* The kernel's own may be as long as they like. */
	assert_null(cpu_list_parse_kernel(text, &list));
	assert_true(cpu_list_count(&list) > 60);
	for (size_t size = 4; size < 64; size++) {
		memset(text, 'x', sizeof(text));
		cpu_list_format(&list, text, size);
		check(strlen(text) < size && text[size] == 'x', "%zu: '%s'", size, text);
	}
}

static void comparisons(void **state)
{
	struct cpu_list four = parsed("0-3"), two = parsed("1,3"), far = parsed("3,700"),
			none = parsed("");
	struct cpu_list common = cpu_list_common(&four, &far);
	char text[CPU_LIST_TEXT_MAX];

	(void)state;
	assert_true(cpu_list_is_subset(&two, &four));
	assert_false(cpu_list_is_subset(&four, &two));
	assert_true(cpu_list_is_subset(&four, &four));
	assert_false(cpu_list_is_subset(&far, &four));
	assert_true(cpu_list_is_subset(&none, &none));
	assert_true(cpu_list_is_subset(&none, &two));
	assert_false(cpu_list_is_subset(&two, &none));
	assert_string_equal(cpu_list_format(&common, text, sizeof(text)), "3");
	common = cpu_list_common(&two, &none);
	assert_true(cpu_list_is_empty(&common));
	assert_string_equal(cpu_list_format(&common, text, sizeof(text)), "");
	common = parsed("3,1,1-1");
	assert_true(cpu_list_equal(&common, &two));
	assert_false(cpu_list_equal(&far, &two));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good_lists),
		cmocka_unit_test(bad_lists),
		cmocka_unit_test(kernel_lists),
		cmocka_unit_test(long_lists),
		cmocka_unit_test(comparisons),
	};

	return RUN_TESTS(tests);
}
