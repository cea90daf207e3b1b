/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/sample.c: whole nodes that are directories of plain files, read while they change. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include "monotonic.h"
#include "sample.h"

#define BIT CONTROLLER_BIT

struct scene {
	struct tree tree;
	struct plan plan;
	struct node node;
	struct sampler sampler;
	struct sample sample;
};

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct scene));
	return *state ? 0 : -1;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	sampler_close(&scene->sampler);
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
	scene->node.group_fds[index] =
		openat(scene->tree.fd, directory, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	check(scene->node.group_fds[index] >= 0, "%s", directory);
}

static void read_sample(struct scene *scene)
{
	scene->node.plan = &scene->plan;
	sampler_open(&scene->sampler, &scene->node, monotonic_us());
	sampler_read(&scene->sampler, &scene->sample);
}

static void check_value(const struct scene *scene, enum sample_field field, uint64_t value)
{
	const struct reading *reading = &scene->sample.values[field];

	check(reading->known && reading->value == value, "%s: %d, %llu", sample_names[field],
		reading->known, (unsigned long long)reading->value);
}

static void check_unknown(const struct scene *scene, enum sample_field field)
{
	const struct reading *reading = &scene->sample.values[field];

	check(!reading->known && reading->value == 0, "%s: %llu", sample_names[field],
		(unsigned long long)reading->value);
}

static void every_field_has_a_name(void **state)
{
	(void)state;
	for (unsigned i = 0; i < SAMPLE_FIELDS; i++) {
		assert_non_null(sample_names[i]);
		for (unsigned j = 0; j < i; j++)
			assert_string_not_equal(sample_names[i], sample_names[j]);
	}
}

static void make_v2(struct scene *scene)
{
	tree_unpack(&scene->tree, "node-v2");
	tree_write(&scene->tree, "/node/memory.current", "314572800\n");
	tree_write(&scene->tree, "/node/memory.swap.current", "4096\n");
	tree_write(&scene->tree, "/node/memory.stat",
		"anon 209715200\nfile 52428800\n"
		"kernel 9000000\nanon_thp 7\n");
	tree_write(&scene->tree, "/node/pids.current", "17\n");
}

static void node_v2(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	add_group(scene, true, "node",
		BIT(CONTROLLER_CPU) | BIT(CONTROLLER_MEMORY) | BIT(CONTROLLER_PIDS) |
			BIT(CONTROLLER_IO));
	read_sample(scene);
	check_value(scene, SAMPLE_CPU_US, 23980000);
	check_value(scene, SAMPLE_CPU_USER_US, 20100000);
	check_value(scene, SAMPLE_CPU_SYSTEM_US, 3880000);
	check_value(scene, SAMPLE_THROTTLED_US, 4100000);
	check_value(scene, SAMPLE_MEMORY_BYTES, 300 * MIB);
	check_value(scene, SAMPLE_ANON_BYTES, 200 * MIB);
	check_value(scene, SAMPLE_FILE_BYTES, 50 * MIB);
	check_value(scene, SAMPLE_SWAP_BYTES, 4096);
	check_value(scene, SAMPLE_READ_BYTES, 13002752);
	check_value(scene, SAMPLE_WRITTEN_BYTES, 92274688);
	check_value(scene, SAMPLE_READS, 311);
	check_value(scene, SAMPLE_WRITES, 1204);
	check_value(scene, SAMPLE_PIDS, 17);
	check_value(scene, SAMPLE_FORKS_REFUSED, 5);
	check_value(scene, SAMPLE_OOM_KILLS, 3);
	check_value(scene, SAMPLE_PRESSURE_CPU_US, 3816000);
	check_value(scene, SAMPLE_PRESSURE_MEMORY_US, 1477000);
	check_value(scene, SAMPLE_PRESSURE_IO_US, 246000);
}

/* The same descriptors read what the files say later. */
static void values_follow_the_files(void **state)
{
	struct scene *scene = *state;
	struct sample before;

	make_v2(scene);
	add_group(scene, true, "node", BIT(CONTROLLER_MEMORY) | BIT(CONTROLLER_IO));
	read_sample(scene);
	before = scene->sample;
	tree_write(&scene->tree, "/node/memory.current", "1\n");
	tree_write(&scene->tree, "/node/cpu.stat", "usage_usec 23980007\n");
	tree_write(&scene->tree, "/node/io.stat",
		"254:0 rbytes=13002762 wbytes=92274688 rios=311 wios=1204\n"
		"254:16 rbytes=5 wbytes=1 rios=1 wios=1\n");
	sampler_read(&scene->sampler, &scene->sample);
	check_value(scene, SAMPLE_MEMORY_BYTES, 1);
	assert_int_equal(sample_growth(&before, &scene->sample, SAMPLE_CPU_US).value, 7);
	assert_int_equal(sample_growth(&before, &scene->sample, SAMPLE_READ_BYTES).value, 15);
	/* What is not told any more is not known any more. */
	check_unknown(scene, SAMPLE_CPU_USER_US);
	assert_false(sample_growth(&before, &scene->sample, SAMPLE_CPU_USER_US).known);
	/* A counter never runs backwards. */
	assert_int_equal(sample_growth(&scene->sample, &before, SAMPLE_CPU_US).value, 0);
}

