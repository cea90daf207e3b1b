/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "ceiling.h"

#include <sched.h>

#include "files.h"
#include "host.h"

#define MILLION UINT64_C(1000000)
#define CPU_SETS 16 /* of 1024 CPUs each: twice what the kernel can have */

/* The limit of one group; false: it has none. */
typedef bool limit_reader(int root_fd, const char *dir, const char *file, uint64_t *value);

static bool read_number(int root_fd, const char *dir, const char *file, uint64_t *value)
{
	_cleanup_free_ char *path = path_join(dir, file);
	char text[64];

	return file_read_at(root_fd, path, text, sizeof(text)) > 0 && text_to_u64(text, value);
}

static uint64_t to_millionths(uint64_t quota_us, uint64_t period_us)
{
	return period_us ? (uint64_t)((unsigned __int128)quota_us * MILLION / period_us)
			 : UINT64_MAX;
}

/* 'QUOTA PERIOD', or 'max PERIOD'. */
static bool read_cpu_max(int root_fd, const char *dir, const char *file, uint64_t *value)
{
	_cleanup_free_ char *path = path_join(dir, file);
	uint64_t quota_us, period_us;
	const char *cursor;
	char text[64];

	if (file_read_at(root_fd, path, text, sizeof(text)) <= 0)
		return false;
	cursor = text;
	if (!scan_u64(&cursor, &quota_us) || *cursor++ != ' ' || !scan_u64(&cursor, &period_us))
		return false;
	*value = to_millionths(quota_us, period_us);
	return true;
}

/* cpu.cfs_quota_us is -1 where there is none. */
static bool read_cfs_quota(int root_fd, const char *dir, const char *file, uint64_t *value)
{
	uint64_t quota_us, period_us;

	if (!read_number(root_fd, dir, file, &quota_us) ||
		!read_number(root_fd, dir, "cpu.cfs_period_us", &period_us))
		return false;
	*value = to_millionths(quota_us, period_us);
	return true;
}

static void take(struct ceiling *ceiling, uint64_t value, const char *dir)
{
	if (ceiling->path && ceiling->value <= value)
		return;
	free(ceiling->path);
	*ceiling = (struct ceiling){ value, text_format("%s", dir) };
}

/* The levels of v2; a group has the file if the one above has switched the controller on. */
static void walk_v2(struct host *host, enum ceiling_kind kind, enum controller c, const char *file,
	limit_reader *read, int root_fd)
{
	for (unsigned i = 0; i < host->level_count; i++) {
		const struct host_level *level = &host->levels[i];
		uint64_t value;

		if (level->is_root || (i + 1 < host->level_count &&
					      !(host->levels[i + 1].enabled & CONTROLLER_BIT(c))))
			continue;
		if (read(root_fd, level->path, file, &value))
			take(&host->ceilings[kind], value, level->path);
	}
}

/*
 * From the caller's own group to the one at the mount, unless that is the root of the hierarchy, which
 * has no limits.
 */
static void walk_v1(struct host *host, enum ceiling_kind kind, const struct host_v1 *v1,
	const char *file, limit_reader *read, int root_fd)
{
	_cleanup_free_ char *own = text_format("%s", v1->own);

	for (;;) {
		_cleanup_free_ char *dir = path_join(v1->mount, own);
		const bool at_mount = strcmp(own, "/") == 0 || !own[0];
		uint64_t value;

		if (at_mount && host_v1_shows_root(v1, root_fd))
			return;
		if (read(root_fd, dir, file, &value) && value < CEILING_V1_UNLIMITED_BYTES)
			take(&host->ceilings[kind], value, dir);
		if (at_mount)
			return;
		*strrchr(own, '/') = '\0';
	}
}

static void walk(struct host *host, enum ceiling_kind kind, enum controller c, const char *v2_file,
	limit_reader *v2_read, const char *v1_file, limit_reader *v1_read, int root_fd)
{
	const struct host_v1 *v1 = host_find_v1(host, c);

	if (host_v2_controllers(host) & CONTROLLER_BIT(c))
		walk_v2(host, kind, c, v2_file, v2_read, root_fd);
	else if (v1 && v1_file)
		walk_v1(host, kind, v1, v1_file, v1_read, root_fd);
}

/*
 * v1 knows itself what holds with all ancestors, also without use_hierarchy; their own files only
 * tell whose it is.
 */
static void read_v1_memory(struct host *host, const char *stat, const char *key,
	enum ceiling_kind kind, const char *file, int root_fd)
{
	const struct host_v1 *v1 = host_find_v1(host, CONTROLLER_MEMORY);
	_cleanup_free_ char *dir = path_join(v1->mount, v1->own);
	struct ceiling *ceiling = &host->ceilings[kind];
	uint64_t bytes;

	if (!keyed_u64(stat, key, &bytes) || bytes >= CEILING_V1_UNLIMITED_BYTES)
		return;
	walk_v1(host, kind, v1, file, read_number, root_fd);
	if (ceiling->path && ceiling->value == bytes)
		return;
	free(ceiling->path);
	*ceiling = (struct ceiling){ bytes, text_format("%s", dir) };
}

