/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "profile.h"

#include <errno.h>
#include <fcntl.h>

#include "files.h"
#include "options.h"

#define PLACES 2

/* A line's words, and where it stands. */
struct line {
	const char *path;
	unsigned number;
	struct fault *f;
};

/* Put 'PATH:LINE: ' in front of what is wrong. Returns -1. */
static int blame(const struct line *line)
{
	_cleanup_free_ char *what = text_format("%s", line->f->what);

	snprintf(line->f->what, sizeof(line->f->what), "%s:%u: %s", line->path, line->number, what);
	return -1;
}

static bool is_blank(char c)
{
	return c == ' ' || c == '\t' || c == '\r';
}

static char *skip_blanks(char *text)
{
	while (is_blank(*text))
		text++;
	return text;
}

/*
 * Take the quotes out of the word at *cursor, in place, and end it. Moves *cursor to what follows.
 * Returns the word, NULL: a quote is not closed.
 */
static char *take_word(char **cursor)
{
	char *word = *cursor;
	char *from = word;
	char *to = word;
	bool more;

	while (*from && !is_blank(*from)) {
		const char quote = *from;

		if (quote != '"' && quote != '\'') {
			*to++ = *from++;
			continue;
		}
		for (from++; *from && *from != quote;)
			*to++ = *from++;
		if (!*from)
			return NULL;
		from++;
	}
	more = *from != '\0';
	*to = '\0';
	*cursor = from + more;
	return word;
}

/* After the name: blanks, at most one '=', blanks, and a value. Sets *value, NULL: there is none. */
static int parse_value(char *text, char **value, const struct line *line)
{
	bool equals;

	text = skip_blanks(text);
	equals = *text == '=';
	*value = NULL;
	if (equals)
		text = skip_blanks(text + 1);
	if (!*text || *text == '#') {
		if (equals)
			return fault_set(line->f, 0, "there is no value after the '='");
		return 0;
	}
	*value = take_word(&text);
	if (!*value)
		return fault_set(line->f, 0, "a quote is not closed");
	text = skip_blanks(text);
	if (*text && *text != '#') {
		fault_set(line->f, 0, "there is more than one value");
		return fault_hint(line->f,
			"one option a line, and quotes around a value with blanks");
	}
	return 0;
}

static int parse_line(struct spec *spec, char *text, const struct line *line)
{
	char *name = skip_blanks(text);
	size_t length;
	char *value;
	char after;

	if (!*name || *name == '#')
		return 0;
	if (name[0] == '-' && name[1] == '-' && name[2] && !is_blank(name[2]))
		name += 2;
	length = strcspn(name, "= \t\r");
	if (name[0] == '-') {
		fault_set(line->f, 0,
			"cannot use '%.*s': a file has long names only, and no COMMAND",
			(int)length, name);
		return fault_hint(line->f, "mem 500M");
	}
	after = name[length];
	if (parse_value(name + length, &value, line) < 0)
		return -1;
	/* Only now, for '=' is still to be seen there. */
	if (after)
		name[length] = '\0';
	return options_set(spec, name, value, line->f);
}

int profile_parse(struct spec *spec, char *text, const char *path, struct fault *f)
{
	struct line line = { path, 0, f };

	for (char *next; text; text = next) {
		next = strchr(text, '\n');
		if (next)
			*next++ = '\0';
		line.number++;
		if (strlen(text) > PROFILE_LINE_MAX) {
			fault_set(f, 0, "the line is longer than %d bytes", PROFILE_LINE_MAX);
			return blame(&line);
		}
		if (parse_line(spec, text, &line) < 0)
			return blame(&line);
	}
	return 0;
}

char *profile_path(const char *name, unsigned index, const char *xdg, const char *home)
{
	if (index == 1)
		return text_format("/etc/limit/%s.conf", name);
	if (xdg && *xdg == '/')
		return text_format("%s/limit/%s.conf", xdg, name);
	return home && *home ? text_format("%s/.config/limit/%s.conf", home, name) : NULL;
}

