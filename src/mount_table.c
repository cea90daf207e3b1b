/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "mount_table.h"

#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/mman.h>

#include "kernel_text.h"
#include "mount_calls.h"
#include "util.h"

/* Of address space; only what is written becomes memory. Some hosts have ten thousands of mounts. */
#define TEXT_MAX ((size_t)32 << 20)
#define ENTRIES_MAX ((size_t)1 << 18)
#define TABLE_SIZE (TEXT_MAX + ENTRIES_MAX * sizeof(struct mount_entry))

/* Fields of a line, from 0. The optional ones end with '-'. */
#define FIELD_POINT 4
#define FIELD_OPTIONS 5

/* Cut the text at the next blank or newline; returns what is behind, and in *last whether a line ended. */
static char *cut(char *text, bool *last)
{
	char *end = text + strcspn(text, " \n");

	*last = *end != ' ';
	if (*end)
		*end++ = '\0';
	return end;
}

/* Take a line apart. Returns the next one. An entry without a type is none. */
static char *parse_line(char *line, struct mount_entry *entry)
{
	bool last = false;
	bool optional = true;

	*entry = (struct mount_entry){ .type = NULL };
	for (unsigned field = 0; !last; field++) {
		char *word = line;

		line = cut(line, &last);
		if (field == FIELD_POINT)
			entry->point = word;
		else if (field == FIELD_OPTIONS)
			entry->read_only =
				strncmp(word, "ro", 2) == 0 && (!word[2] || word[2] == ',');
		else if (field > FIELD_OPTIONS && optional)
			optional = strcmp(word, "-") != 0;
		else if (field > FIELD_OPTIONS && !entry->type)
			entry->type = word;
	}
	if (entry->type)
		text_unescape(entry->point);
	return line;
}

/* What is behind 'directory/' in path; NULL: it is not below. */
static const char *part_below(const char *path, const char *directory)
{
	size_t length = strlen(directory);

	if (length > 0 && directory[length - 1] == '/')
		length--;
	if (strncmp(path, directory, length) != 0 || path[length] != '/' || !path[length + 1])
		return NULL;
	return path + length + 1;
}

static unsigned depth_of(const char *below)
{
	unsigned depth = 0;

	for (; *below; below++)
		depth += *below == '/';
	return depth;
}

/* Those below the directory; returns how many there are. */
static size_t find_below(char *mountinfo, const char *directory, struct mount_entry *entries,
	size_t max)
{
	size_t count = 0;

	while (*mountinfo && count < max) {
		struct mount_entry *entry = &entries[count];

		mountinfo = parse_line(mountinfo, entry);
		if (!entry->type)
			continue;
		entry->below = part_below(entry->point, directory);
		if (!entry->below)
			continue;
		entry->depth = depth_of(entry->below);
		count++;
	}
	return count;
}

int mount_table_walk(char *mountinfo, const char *directory, struct mount_entry *entries,
	size_t max, mount_visitor *visit, void *context)
{
	size_t count = find_below(mountinfo, directory, entries, max);
	size_t seen = 0;

	/* The kernel's order is another one: a copy of a mount may be older than what it is put on. */
	for (unsigned depth = 0; seen < count; depth++) {
		for (size_t i = 0; i < count; i++) {
			int result;

			if (entries[i].depth != depth)
				continue;
			seen++;
			result = visit(&entries[i], context);
			if (result != 0)
				return result;
		}
	}
	return 0;
}

/* Returns 0 with the text terminated, or -1 with errno set. */
static int read_table(char *text)
{
	int fd = open("/proc/self/mountinfo", O_RDONLY | O_CLOEXEC);
	size_t length = 0;
	ssize_t got;

	if (fd < 0)
		return -1;
	do {
		got = read(fd, text + length, TEXT_MAX - length - 1);
		length += got > 0 ? (size_t)got : 0;
	} while (got > 0 && length < TEXT_MAX - 1);
	close(fd);
	if (length == TEXT_MAX - 1)
		errno = EFBIG;
	return got == 0 ? 0 : -1;
}

int mount_table_below(int directory_fd, mount_visitor *visit, void *context)
{
	char path[FD_PATH_MAX];
	char directory[PATH_MAX];
	ssize_t length = readlink(fd_path(directory_fd, path), directory, sizeof(directory) - 1);
	char *text;
	int result = -1;

	if (length < 0)
		return -1;
	directory[length] = '\0';
	text = mmap(NULL, TABLE_SIZE, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | MAP_NORESERVE, -1, 0);
	if (text == MAP_FAILED)
		return -1;
	if (read_table(text) == 0)
		result = mount_table_walk(text, directory,
			(struct mount_entry *)(void *)(text + TEXT_MAX), ENTRIES_MAX, visit,
			context);
	munmap(text, TABLE_SIZE);
	return result;
}
