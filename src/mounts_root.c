/* SPDX-License-Identifier: GPL-2.0-or-later */
/* --root: another directory becomes '/', with the devices that every program expects. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "mount_calls.h"
#include "mounts_state.h"
#include "util.h"

/* That of terminals, in devpts; Documentation/admin-guide/devices.rst has modes and names. */
#define GROUP_TTY_OPTION "gid=5,"
#define DEVPTS_OPTIONS "newinstance,ptmxmode=0666,mode=620"

int mounts_make_root(struct mounts_state *state, int root_source_fd)
{
	state->root_fd = mount_bind(root_source_fd, root_source_fd);
	state->new_root = true;
	return state->root_fd < 0 ? -1 : 0;
}

/* A device of the caller's; one that the caller has not is missing here, too. */
static int add_device(int dev_fd, const char *name)
{
	char path[32];
	_cleanup_close_ int source_fd = -1;
	_cleanup_close_ int target_fd = -1;
	_cleanup_close_ int mount_fd = -1;
	int fd;

	stpcpy(stpcpy(path, "/dev/"), name);
	source_fd = open(path, O_PATH | O_CLOEXEC);
	if (source_fd < 0)
		return 0;
	fd = openat(dev_fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0444);
	if (fd < 0)
		return -1;
	close(fd);
	target_fd = openat(dev_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	if (target_fd < 0)
		return -1;
	mount_fd = mount_bind_alone(source_fd, target_fd);
	return mount_fd < 0 ? -1 : 0;
}

/* Pseudo terminals of its own. */
static int add_terminals(int dev_fd)
{
	static const char pts[] = "pts";
	char path[FD_PATH_MAX + sizeof(pts)];
	const unsigned long flags = MS_NOSUID | MS_NOEXEC;

	if (mkdirat(dev_fd, pts, 0755) < 0 || symlinkat("pts/ptmx", dev_fd, "ptmx") < 0)
		return -1;
	fd_path(dev_fd, path);
	stpcpy(stpcpy(path + strlen(path), "/"), pts);
	if (mount("devpts", path, "devpts", flags, GROUP_TTY_OPTION DEVPTS_OPTIONS) == 0)
		return 0;
	/* A user namespace may not have that group. */
	return errno == EINVAL ? mount("devpts", path, "devpts", flags, DEVPTS_OPTIONS) : -1;
}

static int add_shm(struct mounts_state *state, int dev_fd)
{
	const struct tmpfs_request request = { 0, 01777, (uid_t)-1, 0 };
	_cleanup_close_ int target_fd = -1;
	_cleanup_close_ int fd = -1;

	if (mkdirat(dev_fd, "shm", 0755) < 0)
		return -1;
	target_fd = openat(dev_fd, "shm", O_PATH | O_CLOEXEC);
	fd = target_fd < 0 ? -1 : mount_tmpfs(target_fd, &request);
	if (fd < 0)
		return -1;
	throw_away_add(&state->throw_away, fd);
	return 0;
}

static int add_links(int dev_fd)
{
	if (symlinkat("/proc/self/fd", dev_fd, "fd") < 0 ||
		symlinkat("/proc/self/fd/0", dev_fd, "stdin") < 0 ||
		symlinkat("/proc/self/fd/1", dev_fd, "stdout") < 0 ||
		symlinkat("/proc/self/fd/2", dev_fd, "stderr") < 0)
		return -1;
	return 0;
}

/* Devices by mounts, not by mknod(2), which a user namespace may not do. */
static int make_dev(struct mounts_state *state, int target_fd)
{
	static const char *const devices[] = { "null", "zero", "full", "random", "urandom", "tty" };
	const struct tmpfs_request request = { 0, 0755, (uid_t)-1, 0 };
	_cleanup_close_ int dev_fd = mount_tmpfs(target_fd, &request);

	if (dev_fd < 0)
		return -1;
	throw_away_add(&state->throw_away, dev_fd);
	for (size_t i = 0; i < ARRAY_SIZE(devices); i++)
		if (add_device(dev_fd, devices[i]) < 0)
			return -1;
	if (add_terminals(dev_fd) < 0 || add_shm(state, dev_fd) < 0)
		return -1;
	return add_links(dev_fd);
}

/* Where the root has a place for them. */
int mounts_fill_root(struct mounts_state *state, int proc_fd)
{
	_cleanup_close_ int dev_fd =
		mount_path_open(state->root_fd, "/dev", PATH_ANY, &state->throw_away);
	_cleanup_close_ int target_fd = -1;
	_cleanup_close_ int fd = -1;

	if (dev_fd < 0 ? errno != ENOENT : make_dev(state, dev_fd) < 0)
		return -1;
	if (proc_fd < 0)
		return 0;
	target_fd = mount_path_open(state->root_fd, "/proc", PATH_ANY, &state->throw_away);
	if (target_fd < 0)
		return errno == ENOENT ? 0 : -1;
	fd = mount_bind(proc_fd, target_fd);
	return fd < 0 ? -1 : 0;
}

/*
 * pivot_root(2), "pivot_root(".", ".")": the old root ends up on the new one, and is taken off. From a
 * directory on which something is mounted '.' leads umount2(2) to the uppermost: on the old root that is
 * the scratch, if there is one.
 */
int mounts_enter_root(const struct mounts_state *state)
{
	if (fchdir(state->root_fd) < 0 || syscall(SYS_pivot_root, ".", ".") < 0)
		return -1;
	if (state->scratch_fd >= 0 &&
		(fchdir(state->scratch_fd) < 0 || umount2(".", MNT_DETACH) < 0 ||
			fchdir(state->root_fd) < 0))
		return -1;
	return umount2(".", MNT_DETACH) < 0 ? -1 : chdir("/");
}
