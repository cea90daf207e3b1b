/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/deadline.c: when CPU time must be looked at again. */
#include "config.h"

#include "check.h"

#include "deadline.h"

static void wait(void **state)
{
	const struct {
		struct cpu_supply supply;
		uint64_t left_us;
		uint64_t wait_us;
	} rows[] = {
		/* All CPUs at once. */
		{ { .cpus = 1 }, 1000000, 1000000 },
		{ { .cpus = 4 }, 1000000, 250000 },
		{ { .cpus = 0 }, 1000000, 1000000 },
		/* Not for ever less. */
		{ { .cpus = 1 }, 1, 6000 },
		{ { .cpus = 2 }, 1000, 3000 },
		{ { .cpus = 128 }, 1000, 100 },
		/* A quota of half a CPU: 50 ms at the end of a period and 50 ms at once thereafter. */
		{ { 8, 50000, 0, 100000 }, 100000, 12500 },
		{ { 8, 50000, 0, 100000 }, 200000, 200000 },
		{ { 8, 50000, 0, 100000 }, 1000000, 1800000 },
		{ { 8, 50000, 50000, 100000 }, 1000000, 1700000 },
		/* The longest time there is with the smallest share: a hundred years, a thousandth. */
		{ { 1, 1000, 0, 1000000 }, UINT64_C(3162240000000000),
			UINT64_C(3162239999998000000) },
		/* And with the largest one. */
		{ { 8192, UINT64_C(100000000000), UINT64_C(100000000000), 1000000 },
			UINT64_C(3162240000000000), UINT64_C(386015625000) },
		/* A quota that never binds. */
		{ { 2, 1000000, 0, 100000 }, 10000000, 5000000 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t wait_us = deadline_cpu_wait_us(&rows[i].supply, rows[i].left_us);

		check(wait_us == rows[i].wait_us, "row %zu is %llu", i,
			(unsigned long long)wait_us);
	}
}

/* However the tree uses its time, it cannot use up more than it has before the next look. */
static void never_too_late(void **state)
{
	(void)state;
	for (unsigned cpus = 1; cpus <= 64; cpus *= 2)
		for (uint64_t quota_us = 1000; quota_us < 10000000; quota_us *= 3)
			for (uint64_t left_us = 1000; left_us < 100000000; left_us *= 2) {
				const struct cpu_supply supply = { cpus, quota_us, 7000, 100000 };
				uint64_t wait_us = deadline_cpu_wait_us(&supply, left_us);
				uint64_t all_us = wait_us * cpus;
				uint64_t by_quota_us =
					(wait_us / 100000 + 2) * quota_us + supply.burst_us;
				uint64_t most_us = all_us < by_quota_us ? all_us : by_quota_us;

				check(most_us <= left_us + (cpus > 60 ? 100 * cpus : 6000),
					"%u CPUs, quota %llu: %llu left, %llu used", cpus,
					(unsigned long long)quota_us, (unsigned long long)left_us,
					(unsigned long long)most_us);
			}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(wait),
		cmocka_unit_test(never_too_late),
	};

	return RUN_TESTS(tests);
}
