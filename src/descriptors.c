/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "descriptors.h"

#include <dirent.h>
#include <stdint.h>
#include <sys/syscall.h>

#include "kernel_text.h"
#include "util.h"

/* The same number on every architecture; older headers lack it. */
#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* Before close_range() (Linux 5.9): ask /proc which there are, again until nothing was closed. */
static void close_one_by_one(int kept_fd)
{
	bool closed;

	do {
		DIR *dir = opendir("/proc/self/fd");
		const struct dirent *entry;

		closed = false;
		while (dir && (entry = readdir(dir))) {
			const char *cursor = entry->d_name;
			uint64_t fd;

			if (scan_u64(&cursor, &fd) && (int)fd != dirfd(dir) && (int)fd != kept_fd)
				closed |= close((int)fd) == 0;
		}
		if (dir)
			closedir(dir);
	} while (closed);
}

void descriptors_close_all_but(int kept_fd)
{
	if (syscall(SYS_close_range, 0, kept_fd - 1, 0) < 0 ||
		syscall(SYS_close_range, kept_fd + 1, ~0U, 0) < 0)
		close_one_by_one(kept_fd);
}
