/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of a group. Every parser reads the whole input, and what it finds is what a reader of
 * the same text finds that has no buffers and no limits.
 */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>

#include "usage.h"

enum { ALL_MAX = 4096 };

struct all {
	unsigned count;
	struct usage_device device[ALL_MAX];
};

static void check_reading(struct reading got, const char *text, const char *key, uint64_t divisor)
{
	uint64_t expected = 0;
	bool known = fuzz_keyed(text, key, &expected);

	require(got.known == known, "%s of '%s'", key, text);
	require(!known || got.value == expected / divisor, "%s is %" PRIu64 " of '%s'", key,
		got.value, text);
}

static void check_cpu(const char *text)
{
	struct usage usage = { 0 };

	usage_parse_cpu_stat_v2(&usage, text);
	check_reading(usage.cpu_usage_us, text, "usage_usec", 1);
	check_reading(usage.cpu_user_us, text, "user_usec", 1);
	check_reading(usage.cpu_system_us, text, "system_usec", 1);
	check_reading(usage.cpu_periods, text, "nr_periods", 1);
	check_reading(usage.cpu_throttled, text, "nr_throttled", 1);
	check_reading(usage.cpu_throttled_us, text, "throttled_usec", 1);
	usage_parse_cpu_stat_v1(&usage, text);
	check_reading(usage.cpu_periods, text, "nr_periods", 1);
	check_reading(usage.cpu_throttled, text, "nr_throttled", 1);
	check_reading(usage.cpu_throttled_us, text, "throttled_time", 1000);
}

/* 'MAJ:MIN' that is the whole of text[0] to text[length-1]. */
static bool is_device(const char *text, size_t length, struct usage_device *device)
{
	const char *colon = memchr(text, ':', length);
	uint64_t major, minor;

	if (!colon || !fuzz_number(text, (size_t)(colon - text), &major) ||
		!fuzz_number(colon + 1, length - (size_t)(colon + 1 - text), &minor) ||
		major > UINT32_MAX || minor > UINT32_MAX)
		return false;
	*device = (struct usage_device){ .major = (unsigned)major, .minor = (unsigned)minor };
	return true;
}

static struct usage_device *find(struct all *all, const struct usage_device *wanted)
{
	for (unsigned i = 0; i < all->count; i++)
		if (all->device[i].major == wanted->major && all->device[i].minor == wanted->minor)
			return &all->device[i];
	require(all->count < ALL_MAX, "%u devices", all->count);
	all->device[all->count] = *wanted;
	return &all->device[all->count++];
}

/*
 * The device of a line and *line moved to its counters: the last of those the line begins with, if a
 * blank follows it. NULL: the line is of no device.
 */
static struct usage_device *line_device(struct all *all, const char **line)
{
	struct usage_device device;
	bool found = false;

	for (;;) {
		size_t length = strcspn(*line, " ");
		bool looks_like_one = strspn(*line, "0123456789") > 0 &&
				      (*line)[strspn(*line, "0123456789")] == ':';

		if (!is_device(*line, length, &device)) {
			/* A device with something at its end is no line to be trusted. */
			struct usage_device ignored;
			size_t digits = strspn(*line, "0123456789");
			size_t more = looks_like_one ? strspn(*line + digits + 1, "0123456789") : 0;

			if (more && is_device(*line, digits + 1 + more, &ignored))
				return NULL;
			break;
		}
		if ((*line)[length] != ' ')
			return NULL;
		*line += length + 1;
		found = true;
		all->device[ALL_MAX - 1] = device;
	}
	return found ? find(all, &all->device[ALL_MAX - 1]) : NULL;
}

static void check_devices(const struct usage *usage, const struct all *all, const char *text)
{
	require(usage->io_known, "'%s'", text);
	require(usage->io_more_devices == (all->count > USAGE_DEVICES_MAX), "%u devices",
		all->count);
	require(usage->device_count == (usage->io_more_devices ? USAGE_DEVICES_MAX : all->count),
		"%u of %u devices in '%s'", usage->device_count, all->count, text);
	for (unsigned i = 0; i < usage->device_count; i++) {
		const struct usage_device *got = &usage->devices[i], *expected = &all->device[i];

		require(got->major == expected->major && got->minor == expected->minor &&
				got->read_bytes == expected->read_bytes &&
				got->written_bytes == expected->written_bytes &&
				got->reads == expected->reads && got->writes == expected->writes,
			"%u:%u in '%s'", expected->major, expected->minor, text);
	}
}

static void check_io_v2(char *const *lines, const char *text, struct all *all)
{
	struct usage usage = { 0 };

	all->count = 0;
	for (; *lines; lines++) {
		const char *line = *lines;
		struct usage_device *device = line_device(all, &line);

		if (!device)
			continue;
		fuzz_nested(line, "rbytes", &device->read_bytes);
		fuzz_nested(line, "wbytes", &device->written_bytes);
		fuzz_nested(line, "rios", &device->reads);
		fuzz_nested(line, "wios", &device->writes);
	}
	usage_parse_io_stat_v2(&usage, text);
	check_devices(&usage, all, text);
}

static void check_io_v1(char *const *lines, const char *text, struct all *all)
{
	struct usage usage = { 0 };

	all->count = 0;
	for (; *lines; lines++) {
		const char *line = *lines;
		struct usage_device *device = line_device(all, &line);

		if (!device)
			continue;
		fuzz_keyed(line, "Read", &device->read_bytes);
		fuzz_keyed(line, "Write", &device->written_bytes);
	}
	usage_parse_blkio_v1(&usage, text, true);
	check_devices(&usage, all, text);
	for (unsigned i = 0; i < all->count; i++) {
		struct usage_device *device = &all->device[i];

		device->reads = device->read_bytes;
		device->writes = device->written_bytes;
	}
	/* Operations beside the bytes that were read before. */
	usage_parse_blkio_v1(&usage, text, false);
	check_devices(&usage, all, text);
}

static void check_pressure(char *const *lines, const char *text)
{
	struct reading got = usage_parse_pressure(text);
	uint64_t expected = 0;
	bool known = false;

	for (; *lines && !known; lines++)
		known = strncmp(*lines, "some ", 5) == 0 && fuzz_nested(*lines, "total", &expected);
	require(got.known == known && got.value == expected, "%" PRIu64 " of '%s'", got.value,
		text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *copy = fuzz_string(data, size), *rest = copy;
	char **lines = calloc(size + 2, sizeof(*lines));
	struct all *all = calloc(1, sizeof(*all));
	size_t count = 0;

	if (!lines || !all)
		abort();
	while (rest)
		lines[count++] = strsep(&rest, "\n");
	check_cpu(text);
	check_io_v2(lines, text, all);
	check_io_v1(lines, text, all);
	check_pressure(lines, text);
	free(all);
	free(lines);
	free(copy);
	free(text);
	return 0;
}
