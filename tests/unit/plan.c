/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/plan.c and src/plan_settings.c: what would be done on hand-made and real machines. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include <errno.h>

#include "plan.h"

#define CPU CONTROLLER_BIT(CONTROLLER_CPU)
#define MEMORY CONTROLLER_BIT(CONTROLLER_MEMORY)
#define IO CONTROLLER_BIT(CONTROLLER_IO)
#define PIDS CONTROLLER_BIT(CONTROLLER_PIDS)
#define CPUSET CONTROLLER_BIT(CONTROLLER_CPUSET)
#define CPUACCT CONTROLLER_BIT(CONTROLLER_CPUACCT)
#define FREEZER CONTROLLER_BIT(CONTROLLER_FREEZER)
#define MAIN_ONES (CPU | MEMORY | IO | PIDS)

/* clang-format off */
#define NUMBER(number) (struct quantity){ QUANTITY_NUMBER, number }
#define PERCENT(hundredths) (struct quantity){ QUANTITY_PERCENT, hundredths }
#define MAX (struct quantity){ QUANTITY_MAX, 0 }
/* clang-format on */

/* What was asked, on which machine, and what came of it. */
struct scene {
	struct tree tree;
	struct spec spec;
	struct host host;
	bool discovered; /* the host is to be released; a hand-made one owns nothing */
	struct plan plan;
	struct fault f;
	char *command[4];
	char text[4096]; /* what is compared */
};

static char word_make[] = "make", word_j[] = "-j", word_4[] = "4";

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	*state = scene;
	spec_init(&scene->spec);
	scene->command[0] = word_make;
	scene->command[1] = word_j;
	scene->command[2] = word_4;
	scene->spec.command = scene->command;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	plan_release(&scene->plan);
	if (scene->discovered)
		host_release(&scene->host);
	tree_release(&scene->tree);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static char v2_mount[] = "/sys/fs/cgroup";
static char v2_middle[] = "/sys/fs/cgroup/a";
static char v2_own[] = "/sys/fs/cgroup/a/b";

static struct host common_host(void)
{
	return (struct host){
		.mem_total_bytes = 16 * GIB,
		.swap_total_bytes = 2 * GIB,
		.page_size_bytes = 4096,
		.pid = 77,
		.start_time_ticks = 123456,
	};
}

/* v2 with everything offered and nothing switched on; the caller in /a/b, which is empty. */
static struct host unified_host(void)
{
	struct host host = common_host();

	host.mode = HOST_UNIFIED;
	host.v2_mount = v2_mount;
	host.level_count = 3;
	host.levels[0] = (struct host_level){ .path = v2_own };
	host.levels[1] = (struct host_level){ .path = v2_middle };
	host.levels[2] = (struct host_level){
		.path = v2_mount,
		.controllers = MAIN_ONES | CPUSET,
		.is_root = true,
	};
	return host;
}

static void add_v1(struct host *host, controller_set controllers, char *mount, char *own)
{
	host->v1[host->v1_count++] = (struct host_v1){
		.controllers = controllers,
		.mount = mount,
		.own = own,
	};
}

/* v1 alone, cpu and cpuacct in one hierarchy. */
static struct host legacy_host(void)
{
	static char freezer[] = "/sys/fs/cgroup/freezer", cpu[] = "/sys/fs/cgroup/cpu,cpuacct";
	static char memory[] = "/sys/fs/cgroup/memory", pids[] = "/sys/fs/cgroup/pids";
	static char blkio[] = "/sys/fs/cgroup/blkio", cpuset[] = "/sys/fs/cgroup/cpuset";
	static char root[] = "/", own[] = "/user.slice";
	struct host host = common_host();

	host.mode = HOST_LEGACY;
	add_v1(&host, FREEZER, freezer, root);
	add_v1(&host, CPU | CPUACCT, cpu, own);
	add_v1(&host, MEMORY, memory, own);
	add_v1(&host, PIDS, pids, own);
	add_v1(&host, IO, blkio, own);
	add_v1(&host, CPUSET, cpuset, root);
	return host;
}

/* The same with a v2 tree beside it that has no controllers. */
static struct host hybrid_host(void)
{
	static char mount[] = "/sys/fs/cgroup/unified";
	struct host host = legacy_host();

	host.mode = HOST_HYBRID;
	host.v2_mount = mount;
	host.level_count = 1;
	host.levels[0] = (struct host_level){
		.path = mount,
		.is_root = true,
	};
	return host;
}

/* Plan again; the plan of the time before is gone. */
static int make(struct scene *scene)
{
	plan_release(&scene->plan);
	scene->f = (struct fault){ 0 };
	return plan_make(&scene->plan, &scene->spec, &scene->host, &scene->f);
}

static void check_made(struct scene *scene)
{
	int result = make(scene);

	check(result == 0, "'%s'", scene->f.what);
}

/* Discover the machine of a fixture, for what is asked now. */
static void visit(struct scene *scene, const char *name)
{
	int result;

	tree_unpack(&scene->tree, name);
	scene->discovered = true;
	result = host_discover(&scene->host, &scene->spec, scene->tree.fd, &scene->f);
	check(result == 0, "%s: '%s'", name, scene->f.what);
}

static void add_io(struct scene *scene, enum io_key key, const char *option, unsigned minor,
	struct quantity value)
{
	static char description[] = "a device";
	unsigned index = scene->spec.io_count++;

	scene->spec.io[index] = (struct spec_io){ key, option, "device", value };
	scene->host.devices.list[index] = (struct device){
		.io = index,
		.major = 8,
		.minor = minor,
		.description = description,
	};
	scene->host.devices.count = scene->spec.io_count;
}

/* 'HIERARCHY/FILE TEXT', 'shared HIERARCHY/FILE TEXT' with --group, a line for each setting, in their order. */
static const char *settings_text(struct scene *scene)
{
	size_t length = 0;

	scene->text[0] = '\0';
	for (unsigned i = 0; i < scene->plan.setting_count; i++) {
		const struct plan_setting *entry = &scene->plan.settings[i];
		const struct plan_group *group = plan_setting_group(&scene->plan, entry);

		check(entry->group < (entry->shared ? scene->plan.shared.group_count
						    : scene->plan.group_count),
			"%s", entry->setting.file);
		check(group->controllers & CONTROLLER_BIT(entry->setting.controller), "%s in %s",
			entry->setting.file, group->path);
		length += (size_t)snprintf(scene->text + length, sizeof(scene->text) - length,
			"%s%s/%s %s\n", entry->shared ? "shared " : "",
			strrchr(group->mount, '/') + 1, entry->setting.file, entry->setting.text);
	}
	return scene->text;
}

static void check_settings(struct scene *scene, const char *expected)
{
	check_made(scene);
	assert_string_equal(settings_text(scene), expected);
}

/* 'GROUP: REQUIRED; WANTED', a line for each group that is changed, in their order. */
static void check_enables(struct scene *scene, const char *expected)
{
	size_t length = 0;

	check_made(scene);
	scene->text[0] = '\0';
	for (unsigned i = 0; i < scene->plan.enable_count; i++) {
		const struct plan_enable *enable = &scene->plan.enables[i];
		char required[64], wanted[64];

		length += (size_t)snprintf(scene->text + length, sizeof(scene->text) - length,
			"%s: %s; %s\n", enable->path,
			controllers_format(enable->required, required, sizeof(required)),
			controllers_format(enable->wanted, wanted, sizeof(wanted)));
	}
	assert_string_equal(scene->text, expected);
}

/* The whole of plan_print(). */
static void check_print(struct scene *scene, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	check_made(scene);
	plan_print(&scene->plan, &scene->spec, out);
	assert_int_equal(fclose(out), 0);
	snprintf(scene->text, sizeof(scene->text), "%s", text);
	free(text);
	assert_string_equal(scene->text, expected);
}

static unsigned count_notes(const struct scene *scene, const char *part)
{
	unsigned count = 0;

	for (unsigned i = 0; i < scene->plan.note_count; i++)
		count += strstr(scene->plan.notes[i], part) != NULL;
	return count;
}

static void check_group(const struct plan_group *group, bool v2, const char *mount,
	const char *parent, const char *relative, const char *path)
{
	check(group, "%s", path);
	check(group->v2 == v2, "%s", path);
	check_string(group->mount, mount, "%s", path);
	check_string(group->parent, parent, "%s", path);
	check_string(group->relative, relative, "%s", path);
	check_string(group->path, path, "%s", path);
}

static void paths_v2(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan = &scene->plan;

	scene->host = unified_host();
	check_made(scene);
	assert_string_equal(plan->name, "limit-77-123456");
	assert_int_equal(plan->mode, HOST_UNIFIED);
	assert_int_equal(plan->group_count, 1);
	check_group(plan_v2_group(plan), true, "/sys/fs/cgroup", "/sys/fs/cgroup/a/b",
		"/a/b/limit-77-123456", "/sys/fs/cgroup/a/b/limit-77-123456");
	assert_true(plan->leaf);
	assert_ptr_equal(plan_group_of(plan, CONTROLLER_MEMORY), plan_v2_group(plan));
	assert_null(plan_group_of(plan, CONTROLLER_CPU));
	assert_int_equal(plan->setting_count, 0);
	assert_int_equal(plan->note_count, 0);
	assert_int_equal(plan->mem_bytes, 0);
	assert_int_equal(plan->cpu_quota_us, 0);
	assert_false(plan->kill_group_on_oom);
}

