/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "mounts.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "mount_calls.h"
#include "mounts_state.h"
#include "util.h"

static bool is_directory(int fd)
{
	struct stat status;

	return fstat(fd, &status) == 0 && S_ISDIR(status.st_mode);
}

int mounts_need_scratch(struct mounts_state *state)
{
	const struct tmpfs_request request = { 0, 0700, (uid_t)-1, 0 };
	int root_fd;

	if (state->scratch_fd >= 0)
		return 0;
	root_fd = open("/", O_PATH | O_CLOEXEC);
	if (root_fd < 0)
		return -1;
	state->scratch_fd = mount_tmpfs(root_fd, &request);
	close(root_fd);
	return state->scratch_fd < 0 ? -1 : 0;
}

/* Where the kernel cannot copy mounts without a place for them: one in the scratch. */
static int park_source(struct mounts_state *state, unsigned at, int source_fd)
{
	_cleanup_close_ int place_fd = -1;
	char name[24];

	*stpcpy(name, "s") = '\0';
	put_decimal(name + 1, at);
	if (mounts_need_scratch(state) < 0)
		return -1;
	if (is_directory(source_fd)) {
		if (mkdirat(state->scratch_fd, name, 0700) < 0)
			return -1;
	} else {
		place_fd = openat(state->scratch_fd, name, O_CREAT | O_WRONLY | O_CLOEXEC, 0600);
		if (place_fd < 0)
			return -1;
		close_fd(&place_fd);
	}
	place_fd = openat(state->scratch_fd, name, O_PATH | O_CLOEXEC);
	if (place_fd < 0 || mount_bind_classic(source_fd, place_fd) < 0)
		return -1;
	return openat(state->scratch_fd, name, O_PATH | O_CLOEXEC);
}

/*
 * What the caller sees under that name: a copy, before any of it is covered, for a copy made later would
 * have what covers it, too.
 */
static int copy_source(struct mounts_state *state, unsigned at)
{
	_cleanup_close_ int source_fd = -1;
	char path[PATH_MAX];
	int fd;

	mount_text_copy(&state->requests->list[at].source, path);
	source_fd = open(path, O_PATH | O_CLOEXEC);
	if (source_fd < 0)
		return -1;
	fd = mount_copy(source_fd);
	return fd < 0 && errno == ENOSYS ? park_source(state, at, source_fd) : fd;
}

static int copy_sources(struct mounts_state *state, unsigned *at)
{
	const struct mount_requests *requests = state->requests;

	for (*at = 0; *at < requests->count; (*at)++) {
		if (requests->list[*at].kind != MOUNT_BIND)
			continue;
		state->source_fds[*at] = copy_source(state, *at);
		if (state->source_fds[*at] < 0)
			return -1;
	}
	return 0;
}

/* PATH or DST, inside of the root; a relative one is the caller's directory's. */
static int open_target(const struct mounts_state *state, const char *path, enum path_kind kind)
{
	char whole[2 * PATH_MAX];

	if (path[0] == '/')
		return mount_path_open(state->root_fd, path, kind, &state->throw_away);
	stpcpy(stpcpy(stpcpy(whole, state->directory), "/"), path);
	if (strlen(whole) >= PATH_MAX) {
		errno = ENAMETOOLONG;
		return -1;
	}
	return mount_path_open(state->root_fd, whole, kind, &state->throw_away);
}

static int add_tmpfs(struct mounts_state *state, int target_fd, const struct tmpfs_request *request)
{
	struct tmpfs_request plain = *request;
	int fd = mount_tmpfs(target_fd, request);

	/* An owner that the user namespace does not have. */
	if (fd < 0 && errno == EINVAL && request->uid != (uid_t)-1) {
		plain.uid = (uid_t)-1;
		fd = mount_tmpfs(target_fd, &plain);
	}
	if (fd < 0)
		return -1;
	throw_away_add(&state->throw_away, fd);
	return fd;
}

/* It looks like the directory that it covers, so that who could write there still can. */
static int cover_with_tmpfs(struct mounts_state *state, int target_fd, uint64_t size_bytes)
{
	struct stat status;

	if (fstat(target_fd, &status) < 0)
		return -1;
	return mounts_settle(state, target_fd,
		add_tmpfs(state, target_fd,
			&(struct tmpfs_request){ size_bytes, status.st_mode & 07777, status.st_uid,
				status.st_gid }));
}

