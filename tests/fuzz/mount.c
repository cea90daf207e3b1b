/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * On which mount a file lies. The first line is a path, the rest a /proc/self/mountinfo: the answer is
 * that of a walk down the path, component by component, as the kernel does it.
 */
#include "config.h"

#include "fuzz.h"

#include "mount.h"

enum { MOUNTS_MAX = 64 };

struct table {
	unsigned count;
	struct mount mount[MOUNTS_MAX];
};

/* Each line by itself: parsed whole, within its own bounds. False: one is none of the kernel's. */
static bool read_table(struct table *table, const char *mountinfo)
{
	bool good = true;

	while (*mountinfo && table->count < MOUNTS_MAX) {
		size_t length = strcspn(mountinfo, "\n");
		char *line = fuzz_string(mountinfo, length);
		struct mount *mount = &table->mount[table->count], again;
		char *option;

		if (!mount_parse_line(mountinfo, mount)) {
			require(!mount_parse_line(line, &again), "'%s'", line);
			good = false;
		} else {
			/* What comes after the line is not read. */
			require(mount_parse_line(line, &again), "'%s'", line);
			require(strcmp(mount->point, again.point) == 0 &&
					strcmp(mount->type, again.type) == 0 &&
					strcmp(mount->source, again.source) == 0 &&
					strcmp(mount->options, again.options) == 0,
				"'%s'", line);
			require(mount->type[0] && !strchr(mount->options, ' '), "'%s'", line);
			option = mount_option(mount, "upperdir");
			require(!option || strstr(line, "upperdir="), "'%s'", line);
			free(option);
			/* \057 in front is an absolute path, \000 is none. */
			good = good && mount->point[0] == '/';
			mount_release(&again);
			table->count++;
		}
		mountinfo += length + (mountinfo[length] == '\n');
		free(line);
	}
	return good && !*mountinfo;
}

static const struct mount *find_id(const struct table *table, uint64_t id)
{
	for (unsigned i = 0; i < table->count; i++)
		if (table->mount[i].id == id)
			return &table->mount[i];
	return NULL;
}

static const struct mount *find_child(const struct table *table, const struct mount *parent,
	const char *point)
{
	for (unsigned i = 0; i < table->count; i++)
		if (table->mount[i].parent_id == parent->id && table->mount[i].id != parent->id &&
			strcmp(table->mount[i].point, point) == 0)
			return &table->mount[i];
	return NULL;
}

/* Down the path from the root, onto what is mounted at each step; NULL: the text has a loop. */
static const struct mount *walk(const struct table *table, const char *path,
	const struct mount *mount)
{
	char *prefix = fuzz_string(path, strlen(path));
	size_t length = 0;
	unsigned steps = 0;

	for (;;) {
		const struct mount *child;

		/* '/', then '/a', then '/a/b'. */
		snprintf(prefix, strlen(path) + 1, "%.*s", length ? (int)length : 1, path);
		while (mount && (child = find_child(table, mount, prefix)))
			mount = ++steps < 900 ? child : NULL;
		if (!mount || !path[length] || !path[1])
			break;
		length += 1 + strcspn(path + length + 1, "/");
	}
	free(prefix);
	return mount;
}

static void check_path(const struct table *table, const char *mountinfo, const char *path)
{
	const struct mount *root = NULL, *expected;
	struct mount got;
	bool found = mount_find_path(mountinfo, path, &got);

	for (unsigned i = 0; !root && i < table->count; i++) {
		const struct mount *mount = &table->mount[i];

		if (strcmp(mount->point, "/") == 0 &&
			(mount->parent_id == mount->id || !find_id(table, mount->parent_id)))
			root = mount;
	}
	require(found == (root != NULL), "'%s' is %s", path, found ? "found" : "not found");
	if (!found)
		return;
	expected = walk(table, path, root);
	require(!expected || (got.id == expected->id && strcmp(got.point, expected->point) == 0),
		"'%s' is on '%s', not '%s'", path, got.point, expected->point);
	mount_release(&got);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *path = fuzz_line(&data, &size), *mountinfo = fuzz_string(data, size);
	struct table *table = calloc(1, sizeof(*table));
	size_t length = strlen(path);
	struct mount mount;
	bool good;

	if (!table)
		abort();
	good = read_table(table, mountinfo);
	if (mount_find_id(mountinfo, size, &mount))
		mount_release(&mount);
	if (path[0] != '/') {
		require(!mount_find_path(mountinfo, path, &mount), "'%s'", path);
	} else if (good && !strstr(path, "//") && (length == 1 || path[length - 1] != '/')) {
		/* A path without links, as the callers have it. */
		check_path(table, mountinfo, path);
	} else if (mount_find_path(mountinfo, path, &mount)) {
		mount_release(&mount);
	}
	for (unsigned i = 0; i < table->count; i++)
		mount_release(&table->mount[i]);
	free(table);
	free(mountinfo);
	free(path);
	return 0;
}
