/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/jobs.c: how many CPUs there are, and how COMMAND is told. */
#include "config.h"

#include "check.h"

#include "jobs.h"

#define NONE UINT64_MAX

static void how_many(void **state)
{
	static const struct {
		uint64_t asked; /* millionths, 0: no --cpu */
		uint64_t ceiling;
		unsigned affinity; /* 0: not known */
		bool jobs_env;
		unsigned cpus;
	} rows[] = {
		{ 0, NONE, 0, false, 0 },
		{ 0, 500000, 4, false, 0 },
		{ 1000000, NONE, 0, false, 1 },
		{ 1000, NONE, 0, false, 1 },
		{ 1000001, NONE, 0, false, 2 },
		{ 1500000, NONE, 8, false, 2 },
		{ 4000000, NONE, 8, false, 4 },
		{ 4000000, NONE, 3, false, 3 },
		{ 4000000, 2100000, 8, false, 3 },
		{ 4000000, 6000000, 8, false, 4 },
		{ 4000000, 0, 8, false, 1 },
		{ 0, NONE, 8, true, 8 },
		{ 0, 2500000, 8, true, 3 },
		{ 0, NONE, 0, true, 1 },
		{ 2000000, NONE, 8, true, 2 },
		{ 100000000000, NONE, 0, false, 100000 },
	};

	static char path[] = "/sys/fs/cgroup/a";

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct host host = { .affinity_cpus = rows[i].affinity };
		struct spec spec;

		spec_init(&spec);
		if (rows[i].ceiling != NONE)
			host.ceilings[CEILING_CPU] = (struct ceiling){ rows[i].ceiling, path };
		if (rows[i].asked)
			spec.cpu = (struct quantity){ QUANTITY_NUMBER, rows[i].asked };
		spec.jobs_env = rows[i].jobs_env;
		check(jobs_cpus(&spec, &host) == rows[i].cpus, "row %zu: %u", i,
			jobs_cpus(&spec, &host));
	}
}

/* --cpu max is no number of CPUs. */
static void max_is_no_budget(void **state)
{
	struct host host = { .affinity_cpus = 4 };
	struct spec spec;

	(void)state;
	spec_init(&spec);
	spec.cpu = (struct quantity){ QUANTITY_MAX, 0 };
	assert_int_equal(jobs_cpus(&spec, &host), 0);
	spec.jobs_env = true;
	assert_int_equal(jobs_cpus(&spec, &host), 4);
}

/* --cpus counts like the others, and is a budget by itself. */
static void cpus(void **state)
{
	static char path[] = "/sys/fs/cgroup/a";
	struct host host = { .affinity_cpus = 4 };
	struct spec spec;

	(void)state;
	spec_init(&spec);
	assert_null(cpu_list_parse("0,2-3", &spec.cpus));
	assert_int_equal(jobs_cpus(&spec, &host), 3);
	spec.cpu = (struct quantity){ QUANTITY_NUMBER, 1500000 };
	assert_int_equal(jobs_cpus(&spec, &host), 2);
	spec.cpu.value = 9000000;
	assert_int_equal(jobs_cpus(&spec, &host), 3);
	host.affinity_cpus = 2;
	assert_int_equal(jobs_cpus(&spec, &host), 2);
	host.ceilings[CEILING_CPU] = (struct ceiling){ 100000, path };
	assert_int_equal(jobs_cpus(&spec, &host), 1);
}

static const char *find(char *const *environment, const char *name)
{
	size_t length = strlen(name);
	const char *found = NULL;

	for (; *environment; environment++) {
		if (strncmp(*environment, name, length) != 0 || (*environment)[length] != '=')
			continue;
		check(!found, "%s is there twice", name);
		found = *environment + length + 1;
	}
	return found;
}

static void one_variable(void **state)
{
	static char home[] = "HOME=/root", odd[] = "no equals sign", longer[] = "LIMIT_CPUS2=7";
	char *const environment[] = { home, odd, longer, NULL };
	char **made = jobs_environment(environment, 3, false);

	(void)state;
	assert_ptr_equal(made[0], home);
	assert_ptr_equal(made[1], odd);
	assert_ptr_equal(made[2], longer);
	assert_string_equal(made[3], "LIMIT_CPUS=3");
	assert_null(made[4]);
	free(made);
}

/* An outer limit's number is replaced, anything else that is set is left. */
static void what_is_set_is_left(void **state)
{
	static char outer[] = "LIMIT_CPUS=8", make[] = "MAKEFLAGS=", go[] = "GOMAXPROCS=5";
	char *const environment[] = { outer, make, go, NULL };
	char **made = jobs_environment(environment, 2, true);

	(void)state;
	assert_string_equal(find(made, "LIMIT_CPUS"), "2");
	assert_string_equal(find(made, "MAKEFLAGS"), "");
	assert_string_equal(find(made, "GOMAXPROCS"), "5");
	assert_string_equal(find(made, "OMP_NUM_THREADS"), "2");
	free(made);
}

static void everything(void **state)
{
	char *const environment[] = { NULL };
	char **made = jobs_environment(environment, 4294967295, true);

	(void)state;
	assert_string_equal(find(made, "MAKEFLAGS"), "-j4294967295");
	assert_string_equal(find(made, "PYTEST_XDIST_AUTO_NUM_WORKERS"), "4294967295");
	assert_string_equal(find(made, "CARGO_BUILD_JOBS"), "4294967295");
	free(made);
}

static void printed(void **state)
{
	static char go[] = "GOMAXPROCS=5";
	char *const environment[] = { go, NULL };
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	(void)state;
	jobs_print(2, false, environment, out);
	fflush(out);
	assert_string_equal(text, " LIMIT_CPUS=2");
	jobs_print(2, true, environment, out);
	fclose(out);
	check_contains(text, " MAKEFLAGS=-j2");
	check_lacks(text, "GOMAXPROCS");
	free(text);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(how_many),
		cmocka_unit_test(max_is_no_budget),
		cmocka_unit_test(cpus),
		cmocka_unit_test(one_variable),
		cmocka_unit_test(what_is_set_is_left),
		cmocka_unit_test(everything),
		cmocka_unit_test(printed),
	};

	return RUN_TESTS(tests);
}
