/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "filesystem.h"

#include "util.h"

static const struct filesystem_refusal in_memory = {
	"keeps its files in memory: there is no disk behind it",
	"--mem limits what is kept there; 'lsblk' shows where disks are mounted",
};

static const struct filesystem_refusal network = {
	"goes over the network: no disk of this machine is behind it",
	"limit it at the server, or name a path on a disk: 'lsblk' shows where they are mounted",
};

static const struct filesystem_refusal shared_by_host = {
	"belongs to the machine outside of this virtual one: no disk in here is behind it",
	"limit it outside, or name a path on a disk: 'lsblk' shows where they are mounted",
};

static const struct filesystem_refusal fuse = {
	"is served by a process of its own, outside of the group: the kernel sees that one's io",
	"run that process under limit, or name a path on a disk: 'lsblk' shows where they are mounted",
};

static const struct filesystem_refusal zfs = {
	"does its io in threads of its own, which belong to no group",
	"keep the data on ext4, xfs or btrfs to limit its io",
};

static const struct filesystem_refusal kernel = {
	"is the kernel's own: nothing there is read from a disk",
	"name a path on a disk: 'lsblk' shows where they are mounted",
};

static const struct {
	const char *type;
	const struct filesystem_refusal *refusal;
} refusals[] = {
	{ "tmpfs", &in_memory },
	{ "ramfs", &in_memory },
	{ "rootfs", &in_memory },
	{ "devtmpfs", &in_memory },
	{ "hugetlbfs", &in_memory },
	{ "nfs", &network },
	{ "nfs4", &network },
	{ "cifs", &network },
	{ "smb3", &network },
	{ "ceph", &network },
	{ "afs", &network },
	{ "coda", &network },
	{ "orangefs", &network },
	{ "lustre", &network },
	{ "beegfs", &network },
	{ "9p", &shared_by_host },
	{ "virtiofs", &shared_by_host },
	{ "vboxsf", &shared_by_host },
	{ "hostfs", &shared_by_host },
	{ "fuse", &fuse },
	{ "fuseblk", &fuse },
	{ "zfs", &zfs },
	{ "proc", &kernel },
	{ "sysfs", &kernel },
	{ "cgroup", &kernel },
	{ "cgroup2", &kernel },
	{ "devpts", &kernel },
	{ "debugfs", &kernel },
	{ "tracefs", &kernel },
	{ "securityfs", &kernel },
	{ "configfs", &kernel },
	{ "bpf", &kernel },
	{ "pstore", &kernel },
	{ "efivarfs", &kernel },
	{ "mqueue", &kernel },
	{ "nsfs", &kernel },
	{ "autofs", &kernel },
	{ "binfmt_misc", &kernel },
};

/* Does type have the name, alone or with a subtype behind a dot? */
static bool is_type(const char *type, const char *name)
{
	size_t length = strlen(name);

	return strncmp(type, name, length) == 0 && (!type[length] || type[length] == '.');
}

const struct filesystem_refusal *filesystem_refusal(const char *type)
{
	for (size_t i = 0; i < ARRAY_SIZE(refusals); i++)
		if (is_type(type, refusals[i].type))
			return refusals[i].refusal;
	return NULL;
}

bool filesystem_has_cgroup_writeback(const char *type)
{
	static const char *const types[] = { "ext2", "ext3", "ext4", "btrfs", "f2fs", "xfs" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(type, types[i]) == 0)
			return true;
	return false;
}