static bool is_same(int a_fd, int b_fd)
{
	struct stat a;
	struct stat b;

	return fstat(a_fd, &a) == 0 && fstat(b_fd, &b) == 0 && a.st_dev == b.st_dev &&
	       a.st_ino == b.st_ino;
}

/* /tmp, and /var/tmp where there is one that is another directory. */
static int make_private_tmp(struct mounts_state *state)
{
	const struct tmpfs_request request = { 0, 01777, (uid_t)-1, 0 };
	_cleanup_close_ int target_fd = open_target(state, "/tmp", PATH_DIRECTORY);
	_cleanup_close_ int tmp_fd = -1;
	_cleanup_close_ int other_fd = -1;
	_cleanup_close_ int var_tmp_fd = -1;

	if (target_fd < 0)
		return -1;
	state->stage = MOUNTS_MOUNT;
	tmp_fd = add_tmpfs(state, target_fd, &request);
	if (tmp_fd < 0)
		return -1;
	other_fd = open_target(state, "/var/tmp", PATH_ANY);
	if (other_fd < 0 || is_same(other_fd, tmp_fd))
		return other_fd < 0 && errno != ENOENT ? -1 : 0;
	var_tmp_fd = add_tmpfs(state, other_fd, &request);
	return var_tmp_fd < 0 ? -1 : 0;
}

/* Do both lead to the same place in the same mount? */
static bool is_root(const struct mounts_state *state, int fd)
{
	char link[FD_PATH_MAX];
	char a[PATH_MAX];
	char b[PATH_MAX];
	ssize_t a_length = readlink(fd_path(fd, link), a, sizeof(a));
	ssize_t b_length = readlink(fd_path(state->root_fd, link), b, sizeof(b));

	return a_length > 0 && a_length == b_length && memcmp(a, b, (size_t)a_length) == 0;
}

int mounts_settle(struct mounts_state *state, int target_fd, int mount_fd)
{
	if (mount_fd < 0)
		return -1;
	if (!is_root(state, target_fd)) {
		close(mount_fd);
		return 0;
	}
	state->root_fd = mount_fd;
	state->new_root = true;
	return 0;
}

/* Close it if it failed. */
static int read_only_or_none(int mount_fd)
{
	int err;

	if (mount_fd < 0 || mount_make_read_only(mount_fd) == 0)
		return mount_fd;
	err = errno;
	close(mount_fd);
	errno = err;
	return -1;
}

static int bind_read_only(struct mounts_state *state, int source_fd, int target_fd)
{
	return mounts_settle(state, target_fd, read_only_or_none(mount_bind(source_fd, target_fd)));
}

static int put_source(struct mounts_state *state, unsigned at, int target_fd)
{
	int fd = state->source_fds[at];

	if (mount_move(fd, target_fd) < 0)
		return -1;
	return mounts_settle(state, target_fd,
		state->requests->list[at].read_only ? read_only_or_none(fd) : fd);
}

/* The mount itself where it is one: that reaches even who has it open. Else one put over the path. */
static int make_read_only(struct mounts_state *state, int target_fd)
{
	if (mount_make_read_only(target_fd) == 0)
		return 0;
	return errno == EINVAL ? bind_read_only(state, target_fd, target_fd) : -1;
}

static int hide_directory(struct mounts_state *state, int target_fd)
{
	const struct tmpfs_request empty = { 4096, 0555, (uid_t)-1, 0 };

	return mounts_settle(state, target_fd, read_only_or_none(mount_tmpfs(target_fd, &empty)));
}

/* An empty file in its place. */
static int hide_file(struct mounts_state *state, int target_fd)
{
	_cleanup_close_ int file_fd = -1;
	_cleanup_close_ int empty_fd = -1;

	if (mounts_need_scratch(state) < 0)
		return -1;
	file_fd = openat(state->scratch_fd, "empty", O_CREAT | O_WRONLY | O_CLOEXEC, 0444);
	empty_fd = openat(state->scratch_fd, "empty", O_PATH | O_CLOEXEC);
	if (file_fd < 0 || empty_fd < 0)
		return -1;
	return bind_read_only(state, empty_fd, target_fd);
}

