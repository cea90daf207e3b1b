/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/oom_victims.c: what kernels have logged, and what others may try to log. */
#include "config.h"

#include "check.h"

#include "oom_victims.h"

#define GROUP "limit-1087-1515585"

static struct oom_victims parse(const char *const *records, size_t count)
{
	struct oom_victims victims = { 0 };

	for (size_t i = 0; i < count; i++)
		oom_victims_parse(&victims, GROUP, records[i]);
	return victims;
}

#define PARSE(records) parse(records, ARRAY_SIZE(records))

/* Linux 6.18, v1, --oom process. */
static void one_process(void **state)
{
	static const char *const records[] = {
		"6,49936,15155946793,-;[   1089]     0  1089      648 sh",
		"6,49938,15155946801,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,"
		"mems_allowed=0,oom_memcg=/a/" GROUP ",task_memcg=/a/" GROUP
		",task=hog,pid=1090,uid=0",
		"3,49939,15155946809,-;Memory cgroup out of memory: Killed process 1090 (hog) "
		"total-vm:103448kB, anon-rss:32384kB, file-rss:580kB, shmem-rss:4kB, UID:0 "
		"pgtables:100kB oom_score_adj:0",
		"6,49940,15155946900,-;oom_reaper: reaped process 1090 (hog), now anon-rss:0kB",
	};
	struct oom_victims victims = PARSE(records);

	(void)state;
	assert_int_equal(victims.count, 1);
	assert_int_equal(victims.list[0].pid, 1090);
	assert_string_equal(victims.list[0].name, "hog");
	assert_true(victims.list[0].sizes_known);
	assert_int_equal(victims.list[0].anon_bytes, 32384 * KIB);
	assert_int_equal(victims.list[0].file_bytes, 580 * KIB);
	assert_int_equal(victims.list[0].shmem_bytes, 4 * KIB);
}

/* Linux 6.1, v2, memory.oom.group: the first victim is told twice. */
static void whole_group(void **state)
{
	static const char *const records[] = {
		"6,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
		"oom_memcg=/" GROUP ",task_memcg=/" GROUP "/command,task=cc1plus,pid=30,uid=0",
		"3,2,1,-;Memory cgroup out of memory: Killed process 30 (cc1plus) total-vm:9kB, "
		"anon-rss:8kB, file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0",
		"6,3,1,-;Tasks in /" GROUP " are going to be killed due to memory.oom.group set",
		"3,4,1,-;Memory cgroup out of memory: Killed process 28 (make) total-vm:7kB, "
		"anon-rss:1kB, file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0",
		"3,5,1,-;Memory cgroup out of memory: Killed process 30 (cc1plus) total-vm:9kB, "
		"anon-rss:8kB, file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0",
		/* Another group, whose 'oom-kill:' line is there. */
		"6,6,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,nodemask=(null),cpuset=/,mems_allowed=0,"
		"oom_memcg=/other,task_memcg=/other,task=x,pid=31,uid=0",
		"3,7,1,-;Memory cgroup out of memory: Killed process 31 (x) total-vm:9kB, anon-rss:8kB, "
		"file-rss:1kB, shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0",
	};
	struct oom_victims victims = PARSE(records);

	(void)state;
	assert_int_equal(victims.count, 2);
	assert_string_equal(victims.list[0].name, "cc1plus");
	assert_string_equal(victims.list[1].name, "make");
	assert_int_equal(victims.list[1].anon_bytes, KIB);
}

/* Out of memory above the node, or everywhere. */
static void of_the_machine(void **state)
{
	static const char *const records[] = {
		"6,1,1,-;oom-kill:constraint=CONSTRAINT_NONE,nodemask=(null),cpuset=/,mems_allowed=0,"
		"global_oom,task_memcg=/" GROUP "/command,task=a b,pid=5,uid=0",
		"3,2,1,-;Out of memory: Killed process 5 (a b) total-vm:9kB, anon-rss:8kB, file-rss:1kB, "
		"shmem-rss:0kB, UID:0 pgtables:1kB oom_score_adj:0",
	};
	struct oom_victims victims = PARSE(records);

	(void)state;
	assert_int_equal(victims.count, 1);
	assert_string_equal(victims.list[0].name, "a b");
	assert_int_equal(victims.list[0].anon_bytes, 8 * KIB);
}

