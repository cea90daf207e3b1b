/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * floor — what the kernel alone takes for one run. The system calls of
 *
 *   limit --mem 500M --cpu 1 --pids 100 -q -- COMMAND [ARGUMENT...]
 *
 * for the same plan, and nothing else: no libcgroup, no options, no error that is explained, and of
 * everything it reads only /proc/self/cgroup is looked at. Mounts are where everybody has them. It
 * writes to no group but its own, and removes that.
 *
 * Exit status: COMMAND's; 125 if the floor itself fails.
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <signal.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/prctl.h>
#include <sys/signalfd.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <unistd.h>

#define FILES_MAX 12
#define FLOOR_FAILED 125

/* A group to make. The first one of a plan is the v2 group. */
struct group {
	const char *controller; /* in /proc/self/cgroup; "" is v2 */
	const char *mount;
	const char *settings[FILES_MAX]; /* file, value, file, value... */
	const char *counters[FILES_MAX];
	char path[4096];
	int fd;
	int tasks_fd;
};

static struct group hybrid[] = {
	{ "", "/sys/fs/cgroup/unified", { NULL },
		{ "cgroup.events", "cpu.stat", "cpu.pressure", "memory.pressure", "io.pressure" } },
	{ "cpu", "/sys/fs/cgroup/cpu",
		{ "cpu.cfs_period_us", "100000", "cpu.cfs_quota_us", "100000" }, { "cpu.stat" } },
	{ "memory", "/sys/fs/cgroup/memory",
		{ "memory.limit_in_bytes", "524288000", "memory.memsw.limit_in_bytes",
			"524288000" },
		{ "memory.max_usage_in_bytes", "memory.failcnt", "memory.memsw.failcnt",
			"memory.oom_control" } },
	{ "pids", "/sys/fs/cgroup/pids", { "pids.max", "100" }, { "pids.peak", "pids.events" } },
	{ NULL },
};

static struct group unified[] = {
	{ "", "/sys/fs/cgroup",
		{ "memory.max", "524288000", "memory.swap.max", "0", "memory.oom.group", "1",
			"cpu.max", "100000 100000", "pids.max", "100" },
		{ "cgroup.events", "cpu.stat", "memory.peak", "memory.swap.peak", "memory.events",
			"pids.peak", "pids.events", "io.stat", "cpu.pressure", "memory.pressure",
			"io.pressure" } },
	{ NULL },
};

static struct group *plan;
static char leaf[sizeof(plan->path) + 16]; /* where COMMAND is born */

static void fail(const char *what)
{
	perror(what);
	rmdir(leaf);
	for (struct group *group = plan; group->controller; group++)
		rmdir(group->path);
	_exit(FLOOR_FAILED);
}

/* One read is enough for every file here. A file this kernel has not got is "". */
static char *read_at(int dir_fd, const char *file)
{
	static char text[16384];
	int fd = openat(dir_fd, file, O_RDONLY | O_CLOEXEC);
	ssize_t length = fd < 0 ? 0 : read(fd, text, sizeof(text) - 1);

	text[length < 0 ? 0 : length] = '\0';
	if (fd >= 0)
		close(fd);
	return text;
}

/* The caller's own group: the last field of the line 'N:CONTROLLER,CONTROLLER:PATH' */
static char *find_own(char *self, const char *controller)
{
	for (char *line = self; *line; line += strcspn(line, "\n") + (strchr(line, '\n') != NULL)) {
		char *names = strchr(line, ':') + 1;
		char *path = strchr(names, ':') + 1;

		for (char *name = names; name < path; name += strcspn(name, ",:") + 1)
			if (strcspn(name, ",:") == strlen(controller) &&
				strncmp(name, controller, strlen(controller)) == 0)
				return path;
	}
	fail("cannot find our own group");
	return NULL;
}

