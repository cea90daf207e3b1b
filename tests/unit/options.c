/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/options.c and src/spec.c: from words to a spec, or to a fault that helps. */
#include "config.h"

#include "check.h"

#include <signal.h>

#include "files.h"
#include "options.h"

#define WORDS_MAX 80
#define FIELD(name) offsetof(struct spec, name)

/* A command line and what became of it. */
struct line {
	struct spec spec;
	struct fault f;
	char *argv[WORDS_MAX + 1]; /* on the heap: ASan sees a read past a word's end */
	int argc;
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct line));
	return *state ? 0 : -1;
}

static void clear(struct line *line)
{
	while (line->argc > 0)
		free(line->argv[--line->argc]);
	memset(line, 0, sizeof(*line));
}

static int tear_down(void **state)
{
	clear(*state);
	free(*state);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

/* Parse 'limit' and these words, to a NULL. */
static int parse_words(struct line *line, const char *const *words)
{
	clear(line);
	line->argv[line->argc++] = strdup("limit");
	while (*words && line->argc < WORDS_MAX)
		line->argv[line->argc++] = strdup(*words++);
	spec_init(&line->spec);
	return options_parse(&line->spec, line->argc, line->argv, &line->f);
}

#define PARSE(line, ...) parse_words(line, (const char *const[]){ __VA_ARGS__, NULL })

static const struct quantity *quantity_at(const struct spec *spec, size_t field)
{
	return (const struct quantity *)(const void *)((const char *)spec + field);
}

/* Nothing was asked: as spec_init() left it. */
static void check_defaults(const struct spec *spec)
{
	assert_int_equal(spec->mem.kind, QUANTITY_UNSET);
	assert_int_equal(spec->swap.kind, QUANTITY_UNSET);
	assert_int_equal(spec->cpu.kind, QUANTITY_UNSET);
	assert_int_equal(spec->cpu_period_us.kind, QUANTITY_UNSET);
	assert_int_equal(spec->pids.kind, QUANTITY_UNSET);
	assert_int_equal(spec->time_us.kind, QUANTITY_UNSET);
	assert_int_equal(spec->grace_us.kind, QUANTITY_NUMBER);
	assert_int_equal(spec->grace_us.value, 5000000);
	assert_int_equal(spec->io_count, 0);
	assert_int_equal(spec->oom, SPEC_OOM_GROUP);
	assert_int_equal(spec->signal, SIGTERM);
	assert_false(spec->quiet || spec->verbose || spec->dry_run || spec->help || spec->version);
	assert_null(spec->report_path);
}

static void no_options(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "true"), 0);
	check_defaults(&line->spec);
	assert_ptr_equal(line->spec.command, &line->argv[1]);
	assert_int_equal(PARSE(line, NULL), 0);
	check_defaults(&line->spec);
	assert_null(line->spec.command);
}

static void no_words_at_all(void **state)
{
	struct line *line = *state;

	spec_init(&line->spec);
	assert_int_equal(options_parse(&line->spec, 0, line->argv, &line->f), 0);
	assert_null(line->spec.command);
}

/* Every option that fills a struct quantity. */
static const struct row {
	const char *letter; /* NULL: none */
	const char *name;
	const char *good;
	size_t field;
	struct quantity value;
	const char *bad;
} rows[] = {
	{ "-m", "--mem", "500M", FIELD(mem), { QUANTITY_NUMBER, 500 * MIB }, "500m" },
	{ NULL, "--swap", "0", FIELD(swap), { QUANTITY_NUMBER, 0 }, "80%" },
	{ NULL, "--mem-high", "80%", FIELD(mem_high), { QUANTITY_PERCENT, 8000 }, "0" },
	{ NULL, "--mem-low", "1G", FIELD(mem_low), { QUANTITY_NUMBER, GIB }, "1g" },
	{ NULL, "--mem-min", "max", FIELD(mem_min), { QUANTITY_MAX, 0 }, "-1" },
	{ NULL, "--zswap", "0", FIELD(zswap), { QUANTITY_NUMBER, 0 }, "10%" },
	{ NULL, "--cpu-burst", "50ms", FIELD(cpu_burst_us), { QUANTITY_NUMBER, 50000 }, "0" },
	{ NULL, "--cpu-weight", "10000", FIELD(cpu_weight), { QUANTITY_NUMBER, 10000 }, "10001" },
	{ "-c", "--cpu", "150%", FIELD(cpu), { QUANTITY_NUMBER, 1500000 }, "0" },
	{ NULL, "--cpu-period", "50ms", FIELD(cpu_period_us), { QUANTITY_NUMBER, 50000 }, "1m" },
	{ "-p", "--pids", "100", FIELD(pids), { QUANTITY_NUMBER, 100 }, "1.5" },
	{ "-t", "--time", "1h30m", FIELD(time_us), { QUANTITY_NUMBER, 5400000000 }, "30m1h" },
	{ NULL, "--grace", "0", FIELD(grace_us), { QUANTITY_NUMBER, 0 }, "5x" },
};

