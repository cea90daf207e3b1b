/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "explain.h"

#include <errno.h>
#include <fcntl.h>

#include "files.h"
#include "realtime.h"

int explain_no_hierarchy(const struct host *host, struct fault *f)
{
	if (host->unusable && host->unusable_is_hidden) {
		fault_set(f, 0,
			"cannot make a control group: the cgroup hierarchy at '%s' is hidden by what is mounted over it",
			host->unusable);
		return fault_hint(f, "umount that: 'findmnt -T %s' names it", host->unusable);
	}
	if (host->unusable) {
		fault_set(f, 0,
			"cannot make a control group: the caller's own group is not in the part of the hierarchy that '%s' shows",
			host->unusable);
		if (!host->unusable_is_v2)
			return fault_hint(f, "umount %s, and mount the whole hierarchy, as root",
				host->unusable);
		return fault_hint(f,
			"umount %s && mount -t cgroup2 none %s, as root; a container is run without '-v %s…'",
			host->unusable, host->unusable, host->unusable);
	}
	fault_set(f, 0, "cannot make a control group: no cgroup hierarchy is mounted");
	return fault_hint(f, "mount -t cgroup2 none /sys/fs/cgroup");
}

int explain_nothing_to_count(struct fault *f)
{
	fault_set(f, 0, "cannot make a control group: no mounted hierarchy limits or counts");
	return fault_hint(f, "mount -t cgroup2 none /sys/fs/cgroup");
}

static int hint_read_only(struct fault *f)
{
	return fault_hint(f,
		"in a container: docker run --security-opt writable-cgroups=true … (before Docker "
		"28: --privileged --cgroupns=private), or podman run --security-opt "
		"unmask=/sys/fs/cgroup …; else: mount -o remount,rw, as root");
}

int explain_read_only(const char *parent, struct fault *f)
{
	fault_set(f, EROFS, "cannot create a control group below '%s'", parent);
	return hint_read_only(f);
}

/* What makes a kernel have the controller. */
static const char *controller_config(enum controller c)
{
	static const char *const names[CONTROLLERS] = {
		[CONTROLLER_CPU] = "CONFIG_CGROUP_SCHED",
		[CONTROLLER_MEMORY] = "CONFIG_MEMCG",
		[CONTROLLER_IO] = "CONFIG_BLK_CGROUP",
		[CONTROLLER_PIDS] = "CONFIG_CGROUP_PIDS",
		[CONTROLLER_CPUSET] = "CONFIG_CPUSETS",
		[CONTROLLER_CPUACCT] = "CONFIG_CGROUP_CPUACCT",
		[CONTROLLER_FREEZER] = "CONFIG_CGROUP_FREEZER",
		[CONTROLLER_HUGETLB] = "CONFIG_CGROUP_HUGETLB",
		[CONTROLLER_RDMA] = "CONFIG_CGROUP_RDMA",
		[CONTROLLER_MISC] = "CONFIG_CGROUP_MISC",
		[CONTROLLER_DMEM] = "CONFIG_CGROUP_DMEM",
		[CONTROLLER_PERF_EVENT] = "CONFIG_CGROUP_PERF",
		[CONTROLLER_DEVICES] = "CONFIG_CGROUP_DEVICE",
		[CONTROLLER_NET_CLS] = "CONFIG_CGROUP_NET_CLASSID",
		[CONTROLLER_NET_PRIO] = "CONFIG_CGROUP_NET_PRIO",
	};

	return names[c];
}

/* Someone above us has it, but our mount begins below. */
static int not_in_this_namespace(const char *option, enum controller c, const struct host *host,
	struct fault *f)
{
	const char *name = controller_name_v2(c);

	fault_set(f, 0, "cannot enforce --%s: the controller '%s' is not delegated to '%s'", option,
		name, host->v2_mount);
	return fault_hint(f,
		"outside of this container: echo +%s into cgroup.subtree_control of each group above it",
		name);
}

int explain_no_controller(const char *option, enum controller c, const struct host *host,
	struct fault *f)
{
	const char *name = controller_name_v2(c);
	const char *v1_name = controller_name_v1(c);

