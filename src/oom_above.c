/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "oom_above.h"

#include <fcntl.h>

#include "files.h"
#include "verdict.h"

enum suspicion {
	SUSPICION_NONE,
	SUSPICION_SOME,
	SUSPICION_STRONG, /* something happened to it meanwhile: only of one that was noted */
};

static bool read_text(const char *dir, const char *file, char *text, size_t size)
{
	_cleanup_free_ char *path = path_join(dir, file);

	return file_read_at(AT_FDCWD, path, text, size) >= 0;
}

/* false: no such file, or 'max'. */
static bool read_number(const char *dir, const char *file, uint64_t *value)
{
	char text[64];

	return read_text(dir, file, text, sizeof(text)) && text_to_u64(text, value);
}

static bool read_limit(const struct plan_group *memory, const char *dir, uint64_t *bytes)
{
	if (memory->v2)
		return read_number(dir, "memory.max", bytes);
	return read_number(dir, "memory.limit_in_bytes", bytes) &&
	       *bytes < CEILING_V1_UNLIMITED_BYTES;
}

static bool peak_is_at(const char *dir, const char *peak_file, const char *limit_file)
{
	uint64_t peak_bytes, limit_bytes;

	return read_number(dir, peak_file, &peak_bytes) &&
	       read_number(dir, limit_file, &limit_bytes) &&
	       verdict_peak_is_at(peak_bytes, limit_bytes);
}

static void read_group(struct oom_above_group *group, const struct plan_group *memory,
	const char *dir)
{
	uint64_t number = 0;
	char text[FILE_TEXT_MAX];

	if (memory->v2) {
		if (read_text(dir, "memory.events.local", text, sizeof(text)) ||
			read_text(dir, "memory.events", text, sizeof(text)))
			keyed_u64(text, "oom", &group->failures);
		return;
	}
	if (read_number(dir, "memory.failcnt", &number))
		group->failures += number;
	if (read_number(dir, "memory.memsw.failcnt", &number))
		group->failures += number;
	group->at_limit =
		peak_is_at(dir, "memory.max_usage_in_bytes", "memory.limit_in_bytes") ||
		peak_is_at(dir, "memory.memsw.max_usage_in_bytes", "memory.memsw.limit_in_bytes");
}

/* Move dir, the parent of the node or a group above it, one level up; false: that was the mount. */
static bool climb(const struct plan_group *memory, char *dir)
{
	*strrchr(dir, '/') = '\0';
	return strlen(dir) >= strlen(memory->mount);
}

void oom_above_note(struct oom_above *above, const struct plan *plan)
{
	const struct plan_group *memory = plan_group_of(plan, CONTROLLER_MEMORY);
	_cleanup_free_ char *dir = memory ? text_format("%s", memory->parent) : NULL;

	*above = (struct oom_above){ .source = OOM_SOURCE_UNKNOWN };
	if (!dir || plan->no_memory_limit_above)
		return;
	do {
		struct oom_above_group *group;
		uint64_t bytes;

		if (!read_limit(memory, dir, &bytes))
			continue;
		group = &above->groups[above->group_count++];
		*group = (struct oom_above_group){ .path = text_format("%s", dir) };
		read_group(group, memory, dir);
	} while (above->group_count < HOST_LEVELS_MAX && climb(memory, dir));
}

/* Nothing limits the real root; any other group at the mount may have a limit, and more above it. */
static bool mount_is_root(const struct plan_group *memory)
{
	_cleanup_free_ char *path =
		path_join(memory->mount, memory->v2 ? "cgroup.type" : "release_agent");

	/* v2: in every group but the root; v1: in no group but the root. */
	return file_exists_at(AT_FDCWD, path) != memory->v2;
}

static const struct oom_above_group *find_noted(const struct oom_above *above, const char *path)
{
	for (unsigned i = 0; i < above->group_count; i++)
		if (strcmp(above->groups[i].path, path) == 0)
			return &above->groups[i];
	return NULL;
}

/* May it have been the limit of this group? */
static enum suspicion suspect(const struct oom_above_group *noted, const struct plan_group *memory,
	const char *dir, bool limited)
{
	struct oom_above_group now = { .failures = 0 };

	/* A limit that came meanwhile is not known to be innocent. */
	if (!noted)
		return limited ? SUSPICION_SOME : SUSPICION_NONE;
	read_group(&now, memory, dir);
	if (now.failures > noted->failures || (now.at_limit && !noted->at_limit))
		return SUSPICION_STRONG;
	return now.at_limit ? SUSPICION_SOME : SUSPICION_NONE;
}

void oom_above_find(struct oom_above *above, const struct plan *plan)
{
	const struct plan_group *memory = plan_group_of(plan, CONTROLLER_MEMORY);
	_cleanup_free_ char *dir = memory ? text_format("%s", memory->parent) : NULL;
	unsigned suspects = 0;

	above->source = OOM_SOURCE_UNKNOWN;
	above->path = NULL;
	if (!dir)
		return;
	do {
		const struct oom_above_group *noted = find_noted(above, dir);
		uint64_t bytes = 0;
		const bool limited = read_limit(memory, dir, &bytes);
		const enum suspicion suspicion = suspect(noted, memory, dir, limited);

		if (suspicion == SUSPICION_NONE)
			continue;
		suspects++;
		above->path = suspicion == SUSPICION_STRONG ? noted->path : NULL;
		above->limit_bytes = limited ? bytes : 0;
	} while (climb(memory, dir));
	if (suspects == 1 && above->path)
		above->source = OOM_SOURCE_GROUP;
	else if (suspects == 0 && mount_is_root(memory))
		above->source = OOM_SOURCE_MACHINE;
}

bool oom_above_is_shared(const struct oom_above *above, const struct plan *plan)
{
	const struct plan_group *memory = plan_group_of(plan, CONTROLLER_MEMORY);

	return plan->shared.name && memory && above->source == OOM_SOURCE_GROUP &&
	       strcmp(above->path, memory->parent) == 0;
}

void oom_above_release(struct oom_above *above)
{
	for (unsigned i = 0; i < above->group_count; i++)
		free(above->groups[i].path);
	*above = (struct oom_above){ .source = OOM_SOURCE_UNKNOWN };
}

const char *oom_source_name(enum oom_source source)
{
	static const char *const names[] = {
		[OOM_SOURCE_UNKNOWN] = NULL,
		[OOM_SOURCE_GROUP] = "ancestor",
		[OOM_SOURCE_MACHINE] = "machine",
	};

	return names[source];
}
