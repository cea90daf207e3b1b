/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tree — a little /proc and /sys in a temporary directory, from one file of tests/unit/fixtures.
 *
 * A host is one file there, so that it can be read at a glance, and so that names with ':', empty
 * files, symbolic links and paths too long for a tarball need no care. After its comment it holds,
 * for each file, '== /PATH' and the lines of the file, or '== /PATH -> TARGET' for a link.
 */
#ifndef LIMIT_TESTS_UNIT_TREE_H
#define LIMIT_TESTS_UNIT_TREE_H

#include "check.h"

#include <fcntl.h>
#include <ftw.h>
#include <limits.h>
#include <sys/stat.h>
#include <unistd.h>

struct tree {
	int fd; /* of the tree's root; 0: there is none, which suits calloc() */
	char path[PATH_MAX / 2];
};

/* Make an empty one. */
static inline void tree_make(struct tree *tree)
{
	const char *parent = getenv("TMPDIR");

	snprintf(tree->path, sizeof(tree->path), "%s/limit-tree-XXXXXX", parent ? parent : "/tmp");
	assert_non_null(mkdtemp(tree->path));
	tree->fd = open(tree->path, O_PATH | O_DIRECTORY | O_CLOEXEC);
	assert_true(tree->fd > 0);
}

/* Make the directories above path, which begins with '/'. Returns path as openat() wants it. */
static inline const char *tree_make_parents(const struct tree *tree, const char *path)
{
	char parent[PATH_MAX];

	for (const char *slash = strchr(path + 1, '/'); slash; slash = strchr(slash + 1, '/')) {
		snprintf(parent, sizeof(parent), "%.*s", (int)(slash - path - 1), path + 1);
		mkdirat(tree->fd, parent, 0755);
	}
	return path + 1;
}

/* Make or replace a file. */
static inline void tree_write(const struct tree *tree, const char *path, const char *text)
{
	_cleanup_close_ int fd = openat(tree->fd, tree_make_parents(tree, path),
		O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0644);

	check(fd >= 0, "%s", path);
	assert_int_equal(write(fd, text, strlen(text)), strlen(text));
}

static inline void tree_link(const struct tree *tree, const char *path, const char *target)
{
	check(symlinkat(target, tree->fd, tree_make_parents(tree, path)) == 0, "%s", path);
}

static inline void tree_unlink(const struct tree *tree, const char *path)
{
	check(unlinkat(tree->fd, path + 1, 0) == 0, "%s", path);
}

/* One '== …' line and what belongs to it, to the next one. */
static inline void tree_unpack_entry(const struct tree *tree, char *entry)
{
	char *text = strchr(entry, '\n');
	char *arrow;

	check(entry[0] == '/' && text, "'%s'", entry);
	*text++ = '\0';
	arrow = strstr(entry, " -> ");
	if (arrow) {
		*arrow = '\0';
		tree_link(tree, entry, arrow + 4);
	} else {
		tree_write(tree, entry, text);
	}
}

static inline void tree_unpack(struct tree *tree, const char *name)
{
	static const char mark[] = "\n== ";
	char path[PATH_MAX];
	char text[65536];
	FILE *file;

	tree_make(tree);
	snprintf(path, sizeof(path), FIXTURES "/%s.tree", name);
	file = fopen(path, "re");
	check(file, "%s", path);
	text[fread(text, 1, sizeof(text) - 1, file)] = '\0';
	check(feof(file), "%s", path);
	fclose(file);
	for (char *entry = strstr(text, mark); entry;) {
		char *next = strstr(entry + 1, mark);

		if (next)
			next[1] = '\0';
		tree_unpack_entry(tree, entry + strlen(mark));
		if (next)
			next[1] = mark[1];
		entry = next;
	}
}

static inline int tree_remove_one(const char *path, const struct stat *status, int type,
	struct FTW *ftw)
{
	(void)status;
	(void)type;
	(void)ftw;
	return remove(path);
}

/* For a teardown: it does not matter how far the test came. */
static inline void tree_release(struct tree *tree)
{
	if (tree->fd > 0)
		close(tree->fd);
	if (tree->path[0])
		nftw(tree->path, tree_remove_one, 16, FTW_DEPTH | FTW_PHYS);
	memset(tree, 0, sizeof(*tree));
}

#endif
