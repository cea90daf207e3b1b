/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * explain — why a limit cannot be had, and the command that gets it: every function fills *f and
 * returns -1. What the caller knows is handed in; nothing here changes anything.
 *
 * A controller or a file can be missing for four causes, and each has another remedy: the kernel
 * lacks it or v1 has it (explain_no_controller), it is not delegated (explain_not_delegated), it is
 * not switched on where processes are (explain_cannot_enable), or the kernel was built or booted
 * without the file (explain_write).
 *
 * Sources: cgroup-v2.rst, "Enabling and Disabling", "No Internal Process Constraint", "Delegation".
 */
#ifndef LIMIT_EXPLAIN_H
#define LIMIT_EXPLAIN_H

#include "fault.h"
#include "host.h"
#include "plan.h"
#include "setting.h"

/* Nothing is mounted, or nothing that shows the caller's own group. */
int explain_no_hierarchy(const struct host *host, struct fault *f);

/* Something is, but nothing that limits or counts. */
int explain_nothing_to_count(struct fault *f);

/* A new group below parent: cgroupfs is mounted read-only. */
int explain_read_only(const char *parent, struct fault *f);

/*
 * Of a group that is there a process was refused with ENOENT: one of them is outside of the caller's cgroup
 * namespace (cgroup-v2.rst, "Delegation Containment"). Only the hint.
 */
int explain_border(struct fault *f);

/* A group of --group below parent, inside of another limit that has no group there. */
int explain_beside(const char *parent, struct fault *f);

/* Returns 0 if none is needed, or it can be asked for. */
int explain_scope(const struct host_scope *scope, struct fault *f);

/* No hierarchy has the controller that --option needs. */
int explain_no_controller(const char *option, enum controller c, const struct host *host,
	struct fault *f);

/* A group on the way has not switched the controllers on, and is not the caller's to write. */
int explain_not_delegated(const struct host_level *level, controller_set missing,
	const struct host *host, struct fault *f);

/* A group on the way has not switched the controllers on, and must not: see plan.c. */
int explain_cannot_enable(const struct host_level *level, controller_set missing,
	const struct host *host, struct fault *f);

/*
 * Writing controllers to cgroup.subtree_control failed with err; mount is that of the hierarchy.
 * Looks for realtime tasks if it is they that may be in the way.
 */
int explain_enable(const struct plan_enable *enable, const char *mount, controller_set set, int err,
	struct fault *f);

/* Making the group at path failed with err. */
int explain_mkdir(const char *path, int err, struct fault *f);

/* Writing a setting into the group at dir failed with err. */
int explain_write(const struct setting *setting, const char *dir, int err, struct fault *f);

#endif
