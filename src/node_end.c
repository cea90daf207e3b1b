/* SPDX-License-Identifier: GPL-2.0-or-later */
/* node_end — who is in the node, ending them, and removing it. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/stat.h>
#include <time.h>

#include "files.h"
#include "monotonic.h"
#include "node.h"
#include "owner.h"

/* Rounds of freeze, kill and thaw before a process counts as stuck: each one ends what it saw. */
#define KILL_ROUNDS_MAX 64

#define REMOVE_FAILURES_MAX 4

typedef void task_visitor(pid_t pid, void *context);

/* Open the next child group of a directory stream; -1 when there are no more. */
static int next_child(DIR *dir, char *name, size_t size)
{
	const struct dirent *entry;
	int fd;

	while ((entry = readdir(dir))) {
		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		snprintf(name, size, "%s", entry->d_name);
		fd = openat(dirfd(dir), entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		/* One that was removed meanwhile must not hide those behind it. */
		if (fd >= 0)
			return fd;
	}
	return -1;
}

static DIR *open_stream(int group_fd)
{
	int fd = openat(group_fd, ".", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);

	if (!dir && fd >= 0)
		close(fd);
	return dir;
}

/* Call visit for every process in a group and, below it, in the groups that COMMAND made. */
static void visit_tasks(int group_fd, task_visitor *visit, void *context)
{
	_cleanup_free_ char *procs = file_slurp_at(group_fd, "cgroup.procs");
	DIR *dir = open_stream(group_fd);
	char line[32];
	char name[NAME_MAX + 1];

	for (const char *cursor = procs ? procs : ""; next_line(&cursor, line, sizeof(line));) {
		/* 0: a process outside our pid namespace. */
		long pid = strtol(line, NULL, 10);

		if (pid > 0)
			visit((pid_t)pid, context);
	}
	for (int fd; dir && (fd = next_child(dir, name, sizeof(name))) >= 0; close(fd))
		visit_tasks(fd, visit, context);
	if (dir)
		closedir(dir);
}

/*
 * The v2 group knows everybody; without it any v1 group does, as all are entered together. -1: there
 * is no group.
 */
static int main_group_fd(const struct node *node)
{
	for (unsigned i = 0; i < node->plan->group_count; i++)
		if (node->group_fds[i] >= 0)
			return node->group_fds[i];
	return -1;
}

static bool has_v2_group(const struct node *node)
{
	return node_group_fd(node, plan_v2_group(node->plan)) >= 0;
}

static void visit_node(const struct node *node, task_visitor *visit, void *context)
{
	if (main_group_fd(node) >= 0)
		visit_tasks(main_group_fd(node), visit, context);
}

static void send_signal(pid_t pid, void *context)
{
	kill(pid, *(const int *)context);
}

void node_signal(const struct node *node, int signal)
{
	visit_node(node, send_signal, &signal);
}

static void note_task(pid_t pid, void *context)
{
	struct node_tasks *tasks = context;
	char path[64];
	char comm[32];

	tasks->count++;
	if (tasks->name_count == ARRAY_SIZE(tasks->names))
		return;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (file_read_at(AT_FDCWD, path, comm, sizeof(comm)) > 0)
		snprintf(tasks->names[tasks->name_count++], sizeof(tasks->names[0]), "%s",
			text_trim(comm));
}

void node_list(const struct node *node, struct node_tasks *tasks)
{
	*tasks = (struct node_tasks){ 0 };
	visit_node(node, note_task, tasks);
}

static void count_task(pid_t pid, void *context)
{
	(void)pid;
	(*(unsigned *)context)++;
}

bool node_events_populated(int events_fd)
{
	char text[256];
	uint64_t populated;
	ssize_t length = pread(events_fd, text, sizeof(text) - 1, 0);

	if (length < 0)
		return false; /* ENODEV: the group is gone */
	text[length] = '\0';
	return !keyed_u64(text, "populated", &populated) || populated != 0;
}

static bool any_task(const struct node *node)
{
	unsigned count = 0;

	visit_node(node, count_task, &count);
	return count > 0;
}

int node_open_events(const struct node *node)
{
	if (!has_v2_group(node))
		return -1;
	return openat(main_group_fd(node), "cgroup.events", O_RDONLY | O_CLOEXEC);
}

bool node_populated(const struct node *node)
{
	_cleanup_close_ int events_fd = node_open_events(node);

	return events_fd >= 0 ? node_events_populated(events_fd) : any_task(node);
}

/*
 * Wait for 'populated 0'. cgroup.events is polled for its change (cgroup-v2.rst, "[Un]populated
 * Notification"); v1 notifies nobody, so look again, ever less often.
 */
static bool wait_empty(const struct node *node, uint64_t deadline_us)
{
	_cleanup_close_ int events_fd = node_open_events(node);
	struct pollfd events = { .fd = events_fd, .events = POLLPRI };
	int pause_ms = 1;

	while (events_fd >= 0 ? node_events_populated(events_fd) : any_task(node)) {
		uint64_t now_us = monotonic_us();
		int wait_ms;

		if (now_us >= deadline_us)
			return false;
		wait_ms = (int)((deadline_us - now_us) / 1000) + 1;
		if (events_fd < 0 && pause_ms < wait_ms)
			wait_ms = pause_ms;
		poll(&events, 1, wait_ms);
		if (pause_ms < 20)
			pause_ms *= 2;
	}
	return true;
}

/*
 * A v1 group frozen by itself stays so when the one above is thawed, and what is frozen there does not
 * die of SIGKILL (freezer-subsystem.rst): COMMAND may have frozen a group of its own.
 */
static void thaw_v1(int group_fd)
{
	DIR *dir = open_stream(group_fd);
	char name[NAME_MAX + 1];

	file_write_at(group_fd, "freezer.state", "THAWED");
	for (int fd; dir && (fd = next_child(dir, name, sizeof(name))) >= 0; close(fd))
		thaw_v1(fd);
	if (dir)
		closedir(dir);
}

/* Stop or resume every process at once: cgroup.freeze (Linux 5.2), or the v1 freezer. */
static void freeze(const struct node *node, bool frozen)
{
	int freezer_fd = node_group_fd(node, plan_group_of(node->plan, CONTROLLER_FREEZER));

	if (has_v2_group(node))
		file_write_at(main_group_fd(node), "cgroup.freeze", frozen ? "1" : "0");
	else if (freezer_fd >= 0 && frozen)
		file_write_at(freezer_fd, "freezer.state", "FROZEN");
	else if (freezer_fd >= 0)
		thaw_v1(freezer_fd);
}

/* Without cgroup.kill: what is frozen cannot fork away from the signal. */
static bool kill_one_by_one(const struct node *node, uint64_t deadline_us)
{
	for (unsigned round = 0; round < KILL_ROUNDS_MAX; round++) {
		uint64_t round_us = monotonic_us() + 100000;

		freeze(node, true);
		node_signal(node, SIGKILL);
		freeze(node, false);
		if (wait_empty(node, round_us < deadline_us ? round_us : deadline_us))
			return true;
		if (monotonic_us() >= deadline_us)
			break;
	}
	return false;
}

int node_kill(const struct node *node, struct fault *f)
{
	uint64_t deadline_us = monotonic_us() + node->deadline_ms * UINT64_C(1000);
	bool empty;

	if (main_group_fd(node) < 0)
		return 0;
	if (has_v2_group(node) && file_write_at(main_group_fd(node), "cgroup.kill", "1") == 0)
		empty = wait_empty(node, deadline_us);
	else
		empty = kill_one_by_one(node, deadline_us);
	if (empty)
		return 0;
	return fault_set(f, ETIMEDOUT, "cannot end every process in '%s'",
		node->plan->groups[0].path);
}

static int remove_children(int group_fd);

/* rmdir, and only if that fails because of groups below, those first. */
static int remove_at(int parent_fd, const char *name)
{
	_cleanup_close_ int fd = -1;

	if (unlinkat(parent_fd, name, AT_REMOVEDIR) == 0 || errno == ENOENT)
		return 0;
	if (errno != EBUSY && errno != ENOTEMPTY)
		return -1;
	fd = openat(parent_fd, name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (fd < 0 || remove_children(fd) < 0)
		return -1;
	return unlinkat(parent_fd, name, AT_REMOVEDIR);
}

static int remove_children(int group_fd)
{
	DIR *dir = open_stream(group_fd);
	char name[NAME_MAX + 1];
	int result = 0;

	for (int fd; dir && (fd = next_child(dir, name, sizeof(name))) >= 0;) {
		close(fd);
		if (remove_at(group_fd, name) < 0)
			result = -1;
	}
	if (dir)
		closedir(dir);
	return result;
}

/* Somebody who was moved out of the v2 group alone is still in ours of another hierarchy. */
static void kill_tasks_at(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	int signal = SIGKILL;

	if (fd >= 0)
		visit_tasks(fd, send_signal, &signal);
}

/*
 * A group may stay busy for a moment after its last process was reaped (since Linux 7.0 even
 * 'populated' may lag): try again, ever less often, until the deadline. What else goes wrong may be
 * over in a moment too (no memory, no descriptor): try a few times more.
 */
int node_remove_group(const char *path, unsigned deadline_ms)
{
	uint64_t deadline_us = monotonic_us() + deadline_ms * UINT64_C(1000);
	struct timespec pause = { .tv_nsec = 100000 };
	unsigned failures = 0;

	while (remove_at(AT_FDCWD, path) < 0) {
		if (errno != EBUSY && ++failures == REMOVE_FAILURES_MAX)
			return -1;
		if (monotonic_us() >= deadline_us)
			return -1;
		kill_tasks_at(path);
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 20000000)
			pause.tv_nsec *= 2;
	}
	return 0;
}

int node_remove_empty(const char *path)
{
	return remove_at(AT_FDCWD, path);
}

void node_close(struct node *node)
{
	close_fd(&node->place_fd);
	for (unsigned i = 0; i < node->enter_count; i++)
		close_fd(&node->enter_fds[i]);
	node->enter_count = 0;
	for (unsigned i = 0; i < PLAN_GROUPS_MAX; i++) {
		close_fd(&node->group_fds[i]);
		close_fd(&node->shared_fds[i]);
	}
}

int node_leave(struct node *node, struct fault *f)
{
	int result = 0;

	/* First the mark: a closed node without one looks dead to everybody else. */
	for (unsigned i = 0; i < node->plan->group_count; i++)
		if (node->group_fds[i] >= 0 && owner_mark_left(node->group_fds[i]) < 0)
			result = fault_set(f, errno, "cannot mark '%s' as left",
				node->plan->groups[i].path);
	for (unsigned i = 0; i < node->plan->group_count; i++)
		node->created[i] = false;
	node_close(node);
	return result;
}

int node_destroy(struct node *node, struct fault *f)
{
	int result = 0;

	node_close(node);
	for (unsigned i = 0; node->created && i < node->plan->group_count; i++) {
		const char *path = node->plan->groups[i].path;

		if (!node->created[i])
			continue;
		if (node_remove_group(path, node->deadline_ms) == 0) {
			node->created[i] = false;
		} else if (result == 0) {
			result = fault_set(f, errno, "cannot remove control group '%s'", path);
			fault_hint(f, "rmdir '%s'", path);
		}
	}
	return result;
}
