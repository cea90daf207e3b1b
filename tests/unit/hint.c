/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/hint.c: what held a run back, and what is suggested; and when nothing is said. */
#include "config.h"

#include "check.h"

#include <signal.h>

#include "hint.h"

/* A run that was not held back, and its hints. */
struct scene {
	struct spec spec;
	struct plan plan;
	struct outcome outcome;
	struct usage usage;
	char *command[2];
	char name[8];
	struct hints hints;
};

static struct reading known(uint64_t value)
{
	return (struct reading){ true, value };
}

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	*state = scene;
	spec_init(&scene->spec);
	snprintf(scene->name, sizeof(scene->name), "make");
	scene->command[0] = scene->name;
	scene->spec.command = scene->command;
	scene->spec.pids = (struct quantity){ QUANTITY_NUMBER, 100 };
	scene->plan.mem_bytes = 100 * MIB;
	scene->plan.cpu_quota_us = 200000;
	scene->plan.cpu_period_us = 100000;
	scene->outcome = (struct outcome){ .reason = REASON_EXIT, .wall_us = 10000000 };
	scene->usage = (struct usage){
		.cpu_user_us = known(9000000),
		.cpu_periods = known(100),
		.cpu_throttled = known(0),
		.cpu_throttled_us = known(500000),
		.memory_max_events = known(0),
		.memory_high_events = known(0),
		.memory_oom_kill = known(0),
		.pids_refused = known(0),
		.pressure_memory_us = known(0),
		.pressure_io_us = known(0),
	};
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	hints_release(&scene->hints);
	plan_release(&scene->plan);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static void make(struct scene *scene)
{
	const struct record record = {
		.spec = &scene->spec,
		.plan = &scene->plan,
		.outcome = &scene->outcome,
		.usage = &scene->usage,
	};

	hints_release(&scene->hints);
	hints_make(&scene->hints, &record);
}

static void check_none(struct scene *scene)
{
	make(scene);
	check(scene->hints.count == 0, "%s", scene->hints.entries[0].cause);
}

/* There is this hint, and no other. */
static void check_hint(struct scene *scene, const char *name, const char *option, bool survived,
	const char *cause, const char *remedy)
{
	const struct hint *hint = &scene->hints.entries[0];

	make(scene);
	check(scene->hints.count == 1, "%s: %u hints", name, scene->hints.count);
	check_string(hint_name(hint->code), name, "name");
	check_string(hint->option, option, "%s", name);
	check(hint->survived == survived, "%s", name);
	check_string(hint->cause, cause, "%s", name);
	check_string(hint->remedy, remedy, "%s", name);
}

/* Whatever the reason, and with nothing known at all. */
static void none(void **state)
{
	static const enum outcome_reason others[] = { REASON_EXIT, REASON_SIGNAL, REASON_TIME,
		REASON_CPU_TIME, REASON_OOM_ANCESTOR, REASON_KILLED };
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(others); i++) {
		scene->outcome.reason = others[i];
		check_none(scene);
	}
	scene->usage = (struct usage){ 0 };
	check_none(scene);
	scene->outcome.wall_us = 0;
	check_none(scene);
}

static void memory(void **state)
{
	struct scene *scene = *state;
	struct memory_split *split = &scene->outcome.memory_split;

	scene->outcome.reason = REASON_OOM;
	check_hint(scene, "memory", "mem", false, "it needed more than 100M", "try --mem 125M");
	scene->outcome.oom_victims.count = 3;
	check_hint(scene, "memory", "mem", false, "it needed more than 100M",
		"try --mem 125M, or fewer processes at once");
	scene->outcome.oom_victims.count = 1;
	*split = (struct memory_split){ known(74 * MIB), known(24 * MIB), known(1 * MIB),
		known(MIB) };
	check_hint(scene, "memory", "mem", false, "it needed more than 100M", "try --mem 125M");
	*split = (struct memory_split){ known(10 * MIB), known(30 * MIB), known(60 * MIB),
		known(0) };
	check_hint(scene, "memory", "mem", false,
		"it needed more than 100M, of which 60M was files in tmpfs or shared memory, which "
		"count until they are deleted",
		"try --mem 125M");
	*split = (struct memory_split){ known(70 * MIB), known(25 * MIB), known(0), known(MIB) };
	check_hint(scene, "memory", "mem", false,
		"it needed more than 100M, of which 25M was page cache in use: mapped, locked or being "
		"written",
		"try --mem 125M");
	*split = (struct memory_split){ known(50 * MIB), known(0), known(0), known(50 * MIB) };
	check_hint(scene, "memory", "mem", false,
		"it needed more than 100M, of which 50M was the kernel's for it: page tables, sockets, "
		"open files",
		"try --mem 125M");
}

