/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report_io — a line for each device. */
#include "config.h"

#include "report_part.h"

#include <inttypes.h>

#include "machine.h"

/* How a device with a limit was found; of others DEVNAME from sysfs, or the number. */
static void print_device_name(const struct plan *plan, const struct usage_device *device, FILE *out)
{
	const struct plan_device *limited = plan_find_device(plan, device->major, device->minor);
	char text[1024];
	const char *name = NULL;

	if (!limited)
		name = machine_device_name(device->major, device->minor, text, sizeof(text));
	if (limited)
		fputs(limited->description, out);
	else if (name)
		fputs(name, out);
	else
		fprintf(out, "%u:%u", device->major, device->minor);
	fputc('\n', out);
}

/* A device with a limit has its line also if it was not used. */
static unsigned print_unused_devices(const struct record *record, bool any, FILE *out)
{
	unsigned count = 0;

	for (unsigned i = 0; i < record->plan->device_count; i++) {
		const struct plan_device *device = &record->plan->devices[i];
		bool used = false;

		for (unsigned j = 0; j < record->usage->device_count; j++) {
			const struct usage_device *other = &record->usage->devices[j];

			used |= other->major == device->major && other->minor == device->minor &&
				(other->reads || other->writes);
		}
		if (used)
			continue;
		fprintf(out, "  %-10s  none on %s\n", any || count ? "" : "io",
			device->description);
		count++;
	}
	return count;
}

void report_print_io(const struct record *record, FILE *out)
{
	const struct usage *usage = record->usage;
	bool any = false;

	if (!usage->io_known) {
		fprintf(out, "  io          n/a%s\n",
			record->plan->mode == HOST_UNIFIED
				? ""
				: " (cgroup v1 counts only devices with an io limit)");
		return;
	}
	for (unsigned i = 0; i < usage->device_count; i++) {
		const struct usage_device *device = &usage->devices[i];

		if (!device->reads && !device->writes)
			continue;
		fprintf(out, "  %-10s  read %s (%" PRIu64 " ops), wrote %s (%" PRIu64 " ops) on ",
			any ? "" : "io", text_size(device->read_bytes).s, device->reads,
			text_size(device->written_bytes).s, device->writes);
		print_device_name(record->plan, device, out);
		any = true;
	}
	any |= print_unused_devices(record, any, out) > 0;
	if (usage->io_more_devices)
		fprintf(out, "  %-10s  %son more devices than are listed\n", any ? "" : "io",
			any ? "and " : "");
	else if (!any)
		fprintf(out, "  io          none%s\n",
			usage->io_limited_devices_only ? " on the limited devices" : "");
}
