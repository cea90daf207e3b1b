/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_join — the process of --join: which of its namespaces are not ours, and who we would be in them.
 *
 * Sources: namespaces(7), "The /proc/pid/ns/ directory"; setns(2): a namespace of users that one is in
 * already cannot be entered again; user_namespaces(7): uid_map is shown as the reader's own ids.
 */
#ifndef LIMIT_HOST_JOIN_H
#define LIMIT_HOST_JOIN_H

#include <stdbool.h>
#include <stdint.h>
#include <sys/types.h>

#include "fault.h"
#include "spec.h"

struct host_join {
	uint64_t set; /* those to enter */
	/* Where our own ids mean nothing: those of the process, as seen inside. */
	bool becomes;
	uid_t uid;
	gid_t gid;
};

/*
 * Returns 0, or -1 with *f set: there is no such process, its namespaces are not ours to look at, or
 * none differs from ours.
 */
int host_join_find(struct host_join *join, const struct spec *spec, int root_fd, struct fault *f);

#endif
