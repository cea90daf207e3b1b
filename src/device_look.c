/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device_look — where a path really leads, for device.c. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/sysmacros.h>

#include "device.h"
#include "files.h"

#ifdef HAVE_STRUCT_STATX_STX_MNT_ID
#define WANTED (STATX_TYPE | STATX_MNT_ID)
#else
#define WANTED STATX_TYPE
#endif

/* Before Linux 4.11, or in a container whose filter does not know statx. */
static int look_by_stat(struct device_place *place, int dir_fd, const char *name)
{
	struct stat status;

	if (fstatat(dir_fd, name, &status, 0) < 0)
		return -1;
	place->is_block = S_ISBLK(status.st_mode);
	place->is_character = S_ISCHR(status.st_mode);
	place->major = major(place->is_block ? status.st_rdev : status.st_dev);
	place->minor = minor(place->is_block ? status.st_rdev : status.st_dev);
	return 0;
}

static int look_by_statx(struct device_place *place, int dir_fd, const char *name)
{
	struct statx status;

	if (statx(dir_fd, name, AT_STATX_SYNC_AS_STAT, WANTED, &status) < 0)
		return errno == ENOSYS || errno == EPERM ? look_by_stat(place, dir_fd, name) : -1;
	place->is_block = S_ISBLK(status.stx_mode);
	place->is_character = S_ISCHR(status.stx_mode);
	place->major = place->is_block ? status.stx_rdev_major : status.stx_dev_major;
	place->minor = place->is_block ? status.stx_rdev_minor : status.stx_dev_minor;
#ifdef HAVE_STRUCT_STATX_STX_MNT_ID
	if (status.stx_mask & STATX_MNT_ID)
		place->mount_id = status.stx_mnt_id;
#endif
	return 0;
}

/* The path without links, to find its mount by. It is no fault if that cannot be told. */
static void read_path(struct device_place *place, int dir_fd, const char *name)
{
	_cleanup_close_ int fd = openat(dir_fd, name, O_PATH | O_CLOEXEC);
	_cleanup_free_ char *link = text_format("/proc/self/fd/%d", fd);
	ssize_t length = fd < 0 ? -1 : readlink(link, place->path, sizeof(place->path) - 1);

	place->path[length > 0 ? length : 0] = '\0';
}

int device_look(struct device_place *place, const char *path, int root_fd)
{
	int dir_fd = path[0] == '/' ? root_fd : AT_FDCWD;
	const char *name = path + strspn(path, "/");

	*place = (struct device_place){ 0 };
	/* A working directory that was removed can still be looked at: only getcwd() tells. */
	if (strcmp(path, ".") == 0 && !getcwd(place->path, sizeof(place->path)))
		return -1;
	if (look_by_statx(place, dir_fd, *name ? name : ".") < 0)
		return -1;
	if (!place->mount_id && !place->path[0])
		read_path(place, dir_fd, *name ? name : ".");
	return 0;
}
