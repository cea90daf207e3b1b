/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * memory_split — what the memory of a node was made of, at one moment. Pure.
 *
 * Sources: cgroup-v2.rst, "memory.stat"; cgroup-v1/memory.rst, "stat file".
 */
#ifndef LIMIT_MEMORY_SPLIT_H
#define LIMIT_MEMORY_SPLIT_H

#include "usage.h"

struct memory_split {
	struct reading anon_bytes;   /* the processes' own: heap, stacks */
	struct reading file_bytes;   /* page cache, without the next */
	struct reading shmem_bytes;  /* files in tmpfs, shared memory */
	struct reading kernel_bytes; /* page tables, stacks, slab, …: v2's 'kernel', Linux 5.18 */
};

/* The text of memory.stat. What it lacks is not known; of v1's all groups below count, too. */
struct memory_split memory_split_parse_v2(const char *text);
struct memory_split memory_split_parse_v1(const char *text);

static inline bool memory_split_is_known(const struct memory_split *split)
{
	return split->anon_bytes.known;
}

/* All of it together, as far as it is known. */
uint64_t memory_split_sum(const struct memory_split *split);

/*
 * Can this have been the memory of a node whose limit was hit, or was much of it freed before it was
 * looked at? At least three quarters of the limit must be accounted for: counters are a few pages for
 * each CPU behind, and a killed process returns its memory in milliseconds.
 */
bool memory_split_is_full(const struct memory_split *split, uint64_t limit_bytes);

#endif
