/* SPDX-License-Identifier: GPL-2.0-or-later */
/* host_namespaces — what of namespaces there is here, and whether the caller needs one of users. */
#ifndef LIMIT_HOST_NAMESPACES_H
#define LIMIT_HOST_NAMESPACES_H

#include "host.h"

/* Fill host->uid, gid, privileged and namespaces, by /proc below root_fd. */
void host_namespaces_discover(struct host *host, int root_fd);

#endif
