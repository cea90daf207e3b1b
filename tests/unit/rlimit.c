/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/rlimit.c and of what src/process_limits.c says without doing. */
#include "config.h"

#include "check.h"

#include <errno.h>
#include <signal.h>

#include "process_limits.h"
#include "rlimit.h"

#define MAX RLIM_INFINITY

static void good(void **state)
{
	static const struct {
		const char *text;
		int resource;
		rlim_t soft;
		enum rlimit_hard kind;
		rlim_t hard;
		const char *formatted;
	} rows[] = {
		{ "nofile=100", RLIMIT_NOFILE, 100, RLIMIT_HARD_SAME, 0, "nofile 100" },
		{ "nofile=100:200", RLIMIT_NOFILE, 100, RLIMIT_HARD_GIVEN, 200, "nofile 100:200" },
		{ "nofile=100:", RLIMIT_NOFILE, 100, RLIMIT_HARD_KEPT, 0, "nofile 100:" },
		{ "nofile=0", RLIMIT_NOFILE, 0, RLIMIT_HARD_SAME, 0, "nofile 0" },
		{ "core=0:max", RLIMIT_CORE, 0, RLIMIT_HARD_GIVEN, MAX, "core 0:max" },
		{ "core=unlimited", RLIMIT_CORE, MAX, RLIMIT_HARD_SAME, 0, "core max" },
		{ "as=1.5G", RLIMIT_AS, 3 * GIB / 2, RLIMIT_HARD_SAME, 0, "as 1.50G" },
		{ "stack=8M:64M", RLIMIT_STACK, 8 * MIB, RLIMIT_HARD_GIVEN, 64 * MIB,
			"stack 8M:64M" },
		{ "fsize=10MB", RLIMIT_FSIZE, 10000000, RLIMIT_HARD_SAME, 0, "fsize 9.54M" },
		{ "cpu=90", RLIMIT_CPU, 90, RLIMIT_HARD_SAME, 0, "cpu 90 s" },
		{ "cpu=1m30s:2m", RLIMIT_CPU, 90, RLIMIT_HARD_GIVEN, 120, "cpu 90 s:120 s" },
		{ "rttime=250ms", RLIMIT_RTTIME, 250000, RLIMIT_HARD_SAME, 0, "rttime 250 ms" },
		{ "nice=40", RLIMIT_NICE, 40, RLIMIT_HARD_SAME, 0, "nice 40" },
		{ "rtprio=99", RLIMIT_RTPRIO, 99, RLIMIT_HARD_SAME, 0, "rtprio 99" },
		{ "nproc=max", RLIMIT_NPROC, MAX, RLIMIT_HARD_SAME, 0, "nproc max" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rlimit_request request = { 0 };
		char text[RLIMIT_TEXT_MAX];

		check_string(rlimit_parse(rows[i].text, &request), NULL, "%s", rows[i].text);
		assert_int_equal(request.row->resource, rows[i].resource);
		assert_int_equal(request.soft, rows[i].soft);
		assert_int_equal(request.hard_kind, rows[i].kind);
		assert_int_equal(request.hard, rows[i].hard);
		check_string(rlimit_format(&request, text, sizeof(text)), rows[i].formatted, "%s",
			rows[i].text);
	}
}

static void bad(void **state)
{
	static const struct {
		const char *text;
		const char *reason;
	} rows[] = {
		{ "", "there is no '=' in it" },
		{ "nofile", "there is no '=' in it" },
		{ "=5", "there is no such resource limit" },
		{ "NOFILE=5", "there is no such resource limit" },
		{ "no=5", "there is no such resource limit" },
		{ "nofiles=5", "there is no such resource limit" },
		{ "nofile=", "it does not start with a digit" },
		{ "nofile=:", "it does not start with a digit" },
		{ "nofile=:5", "it does not start with a digit" },
		{ "nofile=5:x", "it does not start with a digit" },
		{ "nofile=5:6:7", "a count takes no unit" },
		{ "nofile=-1", "it is negative" },
		{ "nofile=5K", "a count takes no unit" },
		{ "nofile=00000000000000000000000000000005", "its number is too long" },
		{ "nofile=18446744073709551616", "it is too large" },
		{ "nofile=18446744073709551615", "it is too large" },
		{ "nofile=6:5", "the soft limit is above the hard one" },
		{ "nofile=max:5", "the soft limit is above the hard one" },
		{ "as=0", "0 means nothing here" },
		{ "stack=0", "0 means nothing here" },
		{ "cpu=0", "0 means nothing here" },
		{ "cpu=0.5s", "the kernel counts it in whole seconds" },
		{ "cpu=1K", "the text after the number is no known unit" },
		{ "as=80%", "a percentage means nothing here" },
		{ "as=5m", "units are upper case: K, M, G, T" },
		{ "nice=41", "it is higher than the kernel's highest" },
		{ "rtprio=100", "it is higher than the kernel's highest" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rlimit_request request = { .soft = 77 };

		check_string(rlimit_parse(rows[i].text, &request), rows[i].reason, "%s",
			rows[i].text);
		check(request.soft == 77 && !request.row, "%s", rows[i].text);
	}
}

/* Every RLIMIT_* has one row, and its name is the kernel's. */
static void the_table_is_complete(void **state)
{
	unsigned seen = 0;

	(void)state;
	for (size_t i = 0; i < rlimit_row_count; i++) {
		assert_in_range(rlimit_rows[i].resource, 0, RLIM_NLIMITS - 1);
		check(!(seen & 1u << rlimit_rows[i].resource), "%s", rlimit_rows[i].name);
		seen |= 1u << rlimit_rows[i].resource;
		check(i == 0 || strcmp(rlimit_rows[i - 1].name, rlimit_rows[i].name) < 0, "%s",
			rlimit_rows[i].name);
	}
	assert_int_equal(seen, (1u << RLIM_NLIMITS) - 1);
}

static void resolve(void **state)
{
	static const struct {
		const char *text;
		struct rlimit old;
		struct rlimit expected;
	} rows[] = {
		{ "nofile=100", { 50, 200 }, { 100, 100 } },
		{ "nofile=300", { 50, 200 }, { 300, 300 } },
		{ "nofile=100:150", { 50, 200 }, { 100, 150 } },
		{ "nofile=100:", { 50, 200 }, { 100, 200 } },
		{ "nofile=max", { 50, 200 }, { MAX, MAX } },
		/* SIGXCPU comes before SIGKILL, but the hard limit is never raised for that. */
		{ "cpu=10", { MAX, MAX }, { 10, 11 } },
		{ "cpu=10", { 5, 10 }, { 10, 10 } },
		{ "cpu=10", { 5, 8 }, { 10, 11 } },
		{ "cpu=10:10", { MAX, MAX }, { 10, 10 } },
		{ "cpu=max", { MAX, MAX }, { MAX, MAX } },
		{ "rttime=1s", { MAX, MAX }, { 1000000, 2000000 } },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct rlimit_request request = { 0 };
		struct rlimit got;

		check_string(rlimit_parse(rows[i].text, &request), NULL, "%s", rows[i].text);
		got = rlimit_resolve(&request, &rows[i].old);
		check(got.rlim_cur == rows[i].expected.rlim_cur &&
				got.rlim_max == rows[i].expected.rlim_max,
			"row %zu, %s: %llu:%llu", i, rows[i].text, (unsigned long long)got.rlim_cur,
			(unsigned long long)got.rlim_max);
	}
}

/* A spec with these limits. */
static struct spec spec_with(const char *const *texts)
{
	struct spec spec;

	spec_init(&spec);
	while (*texts)
		check_string(rlimit_parse(*texts++, &spec.rlimits[spec.rlimit_count++]), NULL,
			"row");
	return spec;
}

#define SPEC_WITH(...) spec_with((const char *const[]){ __VA_ARGS__, NULL })

static void who_is_behind_a_signal(void **state)
{
	struct spec spec = SPEC_WITH("nofile=9", "fsize=1M", "cpu=5", "stack=max");

	(void)state;
	assert_ptr_equal(process_limits_behind(&spec, SIGXFSZ), &spec.rlimits[1]);
	assert_ptr_equal(process_limits_behind(&spec, SIGXCPU), &spec.rlimits[2]);
	assert_ptr_equal(process_limits_behind(&spec, SIGKILL), &spec.rlimits[2]);
	assert_null(process_limits_behind(&spec, SIGSEGV));
	assert_null(process_limits_behind(&spec, SIGTERM));
	spec = SPEC_WITH("as=1M");
	assert_ptr_equal(process_limits_behind(&spec, SIGSEGV), &spec.rlimits[0]);
	assert_null(process_limits_behind(&spec, SIGXCPU));
}

static void what_is_printed(void **state)
{
	struct spec spec = SPEC_WITH("nofile=9", "core=0:");
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_true(process_limits_asked(&spec));
	spec.nice = (struct spec_number){ true, -5 };
	spec.oom_score_adj = (struct spec_number){ true, 0 };
	process_limits_print(&spec, out);
	fclose(out);
	assert_string_equal(text, "nofile 9, core 0:, nice -5, oom_score_adj 0");
	free(text);
	spec_init(&spec);
	assert_false(process_limits_asked(&spec));
}

static void explanations(void **state)
{
	struct spec spec = SPEC_WITH("core=5", "nofile=9:10");
	struct fault f = { 0 };

	(void)state;
	spec.nice = (struct spec_number){ true, -5 };
	spec.oom_score_adj = (struct spec_number){ true, -100 };
	process_limits_explain(&spec, PROCESS_LIMIT_OOM_SCORE_ADJ, EACCES, &f);
	check_fault(&f, EACCES, "cannot enforce --oom-score-adj -100", "CAP_SYS_RESOURCE");
	process_limits_explain(&spec, PROCESS_LIMIT_OOM_SCORE_ADJ, ENOENT, &f);
	check_fault(&f, ENOENT, "cannot enforce --oom-score-adj -100", "mount -t proc");
	process_limits_explain(&spec, PROCESS_LIMIT_NICE, EACCES, &f);
	check_fault(&f, EACCES, "cannot enforce --nice -5", "CAP_SYS_NICE");
	process_limits_explain(&spec, PROCESS_LIMIT_RLIMIT, EPERM, &f);
	check_fault(&f, EPERM, "cannot enforce --rlimit core 5", "as root");
	process_limits_explain(&spec, PROCESS_LIMIT_RLIMIT + 1, EINVAL, &f);
	check_fault(&f, EINVAL, "cannot enforce --rlimit nofile 9:10",
		"the hard limit in force is");
	process_limits_explain(&spec, PROCESS_LIMIT_RLIMIT + 1, EBADE, &f);
	check_fault(&f, 0, "cannot enforce --rlimit nofile 9:10: the kernel kept another value",
		"");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(good),
		cmocka_unit_test(bad),
		cmocka_unit_test(the_table_is_complete),
		cmocka_unit_test(resolve),
		cmocka_unit_test(who_is_behind_a_signal),
		cmocka_unit_test(what_is_printed),
		cmocka_unit_test(explanations),
	};

	return RUN_TESTS(tests);
}
