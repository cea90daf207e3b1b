/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/plan_io.c: the io options of a spec, on devices that were found, as settings and notes. */
#include "config.h"

#include "check.h"

#include "plan_io.h"

/* A v2 host whose devices are made by hand; the plan owns what it says of them. */
struct scene {
	struct spec spec;
	struct host host;
	struct plan plan;
	struct setting settings[PLAN_SETTINGS_MAX];
	unsigned count;
	struct fault f;
	char text[4096];
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	spec_init(&scene->spec);
	scene->host.level_count = 1;
	scene->host.levels[0].controllers = CONTROLLER_BIT(CONTROLLER_IO);
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	plan_release(&scene->plan);
	free(scene->host.devices.faults);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static void ask(struct scene *scene, enum io_key key, const char *path, uint64_t value)
{
	static const char *const options[IO_KEYS] = { "io-read", "io-write", "io-read-ops",
		"io-write-ops", "io-weight" };

	scene->spec.io[scene->spec.io_count++] =
		(struct spec_io){ key, options[key], path, { QUANTITY_NUMBER, value } };
}

/* A device of the option asked last. */
static struct device *found(struct scene *scene, unsigned minor)
{
	static char name[] = "sdX", description[] = "sdX (8:N)";
	struct device *device = &scene->host.devices.list[scene->host.devices.count++];

	*device = (struct device){
		.io = scene->spec.io_count - 1,
		.major = 8,
		.minor = minor,
		.name = name,
		.description = description,
	};
	device->has_queue = true;
	return device;
}

static int make(struct scene *scene)
{
	plan_release(&scene->plan);
	scene->count = 0;
	return plan_io_make(&scene->plan, scene->settings, &scene->count, &scene->spec,
		&scene->host, &scene->f);
}

static void check_settings(struct scene *scene, const char *expected)
{
	size_t length = 0;

	check(make(scene) == 0, "'%s'", scene->f.what);
	scene->text[0] = '\0';
	for (unsigned i = 0; i < scene->count; i++)
		length += (size_t)snprintf(scene->text + length, sizeof(scene->text) - length,
			"%s %s\n", scene->settings[i].file, scene->settings[i].text);
	check_string(scene->text, expected, "%s", "settings");
}

static void check_note(const struct scene *scene, const char *words, bool there)
{
	bool any = false;

	for (unsigned i = 0; i < scene->plan.note_count; i++)
		any |= strstr(scene->plan.notes[i], words) != NULL;
	check(any == there, "'%s'", words);
}

/* One option, two devices: a limit on each. */
static void several_devices(void **state)
{
	struct scene *scene = *state;

	ask(scene, IO_WBPS, "/pool", 1000);
	found(scene, 0)->sibling_count = 2;
	found(scene, 16)->sibling_count = 2;
	scene->host.devices.list[0].fs_type = (char[]){ "btrfs" };
	scene->host.devices.list[1].fs_type = (char[]){ "btrfs" };
	check_settings(scene, "io.max 8:0 wbps=1000\nio.max 8:16 wbps=1000\n");
	assert_int_equal(scene->plan.device_count, 2);
	assert_int_equal(scene->plan.note_count, 1);
	check_note(scene, "btrfs has 2 devices", true);
}

static void the_last_path_to_a_device_wins(void **state)
{
	struct scene *scene = *state;

	ask(scene, IO_WBPS, "/a", 1000);
	found(scene, 0);
	ask(scene, IO_WBPS, "/b", 2000);
	found(scene, 0);
	ask(scene, IO_WEIGHT, "/a", 50);
	found(scene, 0)->bfq = true;
	ask(scene, IO_WEIGHT, "/b", 60);
	found(scene, 0)->bfq = true;
	check_settings(scene, "io.max 8:0 wbps=2000\nio.bfq.weight 8:0 60\n");
	assert_int_equal(scene->plan.device_count, 1);
}

static void notes_of_file_systems(void **state)
{
	static const struct {
		const char *fs_type;
		bool pass;
	} rows[] = {
		{ "ext2", false },
		{ "ext3", false },
		{ "ext4", false },
		{ "btrfs", false },
		{ "f2fs", false },
		{ "xfs", false },
		{ "vfat", true },
		{ "ext", true },
		{ "ntfs3", true },
		{ NULL, false },
	};
	struct scene *scene = *state;
	struct device *device;
	char fs_type[16];

	ask(scene, IO_WBPS, "/data", 1000);
	device = found(scene, 0);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		snprintf(fs_type, sizeof(fs_type), "%s", rows[i].fs_type ? rows[i].fs_type : "");
		device->fs_type = rows[i].fs_type ? fs_type : NULL;
		assert_int_equal(make(scene), 0);
		check_note(scene, "buffered writes on ", rows[i].pass);
	}
	/* On v1 it is true of all, which is said elsewhere; and reads are never late. */
	device->fs_type = (char[]){ "vfat" };
	scene->host.level_count = 0;
	assert_int_equal(make(scene), 0);
	check_note(scene, "buffered writes on ", false);
	scene->host.level_count = 1;
	scene->spec.io[0].key = IO_RBPS;
	assert_int_equal(make(scene), 0);
	check_note(scene, "buffered writes on ", false);
	device->has_layers = true;
	assert_int_equal(make(scene), 0);
	check_note(scene, "reads of files in a lower layer", true);
	scene->spec.io[0].key = IO_WBPS;
	assert_int_equal(make(scene), 0);
	check_note(scene, "reads of files in a lower layer", false);
}

