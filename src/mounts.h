/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mounts — COMMAND's view of the file system: --root, --tmpfs, --private-tmp, --bind, --read-only,
 * --hide, --overlay.
 *
 * --root comes first, wherever it stands on the command line: all other paths are inside of it. The
 * others follow in the order of the command line, each in what those before it have made. Only SRC of
 * --bind is always what the caller sees under that name.
 *
 * Nothing is made outside of the mount namespace: no directory either. Where a mount point is missing it
 * is made if it is on a file system that vanishes with the namespace (--tmpfs, --private-tmp, --overlay).
 *
 * What is thrown away lies in tmpfs: it counts as memory of COMMAND's control group.
 *
 * Sources: mount_namespaces(7), mount(2), pivot_root(2), Documentation/filesystems/overlayfs.rst.
 */
#ifndef LIMIT_MOUNTS_H
#define LIMIT_MOUNTS_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "mount_option.h"

/*
 * In a mount namespace of its own, whose mounts are private: make what is asked, and enter the current
 * directory anew, which else would lead around the mounts. own_proc: what is mounted on /proc is of
 * COMMAND's pid namespace, and goes into the new root, too. goes_on: COMMAND's directory is another one, so
 * that this one may be covered.
 *
 *
 * Only system calls: it runs between fork and exec. Returns 0, or -1 with errno and *detail set for
 * mounts_explain(). ENOSYS never means that it cannot be done; EPERM and EINVAL may be the kernel's word
 * for a file system that cannot do it (overlay).
 */
int mounts_apply(const struct mount_requests *requests, bool own_proc, bool goes_on,
	unsigned *detail);

/*
 * Take from the calling process, and all that it becomes, the capabilities by which root could make
 * writable again what is read-only, uncover what is hidden, or go around both. Only system calls.
 * Returns 0, or -1 with errno set.
 */
int mounts_seal(void);

/* The mounts, one a line, as they were asked. */
void mounts_print(const struct mount_requests *requests, FILE *out);

/* The fault for what mounts_apply() said. Always returns -1. */
int mounts_explain(const struct mount_requests *requests, unsigned detail, int err,
	struct fault *f);

#endif
