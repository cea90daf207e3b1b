/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "wake.h"

#include <sched.h>
#include <stdbool.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The shortest that the kernel takes. */
#define SLICE_NS 100000

/* struct sched_attr up to sched_period (SCHED_ATTR_SIZE_VER0): not every libc has it. */
struct attributes {
	uint32_t size;
	uint32_t policy;
	uint64_t flags;
	int32_t nice;
	uint32_t priority;
	uint64_t runtime_ns;
	uint64_t deadline_ns;
	uint64_t period_ns;
};

static void set_slice(struct attributes *attributes, uint64_t slice_ns)
{
	attributes->runtime_ns = slice_ns;
	syscall(SYS_sched_setattr, 0, attributes, 0);
}

/* Real-time policies are early enough, and SCHED_BATCH and SCHED_IDLE the caller's own choice. */
static bool read_attributes(struct attributes *attributes)
{
	*attributes = (struct attributes){ .size = sizeof(*attributes) };
	return syscall(SYS_sched_getattr, 0, attributes, sizeof(*attributes), 0) == 0 &&
	       attributes->policy == SCHED_OTHER;
}

void wake_early(struct wake *wake)
{
	struct attributes attributes;

	wake->slice_ns = 0;
	/* Kernels without slices of that kind say 0. */
	if (!read_attributes(&attributes) || attributes.runtime_ns <= SLICE_NS)
		return;
	wake->slice_ns = attributes.runtime_ns;
	set_slice(&attributes, SLICE_NS);
}

void wake_as_before(const struct wake *wake)
{
	struct attributes attributes;

	if (wake->slice_ns && read_attributes(&attributes))
		set_slice(&attributes, wake->slice_ns);
}