/* Its group is no other's, and what a program writes into the log is no kernel's word. */
static void not_ours(void **state)
{
	static const char *const records[] = {
		"6,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/" GROUP
		"9,task_memcg=/" GROUP "9,task=a,pid=5,uid=0",
		"6,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/x" GROUP
		",task_memcg=/x" GROUP ",task=a,pid=5,uid=0",
		"12,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/" GROUP
		",task_memcg=/" GROUP ",task=a,pid=5,uid=0",
		/* A name chosen to look like a path. */
		"6,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/y,task_memcg=/y,task=/" GROUP
		",pid=5,uid=0",
		"3,2,1,-;Memory cgroup out of memory: Killed process 5 (a) total-vm:9kB, anon-rss:8kB",
		"6,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG",
		"6,1,1,-;oom-kill:,task_memcg=/" GROUP ",task=",
		"6,1,1,-;oom-kill:,task_memcg=/" GROUP ",task=x,pid=",
		"6,1,1,-;oom-kill:,task_memcg=/" GROUP ",task=x,pid=7",
		"6,1,1,-;Tasks in /" GROUP "9 are going to be killed due to memory.oom.group set",
		"3,2,1,-;Memory cgroup out of memory: Killed process 0 (a) total-vm:9kB, anon-rss:8kB",
		"",
		";",
		"6",
		"6,",
		"6;x",
		"x,1,1,-;oom-kill:",
		"99999999999999999999999,1,1,-;x",
	};
	struct oom_victims victims = PARSE(records);

	(void)state;
	assert_int_equal(victims.count, 0);
}

/* A process chooses its name. */
static void strange_names(void **state)
{
	static const char *const records[] = {
		"6,1,1,-;oom-kill:constraint=CONSTRAINT_MEMCG,oom_memcg=/" GROUP
		",task_memcg=/" GROUP ",task=a,pid=1,uid=0,pid=30,uid=0",
		"3,2,1,-;Memory cgroup out of memory: Killed process 30 (a) total-vm:1) total-vm:9kB, "
		"anon-rss:8kB, file-rss:1kB, shmem-rss:0kB, UID:0",
	};
	struct oom_victims victims = PARSE(records);

	(void)state;
	assert_int_equal(victims.count, 1);
	assert_string_equal(victims.list[0].name, "a,pid=1,uid=0");
	assert_int_equal(victims.list[0].pid, 30);
	assert_int_equal(victims.list[0].anon_bytes, 8 * KIB);
}

/* More than are kept are counted. */
static void many(void **state)
{
	struct oom_victims victims = { 0 };
	char record[256];

	(void)state;
	oom_victims_parse(&victims, GROUP,
		"6,3,1,-;Tasks in /" GROUP "/x are going to be killed due to memory.oom.group set");
	for (int pid = 1; pid <= OOM_VICTIMS_MAX + 2; pid++) {
		snprintf(record, sizeof(record),
			"3,2,1,-;Memory cgroup out of memory: Killed process %d (p) total-vm:9kB",
			pid);
		oom_victims_parse(&victims, GROUP, record);
	}
	assert_int_equal(victims.count, OOM_VICTIMS_MAX + 2);
	assert_false(victims.list[0].sizes_known);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(one_process),
		cmocka_unit_test(whole_group),
		cmocka_unit_test(of_the_machine),
		cmocka_unit_test(not_ours),
		cmocka_unit_test(strange_names),
		cmocka_unit_test(many),
	};

	return RUN_TESTS(tests);
}
