/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "evacuate.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "explain.h"
#include "files.h"
#include "kernel_text.h"

/* Who forks meanwhile leaves a child behind: look again. */
#define ROUNDS_MAX 100

static int explain_outsiders(const char *from, struct fault *f)
{
	fault_set(f, ESRCH,
		"cannot move the processes in '%s': some are from outside of this pid namespace",
		from);
	return fault_hint(f,
		"move those out of the group from outside, or run limit where all of them are seen");
}

/* What cannot be moved is seen before any is. */
static int look(const char *procs, const char *from, struct fault *f)
{
	char line[32];
	uint64_t pid;

	while (next_line(&procs, line, sizeof(line)))
		if (!text_to_u64(line, &pid) || pid == 0)
			return explain_outsiders(from, f);
	return 0;
}

/* Returns how many there were, -1 with *f set. */
static int move_all(const char *from, const char *to, struct fault *f)
{
	_cleanup_free_ char *procs = file_slurp_at(AT_FDCWD, from);
	char line[32];
	int count = 0;

	if (!procs)
		return fault_set(f, errno, "cannot read '%s'", from);
	if (look(procs, from, f) < 0)
		return -1;
	for (const char *cursor = procs; next_line(&cursor, line, sizeof(line)); count++)
		if (file_write_at(AT_FDCWD, to, line) < 0 && errno != ESRCH) {
			fault_set(f, errno, "cannot move process %s to '%s'", line, to);
			return f->err == ENOENT ? explain_border(f) : -1;
		}
	return count;
}

/*
 * Everybody back to where they were: nobody is to be left in a group below for nothing. What fails here
 * has failed before, and is told of by then.
 */
static void move_back(const char *from, const char *leaf, const char *to)
{
	_cleanup_free_ char *procs = file_slurp_at(AT_FDCWD, from);
	char line[32];

	for (const char *cursor = procs ? procs : ""; next_line(&cursor, line, sizeof(line));)
		if (file_write_at(AT_FDCWD, to, line) < 0)
			continue;
	rmdir(leaf);
}

int evacuate(const char *group, struct fault *f)
{
	_cleanup_free_ char *leaf = path_join(group, EVACUATE_LEAF_NAME);
	_cleanup_free_ char *from = path_join(group, "cgroup.procs");
	_cleanup_free_ char *to = path_join(leaf, "cgroup.procs");

	const bool made = mkdir(leaf, 0755) == 0;
	int count = 1;

	if (!made && errno != EEXIST)
		return fault_set(f, errno, "cannot make control group '%s'", leaf);
	for (unsigned round = 0; round < ROUNDS_MAX && count > 0; round++)
		count = move_all(from, to, f);
	if (count == 0)
		return 0;
	if (count > 0)
		fault_set(f, EBUSY, "cannot move the processes in '%s': there are always more",
			group);
	/* One that was there before has others in it. */
	if (made)
		move_back(to, leaf, from);
	return -1;
}
