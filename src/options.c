/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "options.h"

#include <stddef.h>

#include "signals.h"

enum option_group {
	GROUP_MEMORY,
	GROUP_CPU,
	GROUP_IO,
	GROUP_PROCESSES,
	GROUP_TIME,
	GROUP_REPORT,
	GROUP_OTHER,
	GROUPS,
};

static const char *const group_titles[GROUPS] = {
	[GROUP_MEMORY] = "Memory",
	[GROUP_CPU] = "CPU",
	[GROUP_IO] = "Input and output",
	[GROUP_PROCESSES] = "Processes",
	[GROUP_TIME] = "Time",
	[GROUP_REPORT] = "Report",
	[GROUP_OTHER] = "Other",
};

#define FORMS_SIZE "500M, 1.5G, 512KiB, 10MB, 4096 or max (K, M, G, T are powers of 1024)"
#define FORMS_MEM "500M, 1.5G, 512KiB, 10MB, 80% or max (K, M, G, T are powers of 1024)"
#define FORMS_RATE                                                                                 \
	"20M@/dev/sda or 20M@8:0 (bytes per second; K, M, G, T are powers of 1024; or max)"
#define FORMS_OPS "500@/dev/sda or 500@8:0 (operations per second; or max)"
#define FORMS_DURATION "90, 1.5s, 250ms, 2m or 1h30m"

struct option_row {
	char letter; /* 0: long form only */
	const char *name;
	const char *argument; /* NULL: takes none */
	enum option_group group;
	const char *help;
	const char *forms; /* accepted, for the hint */
	/* Returns NULL, or why text is no good. text is NULL for options without an argument. */
	const char *(*set)(struct spec *spec, const struct option_row *row, const char *text);
	size_t field; /* offset in struct spec, for the setters that need one */
	const char *(*parse)(const char *text, struct quantity *value);
	enum io_key io_key;
};

static const char *set_quantity(struct spec *spec, const struct option_row *row, const char *text)
{
	return row->parse(text, (struct quantity *)(void *)((char *)spec + row->field));
}

static const char *set_flag(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)text;
	*(bool *)((char *)spec + row->field) = true;
	return NULL;
}

static const char *set_text(struct spec *spec, const struct option_row *row, const char *text)
{
	if (!*text)
		return "it is empty";
	*(const char **)(void *)((char *)spec + row->field) = text;
	return NULL;
}

static const char *set_oom(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (strcmp(text, "group") == 0)
		spec->oom = SPEC_OOM_GROUP;
	else if (strcmp(text, "process") == 0)
		spec->oom = SPEC_OOM_PROCESS;
	else
		return "it is neither of the two";
	return NULL;
}

static const char *set_signal(struct spec *spec, const struct option_row *row, const char *text)
{
	int number = signal_parse(text);

	(void)row;
	if (number < 0)
		return "there is no such signal";
	spec->signal = number;
	return NULL;
}

/* 'VALUE@DEVICE': the last of several for one key and device wins, as for every option. */
static const char *set_io(struct spec *spec, const struct option_row *row, const char *text)
{
	char value[QUANTITY_TEXT_MAX];
	const char *at = strchr(text, '@');
	struct spec_io entry = { .key = row->io_key };
	const char *reason;

	if (!at || !at[1])
		return "it names no device";
	if ((size_t)(at - text) >= sizeof(value))
		return "its number is too long";
	memcpy(value, text, (size_t)(at - text));
	value[at - text] = '\0';
	reason = row->parse(value, &entry.value);
	if (reason)
		return reason; /* cppcheck-suppress returnDanglingLifetime ; a constant */
	entry.device = at + 1;
	entry.option = row->name;
	for (unsigned i = 0; i < spec->io_count; i++) {
		if (spec->io[i].key == entry.key && strcmp(spec->io[i].device, entry.device) == 0) {
			spec->io[i] = entry;
			return NULL;
		}
	}
	if (spec->io_count == SPEC_IO_MAX)
		return "there are too many io limits";
	spec->io[spec->io_count++] = entry;
	return NULL;
}

