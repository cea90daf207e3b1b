/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "supervise.h"

#include <errno.h>
#include <poll.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "deadline.h"
#include "escape.h"
#include "forward.h"
#include "monotonic.h"
#include "oom_watch.h"
#include "placement.h"
#include "systemd.h"
#include "wake.h"

/* How often to look at what cannot be waited for. */
#define LOOK_US 50000L

#define MANAGER_WAIT_MS 500

#define FOREVER_US UINT64_MAX

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
	struct forward forward;
	struct deadline *deadline;
	struct live *live;
	struct escape escape;
	struct oom_watch oom;
	enum phase phase;
	int signal_fd;
	bool ended; /* COMMAND was reaped */
	bool cannot_poll;
};

/* COMMAND itself may be outside of the node: see escape.h. */
static void end_tree(struct watch *watch)
{
	struct fault f;

	watch->phase = PHASE_KILLED;
	live_note(watch->live, PLOT_EVENT_KILLED);
	deadline_clear(watch->deadline);
	if (!watch->ended)
		kill(watch->child->pid, SIGKILL);
	init_kill(&watch->child->init);
	if (node_exists(watch->node) && node_kill(watch->node, &f) < 0)
		warnings_add_fault(watch->warnings, &f);
}

static void signal_tree(const struct watch *watch, int number)
{
	char where[PATH_MAX];

	if (node_exists(watch->node))
		node_signal(watch->node, number);
	if (!watch->ended && placement_of(watch->node, watch->child->pid, false, where,
				     sizeof(where)) != PLACEMENT_INSIDE)
		kill(watch->child->pid, number);
}

static uint64_t wall_us(const struct watch *watch)
{
	return monotonic_us() - watch->child->started_at_us;
}

static void note_end(struct watch *watch, const siginfo_t *info)
{
	watch->ended = true;
	watch->forward.pid = 0;
	watch->outcome->signaled = info->si_code != CLD_EXITED;
	watch->outcome->code = info->si_status;
	watch->outcome->wall_us = wall_us(watch);
}

/*
 * The next child that has ended, stopped or gone on; false: none. Who has ended is looked at first:
 * once reaped it has neither name nor control group any more.
 */
static bool reap_one(struct watch *watch, siginfo_t *info)
{
	const int events = WEXITED | WSTOPPED | WCONTINUED | WNOHANG;
	bool is_command;

	*info = (siginfo_t){ 0 };
	if (waitid(P_ALL, 0, info, events | WNOWAIT) < 0 || info->si_pid == 0)
		return false;
	is_command = !watch->ended && info->si_pid == watch->child->pid;
	if (is_command && info->si_code == CLD_KILLED)
		watch->outcome->never_ran = spawn_was_in_vain(watch->child);
	if (info->si_code != CLD_STOPPED && info->si_code != CLD_CONTINUED &&
		info->si_pid != watch->guard->pid && info->si_pid != watch->child->init.pid &&
		info->si_pid != watch->child->network.pid)
		escape_look(&watch->escape, info->si_pid, is_command);
	return waitid(P_PID, (id_t)info->si_pid, info, events) == 0;
}

/* Take every child that has changed its state: COMMAND, the guard, and orphans that came to us. */
static void reap(struct watch *watch)
{
	siginfo_t info;

	while (reap_one(watch, &info)) {
		if (guard_take(watch->guard, &info, watch->node, watch->warnings) || watch->ended ||
			info.si_pid != watch->child->pid)
			continue;
		if (info.si_code == CLD_STOPPED) {
			live_pause(watch->live);
			forward_stop(&watch->forward, info.si_status);
		} else if (info.si_code == CLD_CONTINUED) {
			forward_continued(&watch->forward);
		} else {
			note_end(watch, &info);
		}
	}
}

static void begin_grace(struct watch *watch)
{
	watch->phase = PHASE_GRACE;
	deadline_start_grace(watch->deadline, watch->spec->grace_us.value);
}

