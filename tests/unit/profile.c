/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/profile.c: the lines of a file of options, and where it is looked for. */
#include "config.h"

#include "check.h"

#include "profile.h"

/* A file and what became of it. */
struct file {
	struct spec spec;
	struct fault f;
	char *text; /* on the heap: ASan sees a read past its end */
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct file));
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	struct file *file = *state;

	free(file->text);
	free(file);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static int parse(struct file *file, const char *text)
{
	free(file->text);
	file->text = strdup(text);
	memset(&file->f, 0, sizeof(file->f));
	spec_init(&file->spec);
	return profile_parse(&file->spec, file->text, "/etc/limit/x.conf", &file->f);
}

static void empty(void **state)
{
	static const char *const texts[] = { "", "\n", "\n\n", "# mem 5M", "  # mem 5M\n",
		"\t\r\n \n", "#" };
	struct file *file = *state;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		check(parse(file, texts[i]) == 0, "'%s': %s", texts[i], file->f.what);
		assert_int_equal(file->spec.mem.kind, QUANTITY_UNSET);
	}
}

static void every_form(void **state)
{
	static const char *const texts[] = {
		"mem 500M",
		"mem\t500M\n",
		"  mem   500M  ",
		"mem=500M",
		"mem= 500M",
		"mem =500M",
		"mem = 500M",
		"--mem 500M",
		"--mem=500M",
		"  --mem = 500M",
		"mem 500M\r\n",
		"mem 500M # half",
		"mem \"500M\"",
		"mem '500M'",
		"mem 5\"0\"'0'M",
		"mem 1G\nmem 500M",
	};
	struct file *file = *state;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		check(parse(file, texts[i]) == 0, "'%s': %s", texts[i], file->f.what);
		check(file->spec.mem.kind == QUANTITY_NUMBER && file->spec.mem.value == 500 * MIB,
			"'%s'", texts[i]);
	}
}

static void words(void **state)
{
	static const struct {
		const char *text;
		const char *value;
	} rows[] = {
		{ "report a", "a" },
		{ "report a#b", "a#b" },
		{ "report a=b", "a=b" },
		{ "report=a=b", "a=b" },
		{ "report =a", "a" },
		{ "report '=a'", "=a" },
		{ "report \"a b\"", "a b" },
		{ "report 'a # b' # c", "a # b" },
		{ "report 'a\"b'", "a\"b" },
		{ "report \"a'b\"", "a'b" },
		{ "report \"a\\\"", "a\\" },
		{ "report a'b c'\"d e\"f", "ab cd ef" },
		{ "report \" a\"", " a" },
		{ "report --mem", "--mem" },
	};
	struct file *file = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		check(parse(file, rows[i].text) == 0, "'%s': %s", rows[i].text, file->f.what);
		check_string(file->spec.report_path, rows[i].value, "'%s'", rows[i].text);
	}
}

static void several_lines(void **state)
{
	struct file *file = *state;

	assert_int_equal(parse(file, "# all of it\nquiet\nmem 1G\n\nrlimit nofile=10\n"
				     "rlimit core=0:\nnice -5\npids=7\nrlimit nofile=20"),
		0);
	assert_true(file->spec.quiet);
	assert_int_equal(file->spec.mem.value, GIB);
	assert_int_equal(file->spec.pids.value, 7);
	assert_int_equal(file->spec.nice.value, -5);
	assert_int_equal(file->spec.rlimit_count, 2);
	assert_int_equal(file->spec.rlimits[0].soft, 20);
	assert_int_equal(file->spec.rlimits[1].hard_kind, RLIMIT_HARD_KEPT);
}

