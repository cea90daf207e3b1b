/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_probe — what the kernel can do, and what else is there, found by looking and trying. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sched.h>
#include <signal.h>
#include <stdarg.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "check.h"
#include "files.h"
#include "guard.h"
#include "node.h"

/* Where the files of a group are looked at: a node made for it, or the caller's own groups. */
struct place {
	struct plan plan;
	struct guard guard;
	struct node node;
	bool made;
	char *v2;     /* directory of the v2 group, NULL: there is none */
	char *memory; /* directory of the group with the memory controller */
	bool memory_is_v2;
};

static struct check_feature *add(struct check *check, const char *name, const char *key,
	enum check_answer answer)
{
	struct check_feature *feature = &check->features[check->feature_count++];

	*feature = (struct check_feature){ .name = name, .key = key, .answer = answer };
	return feature;
}

static void PRINTF_LIKE(2, 3) note(struct check_feature *feature, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(feature->note, sizeof(feature->note), fmt, args);
	va_end(args);
}

static enum check_answer answer(bool yes)
{
	return yes ? CHECK_YES : CHECK_NO;
}

/* --- groups --- */

static void remove_node(struct place *place)
{
	struct fault f;

	if (node_destroy(&place->node, &f) < 0)
		fault_print(&f, STDERR_FILENO);
	guard_end(&place->guard);
	guard_reap(&place->guard);
	place->made = false;
}

static bool make_node(struct place *place, const struct host *host, enum quantity_kind mem)
{
	struct fault f;
	struct spec spec;

	spec_init(&spec);
	spec.mem.kind = mem;
	guard_init(&place->guard);
	if (plan_make(&place->plan, &spec, host, &f) == 0 &&
		node_init(&place->node, &place->plan, &f) == 0) {
		place->made = guard_start(&place->guard, &place->node, &f) == 0 &&
			      node_create(&place->node, &f) == 0;
		if (place->made)
			return true;
		remove_node(place);
	}
	plan_release(&place->plan);
	return false;
}

/* A node with the memory controller, or without, or the caller's own groups as they are. */
static void find_place(struct place *place, const struct host *host)
{
	const struct plan_group *v2, *memory;

	*place = (struct place){ 0 };
	if (make_node(place, host, QUANTITY_MAX) || make_node(place, host, QUANTITY_UNSET)) {
		v2 = plan_v2_group(&place->plan);
		memory = plan_group_of(&place->plan, CONTROLLER_MEMORY);
		place->v2 = v2 ? text_format("%s", v2->path) : NULL;
		place->memory = memory ? text_format("%s", memory->path) : NULL;
		place->memory_is_v2 = memory && memory->v2;
		return;
	}
	if (host->level_count)
		place->v2 = text_format("%s", host->levels[0].path);
	if (host_find_v1(host, CONTROLLER_MEMORY)) {
		const struct host_v1 *v1 = host_find_v1(host, CONTROLLER_MEMORY);

		place->memory = path_join(v1->mount, v1->own);
	} else if (host->level_count) {
		place->memory = text_format("%s", host->levels[0].path);
		place->memory_is_v2 = true;
	}
}

static void leave_place(struct place *place)
{
	if (place->made)
		remove_node(place);
	plan_release(&place->plan);
	free(place->v2);
	free(place->memory);
}

/* A file that is there is there; one that is not may be missing only in this group. */
static struct check_feature *add_file(struct check *check, const struct place *place,
	const char *dir, const char *file, const char *name, const char *key, const char *since)
{
	_cleanup_free_ char *path = dir ? path_join(dir, file) : NULL;
	struct check_feature *feature = add(check, name, key, CHECK_UNKNOWN);

	if (!path && dir == place->memory && place->v2) {
		note(feature, "no group with the memory controller can be made to look in");
	} else if (!path) {
		note(feature, "no such hierarchy is mounted");
	} else if (file_exists_at(AT_FDCWD, path)) {
		feature->answer = CHECK_YES;
	} else if (place->made) {
		feature->answer = CHECK_NO;
		note(feature, "%s", since);
	} else {
		note(feature, "no group can be made to look in");
	}
	return feature;
}

