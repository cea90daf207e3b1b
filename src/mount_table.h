/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mount_table — the mounts below a directory, by /proc/self/mountinfo, for the process between fork and
 * exec: mount.h reads the same text, but allocates.
 *
 * Source: proc(5), "/proc/pid/mountinfo".
 */
#ifndef LIMIT_MOUNT_TABLE_H
#define LIMIT_MOUNT_TABLE_H

#include <stdbool.h>
#include <stddef.h>

struct mount_entry {
	char *point; /* escapes undone */
	const char
		*below; /* the part of it behind the directory, without a '/' in front; "" never */
	const char *type; /* 'ext4' */
	unsigned depth;   /* how many '/' below has */
	bool read_only;
};

/* Returns 0 to go on. */
typedef int mount_visitor(const struct mount_entry *entry, void *context);

/*
 * Visit what is mounted below the directory, which is reached by its name, outer ones before inner ones.
 * Returns 0, what the visitor returned other than 0, or -1 with errno set.
 */
int mount_table_below(int directory_fd, mount_visitor *visit, void *context);

/*
 * The same for a text, which is changed, and a name, with room for max entries: for mount_table_below()
 * and tests.
 */
int mount_table_walk(char *mountinfo, const char *directory, struct mount_entry *entries,
	size_t max, mount_visitor *visit, void *context);

#endif