static void read_memory(struct host *host, const struct spec *spec, int root_fd)
{
	const struct host_v1 *v1 = host_find_v1(host, CONTROLLER_MEMORY);
	bool high = spec->mem_high.kind != QUANTITY_UNSET;
	bool mem = high || spec->mem.kind != QUANTITY_UNSET || spec_has_percentage(spec);
	bool swap = spec->swap.kind == QUANTITY_MAX || spec->swap.value > 0;

	if (host_v2_controllers(host) & CONTROLLER_BIT(CONTROLLER_MEMORY)) {
		if (mem)
			walk_v2(host, CEILING_MEM, CONTROLLER_MEMORY, "memory.max", read_number,
				root_fd);
		if (high)
			walk_v2(host, CEILING_MEM_HIGH, CONTROLLER_MEMORY, "memory.high",
				read_number, root_fd);
		if (swap)
			walk_v2(host, CEILING_SWAP, CONTROLLER_MEMORY, "memory.swap.max",
				read_number, root_fd);
	} else if (v1 && (mem || swap) &&
		   (strcmp(v1->own, "/") != 0 || !host_v1_shows_root(v1, root_fd))) {
		_cleanup_free_ char *dir = path_join(v1->mount, v1->own);
		_cleanup_free_ char *path = path_join(dir, "memory.stat");
		_cleanup_free_ char *stat = file_slurp_at(root_fd, path);

		if (!stat)
			return;
		read_v1_memory(host, stat, "hierarchical_memory_limit", CEILING_MEM,
			"memory.limit_in_bytes", root_fd);
		if (swap)
			read_v1_memory(host, stat, "hierarchical_memsw_limit", CEILING_MEMSW,
				"memory.memsw.limit_in_bytes", root_fd);
	}
}

unsigned cpulist_count(const char *text)
{
	unsigned count = 0;

	for (;;) {
		uint64_t first, last;

		if (!scan_u64(&text, &first))
			return 0;
		last = first;
		if (*text == '-') {
			text++;
			if (!scan_u64(&text, &last) || last < first || last > UINT16_MAX)
				return 0;
		}
		count += (unsigned)(last - first + 1);
		if (*text != ',')
			return count;
		text++;
	}
}

/* The CPUs that the caller may run on, cpusets and taskset(1) included. */
static unsigned count_affinity(void)
{
	cpu_set_t sets[CPU_SETS];

	return sched_getaffinity(0, sizeof(sets), sets) == 0
		       ? (unsigned)CPU_COUNT_S(sizeof(sets), sets)
		       : 0;
}

/* Who joins a group has what that has; nothing yet, if this is the first of it. */
static void read_group_cpu(struct host *host, const struct spec *spec, int root_fd)
{
	const struct host_v1 *v1 = host_find_v1(host, CONTROLLER_CPU);
	bool v2 = host_v2_controllers(host) & CONTROLLER_BIT(CONTROLLER_CPU);
	_cleanup_free_ char *parent = v2   ? text_format("%s", host->levels[0].path)
				      : v1 ? path_join(v1->mount, v1->own)
					   : NULL;
	uint64_t value;

	if (!parent)
		return;
	_cleanup_free_ char *dir = text_format("%s/" HOST_GROUP_PREFIX "%s", parent, spec->group);

	if (v2 ? read_cpu_max(root_fd, dir, "cpu.max", &value)
	       : read_cfs_quota(root_fd, dir, "cpu.cfs_quota_us", &value))
		take(&host->ceilings[CEILING_CPU], value, dir);
}

void ceilings_read(struct host *host, const struct spec *spec, int root_fd)
{
	/* COMMAND is told how many CPUs it has: see jobs.h. */
	const bool told = spec->jobs_env || !cpu_list_is_empty(&spec->cpus);
	char text[1024];

	read_memory(host, spec, root_fd);
	if (spec->cpu.kind != QUANTITY_UNSET || told)
		walk(host, CEILING_CPU, CONTROLLER_CPU, "cpu.max", read_cpu_max, "cpu.cfs_quota_us",
			read_cfs_quota, root_fd);
	if (spec->group && told && spec->cpu.kind == QUANTITY_UNSET)
		read_group_cpu(host, spec, root_fd);
	if (spec->pids.kind != QUANTITY_UNSET)
		walk(host, CEILING_PIDS, CONTROLLER_PIDS, "pids.max", read_number, "pids.max",
			read_number, root_fd);
	/* One CPU there always is. */
	if (spec->cpu.kind == QUANTITY_NUMBER && spec->cpu.value > MILLION &&
		file_read_at(root_fd, "/sys/devices/system/cpu/online", text, sizeof(text)) > 0)
		host->online_cpus = cpulist_count(text);
	if (told || (spec->cpu.kind == QUANTITY_NUMBER && spec->cpu.value > MILLION))
		host->affinity_cpus = count_affinity();
}
