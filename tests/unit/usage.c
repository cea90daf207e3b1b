/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/usage.c: single files, and whole nodes that are directories of plain files. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include "usage.h"

#define BIT CONTROLLER_BIT

static void check_known(struct reading reading, uint64_t value, const char *name)
{
	check(reading.known, "%s is not known", name);
	check(reading.value == value, "%s is %llu", name, (unsigned long long)reading.value);
}

/* Not known, and no number that somebody could print by mistake. */
static void check_unknown(struct reading reading, const char *name)
{
	check(!reading.known && reading.value == 0, "%s is %llu", name,
		(unsigned long long)reading.value);
}

#define KNOWN(usage, field, value) check_known((usage)->field, value, #field)
#define UNKNOWN(usage, field) check_unknown((usage)->field, #field)

static void cpu_stat_v2(void **state)
{
	struct usage usage = { 0 };

	(void)state;
	/* With the controller, Linux 5.15; without it, 6.18. */
	usage_parse_cpu_stat_v2(&usage, "usage_usec 23980000\nuser_usec 20100000\n"
					"system_usec 3880000\nnr_periods 123\nnr_throttled 41\n"
					"throttled_usec 4100000\nnr_bursts 7\nburst_usec 1500\n");
	KNOWN(&usage, cpu_usage_us, 23980000);
	KNOWN(&usage, cpu_user_us, 20100000);
	KNOWN(&usage, cpu_system_us, 3880000);
	KNOWN(&usage, cpu_periods, 123);
	KNOWN(&usage, cpu_throttled, 41);
	KNOWN(&usage, cpu_throttled_us, 4100000);
	KNOWN(&usage, cpu_bursts, 7);
	KNOWN(&usage, cpu_burst_us, 1500);
	usage_parse_cpu_stat_v2(&usage,
		"usage_usec 0\nuser_usec 549830435\nsystem_usec 106682649\nnice_usec 0\n");
	KNOWN(&usage, cpu_usage_us, 0);
	KNOWN(&usage, cpu_user_us, 549830435);
	UNKNOWN(&usage, cpu_periods);
	UNKNOWN(&usage, cpu_throttled);
	UNKNOWN(&usage, cpu_throttled_us);
	UNKNOWN(&usage, cpu_bursts);
	UNKNOWN(&usage, cpu_burst_us);
}

static void cpu_stat_v1(void **state)
{
	struct usage usage = { .cpu_usage_us = { true, 5 } };

	(void)state;
	/* Linux 6.18. Times are in nanoseconds. */
	usage_parse_cpu_stat_v1(&usage,
		"nr_periods 123\nnr_throttled 41\n"
		"throttled_time 4100000999\nnr_bursts 7\nburst_time 1500999\n");
	KNOWN(&usage, cpu_periods, 123);
	KNOWN(&usage, cpu_throttled, 41);
	KNOWN(&usage, cpu_throttled_us, 4100000);
	KNOWN(&usage, cpu_bursts, 7);
	KNOWN(&usage, cpu_burst_us, 1500);
	KNOWN(&usage, cpu_usage_us, 5);
}

static void empty_and_odd_files(void **state)
{
	static const char *const texts[] = { "", "\n", "usage_usec\n", "usage_usec x\n",
		"usage_usec -1\nnr_periods -1\nthrottled_time -1\n",
		"usage_usec 18446744073709551616\nthrottled_time 18446744073709551616\n",
		"Usage_usec 1\n nr_periods 1\n", "\377\376\n" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		struct usage usage = { 0 };

		usage_parse_cpu_stat_v2(&usage, texts[i]);
		usage_parse_cpu_stat_v1(&usage, texts[i]);
		UNKNOWN(&usage, cpu_usage_us);
		UNKNOWN(&usage, cpu_user_us);
		UNKNOWN(&usage, cpu_periods);
		UNKNOWN(&usage, cpu_throttled);
		UNKNOWN(&usage, cpu_throttled_us);
		check_unknown(usage_parse_pressure(texts[i]), "pressure");
	}
}

