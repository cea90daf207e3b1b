/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/wake.c: on this kernel, whether it has slices or not. */
#include "config.h"

#include "check.h"

#include <sched.h>
#include <sys/resource.h>
#include <sys/syscall.h>

#include "wake.h"

/* sched_getattr(2): size, policy, flags, nice, priority, runtime, deadline, period. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;
	uint64_t period_ns;
};

static struct attributes now(void)
{
	struct attributes attributes;

	assert_int_equal(syscall(SYS_sched_getattr, 0, &attributes, sizeof(attributes), 0), 0);
	return attributes;
}

/* A shorter slice, nothing else, and then all of it is as it was. */
static void there_and_back(void **state)
{
	struct wake wake;
	struct attributes before, early, after;

	(void)state;
	assert_int_equal(setpriority(PRIO_PROCESS, 0, 3), 0);
	before = now();
	wake_early(&wake);
	early = now();
	wake_as_before(&wake);
	after = now();
	assert_memory_equal(&before, &after, sizeof(before));
	assert_int_equal(before.nice, 3);
	if (before.runtime_ns) {
		assert_true(early.runtime_ns < before.runtime_ns);
		early.runtime_ns = before.runtime_ns;
	}
	assert_memory_equal(&before, &early, sizeof(before));
}

static void other_policies_are_left_alone(void **state)
{
	const struct sched_param none = { 0 };
	struct wake wake;
	struct attributes before, early;

	(void)state;
	assert_int_equal(sched_setscheduler(0, SCHED_BATCH, &none), 0);
	before = now();
	wake_early(&wake);
	early = now();
	assert_int_equal(wake.slice_ns, 0);
	assert_memory_equal(&before, &early, sizeof(before));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(there_and_back),
		cmocka_unit_test(other_policies_are_left_alone),
	};

	return RUN_TESTS(tests);
}
