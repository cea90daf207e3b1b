/* SPDX-License-Identifier: GPL-2.0-or-later */
/* namespaces_set_up — the child's half: from new namespaces to what was asked. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <sys/mount.h>
#include <sys/syscall.h>

#include "files.h"
#include "mount_calls.h"
#include "mounts.h"
#include "namespaces.h"

static int make_cgroup_namespace(void)
{
	/* Only now: its root is the group that the caller is in. */
	return unshare((int)NAMESPACE_CGROUP);
}

/* 'CLOCK SECONDS NANOSECONDS'; nanoseconds are never negative. */
static char *put_offset(char *text, const char *clock, const struct spec_offset *offset)
{
	int64_t seconds = offset->us / 1000000;
	int64_t rest_us = offset->us % 1000000;

	if (rest_us < 0) {
		rest_us += 1000000;
		seconds--;
	}
	text = stpcpy(stpcpy(text, clock), seconds < 0 ? " -" : " ");
	text = put_decimal(text, (uint64_t)(seconds < 0 ? -seconds : seconds));
	text = put_decimal(stpcpy(text, " "), (uint64_t)rest_us * 1000);
	return stpcpy(text, "\n");
}

/*
 * unshare(2) makes it for children, and only while it has no process the offsets can be set;
 * setns(2) then takes the caller itself in.
 */
static int make_time_namespace(const struct spec *spec)
{
	const struct spec_namespaces *asked = &spec->namespaces;
	char text[128];
	char *end = text;
	int result;
	int fd;

	if (unshare((int)NAMESPACE_TIME) < 0)
		return -1;
	if (asked->monotonic.given)
		end = put_offset(end, "monotonic", &asked->monotonic);
	if (asked->boottime.given)
		end = put_offset(end, "boottime", &asked->boottime);
	*end = '\0';
	if (end > text && file_write_at(AT_FDCWD, "/proc/self/timens_offsets", text) < 0)
		return -1;
	fd = open("/proc/self/ns/time_for_children", O_RDONLY | O_CLOEXEC);
	if (fd < 0)
		return -1;
	result = setns(fd, (int)NAMESPACE_TIME);
	close(fd);
	return result;
}

static int mount_proc(void)
{
	return mount("proc", "/proc", "proc", MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL);
}

static bool is_directory(const char *path)
{
	int fd = open(path, O_PATH | O_DIRECTORY | O_CLOEXEC);

	if (fd < 0)
		return false;
	close(fd);
	return true;
}

/* What shows the objects of an ipc namespace in the file system, where there is a place for it. */
static int mount_shm(void)
{
	if (is_directory("/dev/shm") &&
		mount("tmpfs", "/dev/shm", "tmpfs", MS_NOSUID | MS_NODEV, "mode=1777") < 0)
		return -1;
	if (is_directory("/dev/mqueue") && mount("mqueue", "/dev/mqueue", "mqueue",
						   MS_NOSUID | MS_NODEV | MS_NOEXEC, NULL) < 0)
		return -1;
	return 0;
}

static int take_step(const struct spec *spec, uint64_t set, enum namespace_step step,
	unsigned *detail)
{
	switch (step) {
	case NAMESPACE_STEP_CGROUP:
		return set & NAMESPACE_CGROUP ? make_cgroup_namespace() : 0;
	case NAMESPACE_STEP_TIME:
		return set & NAMESPACE_TIME ? make_time_namespace(spec) : 0;
	case NAMESPACE_STEP_HOSTNAME:
		return spec->namespaces.hostname ? sethostname(spec->namespaces.hostname,
							   strlen(spec->namespaces.hostname))
						 : 0;
	case NAMESPACE_STEP_PRIVATE:
		return set & NAMESPACE_MOUNT ? mount(NULL, "/", NULL, MS_REC | MS_PRIVATE, NULL)
					     : 0;
	case NAMESPACE_STEP_PROC:
		return set & NAMESPACE_PID ? mount_proc() : 0;
	case NAMESPACE_STEP_SHM:
		return (set & NAMESPACE_IPC) && (set & NAMESPACE_MOUNT) ? mount_shm() : 0;
	case NAMESPACE_STEP_MOUNTS:
		return mount_requests_asked(&spec->mounts)
			       ? mounts_apply(&spec->mounts, set & NAMESPACE_PID,
					 spec->directory && spec->directory[0] == '/', detail)
			       : 0;
	case NAMESPACE_STEP_SEAL:
		return mount_requests_protect(&spec->mounts) ? mounts_seal() : 0;
	case NAMESPACE_STEP_NET:
		return network_set_up(&spec->network, set & NAMESPACE_NET);
	case NAMESPACE_STEPS:
		break;
	}
	return 0;
}

int namespaces_set_up(const struct spec *spec, uint64_t set, unsigned *step, unsigned *detail)
{
	*detail = 0;
	for (; *step < NAMESPACE_STEPS; (*step)++)
		if (take_step(spec, set, *step, detail) < 0)
			return -1;
	return 0;
}

/* AppArmor may allow a user namespace and then refuse everything in it. */
static int hint_refused(uint64_t set, struct fault *f)
{
	if (f->err != EPERM && f->err != EACCES)
		return -1;
	return namespaces_hint_not_permitted(set, f);
}

static int explain_proc(uint64_t set, int err, struct fault *f)
{
	fault_set(f, err, "cannot mount /proc of the pid namespace");
	if (err == EPERM && (set & NAMESPACE_USER))
		return fault_hint(f,
			"docker run --security-opt systempaths=unconfined: where parts "
			"of /proc are covered, the kernel refuses a new one");
	return hint_refused(set, f);
}

static int explain_time(uint64_t set, int err, struct fault *f)
{
	fault_set(f, err, "cannot set up the time namespace");
	if (err == ERANGE)
		return fault_hint(f,
			"an offset that leaves the clock at 0 or above: cat /proc/uptime");
	if (err == EINVAL || err == ENOENT)
		return fault_hint(f, "Linux 5.6 or later, with CONFIG_TIME_NS");
	return hint_refused(set, f);
}

int namespaces_explain_step(const struct spec *spec, uint64_t set, unsigned step, unsigned detail,
	int err, struct fault *f)
{
	switch ((enum namespace_step)step) {
	case NAMESPACE_STEP_CGROUP:
		return namespaces_explain(NAMESPACE_CGROUP | (set & NAMESPACE_USER), false, err, f);
	case NAMESPACE_STEP_TIME:
		return explain_time(set, err, f);
	case NAMESPACE_STEP_HOSTNAME:
		fault_set(f, err, "cannot set the host name '%s'", spec->namespaces.hostname);
		return hint_refused(set, f);
	case NAMESPACE_STEP_PRIVATE:
		fault_set(f, err, "cannot make the mounts private");
		return hint_refused(set, f);
	case NAMESPACE_STEP_PROC:
		return explain_proc(set, err, f);
	case NAMESPACE_STEP_SHM:
		fault_set(f, err, "cannot mount /dev/shm and /dev/mqueue of the ipc namespace");
		return hint_refused(set, f);
	case NAMESPACE_STEP_MOUNTS:
		return mounts_explain(&spec->mounts, detail, err, f);
	case NAMESPACE_STEP_NET:
		return network_explain(&spec->network, err, f);
	case NAMESPACE_STEP_SEAL:
		return fault_set(f, err, "cannot keep COMMAND from undoing the mounts");
	case NAMESPACE_STEPS:
		break;
	}
	return -1;
}