static void paths_at_the_root(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[0] = scene->host.levels[2];
	scene->host.level_count = 1;
	check_made(scene);
	check_group(plan_v2_group(&scene->plan), true, "/sys/fs/cgroup", "/sys/fs/cgroup",
		"/limit-77-123456", "/sys/fs/cgroup/limit-77-123456");
}

/* v1 groups only where something is limited or counted; without v2 also to freeze and to count CPU. */
static void paths_v1(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan = &scene->plan;

	scene->host = legacy_host();
	check_made(scene);
	assert_null(plan_v2_group(plan));
	assert_false(plan->leaf);
	assert_int_equal(plan->group_count, 4);
	check_group(plan_group_of(plan, CONTROLLER_MEMORY), false, "/sys/fs/cgroup/memory",
		"/sys/fs/cgroup/memory/user.slice", "/user.slice/limit-77-123456",
		"/sys/fs/cgroup/memory/user.slice/limit-77-123456");
	check_group(plan_group_of(plan, CONTROLLER_FREEZER), false, "/sys/fs/cgroup/freezer",
		"/sys/fs/cgroup/freezer", "/limit-77-123456",
		"/sys/fs/cgroup/freezer/limit-77-123456");
	assert_ptr_equal(plan_group_of(plan, CONTROLLER_CPU),
		plan_group_of(plan, CONTROLLER_CPUACCT));
	assert_non_null(plan_group_of(plan, CONTROLLER_PIDS));
	assert_null(plan_group_of(plan, CONTROLLER_IO));
	assert_null(plan_group_of(plan, CONTROLLER_CPUSET));
	assert_int_equal(count_notes(scene, "no cgroup.kill"), 1);
}

static void paths_hybrid(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan = &scene->plan;

	scene->host = hybrid_host();
	check_made(scene);
	/* The v2 group is the first: without controllers it needs no leaf. */
	assert_int_equal(plan->group_count, 3);
	check_group(&plan->groups[0], true, "/sys/fs/cgroup/unified", "/sys/fs/cgroup/unified",
		"/limit-77-123456", "/sys/fs/cgroup/unified/limit-77-123456");
	assert_int_equal(plan->groups[0].controllers, 0);
	assert_false(plan->leaf);
	assert_int_equal(plan->enable_count, 0);
	assert_non_null(plan_group_of(plan, CONTROLLER_MEMORY));
	assert_non_null(plan_group_of(plan, CONTROLLER_PIDS));
	assert_null(plan_group_of(plan, CONTROLLER_CPU));
	assert_null(plan_group_of(plan, CONTROLLER_FREEZER));
	assert_int_equal(plan->note_count, 0);
}

/* cpu on v1, the rest on v2: each setting goes where its controller is bound. */
static void paths_mixed(void **state)
{
	struct scene *scene = *state;
	struct host legacy = legacy_host();

	scene->host = unified_host();
	scene->host.mode = HOST_HYBRID;
	scene->host.levels[2].controllers = MEMORY | IO | PIDS;
	scene->host.v1[0] = legacy.v1[1];
	scene->host.v1_count = 1;
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.cpu = NUMBER(1000000);
	check_settings(scene, "cgroup/memory.max 524288000\n"
			      "cgroup/memory.swap.max 0\n"
			      "cgroup/memory.oom.group 1\n"
			      "cpu,cpuacct/cpu.cfs_period_us 100000\n"
			      "cpu,cpuacct/cpu.cfs_quota_us 100000\n");
	assert_int_equal(scene->plan.group_count, 2);
	assert_true(scene->plan.leaf);
}

static void every_setting_v2(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.swap = NUMBER(100 * MIB);
	scene->spec.cpu = NUMBER(1500000);
	scene->spec.pids = NUMBER(100);
	add_io(scene, IO_RBPS, "io-read", 0, NUMBER(20 * MIB));
	add_io(scene, IO_WBPS, "io-write", 0, MAX);
	add_io(scene, IO_RIOPS, "io-read-ops", 16, NUMBER(500));
	add_io(scene, IO_WIOPS, "io-write-ops", 16, NUMBER(UINT32_MAX));
	check_settings(scene, "cgroup/memory.max 524288000\n"
			      "cgroup/memory.swap.max 104857600\n"
			      "cgroup/memory.oom.group 1\n"
			      "cgroup/cpu.max 150000 100000\n"
			      "cgroup/pids.max 100\n"
			      "cgroup/io.max 8:0 rbps=20971520\n"
			      "cgroup/io.max 8:0 wbps=max\n"
			      "cgroup/io.max 8:16 riops=500\n"
			      "cgroup/io.max 8:16 wiops=4294967295\n");
	assert_int_equal(scene->plan.mem_bytes, 500 * MIB);
	assert_int_equal(scene->plan.cpu_quota_us, 150000);
	assert_int_equal(scene->plan.cpu_period_us, 100000);
	assert_true(scene->plan.kill_group_on_oom);
	assert_int_equal(scene->plan.note_count, 0);
}

static void every_setting_v1(void **state)
{
	struct scene *scene = *state;

	scene->host = legacy_host();
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.swap = NUMBER(100 * MIB);
	scene->spec.cpu = NUMBER(1500000);
	scene->spec.pids = NUMBER(100);
	add_io(scene, IO_RBPS, "io-read", 0, NUMBER(20 * MIB));
	add_io(scene, IO_WIOPS, "io-write-ops", 16, MAX);
	check_settings(scene, "memory/memory.limit_in_bytes 524288000\n"
			      "memory/memory.memsw.limit_in_bytes 629145600\n"
			      "cpu,cpuacct/cpu.cfs_period_us 100000\n"
			      "cpu,cpuacct/cpu.cfs_quota_us 150000\n"
			      "pids/pids.max 100\n"
			      "blkio/blkio.throttle.read_bps_device 8:0 20971520\n");
	assert_true(scene->plan.kill_group_on_oom);
	assert_int_equal(count_notes(scene, "memory.oom.group"), 1);
	assert_true(count_notes(scene, "buffered writes") > 0);
	assert_int_equal(count_notes(scene, "no cgroup.kill"), 1);
}

/* On v1 the default is no limit: there is nothing to write. */
static void max_of_everything(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem = MAX;
	scene->spec.cpu = MAX;
	scene->spec.pids = MAX;
	check_settings(scene, "cgroup/memory.max max\n"
			      "cgroup/cpu.max max 100000\n"
			      "cgroup/pids.max max\n");
	assert_int_equal(scene->plan.mem_bytes, 0);
	assert_int_equal(scene->plan.cpu_quota_us, 0);
	assert_false(scene->plan.kill_group_on_oom);
	scene->host = legacy_host();
	check_settings(scene, "");
}

/* As many as the command line takes, each of them two files on v1 at the worst. */
static void as_many_settings_as_there_can_be(void **state)
{
	struct scene *scene = *state;

	scene->host = legacy_host();
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.cpu = NUMBER(1500000);
	scene->spec.pids = NUMBER(100);
	for (unsigned i = 0; i < SPEC_IO_MAX; i++)
		add_io(scene, IO_RBPS, "io-read", i, NUMBER(1));
	check_made(scene);
	assert_int_equal(scene->plan.setting_count, 5 + SPEC_IO_MAX);
	scene->host.v1_count = 0;
	scene->host.mode = HOST_UNIFIED;
	scene->host.v2_mount = v2_mount;
	scene->host.levels[0] = unified_host().levels[2];
	scene->host.level_count = 1;
	check_made(scene);
	assert_int_equal(scene->plan.setting_count, 5 + SPEC_IO_MAX);
}

/* A note is said once, however many limits it is true of. */
static void notes_are_not_repeated(void **state)
{
	struct scene *scene = *state;

	scene->host = legacy_host();
	for (unsigned i = 0; i < 10; i++)
		add_io(scene, IO_RBPS, "io-read", i, NUMBER(1));
	check_made(scene);
	assert_int_equal(count_notes(scene, "buffered writes"), 1);
	assert_int_equal(count_notes(scene, "no cgroup.kill"), 1);
}

static void memory_is_rounded_up_to_pages(void **state)
{
	static const struct {
		uint64_t bytes;
		uint64_t page_size_bytes;
		uint64_t rounded_bytes;
	} rows[] = {
		{ 1, 4096, 4096 },
		{ 4096, 4096, 4096 },
		{ 4097, 4096, 8192 },
		{ 10000000, 4096, 10002432 },
		{ 1, 65536, 65536 },
		{ 500 * MIB, 65536, 500 * MIB },
	};
	struct scene *scene = *state;

	scene->host = unified_host();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char expected[160];

		scene->host.page_size_bytes = rows[i].page_size_bytes;
		scene->spec.mem = scene->spec.swap = NUMBER(rows[i].bytes);
		snprintf(expected, sizeof(expected),
			"cgroup/memory.max %llu\ncgroup/memory.swap.max %llu\n"
			"cgroup/memory.oom.group 1\n",
			(unsigned long long)rows[i].rounded_bytes,
			(unsigned long long)rows[i].rounded_bytes);
		check_settings(scene, expected);
		assert_int_equal(scene->plan.mem_bytes, rows[i].rounded_bytes);
	}
}

