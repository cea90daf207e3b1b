/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "device.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <stdarg.h>
#include <sys/stat.h>

#include "files.h"
#include "filesystem.h"
#include "kernel_text.h"
#include "mount.h"

/* Overlays may lie on overlays; the kernel allows two levels (FILESYSTEM_MAX_STACK_DEPTH). */
#define LAYERS_MAX 4

/* One name on its way to its devices. */
struct search {
	struct devices *devices;
	unsigned io;
	const char *text; /* NULL: the working directory */
	int root_fd;
	device_looker *look;
	char *mountinfo; /* read when it is needed first */
	char *origin;    /* for the description: '/data' */
	char *layer;     /* the upper layer that is being followed, NULL: none */
	unsigned depth;
	struct fault *f;
};

void devices_drop(struct devices *devices, unsigned first)
{
	while (devices->count > first) {
		struct device *device = &devices->list[--devices->count];

		free(device->name);
		free(device->description);
		free(device->fs_type);
	}
}

void devices_release(struct devices *devices)
{
	devices_drop(devices, 0);
	free(devices->faults);
	devices->faults = NULL;
	devices->fault_count = 0;
}

void devices_keep_fault(struct devices *devices, unsigned io, const struct fault *f)
{
	struct device_fault *longer =
		realloc(devices->faults, (devices->fault_count + 1) * sizeof(*longer));

	if (!longer)
		abort();
	longer[devices->fault_count++] = (struct device_fault){ io, *f };
	devices->faults = longer;
}

/* 'cannot limit io of '/data': …'. Returns -1. */
static int refuse(const struct search *search, int err, const char *hint, const char *fmt, ...)
	PRINTF_LIKE(4, 5);

