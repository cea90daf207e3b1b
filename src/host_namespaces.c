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

int host_namespaces_discover(struct host *host, const struct spec *spec, int root_fd,
	struct fault *f)
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
	if (!spec->namespaces.map_auto)
		return 0;
	if (subordinate_find(&host->subordinate_uids, "etc/subuid", host->uid, root_fd, f) < 0)
		return -1;
	return subordinate_find(&host->subordinate_gids, "etc/subgid", host->uid, root_fd, f);
}