/* A percentage is of the smaller of RAM and the limit around us, and never rounded up beyond it. */
static void memory_as_a_percentage(void **state)
{
	static const struct {
		uint64_t total_bytes;
		uint64_t ceiling_bytes;
		uint64_t hundredths;
		uint64_t expected_bytes;
	} rows[] = {
		{ 16 * GIB, UINT64_MAX, 10000, 16 * GIB },
		{ 16 * GIB, UINT64_MAX, 5000, 8 * GIB },
		{ 16 * GIB, 4 * GIB, 5000, 2 * GIB },
		{ 16 * GIB, 64 * GIB, 5000, 8 * GIB },
		{ 16 * GIB, 4 * GIB, 10000, 4 * GIB },
		/* 80% of 1000003 pages: 800002.4. */
		{ UINT64_C(1000003) * 4096, UINT64_MAX, 8000, UINT64_C(800002) * 4096 },
		{ 16 * GIB, 40960, 1, 4096 },
		{ 16 * GIB, 0, 10000, 4096 },
		{ UINT64_MAX / 4096 * 4096, UINT64_MAX, 10000, UINT64_MAX / 4096 * 4096 },
	};
	struct scene *scene = *state;

	scene->host = unified_host();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		scene->host.mem_total_bytes = rows[i].total_bytes;
		scene->host.ceilings[CEILING_MEM] =
			(struct ceiling){ rows[i].ceiling_bytes, v2_middle };
		scene->spec.mem = PERCENT(rows[i].hundredths);
		check_made(scene);
		check(scene->plan.mem_bytes == rows[i].expected_bytes, "row %zu is %llu", i,
			(unsigned long long)scene->plan.mem_bytes);
	}
}

/* The lines of effective_print(). */
static void check_effective(struct scene *scene, const char *expected)
{
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	check_made(scene);
	effective_print(scene->plan.effective, "", out);
	assert_int_equal(fclose(out), 0);
	snprintf(scene->text, sizeof(scene->text), "%s", text);
	free(text);
	assert_string_equal(scene->text, expected);
}

/* The tightest limit around the node is named where it is below what was asked. */
static void effective_limits(void **state)
{
	struct scene *scene = *state;
	struct ceiling *ceilings = scene->host.ceilings;

	scene->host = unified_host();
	ceilings[CEILING_MEM] = (struct ceiling){ GIB, v2_own };
	ceilings[CEILING_CPU] = (struct ceiling){ 1500000, v2_middle };
	ceilings[CEILING_PIDS] = (struct ceiling){ 50, v2_middle };
	ceilings[CEILING_SWAP] = (struct ceiling){ 0, v2_own };
	check_effective(scene, "");
	scene->spec.mem = NUMBER(4 * GIB);
	scene->spec.swap = NUMBER(GIB);
	scene->spec.cpu = NUMBER(8000000);
	scene->spec.pids = MAX;
	check_effective(scene, "memory: 4G asked, 1G effective (parent /sys/fs/cgroup/a/b)\n"
			       "swap: 1G asked, 0 effective (parent /sys/fs/cgroup/a/b)\n"
			       "cpu: 8 asked, 1.5 effective (parent /sys/fs/cgroup/a)\n"
			       "pids: max asked, 50 effective (parent /sys/fs/cgroup/a)\n");
	assert_int_equal(scene->plan.effective[EFFECTIVE_MEM].asked_value, 4 * GIB);
	assert_int_equal(scene->plan.effective[EFFECTIVE_MEM].value, GIB);
	/* What is asked is written all the same. */
	assert_int_equal(scene->plan.mem_bytes, 4 * GIB);
	scene->spec.mem = NUMBER(GIB);
	scene->spec.swap = NUMBER(0);
	scene->spec.cpu = NUMBER(1500000);
	scene->spec.pids = NUMBER(49);
	check_effective(scene, "");
	/* memory.high is of no use above a limit. */
	scene->spec.mem.kind = QUANTITY_UNSET;
	scene->spec.mem_high = NUMBER(2 * GIB);
	check_effective(scene, "memory.high: 2G asked, 1G effective (parent /sys/fs/cgroup/a/b)\n");
}

static void effective_on_this_machine(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.online_cpus = 2;
	scene->spec.mem = NUMBER(64 * GIB);
	scene->spec.swap = NUMBER(4 * GIB);
	scene->spec.cpu = NUMBER(8000000);
	check_effective(scene, "memory: 64G asked, 16G effective (RAM of this machine)\n"
			       "swap: 4G asked, 2G effective (swap of this machine)\n"
			       "cpu: 8 asked, 2 effective (CPUs of this machine)\n");
	scene->host.ceilings[CEILING_CPU] = (struct ceiling){ 4000000, v2_own };
	check_effective(scene, "memory: 64G asked, 16G effective (RAM of this machine)\n"
			       "swap: 4G asked, 2G effective (swap of this machine)\n"
			       "cpu: 8 asked, 2 effective (CPUs of this machine)\n");
	/* No more than there is: that is what it says. */
	scene->host.ceilings[CEILING_CPU].path = NULL;
	scene->spec.mem = scene->spec.swap = scene->spec.cpu = MAX;
	check_effective(scene, "");
	scene->spec.mem = PERCENT(10000);
	check_effective(scene, "");
}

/* v1 has one limit for memory and swap together. */
static void effective_swap_on_v1(void **state)
{
	struct scene *scene = *state;

	scene->host = legacy_host();
	scene->host.ceilings[CEILING_MEM] = (struct ceiling){ GIB, v2_own };
	scene->host.ceilings[CEILING_MEMSW] = (struct ceiling){ GIB + 100 * MIB, v2_middle };
	scene->spec.mem = NUMBER(2 * GIB);
	scene->spec.swap = NUMBER(200 * MIB);
	check_effective(scene, "memory: 2G asked, 1G effective (parent /sys/fs/cgroup/a/b)\n"
			       "swap: 200M asked, 100M effective (parent /sys/fs/cgroup/a)\n");
}

/* What would be refused is listed, and the rest is planned. */
static void best_effort(void **state)
{
	struct scene *scene = *state;
	const struct unenforced *list = &scene->plan.unenforced;

	scene->spec.best_effort = true;
	scene->host = unified_host();
	scene->host.levels[2].controllers = MEMORY | CPU;
	scene->host.levels[1].populated = true;
	scene->host.levels[1].enabled = MEMORY;
	scene->host.levels[0].enabled = MEMORY;
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.cpu = NUMBER(1000000);
	scene->spec.pids = NUMBER(5);
	check_settings(scene, "cgroup/memory.max 524288000\n"
			      "cgroup/memory.swap.max 0\n"
			      "cgroup/memory.oom.group 1\n");
	assert_int_equal(list->count, 2);
	assert_string_equal(list->entries[0].option, "pids");
	check_contains(list->entries[0].why, "no mounted cgroup hierarchy has");
	assert_string_equal(list->entries[1].option, "cpu");
	check_contains(list->entries[1].why, "cannot switch on cpu in '/sys/fs/cgroup/a'");
	assert_true(unenforced_has(list, "cpu.max"));
	assert_false(unenforced_has(list, "memory.max"));
	/* Nothing of what is lost is switched on. */
	check_enables(scene, "/sys/fs/cgroup: memory; nothing\n");
}

static void best_effort_on_v1(void **state)
{
	struct scene *scene = *state;

	scene->spec.best_effort = true;
	scene->host = legacy_host();
	scene->spec.mem_high = NUMBER(MIB);
	scene->spec.pids = NUMBER(5);
	check_settings(scene, "pids/pids.max 5\n");
	assert_int_equal(scene->plan.unenforced.count, 1);
	assert_string_equal(scene->plan.unenforced.entries[0].option, "mem-high");
	check_contains(scene->plan.unenforced.entries[0].why, "cgroup v1 has nothing like");
}

/* No hierarchy, or none that can be written: a plan without groups. */
static void best_effort_without_groups(void **state)
{
	struct scene *scene = *state;
	const struct unenforced *list = &scene->plan.unenforced;

	scene->spec.best_effort = true;
	scene->spec.mem = NUMBER(500 * MIB);
	scene->host = common_host();
	check_made(scene);
	assert_int_equal(scene->plan.group_count, 0);
	assert_int_equal(scene->plan.setting_count, 0);
	/* memory.max, memory.swap.max, and the group itself; the first two are one line. */
	assert_int_equal(list->count, 3);
	assert_true(unenforced_is_repeated(list, 1));
	assert_null(list->entries[2].option);
	scene->host = unified_host();
	scene->host.v2_read_only = true;
	check_made(scene);
	assert_int_equal(scene->plan.group_count, 0);
	assert_int_equal(list->count, 3);
	check_contains(list->entries[0].why, "Read-only file system");
	/* v1 beside it can be written: it is made without the v2 group, which then needs a freezer. */
	scene->host = hybrid_host();
	scene->host.v2_read_only = true;
	check_made(scene);
	assert_null(plan_v2_group(&scene->plan));
	assert_non_null(plan_group_of(&scene->plan, CONTROLLER_FREEZER));
	assert_int_equal(list->count, 0);
}

