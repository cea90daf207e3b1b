/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "monotonic.h"
#include "oom_watch.h"

enum phase {
	PHASE_RUNNING,
	PHASE_GRACE, /* the first signal was sent */
	PHASE_KILLED,
};

/* What the loop knows. */
struct watch {
	const struct child *child;
	struct guard *guard;
	const struct node *node;
	const struct spec *spec;
	struct outcome *outcome;
	struct warnings *warnings;
	enum phase phase;
	bool ended;
	uint64_t deadline_us; /* UINT64_MAX: none */
};

/* COMMAND alone: it is all we know of where there is no node. */
static void signal_command(const struct watch *watch, int signal)
{
	if (!watch->ended)
		kill(watch->child->pid, signal);
}

/* Everybody in the tree. */
static void signal_tree(const struct watch *watch, int signal)
{
	if (node_exists(watch->node))
		node_signal(watch->node, signal);
	else
		signal_command(watch, signal);
}

static void end_tree(struct watch *watch)
{
	struct fault f;

	watch->phase = PHASE_KILLED;
	watch->deadline_us = UINT64_MAX;
	if (!node_exists(watch->node))
		signal_command(watch, SIGKILL);
	else if (node_kill(watch->node, &f) < 0)
		warnings_add_fault(watch->warnings, &f);
}

/*
 * COMMAND stopped by its terminal: stop too, so that the shell sees its job stop. A SIGSTOP is not
 * mirrored: nobody would wake us when the time is up.
 */
static void mirror_stop(const struct watch *watch, int signal)
{
	if (signal != SIGTSTP && signal != SIGTTIN && signal != SIGTTOU)
		return;
	kill(getpid(), SIGSTOP);
	kill(watch->child->pid, SIGCONT);
}

static void note_end(struct watch *watch, const siginfo_t *info)
{
	watch->ended = true;
	watch->outcome->signaled = info->si_code != CLD_EXITED;
	watch->outcome->code = info->si_status;
	watch->outcome->wall_us = monotonic_us() - watch->child->started_at_us;
}

/* The next child that has ended or stopped; false: none. Looks at COMMAND before it is gone. */
static bool reap_one(struct watch *watch, siginfo_t *info)
{
	const int events = WEXITED | WSTOPPED | WNOHANG;

	*info = (siginfo_t){ 0 };
	if (waitid(P_ALL, 0, info, events | WNOWAIT) < 0 || info->si_pid == 0)
		return false;
	if (info->si_pid == watch->child->pid && info->si_code == CLD_KILLED)
		watch->outcome->never_ran = spawn_was_in_vain(watch->child);
	return waitid(P_PID, (id_t)info->si_pid, info, events) == 0;
}

/* Take every child that has ended or stopped: COMMAND, and orphans of its that came to us. */
static void reap(struct watch *watch)
{
	siginfo_t info;

	while (reap_one(watch, &info)) {
		if (guard_take(watch->guard, &info, watch->node, watch->warnings) ||
			info.si_pid != watch->child->pid)
			continue;
		if (info.si_code == CLD_STOPPED)
			mirror_stop(watch, info.si_status);
		else
			note_end(watch, &info);
	}
}

/*
 * What a process sent to limit was meant for COMMAND. What the terminal sent (si_code above 0)
 * COMMAND has had already: it is in the same process group.
 */
static void forward_signal(const struct watch *watch, const struct signalfd_siginfo *info)
{
	if (info->ssi_signo == SIGCHLD || watch->ended)
		return;
	if (info->ssi_code <= 0 || info->ssi_signo == SIGCONT)
		kill(watch->child->pid, (int)info->ssi_signo);
}

static void read_signals(const struct watch *watch, int signal_fd)
{
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == sizeof(info))
		forward_signal(watch, &info);
}

/* The time is up: first the signal of --signal and a chance to end well, then SIGKILL. */
static void on_deadline(struct watch *watch)
{
	watch->outcome->timed_out = true;
	watch->outcome->killed_after_grace = watch->phase == PHASE_GRACE;
	if (watch->phase == PHASE_GRACE || watch->spec->signal == SIGKILL ||
		watch->spec->grace_us.value == 0) {
		end_tree(watch);
		return;
	}
	watch->phase = PHASE_GRACE;
	watch->deadline_us = monotonic_us() + watch->spec->grace_us.value;
	signal_tree(watch, watch->spec->signal);
	/* A stopped process would sleep through it. */
	signal_tree(watch, SIGCONT);
}

static int poll_timeout_ms(uint64_t deadline_us)
{
	uint64_t now_us = monotonic_us();
	uint64_t left_ms;

	if (deadline_us == UINT64_MAX)
		return -1;
	if (deadline_us <= now_us)
		return 0;
	left_ms = (deadline_us - now_us + 999) / 1000;
	return left_ms < 3600000 ? (int)left_ms : 3600000;
}

static void loop(struct watch *watch, int signal_fd, const struct oom_watch *oom)
{
	struct pollfd fds[] = {
		{ .fd = signal_fd, .events = POLLIN },
		{ .fd = watch->child->pidfd, .events = POLLIN },
		{ .fd = oom->fd, .events = oom->events },
	};

	for (reap(watch); !watch->ended; reap(watch)) {
		if (poll(fds, ARRAY_SIZE(fds), poll_timeout_ms(watch->deadline_us)) < 0) {
			if (errno != EINTR)
				warnings_add(watch->warnings, "cannot poll: %s", strerror(errno));
			continue;
		}
		read_signals(watch, signal_fd);
		if (oom_watch_fired(oom, fds[2].revents)) {
			fds[2].fd = -1;
			watch->outcome->oom_killed_by_us = true;
			end_tree(watch);
		}
		reap(watch);
		if (!watch->ended && monotonic_us() >= watch->deadline_us)
			on_deadline(watch);
	}
}

/* COMMAND has ended: whatever else is in the node ends with it. */
static void end_leftovers(struct watch *watch)
{
	if (!node_populated(watch->node))
		return;
	if (!watch->outcome->timed_out && !watch->outcome->oom_killed_by_us)
		node_list(watch->node, &watch->outcome->leftovers);
	end_tree(watch);
	reap(watch);
}

void supervise(struct outcome *outcome, const struct child *child, struct guard *guard,
	const struct node *node, const struct spec *spec, struct warnings *warnings)
{
	struct watch watch = {
		.child = child,
		.guard = guard,
		.node = node,
		.spec = spec,
		.outcome = outcome,
		.warnings = warnings,
		.deadline_us = UINT64_MAX,
	};
	struct oom_watch oom;
	struct fault f;
	sigset_t all;
	int signal_fd;

	sigfillset(&all);
	signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (signal_fd < 0)
		warnings_add(warnings, "cannot watch for signals: %s", strerror(errno));
	if (oom_watch_open(&oom, node, &f) < 0)
		warnings_add_fault(warnings, &f);
	if (spec->time_us.kind == QUANTITY_NUMBER)
		watch.deadline_us = child->started_at_us + spec->time_us.value;
	loop(&watch, signal_fd, &oom);
	oom_watch_close(&oom);
	close_fd(&signal_fd);
	end_leftovers(&watch);
}
