/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "shared.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "explain.h"
#include "files.h"
#include "monotonic.h"
#include "node_settings.h"
#include "nodes.h"
#include "owner.h"

/* Others hold the lock while they make or remove a few groups: a hundred at once may take a while. */
#define LOCK_DEADLINE_MS 10000

#define MODE_NEW 0711
#define MODE_SET (MODE_NEW | S_ISVTX)

enum attempt {
	ATTEMPT_DONE,
	ATTEMPT_AGAIN,
	ATTEMPT_FAILED,
};

/* Ever longer, until the deadline; false: that has passed. */
static bool pause_until(uint64_t deadline_us, struct timespec *pause)
{
	if (monotonic_us() >= deadline_us)
		return false;
	nanosleep(pause, NULL);
	if (pause->tv_nsec < 10000000)
		pause->tv_nsec *= 2;
	return true;
}

/* What is opened may have been removed, and made anew, before it was locked. */
static bool is_at(int fd, const char *path)
{
	struct stat opened, there;

	return fstat(fd, &opened) == 0 && stat(path, &there) == 0 &&
	       opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

static enum attempt try_lock(const struct plan_shared *shared, int *fd, struct fault *f)
{
	const char *path = shared->groups[0].path;

	*fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0 && errno == ENOENT)
		return ATTEMPT_AGAIN;
	if (*fd < 0) {
		fault_set(f, errno, "cannot use group '%s': cannot open '%s'", shared->name, path);
		return ATTEMPT_FAILED;
	}
	if (flock(*fd, LOCK_EX | LOCK_NB) == 0 && is_at(*fd, path))
		return ATTEMPT_DONE;
	close_fd(fd);
	return ATTEMPT_AGAIN;
}

unsigned shared_count_nodes(int group_fd)
{
	DIR *dir = directory_open_at(group_fd, ".");
	const struct dirent *entry;
	struct owner owner;
	unsigned count = 0;

	while (dir && (entry = readdir(dir)))
		count += entry->d_type == DT_DIR && owner_parse_name(entry->d_name, &owner);
	if (dir)
		closedir(dir);
	return count;
}

static bool is_used(const struct plan *plan, int group_fd)
{
	if (shared_count_nodes(group_fd) == 0)
		return false;
	/* Those whose limit and guard were both killed. */
	nodes_sweep(plan);
	return shared_count_nodes(group_fd) > 0;
}

static int remove_groups(const struct plan_shared *shared, unsigned deadline_ms, struct fault *f)
{
	/* The first is the last to go: it has the lock. */
	for (unsigned i = shared->group_count; i-- > 0;)
		if (node_remove_group(shared->groups[i].path, deadline_ms) < 0)
			return fault_set(f, errno, "cannot remove control group '%s'",
				shared->groups[i].path);
	return 0;
}

/* Of the group that fd is, copy what the one above it has: an empty cpuset takes no process. */
static int copy_from_parent(int fd, const char *file, const char *path, struct fault *f)
{
	_cleanup_free_ char *above = path_join("..", file);
	char text[FILE_TEXT_MAX];

	if (file_read_at(fd, above, text, sizeof(text)) < 0 ||
		file_write_at(fd, file, text_trim(text)) < 0)
		return fault_set(f, errno, "cannot set up '%s/%s'", path, file);
	return 0;
}

/*
 * v1: nodes get the CPUs of the group (cpusets.rst, cgroup.clone_children), and count for its memory
 * (memory.rst, memory.use_hierarchy: always so from Linux 5.11 on).
 */
static int set_up_v1(int fd, const struct plan_group *group, struct fault *f)
{
	bool has_prefix = file_exists_at(fd, "cpuset.cpus");
	char text[16];

	if (group->controllers & CONTROLLER_BIT(CONTROLLER_CPUSET) &&
		(copy_from_parent(fd, has_prefix ? "cpuset.cpus" : "cpus", group->path, f) < 0 ||
			copy_from_parent(fd, has_prefix ? "cpuset.mems" : "mems", group->path, f) <
				0))
		return -1;
	if (group->controllers & CONTROLLER_BIT(CONTROLLER_CPUSET) &&
		file_write_at(fd, "cgroup.clone_children", "1") < 0)
		return fault_set(f, errno, "cannot write '%s/cgroup.clone_children'", group->path);
	if (file_read_at(fd, "memory.use_hierarchy", text, sizeof(text)) > 0 && text[0] == '0' &&
		file_write_at(fd, "memory.use_hierarchy", "1") < 0)
		return fault_set(f, errno, "cannot write '%s/memory.use_hierarchy'", group->path);
	return 0;
}

