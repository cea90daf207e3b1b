/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/kernel_text.c, on texts as kernels write them; the versions are in the comments. */
#include "config.h"

#include "check.h"

#include "kernel_text.h"

#define CPU CONTROLLER_BIT(CONTROLLER_CPU)
#define MEMORY CONTROLLER_BIT(CONTROLLER_MEMORY)
#define IO CONTROLLER_BIT(CONTROLLER_IO)
#define PIDS CONTROLLER_BIT(CONTROLLER_PIDS)
#define CPUSET CONTROLLER_BIT(CONTROLLER_CPUSET)
#define CPUACCT CONTROLLER_BIT(CONTROLLER_CPUACCT)
#define FREEZER CONTROLLER_BIT(CONTROLLER_FREEZER)

static void controller_names(void **state)
{
	(void)state;
	assert_string_equal(controller_name_v2(CONTROLLER_IO), "io");
	assert_string_equal(controller_name_v1(CONTROLLER_IO), "blkio");
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		check(controllers_parse(controller_name_v2(c)) == CONTROLLER_BIT(c), "%u on v2", c);
		check(controllers_parse(controller_name_v1(c)) == CONTROLLER_BIT(c), "%u on v1", c);
	}
}

static void controller_lists(void **state)
{
	static const struct {
		const char *text;
		controller_set set;
	} rows[] = {
		{ "", 0 },
		{ "\n", 0 },
		{ " ", 0 },
		{ "cpu", CPU },
		{ "cpuset", CPUSET },
		{ "cpuacct", CPUACCT },
		{ "cpuset cpu io memory hugetlb pids rdma misc\n",
			CPUSET | CPU | IO | MEMORY | PIDS | CONTROLLER_BIT(CONTROLLER_HUGETLB) |
				CONTROLLER_BIT(CONTROLLER_RDMA) | CONTROLLER_BIT(CONTROLLER_MISC) },
		{ "cpu,cpuacct", CPU | CPUACCT },
		{ "rw,cpu,cpuacct", CPU | CPUACCT },
		{ "rw,blkio", IO },
		{ "freezer", FREEZER },
		{ "cpus", 0 },
		{ "cp", 0 },
		{ "CPU", 0 },
		{ "mycpu", 0 },
		{ "cpu.max", 0 },
		{ "+cpu", 0 },
		{ "name=cpu", 0 },
		{ "name=systemd", 0 },
		{ "rw,xattr,name=systemd,release_agent=/usr/lib/systemd/agent", 0 },
		{ "perf_event net_cls,net_prio", CONTROLLER_BIT(CONTROLLER_PERF_EVENT) |
							 CONTROLLER_BIT(CONTROLLER_NET_CLS) |
							 CONTROLLER_BIT(CONTROLLER_NET_PRIO) },
		{ "dmem devices",
			CONTROLLER_BIT(CONTROLLER_DMEM) | CONTROLLER_BIT(CONTROLLER_DEVICES) },
		{ "debug", 0 },
		{ "memory_recursiveprot", 0 },
		{ ",,cpu,,", CPU },
		{ "\377\1cpu", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		controller_set set = controllers_parse(rows[i].text);

		check(set == rows[i].set, "'%s' is 0x%x", rows[i].text, set);
	}
}

static void format_controllers(void **state)
{
	char text[128];

	(void)state;
	assert_string_equal(controllers_format(0, text, sizeof(text)), "nothing");
	assert_string_equal(controllers_format(IO, text, sizeof(text)), "io");
	assert_string_equal(controllers_format(PIDS | MEMORY, text, sizeof(text)), "memory, pids");
	assert_string_equal(controllers_format(CONTROLLER_BIT(CONTROLLERS) - 1, text, sizeof(text)),
		"cpu, memory, io, pids, cpuset, cpuacct, freezer, hugetlb, rdma, misc, dmem, perf_event, devices, net_cls, net_prio");
	assert_string_equal(controllers_format(PIDS | MEMORY, text, 9), "memory, ");
	assert_string_equal(controllers_format(PIDS | MEMORY, text, 4), "mem");
}

static void numbers(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		uint64_t value;
	} rows[] = {
		{ "0", true, 0 },
		{ "0\n", true, 0 },
		{ "524288000\n", true, 524288000 },
		{ "18446744073709551615\n", true, UINT64_MAX },
		{ "18446744073709551616\n", false, 0 },
		{ "99999999999999999999\n", false, 0 },
		{ "", false, 0 },
		{ "\n", false, 0 },
		{ "max\n", false, 0 },
		{ "-1\n", false, 0 },
		{ "+1\n", false, 0 },
		{ " 1\n", false, 0 },
		{ "1 \n", false, 0 },
		{ "1\n\n", false, 0 },
		{ "1\n2\n", false, 0 },
		{ "1.5\n", false, 0 },
		{ "1k\n", false, 0 },
		{ "0x10\n", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 42;

		check(text_to_u64(rows[i].text, &value) == rows[i].valid, "'%s'", rows[i].text);
		check(value == (rows[i].valid ? rows[i].value : 42), "'%s' is %llu", rows[i].text,
			(unsigned long long)value);
	}
}

/* The scanners stop after what they take; what they do not take they leave alone. */
static void scanners(void **state)
{
	static const struct {
		const char *text;
		const char *rest; /* NULL: it is not taken */
		bool device;
	} rows[] = {
		{ "0", "", false },
		{ "12x", "x", false },
		{ "12 13", " 13", false },
		{ "18446744073709551615:", ":", false },
		{ "18446744073709551616", NULL, false },
		{ "18446744073709551620", NULL, false },
		{ "", NULL, false },
		{ "x", NULL, false },
		{ " 1", NULL, false },
		{ "-1", NULL, false },
		{ "8:16", "", true },
		{ "8:16 rbytes=1", " rbytes=1", true },
		{ "8:16:1", ":1", true },
		{ "4294967295:4294967295", "", true },
		{ "4294967296:0", NULL, true },
		{ "8:4294967296", NULL, true },
		{ "8", NULL, true },
		{ "8:", NULL, true },
		{ ":16", NULL, true },
		{ "8: 16", NULL, true },
		{ "8:+16", NULL, true },
		{ "8.16", NULL, true },
		{ "", NULL, true },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *cursor = rows[i].text;
		unsigned major = 42, minor = 42;
		uint64_t value = 42;
		bool taken = rows[i].device ? scan_device(&cursor, &major, &minor)
					    : scan_u64(&cursor, &value);

		check(taken == (rows[i].rest != NULL), "'%s'", rows[i].text);
		check_string(cursor, taken ? rows[i].rest : rows[i].text, "'%s'", rows[i].text);
		check(taken || (value == 42 && major == 42 && minor == 42), "'%s'", rows[i].text);
		check(!taken || rows[i].device || value == strtoull(rows[i].text, NULL, 10), "'%s'",
			rows[i].text);
		check(!taken || !rows[i].device || major == strtoul(rows[i].text, NULL, 10), "'%s'",
			rows[i].text);
		check(!taken || !rows[i].device || minor == 16 || minor == UINT32_MAX, "'%s'",
			rows[i].text);
	}
}

/* cpu.stat of the root group, Linux 6.18. */
static const char cpu_stat[] = "usage_usec 656513085\n"
			       "user_usec 549830435\n"
			       "system_usec 106682649\n"
			       "nice_usec 0\n";

/* memory.events, Linux 5.17 and later. */
static const char memory_events[] = "low 0\n"
				    "high 0\n"
				    "max 117\n"
				    "oom 1\n"
				    "oom_kill 3\n"
				    "oom_group_kill 1\n";

static void keyed(void **state)
{
	static const struct {
		const char *text;
		const char *key;
		bool found;
		uint64_t value;
	} rows[] = {
		{ cpu_stat, "usage_usec", true, 656513085 },
		{ cpu_stat, "user_usec", true, 549830435 },
		{ cpu_stat, "nice_usec", true, 0 },
		{ cpu_stat, "nr_periods", false, 0 },
		{ cpu_stat, "usage", false, 0 },
		{ cpu_stat, "usec", false, 0 },
		{ cpu_stat, "", false, 0 },
		{ memory_events, "oom", true, 1 },
		{ memory_events, "oom_kill", true, 3 },
		{ memory_events, "oom_group_kill", true, 1 },
		{ memory_events, "kill", false, 0 },
		{ "", "max", false, 0 },
		{ "\n\n\n", "max", false, 0 },
		{ "max", "max", false, 0 },
		{ "max\n", "max", false, 0 },
		{ "max \n", "max", false, 0 },
		{ "max x\n", "max", false, 0 },
		{ "max -1\n", "max", false, 0 },
		{ "max 1x\n", "max", false, 0 },
		{ "max 1 2\n", "max", false, 0 },
		{ "max  1\n", "max", false, 0 },
		{ " max 1\n", "max", false, 0 },
		{ "max\t1\n", "max", false, 0 },
		{ "max 18446744073709551616\n", "max", false, 0 },
		{ "max 18446744073709551615\n", "max", true, UINT64_MAX },
		{ "max 7", "max", true, 7 },
		{ "low 0\nmax 7", "max", true, 7 },
		{ "low 0\nma", "max", false, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 42;

		check(keyed_u64(rows[i].text, rows[i].key, &value) == rows[i].found, "'%s' in '%s'",
			rows[i].key, rows[i].text);
		check(value == (rows[i].found ? rows[i].value : 42), "'%s' in '%s' is %llu",
			rows[i].key, rows[i].text, (unsigned long long)value);
	}
}

static void nested(void **state)
{
	/* io.stat, Linux 5.15; a pressure file, Linux 6.18; io.max. */
	static const char io_stat[] =
		"8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0";
	static const char pressure[] = "some avg10=0.03 avg60=0.43 avg300=0.48 total=26715882";
	static const char io_max[] = "8:16 rbps=2097152 wbps=max riops=max wiops=120";
	static const struct {
		const char *line;
		const char *key;
		bool found;
		uint64_t value;
	} rows[] = {
		{ io_stat, "rbytes", true, 1459200 },
		{ io_stat, "wbytes", true, 314773504 },
		{ io_stat, "dios", true, 0 },
		{ io_stat, "bytes", false, 0 },
		{ io_stat, "rbyte", false, 0 },
		{ io_stat, "8:16", false, 0 },
		{ pressure, "total", true, 26715882 },
		{ pressure, "avg10", false, 0 },
		{ io_max, "rbps", true, 2097152 },
		{ io_max, "wbps", false, 0 },
		{ io_max, "bps", false, 0 },
		{ io_max, "wiops", true, 120 },
		{ "", "rbps", false, 0 },
		{ "rbps", "rbps", false, 0 },
		{ "rbps=", "rbps", false, 0 },
		{ "rbps= 1", "rbps", false, 0 },
		{ "rbps=1,2", "rbps", false, 0 },
		{ "rbps=-1", "rbps", false, 0 },
		{ "rbps=18446744073709551616", "rbps", false, 0 },
		{ "rbps=1\n", "rbps", true, 1 },
		{ "  rbps=1  wbps=2", "wbps", true, 2 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		uint64_t value = 42;

		check(nested_u64(rows[i].line, rows[i].key, &value) == rows[i].found,
			"'%s' in '%s'", rows[i].key, rows[i].line);
		check(value == (rows[i].found ? rows[i].value : 42), "'%s' in '%s' is %llu",
			rows[i].key, rows[i].line, (unsigned long long)value);
	}
}

static void lines(void **state)
{
	const char *cursor = "one\n\nthe third\nlast";
	char line[8];

	(void)state;
	assert_true(next_line(&cursor, line, sizeof(line)));
	assert_string_equal(line, "one");
	assert_true(next_line(&cursor, line, sizeof(line)));
	assert_string_equal(line, "");
	assert_true(next_line(&cursor, line, sizeof(line)));
	/* Too long: half a line could have half a number at its end. */
	assert_string_equal(line, "");
	assert_true(next_line(&cursor, line, sizeof(line)));
	assert_string_equal(line, "last");
	assert_false(next_line(&cursor, line, sizeof(line)));
	assert_false(next_line(&cursor, line, sizeof(line)));
	cursor = "";
	assert_false(next_line(&cursor, line, sizeof(line)));
	cursor = "1234567\n12345678\n";
	assert_true(next_line(&cursor, line, sizeof(line)));
	assert_string_equal(line, "1234567");
	assert_true(next_line(&cursor, line, sizeof(line)));
	assert_string_equal(line, "");
	assert_false(next_line(&cursor, line, sizeof(line)));
}

static void lines_in_place(void **state)
{
	static const char text[] = "Read 1\n\nWrite 22";
	const char *line = text;
	uint64_t value = 42;

	(void)state;
	/* What stands in the next line is not in this one. */
	assert_false(line_u64(line, "Write", &value));
	assert_true(line_u64(line, "Read", &value));
	assert_int_equal(value, 1);
	line = line_after(line);
	assert_string_equal(line, "\nWrite 22");
	assert_false(line_u64(line, "Write", &value));
	line = line_after(line);
	assert_true(line_u64(line, "Write", &value));
	assert_int_equal(value, 22);
	line = line_after(line);
	assert_string_equal(line, "");
	assert_ptr_equal(line_after(line), line);
	assert_false(nested_u64("8:0 rios=1\nrbytes=5\n8:1 rbytes=6\n", "rbytes", &value));
}

struct mount_row {
	const char *line;
	bool v2;
	controller_set controllers;
	bool read_only;
	const char *root;
	const char *point;
};

static void check_mount(const struct mount_row *row)
{
	struct cgroup_mount mount;

	check(mountinfo_parse_line(row->line, &mount), "%s", row->line);
	check(mount.v2 == row->v2, "%s", row->line);
	check(mount.controllers == row->controllers, "%s: 0x%x", row->line, mount.controllers);
	check(mount.read_only == row->read_only, "%s", row->line);
	check_string(mount.root, row->root, "%s", row->line);
	check_string(mount.point, row->point, "%s", row->line);
	free(mount.root);
	free(mount.point);
}

static void cgroup_mounts(void **state)
{
	static const struct mount_row rows[] = {
		/* This project's build machine: Linux 6.18, no tags. */
		{ "41 31 0:38 / /sys/fs/cgroup/unified rw,relatime - cgroup2 cgroup2 rw", true, 0,
			false, "/", "/sys/fs/cgroup/unified" },
		{ "32 31 0:29 / /sys/fs/cgroup/cpu rw,relatime - cgroup cgroup rw,cpu", false, CPU,
			false, "/", "/sys/fs/cgroup/cpu" },
		{ "34 31 0:31 / /sys/fs/cgroup/cpuset rw,relatime - cgroup cgroup rw,cpuset", false,
			CPUSET, false, "/", "/sys/fs/cgroup/cpuset" },
		{ "40 31 0:37 / /sys/fs/cgroup/systemd rw,relatime - cgroup cgroup rw,name=systemd",
			false, 0, false, "/", "/sys/fs/cgroup/systemd" },
		/* One to three tags: systemd 252 on Linux 6.1, a slave mount, a container. */
		{ "29 22 0:26 / /sys/fs/cgroup rw,nosuid,nodev,noexec,relatime shared:9 - cgroup2 cgroup2 "
		  "rw,nsdelegate,memory_recursiveprot",
			true, 0, false, "/", "/sys/fs/cgroup" },
		{ "592 591 0:27 / /sys/fs/cgroup rw,relatime shared:3 master:9 - cgroup2 cgroup rw",
			true, 0, false, "/", "/sys/fs/cgroup" },
		{ "592 591 0:27 / /sys/fs/cgroup rw master:9 propagate_from:2 unbindable - cgroup2 cgroup "
		  "rw",
			true, 0, false, "/", "/sys/fs/cgroup" },
		/* v1, two controllers in one hierarchy: systemd 219 on Linux 3.10. */
		{ "33 24 0:28 / /sys/fs/cgroup/cpu,cpuacct rw,nosuid,nodev,noexec,relatime shared:15 - "
		  "cgroup cgroup rw,cpuacct,cpu",
			false, CPU | CPUACCT, false, "/", "/sys/fs/cgroup/cpu,cpuacct" },
		/* Read-only: the mount, or the file system. 'ro' as part of a word is not it. */
		{ "592 591 0:27 / /sys/fs/cgroup ro,nosuid,nodev,noexec,relatime - cgroup2 cgroup rw",
			true, 0, true, "/", "/sys/fs/cgroup" },
		{ "592 591 0:27 / /sys/fs/cgroup rw,relatime - cgroup2 cgroup ro", true, 0, true,
			"/", "/sys/fs/cgroup" },
		{ "1 2 0:3 / /ro rw,erofs,ronly - cgroup2 ro rw,errors=ro", true, 0, false, "/",
			"/ro" },
		/* Not the whole hierarchy: a bind mount; from outside the cgroup namespace. */
		{ "65 64 0:32 /process_api /mnt rw,relatime - cgroup cgroup rw,memory", false,
			MEMORY, false, "/process_api", "/mnt" },
		{ "64 43 0:38 /../.. /mnt rw,relatime - cgroup2 none rw", true, 0, false, "/../..",
			"/mnt" },
		/* Blanks, backslashes and a hash in names: seen on Linux 6.18. */
		{ "64 43 0:38 / /tmp/mm\\040b ro,relatime - cgroup2 none rw", true, 0, true, "/",
			"/tmp/mm b" },
		{ "64 43 0:38 /a\\011b\\012c /tmp/\\134040\\043 rw - cgroup2 none rw", true, 0,
			false, "/a\tb\nc", "/tmp/\\040#" },
		{ "64 43 0:38 / /tmp/\\303\\274\\9\\04 rw - cgroup2 none rw", true, 0, false, "/",
			"/tmp/\xc3\xbc\\9\\04" },
		/* A separator inside a name is escaped; one without blanks is part of it. */
		{ "64 43 0:38 / /tmp/a\\040-\\040cgroup rw - cgroup2 none rw", true, 0, false, "/",
			"/tmp/a - cgroup" },
		{ "64 43 0:38 / /tmp/- rw - cgroup2 - rw", true, 0, false, "/", "/tmp/-" },
		/* A newline at the end is no part of the options. */
		{ "32 31 0:29 / /c rw - cgroup cgroup rw,cpu\n", false, CPU, false, "/", "/c" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_mount(&rows[i]);
}

/* mount("", "/mnt", "cgroup2", …): the source is empty and its blanks meet. Seen on Linux 6.18. */
static void cgroup_mount_without_source(void **state)
{
	static const struct mount_row row = { "63 43 0:38 / /tmp/mm rw,relatime - cgroup2  rw",
		true, 0, false, "/", "/tmp/mm" };

	(void)state;
	check_mount(&row);
}

static void check_no_mount(const char *line)
{
	struct cgroup_mount mount = { 0 };

	check(!mountinfo_parse_line(line, &mount), "'%s' at '%s'", line, mount.point);
}

static void no_cgroup_mounts(void **state)
{
	static const char *const lines[] = {
		"27 1 254:0 / / rw,relatime - ext4 /dev/vda rw,discard",
		"31 23 0:28 / /sys/fs/cgroup rw,relatime - tmpfs tmpfs rw,mode=755",
		"1 2 0:3 / /sys/fs/cgroup rw - cgroup3 cgroup2 rw",
		"1 2 0:3 / /sys/fs/cgroup rw - cgrou cgroup rw",
		"1 2 0:3 / /cgroup2 rw - tmpfs cgroup2 rw,cpu",
		"1 2 0:3 /cgroup /cgroup rw cgroup - tmpfs cgroup rw",
		"",
		" ",
		"-",
		" - ",
		" - cgroup2",
		" - cgroup2 cgroup2 rw",
		"cgroup2",
		"\377\376\1 - \377",
		/* Nothing is mounted at, or has its root at, a relative path. */
		"29 22 0:26 a /sys/fs/cgroup rw - cgroup2 cgroup2 rw",
		"29 22 0:26 / b rw - cgroup2 cgroup2 rw",
		"29 22 0:26 \\000/a /b rw - cgroup2 cgroup2 rw",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++)
		check_no_mount(lines[i]);
}

/* Whatever is cut off, nothing breaks, and there is no mount until all fields are there. */
static void truncated_mount_lines(void **state)
{
	static const char whole[] =
		"29 22 0:26 / /sys/fs/cgroup rw,nosuid shared:9 - cgroup2 cgroup2 rw";

	(void)state;
	for (size_t length = 0; length < sizeof(whole) - 2; length++) {
		/* On the heap, so that ASan sees a read past the end. */
		char *line = strndup(whole, length);

		check_no_mount(line);
		free(line);
	}
}

/* The separator is no field of its own: what comes after it must not be taken for what is missing. */
static void fields_missing_before_the_separator(void **state)
{
	(void)state;
	check_no_mount("29 22 0:26 / /sys/fs/cgroup - cgroup2 cgroup2 rw");
	check_no_mount("29 22 0:26 - cgroup2 cgroup2 rw");
}

struct self_row {
	const char *text;
	controller_set wanted; /* 0: ask for the v2 path */
	const char *path;
};

static void check_self(const struct self_row *row)
{
	char *path =
		row->wanted ? self_cgroup_v1(row->text, row->wanted) : self_cgroup_v2(row->text);

	check_string(path, row->path, "0x%x in '%s'", row->wanted, row->text);
	free(path);
}

static void own_paths(void **state)
{
	static const char unified[] = "0::/user.slice/user-1000.slice/session-3.scope\n";
	/* Linux 6.18, hybrid. */
	static const char hybrid[] = "9:name=systemd:/init.scope\n"
				     "8:pids:/\n"
				     "7:blkio:/b\n"
				     "4:memory:/process_api/45da1235c717246fe94d71546c13721d\n"
				     "3:cpuset:/set\n"
				     "2:cpuacct:/acct\n"
				     "1:cpu:/share\n"
				     "0::/unified\n";
	/* Linux 3.10, v1 alone. */
	static const char legacy[] = "10:net_prio,net_cls:/\n"
				     "9:cpuset:/\n"
				     "4:cpuacct,cpu:/user.slice\n"
				     "1:name=systemd:/user.slice/user-0.slice/session-1.scope\n";
	static const struct self_row rows[] = {
		{ unified, 0, "/user.slice/user-1000.slice/session-3.scope" },
		{ unified, CPU, NULL },
		{ hybrid, 0, "/unified" },
		{ hybrid, MEMORY, "/process_api/45da1235c717246fe94d71546c13721d" },
		{ hybrid, CPU, "/share" },
		{ hybrid, CPUSET, "/set" },
		{ hybrid, CPUACCT, "/acct" },
		{ hybrid, IO, "/b" },
		{ hybrid, FREEZER, NULL },
		{ legacy, 0, NULL },
		{ legacy, CPU, "/user.slice" },
		{ legacy, CPU | CPUACCT, "/user.slice" },
		{ legacy, MEMORY, NULL },
		/* ':' and blanks are as good as any other character in a name. */
		{ "0::/docker:a/b::c d\n", 0, "/docker:a/b::c d" },
		{ "4:memory:/a:b/0::/c\n0::/x\n", MEMORY, "/a:b/0::/c" },
		{ "4:memory:/a:b/0::/c\n0::/x\n", 0, "/x" },
		{ "0::/../../sibling\n", 0, "/../../sibling" },
		/* Named hierarchies carry no controllers, whatever the name. */
		{ "2:name=memory:/x\n1:memory:/y\n", MEMORY, "/y" },
		{ "1::/x\n10::/y\n", 0, NULL },
		{ "0:cpu:/x\n", 0, NULL },
		/* The last line may lack its newline; cut or odd lines are no match. */
		{ "0::/x", 0, "/x" },
		{ "0::", 0, NULL },
		/* No path is relative. */
		{ "0::a\n0::/b\n", 0, "/b" },
		{ "4:memory:\n5:memory:c\n", MEMORY, NULL },
		{ "0:", 0, NULL },
		{ "0", 0, NULL },
		{ "", 0, NULL },
		{ "\n\n", 0, NULL },
		{ ":::\n0\n0:\n::\n0::/x\n", 0, "/x" },
		{ "4:memory", MEMORY, NULL },
		{ "4:memory\n:/x\n", MEMORY, NULL },
		{ "\377\377\n0::/x\n", 0, "/x" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_self(&rows[i]);
}

static void process_stats(void **state)
{
	static const struct {
		const char *text;
		bool valid;
		uint64_t pid;
		char state;
		uint64_t start;
	} rows[] = {
		{ "42 (cat) R 41 42 41 34817 42 4194304 96 0 0 0 0 0 0 0 20 0 1 0 127291 5627904 340",
			true, 42, 'R', 127291 },
		{ "42 (a) Z 1) (b) Z 41 42 41 34817 42 4194304 96 0 0 0 0 0 0 0 20 0 1 0 7\n", true,
			42, 'Z', 7 },
		{ "42 () S 41 42 41 0 -1 4194304 96 0 0 0 0 0 0 0 20 0 1 0 18446744073709551615 0",
			true, 42, 'S', UINT64_MAX },
		{ "", false, 0, 0, 0 },
		{ "42", false, 0, 0, 0 },
		{ "42 (cat)", false, 0, 0, 0 },
		{ "42 (cat) ", false, 0, 0, 0 },
		{ "42 (cat) R 41 42 41", false, 0, 0, 0 },
		{ "x (cat) R 41 42 41 34817 42 4194304 96 0 0 0 0 0 0 0 20 0 1 0 127291", false, 0,
			0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct process_stat stat;
		bool valid = process_stat_parse(rows[i].text, &stat);

		check(valid == rows[i].valid, "'%s' valid", rows[i].text);
		if (valid && rows[i].valid)
			check(stat.pid == rows[i].pid && stat.state == rows[i].state &&
					stat.start_time_ticks == rows[i].start,
				"'%s'", rows[i].text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(controller_names),
		cmocka_unit_test(controller_lists),
		cmocka_unit_test(format_controllers),
		cmocka_unit_test(numbers),
		cmocka_unit_test(scanners),
		cmocka_unit_test(keyed),
		cmocka_unit_test(nested),
		cmocka_unit_test(lines),
		cmocka_unit_test(lines_in_place),
		cmocka_unit_test(cgroup_mounts),
		cmocka_unit_test(cgroup_mount_without_source),
		cmocka_unit_test(no_cgroup_mounts),
		cmocka_unit_test(truncated_mount_lines),
		cmocka_unit_test(fields_missing_before_the_separator),
		cmocka_unit_test(own_paths),
		cmocka_unit_test(process_stats),
	};

	return RUN_TESTS(tests);
}
