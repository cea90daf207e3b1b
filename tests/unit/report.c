/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/report.c: the receipt of hand-made runs. */
#include "config.h"

#include "check.h"

#include <glob.h>
#include <signal.h>

#include "files.h"
#include "report.h"

/* A run, and its receipt. */
struct scene {
	struct spec spec;
	struct plan plan;
	struct outcome outcome;
	struct usage usage;
	struct warnings warnings;
	struct oom_above oom_above;
	char path[64]; /* of COMMAND */
	char *command[2];
	bool in_colour;
	char *text;
};

static struct reading known(uint64_t value)
{
	return (struct reading){ true, value };
}

/* A build that was throttled and stopped by its memory limit. */
static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	*state = scene;
	spec_init(&scene->spec);
	snprintf(scene->path, sizeof(scene->path), "/usr/bin/make");
	scene->command[0] = scene->path;
	scene->spec.command = scene->command;
	scene->spec.mem = (struct quantity){ QUANTITY_NUMBER, 500 * MIB };
	scene->spec.cpu = (struct quantity){ QUANTITY_NUMBER, 2000000 };
	scene->spec.pids = (struct quantity){ QUANTITY_NUMBER, 100 };
	scene->plan.mode = HOST_UNIFIED;
	scene->plan.mem_bytes = 500 * MIB;
	scene->plan.cpu_quota_us = 200000;
	scene->plan.cpu_period_us = 100000;
	scene->outcome.reason = REASON_OOM;
	scene->outcome.code = 2;
	scene->outcome.wall_us = 12310000;
	scene->usage = (struct usage){
		.cpu_usage_us = known(23980000),
		.cpu_user_us = known(20100000),
		.cpu_system_us = known(3880000),
		.cpu_periods = known(123),
		.cpu_throttled = known(41),
		.cpu_throttled_us = known(4100000),
		.memory_peak_bytes = known(500 * MIB),
		.memory_max_events = known(117),
		.memory_oom = known(1),
		.memory_oom_kill = known(3),
		.swap_peak_bytes = known(0),
		.pids_peak = known(42),
		.pids_refused = known(5),
		.pressure_cpu_us = known(3816100),
		.pressure_memory_us = known(1477200),
		.pressure_io_us = known(246200),
		.io_known = true,
		.device_count = 1,
		/* No machine has this device, so that its number is printed everywhere. */
		.devices = { { 4095, 77, 13002752, 92274688, 311, 1204 } },
	};
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	plan_release(&scene->plan);
	free(scene->text);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

/* The receipt; it is the scene's. */
static const char *print(struct scene *scene)
{
	const struct record record = {
		.spec = &scene->spec,
		.plan = &scene->plan,
		.outcome = &scene->outcome,
		.usage = &scene->usage,
		.warnings = &scene->warnings,
		.oom_above = &scene->oom_above,
	};
	struct hints hints;
	size_t size;
	FILE *out;

	free(scene->text);
	scene->text = NULL;
	out = open_memstream(&scene->text, &size);
	assert_non_null(out);
	hints_make(&hints, &record);
	report_print(&record, &hints, scene->in_colour, out);
	hints_release(&hints);
	assert_int_equal(fclose(out), 0);
	return scene->text;
}

/* The first line of the receipt says this, after the name. */
static void check_headline(struct scene *scene, const char *headline)
{
	const char *text = print(scene);
	char line[256];

	snprintf(line, sizeof(line), "limit: make: %s\n", headline);
	check(strncmp(text, line, strlen(line)) == 0, "%.*s, not %s", (int)strcspn(text, "\n"),
		text, line);
}

/* The receipt has this line, as a whole. */
static void check_line(struct scene *scene, const char *line)
{
	char whole[256];

	snprintf(whole, sizeof(whole), "\n%s\n", line);
	check_contains(print(scene), whole);
}

/* Every line but the first has a name of at most 10 letters and its text in column 15. */
static void check_columns(const char *text)
{
	for (const char *line = strchr(text, '\n') + 1; *line; line = strchr(line, '\n') + 1) {
		check(strncmp(line, "  ", 2) == 0, "%s", line);
		check(strcspn(line + 2, " ") <= 10, "%s", line);
		check(line[13] == ' ' && line[14] != ' ' && line[14] != '\n', "%s", line);
	}
}

