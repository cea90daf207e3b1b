/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "usage.h"

#include <dirent.h>
#include <fcntl.h>

#include "files.h"

static struct reading known(uint64_t value)
{
	return (struct reading){ true, value };
}

static struct reading keyed(const char *text, const char *key)
{
	uint64_t value;

	return keyed_u64(text, key, &value) ? known(value) : (struct reading){ 0 };
}

/* value / divisor, unknown stays unknown. */
static struct reading divided(struct reading reading, uint64_t divisor)
{
	reading.value /= divisor;
	return reading;
}

/* Known if either is. */
static struct reading sum(struct reading a, struct reading b)
{
	return (struct reading){ a.known || b.known, a.value + b.value };
}

/* For v1's failcnt, which newer kernels leave at 0 when memsw is the limit that was hit. */
static struct reading positive(struct reading reading)
{
	reading.known = reading.known && reading.value > 0;
	return reading;
}

void usage_parse_cpu_stat_v2(struct usage *usage, const char *text)
{
	usage->cpu_usage_us = keyed(text, "usage_usec");
	usage->cpu_user_us = keyed(text, "user_usec");
	usage->cpu_system_us = keyed(text, "system_usec");
	usage->cpu_periods = keyed(text, "nr_periods");
	usage->cpu_throttled = keyed(text, "nr_throttled");
	usage->cpu_throttled_us = keyed(text, "throttled_usec");
	usage->cpu_bursts = keyed(text, "nr_bursts");
	usage->cpu_burst_us = keyed(text, "burst_usec");
}

void usage_parse_cpu_stat_v1(struct usage *usage, const char *text)
{
	usage->cpu_periods = keyed(text, "nr_periods");
	usage->cpu_throttled = keyed(text, "nr_throttled");
	usage->cpu_throttled_us = divided(keyed(text, "throttled_time"), 1000);
	usage->cpu_bursts = keyed(text, "nr_bursts");
	usage->cpu_burst_us = divided(keyed(text, "burst_time"), 1000);
}

static struct usage_device *find_device(struct usage *usage, unsigned major, unsigned minor)
{
	for (unsigned i = 0; i < usage->device_count; i++)
		if (usage->devices[i].major == major && usage->devices[i].minor == minor)
			return &usage->devices[i];
	if (usage->device_count == USAGE_DEVICES_MAX) {
		usage->io_more_devices = true;
		return NULL;
	}
	usage->devices[usage->device_count] =
		(struct usage_device){ .major = major, .minor = minor };
	return &usage->devices[usage->device_count++];
}

/*
 * The device a line begins with, and *line moved to what is said of it; NULL: none, or no room.
 * Some kernels print the name of a device without counters and no newline: the last name counts.
 */
static struct usage_device *line_device(struct usage *usage, const char **line)
{
	unsigned major, minor;

	if (!scan_device(line, &major, &minor) || *(*line)++ != ' ')
		return NULL;
	while (scan_device(line, &major, &minor))
		if (*(*line)++ != ' ')
			return NULL;
	return find_device(usage, major, minor);
}

/* 'MAJ:MIN rbytes=N wbytes=N rios=N wios=N …' */
void usage_parse_io_stat_v2(struct usage *usage, const char *text)
{
	usage->io_known = true;
	for (; *text; text = line_after(text)) {
		const char *rest = text;
		struct usage_device *device = line_device(usage, &rest);

		if (!device)
			continue;
		nested_u64(rest, "rbytes", &device->read_bytes);
		nested_u64(rest, "wbytes", &device->written_bytes);
		nested_u64(rest, "rios", &device->reads);
		nested_u64(rest, "wios", &device->writes);
	}
}

/* 'MAJ:MIN Read N' and 'MAJ:MIN Write N', among others. */
void usage_parse_blkio_v1(struct usage *usage, const char *text, bool bytes)
{
	usage->io_known = true;
	usage->io_limited_devices_only = true;
	for (; *text; text = line_after(text)) {
		const char *rest = text;
		struct usage_device *device = line_device(usage, &rest);

		if (!device)
			continue;
		line_u64(rest, "Read", bytes ? &device->read_bytes : &device->reads);
		line_u64(rest, "Write", bytes ? &device->written_bytes : &device->writes);
	}
}

/* The total of the line that begins with that word. */
static struct reading parse_pressure(const char *text, const char *which)
{
	const size_t length = strlen(which);

	for (; *text; text = line_after(text)) {
		uint64_t total_us;

		if (strncmp(text, which, length) == 0 && nested_u64(text, "total", &total_us))
			return known(total_us);
	}
	return (struct reading){ 0 };
}

