/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Lines of /proc/self/mountinfo (proc(5)): a mount is taken for a cgroup hierarchy exactly if a
 * reader of its own, word by word, says so.
 */
#include "config.h"

#include "fuzz.h"

#include <errno.h>
#include <limits.h>

#include "kernel_text.h"

enum { WORDS_MAX = 64 };

/* Cut at every single blank: two in a row have an empty word between them. Returns how many. */
static unsigned split(char *line, char *words[WORDS_MAX])
{
	unsigned count = 0;

	while (count < WORDS_MAX) {
		char *blank = strchr(line, ' ');

		words[count++] = line;
		if (!blank)
			break;
		*blank = '\0';
		line = blank + 1;
	}
	return count;
}

static unsigned find(char *const words[], unsigned count, const char *word)
{
	for (unsigned i = 0; i < count; i++)
		if (strcmp(words[i], word) == 0)
			return i;
	return count;
}

static bool has(const char *list, const char *option)
{
	size_t length = strlen(option);

	for (const char *p = list; p; p = strchr(p, ',') ? strchr(p, ',') + 1 : NULL)
		if (strncmp(p, option, length) == 0 && (p[length] == ',' || !p[length]))
			return true;
	return false;
}

/* Undo \ooo. In place. */
static void unescape(char *text)
{
	size_t out = 0;

	for (size_t in = 0; text[in]; out++) {
		unsigned octal;
		int used = 0;

		if (text[in] == '\\' && strspn(text + in + 1, "01234567") >= 3 &&
			sscanf(text + in + 1, "%3o%n", &octal, &used) == 1 && used == 3) {
			text[out] = (char)octal;
			in += 4;
		} else {
			text[out] = text[in++];
		}
	}
	text[out] = '\0';
}

/* Digits alone, and not too many of them for 64 bits. */
static bool is_number(const char *word)
{
	size_t length = strspn(word, "0123456789");

	errno = 0;
	return length && !word[length] &&
	       (strtoull(word, NULL, 10) != ULLONG_MAX || errno != ERANGE);
}

static void check(const char *text, const struct cgroup_mount *mount, bool taken)
{
	char *line = fuzz_string(text, strlen(text)), *words[WORDS_MAX];
	unsigned count = split(line, words), dash = find(words, count, "-");
	bool v2, is_mount;

	/* The kernel writes single blanks, but for an empty source. */
	for (unsigned i = 0; i < count; i++)
		if (!*words[i] && i != dash + 2)
			goto out;
	if (count == WORDS_MAX || count > dash + 4)
		goto out;
	is_mount =
		dash >= 6 && dash + 4 == count &&
		(strcmp(words[dash + 1], "cgroup") == 0 || strcmp(words[dash + 1], "cgroup2") == 0);
	if (is_mount) {
		unescape(words[3]);
		unescape(words[4]);
		unescape(words[5]);
		unescape(words[dash + 3]);
		is_mount = is_number(words[0]) && words[3][0] == '/' && words[4][0] == '/' &&
			   words[dash + 3][0];
	}
	require(taken == is_mount, "taken: %d, not %d: '%s'", taken, is_mount, text);
	if (!taken)
		goto out;
	v2 = strcmp(words[dash + 1], "cgroup2") == 0;
	require(mount->v2 == v2, "'%s'", text);
	require(strcmp(mount->root, words[3]) == 0, "root '%s' of '%s'", mount->root, text);
	require(strcmp(mount->point, words[4]) == 0, "point '%s' of '%s'", mount->point, text);
	require(mount->read_only == (has(words[5], "ro") || has(words[dash + 3], "ro")), "'%s'",
		text);
	require(mount->controllers == (v2 ? 0 : controllers_parse(words[dash + 3])), "'%s'", text);
out:
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	while (size) {
		char *line = fuzz_line(&data, &size);
		struct cgroup_mount mount = { 0 };
		bool taken = mountinfo_parse_line(line, &mount);

		require(taken || (!mount.root && !mount.point), "'%s' allocates", line);
		require(!taken || (mount.root[0] == '/' && mount.point[0] == '/'),
			"'%s' is no absolute path", line);
		check(line, &mount, taken);
		free(mount.root);
		free(mount.point);
		free(line);
	}
	return 0;
}