static void whole(void **state)
{
	struct scene *scene = *state;
	const char *text;

	scene->outcome.memory_split = (struct memory_split){ known(431 * MIB), known(40 * MIB),
		known(2 * MIB), known(27 * MIB) };
	scene->outcome.oom_victims = (struct oom_victims){ 3,
		{ { 7, "cc1plus", true, 412 * MIB, MIB, 0 }, { 8, "cc1plus", true, MIB, 0, 0 },
			{ 9, "as", false, 0, 0, 0 } } };
	text = print(scene);
	assert_string_equal(text,
		"limit: make: exit 2 after 12.31 s: memory limit of 500M hit, the whole tree killed (cc1plus "
		"412M anon, cc1plus, as)\n"
		"  wall        12.31 s\n"
		"  cpu         23.98 s   user 20.10 s, system 3.88 s, 1.95 CPUs of 2;  throttled 4.10 s "
		"in 41 of 123 periods\n"
		"  memory      peak 500M of 500M (100 %);  reclaimed at the limit 117 times;  oom kills "
		"3\n"
		"              at the kill: anon 431M, file 40M, shmem 2M, kernel 27M\n"
		"  swap        none allowed\n"
		"  io          read 12.4M (311 ops), wrote 88M (1204 ops) on 4095:77\n"
		"  processes   peak 42 of 100;  5 forks refused\n"
		"  pressure    cpu 31 %, memory 12 %, io 2 % of the time\n"
		"  hint        it needed more than 500M: try --mem 625M, or fewer processes at once\n"
		"  hint        it could not start all its processes: try a larger --pids\n"
		"  hint        it wanted more CPU time than --cpu 2 gives, and was stopped in 33 % of the "
		"periods: try a larger --cpu, or fewer threads (--jobs-env)\n");
	check_columns(text);
}

/* 'limit -- true': nothing was asked and nothing is known. n/a, never 0. */
static void nothing_is_known(void **state)
{
	struct scene *scene = *state;
	char **command = scene->spec.command;
	const char *text;

	spec_init(&scene->spec);
	scene->spec.command = command;
	scene->plan = (struct plan){ .mode = HOST_UNIFIED };
	scene->outcome = (struct outcome){ .reason = REASON_EXIT, .wall_us = 812 };
	scene->usage = (struct usage){ 0 };
	text = print(scene);
	assert_string_equal(text, "limit: make: exit 0 after 812 us\n"
				  "  wall        812 us\n"
				  "  cpu         n/a\n"
				  "  memory      peak n/a\n"
				  "  io          n/a\n"
				  "  processes   peak n/a\n"
				  "  pressure    cpu n/a, memory n/a, io n/a of the time\n");
	check_columns(text);
}

static void nothing_is_known_of_limits(void **state)
{
	struct scene *scene = *state;

	scene->usage = (struct usage){ 0 };
	scene->plan.mode = HOST_LEGACY;
	scene->outcome.reason = REASON_EXIT;
	scene->spec.swap = (struct quantity){ QUANTITY_MAX, 0 };
	check_line(scene, "  cpu         n/a of 2");
	check_line(scene, "  memory      peak n/a of 500M;  oom kills n/a");
	check_line(scene, "  swap        peak n/a of max");
	check_line(scene, "  processes   peak n/a of 100;  n/a forks refused");
	check_line(scene, "  io          n/a (cgroup v1 counts only devices with an io limit)");
	check_lacks(scene->text, "hint");
	check_columns(scene->text);
}