/* The setting of this file; there must be one. */
static const struct setting *find_setting(const struct scene *scene, const char *file)
{
	unsigned i = 0;

	while (i < scene->plan.setting_count &&
		strcmp(scene->plan.settings[i].setting.file, file) != 0)
		i++;
	check(i < scene->plan.setting_count, "%s", file);
	return &scene->plan.settings[i].setting;
}

/* Without --swap there is none: memory.max alone is no cap. */
static void swap(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem = NUMBER(500 * MIB);
	check_made(scene);
	assert_string_equal(find_setting(scene, "memory.swap.max")->text, "0");
	/* --mem is to blame if that cannot be enforced. */
	assert_string_equal(find_setting(scene, "memory.swap.max")->option, "mem");
	assert_null(find_setting(scene, "memory.swap.max")->missing_is_fine);
	assert_non_null(find_setting(scene, "memory.swap.max")->missing_hint);
	scene->spec.swap = MAX;
	check_made(scene);
	assert_string_equal(find_setting(scene, "memory.swap.max")->text, "max");
	assert_string_equal(find_setting(scene, "memory.swap.max")->option, "swap");
	/* Where no swap is, nothing is lost without the file. */
	scene->host.swap_total_bytes = 0;
	check_made(scene);
	assert_non_null(find_setting(scene, "memory.swap.max")->missing_is_fine);
}

static void swap_without_memory(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.swap = NUMBER(100 * MIB);
	check_settings(scene, "cgroup/memory.swap.max 104857600\n");
	assert_int_equal(scene->plan.mem_bytes, 0);
	scene->host = hybrid_host();
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "--swap without --mem", "--mem 500M --swap 100M");
	scene->spec.mem = MAX;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "--swap without --mem", "--mem 500M --swap 100M");
	scene->spec.mem = NUMBER(500 * MIB);
	check_settings(scene, "memory/memory.limit_in_bytes 524288000\n"
			      "memory/memory.memsw.limit_in_bytes 629145600\n");
	/* As much as there is: v1's default. */
	scene->spec.swap = MAX;
	check_settings(scene, "memory/memory.limit_in_bytes 524288000\n");
}

/* On v2 as asked, whatever the order; the rest of the node's files have their default. */
static void soft_memory_v2(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem_high = PERCENT(5000);
	scene->spec.mem_low = NUMBER(1);
	scene->spec.mem_min = MAX;
	scene->spec.zswap = NUMBER(5000);
	check_settings(scene, "cgroup/memory.high 8589934592\n"
			      "cgroup/memory.low 4096\n"
			      "cgroup/memory.min max\n"
			      "cgroup/memory.zswap.max 8192\n");
	assert_int_equal(scene->plan.mem_high_bytes, 8 * GIB);
	assert_int_equal(scene->plan.mem_bytes, 0);
	/* An older kernel with zswap cannot limit it; one without has nothing to limit. */
	scene->host.has_zswap = true;
	check_made(scene);
	assert_null(find_setting(scene, "memory.zswap.max")->missing_is_fine);
	assert_non_null(find_setting(scene, "memory.zswap.max")->missing_hint);
	scene->host.has_zswap = false;
	check_made(scene);
	assert_non_null(find_setting(scene, "memory.zswap.max")->missing_is_fine);
}

/* memory.soft_limit_in_bytes is no substitute for any of them. */
static void soft_memory_v1(void **state)
{
	static const struct {
		size_t field;
		const char *what;
	} rows[] = {
		{ offsetof(struct spec, mem_high), "cannot enforce --mem-high: cgroup v1 has" },
		{ offsetof(struct spec, mem_low), "cannot enforce --mem-low: cgroup v1 has" },
		{ offsetof(struct spec, mem_min), "cannot enforce --mem-min: cgroup v1 has" },
		{ offsetof(struct spec, zswap), "cannot enforce --zswap: cgroup v1 has" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct quantity *size = (void *)((char *)&scene->spec + rows[i].field);

		scene->host = hybrid_host();
		*size = NUMBER(MIB);
		assert_int_equal(make(scene), -1);
		check_fault(&scene->f, 0, rows[i].what, "cgroup_no_v1=memory");
		*size = (struct quantity){ QUANTITY_UNSET, 0 };
	}
	scene->spec.mem_high = MAX;
	scene->spec.zswap = MAX;
	check_settings(scene, "");
}

static void mem_high_that_never_throttles(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.mem_high = NUMBER(500 * MIB);
	check_made(scene);
	assert_int_equal(count_notes(scene, "--mem-high never throttles"), 1);
	scene->spec.mem_high = NUMBER(499 * MIB);
	check_made(scene);
	assert_int_equal(count_notes(scene, "--mem-high"), 0);
	scene->spec.mem = MAX;
	scene->spec.mem_high = NUMBER(800 * GIB);
	check_made(scene);
	assert_int_equal(count_notes(scene, "--mem-high"), 0);
}

/* Protection is what the group around that grants least grants; the root has no say. */
static void protection_above(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem_low = NUMBER(100 * MIB);
	scene->spec.mem_min = MAX;
	scene->host.levels[0].memory_low_bytes = 100 * MIB;
	scene->host.levels[1].memory_low_bytes = 101 * MIB;
	scene->host.levels[0].memory_min_bytes = UINT64_MAX;
	scene->host.levels[1].memory_min_bytes = UINT64_MAX;
	check_made(scene);
	assert_int_equal(scene->plan.note_count, 0);
	scene->host.levels[1].memory_low_bytes = 60 * MIB;
	scene->host.levels[0].memory_min_bytes = 0;
	check_made(scene);
	assert_int_equal(scene->plan.note_count, 2);
	assert_int_equal(count_notes(scene,
				 "--mem-low: 100M asked, 60M effective: '/sys/fs/cgroup/a' grants"),
		1);
	assert_int_equal(count_notes(scene,
				 "--mem-min: max asked, 0 effective: '/sys/fs/cgroup/a/b' grants"),
		1);
	/* Right below the root nobody is above. */
	scene->host.levels[0] = scene->host.levels[2];
	scene->host.level_count = 1;
	check_made(scene);
	assert_int_equal(scene->plan.note_count, 0);
}

static void zswap_without_swap(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.zswap = NUMBER(0);
	check_made(scene);
	assert_int_equal(scene->plan.note_count, 0);
	scene->host.swap_total_bytes = 0;
	check_made(scene);
	assert_int_equal(count_notes(scene, "the host has no swap"), 1);
}

static void oom(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem = NUMBER(500 * MIB);
	check_made(scene);
	assert_string_equal(find_setting(scene, "memory.oom.group")->text, "1");
	/* Linux before 4.19: limit does it itself. */
	assert_non_null(find_setting(scene, "memory.oom.group")->missing_is_fine);
	assert_true(scene->plan.kill_group_on_oom);
	scene->spec.oom = SPEC_OOM_PROCESS;
	check_settings(scene, "cgroup/memory.max 524288000\n"
			      "cgroup/memory.swap.max 0\n");
	assert_false(scene->plan.kill_group_on_oom);
	scene->host = legacy_host();
	check_made(scene);
	assert_false(scene->plan.kill_group_on_oom);
	assert_int_equal(count_notes(scene, "memory.oom.group"), 0);
}

static void cpu(void **state)
{
	static const struct {
		uint64_t millionths;
		uint64_t period_us; /* 0: not asked */
		uint64_t quota_us;
		uint64_t expected_period_us;
	} rows[] = {
		{ 1000000, 0, 100000, 100000 },
		{ 500000, 0, 50000, 100000 },
		{ 1500000, 0, 150000, 100000 },
		{ 123456, 0, 12345, 100000 },
		{ 10000, 0, 1000, 100000 },
		/* Too small for 100 ms: the kernel's smallest quota is 1 ms, its longest period 1 s. */
		{ 9999, 0, 9999, 1000000 },
		{ 5000, 0, 5000, 1000000 },
		{ 1000, 0, 1000, 1000000 },
		{ 1000000, 5000, 5000, 5000 },
		{ 1000000, 1000, 1000, 1000 },
		{ 500000, 1000000, 500000, 1000000 },
		{ UINT64_C(100000000000), 0, UINT64_C(10000000000), 100000 },
		{ UINT64_C(100000000000), 1000000, UINT64_C(100000000000), 1000000 },
	};
	struct scene *scene = *state;

	scene->host = unified_host();
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char expected[64];

		scene->spec.cpu = NUMBER(rows[i].millionths);
		scene->spec.cpu_period_us =
			(struct quantity){ rows[i].period_us ? QUANTITY_NUMBER : QUANTITY_UNSET,
				rows[i].period_us };
		snprintf(expected, sizeof(expected), "cgroup/cpu.max %llu %llu\n",
			(unsigned long long)rows[i].quota_us,
			(unsigned long long)rows[i].expected_period_us);
		check_settings(scene, expected);
		assert_int_equal(scene->plan.cpu_quota_us, rows[i].quota_us);
		assert_int_equal(scene->plan.cpu_period_us, rows[i].expected_period_us);
	}
}

