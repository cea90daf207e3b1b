/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/setting.c: what a v2 setting is on cgroup v1, and whether a value was taken. */
#include "config.h"

#include "check.h"

#include "setting.h"

#define MEM (500 * MIB)

static void init(void **state)
{
	struct setting setting;

	(void)state;
	memset(&setting, 0xff, sizeof(setting));
	setting_init(&setting, CONTROLLER_CPU, "cpu", "cpu.max", "%d %s", 200000, "100000");
	assert_int_equal(setting.controller, CONTROLLER_CPU);
	assert_string_equal(setting.option, "cpu");
	assert_string_equal(setting.file, "cpu.max");
	assert_string_equal(setting.text, "200000 100000");
	assert_null(setting.missing_is_fine);
	assert_null(setting.missing_hint);
}

static enum controller controller_of(const char *file)
{
	if (strncmp(file, "memory.", 7) == 0)
		return CONTROLLER_MEMORY;
	if (strncmp(file, "cpu.", 4) == 0)
		return CONTROLLER_CPU;
	return strncmp(file, "pids.", 5) == 0 ? CONTROLLER_PIDS : CONTROLLER_IO;
}

struct translation {
	const char *file;
	const char *text;
	int count;
	struct {
		const char *file;
		const char *text;
	} v1[SETTING_V1_MAX];
};

static void check_translation(const struct translation *row)
{
	struct setting v1[SETTING_V1_MAX];
	struct setting v2;
	int count;

	setting_init(&v2, controller_of(row->file), "opt", row->file, "%s", row->text);
	v2.missing_is_fine = "nothing is lost";
	v2.missing_hint = "a hint";
	count = setting_translate_v1(&v2, MEM, v1);
	check(count == row->count, "%s '%s' becomes %d", row->file, row->text, count);
	for (int i = 0; i < count; i++) {
		check_string(v1[i].file, row->v1[i].file, "%s '%s'", row->file, row->text);
		check_string(v1[i].text, row->v1[i].text, "%s '%s'", row->file, row->text);
		check_string(v1[i].option, "opt", "%s '%s'", row->file, row->text);
		check(v1[i].controller == v2.controller, "%s '%s'", row->file, row->text);
		check_string(v1[i].missing_is_fine, "nothing is lost", "%s", row->file);
		check_string(v1[i].missing_hint, "a hint", "%s", row->file);
	}
}

