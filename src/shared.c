/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "shared.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/file.h>
#include <sys/stat.h>
#include <time.h>

#include "explain.h"
#include "files.h"
#include "monotonic.h"
#include "node_settings.h"
#include "nodes.h"
#include "owner.h"

/*
 * Others hold the locks while they make or remove a few groups: a hundred at once may take a while, each in
 * turn. So long as runs come and go nobody is stuck with a lock, and the time starts again.
 */
#define JOIN_DEADLINE_MS 10000
#define LEAVE_DEADLINE_MS 2000

/* Who is in one hierarchy and not in another is elsewhere, or just about to leave. */
#define ELSEWHERE_MS 2000

#define MODE_NEW 0711
#define MODE_SET (MODE_NEW | S_ISVTX)

enum attempt {
	ATTEMPT_DONE,
	ATTEMPT_AGAIN,
	ATTEMPT_ELSEWHERE, /* again, but not for long */
	ATTEMPT_FAILED,
};

/* What is there in each hierarchy, locked. */
struct hold {
	const struct plan_shared *shared;
	int fds[PLAN_GROUPS_MAX];   /* -1: there is none, or it is let go */
	bool made[PLAN_GROUPS_MAX]; /* just now */
	/* A node is in it, dead or alive; of what is entered, a process. */
	bool used[PLAN_GROUPS_MAX];
	bool set[PLAN_GROUPS_MAX]; /* a budget was, or half of it */
	unsigned used_count;
	unsigned counted; /* how many can be used */
};

static void hold_init(struct hold *hold, const struct plan_shared *shared)
{
	*hold = (struct hold){ .shared = shared };
	for (unsigned i = 0; i < PLAN_GROUPS_MAX; i++)
		hold->fds[i] = -1;
}

/* Let go of all. What was just made for nothing is removed, unless somebody else has come. */
static void hold_release(struct hold *hold)
{
	for (unsigned i = hold->shared->group_count; i-- > 0;) {
		if (hold->fds[i] >= 0 && hold->made[i])
			rmdir(hold->shared->groups[i].path);
		close_fd(&hold->fds[i]);
	}
}

/* For the locks: so long as runs come and go. */
struct wait {
	const struct plan_shared *shared;
	uint64_t patience_us;
	uint64_t deadline_us;
	uint64_t state; /* of all groups, as it was last seen */
	struct timespec pause;
};

static struct wait wait_of(const struct plan_shared *shared, unsigned patience_ms)
{
	uint64_t patience_us = patience_ms * UINT64_C(1000);

	return (struct wait){
		.shared = shared,
		.patience_us = patience_us,
		.deadline_us = monotonic_us() + patience_us,
		.pause.tv_nsec = 500000,
	};
}

/*
 * A number that is another one once a group was made, removed, or has more or fewer groups in it: a directory
 * of cgroupfs has a link for each.
 */
static uint64_t state_of(const struct plan_shared *shared)
{
	uint64_t state = 0;

	for (unsigned i = 0; i < shared->group_count; i++) {
		struct stat status = { 0 };

		stat(shared->groups[i].path, &status); /* all 0: it is not there */
		state = (state * 31 + status.st_ino) * 31 + status.st_nlink;
	}
	return state;
}

/*
 * Ever longer, until the deadline; false: that has passed. No lock is held, so that signals may come in which
 * are not in mask; NULL: none.
 */
static bool pause_until(uint64_t deadline_us, struct timespec *pause, const sigset_t *mask)
{
	if (monotonic_us() >= deadline_us)
		return false;
	ppoll(NULL, 0, pause, mask);
	if (pause->tv_nsec < 10000000)
		pause->tv_nsec *= 2;
	return true;
}

static bool wait_on(struct wait *wait, const sigset_t *mask)
{
	uint64_t state = state_of(wait->shared);

	if (state != wait->state)
		wait->deadline_us = monotonic_us() + wait->patience_us;
	wait->state = state;
	return pause_until(wait->deadline_us, &wait->pause, mask);
}