static void headlines(void **state)
{
	static const struct {
		struct outcome outcome;
		const char *headline;
	} rows[] = {
		{ { .reason = REASON_EXIT, .code = 0, .wall_us = 812 }, "exit 0 after 812 us" },
		{ { .reason = REASON_EXIT, .code = 137, .wall_us = 25300 },
			"exit 137 after 25.3 ms" },
		{ { .reason = REASON_SIGNAL,
			  .signaled = true,
			  .code = SIGSEGV,
			  .wall_us = 245000000 },
			"died of SIGSEGV after 4 min 05 s" },
		{ { .reason = REASON_KILLED,
			  .signaled = true,
			  .code = SIGKILL,
			  .wall_us = 1000000 },
			"died of SIGKILL after 1.00 s: killed from outside, not by a limit" },
		{ { .reason = REASON_TIME,
			  .signaled = true,
			  .code = SIGTERM,
			  .wall_us = 90010000,
			  .timed_out = true },
			"died of SIGTERM after 90.01 s: time limit of 90.00 s ran out" },
		{ { .reason = REASON_TIME, .code = 0, .wall_us = 90010000, .timed_out = true },
			"exit 0 after 90.01 s: time limit of 90.00 s ran out" },
		{ { .reason = REASON_TIME,
			  .signaled = true,
			  .code = SIGKILL,
			  .wall_us = 95000000,
			  .timed_out = true,
			  .killed_after_grace = true },
			"died of SIGKILL after 95.00 s: time limit of 90.00 s ran out, and SIGINT was not "
			"enough: killed" },
		{ { .reason = REASON_OOM, .signaled = true, .code = SIGKILL, .wall_us = 1000 },
			"died of SIGKILL after 1 ms: memory limit of 500M hit, the whole tree killed" },
		{ { .reason = REASON_OOM,
			  .signaled = true,
			  .code = SIGKILL,
			  .wall_us = 1000,
			  .never_ran = true },
			"died of SIGKILL after 1 ms: memory limit of 500M is too small to start make" },
		{ { .reason = REASON_OOM, .code = 0, .wall_us = 1000, .oom_killed_by_us = true },
			"exit 0 after 1 ms: memory limit of 500M hit, the whole tree killed" },
		{ { .reason = REASON_OOM_ANCESTOR,
			  .signaled = true,
			  .code = SIGKILL,
			  .wall_us = 1000 },
			"died of SIGKILL after 1 ms: memory ran out above its own limit" },
	};
	struct scene *scene = *state;

	scene->spec.time_us = (struct quantity){ QUANTITY_NUMBER, 90000000 };
	scene->spec.signal = SIGINT;
	scene->usage.pids_refused = known(0);
	scene->usage.cpu_throttled = known(0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scene->outcome = rows[i].outcome;
		check_headline(scene, rows[i].headline);
	}
}

/* Whose memory it was, as far as that is known. */
static void headlines_of_memory_above(void **state)
{
	static const struct {
		struct oom_above above;
		const char *headline;
	} rows[] = {
		{ { .source = OOM_SOURCE_UNKNOWN },
			"died of SIGKILL after 1 ms: memory ran out above its own limit" },
		{ { .source = OOM_SOURCE_GROUP, .path = "/cg/a\n", .limit_bytes = 64 * MIB },
			"died of SIGKILL after 1 ms: memory ran out above its own limit: 64M in /cg/a?" },
		{ { .source = OOM_SOURCE_GROUP, .path = "/cg/a" },
			"died of SIGKILL after 1 ms: memory ran out above its own limit: in /cg/a" },
		{ { .source = OOM_SOURCE_MACHINE },
			"died of SIGKILL after 1 ms: the machine ran out of memory" },
	};
	struct scene *scene = *state;

	scene->outcome = (struct outcome){ REASON_OOM_ANCESTOR, .signaled = true, .code = SIGKILL,
		.wall_us = 1000 };
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scene->oom_above = rows[i].above;
		check_headline(scene, rows[i].headline);
	}
}

/* Where no OOM kill is counted nobody can say that it was none. */
static void headline_of_a_kill_that_may_be_anything(void **state)
{
	struct scene *scene = *state;

	scene->outcome = (struct outcome){ REASON_KILLED, .signaled = true, .code = SIGKILL,
		.wall_us = 1000 };
	scene->usage.memory_oom_kill = (struct reading){ 0 };
	check_headline(scene,
		"died of SIGKILL after 1 ms: killed from outside, or for want of memory: that is not counted here");
}

