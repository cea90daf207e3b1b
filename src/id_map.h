/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * id_map — which user and group ids of a new user namespace are which outside, and writing that down.
 *
 * The caller is always mapped, to itself unless --map-root or --map-user say otherwise: what COMMAND
 * makes belongs to the caller outside.
 *
 * Sources: user_namespaces(7), "User and group ID mappings"; subuid(5), newuidmap(1).
 */
#ifndef LIMIT_ID_MAP_H
#define LIMIT_ID_MAP_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <sys/types.h>

#include "fault.h"
#include "host.h"
#include "spec.h"
#include "subordinate.h"

/* Below the caller's id, the caller's, above it. */
#define ID_RANGES_MAX 3

struct id_map {
	struct id_range uid[ID_RANGES_MAX];
	struct id_range gid[ID_RANGES_MAX];
	unsigned uid_count; /* 0: there is no new user namespace */
	unsigned gid_count;
	bool deny_setgroups; /* who may not change groups outside must not drop any inside */
	bool helpers;        /* newuidmap and newgidmap write it */
};

/* The map for the spec and the caller. Pure. */
void id_map_make(struct id_map *map, const struct spec *spec, const struct host *host);

/*
 * Write it for a process that waits in its new user namespace; from outside, as the kernel demands.
 * Returns 0, or -1 with *f set: EPERM when something forbids it, ENOENT when a helper is missing.
 */
int id_map_write(const struct id_map *map, pid_t pid, struct fault *f);

/* 'uid 0 is 1000, gid 0 is 1000'. */
void id_map_print(const struct id_map *map, FILE *out);

#endif