static const char *parse_pids(const char *text, struct quantity *count)
{
	return quantity_parse_count(text, SPEC_PIDS_HIGHEST, count);
}

static const char *parse_ops(const char *text, struct quantity *count)
{
	return quantity_parse_count(text, UINT32_MAX, count);
}

static const char *parse_period(const char *text, struct quantity *period_us)
{
	struct quantity period;
	const char *reason = quantity_parse_duration(text, &period);

	if (reason)
		return reason;
	if (period.value < 1000 || period.value > 1000000)
		return "the kernel takes 1ms to 1s";
	*period_us = period;
	return NULL;
}

/* clang-format off */
static const struct option_row rows[] = {
	{ 'm', "mem", "SIZE", GROUP_MEMORY, "memory.max; swap is 0 unless --swap is given",
	  FORMS_MEM, set_quantity, offsetof(struct spec, mem), quantity_parse_size },
	{ 0, "swap", "SIZE", GROUP_MEMORY, "swap on top of --mem, memory.swap.max",
	  FORMS_SIZE, set_quantity, offsetof(struct spec, swap), quantity_parse_size_or_zero },
	{ 0, "oom", "group|process", GROUP_MEMORY, "out of memory: kill the whole tree (default) or one process",
	  "group or process", set_oom },
	{ 'c', "cpu", "N", GROUP_CPU, "CPUs' worth of time: 1, 0.5, 150%; cpu.max",
	  "1, 0.5, 150% or max", set_quantity, offsetof(struct spec, cpu), quantity_parse_cpus },
	{ 0, "cpu-period", "DUR", GROUP_CPU, "period of cpu.max (100ms)",
	  "100ms, 5ms or 1s", set_quantity, offsetof(struct spec, cpu_period_us), parse_period },
	{ 0, "io-read", "RATE@DEVICE", GROUP_IO, "bytes read per second, io.max; DEVICE is /dev/NAME or MAJ:MIN",
	  FORMS_RATE, set_io, 0, quantity_parse_rate, IO_RBPS },
	{ 0, "io-write", "RATE@DEVICE", GROUP_IO, "bytes written per second",
	  FORMS_RATE, set_io, 0, quantity_parse_rate, IO_WBPS },
	{ 0, "io-read-ops", "N@DEVICE", GROUP_IO, "read operations per second",
	  FORMS_OPS, set_io, 0, parse_ops, IO_RIOPS },
	{ 0, "io-write-ops", "N@DEVICE", GROUP_IO, "write operations per second",
	  FORMS_OPS, set_io, 0, parse_ops, IO_WIOPS },
	{ 'p', "pids", "N", GROUP_PROCESSES, "processes and threads at once, pids.max",
	  "a whole number such as 100, or max", set_quantity, offsetof(struct spec, pids), parse_pids },
	{ 't', "time", "DUR", GROUP_TIME, "wall-clock limit",
	  FORMS_DURATION, set_quantity, offsetof(struct spec, time_us), quantity_parse_duration },
	{ 0, "signal", "SIG", GROUP_TIME, "what to send first when time is up (TERM)",
	  "TERM, SIGINT or 15", set_signal },
	{ 0, "grace", "DUR", GROUP_TIME, "from that signal to SIGKILL for the whole tree (5s)",
	  FORMS_DURATION, set_quantity, offsetof(struct spec, grace_us), quantity_parse_duration_or_zero },
	{ 'q', "quiet", NULL, GROUP_REPORT, "no report, no warnings",
	  NULL, set_flag, offsetof(struct spec, quiet) },
	{ 'v', "verbose", NULL, GROUP_REPORT, "say where the node goes, why, and what is written",
	  NULL, set_flag, offsetof(struct spec, verbose) },
	{ 'n', "dry-run", NULL, GROUP_REPORT, "print the plan to stdout; change nothing, start nothing",
	  NULL, set_flag, offsetof(struct spec, dry_run) },
	{ 'o', "report", "FILE", GROUP_REPORT, "write the report to FILE instead of stderr",
	  "-o report.txt", set_text, offsetof(struct spec, report_path) },
	{ 'h', "help", NULL, GROUP_OTHER, "this text",
	  NULL, set_flag, offsetof(struct spec, help) },
	{ 'V', "version", NULL, GROUP_OTHER, "name and version",
	  NULL, set_flag, offsetof(struct spec, version) },
};
/* clang-format on */