struct reading usage_parse_pressure(const char *text)
{
	return parse_pressure(text, "some ");
}

struct reading usage_parse_full_pressure(const char *text)
{
	return parse_pressure(text, "full ");
}

/* A file that holds one number. */
static struct reading read_number(const struct node *node, const struct plan_group *group,
	const char *file)
{
	char text[64];
	uint64_t value;

	if (node_read(node, group, file, text, sizeof(text)) < 0 || !text_to_u64(text, &value))
		return (struct reading){ 0 };
	return known(value);
}

static struct reading read_keyed(const struct node *node, const struct plan_group *group,
	const char *file, const char *key)
{
	char text[FILE_TEXT_MAX];

	if (node_read(node, group, file, text, sizeof(text)) < 0)
		return (struct reading){ 0 };
	return keyed(text, key);
}

/* One counter before Linux 5.9, two since. */
struct reading usage_parse_refaults(const char *text, uint64_t page_bytes)
{
	static const char *const keys[] = {
		"workingset_refault",
		"workingset_refault_anon",
		"workingset_refault_file",
		"total_workingset_refault",
		"total_workingset_refault_anon",
		"total_workingset_refault_file",
	};
	struct reading refaults = { 0 };
	bool is_v1 = keyed(text, "total_cache").known;

	for (size_t i = is_v1 ? 3 : 0; i < (is_v1 ? 6 : 3); i++)
		refaults = sum(refaults, keyed(text, keys[i]));
	refaults.value *= page_bytes;
	return refaults;
}

static void read_pressure(const struct node *node, const char *file, struct reading *some,
	struct reading *full)
{
	char text[512];

	/* The file exists but reads EOPNOTSUPP where PSI is off (boot with psi=1). */
	if (node_read(node, plan_v2_group(node->plan), file, text, sizeof(text)) < 0)
		return;
	*some = usage_parse_pressure(text);
	if (full)
		*full = usage_parse_full_pressure(text);
}

/* memory.events counts for our own limits and those of the groups below, .local (5.2) for our own. */
static void read_memory_events(struct usage *usage, const struct node *node,
	const struct plan_group *group)
{
	char text[FILE_TEXT_MAX];

	if (node_read(node, group, "memory.events", text, sizeof(text)) < 0)
		return;
	usage->memory_high_events = keyed(text, "high");
	usage->memory_max_events = keyed(text, "max");
	usage->memory_oom_below = keyed(text, "oom");
	usage->memory_oom_kill = keyed(text, "oom_kill");
	if (node_read(node, group, "memory.events.local", text, sizeof(text)) < 0)
		return;
	usage->memory_high_events = keyed(text, "high");
	usage->memory_oom = keyed(text, "oom");
}

struct reading usage_read_cpu_us(const struct node *node)
{
	const struct plan_group *v2 = plan_v2_group(node->plan);
	const struct plan_group *cpuacct = plan_group_of(node->plan, CONTROLLER_CPUACCT);
	struct reading usage_us = { 0 };

	if (v2)
		usage_us = read_keyed(node, v2, "cpu.stat", "usage_usec");
	if (!usage_us.known)
		usage_us = divided(read_number(node, cpuacct, "cpuacct.usage"), 1000);
	return usage_us;
}

/* v2's cpu.stat is in every group, with or without the controller (Linux 4.15). */
static void read_cpu(struct usage *usage, const struct node *node)
{
	const struct plan_group *v2 = plan_v2_group(node->plan);
	const struct plan_group *cpu = plan_group_of(node->plan, CONTROLLER_CPU);
	const struct plan_group *cpuacct = plan_group_of(node->plan, CONTROLLER_CPUACCT);
	char text[FILE_TEXT_MAX];

	if (v2 && node_read(node, v2, "cpu.stat", text, sizeof(text)) > 0) {
		usage_parse_cpu_stat_v2(usage, text);
	} else {
		usage->cpu_usage_us = divided(read_number(node, cpuacct, "cpuacct.usage"), 1000);
		usage->cpu_user_us =
			divided(read_number(node, cpuacct, "cpuacct.usage_user"), 1000);
		usage->cpu_system_us =
			divided(read_number(node, cpuacct, "cpuacct.usage_sys"), 1000);
	}
	if (cpu && !cpu->v2 && node_read(node, cpu, "cpu.stat", text, sizeof(text)) > 0)
		usage_parse_cpu_stat_v1(usage, text);
}