static void check_device(const struct usage *usage, unsigned index, unsigned major, unsigned minor,
	uint64_t read_bytes, uint64_t written_bytes, uint64_t reads, uint64_t writes)
{
	const struct usage_device *device = &usage->devices[index];

	check(index < usage->device_count, "%u of %u", index, usage->device_count);
	check(device->major == major && device->minor == minor, "%u is %u:%u", index, device->major,
		device->minor);
	check(device->read_bytes == read_bytes && device->reads == reads, "%u:%u read %llu in %llu",
		major, minor, (unsigned long long)device->read_bytes,
		(unsigned long long)device->reads);
	check(device->written_bytes == written_bytes && device->writes == writes,
		"%u:%u wrote %llu in %llu", major, minor, (unsigned long long)device->written_bytes,
		(unsigned long long)device->writes);
}

static void io_stat_v2(void **state)
{
	struct usage usage = { 0 };

	(void)state;
	usage_parse_io_stat_v2(&usage,
		"8:16 rbytes=1459200 wbytes=314773504 rios=192 wios=353 dbytes=0 dios=0\n"
		"8:0 rbytes=90430464 wbytes=299008000 rios=8950 wios=1252 dbytes=50331648 dios=3021 "
		"cost.vrate=100.00 cost.usage=0 use_delay=0 delay_nsec=0 depth=4294967295\n"
		"259:3 wios=4\n");
	assert_true(usage.io_known);
	assert_false(usage.io_limited_devices_only);
	assert_false(usage.io_more_devices);
	assert_int_equal(usage.device_count, 3);
	check_device(&usage, 0, 8, 16, 1459200, 314773504, 192, 353);
	check_device(&usage, 1, 8, 0, 90430464, 299008000, 8950, 1252);
	check_device(&usage, 2, 259, 3, 0, 0, 0, 4);
}

/* An empty io.stat is an answer: nothing was read or written. */
static void io_stat_v2_of_nothing(void **state)
{
	struct usage usage = { 0 };

	(void)state;
	usage_parse_io_stat_v2(&usage, "");
	assert_true(usage.io_known);
	assert_int_equal(usage.device_count, 0);
}

/* Hidden disks have no name (NVMe multipath, ZFS; containerd/cgroups#393): their lines are skipped. */
static void io_stat_v2_odd_lines(void **state)
{
	struct usage usage = { 0 };

	(void)state;
	usage_parse_io_stat_v2(&usage,
		"(unknown) rbytes=5 wbytes=5 rios=5 wios=5\n"
		"\n"
		"8\n"
		"8:\n"
		":0 rbytes=1\n"
		"8:x rbytes=1\n"
		"-8:0 rbytes=1\n"
		"4294967296:0 rbytes=1\n"
		"8:0x rbytes=1\n"
		"8:0 8:1x rbytes=1\n"
		"\377\n"
		"254:0 rbytes=4096 wbytes=junk rios=1 wios=18446744073709551616\n");
	assert_int_equal(usage.device_count, 1);
	check_device(&usage, 0, 254, 0, 4096, 0, 1, 0);
}

/*
 * Some kernels print the name of a device without counters and no newline, so the numbers are the
 * last one's. These lines are of a user's file, in canonical/lxd#10052.
 */
static void io_stat_v2_several_names_in_a_line(void **state)
{
	struct usage usage = { 0 };

	(void)state;
	usage_parse_io_stat_v2(&usage,
		"8:0 rbytes=7480011776 wbytes=72376660480 rios=371580 wios=11547682 dbytes=0 dios=0\n"
		"7:7 7:6 7:5 7:4 rbytes=28672 wbytes=0 rios=22 wios=0 dbytes=0 dios=0\n"
		"7:3 rbytes=518539264 wbytes=0 rios=13405 wios=0 dbytes=0 dios=0\n");
	assert_int_equal(usage.device_count, 3);
	check_device(&usage, 1, 7, 4, 28672, 0, 22, 0);
	check_device(&usage, 2, 7, 3, 518539264, 0, 13405, 0);
}

/* A machine with many loop devices has hundreds of names in one line: no part of it is lost. */
static void io_stat_v2_long_line(void **state)
{
	struct usage usage = { 0 };
	char text[8192];
	size_t length = 0;

	(void)state;
	for (unsigned i = 0; i < 300; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length, "7:%u ", i);
	snprintf(text + length, sizeof(text) - length,
		"254:0 rbytes=28672 wbytes=123456789 rios=22 wios=1234\n");
	usage_parse_io_stat_v2(&usage, text);
	assert_int_equal(usage.device_count, 1);
	check_device(&usage, 0, 254, 0, 28672, 123456789, 22, 1234);
	/* Wherever the line was cut before, there is no half number. */
	for (size_t blanks = 400; blanks < 600; blanks++) {
		snprintf(text, sizeof(text), "8:0%*s rbytes=123456789\n", (int)blanks, "");
		usage_parse_io_stat_v2(&usage, text);
		check_device(&usage, 1, 8, 0, 123456789, 0, 0, 0);
	}
}

