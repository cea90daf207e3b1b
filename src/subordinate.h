/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * subordinate — the ids that /etc/subuid and /etc/subgid give to a user, and the helpers that may map
 * them: newuidmap(1) and newgidmap(1) have the privilege, and check.
 *
 * Sources: subuid(5), subgid(5), newuidmap(1).
 */
#ifndef LIMIT_SUBORDINATE_H
#define LIMIT_SUBORDINATE_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fault.h"

struct subordinate_ids {
	uint32_t first;
	uint32_t count; /* 0: none */
};

/* Ids inside that are ids outside, as a line of uid_map says it. */
struct id_range {
	uint32_t inside;
	uint32_t outside;
	uint32_t count;
};

/*
 * The first range in the text of such a file ('USER:FIRST:COUNT' a line) of a user, by name (may be
 * NULL) or number. Lines that are no such thing are passed over. Pure.
 */
struct subordinate_ids subordinate_parse(const char *text, const char *name, uid_t uid);

/*
 * Those of the caller, from a file ('etc/subuid') below root_fd. Returns 0, or -1 with *f set: there
 * are none.
 */
int subordinate_find(struct subordinate_ids *ids, const char *file, uid_t uid, int root_fd,
	struct fault *f);

/*
 * Let a helper, 'newuidmap' or 'newgidmap', map ranges for a process. Returns 0, or -1 with *f set:
 * ENOENT, it is not installed; else it has said why on standard error.
 */
int subordinate_map(const char *helper, pid_t pid, const struct id_range *ranges, unsigned count,
	struct fault *f);

#endif