	if (host->level_count && !host->levels[host->level_count - 1].is_root)
		return not_in_this_namespace(option, c, host, f);
	if (host->kernel.known && !(host->kernel.built_in & CONTROLLER_BIT(c))) {
		fault_set(f, 0, "cannot enforce --%s: this kernel has no controller '%s'", option,
			name);
		return fault_hint(f, "a kernel with %s", controller_config(c));
	}
	if (host->kernel.disabled & CONTROLLER_BIT(c)) {
		fault_set(f, 0,
			"cannot enforce --%s: the controller '%s' is switched off on the kernel command line",
			option, name);
		return fault_hint(f, "boot without cgroup_disable=%s%s", v1_name,
			c == CONTROLLER_MEMORY ? ", or with cgroup_enable=memory" : "");
	}
	if (host->kernel.bound_to_v1 & CONTROLLER_BIT(c)) {
		fault_set(f, 0,
			"cannot enforce --%s: the controller '%s' is bound to a cgroup v1 hierarchy that is not mounted here",
			option, name);
		return fault_hint(f,
			"boot with systemd.unified_cgroup_hierarchy=1 or cgroup_no_v1=all; or: mount -t cgroup -o %s none DIRECTORY",
			v1_name);
	}
	fault_set(f, 0, "cannot enforce --%s: no mounted cgroup hierarchy has the controller '%s'",
		option, name);
	if (!host->v2_mount)
		return fault_hint(f,
			"mount -t cgroup2 none DIRECTORY, or: mount -t cgroup -o %s none DIRECTORY",
			v1_name);
	return fault_hint(f,
		"mount -t cgroup -o %s none DIRECTORY: this kernel has it on cgroup v1 alone; 'cat /proc/cgroups' shows it",
		v1_name);
}

/* Is the path in what systemd made for the services of a user, user@UID.service? */
static bool is_below_user_manager(const char *path)
{
	const char *service = strstr(path, "/user@");

	if (!service)
		return false;
	service += strlen("/user@");
	service += strspn(service, "0123456789");
	return strncmp(service, ".service", 8) == 0 && (!service[8] || service[8] == '/');
}

/* 'echo +io >A/cgroup.subtree_control' for each group that has not switched it on, topmost first. */
static int hint_echo(const struct host *host, controller_set missing, struct fault *f)
{
	_cleanup_free_ char *commands = text_format("%s", "");

	for (unsigned i = host->level_count; i-- > 0;) {
		const struct host_level *level = &host->levels[i];
		controller_set here = missing & ~level->enabled;
		char *longer;
		char words[128];

		if (!here || !level->locked)
			continue;
		longer = text_format("%s%secho %s >%s/cgroup.subtree_control", commands,
			commands[0] ? " && " : "",
			controllers_format_enable(here, words, sizeof(words)), level->path);
		free(commands);
		commands = longer;
	}
	return fault_hint(f, "sudo sh -c '%s'", commands);
}

int explain_border(struct fault *f)
{
	return fault_hint(f,
		"limit from inside of its cgroup namespace: '/..' in /proc/self/cgroup is outside of it");
}

int explain_beside(const char *parent, struct fault *f)
{
	fault_set(f, 0,
		"cannot make a group of --group below '%s': the limit around has none there",
		parent);
	return fault_hint(f, "give the limit around the same kind of limit");
}

int explain_scope(const struct host_scope *scope, struct fault *f)
{
	const unsigned uid = (unsigned)scope->uid;

	switch (scope->need) {
	case HOST_SCOPE_UNUSED:
	case HOST_SCOPE_ASKED:
		break;
	case HOST_SCOPE_NO_MANAGER:
		if (scope->system) {
			fault_set(f, 0,
				"cannot make a control group: systemd manages this machine, and its sockets below '/run' are not there, or not root's own, as in a user namespace");
			return fault_hint(f,
				"limit … outside of the user namespace, or --manager cgroupfs in a group that is yours");
		}
		fault_set(f, 0,
			"cannot make a control group: systemd manages this machine, and no manager of systemd's runs for uid %u",
			uid);
		return fault_hint(f, "sudo loginctl enable-linger %u", uid);
	case HOST_SCOPE_NO_SYSTEMD:
		fault_set(f, 0,
			"cannot use --manager systemd: systemd does not manage a cgroup v2 tree here");
		return fault_hint(f, "--manager auto");
	case HOST_SCOPE_NESTED:
		fault_set(f, 0,
			"cannot use --manager systemd inside of another limit: its scope would be outside of that one's limits");
		return fault_hint(f, "--manager auto, which makes the node inside");
	}
	return 0;
}

