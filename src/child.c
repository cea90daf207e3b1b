/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "child.h"

#include <errno.h>
#include <limits.h>
#include <linux/sched.h>
#include <poll.h>
#include <sched.h>
#include <signal.h>
#include <sys/stat.h>
#include <sys/syscall.h>

#include "clone.h"
#include "confine.h"
#include "credentials.h"
#include "exit_status.h"
#include "init.h"
#include "join.h"
#include "namespaces.h"
#include "process_limits.h"

/* If the parent is gone there is nobody to tell. */
static void tell(const struct child_work *work, enum child_stage stage, unsigned detail,
	unsigned more)
{
	struct child_message message = { stage, errno, detail, more };

	if (write(work->report_fds[1], &message, sizeof(message)) < 0)
		_exit(EXIT_LIMIT_FAILED);
}

static void fail(const struct child_work *work, enum child_stage stage, unsigned detail)
{
	tell(work, stage, detail, 0);
	_exit(EXIT_LIMIT_FAILED);
}

/* With --best-effort each that fails is told, and the rest is set. */
static void set_limits(const struct child_work *work, unsigned step, unsigned end)
{
	for (; process_limits_apply(work->spec, &step, end) < 0; step++) {
		if (!work->plan->best_effort)
			fail(work, STAGE_LIMITS, step);
		tell(work, STAGE_LIMITS, step, 0);
	}
}

/*
 * A guard may have found the node empty and be removing it, if limit died before the child had moved
 * itself. Once the child is in, a guard sees it: so look after that. Nobody reads: POLLERR.
 */
static bool parent_is_gone(const struct child_work *work)
{
	struct pollfd report = { .fd = work->report_fds[1] };

	close(work->report_fds[0]);
	return poll(&report, 1, 0) > 0;
}

/* Until limit has done its part. It ends with limit. */
static void await_go(const struct child_work *work)
{
	char byte;
	ssize_t got;

	do
		got = read(work->go_fds[0], &byte, 1);
	while (got < 0 && errno == EINTR);
	if (got != 1)
		_exit(EXIT_LIMIT_FAILED);
}

/* The namespaces that clone3() has not made, and if limit has to do something for them, that. */
static void make_namespaces(const struct child_work *work)
{
	if (work->unshare && unshare((int)work->unshare) < 0)
		fail(work, STAGE_UNSHARE, 0);
	if (work->go_fds[0] < 0)
		return;
	/* Ours is the only copy then: its end is limit's end. */
	close(work->go_fds[1]);
	tell(work, STAGE_WAITS, 0, 0);
	await_go(work);
}

static void enter_groups(const struct child_work *work)
{
	for (unsigned i = 0; i < work->enter_count; i++)
		if (write(work->enter_fds[i], "0", 1) != 1)
			fail(work, STAGE_ENTER, 0);
	if (work->procs_fd >= 0 && write(work->procs_fd, "0", 1) != 1)
		fail(work, STAGE_ENTER, 0);
	if (parent_is_gone(work))
		_exit(EXIT_LIMIT_FAILED);
}

static void set_up_namespaces(const struct child_work *work)
{
	struct child_message at = { .stage = STAGE_NAMESPACES };

	if (namespaces_set_up(work->spec, work->plan->namespaces, &at.detail, &at.more) == 0)
		return;
	tell(work, STAGE_NAMESPACES, at.detail, at.more);
	_exit(EXIT_LIMIT_FAILED);
}

static void join(const struct child_work *work, uint64_t set)
{
	if (set && join_namespaces(set, work->spec->namespaces.join_pid, work->join_fd) < 0)
		fail(work, STAGE_JOIN, 0);
}

/* What could not be done before it was in its groups. */
static void settle_in(const struct child_work *work)
{
	join(work, work->plan->join->set & NAMESPACE_CGROUP);
	if (join_become(work->plan->join) < 0)
		fail(work, STAGE_JOIN, 1);
}

static void drop_privileges(const struct child_work *work)
{
	unsigned step = 0;

	if (credentials_apply(work->spec, work->plan->user, &step) < 0)
		fail(work, STAGE_CREDENTIALS, step);
}

static bool is_there(const char *dir, int dir_length, const char *name)
{
	char path[PATH_MAX];
	struct stat status;
	int length = snprintf(path, sizeof(path), "%.*s/%s", dir_length, dir, name);

	return length > 0 && (size_t)length < sizeof(path) && stat(path, &status) == 0;
}

/*
 * Does the command's name lead to a file? execvp() says EACCES also when a directory of PATH may
 * not be searched, and ENOENT also when a script's interpreter is missing. Asked where it was looked for.
 */