/* The option was understood, and COMMAND is what follows. */
static void check_row(const struct line *line, const struct row *row, int result, const char *form)
{
	const struct quantity *value = quantity_at(&line->spec, row->field);

	check(result == 0, "%s as %s: '%s'", row->name, form, line->f.what);
	check(value->kind == row->value.kind && value->value == row->value.value,
		"%s as %s is %llu", row->name, form, (unsigned long long)value->value);
	check(line->spec.command && strcmp(line->spec.command[0], "cmd") == 0, "%s as %s",
		row->name, form);
	check(line->spec.command == &line->argv[line->argc - 2], "%s as %s", row->name, form);
}

static void every_form(void **state)
{
	struct line *line = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		char word[64];

		snprintf(word, sizeof(word), "%s=%s", row->name, row->good);
		check_row(line, row, PARSE(line, word, "cmd", "arg"), "--name=TEXT");
		check_row(line, row, PARSE(line, row->name, row->good, "cmd", "arg"),
			"--name TEXT");
		check_row(line, row, PARSE(line, word, "--", "cmd", "arg"), "--name=TEXT --");
		if (!row->letter)
			continue;
		check_row(line, row, PARSE(line, row->letter, row->good, "cmd", "arg"), "-x TEXT");
		snprintf(word, sizeof(word), "%s%s", row->letter, row->good);
		check_row(line, row, PARSE(line, word, "cmd", "arg"), "-xTEXT");
		snprintf(word, sizeof(word), "-q%s%s", row->letter + 1, row->good);
		check_row(line, row, PARSE(line, word, "cmd", "arg"), "-qxTEXT");
	}
}

/* A fault names the option in full, the text, the reason and the forms that are accepted. */
static void check_bad(const struct line *line, const struct row *row, int result)
{
	const struct quantity *value = quantity_at(&line->spec, row->field);
	char start[64];

	snprintf(start, sizeof(start), "cannot use %s '%s': ", row->name, row->bad);
	check(result == -1, "%s", row->name);
	check(line->f.err == 0, "%s", row->name);
	check(strncmp(line->f.what, start, strlen(start)) == 0, "%s: '%s'", row->name,
		line->f.what);
	check(strlen(line->f.what) > strlen(start), "%s gives no reason", row->name);
	snprintf(start, sizeof(start), "%s takes ", row->name);
	check(strncmp(line->f.hint, start, strlen(start)) == 0, "%s: '%s'", row->name,
		line->f.hint);
	check(strlen(line->f.hint) > strlen(start), "%s names no forms", row->name);
	check(value->kind == QUANTITY_UNSET || value->value == 5000000, "%s is filled", row->name);
}

static void every_bad_value(void **state)
{
	struct line *line = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct row *row = &rows[i];
		char word[64];

		snprintf(word, sizeof(word), "%s=%s", row->name, row->bad);
		check_bad(line, row, PARSE(line, word, "cmd"));
		check_bad(line, row, PARSE(line, row->name, row->bad, "cmd"));
		if (row->letter)
			check_bad(line, row, PARSE(line, row->letter, row->bad, "cmd"));
	}
}

static void every_missing_argument(void **state)
{
	static const char *const names[] = { "--mem", "--swap", "--mem-high", "--mem-low",
		"--mem-min", "--zswap", "--oom", "--cpu", "--cpu-period", "--cpu-burst",
		"--cpu-weight", "--cpus", "--mems", "--set", "--io-read", "--io-write",
		"--io-read-ops", "--io-write-ops", "--pids", "--time", "--signal", "--grace",
		"--report" };
	struct line *line = *state;

	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		check(PARSE(line, names[i]) == -1, "%s", names[i]);
		check(strstr(line->f.what, names[i]), "%s: '%s'", names[i], line->f.what);
		check(strstr(line->f.what, "needs an argument"), "%s: '%s'", names[i],
			line->f.what);
		check(strstr(line->f.hint, names[i]), "%s: '%s'", names[i], line->f.hint);
	}
	assert_int_equal(PARSE(line, "-m"), -1);
	check_fault(&line->f, 0, "cannot use --mem: it needs an argument", "--mem takes 500M");
	assert_int_equal(PARSE(line, "-vo"), -1);
	check_fault(&line->f, 0, "cannot use --report: it needs an argument", "-o report.txt");
}