/* What does not fit is left out, and said to be. */
static void more_devices_than_fit(void **state)
{
	char text[USAGE_DEVICES_MAX * 64] = "";
	struct usage usage = { 0 };
	size_t length = 0;

	(void)state;
	for (unsigned i = 0; i < USAGE_DEVICES_MAX; i++)
		length += (size_t)snprintf(text + length, sizeof(text) - length,
			"8:%u rbytes=%u wbytes=0 rios=1 wios=0\n", i, i);
	usage_parse_io_stat_v2(&usage, text);
	assert_int_equal(usage.device_count, USAGE_DEVICES_MAX);
	assert_false(usage.io_more_devices);
	usage_parse_io_stat_v2(&usage, "9:0 rbytes=1 wbytes=1 rios=1 wios=1\n"
				       "8:3 rbytes=30 wbytes=0 rios=10 wios=0\n");
	assert_true(usage.io_more_devices);
	assert_int_equal(usage.device_count, USAGE_DEVICES_MAX);
	/* A device that has its place is found again behind one that has none. */
	check_device(&usage, 3, 8, 3, 30, 0, 10, 0);
	check_device(&usage, 15, 8, 15, 15, 0, 1, 0);
}

static void blkio_v1(void **state)
{
	/* Linux 6.18, for the first device; Linux 3.10 has no Discard. */
	static const char bytes[] = "254:0 Read 90112\n"
				    "254:0 Write 4096\n"
				    "254:0 Sync 90112\n"
				    "254:0 Async 4096\n"
				    "254:0 Discard 0\n"
				    "254:0 Total 94208\n"
				    "8:0 Read 512\n"
				    "8:0 Write 0\n"
				    "8:0 Sync 512\n"
				    "8:0 Async 0\n"
				    "8:0 Total 512\n"
				    "Total 94720\n";
	static const char operations[] = "8:0 Read 1\n"
					 "8:0 Write 0\n"
					 "254:0 Read 2\n"
					 "254:0 Write 3\n"
					 "(unknown) Read 77\n"
					 "Total 6\n";
	struct usage usage = { 0 };

	(void)state;
	usage_parse_blkio_v1(&usage, bytes, true);
	usage_parse_blkio_v1(&usage, operations, false);
	assert_true(usage.io_known);
	assert_true(usage.io_limited_devices_only);
	assert_int_equal(usage.device_count, 2);
	check_device(&usage, 0, 254, 0, 90112, 4096, 2, 3);
	check_device(&usage, 1, 8, 0, 512, 0, 1, 0);
}

static void blkio_v1_odd_lines(void **state)
{
	struct usage usage = { 0 };

	(void)state;
	usage_parse_blkio_v1(&usage,
		"Total 0\n\n8:0\n8:0 \n8:0 Read\n8:0 Read x\n8:0 Reads 5\n8:0 read 5\n8:0 Read 5x\n"
		"8:0 Read 18446744073709551616\n:\n\377\n",
		true);
	assert_true(usage.io_known);
	for (unsigned i = 0; i < usage.device_count; i++)
		check_device(&usage, i, 8, 0, 0, 0, 0, 0);
}

static void pressure(void **state)
{
	/* Linux 6.18. */
	static const char both[] = "some avg10=0.03 avg60=0.43 avg300=0.48 total=26715882\n"
				   "full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n";

	(void)state;
	check_known(usage_parse_pressure(both), 26715882, "some of both");
	check_known(usage_parse_full_pressure(both), 7, "full of both");
	/* cpu.pressure before Linux 5.13. */
	check_known(usage_parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00 total=0\n"), 0,
		"one line");
	check_unknown(usage_parse_pressure("full avg10=0.00 avg60=0.00 avg300=0.00 total=7\n"),
		"no 'some'");
	check_unknown(usage_parse_pressure("some avg10=0.00 avg60=0.00 avg300=0.00\n"), "no total");
	check_unknown(usage_parse_pressure("something total=5\n"), "another word");
}

