/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/mount_path.c, with and without openat2(2), and of src/mount_table.c. */
#include "config.h"

#include "check.h"

#include <errno.h>
#include <sys/stat.h>

#include "mount_path.h"
#include "mount_table.h"
#include "tree.h"

typedef int opener(int root_fd, const char *path, enum path_kind kind,
	const struct throw_away *list);

static opener *const openers[] = { mount_path_open, mount_path_walk };

static void make(struct tree *tree)
{
	tree_make(tree);
	tree_write(tree, "/dir/file", "inside");
	tree_write(tree, "/other/file", "other");
	tree_link(tree, "/absolute", "/dir");
	tree_link(tree, "/up", "../../../../../dir");
	tree_link(tree, "/dir/sideways", "../other/./");
	tree_link(tree, "/chain", "up/sideways");
	tree_link(tree, "/loop", "loop");
	tree_link(tree, "/host", "/etc/passwd");
	tree_link(tree, "/missing", "/dir/nothing");
}

/* Each path leads to the file with this number, or fails. Nothing leads out of the tree. */
static void leads_to(void **state)
{
	static const struct {
		const char *path;
		const char *same; /* a plain name of the same file; NULL: there is none */
		int err;
	} rows[] = {
		{ "/", "", 0 },
		{ "", "", 0 },
		{ "/..", "", 0 },
		{ "/../../dir/../..", "", 0 },
		{ "/dir", "dir", 0 },
		{ "//dir//.//", "dir", 0 },
		{ "dir/file", "dir/file", 0 },
		{ "/dir/../other/file", "other/file", 0 },
		{ "/absolute", "dir", 0 },
		{ "/absolute/file", "dir/file", 0 },
		{ "/up/file", "dir/file", 0 },
		{ "/up/..", "", 0 },
		{ "/up/../..", "", 0 },
		{ "/dir/sideways/file", "other/file", 0 },
		{ "/chain/file", "other/file", 0 },
		{ "/chain/../dir", "dir", 0 },
		{ "/loop", NULL, ELOOP },
		{ "/host", NULL, ENOENT },
		{ "/missing", NULL, ENOENT },
		{ "/dir/nothing/file", NULL, ENOENT },
		{ "/dir/file/below", NULL, ENOTDIR },
		{ "/dir/file/..", NULL, ENOTDIR },
	};
	const struct throw_away none = { .count = 0 };
	struct tree tree;

	(void)state;
	make(&tree);
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		for (size_t which = 0; which < ARRAY_SIZE(openers); which++) {
			_cleanup_close_ int fd = -1;
			struct stat found;
			struct stat same;

			errno = 0;
			/* openat2(2) has no empty path. */
			if (!rows[i].path[0] && which == 0)
				continue;
			fd = openers[which](tree.fd, rows[i].path, PATH_DIRECTORY, &none);
			check((fd >= 0) == (rows[i].same != NULL), "'%s' by %zu: %d", rows[i].path,
				which, errno);
			if (!rows[i].same) {
				check(errno == rows[i].err, "'%s' by %zu: %d", rows[i].path, which,
					errno);
				continue;
			}
			assert_int_equal(fstat(fd, &found), 0);
			assert_int_equal(fstatat(tree.fd, rows[i].same, &same, AT_EMPTY_PATH), 0);
			check(found.st_ino == same.st_ino && found.st_dev == same.st_dev,
				"'%s' by %zu", rows[i].path, which);
		}
	}
	tree_release(&tree);
}

/* Only where it is thrown away, and never for who asks for what is there. */
static void makes_what_is_missing(void **state)
{
	struct throw_away list = { .count = 0 };
	struct stat status;
	struct tree tree;
	int fd;

	(void)state;
	make(&tree);
	assert_int_equal(mount_path_open(tree.fd, "/new", PATH_DIRECTORY, &list), -1);
	assert_int_equal(fstatat(tree.fd, "new", &status, 0), -1);
	throw_away_add(&list, tree.fd);
	assert_int_equal(mount_path_open(tree.fd, "/new", PATH_ANY, &list), -1);
	assert_int_equal(errno, ENOENT);
	fd = mount_path_open(tree.fd, "/up/a/../b/file/", PATH_FILE, &list);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(fstatat(tree.fd, "dir/b/file", &status, 0), 0);
	assert_true(S_ISREG(status.st_mode));
	fd = mount_path_open(tree.fd, "/missing/deep", PATH_DIRECTORY, &list);
	assert_true(fd >= 0);
	close(fd);
	assert_int_equal(fstatat(tree.fd, "dir/nothing/deep", &status, 0), 0);
	assert_true(S_ISDIR(status.st_mode));
	tree_release(&tree);
}

struct seen {
	char text[512];
};

static int note(const struct mount_entry *entry, void *context)
{
	struct seen *seen = context;
	size_t length = strlen(seen->text);

	snprintf(seen->text + length, sizeof(seen->text) - length, "%s|%s|%s%s\n", entry->point,
		entry->below, entry->type, entry->read_only ? "|ro" : "");
	return strcmp(entry->type, "stop") == 0 ? 7 : 0;
}

static void table(void **state)
{
	static const char text[] = "1 0 8:1 / / rw,relatime - ext4 /dev/a rw\n"
				   "2 1 0:5 / /home rw,nosuid shared:1 master:2 - tmpfs none ro\n"
				   "3 2 0:6 / /home/a\\040b ro,nodev - xfs /dev/b rw\n"
				   "garbage\n"
				   "\n"
				   "4 1 0:7 / /homes roaming - ext4 x rw\n"
				   "5 2 0:8 / /home/c ro - stop x rw\n"
				   "6 2 0:8 / /home/d rw - ext4 x rw";
	struct mount_entry entries[8];
	struct seen seen = { "" };
	char *copy = strdup(text);

	(void)state;
	assert_int_equal(mount_table_walk(copy, "/home", entries, ARRAY_SIZE(entries), note, &seen),
		7);
	assert_string_equal(seen.text, "/home/a b|a b|xfs|ro\n/home/c|c|stop|ro\n");
	free(copy);
	copy = strdup(text);
	seen.text[0] = '\0';
	assert_int_equal(mount_table_walk(copy, "/", entries, ARRAY_SIZE(entries), note, &seen), 7);
	assert_string_equal(seen.text,
		"/home|home|tmpfs\n/homes|homes|ext4\n/home/a b|home/a b|xfs|ro\n/home/c|home/c|stop|ro\n");
	free(copy);
	copy = strdup(text);
	assert_int_equal(mount_table_walk(copy, "/home/d", entries, ARRAY_SIZE(entries), note,
				 &seen),
		0);
	free(copy);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(leads_to),
		cmocka_unit_test(makes_what_is_missing),
		cmocka_unit_test(table),
	};

	return RUN_TESTS(tests);
}
