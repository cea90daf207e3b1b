/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The command line, a word a line. Where COMMAND begins is found a second time, by the rules of the
 * manual page; what was accepted is within its bounds; and the plan made of it on two machines
 * writes nothing but what the kernel takes.
 */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>
#include <regex.h>
#include <signal.h>

#include "option_table.h"
#include "options.h"
#include "plan.h"

enum { WORDS_MAX = 64 };

static const struct option_row *find_row(const char *name, size_t length, char letter)
{
	for (size_t i = 0; i < option_row_count; i++) {
		const char *candidate = option_rows[i].name;

		if (letter ? option_rows[i].letter == letter
			   : strlen(candidate) == length && strncmp(candidate, name, length) == 0)
			return &option_rows[i];
	}
	return NULL;
}

/* What the words say, by the rules of the manual page. */
struct reading {
	unsigned count;
	struct {
		const struct option_row *row;
		const char *text; /* NULL: it takes none */
	} options[8192];
};

static void add(struct reading *reading, const struct option_row *row, const char *text)
{
	require(reading->count < ARRAY_SIZE(reading->options), "%u options", reading->count);
	reading->options[reading->count].row = row;
	reading->options[reading->count++].text = text;
}

/* How many words the option that words[0] begins takes, 0: it is none, or its argument is missing. */
static int read_long(struct reading *reading, char *const *words)
{
	const char *name = words[0] + 2;
	size_t length = strcspn(name, "=");
	const struct option_row *row = find_row(name, length, '\0');
	bool equals = name[length] == '=';
	bool optional = row && row->argument && row->argument[0] == '[';

	if (!row || (!row->argument && equals) ||
		(row->argument && !equals && !words[1] && !optional))
		return 0;
	if (!row->argument || (optional && !equals)) {
		add(reading, row, NULL);
		return 1;
	}
	add(reading, row, equals ? name + length + 1 : words[1]);
	return equals ? 1 : 2;
}

static int read_letters(struct reading *reading, char *const *words)
{
	for (const char *p = words[0] + 1; *p; p++) {
		const struct option_row *row = find_row(NULL, 0, *p);

		if (!row || (row->argument && !p[1] && !words[1]))
			return 0;
		if (row->argument) {
			add(reading, row, p[1] ? p + 1 : words[1]);
			return p[1] ? 1 : 2;
		}
		add(reading, row, NULL);
	}
	return 1;
}

/* The index of COMMAND, or of the end; -1: the words are not to be accepted. */
static int read_words(struct reading *reading, char *const *argv)
{
	int index = argv[0] ? 1 : 0;

	while (argv[index] && argv[index][0] == '-' && argv[index][1]) {
		int used;

		if (strcmp(argv[index], "--") == 0)
			return index + 1;
		used = argv[index][1] == '-' ? read_long(reading, argv + index)
					     : read_letters(reading, argv + index);
		if (used == 0)
			return -1;
		index += used;
	}
	return index;
}

/* Does every option take its argument? */
static bool are_taken(const struct reading *reading)
{
	struct spec spec;

	spec_init(&spec);
	for (unsigned i = 0; i < reading->count; i++)
		if (reading->options[i].row->set(&spec, reading->options[i].row,
			    reading->options[i].text))
			return false;
	return true;
}

static void check_quantity(const char *name, const struct quantity *quantity, uint64_t lowest,
	uint64_t highest)
{
	switch (quantity->kind) {
	case QUANTITY_UNSET:
	case QUANTITY_MAX:
		break;
	case QUANTITY_PERCENT:
		require(quantity->value >= 1 && quantity->value <= 10000, "%s", name);
		break;
	case QUANTITY_NUMBER:
		require(quantity->value >= lowest && quantity->value <= highest, "%s is %" PRIu64,
			name, quantity->value);
		break;
	default:
		require(false, "%s is of kind %d", name, quantity->kind);
	}
}

