/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "host_mounts.h"

#include <errno.h>
#include <fcntl.h>

#include "evacuate.h"
#include "files.h"
#include "host.h"
#include "mount.h"

/* Does the path leave its root by a component '..'? */
static bool climbs_out(const char *path)
{
	for (const char *p = path; (p = strstr(p, "/..")); p += 3)
		if (p[3] == '/' || !p[3])
			return true;
	return false;
}

/*
 * own (a path in the hierarchy) as seen below a mount of the group root; NULL if it lies outside, or
 * if the names on the way are not known: '/../a' is below '/..', but '/' is we do not know where below it.
 */
static char *relative_to_root(const char *own, const char *root)
{
	size_t length = strcmp(root, "/") == 0 ? 0 : strlen(root);
	const char *rest = own + length;

	if (strncmp(own, root, length) != 0 || (*rest && *rest != '/') || climbs_out(rest))
		return NULL;
	return text_format("%s", *rest ? rest : "/");
}

/* The caller is in the leaf of a scope that was made for it: the scope is the place. */
static void climb_out_of_scope_leaf(char *own)
{
	static const char tail[] = HOST_SCOPE_SUFFIX "/" HOST_SCOPE_LEAF_NAME;
	size_t length = strlen(own);
	char *unit;

	if (!text_ends_in(own, tail))
		return;
	own[length - strlen("/" HOST_SCOPE_LEAF_NAME)] = '\0';
	unit = strrchr(own, '/');
	if (!unit || strncmp(unit + 1, HOST_NODE_PREFIX, strlen(HOST_NODE_PREFIX)) != 0)
		own[length - strlen("/" HOST_SCOPE_LEAF_NAME)] = '/';
}

/* Where a limit before has moved the processes of a group, to divide it. */
static void climb_out_of_members(char *own)
{
	static const char tail[] = "/" EVACUATE_LEAF_NAME;

	if (text_ends_in(own, tail))
		own[strlen(own) - strlen(tail)] = '\0';
}

/* A node's leaf is no place for another node: the node itself is, see doc/design.md. */
static void climb_out_of_leaf(char *own)
{
	static const char leaf[] = "/" HOST_LEAF_NAME;
	size_t length = strlen(own);
	char *slash;

	if (!text_ends_in(own, leaf))
		return;
	own[length - strlen(leaf)] = '\0';
	slash = strrchr(own, '/');
	if (!slash || strncmp(slash + 1, HOST_NODE_PREFIX, strlen(HOST_NODE_PREFIX)) != 0)
		own[length - strlen(leaf)] = '/';
}

/* The text of both files, and where we are in them. */
struct survey {
	struct host *host;
	const char *mountinfo;
	const char *self;
};

/* The group above, where the caller's is a leaf that was made to hold processes. */
static char *climb(const char *path)
{
	char *own = text_format("%s", path);

	climb_out_of_leaf(own);
	climb_out_of_scope_leaf(own);
	climb_out_of_members(own);
	return own;
}

/*
 * The caller's group below a mount that can be used, to be freed; NULL: it cannot. If all are like that
 * the first is told of. What is above a leaf is told from the whole path, and may be outside of the mount.
 */
static char *find_own(const struct survey *survey, const struct cgroup_mount *mount)
{
	struct host *host = survey->host;
	_cleanup_free_ char *path = mount->v2 ? self_cgroup_v2(survey->self)
					      : self_cgroup_v1(survey->self, mount->controllers);
	_cleanup_free_ char *above = path && mount->v2 ? climb(path) : NULL;
	char *own = above ? relative_to_root(above, mount->root) : NULL;

	if (path && !own)
		own = relative_to_root(path, mount->root);
	if (own && mount_is_visible(survey->mountinfo, mount->id))
		return own;
	if (path && !host->unusable) {
		host->unusable = text_format("%s", mount->point);
		host->unusable_is_v2 = mount->v2;
		host->unusable_is_hidden = own != NULL;
	}
	free(own);
	return NULL;
}

/* Of several mounts of a hierarchy the first will do, unless a later one may be written and it may not. */
static bool is_better(const struct cgroup_mount *mount, bool old_is_read_only)
{
	return old_is_read_only && !mount->read_only;
}

static void add_v2(const struct survey *survey, const struct cgroup_mount *mount,
	const struct spec *spec, int root_fd)
{
	struct host *host = survey->host;
	_cleanup_free_ char *own = NULL;

	if (host->v2_mount && !is_better(mount, host->v2_read_only))
		return;
	own = find_own(survey, mount);
	if (!own)
		return;
	free(host->v2_mount);
	host->v2_mount = text_format("%s", mount->point);
	host->v2_read_only = mount->read_only;
	host_read_levels(host, own, spec, root_fd);
}

static void add_v1(const struct survey *survey, const struct cgroup_mount *mount)
{
	struct host *host = survey->host;
	unsigned i = 0;
	char *own;

	while (i < host->v1_count && !(host->v1[i].controllers & mount->controllers))
		i++;
	if (i == HOST_V1_MAX || (i < host->v1_count && !is_better(mount, host->v1[i].read_only)))
		return;
	own = find_own(survey, mount);
	if (!own)
		return;
	if (i == host->v1_count) {
		host->v1_count++;
	} else {
		free(host->v1[i].mount);
		free(host->v1[i].own);
	}
	host->v1[i] = (struct host_v1){
		.controllers = mount->controllers,
		.mount = text_format("%s", mount->point),
		.own = own,
		.read_only = mount->read_only,
	};
}

int host_mounts_read(struct host *host, const struct spec *spec, int root_fd, struct fault *f)
{
	_cleanup_free_ char *mountinfo = file_slurp_at(root_fd, "/proc/self/mountinfo");
	_cleanup_free_ char *self = mountinfo ? file_slurp_at(root_fd, "/proc/self/cgroup") : NULL;
	const struct survey survey = { host, mountinfo, self };
	char line[4 * 4096];

	if (!mountinfo || !self)
		return fault_set(f, errno, "cannot read '/proc/self/%s'",
			mountinfo ? "cgroup" : "mountinfo");
	for (const char *cursor = mountinfo; next_line(&cursor, line, sizeof(line));) {
		struct cgroup_mount mount;

		if (!mountinfo_parse_line(line, &mount))
			continue;
		if (mount.v2)
			add_v2(&survey, &mount, spec, root_fd);
		else if (mount.controllers)
			add_v1(&survey, &mount);
		free(mount.root);
		free(mount.point);
	}
	return 0;
}