static void create(struct group *group, const char *own)
{
	int length = (int)strcspn(own, "\n");

	while (length > 0 && own[length - 1] == '/')
		length--;
	snprintf(group->path, sizeof(group->path), "%s%.*s/floor-%d", group->mount, length, own,
		(int)getpid());
	if (mkdir(group->path, 0755) < 0) {
		perror(group->path);
		group->path[0] = '\0';
		fail("mkdir");
	}
	group->fd = open(group->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	group->tasks_fd = openat(group->fd, "tasks", O_WRONLY | O_CLOEXEC); /* v1 only */
	for (const char **setting = group->settings; *setting; setting += 2) {
		int fd = openat(group->fd, setting[0], O_WRONLY | O_CLOEXEC);

		/* A kernel without swap has no file for it. */
		if (fd < 0 && strstr(setting[0], "sw"))
			continue;
		if (fd < 0 || write(fd, setting[1], strlen(setting[1])) < 0)
			fail(setting[0]);
		close(fd);
	}
	for (const char **setting = group->settings; *setting; setting += 2)
		read_at(group->fd, setting[0]);
}

static void child(char **command, const sigset_t *mask)
{
	for (const struct group *group = plan; group->controller; group++)
		if (group->tasks_fd >= 0 && write(group->tasks_fd, "0", 1) != 1)
			_exit(FLOOR_FAILED);
	sigprocmask(SIG_SETMASK, mask, NULL);
	execvp(command[0], command);
	_exit(FLOOR_FAILED);
}

/* The event of an OOM kill in a v1 memory group. */
static int watch_oom(int memory_fd)
{
	int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	int oom_fd = openat(memory_fd, "memory.oom_control", O_RDONLY | O_CLOEXEC);
	int control_fd = openat(memory_fd, "cgroup.event_control", O_WRONLY | O_CLOEXEC);

	if (dprintf(control_fd, "%d %d", event_fd, oom_fd) < 0)
		fail("cgroup.event_control");
	close(control_fd);
	close(oom_fd);
	return event_fd;
}

static siginfo_t run(char **command, const sigset_t *all, const sigset_t *mask)
{
	int pidfd, report[2];
	struct clone_args request = { .flags = CLONE_PIDFD | CLONE_INTO_CGROUP,
		.pidfd = (uintptr_t)&pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)open(leaf, O_RDONLY | O_DIRECTORY | O_CLOEXEC) };
	siginfo_t info = { 0 };
	long pid;

	prctl(PR_SET_CHILD_SUBREAPER, 1);
	if (pipe2(report, O_CLOEXEC) < 0 ||
		(pid = syscall(SYS_clone3, &request, sizeof(request))) < 0)
		fail("clone3");
	if (pid == 0)
		child(command, mask);
	close(report[1]);
	if (read(report[0], &info, 1) < 0) /* until exec closes the other end */
		fail("read");

	struct pollfd fds[] = { { .fd = signalfd(-1, all, SFD_CLOEXEC | SFD_NONBLOCK),
					.events = POLLIN },
		{ .fd = pidfd, .events = POLLIN },
		{ .fd = plan == hybrid ? watch_oom(plan[2].fd) : -1, .events = POLLIN } };

	while (!fds[1].revents)
		poll(fds, 3, -1);
	waitid(P_PIDFD, (id_t)pidfd, &info, WEXITED);
	return info;
}

int main(int argc, char **argv)
{
	sigset_t all, mask;
	siginfo_t info;
	char *self;

	if (argc < 2)
		return FLOOR_FAILED;
	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &mask);
	read_at(AT_FDCWD, "/proc/self/stat");
	read_at(AT_FDCWD, "/proc/self/mountinfo");
	plan = access(hybrid->mount, F_OK) == 0 ? hybrid : unified;
	self = strdup(read_at(AT_FDCWD, "/proc/self/cgroup"));
	for (struct group *group = plan; group->controller; group++)
		create(group, find_own(self, group->controller));
	snprintf(leaf, sizeof(leaf), "%s%s", plan->path, plan == unified ? "/command" : "");
	if (plan == unified && mkdir(leaf, 0755) < 0)
		fail(leaf);
	info = run(argv + 1, &all, &mask);
	if (plan == unified)
		rmdir(leaf);
	for (struct group *group = plan; group->controller; group++) {
		for (const char **counter = group->counters; *counter; counter++)
			read_at(group->fd, *counter);
		if (rmdir(group->path) < 0)
			fail(group->path);
	}
	return info.si_code == CLD_EXITED ? info.si_status : 128 + info.si_status;
}
