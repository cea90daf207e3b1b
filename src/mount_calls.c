/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "mount_calls.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/statfs.h>
#include <sys/syscall.h>

#include "mount_table.h"
#include "util.h"

/* The same numbers on every architecture but alpha; older headers lack them. */
#ifndef SYS_open_tree
#define SYS_open_tree 428
#define SYS_move_mount 429
#define SYS_fsopen 430
#define SYS_fsconfig 431
#define SYS_fsmount 432
#endif
#ifndef SYS_mount_setattr
#define SYS_mount_setattr 442
#endif

/* include/uapi/linux/mount.h, which cannot be had together with <sys/mount.h> everywhere. */
#define TREE_CLONE 1U
#define TREE_CLOEXEC ((unsigned)O_CLOEXEC)
#define TREE_RECURSIVE 0x8000U /* AT_RECURSIVE */
#define MOVE_FROM_EMPTY_PATH 0x4U
#define MOVE_TO_EMPTY_PATH 0x40U
#define FS_CLOEXEC 1U
#define CONFIG_SET_STRING 1U
#define CONFIG_CREATE 6U
#define ATTRIBUTE_READ_ONLY 0x1U
#define ATTRIBUTE_NOSUID 0x2U
#define ATTRIBUTE_NODEV 0x4U

/* struct mount_attr (MOUNT_ATTR_SIZE_VER0). */
struct mount_attributes {
	uint64_t set;
	uint64_t clear;
	uint64_t propagation;
	uint64_t userns_fd;
};

char *put_decimal(char *text, uint64_t number)
{
	char digits[20];
	size_t count = 0;

	do
		digits[count++] = (char)('0' + number % 10);
	while (number /= 10);
	while (count > 0)
		*text++ = digits[--count];
	*text = '\0';
	return text;
}

static char *put_octal(char *text, mode_t number)
{
	for (int shift = 9; shift >= 0; shift -= 3)
		*text++ = (char)('0' + (number >> shift & 7));
	*text = '\0';
	return text;
}

char *fd_path(int fd, char path[FD_PATH_MAX])
{
	put_decimal(stpcpy(path, "/proc/self/fd/"), (uint64_t)fd);
	return path;
}

static int close_failed(int fd)
{
	int err = errno;

	close(fd);
	errno = err;
	return -1;
}

static int attach(int mount_fd, int target_fd)
{
	return (int)syscall(SYS_move_mount, mount_fd, "", target_fd, "",
		MOVE_FROM_EMPTY_PATH | MOVE_TO_EMPTY_PATH);
}

static int configure(int fs_fd, unsigned command, const char *key, const char *value)
{
	return (int)syscall(SYS_fsconfig, fs_fd, command, key, value, 0);
}

static int configure_tmpfs(int fs_fd, const struct tmpfs_request *request)
{
	char text[24];

	put_octal(text, request->mode);
	if (configure(fs_fd, CONFIG_SET_STRING, "mode", text) < 0)
		return -1;
	if (request->uid != (uid_t)-1) {
		put_decimal(text, request->uid);
		if (configure(fs_fd, CONFIG_SET_STRING, "uid", text) < 0)
			return -1;
		put_decimal(text, request->gid);
		if (configure(fs_fd, CONFIG_SET_STRING, "gid", text) < 0)
			return -1;
	}
	if (request->size_bytes) {
		put_decimal(text, request->size_bytes == UINT64_MAX ? 0 : request->size_bytes);
		if (configure(fs_fd, CONFIG_SET_STRING, "size", text) < 0)
			return -1;
	}
	return configure(fs_fd, CONFIG_CREATE, NULL, NULL);
}

/* ENOSYS: the kernel has no such calls. */
static int new_tmpfs(int target_fd, const struct tmpfs_request *request)
{
	int fs_fd = (int)syscall(SYS_fsopen, "tmpfs", FS_CLOEXEC);
	int mount_fd;

	if (fs_fd < 0)
		return -1;
	if (configure_tmpfs(fs_fd, request) < 0)
		return close_failed(fs_fd);
	mount_fd = (int)syscall(SYS_fsmount, fs_fd, FS_CLOEXEC, ATTRIBUTE_NOSUID | ATTRIBUTE_NODEV);
	if (mount_fd < 0)
		return close_failed(fs_fd);
	close(fs_fd);
	return attach(mount_fd, target_fd) < 0 ? close_failed(mount_fd) : mount_fd;
}

/*
 * What is mounted on the directory of which fd is a descriptor, which still leads below it: its name,
 * or '..' of the caller's root, leads to the top.
 */
static int open_top(int fd)
{
	char path[FD_PATH_MAX];
	char name[4096];
	ssize_t length = readlink(fd_path(fd, path), name, sizeof(name) - 1);

	if (length < 0)
		return -1;
	name[length] = '\0';
	return open(length == 1 ? "/.." : name, O_PATH | O_CLOEXEC | O_NOFOLLOW);
}

