/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * files — reading and writing the small files of /proc, /sys and cgroupfs, and building paths.
 *
 * Paths are taken relative to a directory descriptor, a leading '/' too, so that '/proc/…' below a
 * test's fixture tree and below '/' are the same call. With AT_FDCWD they mean what they say.
 */
#ifndef LIMIT_FILES_H
#define LIMIT_FILES_H

#include <dirent.h>
#include <stdbool.h>
#include <sys/types.h>

#include "util.h"

/* Enough for every cgroup file that is read here; io.stat of a host with many disks included. */
#define FILE_TEXT_MAX 16384

/*
 * Read a whole file into text, always terminated. Returns its length, or -1 with errno set; EFBIG:
 * it does not fit.
 */
ssize_t file_read_at(int dir_fd, const char *path, char *text, size_t size);

/* Read a file of any size. Returns a string to free, NULL with errno set. */
char *file_slurp_at(int dir_fd, const char *path);

/* Write text in one write(2), as cgroupfs requires. Returns 0, or -1 with errno set. */
int file_write_at(int dir_fd, const char *path, const char *text);

bool file_exists_at(int dir_fd, const char *path);

/* May the caller write it, by access(2)? */
bool file_is_writable_at(int dir_fd, const char *path);

/* All of it, also to a pipe. Returns 0, or -1 with errno set: where SIGPIPE is blocked a reader that left is EPIPE. */
int file_write_all(int fd, const char *text, size_t size);

/* opendir(3); NULL with errno set. For closedir(). */
DIR *directory_open_at(int dir_fd, const char *path);

/* Cut trailing newlines and blanks, in place. Returns text. */
char *text_trim(char *text);

/* Print a name from outside: its control characters become '?'. */
void text_print_clean(const char *text, FILE *out);

/*
 * Cut a string from the heap after so many bytes, or a few less so that no UTF-8 character is divided, and
 * show that by '…'. Returns it, perhaps moved, to be freed.
 */
char *text_cut(char *text, size_t length);

/* Is tail the end of text? */
bool text_ends_in(const char *text, const char *tail);

/* The words of a NULL-terminated list with blanks between them, to be freed. */
char *text_join(char *const *words);

/* printf into a new string, to be freed. Ends the program if there is no memory. */
char *text_format(const char *fmt, ...) __attribute__((format(printf, 1, 2), returns_nonnull));

/* "DIR/NAME" without a doubled '/'; name may begin with '/' and may be "/" or "". To be freed. */
char *path_join(const char *dir, const char *name) __attribute__((returns_nonnull));

#endif