static enum path_kind kind_of_target(const struct mounts_state *state, unsigned at)
{
	switch (state->requests->list[at].kind) {
	case MOUNT_BIND:
		return is_directory(state->source_fds[at]) ? PATH_DIRECTORY : PATH_FILE;
	case MOUNT_TMPFS:
	case MOUNT_PRIVATE_TMP:
		return PATH_DIRECTORY;
	case MOUNT_READ_ONLY:
	case MOUNT_HIDE:
	case MOUNT_OVERLAY:
	case MOUNT_KINDS:
		break;
	}
	return PATH_ANY;
}

static int apply_at(struct mounts_state *state, unsigned at, int target_fd)
{
	const struct mount_request *request = &state->requests->list[at];

	switch (request->kind) {
	case MOUNT_TMPFS:
		return cover_with_tmpfs(state, target_fd, request->size_bytes);
	case MOUNT_BIND:
		return put_source(state, at, target_fd);
	case MOUNT_READ_ONLY:
		return make_read_only(state, target_fd);
	case MOUNT_HIDE:
		return is_directory(target_fd) ? hide_directory(state, target_fd)
					       : hide_file(state, target_fd);
	case MOUNT_OVERLAY:
		return mounts_overlay(state, target_fd);
	case MOUNT_PRIVATE_TMP:
	case MOUNT_KINDS:
		break;
	}
	return 0;
}

static int apply_request(struct mounts_state *state, unsigned at)
{
	_cleanup_close_ int target_fd = -1;
	char path[PATH_MAX];

	state->stage = MOUNTS_TARGET;
	if (state->requests->list[at].kind == MOUNT_PRIVATE_TMP)
		return make_private_tmp(state);
	mount_text_copy(&state->requests->list[at].path, path);
	target_fd = open_target(state, path, kind_of_target(state, at));
	if (target_fd < 0)
		return -1;
	state->stage = MOUNTS_MOUNT;
	return apply_at(state, at, target_fd);
}

static int open_root(struct mounts_state *state, bool own_proc)
{
	_cleanup_close_ int source_fd = -1;
	_cleanup_close_ int proc_fd = -1;

	if (!state->requests->root) {
		state->root_fd = open("/", O_PATH | O_CLOEXEC);
		return state->root_fd < 0 ? -1 : 0;
	}
	state->stage = MOUNTS_ROOT_SOURCE;
	source_fd = open(state->requests->root, O_PATH | O_DIRECTORY | O_CLOEXEC);
	proc_fd = own_proc ? open("/proc", O_PATH | O_CLOEXEC) : -1;
	if (source_fd < 0)
		return -1;
	state->stage = MOUNTS_ROOT;
	if (mounts_make_root(state, source_fd) < 0)
		return -1;
	state->stage = MOUNTS_DEVICES;
	return mounts_fill_root(state, proc_fd);
}

/* In a new root the caller's directory may be missing; anywhere else that would surprise. */
static int enter_directory(const struct mounts_state *state)
{
	if (chdir(state->directory) == 0)
		return 0;
	return state->requests->root || state->goes_on ? chdir("/") : -1;
}

static int finish(struct mounts_state *state)
{
	state->stage = MOUNTS_PIVOT;
	/* The scratch is on the old root, and may be below the new one. */
	if (state->new_root ? mounts_enter_root(state) < 0
			    : state->scratch_fd >= 0 && mount_detach(state->scratch_fd) < 0)
		return -1;
	state->stage = MOUNTS_ENTER;
	return enter_directory(state);
}

/* What is open now is closed by exec. */
static int apply_all(struct mounts_state *state, bool own_proc, unsigned *at)
{
	state->stage = MOUNTS_DIRECTORY;
	if (!getcwd(state->directory, sizeof(state->directory)))
		return -1;
	if (state->directory[0] != '/') {
		errno = ENOENT;
		return -1;
	}
	state->stage = MOUNTS_SOURCE;
	if (copy_sources(state, at) < 0 || open_root(state, own_proc) < 0)
		return -1;
	for (*at = 0; *at < state->requests->count; (*at)++)
		if (apply_request(state, *at) < 0)
			return -1;
	return finish(state);
}

int mounts_apply(const struct mount_requests *requests, bool own_proc, bool goes_on,
	unsigned *detail)
{
	struct mounts_state state = { .requests = requests,
		.goes_on = goes_on,
		.root_fd = -1,
		.scratch_fd = -1 };
	unsigned at = 0;

	if (apply_all(&state, own_proc, &at) == 0)
		return 0;
	*detail = at << MOUNTS_REQUEST_SHIFT | (unsigned)state.stage;
	return -1;
}
