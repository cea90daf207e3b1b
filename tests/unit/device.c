/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/device.c: the devices behind each kind of file system, on tests/unit/fixtures/disks.tree. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include <errno.h>

#include "device.h"

struct scene {
	struct tree tree;
	struct devices devices;
	struct fault f;
	char text[2048];
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	*state = scene;
	tree_unpack(&scene->tree, "disks");
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	devices_release(&scene->devices);
	tree_release(&scene->tree);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

/* Stands in for device_look(): what statx would tell on the machine of the fixture. */
static int look(struct device_place *place, const char *path, int root_fd)
{
	static const struct {
		const char *path;
		struct device_place place;
	} rows[] = {
		{ ".", { .path = "/data/here" } },
		{ "here", { .path = "/home/here" } },
		{ "/dev/sda", { .is_block = true, .major = 8, .minor = 0 } },
		{ "/dev/sda2", { .is_block = true, .major = 8, .minor = 2 } },
		{ "/dev/sdb1", { .is_block = true, .major = 8, .minor = 17 } },
		{ "/dev/sdc", { .is_block = true, .major = 8, .minor = 32 } },
		{ "/dev/mapper/vg-home", { .is_block = true, .major = 253, .minor = 0 } },
		{ "/dev/null", { .is_character = true, .path = "/dev/null" } },
		/* A link, followed: only the mount id tells where it leads. */
		{ "/link", { .mount_id = 41, .path = "" } },
		{ "/id-unknown", { .mount_id = 4000, .path = "/data/x" } },
		{ "/chroot", { .mount_id = 4000, .major = 8, .minor = 17 } },
		{ "/chroot-anonymous", { .mount_id = 4000 } },
		{ "/merged-self/up", { .mount_id = 51 } },
	};
	static const char *const missing[] = { "/no", "no", "/var/lib/docker/x/diff", "sda",
		"/dev/root", "/dev/no" };

	(void)root_fd;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		if (strcmp(rows[i].path, path) == 0) {
			*place = rows[i].place;
			return 0;
		}
	}
	for (size_t i = 0; i < ARRAY_SIZE(missing); i++) {
		if (strcmp(missing[i], path) == 0) {
			errno = ENOENT;
			return -1;
		}
	}
	*place = (struct device_place){ 0 };
	snprintf(place->path, sizeof(place->path), "%s", path);
	return 0;
}

static int resolve(struct scene *scene, const char *text)
{
	devices_release(&scene->devices);
	scene->f = (struct fault){ 0 };
	return devices_resolve(&scene->devices, 0, text, scene->tree.fd, look, &scene->f);
}

/* What a text means, a line for each device. */
static const char *found(struct scene *scene, const char *text)
{
	size_t length = 0;

	if (resolve(scene, text) < 0)
		return scene->f.what;
	scene->text[0] = '\0';
	for (unsigned i = 0; i < scene->devices.count; i++) {
		const struct device *device = &scene->devices.list[i];

		length += (size_t)snprintf(scene->text + length, sizeof(scene->text) - length,
			"%s%s", i ? "\n" : "", device->description);
	}
	return scene->text;
}