static void probe_groups(struct check *check, const struct place *place)
{
	bool v1 = place->memory && !place->memory_is_v2;
	struct check_feature *feature;

	add_file(check, place, place->v2, "cgroup.kill", "cgroup.kill", "cgroup_kill",
		"since Linux 5.14; without it processes are killed one by one");
	add_file(check, place, place->v2, "cgroup.freeze", "cgroup.freeze", "cgroup_freeze",
		"since Linux 5.2");
	feature = add_file(check, place, place->memory,
		v1 ? "memory.max_usage_in_bytes" : "memory.peak", "memory.peak", "memory_peak",
		"since Linux 5.19; without it the report has no peak");
	if (v1 && feature->answer == CHECK_YES)
		note(feature, "as memory.max_usage_in_bytes of cgroup v1");
	if (v1) {
		feature = add(check, "memory.oom.group", "memory_oom_group", CHECK_NO);
		note(feature, "cgroup v1 has none: limit ends the tree itself");
	} else {
		add_file(check, place, place->memory, "memory.oom.group", "memory.oom.group",
			"memory_oom_group", "since Linux 4.19; limit ends the tree itself");
	}
	add_file(check, place, place->memory,
		v1 ? "memory.memsw.limit_in_bytes" : "memory.swap.max", "swap accounting",
		"swap_accounting", "boot with swapaccount=1");
}

static void probe_pressure(struct check *check, const struct place *place)
{
	_cleanup_free_ char *own = place->v2 ? path_join(place->v2, "cpu.pressure") : NULL;
	struct check_feature *feature = add(check, "pressure (PSI)", "psi", CHECK_NO);
	char text[512];

	/* The root has no file of its own: there the whole host's is the same. */
	if (!own || !file_exists_at(AT_FDCWD, own)) {
		free(own);
		own = text_format("/proc/pressure/cpu");
	}
	if (file_read_at(AT_FDCWD, own, text, sizeof(text)) > 0)
		feature->answer = CHECK_YES;
	else if (errno == EOPNOTSUPP)
		note(feature, "switched off: boot with psi=1");
	else
		note(feature, "%s: %s", own, strerror(errno));
	if (feature->answer == CHECK_YES && !place->v2)
		note(feature, "of the host alone: no v2 tree is mounted");
}

/* --- system calls --- */

/* struct clone_args with the field 'cgroup' (CLONE_ARGS_SIZE_VER2, Linux 5.7). */
static const uint64_t clone_into_cgroup = UINT64_C(0x200000000);

/*
 * Into a directory that is no group: a kernel that knows the flag says EBADF (kernel/cgroup/cgroup.c,
 * cgroup_css_set_fork), and no process is made.
 */
static void probe_clone3(struct check *check, int root_fd)
{
	uint64_t request[11] = { [0] = clone_into_cgroup, [4] = SIGCHLD, [10] = (uint64_t)root_fd };
	struct check_feature *feature =
		add(check, "clone3 into a group", "clone3_into_cgroup", CHECK_NO);
	long pid = syscall(SYS_clone3, request, sizeof(request));
	int err = errno;

	if (pid == 0)
		_exit(0);
	if (pid > 0)
		waitpid((pid_t)pid, NULL, 0);
	else if (err == EBADF)
		feature->answer = CHECK_YES;
	else
		note(feature, "%s: a child moves itself", strerror(err));
}

static void probe_pidfd(struct check *check)
{
	struct check_feature *feature = add(check, "pidfd", "pidfd", CHECK_NO);
	int fd = (int)syscall(SYS_pidfd_open, getpid(), 0);

	if (fd >= 0) {
		feature->answer = CHECK_YES;
		close(fd);
	} else {
		note(feature, "%s", strerror(errno));
	}
}

/* --- user namespaces --- */

