/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "id_map.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "files.h"
#include "namespaces.h"

/* What the caller's own id is inside. */
static uint32_t own_inside(const struct spec *spec, uint32_t own, uint32_t asked)
{
	const struct spec_namespaces *names = &spec->namespaces;

	if (names->map_user.given)
		return asked;
	return names->map_root || names->map_auto ? 0 : own;
}

/* The subordinate ids are those inside from 0 on that the caller's is not. Returns how many ranges. */
static unsigned make_ranges(struct id_range *ranges, uint32_t inside, uint32_t outside,
	const struct subordinate_ids *others)
{
	const uint32_t below = others->count < inside ? others->count : inside;
	const uint32_t above = others->count - below;
	unsigned count = 0;

	if (below)
		ranges[count++] = (struct id_range){ 0, others->first, below };
	ranges[count++] = (struct id_range){ inside, outside, 1 };
	if (above)
		ranges[count++] = (struct id_range){ inside + 1, others->first + below, above };
	return count;
}

void id_map_make(struct id_map *map, const struct spec *spec, const struct host *host)
{
	const struct spec_ids *asked = &spec->namespaces.map_user;

	*map = (struct id_map){ .helpers = spec->namespaces.map_auto };
	map->uid_count = make_ranges(map->uid, own_inside(spec, host->uid, asked->uid), host->uid,
		&host->subordinate_uids);
	map->gid_count = make_ranges(map->gid, own_inside(spec, host->gid, asked->gid), host->gid,
		&host->subordinate_gids);
	map->deny_setgroups = !host->privileged && !map->helpers;
}

/* Lines as the kernel takes them: 'INSIDE OUTSIDE COUNT'. */
static void format_ranges(const struct id_range *ranges, unsigned count, char *text, size_t size)
{
	size_t used = 0;

	text[0] = '\0';
	for (unsigned i = 0; i < count && used < size; i++)
		used += (size_t)snprintf(text + used, size - used,
			"%" PRIu32 " %" PRIu32 " %" PRIu32 "\n", ranges[i].inside,
			ranges[i].outside, ranges[i].count);
}

static int write_file(pid_t pid, const char *name, const char *text, struct fault *f)
{
	_cleanup_free_ char *path = text_format("/proc/%d/%s", (int)pid, name);

	if (file_write_at(AT_FDCWD, path, text) == 0)
		return 0;
	fault_set(f, errno, "cannot write the %s of the user namespace", name);
	if (f->err == EPERM || f->err == EACCES)
		namespaces_hint_not_permitted(NAMESPACE_USER, f);
	return -1;
}

int id_map_write(const struct id_map *map, pid_t pid, struct fault *f)
{
	char text[ID_RANGES_MAX * 40];

	if (map->helpers) {
		if (subordinate_map("newuidmap", pid, map->uid, map->uid_count, f) < 0)
			return -1;
		return subordinate_map("newgidmap", pid, map->gid, map->gid_count, f);
	}
	format_ranges(map->uid, map->uid_count, text, sizeof(text));
	if (write_file(pid, "uid_map", text, f) < 0)
		return -1;
	if (map->deny_setgroups && write_file(pid, "setgroups", "deny", f) < 0)
		return -1;
	format_ranges(map->gid, map->gid_count, text, sizeof(text));
	return write_file(pid, "gid_map", text, f);
}

static void print_ranges(const char *what, const struct id_range *ranges, unsigned count, FILE *out)
{
	for (unsigned i = 0; i < count; i++) {
		const struct id_range *range = &ranges[i];

		fprintf(out, "%s%s %" PRIu32, i ? ", " : "", what, range->inside);
		if (range->count > 1)
			fprintf(out, "-%" PRIu32, range->inside + (range->count - 1));
		fprintf(out, " is %" PRIu32, range->outside);
		if (range->count > 1)
			fprintf(out, "-%" PRIu32, range->outside + (range->count - 1));
	}
}

void id_map_print(const struct id_map *map, FILE *out)
{
	print_ranges("uid", map->uid, map->uid_count, out);
	fputs(", ", out);
	print_ranges("gid", map->gid, map->gid_count, out);
}
