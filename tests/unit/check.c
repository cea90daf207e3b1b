/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/check_option.c's table, src/check_json.c and src/json_library.c. */
#include "config.h"

#include "../../src/check.h"

#include "check.h"

#include "json_library.h"
#include "options.h"

static bool asks_for_limit(const struct option_row *row)
{
	return row->group != GROUP_REPORT && row->group != GROUP_OTHER;
}

static void test_every_limit_has_a_sample(void **state)
{
	(void)state;
	for (size_t i = 0; i < option_row_count; i++) {
		bool known;
		const char *words = check_sample(option_rows[i].name, &known);

		check(known == asks_for_limit(&option_rows[i]),
			"--%s: a row in the table of samples in src/check_option.c",
			option_rows[i].name);
		if (words)
			check(strstr(words, option_rows[i].name), "--%s: %s", option_rows[i].name,
				words);
	}
	for (size_t i = 0; i < CHECK_CORE; i++) {
		bool known;

		check(check_sample(check_core[i], &known), "--%s", check_core[i]);
	}
}

static void test_clean_utf8(void **state)
{
	static const struct {
		const char *dirty;
		const char *clean;
	} cases[] = {
		{ "", "" },
		{ "/sys/fs", "/sys/fs" },
		{ "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80", "\xc3\xa4\xe2\x82\xac\xf0\x9f\x98\x80" },
		{ "\xff", "\xef\xbf\xbd" },
		{ "a\xc3", "a\xef\xbf\xbd" },
		{ "a\xe2\x82", "a\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xc0\xaf", "\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xe0\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xed\xa0\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\xf4\x90\x80\x80", "\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd" },
		{ "\x80x", "\xef\xbf\xbdx" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *clean = json_library_clean_utf8(cases[i].dirty);

		assert_string_equal(clean, cases[i].clean);
		free(clean);
	}
}

static void test_json_of_any_path(void **state)
{
	char mount[] = "/sys/fs/cgroup";
	char own[] = "/sys/fs/cgroup/a\xff\"b";
	struct check check = { .hierarchy_count = 1 };
	struct fault f;
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	check.hierarchies[0] = (struct check_hierarchy){ .v2 = true, .mount = mount, .own = own };
	check(check_print_json(&check, out, &f) == 0, "%s", f.what);
	fclose(out);
	check(strstr(text, "\"own_group\": \"/sys/fs/cgroup/a\xef\xbf\xbd\\\"b\""), "%s", text);
	check(strstr(text, "\"works\": false"), "%s", text);
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_limit_has_a_sample),
		cmocka_unit_test(test_clean_utf8),
		cmocka_unit_test(test_json_of_any_path),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