static int refuse(const struct search *search, int err, const char *hint, const char *fmt, ...)
{
	char reason[FAULT_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(reason, sizeof(reason), fmt, args);
	va_end(args);
	fault_set(search->f, err, "cannot limit io of %s'%s'%s%s",
		search->text ? "" : "the working directory ",
		search->text ? search->text : search->origin, reason[0] ? ": " : "", reason);
	return fault_hint(search->f, "%s", hint);
}

static const char by_number[] =
	"name the block device: @/dev/NAME or @MAJ:MIN, of those in 'lsblk'";

/* 'it is', or which layer of an overlay is. To be freed. */
static char *subject(const struct search *search)
{
	if (!search->layer)
		return text_format("it");
	return text_format("its upper layer '%s'", search->layer);
}

/* DEVNAME of a directory's uevent file, to be freed; "" if there is none. */
static char *read_name(int root_fd, const char *sys_path)
{
	_cleanup_free_ char *path = path_join(sys_path, "uevent");
	char text[1024];
	char line[256];
	const char *cursor = text;

	if (file_read_at(root_fd, path, text, sizeof(text)) > 0)
		while (next_line(&cursor, line, sizeof(line)))
			if (strncmp(line, "DEVNAME=", 8) == 0)
				return text_format("%s", line + 8);
	return text_format("%s", "");
}

/* What people call it: 'sda2', 'vg-home' for dm-0. To be freed. */
static char *read_friendly_name(int root_fd, const char *sys_path)
{
	_cleanup_free_ char *path = path_join(sys_path, "dm/name");
	char text[256];

	if (file_read_at(root_fd, path, text, sizeof(text)) > 0)
		return text_format("%s", text_trim(text));
	return read_name(root_fd, sys_path);
}

/* 'MAJ:MIN' with nothing after it but a newline. */
static bool parse_number(const char *text, unsigned *major, unsigned *minor)
{
	return scan_device(&text, major, minor) && (!*text || strcmp(text, "\n") == 0);
}

static bool read_number(int root_fd, const char *sys_path, const char *file, unsigned *major,
	unsigned *minor)
{
	_cleanup_free_ char *path = path_join(sys_path, file);
	char text[64];

	return file_read_at(root_fd, path, text, sizeof(text)) > 0 &&
	       parse_number(text, major, minor);
}

struct device *device_add(struct devices *devices, unsigned major, unsigned minor, int root_fd)
{
	_cleanup_free_ char *sys_path = text_format("/sys/dev/block/%u:%u", major, minor);
	struct device *device = &devices->list[devices->count];

	if (devices->count == DEVICES_MAX)
		return NULL;
	*device = (struct device){ .major = major, .minor = minor };
	device->name = read_name(root_fd, sys_path);
	devices->count++;
	return device;
}

/* 'sda (8:0)', 'sda (8:0), from sda2', 'sda (8:0), from /data on sda2' */
static char *describe(const struct search *search, const struct device *device, const char *place)
{
	const char *name = device->name[0] ? device->name : "device";
	bool is_other = place[0] && strcmp(place, device->name) != 0;
	char *text;

	if (!device->fs_type)
		text = text_format("%s (%u:%u)%s%s", name, device->major, device->minor,
			is_other ? ", from " : "", is_other ? place : "");
	else
		text = text_format("%s (%u:%u), from %s%s%s%s%s", name, device->major,
			device->minor, search->origin, search->layer ? ", upper layer " : "",
			search->layer ? search->layer : "", is_other ? " on " : "",
			is_other ? place : "");

	for (char *p = text; *p; p++)
		if ((unsigned char)*p < 0x20 || *p == 0x7f)
			*p = '?';
	return text;
}

static int no_such_device(const struct search *search, unsigned major, unsigned minor)
{
	char number[64] = "";

	if (search->origin)
		snprintf(number, sizeof(number), "block device %u:%u", major, minor);
	return refuse(search, ENODEV, by_number, "%s", number);
}

/*
 * Add the device that takes the limits of this one. In sysfs a partition's directory lies inside
 * its disk's.
 */
static int add_number(struct search *search, unsigned major, unsigned minor, const char *fs_type)
{
	_cleanup_free_ char *sys_path = text_format("/sys/dev/block/%u:%u", major, minor);
	_cleanup_free_ char *partition_path = path_join(sys_path, "partition");
	_cleanup_free_ char *place = NULL;
	struct device *device;

	if (!file_exists_at(search->root_fd, sys_path))
		return no_such_device(search, major, minor);
	place = read_friendly_name(search->root_fd, sys_path);
	if (file_exists_at(search->root_fd, partition_path) &&
		!read_number(search->root_fd, sys_path, "../dev", &major, &minor))
		return no_such_device(search, major, minor);
	device = device_add(search->devices, major, minor, search->root_fd);
	if (!device)
		return refuse(search, 0, "fewer io options",
			"more than %d devices would have limits", DEVICES_MAX);
	device->io = search->io;
	device->fs_type = fs_type ? text_format("%s", fs_type) : NULL;
	device->has_layers = search->depth > 0;
	device->description = describe(search, device, place);
	return 0;
}

/* What to do with each device of a btrfs. Returns 0, or -1 to stop. */
typedef int device_visitor(struct search *search, unsigned major, unsigned minor, void *data);

/* Visit every device in /sys/fs/btrfs/UUID/devices. Returns how many there are, -1: stopped. */
static int visit_btrfs_devices(struct search *search, const char *uuid, device_visitor *visit,
	void *data)
{
	_cleanup_free_ char *path = text_format("/sys/fs/btrfs/%s/devices", uuid);
	DIR *directory = directory_open_at(search->root_fd, path);
	const struct dirent *entry;
	int count = 0;

	while (directory && count >= 0 && (entry = readdir(directory))) {
		_cleanup_free_ char *device_path = path_join(path, entry->d_name);
		unsigned major, minor;

		if (entry->d_name[0] == '.' ||
			!read_number(search->root_fd, device_path, "dev", &major, &minor))
			continue;
		count = visit(search, major, minor, data) < 0 ? -1 : count + 1;
	}
	if (directory)
		closedir(directory);
	return count;
}

static int match_number(struct search *search, unsigned major, unsigned minor, void *data)
{
	const struct device_place *place = data;

	(void)search;
	return major == place->major && minor == place->minor ? -1 : 0;
}

static int add_btrfs_device(struct search *search, unsigned major, unsigned minor, void *data)
{
	(void)data;
	return add_number(search, major, minor, "btrfs");
}

/*
 * The UUID of the btrfs that the source of its mount belongs to; if the source cannot be seen
 * (a container), of the only one there is. To be freed, NULL: not found.
 */
static char *find_btrfs(struct search *search, const char *source)
{
	struct device_place place = { 0 };
	bool visible = search->look(&place, source, search->root_fd) == 0 && place.is_block;
	DIR *directory = directory_open_at(search->root_fd, "/sys/fs/btrfs");
	const struct dirent *entry;
	char *uuid = NULL;
	bool several = false;

	while (directory && (entry = readdir(directory))) {
		int count = 0;

		if (strcmp(entry->d_name, "features") == 0 || entry->d_name[0] == '.')
			continue;
		count = visit_btrfs_devices(search, entry->d_name, match_number, &place);
		if (count == 0 || (visible && count > 0))
			continue;
		several = uuid;
		free(uuid);
		uuid = text_format("%s", entry->d_name);
	}
	if (directory)
		closedir(directory);
	if (several) {
		free(uuid);
		return NULL;
	}
	return uuid;
}

/* btrfs has an anonymous device number, and may have several devices. */
static int add_btrfs(struct search *search, const struct mount *mount)
{
	_cleanup_free_ char *uuid = find_btrfs(search, mount->source);
	unsigned first = search->devices->count;

	if (!uuid)
		return refuse(search, 0, by_number,
			"it is on btrfs, and the devices of '%s' cannot be found in '/sys/fs/btrfs'",
			mount->source);
	if (visit_btrfs_devices(search, uuid, add_btrfs_device, NULL) < 0)
		return -1;
	for (unsigned i = first; i < search->devices->count; i++)
		search->devices->list[i].sibling_count = search->devices->count - first;
	return 0;
}

static int add_place(struct search *search, const struct device_place *place);

/* An overlay writes to its upper layer, a directory somewhere else. */
static int add_overlay(struct search *search, const struct mount *mount)
{
	_cleanup_free_ char *upper = mount_option(mount, "upperdir");
	_cleanup_free_ char *what = subject(search);
	struct device_place place = { 0 };

	if (!upper)
		return refuse(search, 0, by_number,
			"%s is on an overlay without an upper layer: nothing is written there, and it may read from several devices",
			what);
	if (upper[0] != '/' || search->depth == LAYERS_MAX)
		return refuse(search, 0, by_number,
			"%s is on an overlay, whose upper layer '%s' cannot be found", what, upper);
	/* The path is that of who mounted it: inside of a container it may mean nothing, or us. */
	if (search->look(&place, upper, search->root_fd) < 0 ||
		(place.mount_id && place.mount_id == mount->id))
		return refuse(search, 0, by_number,
			"%s is on an overlay, whose upper layer '%s' cannot be seen from here",
			what, upper);
	free(search->layer);
	search->layer = text_format("%s", upper);
	search->depth++;
	return add_place(search, &place);
}

static int add_mount(struct search *search, const struct mount *mount)
{
	const struct filesystem_refusal *refusal = filesystem_refusal(mount->type);
	_cleanup_free_ char *what = subject(search);

	if (refusal)
		return refuse(search, 0, refusal->hint, "%s is on %s, which %s", what, mount->type,
			refusal->why);
	if (strcmp(mount->type, "overlay") == 0)
		return add_overlay(search, mount);
	if (strcmp(mount->type, "btrfs") == 0)
		return add_btrfs(search, mount);
	if (mount->major == 0)
		return refuse(search, 0, by_number,
			"%s is on %s, whose device %u:%u is no block device", what, mount->type,
			mount->major, mount->minor);
	return add_number(search, mount->major, mount->minor, mount->type);
}

/* The devices of the file system that a file is on. */
static int add_place(struct search *search, const struct device_place *place)
{
	struct mount mount;
	int result;

	if (!search->mountinfo)
		search->mountinfo = file_slurp_at(search->root_fd, "/proc/self/mountinfo");
	if (!search->mountinfo)
		return refuse(search, errno, "mount -t proc proc /proc",
			"cannot read '/proc/self/mountinfo'");
	if ((place->mount_id && mount_find_id(search->mountinfo, place->mount_id, &mount)) ||
		mount_find_path(search->mountinfo, place->path, &mount)) {
		result = add_mount(search, &mount);
		mount_release(&mount);
		return result;
	}
	/* In a chroot the mount it is in is not listed. */
	if (place->major == 0)
		return refuse(search, 0, by_number, "its mount is not in '/proc/self/mountinfo'");
	return add_number(search, place->major, place->minor, "an unknown file system");
}

/* Did somebody write a device's name without its directory? */
static bool is_bare_device(const struct search *search)
{
	_cleanup_free_ char *node = path_join("/dev", search->text);
	struct device_place place;

	return search->text[0] != '/' && search->look(&place, node, search->root_fd) == 0 &&
	       place.is_block;
}

static int no_such_path(const struct search *search, int err)
{
	if (!search->text) {
		fault_set(search->f, err == ENOENT ? 0 : err,
			"cannot limit io of the working directory%s",
			err == ENOENT ? ": it has been removed" : "");
		return fault_hint(search->f, "cd to a directory that exists, or name one: @/data");
	}
	if (is_bare_device(search)) {
		refuse(search, err, "", "%s", "");
		return fault_hint(search->f, "@/dev/%s", search->text);
	}
	return refuse(search, err,
		"name a file or directory that exists, or a block device of those in 'lsblk'", "%s",
		"");
}

static int find(struct search *search)
{
	struct device_place place = { 0 };
	unsigned major, minor;

	if (search->text && parse_number(search->text, &major, &minor))
		return add_number(search, major, minor, NULL);
	if (search->look(&place, search->text ? search->text : ".", search->root_fd) < 0)
		return no_such_path(search, errno);
	search->origin = text_format("%s", search->text ? search->text : place.path);
	if (place.is_character)
		return refuse(search, ENOTBLK, by_number, "%s", "");
	if (place.is_block)
		return add_number(search, place.major, place.minor, NULL);
	return add_place(search, &place);
}

int devices_resolve(struct devices *devices, unsigned io, const char *text, int root_fd,
	device_looker *look, struct fault *f)
{
	struct search search = {
		.devices = devices,
		.io = io,
		.text = text,
		.root_fd = root_fd,
		.look = look,
		.f = f,
	};
	const unsigned first = devices->count;
	int result = find(&search);

	if (result < 0)
		devices_drop(devices, first);
	free(search.mountinfo);
	free(search.origin);
	free(search.layer);
	return result;
}
