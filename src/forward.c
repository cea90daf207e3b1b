/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "forward.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/signalfd.h>
#include <sys/wait.h>

#include "monotonic.h"
#include "namespaces.h"
#include "placement.h"

/* timeout(1) sends each signal twice, to its child and to the group: that is one request. */
#define SAME_REQUEST_US 200000

void forward_init(struct forward *forward, const struct node *node, pid_t pid)
{
	*forward = (struct forward){ .node = node, .pid = pid };
}

static int open_terminal(void)
{
	return open("/dev/tty", O_RDWR | O_CLOEXEC | O_NOCTTY | O_NONBLOCK);
}

/* Does COMMAND get what the terminal sends to the process group of limit? */
static bool shares_group(const struct forward *forward)
{
	return getpgid(forward->pid) == getpgrp();
}

/*
 * The kernel's own signals that are meant for a whole process group. On a hangup the leader of the
 * session is told alone.
 */
static bool is_missed_terminal_signal(const struct forward *forward,
	const struct signalfd_siginfo *info)
{
	switch (info->ssi_signo) {
	case SIGHUP:
		return !shares_group(forward) || getsid(0) == getpid();
	case SIGINT:
	case SIGQUIT:
	case SIGTSTP:
	case SIGWINCH:
		return !shares_group(forward);
	default:
		return false;
	}
}

/* A thread of the kernel has no command line: it is not it who sends anybody a signal. */
static bool has_command_line(const char *path)
{
	_cleanup_close_ int fd = open(path, O_RDONLY | O_CLOEXEC);
	char byte;

	return fd >= 0 && read(fd, &byte, 1) == 1;
}

/*
 * A sender in a pid namespace below ours is told by its number there (kernel/signal.c,
 * prepare_kill_siginfo()), which may be that of another process here. Where it might be both, it is one
 * of here: a signal that is lost is worse than one that comes twice.
 */
static bool is_number_inside(const struct forward *forward, pid_t sender)
{
	const struct plan *plan = forward->node->plan;
	const uint64_t set = plan->namespaces | (plan->join ? plan->join->set : 0);
	char inside[64];
	char here[64];

	if (!(set & NAMESPACE_PID) || forward->pid == 0)
		return false;
	snprintf(inside, sizeof(inside), "/proc/%d/root/proc/%d/cmdline", (int)forward->pid,
		(int)sender);
	snprintf(here, sizeof(here), "/proc/%d/cmdline", (int)sender);
	return has_command_line(inside) && !has_command_line(here);
}

/*
 * What comes from the inside was not meant for COMMAND: 'kill 0' reached it already. SIGPIPE and
 * SIGXFSZ look as if limit had sent them to itself.
 */
static bool is_from_inside(const struct forward *forward, const struct signalfd_siginfo *info)
{
	pid_t sender = (pid_t)info->ssi_pid;
	char where[PATH_MAX];

	if (sender == 0)
		return false; /* from a process outside of our pid namespace */
	return sender == getpid() || sender == forward->pid || is_number_inside(forward, sender) ||
	       placement_of(forward->node, sender, false, where, sizeof(where)) == PLACEMENT_INSIDE;
}

static bool is_meant_for_command(const struct forward *forward, const struct signalfd_siginfo *info)
{
	/* SI_USER, SI_QUEUE, SI_TKILL: a process sent it. SI_TIMER is our own alarm. */
	if (info->ssi_code <= 0)
		return info->ssi_code != SI_TIMER && !is_from_inside(forward, info);
	return info->ssi_code == SI_KERNEL && is_missed_terminal_signal(forward, info);
}

/* The value that sigqueue(3) sent along stays with the signal. */
static void pass_on(struct forward *forward, const struct signalfd_siginfo *info)
{
	const uintptr_t number_sent = (uintptr_t)info->ssi_ptr;
	int number = (int)info->ssi_signo;
	union sigval value;

	memcpy(&value.sival_ptr, &number_sent, sizeof(value.sival_ptr));
	if (forward->pid == 0)
		forward->unforwarded = number;
	else if (info->ssi_code == SI_QUEUE)
		sigqueue(forward->pid, number, value);
	else
		kill(forward->pid, number);
}

static bool caller_ignored(int number)
{
	struct sigaction action;

	return sigaction(number, NULL, &action) == 0 && action.sa_handler == SIG_IGN;
}

/* From the terminal, which has sent it to COMMAND too, or from a process. */
static void note_request(struct forward *forward, const struct signalfd_siginfo *info)
{
	int number = (int)info->ssi_signo;
	bool asks_for_end =
		number == SIGHUP || number == SIGINT || number == SIGQUIT || number == SIGTERM;

	if (asks_for_end && !caller_ignored(number) &&
		(info->ssi_code == SI_KERNEL ||
			(info->ssi_code <= 0 && !is_from_inside(forward, info))))
		forward->asked_to_end = number;
}

static enum forward_request take_term(struct forward *forward, const struct signalfd_siginfo *info)
{
	uint64_t now_us = monotonic_us();

