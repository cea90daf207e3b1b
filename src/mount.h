/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mount — which mount a file lies on, from the text of /proc/self/mountinfo. Pure.
 *
 * Source: proc(5), "/proc/pid/mountinfo"; show_mountinfo() in fs/proc_namespace.c.
 */
#ifndef LIMIT_MOUNT_H
#define LIMIT_MOUNT_H

#include <stdbool.h>
#include <stdint.h>

struct mount {
	uint64_t id;
	uint64_t parent_id;
	unsigned major; /* of the file system; major 0: it has no block device of its own */
	unsigned minor;
	char *point;   /* where it is mounted, escapes undone */
	char *type;    /* 'ext4', 'fuse.sshfs' */
	char *source;  /* '/dev/sda2', 'server:/export', "" */
	char *options; /* of the file system, escapes still in */
};

/* Parse one line, which ends at a newline or at the end. Release *mount if it returns true. */
bool mount_parse_line(const char *line, struct mount *mount);

void mount_release(struct mount *mount);

/* The mount with this id, as statx() tells it (STATX_MNT_ID, Linux 5.8). Release if true. */
bool mount_find_id(const char *mountinfo, uint64_t id, struct mount *mount);

/*
 * The mount that an absolute path without symbolic links is on. Goes down from the root mount as
 * the kernel does, so that what is mounted over hides what is below. Release if true; false: not
 * even the root is listed (chroot).
 */
bool mount_find_path(const char *mountinfo, const char *path, struct mount *mount);

/*
 * Is this the mount that one sees at its mount point? false: another is mounted over it, or over a
 * directory on the way to it. Takes one look at each line for each mount on the way.
 */
bool mount_is_visible(const char *mountinfo, uint64_t id);

/* The value of an option 'KEY=VALUE' of the file system, to be freed; NULL: it has none. */
char *mount_option(const struct mount *mount, const char *key);

#endif
