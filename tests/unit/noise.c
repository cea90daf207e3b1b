/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/noise.c: what is read of a machine, and what of it is worth a warning. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include "noise.h"

#define SECOND UINT64_C(1000000)

static struct reading known(uint64_t value)
{
	return (struct reading){ true, value };
}

/* Ten seconds on four CPUs, on which nothing happened and everything is known. */
static struct noise quiet(void)
{
	struct noise noise = {
		.machine = { .cpus = 4,
			.governor = "performance",
			.turbo = MACHINE_OFF,
			.smt = MACHINE_OFF },
		.own_pressure_known = true,
	};

	noise.before = (struct noise_counters){
		.at_us = 5 * SECOND,
		.busy_us = known(100 * SECOND),
		.stolen_us = known(SECOND),
		.swapped = known(77),
		.pressure_us = { known(1), known(2), known(3) },
		.limit_us = 5000,
	};
	noise.after = noise.before;
	noise.after.at_us += 10 * SECOND;
	return noise;
}

/* The codes of all findings, with blanks between. */
static void check_found(const struct noise *noise, const char *expected)
{
	struct noise_findings findings;
	char text[256] = "";

	noise_find(noise, &findings);
	for (unsigned i = 0; i < findings.count; i++)
		snprintf(text + strlen(text), sizeof(text) - strlen(text), "%s%s", i ? " " : "",
			findings.list[i].code);
	check_string(text, expected, "findings");
}

static void quiet_machine(void **state)
{
	struct noise noise = quiet();

	(void)state;
	check_found(&noise, "");
}

static void the_clock(void **state)
{
	struct noise noise = quiet();

	(void)state;
	snprintf(noise.machine.governor, sizeof(noise.machine.governor), "powersave");
	noise.machine.turbo = MACHINE_ON;
	noise.machine.smt = MACHINE_ON;
	check_found(&noise, "governor turbo smt");
}

static void what_is_not_known_is_not_found(void **state)
{
	struct noise noise = quiet();

	(void)state;
	noise.machine = (struct machine){ 0 };
	noise.before = (struct noise_counters){ .at_us = 1 };
	noise.after = (struct noise_counters){ .at_us = 10 * SECOND };
	check_found(&noise, "");
	noise.after.busy_us = known(100 * SECOND);
	noise.after.swapped = known(100);
	noise.after.pressure_us[NOISE_IO] = known(5 * SECOND);
	check_found(&noise, "");
}

/* 5 % of 40 s of CPU time are 2 s, on top of what the runs and limit used. */
static void the_cpu_time_of_others(void **state)
{
	struct noise noise = quiet();

	(void)state;
	noise.own_cpu_us = 20 * SECOND;
	noise.after.busy_us.value += 22 * SECOND;
	check_found(&noise, "");
	noise.after.busy_us.value += 1;
	check_found(&noise, "others");
	/* Those whom limit waited for count with limit: not twice, but the larger of both. */
	noise.after.limit_us += 20 * SECOND + 1;
	check_found(&noise, "");
}

static void stolen_time(void **state)
{
	struct noise noise = quiet();

	(void)state;
	noise.after.stolen_us.value += 400000;
	check_found(&noise, "");
	noise.after.stolen_us.value += 1;
	check_found(&noise, "steal");
}

/* In a short series a few ticks are a large share and mean nothing. */
static void little_is_nothing(void **state)
{
	struct noise noise = quiet();

	(void)state;
	noise.after.at_us = noise.before.at_us + 10000;
	noise.after.busy_us.value += 40000;
	noise.after.stolen_us.value += 40000;
	noise.after.pressure_us[NOISE_CPU].value += 10000;
	check_found(&noise, "");
}

static void swapping(void **state)
{
	struct noise noise = quiet();
	struct noise_findings findings;

	(void)state;
	noise.after.swapped.value += 3;
	check_found(&noise, "swap");
	noise_find(&noise, &findings);
	check_string(findings.list[0].text, "the machine swapped 3 pages", "swap");
}

/* 5 % of the time is half a second; what the runs themselves waited for is not others'. */
static void pressure_of_others(void **state)
{
	struct noise noise = quiet();

	(void)state;
	for (unsigned i = 0; i < NOISE_RESOURCES; i++) {
		noise.own_pressure_us[i] = 2 * SECOND;
		noise.after.pressure_us[i].value += 2 * SECOND + SECOND / 2;
	}
	check_found(&noise, "");
	for (unsigned i = 0; i < NOISE_RESOURCES; i++)
		noise.after.pressure_us[i].value++;
	check_found(&noise, "pressure-cpu pressure-memory pressure-io");
	noise.own_pressure_known = false;
	check_found(&noise, "");
}

static void own_usage_adds_up(void **state)
{
	struct noise noise = quiet();
	struct usage usage = {
		.cpu_usage_us = known(7),
		.pressure_cpu_us = known(1),
		.pressure_memory_us = known(2),
		.pressure_io_us = known(3),
	};

	(void)state;
	noise_count_own(&noise, &usage);
	noise_count_own(&noise, &usage);
	assert_int_equal(noise.own_cpu_us, 14);
	assert_int_equal(noise.own_pressure_us[NOISE_IO], 6);
	assert_true(noise.own_pressure_known);
	usage.pressure_io_us.known = false;
	noise_count_own(&noise, &usage);
	assert_false(noise.own_pressure_known);
}

static void the_files_of_the_machine(void **state)
{
	struct noise_counters counters;
	struct tree tree;
	uint64_t tick_us = SECOND / (uint64_t)sysconf(_SC_CLK_TCK);

	(void)state;
	tree_make(&tree);
	noise_read(&counters, tree.fd);
	assert_false(counters.busy_us.known || counters.stolen_us.known || counters.swapped.known);
	assert_false(counters.pressure_us[NOISE_CPU].known);
	/* USER NICE SYSTEM IDLE IOWAIT IRQ SOFTIRQ STEAL GUEST GUEST_NICE */
	tree_write(&tree, "/proc/stat", "cpu  1 20 300 4000 5000 60000 700000 8 9 9\ncpu0 1\n");
	tree_write(&tree, "/proc/vmstat", "pgpgin 5\npswpin 30\npswpout 4\n");
	tree_write(&tree, "/proc/pressure/memory",
		"some avg10=0.00 avg60=0.00 avg300=0.00 total=123\nfull avg10=0.00 total=9\n");
	noise_read(&counters, tree.fd);
	assert_true(counters.busy_us.known && counters.swapped.known);
	assert_int_equal(counters.busy_us.value, 760321 * tick_us);
	assert_int_equal(counters.stolen_us.value, 8 * tick_us);
	assert_int_equal(counters.swapped.value, 34);
	assert_int_equal(counters.pressure_us[NOISE_MEMORY].value, 123);
	assert_false(counters.pressure_us[NOISE_IO].known);
	tree_write(&tree, "/proc/stat", "cpu  1 20 300 4000\n");
	tree_write(&tree, "/proc/vmstat", "pgpgin 5\n");
	noise_read(&counters, tree.fd);
	assert_false(counters.busy_us.known || counters.swapped.known);
	tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(quiet_machine),
		cmocka_unit_test(the_clock),
		cmocka_unit_test(what_is_not_known_is_not_found),
		cmocka_unit_test(the_cpu_time_of_others),
		cmocka_unit_test(stolen_time),
		cmocka_unit_test(little_is_nothing),
		cmocka_unit_test(swapping),
		cmocka_unit_test(pressure_of_others),
		cmocka_unit_test(own_usage_adds_up),
		cmocka_unit_test(the_files_of_the_machine),
	};

	return RUN_TESTS(tests);
}
