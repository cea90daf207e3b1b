/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * owner — whose a node is, and whether that limit still lives.
 *
 * A node's name holds pid and start time of its limit, which says enough to whoever sees the same
 * processes. A limit in another pid namespace looks dead to them; so each limit also holds a lock on
 * the directories of its node. The kernel lets go of it when limit dies, and anybody who can read
 * the directory can ask for it, from any pid or cgroup namespace.
 *
 * The lock is an open file description lock for reading (fcntl(2), Linux 3.15): nobody ever takes
 * one for writing, so that taking it cannot fail for somebody who asks at the same moment.
 */
#ifndef LIMIT_OWNER_H
#define LIMIT_OWNER_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

struct owner {
	pid_t pid;
	uint64_t start_time_ticks; /* since boot, field 22 of /proc/PID/stat */
};

/* 'limit-PID-START' and nothing else; false: no node's name. Pure. */
bool owner_parse_name(const char *name, struct owner *owner);

/* Is a node's name one of the parts of a path? Pure. */
bool owner_is_in_path(const char *path);

/* Say that we live, until the descriptor of a node's directory is closed. -1 with errno set. */
int owner_lock(int group_fd);

/* Does the owner of a node live? By the lock, or where it has not come to that by its process. */
bool owner_lives(const struct owner *owner, int group_fd);

/*
 * Note in a node that it is left with its processes on purpose: nobody may end them for the owner
 * being gone. The mark is a group within the node, which every hierarchy of every kernel can hold.
 * Returns 0, or -1 with errno set.
 */
int owner_mark_left(int group_fd);
bool owner_has_left(int group_fd);

#endif
