/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A file of options: it means what a command line means that a reader of its own makes of it, by the
 * rules in profile.h; and where it is no good, it is so in the line that is blamed, and not before.
 */
#include "config.h"

#include "fuzz.h"

#include "options.h"
#include "profile.h"

enum { WORDS_MAX = 256 };

#define BLANKS " \t\r"

/* '--NAME' or '--NAME=VALUE' of a line, NULL: it says nothing. *good: it has the form of an option. */
static char *read_line(const char *line, bool *good)
{
	const char *p = line + strspn(line, BLANKS);
	size_t name_length;
	bool has_value;
	char *word, *out;

	*good = true;
	if (!*p || *p == '#')
		return NULL;
	if (strncmp(p, "--", 2) == 0)
		p += 2;
	name_length = strcspn(p, "=" BLANKS);
	word = malloc(strlen(p) + 4);
	if (!word)
		abort();
	out = word + sprintf(word, "--%.*s", (int)name_length, p);
	p += name_length;
	p += strspn(p, BLANKS);
	has_value = *p == '=';
	if (has_value)
		p += 1 + strspn(p + 1, BLANKS);
	if (!*p || *p == '#') {
		*good = !has_value;
		return word;
	}
	*out++ = '=';
	for (char quote = '\0'; *p && (quote || !strchr(BLANKS, *p)); p++) {
		if (quote ? *p == quote : *p == '"' || *p == '\'')
			quote = quote ? '\0' : *p;
		else
			*out++ = *p;
		if (quote && !p[1])
			*good = false;
	}
	*out = '\0';
	p += strspn(p, BLANKS);
	*good = *good && (!*p || *p == '#');
	return word;
}

static bool same_text(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

static bool same_quantity(const struct quantity *a, const struct quantity *b)
{
	return a->kind == b->kind && a->value == b->value;
}

static void compare(const struct spec *a, const struct spec *b)
{
#define SAME(field) require(same_quantity(&a->field, &b->field), #field)
	SAME(mem);
	SAME(swap);
	SAME(mem_high);
	SAME(mem_low);
	SAME(mem_min);
	SAME(zswap);
	SAME(cpu);
	SAME(cpu_period_us);
	SAME(cpu_burst_us);
	SAME(cpu_weight);
	SAME(pids);
	SAME(time_us);
	SAME(grace_us);
#undef SAME
	require(a->io_count == b->io_count, "%u", a->io_count);
	for (unsigned i = 0; i < a->io_count; i++)
		require(a->io[i].key == b->io[i].key && same_text(a->io[i].path, b->io[i].path) &&
				same_quantity(&a->io[i].value, &b->io[i].value),
			"io %u", i);
	require(a->rlimit_count == b->rlimit_count, "%u", a->rlimit_count);
	for (unsigned i = 0; i < a->rlimit_count; i++)
		require(a->rlimits[i].row == b->rlimits[i].row &&
				a->rlimits[i].soft == b->rlimits[i].soft &&
				a->rlimits[i].hard_kind == b->rlimits[i].hard_kind &&
				a->rlimits[i].hard == b->rlimits[i].hard,
			"rlimit %u", i);
	require(a->nice.value == b->nice.value && a->nice.given == b->nice.given, "nice");
	require(a->oom_score_adj.value == b->oom_score_adj.value, "oom-score-adj");
	require(a->oom == b->oom && a->cpu_idle == b->cpu_idle && a->signal == b->signal &&
			a->quiet == b->quiet && a->verbose == b->verbose &&
			a->dry_run == b->dry_run && a->delegate == b->delegate,
		"a flag");
	require(same_text(a->report_path, b->report_path), "report");
}

static bool parse(struct spec *spec, char *text, struct fault *f)
{
	spec_init(spec);
	return profile_parse(spec, text, "x.conf", f) == 0;
}

/* The words of the lines as a command line; false: a line has not the form of an option. */
static bool make_words(const char *text, char *argv[WORDS_MAX + 1])
{
	int argc = 0;
	bool good = true;

	argv[argc++] = fuzz_string("limit", 5);
	while (*text && good && argc < WORDS_MAX) {
		size_t length = strcspn(text, "\n");
		char *line = fuzz_string(text, length);

		argv[argc] = read_line(line, &good);
		argc += argv[argc] != NULL;
		text += length + (text[length] == '\n');
		free(line);
	}
	argv[argc] = NULL;
	return good && !*text;
}

static void check_accepted(const struct spec *spec, const char *text)
{
	char *argv[WORDS_MAX + 1];
	struct fault f = { 0 };
	struct spec expected;
	int argc = 0;
	bool good = make_words(text, argv);

	while (argv[argc])
		argc++;
	if (argc < WORDS_MAX) {
		require(good, "no option, but accepted: '%s'", argv[argc - 1]);
		spec_init(&expected);
		require(options_parse(&expected, argc, argv, &f) == 0, "%s", f.what);
		require(!expected.command && !expected.help && !expected.version &&
				expected.profile_count == 0,
			"not for a file");
		compare(spec, &expected);
	}
	while (argc-- > 0)
		free(argv[argc]);
}

/* The lines before the one that is blamed are fine, and with it they are not. */
static void check_refused(const char *text, const struct fault *f)
{
	unsigned number = 0;
	int used = 0;
	const char *line = text;
	struct fault unused = { 0 };
	struct spec spec;
	char *copy;

	require(sscanf(f->what, "x.conf:%u: %n", &number, &used) == 1 && used && f->what[used] &&
			number > 0,
		"'%s'", f->what);
	for (unsigned i = 1; i < number; i++) {
		line = strchr(line, '\n');
		require(line, "there is no line %u", number);
		line++;
	}
	copy = fuzz_string(text, (size_t)(line - text));
	require(parse(&spec, copy, &unused), "before line %u: %s", number, unused.what);
	free(copy);
	copy = fuzz_string(text, (size_t)(line - text) + strcspn(line, "\n"));
	require(!parse(&spec, copy, &unused), "up to line %u", number);
	free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *copy = fuzz_string(data, size);
	struct fault f = { 0 };
	struct spec spec;

	if (parse(&spec, copy, &f))
		check_accepted(&spec, text);
	else
		check_refused(text, &f);
	free(copy);
	free(text);
	return 0;
}
