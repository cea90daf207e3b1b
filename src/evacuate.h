/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * evacuate — move every process of a group into a leaf of it, so that controllers can be switched on in
 * the group: what container engines call making room. Done only in a group that was handed over to
 * the caller, or with --manager cgroupfs; the leaf stays, for the processes do,
 * whatever becomes of the run; those from outside of the pid namespace are a reason to move nobody.
 *
 * Sources: cgroup-v2.rst, "No Internal Process Constraint", "Delegation Containment".
 */
#ifndef LIMIT_EVACUATE_H
#define LIMIT_EVACUATE_H

#include "fault.h"

/* A caller who finds itself there takes the group above for its own. */
#define EVACUATE_LEAF_NAME "limit-members"

/*
 * Returns 0 once the group is empty, or -1 with *f set:
 *   EACCES, EPERM  not the caller's group     ESRCH  processes from outside of this pid namespace
 *   EBUSY          it does not get empty: somebody moves processes in
 * After a fault everybody is where they were, unless the leaf was there before.
 */
int evacuate(const char *group, struct fault *f);

#endif
