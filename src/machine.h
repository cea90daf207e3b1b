/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * machine — what a benchmark's reader wants to know of the machine. Read for the receipts for
 * programs only.
 *
 * Sources: uname(2), sysinfo(2); Documentation/admin-guide/pm/cpufreq.rst, intel_pstate.rst;
 * Documentation/ABI/testing/sysfs-devices-system-cpu, "smt".
 */
#ifndef LIMIT_MACHINE_H
#define LIMIT_MACHINE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MACHINE_TEXT_MAX 66

enum machine_switch {
	MACHINE_UNKNOWN,
	MACHINE_OFF,
	MACHINE_ON,
};

struct machine {
	uint64_t now_us;                 /* since 1970, UTC */
	char kernel[MACHINE_TEXT_MAX];   /* release; "": not known */
	char governor[MACHINE_TEXT_MAX]; /* of the first CPU; "": not known */
	uint64_t mem_total_bytes;        /* 0: not known */
	uint64_t cpus;                   /* online; 0: not known */
	enum machine_switch turbo;
	enum machine_switch smt; /* is it active */
};

/* Cannot fail: what is not there is not known. /sys is looked for below root_fd. */
void machine_read(struct machine *machine, int root_fd);

/* DEVNAME of a block device, 'sda', by sysfs; NULL: not known. text is filled. */
const char *machine_device_name(unsigned major, unsigned minor, char *text, size_t size);

#endif
