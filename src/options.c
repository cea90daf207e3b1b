/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "options.h"

#include "option_set.h"
#include "option_table.h"

static const struct option_row *find_long(const char *name, size_t length)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (strlen(option_rows[i].name) == length &&
			memcmp(option_rows[i].name, name, length) == 0)
			return &option_rows[i];
	return NULL;
}

static const struct option_row *find_letter(char letter)
{
	for (size_t i = 0; i < option_row_count; i++)
		if (option_rows[i].letter == letter)
			return &option_rows[i];
	return NULL;
}

static bool goes_with_check(const struct option_row *row)
{
	return strcmp(row->name, "check") == 0 || strcmp(row->name, "format") == 0;
}

static int apply(struct spec *spec, const struct option_row *row, const char *text, struct fault *f)
{
	const char *reason = row->set(spec, row, text);

	spec->more_than_check |= !goes_with_check(row);
	if (!reason)
		return 0;
	fault_set(f, 0, "cannot use --%s '%s': %s", row->name, text, reason);
	return fault_hint(f, "--%s takes %s", row->name, row->forms);
}

/* The option that begins like what was typed, or the general advice. */
static int unknown_option(const char *typed, struct fault *f)
{
	const bool letters = typed[0] == '-' && typed[1] != '-';
	const char *name = typed + strspn(typed, "-");
	size_t length = letters ? 0 : strcspn(name, "=");

	fault_set(f, 0, "cannot use '%s': there is no such option", typed);
	for (size_t i = 0; length > 0 && i < option_row_count; i++)
		if (strncmp(option_rows[i].name, name, length) == 0)
			return fault_hint(f, "--%s", option_rows[i].name);
	return fault_hint(f, "limit --help");
}

static int missing_argument(const struct option_row *row, struct fault *f)
{
	fault_set(f, 0, "cannot use --%s: it needs an argument", row->name);
	return fault_hint(f, "--%s takes %s", row->name, row->forms);
}

/* '--name', '--name=text' or, unless that may be missing, '--name text'. Moves *index past what it used. */
static int parse_long(struct spec *spec, char **argv, int *index, struct fault *f)
{
	const char *name = argv[*index] + 2;
	const char *equals = strchr(name, '=');
	size_t length = equals ? (size_t)(equals - name) : strlen(name);
	const struct option_row *row = find_long(name, length);

	if (!row)
		return unknown_option(argv[*index], f);
	(*index)++;
	if (!row->argument) {
		if (equals)
			return fault_set(f, 0, "cannot use --%s: it takes no argument", row->name);
		return apply(spec, row, NULL, f);
	}
	if (equals)
		return apply(spec, row, equals + 1, f);
	if (option_argument_is_optional(row))
		return apply(spec, row, NULL, f);
	if (!argv[*index])
		return missing_argument(row, f);
	return apply(spec, row, argv[(*index)++], f);
}

/* '-x', '-xTEXT', '-x TEXT' or several flags in one word. Moves *index past what it used. */
static int parse_letters(struct spec *spec, char **argv, int *index, struct fault *f)
{
	char *word = argv[(*index)++];

	for (const char *p = word + 1; *p; p++) {
		const struct option_row *row = find_letter(*p);

		if (!row)
			return unknown_option(word, f);
		if (row->argument) {
			if (p[1])
				return apply(spec, row, p + 1, f);
			if (!argv[*index])
				return missing_argument(row, f);
			return apply(spec, row, argv[(*index)++], f);
		}
		if (apply(spec, row, NULL, f) < 0)
			return -1;
	}
	return 0;
}

int options_parse(struct spec *spec, int argc, char **argv, struct fault *f)
{
	int index = argc > 0 ? 1 : 0;

	while (argv[index] && argv[index][0] == '-' && argv[index][1]) {
		int result;

		if (strcmp(argv[index], "--") == 0) {
			index++;
			break;
		}
		if (argv[index][1] == '-')
			result = parse_long(spec, argv, &index, f);
		else
			result = parse_letters(spec, argv, &index, f);
		if (result < 0)
			return -1;
	}
	spec->command = argv[index] ? &argv[index] : NULL;
	return 0;
}

/* What a file may not ask for: another file, or not to run COMMAND at all. */
static bool command_line_only(const struct option_row *row)
{
	return row->set == option_set_profile || row->set == option_set_config ||
	       row->group == GROUP_OTHER;
}

int options_set(struct spec *spec, const char *name, const char *text, struct fault *f)
{
	const struct option_row *row = find_long(name, strlen(name));

	if (!row)
		return unknown_option(name, f);
	if (command_line_only(row))
		return fault_set(f, 0, "cannot use --%s in a file: it is for the command line",
			row->name);
	if (row->argument && !text && !option_argument_is_optional(row))
		return missing_argument(row, f);
	if (!row->argument && text)
		return fault_set(f, 0, "cannot use --%s: it takes no argument", row->name);
	return apply(spec, row, text, f);
}

static void print_row(FILE *out, const struct option_row *row)
{
	char left[64];

	snprintf(left, sizeof(left), "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
		row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
		row->argument && !option_argument_is_optional(row) ? " " : "",
		row->argument ? row->argument : "");
	fprintf(out, "  %-28s %s\n", left, row->help);
}

void options_print_help(FILE *out)
{
	fputs("Usage: limit [OPTION]... [--] COMMAND [ARG]...\n"
	      "       limit --runs N [OPTION]... [--] COMMAND [::: COMMAND]...\n"
	      "       limit --check [--format json]\n"
	      "Run COMMAND on a budget and report what it consumed.\n",
		out);
	for (unsigned group = 0; group < GROUPS; group++) {
		fprintf(out, "\n%s:\n", option_group_titles[group]);
		for (size_t i = 0; i < option_row_count; i++)
			if (option_rows[i].group == group)
				print_row(out, &option_rows[i]);
	}
	fputs("\nSIZE: 500M, 1.5G, 512KiB; K, M, G, T are powers of 1024; KB, MB, GB, TB of 1000; --mem\n"
	      "also takes 80%, of the smaller of RAM and the tightest enclosing limit; max: no limit.\n"
	      "DUR: 90, 1.5s, 250ms, 2m, 1h30m.\n"
	      "\n"
	      "Exit status:\n"
	      "  N      COMMAND exited with N\n"
	      "  128+S  COMMAND died of signal S: limit dies of the same signal, a shell shows 128+S\n"
	      "  124    a limit in time ran out: wall clock or CPU time\n"
	      "  125    limit failed, COMMAND was not started\n"
	      "  126    COMMAND was found but is not executable\n"
	      "  127    COMMAND was not found\n"
	      "\n"
	      "Of --check: 0 when --mem, --cpu, --pids and --io-write work here, 1 when one of them does not.\n"
	      "\n"
	      "Examples:\n"
	      "  limit --check    what works here\n"
	      "  limit --mem 500M --cpu 1 -- make\n"
	      "  limit --pids 100 --time 10m -o report.txt -- ./batch.sh\n"
	      "  limit -- make    no limit, only the report\n",
		out);
}