/* To whichever is at work there, or to both. */
static void weights(void **state)
{
	struct scene *scene = *state;
	struct device *device;

	ask(scene, IO_WEIGHT, "/data", 200);
	device = found(scene, 16);
	device->bfq = true;
	check_settings(scene, "io.bfq.weight 8:16 200\n");
	device->iocost = true;
	check_settings(scene, "io.bfq.weight 8:16 200\nio.weight 8:16 200\n");
	device->bfq = false;
	check_settings(scene, "io.weight 8:16 200\n");
}

/* BFQ forgets a device's own weight when the default is written. */
static void defaults_come_first(void **state)
{
	struct scene *scene = *state;

	ask(scene, IO_WEIGHT, "/data", 200);
	found(scene, 0)->bfq = true;
	ask(scene, IO_WEIGHT, NULL, 50);
	found(scene, 0)->bfq = true;
	found(scene, 16)->bfq = true;
	found(scene, 32)->iocost = true;
	check_settings(scene, "io.bfq.weight default 50\nio.weight default 50\n"
			      "io.bfq.weight 8:0 200\n");
	check_note(scene, "counts on sdX (BFQ), sdX (BFQ), sdX (iocost) only", true);
	assert_int_equal(scene->plan.device_count, 1);
}

/* The kernel takes io.weight there without complaint, and nothing heeds it. */
static void weights_that_nothing_heeds(void **state)
{
	struct scene *scene = *state;
	struct device *device;

	ask(scene, IO_WEIGHT, "/data", 200);
	device = found(scene, 16);
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "cannot enforce --io-weight on sdX (8:N): neither BFQ nor iocost",
		"echo bfq >/sys/block/sdX/queue/scheduler");
	check(strstr(scene->f.hint, "8:16 enable=1"), "'%s'", scene->f.hint);
	device->has_queue = false;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "hands its io down", "lsblk -s /dev/sdX");
	device->bfq = true;
	scene->spec.io[0].value.value = 1001;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "BFQ takes weights from 1 to 1000", "--io-weight 1000");
	scene->spec.io[0].value.value = 1000;
	check_settings(scene, "io.bfq.weight 8:16 1000\n");
	scene->host.devices.count = 0;
	scene->spec.io[0].path = NULL;
	assert_int_equal(make(scene), -1);
	check_fault(&scene->f, 0, "at work on any device", "lsblk");
}

/* With --best-effort the others hold, and these are listed. */
static void best_effort(void **state)
{
	struct scene *scene = *state;
	struct fault f = { .what = "cannot limit io of '/tmp': it is on tmpfs" };

	scene->spec.best_effort = true;
	ask(scene, IO_WEIGHT, "/data", 200);
	found(scene, 0);
	ask(scene, IO_WEIGHT, NULL, 200);
	ask(scene, IO_WBPS, "/tmp", 1);
	devices_keep_fault(&scene->host.devices, 2, &f);
	ask(scene, IO_RBPS, "/data", 1000);
	found(scene, 0);
	check_settings(scene, "io.max 8:0 rbps=1000\n");
	assert_int_equal(scene->plan.unenforced.count, 3);
	assert_string_equal(scene->plan.unenforced.entries[0].option, "io-write");
	assert_string_equal(scene->plan.unenforced.entries[0].why, f.what);
	assert_string_equal(scene->plan.unenforced.entries[1].option, "io-weight");
	assert_string_equal(scene->plan.unenforced.entries[2].option, "io-weight");
}

/* As many as there can be, each of them two files. */
static void as_many_settings_as_there_can_be(void **state)
{
	struct scene *scene = *state;

	ask(scene, IO_WEIGHT, "/data", 200);
	for (unsigned i = 0; i < DEVICES_MAX; i++) {
		struct device *device = found(scene, i);

		device->bfq = device->iocost = true;
	}
	assert_int_equal(make(scene), 0);
	assert_int_equal(scene->count, 2 * DEVICES_MAX);
	assert_int_equal(scene->plan.device_count, DEVICES_MAX);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(several_devices),
		TEST(the_last_path_to_a_device_wins),
		TEST(notes_of_file_systems),
		TEST(weights),
		TEST(defaults_come_first),
		TEST(weights_that_nothing_heeds),
		TEST(best_effort),
		TEST(as_many_settings_as_there_can_be),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