static void check_spec(const struct spec *spec)
{
	const uint64_t century_us = UINT64_C(100) * 366 * 86400 * 1000000;

	check_quantity("mem", &spec->mem, 1, INT64_MAX);
	check_quantity("swap", &spec->swap, 0, INT64_MAX);
	check_quantity("mem-high", &spec->mem_high, 1, INT64_MAX);
	check_quantity("mem-low", &spec->mem_low, 1, INT64_MAX);
	check_quantity("mem-min", &spec->mem_min, 1, INT64_MAX);
	check_quantity("zswap", &spec->zswap, 0, INT64_MAX);
	check_quantity("cpu", &spec->cpu, 1000, UINT64_C(100000) * 1000000);
	check_quantity("cpu-period", &spec->cpu_period_us, 1000, 1000000);
	check_quantity("cpu-burst", &spec->cpu_burst_us, 1, century_us);
	check_quantity("cpu-weight", &spec->cpu_weight, 1, 10000);
	check_quantity("pids", &spec->pids, 1, SPEC_PIDS_HIGHEST);
	check_quantity("time", &spec->time_us, 1, century_us);
	check_quantity("grace", &spec->grace_us, 0, century_us);
	require(spec->nice.value >= -20 && spec->nice.value <= 19, "nice %d", spec->nice.value);
	require(spec->oom_score_adj.value >= -1000 && spec->oom_score_adj.value <= 1000,
		"oom_score_adj %d", spec->oom_score_adj.value);
	require(spec->rlimit_count <= RLIMIT_ROWS_MAX, "%u rlimits", spec->rlimit_count);
	require(spec->signal >= 1 && spec->signal <= SIGRTMAX, "signal %d", spec->signal);
	require(spec->io_count <= SPEC_IO_MAX, "%u io limits", spec->io_count);
	for (unsigned i = 0; i < spec->io_count; i++) {
		const struct spec_io *io = &spec->io[i];

		check_quantity(io->option, &io->value, 1, INT64_MAX);
		require(io->key < IO_KEYS, "%d", io->key);
		require(find_row(io->option, strlen(io->option), '\0'), "'%s'", io->option);
	}
}

static char mount[] = "/sys/fs/cgroup", level[] = "/sys/fs/cgroup/a", own[] = "/a";
static char device_text[] = "sda (8:0)", device_name[] = "sda";

static struct host make_host(enum host_mode mode, const struct spec *spec)
{
	struct host host = {
		.mode = mode,
		.mem_total_bytes = UINT64_C(16) << 30,
		.swap_total_bytes = UINT64_C(2) << 30,
		.page_size_bytes = 4096,
		.online_cpus = 8,
		.affinity_cpus = 8,
		.cpus_allowed = { { 0xff } },
		.mems_allowed = { { 1 } },
		.pid = 4194304,
		.start_time_ticks = UINT64_MAX,
	};
	const controller_set all = CONTROLLER_BIT(CONTROLLERS) - 1;

	for (unsigned i = 0; i < CEILINGS; i++)
		host.ceilings[i] = (struct ceiling){ UINT64_C(1) << (i * 9), level };
	for (unsigned i = 0; i < spec->io_count; i++)
		host.devices.list[host.devices.count++] = (struct device){ .io = i,
			.major = UINT32_MAX,
			.minor = UINT32_MAX,
			.name = device_name,
			.description = device_text };
	if (mode == HOST_UNIFIED) {
		host.v2_mount = mount;
		host.levels[0] =
			(struct host_level){ .path = level, .controllers = all, .enabled = all };
		host.levels[1] = host.levels[0];
		host.levels[1].path = mount;
		host.levels[1].is_root = true;
		host.level_count = 2;
	} else {
		host.v1[0] = (struct host_v1){ all, mount, own, false };
		host.v1_count = 1;
	}
	return host;
}