/* The time is up: first the signal of --signal and a chance to end well, then SIGKILL. */
static void on_time_out(struct watch *watch)
{
	if (watch->spec->signal == SIGKILL || watch->spec->grace_us.value == 0) {
		end_tree(watch);
		return;
	}
	begin_grace(watch);
	signal_tree(watch, watch->spec->signal);
	/* A stopped process would sleep through it. */
	signal_tree(watch, SIGCONT);
}

static void check_deadline(struct watch *watch)
{
	switch (deadline_check(watch->deadline)) {
	case EXPIRY_NONE:
		break;
	case EXPIRY_TIME:
		watch->outcome->timed_out = true;
		live_note(watch->live, PLOT_EVENT_TIME);
		on_time_out(watch);
		break;
	case EXPIRY_CPU_TIME:
		watch->outcome->cpu_timed_out = true;
		live_note(watch->live, PLOT_EVENT_TIME);
		on_time_out(watch);
		break;
	case EXPIRY_GRACE:
		watch->outcome->killed_after_grace = true;
		end_tree(watch);
		break;
	}
}

/* Signals have come. After COMMAND's end they are for those it left behind. */
static void on_signals(struct watch *watch)
{
	enum forward_request request = forward_signals(&watch->forward, watch->signal_fd);

	if (watch->forward.unforwarded)
		node_signal(watch->node, watch->forward.unforwarded);
	watch->forward.unforwarded = 0;
	if (watch->forward.usr1_came)
		live_say(watch->live);
	watch->forward.usr1_came = false;
	if (request == FORWARD_NOTHING || watch->phase == PHASE_KILLED)
		return;
	watch->outcome->terminated = true;
	watch->outcome->scope_stopped =
		watch->node->plan->scope && systemd_is_manager(watch->forward.term_from);
	live_note(watch->live, PLOT_EVENT_TERMINATED);
	if (request == FORWARD_KILL || watch->spec->grace_us.value == 0) {
		watch->outcome->killed_after_grace = true;
		end_tree(watch);
	} else if (watch->phase == PHASE_RUNNING) {
		begin_grace(watch);
	}
}

/* If it fails once it may fail for ever: look now and then, at everything. */
static void cannot_poll(struct watch *watch)
{
	const struct timespec pause = { .tv_nsec = LOOK_US * 1000 };

	if (!watch->cannot_poll)
		warnings_add(watch->warnings, "cannot poll: %s", strerror(errno));
	watch->cannot_poll = true;
	nanosleep(&pause, NULL);
}

/* One turn: sleep until something happens, at most most_us, and act on it. */
static void turn(struct watch *watch, int events_fd, uint64_t most_us)
{
	struct pollfd fds[] = {
		{ .fd = watch->signal_fd, .events = POLLIN },
		{ .fd = watch->ended ? -1 : watch->child->pidfd, .events = POLLIN },
		{ .fd = watch->oom.fd, .events = watch->oom.events },
		{ .fd = events_fd, .events = POLLPRI },
	};
	const uint64_t live_us = live_wait_us(watch->live);
	struct timespec timeout;

	if (live_us < most_us)
		most_us = live_us;
	if (watch->signal_fd < 0 && most_us > LOOK_US)
		most_us = LOOK_US;
	if (ppoll(fds, ARRAY_SIZE(fds), deadline_timeout(watch->deadline, most_us, &timeout),
		    NULL) < 0) {
		for (size_t i = 0; i < ARRAY_SIZE(fds); i++)
			fds[i].revents = 0;
		if (errno != EINTR)
			cannot_poll(watch);
	}
	/* First of all: who is killed frees the memory that is looked at. */
	if (oom_watch_fired(&watch->oom, fds[2].revents) && !watch->outcome->oom_killed_by_us) {
		watch->outcome->oom_killed_by_us = true;
		/* The kernel does not count a victim that we were faster to kill. */
		live_note(watch->live, PLOT_EVENT_OOM);
		end_tree(watch);
	}
	on_signals(watch);
	reap(watch);
	check_deadline(watch);
	live_turn(watch->live, watch->warnings);
}

