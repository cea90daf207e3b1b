/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mount_calls — the system calls that make mounts, by descriptors: the ones of Linux 5.2 and later
 * (fsopen(2), fsmount(2), open_tree(2), move_mount(2), mount_setattr(2) of 5.12) where the kernel has
 * them, which ENOSYS tells, and mount(2) on /proc/self/fd else.
 *
 * For the process between fork and exec: only system calls, and memory on the stack. Descriptors are
 * O_PATH and close on exec. Each function returns a descriptor or 0, or -1 with errno set.
 */
#ifndef LIMIT_MOUNT_CALLS_H
#define LIMIT_MOUNT_CALLS_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

/* What a tmpfs is to be. */
struct tmpfs_request {
	uint64_t size_bytes; /* 0: half of the RAM, UINT64_MAX: no limit */
	mode_t mode;         /* of its root */
	uid_t uid;           /* owner of its root; (uid_t)-1: the caller */
	gid_t gid;
};

/* '/proc/self/fd/N'. */
#define FD_PATH_MAX 40
char *fd_path(int fd, char path[FD_PATH_MAX]);

/* A number in decimal; returns the end. snprintf() is not for the child half. */
char *put_decimal(char *text, uint64_t number);

/*
 * A new tmpfs, nosuid and nodev, on the directory target_fd, which may be the caller's root. Returns a
 * descriptor of its root.
 */
int mount_tmpfs(int target_fd, const struct tmpfs_request *request);

/*
 * A copy of what source_fd is, with all that is mounted below it, that is nowhere yet, for mount_move().
 * ENOSYS: the kernel has only mount_bind().
 */
int mount_copy(int source_fd);

/*
 * What source_fd is, with all that is mounted below it, on target_fd: directory on directory, file on
 * file (else ENOTDIR). Returns a descriptor of the new mount. EINVAL: the source is of another mount
 * namespace, or a part of it that may not be uncovered.
 */
int mount_bind(int source_fd, int target_fd);

/* As mount_bind(), by mount(2), for a target whose name does not lead to it. Returns 0 or -1. */
int mount_bind_classic(int source_fd, int target_fd);

/* As mount_bind(), without what is mounted below it. */
int mount_bind_alone(int source_fd, int target_fd);

/* Put the mount of which mount_fd is the root onto target_fd. */
int mount_move(int mount_fd, int target_fd);

/*
 * Make the mount of which mount_fd is the root, and all that are mounted below it, read-only. Other flags
 * stay: a user namespace may not clear those that it found. EINVAL: it is not the root of a mount.
 */
int mount_make_read_only(int mount_fd);

/* Take away the mount of which mount_fd is the root; who has it open keeps it. */
int mount_detach(int mount_fd);

#endif