/* What is opened may have been removed, and made anew, before it was locked. */
static bool is_at(int fd, const char *path)
{
	struct stat opened, there;

	return fstat(fd, &opened) == 0 && stat(path, &there) == 0 &&
	       opened.st_ino == there.st_ino && opened.st_dev == there.st_dev;
}

static enum attempt refuse(const struct plan_shared *shared, int err, const char *what,
	const char *path, struct fault *f)
{
	fault_set(f, err, "cannot use group '%s': %s '%s'", shared->name, what, path);
	return ATTEMPT_FAILED;
}

/* One hierarchy; with make it is made if it is not there. */
static enum attempt lock_one(struct hold *hold, unsigned index, bool make, struct fault *f)
{
	const char *path = hold->shared->groups[index].path;
	struct stat status;

	if (make && mkdir(path, MODE_NEW) == 0) {
		hold->made[index] = true;
	} else if (make && errno != EEXIST) {
		explain_mkdir(path, errno, f);
		return ATTEMPT_FAILED;
	}
	hold->fds[index] = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (hold->fds[index] < 0 && errno == ENOENT)
		return make ? ATTEMPT_AGAIN : ATTEMPT_DONE;
	if (hold->fds[index] < 0) {
		refuse(hold->shared, errno, "cannot open", path, f);
		if (hold->made[index])
			rmdir(path);
		return ATTEMPT_FAILED;
	}
	if (fstat(hold->fds[index], &status) < 0 || status.st_uid != geteuid())
		return refuse(hold->shared, EPERM, "another user has made", path, f);
	/* The mark counts as it is under the lock. */
	if (flock(hold->fds[index], LOCK_EX | LOCK_NB) < 0 || !is_at(hold->fds[index], path) ||
		fstat(hold->fds[index], &status) < 0) {
		hold->made[index] = false;
		return ATTEMPT_AGAIN;
	}
	hold->set[index] = status.st_mode & S_ISVTX;
	return ATTEMPT_DONE;
}

/* All of them, in the same order for everybody, or none. */
static enum attempt lock_all(struct hold *hold, bool make, struct fault *f)
{
	enum attempt attempt = ATTEMPT_DONE;

	for (unsigned i = 0; i < hold->shared->group_count && attempt == ATTEMPT_DONE; i++)
		attempt = lock_one(hold, i, make, f);
	if (attempt != ATTEMPT_DONE)
		hold_release(hold);
	return attempt;
}

int shared_count_nodes(int group_fd)
{
	DIR *dir = directory_open_at(group_fd, ".");
	const struct dirent *entry;
	struct owner owner;
	int count = 0;

	if (!dir)
		return -1;
	errno = 0;
	while ((entry = readdir(dir)))
		count += entry->d_type == DT_DIR && owner_parse_name(entry->d_name, &owner);
	if (errno)
		count = -1;
	closedir(dir);
	return count;
}

static bool has_tasks(int group_fd)
{
	char text[64];

	return file_read_at(group_fd, "tasks", text, sizeof(text)) != 0;
}

/* Not to know is to take it for used: what follows from the other answer cannot be undone. */
static void look(struct hold *hold)
{
	for (unsigned i = 0; i < hold->shared->group_count; i++) {
		if (hold->fds[i] < 0)
			continue;
		if (hold->shared->groups[i].entered) {
			hold->used[i] = has_tasks(hold->fds[i]);
			continue;
		}
		hold->used[i] = shared_count_nodes(hold->fds[i]) != 0;
		hold->used_count += hold->used[i];
		hold->counted++;
	}
}

/*
 * Is the group in use by somebody who is in another place in one hierarchy? Of what is entered the mark
 * tells: COMMAND may not be in it yet, or no more.
 */
