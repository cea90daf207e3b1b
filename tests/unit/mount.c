/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/mount.c: which mount a path lies on. */
#include "config.h"

#include "check.h"

#include "mount.h"

static void a_line(void **state)
{
	struct mount mount;

	(void)state;
	assert_true(mount_parse_line("36 35 98:0 /sub /mnt/a\\040b rw,noatime master:1 shared:2 - "
				     "ext4 /dev/a\\134b rw,errors=continue\nrest",
		&mount));
	assert_int_equal(mount.id, 36);
	assert_int_equal(mount.parent_id, 35);
	assert_int_equal(mount.major, 98);
	assert_int_equal(mount.minor, 0);
	assert_string_equal(mount.point, "/mnt/a b");
	assert_string_equal(mount.type, "ext4");
	assert_string_equal(mount.source, "/dev/a\\b");
	assert_string_equal(mount.options, "rw,errors=continue");
	mount_release(&mount);
}

/* mount(2) takes "" as the source: then two blanks follow one another. */
static void an_empty_source(void **state)
{
	struct mount mount;

	(void)state;
	assert_true(mount_parse_line("36 35 0:40 / /mnt rw - tmpfs  rw,size=4k", &mount));
	assert_string_equal(mount.type, "tmpfs");
	assert_string_equal(mount.source, "");
	assert_string_equal(mount.options, "rw,size=4k");
	mount_release(&mount);
}

static void no_lines(void **state)
{
	static const char *const lines[] = {
		"",
		"36",
		"36 35 98:0",
		"36 35 98:0 / /mnt rw",
		"36 35 98:0 / /mnt rw -",
		"36 35 98:0 / /mnt rw - ext4",
		"36 35 98:0 / /mnt rw - ext4 /dev/a",
		"36 35 98 / /mnt rw - ext4 /dev/a rw",
		"x 35 98:0 / /mnt rw - ext4 /dev/a rw",
		"36 x 98:0 / /mnt rw - ext4 /dev/a rw",
		"36 35 98:0 / mnt rw - ext4 /dev/a rw",
		"36 35 98:0 / - ext4 /dev/a rw",
		"36 35 98:0 / /mnt rw\n - ext4 /dev/a rw",
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(lines); i++) {
		struct mount mount;

		check(!mount_parse_line(lines[i], &mount), "'%s'", lines[i]);
		check(!mount.point && !mount.type, "'%s'", lines[i]);
	}
}

static void options(void **state)
{
	struct mount mount;
	char *value;

	(void)state;
	assert_true(mount_parse_line(
		"36 35 0:40 / /mnt rw,upperdir=/no - overlay overlay "
		"rw,lowerdir=/a:/b,xupperdir=/c,upperdir=/d\\054e\\040f,workdir=/w",
		&mount));
	value = mount_option(&mount, "upperdir");
	assert_string_equal(value, "/d,e f");
	free(value);
	value = mount_option(&mount, "workdir");
	assert_string_equal(value, "/w");
	free(value);
	assert_null(mount_option(&mount, "rw"));
	assert_null(mount_option(&mount, "upper"));
	mount_release(&mount);
}

static const char text[] = "22 27 0:21 / /proc rw - proc proc rw\n"
			   "27 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
			   "30 27 8:2 / /data rw - xfs /dev/sda2 rw\n"
			   "31 30 8:3 / /data/in rw - xfs /dev/sda3 rw\n"
			   "32 27 8:4 / /a rw - ext4 /dev/sda4 rw\n"
			   "33 32 8:5 / /a rw - ext4 /dev/sda5 rw\n"
			   "34 27 8:6 / /hidden/deep rw - ext4 /dev/sda6 rw\n"
			   "35 27 8:7 / /hidden rw - ext4 /dev/sda7 rw\n"
			   "36 27 8:8 / /with\\040blank rw - ext4 /dev/sda8 rw\n"
			   "nonsense\n"
			   "37 99 8:9 / /proc/lost rw - ext4 /dev/sda9 rw";