static bool command_exists(const char *name)
{
	const char *path = getenv("PATH");
	struct stat status;

	if (strchr(name, '/'))
		return stat(name, &status) == 0;
	for (const char *dir = path ? path : "/bin:/usr/bin"; *name && dir;) {
		const char *colon = strchr(dir, ':');
		int length = colon ? (int)(colon - dir) : (int)strlen(dir);

		if (is_there(length ? dir : ".", length ? length : 1, name))
			return true;
		dir = colon ? colon + 1 : NULL;
	}
	return false;
}

static void execute(const struct child_work *work)
{
	const char *name = work->spec->command[0];
	int err;

	/* It searches the caller's PATH, not the new one's. */
	execvpe(name, work->spec->command, work->environment);
	err = errno;
	/* From here on nothing is COMMAND's any more. */
	unsigned exists = command_exists(name) ? 1 : 0;

	errno = err;
	fail(work, STAGE_EXEC, exists);
}

/* From its control groups on: the same for every way to get there. */
static void become_command(const struct child_work *work)
{
	if (confine_self(&work->plan->cpus, &work->plan->mems, &work->inherited->affinity) < 0) {
		if (!work->plan->best_effort)
			fail(work, STAGE_CPUSET, 0);
		tell(work, STAGE_CPUSET, 0, 0);
	}
	/* This one is a file of the /proc that is here now. */
	set_limits(work, PROCESS_LIMIT_OOM_SCORE_ADJ, PROCESS_LIMIT_NICE);
	if (work->plan->namespaces || work->spec->network.enter)
		set_up_namespaces(work);
	if (work->plan->join)
		settle_in(work);
	if (sigaction(SIGCHLD, &work->inherited->sigchld, NULL) < 0 ||
		sigprocmask(SIG_SETMASK, &work->inherited->mask, NULL) < 0)
		fail(work, STAGE_SIGNALS, 0);
	if (work->inherited->nofile_raised &&
		setrlimit(RLIMIT_NOFILE, &work->inherited->nofile) < 0)
		fail(work, STAGE_SIGNALS, 0);
	/* Late, so that none of them stands in our own way; but raising one is for root. */
	set_limits(work, PROCESS_LIMIT_NICE, UINT_MAX);
	if (credentials_asked(work->spec))
		drop_privileges(work);
	/* As whom it will run: what may not be entered is not. */
	if (work->spec->directory && chdir(work->spec->directory) < 0)
		fail(work, STAGE_CHDIR, 0);
	execute(work);
}

void child_run(const struct child_work *work)
{
	enter_groups(work);
	make_namespaces(work);
	become_command(work);
	_exit(EXIT_LIMIT_FAILED);
}

/* In the new pid namespace; limit must know it before it does anything. */
static void run_ushered(const struct child_work *work)
{
	await_go(work);
	enter_groups(work);
	become_command(work);
	_exit(EXIT_LIMIT_FAILED);
}

/* A child of limit's, too. Where clone3() is not to be had it moves itself. */
static pid_t make_command(const struct child_work *work, pid_t init)
{
	struct child_work ushered = *work;
	pid_t pid;

	ushered.procs_fd = -1;
	pid = clone_process(CLONE_PARENT, work->place_fd, NULL);
	if (pid < 0 && clone_is_missing(errno)) {
		ushered.procs_fd = work->procs_fd;
		pid = clone_process_old(CLONE_PARENT);
	}
	if (pid == 0)
		run_ushered(&ushered);
	if (pid < 0) {
		tell(work, STAGE_CLONE, 0, (unsigned)init);
		_exit(EXIT_LIMIT_FAILED);
	}
	return pid;
}

void child_usher(const struct child_work *work)
{
	pid_t init = 0;
	pid_t pid;

	/* Init must see its other end close when limit ends. */
	if (work->init)
		close(work->life_fds[1]);
	make_namespaces(work);
	if (work->plan->join && join_shed_groups(work->plan->join) < 0)
		fail(work, STAGE_JOIN, 1);
	if (work->plan->join)
		join(work, work->plan->join->set & ~NAMESPACE_CGROUP);
	else if (unshare((int)NAMESPACE_PID) < 0)
		fail(work, STAGE_UNSHARE, 0);
	if (work->init)
		init = init_make(work->life_fds[0]);
	if (init < 0)
		fail(work, STAGE_CLONE, 0);
	pid = make_command(work, init);
	tell(work, STAGE_MADE, (unsigned)pid, (unsigned)init);
	_exit(0);
}
