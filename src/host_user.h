/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_user — the user of --user, as the databases of this host know it: passwd(5) and group(5), or
 * what nsswitch.conf(5) names in their place.
 */
#ifndef LIMIT_HOST_USER_H
#define LIMIT_HOST_USER_H

#include <sys/types.h>

#include "fault.h"

struct host_user {
	char *name; /* NULL: none is asked for */
	char *home;
	uid_t uid;
	gid_t gid;
	gid_t *groups; /* all of them, gid too */
	int group_count;
};

/*
 * By name, or by number if no name is that. Returns 0, or -1 with *f set: there is no such user.
 * Release in either case.
 */
int host_user_find(struct host_user *user, const char *name, struct fault *f);

void host_user_release(struct host_user *user);

#endif
