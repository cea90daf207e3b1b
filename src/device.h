/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * device — from what an io option names, a path or MAJ:MIN, to the block devices that take io.max.
 *
 * A partition's limit is its whole disk's, the kernel takes no other (block/blk-cgroup.c,
 * blkg_conf_open_bdev). A dm, md or loop node takes limits itself. A file stands for its file
 * system, which may lie on several devices (btrfs), on another file system (overlay), or on none
 * that the kernel's io controller sees (tmpfs, nfs, fuse, zfs): those are refused.
 *
 * Reads only: /proc/self/mountinfo and /sys below a root directory, so that a test can hand in a
 * fixture tree; and, through a function that a test can replace, where a path leads.
 *
 * Sources: proc(5), "/proc/pid/mountinfo"; Documentation/ABI/testing/sysfs-block, sysfs-fs-btrfs;
 * Documentation/filesystems/overlayfs.rst; cgroup-v2.rst, "IO Interface Files" and "Writeback".
 */
#ifndef LIMIT_DEVICE_H
#define LIMIT_DEVICE_H

#include <limits.h>
#include <stdbool.h>
#include <stdint.h>

#include "fault.h"

/* Four kinds of limits on a btrfs of sixteen disks. */
#define DEVICES_MAX 64

/* A block device that takes io limits, and who asked. */
struct device {
	unsigned io; /* which io option of the spec */
	unsigned major;
	unsigned minor;
	char *name;             /* 'sda', "" if sysfs does not say */
	char *description;      /* 'sda (8:0), from /data on sda2' */
	char *fs_type;          /* of the file system that was named, NULL: a device was */
	unsigned sibling_count; /* devices of that file system, this one included */
	bool has_layers;        /* an overlay: its lower layers may lie elsewhere */
	/* What shares out io by weight there; looked at for --io-weight only. */
	bool has_queue; /* requests are scheduled here, not on devices below */
	bool bfq;       /* the queue's scheduler is BFQ */
	bool iocost;    /* io.cost.qos of the root group has it enabled */
};

/* An io option that means no device that can be limited: kept with --best-effort only. */
struct device_fault {
	unsigned io;
	struct fault fault;
};

struct devices {
	struct device list[DEVICES_MAX];
	unsigned count;
	struct device_fault *faults;
	unsigned fault_count;
};

/* Where a path leads: what statx(2) tells. */
struct device_place {
	bool is_block;       /* a block device's node */
	bool is_character;   /* a character device's */
	unsigned major;      /* of the block device; else of the file system, 0: anonymous */
	unsigned minor;      /* likewise */
	uint64_t mount_id;   /* 0: not told (before Linux 5.8) */
	char path[PATH_MAX]; /* absolute and without links */
};

/*
 * Look at a path: an absolute one below root_fd, another one below the working directory. Returns 0,
 * or -1 with errno set; ENOENT also if it was removed while it is somebody's working directory.
 */
typedef int device_looker(struct device_place *place, const char *path, int root_fd);

device_looker device_look;

/*
 * Add the devices that text means to the list: MAJ:MIN, a path, or NULL for the working directory.
 * Returns 0, or -1 with *f set: no such file or device, or a file system whose io the kernel cannot
 * limit.
 */
int devices_resolve(struct devices *devices, unsigned io, const char *text, int root_fd,
	device_looker *look, struct fault *f);

void devices_release(struct devices *devices);

/* Keep a fault of devices_resolve() and go on without. */
void devices_keep_fault(struct devices *devices, unsigned io, const struct fault *f);

/*
 * Fill has_queue, bfq and iocost. root_group is the path of the real root of the v2 hierarchy that has
 * the io controller, NULL: not to be seen from here.
 */
void device_weight_look(struct device *device, int root_fd, const char *root_group);

/* Add every device where something shares out io by weight; there may be none. */
void device_weight_find(struct devices *devices, unsigned io, int root_fd, const char *root_group);

/* For the two above: add a device by its number, NULL: the list is full; drop all from an index on. */
struct device *device_add(struct devices *devices, unsigned major, unsigned minor, int root_fd);
void devices_drop(struct devices *devices, unsigned first);

#endif
