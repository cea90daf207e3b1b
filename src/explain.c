/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "explain.h"

#include <errno.h>

int explain_no_hierarchy(struct fault *f)
{
	fault_set(f, 0, "cannot make a control group: no cgroup hierarchy is mounted");
	return fault_hint(f, "mount -t cgroup2 none /sys/fs/cgroup");
}

int explain_nothing_to_count(struct fault *f)
{
	fault_set(f, 0, "cannot make a control group: no mounted hierarchy limits or counts");
	return fault_hint(f, "mount -t cgroup2 none /sys/fs/cgroup");
}

int explain_read_only(const char *parent, struct fault *f)
{
	fault_set(f, EROFS, "cannot create a control group below '%s'", parent);
	return fault_hint(f,
		"in a container: docker run --privileged --cgroupns=private …, or podman run "
		"--security-opt unmask=/sys/fs/cgroup --cgroups=enabled …");
}

int explain_no_controller(const char *option, enum controller c, const struct host *host,
	struct fault *f)
{
	(void)host;
	fault_set(f, 0, "cannot enforce --%s: no mounted cgroup hierarchy has the controller '%s'",
		option, controller_name_v2(c));
	if (c == CONTROLLER_MEMORY)
		return fault_hint(f,
			"boot with cgroup_enable=memory; 'cat /proc/cgroups' shows what is on");
	return fault_hint(f, "'cat /proc/cgroups' shows which controllers this kernel has");
}

int explain_cannot_enable(const struct host_level *level, controller_set missing,
	const struct host *host, struct fault *f)
{
	char names[64];

	fault_set(f, level->threaded ? EOPNOTSUPP : EBUSY, "cannot switch on %s in '%s', which %s",
		controllers_format(missing, names, sizeof(names)), level->path,
		level->threaded ? "is a threaded group" : "holds processes");
	if (!host->levels[host->level_count - 1].is_root)
		return fault_hint(f,
			"limit outside of this container: inside, it cannot make room yet");
	return fault_hint(f,
		"sh -c 'echo $$ >%s/cgroup.procs && exec limit …' (as root: from the root group)",
		host->v2_mount);
}

/* Realtime tasks outside the root group keep '+cpu' from being written (CONFIG_RT_GROUP_SCHED). */
int explain_enable(const struct plan_enable *enable, controller_set set, int err, struct fault *f)
{
	char names[64];

	fault_set(f, err, "cannot switch on %s in '%s/cgroup.subtree_control'",
		controllers_format(set, names, sizeof(names)), enable->path);
	if (err == EINVAL && set & CONTROLLER_BIT(CONTROLLER_CPU))
		return fault_hint(f,
			"end the realtime tasks that 'ps -eLo class,pid,comm | grep -E \"RR|FF\"' lists");
	if (err == EACCES || err == EPERM)
		return fault_hint(f, "sudo limit …");
	return -1;
}

int explain_mkdir(const char *path, int err, struct fault *f)
{
	fault_set(f, err, "cannot make control group '%s'", path);
	if (err == EACCES || err == EPERM)
		return fault_hint(f, "sudo limit … (this group is not yours to divide)");
	if (err == EROFS)
		return fault_hint(f,
			"in a container: docker run --privileged --cgroupns=private …");
	if (err == EAGAIN)
		return fault_hint(f,
			"raise cgroup.max.descendants of the groups above, or remove dead groups");
	if (err == ENOSPC || err == ENOMEM)
		return fault_hint(f, "remove dead groups, then: echo 3 >/proc/sys/vm/drop_caches");
	return -1;
}

int explain_write(const struct setting *setting, const char *dir, int err, struct fault *f)
{
	fault_set(f, err, "cannot enforce --%s: cannot write '%s' to '%s/%s'", setting->option,
		setting->text, dir, setting->file);
	if (err == ENOENT && setting->missing_hint)
		return fault_hint(f, "%s", setting->missing_hint);
	if (err == ENODEV)
		return fault_hint(f,
			"name a whole disk of those in 'lsblk', not a partition or a network file system");
	if (err == EINVAL && strcmp(setting->file, "cpu.cfs_quota_us") == 0)
		return fault_hint(f,
			"a smaller --cpu: on cgroup v1 no group may have more than the one around it");
	return -1;
}
