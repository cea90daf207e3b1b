/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sample.h"

#include <fcntl.h>

#include "files.h"
#include "monotonic.h"

const char *const sample_names[SAMPLE_FIELDS] = {
	[SAMPLE_CPU_US] = "cpu_us",
	[SAMPLE_CPU_USER_US] = "cpu_user_us",
	[SAMPLE_CPU_SYSTEM_US] = "cpu_system_us",
	[SAMPLE_THROTTLED_US] = "cpu_throttled_us",
	[SAMPLE_MEMORY_BYTES] = "memory_bytes",
	[SAMPLE_ANON_BYTES] = "anon_bytes",
	[SAMPLE_FILE_BYTES] = "file_bytes",
	[SAMPLE_SWAP_BYTES] = "swap_bytes",
	[SAMPLE_READ_BYTES] = "read_bytes",
	[SAMPLE_WRITTEN_BYTES] = "written_bytes",
	[SAMPLE_READS] = "reads",
	[SAMPLE_WRITES] = "writes",
	[SAMPLE_PIDS] = "pids",
	[SAMPLE_FORKS_REFUSED] = "forks_refused",
	[SAMPLE_OOM_KILLS] = "oom_kills",
	[SAMPLE_PRESSURE_CPU_US] = "pressure_cpu_us",
	[SAMPLE_PRESSURE_MEMORY_US] = "pressure_memory_us",
	[SAMPLE_PRESSURE_IO_US] = "pressure_io_us",
};

enum place {
	ON_V2,     /* the group of the controller, if that is on v2 */
	ON_V1,     /* or on v1 */
	ANY_GROUP, /* the v2 group, whatever its controllers */
};

enum form {
	FORM_KEYED, /* or one number */
	FORM_PRESSURE,
	FORM_IO_STAT,
	FORM_BLKIO_BYTES,
	FORM_BLKIO_OPS,
};

struct item {
	enum sample_field field;
	const char *key;  /* NULL: the file is the number */
	uint64_t divisor; /* 0: 1 */
};

#define ITEMS_MAX 4