static void refaults(void **state)
{
	(void)state;
	/* Linux 6.1 on v2, 5.4 on v2, 6.18 on v1. */
	check_known(usage_parse_refaults("file 5\nworkingset_refault_anon 3\n"
					 "workingset_refault_file 4\nworkingset_activate_anon 9\n",
			    4096),
		UINT64_C(7) * 4096, "two counters");
	check_known(usage_parse_refaults("file 5\nworkingset_refault 4\n", 4096), 16384, "one");
	check_known(usage_parse_refaults("cache 0\nworkingset_refault_file 1\ntotal_cache 0\n"
					 "total_workingset_refault_anon 0\n"
					 "total_workingset_refault_file 2\n",
			    4096),
		8192, "v1");
	check_unknown(usage_parse_refaults("file 5\n", 4096), "none");
}

/* A node whose groups are directories of a tree. */
struct scene {
	struct tree tree;
	struct plan plan;
	struct node node;
	struct usage usage;
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct scene));
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	for (unsigned i = 0; i < scene->plan.group_count; i++)
		close(scene->node.group_fds[i]);
	tree_release(&scene->tree);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static void add_group(struct scene *scene, bool v2, const char *directory,
	controller_set controllers)
{
	unsigned index = scene->plan.group_count++;

	scene->plan.groups[index] = (struct plan_group){ .v2 = v2, .controllers = controllers };
	scene->node.plan = &scene->plan;
	scene->node.group_fds[index] =
		openat(scene->tree.fd, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(scene->node.group_fds[index] >= 0, "%s", directory);
}

/* Everything unknown, as far as memory, pids and io go. */
static void check_no_controllers(const struct usage *usage)
{
	UNKNOWN(usage, memory_peak_bytes);
	UNKNOWN(usage, memory_max_events);
	UNKNOWN(usage, memory_oom);
	UNKNOWN(usage, memory_oom_kill);
	UNKNOWN(usage, swap_peak_bytes);
	UNKNOWN(usage, pids_peak);
	UNKNOWN(usage, pids_refused);
	assert_false(usage->io_known);
	assert_int_equal(usage->device_count, 0);
}

static void node_v2(void **state)
{
	struct scene *scene = *state;
	const struct usage *usage = &scene->usage;

	tree_unpack(&scene->tree, "node-v2");
	add_group(scene, true, "node",
		BIT(CONTROLLER_CPU) | BIT(CONTROLLER_MEMORY) | BIT(CONTROLLER_IO) |
			BIT(CONTROLLER_PIDS));
	usage_read(&scene->usage, &scene->node);
	KNOWN(usage, cpu_usage_us, 23980000);
	KNOWN(usage, cpu_periods, 123);
	KNOWN(usage, cpu_throttled_us, 4100000);
	KNOWN(usage, memory_peak_bytes, 524288000);
	KNOWN(usage, swap_peak_bytes, 1048576);
	KNOWN(usage, memory_max_events, 117);
	/* 'oom' of our own group, 'oom_kill' of the whole tree. */
	KNOWN(usage, memory_oom, 1);
	KNOWN(usage, memory_oom_kill, 3);
	KNOWN(usage, pids_peak, 42);
	KNOWN(usage, pids_refused, 5);
	KNOWN(usage, pressure_cpu_us, 3816000);
	KNOWN(usage, pressure_memory_us, 1477000);
	KNOWN(usage, pressure_io_us, 246000);
	assert_true(usage->io_known);
	assert_false(usage->io_limited_devices_only);
	check_device(usage, 0, 254, 0, 13002752, 92274688, 311, 1204);
}

/* Linux 4.15, say: most files are not there yet. */
static void node_v2_of_an_old_kernel(void **state)
{
	static const char *const newer[] = { "memory.peak", "memory.swap.peak",
		"memory.events.local", "pids.peak", "cpu.pressure", "io.pressure",
		"memory.pressure" };
	struct scene *scene = *state;
	const struct usage *usage = &scene->usage;

	tree_unpack(&scene->tree, "node-v2");
	for (size_t i = 0; i < ARRAY_SIZE(newer); i++) {
		char path[64];

		snprintf(path, sizeof(path), "/node/%s", newer[i]);
		tree_unlink(&scene->tree, path);
	}
	tree_write(&scene->tree, "/node/memory.events", "low 0\nhigh 0\nmax 117\noom 1\n");
	add_group(scene, true, "node", BIT(CONTROLLER_MEMORY) | BIT(CONTROLLER_PIDS));
	/* What was in there before does not shine through. */
	memset(&scene->usage, 0xff, sizeof(scene->usage));
	usage_read(&scene->usage, &scene->node);
	KNOWN(usage, cpu_usage_us, 23980000);
	KNOWN(usage, memory_max_events, 117);
	KNOWN(usage, pids_refused, 5);
	UNKNOWN(usage, memory_peak_bytes);
	UNKNOWN(usage, swap_peak_bytes);
	UNKNOWN(usage, memory_oom);
	UNKNOWN(usage, memory_oom_kill);
	UNKNOWN(usage, pids_peak);
	UNKNOWN(usage, pressure_cpu_us);
	UNKNOWN(usage, pressure_memory_us);
	UNKNOWN(usage, pressure_io_us);
	assert_false(usage->io_known);
}

static void node_v2_without_controllers(void **state)
{
	struct scene *scene = *state;

	tree_unpack(&scene->tree, "node-v2");
	add_group(scene, true, "node", 0);
	usage_read(&scene->usage, &scene->node);
	KNOWN(&scene->usage, cpu_usage_us, 23980000);
	KNOWN(&scene->usage, pressure_io_us, 246000);
	check_no_controllers(&scene->usage);
}

static void add_v1_groups(struct scene *scene)
{
	add_group(scene, false, "cpu", BIT(CONTROLLER_CPU));
	add_group(scene, false, "cpuacct", BIT(CONTROLLER_CPUACCT));
	add_group(scene, false, "memory", BIT(CONTROLLER_MEMORY));
	add_group(scene, false, "pids", BIT(CONTROLLER_PIDS));
	add_group(scene, false, "blkio", BIT(CONTROLLER_IO));
}

static void check_v1_node(const struct usage *usage)
{
	KNOWN(usage, cpu_usage_us, 23980000);
	KNOWN(usage, cpu_user_us, 20100000);
	KNOWN(usage, cpu_system_us, 3880000);
	KNOWN(usage, cpu_periods, 123);
	KNOWN(usage, cpu_throttled, 41);
	KNOWN(usage, cpu_throttled_us, 4100000);
	KNOWN(usage, memory_peak_bytes, 524288000);
	KNOWN(usage, memory_max_events, 117);
	KNOWN(usage, memory_oom_kill, 3);
	/* v1 does not say whose limit it was. */
	UNKNOWN(usage, memory_oom);
	UNKNOWN(usage, swap_peak_bytes);
	KNOWN(usage, pids_peak, 42);
	KNOWN(usage, pids_refused, 5);
	assert_true(usage->io_known);
	assert_true(usage->io_limited_devices_only);
	assert_int_equal(usage->device_count, 1);
	check_device(usage, 0, 254, 0, 90112, 4096, 2, 1);
}

static void node_v1(void **state)
{
	struct scene *scene = *state;

	tree_unpack(&scene->tree, "node-v1");
	add_v1_groups(scene);
	usage_read(&scene->usage, &scene->node);
	check_v1_node(&scene->usage);
	UNKNOWN(&scene->usage, pressure_cpu_us);
}

/* The v2 group beside them counts CPU time and pressure, v1 the throttling. */
static void node_hybrid(void **state)
{
	struct scene *scene = *state;

	tree_unpack(&scene->tree, "node-v1");
	tree_write(&scene->tree, "/unified/cpu.stat",
		"usage_usec 23980000\nuser_usec 20100000\nsystem_usec 3880000\nnice_usec 0\n");
	tree_write(&scene->tree, "/unified/cpu.pressure",
		"some avg10=0.00 avg60=0.00 avg300=0.00 total=12\n");
	tree_unlink(&scene->tree, "/cpuacct/cpuacct.usage");
	add_group(scene, true, "unified", 0);
	add_v1_groups(scene);
	usage_read(&scene->usage, &scene->node);
	check_v1_node(&scene->usage);
	KNOWN(&scene->usage, pressure_cpu_us, 12);
	UNKNOWN(&scene->usage, pressure_io_us);
}

/* No memsw without swap accounting; a kernel before 4.13 counts no kills. */
static void node_v1_without_some_files(void **state)
{
	struct scene *scene = *state;
	const struct usage *usage = &scene->usage;

	tree_unpack(&scene->tree, "node-v1");
	tree_unlink(&scene->tree, "/memory/memory.memsw.failcnt");
	tree_write(&scene->tree, "/memory/memory.oom_control", "oom_kill_disable 0\nunder_oom 0\n");
	tree_unlink(&scene->tree, "/pids/pids.peak");
	tree_unlink(&scene->tree, "/cpuacct/cpuacct.usage_user");
	tree_unlink(&scene->tree, "/blkio/blkio.throttle.io_service_bytes");
	tree_unlink(&scene->tree, "/blkio/blkio.throttle.io_serviced");
	add_v1_groups(scene);
	usage_read(&scene->usage, &scene->node);
	KNOWN(usage, cpu_usage_us, 23980000);
	UNKNOWN(usage, cpu_user_us);
	KNOWN(usage, memory_max_events, 100);
	UNKNOWN(usage, memory_oom_kill);
	UNKNOWN(usage, pids_peak);
	assert_false(usage->io_known);
}

/* v1's failcnt need not count when a limit is hit: 0 is no answer there. */
static void node_v1_counts_of_failures(void **state)
{
	struct scene *scene = *state;

	tree_unpack(&scene->tree, "node-v1");
	tree_write(&scene->tree, "/memory/memory.failcnt", "0\n");
	tree_write(&scene->tree, "/memory/memory.memsw.failcnt", "1\n");
	add_v1_groups(scene);
	usage_read(&scene->usage, &scene->node);
	KNOWN(&scene->usage, memory_max_events, 1);
	tree_write(&scene->tree, "/memory/memory.memsw.failcnt", "0\n");
	usage_read(&scene->usage, &scene->node);
	assert_false(scene->usage.memory_max_events.known);
}

/* An io.stat without lines is an answer; one that is not there is none. */
static void node_v2_without_io(void **state)
{
	struct scene *scene = *state;

	tree_unpack(&scene->tree, "node-v2");
	tree_write(&scene->tree, "/node/io.stat", "");
	add_group(scene, true, "node", BIT(CONTROLLER_IO));
	usage_read(&scene->usage, &scene->node);
	assert_true(scene->usage.io_known);
	assert_int_equal(scene->usage.device_count, 0);
	tree_unlink(&scene->tree, "/node/io.stat");
	usage_read(&scene->usage, &scene->node);
	assert_false(scene->usage.io_known);
}

static void node_without_files(void **state)
{
	struct scene *scene = *state;
	const struct usage *usage = &scene->usage;

	tree_make(&scene->tree);
	tree_write(&scene->tree, "/node/tasks", "");
	add_group(scene, true, "node", BIT(CONTROLLERS) - 1);
	usage_read(&scene->usage, &scene->node);
	UNKNOWN(usage, cpu_usage_us);
	UNKNOWN(usage, cpu_periods);
	UNKNOWN(usage, pressure_memory_us);
	check_no_controllers(usage);
	/* The same as a v1 group, and as no group at all. */
	scene->plan.groups[0].v2 = false;
	usage_read(&scene->usage, &scene->node);
	UNKNOWN(usage, cpu_usage_us);
	check_no_controllers(usage);
	scene->plan.groups[0].controllers = 0;
	usage_read(&scene->usage, &scene->node);
	check_no_controllers(usage);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(cpu_stat_v2),
		cmocka_unit_test(cpu_stat_v1),
		cmocka_unit_test(empty_and_odd_files),
		cmocka_unit_test(io_stat_v2),
		cmocka_unit_test(io_stat_v2_of_nothing),
		cmocka_unit_test(io_stat_v2_odd_lines),
		cmocka_unit_test(io_stat_v2_several_names_in_a_line),
		cmocka_unit_test(io_stat_v2_long_line),
		cmocka_unit_test(more_devices_than_fit),
		cmocka_unit_test(blkio_v1),
		cmocka_unit_test(blkio_v1_odd_lines),
		cmocka_unit_test(pressure),
		cmocka_unit_test(refaults),
		TEST(node_v2),
		TEST(node_v2_of_an_old_kernel),
		TEST(node_v2_without_controllers),
		TEST(node_v1),
		TEST(node_hybrid),
		TEST(node_v1_without_some_files),
		TEST(node_v1_counts_of_failures),
		TEST(node_v2_without_io),
		TEST(node_without_files),
	};

	return RUN_TESTS(tests);
}
