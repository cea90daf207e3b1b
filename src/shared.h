/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * shared — the budget of --group NAME, which all limits of that name have in common: a control group
 * 'limit-group-NAME' in each hierarchy, with the limits, and in it a node for each run.
 *
 * Who finds no node in it is the first and sets the budget; who finds some joins, and takes the limits
 * that are there; who leaves no node behind removes it. All of that is done under locks, flock(2) on the
 * directory of each hierarchy, which the kernel lets go of whatever their holder dies of. A directory is its
 * owner's alone to open (mode 0711), so that no other user can hold the lock. Its sticky bit says that a
 * budget was set, or half set: without a node in it, that is a group somebody left behind.
 *
 * On v1 the caller may be in the same place as others in one hierarchy and elsewhere in another. Then it does
 * not share their budget, and is refused. Nothing is ever removed, or killed, that somebody is in.
 *
 * A limit that is killed is taken out by its guard, one killed with its guard by the next to come or go.
 */
#ifndef LIMIT_SHARED_H
#define LIMIT_SHARED_H

#include <signal.h>

#include "fault.h"
#include "node.h"

/*
 * With --group, to be called before node_create(). Holds the locks until shared_unlock(), for the node to be
 * made: it is what says that the group is in use. While it waits for somebody, signals come in that are not
 * in mask; NULL: none. Returns 0, or -1 with *f set:
 *   EBUSY   a lock could not be had for seconds in which nobody came or went
 *   EPERM   the group is another user's
 *   0       it has other limits than were asked, is elsewhere, or is new, and there are none to set
 * and as node_create(). With best_effort a value that the kernel refuses goes to node->unenforced.
 */
int shared_join(struct node *node, const sigset_t *mask, struct fault *f);

/* When the node is there, or cannot be made. Returns 0, or -1 with *f set: the group is not what it was. */
int shared_unlock(struct node *node, struct fault *f);

/*
 * Once the node is gone: remove the group, unless somebody else is in it, or it is another user's. Nothing to
 * do without --group. To be called at any time, and by anybody. Returns 0, or -1 with *f set.
 */
int shared_leave(const struct plan *plan, unsigned deadline_ms, struct fault *f);

/*
 * How many nodes are in one of its directories, open as group_fd. Dead ones count: their processes may go
 * on. -1 with errno set.
 */
int shared_count_nodes(int group_fd);

#endif
