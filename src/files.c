/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "files.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "exit_status.h"
#include "fault.h"

static const char *below(int dir_fd, const char *path)
{
	while (dir_fd != AT_FDCWD && *path == '/')
		path++;
	return *path ? path : ".";
}

static int open_at(int dir_fd, const char *path, int flags)
{
	return openat(dir_fd, below(dir_fd, path), flags | O_CLOEXEC);
}

ssize_t file_read_at(int dir_fd, const char *path, char *text, size_t size)
{
	_cleanup_close_ int fd = open_at(dir_fd, path, O_RDONLY);
	size_t length = 0;

	text[0] = '\0';
	if (fd < 0)
		return -1;
	while (length < size - 1) {
		ssize_t got = read(fd, text + length, size - 1 - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			text[0] = '\0';
			return -1;
		}
		if (got == 0) {
			text[length] = '\0';
			return (ssize_t)length;
		}
		length += (size_t)got;
	}
	text[0] = '\0';
	errno = EFBIG;
	return -1;
}

char *file_slurp_at(int dir_fd, const char *path)
{
	size_t size = FILE_TEXT_MAX;

	for (;;) {
		char *text = malloc(size);

		if (!text)
			return NULL;
		if (file_read_at(dir_fd, path, text, size) >= 0)
			return text;
		free(text);
		if (errno != EFBIG)
			return NULL;
		size *= 4;
	}
}

int file_write_at(int dir_fd, const char *path, const char *text)
{
	_cleanup_close_ int fd = open_at(dir_fd, path, O_WRONLY);
	size_t length = strlen(text);
	ssize_t written;

	if (fd < 0)
		return -1;
	do
		written = write(fd, text, length);
	while (written < 0 && errno == EINTR);
	if (written < 0)
		return -1;
	if ((size_t)written != length) {
		errno = EIO;
		return -1;
	}
	return 0;
}

bool file_exists_at(int dir_fd, const char *path)
{
	return faccessat(dir_fd, below(dir_fd, path), F_OK, 0) == 0;
}

DIR *directory_open_at(int dir_fd, const char *path)
{
	int fd = open_at(dir_fd, path, O_RDONLY | O_DIRECTORY);
	DIR *directory = fd < 0 ? NULL : fdopendir(fd);

	if (fd >= 0 && !directory)
		close(fd);
	return directory;
}

bool file_is_writable_at(int dir_fd, const char *path)
{
	return faccessat(dir_fd, below(dir_fd, path), W_OK, 0) == 0;
}

int file_write_all(int fd, const char *text, size_t size)
{
	while (size > 0) {
		ssize_t written = write(fd, text, size);

		if (written < 0 && errno == EAGAIN &&
			poll(&(struct pollfd){ .fd = fd, .events = POLLOUT }, 1, -1) >= 0)
			continue;
		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0)
			return -1;
		text += written;
		size -= (size_t)written;
	}
	return 0;
}

char *text_trim(char *text)
{
	size_t length = strlen(text);

	while (length > 0 && (text[length - 1] == '\n' || text[length - 1] == ' '))
		text[--length] = '\0';
	return text;
}

void text_print_clean(const char *text, FILE *out)
{
	for (const char *p = text; *p; p++)
		fputc((unsigned char)*p < 0x20 || *p == 0x7f ? '?' : *p, out);
}

char *text_format(const char *fmt, ...)
{
	va_list args;
	char *text;
	int length;

	va_start(args, fmt);
	length = vasprintf(&text, fmt, args);
	va_end(args);
	if (length < 0) {
		say("cannot go on: out of memory");
		_exit(EXIT_LIMIT_FAILED);
	}
	return text;
}

char *text_cut(char *text, size_t length)
{
	char *shorter;

	if (strlen(text) <= length)
		return text;
	while (length > 0 && ((unsigned char)text[length] & 0xc0) == 0x80)
		length--;
	shorter = text_format("%.*s…", (int)length, text);
	free(text);
	return shorter;
}

bool text_ends_in(const char *text, const char *tail)
{
	size_t length = strlen(text);
	size_t tail_length = strlen(tail);

	return length >= tail_length && strcmp(text + length - tail_length, tail) == 0;
}

char *text_join(char *const *words)
{
	char *text = text_format("%s", words[0] ? words[0] : "");

	for (char *const *word = words + 1; words[0] && *word; word++) {
		char *longer = text_format("%s %s", text, *word);

		free(text);
		text = longer;
	}
	return text;
}

char *path_join(const char *dir, const char *name)
{
	size_t length = strlen(dir);

	while (length > 0 && dir[length - 1] == '/')
		length--;
	while (*name == '/')
		name++;
	if (!*name)
		return text_format("%.*s", length ? (int)length : 1, length ? dir : "/");
	return text_format("%.*s/%s", (int)length, dir, name);
}
