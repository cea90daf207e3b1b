/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "jobs.h"

#include "util.h"

#define MILLION UINT64_C(1000000)
#define VALUE_MAX 64 /* 'NAME=VALUE' with the longest of the names below */

/*
 * LIMIT_CPUS, then what is read by tools that otherwise take as many jobs or threads as the machine
 * has CPUs; not by those whose default is one. The manual page has the same list.
 */
static const struct {
	const char *name;
	const char *prefix;
} variables[] = {
	{ JOBS_VARIABLE, "" },
	{ "CARGO_BUILD_JOBS", "" },
	{ "CMAKE_BUILD_PARALLEL_LEVEL", "" },
	{ "CTEST_PARALLEL_LEVEL", "" },
	{ "GOMAXPROCS", "" },
	{ "JULIA_NUM_THREADS", "" },
	{ "LOKY_MAX_CPU_COUNT", "" },
	{ "MAKEFLAGS", "-j" },
	{ "MAX_JOBS", "" },
	{ "MESON_TESTTHREADS", "" },
	{ "MKL_NUM_THREADS", "" },
	{ "NUMBA_NUM_THREADS", "" },
	{ "NUMEXPR_NUM_THREADS", "" },
	{ "OMP_NUM_THREADS", "" },
	{ "OPENBLAS_NUM_THREADS", "" },
	{ "POLARS_MAX_THREADS", "" },
	{ "PYTEST_XDIST_AUTO_NUM_WORKERS", "" },
	{ "PYTHON_CPU_COUNT", "" },
	{ "RAYON_NUM_THREADS", "" },
	{ "RUST_TEST_THREADS", "" },
};

unsigned jobs_cpus(const struct spec *spec, const struct host *host)
{
	const struct ceiling *ceiling = &host->ceilings[CEILING_CPU];
	uint64_t millionths = ceiling->path ? ceiling->value : UINT64_MAX;
	uint64_t cpus;

	if (!spec->jobs_env && spec->cpu.kind != QUANTITY_NUMBER && cpu_list_is_empty(&spec->cpus))
		return 0;
	if (spec->cpu.kind == QUANTITY_NUMBER && spec->cpu.value < millionths)
		millionths = spec->cpu.value;
	cpus = millionths / MILLION + (millionths % MILLION != 0);
	if (!cpu_list_is_empty(&spec->cpus) && cpu_list_count(&spec->cpus) < cpus)
		cpus = cpu_list_count(&spec->cpus);
	if (host->affinity_cpus && host->affinity_cpus < cpus)
		cpus = host->affinity_cpus;
	return cpus && cpus < UINT32_MAX ? (unsigned)cpus : 1;
}

static bool is_called(const char *entry, const char *name)
{
	size_t length = strlen(name);

	return strncmp(entry, name, length) == 0 && entry[length] == '=';
}

static bool is_set(char *const *environment, const char *name)
{
	for (; *environment; environment++)
		if (is_called(*environment, name))
			return true;
	return false;
}

/* How many of the variables there are to set. */
static size_t variable_count(bool fill)
{
	return fill ? ARRAY_SIZE(variables) : 1;
}

static void format_variable(size_t i, unsigned cpus, char text[VALUE_MAX])
{
	snprintf(text, VALUE_MAX, "%s=%s%u", variables[i].name, variables[i].prefix, cpus);
}

char **jobs_environment(char *const *environment, unsigned cpus, bool fill)
{
	const size_t added = variable_count(fill);
	size_t count = 0;
	char **made;
	char **next;
	char *text;

	while (environment[count])
		count++;
	made = malloc((count + added + 1) * sizeof(*made) + added * VALUE_MAX);
	if (!made)
		return NULL;
	text = (char *)(made + count + added + 1);
	next = made;
	/* An outer limit's is no longer true. */
	for (size_t i = 0; i < count; i++)
		if (!is_called(environment[i], JOBS_VARIABLE))
			*next++ = environment[i];
	for (size_t i = 0; i < added; i++) {
		if (i > 0 && is_set(environment, variables[i].name))
			continue;
		format_variable(i, cpus, text);
		*next++ = text;
		text += VALUE_MAX;
	}
	*next = NULL;
	return made;
}

void jobs_print(unsigned cpus, bool fill, char *const *environment, FILE *out)
{
	char text[VALUE_MAX];

	for (size_t i = 0; i < variable_count(fill); i++) {
		if (i > 0 && is_set(environment, variables[i].name))
			continue;
		format_variable(i, cpus, text);
		fprintf(out, " %s", text);
	}
}
