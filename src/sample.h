/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * sample — what the tree has consumed and holds at a moment while it runs. The files are opened once
 * and read again and again, all of them in well under a millisecond.
 *
 * Counters count from the making of the node. What the kernel does not offer is not known, never 0.
 *
 * Sources: as usage.h, and cgroup-v2.rst, "memory.stat"; cgroup-v1/memory.rst, "5.2 stat file".
 */
#ifndef LIMIT_SAMPLE_H
#define LIMIT_SAMPLE_H

#include "node.h"
#include "usage.h"

enum sample_field {
	SAMPLE_CPU_US, /* a counter, as are all but the memory and the processes */
	SAMPLE_CPU_USER_US,
	SAMPLE_CPU_SYSTEM_US,
	SAMPLE_THROTTLED_US, /* for --cpu; summed over CPUs */
	SAMPLE_MEMORY_BYTES, /* held now: anonymous, page cache and the kernel's own */
	SAMPLE_ANON_BYTES,
	SAMPLE_FILE_BYTES, /* page cache, tmpfs and shared memory */
	SAMPLE_SWAP_BYTES,
	SAMPLE_READ_BYTES, /* of all devices, each byte once; v1: of those with an io limit */
	SAMPLE_WRITTEN_BYTES,
	SAMPLE_READS,
	SAMPLE_WRITES,
	SAMPLE_PIDS, /* processes and threads now */
	SAMPLE_FORKS_REFUSED,
	SAMPLE_OOM_KILLS,
	SAMPLE_PRESSURE_CPU_US, /* some task waited */
	SAMPLE_PRESSURE_MEMORY_US,
	SAMPLE_PRESSURE_IO_US,
	SAMPLE_FIELDS,
};

/* 'cpu_us', 'memory_bytes', …: the columns of a timeline. */
extern const char *const sample_names[SAMPLE_FIELDS];

struct sample {
	uint64_t at_us; /* since COMMAND was started */
	struct reading values[SAMPLE_FIELDS];
};

#define SAMPLE_FILES_MAX 24

/* Is the device one that lies on others (device-mapper, md)? Looked up once. */
struct sample_device {
	unsigned major;
	unsigned minor;
	bool on_others;
};

struct sampler {
	uint64_t started_at_us;    /* by monotonic_us() */
	int fds[SAMPLE_FILES_MAX]; /* -1: not there, or of no use beside the others */
	unsigned device_count;
	struct sample_device devices[USAGE_DEVICES_MAX];
};

/* Open what there is of the node's files. Cannot fail: a node without groups has none. */
void sampler_open(struct sampler *sampler, const struct node *node, uint64_t started_at_us);

void sampler_read(struct sampler *sampler, struct sample *sample);

void sampler_close(struct sampler *sampler);

/* later - earlier of a counter; not known unless both are. */
struct reading sample_growth(const struct sample *earlier, const struct sample *later,
	enum sample_field field);

#endif