/* One hierarchy but the first; what was there before is opened as it is. */
static int open_group(struct node *node, unsigned index, bool is_new, struct fault *f)
{
	const struct plan_group *group = &node->plan->shared.groups[index];
	int *fd = &node->shared_fds[index];

	if (index > 0 && mkdir(group->path, MODE_NEW) < 0 && errno != EEXIST)
		return explain_mkdir(group->path, errno, f);
	if (index > 0)
		*fd = open(group->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (*fd < 0)
		return fault_set(f, errno, "cannot open control group '%s'", group->path);
	if (is_new && !group->v2 && set_up_v1(*fd, group, f) < 0)
		return -1;
	if (!group->entered)
		return 0;
	node->enter_fds[node->enter_count] = openat(*fd, "tasks", O_WRONLY | O_CLOEXEC);
	if (node->enter_fds[node->enter_count] < 0)
		return fault_set(f, errno, "cannot open '%s/tasks'", group->path);
	node->enter_count++;
	return 0;
}

static int open_groups(struct node *node, bool is_new, struct fault *f)
{
	const struct plan_shared *shared = &node->plan->shared;

	for (unsigned i = 0; i < shared->group_count; i++)
		if (open_group(node, i, is_new, f) < 0)
			return -1;
	if (shared->enable.path && node_enable(node, &shared->enable, f) < 0)
		return -1;
	return 0;
}

static bool has_budget(const struct plan *plan)
{
	for (unsigned i = 0; i < plan->setting_count; i++)
		if (plan->settings[i].shared)
			return true;
	return false;
}

static int set_budget(struct node *node, struct fault *f)
{
	const char *name = node->plan->shared.name;

	if (!has_budget(node->plan)) {
		fault_set(f, 0,
			"cannot make group '%s': it is new, and no limit is given that its "
			"members would share",
			name);
		return fault_hint(f, "limit --group %s --mem 500M -- COMMAND", name);
	}
	if (fchmod(node->shared_fds[0], MODE_SET) < 0)
		return fault_set(f, errno, "cannot mark '%s'", node->plan->shared.groups[0].path);
	if (open_groups(node, true, f) < 0 || node_write_settings(node, true, f) < 0)
		return -1;
	return node_verify_settings(node, true, f);
}

static enum attempt try_join(struct node *node, struct fault *f)
{
	const struct plan_shared *shared = &node->plan->shared;
	const struct plan_group *first = &shared->groups[0];
	struct stat status;
	enum attempt attempt;

	if (mkdir(first->path, MODE_NEW) < 0 && errno != EEXIST) {
		explain_mkdir(first->path, errno, f);
		return ATTEMPT_FAILED;
	}
	attempt = try_lock(shared, &node->shared_fds[0], f);
	if (attempt != ATTEMPT_DONE)
		return attempt;
	if (fstat(node->shared_fds[0], &status) < 0 || status.st_uid != geteuid()) {
		fault_set(f, EPERM, "cannot use group '%s': '%s' belongs to uid %u", shared->name,
			first->path, (unsigned)status.st_uid);
		return ATTEMPT_FAILED;
	}
	if (is_used(node->plan, node->shared_fds[0]))
		return open_groups(node, false, f) < 0 || node_compare_shared(node, f) < 0
			       ? ATTEMPT_FAILED
			       : ATTEMPT_DONE;
	if (!(status.st_mode & S_ISVTX))
		return set_budget(node, f) < 0 ? ATTEMPT_FAILED : ATTEMPT_DONE;
	/* Left behind: its limits and its counters are not ours. */
	if (remove_groups(shared, node->deadline_ms, f) < 0)
		return ATTEMPT_FAILED;
	close_fd(&node->shared_fds[0]);
	return ATTEMPT_AGAIN;
}

int shared_join(struct node *node, struct fault *f)
{
	uint64_t deadline_us = monotonic_us() + LOCK_DEADLINE_MS * UINT64_C(1000);
	struct timespec pause = { .tv_nsec = 500000 };
	const struct plan *plan = node->plan;
	enum attempt attempt;

	if (!plan->shared.group_count || node->lost_groups[0])
		return 0;
	for (unsigned i = 0; i < plan->enable_count; i++)
		if (node_enable(node, &plan->enables[i], f) < 0)
			return -1;
	do
		attempt = try_join(node, f);
	while (attempt == ATTEMPT_AGAIN && pause_until(deadline_us, &pause));
	if (attempt == ATTEMPT_DONE)
		return 0;
	if (attempt == ATTEMPT_FAILED)
		return -1;
	fault_set(f, EBUSY, "cannot use group '%s': another limit holds it", plan->shared.name);
	return fault_hint(f, "limit --list");
}

void shared_unlock(struct node *node)
{
	if (node->shared_fds[0] >= 0)
		flock(node->shared_fds[0], LOCK_UN);
}

int shared_leave(const struct plan *plan, unsigned deadline_ms, struct fault *f)
{
	uint64_t deadline_us = monotonic_us() + LOCK_DEADLINE_MS * UINT64_C(1000);
	const struct plan_shared *shared = &plan->shared;
	struct timespec pause = { .tv_nsec = 500000 };
	_cleanup_close_ int fd = -1;
	enum attempt attempt;

	if (!shared->group_count)
		return 0;
	do {
		if (!file_exists_at(AT_FDCWD, shared->groups[0].path))
			return 0;
		attempt = try_lock(shared, &fd, f);
	} while (attempt == ATTEMPT_AGAIN && pause_until(deadline_us, &pause));
	if (attempt == ATTEMPT_AGAIN)
		return fault_set(f, EBUSY, "cannot leave group '%s': another limit holds it",
			shared->name);
	if (attempt == ATTEMPT_FAILED)
		return -1;
	return is_used(plan, fd) ? 0 : remove_groups(shared, deadline_ms, f);
}