static void cpu_burst(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.cpu = NUMBER(500000);
	scene->spec.cpu_burst_us = NUMBER(50000);
	/* The kernel checks it against the quota that is there. */
	check_settings(scene, "cgroup/cpu.max 50000 100000\n"
			      "cgroup/cpu.max.burst 50000\n");
	assert_int_equal(scene->plan.cpu_burst_us, 50000);
	scene->spec.cpu_burst_us = NUMBER(50001);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "50001 us is more than the quota, 50000 us in a period",
		"--cpu-burst 50000us, or a longer --cpu-period");
	scene->spec.cpu_period_us = NUMBER(200000);
	scene->host = legacy_host();
	check_settings(scene, "cpu,cpuacct/cpu.cfs_period_us 200000\n"
			      "cpu,cpuacct/cpu.cfs_quota_us 100000\n"
			      "cpu,cpuacct/cpu.cfs_burst_us 50001\n");
}

static void cpu_weight(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.cpu_weight = NUMBER(25);
	check_settings(scene, "cgroup/cpu.weight 25\n");
	/* The group has one weight, and that one was asked for by name. */
	scene->spec.nice = (struct spec_number){ true, 10 };
	check_settings(scene, "cgroup/cpu.weight 25\n");
	scene->spec.nice.given = false;
	scene->host = hybrid_host();
	check_settings(scene, "cpu,cpuacct/cpu.shares 256\n");
	scene->spec.cpu_weight = (struct quantity){ QUANTITY_UNSET, 0 };
	scene->spec.cpu_idle = true;
	check_settings(scene, "cpu,cpuacct/cpu.idle 1\n");
	scene->host = unified_host();
	check_settings(scene, "cgroup/cpu.idle 1\n");
	assert_string_equal(find_setting(scene, "cpu.idle")->option, "cpu-weight");
	assert_string_equal(find_setting(scene, "cpu.idle")->missing_hint,
		"--cpu-weight 1: cpu.idle is there from Linux 5.15 on");
}

static void add_set(struct scene *scene, const char *file, const char *value)
{
	struct spec_set *set = &scene->spec.sets[scene->spec.set_count++];

	*set = (struct spec_set){ .value = value, .controller = CONTROLLER_MEMORY };
	if (strncmp(file, "hugetlb.", 8) == 0)
		set->controller = CONTROLLER_HUGETLB;
	if (strncmp(file, "net_cls.", 8) == 0)
		set->controller = CONTROLLER_NET_CLS;
	snprintf(set->file, sizeof(set->file), "%s", file);
}

/* As given, in the hierarchy that has the controller; it is switched on like any other. */
static void set_files(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[2].controllers |= CONTROLLER_BIT(CONTROLLER_HUGETLB);
	add_set(scene, "hugetlb.2MB.max", "0");
	add_set(scene, "memory.swap.high", "1M");
	check_settings(scene, "cgroup/hugetlb.2MB.max 0\n"
			      "cgroup/memory.swap.high 1M\n");
	check_enables(scene, "/sys/fs/cgroup: memory, hugetlb; io, pids\n"
			     "/sys/fs/cgroup/a: memory, hugetlb; io, pids\n"
			     "/sys/fs/cgroup/a/b: memory, hugetlb; io, pids\n");
	/* v1 has no such file, and the kernel will say so. */
	scene->host = legacy_host();
	scene->spec.sets[0] = scene->spec.sets[1];
	scene->spec.set_count = 1;
	add_set(scene, "memory.swappiness", "0");
	check_settings(scene, "memory/memory.swap.high 1M\n"
			      "memory/memory.swappiness 0\n");
	add_set(scene, "net_cls.classid", "1");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot enforce --set: no mounted cgroup hierarchy has",
		"mount -t cgroup -o net_cls");
	check_contains(scene->f.what, "'net_cls'");
}

static void set_against_an_option(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	add_set(scene, "memory.swap.max", "5M");
	check_settings(scene, "cgroup/memory.swap.max 5M\n");
	scene->spec.mem = NUMBER(MIB);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot use --set memory.swap.max: --mem sets it already",
		"leave --set memory.swap.max out, or --mem");
	/* On v1 by its v1 name. */
	scene->host = legacy_host();
	scene->spec.set_count = 0;
	add_set(scene, "memory.limit_in_bytes", "5M");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "--set memory.limit_in_bytes: --mem sets", "leave --set");
}

/* A v2 tree that has nothing but controllers for --set stands beside v1 as one without any. */
static void leaf_beside_v1(void **state)
{
	struct scene *scene = *state;

	scene->host = hybrid_host();
	scene->host.levels[0].controllers = CONTROLLER_BIT(CONTROLLER_HUGETLB);
	check_made(scene);
	assert_false(scene->plan.leaf);
	assert_int_equal(scene->plan.enable_count, 0);
	add_set(scene, "hugetlb.2MB.max", "0");
	check_made(scene);
	assert_true(scene->plan.leaf);
	assert_int_equal(scene->plan.enable_count, 1);
}

static struct cpu_list cpu_list(const char *text)
{
	struct cpu_list list;
	const char *reason = cpu_list_parse_kernel(text, &list);

	check(!reason, "%s: %s", text, reason);
	return list;
}

static void cpuset_v2(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.cpus_allowed = cpu_list("0-7");
	scene->host.mems_allowed = cpu_list("0-1");
	scene->spec.cpus = cpu_list("6,0-3");
	check_settings(scene, "cgroup/cpuset.cpus 0-3,6\n");
	assert_true(cpu_list_equal(&scene->plan.cpus, &scene->spec.cpus));
	scene->spec.mems = cpu_list("1");
	check_settings(scene, "cgroup/cpuset.cpus 0-3,6\n"
			      "cgroup/cpuset.mems 1\n");
	scene->spec.cpus = cpu_list("");
	check_settings(scene, "cgroup/cpuset.mems 1\n");
	check_enables(scene, "/sys/fs/cgroup: cpuset; memory, io, pids\n"
			     "/sys/fs/cgroup/a: cpuset; memory, io, pids\n"
			     "/sys/fs/cgroup/a/b: cpuset; memory, io, pids\n");
}

/* The kernel takes that on v2, and then silently gives all that is allowed. */
static void cpuset_that_is_not_allowed(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.cpus_allowed = cpu_list("2-5");
	scene->host.mems_allowed = cpu_list("0");
	scene->spec.cpus = cpu_list("0-3");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot enforce --cpus: 0-3 was asked, only 2-5 is allowed here",
		"--cpus 2-3");
	scene->spec.cpus = cpu_list("8");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot enforce --cpus: 8 was asked, only 2-5 is allowed here",
		"--cpus 2-5");
	scene->spec.cpus = cpu_list("3");
	scene->spec.mems = cpu_list("1");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot enforce --mems: 1 was asked, only 0 is allowed here",
		"--mems 0");
	scene->spec.best_effort = true;
	check_settings(scene, "cgroup/cpuset.cpus 3\n");
	assert_true(cpu_list_is_empty(&scene->plan.mems));
	assert_int_equal(scene->plan.unenforced.count, 1);
	assert_string_equal(scene->plan.unenforced.entries[0].option, "mems");
	scene->spec.best_effort = false;
	/* Nothing is known: that will show when the group is there. */
	scene->host.mems_allowed = cpu_list("");
	check_made(scene);
}

/* Before it has both no process can enter a v1 group: the other one is what is allowed. */
static void cpuset_v1(void **state)
{
	struct scene *scene = *state;

	scene->host = legacy_host();
	scene->host.cpus_allowed = cpu_list("0-7");
	scene->host.mems_allowed = cpu_list("0-1");
	scene->spec.cpus = cpu_list("3");
	check_settings(scene, "cpuset/cpuset.cpus 3\n"
			      "cpuset/cpuset.mems 0-1\n");
	assert_string_equal(find_setting(scene, "cpuset.mems")->option, "cpus");
	scene->spec.cpus = cpu_list("");
	scene->spec.mems = cpu_list("0");
	scene->host.cpuset_noprefix = true;
	check_settings(scene, "cpuset/cpus 0-7\n"
			      "cpuset/mems 0\n");
	assert_string_equal(find_setting(scene, "cpus")->option, "mems");
	scene->host.v1_count--;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot enforce --mems: no mounted cgroup hierarchy has",
		"-o cpuset");
}

