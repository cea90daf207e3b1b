/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "mount.h"

#include "files.h"
#include "kernel_text.h"

/* A part of a line as a string of its own, escapes undone; to be freed. */
static char *unescaped(const char *start, const char *end)
{
	return text_unescape(text_format("%.*s", (int)(end - start), start));
}

static const char *line_end(const char *line)
{
	return line + strcspn(line, "\n");
}

/* The position of needle in one line, NULL: it is not there. */
static const char *find_in_line(const char *line, const char *end, const char *needle)
{
	const char *found = strstr(line, needle);

	return found && found < end ? found : NULL;
}

/* 'TYPE SOURCE OPTIONS'; the source may be empty, and only the last word is surely the options. */
static bool parse_super(const char *text, const char *end, struct mount *mount)
{
	const char *type_end = memchr(text, ' ', (size_t)(end - text));
	const char *last_blank = memrchr(text, ' ', (size_t)(end - text));

	if (!type_end || type_end == text || last_blank == type_end)
		return false;
	mount->type = unescaped(text, type_end);
	mount->source = unescaped(type_end + 1, last_blank);
	mount->options = text_format("%.*s", (int)(end - last_blank - 1), last_blank + 1);
	return true;
}

bool mount_parse_line(const char *line, struct mount *mount)
{
	/* ID PARENT MAJ:MIN ROOT POINT OPTIONS [TAG…] - TYPE SOURCE SUPER-OPTIONS */
	const char *end = line_end(line);
	const char *separator = find_in_line(line, end, " - ");
	const char *p = line;
	const char *point, *point_end;

	*mount = (struct mount){ 0 };
	if (!separator || !scan_u64(&p, &mount->id) || *p++ != ' ' ||
		!scan_u64(&p, &mount->parent_id) || *p++ != ' ' ||
		!scan_device(&p, &mount->major, &mount->minor) || *p != ' ')
		return false;
	point = memchr(p + 1, ' ', (size_t)(end - p - 1));
	point_end = point ? memchr(point + 1, ' ', (size_t)(end - point - 1)) : NULL;
	if (!point_end || point_end > separator || point[1] != '/' ||
		!parse_super(separator + 3, end, mount))
		return false;
	mount->point = unescaped(point + 1, point_end);
	return true;
}

void mount_release(struct mount *mount)
{
	free(mount->point);
	free(mount->type);
	free(mount->source);
	free(mount->options);
	*mount = (struct mount){ 0 };
}

/* Step to the next line; NULL at the end. */
static const char *following_line(const char *line)
{
	const char *end = line_end(line);

	return *end && end[1] ? end + 1 : NULL;
}

bool mount_find_id(const char *mountinfo, uint64_t id, struct mount *mount)
{
	for (const char *line = mountinfo; line; line = following_line(line)) {
		const char *p = line;
		uint64_t line_id;

		if (scan_u64(&p, &line_id) && line_id == id)
			return mount_parse_line(line, mount);
	}
	return false;
}

/* Is path the directory dir, or below it? */
static bool is_at_or_below(const char *path, const char *dir)
{
	size_t length = strlen(dir);

	if (strcmp(dir, "/") == 0)
		return true;
	return strncmp(path, dir, length) == 0 && (!path[length] || path[length] == '/');
}

/*
 * The line of the mount that the way to path enters next from a mount above; NULL: none. Of several
 * on the way it is the one nearest to the top: what is mounted further down on the same parent is
 * hidden.
 */
static const char *find_next(const char *mountinfo, const char *path, const struct mount *above)
{
	const char *best = NULL;
	size_t best_length = 0;

	for (const char *line = mountinfo; line; line = following_line(line)) {
		struct mount mount;
		size_t length;

		if (!mount_parse_line(line, &mount))
			continue;
		length = strlen(mount.point);
		if (mount.parent_id == above->id && mount.id != above->id &&
			is_at_or_below(path, mount.point) &&
			is_at_or_below(mount.point, above->point) &&
			(!best || length < best_length)) {
			best = line;
			best_length = length;
		}
		mount_release(&mount);
	}
	return best;
}

