/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "host_namespaces.h"

#include <linux/capability.h>
#include <unistd.h>

#include "files.h"
#include "namespaces.h"

/* CapEff of /proc/self/status, in hexadecimal; 0: not to be read. */
static uint64_t effective_capabilities(const char *status)
{
	static const char key[] = "\nCapEff:";
	const char *line = strstr(status, key);

	return line ? strtoull(line + strlen(key), NULL, 16) : 0;
}

void host_namespaces_discover(struct host *host, int root_fd)
{
	_cleanup_free_ char *status = file_slurp_at(root_fd, "proc/self/status");

	host->uid = geteuid();
	host->gid = getegid();
	host->privileged = status && (effective_capabilities(status) >> CAP_SYS_ADMIN & 1);
	for (unsigned i = 0; i < NAMESPACES; i++) {
		_cleanup_free_ char *path =
			text_format("proc/self/ns/%s", namespace_file(namespace_at(i)));

		if (file_exists_at(root_fd, path))
			host->namespaces |= namespace_at(i);
	}
}
