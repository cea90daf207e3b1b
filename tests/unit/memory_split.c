/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/memory_split.c. */
#include "config.h"

#include "check.h"

#include "memory_split.h"

/* Linux 6.1: the page cache's counter has shared memory and the swap cache in it. */
static void v2(void **state)
{
	struct memory_split split = memory_split_parse_v2(
		"anon 451936256\nfile 45088768\nkernel 28311552\nkernel_stack 16384\n"
		"shmem 2097152\nswapcached 1048576\nanon_thp 0\n");

	(void)state;
	assert_true(memory_split_is_known(&split));
	assert_int_equal(split.anon_bytes.value, 431 * MIB);
	assert_int_equal(split.file_bytes.value, 40 * MIB);
	assert_int_equal(split.shmem_bytes.value, 2 * MIB);
	assert_int_equal(split.kernel_bytes.value, 27 * MIB);
	assert_int_equal(memory_split_sum(&split), 500 * MIB);
}

/* Before 5.18 there was no 'kernel'. */
static void v2_without_kernel(void **state)
{
	struct memory_split split = memory_split_parse_v2("anon 4096\nfile 8192\nshmem 4096\n");

	(void)state;
	assert_false(split.kernel_bytes.known);
	assert_int_equal(split.file_bytes.value, 4096);
	assert_int_equal(memory_split_sum(&split), 12288);
}

static void v1(void **state)
{
	struct memory_split split = memory_split_parse_v1(
		"cache 1\nrss 2\nshmem 3\ntotal_cache 8192\ntotal_rss 4096\ntotal_shmem 4096\n");

	(void)state;
	assert_int_equal(split.anon_bytes.value, 4096);
	assert_int_equal(split.file_bytes.value, 4096);
	assert_int_equal(split.shmem_bytes.value, 4096);
	assert_false(split.kernel_bytes.known);
}

/* Counters that were read one after the other may not fit. */
static void never_below_nothing(void **state)
{
	struct memory_split split =
		memory_split_parse_v2("anon 1\nfile 4096\nshmem 8192\nswapcached 1\n");

	(void)state;
	assert_int_equal(split.file_bytes.value, 0);
}

static void unknown(void **state)
{
	static const char *const texts[] = { "", "anon", "anon x\n", "anonymous 5\n",
		"rss 4096\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct memory_split split = memory_split_parse_v2(texts[i]);

		check(!memory_split_is_known(&split), "'%s'", texts[i]);
		check(!memory_split_is_full(&split, 0), "'%s'", texts[i]);
	}
}

/* What was freed before it was looked at is no split of the memory that was full. */
static void full(void **state)
{
	struct memory_split split = { .anon_bytes = { true, 75 * MIB } };

	(void)state;
	assert_true(memory_split_is_full(&split, 100 * MIB));
	assert_false(memory_split_is_full(&split, 101 * MIB));
	split.kernel_bytes = (struct reading){ true, MIB };
	assert_true(memory_split_is_full(&split, 101 * MIB));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(v2),
		cmocka_unit_test(v2_without_kernel),
		cmocka_unit_test(v1),
		cmocka_unit_test(never_below_nothing),
		cmocka_unit_test(unknown),
		cmocka_unit_test(full),
	};

	return RUN_TESTS(tests);
}
