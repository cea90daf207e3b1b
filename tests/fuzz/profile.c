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
	*good = name_length > 0;
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
		*good = *good && !has_value;
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
	require(a->set_count == b->set_count, "%u", a->set_count);
	for (unsigned i = 0; i < a->set_count; i++)
		require(same_text(a->sets[i].file, b->sets[i].file) &&
				same_text(a->sets[i].value, b->sets[i].value),
			"set %u", i);
	require(a->nice.value == b->nice.value && a->nice.given == b->nice.given, "nice");
	require(a->oom_score_adj.value == b->oom_score_adj.value, "oom-score-adj");
	require(cpu_list_equal(&a->cpus, &b->cpus) && cpu_list_equal(&a->mems, &b->mems), "cpus");
	require(a->format == b->format && a->jobs_env == b->jobs_env &&
			a->best_effort == b->best_effort,
		"format, jobs-env, best-effort");
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

/* A command line of the words that a file's lines stand for. */
struct words {
	bool good;  /* every line has the form of an option */
	bool whole; /* there was room for all */
	int argc;
	char *argv[WORDS_MAX + 1];
};

static struct words make_words(const char *text)
{
	struct words words = { .good = true };

	words.argv[words.argc++] = fuzz_string("limit", 5);
	while (*text && words.argc < WORDS_MAX) {
		size_t length = strcspn(text, "\n");
		char *line = fuzz_string(text, length);
		bool good;

		words.argv[words.argc] = read_line(line, &good);
		words.argc += words.argv[words.argc] != NULL;
		words.good = words.good && good;
		text += length + (text[length] == '\n');
		free(line);
	}
	words.argv[words.argc] = NULL;
	words.whole = !*text;
	return words;
}

static void free_words(struct words *words)
{
	while (words->argc-- > 0)
		free(words->argv[words->argc]);
}

/* Are they accepted, and such that they may stand in a file? The spec points into the words. */
static bool are_accepted(struct words *words, struct spec *spec)
{
	struct fault f = { 0 };

	spec_init(spec);
	return words->good && options_parse(spec, words->argc, words->argv, &f) == 0 &&
	       !spec->command && !spec->help && !spec->version && !spec->list && !spec->gc &&
	       !spec->check && spec->profile_count == 0;
}

static void check_accepted(const struct spec *spec, const char *text)
{
	struct words words = make_words(text);
	struct spec expected;

	require(!words.whole || are_accepted(&words, &expected), "accepted: '%s'", text);
	if (words.whole)
		compare(spec, &expected);
	free_words(&words);
}

/* The lines before the one that is blamed are fine, and with it they are not. */
static void check_refused(const char *text, const struct fault *f)
{
	unsigned number = 0;
	int used = 0;
	const char *line = text;
	struct fault unused = { 0 };
	struct words words;
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
	copy = fuzz_string(text, (size_t)(line - text) + strcspn(line, "\n"));
	words = make_words(copy);
	require(strcspn(line, "\n") > PROFILE_LINE_MAX || !words.whole ||
			!are_accepted(&words, &spec),
		"%s", f->what);
	free_words(&words);
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
