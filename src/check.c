/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check — the hierarchies and controllers of this host, and the caller's place in them. */
#include "config.h"

#include "check.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>
#include <sys/utsname.h>

#include "files.h"
#include "node_v1.h"

const char *const check_core[CHECK_CORE] = { "mem", "cpu", "pids", "io-write" };

const struct check_option *check_find(const struct check *check, const char *name)
{
	for (unsigned i = 0; i < check->option_count; i++)
		if (strcmp(check->options[i].row->name, name) == 0)
			return &check->options[i];
	return NULL;
}

bool check_core_works(const struct check *check)
{
	for (unsigned i = 0; i < CHECK_CORE; i++) {
		const struct check_option *option = check_find(check, check_core[i]);

		if (!option || !option->works)
			return false;
	}
	return true;
}

/* Is word one of the comma-separated options? */
static bool has_option(const char *options, const char *word)
{
	size_t length = strlen(word);

	for (const char *p = options; *p; p += *p == ',') {
		size_t here = strcspn(p, ",\n");

		if (here == length && strncmp(p, word, length) == 0)
			return true;
		p += here;
		if (*p == '\n')
			break;
	}
	return false;
}

/* The v2 mount's own options: the third field behind ' - ' in mountinfo (proc(5)). */
static void read_mount_options(struct check_hierarchy *hierarchy, int root_fd)
{
	_cleanup_free_ char *mountinfo = file_slurp_at(root_fd, "/proc/self/mountinfo");
	char line[4 * 4096];

	for (const char *cursor = mountinfo ? mountinfo : "";
		next_line(&cursor, line, sizeof(line));) {
		const char *options = strstr(line, " - cgroup2 ");
		struct cgroup_mount mount;

		if (!options || !mountinfo_parse_line(line, &mount))
			continue;
		if (strcmp(mount.point, hierarchy->mount) == 0) {
			options = strrchr(options, ' ') + 1;
			hierarchy->nsdelegate = has_option(options, "nsdelegate");
			hierarchy->memory_recursiveprot =
				has_option(options, "memory_recursiveprot");
		}
		free(mount.root);
		free(mount.point);
	}
}

/* To put a node there takes a directory and, to move the child, cgroup.procs. */
static bool may_write(const char *own)
{
	_cleanup_free_ char *procs = path_join(own, "cgroup.procs");

	return faccessat(AT_FDCWD, own, W_OK, AT_EACCESS) == 0 &&
	       faccessat(AT_FDCWD, procs, W_OK, AT_EACCESS) == 0;
}

static void look_at_own(struct check_hierarchy *hierarchy)
{
	_cleanup_free_ char *procs_path = path_join(hierarchy->own, "cgroup.procs");
	struct stat status;
	char text[64];

	hierarchy->owner_known = stat(hierarchy->own, &status) == 0;
	if (hierarchy->owner_known)
		hierarchy->owner_uid = status.st_uid;
	hierarchy->writable = may_write(hierarchy->own);
	errno = 0;
	hierarchy->populated =
		file_read_at(AT_FDCWD, procs_path, text, sizeof(text)) > 0 || errno == EFBIG;
}

static void add_hierarchies(struct check *check, const struct host *host, int root_fd)
{
	struct check_hierarchy *hierarchy = check->hierarchies;

	if (host->v2_mount) {
		const struct host_level *own = &host->levels[0];

		*hierarchy = (struct check_hierarchy){
			.v2 = true,
			.mount = text_format("%s", host->v2_mount),
			.controllers = host_v2_controllers(host),
			.read_only = host->v2_read_only,
			.namespaced = !host->levels[host->level_count - 1].is_root,
			.is_root = own->is_root,
			.own = text_format("%s", own->path),
			.threaded = own->threaded,
		};
		read_mount_options(hierarchy++, root_fd);
	}
	for (unsigned i = 0; i < host->v1_count; i++)
		*hierarchy++ = (struct check_hierarchy){
			.mount = text_format("%s", host->v1[i].mount),
			.controllers = host->v1[i].controllers,
			.read_only = host->v1[i].read_only,
			.is_root = strcmp(host->v1[i].own, "/") == 0 &&
				   host_v1_shows_root(&host->v1[i], root_fd),
			.own = path_join(host->v1[i].mount, host->v1[i].own),
		};
	check->hierarchy_count = (unsigned)(hierarchy - check->hierarchies);
	for (unsigned i = 0; i < check->hierarchy_count; i++)
		look_at_own(&check->hierarchies[i]);
}

static void add_controllers(struct check *check, const struct host *host)
{
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		struct check_controller *controller = &check->controllers[c];

		controller->id = c;
		for (unsigned i = 0; i < check->hierarchy_count; i++)
			if (!controller->hierarchy &&
				check->hierarchies[i].controllers & CONTROLLER_BIT(c))
				controller->hierarchy = &check->hierarchies[i];
		if (!controller->hierarchy || !controller->hierarchy->v2)
			continue;
		controller->own = (host->levels[0].controllers & CONTROLLER_BIT(c)) != 0;
		controller->enabled = (host->levels[0].enabled & CONTROLLER_BIT(c)) != 0;
	}
}

int check_make(struct check *check, int root_fd, struct fault *f)
{
	struct inherited inherited;
	struct utsname names;
	struct spec spec;
	struct host host;
	int result;

	*check = (struct check){ .uid = geteuid() };
	if (uname(&names) == 0)
		snprintf(check->kernel, sizeof(check->kernel), "%s %s %s", names.sysname,
			names.release, names.machine);
	spec_init(&spec);
	spec.mem = (struct quantity){ QUANTITY_MAX, 0 }; /* so that memory is looked at, too */
	result = host_discover(&host, &spec, root_fd, f);
	if (result == 0) {
		check->mode = host.mode;
		check->swap_total_bytes = host.swap_total_bytes;
		if (host.v1_count)
			check->libcgroup =
				node_v1_probe(&check->libcgroup_fault) == 0 ? CHECK_YES : CHECK_NO;
		spawn_prepare(&inherited);
		check_options(check, &inherited, root_fd);
		/* After the trials, with which a scope is made if one is needed. */
		add_hierarchies(check, &host, root_fd);
		add_controllers(check, &host);
		check_probe(check, &host, root_fd);
		/* Nothing runs any more: let the user interrupt the printing. */
		sigaction(SIGCHLD, &inherited.sigchld, NULL);
		sigprocmask(SIG_SETMASK, &inherited.mask, NULL);
	}
	host_release(&host);
	return result;
}

static void release_option(struct check_option *option)
{
	for (unsigned i = 0; i < option->note_count; i++)
		free(option->notes[i]);
}

void check_release(struct check *check)
{
	for (unsigned i = 0; i < check->hierarchy_count; i++) {
		free(check->hierarchies[i].mount);
		free(check->hierarchies[i].own);
	}
	release_option(&check->node);
	for (unsigned i = 0; i < check->option_count; i++)
		release_option(&check->options[i]);
	free(check->options);
	*check = (struct check){ 0 };
}
