/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/owner.c: names. The locks are tested in tests/node/nodes.bats. */
#include "config.h"

#include "check.h"

#include "owner.h"

static void names(void **state)
{
	static const struct {
		const char *name;
		pid_t pid; /* 0: no node's name */
		uint64_t start;
	} rows[] = {
		{ "limit-1-2", 1, 2 },
		{ "limit-2147483647-18446744073709551615", INT32_MAX, UINT64_MAX },
		{ "limit-4711-0", 4711, 0 },
		{ "", 0, 0 },
		{ "limit", 0, 0 },
		{ "limit-", 0, 0 },
		{ "limit-1", 0, 0 },
		{ "limit-1-", 0, 0 },
		{ "limit--2", 0, 0 },
		{ "limit-0-2", 0, 0 },
		{ "limit--1-2", 0, 0 },
		{ "limit-1-2-3", 0, 0 },
		{ "limit-1-2 ", 0, 0 },
		{ "limit-1x-2", 0, 0 },
		{ "limit-x-2", 0, 0 },
		{ "limit-01-2", 0, 0 },
		{ "limit-1-02", 0, 0 },
		{ "limit-1-00", 0, 0 },
		{ "limit-1-x", 0, 0 },
		{ "limit-2147483648-2", 0, 0 },
		{ "limit-1-18446744073709551616", 0, 0 },
		{ "xlimit-1-2", 0, 0 },
		{ "Limit-1-2", 0, 0 },
		{ "limit-bench-1", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct owner owner;
		bool valid = owner_parse_name(rows[i].name, &owner);

		check(valid == (rows[i].pid != 0), "'%s' valid", rows[i].name);
		if (valid)
			check(owner.pid == rows[i].pid && owner.start_time_ticks == rows[i].start,
				"'%s'", rows[i].name);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names),
	};

	return RUN_TESTS(tests);
}