/* In a child: become root of a new user namespace and use that. Returns what failed, NULL: nothing. */
static const char *enter_user_namespace(void)
{
	char map[64];

	snprintf(map, sizeof(map), "0 %u 1\n", (unsigned)geteuid());
	if (unshare(CLONE_NEWUSER) < 0)
		return "unshare";
	/* AppArmor lets the namespace come to be and refuses what one wants it for. */
	if (file_write_at(AT_FDCWD, "/proc/self/setgroups", "deny") < 0 ||
		file_write_at(AT_FDCWD, "/proc/self/uid_map", map) < 0)
		return "the map of user ids";
	return unshare(CLONE_NEWUTS) < 0 ? "a namespace inside it" : NULL;
}

static void probe_user_namespaces(struct check *check)
{
	struct check_feature *feature =
		add(check, "user namespaces", "user_namespaces", CHECK_UNKNOWN);
	char text[128] = "";
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return;
	pid = fork();
	if (pid == 0) {
		const char *what = enter_user_namespace();
		int length =
			what ? snprintf(text, sizeof(text), "%s: %s", what, strerror(errno)) : 0;

		_exit(write(ends[1], text, (size_t)length) != length);
	}
	close(ends[1]);
	if (pid > 0 && waitpid(pid, NULL, 0) == pid) {
		ssize_t got = read(ends[0], text, sizeof(text) - 1);

		text[got > 0 ? got : 0] = '\0';
		feature->answer = answer(got == 0);
		note(feature, "%s", text);
	}
	close(ends[0]);
}

static void read_sysctls(struct check *check, int root_fd)
{
	static const struct {
		const char *name;
		const char *path;
	} files[CHECK_SYSCTLS_MAX] = {
		{ "user.max_user_namespaces", "/proc/sys/user/max_user_namespaces" },
		{ "kernel.unprivileged_userns_clone",
			"/proc/sys/kernel/unprivileged_userns_clone" },
		{ "kernel.apparmor_restrict_unprivileged_userns",
			"/proc/sys/kernel/apparmor_restrict_unprivileged_userns" },
	};

	for (unsigned i = 0; i < CHECK_SYSCTLS_MAX; i++) {
		struct check_sysctl *sysctl = &check->sysctls[i];

		sysctl->name = files[i].name;
		file_read_at(root_fd, files[i].path, sysctl->value, sizeof(sysctl->value));
		text_trim(sysctl->value);
	}
}

/* --- systemd --- */

static void find_socket(struct check_socket *socket, const char *name)
{
	struct stat status;

	socket->name = name;
	socket->found = stat(socket->path, &status) == 0 && S_ISSOCK(status.st_mode);
	if (socket->found)
		socket->owner_uid = status.st_uid;
}

/* Where the managers listen; not by the environment, which is another user's under sudo. */
static void find_sockets(struct check *check)
{
	struct check_socket *sockets = check->sockets;
	struct stat status;

	check->systemd = lstat("/run/systemd/system", &status) == 0 && S_ISDIR(status.st_mode);
	snprintf(sockets[0].path, sizeof(sockets[0].path), "/run/user/%u/bus", check->uid);
	snprintf(sockets[1].path, sizeof(sockets[1].path), "/run/user/%u/systemd/private",
		check->uid);
	snprintf(sockets[2].path, sizeof(sockets[2].path), "/run/dbus/system_bus_socket");
	snprintf(sockets[3].path, sizeof(sockets[3].path), "/run/systemd/private");
	find_socket(&sockets[0], "user bus");
	find_socket(&sockets[1], "user manager");
	find_socket(&sockets[2], "system bus");
	find_socket(&sockets[3], "system manager");
}

void check_probe(struct check *check, const struct host *host, int root_fd)
{
	struct place place;

	find_place(&place, host);
	probe_clone3(check, root_fd);
	probe_pidfd(check);
	probe_groups(check, &place);
	probe_pressure(check, &place);
	leave_place(&place);
	probe_user_namespaces(check);
	read_sysctls(check, root_fd);
	find_sockets(check);
}
