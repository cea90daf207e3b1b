/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "placement.h"

#include <fcntl.h>

#include "files.h"

/* Is name one of the components of path? */
static bool has_component(const char *path, const char *name)
{
	size_t length = strlen(name);

	while (*path) {
		size_t component = strcspn(path, "/");

		if (component == length && strncmp(path, name, length) == 0)
			return true;
		path += component;
		path += *path == '/';
	}
	return false;
}

enum placement placement_parse(const struct node *node, const char *text, bool ended, char *where,
	size_t size)
{
	enum placement placement = PLACEMENT_UNKNOWN;

	for (unsigned i = 0; i < node->plan->group_count; i++) {
		const struct plan_group *group = &node->plan->groups[i];

		/* --best-effort: nobody was put into a group that could not be made, or was given up. */
		if (node->group_fds[i] < 0 || (ended && !group->v2))
			continue;
		_cleanup_free_ char *path =
			group->v2 ? self_cgroup_v2(text) : self_cgroup_v1(text, group->controllers);

		if (!path)
			continue;
		if (!has_component(path, node->plan->name)) {
			snprintf(where, size, "%s", path);
			return PLACEMENT_OUTSIDE;
		}
		placement = PLACEMENT_INSIDE;
	}
	return placement;
}

enum placement placement_of(const struct node *node, pid_t pid, bool ended, char *where,
	size_t size)
{
	char path[64];
	char text[FILE_TEXT_MAX];

	snprintf(path, sizeof(path), "/proc/%d/cgroup", (int)pid);
	if (file_read_at(AT_FDCWD, path, text, sizeof(text)) <= 0)
		return PLACEMENT_UNKNOWN;
	return placement_parse(node, text, ended, where, size);
}
