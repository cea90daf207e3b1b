/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hide.so — to be preloaded: makes files absent, as on an older kernel, or their writes fail.
 *
 *   HIDE='cgroup.kill memory.peak'   opening a path that ends in one of the names, or asking
 *                                    whether it is there: ENOENT
 *   REFUSE='memory.max'              opening such a path for writing: EINVAL
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

/* Is the last component of path one of the blank-separated names? */
static int is_listed(const char *path, const char *names)
{
	const char *slash = strrchr(path, '/');
	const char *name = slash ? slash + 1 : path;

	for (; names && *names; names += strspn(names, " ")) {
		size_t length = strcspn(names, " ");

		if (strlen(name) == length && strncmp(name, names, length) == 0)
			return 1;
		names += length;
	}
	return 0;
}

static int is_refused(const char *path, int flags)
{
	if (is_listed(path, getenv("HIDE")))
		errno = ENOENT;
	else if ((flags & O_ACCMODE) != O_RDONLY && is_listed(path, getenv("REFUSE")))
		errno = EINVAL;
	else
		return 0;
	return 1;
}

int openat(int dir_fd, const char *path, int flags, ...)
{
	int (*real)(int, const char *, int, ...);
	va_list args;
	mode_t mode;

	*(void **)&real = dlsym(RTLD_NEXT, "openat");
	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return is_refused(path, flags) ? -1 : real(dir_fd, path, flags, mode);
}

/* libcgroup opens by this name. */
int open(const char *path, int flags, ...)
{
	int (*real)(const char *, int, ...);
	va_list args;
	mode_t mode;

	*(void **)&real = dlsym(RTLD_NEXT, "open");
	va_start(args, flags);
	mode = va_arg(args, mode_t);
	va_end(args);
	return is_refused(path, flags) ? -1 : real(path, flags, mode);
}

int faccessat(int dir_fd, const char *path, int mode, int flags)
{
	int (*real)(int, const char *, int, int);

	*(void **)&real = dlsym(RTLD_NEXT, "faccessat");
	return is_refused(path, O_RDONLY) ? -1 : real(dir_fd, path, mode, flags);
}
