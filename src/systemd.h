/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd — ask a manager of systemd's for a scope and go into it: the first side effect of a run that
 * needs one (host_scope.h), before the guard.
 *
 * The manager moves the calling process, which is not allowed to leave its group by itself. Limits are
 * never properties of the unit, which a daemon-reload would write again: they are in groups below,
 * which are ours (Delegate=yes). When the last process has left the scope the manager removes it, a
 * failed one too (CollectMode=inactive-or-failed, systemd 236).
 *
 * The scope of a --group is there already, unless this is the first of it: then the manager is asked to
 * move the process into it (AttachProcessesToUnit, systemd 238).
 *
 * libsystemd is loaded for it and let go of again; a call that is not answered is given up.
 *
 * Sources: org.freedesktop.systemd1(5), "Methods", "Signals"; systemd.scope(5); systemd.resource-control(5),
 * "Delegate="; systemd's CGROUP_DELEGATION, "Delegation".
 */
#ifndef LIMIT_SYSTEMD_H
#define LIMIT_SYSTEMD_H

#include "fault.h"
#include "host_scope.h"

/* For all calls together: hundreds of runs at once may wait for one manager. */
#define SYSTEMD_DEADLINE_MS 60000

/*
 * To be called again if need be: who is in the scope already stays. Returns 0, or -1 with *f set:
 *   ETIMEDOUT              the manager does not answer
 *   ECONNREFUSED, ENOENT   there is none
 *   0                      no libsystemd, or what the manager said
 */
int systemd_enter_scope(const struct host_scope *scope, struct fault *f);

/* Is that process a manager of systemd's, by its name? It sends SIGTERM when a scope is stopped. */
bool systemd_is_manager(pid_t pid);

#endif
