/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "join.h"

#include <errno.h>
#include <fcntl.h>
#include <grp.h>
#include <limits.h>
#include <sched.h>

#include "mount_calls.h"
#include "namespaces.h"
#include "util.h"

static int open_namespace(pid_t pid, uint64_t kind)
{
	char path[64];

	stpcpy(stpcpy(put_decimal(stpcpy(path, "/proc/"), (uint64_t)pid), "/ns/"),
		namespace_file(kind));
	return open(path, O_RDONLY | O_CLOEXEC);
}

/* All are opened before any is entered: in another mount namespace /proc may be another one. */
static int join_one_by_one(uint64_t set, pid_t pid)
{
	int fds[NAMESPACES];
	uint64_t left = set;

	for (unsigned i = 0; i < NAMESPACES; i++) {
		fds[i] = set & namespace_at(i) ? open_namespace(pid, namespace_at(i)) : -1;
		if (set & namespace_at(i) && fds[i] < 0)
			return -1;
	}
	/* Who is not root may enter the others only from inside that of users; root may have to before. */
	for (unsigned round = 0; left && round <= NAMESPACES; round++)
		for (unsigned i = 0; i < NAMESPACES; i++)
			if (left & namespace_at(i) && setns(fds[i], (int)namespace_at(i)) == 0)
				left &= ~namespace_at(i);
	for (unsigned i = 0; i < NAMESPACES; i++)
		close_fd(&fds[i]);
	return left ? -1 : 0;
}

int join_namespaces(uint64_t set, pid_t pid, int pidfd)
{
	char directory[PATH_MAX];
	int result;

	if (set & NAMESPACE_MOUNT && !getcwd(directory, sizeof(directory)))
		strcpy(directory, "/");
	result = pidfd < 0 ? -1 : setns(pidfd, (int)set);
	/* EPERM, too: some may be to be entered before that of users. */
	if (result < 0 && (pidfd < 0 || errno == EINVAL || errno == EPERM))
		result = join_one_by_one(set, pid);
	if (result == 0 && set & NAMESPACE_MOUNT && chdir(directory) < 0)
		result = chdir("/");
	return result;
}

int join_shed_groups(const struct host_join *join)
{
	/* Who may not has no others than its own. */
	return join->becomes && setgroups(0, NULL) < 0 && errno != EPERM ? -1 : 0;
}

int join_become(const struct host_join *join)
{
	if (!join->becomes)
		return 0;
	/* Where it was not allowed outside it may be inside. */
	if (join_shed_groups(join) < 0 || setresgid(join->gid, join->gid, join->gid) < 0)
		return -1;
	return setresuid(join->uid, join->uid, join->uid);
}