/* Time ran out, and something else may be why. */
static void headline_of_two_limits(void **state)
{
	struct scene *scene = *state;

	scene->outcome = (struct outcome){ .reason = REASON_TIME, .timed_out = true };
	scene->spec.time_us = (struct quantity){ QUANTITY_NUMBER, 90000000 };
	scene->usage.cpu_throttled = known(0);
	check_headline(scene,
		"exit 0 after 0 us: time limit of 90.00 s ran out; held back by its pids "
		"limit");
}

static void headline_of_single_kills(void **state)
{
	struct scene *scene = *state;

	scene->spec.oom = SPEC_OOM_PROCESS;
	check_headline(scene, "exit 2 after 12.31 s: memory limit of 500M hit, 3 processes killed");
	scene->usage.memory_oom_kill = known(1);
	check_headline(scene, "exit 2 after 12.31 s: memory limit of 500M hit, 1 process killed");
}

/* The last part of its path, and nothing in it that a terminal would obey. */
static void command_names(void **state)
{
	static const struct {
		const char *path;
		const char *name;
	} rows[] = {
		{ "make", "make" },
		{ "./make", "make" },
		{ "/usr/bin/make", "make" },
		{ "a b", "a b" },
		{ "/", "/" },
		{ "dir/", "dir/" },
		{ "x\033[2Jy\n\r\t\177z", "x?[2Jy????z" },
		{ "a/\007b", "?b" },
		{ "w\xc3\xbcrfel", "w\xc3\xbcrfel" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char start[64];

		snprintf(scene->path, sizeof(scene->path), "%s", rows[i].path);
		snprintf(start, sizeof(start), "limit: %s: exit 2 after", rows[i].name);
		check(strncmp(print(scene), start, strlen(start)) == 0, "'%.*s'",
			(int)strcspn(scene->text, "\n"), scene->text);
	}
}

static void cpu(void **state)
{
	struct scene *scene = *state;

	scene->usage.cpu_throttled = known(0);
	check_line(scene, "  cpu         23.98 s   user 20.10 s, system 3.88 s, 1.95 CPUs of 2");
	scene->plan.cpu_quota_us = 0;
	scene->usage.cpu_throttled = (struct reading){ 0 };
	check_line(scene, "  cpu         23.98 s   user 20.10 s, system 3.88 s, 1.95 CPUs");
	scene->usage.cpu_system_us = (struct reading){ 0 };
	check_line(scene, "  cpu         23.98 s, 1.95 CPUs");
	/* The shortest run of all divides by nothing. */
	scene->outcome.wall_us = 0;
	scene->usage.cpu_usage_us = known(0);
	check_line(scene, "  cpu         0 us, 0.00 CPUs");
}

/* Every share that --cpu takes is printed as it was typed. */
static void bursts_and_throttling(void **state)
{
	struct scene *scene = *state;

	scene->usage.cpu_throttled = known(0);
	scene->plan.cpu_burst_us = 50000;
	scene->plan.mem_high_bytes = 400 * MIB;
	check_contains(print(scene), "1.95 CPUs of 2;  burst n/a in n/a periods");
	check_contains(print(scene), "(100 %);  reclaimed");
	scene->usage.cpu_bursts = known(9);
	scene->usage.cpu_burst_us = known(36000);
	scene->usage.memory_high_events = known(0);
	check_contains(print(scene), "1.95 CPUs of 2;  burst 36 ms in 9 periods");
	check_contains(print(scene), "(100 %);  throttled at 400M 0 times;  reclaimed");
}

static void cpu_shares(void **state)
{
	static const struct {
		uint64_t quota_us;
		uint64_t period_us;
		const char *text;
	} rows[] = {
		{ 1000, 1000000, " of 0.001;" },
		{ 50000, 100000, " of 0.5;" },
		{ 150000, 100000, " of 1.5;" },
		{ 6400000, 100000, " of 64;" },
		{ 409600000, 100000, " of 4096;" },
		{ 2000000000, 100000, " of 20000;" },
		{ 10000000000, 100000, " of 100000;" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scene->plan.cpu_quota_us = rows[i].quota_us;
		scene->plan.cpu_period_us = rows[i].period_us;
		check_contains(print(scene), rows[i].text);
	}
}

static void memory(void **state)
{
	struct scene *scene = *state;

	scene->usage.memory_max_events = known(0);
	scene->usage.memory_oom_kill = known(0);
	scene->usage.memory_peak_bytes = known(123 * MIB);
	check_line(scene, "  memory      peak 123M of 500M (25 %);  oom kills 0");
	scene->plan.mem_bytes = 0;
	scene->outcome.reason = REASON_EXIT;
	check_line(scene, "  memory      peak 123M");
}

static void swap(void **state)
{
	struct scene *scene = *state;

	scene->spec.swap = (struct quantity){ QUANTITY_NUMBER, 0 };
	check_line(scene, "  swap        none allowed");
	scene->spec.swap = (struct quantity){ QUANTITY_NUMBER, 100 * MIB };
	scene->usage.swap_peak_bytes = known(MIB);
	check_line(scene, "  swap        peak 1M of 100M");
	scene->spec.swap = (struct quantity){ QUANTITY_MAX, 0 };
	check_line(scene, "  swap        peak 1M of max");
	scene->spec.swap = (struct quantity){ QUANTITY_UNSET, 0 };
	scene->plan.mem_bytes = 0;
	scene->outcome.reason = REASON_EXIT;
	check_lacks(print(scene), "swap");
}

static void io(void **state)
{
	struct scene *scene = *state;

	scene->usage.device_count = 3;
	scene->usage.devices[1] = (struct usage_device){ 4095, 78, 0, 0, 0, 0 };
	scene->usage.devices[2] = (struct usage_device){ 4095, 79, 0, 4096, 0, 1 };
	check_line(scene, "  io          read 12.4M (311 ops), wrote 88M (1204 ops) on 4095:77\n"
			  "              read 0 (0 ops), wrote 4K (1 ops) on 4095:79");
	scene->usage.io_more_devices = true;
	check_line(scene, "              and on more devices than are listed");
	scene->usage.io_more_devices = false;
	scene->usage.device_count = 0;
	check_line(scene, "  io          none");
	scene->usage.io_limited_devices_only = true;
	check_line(scene, "  io          none on the limited devices");
}

/* A limited device is there also if it was not used, and says how it was found. */
static void io_of_limited_devices(void **state)
{
	struct scene *scene = *state;

	scene->plan.devices[0] =
		(struct plan_device){ 4095, 77, text_format("sda (4095:77), from /data on sda2") };
	scene->plan.devices[1] = (struct plan_device){ 4095, 78, text_format("dm-0 (4095:78)") };
	scene->plan.device_count = 2;
	check_line(scene,
		"  io          read 12.4M (311 ops), wrote 88M (1204 ops) on sda (4095:77), "
		"from /data on sda2\n"
		"              none on dm-0 (4095:78)");
	scene->usage.device_count = 0;
	check_line(scene, "  io          none on sda (4095:77), from /data on sda2\n"
			  "              none on dm-0 (4095:78)");
}

/* A device of this machine, if it has one, goes by its name. */
static void io_device_names(void **state)
{
	struct scene *scene = *state;
	glob_t found = { 0 };
	char expected[512] = "";

	if (glob("/sys/dev/block/*/uevent", 0, NULL, &found) != 0)
		leave_out("no block devices in /sys");
	for (size_t i = 0; i < found.gl_pathc && !expected[0]; i++) {
		struct usage_device *device = &scene->usage.devices[0];
		const char *number = strstr(found.gl_pathv[i], "block/") + 6;
		FILE *file = fopen(found.gl_pathv[i], "re");
		char line[256];

		while (file && fgets(line, sizeof(line), file))
			if (strncmp(line, "DEVNAME=", 8) == 0)
				snprintf(expected, sizeof(expected), " ops) on %s", line + 8);
		if (file)
			fclose(file);
		device->major = (unsigned)strtoul(number, NULL, 10);
		device->minor = (unsigned)strtoul(strchr(number, ':') + 1, NULL, 10);
	}
	globfree(&found);
	if (!expected[0])
		leave_out("no block device has a name in /sys");
	check_contains(print(scene), expected);
}

/* With devices that did not fit, 'none' would be a guess. */
static void io_of_more_devices(void **state)
{
	struct scene *scene = *state;

	scene->usage.devices[0] = (struct usage_device){ 4095, 77, 0, 0, 0, 0 };
	scene->usage.io_more_devices = true;
	check_lacks(print(scene), "none\n");
	check_contains(scene->text, "  io          ");
}

static void processes(void **state)
{
	struct scene *scene = *state;

	scene->spec.pids = (struct quantity){ QUANTITY_MAX, 0 };
	check_line(scene, "  processes   peak 42");
	scene->spec.pids = (struct quantity){ QUANTITY_UNSET, 0 };
	check_line(scene, "  processes   peak 42");
	scene->spec.pids = (struct quantity){ QUANTITY_NUMBER, 100 };
	scene->usage.pids_refused = known(0);
	check_line(scene, "  processes   peak 42 of 100;  0 forks refused");
	check_lacks(scene->text, "--pids");
}

static void leftovers(void **state)
{
	struct scene *scene = *state;

	scene->outcome.reason = REASON_EXIT;
	scene->outcome.leftovers = (struct node_tasks){ 1, 1, { "sleep" } };
	check_line(scene, "  leftovers   1 killed (sleep)");
	scene->outcome.leftovers = (struct node_tasks){ 3, 3, { "sleep", "a b", "c" } };
	check_line(scene, "  leftovers   3 killed (sleep, a b, c)");
	scene->outcome.leftovers.count = 17;
	check_line(scene, "  leftovers   17 killed (sleep, a b, c, …)");
	check_columns(scene->text);
	/* After an OOM kill they are its victims. */
	scene->outcome.reason = REASON_OOM;
	check_lacks(print(scene), "leftovers");
}

/* Gone before they could be asked for a name. */
static void leftovers_without_names(void **state)
{
	struct scene *scene = *state;

	scene->outcome.reason = REASON_EXIT;
	scene->outcome.leftovers = (struct node_tasks){ .count = 2 };
	check_contains(print(scene), "  leftovers   2 killed");
	check_lacks(scene->text, "(, ");
	check_lacks(scene->text, "()");
}

/* A process chooses its name, with prctl(PR_SET_NAME): it must not write into our report. */
static void leftovers_with_strange_names(void **state)
{
	struct scene *scene = *state;

	scene->outcome.reason = REASON_EXIT;
	scene->outcome.leftovers =
		(struct node_tasks){ 2, 2, { "x\033[2J", "y\n  hint    rm\177" } };
	check_line(scene, "  leftovers   2 killed (x?[2J, y?  hint    rm?)");
}

static void notes_and_warnings(void **state)
{
	struct scene *scene = *state;
	char last[64];

	plan_note(&scene->plan, "the first %s", "note");
	plan_note(&scene->plan, "the second note");
	plan_note(&scene->plan, "the first note");
	warnings_add(&scene->warnings, "cannot %s", "poll");
	check_line(scene, "  note        the first note\n"
			  "  note        the second note\n"
			  "  warning     cannot poll");
	check_columns(scene->text);
	check_lacks(scene->text, "more\n");
	while (scene->warnings.count < WARNINGS_MAX)
		warnings_add(&scene->warnings, "warning %u", scene->warnings.count);
	check_lacks(print(scene), "more\n");
	while (scene->warnings.count < WARNINGS_MAX + 3)
		warnings_add(&scene->warnings, "warning %u", scene->warnings.count);
	snprintf(last, sizeof(last), "  warning     warning %d\n  warning     and 3 more",
		WARNINGS_MAX - 1);
	check_line(scene, last);
}

/* Paths in warnings come from outside, too. */
static void strange_warnings(void **state)
{
	struct scene *scene = *state;

	warnings_add(&scene->warnings, "cannot remove '%s'", "a\033[2Jb\nc");
	check_line(scene, "  warning     cannot remove 'a?[2Jb?c'");
}

/* What the hint says can be typed, and is more. */
static void larger_memory_is_suggested(void **state)
{
	static const uint64_t limits[] = { 4096, 64 * KIB, MIB, 10 * MIB, 500 * MIB, GIB,
		1610612736, 1023 * MIB, 24 * GIB, 1023 * GIB, 4096 * GIB };
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(limits); i++) {
		static const char start[] = "try --mem ";
		struct quantity size = { 0 };
		const char *found;
		char text[32];

		scene->plan.mem_bytes = limits[i];
		found = strstr(print(scene), start);
		check(found, "%s", scene->text);
		snprintf(text, sizeof(text), "%.*s", (int)strcspn(found + strlen(start), "\n"),
			found + strlen(start));
		check_string(quantity_parse_size(text, &size), NULL, "%s", text);
		check(size.value > limits[i], "%s", text);
		check(size.value <= 2 * limits[i] || size.value < 16 * MIB, "%s", text);
	}
}

/* A quarter more, of small limits at least 8M. */
static void suggested_memory(void **state)
{
	struct scene *scene = *state;

	scene->plan.mem_bytes = 10 * MIB;
	check_line(scene, "  hint        it needed more than 10M: try --mem 18M");
	scene->plan.mem_bytes = 64 * MIB;
	check_line(scene, "  hint        it needed more than 64M: try --mem 80M");
}

/* Little memory and little CPU time of its own: perhaps it was still being loaded. */
static void too_small_to_start(void **state)
{
	static const struct {
		uint64_t mem_bytes;
		uint64_t user_us;
		bool signaled;
		bool never_ran;
		bool perhaps;
	} rows[] = {
		{ MIB, 0, true, false, true },
		{ MIB, 199999, true, false, true },
		{ MIB, 200000, true, false, false },
		{ 16 * MIB - 4096, 0, true, false, true },
		{ 16 * MIB, 0, true, false, false },
		{ MIB, 0, false, false, false },
		/* Then it is certain, and the headline says it. */
		{ MIB, 0, true, true, false },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scene->plan.mem_bytes = rows[i].mem_bytes;
		scene->usage.cpu_user_us = known(rows[i].user_us);
		scene->outcome.signaled = rows[i].signaled;
		scene->outcome.code = SIGKILL;
		scene->outcome.never_ran = rows[i].never_ran;
		check((strstr(print(scene), "is perhaps too small to start make: try --mem ") !=
			      NULL) == rows[i].perhaps,
			"row %zu: %s", i, scene->text);
	}
	scene->outcome.never_ran = false;
	scene->usage.cpu_user_us = (struct reading){ 0 };
	check_contains(print(scene), "it needed more than 1M: try --mem 9M");
}

/* A limit of each process that was hit: by its signal. */
static void process_limits(void **state)
{
	struct scene *scene = *state;

	assert_null(rlimit_parse("cpu=5", &scene->spec.rlimits[0]));
	assert_null(rlimit_parse("stack=1M", &scene->spec.rlimits[1]));
	assert_null(rlimit_parse("fsize=1M", &scene->spec.rlimits[2]));
	scene->spec.rlimit_count = 3;
	scene->outcome = (struct outcome){ REASON_SIGNAL, .signaled = true, .code = SIGXCPU,
		.wall_us = 1000 };
	check_headline(scene, "died of SIGXCPU after 1 ms: --rlimit cpu 5 s hit");
	check_line(scene, "  each        cpu 5 s, stack 1M, fsize 1M");
	scene->outcome.code = SIGXFSZ;
	check_headline(scene, "died of SIGXFSZ after 1 ms: --rlimit fsize 1M hit");
	scene->outcome.code = SIGSEGV;
	check_headline(scene, "died of SIGSEGV after 1 ms");
	check_line(scene, "  hint        perhaps it needs more than --rlimit stack 1M");
	scene->outcome.code = SIGTERM;
	check_headline(scene, "died of SIGTERM after 1 ms");
	scene->outcome.reason = REASON_KILLED;
	scene->outcome.code = SIGKILL;
	check_headline(scene,
		"died of SIGKILL after 1 ms: killed, from outside or for --rlimit cpu 5 s");
	scene->spec.rlimit_count = 0;
	check_headline(scene, "died of SIGKILL after 1 ms: killed from outside, not by a limit");
	check_lacks(print(scene), "  each ");
}

/* What was killed, and by which name: as the kernel's log has it. */
static void victims(void **state)
{
	struct scene *scene = *state;
	struct oom_victims *killed = &scene->outcome.oom_victims;

	killed->count = 1;
	killed->list[0] = (struct oom_victim){ 7, "x\033[2J", true, MIB, 0, 5 * MIB };
	check_headline(scene,
		"exit 2 after 12.31 s: memory limit of 500M hit, the whole tree killed "
		"(x?[2J 5M shmem)");
	for (killed->count = 1; killed->count < 12; killed->count++)
		if (killed->count < OOM_VICTIMS_MAX)
			snprintf(killed->list[killed->count].name, OOM_VICTIM_NAME_MAX, "sh");
	check_headline(scene,
		"exit 2 after 12.31 s: memory limit of 500M hit, the whole tree killed "
		"(x?[2J 5M shmem, sh, sh, …)");
	scene->outcome.reason = REASON_OOM_ANCESTOR;
	killed->count = 1;
	killed->list[0] = (struct oom_victim){ 7, "as", false, 0, 0, 0 };
	check_headline(scene, "exit 2 after 12.31 s: memory ran out above its own limit (as)");
}

/* Looked at in time, too late, and when nobody was killed. */
static void memory_split(void **state)
{
	struct scene *scene = *state;

	check_line(scene, "              at the kill: n/a");
	check_columns(scene->text);
	scene->outcome.reason = REASON_EXIT;
	check_lacks(print(scene), "at the kill");
	check_lacks(scene->text, "anon");
	scene->outcome.memory_split = (struct memory_split){ .anon_bytes = known(MIB) };
	check_line(scene, "              at the limit: anon 1M, file n/a, shmem n/a, kernel n/a");
}

static void escapes(void **state)
{
	struct scene *scene = *state;

	scene->outcome.escapes = (struct escapes){ 1, { { 7, "ba\033sh", "/x\n" } } };
	check_line(scene, "  escaped     ba?sh (7) is now in /x?: the limits do not hold it");
	check_columns(scene->text);
	scene->outcome.escapes.count = ESCAPES_MAX + 2;
	check_line(scene, "  escaped     and 2 more");
}

/* The verdict and the word hint, and nothing else. */
static void colour(void **state)
{
	struct scene *scene = *state;
	unsigned sequences = 0;

	check_lacks(print(scene), "\033");
	scene->in_colour = true;
	check_contains(print(scene),
		"limit: make: exit 2 after 12.31 s: \033[1;31mmemory limit of 500M hit, the whole tree "
		"killed\033[0m\n");
	check_contains(scene->text, "\n  \033[1;33mhint\033[0m        it needed");
	for (const char *p = scene->text; (p = strchr(p, '\033')); p++)
		sequences++;
	assert_int_equal(sequences, 2 * (1 + 3));
	scene->outcome.reason = REASON_EXIT;
	check_contains(print(scene), ": \033[1;33mheld back by its pids and cpu limits\033[0m\n");
	scene->usage.pids_refused = known(0);
	scene->usage.cpu_throttled = known(0);
	check_lacks(print(scene), "\033");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(whole),
		TEST(nothing_is_known),
		TEST(nothing_is_known_of_limits),
		TEST(headlines),
		TEST(headlines_of_memory_above),
		TEST(headline_of_a_kill_that_may_be_anything),
		TEST(headline_of_two_limits),
		TEST(headline_of_single_kills),
		TEST(command_names),
		TEST(cpu),
		TEST(cpu_shares),
		TEST(bursts_and_throttling),
		TEST(memory),
		TEST(swap),
		TEST(io),
		TEST(io_of_limited_devices),
		TEST(io_device_names),
		TEST(io_of_more_devices),
		TEST(processes),
		TEST(leftovers),
		TEST(leftovers_without_names),
		TEST(leftovers_with_strange_names),
		TEST(notes_and_warnings),
		TEST(strange_warnings),
		TEST(larger_memory_is_suggested),
		TEST(suggested_memory),
		TEST(too_small_to_start),
		TEST(process_limits),
		TEST(victims),
		TEST(memory_split),
		TEST(escapes),
		TEST(colour),
	};

	return RUN_TESTS(tests);
}