static void one_device(void **state)
{
	static const struct {
		const char *text;
		const char *description;
		const char *fs_type;
	} rows[] = {
		{ "8:0", "sda (8:0)", NULL },
		{ "8:2", "sda (8:0), from sda2", NULL },
		{ "253:0", "dm-0 (253:0), from vg-home", NULL },
		{ "/dev/sda", "sda (8:0)", NULL },
		{ "/dev/sda2", "sda (8:0), from sda2", NULL },
		{ "/dev/mapper/vg-home", "dm-0 (253:0), from vg-home", NULL },
		{ NULL, "sda (8:0), from /data/here on sda2", "ext4" },
		{ "here", "dm-0 (253:0), from here on vg-home", "xfs" },
		{ "/", "sda (8:0), from / on sda1", "ext4" },
		{ "/data", "sda (8:0), from /data on sda2", "ext4" },
		{ "/data/a/file", "sda (8:0), from /data/a/file on sda2", "ext4" },
		{ "/bound/x", "sda (8:0), from /bound/x on sda2", "ext4" },
		{ "/home", "dm-0 (253:0), from /home on vg-home", "xfs" },
		{ "/secret", "dm-1 (253:1), from /secret on luks", "ext4" },
		{ "/image/x", "loop0 (7:0), from /image/x", "vfat" },
		{ "/btrfs", "sdb (8:16), from /btrfs on sdb1", "btrfs" },
		{ "/merged", "sda (8:0), from /merged, upper layer /data/up on sda2", "ext4" },
		{ "/link", "dm-0 (253:0), from /link on vg-home", "xfs" },
		{ "/id-unknown", "sda (8:0), from /id-unknown on sda2", "ext4" },
		{ "/chroot", "sdb (8:16), from /chroot on sdb1", "an unknown file system" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const char *text = rows[i].text ? rows[i].text : "NULL";

		check_string(found(scene, rows[i].text), rows[i].description, "%s", text);
		check(scene->devices.count == 1, "%s", text);
		if (rows[i].fs_type)
			check_string(scene->devices.list[0].fs_type, rows[i].fs_type, "%s", text);
		else
			check(!scene->devices.list[0].fs_type, "%s", text);
		check(scene->devices.list[0].has_layers == (strncmp(text, "/merged", 7) == 0), "%s",
			text);
	}
}

/* An overlay on an overlay: the last layer is where the writes go. */
static void layers(void **state)
{
	check_string(found(*state, "/merged-twice"),
		"sda (8:0), from /merged-twice, upper layer /data/up on sda2", "twice");
}

static void several_devices(void **state)
{
	struct scene *scene = *state;
	const char *text = found(scene, "/pool/x");

	assert_int_equal(scene->devices.count, 2);
	/* In the order of the directory. */
	assert_non_null(strstr(text, "sdc (8:32), from /pool/x"));
	assert_non_null(strstr(text, "sdd (8:48), from /pool/x"));
	for (unsigned i = 0; i < 2; i++) {
		assert_int_equal(scene->devices.list[i].sibling_count, 2);
		assert_string_equal(scene->devices.list[i].fs_type, "btrfs");
	}
	resolve(scene, "/btrfs");
	assert_int_equal(scene->devices.list[0].sibling_count, 1);
}

/* A source that cannot be seen is no matter where there is only one btrfs. */
static void btrfs_of_unknown_source(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(resolve(scene, "/btrfs-lost"), -1);
	check_fault(&scene->f, 0, "the devices of '/dev/root' cannot be found", "lsblk");
	tree_unlink(&scene->tree, "/sys/fs/btrfs/0a1b2c3d-0000-0000-0000-000000000002/devices/sdc");
	tree_unlink(&scene->tree, "/sys/fs/btrfs/0a1b2c3d-0000-0000-0000-000000000002/devices/sdd");
	check_string(found(scene, "/btrfs-lost"), "sdb (8:16), from /btrfs-lost on sdb1", "lost");
}

static void refused(void **state)
{
	static const struct {
		const char *text;
		const char *why;
		const char *hint;
	} rows[] = {
		{ "/dev/shm/x", "'/dev/shm/x': it is on tmpfs, which keeps its files in memory",
			"--mem" },
		{ "/proc/1", "it is on proc, which", "lsblk" },
		{ "/sys", "it is on sysfs, which", "lsblk" },
		{ "/dev", "it is on devtmpfs, which", "--mem" },
		{ "/nfs", "it is on nfs4, which goes over the network", "at the server" },
		{ "/cifs/x", "it is on cifs, which goes over the network", "at the server" },
		{ "/sshfs", "it is on fuse.sshfs, which is served by a process",
			"that process under limit" },
		/* Has the number of a block device, but another process does its io. */
		{ "/ntfs", "it is on fuseblk, which is served by a process",
			"that process under limit" },
		{ "/zfs", "it is on zfs, which does its io in threads", "ext4" },
		{ "/9p", "it is on 9p, which belongs to the machine outside", "outside" },
		{ "/odd", "it is on oddfs, whose device 0:62 is no block device", "lsblk" },
		{ "/merged-tmp",
			"its upper layer '/dev/shm/up' is on tmpfs, which keeps its files in memory",
			"--mem" },
		{ "/merged-ro", "overlay without an upper layer", "lsblk" },
		{ "/merged-far", "upper layer '/var/lib/docker/x/diff' cannot be seen from here",
			"lsblk" },
		{ "/merged-self", "upper layer '/merged-self/up' cannot be seen from here",
			"lsblk" },
		{ "/merged-relative", "upper layer 'up' cannot be found", "lsblk" },
		{ "/chroot-anonymous", "its mount is not in", "lsblk" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		check(resolve(scene, rows[i].text) == -1, "%s", rows[i].text);
		check(strstr(scene->f.what, rows[i].why), "'%s' in '%s'", rows[i].why,
			scene->f.what);
		check(strstr(scene->f.hint, rows[i].hint), "'%s' in '%s'", rows[i].hint,
			scene->f.hint);
		check(scene->devices.count == 0, "%s", rows[i].text);
	}
}

static void not_there(void **state)
{
	static const struct {
		const char *text;
		int err;
		const char *hint;
	} rows[] = {
		{ "/no", ENOENT, "lsblk" },
		{ "no", ENOENT, "lsblk" },
		{ "sda", ENOENT, "@/dev/sda" },
		{ "/dev/null", ENOTBLK, "lsblk" },
		{ "8:5", ENODEV, "lsblk" },
		{ "80:0", ENODEV, "lsblk" },
		{ "/no-sysfs", ENODEV, "lsblk" },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		check(resolve(scene, rows[i].text) == -1, "%s", rows[i].text);
		check(scene->f.err == rows[i].err, "%s: %s", rows[i].text, strerror(scene->f.err));
		check(strstr(scene->f.what, rows[i].text), "'%s'", scene->f.what);
		check(strstr(scene->f.hint, rows[i].hint), "'%s'", scene->f.hint);
	}
}

/* Digits, ':' and digits: a limit must not land on a disk that was not meant. These are paths. */
static void numbers_are_strict(void **state)
{
	static const char *const texts[] = { "8", "8:", ":0", "8:0:0", "8:0 ", "8:0x", "8.0",
		"-8:0", " 8:0", "8: 0", "8:+0", "8:-0", "8:4294967296", "4294967304:0" };
	struct scene *scene = *state;

	/* look() knows of no relative path but these: what is relative has no mount. */
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		check(resolve(scene, texts[i]) == -1, "'%s'", texts[i]);
}

static int look_removed(struct device_place *place, const char *path, int root_fd)
{
	(void)place;
	(void)path;
	(void)root_fd;
	errno = ENOENT;
	return -1;
}

static void removed_directory(void **state)
{
	struct scene *scene = *state;

	assert_int_equal(devices_resolve(&scene->devices, 0, NULL, scene->tree.fd, look_removed,
				 &scene->f),
		-1);
	check_fault(&scene->f, 0, "the working directory: it has been removed", "cd to");
}

static void partition_without_a_disk(void **state)
{
	struct scene *scene = *state;

	tree_unlink(&scene->tree, "/sys/devices/sda/dev");
	assert_int_equal(resolve(scene, "8:1"), -1);
	check_fault(&scene->f, ENODEV, "'8:1'", "lsblk");
}

static void no_mountinfo(void **state)
{
	struct scene *scene = *state;

	tree_unlink(&scene->tree, "/proc/self/mountinfo");
	assert_int_equal(resolve(scene, "/data"), -1);
	check_fault(&scene->f, ENOENT, "mountinfo", "mount -t proc");
	assert_int_equal(resolve(scene, "/dev/sda"), 0);
}

/* Names come from outside: they must not steer the terminal. */
static void control_characters(void **state)
{
	check_string(found(*state, "/data/a\033[31m\nb"), "sda (8:0), from /data/a?[31m?b on sda2",
		"escape");
}

static void too_many(void **state)
{
	struct scene *scene = *state;

	for (unsigned i = 0; i < DEVICES_MAX; i++)
		assert_int_equal(devices_resolve(&scene->devices, i, "8:0", scene->tree.fd, look,
					 &scene->f),
			0);
	assert_int_equal(scene->devices.list[7].io, 7);
	assert_int_equal(devices_resolve(&scene->devices, 0, "8:0", scene->tree.fd, look,
				 &scene->f),
		-1);
	check_fault(&scene->f, 0, "more than 64 devices", "fewer");
}

/* Who shares out io by weight: in brackets the scheduler at work, in io.cost.qos the device itself. */
static void weights(void **state)
{
	static const struct {
		const char *text;
		bool has_queue;
		bool bfq;
		bool iocost;
	} rows[] = {
		{ "8:0", true, true, false },
		{ "8:2", true, true, false },
		{ "8:16", true, false, true },
		{ "8:32", true, false, false },
		{ "8:48", false, false, false },
		/* Hands everything down, whatever it says itself. */
		{ "253:0", false, false, false },
	};
	struct scene *scene = *state;

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct device *device = &scene->devices.list[0];

		assert_int_equal(resolve(scene, rows[i].text), 0);
		device_weight_look(device, scene->tree.fd, "/sys/fs/cgroup");
		check(device->has_queue == rows[i].has_queue, "%s", rows[i].text);
		check(device->bfq == rows[i].bfq, "%s", rows[i].text);
		check(device->iocost == rows[i].iocost, "%s", rows[i].text);
		device_weight_look(device, scene->tree.fd, NULL);
		check(!device->iocost, "%s", rows[i].text);
	}
}

static void weights_everywhere(void **state)
{
	struct scene *scene = *state;

	device_weight_find(&scene->devices, 3, scene->tree.fd, "/sys/fs/cgroup");
	assert_int_equal(scene->devices.count, 2);
	for (unsigned i = 0; i < 2; i++) {
		const struct device *device = &scene->devices.list[i];

		assert_int_equal(device->io, 3);
		assert_true(device->bfq == (device->minor == 0));
		assert_true(device->iocost == (device->minor == 16));
		check_string(device->description, device->bfq ? "sda (8:0)" : "sdb (8:16)", "%u",
			i);
	}
	devices_release(&scene->devices);
	device_weight_find(&scene->devices, 0, scene->tree.fd, NULL);
	assert_int_equal(scene->devices.count, 1);
}

/* A btrfs whose second device is missing from sysfs must not leave the first one behind. */
static void a_failure_leaves_nothing(void **state)
{
	struct scene *scene = *state;

	tree_unlink(&scene->tree, "/sys/dev/block/8:32");
	tree_unlink(&scene->tree, "/sys/dev/block/8:48");
	assert_int_equal(resolve(scene, "8:0"), 0);
	assert_int_equal(devices_resolve(&scene->devices, 1, "/pool", scene->tree.fd, look,
				 &scene->f),
		-1);
	assert_int_equal(scene->devices.count, 1);
	devices_keep_fault(&scene->devices, 1, &scene->f);
	assert_int_equal(scene->devices.fault_count, 1);
	assert_int_equal(scene->devices.faults[0].io, 1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(one_device),
		TEST(layers),
		TEST(several_devices),
		TEST(btrfs_of_unknown_source),
		TEST(refused),
		TEST(not_there),
		TEST(numbers_are_strict),
		TEST(removed_directory),
		TEST(partition_without_a_disk),
		TEST(no_mountinfo),
		TEST(control_characters),
		TEST(too_many),
		TEST(weights),
		TEST(weights_everywhere),
		TEST(a_failure_leaves_nothing),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