	if (caller_ignored(SIGTERM)) {
		pass_on(forward, info);
		return FORWARD_NOTHING;
	}
	if (forward->term_at_us == 0) {
		forward->term_at_us = now_us;
		forward->term_from = info->ssi_code <= 0 ? (pid_t)info->ssi_pid : 0;
		pass_on(forward, info);
		return FORWARD_END;
	}
	return now_us - forward->term_at_us < SAME_REQUEST_US ? FORWARD_NOTHING : FORWARD_KILL;
}

/* Has whoever continued limit continued COMMAND, too? 'fg' does: it signals the process group. */
static bool is_still_stopped(const struct forward *forward)
{
	siginfo_t info = { 0 };

	if (!forward->stopped || forward->pid == 0)
		return false;
	return waitid(P_PID, (id_t)forward->pid, &info, WCONTINUED | WNOHANG | WNOWAIT) == 0 &&
	       info.si_pid == 0;
}

/* A shell gave the terminal to our process group, but it was COMMAND's own that had it. */
static void return_terminal(struct forward *forward)
{
	int fd = forward->lost_terminal ? open_terminal() : -1;

	forward->lost_terminal = false;
	if (fd < 0)
		return;
	if (tcgetpgrp(fd) == getpgrp())
		tcsetpgrp(fd, getpgid(forward->pid));
	close(fd);
}

static void take_cont(struct forward *forward, const struct signalfd_siginfo *info)
{
	if (info->ssi_code == SI_TIMER || !is_still_stopped(forward))
		return;
	return_terminal(forward);
	kill(forward->pid, SIGCONT);
}

enum forward_request forward_signals(struct forward *forward, int signal_fd)
{
	enum forward_request request = FORWARD_NOTHING;
	struct signalfd_siginfo info;

	while (read(signal_fd, &info, sizeof(info)) == sizeof(info)) {
		enum forward_request this = FORWARD_NOTHING;

		if (info.ssi_signo == SIGCHLD)
			continue;
		note_request(forward, &info);
		if (info.ssi_signo == SIGUSR1 && forward->keep_usr1)
			forward->usr1_came = true;
		else if (info.ssi_signo == SIGCONT)
			take_cont(forward, &info);
		else if (!is_meant_for_command(forward, &info))
			continue;
		else if (info.ssi_signo == SIGTERM)
			this = take_term(forward, &info);
		else
			pass_on(forward, &info);
		if (this > request)
			request = this;
	}
	return request;
}

/* Does our parent, in this session but not in our process group, wait for jobs to stop? */
static bool parent_controls_jobs(void)
{
	pid_t parent = getppid();

	return getpgid(parent) != getpgrp() && getsid(parent) == getsid(0);
}

/*
 * Has the order to go on come meanwhile? Or has 'fg' given the terminal to the job? A shell that has
 * not seen the job stop sends no SIGCONT then.
 */
static bool stop_is_over(const struct forward *forward, int number)
{
	int fd = number == SIGTTIN || number == SIGTTOU ? open_terminal() : -1;
	bool foreground = fd >= 0 && tcgetpgrp(fd) == getpgrp();

	close_fd(&fd);
	return (foreground && shares_group(forward)) || !is_still_stopped(forward);
}

/*
 * Stop by a signal as if it were not blocked; not if the order to go on has come meanwhile. It is
 * asked for when the signal is pending: SIGCONT that comes later takes it away, or wakes us.
 */
static void stop_self(const struct forward *forward, int number)
{
	const struct sigaction default_action = { .sa_handler = SIG_DFL };
	const struct sigaction ignored = { .sa_handler = SIG_IGN };
	struct sigaction before;
	sigset_t set;

	sigpending(&set);
	if (sigismember(&set, SIGCONT))
		return;
	if (number == SIGSTOP) {
		kill(getpid(), SIGSTOP);
		return;
	}
	sigemptyset(&set);
	sigaddset(&set, number);
	sigaction(number, &default_action, &before);
	kill(getpid(), number);
	if (stop_is_over(forward, number)) {
		sigaction(number, &ignored, NULL); /* no longer pending */
		if (is_still_stopped(forward))
			kill(0, SIGCONT);
	} else {
		sigprocmask(SIG_UNBLOCK, &set, NULL); /* here */
		sigprocmask(SIG_BLOCK, &set, NULL);
	}
	sigaction(number, &before, NULL);
}

void forward_stop(struct forward *forward, int number)
{
	const bool by_job_control = number == SIGTSTP || number == SIGTTIN || number == SIGTTOU;
	pid_t group = getpgid(forward->pid);
	int fd = open_terminal();
	bool foreground = fd >= 0 && tcgetpgrp(fd) == group;

	close_fd(&fd);
	forward->stopped = true;
	forward->lost_terminal = foreground && group != getpgrp();
	/* 'fg' may have been faster: nobody would continue us a second time. */
	if ((by_job_control || (foreground && parent_controls_jobs())) && is_still_stopped(forward))
		stop_self(forward, number);
}

void forward_continued(struct forward *forward)
{
	forward->stopped = false;
}
