/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "memory_split.h"

static struct reading keyed(const char *text, const char *key)
{
	struct reading reading = { 0 };

	reading.known = keyed_u64(text, key, &reading.value);
	return reading;
}

/* The counters are not read at one instant, and may be behind by a little: none falls below 0. */
static struct reading less(struct reading reading, struct reading part)
{
	if (reading.known && part.known)
		reading.value -= part.value < reading.value ? part.value : reading.value;
	return reading;
}

/* The page cache's counter has shared memory and what is on its way to or from swap in it. */
struct memory_split memory_split_parse_v2(const char *text)
{
	struct memory_split split = {
		.anon_bytes = keyed(text, "anon"),
		.file_bytes = keyed(text, "file"),
		.shmem_bytes = keyed(text, "shmem"),
		.kernel_bytes = keyed(text, "kernel"),
	};

	split.file_bytes =
		less(less(split.file_bytes, split.shmem_bytes), keyed(text, "swapcached"));
	return split;
}

struct memory_split memory_split_parse_v1(const char *text)
{
	struct memory_split split = {
		.anon_bytes = keyed(text, "total_rss"),
		.file_bytes = keyed(text, "total_cache"),
		.shmem_bytes = keyed(text, "total_shmem"),
	};

	split.file_bytes =
		less(less(split.file_bytes, split.shmem_bytes), keyed(text, "total_swapcached"));
	return split;
}

uint64_t memory_split_sum(const struct memory_split *split)
{
	return split->anon_bytes.value + split->file_bytes.value + split->shmem_bytes.value +
	       split->kernel_bytes.value;
}

bool memory_split_is_full(const struct memory_split *split, uint64_t limit_bytes)
{
	return memory_split_is_known(split) &&
	       memory_split_sum(split) >= limit_bytes - limit_bytes / 4;
}