static void bad_lines(void **state)
{
	static const struct {
		const char *text;
		const char *what;
		const char *hint;
	} rows[] = {
		{ "mem 500m", "x.conf:1: cannot use --mem '500m': units are upper", "--mem takes" },
		{ "\n#\nmem 500m\nmem 1G", "x.conf:3: cannot use --mem '500m'", "--mem takes" },
		{ "mem", "x.conf:1: cannot use --mem: it needs an argument", "--mem takes" },
		{ "mem # 5M", "x.conf:1: cannot use --mem: it needs an argument", "--mem takes" },
		{ "mem ''", "x.conf:1: cannot use --mem '': it does not start", "--mem takes" },
		{ "mem =", "x.conf:1: there is no value after the '='", "" },
		{ "mem = # 5M", "x.conf:1: there is no value after the '='", "" },
		{ "mem 5M 6M", "x.conf:1: there is more than one value", "quotes" },
		{ "mem '5M", "x.conf:1: a quote is not closed", "" },
		{ "report \"a' b", "x.conf:1: a quote is not closed", "" },
		{ "quiet yes", "x.conf:1: cannot use --quiet: it takes no argument", "" },
		{ "quiet=", "x.conf:1: there is no value after the '='", "" },
		{ "memory 5M", "x.conf:1: cannot use 'memory': there is no such", "limit --help" },
		{ "pid 5", "x.conf:1: cannot use 'pid': there is no such", "--pids" },
		{ "m 5M", "x.conf:1: cannot use 'm': there is no such option", "" },
		{ "-m 5M", "x.conf:1: cannot use '-m': a file has long names only", "mem 500M" },
		{ "-- make", "x.conf:1: cannot use '--': a file has long names only", "mem 500M" },
		{ "--", "x.conf:1: cannot use '--': a file has long names only", "mem 500M" },
		{ "---mem 5M", "x.conf:1: cannot use '-mem': a file has long names only",
			"mem 500M" },
		{ "=5M", "x.conf:1: cannot use '': there is no such option", "limit --help" },
		{ "make -j4", "x.conf:1: cannot use 'make': there is no such option",
			"limit --help" },
		{ "profile other", "x.conf:1: cannot use --profile in a file", "" },
		{ "config /etc/passwd", "x.conf:1: cannot use --config in a file", "" },
		{ "help", "x.conf:1: cannot use --help in a file", "" },
		{ "version", "x.conf:1: cannot use --version in a file", "" },
		{ "mem\v5M", "x.conf:1: cannot use 'mem\v5M': there is no such option", "" },
	};
	struct file *file = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		check(parse(file, rows[i].text) == -1, "'%s'", rows[i].text);
		check_contains(file->f.what, rows[i].what);
		check_contains(file->f.hint, rows[i].hint);
		assert_int_equal(file->f.err, 0);
		check(strncmp(file->f.what, "/etc/limit/x.conf:", 18) == 0, "'%s'", file->f.what);
	}
}

static void long_lines(void **state)
{
	struct file *file = *state;
	char text[PROFILE_LINE_MAX + 32];
	const int length = PROFILE_LINE_MAX - 7;

	snprintf(text, sizeof(text), "report %0*d\nquiet", length, 7);
	assert_int_equal(parse(file, text), 0);
	assert_int_equal(strlen(file->spec.report_path), length);
	assert_true(file->spec.quiet);
	snprintf(text, sizeof(text), "quiet\nreport %0*d\n", length + 1, 7);
	assert_int_equal(parse(file, text), -1);
	check_fault(&file->f, 0, "/etc/limit/x.conf:2: the line is longer than 4096 bytes", "");
}

static void paths(void **state)
{
	static const struct {
		unsigned index;
		const char *xdg;
		const char *home;
		const char *path;
	} rows[] = {
		{ 0, "/x", "/home/u", "/x/limit/build.conf" },
		{ 0, NULL, "/home/u", "/home/u/.config/limit/build.conf" },
		{ 0, "", "/home/u", "/home/u/.config/limit/build.conf" },
		{ 0, "x", "/home/u", "/home/u/.config/limit/build.conf" },
		{ 0, NULL, NULL, NULL },
		{ 0, NULL, "", NULL },
		{ 1, "/x", "/home/u", "/etc/limit/build.conf" },
		{ 1, NULL, NULL, "/etc/limit/build.conf" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char *path = profile_path("build", rows[i].index, rows[i].xdg, rows[i].home);

		check_string(path, rows[i].path, "row %zu", i);
		free(path);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(empty),
		TEST(every_form),
		TEST(words),
		TEST(several_lines),
		TEST(bad_lines),
		TEST(long_lines),
		cmocka_unit_test(paths),
	};

	return RUN_TESTS(tests);
}
