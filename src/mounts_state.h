/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mounts_state — what the files mounts*.c share in the child.
 */
#ifndef LIMIT_MOUNTS_STATE_H
#define LIMIT_MOUNTS_STATE_H

#include "mount_option.h"
#include "mount_path.h"

/* Of *detail: the request, above the stage. */
#define MOUNTS_REQUEST_SHIFT 8

/* What was being done: with the number of the request in *detail. */
enum mounts_stage {
	MOUNTS_DIRECTORY, /* where the caller is */
	MOUNTS_SOURCE,
	MOUNTS_TARGET,
	MOUNTS_MOUNT,
	MOUNTS_ROOT_SOURCE,
	MOUNTS_ROOT,
	MOUNTS_DEVICES,
	MOUNTS_PIVOT,
	MOUNTS_ENTER,
};

struct mounts_state {
	const struct mount_requests *requests;
	enum mounts_stage stage;
	bool goes_on;    /* COMMAND does not stay in the caller's directory */
	int root_fd;     /* all targets are inside of it */
	bool new_root;   /* it is not yet the process's own */
	int scratch_fd;  /* a tmpfs on '/', over everything, until the end; -1: none */
	unsigned layers; /* of overlays in the scratch */
	int source_fds[MOUNT_REQUESTS_MAX]; /* of MOUNT_BIND: mounts to be moved */
	struct throw_away throw_away;
	char directory[PATH_MAX]; /* the caller's */
};

/* A tmpfs that nobody will see; 0, or -1 with errno set. */
int mounts_need_scratch(struct mounts_state *state);

/* A file or directory that vanishes, with the mode and, where that is possible, the owner of another. */
int mounts_take_owner(int at_fd, const char *name, int like_fd);

/*
 * What is mounted on the root is seen by nobody until it becomes the root: see to that, or close mount_fd.
 * Returns 0, or -1 when mount_fd is -1.
 */
int mounts_settle(struct mounts_state *state, int target_fd, int mount_fd);

/* --overlay of target_fd. */
int mounts_overlay(struct mounts_state *state, int target_fd);

/* --root: the directory of root_source_fd becomes state->root_fd. */
int mounts_make_root(struct mounts_state *state, int root_source_fd);

/* /dev in it, and of proc_fd, unless it is -1, /proc. */
int mounts_fill_root(struct mounts_state *state, int proc_fd);

/* state->root_fd becomes the process's root; the old one is detached. */
int mounts_enter_root(const struct mounts_state *state);

#endif
