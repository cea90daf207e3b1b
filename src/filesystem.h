/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * filesystem — what the kernel's io controller can do on a type of file system. Pure.
 *
 * Sources: SB_I_CGROUPWB in the sources of each file system (Linux 6.18); cgroup-v2.rst,
 * "Writeback"; proc(5), "/proc/filesystems".
 */
#ifndef LIMIT_FILESYSTEM_H
#define LIMIT_FILESYSTEM_H

#include <stdbool.h>

/* Why io of a file system cannot be limited, to follow "it is on TYPE, which ", and what to try. */
struct filesystem_refusal {
	const char *why;
	const char *hint;
};

/* NULL: nothing speaks against it. type as in /proc/self/mountinfo: 'nfs4', 'fuse.sshfs'. */
const struct filesystem_refusal *filesystem_refusal(const char *type);

/*
 * Are buffered writes, which reach the disk later, charged to the group that made them? ext2 and
 * ext4 since Linux 4.2, btrfs 4.3, f2fs 5.0, xfs 5.4.
 */
bool filesystem_has_cgroup_writeback(const char *type);

#endif