/* A node of device-mapper over a disk: its bytes are no others than the disk's. */
static void a_device_on_another(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	tree_write(&scene->tree, "/node/io.stat",
		"254:16 rbytes=100 wbytes=7 rios=10 wios=1\n"
		"253:0 rbytes=90 wbytes=30 rios=20 wios=3\n");
	add_group(scene, true, "node", BIT(CONTROLLER_IO));
	read_sample(scene);
	scene->sampler.devices[0] = (struct sample_device){ 254, 16, false };
	scene->sampler.devices[1] = (struct sample_device){ 253, 0, true };
	scene->sampler.device_count = 2;
	sampler_read(&scene->sampler, &scene->sample);
	check_value(scene, SAMPLE_READ_BYTES, 100);
	check_value(scene, SAMPLE_WRITTEN_BYTES, 30);
	check_value(scene, SAMPLE_READS, 20);
	check_value(scene, SAMPLE_WRITES, 3);
	/* Unrelated devices are added up. */
	scene->sampler.devices[1].on_others = false;
	sampler_read(&scene->sampler, &scene->sample);
	check_value(scene, SAMPLE_READ_BYTES, 190);
}

static void node_v2_without_controllers(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	add_group(scene, true, "node", 0);
	read_sample(scene);
	check_value(scene, SAMPLE_CPU_US, 23980000);
	check_value(scene, SAMPLE_PRESSURE_IO_US, 246000);
	check_unknown(scene, SAMPLE_MEMORY_BYTES);
	check_unknown(scene, SAMPLE_ANON_BYTES);
	check_unknown(scene, SAMPLE_READ_BYTES);
	check_unknown(scene, SAMPLE_WRITES);
	check_unknown(scene, SAMPLE_PIDS);
	check_unknown(scene, SAMPLE_OOM_KILLS);
}

static void make_v1(struct scene *scene)
{
	tree_unpack(&scene->tree, "node-v1");
	tree_write(&scene->tree, "/memory/memory.usage_in_bytes", "314572800\n");
	tree_write(&scene->tree, "/memory/memory.stat",
		"cache 1\nrss 2\nswap 3\ntotal_cache 52428800\ntotal_rss 209715200\n"
		"total_swap 4096\n");
	tree_write(&scene->tree, "/pids/pids.current", "17\n");
	add_group(scene, false, "cpu", BIT(CONTROLLER_CPU));
	add_group(scene, false, "cpuacct", BIT(CONTROLLER_CPUACCT));
	add_group(scene, false, "memory", BIT(CONTROLLER_MEMORY));
	add_group(scene, false, "pids", BIT(CONTROLLER_PIDS));
	add_group(scene, false, "blkio", BIT(CONTROLLER_IO));
}

static void check_v1(const struct scene *scene)
{
	check_value(scene, SAMPLE_CPU_US, 23980000);
	check_value(scene, SAMPLE_THROTTLED_US, 4100000);
	check_value(scene, SAMPLE_MEMORY_BYTES, 300 * MIB);
	check_value(scene, SAMPLE_ANON_BYTES, 200 * MIB);
	check_value(scene, SAMPLE_FILE_BYTES, 50 * MIB);
	check_value(scene, SAMPLE_SWAP_BYTES, 4096);
	check_value(scene, SAMPLE_READ_BYTES, 90112);
	check_value(scene, SAMPLE_WRITTEN_BYTES, 4096);
	check_value(scene, SAMPLE_READS, 2);
	check_value(scene, SAMPLE_WRITES, 1);
	check_value(scene, SAMPLE_PIDS, 17);
	check_value(scene, SAMPLE_FORKS_REFUSED, 5);
	check_value(scene, SAMPLE_OOM_KILLS, 3);
}

static void node_v1(void **state)
{
	struct scene *scene = *state;

	make_v1(scene);
	read_sample(scene);
	check_v1(scene);
	check_value(scene, SAMPLE_CPU_USER_US, 20100000);
	check_unknown(scene, SAMPLE_PRESSURE_CPU_US);
}

/* The v2 group beside them is asked for CPU time and pressure, and v1's files for it are left alone. */
static void node_hybrid(void **state)
{
	struct scene *scene = *state;

	make_v1(scene);
	tree_write(&scene->tree, "/unified/cpu.stat",
		"usage_usec 23980000\nuser_usec 1\nsystem_usec 2\n");
	tree_write(&scene->tree, "/unified/cpu.pressure",
		"some avg10=0.00 avg60=0.00 avg300=0.00 total=12\n");
	/* The v2 group is the first. */
	memmove(scene->plan.groups + 1, scene->plan.groups,
		scene->plan.group_count * sizeof(scene->plan.groups[0]));
	memmove(scene->node.group_fds + 1, scene->node.group_fds,
		scene->plan.group_count * sizeof(scene->node.group_fds[0]));
	scene->plan.groups[0] = (struct plan_group){ .v2 = true };
	scene->node.group_fds[0] =
		openat(scene->tree.fd, "unified", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	scene->plan.group_count++;
	read_sample(scene);
	check_v1(scene);
	check_value(scene, SAMPLE_CPU_USER_US, 1);
	check_value(scene, SAMPLE_PRESSURE_CPU_US, 12);
	check_unknown(scene, SAMPLE_PRESSURE_IO_US);
}

static void node_without_groups(void **state)
{
	struct scene *scene = *state;

	read_sample(scene);
	for (unsigned i = 0; i < SAMPLE_FIELDS; i++)
		check_unknown(scene, i);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(every_field_has_a_name),
		TEST(node_v2),
		TEST(values_follow_the_files),
		TEST(a_device_on_another),
		TEST(node_v2_without_controllers),
		TEST(node_v1),
		TEST(node_hybrid),
		TEST(node_without_groups),
	};

	return RUN_TESTS(tests);
}