static void pids(void **state)
{
	struct scene *scene = *state;

	scene->usage.pids_refused = known(1);
	check_hint(scene, "pids", "pids", true, "it could not start all its processes",
		"try a larger --pids");
	scene->usage.pids_refused = known(1000);
	check_hint(scene, "pids", "pids", true, "it could not start all its processes",
		"try a larger --pids, unless it forks without end");
	scene->plan.effective[EFFECTIVE_PIDS].value = 5;
	scene->plan.effective[EFFECTIVE_PIDS].where = strdup("parent /a");
	check_hint(scene, "pids", "pids", true, "it could not start all its processes",
		"the limit is that of parent /a");
}

static void cpu(void **state)
{
	static const char cause[] =
		"it wanted more CPU time than --cpu 2 gives, and was stopped in 10 % of the periods";
	struct scene *scene = *state;

	scene->usage.cpu_throttled = known(9);
	check_none(scene);
	scene->usage.cpu_throttled = known(10);
	check_hint(scene, "cpu", "cpu", true, cause,
		"try a larger --cpu, or fewer threads (--jobs-env)");
	scene->spec.jobs_env = true;
	check_hint(scene, "cpu", "cpu", true, cause, "try a larger --cpu");
	/* Each period, but for moments. */
	scene->usage.cpu_throttled_us = known(499999);
	check_none(scene);
	scene->usage.cpu_throttled_us = known(500000);
	/* The first period of many programs. */
	scene->usage.cpu_throttled = known(1);
	scene->usage.cpu_periods = known(2);
	check_none(scene);
	scene->usage.cpu_throttled = known(2);
	scene->plan.cpu_quota_us = 0;
	check_none(scene);
}

static void memory_high(void **state)
{
	struct scene *scene = *state;

	scene->usage.memory_high_events = known(5);
	check_none(scene);
	scene->plan.mem_high_bytes = 64 * MIB;
	check_hint(scene, "memory-high", "mem-high", true,
		"it was slowed down to stay near --mem-high 64M", "try a larger one");
}

/* A file that is read once fills the limit, and is no problem; what is read again is. */
static void memory_pressure(void **state)
{
	struct scene *scene = *state;

	scene->usage.memory_max_events = known(100000);
	check_none(scene);
	scene->usage.pressure_memory_us = known(5000000);
	check_none(scene);
	scene->usage.memory_refault_bytes = known(24 * MIB);
	check_none(scene);
	scene->usage.memory_refault_bytes = known(25 * MIB);
	check_hint(scene, "memory-pressure", "mem", true,
		"100M was too little to keep what it uses: 25M had to be read again",
		"try --mem 125M");
	scene->usage.pressure_memory_us = known(999999);
	check_none(scene);
	scene->usage.pressure_memory_us = (struct reading){ 0 };
	check_none(scene);
	scene->usage.pressure_memory_us = known(5000000);
	scene->plan.mem_bytes = 0;
	check_none(scene);
}

static void io(void **state)
{
	struct scene *scene = *state;

	scene->usage.pressure_io_us = known(5000000);
	check_none(scene);
	scene->spec.io[0] =
		(struct spec_io){ IO_WEIGHT, "io-weight", NULL, { QUANTITY_NUMBER, 100 } };
	scene->spec.io_count = 1;
	check_none(scene);
	scene->spec.io[1] = (struct spec_io){ IO_WBPS, "io-write", NULL, { QUANTITY_NUMBER, 100 } };
	scene->spec.io_count = 2;
	check_hint(scene, "io", "io-write", true, "it waited for io 50 % of the time",
		"try a larger --io-write");
	scene->spec.io[2] = (struct spec_io){ IO_RBPS, "io-read", NULL, { QUANTITY_NUMBER, 100 } };
	scene->spec.io_count = 3;
	check_hint(scene, "io", "io", true, "it waited for io 50 % of the time",
		"try a larger --io-read or --io-write");
	scene->usage.pressure_io_us = known(100);
	check_none(scene);
}

static void rlimit(void **state)
{
	struct scene *scene = *state;

	assert_null(rlimit_parse("stack=1M", &scene->spec.rlimits[0]));
	scene->spec.rlimit_count = 1;
	scene->outcome.reason = REASON_SIGNAL;
	scene->outcome.signaled = true;
	scene->outcome.code = SIGSEGV;
	check_hint(scene, "rlimit", "rlimit", false, "perhaps it needs more than --rlimit stack 1M",
		NULL);
	scene->outcome.code = SIGTERM;
	check_none(scene);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(none),
		TEST(memory),
		TEST(pids),
		TEST(cpu),
		TEST(memory_high),
		TEST(memory_pressure),
		TEST(io),
		TEST(rlimit),
	};

	return RUN_TESTS(tests);
}