static bool is_mixed(const struct hold *hold)
{
	bool mixed = hold->used_count && hold->used_count < hold->counted;

	for (unsigned i = 0; i < hold->shared->group_count; i++)
		if (hold->shared->groups[i].entered)
			mixed |= hold->used_count ? !hold->set[i] : hold->used[i];
	return mixed;
}

/*
 * Nobody is in any of them. Never with force: EBUSY is somebody, whoever it may be. What COMMAND made in one
 * that it was in itself goes, too.
 */
static int remove_groups(struct hold *hold, unsigned deadline_ms, struct fault *f)
{
	uint64_t deadline_us = monotonic_us() + deadline_ms * UINT64_C(1000);
	struct timespec pause = { .tv_nsec = 100000 };

	/* The first is the last to go: others wait for its lock. */
	for (unsigned i = hold->shared->group_count; i-- > 0;) {
		const char *path = hold->shared->groups[i].path;

		while (hold->fds[i] >= 0 && node_remove_empty(path) < 0)
			if (errno != EBUSY || !pause_until(deadline_us, &pause, NULL))
				return fault_set(f, errno, "cannot remove control group '%s'",
					path);
		hold->made[i] = false;
	}
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

static int enter(struct node *node, unsigned index, struct fault *f)
{
	int *enter_fd = &node->enter_fds[node->enter_count];

	*enter_fd = openat(node->shared_fds[index], "tasks", O_WRONLY | O_CLOEXEC);
	if (*enter_fd < 0)
		return fault_set(f, errno, "cannot open '%s/tasks'",
			node->plan->shared.groups[index].path);
	node->enter_count++;
	return 0;
}

/* The node takes over what is held, with the locks. */
static int take_over(struct node *node, struct hold *hold, struct fault *f)
{
	for (unsigned i = 0; i < hold->shared->group_count; i++) {
		node->shared_fds[i] = steal_fd(&hold->fds[i]);
		if (hold->shared->groups[i].entered && enter(node, i, f) < 0)
			return -1;
	}
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
	const struct plan_shared *shared = &node->plan->shared;

	if (!has_budget(node->plan)) {
		fault_set(f, 0,
			"cannot make group '%s': it is new, and no limit is given that its "
			"members would share",
			shared->name);
		return fault_hint(f, "limit --group %s --mem 500M -- COMMAND", shared->name);
	}
	for (unsigned i = 0; i < shared->group_count; i++) {
		if (fchmod(node->shared_fds[i], MODE_SET) < 0)
			return fault_set(f, errno, "cannot mark '%s'", shared->groups[i].path);
		if (!shared->groups[i].v2 &&
			set_up_v1(node->shared_fds[i], &shared->groups[i], f) < 0)
			return -1;
	}
	if (node_write_settings(node, true, f) < 0)
		return -1;
	return node_verify_settings(node, true, f);
}

/* In one hierarchy the nodes of the group are where ours would be, in another they are not. */
static enum attempt say_elsewhere(const struct hold *hold, struct fault *f)
{
	unsigned i = 0;

	while (i + 1 < hold->shared->group_count &&
		(hold->shared->groups[i].entered ? hold->set[i] : hold->used[i]))
		i++;
	fault_set(f, 0,
		"cannot join group '%s': it is in another place than the caller, it has no runs in '%s'",
		hold->shared->name, hold->shared->groups[i].path);
	fault_hint(f, "another name, or from where the others were started");
	return ATTEMPT_ELSEWHERE;
}

static int join(struct node *node, struct hold *hold, struct fault *f)
{
	int result = take_over(node, hold, f);

	if (result == 0 && !hold->used_count)
		result = set_budget(node, f);
	else if (result == 0)
		result = node_compare_shared(node, f);
	if (result == 0 && hold->shared->enable.path)
		result = node_enable(node, &hold->shared->enable, f);
	return result;
}

static enum attempt try_join(struct node *node, struct fault *f)
{
	struct hold hold;
	enum attempt attempt;
	bool was_set = false;

	hold_init(&hold, &node->plan->shared);
	attempt = lock_all(&hold, true, f);
	if (attempt != ATTEMPT_DONE)
		return attempt;
	look(&hold);
	for (unsigned i = 0; i < hold.shared->group_count; i++)
		was_set |= hold.set[i];
	if (is_mixed(&hold))
		attempt = say_elsewhere(&hold, f);
	else if (hold.used_count || !was_set)
		attempt = join(node, &hold, f) < 0 ? ATTEMPT_FAILED : ATTEMPT_DONE;
	else
		/* Left behind: its limits and its counters are not ours. */
		attempt = remove_groups(&hold, node->deadline_ms, f) < 0 ? ATTEMPT_FAILED
									 : ATTEMPT_AGAIN;
	hold_release(&hold);
	return attempt;
}

int shared_join(struct node *node, const sigset_t *mask, struct fault *f)
{
	const struct plan *plan = node->plan;
	struct wait wait = wait_of(&plan->shared, JOIN_DEADLINE_MS);
	uint64_t elsewhere_until_us = 0;
	enum attempt attempt;

	for (unsigned i = 0; i < plan->enable_count; i++)
		if (node_enable(node, &plan->enables[i], f) < 0)
			return -1;
	/* Before any lock: it may have to wait for who is killed. */
	nodes_sweep(plan, true);
	do {
		attempt = try_join(node, f);
		if (attempt == ATTEMPT_ELSEWHERE && !elsewhere_until_us)
			elsewhere_until_us = monotonic_us() + ELSEWHERE_MS * UINT64_C(1000);
		if (attempt == ATTEMPT_ELSEWHERE && monotonic_us() > elsewhere_until_us)
			return -1;
	} while (
		(attempt == ATTEMPT_AGAIN || attempt == ATTEMPT_ELSEWHERE) && wait_on(&wait, mask));
	if (attempt == ATTEMPT_DONE)
		return 0;
	if (attempt != ATTEMPT_AGAIN)
		return -1;
	fault_set(f, EBUSY, "cannot use group '%s': another limit holds its lock",
		plan->shared.name);
	return fault_hint(f, "fuser -v %s: is one of these stopped?", plan->shared.groups[0].path);
}

int shared_unlock(struct node *node, struct fault *f)
{
	const struct plan_shared *shared = &node->plan->shared;
	int result = 0;

	for (unsigned i = 0; i < shared->group_count; i++) {
		if (node->shared_fds[i] < 0)
			continue;
		/* Only by force, against the lock: the limits would be gone with it. */
		if (result == 0 && !is_at(node->shared_fds[i], shared->groups[i].path))
			result =
				fault_set(f, ENOENT, "cannot use group '%s': somebody removed '%s'",
					shared->name, shared->groups[i].path);
		flock(node->shared_fds[i], LOCK_UN);
	}
	return result;
}

int shared_leave(const struct plan *plan, unsigned deadline_ms, struct fault *f)
{
	const struct plan_shared *shared = &plan->shared;
	struct wait wait = wait_of(shared, LEAVE_DEADLINE_MS);
	enum attempt attempt;
	struct hold hold;
	int result = 0;

	if (!shared->group_count)
		return 0;
	hold_init(&hold, shared);
	nodes_sweep(plan, true);
	do
		attempt = lock_all(&hold, false, f);
	while (attempt == ATTEMPT_AGAIN && wait_on(&wait, NULL));
	if (attempt == ATTEMPT_AGAIN) {
		fault_set(f, EBUSY, "cannot leave group '%s': another limit holds its lock",
			shared->name);
		return fault_hint(f, "limit --gc, when that has ended or goes on");
	}
	/* Another user's. */
	if (attempt == ATTEMPT_FAILED)
		return f->err == EPERM || f->err == EACCES ? 0 : -1;
	look(&hold);
	if (!hold.used_count && !is_mixed(&hold))
		result = remove_groups(&hold, deadline_ms, f);
	hold_release(&hold);
	return result;
}