static const struct option_row *find_long(const char *name, size_t length)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strlen(rows[i].name) == length && memcmp(rows[i].name, name, length) == 0)
			return &rows[i];
	return NULL;
}

static const struct option_row *find_letter(char letter)
{
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (rows[i].letter == letter)
			return &rows[i];
	return NULL;
}

static int apply(struct spec *spec, const struct option_row *row, const char *text, struct fault *f)
{
	const char *reason = row->set(spec, row, text);

	if (!reason)
		return 0;
	fault_set(f, 0, "cannot use --%s '%s': %s", row->name, text, reason);
	return fault_hint(f, "--%s takes %s", row->name, row->forms);
}

/* The option that begins like what was typed, or the general advice. */
static int unknown_option(const char *typed, struct fault *f)
{
	const char *name = typed + strspn(typed, "-");
	size_t length = strcspn(name, "=");

	fault_set(f, 0, "cannot use '%s': there is no such option", typed);
	for (size_t i = 0; length > 0 && i < ARRAY_SIZE(rows); i++)
		if (typed[1] == '-' && strncmp(rows[i].name, name, length) == 0)
			return fault_hint(f, "--%s", rows[i].name);
	return fault_hint(f, "limit --help");
}

static int missing_argument(const struct option_row *row, struct fault *f)
{
	fault_set(f, 0, "cannot use --%s: it needs an argument", row->name);
	return fault_hint(f, "--%s takes %s", row->name, row->forms);
}

/* '--name', '--name=text' or '--name text'. Moves *index past what it used. */
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

static void print_row(FILE *out, const struct option_row *row)
{
	char left[64];

	snprintf(left, sizeof(left), "%c%c%s --%s%s%s", row->letter ? '-' : ' ',
		row->letter ? row->letter : ' ', row->letter ? "," : " ", row->name,
		row->argument ? " " : "", row->argument ? row->argument : "");
	fprintf(out, "  %-28s %s\n", left, row->help);
}

void options_print_help(FILE *out)
{
	fputs("Usage: limit [OPTION]... [--] COMMAND [ARG]...\n"
	      "Run COMMAND on a budget and report what it consumed.\n",
		out);
	for (unsigned group = 0; group < GROUPS; group++) {
		fprintf(out, "\n%s:\n", group_titles[group]);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
			if (rows[i].group == group)
				print_row(out, &rows[i]);
	}
	fputs("\nSIZE: 500M, 1.5G, 512KiB; K, M, G, T are powers of 1024; KB, MB, GB, TB of 1000; --mem\n"
	      "also takes 80%, of the smaller of RAM and the tightest enclosing limit; max: no limit.\n"
	      "DUR: 90, 1.5s, 250ms, 2m, 1h30m.\n"
	      "\n"
	      "Exit status:\n"
	      "  N      COMMAND exited with N\n"
	      "  128+S  COMMAND died of signal S: limit dies of the same signal, a shell shows 128+S\n"
	      "  124    the time limit ran out\n"
	      "  125    limit failed, COMMAND was not started\n"
	      "  126    COMMAND was found but is not executable\n"
	      "  127    COMMAND was not found\n"
	      "\n"
	      "Examples:\n"
	      "  limit --mem 500M --cpu 1 -- make\n"
	      "  limit --pids 100 --time 10m -o report.txt -- ./batch.sh\n"
	      "  limit -- make    no limit, only the report\n",
		out);
}
