/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "kernel_text.h"

#include "files.h"

static const char *const names_v2[CONTROLLERS] = {
	[CONTROLLER_CPU] = "cpu",
	[CONTROLLER_MEMORY] = "memory",
	[CONTROLLER_IO] = "io",
	[CONTROLLER_PIDS] = "pids",
	[CONTROLLER_CPUSET] = "cpuset",
	[CONTROLLER_CPUACCT] = "cpuacct",
	[CONTROLLER_FREEZER] = "freezer",
	[CONTROLLER_HUGETLB] = "hugetlb",
	[CONTROLLER_RDMA] = "rdma",
	[CONTROLLER_MISC] = "misc",
	[CONTROLLER_DMEM] = "dmem",
	[CONTROLLER_PERF_EVENT] = "perf_event",
	[CONTROLLER_DEVICES] = "devices",
	[CONTROLLER_NET_CLS] = "net_cls",
	[CONTROLLER_NET_PRIO] = "net_prio",
};

const char *controller_name_v2(enum controller c)
{
	return names_v2[c];
}

const char *controller_name_v1(enum controller c)
{
	return c == CONTROLLER_IO ? "blkio" : names_v2[c];
}

static controller_set controller_find(const char *name, size_t length)
{
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		const char *candidates[] = { names_v2[c], controller_name_v1(c) };

		for (size_t i = 0; i < ARRAY_SIZE(candidates); i++)
			if (strlen(candidates[i]) == length &&
				memcmp(candidates[i], name, length) == 0)
				return CONTROLLER_BIT(c);
	}
	return 0;
}

controller_set controllers_parse(const char *text)
{
	static const char separators[] = " ,\n";
	controller_set set = 0;

	for (text += strspn(text, separators); *text; text += strspn(text, separators)) {
		size_t length = strcspn(text, separators);

		set |= controller_find(text, length);
		text += length;
	}
	return set;
}

char *controllers_format(controller_set set, char *text, size_t size)
{
	size_t length = 0;

	snprintf(text, size, "%s", set ? "" : "nothing");
	for (unsigned c = 0; c < CONTROLLERS; c++)
		if (set & CONTROLLER_BIT(c) && length < size)
			length += (size_t)snprintf(text + length, size - length, "%s%s",
				length ? ", " : "", names_v2[c]);
	return text;
}

char *controllers_format_enable(controller_set set, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned c = 0; c < CONTROLLERS; c++)
		if (set & CONTROLLER_BIT(c) && length < size)
			length += (size_t)snprintf(text + length, size - length, "%s+%s",
				length ? " " : "", controller_name_v2(c));
	return text;
}

bool scan_u64(const char **cursor, uint64_t *value)
{
	const char *p = *cursor;
	uint64_t number = 0;

	if (*p < '0' || *p > '9')
		return false;
	for (; *p >= '0' && *p <= '9'; p++)
		if (__builtin_mul_overflow(number, 10, &number) ||
			__builtin_add_overflow(number, (uint64_t)(*p - '0'), &number))
			return false;
	*value = number;
	*cursor = p;
	return true;
}

bool scan_device(const char **cursor, unsigned *major, unsigned *minor)
{
	const char *p = *cursor;
	uint64_t first, second;

	if (!scan_u64(&p, &first) || *p++ != ':' || !scan_u64(&p, &second) || first > UINT32_MAX ||
		second > UINT32_MAX)
		return false;
	*major = (unsigned)first;
	*minor = (unsigned)second;
	*cursor = p;
	return true;
}

bool text_to_u64(const char *text, uint64_t *value)
{
	uint64_t number;

	if (!scan_u64(&text, &number) || (*text && strcmp(text, "\n") != 0))
		return false;
	*value = number;
	return true;
}

const char *line_after(const char *line)
{
	size_t length = strcspn(line, "\n");

	return line + length + (line[length] == '\n');
}

bool line_u64(const char *text, const char *key, uint64_t *value)
{
	size_t length = strlen(key);
	const char *number_at;
	uint64_t number;

	if (strncmp(text, key, length) != 0 || text[length] != ' ')
		return false;
	number_at = text + length + 1;
	if (!scan_u64(&number_at, &number) || (*number_at && *number_at != '\n'))
		return false;
	*value = number;
	return true;
}

bool keyed_u64(const char *text, const char *key, uint64_t *value)
{
	for (; *text; text = line_after(text))
		if (line_u64(text, key, value))
			return true;
	return false;
}

bool nested_u64(const char *line, const char *key, uint64_t *value)
{
	size_t length = strlen(key);

	for (const char *word = line; *word && *word != '\n'; word += strspn(word, " ")) {
		const char *end = word + strcspn(word, " \n");

		if (strncmp(word, key, length) == 0 && word[length] == '=') {
			const char *number_at = word + length + 1;
			uint64_t number;

			if (scan_u64(&number_at, &number) && number_at == end) {
				*value = number;
				return true;
			}
		}
		word = end;
	}
	return false;
}

bool next_line(const char **cursor, char *line, size_t size)
{
	size_t length = strcspn(*cursor, "\n");
	size_t kept = length < size ? length : 0;

	if (!**cursor)
		return false;
	memcpy(line, *cursor, kept);
	line[kept] = '\0';
	*cursor += length + ((*cursor)[length] == '\n');
	return true;
}