/* Without waiting for a writer of a FIFO that may never come; but a pipe that has one is read. */
static int open_profile(const char *path)
{
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);

	if (fd >= 0)
		fcntl(fd, F_SETFL, 0);
	return fd;
}

/* All of a file, terminated; NULL with *f set. */
static char *read_profile(int fd, const char *path, struct fault *f)
{
	_cleanup_free_ char *text = malloc(PROFILE_BYTES_MAX + 2);
	size_t length = 0;
	char *whole = text;

	while (text && length <= PROFILE_BYTES_MAX) {
		ssize_t got = read(fd, text + length, PROFILE_BYTES_MAX + 1 - length);

		if (got < 0 && errno == EINTR)
			continue;
		if (got < 0) {
			fault_set(f, errno, "cannot read '%s'", path);
			return NULL;
		}
		if (got == 0)
			break;
		length += (size_t)got;
	}
	if (!text || length > PROFILE_BYTES_MAX) {
		fault_set(f, EFBIG, "cannot use '%s' as a file of options", path);
		fault_hint(f, "a file of less than %d bytes", PROFILE_BYTES_MAX);
		return NULL;
	}
	text[length] = '\0';
	if (strlen(text) != length) {
		fault_set(f, 0, "cannot use '%s' as a file of options: it holds NUL bytes", path);
		return NULL;
	}
	text = NULL;
	return whole;
}

/* Open a file of options and remember its path; -1 with *f set. */
static int find_profile(struct profiles *profiles, const struct spec_profile *profile,
	struct fault *f)
{
	char **path = &profiles->paths[profiles->count];
	int fd = -1;

	if (profile->is_path) {
		*path = text_format("%s", profile->name);
		fd = open_profile(*path);
		return fd < 0 ? fault_set(f, errno, "cannot read '%s'", *path) : fd;
	}
	for (unsigned i = 0; i < PLACES; i++) {
		char *candidate =
			profile_path(profile->name, i, getenv("XDG_CONFIG_HOME"), getenv("HOME"));

		if (!candidate)
			continue;
		free(*path);
		*path = candidate;
		fd = open_profile(candidate);
		if (fd >= 0)
			return fd;
		if (errno != ENOENT && errno != ENOTDIR)
			return fault_set(f, errno, "cannot read '%s'", candidate);
	}
	fault_set(f, ENOENT, "cannot use --profile '%s'", profile->name);
	free(*path);
	*path = profile_path(profile->name, 0, getenv("XDG_CONFIG_HOME"), getenv("HOME"));
	return fault_hint(f, "%s%s/etc/limit/%s.conf, or --config FILE", *path ? *path : "",
		*path ? " or " : "", profile->name);
}

static int apply_profile(struct profiles *profiles, struct spec *spec,
	const struct spec_profile *profile, struct fault *f)
{
	const unsigned index = profiles->count;
	int fd = find_profile(profiles, profile, f);

	profiles->count++;
	if (fd < 0)
		return -1;
	profiles->texts[index] = read_profile(fd, profiles->paths[index], f);
	close(fd);
	if (!profiles->texts[index])
		return -1;
	return profile_parse(spec, profiles->texts[index], profiles->paths[index], f);
}

int profiles_apply(struct profiles *profiles, struct spec *spec, int argc, char **argv,
	struct fault *f)
{
	const struct spec asked = *spec;

	spec_init(spec);
	for (unsigned i = 0; i < asked.profile_count; i++)
		if (apply_profile(profiles, spec, &asked.profiles[i], f) < 0)
			return -1;
	if (options_parse(spec, argc, argv, f) < 0)
		return -1;
	for (unsigned i = 0; i < spec->profile_count; i++)
		spec->profiles[i].path = profiles->paths[i];
	return 0;
}

void profiles_release(struct profiles *profiles)
{
	for (unsigned i = 0; i < profiles->count; i++) {
		free(profiles->texts[i]);
		free(profiles->paths[i]);
	}
	*profiles = (struct profiles){ 0 };
}