/* A period that was asked for is not changed behind the user's back. */
static void cpu_quota_too_small(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.cpu = NUMBER(50000);
	scene->spec.cpu_period_us = NUMBER(10000);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "--cpu-period: the quota would be 500 us", "--cpu-period 1s");
	assert_int_equal(scene->plan.setting_count, 0);
	scene->spec.cpu_period_us = NUMBER(19999);
	assert_int_equal(make(scene), -1);
	scene->spec.cpu_period_us = NUMBER(20000);
	check_settings(scene, "cgroup/cpu.max 1000 20000\n");
}

/* The same disk by another name: the last one wins here too. */
/* nice counts within a cpu group: where the node will be one, it gets that weight as a whole. */
static void nice_value(void **state)
{
	struct scene *scene = *state;

	scene->spec.nice = (struct spec_number){ true, 10 };
	scene->host = unified_host();
	check_settings(scene, "");
	scene->host.levels[0].enabled = CPU;
	check_settings(scene, "cgroup/cpu.weight.nice 10\n");
	scene->host.levels[0].enabled = 0;
	scene->spec.delegate = true;
	check_settings(scene, "cgroup/cpu.weight.nice 10\n");
	scene->spec.delegate = false;
	scene->spec.cpu = NUMBER(1000000);
	check_settings(scene, "cgroup/cpu.max 100000 100000\ncgroup/cpu.weight.nice 10\n");
	scene->host = legacy_host();
	check_settings(scene, "cpu,cpuacct/cpu.cfs_period_us 100000\n"
			      "cpu,cpuacct/cpu.cfs_quota_us 100000\n"
			      "cpu,cpuacct/cpu.shares 110\n");
	/* cpuacct is always needed there, and cpu is with it. */
	scene->spec.cpu = (struct quantity){ 0 };
	check_settings(scene, "cpu,cpuacct/cpu.shares 110\n");
	scene->host = hybrid_host();
	check_settings(scene, "");
}

static void io_of_one_device_by_several_names(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	add_io(scene, IO_RBPS, "io-read", 0, NUMBER(1));
	add_io(scene, IO_RBPS, "io-read", 16, NUMBER(2));
	add_io(scene, IO_WBPS, "io-write", 0, NUMBER(3));
	add_io(scene, IO_RBPS, "io-read", 0, NUMBER(4));
	add_io(scene, IO_RBPS, "io-read", 1, NUMBER(5));
	check_settings(scene, "cgroup/io.max 8:0 rbps=4\n"
			      "cgroup/io.max 8:16 rbps=2\n"
			      "cgroup/io.max 8:0 wbps=3\n"
			      "cgroup/io.max 8:1 rbps=5\n");
	assert_string_equal(scene->plan.settings[2].setting.option, "io-write");
}

/* Topmost first: a group can only hand on what it has. */
static void enables(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.cpu = NUMBER(1000000);
	check_enables(scene, "/sys/fs/cgroup: cpu, memory; io, pids\n"
			     "/sys/fs/cgroup/a: cpu, memory; io, pids\n"
			     "/sys/fs/cgroup/a/b: cpu, memory; io, pids\n");
	assert_int_equal(scene->plan.groups[0].controllers, MAIN_ONES);
	scene->host.levels[2].enabled = MAIN_ONES;
	scene->host.levels[1].enabled = CPU | MEMORY;
	check_enables(scene, "/sys/fs/cgroup/a: nothing; io, pids\n"
			     "/sys/fs/cgroup/a/b: cpu, memory; io, pids\n");
	scene->host.levels[1].enabled = scene->host.levels[0].enabled = MAIN_ONES | CPUSET;
	check_enables(scene, "");
}

/* With no limit the node is made for the report: what counts is wanted, cpu.stat is always there. */
static void enables_for_the_report_alone(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	check_enables(scene, "/sys/fs/cgroup: nothing; memory, io, pids\n"
			     "/sys/fs/cgroup/a: nothing; memory, io, pids\n"
			     "/sys/fs/cgroup/a/b: nothing; memory, io, pids\n");
	scene->host.levels[2].controllers = PIDS | CPU;
	check_enables(scene, "/sys/fs/cgroup: nothing; pids\n"
			     "/sys/fs/cgroup/a: nothing; pids\n"
			     "/sys/fs/cgroup/a/b: nothing; pids\n");
	assert_int_equal(scene->plan.groups[0].controllers, PIDS);
}

static void delegated(void **state)
{
	struct scene *scene = *state;

	scene->spec.delegate = true;
	visit(scene, "v2-root");
	check_enables(scene, "/sys/fs/cgroup: nothing; io, pids, cpuset, hugetlb, rdma, misc\n");
	assert_int_equal(scene->plan.delegated,
		MAIN_ONES | CPUSET | CONTROLLER_BIT(CONTROLLER_HUGETLB) |
			CONTROLLER_BIT(CONTROLLER_RDMA) | CONTROLLER_BIT(CONTROLLER_MISC));
	assert_true(scene->plan.leaf);
}

static void enables_in_the_populated_root(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[0] = scene->host.levels[2];
	scene->host.level_count = 1;
	scene->host.levels[0].populated = true;
	scene->spec.pids = NUMBER(5);
	check_enables(scene, "/sys/fs/cgroup: pids; memory, io\n");
}

/* "No Internal Process Constraint": what is required is refused … */
static void populated_group_is_refused(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[0].populated = true;
	scene->host.levels[0].enabled = MEMORY;
	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.cpu = NUMBER(1000000);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, EBUSY,
		"cannot switch on cpu in '/sys/fs/cgroup/a/b', which holds processes",
		"--manager cgroupfs");
	check_contains(scene->f.hint, "/sys/fs/cgroup/cgroup.procs");
	scene->host.levels[0].populated = false;
	scene->host.levels[1].populated = true;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, EBUSY, "cpu, memory in '/sys/fs/cgroup/a', which holds processes",
		"/sys/fs/cgroup/a/cgroup.procs");
	check_lacks(scene->f.hint, "--manager");
	/* What is on already needs no change, processes or not. */
	scene->host.levels[1].enabled = CPU | MEMORY;
	check_made(scene);
}

/* … and what is only wanted for the report is done without. */
static void wanted_controllers_are_dropped(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[2].enabled = MAIN_ONES;
	scene->host.levels[1].enabled = MAIN_ONES;
	scene->host.levels[0].enabled = PIDS;
	scene->host.levels[0].populated = true;
	check_enables(scene, "");
	assert_int_equal(scene->plan.groups[0].controllers, PIDS);
	assert_null(plan_group_of(&scene->plan, CONTROLLER_MEMORY));
	/* Once dropped, a group further down has nothing to hand on either. */
	scene->host.levels[1].populated = true;
	scene->host.levels[1].enabled = PIDS;
	scene->host.levels[0].populated = false;
	scene->host.levels[0].enabled = 0;
	check_enables(scene, "/sys/fs/cgroup/a/b: nothing; pids\n");
	/* Both at once: the required one can be had, the wanted ones cannot. */
	scene->host.levels[1].enabled = CPU | PIDS;
	scene->spec.cpu = NUMBER(1000000);
	check_enables(scene, "/sys/fs/cgroup/a/b: cpu; pids\n");
	assert_int_equal(scene->plan.groups[0].controllers, CPU | PIDS);
}

/* What the node will not have in the end is not switched on above it, for everybody else. */
static void no_enables_in_vain(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[0].populated = true;
	check_enables(scene, "");
	scene->host.levels[2].enabled = CPU;
	scene->host.levels[1].enabled = CPU;
	scene->host.levels[0].enabled = CPU;
	scene->spec.cpu = NUMBER(1000000);
	check_enables(scene, "");
	assert_int_equal(scene->plan.groups[0].controllers, CPU);
}

static void threaded_group_is_refused(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[0].threaded = true;
	scene->spec.cpu = NUMBER(1000000);
	assert_int_equal(make(scene), -1);
	check(scene->f.err == EOPNOTSUPP, "%s", strerror(scene->f.err));
	check_contains(scene->f.what,
		"cannot switch on cpu in '/sys/fs/cgroup/a/b', which is a threaded group");
	check_contains(scene->f.hint, "another group");
	/* It cannot be emptied either: threads are not moved one by one. */
	scene->host.levels[0].populated = true;
	scene->host.room = HOST_ROOM_NONE;
	assert_int_equal(make(scene), -1);
	check_lacks(scene->f.hint, "--manager");
}

/* Who is in the group goes into one below, if that helps and only then. */
static void room_is_made(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan = &scene->plan;

	scene->host = unified_host();
	scene->host.levels[2].enabled = scene->host.levels[1].enabled = MAIN_ONES;
	scene->host.levels[0].populated = true;
	scene->host.room = HOST_ROOM_AT_NEED;
	scene->spec.mem = NUMBER(500 * MIB);
	check_enables(scene, "/sys/fs/cgroup/a/b: memory; io, pids\n");
	assert_string_equal(plan->crowded, "/sys/fs/cgroup/a/b");
	/* Nothing to switch on: nobody need go. */
	scene->host.levels[0].enabled = MEMORY;
	check_enables(scene, "");
	assert_null(plan->crowded);
	scene->host.levels[0].enabled = 0;
	scene->spec.mem.kind = QUANTITY_UNSET;
	check_enables(scene, "");
	assert_null(plan->crowded);
	scene->spec.delegate = true;
	check_made(scene);
	assert_non_null(plan->crowded);
	scene->spec.delegate = false;
	/* A group that was handed over is divided for the report alone. */
	scene->host.room = HOST_ROOM_OURS;
	check_enables(scene, "/sys/fs/cgroup/a/b: nothing; memory, io, pids\n");
	assert_string_equal(plan->crowded, "/sys/fs/cgroup/a/b");
	/* Those in a group above stay. */
	scene->host.levels[1].populated = true;
	scene->host.levels[1].enabled = 0;
	scene->spec.mem = NUMBER(500 * MIB);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, EBUSY, "'/sys/fs/cgroup/a', which holds processes",
		"/sys/fs/cgroup/a/cgroup.procs");
}