/* An argument that is there and empty is not a missing one, but no good either. */
static void empty_arguments(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--mem=", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --mem ''", "--mem takes");
	assert_int_equal(PARSE(line, "--mem", "", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --mem ''", "--mem takes");
	assert_int_equal(PARSE(line, "--report=", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --report '': it is empty", "--report takes");
}

static void flags(void **state)
{
	struct line *line = *state;
	const struct spec *spec = &line->spec;

	assert_int_equal(PARSE(line, "-qv", "cmd"), 0);
	assert_true(
		spec->quiet && spec->verbose && !spec->dry_run && !spec->help && !spec->version);
	assert_int_equal(PARSE(line, "-n", "-h", "-V", "cmd"), 0);
	assert_true(!spec->quiet && !spec->verbose && spec->dry_run && spec->help && spec->version);
	assert_int_equal(PARSE(line, "--quiet", "--verbose", "--dry-run", "--help", "--version",
				 "cmd"),
		0);
	assert_true(spec->quiet && spec->verbose && spec->dry_run && spec->help && spec->version);
	assert_string_equal(spec->command[0], "cmd");
}

static void flags_take_no_argument(void **state)
{
	static const char *const words[] = { "--quiet=1", "--verbose=", "--dry-run=no",
		"--help=mem", "--version=x" };
	struct line *line = *state;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		check(PARSE(line, words[i], "cmd") == -1, "%s", words[i]);
		check(strstr(line->f.what, "it takes no argument"), "%s: '%s'", words[i],
			line->f.what);
		check(!strchr(line->f.what, '='), "%s: '%s'", words[i], line->f.what);
	}
}

/* It may be missing, so the next word is never taken for it. */
static void an_optional_argument(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--progress", "signal", "-q"), 0);
	assert_int_equal(line->spec.progress, SPEC_PROGRESS_LINE);
	assert_string_equal(line->spec.command[0], "signal");
	assert_int_equal(PARSE(line, "--progress=signal", "cmd"), 0);
	assert_int_equal(line->spec.progress, SPEC_PROGRESS_SIGNAL);
	assert_int_equal(PARSE(line, "--progress=signal", "--progress"), 0);
	assert_int_equal(line->spec.progress, SPEC_PROGRESS_LINE);
	assert_int_equal(PARSE(line, "--progress=", "cmd"), -1);
	assert_int_equal(PARSE(line, "--progress=line", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --progress 'line'", "--progress takes nothing, or");
	/* In a file, too. */
	assert_int_equal(options_set(&line->spec, "progress", NULL, &line->f), 0);
	assert_int_equal(options_set(&line->spec, "progress", "signal", &line->f), 0);
	assert_int_equal(line->spec.progress, SPEC_PROGRESS_SIGNAL);
}

static void check_sample(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--sample", "1s", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "--sample: it needs --timeline or --plot",
		"--timeline samples.csv");
	assert_int_equal(PARSE(line, "--sample", "1s", "--plot", "p.svg", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
	assert_int_equal(PARSE(line, "--sample", "1ms", "--timeline", "t", "true"), 0);
	assert_int_equal(line->spec.sample_us.value, 1000);
	assert_int_equal(PARSE(line, "--sample", "999us", "--timeline", "t", "true"), -1);
	check_fault(&line->f, 0, "the shortest is 1ms", "--sample takes 100ms");
	assert_int_equal(PARSE(line, "--timeline", "", "true"), -1);
}

/* Without a space the rest of the word is the argument, whatever it looks like. */
static void letters_end_at_an_argument(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "-qm500M", "-vp", "7", "-oq", "cmd"), 0);
	assert_true(line->spec.quiet && line->spec.verbose);
	assert_int_equal(line->spec.mem.value, 500 * MIB);
	assert_int_equal(line->spec.pids.value, 7);
	assert_string_equal(line->spec.report_path, "q");
	assert_int_equal(PARSE(line, "-m500Mq", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --mem '500Mq'", "--mem takes");
	assert_int_equal(PARSE(line, "-m=500M", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --mem '=500M'", "--mem takes");
}

/* What follows COMMAND is COMMAND's. */
static void stops_at_the_command(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "-q", "make", "-v", "--mem", "--", "-n"), 0);
	assert_true(line->spec.quiet && !line->spec.verbose && !line->spec.dry_run);
	assert_ptr_equal(line->spec.command, &line->argv[2]);
	assert_null(line->spec.command[5]);
	assert_int_equal(PARSE(line, "--", "-v", "--", "x"), 0);
	assert_false(line->spec.verbose);
	assert_string_equal(line->spec.command[0], "-v");
	assert_string_equal(line->spec.command[1], "--");
	assert_int_equal(PARSE(line, "-q", "-", "-v"), 0);
	assert_string_equal(line->spec.command[0], "-");
	assert_int_equal(PARSE(line, "", "-v"), 0);
	assert_string_equal(line->spec.command[0], "");
	assert_int_equal(PARSE(line, "-q", "--"), 0);
	assert_null(line->spec.command);
}

/* '--' as an option's argument is an argument: no good one, but it does not end the options. */
static void double_dash_as_argument(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--mem", "--", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --mem '--'", "--mem takes");
	assert_int_equal(PARSE(line, "-o", "--", "cmd"), 0);
	assert_string_equal(line->spec.report_path, "--");
	assert_string_equal(line->spec.command[0], "cmd");
}

static void unknown_options(void **state)
{
	static const struct {
		const char *word;
		const char *hint;
	} words[] = {
		{ "-x", "limit --help" },
		{ "-qx", "limit --help" },
		{ "-M", "limit --help" },
		{ "-?", "limit --help" },
		{ "-=", "limit --help" },
		{ "--frobnicate", "limit --help" },
		{ "--=5", "limit --help" },
		{ "---", "limit --help" },
		{ "--memory", "limit --help" },
		{ "--Mem", "limit --help" },
		{ "--mem 500M", "limit --help" },
		/* An abbreviation would change its meaning with every new option: it is a suggestion. */
		{ "--me", "--mem" },
		{ "--me=500M", "--mem" },
		{ "--m", "--mem" },
		{ "--mem-", "--mem-high" },
		{ "--io", "--io-read" },
		{ "--io-w", "--io-write" },
		{ "--cpu-p=5ms", "--cpu-period" },
		{ "--verb", "--verbose" },
		{ "--vers", "--version" },
		{ "--dry", "--dry-run" },
		{ "--hel", "--help" },
	};
	struct line *line = *state;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		check(PARSE(line, words[i].word, "cmd") == -1, "%s", words[i].word);
		check(strstr(line->f.what, words[i].word), "'%s'", line->f.what);
		check(strstr(line->f.what, "there is no such option"), "'%s'", line->f.what);
		check_string(line->f.hint, words[i].hint, "%s", words[i].word);
		check(!line->spec.quiet || words[i].word[1] == 'q', "%s", words[i].word);
	}
}

static void the_last_one_wins(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "-m", "1G", "--oom", "process", "--mem=max", "--oom=group",
				 "--signal", "9", "--signal=INT", "-ofirst", "-o", "second", "cmd"),
		0);
	assert_int_equal(line->spec.mem.kind, QUANTITY_MAX);
	assert_int_equal(line->spec.oom, SPEC_OOM_GROUP);
	assert_int_equal(line->spec.signal, SIGINT);
	assert_string_equal(line->spec.report_path, "second");
}

static void oom(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--oom", "process", "cmd"), 0);
	assert_int_equal(line->spec.oom, SPEC_OOM_PROCESS);
	assert_int_equal(PARSE(line, "--oom", "tree", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --oom 'tree'", "--oom takes group or process");
}

/* A weight and 'idle' exclude one another: the last one counts. */
static void cpu_weight(void **state)
{
	static const char *const bad[] = { "0", "10001", "max", "Idle", "idle ", "1.5", "" };
	struct line *line = *state;
	const struct spec *spec = &line->spec;

	assert_int_equal(PARSE(line, "--cpu-weight", "idle", "cmd"), 0);
	assert_true(spec->cpu_idle);
	assert_int_equal(spec->cpu_weight.kind, QUANTITY_UNSET);
	assert_int_equal(PARSE(line, "--cpu-weight=idle", "--cpu-weight=1", "cmd"), 0);
	assert_false(spec->cpu_idle);
	assert_int_equal(spec->cpu_weight.value, 1);
	assert_int_equal(PARSE(line, "--cpu-weight=1", "--cpu-weight=idle", "cmd"), 0);
	assert_true(spec->cpu_idle);
	assert_int_equal(spec->cpu_weight.kind, QUANTITY_UNSET);
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		check(PARSE(line, "--cpu-weight", bad[i], "cmd") == -1, "'%s'", bad[i]);
		check_fault(&line->f, 0, "cannot use --cpu-weight '",
			"--cpu-weight takes 1 to 10000, or idle");
		check(!spec->cpu_idle && spec->cpu_weight.kind == QUANTITY_UNSET, "'%s'", bad[i]);
	}
}

static void cpu_lists(void **state)
{
	struct line *line = *state;
	char text[CPU_LIST_TEXT_MAX];

	assert_int_equal(PARSE(line, "--cpus", "5", "--mems=1,0", "--cpus=8,0-3", "cmd"), 0);
	assert_string_equal(cpu_list_format(&line->spec.cpus, text, sizeof(text)), "0-3,8");
	assert_string_equal(cpu_list_format(&line->spec.mems, text, sizeof(text)), "0-1");
	assert_int_equal(PARSE(line, "--cpus", "3-1", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --cpus '3-1': a range goes backwards", "--cpus takes");
	assert_true(cpu_list_is_empty(&line->spec.cpus));
	assert_int_equal(PARSE(line, "--mems=", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --mems '': it is empty", "--mems takes");
	assert_true(cpu_list_is_empty(&line->spec.mems));
}

/* The last one counts for each file; in a file with keys for each key. */
static void sets(void **state)
{
	static const struct {
		const char *word;
		const char *reason;
	} bad[] = {
		{ "", "CONTROLLER.NAME" },
		{ "pids=5", "CONTROLLER.NAME" },
		{ ".max=5", "CONTROLLER.NAME" },
		{ "pids.=5", "CONTROLLER.NAME" },
		{ "a/pids.max=5", "CONTROLLER.NAME" },
		{ "/pids.max=5", "CONTROLLER.NAME" },
		{ "../pids.max=5", "CONTROLLER.NAME" },
		{ "pids.max", "no '='" },
		{ "pids.max=", "no value" },
		{ "pids.max=1\n", "control character" },
		{ "pids.max=1\t2", "control character" },
		{ "cgroup.procs=0", "limit itself" },
		{ "freezer.state=FROZEN", "limit itself" },
		{ "memory.max=5M", "--mem sets" },
		{ "memory.limit_in_bytes=5M", "--mem sets" },
		{ "pid.max=5", "no such controller" },
		{ "Memory.max=5", "no such controller" },
		{ "memory.0123456789012345678901234567890123=5", "that long" },
	};
	struct line *line = *state;
	const struct spec *spec = &line->spec;
	char word[SPEC_SET_VALUE_MAX + 32] = "pids.max=";

	assert_int_equal(PARSE(line, "--set", "pids.max=5", "--set=rdma.max=a x=1", "--set",
				 "rdma.max=ab x=2", "--set=pids.max=6", "--set=rdma.max=a x=3",
				 "--set=memory.a=b=c", "cmd"),
		0);
	assert_int_equal(spec->set_count, 4);
	assert_string_equal(spec->sets[0].file, "pids.max");
	assert_string_equal(spec->sets[0].value, "6");
	assert_string_equal(spec->sets[1].value, "a x=3");
	assert_string_equal(spec->sets[2].value, "ab x=2");
	assert_string_equal(spec->sets[3].file, "memory.a");
	assert_string_equal(spec->sets[3].value, "b=c");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		check(PARSE(line, "--set", bad[i].word, "cmd") == -1, "'%s'", bad[i].word);
		check_contains(line->f.what, bad[i].reason);
		check(spec->set_count == 0, "'%s'", bad[i].word);
	}
	memset(word + 9, '1', SPEC_SET_VALUE_MAX - 1);
	assert_int_equal(PARSE(line, "--set", word, "cmd"), 0);
	word[9 + SPEC_SET_VALUE_MAX - 1] = '1';
	assert_int_equal(PARSE(line, "--set", word, "cmd"), -1);
	check_contains(line->f.what, "too long");
}

static void too_many_sets(void **state)
{
	struct line *line = *state;
	char texts[SPEC_SET_MAX + 1][32];
	const char *words[SPEC_SET_MAX + 3];

	for (unsigned i = 0; i <= SPEC_SET_MAX; i++) {
		snprintf(texts[i], sizeof(texts[i]), "--set=memory.f%u=1", i);
		words[i] = texts[i];
	}
	words[SPEC_SET_MAX] = "cmd";
	words[SPEC_SET_MAX + 1] = NULL;
	assert_int_equal(parse_words(line, words), 0);
	words[SPEC_SET_MAX] = texts[SPEC_SET_MAX];
	assert_int_equal(parse_words(line, words), -1);
	check_fault(&line->f, 0, "too many", "--set takes");
}

static void signals(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--signal", "SIGHUP", "cmd"), 0);
	assert_int_equal(line->spec.signal, SIGHUP);
	assert_int_equal(PARSE(line, "--signal=RTMIN+1", "cmd"), 0);
	assert_int_equal(line->spec.signal, SIGRTMIN + 1);
	assert_int_equal(PARSE(line, "--signal=0", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --signal '0': there is no such signal", "TERM");
	assert_int_equal(line->spec.signal, SIGTERM);
}

static void numbers(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--nice", "-20", "--oom-score-adj=1000", "cmd"), 0);
	assert_true(line->spec.nice.given && line->spec.oom_score_adj.given);
	assert_int_equal(line->spec.nice.value, -20);
	assert_int_equal(line->spec.oom_score_adj.value, 1000);
	assert_int_equal(PARSE(line, "--nice=19", "--oom-score-adj", "-1000", "cmd"), 0);
	assert_int_equal(line->spec.nice.value, 19);
	assert_int_equal(line->spec.oom_score_adj.value, -1000);
	assert_int_equal(PARSE(line, "--nice=0", "cmd"), 0);
	assert_true(line->spec.nice.given);
	for (const char *const *bad = (const char *const[]){ "", "-", "+5", "5.0", " 5", "5 ",
		     "0x5", "20", "-21", "99999999999999999999", NULL };
		*bad; bad++) {
		assert_int_equal(PARSE(line, "--nice", *bad, "cmd"), -1);
		check_fault(&line->f, 0, "cannot use --nice '", "--nice takes -20 to 19");
		assert_false(line->spec.nice.given);
	}
	assert_int_equal(PARSE(line, "--mem=1G", "--oom-score-adj=-1000", "cmd"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "cannot use --oom-score-adj -1000 with --mem", "-999");
	assert_int_equal(PARSE(line, "--mem=max", "--oom-score-adj=-1000", "cmd"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
	assert_int_equal(PARSE(line, "--oom-score-adj", "-1001", "cmd"), -1);
	assert_int_equal(PARSE(line, "--oom-score-adj", "1001", "cmd"), -1);
	check_fault(&line->f, 0, "it is out of range", "--oom-score-adj takes -1000");
}

/* Each resource once, the last one counts; and there is room for all. */
static void rlimits(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--rlimit", "nofile=9", "--rlimit=core=0", "--rlimit",
				 "nofile=7:8", "cmd"),
		0);
	assert_int_equal(line->spec.rlimit_count, 2);
	assert_int_equal(line->spec.rlimits[0].soft, 7);
	assert_int_equal(line->spec.rlimits[0].hard, 8);
	assert_int_equal(PARSE(line, "--rlimit=as=max", "--rlimit=core=max", "--rlimit=cpu=max",
				 "--rlimit=data=max", "--rlimit=fsize=max", "--rlimit=locks=max",
				 "--rlimit=memlock=max", "--rlimit=msgqueue=max",
				 "--rlimit=nice=max", "--rlimit=nofile=max", "--rlimit=nproc=max",
				 "--rlimit=rss=max", "--rlimit=rtprio=max", "--rlimit=rttime=max",
				 "--rlimit=sigpending=max", "--rlimit=stack=max", "--rlimit=as=1G",
				 "cmd"),
		0);
	assert_int_equal(line->spec.rlimit_count, RLIMIT_ROWS_MAX);
	assert_int_equal(PARSE(line, "--rlimit", "files=9", "cmd"), -1);
	check_fault(&line->f, 0, "cannot use --rlimit 'files=9': there is no such",
		"NAME=SOFT:HARD");
}

static void highest_values(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--pids", "4194304", "--cpu-period", "1s", "cmd"), 0);
	assert_int_equal(line->spec.pids.value, 4194304);
	assert_int_equal(line->spec.cpu_period_us.value, 1000000);
	assert_int_equal(PARSE(line, "--cpu-period", "1ms", "cmd"), 0);
	assert_int_equal(PARSE(line, "--pids", "4194305", "cmd"), -1);
	check_fault(&line->f, 0, "too large", "--pids takes");
	assert_int_equal(PARSE(line, "--cpu-period", "1s1us", "cmd"), -1);
	check_fault(&line->f, 0, "1ms to 1s", "--cpu-period takes");
	assert_int_equal(PARSE(line, "--cpu-period", "999us", "cmd"), -1);
	check_fault(&line->f, 0, "1ms to 1s", "--cpu-period takes");
	assert_int_equal(PARSE(line, "--io-read-ops", "4294967295@8:0", "cmd"), 0);
	assert_int_equal(PARSE(line, "--io-read-ops", "4294967296@8:0", "cmd"), -1);
	check_fault(&line->f, 0, "too large", "--io-read-ops takes");
}

static void check_io(const struct spec_io *io, enum io_key key, const char *option, uint64_t value,
	const char *device)
{
	check(io->key == key, "%s has key %u", option, (unsigned)io->key);
	check_string(io->option, option, "key %u", (unsigned)key);
	check_string(io->path, device, "%s", option);
	check(io->value.value == value, "%s is %llu", option, (unsigned long long)io->value.value);
	check(io->value.kind == (value ? QUANTITY_NUMBER : QUANTITY_MAX), "%s", option);
}

static void io(void **state)
{
	struct line *line = *state;
	const struct spec *spec = &line->spec;

	assert_int_equal(PARSE(line, "--io-read=20M@/dev/sda", "--io-write", "1.5MB@8:0",
				 "--io-read-ops=500@/dev/disk/by-id/a@b", "--io-write-ops",
				 "max@8:16", "cmd"),
		0);
	assert_int_equal(spec->io_count, 4);
	check_io(&spec->io[0], IO_RBPS, "io-read", 20 * MIB, "/dev/sda");
	check_io(&spec->io[1], IO_WBPS, "io-write", 1500000, "8:0");
	check_io(&spec->io[2], IO_RIOPS, "io-read-ops", 500, "/dev/disk/by-id/a@b");
	check_io(&spec->io[3], IO_WIOPS, "io-write-ops", 0, "8:16");
}

static void the_last_one_wins_for_each_device(void **state)
{
	struct line *line = *state;
	const struct spec *spec = &line->spec;

	assert_int_equal(PARSE(line, "--io-read=1M@8:0", "--io-write=2M@8:0", "--io-read=3M@8:16",
				 "--io-read=max@8:0", "--io-write=5M@8:0", "cmd"),
		0);
	assert_int_equal(spec->io_count, 3);
	check_io(&spec->io[0], IO_RBPS, "io-read", 0, "8:0");
	check_io(&spec->io[1], IO_WBPS, "io-write", 5 * MIB, "8:0");
	check_io(&spec->io[2], IO_RBPS, "io-read", 3 * MIB, "8:16");
}

/* Without a path the working directory is meant, whose device may be named otherwise, too. */
static void io_without_a_path(void **state)
{
	struct line *line = *state;
	const struct spec *spec = &line->spec;

	assert_int_equal(PARSE(line, "--io-read=1M", "--io-read=2M@.", "--io-write=3M",
				 "--io-read=4M", "cmd"),
		0);
	assert_int_equal(spec->io_count, 3);
	assert_null(spec->io[0].path);
	assert_int_equal(spec->io[0].value.value, 4 * MIB);
	check_io(&spec->io[1], IO_RBPS, "io-read", 2 * MIB, ".");
	assert_null(spec->io[2].path);
}

static void bad_io(void **state)
{
	static const struct {
		const char *word;
		const char *reason;
	} words[] = {
		{ "--io-read=20M@", "it names no path" },
		{ "--io-read=@", "it names no path" },
		{ "--io-read=", "" },
		{ "--io-read=@8:0", "" },
		{ "--io-read=0@8:0", "0 means nothing" },
		{ "--io-read=20m@8:0", "upper case" },
		{ "--io-read=80%@8:0", "percentage" },
		{ "--io-read=20M @8:0", "" },
		{ "--io-read=11111111111111111111111111111111@8:0", "too l" },
		{ "--io-read=1111111111111111111111111111111@8:0", "too l" },
		{ "--io-read-ops=5K@8:0", "no unit" },
		{ "--io-read-ops=1.5@8:0", "whole number" },
	};
	struct line *line = *state;

	for (size_t i = 0; i < ARRAY_SIZE(words); i++) {
		check(PARSE(line, words[i].word, "cmd") == -1, "%s", words[i].word);
		check(strstr(line->f.what, "cannot use --io-read"), "'%s'", line->f.what);
		check(strstr(line->f.what, words[i].reason), "%s: '%s'", words[i].word,
			line->f.what);
		check(strstr(line->f.hint, "@8:0"), "%s: '%s'", words[i].word, line->f.hint);
		check(line->spec.io_count == 0, "%s", words[i].word);
	}
}

static void too_many_io_limits(void **state)
{
	struct line *line = *state;
	char texts[SPEC_IO_MAX + 1][32];
	const char *words[SPEC_IO_MAX + 3];

	for (unsigned i = 0; i <= SPEC_IO_MAX; i++) {
		snprintf(texts[i], sizeof(texts[i]), "--io-read=1@8:%u", i);
		words[i] = texts[i];
	}
	words[SPEC_IO_MAX] = "cmd";
	words[SPEC_IO_MAX + 1] = NULL;
	assert_int_equal(parse_words(line, words), 0);
	assert_int_equal(line->spec.io_count, SPEC_IO_MAX);
	/* One more of the same device and key is not one too many. */
	words[SPEC_IO_MAX] = "--io-read=7@8:3";
	assert_int_equal(parse_words(line, words), 0);
	assert_int_equal(line->spec.io_count, SPEC_IO_MAX);
	assert_int_equal(line->spec.io[3].value.value, 7);
	words[SPEC_IO_MAX] = texts[SPEC_IO_MAX];
	assert_int_equal(parse_words(line, words), -1);
	check_fault(&line->f, 0, "too many io limits", "--io-read takes");
}

static void check_command(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--mem", "500M"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "no COMMAND", "-- make");
	assert_int_equal(PARSE(line, "--mem", "500M", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
}

static void check_cpu_period(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--cpu-period", "5ms", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "--cpu-period: it needs --cpu", "--cpu 1 --cpu-period 50ms");
	assert_int_equal(PARSE(line, "--cpu-period", "5ms", "--cpu=max", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	assert_int_equal(PARSE(line, "--cpu-period", "5ms", "--cpu=1", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
}

static void check_cpu_burst(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--cpu-burst", "5ms", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "--cpu-burst: it needs --cpu", "--cpu 1 --cpu-burst 50ms");
	assert_int_equal(PARSE(line, "--cpu-burst", "5ms", "--cpu=max", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	assert_int_equal(PARSE(line, "--cpu-burst", "5ms", "--cpu=1", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
}

/* What is compressed is swap: without any the limit would mean nothing. */
static void check_zswap(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--zswap", "5M", "--mem", "10M", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "--mem without --swap allows none", "--swap 1G --zswap 200M");
	assert_int_equal(PARSE(line, "--zswap", "5M", "--swap", "0", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "--swap 0 allows none", "--swap 1G --zswap 200M");
	assert_int_equal(PARSE(line, "--zswap", "5M", "--mem", "10M", "--swap=1M", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
	assert_int_equal(PARSE(line, "--zswap", "5M", "--mem", "10M", "--swap=max", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
	/* Without a limit of memory there is none of swap; and none of none is true. */
	assert_int_equal(PARSE(line, "--zswap", "5M", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
	assert_int_equal(PARSE(line, "--zswap", "5M", "--mem=max", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
	assert_int_equal(PARSE(line, "--zswap", "0", "--mem", "10M", "true"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
}

/* --help lists every option, in lines that fit a terminal. */
static void help(void **state)
{
	static const char *const names[] = { "--mem ", "--swap ", "--mem-high ", "--mem-low ",
		"--mem-min ", "--zswap ", "--oom ", "--cpu ", "--cpu-burst ", "--cpu-weight ",
		"--cpus ", "--mems ", "--set ", "--cpu-period ", "--io-read ", "--io-write ",
		"--io-read-ops ", "--io-write-ops ", "--pids ", "--time ", "--signal ", "--grace ",
		"--quiet ", "--verbose ", "--dry-run ", "--report ", "--format ", "--check ",
		"--help ", "--version " };
	/* The first option of each group right below its title. */
	static const char *const titles[] = { "\nMemory:\n  -m, --mem ", "\nCPU:\n  -c, --cpu ",
		"\nInput and output:\n      --io-read ", "\nProcesses:\n  -p, --pids ",
		"\nTime:\n  -t, --time ", "\nReport:\n  -q, --quiet ", "\nOther:\n      --check " };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	assert_non_null(out);
	options_print_help(out);
	assert_int_equal(fclose(out), 0);
	assert_int_equal(strncmp(text, "Usage: limit ", 13), 0);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		const char *found = strstr(text, names[i]);

		/* Its own row begins six columns before it; others may speak of it, too. */
		while (found && found[-7] != '\n')
			found = strstr(found + 1, names[i]);
		check(found, "'%s'", names[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(titles); i++)
		check(strstr(text, titles[i]), "'%s'", titles[i]);
	for (const char *line = text; *line; line += strcspn(line, "\n") + 1)
		check(strcspn(line, "\n") <= 100, "'%.*s'", (int)strcspn(line, "\n"), line);
	free(text);
}

/* What starts nothing takes no COMMAND, and each of them stands alone. */
static void check_without_command(void **state)
{
	static const struct {
		const char *words[4];
		const char *reason; /* NULL: fine */
	} cases[] = {
		{ { "--check" }, NULL },
		{ { "--check", "--format", "json" }, NULL },
		{ { "--check", "true" }, "cannot use --check with a COMMAND" },
		{ { "--check", "--mem", "1G" }, "cannot use --check with other options" },
		{ { "--list" }, NULL },
		{ { "--gc" }, NULL },
		{ { "--list", "true" }, "cannot use --list with a COMMAND" },
		{ { "--gc", "--", "true" }, "cannot use --gc with a COMMAND" },
		{ { "--gc", "--list" }, "cannot use --list with --gc" },
	};
	struct line *line = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *words[5] = { cases[i].words[0], cases[i].words[1], cases[i].words[2],
			cases[i].words[3] };

		check(parse_words(line, words) == 0, "%s", words[0]);
		check(spec_check(&line->spec, &line->f) == (cases[i].reason ? -1 : 0), "row %zu",
			i);
		check(!cases[i].reason || strstr(line->f.what, cases[i].reason), "row %zu: '%s'", i,
			line->f.what);
	}
}

static void names_of_profiles(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--profile", "batch", "--config=./x/y", "cmd"), 0);
	assert_int_equal(line->spec.profile_count, 2);
	assert_false(line->spec.profiles[0].is_path);
	assert_string_equal(line->spec.profiles[0].name, "batch");
	assert_true(line->spec.profiles[1].is_path);
	assert_string_equal(line->spec.profiles[1].name, "./x/y");
	assert_int_equal(PARSE(line, "--profile=../x", "cmd"), -1);
	check_fault(&line->f, 0, "a name has no '/'", "--profile takes");
	assert_int_equal(PARSE(line, "--profile=", "cmd"), -1);
	check_fault(&line->f, 0, "it is empty", "--profile takes");
	assert_int_equal(PARSE(line, "--config=", "cmd"), -1);
	check_fault(&line->f, 0, "it is empty", "--config takes");
}

/* It is part of a path, and of the name of a unit of systemd's. */
static void names_of_groups(void **state)
{
	static const char long_name[] =
		"1234567890123456789012345678901234567890123456789012345678901234";
	static const struct {
		const char *word;
		const char *reason;
	} bad[] = {
		{ "--group=", "it is empty" },
		{ "--group=a/b", "it has other characters" },
		{ "--group=..", "it does not begin with" },
		{ "--group=-x", "it does not begin with" },
		{ "--group=a b", "it has other characters" },
		{ "--group=a@b", "it has other characters" },
		{ "--group=a.scope", "it ends as" },
	};
	struct line *line = *state;
	_cleanup_free_ char *too_long = text_format("--group=%s5", long_name);

	assert_int_equal(PARSE(line, "--group", "a.b_C-9", "cmd"), 0);
	assert_string_equal(line->spec.group, "a.b_C-9");
	assert_int_equal(PARSE(line, "--group", long_name, "cmd"), 0);
	assert_int_equal(PARSE(line, too_long, "cmd"), -1);
	check_fault(&line->f, 0, "it is too long", "--group takes");
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++) {
		assert_int_equal(PARSE(line, bad[i].word, "cmd"), -1);
		check_fault(&line->f, 0, bad[i].reason, "--group takes");
	}
}

/* What would lift it, or open it. */
static void what_a_group_cannot_have(void **state)
{
	struct line *line = *state;

	assert_int_equal(PARSE(line, "--group=x", "--mem=max", "cmd"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "cannot use 'max' with --group", "without that option");
	assert_int_equal(PARSE(line, "--group=x", "--io-write=max", "cmd"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	assert_int_equal(PARSE(line, "--group=x", "--mem=1G", "--swap=max", "cmd"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
	assert_int_equal(PARSE(line, "--group=x", "--pids=9", "--unshare=cgroup", "cmd"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), -1);
	check_fault(&line->f, 0, "cannot use --group with a cgroup namespace", "--unshare");
	assert_int_equal(PARSE(line, "--group=x", "--pids=9", "--unshare=pid,net", "cmd"), 0);
	assert_int_equal(spec_check(&line->spec, &line->f), 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(no_options),
		TEST(no_words_at_all),
		TEST(every_form),
		TEST(every_bad_value),
		TEST(every_missing_argument),
		TEST(empty_arguments),
		TEST(flags),
		TEST(flags_take_no_argument),
		TEST(an_optional_argument),
		TEST(check_sample),
		TEST(letters_end_at_an_argument),
		TEST(stops_at_the_command),
		TEST(double_dash_as_argument),
		TEST(unknown_options),
		TEST(the_last_one_wins),
		TEST(oom),
		TEST(cpu_weight),
		TEST(cpu_lists),
		TEST(sets),
		TEST(too_many_sets),
		TEST(signals),
		TEST(numbers),
		TEST(rlimits),
		TEST(highest_values),
		TEST(io),
		TEST(the_last_one_wins_for_each_device),
		TEST(io_without_a_path),
		TEST(bad_io),
		TEST(too_many_io_limits),
		TEST(check_command),
		TEST(check_cpu_period),
		TEST(check_cpu_burst),
		TEST(check_zswap),
		TEST(check_without_command),
		TEST(names_of_profiles),
		TEST(names_of_groups),
		TEST(what_a_group_cannot_have),
		cmocka_unit_test(help),
	};

	return RUN_TESTS(tests);
}
