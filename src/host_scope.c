/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "host_scope.h"

#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>
#include <sys/xattr.h>

#include "files.h"
#include "host.h"
#include "owner.h"

/* Those that systemd knows: it switches them on for a scope with Delegate=yes, if it has them. */
#define DELEGATED_BY_SYSTEMD (HOST_MAIN_CONTROLLERS | CONTROLLER_BIT(CONTROLLER_CPUSET))

/* sd_booted(3). */
static bool systemd_runs(int root_fd)
{
	struct stat status;

	return fstatat(root_fd, "run/systemd/system", &status, AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(status.st_mode);
}

/*
 * What the caller's id is outside of its user namespace; the same where that cannot be told. A line of the
 * map is 'INSIDE OUTSIDE COUNT'.
 */
static uid_t uid_outside(int root_fd)
{
	_cleanup_free_ char *map = file_slurp_at(root_fd, "/proc/self/uid_map");
	const uid_t uid = geteuid();

	for (const char *line = map; line && *line; line = line_after(line)) {
		const char *cursor = line;
		uint64_t numbers[3] = { 0 };

		for (unsigned i = 0; i < 3; i++) {
			cursor += strspn(cursor, " ");
			if (!scan_u64(&cursor, &numbers[i]))
				return uid;
		}
		if (uid >= numbers[0] && uid - numbers[0] < numbers[2])
			return (uid_t)(numbers[1] + (uid - numbers[0]));
	}
	return uid;
}

bool host_scope_runtime_directory(int root_fd, uid_t uid, char *path, size_t size)
{
	struct stat status;

	if (uid == 0)
		snprintf(path, size, "/run");
	else
		snprintf(path, size, "/run/user/%u", (unsigned)uid);
	return fstatat(root_fd, root_fd == AT_FDCWD ? path : path + 1, &status,
		       AT_SYMLINK_NOFOLLOW) == 0 &&
	       S_ISDIR(status.st_mode) &&
	       (status.st_uid == uid ||
		       (status.st_uid == geteuid() && uid == uid_outside(root_fd)));
}

static bool manager_answers(int root_fd, uid_t uid)
{
	char runtime[64];

	if (!host_scope_runtime_directory(root_fd, uid, runtime, sizeof(runtime)))
		return false;
	_cleanup_free_ char *private = path_join(runtime, "systemd/private");
	_cleanup_free_ char *bus = path_join(runtime, uid == 0 ? "dbus/system_bus_socket" : "bus");

	return file_exists_at(root_fd, private) || file_exists_at(root_fd, bus);
}

/* Whose manager is asked: from within a user namespace without systemd that of the user outside. */
static uid_t find_user(int root_fd)
{
	const uid_t outside = uid_outside(root_fd);

	return !manager_answers(root_fd, geteuid()) && manager_answers(root_fd, outside)
		       ? outside
		       : geteuid();
}

/*
 * Where the groups of systemd's begin: above the first slice, or process 1's scope, on the way to the
 * caller. In a container that can be far below the mount.
 */
static size_t top_length(const char *own)
{
	for (const char *part = own; *part; part += strcspn(part, "/")) {
		size_t before = (size_t)(part - own);
		size_t length;

		part += strspn(part, "/");
		length = strcspn(part, "/");
		if ((length > 6 && strncmp(part + length - 6, ".slice", 6) == 0) ||
			(length == 10 && strncmp(part, "init.scope", 10) == 0))
			return before;
	}
	return 0;
}

/* Below which all is that the manager manages; NULL: it does not run. */
static char *manager_group(const struct host *host, const char *own, int root_fd)
{
	char *group = text_format("%.*s", (int)top_length(own), own);
	struct stat status;

	if (host->scope.system)
		return group;
	_cleanup_free_ char *top = group;
	unsigned uid = (unsigned)host->scope.uid;

	group = text_format("%s/user.slice/user-%u.slice/user@%u.service", top, uid, uid);
	_cleanup_free_ char *path = path_join(host->v2_mount, group);

	if (fstatat(root_fd, path + 1, &status, 0) == 0 && S_ISDIR(status.st_mode))
		return group;
	free(group);
	return NULL;
}

static bool is_marked(int root_fd, const char *path)
{
	_cleanup_close_ int fd = openat(root_fd, path + 1, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	char value[8] = "";

	return fd >= 0 &&
	       (fgetxattr(fd, "user.delegate", value, sizeof(value)) == 1 ||
		       fgetxattr(fd, "trusted.delegate", value, sizeof(value)) == 1) &&
	       value[0] == '1';
}

/* As systemd reads a boolean, up to the end of the line. */
static bool is_no(const char *value)
{
	static const char *const words[] = { "0", "no", "n", "false", "f", "off" };
	const size_t length = strcspn(value, "\n");

	for (unsigned i = 0; i < ARRAY_SIZE(words); i++)
		if (strlen(words[i]) == length && strncasecmp(value, words[i], length) == 0)
			return true;
	return false;
}

/* The last Delegate= of a unit's file: a boolean, or the controllers. */
static bool has_delegate(const char *text)
{
	static const char key[] = "Delegate=";
	bool delegate = false;

	for (const char *line = text; *line; line = line_after(line))
		if (strncmp(line, key, strlen(key)) == 0)
			delegate = !is_no(line + strlen(key));
	return delegate;
}

/* Was the unit in whose group the caller is made with Delegate=, by systemd-run? Its manager keeps a file. */
static bool unit_has_delegate(const struct host *host, const char *own, int root_fd)
{
	_cleanup_free_ char *manager = manager_group(host, own, root_fd);
	char runtime[64];

	if (!manager || strncmp(own, manager, strlen(manager)) != 0 ||
		!host_scope_runtime_directory(root_fd, host->scope.uid, runtime, sizeof(runtime)))
		return false;
	_cleanup_free_ char *path =
		text_format("%s/systemd/transient%s", runtime, strrchr(own, '/'));
	_cleanup_free_ char *text = file_slurp_at(root_fd, path);

	return text && has_delegate(text);
}

/*
 * Was the group handed over, to be divided without systemd? It marks those that were, but for the user's
 * manager of systemd 252.
 */
static bool is_delegated(const struct host *host, const char *own, int root_fd)
{
	return is_marked(root_fd, host->levels[0].path) ||
	       (!host->scope.system && unit_has_delegate(host, own, root_fd));
}

/* What the manager will do until the scope is there. */
static void foresee(struct host *host)
{
	struct host_level *scope = &host->levels[0];
	struct host_level *slice = &host->levels[1];
	struct host_level *manager = &host->levels[2];
	controller_set offered = manager->controllers & DELEGATED_BY_SYSTEMD;

	manager->enabled |= offered;
	manager->locked = false;
	slice->controllers |= offered;
	slice->enabled |= offered;
	slice->is_root = slice->locked = slice->populated = slice->threaded = false;
	*scope = (struct host_level){ .path = scope->path, .controllers = slice->enabled };
}

/*
 * Are the groups of the systemd that runs to be seen from here? In a cgroup namespace without a
 * systemd of its own its manager would move us out, and out of the limits around.
 */
static bool manages_what_we_see(const struct host *host, const char *own, int root_fd)
{
	_cleanup_free_ char *top = text_format("%.*s/init.scope", (int)top_length(own), own);
	_cleanup_free_ char *path = path_join(host->v2_mount, top);

	return systemd_runs(root_fd) && file_exists_at(root_fd, path);
}

static bool is_wanted(const struct host *host, const struct spec *spec, const char *own,
	int root_fd)
{
	const struct host_level *level = &host->levels[0];

	if (spec->manager != SPEC_MANAGER_AUTO)
		return spec->manager == SPEC_MANAGER_SYSTEMD;
	/* A group without processes is that of a node, or of a scope of ours, or the root's. */
	return !level->is_root && (level->populated || level->threaded) &&
	       manages_what_we_see(host, own, root_fd) && !owner_is_in_path(own) &&
	       !is_delegated(host, own, root_fd);
}

/* All that it takes to move the processes of a group into one below, and to divide it then. */
static bool may_divide(int root_fd, const char *path)
{
	_cleanup_free_ char *procs = path_join(path, "cgroup.procs");
	_cleanup_free_ char *control = path_join(path, "cgroup.subtree_control");

	return file_is_writable_at(root_fd, path) && file_is_writable_at(root_fd, procs) &&
	       file_is_writable_at(root_fd, control);
}

/* Where systemd is not asked: may the caller's group be emptied, so that it can be divided? */
static void look_for_room(struct host *host, const struct spec *spec, const char *own, int root_fd)
{
	const struct host_level *level = &host->levels[0];
	bool delegated;

	if (level->is_root || !level->populated || level->threaded)
		return;
	delegated = is_delegated(host, own, root_fd);
	if ((!delegated && spec->manager != SPEC_MANAGER_CGROUPFS) ||
		!may_divide(root_fd, level->path))
		return;
	host->room = delegated ? HOST_ROOM_OURS : HOST_ROOM_AT_NEED;
}

/* Who is in a node sees the nodes in that one. */
static void find_realm(struct host *host, const char *own, int root_fd)
{
	_cleanup_free_ char *group =
		manages_what_we_see(host, own, root_fd) && !owner_is_in_path(own)
			? manager_group(host, own, root_fd)
			: NULL;

	if (group)
		host->scope.realm = path_join(host->v2_mount, group);
}

void host_scope_discover(struct host *host, const struct spec *spec, int root_fd)
{
	struct host_scope *scope = &host->scope;

	if (host->mode != HOST_UNIFIED || host->v2_read_only) {
		if (spec->manager == SPEC_MANAGER_SYSTEMD)
			scope->need = HOST_SCOPE_NO_SYSTEMD;
		return;
	}
	_cleanup_free_ char *own = path_join("", host->levels[0].path + strlen(host->v2_mount));

	scope->uid = find_user(root_fd);
	scope->system = scope->uid == 0;
	if (spec->list || spec->gc)
		find_realm(host, own, root_fd);
	if (!is_wanted(host, spec, own, root_fd)) {
		look_for_room(host, spec, own, root_fd);
		return;
	}
	scope->slice = scope->system ? "system.slice" : "app.slice";
	scope->need = !manages_what_we_see(host, own, root_fd) ? HOST_SCOPE_NO_SYSTEMD
		      : owner_is_in_path(own)                  ? HOST_SCOPE_NESTED
							       : HOST_SCOPE_NO_MANAGER;
	if (scope->need != HOST_SCOPE_NO_MANAGER || !manager_answers(root_fd, scope->uid))
		return;
	_cleanup_free_ char *manager = manager_group(host, own, root_fd);

	if (!manager)
		return;
	scope->need = HOST_SCOPE_ASKED;
	scope->shared = spec->group != NULL;
	if (scope->shared)
		snprintf(scope->unit, sizeof(scope->unit), HOST_GROUP_PREFIX "%s" HOST_SCOPE_SUFFIX,
			spec->group);
	else
		snprintf(scope->unit, sizeof(scope->unit),
			HOST_NODE_PREFIX "%d-%" PRIu64 HOST_SCOPE_SUFFIX, (int)host->pid,
			host->start_time_ticks);
	_cleanup_free_ char *below = text_format("%s/%s/%s", manager, scope->slice, scope->unit);

	scope->path = path_join(host->v2_mount, below);
	host_read_levels(host, below, spec, root_fd);
	foresee(host);
}