static void translate_v1(void **state)
{
	static const struct translation rows[] = {
		{ "memory.max", "524288000", 1, { { "memory.limit_in_bytes", "524288000" } } },
		{ "memory.max", "max", 0 },
		/* memsw is memory and swap together. */
		{ "memory.swap.max", "0", 1, { { "memory.memsw.limit_in_bytes", "524288000" } } },
		{ "memory.swap.max", "104857600", 1,
			{ { "memory.memsw.limit_in_bytes", "629145600" } } },
		{ "memory.swap.max", "max", 0 },
		{ "cpu.max", "150000 100000", 2,
			{ { "cpu.cfs_period_us", "100000" }, { "cpu.cfs_quota_us", "150000" } } },
		{ "cpu.max", "1000 1000000", 2,
			{ { "cpu.cfs_period_us", "1000000" }, { "cpu.cfs_quota_us", "1000" } } },
		{ "cpu.max", "max 100000", 0 },
		/* What the kernel's own table has for 0, 1 and 19; for -20 it has 88761. */
		{ "cpu.weight.nice", "0", 1, { { "cpu.shares", "1024" } } },
		{ "cpu.weight.nice", "1", 1, { { "cpu.shares", "819" } } },
		{ "cpu.weight.nice", "19", 1, { { "cpu.shares", "15" } } },
		{ "cpu.weight.nice", "-1", 1, { { "cpu.shares", "1280" } } },
		{ "cpu.weight.nice", "-20", 1, { { "cpu.shares", "88818" } } },
		/* No nice value, and not worth a loop of as many steps. */
		{ "cpu.weight.nice", "20000000000", -1, { { 0 } } },
		{ "cpu.weight.nice", "-21", -1, { { 0 } } },
		{ "pids.max", "100", 1, { { "pids.max", "100" } } },
		{ "pids.max", "max", 0 },
		{ "io.max", "8:0 rbps=2097152", 1,
			{ { "blkio.throttle.read_bps_device", "8:0 2097152" } } },
		{ "io.max", "8:16 wbps=1", 1, { { "blkio.throttle.write_bps_device", "8:16 1" } } },
		{ "io.max", "254:0 riops=120", 1,
			{ { "blkio.throttle.read_iops_device", "254:0 120" } } },
		{ "io.max", "259:3 wiops=4294967295", 1,
			{ { "blkio.throttle.write_iops_device", "259:3 4294967295" } } },
		{ "io.bfq.weight", "default 50", 1, { { "blkio.bfq.weight", "50" } } },
		{ "io.bfq.weight", "8:0 200", 1, { { "blkio.bfq.weight_device", "8:0 200" } } },
		{ "io.weight", "default 50", -1 },
		{ "io.max", "8:0 rbps=max", 0 },
		{ "io.max", "8:0 wiops=max", 0 },
		/* memory.high is not soft_limit_in_bytes: that one does not throttle. */
		{ "memory.high", "524288000", -1 },
		{ "memory.high", "max", 0 },
		{ "memory.low", "524288000", -1 },
		{ "memory.low", "max", -1 },
		{ "memory.min", "max", -1 },
		{ "memory.zswap.max", "0", -1 },
		{ "memory.zswap.max", "max", 0 },
		{ "memory.oom.group", "1", -1 },
		{ "memory.swap.high", "0", -1 },
		{ "cpu.max.burst", "1000", 1, { { "cpu.cfs_burst_us", "1000" } } },
		{ "cpuset.cpus", "0-3,8", 1, { { "cpuset.cpus", "0-3,8" } } },
		{ "cpuset.mems", "0", 1, { { "cpuset.mems", "0" } } },
		{ "cpuset.cpus.partition", "root", -1 },
		{ "cpu.weight", "100", 1, { { "cpu.shares", "1024" } } },
		/* Rounded to the nearest, as the kernel does. */
		{ "cpu.weight", "1", 1, { { "cpu.shares", "10" } } },
		{ "cpu.weight", "5", 1, { { "cpu.shares", "51" } } },
		{ "cpu.weight", "6", 1, { { "cpu.shares", "61" } } },
		{ "cpu.weight", "10000", 1, { { "cpu.shares", "102400" } } },
		{ "cpu.idle", "1", 1, { { "cpu.idle", "1" } } },
		{ "memory.maximum", "1", -1 },
		{ "io.weight", "100", -1 },
		{ "", "1", -1 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check_translation(&rows[i]);
}

static void the_file_holds_what_was_written(void **state)
{
	/* io.max of one group with three limited disks. */
	static const char io_max[] = "8:16 rbps=2097152 wbps=max riops=max wiops=120\n"
				     "8:0 rbps=max wbps=1048576 riops=max wiops=max\n"
				     "8:10 rbps=1 wbps=1 riops=1 wiops=1\n";
	/* blkio.throttle.read_bps_device, Linux 6.18. */
	static const char blkio[] = "8:16 1048576\n"
				    "254:0 2097152\n";
	static const struct {
		const char *file;
		const char *text;
		const char *read_back;
		bool holds;
	} rows[] = {
		{ "memory.max", "524288000", "524288000\n", true },
		{ "memory.max", "524288000", "524288000", true },
		{ "memory.max", "524288000", "524288000 \n", false },
		{ "memory.max", "524288000", "524283904\n", false },
		{ "memory.max", "524288000", "5242880000\n", false },
		{ "memory.max", "524288000", "52428800\n", false },
		{ "memory.max", "524288000", "max\n", false },
		{ "memory.max", "524288000", "", false },
		{ "memory.max", "524288000", "\n", false },
		{ "memory.max", "max", "max\n", true },
		{ "memory.max", "max", "524288000\n", false },
		{ "memory.swap.max", "0", "0\n", true },
		{ "cpu.max", "150000 100000", "150000 100000\n", true },
		{ "cpu.max", "150000 100000", "150000 1000000\n", false },
		{ "cpu.max", "150000 100000", "max 100000\n", false },
		{ "cpu.max", "max 100000", "max 100000\n", true },
		{ "pids.max", "100", "100\n", true },
		{ "pids.max", "100", "1000\n", false },
		{ "io.weight", "default 50", "default 50\n", true },
		{ "io.weight", "default 50", "default 50\n8:0 200\n", true },
		{ "io.weight", "default 50", "default 500\n8:0 200\n", false },
		{ "io.weight", "8:0 200", "default 100\n8:0 200\n", true },
		{ "io.weight", "8:0 200", "default 100\n8:0 2000\n", false },
		{ "io.weight", "8:0 200", "default 200\n18:0 200\n", false },
		{ "io.bfq.weight", "8:0 200", "default 100\n8:0 200\n", true },
		{ "io.bfq.weight", "8:0 200", "default 100\n", false },
		{ "blkio.bfq.weight", "50", "50\n", true },
		{ "blkio.bfq.weight", "50", "500\n", false },
		{ "blkio.bfq.weight_device", "8:0 200", "default 100\n8:0 200\n", true },
		{ "blkio.bfq.weight_device", "8:0 200", "default 100\n", false },
		{ "io.max", "8:16 rbps=2097152", io_max, true },
		{ "io.max", "8:16 wiops=120", io_max, true },
		{ "io.max", "8:16 wiops=12", io_max, false },
		{ "io.max", "8:16 wbps=1048576", io_max, false },
		{ "io.max", "8:0 wbps=1048576", io_max, true },
		{ "io.max", "8:0 rbps=1", io_max, false },
		{ "io.max", "8:10 rbps=1", io_max, true },
		/* 8:1 begins like 8:10 and 8:16 but is another disk. */
		{ "io.max", "8:1 rbps=1", io_max, false },
		{ "io.max", "8:1 rbps=2097152", io_max, false },
		{ "io.max", "8:161 rbps=2097152", io_max, false },
		{ "io.max", "16 rbps=2097152", io_max, false },
		{ "io.max", "8:16 rbps=2097152", "", false },
		/* 'max' is an answer, a line of its own or no line at all. */
		{ "io.max", "8:16 wbps=max", io_max, true },
		{ "io.max", "8:16 rbps=max", io_max, false },
		{ "io.max", "8:32 rbps=max", io_max, true },
		{ "io.max", "8:1 rbps=max", io_max, true },
		{ "io.max", "8:16 rbps=max", "", true },
		{ "blkio.throttle.read_bps_device", "254:0 2097152", blkio, true },
		{ "blkio.throttle.read_bps_device", "8:16 1048576", blkio, true },
		{ "blkio.throttle.read_bps_device", "8:16 104857", blkio, false },
		{ "blkio.throttle.read_bps_device", "8:16 10485760", blkio, false },
		{ "blkio.throttle.read_bps_device", "8:1 1048576", blkio, false },
		{ "blkio.throttle.read_bps_device", "4:0 2097152", blkio, false },
		{ "blkio.throttle.read_bps_device", "8:16 1048576", "", false },
		{ "cpu.cfs_quota_us", "150000", "150000\n", true },
		{ "cpu.cfs_quota_us", "150000", "-1\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct setting setting;

		setting_init(&setting, controller_of(rows[i].file), "opt", rows[i].file, "%s",
			rows[i].text);
		check(setting_holds(&setting, rows[i].read_back) == rows[i].holds,
			"%s '%s' in '%s'", rows[i].file, rows[i].text, rows[i].read_back);
	}
}

static void given_files(void **state)
{
	static const struct {
		const char *text;
		const char *read_back;
		bool holds;
	} rows[] = {
		{ "5", "5\n", true },
		{ "5", "50\n", false },
		{ "5", "", false },
		{ "5", "4\n5\n", false },
		{ "500M", "524288000\n", true },
		{ "500m", "524288000\n", true },
		{ "500M", "524288001\n", false },
		{ "1K", "1024\n", true },
		{ "1E", "1152921504606846976\n", true },
		{ "16E", "0\n", false },
		{ "5X", "5\n", false },
		{ "KK", "K\n", false },
		{ "max", "max\n", true },
		{ "max", "9223372036854771712\n", false },
		{ "root", "root\n", true },
		{ "root", "root invalid (Parent is not a partition root)\n", false },
		/* io.weight and its like. */
		{ "50", "default 50\n", true },
		{ "50", "default 50\n8:0 20\n", true },
		{ "20", "default 50\n8:0 20\n", false },
		{ "8:0 20", "default 50\n8:0 20\n", true },
		{ "default 50", "default 50\n8:0 20\n", true },
		{ "8:1 wbps=5 wiops=7", "8:1 rbps=max wbps=5 riops=max wiops=7\n", true },
		{ "8:1 wbps=5 wiops=8", "8:1 rbps=max wbps=5 riops=max wiops=7\n", false },
		{ "8:1 wbps=5", "8:16 rbps=max wbps=5 riops=max wiops=7\n", false },
		{ "8:1 wbps=5", "8:0 wbps=5\n8:1 wbps=6\n", false },
		{ "drm/0/vram 1M", "drm/0/stolen 5\ndrm/0/vram 1048576\n", true },
		{ "drm/0/vram 1M", "drm/0/vram 1048577\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct setting setting;

		setting_init(&setting, CONTROLLER_MISC, "set", "misc.max", "%s", rows[i].text);
		setting.as_given = true;
		check(setting_holds(&setting, rows[i].read_back) == rows[i].holds, "'%s' in '%s'",
			rows[i].text, rows[i].read_back);
	}
}

static void effects(void **state)
{
	struct setting setting;

	(void)state;
	setting_init(&setting, CONTROLLER_CPUSET, "cpus", "cpuset.cpus", "0-1");
	assert_string_equal(setting_effect_file(&setting, true), "cpuset.cpus.effective");
	assert_string_equal(setting_effect_file(&setting, false), "cpuset.effective_cpus");
	/* More than is allowed: the kernel takes it and gives all that is. */
	assert_true(setting_holds(&setting, "0-1\n"));
	assert_false(setting_holds(&setting, "0\n"));
	assert_false(setting_holds(&setting, "0-15\n"));
	assert_false(setting_holds(&setting, "\n"));
	setting_init(&setting, CONTROLLER_CPUSET, "mems", "cpuset.mems", "0");
	assert_string_equal(setting_effect_file(&setting, true), "cpuset.mems.effective");
	assert_string_equal(setting_effect_file(&setting, false), "cpuset.effective_mems");
	setting_init(&setting, CONTROLLER_CPUSET, "mems", "mems", "0");
	assert_string_equal(setting_effect_file(&setting, false), "effective_mems");
	setting_init(&setting, CONTROLLER_CPU, "cpu", "cpu.max", "max 100000");
	assert_null(setting_effect_file(&setting, true));
	assert_null(setting_effect_file(&setting, false));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(init),
		cmocka_unit_test(translate_v1),
		cmocka_unit_test(the_file_holds_what_was_written),
		cmocka_unit_test(effects),
		cmocka_unit_test(given_files),
	};

	return RUN_TESTS(tests);
}