static void populated_user_session(void **state)
{
	struct scene *scene = *state;

	scene->spec.mem = NUMBER(500 * MIB);
	visit(scene, "v2-user");
	assert_int_equal(make(scene), -1);
	check_contains(scene->f.what, "vte-spawn-1.scope', which holds processes");
	assert_int_equal(scene->f.err, EBUSY);
	/* Only to count, it is good enough: CPU time is in every group. */
	scene->spec.mem = (struct quantity){ 0 };
	check_enables(scene, "");
	assert_int_equal(scene->plan.groups[0].controllers, 0);
}

/* To move into the root of the mount is no advice to somebody who is there already. */
static void populated_container(void **state)
{
	struct scene *scene = *state;

	scene->spec.mem = NUMBER(500 * MIB);
	visit(scene, "container");
	assert_int_equal(make(scene), -1);
	assert_int_equal(scene->f.err, EBUSY);
	check_contains(scene->f.what, "cannot switch on memory in '/sys/fs/cgroup'");
	check(scene->f.hint[0], "'%s'", scene->f.what);
	check_lacks(scene->f.hint, "echo $$ >/sys/fs/cgroup/cgroup.procs");
}

static void read_only(void **state)
{
	struct scene *scene = *state;

	visit(scene, "container-ro");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, EROFS, "below '/sys/fs/cgroup'", "writable-cgroups=true");
	check_contains(scene->f.hint, "--privileged --cgroupns=private");
	check_contains(scene->f.hint, "unmask=/sys/fs/cgroup");
}

static void read_only_v1(void **state)
{
	struct scene *scene = *state;

	scene->host = legacy_host();
	scene->host.v1[2].read_only = true;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, EROFS, "below '/sys/fs/cgroup/memory/user.slice'", "--privileged");
	/* The one that is not needed may be what it likes. */
	scene->host.v1[2].read_only = false;
	scene->host.v1[5].read_only = true;
	check_made(scene);
}

static void nowhere(void **state)
{
	struct scene *scene = *state;

	visit(scene, "none");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "no cgroup hierarchy is mounted", "mount -t cgroup2");
	assert_int_equal(scene->plan.group_count, 0);
	/* Something is, and it is said why it is of no use. */
	scene->host.unusable = strdup("/mnt/cg");
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "not in the part of the hierarchy that '/mnt/cg' shows",
		"umount /mnt/cg, and mount the whole hierarchy");
	scene->host.unusable_is_v2 = true;
	assert_int_equal(make(scene), -1);
	check_contains(scene->f.hint, "umount /mnt/cg && mount -t cgroup2 none /mnt/cg");
	scene->host.unusable_is_hidden = true;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "'/mnt/cg' is hidden", "findmnt -T /mnt/cg");
}

/* What is not ours to switch on is told before what must not be: it is the first to be mended. */
static void locked_group_is_refused(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[2].locked = true;
	scene->host.levels[0].populated = true;
	scene->spec.cpu = NUMBER(1000000);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, EACCES,
		"cannot switch on cpu in '/sys/fs/cgroup', which is not yours",
		"echo +cpu >/sys/fs/cgroup/cgroup.subtree_control");
	/* What is on need not be switched on. */
	scene->host.levels[2].enabled = scene->host.levels[1].enabled = CPU;
	scene->host.levels[0].populated = false;
	check_enables(scene, "/sys/fs/cgroup: nothing; memory, io, pids\n"
			     "/sys/fs/cgroup/a: nothing; memory, io, pids\n"
			     "/sys/fs/cgroup/a/b: cpu; memory, io, pids\n");
}

