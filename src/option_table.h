/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * option_table — every option once: name, argument, help, accepted forms, setter, field. Parsing,
 * --help and the checks of the manual page and the completion come from it. Constant data.
 */
#ifndef LIMIT_OPTION_TABLE_H
#define LIMIT_OPTION_TABLE_H

#include <stddef.h>

#include "spec.h"

enum option_group {
	GROUP_MEMORY,
	GROUP_CPU,
	GROUP_IO,
	GROUP_PROCESSES,
	GROUP_ANY,
	GROUP_TIME,
	GROUP_NAMESPACES,
	GROUP_FILES,
	GROUP_RUNNING,
	GROUP_REPORT,
	GROUP_OTHER,
	GROUPS,
};

struct option_row {
	char letter; /* 0: long form only */
	const char *name;
	const char *argument; /* NULL: takes none; '[=WORD]': may take one, behind '=' */
	enum option_group group;
	const char *help;
	const char *forms; /* accepted, for the hint */
	/* Returns NULL, or why text is no good. text is NULL for options without an argument. */
	const char *(*set)(struct spec *spec, const struct option_row *row, const char *text);
	size_t field; /* offset in struct spec, for the setters that need one */
	const char *(*parse)(const char *text, struct quantity *value);
	enum io_key io_key;
};

extern const struct option_row option_rows[];
extern const size_t option_row_count;

extern const char *const option_group_titles[GROUPS];

/* May the option be given with and without an argument? */
bool option_argument_is_optional(const struct option_row *row);

#endif
