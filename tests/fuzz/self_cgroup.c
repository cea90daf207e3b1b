/* SPDX-License-Identifier: GPL-2.0-or-later */
/* /proc/self/cgroup (cgroups(7)): the path is that of the first line with the right hierarchy. */
#include "config.h"

#include "fuzz.h"

#include "kernel_text.h"

/* The path of the first line that is meant, NULL: none. In a block of its own. */
static char *expected_path(const char *text, bool v2, controller_set wanted)
{
	char *copy = fuzz_string(text, strlen(text)), *rest = copy, *line, *path = NULL;

	while (!path && (line = strsep(&rest, "\n"))) {
		char *id = strsep(&line, ":"), *names = strsep(&line, ":");

		if (!line || *line != '/')
			continue;
		if (v2 ? strcmp(id, "0") == 0 && !*names : (controllers_parse(names) & wanted) != 0)
			path = fuzz_string(line, strlen(line));
	}
	free(copy);
	return path;
}

static void check(const char *text, const char *got, char *expected)
{
	require(!got == !expected && (!got || strcmp(got, expected) == 0),
		"'%s', not '%s', of '%s'", got ? got : "nothing", expected ? expected : "nothing",
		text);
	free(expected);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	char *path = self_cgroup_v2(text);

	check(text, path, expected_path(text, true, 0));
	free(path);
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		path = self_cgroup_v1(text, CONTROLLER_BIT(c));
		check(text, path, expected_path(text, false, CONTROLLER_BIT(c)));
		free(path);
	}
	free(text);
	return 0;
}
