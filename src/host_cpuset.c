/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "host_cpuset.h"

#include "files.h"

/* False if there is no such file, or no list in it. */
static bool read_list(int root_fd, const char *dir, const char *file, struct cpu_list *list)
{
	_cleanup_free_ char *path = path_join(dir, file);
	char text[FILE_TEXT_MAX];

	return file_read_at(root_fd, path, text, sizeof(text)) > 0 &&
	       !cpu_list_parse_kernel(text, list);
}

static void read_v2(struct host *host, int root_fd)
{
	bool cpus = false;
	bool mems = false;

	/* Below a group that does not hand out the controller its own is in force. */
	for (unsigned i = 0; i < host->level_count; i++) {
		const char *path = host->levels[i].path;

		cpus = cpus ||
		       read_list(root_fd, path, "cpuset.cpus.effective", &host->cpus_allowed);
		mems = mems ||
		       read_list(root_fd, path, "cpuset.mems.effective", &host->mems_allowed);
	}
}

static void read_v1(struct host *host, const struct host_v1 *v1, int root_fd)
{
	_cleanup_free_ char *own = path_join(v1->mount, v1->own);
	_cleanup_free_ char *plain = path_join(own, "cpus");
	const char *prefix = "cpuset.";
	char file[32];

	host->cpuset_noprefix = file_exists_at(root_fd, plain);
	if (host->cpuset_noprefix)
		prefix = "";
	snprintf(file, sizeof(file), "%seffective_cpus", prefix);
	if (!read_list(root_fd, own, file, &host->cpus_allowed)) {
		snprintf(file, sizeof(file), "%scpus", prefix);
		read_list(root_fd, own, file, &host->cpus_allowed);
	}
	snprintf(file, sizeof(file), "%seffective_mems", prefix);
	if (!read_list(root_fd, own, file, &host->mems_allowed)) {
		snprintf(file, sizeof(file), "%smems", prefix);
		read_list(root_fd, own, file, &host->mems_allowed);
	}
}

void host_read_cpuset(struct host *host, int root_fd)
{
	const struct host_v1 *v1 = host_find_v1(host, CONTROLLER_CPUSET);

	if (host_v2_controllers(host) & CONTROLLER_BIT(CONTROLLER_CPUSET))
		read_v2(host, root_fd);
	else if (v1)
		read_v1(host, v1, root_fd);
}