static void read_memory(struct usage *usage, const struct node *node)
{
	const struct plan_group *group = plan_group_of(node->plan, CONTROLLER_MEMORY);
	char text[FILE_TEXT_MAX];

	if (group && group->v2) {
		usage->memory_peak_bytes = read_number(node, group, "memory.peak");
		usage->swap_peak_bytes = read_number(node, group, "memory.swap.peak");
		read_memory_events(usage, node, group);
	} else if (group) {
		usage->memory_peak_bytes = read_number(node, group, "memory.max_usage_in_bytes");
		usage->memory_max_events = positive(sum(read_number(node, group, "memory.failcnt"),
			read_number(node, group, "memory.memsw.failcnt")));
		usage->memory_oom_kill = read_keyed(node, group, "memory.oom_control", "oom_kill");
	}
	if (positive(usage->memory_max_events).known &&
		node_read(node, group, "memory.stat", text, sizeof(text)) >= 0)
		usage->memory_refault_bytes =
			usage_parse_refaults(text, (uint64_t)sysconf(_SC_PAGESIZE));
}

static void read_pids(struct usage *usage, const struct node *node)
{
	const struct plan_group *group = plan_group_of(node->plan, CONTROLLER_PIDS);

	usage->pids_peak = read_number(node, group, "pids.peak");
	usage->pids_refused = read_keyed(node, group, "pids.events", "max");
}

bool usage_lies_on_others(unsigned major, unsigned minor)
{
	char path[64];
	const struct dirent *entry;
	bool found = false;
	DIR *directory;

	snprintf(path, sizeof(path), "/sys/dev/block/%u:%u/slaves", major, minor);
	directory = directory_open_at(AT_FDCWD, path);
	if (!directory)
		return false;
	while (!found && (entry = readdir(directory)) != NULL)
		found = entry->d_name[0] != '.';
	closedir(directory);
	return found;
}

static uint64_t larger(uint64_t a, uint64_t b)
{
	return a > b ? a : b;
}

bool usage_io_sum(const struct usage *usage, struct usage_device *sum)
{
	struct usage_device sums[2] = { 0 };

	for (unsigned i = 0; i < usage->device_count; i++) {
		const struct usage_device *device = &usage->devices[i];
		struct usage_device *part = &sums[device->on_others];

		part->read_bytes += device->read_bytes;
		part->written_bytes += device->written_bytes;
		part->reads += device->reads;
		part->writes += device->writes;
	}
	*sum = (struct usage_device){
		.read_bytes = larger(sums[0].read_bytes, sums[1].read_bytes),
		.written_bytes = larger(sums[0].written_bytes, sums[1].written_bytes),
		.reads = larger(sums[0].reads, sums[1].reads),
		.writes = larger(sums[0].writes, sums[1].writes),
	};
	return usage->io_known && !usage->io_more_devices;
}

static void parse_io(struct usage *usage, const struct node *node)
{
	const struct plan_group *group = plan_group_of(node->plan, CONTROLLER_IO);
	char text[FILE_TEXT_MAX];

	if (group && group->v2) {
		if (node_read(node, group, "io.stat", text, sizeof(text)) >= 0)
			usage_parse_io_stat_v2(usage, text);
		return;
	}
	if (node_read(node, group, "blkio.throttle.io_service_bytes", text, sizeof(text)) >= 0)
		usage_parse_blkio_v1(usage, text, true);
	if (node_read(node, group, "blkio.throttle.io_serviced", text, sizeof(text)) >= 0)
		usage_parse_blkio_v1(usage, text, false);
}

static void read_io(struct usage *usage, const struct node *node)
{
	parse_io(usage, node);
	/* One alone counts nothing twice. */
	for (unsigned i = 0; usage->device_count > 1 && i < usage->device_count; i++)
		usage->devices[i].on_others =
			usage_lies_on_others(usage->devices[i].major, usage->devices[i].minor);
}

void usage_read(struct usage *usage, const struct node *node)
{
	*usage = (struct usage){ 0 };
	read_cpu(usage, node);
	read_memory(usage, node);
	read_pids(usage, node);
	read_io(usage, node);
	usage_read_shared(&usage->shared, node);
	/* 'full' of the CPU is the whole of throttling, if anything. */
	read_pressure(node, "cpu.pressure", &usage->pressure_cpu_us, NULL);
	read_pressure(node, "memory.pressure", &usage->pressure_memory_us,
		&usage->pressure_memory_full_us);
	read_pressure(node, "io.pressure", &usage->pressure_io_us, &usage->pressure_io_full_us);
}
