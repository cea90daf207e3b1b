/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "mount_path.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <stdint.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "util.h"

#ifndef SYS_openat2
#define SYS_openat2 437
#endif

/* include/uapi/linux/openat2.h */
#define RESOLVE_NO_MAGIC 0x02U
#define RESOLVE_AS_ROOT 0x10U

/* struct open_how (OPEN_HOW_SIZE_VER0). */
struct open_request {
	uint64_t flags;
	uint64_t mode;
	uint64_t resolve;
};

/* As in the kernel (MAXSYMLINKS). */
#define LINKS_MAX 40

/* What of a path is done: a name below the root without symbolic links, and what comes still. */
struct walk {
	int root_fd;
	int at_fd;               /* where done leads */
	char done[PATH_MAX];     /* '' or 'a/b' */
	char rest[2 * PATH_MAX]; /* 'c/../d' */
	unsigned links;
	enum path_kind kind;
	const struct throw_away *list;
};

void throw_away_add(struct throw_away *list, int fd)
{
	struct stat status;

	if (list->count < MOUNT_DEVICES_MAX && fstat(fd, &status) == 0)
		list->devices[list->count++] = status.st_dev;
}

bool throw_away_has(const struct throw_away *list, dev_t device)
{
	for (unsigned i = 0; i < list->count; i++)
		if (list->devices[i] == device)
			return true;
	return false;
}

/* Never through a symbolic link, not even if one takes a directory's place meanwhile. */
static int open_name(int at_fd, const char *name)
{
	return openat(at_fd, name, O_PATH | O_NOFOLLOW | O_CLOEXEC);
}

/* Open a name without symbolic links again. */
static int open_done(int root_fd, const char *done)
{
	int fd = openat(root_fd, ".", O_PATH | O_CLOEXEC);

	while (fd >= 0 && *done) {
		char name[NAME_MAX + 1];
		size_t length = strcspn(done, "/");
		int next;

		memcpy(name, done, length);
		name[length] = '\0';
		next = open_name(fd, name);
		close(fd);
		fd = next;
		done += length;
		done += *done == '/';
	}
	return fd;
}

static int fail(int err)
{
	errno = err;
	return -1;
}

/* One directory up, but not out of the root. */
static int go_up(struct walk *walk)
{
	char *slash = strrchr(walk->done, '/');
	struct stat status;

	if (fstat(walk->at_fd, &status) < 0)
		return -1;
	if (!S_ISDIR(status.st_mode))
		return fail(ENOTDIR);

	*(slash ? slash : walk->done) = '\0';
	close_fd(&walk->at_fd);
	walk->at_fd = open_done(walk->root_fd, walk->done);
	return walk->at_fd < 0 ? -1 : 0;
}

/* The target of a link takes its place in the rest; an absolute one begins at the root again. */
static int follow_link(struct walk *walk, int link_fd)
{
	char target[PATH_MAX];
	ssize_t length = readlinkat(link_fd, "", target, sizeof(target) - 1);
	size_t rest_length = strlen(walk->rest);

	if (length <= 0)
		return length < 0 ? -1 : fail(ENOENT);
	if (++walk->links > LINKS_MAX)
		return fail(ELOOP);
	if ((size_t)length + 1 + rest_length >= sizeof(walk->rest))
		return fail(ENAMETOOLONG);
	memmove(walk->rest + length + 1, walk->rest, rest_length + 1);
	memcpy(walk->rest, target, (size_t)length);
	walk->rest[length] = '/';
	if (target[0] != '/')
		return 0;
	walk->done[0] = '\0';
	close_fd(&walk->at_fd);
	walk->at_fd = open_done(walk->root_fd, "");
	return walk->at_fd < 0 ? -1 : 0;
}

/* The name is missing: make it, if it vanishes with the namespace. */
static int make_name(const struct walk *walk, const char *name)
{
	const bool is_last = walk->rest[strspn(walk->rest, "/")] == '\0';
	struct stat status;
	int fd;

	if (walk->kind == PATH_ANY || fstat(walk->at_fd, &status) < 0 ||
		!throw_away_has(walk->list, status.st_dev))
		return fail(ENOENT);
	if (is_last && walk->kind == PATH_FILE) {
		fd = openat(walk->at_fd, name, O_CREAT | O_EXCL | O_WRONLY | O_CLOEXEC, 0644);
		if (fd < 0)
			return -1;
		close(fd);
	} else if (mkdirat(walk->at_fd, name, 0755) < 0) {
		return -1;
	}
	return open_name(walk->at_fd, name);
}

static int enter(struct walk *walk, const char *name, size_t length, int fd)
{
	size_t done_length = strlen(walk->done);

	if (done_length + 1 + length >= sizeof(walk->done)) {
		close(fd);
		return fail(ENAMETOOLONG);
	}
	if (done_length > 0)
		walk->done[done_length++] = '/';
	memcpy(walk->done + done_length, name, length + 1);
	close(walk->at_fd);
	walk->at_fd = fd;
	return 0;
}

/* Take the first name off the rest. */
static int step(struct walk *walk)
{
	char *rest = walk->rest + strspn(walk->rest, "/");
	size_t length = strcspn(rest, "/");
	char name[NAME_MAX + 1];
	struct stat status;
	int result;
	int fd;

	if (length > NAME_MAX)
		return fail(ENAMETOOLONG);
	memcpy(name, rest, length);
	name[length] = '\0';
	memmove(walk->rest, rest + length, strlen(rest + length) + 1);
	if (length == 0 || strcmp(name, ".") == 0)
		return 0;
	if (strcmp(name, "..") == 0)
		return go_up(walk);
	fd = open_name(walk->at_fd, name);
	if (fd < 0 && errno == ENOENT)
		fd = make_name(walk, name);
	if (fd < 0)
		return -1;
	if (fstat(fd, &status) < 0 || !S_ISLNK(status.st_mode))
		return enter(walk, name, length, fd);
	result = follow_link(walk, fd);
	close(fd);
	return result;
}

int mount_path_walk(int root_fd, const char *path, enum path_kind kind,
	const struct throw_away *list)
{
	struct walk walk = { .root_fd = root_fd, .kind = kind, .list = list };

	if (strlen(path) >= PATH_MAX)
		return fail(ENAMETOOLONG);
	stpcpy(walk.rest, path);
	walk.at_fd = open_done(root_fd, "");
	while (walk.at_fd >= 0 && walk.rest[0]) {
		if (step(&walk) < 0) {
			int err = errno;

			close_fd(&walk.at_fd);
			errno = err;
		}
	}
	return walk.at_fd;
}

int mount_path_open(int root_fd, const char *path, enum path_kind kind,
	const struct throw_away *list)
{
	const struct open_request request = {
		.flags = O_PATH | O_CLOEXEC,
		.resolve = RESOLVE_AS_ROOT | RESOLVE_NO_MAGIC,
	};
	int fd = (int)syscall(SYS_openat2, root_fd, path, &request, sizeof(request));

	if (fd >= 0 || (errno != ENOSYS && errno != ENOENT && errno != EAGAIN))
		return fd;
	return mount_path_walk(root_fd, path, kind, list);
}