static void by_path(void **state)
{
	static const struct {
		const char *path;
		uint64_t id;
	} rows[] = {
		{ "/", 27 },
		{ "/home", 27 },
		{ "/data", 30 },
		{ "/data/x", 30 },
		{ "/database", 27 },
		{ "/data/in", 31 },
		{ "/data/in/x/y", 31 },
		{ "/data/inner", 30 },
		/* Two on one directory: the later one. */
		{ "/a", 33 },
		{ "/a/b", 33 },
		/* What was mounted over hides what lies below. */
		{ "/hidden/deep/x", 35 },
		{ "/with blank/x", 36 },
		{ "/proc/lost", 22 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mount mount;

		check(mount_find_path(text, rows[i].path, &mount), "%s", rows[i].path);
		check(mount.id == rows[i].id, "%s is on %u", rows[i].path, (unsigned)mount.id);
		mount_release(&mount);
	}
}

static void by_id(void **state)
{
	struct mount mount;

	(void)state;
	assert_true(mount_find_id(text, 31, &mount));
	assert_string_equal(mount.point, "/data/in");
	mount_release(&mount);
	assert_true(mount_find_id(text, 37, &mount));
	mount_release(&mount);
	assert_false(mount_find_id(text, 3, &mount));
	assert_false(mount_find_id(text, 0, &mount));
	assert_false(mount_find_id("", 0, &mount));
}

/* An initial root below the root, and the root itself stacked. */
static void stacked_roots(void **state)
{
	struct mount mount;

	(void)state;
	assert_true(mount_find_path("5 2 8:2 / / rw - ext4 /dev/sda2 rw\n"
				    "2 1 8:1 / / rw - ext4 /dev/sda1 rw\n"
				    "1 1 0:2 / / rw - rootfs rootfs rw\n",
		"/x", &mount));
	assert_int_equal(mount.id, 5);
	mount_release(&mount);
}

/* In a chroot the root may not be listed. */
static void no_root(void **state)
{
	struct mount mount;

	(void)state;
	assert_false(mount_find_path("30 27 8:2 / /data rw - xfs /dev/sda2 rw\n", "/x", &mount));
	assert_false(mount_find_path("", "/x", &mount));
	assert_false(mount_find_path(text, "x", &mount));
	assert_false(mount_find_path(text, "", &mount));
}

/* Mounts that are one another's parents cannot be, but must not hang us. */
static void a_circle(void **state)
{
	struct mount mount;

	(void)state;
	if (mount_find_path("1 0 8:1 / / rw - ext4 a rw\n"
			    "2 3 8:2 / / rw - ext4 b rw\n"
			    "3 2 8:3 / / rw - ext4 c rw\n"
			    "2 1 8:2 / / rw - ext4 b rw\n",
		    "/x", &mount))
		mount_release(&mount);
}

static void visible(void **state)
{
	static const struct {
		const char *lines;
		bool visible; /* the mount 50 */
	} rows[] = {
		{ "27 1 8:1 / / rw - a a rw\n50 27 0:1 / /c rw - a a rw\n", true },
		{ "50 27 0:1 / /c rw - a a rw\n27 1 8:1 / / rw - a a rw\n", true },
		{ "50 27 0:1 / /c rw - a a rw", true },
		/* Over it. */
		{ "50 27 0:1 / /c rw - a a rw\n51 50 0:2 / /c rw - a a rw\n", false },
		{ "51 50 0:2 / /c rw - a a rw\n50 27 0:1 / /c rw - a a rw\n", false },
		{ "50 27 0:1 / /c\\040d rw - a a rw\n51 50 0:2 / /c\\040d rw - a a rw\n", false },
		/* In it, beside it, over something else. */
		{ "50 27 0:1 / /c rw - a a rw\n51 50 0:2 / /c/d rw - a a rw\n", true },
		{ "50 27 0:1 / /c rw - a a rw\n51 27 0:2 / /cc rw - a a rw\n", true },
		{ "50 27 0:1 / /cc rw - a a rw\n51 27 0:2 / /c rw - a a rw\n", true },
		{ "50 27 0:1 / /c rw - a a rw\n51 28 0:2 / / rw - a a rw\n", true },
		/* Over a directory on the way. */
		{ "50 27 0:1 / /b/c rw - a a rw\n51 27 0:2 / /b rw - a a rw\n", false },
		{ "50 27 0:1 / /b/c rw - a a rw\n51 27 0:2 / / rw - a a rw\n", false },
		{ "27 26 0:1 / /b rw - a a rw\n50 27 0:1 / /b/c rw - a a rw\n"
		  "51 27 0:2 / /b rw - a a rw\n",
			false },
		{ "26 1 8:1 / / rw - a a rw\n27 26 0:1 / /a/b rw - a a rw\n"
		  "50 27 0:1 / /a/b/c rw - a a rw\n51 26 0:2 / /a rw - a a rw\n",
			false },
		/* On what was mounted over. */
		{ "26 1 8:1 / / rw - a a rw\n27 26 0:1 / /b rw - a a rw\n"
		  "28 27 0:2 / /b rw - a a rw\n50 28 0:2 / /b/c rw - a a rw\n",
			true },
		/* The initial root, and the root upon it. */
		{ "1 1 0:1 / / rw - a a rw\n27 1 8:1 / / rw - a a rw\n50 27 0:1 / /c rw - a a rw\n",
			true },
		{ "1 1 0:1 / / rw - a a rw\n27 1 8:1 / / rw - a a rw\n50 1 0:1 / /c rw - a a rw\n",
			false },
		/* Not there; and nonsense, which ends. */
		{ "5 27 0:1 / /c rw - a a rw\n", false },
		{ "", false },
		{ "50 51 0:1 / /c rw - a a rw\n51 50 0:1 / /d rw - a a rw\n", false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(mount_is_visible(rows[i].lines, 50) == rows[i].visible, "%s", rows[i].lines);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(a_line),
		cmocka_unit_test(an_empty_source),
		cmocka_unit_test(no_lines),
		cmocka_unit_test(options),
		cmocka_unit_test(by_path),
		cmocka_unit_test(by_id),
		cmocka_unit_test(stacked_roots),
		cmocka_unit_test(no_root),
		cmocka_unit_test(a_circle),
		cmocka_unit_test(visible),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