static bool is_listed(const char *mountinfo, uint64_t id)
{
	struct mount mount;
	bool listed = mount_find_id(mountinfo, id, &mount);

	if (listed)
		mount_release(&mount);
	return listed;
}

/* The mount at '/' that is mounted on nothing else that is listed. */
static bool find_root(const char *mountinfo, struct mount *root)
{
	for (const char *line = mountinfo; line; line = following_line(line)) {
		if (!mount_parse_line(line, root))
			continue;
		if (strcmp(root->point, "/") == 0 &&
			(root->parent_id == root->id || !is_listed(mountinfo, root->parent_id)))
			return true;
		mount_release(root);
	}
	return false;
}

bool mount_find_path(const char *mountinfo, const char *path, struct mount *mount)
{
	const char *line;

	if (path[0] != '/' || !find_root(mountinfo, mount))
		return false;
	/* Ends even if the text is nonsense: no chain of mounts is this long. */
	for (unsigned depth = 0; depth < 1000 && (line = find_next(mountinfo, path, mount));
		depth++) {
		mount_release(mount);
		if (!mount_parse_line(line, mount))
			return false;
	}
	return true;
}

/* Where a mount is in the tree; its mount point with escapes, which order as the plain names do. */
struct place {
	uint64_t id;
	uint64_t parent_id;
	const char *point;
	size_t length;
};

static bool find_place(const char *line, struct place *place)
{
	const char *p = line;

	if (!scan_u64(&p, &place->id) || *p++ != ' ' || !scan_u64(&p, &place->parent_id))
		return false;
	/* Over MAJ:MIN and ROOT. */
	for (unsigned i = 0; i < 3; i++) {
		if (*p != ' ')
			return false;
		p++;
		place->point = p;
		p += strcspn(p, " \n");
	}
	place->length = (size_t)(p - place->point);
	return place->length > 0;
}

/* Is the mount point of above a directory on the way to that of below, and not the same? */
static bool is_on_the_way(const struct place *above, const struct place *below)
{
	if (above->length >= below->length)
		return false;
	return above->length == 1 || (memcmp(above->point, below->point, above->length) == 0 &&
					     below->point[above->length] == '/');
}

static bool is_same_point(const struct place *a, const struct place *b)
{
	return a->length == b->length && memcmp(a->point, b->point, a->length) == 0;
}

/* Sets *parent, with the id 0 if it is not listed; false: another mount is in the way there. */
static bool step_up(const char *mountinfo, const struct place *mount, bool is_last,
	struct place *parent)
{
	struct place other;

	*parent = (struct place){ .id = 0 };
	for (const char *line = mountinfo; line; line = following_line(line)) {
		if (!find_place(line, &other) || other.id == mount->id)
			continue;
		if (other.id == mount->parent_id)
			*parent = other;
		else if (other.parent_id == mount->parent_id && is_on_the_way(&other, mount))
			return false;
		if (is_last && other.parent_id == mount->id && is_same_point(&other, mount))
			return false;
	}
	return true;
}

bool mount_is_visible(const char *mountinfo, uint64_t id)
{
	struct place mount = { .id = 0 };
	struct place parent;

	for (const char *line = mountinfo; line; line = following_line(line))
		if (find_place(line, &mount) && mount.id == id)
			break;
	if (mount.id != id)
		return false;
	/* Ends even if the text is nonsense. */
	for (unsigned depth = 0; depth < 1000; depth++) {
		if (!step_up(mountinfo, &mount, depth == 0, &parent))
			return false;
		if (!parent.id || parent.id == parent.parent_id)
			return true;
		mount = parent;
	}
	return false;
}

char *mount_option(const struct mount *mount, const char *key)
{
	size_t length = strlen(key);

	/* A comma inside of a value is escaped: seq_show_option() in include/linux/seq_file.h. */
	for (const char *p = mount->options; *p; p += strspn(p, ",")) {
		const char *end = p + strcspn(p, ",");

		if (strncmp(p, key, length) == 0 && p[length] == '=')
			return unescaped(p + length + 1, end);
		p = end;
	}
	return NULL;
}