static int classic_tmpfs(int target_fd, const struct tmpfs_request *request)
{
	char path[FD_PATH_MAX];
	char options[128];
	char *end = put_octal(stpcpy(options, "mode="), request->mode);

	if (request->uid != (uid_t)-1) {
		end = put_decimal(stpcpy(end, ",uid="), request->uid);
		end = put_decimal(stpcpy(end, ",gid="), request->gid);
	}
	if (request->size_bytes)
		put_decimal(stpcpy(end, ",size="),
			request->size_bytes == UINT64_MAX ? 0 : request->size_bytes);
	if (mount("tmpfs", fd_path(target_fd, path), "tmpfs", MS_NOSUID | MS_NODEV, options) < 0)
		return -1;
	return open_top(target_fd);
}

int mount_tmpfs(int target_fd, const struct tmpfs_request *request)
{
	int fd = new_tmpfs(target_fd, request);

	return fd < 0 && errno == ENOSYS ? classic_tmpfs(target_fd, request) : fd;
}

static int copy(int source_fd, bool recursive)
{
	return (int)syscall(SYS_open_tree, source_fd, "",
		TREE_CLONE | TREE_CLOEXEC | AT_EMPTY_PATH | (recursive ? TREE_RECURSIVE : 0));
}

int mount_copy(int source_fd)
{
	return copy(source_fd, true);
}

static int classic_bind(int source_fd, int target_fd, bool recursive)
{
	char source[FD_PATH_MAX];
	char target[FD_PATH_MAX];

	return mount(fd_path(source_fd, source), fd_path(target_fd, target), NULL,
		MS_BIND | (recursive ? MS_REC : 0), NULL);
}

int mount_bind_classic(int source_fd, int target_fd)
{
	return classic_bind(source_fd, target_fd, true);
}

static int bind(int source_fd, int target_fd, bool recursive)
{
	int fd = copy(source_fd, recursive);

	if (fd >= 0)
		return attach(fd, target_fd) < 0 ? close_failed(fd) : fd;
	if (errno != ENOSYS)
		return -1;
	if (classic_bind(source_fd, target_fd, recursive) < 0)
		return -1;
	return open_top(target_fd);
}

int mount_bind(int source_fd, int target_fd)
{
	return bind(source_fd, target_fd, true);
}

int mount_bind_alone(int source_fd, int target_fd)
{
	return bind(source_fd, target_fd, false);
}

int mount_move(int mount_fd, int target_fd)
{
	char source[FD_PATH_MAX];
	char target[FD_PATH_MAX];

	if (attach(mount_fd, target_fd) == 0)
		return 0;
	if (errno != ENOSYS)
		return -1;
	return mount(fd_path(mount_fd, source), fd_path(target_fd, target), NULL, MS_MOVE, NULL);
}

/* Flags as statfs(2) tells them, which mount(2) would clear if they were not given again. */
static unsigned long flags_kept(unsigned long told)
{
	static const struct {
		unsigned long told; /* ST_*, of include/linux/statfs.h */
		unsigned long flag;
	} pairs[] = {
		{ 0x0002, MS_NOSUID },
		{ 0x0004, MS_NODEV },
		{ 0x0008, MS_NOEXEC },
		{ 0x0400, MS_NOATIME },
		{ 0x0800, MS_NODIRATIME },
		{ 0x1000, MS_RELATIME },
	};
	unsigned long flags = 0;

	for (size_t i = 0; i < ARRAY_SIZE(pairs); i++)
		if (told & pairs[i].told)
			flags |= pairs[i].flag;
	return flags;
}

static int remount_read_only(const char *path)
{
	struct statfs status;

	if (statfs(path, &status) < 0)
		return -1;
	return mount(NULL, path, NULL,
		MS_REMOUNT | MS_BIND | MS_RDONLY | flags_kept((unsigned long)status.f_flags), NULL);
}

/* One of those below; what cannot be reached, COMMAND cannot reach either. */
static int remount_below(const struct mount_entry *entry, void *context)
{
	(void)context;
	if (remount_read_only(entry->point) == 0 || errno == ENOENT || errno == EACCES)
		return 0;
	return -1;
}

static int classic_read_only(int mount_fd)
{
	char path[FD_PATH_MAX];

	if (remount_read_only(fd_path(mount_fd, path)) < 0)
		return -1;
	return mount_table_below(mount_fd, remount_below, NULL);
}

int mount_make_read_only(int mount_fd)
{
	const struct mount_attributes attributes = { .set = ATTRIBUTE_READ_ONLY };

	if (syscall(SYS_mount_setattr, mount_fd, "", AT_EMPTY_PATH | TREE_RECURSIVE, &attributes,
		    sizeof(attributes)) == 0)
		return 0;
	return errno == ENOSYS ? classic_read_only(mount_fd) : -1;
}

int mount_detach(int mount_fd)
{
	char path[FD_PATH_MAX];

	return umount2(fd_path(mount_fd, path), MNT_DETACH);
}