/* In the order in which they are trusted: the first that knows a field is asked for it. */
static const struct source {
	enum place place;
	enum controller controller;
	enum form form;
	const char *file;
	unsigned item_count;
	struct item items[ITEMS_MAX];
} sources[] = {
	{ ANY_GROUP, CONTROLLER_CPU, FORM_KEYED, "cpu.stat", 4,
		{ { SAMPLE_CPU_US, "usage_usec", 0 }, { SAMPLE_CPU_USER_US, "user_usec", 0 },
			{ SAMPLE_CPU_SYSTEM_US, "system_usec", 0 },
			{ SAMPLE_THROTTLED_US, "throttled_usec", 0 } } },
	{ ON_V1, CONTROLLER_CPU, FORM_KEYED, "cpu.stat", 1,
		{ { SAMPLE_THROTTLED_US, "throttled_time", 1000 } } },
	{ ON_V1, CONTROLLER_CPUACCT, FORM_KEYED, "cpuacct.usage", 1,
		{ { SAMPLE_CPU_US, NULL, 1000 } } },
	{ ON_V1, CONTROLLER_CPUACCT, FORM_KEYED, "cpuacct.usage_user", 1,
		{ { SAMPLE_CPU_USER_US, NULL, 1000 } } },
	{ ON_V1, CONTROLLER_CPUACCT, FORM_KEYED, "cpuacct.usage_sys", 1,
		{ { SAMPLE_CPU_SYSTEM_US, NULL, 1000 } } },
	{ ON_V2, CONTROLLER_MEMORY, FORM_KEYED, "memory.current", 1,
		{ { SAMPLE_MEMORY_BYTES, NULL, 0 } } },
	{ ON_V2, CONTROLLER_MEMORY, FORM_KEYED, "memory.swap.current", 1,
		{ { SAMPLE_SWAP_BYTES, NULL, 0 } } },
	{ ON_V2, CONTROLLER_MEMORY, FORM_KEYED, "memory.stat", 2,
		{ { SAMPLE_ANON_BYTES, "anon", 0 }, { SAMPLE_FILE_BYTES, "file", 0 } } },
	{ ON_V2, CONTROLLER_MEMORY, FORM_KEYED, "memory.events", 1,
		{ { SAMPLE_OOM_KILLS, "oom_kill", 0 } } },
	{ ON_V1, CONTROLLER_MEMORY, FORM_KEYED, "memory.usage_in_bytes", 1,
		{ { SAMPLE_MEMORY_BYTES, NULL, 0 } } },
	/* total_swap is there only where swap is accounted. */
	{ ON_V1, CONTROLLER_MEMORY, FORM_KEYED, "memory.stat", 3,
		{ { SAMPLE_ANON_BYTES, "total_rss", 0 }, { SAMPLE_FILE_BYTES, "total_cache", 0 },
			{ SAMPLE_SWAP_BYTES, "total_swap", 0 } } },
	{ ON_V1, CONTROLLER_MEMORY, FORM_KEYED, "memory.oom_control", 1,
		{ { SAMPLE_OOM_KILLS, "oom_kill", 0 } } },
	{ ON_V2, CONTROLLER_IO, FORM_IO_STAT, "io.stat", 0, { { 0 } } },
	{ ON_V1, CONTROLLER_IO, FORM_BLKIO_BYTES, "blkio.throttle.io_service_bytes", 0, { { 0 } } },
	{ ON_V1, CONTROLLER_IO, FORM_BLKIO_OPS, "blkio.throttle.io_serviced", 0, { { 0 } } },
	{ ON_V2, CONTROLLER_PIDS, FORM_KEYED, "pids.current", 1, { { SAMPLE_PIDS, NULL, 0 } } },
	{ ON_V2, CONTROLLER_PIDS, FORM_KEYED, "pids.events", 1,
		{ { SAMPLE_FORKS_REFUSED, "max", 0 } } },
	{ ON_V1, CONTROLLER_PIDS, FORM_KEYED, "pids.current", 1, { { SAMPLE_PIDS, NULL, 0 } } },
	{ ON_V1, CONTROLLER_PIDS, FORM_KEYED, "pids.events", 1,
		{ { SAMPLE_FORKS_REFUSED, "max", 0 } } },
	{ ANY_GROUP, CONTROLLER_CPU, FORM_PRESSURE, "cpu.pressure", 1,
		{ { SAMPLE_PRESSURE_CPU_US, NULL, 0 } } },
	{ ANY_GROUP, CONTROLLER_MEMORY, FORM_PRESSURE, "memory.pressure", 1,
		{ { SAMPLE_PRESSURE_MEMORY_US, NULL, 0 } } },
	{ ANY_GROUP, CONTROLLER_IO, FORM_PRESSURE, "io.pressure", 1,
		{ { SAMPLE_PRESSURE_IO_US, NULL, 0 } } },
};

_Static_assert(ARRAY_SIZE(sources) <= SAMPLE_FILES_MAX, "a descriptor for each file");

static const struct plan_group *source_group(const struct plan *plan, const struct source *source)
{
	const struct plan_group *group;

	if (source->place == ANY_GROUP)
		return plan_v2_group(plan);
	group = plan_group_of(plan, source->controller);
	return group && group->v2 == (source->place == ON_V2) ? group : NULL;
}

static bool is_on_others(struct sampler *sampler, unsigned major, unsigned minor)
{
	struct sample_device *device = sampler->devices;
	const struct sample_device *end = sampler->devices + sampler->device_count;

	while (device < end && (device->major != major || device->minor != minor))
		device++;
	if (device == end) {
		if (sampler->device_count == USAGE_DEVICES_MAX)
			return false;
		*device =
			(struct sample_device){ major, minor, usage_lies_on_others(major, minor) };
		sampler->device_count++;
	}
	return device->on_others;
}

