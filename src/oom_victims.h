/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * oom_victims — whom the kernel killed for lack of memory, by its own log. Read after a kill only;
 * where the log is not to be read (dmesg_restrict without CAP_SYSLOG), nobody is known.
 *
 * The kernel tells of no more than ten kills in five seconds (oom_rs in mm/oom_kill.c).
 *
 * Sources: dump_oom_summary() and __oom_kill_process() in mm/oom_kill.c ('oom-kill:' with the groups:
 * Linux 5.0); Documentation/ABI/testing/dev-kmsg.
 */
#ifndef LIMIT_OOM_VICTIMS_H
#define LIMIT_OOM_VICTIMS_H

#include <stdbool.h>
#include <stdint.h>

#define OOM_VICTIMS_MAX 8
/* Of 15 bytes, each of which the log may write as '\x00'. */
#define OOM_VICTIM_NAME_MAX 64

struct oom_victim {
	uint64_t pid; /* in the first pid namespace */
	char name[OOM_VICTIM_NAME_MAX];
	bool sizes_known; /* what it had, which may be shared with others */
	uint64_t anon_bytes;
	uint64_t file_bytes;
	uint64_t shmem_bytes;
};

struct oom_victims {
	unsigned count; /* those that are not kept included */
	struct oom_victim list[OOM_VICTIMS_MAX];
	/* Older records do not count: those of runs before in a group of the same name. */
	uint64_t next;
	/* The parser's: whom the next 'Killed process' lines are about. */
	uint64_t expected_pid; /* 0: none of ours */
	bool is_group;         /* everybody in our group */
};

/*
 * The next record of the log: is it about a process in the group of that name, which must be
 * unique and without blanks or commas? All kills are made under one lock, so that the lines of two do
 * not mix. Records that programs wrote into the log do not count. Pure.
 */
void oom_victims_parse(struct oom_victims *victims, const char *group, const char *record);

/* From /dev/kmsg, from record number 'next' on, which is then the one after the last that was read. */
void oom_victims_read(struct oom_victims *victims, const char *group);

#endif