/* Whose limit it is, and which controller is not there. */
static void missing_controllers(void **state)
{
	static const struct {
		enum controller controller;
		const char *what;
		const char *hint;
	} rows[] = {
		{ CONTROLLER_MEMORY, "cannot enforce --mem: ", "mount -t cgroup -o memory" },
		{ CONTROLLER_CPU, "cannot enforce --cpu: ", "mount -t cgroup -o cpu " },
		{ CONTROLLER_PIDS, "cannot enforce --pids: ", "mount -t cgroup -o pids" },
		{ CONTROLLER_IO, "cannot enforce --io-write: ", "mount -t cgroup -o blkio" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char name[32];

		scene->host = unified_host();
		scene->spec.mem = NUMBER(500 * MIB);
		scene->spec.cpu = NUMBER(1000000);
		scene->spec.pids = NUMBER(100);
		scene->spec.io_count = 0;
		add_io(scene, IO_WBPS, "io-write", 0, NUMBER(1));
		scene->host.levels[2].controllers &= ~CONTROLLER_BIT(rows[i].controller);
		snprintf(name, sizeof(name), "'%s'", controller_name_v2(rows[i].controller));
		assert_int_equal(make(scene), -1);
		check_fault(&scene->f, 0, rows[i].what, rows[i].hint);
		check_contains(scene->f.what, name);
	}
}

static void missing_swap_controller_is_swaps(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[2].controllers = CPU | PIDS | IO;
	scene->spec.swap = NUMBER(0);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot enforce --swap: ", "-o memory");
}

/* Only what is asked must be there: memory may be off as long as nobody limits it. */
static void missing_controllers_nobody_asked_for(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[2].controllers = CPU;
	scene->spec.cpu = NUMBER(1000000);
	check_enables(scene, "/sys/fs/cgroup: cpu; nothing\n"
			     "/sys/fs/cgroup/a: cpu; nothing\n"
			     "/sys/fs/cgroup/a/b: cpu; nothing\n");
	scene->host = legacy_host();
	scene->host.v1_count = 2;
	check_settings(scene, "cpu,cpuacct/cpu.cfs_period_us 100000\n"
			      "cpu,cpuacct/cpu.cfs_quota_us 100000\n");
}

/* limit inside limit: beside the leaf, inside the outer budget. */
static void nested(void **state)
{
	struct scene *scene = *state;

	scene->spec.mem = PERCENT(5000);
	visit(scene, "v2-nested");
	check_enables(scene, "/sys/fs/cgroup/limit-100-5000: memory; io, pids\n");
	assert_string_equal(scene->plan.groups[0].path,
		"/sys/fs/cgroup/limit-100-5000/limit-101-6000");
	assert_int_equal(scene->plan.mem_bytes, 250 * MIB);
}

static void print_v2(void **state)
{
	struct scene *scene = *state;

	scene->spec.mem = NUMBER(500 * MIB);
	scene->spec.cpu = NUMBER(500000);
	scene->spec.pids = NUMBER(100);
	scene->spec.io[scene->spec.io_count++] =
		(struct spec_io){ IO_RBPS, "io-read", "8:1", NUMBER(20 * MIB) };
	visit(scene, "v2-root");
	check_print(scene,
		"host   unified\n"
		"why    cgroup v2 carries the controllers; the node is below the caller's own group\n"
		"device sda (8:0), from sda1\n"
		"write  /sys/fs/cgroup/cgroup.subtree_control  +io\n"
		"write  /sys/fs/cgroup/cgroup.subtree_control  +pids\n"
		"mkdir  /sys/fs/cgroup/limit-4242-293893\n"
		"mkdir  /sys/fs/cgroup/limit-4242-293893/command\n"
		"write  /sys/fs/cgroup/limit-4242-293893/memory.max  524288000\n"
		"write  /sys/fs/cgroup/limit-4242-293893/memory.swap.max  0\n"
		"write  /sys/fs/cgroup/limit-4242-293893/memory.oom.group  1\n"
		"write  /sys/fs/cgroup/limit-4242-293893/cpu.max  50000 100000\n"
		"write  /sys/fs/cgroup/limit-4242-293893/pids.max  100\n"
		"write  /sys/fs/cgroup/limit-4242-293893/io.max  8:0 rbps=20971520\n"
		"env    LIMIT_CPUS=1\n"
		"run    make -j 4\n");
}

/* One controller a line, as it will be written: what is only wanted must be able to fail alone. */
static void print_enables(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->host.levels[0] = scene->host.levels[2];
	scene->host.level_count = 1;
	scene->command[1] = NULL;
	scene->spec.cpu = MAX;
	check_print(scene,
		"host   unified\n"
		"why    cgroup v2 carries the controllers; the node is below the caller's own group\n"
		"write  /sys/fs/cgroup/cgroup.subtree_control  +cpu\n"
		"write  /sys/fs/cgroup/cgroup.subtree_control  +memory\n"
		"write  /sys/fs/cgroup/cgroup.subtree_control  +io\n"
		"write  /sys/fs/cgroup/cgroup.subtree_control  +pids\n"
		"mkdir  /sys/fs/cgroup/limit-77-123456\n"
		"mkdir  /sys/fs/cgroup/limit-77-123456/command\n"
		"write  /sys/fs/cgroup/limit-77-123456/cpu.max  max 100000\n"
		"run    make\n");
}

static void print_hybrid(void **state)
{
	struct scene *scene = *state;

	scene->spec.mem = PERCENT(5000); /* of the 8G around us */
	scene->spec.cpu = NUMBER(5000);
	scene->spec.io[scene->spec.io_count++] =
		(struct spec_io){ IO_WIOPS, "io-write-ops", "254:0", NUMBER(500) };
	visit(scene, "hybrid");
	check_print(scene,
		"host   hybrid\n"
		"why    cgroup v1 carries the controllers: a v1 group in each hierarchy below the "
		"caller's own, a v2 group beside them for placing and killing\n"
		"note   cgroup v1 has no memory.oom.group: limit ends the tree itself after an OOM "
		"kill\n"
		"note   cgroup v1 limits direct and read io only: buffered writes pass unthrottled\n"
		"device vda (254:0)\n"
		"mkdir  /sys/fs/cgroup/unified/limit-16798-293893\n"
		"mkdir  /sys/fs/cgroup/cpu/limit-16798-293893\n"
		"mkdir  /sys/fs/cgroup/memory/process_api/45da1235c717246fe94d71546c13721d/"
		"limit-16798-293893\n"
		"mkdir  /sys/fs/cgroup/blkio/limit-16798-293893\n"
		"mkdir  /sys/fs/cgroup/pids/limit-16798-293893\n"
		"write  /sys/fs/cgroup/memory/process_api/45da1235c717246fe94d71546c13721d/"
		"limit-16798-293893/memory.limit_in_bytes  4294967296\n"
		"write  /sys/fs/cgroup/memory/process_api/45da1235c717246fe94d71546c13721d/"
		"limit-16798-293893/memory.memsw.limit_in_bytes  4294967296\n"
		"write  /sys/fs/cgroup/cpu/limit-16798-293893/cpu.cfs_period_us  1000000\n"
		"write  /sys/fs/cgroup/cpu/limit-16798-293893/cpu.cfs_quota_us  5000\n"
		"write  /sys/fs/cgroup/blkio/limit-16798-293893/blkio.throttle.write_iops_device  "
		"254:0 500\n"
		"env    LIMIT_CPUS=1\n"
		"run    make -j 4\n");
}

static void release_twice(void **state)
{
	struct scene *scene = *state;

	scene->host = hybrid_host();
	check_made(scene);
	plan_release(&scene->plan);
	plan_release(&scene->plan);
	assert_int_equal(scene->plan.group_count, 0);
}

/* The limits go into the group above the node; what ends a run for want of memory stays with the node. */
static void group_v2(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan = &scene->plan;

	scene->host = unified_host();
	scene->spec.group = "x";
	scene->spec.mem = NUMBER(64 * MIB);
	scene->spec.cpu = NUMBER(500000);
	check_settings(scene, "shared cgroup/memory.max 67108864\n"
			      "shared cgroup/memory.swap.max 0\n"
			      "cgroup/memory.oom.group 1\n"
			      "shared cgroup/cpu.max 50000 100000\n");
	assert_int_equal(plan->shared.group_count, 1);
	check_group(&plan->shared.groups[0], true, "/sys/fs/cgroup", "/sys/fs/cgroup/a/b",
		"/a/b/limit-group-x", "/sys/fs/cgroup/a/b/limit-group-x");
	check_group(plan_v2_group(plan), true, "/sys/fs/cgroup", "/sys/fs/cgroup/a/b/limit-group-x",
		"/a/b/limit-group-x/limit-77-123456",
		"/sys/fs/cgroup/a/b/limit-group-x/limit-77-123456");
	assert_string_equal(plan->shared.enable.path, "/sys/fs/cgroup/a/b/limit-group-x");
	assert_int_equal(plan->shared.enable.required, MEMORY);
	assert_int_equal(plan->shared.enable.wanted, CPU | IO | PIDS);
	assert_false(plan->no_memory_limit_above);
}

/* Who joins knows of no limit, and can do without the controllers. */
static void group_joined(void **state)
{
	struct scene *scene = *state;

	scene->host = unified_host();
	scene->spec.group = "x";
	check_settings(scene, "cgroup/memory.oom.group 1\n");
	assert_int_equal(scene->plan.shared.enable.required, 0);
	assert_true(scene->plan.kill_group_on_oom);
	assert_int_equal(plan_shared_index(&scene->plan, CONTROLLER_CPU), 0);
	scene->host.levels[2].controllers = PIDS;
	check_settings(scene, "");
	scene->host.levels[2].controllers = MAIN_ONES;
	scene->spec.oom = SPEC_OOM_PROCESS;
	check_settings(scene, "");
}

/* Every hierarchy, also for who joins; into blkio's COMMAND goes itself, as v1 hands no io limit down. */
static void group_v1(void **state)
{
	struct scene *scene = *state;
	const struct plan *plan = &scene->plan;

	scene->host = legacy_host();
	scene->spec.group = "x";
	add_io(scene, IO_WBPS, "io-write", 0, NUMBER(1000));
	check_settings(scene, "shared blkio/blkio.throttle.write_bps_device 8:0 1000\n");
	assert_int_equal(plan->shared.group_count, 6);
	assert_int_equal(plan->group_count, 5);
	assert_null(plan_group_of(plan, CONTROLLER_IO));
	assert_non_null(plan_group_of(plan, CONTROLLER_CPUSET));
	for (unsigned i = 0; i < plan->shared.group_count; i++)
		assert_int_equal(plan->shared.groups[i].entered,
			plan->shared.groups[i].controllers == IO);
}

static void group_io_with_others_on_v1(void **state)
{
	struct scene *scene = *state;

	scene->host = legacy_host();
	scene->host.v1[4].controllers |= CONTROLLER_BIT(CONTROLLER_HUGETLB);
	scene->spec.group = "x";
	add_io(scene, IO_WBPS, "io-write", 0, NUMBER(1000));
	assert_int_equal(make(scene), -1);
	check(strstr(scene->f.what, "cannot enforce --io-write with --group"), "'%s'",
		scene->f.what);
	scene->spec.best_effort = true;
	check_made(scene);
	assert_int_equal(scene->plan.unenforced.count, 1);
	assert_int_equal(scene->plan.setting_count, 0);
	assert_non_null(plan_group_of(&scene->plan, CONTROLLER_IO));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(paths_v2),
		TEST(paths_at_the_root),
		TEST(paths_v1),
		TEST(paths_hybrid),
		TEST(paths_mixed),
		TEST(group_v2),
		TEST(group_joined),
		TEST(group_v1),
		TEST(group_io_with_others_on_v1),
		TEST(every_setting_v2),
		TEST(every_setting_v1),
		TEST(max_of_everything),
		TEST(as_many_settings_as_there_can_be),
		TEST(notes_are_not_repeated),
		TEST(memory_is_rounded_up_to_pages),
		TEST(memory_as_a_percentage),
		TEST(effective_limits),
		TEST(effective_on_this_machine),
		TEST(effective_swap_on_v1),
		TEST(best_effort),
		TEST(best_effort_on_v1),
		TEST(best_effort_without_groups),
		TEST(swap),
		TEST(swap_without_memory),
		TEST(soft_memory_v2),
		TEST(soft_memory_v1),
		TEST(mem_high_that_never_throttles),
		TEST(protection_above),
		TEST(zswap_without_swap),
		TEST(oom),
		TEST(cpu),
		TEST(cpu_burst),
		TEST(cpu_weight),
		TEST(set_files),
		TEST(set_against_an_option),
		TEST(leaf_beside_v1),
		TEST(cpuset_v2),
		TEST(cpuset_that_is_not_allowed),
		TEST(cpuset_v1),
		TEST(cpu_quota_too_small),
		TEST(nice_value),
		TEST(io_of_one_device_by_several_names),
		TEST(enables),
		TEST(enables_for_the_report_alone),
		TEST(delegated),
		TEST(enables_in_the_populated_root),
		TEST(populated_group_is_refused),
		TEST(wanted_controllers_are_dropped),
		TEST(no_enables_in_vain),
		TEST(threaded_group_is_refused),
		TEST(room_is_made),
		TEST(populated_user_session),
		TEST(populated_container),
		TEST(read_only),
		TEST(read_only_v1),
		TEST(nowhere),
		TEST(locked_group_is_refused),
		TEST(missing_controllers),
		TEST(missing_swap_controller_is_swaps),
		TEST(missing_controllers_nobody_asked_for),
		TEST(nested),
		TEST(print_v2),
		TEST(print_enables),
		TEST(print_hybrid),
		TEST(release_twice),
	};

	return RUN_TESTS(tests);
}