/* What the kernel takes in the files that limit knows; others are the user's affair. */
static const char *grammar_of(const char *file)
{
	static const struct {
		const char *file;
		const char *grammar;
	} grammars[] = {
		{ "memory.max", "^(max|[1-9][0-9]*)$" },
		{ "memory.swap.max", "^(max|[0-9]+)$" },
		{ "memory.high", "^(max|[1-9][0-9]*)$" },
		{ "memory.low", "^(max|[1-9][0-9]*)$" },
		{ "memory.min", "^(max|[1-9][0-9]*)$" },
		{ "memory.zswap.max", "^(max|[0-9]+)$" },
		{ "memory.oom.group", "^[01]$" },
		{ "memory.limit_in_bytes", "^[1-9][0-9]*$" },
		{ "memory.memsw.limit_in_bytes", "^[1-9][0-9]*$" },
		{ "cpu.max", "^(max|[1-9][0-9]{3,}) [1-9][0-9]{3,6}$" },
		{ "cpuset.cpus", "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$" },
		{ "cpuset.mems", "^[0-9]+(-[0-9]+)?(,[0-9]+(-[0-9]+)?)*$" },
		{ "cpu.max.burst", "^[1-9][0-9]*$" },
		{ "cpu.weight", "^[1-9][0-9]{0,4}$" },
		{ "cpu.weight.nice", "^(0|-?[1-9]|-?1[0-9]|-20)$" },
		{ "cpu.idle", "^1$" },
		{ "cpu.shares", "^[1-9][0-9]*$" },
		{ "cpu.cfs_burst_us", "^[1-9][0-9]*$" },
		{ "cpu.cfs_period_us", "^[1-9][0-9]{3,6}$" },
		{ "cpu.cfs_quota_us", "^[1-9][0-9]{3,}$" },
		{ "pids.max", "^(max|[1-9][0-9]*)$" },
		{ "io.max", "^[0-9]+:[0-9]+ [rw](bps|iops)=(max|[1-9][0-9]*)$" },
		{ "blkio.throttle.read_bps_device", "^[0-9]+:[0-9]+ [1-9][0-9]*$" },
		{ "blkio.throttle.write_bps_device", "^[0-9]+:[0-9]+ [1-9][0-9]*$" },
		{ "blkio.throttle.read_iops_device", "^[0-9]+:[0-9]+ [1-9][0-9]*$" },
		{ "blkio.throttle.write_iops_device", "^[0-9]+:[0-9]+ [1-9][0-9]*$" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(grammars); i++)
		if (strcmp(grammars[i].file, file) == 0)
			return grammars[i].grammar;
	return NULL;
}

/* What --set asks for is written whole, once. */
static void check_sets(const struct spec *spec, const struct plan *plan)
{
	for (unsigned i = 0; i < spec->set_count; i++) {
		unsigned count = 0;

		for (unsigned j = 0; j < plan->setting_count; j++) {
			const struct setting *setting = &plan->settings[j].setting;

			count += setting->as_given &&
				 strcmp(setting->file, spec->sets[i].file) == 0 &&
				 strcmp(setting->text, spec->sets[i].value) == 0;
		}
		require(count == 1, "'%s=%s' is written %u times", spec->sets[i].file,
			spec->sets[i].value, count);
	}
}

static void check_plan(const struct spec *spec, enum host_mode mode)
{
	struct host host = make_host(mode, spec);
	struct fault f = { 0 };
	struct plan plan;

	if (plan_make(&plan, spec, &host, &f) < 0) {
		require(strncmp(f.what, "cannot ", 7) == 0 && f.hint[0], "'%s': '%s'", f.what,
			f.hint);
	} else {
		for (unsigned i = 0; i < plan.setting_count; i++) {
			const struct setting *setting = &plan.settings[i].setting;
			const char *grammar = grammar_of(setting->file);
			regex_t compiled;

			require(setting->file[0] && setting->text[0] && setting->option, "%s",
				setting->file);
			if (!grammar || setting->as_given)
				continue;
			if (regcomp(&compiled, grammar, REG_EXTENDED | REG_NOSUB) != 0)
				abort();
			require(regexec(&compiled, setting->text, 0, NULL, 0) == 0, "%s: '%s'",
				setting->file, setting->text);
			regfree(&compiled);
		}
		check_sets(spec, &plan);
	}
	plan_release(&plan);
}

static void check_words(char **argv, int argc)
{
	struct reading reading = { .count = 0 };
	int command = read_words(&reading, argv);
	bool good = command >= 0 && are_taken(&reading);
	struct fault f = { 0 };
	struct spec spec;

	spec_init(&spec);
	if (options_parse(&spec, argc, argv, &f) < 0) {
		require(strncmp(f.what, "cannot use ", 11) == 0, "'%s'", f.what);
		require(!good, "%s", f.what);
		return;
	}
	require(good, "what is no option was taken for one");
	require(spec.command == (argv[command] ? &argv[command] : NULL), "COMMAND is word %d",
		command);
	check_spec(&spec);
	if (spec_check(&spec, &f) < 0) {
		require(strncmp(f.what, "cannot ", 7) == 0, "'%s'", f.what);
		return;
	}
	check_plan(&spec, HOST_UNIFIED);
	check_plan(&spec, HOST_LEGACY);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *argv[WORDS_MAX + 1] = { 0 };
	int argc = 0;

	argv[argc++] = fuzz_string("limit", 5);
	while (size && argc < WORDS_MAX)
		argv[argc++] = fuzz_line(&data, &size);
	check_words(argv, argc);
	for (int i = 0; i < argc; i++)
		free(argv[i]);
	return 0;
}
