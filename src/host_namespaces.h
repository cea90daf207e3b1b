/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_namespaces — what of namespaces there is here, and whether the caller needs one of users. */
#ifndef LIMIT_HOST_NAMESPACES_H
#define LIMIT_HOST_NAMESPACES_H

#include "host.h"

/*
 * Fill host->uid, gid, privileged, namespaces and subordinate ids, by what is below root_fd. Returns 0,
 * or -1 with *f set: --map-auto, and the caller has no subordinate ids.
 */
int host_namespaces_discover(struct host *host, const struct spec *spec, int root_fd,
	struct fault *f);

#endif
