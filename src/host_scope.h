/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host_scope — must systemd be asked for a place, and where will that be? Looks at files only: the
 * bus comes in when the node is made (systemd.h).
 *
 * Where systemd manages the machine a process is in a group of somebody else's: a session's scope, a
 * service. Its user may not write there, nor may anybody switch controllers on in a group with
 * processes. The manager makes a scope that is delegated and moves limit into it; limit goes on into a
 * group of its own there, HOST_SCOPE_LEAF_NAME, and makes the node beside that.
 *
 * Sources: systemd's CGROUP_DELEGATION, "Two Key Design Rules" and "Delegation"; systemd.special(7),
 * "app.slice", "system.slice"; user@.service(5).
 */
#ifndef LIMIT_HOST_SCOPE_H
#define LIMIT_HOST_SCOPE_H

#include <stdbool.h>
#include <sys/types.h>

#define HOST_SCOPE_LEAF_NAME "limit"
#define HOST_SCOPE_SUFFIX ".scope"
#define HOST_SCOPE_UNIT_MAX 96

struct host;
struct spec;

enum host_scope_need {
	HOST_SCOPE_UNUSED,     /* the caller's own group will do, or there is nothing else */
	HOST_SCOPE_ASKED,      /* for a scope */
	HOST_SCOPE_NO_MANAGER, /* systemd runs, but no manager of the user's */
	HOST_SCOPE_NO_SYSTEMD, /* --manager systemd, but it does not run, or cgroup v2 is not its */
	HOST_SCOPE_NESTED,     /* --manager systemd within another limit */
};

struct host_scope {
	enum host_scope_need need;
	bool system; /* of the system's manager, not of the user's */
	bool shared; /* of --group: it may be there already */
	uid_t uid;
	char unit[HOST_SCOPE_UNIT_MAX]; /* 'limit-PID-STARTTIME.scope', 'limit-group-NAME.scope' */
	const char *slice;              /* the unit it goes into */
	char *path;                     /* absolute: where it will be */
	char *realm; /* absolute: all that the manager manages is below; NULL: not asked for, not known */
};

/*
 * Fill host->scope; host->levels is that of the caller's own group before, and of the scope after if
 * one is to be asked for, with what the manager will have switched on.
 */
void host_scope_discover(struct host *host, const struct spec *spec, int root_fd);

/* The directory of a user's sockets, below root_fd; false: it is not there, or not that user's. */
bool host_scope_runtime_directory(int root_fd, uid_t uid, char *path, size_t size);

#endif