static bool is_over(const struct watch *watch)
{
	return watch->outcome->timed_out || watch->outcome->cpu_timed_out ||
	       watch->outcome->oom_killed_by_us || watch->phase != PHASE_RUNNING;
}

/* Until the last of them has ended, or a limit or SIGTERM ends them. */
static void wait_for_leftovers(struct watch *watch)
{
	_cleanup_close_ int events_fd = node_open_events(watch->node);

	watch->outcome->leftovers_end = LEFTOVERS_WAITED;
	while (events_fd >= 0 ? node_events_populated(events_fd) : node_populated(watch->node)) {
		if (watch->phase == PHASE_KILLED)
			break;
		turn(watch, events_fd, events_fd >= 0 ? FOREVER_US : LOOK_US);
	}
	if (watch->phase != PHASE_RUNNING)
		watch->outcome->leftovers_end = LEFTOVERS_KILLED;
	watch->outcome->wall_us = wall_us(watch);
}

/* COMMAND has ended: what becomes of whatever else is in the node. */
static void settle_leftovers(struct watch *watch)
{
	struct outcome *outcome = watch->outcome;

	if (!node_populated(watch->node))
		return;
	if (!is_over(watch) || outcome->terminated)
		node_list(watch->node, &outcome->leftovers);
	if (!is_over(watch) && watch->spec->leftovers == SPEC_LEFTOVERS_LEAVE) {
		outcome->leftovers_end = LEFTOVERS_LEFT;
		return;
	}
	if (!is_over(watch) && watch->spec->leftovers == SPEC_LEFTOVERS_WAIT)
		wait_for_leftovers(watch);
	if (node_populated(watch->node))
		end_tree(watch);
}

/*
 * A manager that stops the scope signals one process after the other: COMMAND may have died of it
 * before limit's own SIGTERM is there.
 */
static void await_manager(struct watch *watch)
{
	struct pollfd signals = { .fd = watch->signal_fd, .events = POLLIN };

	if (watch->node->plan->scope && watch->phase == PHASE_RUNNING && watch->outcome->signaled &&
		watch->outcome->code == SIGTERM && poll(&signals, 1, MANAGER_WAIT_MS) > 0)
		on_signals(watch);
}

static void open_watches(struct watch *watch)
{
	struct fault f;
	sigset_t all;

	sigfillset(&all);
	watch->signal_fd = signalfd(-1, &all, SFD_CLOEXEC | SFD_NONBLOCK);
	if (watch->signal_fd < 0)
		warnings_add(watch->warnings, "cannot watch for signals: %s", strerror(errno));
	if (oom_watch_open(&watch->oom, watch->node, &f) < 0)
		warnings_add_fault(watch->warnings, &f);
	forward_init(&watch->forward, watch->node, watch->child->pid);
	watch->forward.keep_usr1 = watch->live && watch->spec->progress == SPEC_PROGRESS_SIGNAL;
}

void supervise(struct outcome *outcome, struct child *child, struct guard *guard,
	struct deadline *deadline, struct live *live, const struct node *node,
	const struct spec *spec, struct warnings *warnings)
{
	struct watch watch = {
		.child = child,
		.guard = guard,
		.deadline = deadline,
		.live = live,
		.node = node,
		.spec = spec,
		.outcome = outcome,
		.warnings = warnings,
		.escape = { node, &outcome->escapes, 0, child->has_siblings },
	};
	struct wake wake = { 0 };

	if (deadline->has_alarm)
		wake_early(&wake);
	open_watches(&watch);
	for (reap(&watch); !watch.ended; reap(&watch))
		turn(&watch, -1, FOREVER_US);
	await_manager(&watch);
	settle_leftovers(&watch);
	network_helper_end(&child->network);
	reap(&watch);
	escape_look_at_living(&watch.escape, guard->pid, child->init.pid);
	oom_watch_close(&watch.oom, &outcome->memory_split);
	outcome->asked_to_end = watch.forward.asked_to_end;
	close_fd(&watch.signal_fd);
	wake_as_before(&wake);
}
