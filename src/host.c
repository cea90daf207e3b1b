/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "host.h"

#include <errno.h>
#include <fcntl.h>

#include "files.h"
#include "host_cpuset.h"
#include "host_mounts.h"
#include "host_namespaces.h"
#include "namespaces.h"

const char *host_mode_name(enum host_mode mode)
{
	static const char *const names[] = {
		[HOST_NONE] = "none",
		[HOST_LEGACY] = "legacy",
		[HOST_HYBRID] = "hybrid",
		[HOST_UNIFIED] = "unified",
	};

	return names[mode];
}

const struct host_v1 *host_find_v1(const struct host *host, enum controller c)
{
	for (unsigned i = 0; i < host->v1_count; i++)
		if (host->v1[i].controllers & CONTROLLER_BIT(c))
			return &host->v1[i];
	return NULL;
}

bool host_v1_shows_root(const struct host_v1 *v1, int root_fd)
{
	_cleanup_free_ char *path = path_join(v1->mount, "cgroup.sane_behavior");

	/* As release_agent, in no other group (cgroup1_base_files in kernel/cgroup/cgroup-v1.c). */
	return file_exists_at(root_fd, path);
}

controller_set host_v2_controllers(const struct host *host)
{
	return host->level_count ? host->levels[host->level_count - 1].controllers : 0;
}

static controller_set read_controllers(int root_fd, const char *dir, const char *file)
{
	_cleanup_free_ char *path = path_join(dir, file);
	char text[512];

	if (file_read_at(root_fd, path, text, sizeof(text)) < 0)
		return 0;
	return controllers_parse(text);
}

/* memory.max and its like of one group: UINT64_MAX for 'max', missing for no such file. */
static uint64_t read_memory_file(int root_fd, const char *dir, const char *file, uint64_t missing)
{
	_cleanup_free_ char *path = path_join(dir, file);
	uint64_t bytes;
	char text[64];

	if (file_read_at(root_fd, path, text, sizeof(text)) < 0)
		return missing;
	return text_to_u64(text, &bytes) ? bytes : UINT64_MAX;
}

static void read_level_memory(struct host_level *level, const struct spec *spec, int root_fd)
{
	if (spec->mem_low.kind != QUANTITY_UNSET)
		level->memory_low_bytes = read_memory_file(root_fd, level->path, "memory.low", 0);
	if (spec->mem_min.kind != QUANTITY_UNSET)
		level->memory_min_bytes = read_memory_file(root_fd, level->path, "memory.min", 0);
}

/* May the caller not write what a group hands on? */
static bool is_locked(int root_fd, const char *dir)
{
	_cleanup_free_ char *path = path_join(dir, "cgroup.subtree_control");

	return !file_is_writable_at(root_fd, path) && errno == EACCES;
}

static void read_level(struct host_level *level, char *path, const struct spec *spec, int root_fd)
{
	_cleanup_free_ char *type_path = path_join(path, "cgroup.type");
	_cleanup_free_ char *procs_path = path_join(path, "cgroup.procs");
	char type[64];

	*level = (struct host_level){
		.path = path,
		.controllers = read_controllers(root_fd, path, "cgroup.controllers"),
		.enabled = read_controllers(root_fd, path, "cgroup.subtree_control"),
	};
	read_level_memory(level, spec, root_fd);
	level->locked = level->controllers & HOST_MAIN_CONTROLLERS & ~level->enabled &&
			is_locked(root_fd, path);
	/* Only the real root has no cgroup.type (cgroup-v2.rst, "Core Interface Files"). */
	level->is_root = !file_exists_at(root_fd, type_path);
	if (level->is_root)
		return;
	if (file_read_at(root_fd, type_path, type, sizeof(type)) >= 0)
		level->threaded = strcmp(text_trim(type), "domain") != 0;
	/* EOPNOTSUPP: a threaded group; its processes are listed elsewhere. EFBIG: many processes. */
	level->populated =
		file_read_at(root_fd, procs_path, type, sizeof(type)) > 0 || errno == EFBIG;
}

static void release_levels(struct host *host)
{
	for (unsigned i = 0; i < host->level_count; i++)
		free(host->levels[i].path);
	host->level_count = 0;
}

void host_read_levels(struct host *host, char *own, const struct spec *spec, int root_fd)
{
	release_levels(host);
	for (;;) {
		char *slash = strrchr(own, '/');

		errno = 0;
		read_level(&host->levels[host->level_count++], path_join(host->v2_mount, own), spec,
			root_fd);
		if (!slash || !slash[1] || host->level_count == HOST_LEVELS_MAX)
			return;
		slash[slash == own] = '\0';
	}
}

static enum host_mode find_mode(const struct host *host)
{
	bool v1_carries = false;

	for (unsigned i = 0; i < host->v1_count; i++)
		v1_carries |= (host->v1[i].controllers & HOST_MAIN_CONTROLLERS) != 0;
	if (host->v2_mount)
		return v1_carries ? HOST_HYBRID : HOST_UNIFIED;
	return host->v1_count ? HOST_LEGACY : HOST_NONE;
}

