/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "owner.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <time.h>

#include "files.h"
#include "host.h"
#include "kernel_text.h"

/* A limit takes its lock a moment after the group is made: wait for that long, in a young group. */
#define YOUNG_S 2
#define LOCK_WAIT_NS 20000000

#define LEFT_NAME "left"

/* As printed: no zeros in front. What only looks like a node's name may be somebody's group. */
static bool scan_printed(const char **cursor, uint64_t *value)
{
	const char *start = *cursor;

	return scan_u64(cursor, value) && (*start != '0' || *cursor == start + 1);
}

bool owner_parse_name(const char *name, struct owner *owner)
{
	const size_t prefix = strlen(HOST_NODE_PREFIX);
	const char *cursor;
	uint64_t pid, start_time_ticks;

	if (strncmp(name, HOST_NODE_PREFIX, prefix) != 0)
		return false;
	cursor = name + prefix;
	if (!scan_printed(&cursor, &pid) || *cursor++ != '-' ||
		!scan_printed(&cursor, &start_time_ticks) || *cursor || pid == 0 || pid > INT32_MAX)
		return false;
	*owner = (struct owner){ (pid_t)pid, start_time_ticks };
	return true;
}

bool owner_is_in_path(const char *path)
{
	for (const char *part = path; *part; part += strcspn(part, "/")) {
		struct owner owner;

		part += strspn(part, "/");
		_cleanup_free_ char *name = text_format("%.*s", (int)strcspn(part, "/"), part);

		if (owner_parse_name(name, &owner))
			return true;
	}
	return false;
}

int owner_lock(int group_fd)
{
	struct flock lock = { .l_type = F_RDLCK, .l_whence = SEEK_SET };

	return fcntl(group_fd, F_OFD_SETLK, &lock);
}

/* Cannot be asked: then it is locked, for what follows from the other answer cannot be undone. */
static bool is_locked(int group_fd)
{
	struct flock lock = { .l_type = F_WRLCK, .l_whence = SEEK_SET };

	return fcntl(group_fd, F_OFD_GETLK, &lock) < 0 || lock.l_type != F_UNLCK;
}

static bool is_young(int group_fd)
{
	struct timespec now;
	struct stat status;

	clock_gettime(CLOCK_REALTIME, &now);
	return fstat(group_fd, &status) == 0 && now.tv_sec - status.st_mtim.tv_sec < YOUNG_S &&
	       now.tv_sec >= status.st_mtim.tv_sec;
}

/* The process of that number in our pid namespace, if it is that old. */
static bool process_lives(const struct owner *owner)
{
	struct process_stat stat;
	char path[64];
	char text[1024];

	snprintf(path, sizeof(path), "/proc/%d/stat", (int)owner->pid);
	return file_read_at(AT_FDCWD, path, text, sizeof(text)) > 0 &&
	       process_stat_parse(text, &stat) && stat.state != 'Z' && stat.state != 'X' &&
	       stat.start_time_ticks == owner->start_time_ticks;
}

bool owner_lives(const struct owner *owner, int group_fd)
{
	const struct timespec wait = { .tv_nsec = LOCK_WAIT_NS };

	if (is_locked(group_fd) || process_lives(owner))
		return true;
	if (!is_young(group_fd))
		return false;
	nanosleep(&wait, NULL);
	return is_locked(group_fd);
}

int owner_mark_left(int group_fd)
{
	return mkdirat(group_fd, LEFT_NAME, 0755) == 0 || errno == EEXIST ? 0 : -1;
}

bool owner_has_left(int group_fd)
{
	return faccessat(group_fd, LEFT_NAME, F_OK, 0) == 0;
}
