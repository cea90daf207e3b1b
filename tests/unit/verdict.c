/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/verdict.c: the whole truth table. */
#include "config.h"

#include "check.h"

#include <signal.h>

#include "verdict.h"

#define MEM_MAX (500 * MIB)

/* Everything that a verdict depends on, and the values it can have. */
enum input {
	TIMED_OUT,        /* no, yes, CPU time */
	OOM_KILLED_BY_US, /* no, yes */
	OOM_KILL,         /* unknown, 0, 1 */
	MEMORY_OOM,       /* unknown, 0, 1 */
	PEAK,             /* unknown, below, near, at the limit */
	MEM_LIMIT,        /* none, one */
	END,              /* exit 0, exit 137, TERM, KILL */
	INPUTS,
};

static const unsigned value_counts[INPUTS] = { 3, 2, 3, 3, 4, 2, 4 };

enum {
	NO,
	YES,
	CPU_TIME,
	UNKNOWN = 0,
	NONE = 1,
	SOME = 2,
	BELOW = 1,
	NEAR = 2,
	AT = 3,
	EXIT_0 = 0,
	EXIT_137 = 1,
	DIED_OF_TERM = 2,
	DIED_OF_KILL = 3,
};

/* Several values of an input, as a set of bits. */
#define V(value) (1u << (value))
#define ANY 0xffu

struct row {
	unsigned inputs[INPUTS];
	enum outcome_reason reason;
};

static const struct row rows[] = {
	/* What limit did itself comes first. */
	{ { V(YES), ANY, ANY, ANY, ANY, ANY, ANY }, REASON_TIME },
	{ { V(CPU_TIME), ANY, ANY, ANY, ANY, ANY, ANY }, REASON_CPU_TIME },
	{ { V(NO), V(YES), ANY, ANY, ANY, ANY, ANY }, REASON_OOM },
	/* The kernel killed: for our limit, as it says or as the peak shows; whatever COMMAND did. */
	{ { V(NO), V(NO), V(SOME), V(SOME), ANY, V(YES), ANY }, REASON_OOM },
	{ { V(NO), V(NO), V(SOME), V(UNKNOWN), V(UNKNOWN) | V(NEAR) | V(AT), V(YES), ANY },
		REASON_OOM },
	/* Or for somebody else's. */
	{ { V(NO), V(NO), V(SOME), V(NONE), ANY, V(YES), ANY }, REASON_OOM_ANCESTOR },
	{ { V(NO), V(NO), V(SOME), V(UNKNOWN), V(BELOW), V(YES), ANY }, REASON_OOM_ANCESTOR },
	{ { V(NO), V(NO), V(SOME), ANY, ANY, V(NO), ANY }, REASON_OOM_ANCESTOR },
	/* No kill was counted: then SIGKILL, let alone 137, is no proof of one. */
	{ { V(NO), V(NO), V(UNKNOWN) | V(NONE), ANY, ANY, ANY, V(EXIT_0) | V(EXIT_137) },
		REASON_EXIT },
	{ { V(NO), V(NO), V(UNKNOWN) | V(NONE), ANY, ANY, ANY, V(DIED_OF_TERM) }, REASON_SIGNAL },
	{ { V(NO), V(NO), V(UNKNOWN) | V(NONE), ANY, ANY, ANY, V(DIED_OF_KILL) }, REASON_KILLED },
};

static bool matches(const struct row *row, const unsigned *inputs)
{
	for (unsigned i = 0; i < INPUTS; i++)
		if (!(row->inputs[i] & V(inputs[i])))
			return false;
	return true;
}

/* unknown, or the value that stands at this index. */
static struct reading reading(unsigned index, const uint64_t *values)
{
	return index == UNKNOWN ? (struct reading){ 0 } : (struct reading){ true, values[index] };
}

static enum outcome_reason judge(const unsigned *inputs)
{
	static const uint64_t kills[] = { 0, 0, 1 };
	static const uint64_t ooms[] = { 0, 0, 1 };
	/* The kernel charges in batches: a peak of up to 64 pages below the limit is at it. */
	static const uint64_t peaks[] = { 0, MEM_MAX - 256 * KIB - 1, MEM_MAX - 256 * KIB,
		MEM_MAX };
	static const int codes[] = { 0, 137, SIGTERM, SIGKILL };
	const struct outcome outcome = {
		.timed_out = inputs[TIMED_OUT] == YES,
		.cpu_timed_out = inputs[TIMED_OUT] == CPU_TIME,
		.oom_killed_by_us = inputs[OOM_KILLED_BY_US] == YES,
		.signaled = inputs[END] >= DIED_OF_TERM,
		.code = codes[inputs[END]],
	};
	const struct usage usage = {
		.memory_oom_kill = reading(inputs[OOM_KILL], kills),
		.memory_oom = reading(inputs[MEMORY_OOM], ooms),
		.memory_peak_bytes = reading(inputs[PEAK], peaks),
	};

	return verdict(&outcome, &usage, inputs[MEM_LIMIT] == YES ? MEM_MAX : 0);
}

/* The next combination; false: that was the last one. */
static bool step(unsigned *inputs)
{
	for (unsigned i = 0; i < INPUTS; i++) {
		if (++inputs[i] < value_counts[i])
			return true;
		inputs[i] = 0;
	}
	return false;
}

/* Every combination has one row, and its reason. */
static void truth_table(void **state)
{
	unsigned inputs[INPUTS] = { 0 };
	unsigned seen = 0;

	(void)state;
	do {
		const struct row *found = NULL;
		char name[2 * INPUTS + 1] = "";

		for (unsigned i = 0; i < INPUTS; i++)
			snprintf(name + 2 * i, 3, "%u ", inputs[i]);
		for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
			if (!matches(&rows[i], inputs))
				continue;
			check(!found, "%s has two rows", name);
			found = &rows[i];
		}
		check(found, "%s has no row", name);
		check_string(verdict_name(judge(inputs)), verdict_name(found->reason), "%s", name);
		seen++;
	} while (step(inputs));
	assert_int_equal(seen, 3 * 2 * 3 * 3 * 4 * 2 * 4);
}

/* The words of the manual page. */
static void names(void **state)
{
	(void)state;
	assert_string_equal(verdict_name(REASON_NOT_STARTED), "not-started");
	assert_string_equal(verdict_name(REASON_EXIT), "exit");
	assert_string_equal(verdict_name(REASON_SIGNAL), "signal");
	assert_string_equal(verdict_name(REASON_TIME), "time");
	assert_string_equal(verdict_name(REASON_CPU_TIME), "cpu-time");
	assert_string_equal(verdict_name(REASON_OOM), "oom");
	assert_string_equal(verdict_name(REASON_OOM_ANCESTOR), "oom-ancestor");
	assert_string_equal(verdict_name(REASON_KILLED), "killed");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(truth_table),
		cmocka_unit_test(names),
	};

	return RUN_TESTS(tests);
}
