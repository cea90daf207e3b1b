/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan_io.h"

#include <inttypes.h>

#include "files.h"
#include "filesystem.h"

/* BFQ_MAX_WEIGHT of block/bfq-iosched.h */
#define BFQ_WEIGHT_HIGHEST 1000U

static bool is_write(enum io_key key)
{
	return key == IO_WBPS || key == IO_WIOPS;
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

/* What a limit or weight does not reach there. */
static void add_notes(struct plan *plan, const struct spec_io *io, const struct device *device,
	controller_set v2)
{
	if (device->sibling_count > 1)
		plan_note(plan, "%s has %u devices: the limit holds for each of them by itself",
			device->fs_type, device->sibling_count);
	if (device->has_layers && !is_write(io->key))
		plan_note(plan,
			"reads of files in a lower layer of the overlay are limited only if it lies on the same device");
	if (io->key == IO_RBPS || io->key == IO_RIOPS || !device->fs_type ||
		!(v2 & CONTROLLER_BIT(CONTROLLER_IO)))
		return;
	if (!filesystem_has_cgroup_writeback(device->fs_type))
		plan_note(plan,
			"buffered writes on %s pass unthrottled: it does not tell the kernel whose they are",
			device->fs_type);
}

/* The settings of the plan in the making. */
struct list {
	struct setting *settings;
	unsigned count;
};

/* text begins with what tells it from other settings of the file, key_length bytes of it. */
static struct setting *add(struct list *list, const struct spec_io *io, const char *file,
	const char *text, size_t key_length)
{
	struct setting *setting = NULL;

	for (unsigned i = 0; i < list->count && !setting; i++)
		if (strcmp(list->settings[i].file, file) == 0 &&
			strncmp(list->settings[i].text, text, key_length) == 0)
			setting = &list->settings[i];
	if (!setting)
		setting = &list->settings[list->count++];
	setting_init(setting, CONTROLLER_IO, io->option, file, "%s", text);
	return setting;
}

static void add_max(struct list *list, const struct spec_io *io, const struct device *device)
{
	static const char *const keys[] = { "rbps", "wbps", "riops", "wiops" };
	char text[SETTING_TEXT_MAX];

	if (io->value.kind == QUANTITY_MAX)
		snprintf(text, sizeof(text), "%u:%u %s=max", device->major, device->minor,
			keys[io->key]);
	else
		snprintf(text, sizeof(text), "%u:%u %s=%" PRIu64, device->major, device->minor,
			keys[io->key], io->value.value);
	add(list, io, "io.max", text, strcspn(text, "=") + 1);
}

/* io.weight is taken without complaint where nothing heeds it: then it must not be written. */
static int check_weight(const struct spec_io *io, const struct device *device, struct fault *f)
{
	if (!device->bfq && !device->iocost && !device->has_queue) {
		fault_set(f, 0,
			"cannot enforce --%s on %s: the device hands its io down, and only the disks below could share it out",
			io->option, device->description);
		return fault_hint(f, "name a disk below it, of those in 'lsblk -s /dev/%s'",
			device->name);
	}
	if (!device->bfq && !device->iocost) {
		fault_set(f, 0,
			"cannot enforce --%s on %s: neither BFQ nor iocost is at work there",
			io->option, device->description);
		return fault_hint(f,
			"echo bfq >/sys/block/%s/queue/scheduler, or on cgroup v2 echo '%u:%u enable=1' >/sys/fs/cgroup/io.cost.qos",
			device->name, device->major, device->minor);
	}
	if (device->bfq && io->value.value > BFQ_WEIGHT_HIGHEST) {
		fault_set(f, 0, "cannot enforce --%s on %s: BFQ takes weights from 1 to %u",
			io->option, device->description, BFQ_WEIGHT_HIGHEST);
		return fault_hint(f, "--%s %u", io->option, BFQ_WEIGHT_HIGHEST);
	}
	return 0;
}

/* 'MAJ:MIN N', or 'default N' without a path, to whichever of the two is at work. */
static int add_weight(struct list *list, const struct spec_io *io, const struct device *device,
	struct fault *f)
{
	char key[SETTING_TEXT_MAX] = "default ";
	char text[SETTING_TEXT_MAX + 32];

	if (check_weight(io, device, f) < 0)
		return -1;
	if (io->path)
		snprintf(key, sizeof(key), "%u:%u ", device->major, device->minor);
	snprintf(text, sizeof(text), "%s%" PRIu64, key, io->value.value);
	if (device->bfq)
		add(list, io, "io.bfq.weight", text, strlen(key))->missing_hint =
			"a kernel with CONFIG_BFQ_GROUP_IOSCHED";
	if (device->iocost)
		add(list, io, "io.weight", text, strlen(key));
	return 0;
}

static int no_weights(const struct spec_io *io, struct fault *f)
{
	fault_set(f, 0, "cannot enforce --%s: neither BFQ nor iocost is at work on any device",
		io->option);
	return fault_hint(f,
		"echo bfq >/sys/block/DISK/queue/scheduler; 'lsblk -d -o NAME,SCHED' lists them");
}

/* Without a path it holds for all devices, but not on all of them does anything heed it. */
static void note_weights(struct plan *plan, const struct devices *devices, unsigned io)
{
	char names[256] = "";
	size_t length = 0;

	for (unsigned i = 0; i < devices->count; i++) {
		const struct device *device = &devices->list[i];

		if (device->io == io && length < sizeof(names))
			length += (size_t)snprintf(names + length, sizeof(names) - length,
				"%s%s (%s)", length ? ", " : "", device->name,
				device->bfq ? "BFQ" : "iocost");
	}
	plan_note(plan, "the io weight counts on %s only", names);
}

/* Everything that one option asks for. */
static int add_option(struct plan *plan, struct list *list, const struct spec *spec,
	const struct host *host, unsigned index, struct fault *f)
{
	const struct spec_io *io = &spec->io[index];
	const bool for_all = io->key == IO_WEIGHT && !io->path;
	bool any = false;

	for (unsigned i = 0; i < host->devices.count; i++) {
		const struct device *device = &host->devices.list[i];

		if (device->io != index)
			continue;
		if (io->key != IO_WEIGHT)
			add_max(list, io, device);
		else if (add_weight(list, io, device, f) < 0)
			return -1;
		any = true;
		if (for_all)
			continue;
		add_device(plan, device);
		add_notes(plan, io, device, host_v2_controllers(host));
	}
	if (for_all && !any)
		return no_weights(io, f);
	if (for_all)
		note_weights(plan, &host->devices, index);
	return 0;
}

/* What BFQ knows of a device it forgets when the default is written: the defaults come first. */
static int add_options(struct plan *plan, struct list *list, const struct spec *spec,
	const struct host *host, bool defaults, struct fault *f)
{
	for (unsigned i = 0; i < spec->io_count; i++) {
		const unsigned count = list->count;

		if ((spec->io[i].key == IO_WEIGHT && !spec->io[i].path) != defaults ||
			add_option(plan, list, spec, host, i, f) == 0)
			continue;
		if (!spec->best_effort)
			return -1;
		list->count = count;
		unenforced_add(&plan->unenforced, spec->io[i].option,
			spec->io[i].key == IO_WEIGHT ? "io.weight" : "io.max", f);
	}
	return 0;
}

int plan_io_make(struct plan *plan, struct setting *settings, unsigned *count,
	const struct spec *spec, const struct host *host, struct fault *f)
{
	struct list list = { settings, *count };
	int result;

	for (unsigned i = 0; i < host->devices.fault_count; i++) {
		const struct device_fault *fault = &host->devices.faults[i];
		const struct spec_io *io = &spec->io[fault->io];

		unenforced_add(&plan->unenforced, io->option,
			io->key == IO_WEIGHT ? "io.weight" : "io.max", &fault->fault);
	}
	result = add_options(plan, &list, spec, host, true, f);
	if (result == 0)
		result = add_options(plan, &list, spec, host, false, f);
	*count = list.count;
	return result;
}
