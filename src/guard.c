/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "guard.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/wait.h>

#include "descriptors.h"
#include "nodes.h"
#include "shared.h"

/* Each may take as long as killing and removing a node may take. */
#define CLEAN_UP_ROUNDS 3

#define SWEEP_AFTER_MS 20

void guard_init(struct guard *guard)
{
	*guard = (struct guard){ .life_fd = -1 };
}

/* Returns when nobody holds the other end of the pipe any more. Every signal is blocked. */
static void await_end_of(int life_fd)
{
	char byte;
	ssize_t got;

	do
		got = read(life_fd, &byte, 1);
	while (got < 0 && errno == EINTR);
	/* Not to know is no reason to kill anybody: limit will start another guard. */
	if (got != 0)
		_exit(1);
}

/*
 * Nodes beside ours whose limit and guard were both killed. Not in a short run, which is to be over
 * by then, and not while limit waits for anything: it costs nobody's time.
 */
static void sweep(const struct node *node, int life_fd)
{
	struct pollfd life = { .fd = life_fd };

	if (poll(&life, 1, SWEEP_AFTER_MS) == 0)
		nodes_sweep(node->plan, false);
}

/* The node may be half made or half removed. */
static void clean_up(const struct node *node)
{
	for (unsigned round = 0; round < CLEAN_UP_ROUNDS; round++) {
		struct node mine;
		struct fault f;

		node_open_again(&mine, node->plan, node->created);
		node_kill(&mine, &f);
		if (node_destroy(&mine, &f) == 0 &&
			shared_leave(node->plan, node->deadline_ms, &f) == 0)
			return;
	}
}

static void run_guard(const struct node *node, int life_fd)
{
	prctl(PR_SET_NAME, "limit-guard");
	setsid();
	descriptors_close_all_but(life_fd);
	/* The caller's directory can be unmounted while the guard lives. */
	if (chdir("/") < 0)
		_exit(1);
	sweep(node, life_fd);
	await_end_of(life_fd);
	clean_up(node);
	_exit(0);
}

int guard_start(struct guard *guard, const struct node *node, struct fault *f)
{
	int ends[2];
	pid_t pid;

	if (pipe2(ends, O_CLOEXEC) < 0)
		return fault_set(f, errno, "cannot make a pipe for the guard");
	pid = fork();
	if (pid == 0)
		run_guard(node, ends[0]);
	close(ends[0]);
	if (pid < 0) {
		fault_set(f, errno, "cannot start the guard, which cleans up if limit is killed");
		if (f->err == EAGAIN)
			fault_hint(f, "raise pids.max of the groups above, or 'ulimit -u'");
		close(ends[1]);
		return -1;
	}
	guard->pid = pid;
	guard->life_fd = ends[1];
	guard->starts++;
	return 0;
}

bool guard_take(struct guard *guard, const siginfo_t *info, const struct node *node,
	struct warnings *warnings)
{
	struct fault f;

	if (guard->pid == 0 || info->si_pid != guard->pid)
		return false;
	if (info->si_code == CLD_STOPPED) {
		kill(guard->pid, SIGCONT);
		return true;
	}
	if (info->si_code == CLD_CONTINUED)
		return true;
	guard->pid = 0;
	close_fd(&guard->life_fd);
	if (guard->starts == GUARD_STARTS_MAX)
		warnings_add(warnings,
			"cannot keep a guard: it was killed %u times; if limit is killed too, COMMAND goes on",
			guard->starts);
	else if (guard_start(guard, node, &f) < 0)
		warnings_add_fault(warnings, &f);
	return true;
}

void guard_let_go(struct guard *guard)
{
	guard->pid = 0;
	close_fd(&guard->life_fd);
}

void guard_end(struct guard *guard)
{
	if (guard->pid > 0)
		kill(guard->pid, SIGKILL);
	close_fd(&guard->life_fd);
}

void guard_reap(struct guard *guard)
{
	if (guard->pid > 0)
		while (waitpid(guard->pid, NULL, 0) < 0 && errno == EINTR)
			;
	guard->pid = 0;
}