static bool is_octal(char c)
{
	return c >= '0' && c <= '7';
}

char *text_unescape(char *text)
{
	char *out = text;

	for (const char *in = text; *in; out++) {
		if (in[0] == '\\' && is_octal(in[1]) && is_octal(in[2]) && is_octal(in[3])) {
			*out = (char)((in[1] - '0') << 6 | (in[2] - '0') << 3 | (in[3] - '0'));
			in += 4;
		} else {
			*out = *in++;
		}
	}
	*out = '\0';
	return text;
}

/* Word number index (from 0) of a line, to be freed; NULL if there are fewer. */
static char *word_at(const char *line, unsigned index)
{
	for (; *line; line += strspn(line, " ")) {
		size_t length = strcspn(line, " ");

		if (index-- == 0)
			return text_unescape(text_format("%.*s", (int)length, line));
		line += length;
	}
	return NULL;
}

/* Is option one of the comma-separated ones? */
static bool has_option(const char *options, const char *option)
{
	size_t length = strlen(option);

	for (; *options; options += strspn(options, ",")) {
		size_t next = strcspn(options, ",");

		if (next == length && memcmp(options, option, length) == 0)
			return true;
		options += next;
	}
	return false;
}

/* The last word of a line: an empty mount source leaves two blanks, so do not count from the left. */
static char *last_word(const char *line)
{
	size_t length = strcspn(line, "\n");
	size_t start = length;

	while (start > 0 && line[start - 1] != ' ')
		start--;
	return text_unescape(text_format("%.*s", (int)(length - start), line + start));
}

/* A machine can have a thousand mounts: the line is taken apart only if it is of a cgroup tree. */
bool mountinfo_parse_line(const char *line, struct cgroup_mount *mount)
{
	/* ID PARENT MAJ:MIN ROOT POINT OPTIONS [TAG…] - TYPE SOURCE SUPER-OPTIONS */
	const char *separator = strstr(line, " - ");
	const char *type = separator ? separator + 3 : "";
	const bool v2 = strncmp(type, "cgroup2 ", 8) == 0;
	_cleanup_free_ char *before = NULL;
	_cleanup_free_ char *options = NULL;
	_cleanup_free_ char *super_options = NULL;
	_cleanup_free_ char *root = NULL;
	_cleanup_free_ char *point = NULL;
	const char *id_text = line;
	const char *source;
	uint64_t id;

	if (!v2 && strncmp(type, "cgroup ", 7) != 0)
		return false;
	before = text_format("%.*s", (int)(separator - line), line);
	options = word_at(before, 5);
	if (!options)
		return false;
	source = strchr(separator + 3, ' ');
	if (!source || source == strrchr(separator, ' '))
		return false; /* cut off before the super options */
	super_options = last_word(source);
	root = word_at(before, 3);
	point = word_at(before, 4);
	if (!scan_u64(&id_text, &id) || *id_text != ' ')
		return false;
	if (!*super_options || !root || *root != '/' || !point || *point != '/')
		return false;
	*mount = (struct cgroup_mount){
		.v2 = v2,
		.controllers = v2 ? 0 : controllers_parse(super_options),
		.read_only = has_option(options, "ro") || has_option(super_options, "ro"),
		.id = id,
		.root = root,
		.point = point,
	};
	root = point = NULL;
	return true;
}

/* The path field of the line 'ID:CONTROLLERS:PATH' that is meant, to be freed. */
static char *self_cgroup(const char *text, bool v2, controller_set wanted)
{
	for (const char *line = text; line && *line;) {
		const char *newline = strchr(line, '\n');
		size_t length = newline ? (size_t)(newline - line) : strlen(line);
		const char *first = memchr(line, ':', length);
		const char *second =
			first ? memchr(first + 1, ':', length - (size_t)(first + 1 - line)) : NULL;

		if (second && second[1] == '/') {
			size_t names_length = (size_t)(second - first - 1);
			_cleanup_free_ char *names =
				text_format("%.*s", (int)names_length, first + 1);
			bool matches = v2 ? !*names && line[0] == '0' && first == line + 1
					  : (controllers_parse(names) & wanted) != 0;

			if (matches)
				return text_format("%.*s",
					(int)(length - (size_t)(second + 1 - line)), second + 1);
		}
		line = newline ? newline + 1 : NULL;
	}
	return NULL;
}

char *self_cgroup_v2(const char *text)
{
	return self_cgroup(text, true, 0);
}

char *self_cgroup_v1(const char *text, controller_set wanted)
{
	return self_cgroup(text, false, wanted);
}

bool process_stat_parse(const char *text, struct process_stat *stat)
{
	/* 'PID (COMM) S …'. COMM may hold anything: search from its end. */
	const char *field = strrchr(text, ')');

	if (!field || field[1] != ' ' || !field[2])
		return false;
	stat->state = field[2];
	for (unsigned i = 2; field && i < 22; i++) {
		field = strchr(field, ' ');
		field = field ? field + 1 : NULL;
	}
	return field && scan_u64(&field, &stat->start_time_ticks) && scan_u64(&text, &stat->pid);
}
