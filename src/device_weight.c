/* SPDX-License-Identifier: GPL-2.0-or-later */
/* device_weight — what shares out the io of a device by weight, for device.h: reads sysfs and cgroupfs. */
#include "config.h"

#include "device.h"
#include "files.h"
#include "kernel_text.h"

/* The scheduler in use stands in brackets: 'mq-deadline [bfq] none'. */
static bool is_scheduler(const char *text, const char *name)
{
	const char *start = strchr(text, '[');
	size_t length = strlen(name);

	return start && strncmp(start + 1, name, length) == 0 && start[length + 1] == ']';
}

/* 'MAJ:MIN enable=1 …' in io.cost.qos, which only the real root group has (Linux 5.4). */
static bool has_iocost(const struct device *device, int root_fd, const char *root_group)
{
	_cleanup_free_ char *path = path_join(root_group, "io.cost.qos");
	_cleanup_free_ char *text = file_slurp_at(root_fd, path);
	const char *line = text;

	while (line && *line) {
		const char *next = strchr(line, '\n');
		const char *rest = line;
		unsigned major, minor;
		uint64_t enable;

		if (scan_device(&rest, &major, &minor) && major == device->major &&
			minor == device->minor) {
			_cleanup_free_ char *words =
				text_format("%.*s", (int)strcspn(rest, "\n"), rest);

			return nested_u64(words + strspn(words, " "), "enable", &enable) && enable;
		}
		line = next ? next + 1 : NULL;
	}
	return false;
}

void device_weight_look(struct device *device, int root_fd, const char *root_group)
{
	_cleanup_free_ char *path =
		text_format("/sys/dev/block/%u:%u/queue/scheduler", device->major, device->minor);
	_cleanup_free_ char *slaves =
		text_format("/sys/dev/block/%u:%u/dm", device->major, device->minor);
	char text[256];

	/* dm nodes show 'none', but hand everything down: BFQ and iocost are EOPNOTSUPP there. */
	device->has_queue = !file_exists_at(root_fd, slaves) &&
			    file_read_at(root_fd, path, text, sizeof(text)) > 0;
	device->bfq = device->has_queue && is_scheduler(text, "bfq");
	device->iocost = device->has_queue && root_group && has_iocost(device, root_fd, root_group);
}

void device_weight_find(struct devices *devices, unsigned io, int root_fd, const char *root_group)
{
	DIR *directory = directory_open_at(root_fd, "/sys/block");
	const struct dirent *entry;

	while (directory && devices->count < DEVICES_MAX && (entry = readdir(directory))) {
		_cleanup_free_ char *path = text_format("/sys/block/%s/dev", entry->d_name);
		const char *number;
		char text[64];
		unsigned major, minor;
		struct device *device;

		number = text;
		if (entry->d_name[0] == '.' ||
			file_read_at(root_fd, path, text, sizeof(text)) < 0 ||
			!scan_device(&number, &major, &minor))
			continue;
		device = device_add(devices, major, minor, root_fd);
		device->io = io;
		device->description = text_format("%s (%u:%u)", device->name, major, minor);
		device_weight_look(device, root_fd, root_group);
		if (!device->bfq && !device->iocost)
			devices_drop(devices, devices->count - 1);
	}
	if (directory)
		closedir(directory);
}
