/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "machine.h"

#include <fcntl.h>
#include <sys/sysinfo.h>
#include <sys/utsname.h>
#include <time.h>

#include "files.h"

#define CPU_DIRECTORY "/sys/devices/system/cpu/"

/* A file that says 0 or 1. */
static enum machine_switch read_switch(int root_fd, const char *path)
{
	char text[16];

	if (file_read_at(root_fd, path, text, sizeof(text)) < 0)
		return MACHINE_UNKNOWN;
	text_trim(text);
	if (strcmp(text, "1") == 0)
		return MACHINE_ON;
	return strcmp(text, "0") == 0 ? MACHINE_OFF : MACHINE_UNKNOWN;
}

static enum machine_switch read_turbo(int root_fd)
{
	enum machine_switch none = read_switch(root_fd, CPU_DIRECTORY "intel_pstate/no_turbo");

	if (none == MACHINE_UNKNOWN)
		return read_switch(root_fd, CPU_DIRECTORY "cpufreq/boost");
	return none == MACHINE_ON ? MACHINE_OFF : MACHINE_ON;
}

void machine_read(struct machine *machine, int root_fd)
{
	struct timespec now;
	struct utsname name;
	struct sysinfo info;
	long cpus = sysconf(_SC_NPROCESSORS_ONLN);

	*machine = (struct machine){ .cpus = cpus > 0 ? (uint64_t)cpus : 0 };
	clock_gettime(CLOCK_REALTIME, &now);
	machine->now_us = (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
	if (uname(&name) == 0)
		snprintf(machine->kernel, sizeof(machine->kernel), "%s", name.release);
	if (sysinfo(&info) == 0)
		machine->mem_total_bytes = (uint64_t)info.totalram * info.mem_unit;
	if (file_read_at(root_fd, CPU_DIRECTORY "cpu0/cpufreq/scaling_governor", machine->governor,
		    sizeof(machine->governor)) < 0)
		machine->governor[0] = '\0';
	text_trim(machine->governor);
	machine->turbo = read_turbo(root_fd);
	machine->smt = read_switch(root_fd, CPU_DIRECTORY "smt/active");
}

const char *machine_device_name(unsigned major, unsigned minor, char *text, size_t size)
{
	_cleanup_free_ char *path = text_format("/sys/dev/block/%u:%u/uevent", major, minor);
	char *name;

	if (file_read_at(AT_FDCWD, path, text, size) <= 0)
		return NULL;
	name = strstr(text, "DEVNAME=");
	if (!name)
		return NULL;
	name += strlen("DEVNAME=");
	name[strcspn(name, "\n")] = '\0';
	return name;
}
