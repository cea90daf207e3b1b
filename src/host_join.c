/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "host_join.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/stat.h>

#include "files.h"
#include "kernel_text.h"
#include "namespaces.h"

/* Is the namespace of that kind another one than ours? -1 with errno set. */
static int differs(int root_fd, pid_t pid, uint64_t kind)
{
	_cleanup_free_ char *own_path = text_format("proc/self/ns/%s", namespace_file(kind));
	_cleanup_free_ char *path = text_format("proc/%d/ns/%s", (int)pid, namespace_file(kind));
	struct stat own;
	struct stat other;

	/* One that this kernel has not is the same for everybody. */
	if (fstatat(root_fd, own_path, &own, 0) < 0)
		return 0;
	if (fstatat(root_fd, path, &other, 0) < 0)
		return -1;
	return own.st_ino != other.st_ino || own.st_dev != other.st_dev;
}

static int explain(pid_t pid, int err, struct fault *f)
{
	fault_set(f, err == ENOENT ? ESRCH : err, "cannot look at the namespaces of process %d",
		(int)pid);
	if (err == EACCES || err == EPERM)
		return fault_hint(f, "as root, or a process of your own");
	return fault_hint(f, "ps -e: the processes there are");
}

/* An id of ours in a map of theirs ('INSIDE OUTSIDE COUNT' a line): false if it is not there. */
static bool translate(const char *map, uint64_t outside, uint32_t *inside)
{
	for (const char *line = map; *line; line = line_after(line)) {
		const char *cursor = line;
		uint64_t numbers[3];
		unsigned i = 0;

		while (i < 3) {
			cursor += strspn(cursor, " ");
			if (!scan_u64(&cursor, &numbers[i]))
				break;
			i++;
		}
		if (i == 3 && outside >= numbers[1] && outside - numbers[1] < numbers[2]) {
			*inside = (uint32_t)(numbers[0] + (outside - numbers[1]));
			return true;
		}
	}
	return false;
}

/* The effective id of a line such as 'Uid:  real effective saved fs' of /proc/PID/status. */
static bool read_effective(const char *status, const char *key, uint64_t *id)
{
	const char *line = strstr(status, key);
	uint64_t real;

	if (!line)
		return false;
	line += strlen(key);
	line += strspn(line, "\t ");
	if (!scan_u64(&line, &real))
		return false;
	line += strspn(line, "\t ");
	return scan_u64(&line, id);
}

/*
 * Where our own ids mean nothing inside, those of the process: COMMAND must not be there with ids from outside,
 * which are nobody's there and root's here.
 */
static int find_ids(struct host_join *join, pid_t pid, int root_fd, struct fault *f)
{
	_cleanup_free_ char *status_path = text_format("proc/%d/status", (int)pid);
	_cleanup_free_ char *uids_path = text_format("proc/%d/uid_map", (int)pid);
	_cleanup_free_ char *gids_path = text_format("proc/%d/gid_map", (int)pid);
	_cleanup_free_ char *status = file_slurp_at(root_fd, status_path);
	_cleanup_free_ char *uids = file_slurp_at(root_fd, uids_path);
	_cleanup_free_ char *gids = file_slurp_at(root_fd, gids_path);
	uint32_t inside;
	uint64_t uid;
	uint64_t gid;

	if (!uids || !gids || !status)
		return explain(pid, errno, f);
	if (translate(uids, geteuid(), &inside))
		return 0;
	join->becomes = read_effective(status, "\nUid:", &uid) &&
			read_effective(status, "\nGid:", &gid) &&
			translate(uids, uid, &join->uid) && translate(gids, gid, &join->gid);
	if (join->becomes)
		return 0;
	fault_set(f, 0, "cannot join process %d: no user of its user namespace is known", (int)pid);
	return fault_hint(f, "cat /proc/%d/uid_map: it must map the process's own ids", (int)pid);
}

int host_join_find(struct host_join *join, const struct spec *spec, int root_fd, struct fault *f)
{
	const pid_t pid = spec->namespaces.join_pid;
	const uint64_t asked = spec->namespaces.join;

	*join = (struct host_join){ 0 };
	for (unsigned i = 0; i < NAMESPACES; i++) {
		const uint64_t kind = namespace_at(i);
		int result = asked & kind ? differs(root_fd, pid, kind) : 0;

		if (result < 0)
			return explain(pid, errno, f);
		if (result > 0)
			join->set |= kind;
	}
	if (!join->set) {
		fault_set(f, 0, "cannot join process %d: it has no other namespaces than limit",
			(int)pid);
		return fault_hint(f, "ls -l /proc/%d/ns", (int)pid);
	}
	if (join->set & NAMESPACE_USER)
		return find_ids(join, pid, root_fd, f);
	return 0;
}