static void take_io(struct sampler *sampler, struct sample *sample, enum form form,
	const char *text)
{
	struct usage usage = { 0 };
	struct usage_device sum;
	bool known;

	if (form == FORM_IO_STAT)
		usage_parse_io_stat_v2(&usage, text);
	else
		usage_parse_blkio_v1(&usage, text, form == FORM_BLKIO_BYTES);
	for (unsigned i = 0; i < usage.device_count; i++) {
		struct usage_device *device = &usage.devices[i];

		device->on_others = is_on_others(sampler, device->major, device->minor);
	}
	known = usage_io_sum(&usage, &sum);
	if (form != FORM_BLKIO_OPS) {
		sample->values[SAMPLE_READ_BYTES] = (struct reading){ known, sum.read_bytes };
		sample->values[SAMPLE_WRITTEN_BYTES] = (struct reading){ known, sum.written_bytes };
	}
	if (form != FORM_BLKIO_BYTES) {
		sample->values[SAMPLE_READS] = (struct reading){ known, sum.reads };
		sample->values[SAMPLE_WRITES] = (struct reading){ known, sum.writes };
	}
}

static struct reading take_item(const struct item *item, enum form form, const char *text)
{
	struct reading reading = { 0 };

	if (form == FORM_PRESSURE)
		return usage_parse_pressure(text);
	reading.known = item->key ? keyed_u64(text, item->key, &reading.value)
				  : text_to_u64(text, &reading.value);
	if (!reading.known)
		reading.value = 0;
	else if (item->divisor)
		reading.value /= item->divisor;
	return reading;
}

/* Returns whether the file told anything that was not known yet. */
static bool take_source(struct sampler *sampler, unsigned index, struct sample *sample)
{
	const struct source *source = &sources[index];
	char text[FILE_TEXT_MAX];
	bool told = false;
	ssize_t length = pread(sampler->fds[index], text, sizeof(text) - 1, 0);

	/* A pressure file reads EOPNOTSUPP where PSI is off. */
	if (length < 0)
		return false;
	text[length] = '\0';
	if (source->item_count == 0) {
		take_io(sampler, sample, source->form, text);
		return true;
	}
	for (unsigned i = 0; i < source->item_count; i++) {
		const struct item *item = &source->items[i];
		struct reading *value = &sample->values[item->field];

		if (value->known)
			continue;
		*value = take_item(item, source->form, text);
		told |= value->known;
	}
	return told;
}

void sampler_open(struct sampler *sampler, const struct node *node, uint64_t started_at_us)
{
	struct sample first = { 0 };

	*sampler = (struct sampler){ .started_at_us = started_at_us };
	for (unsigned i = 0; i < ARRAY_SIZE(sources); i++) {
		int group_fd = node_group_fd(node, source_group(node->plan, &sources[i]));

		sampler->fds[i] =
			group_fd < 0 ? -1 : openat(group_fd, sources[i].file, O_RDONLY | O_CLOEXEC);
		if (sampler->fds[i] >= 0 && !take_source(sampler, i, &first))
			close_fd(&sampler->fds[i]);
	}
}

void sampler_read(struct sampler *sampler, struct sample *sample)
{
	*sample = (struct sample){ .at_us = monotonic_us() - sampler->started_at_us };
	for (unsigned i = 0; i < ARRAY_SIZE(sources); i++)
		if (sampler->fds[i] >= 0)
			take_source(sampler, i, sample);
}

void sampler_close(struct sampler *sampler)
{
	for (unsigned i = 0; i < ARRAY_SIZE(sources); i++)
		close_fd(&sampler->fds[i]);
}

struct reading sample_growth(const struct sample *earlier, const struct sample *later,
	enum sample_field field)
{
	const struct reading *from = &earlier->values[field];
	const struct reading *to = &later->values[field];

	if (!from->known || !to->known)
		return (struct reading){ 0 };
	return (struct reading){ true, to->value > from->value ? to->value - from->value : 0 };
}