/* 'NAME HIERARCHY GROUPS ENABLED' lines, v1 names (cgroups(7)). */
static void read_kernel(struct host *host, const struct spec *spec, int root_fd)
{
	controller_set missing = HOST_MAIN_CONTROLLERS | CONTROLLER_BIT(CONTROLLER_CPUSET);
	_cleanup_free_ char *text = NULL;
	char line[256];

	for (unsigned i = 0; i < spec->set_count; i++)
		missing |= CONTROLLER_BIT(spec->sets[i].controller);
	missing &= ~host_v2_controllers(host);
	for (unsigned i = 0; i < host->v1_count; i++)
		missing &= ~host->v1[i].controllers;
	text = missing ? file_slurp_at(root_fd, "/proc/cgroups") : NULL;
	host->kernel.known = text != NULL;
	for (const char *cursor = text; cursor && next_line(&cursor, line, sizeof(line));) {
		const char *rest = line + strcspn(line, "\t ");
		_cleanup_free_ char *name = text_format("%.*s", (int)(rest - line), line);
		controller_set controller = controllers_parse(name);
		uint64_t numbers[3] = { 0 };

		for (unsigned i = 0; i < ARRAY_SIZE(numbers); i++) {
			rest += strspn(rest, "\t ");
			scan_u64(&rest, &numbers[i]);
		}
		host->kernel.built_in |= controller;
		if (numbers[0])
			host->kernel.bound_to_v1 |= controller;
		if (!numbers[2])
			host->kernel.disabled |= controller;
	}
}

/* 'KEY:   12345 kB' of /proc/meminfo, in bytes. */
static uint64_t meminfo_bytes(const char *text, const char *key)
{
	const char *found = strstr(text, key);
	uint64_t kib;

	if (!found)
		return 0;
	found += strlen(key);
	found += strspn(found, ": ");
	return scan_u64(&found, &kib) ? kib * 1024 : 0;
}

static int read_memory(struct host *host, int root_fd, struct fault *f)
{
	char text[8192];

	if (file_read_at(root_fd, "/proc/meminfo", text, sizeof(text)) < 0)
		return fault_set(f, errno, "cannot read '/proc/meminfo'");
	host->mem_total_bytes = meminfo_bytes(text, "MemTotal");
	host->swap_total_bytes = meminfo_bytes(text, "SwapTotal");
	if (!host->mem_total_bytes)
		return fault_set(f, 0, "cannot use '/proc/meminfo': it has no MemTotal");
	return 0;
}

static int read_own_identity(struct host *host, int root_fd, struct fault *f)
{
	struct process_stat stat;
	char text[1024];

	if (file_read_at(root_fd, "/proc/self/stat", text, sizeof(text)) < 0) {
		fault_set(f, errno, "cannot read '/proc/self/stat'");
		return fault_hint(f, "mount -t proc proc /proc");
	}
	if (!process_stat_parse(text, &stat))
		return fault_set(f, 0, "cannot use '/proc/self/stat': it has no pid or start time");
	host->pid = (pid_t)stat.pid;
	host->start_time_ticks = stat.start_time_ticks;
	return 0;
}

/* Where io.cost.qos would be: the real root of the hierarchy, if it has io and can be seen. */
static const char *io_root_group(const struct host *host)
{
	const struct host_level *top = &host->levels[host->level_count ? host->level_count - 1 : 0];

	return host->level_count && top->is_root && top->controllers & CONTROLLER_BIT(CONTROLLER_IO)
		       ? top->path
		       : NULL;
}

static int read_devices(struct host *host, const struct spec *spec, int root_fd, struct fault *f)
{
	struct devices *devices = &host->devices;

	for (unsigned i = 0; i < spec->io_count; i++) {
		const struct spec_io *io = &spec->io[i];
		unsigned first = devices->count;

		if (io->key == IO_WEIGHT && !io->path) {
			device_weight_find(devices, i, root_fd, io_root_group(host));
			continue;
		}
		if (devices_resolve(devices, i, io->path, root_fd, device_look, f) < 0) {
			if (!spec->best_effort)
				return -1;
			devices_keep_fault(devices, i, f);
		}
		for (unsigned j = first; io->key == IO_WEIGHT && j < devices->count; j++)
			device_weight_look(&devices->list[j], root_fd, io_root_group(host));
	}
	return 0;
}

int host_discover(struct host *host, const struct spec *spec, int root_fd, struct fault *f)
{
	*host = (struct host){
		.page_size_bytes = (uint64_t)sysconf(_SC_PAGESIZE),
	};
	if (read_own_identity(host, root_fd, f) < 0 || host_mounts_read(host, spec, root_fd, f) < 0)
		return -1;
	host->mode = find_mode(host);
	host_scope_discover(host, spec, root_fd);
	read_kernel(host, spec, root_fd);
	if (spec_limits_memory(spec))
		if (read_memory(host, root_fd, f) < 0)
			return -1;
	if (spec->credentials.user && host_user_find(&host->user, spec->credentials.user, f) < 0)
		return -1;
	if (spec->namespaces.join_pid && host_join_find(&host->join, spec, root_fd, f) < 0)
		return -1;
	if (namespaces_wanted(spec) && host_namespaces_discover(host, spec, root_fd, f) < 0)
		return -1;
	ceilings_read(host, spec, root_fd);
	if (!cpu_list_is_empty(&spec->cpus) || !cpu_list_is_empty(&spec->mems))
		host_read_cpuset(host, root_fd);
	host->has_zswap =
		spec->zswap.kind != QUANTITY_UNSET && file_exists_at(root_fd, "/sys/module/zswap");
	if (read_devices(host, spec, root_fd, f) < 0)
		return -1;
	return 0;
}

void host_release(struct host *host)
{
	free(host->v2_mount);
	free(host->unusable);
	release_levels(host);
	free(host->scope.path);
	free(host->scope.realm);
	for (unsigned i = 0; i < host->v1_count; i++) {
		free(host->v1[i].mount);
		free(host->v1[i].own);
	}
	devices_release(&host->devices);
	host_user_release(&host->user);
	for (unsigned i = 0; i < CEILINGS; i++)
		free(host->ceilings[i].path);
	*host = (struct host){ 0 };
}
