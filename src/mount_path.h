/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mount_path — where a mount is to go: a path inside of a root directory, from which no symbolic link and
 * no '..' leads out, as the path would be for a process with that root.
 *
 * For the process between fork and exec: only system calls, and memory on the stack.
 *
 * Source: openat2(2), RESOLVE_IN_ROOT (Linux 5.6); where the kernel has none (ENOSYS) the path is walked
 * one name after the other.
 */
#ifndef LIMIT_MOUNT_PATH_H
#define LIMIT_MOUNT_PATH_H

#include <stdbool.h>
#include <stddef.h>
#include <sys/types.h>

#define MOUNT_DEVICES_MAX 80

/* File systems that vanish with the namespace: only there missing names are made. */
struct throw_away {
	dev_t devices[MOUNT_DEVICES_MAX];
	unsigned count;
};

/* Remember that the file system of which fd is a file vanishes. */
void throw_away_add(struct throw_away *list, int fd);

bool throw_away_has(const struct throw_away *list, dev_t device);

enum path_kind {
	PATH_ANY,       /* has to be there */
	PATH_DIRECTORY, /* made if missing, where that is thrown away */
	PATH_FILE,
};

/*
 * An O_PATH descriptor of what path is below root_fd, or -1 with errno set: ENOENT, what is missing would
 * stay behind; ELOOP, more than 40 symbolic links; those of open(2).
 */
int mount_path_open(int root_fd, const char *path, enum path_kind kind,
	const struct throw_away *list);

/* The same without openat2(2). */
int mount_path_walk(int root_fd, const char *path, enum path_kind kind,
	const struct throw_away *list);

#endif