int explain_not_delegated(const struct host_level *level, controller_set missing,
	const struct host *host, struct fault *f)
{
	char names[64];

	fault_set(f, EACCES,
		"cannot switch on %s in '%s', which is not yours to write: not delegated",
		controllers_format(missing, names, sizeof(names)), level->path);
	if (host->levels[0].locked)
		return fault_hint(f, "sudo limit … (no group here is delegated to you)");
	if (is_below_user_manager(host->levels[0].path))
		return fault_hint(f,
			"sudo mkdir -p /etc/systemd/system/user@.service.d && printf "
			"'[Service]\\nDelegate=cpu cpuset io memory pids\\n' | sudo tee "
			"/etc/systemd/system/user@.service.d/delegate.conf && "
			"sudo systemctl daemon-reload; then log out of all sessions and in again");
	return hint_echo(host, missing, f);
}

int explain_cannot_enable(const struct host_level *level, controller_set missing,
	const struct host *host, struct fault *f)
{
	char names[64];

	fault_set(f, level->threaded ? EOPNOTSUPP : EBUSY, "cannot switch on %s in '%s', which %s",
		controllers_format(missing, names, sizeof(names)), level->path,
		level->threaded ? "is a threaded group" : "holds processes");
	if (level->threaded)
		return fault_hint(f, "limit from another group: 'cat %s/cgroup.type'", level->path);
	/* Only the caller's own group is ever emptied. */
	if (level != &host->levels[0])
		return fault_hint(f, "move its processes: 'cat %s/cgroup.procs' lists them",
			level->path);
	if (!host->levels[host->level_count - 1].is_root)
		return fault_hint(f,
			"limit --manager cgroupfs …, which moves them into a group below");
	return fault_hint(f,
		"limit --manager cgroupfs …, which moves them into a group below; or, as root: "
		"sh -c 'echo $$ >%s/cgroup.procs && exec limit …'",
		host->v2_mount);
}

/* Realtime tasks outside the root group keep '+cpu' from being written (CONFIG_RT_GROUP_SCHED). */
static int hint_realtime(const char *mount, struct fault *f)
{
	_cleanup_close_ int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	char names[256];
	unsigned count = realtime_tasks(root_fd, names, sizeof(names));

	if (!count)
		return fault_hint(f,
			"end the realtime tasks that 'ps -eLo class,pid,comm | grep -E \"RR|FF\"' lists");
	return fault_hint(f,
		"end these realtime tasks, or move each to the root group with 'echo PID >%s/cgroup.procs': %s%s",
		mount, names, count > REALTIME_NAMES_MAX ? ", …" : "");
}

int explain_enable(const struct plan_enable *enable, const char *mount, controller_set set, int err,
	struct fault *f)
{
	char names[64];

	fault_set(f, err, "cannot switch on %s in '%s/cgroup.subtree_control'",
		controllers_format(set, names, sizeof(names)), enable->path);
	switch (err) {
	case EINVAL:
		if (set & CONTROLLER_BIT(CONTROLLER_CPU))
			return hint_realtime(mount, f);
		return -1;
	case EACCES:
	case EPERM:
		return fault_hint(f, "sudo limit … (this group is not yours to divide)");
	case EBUSY:
		return fault_hint(f, "move its processes: 'cat %s/cgroup.procs' lists them",
			enable->path);
	case EOPNOTSUPP:
		return fault_hint(f, "limit from another group: this one is threaded");
	case ENOENT:
		return fault_hint(f, "'cat %s/cgroup.controllers' shows what it was given",
			enable->path);
	case EROFS:
		return hint_read_only(f);
	default:
		return -1;
	}
}

