/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan_io.h"

#include <inttypes.h>

#include "files.h"
#include "filesystem.h"

static bool is_write(enum io_key key)
{
	return key == IO_WBPS || key == IO_WIOPS;
}

/* The setting of the same device and key, if the device was already named another way. */
static struct setting *find_setting(struct setting *settings, unsigned count, const char *file,
	const char *text)
{
	size_t length = strcspn(text, "=") + 1;

	for (unsigned i = 0; i < count; i++)
		if (strcmp(settings[i].file, file) == 0 &&
			strncmp(settings[i].text, text, length) == 0)
			return &settings[i];
	return NULL;
}

/* For the reader: which device, and where it was found. The first name of it is enough. */
static void add_device(struct plan *plan, const struct device *device)
{
	struct plan_device *entry = &plan->devices[plan->device_count];

	for (unsigned i = 0; i < plan->device_count; i++)
		if (plan->devices[i].major == device->major &&
			plan->devices[i].minor == device->minor)
			return;
	*entry = (struct plan_device){ .major = device->major, .minor = device->minor };
	entry->description = text_format("%s", device->description);
	plan->device_count++;
}

/* What a limit does not reach there. */
static void add_notes(struct plan *plan, const struct spec_io *io, const struct device *device,
	controller_set v2)
{
	if (device->sibling_count > 1)
		plan_note(plan, "%s has %u devices: the limit holds for each of them by itself",
			device->fs_type, device->sibling_count);
	if (device->has_layers && !is_write(io->key))
		plan_note(plan,
			"reads of files in a lower layer of the overlay are limited only if it lies on the same device");
	if (!is_write(io->key) || !device->fs_type || !(v2 & CONTROLLER_BIT(CONTROLLER_IO)))
		return;
	if (!filesystem_has_cgroup_writeback(device->fs_type))
		plan_note(plan,
			"buffered writes on %s pass unthrottled: it does not tell the kernel whose they are",
			device->fs_type);
}

static void format_setting(char *text, size_t size, const struct device *device,
	const struct spec_io *io)
{
	static const char *const keys[IO_KEYS] = { "rbps", "wbps", "riops", "wiops" };

	if (io->value.kind == QUANTITY_MAX)
		snprintf(text, size, "%u:%u %s=max", device->major, device->minor, keys[io->key]);
	else
		snprintf(text, size, "%u:%u %s=%" PRIu64, device->major, device->minor,
			keys[io->key], io->value.value);
}

void plan_io_make(struct plan *plan, struct setting *settings, unsigned *count,
	const struct spec *spec, const struct host *host)
{
	for (unsigned i = 0; i < host->devices.count; i++) {
		const struct device *device = &host->devices.list[i];
		const struct spec_io *io = &spec->io[device->io];
		char text[SETTING_TEXT_MAX];
		struct setting *setting;

		format_setting(text, sizeof(text), device, io);
		setting = find_setting(settings, *count, "io.max", text);
		if (!setting)
			setting = &settings[(*count)++];
		setting_init(setting, CONTROLLER_IO, io->option, "io.max", "%s", text);
		add_device(plan, device);
		add_notes(plan, io, device, host_v2_controllers(host));
	}
}