int explain_mkdir(const char *path, int err, struct fault *f)
{
	fault_set(f, err, "cannot make control group '%s'", path);
	if (err == EACCES || err == EPERM)
		return fault_hint(f, "sudo limit … (this group is not yours to divide)");
	if (err == EROFS)
		return hint_read_only(f);
	if (err == EAGAIN)
		return fault_hint(f,
			"raise cgroup.max.descendants of the groups above, or remove dead groups");
	if (err == ENOSPC || err == ENOMEM)
		return fault_hint(f, "remove dead groups, then: echo 3 >/proc/sys/vm/drop_caches");
	return -1;
}

/* What a kernel lacks that has the controller and not the file; NULL: not known. */
static const char *file_config(const char *file)
{
	static const struct {
		const char *prefix;
		const char *config;
	} rows[] = {
		{ "cpu.max.burst", "CONFIG_CFS_BANDWIDTH, of Linux 5.14 or later" },
		{ "cpu.max", "CONFIG_CFS_BANDWIDTH" },
		{ "cpu.cfs_burst_us", "CONFIG_CFS_BANDWIDTH, of Linux 5.14 or later" },
		{ "cpu.cfs_", "CONFIG_CFS_BANDWIDTH" },
		{ "cpu.idle", "CONFIG_FAIR_GROUP_SCHED, of Linux 5.15 or later" },
		{ "cpu.weight", "CONFIG_FAIR_GROUP_SCHED" },
		{ "cpu.shares", "CONFIG_FAIR_GROUP_SCHED" },
		{ "io.max", "CONFIG_BLK_DEV_THROTTLING" },
		{ "io.weight", "CONFIG_BLK_CGROUP_IOCOST" },
		{ "io.bfq.weight", "CONFIG_BFQ_GROUP_IOSCHED" },
		{ "blkio.throttle.", "CONFIG_BLK_DEV_THROTTLING" },
		{ "memory.swap.", "CONFIG_SWAP, booted with swapaccount=1" },
		{ "memory.memsw.", "CONFIG_SWAP, booted with swapaccount=1" },
		{ "memory.zswap.", "CONFIG_ZSWAP, of Linux 5.19 or later" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		if (strncmp(file, rows[i].prefix, strlen(rows[i].prefix)) == 0)
			return rows[i].config;
	return NULL;
}

static int hint_missing_file(const struct setting *setting, struct fault *f)
{
	const char *config = file_config(setting->file);

	if (setting->missing_hint)
		return fault_hint(f, "%s", setting->missing_hint);
	if (config)
		return fault_hint(f, "a kernel with %s", config);
	return fault_hint(f, "a newer kernel: this one has '%s', but no '%s'",
		controller_name_v2(setting->controller), setting->file);
}

static int hint_invalid(const struct setting *setting, struct fault *f)
{
	if (strcmp(setting->file, "cpu.cfs_quota_us") == 0)
		return fault_hint(f,
			"a smaller --cpu: on cgroup v1 no group may have more than the one around it");
	return -1;
}

int explain_write(const struct setting *setting, const char *dir, int err, struct fault *f)
{
	fault_set(f, err, "cannot enforce --%s: cannot write '%s' to '%s/%s'", setting->option,
		setting->text, dir, setting->file);
	switch (err) {
	case ENOENT:
		return hint_missing_file(setting, f);
	case EINVAL:
		return hint_invalid(setting, f);
	case ENODEV:
		if (setting->controller == CONTROLLER_IO)
			return fault_hint(f,
				"name a whole disk of those in 'lsblk', not a partition or a network file system");
		return fault_hint(f, "again: somebody else has removed the group");
	case EACCES:
	case EPERM:
		return fault_hint(f, "sudo limit …");
	case EROFS:
		return hint_read_only(f);
	case EBUSY:
		return fault_hint(f, "a larger --%s: the group uses more already", setting->option);
	case ERANGE:
		return fault_hint(f, "another --%s: the kernel takes no such value",
			setting->option);
	default:
		return -1;
	}
}
