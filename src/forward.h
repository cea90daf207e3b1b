/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * forward — signals and the terminal: COMMAND sees each signal exactly once, and whoever waits for
 * limit sees it stop and go on as COMMAND does.
 *
 * What the terminal sends goes to the whole process group, so COMMAND has it already; what a process
 * sent to limit alone is passed on. All signals are blocked and arrive through a signalfd.
 *
 * Sources: signal(7), sigaction(2) (si_code), tty_ioctl(4), setpgid(2) (orphaned process groups).
 */
#ifndef LIMIT_FORWARD_H
#define LIMIT_FORWARD_H

#include "node.h"
#include "spawn.h"

struct forward {
	const struct node *node;
	pid_t pid;           /* COMMAND; 0 once it has been reaped */
	bool stopped;        /* COMMAND is stopped, as far as waitid() told */
	bool lost_terminal;  /* and its own process group had the terminal then */
	uint64_t term_at_us; /* when limit was first sent SIGTERM; 0: not yet */
	pid_t term_from;     /* by whom; 0: not known */
	bool keep_usr1;      /* SIGUSR1 is for limit itself (--progress=signal) */
	bool usr1_came;      /* it has come since this was false */
	int asked_to_end;    /* the last SIGHUP, INT, QUIT or TERM from outside; 0: none */
	int unforwarded;     /* the last signal that found nobody to be passed on to; 0: none */
};

/* What the signals that were read mean to limit itself. */
enum forward_request {
	FORWARD_NOTHING,
	FORWARD_END,  /* SIGTERM: COMMAND has it, and the grace begins */
	FORWARD_KILL, /* SIGTERM again */
};

void forward_init(struct forward *forward, const struct node *node, pid_t pid);

/*
 * Read what has arrived and pass on what was meant for COMMAND. A SIGTERM that the caller of limit
 * had ignored is passed on and means nothing more.
 */
enum forward_request forward_signals(struct forward *forward, int signal_fd);

/*
 * COMMAND was stopped by that signal. Stop too, where somebody would see it: by the same signal if it is
 * one of job control (the kernel leaves an orphaned process group alone). By SIGSTOP only if COMMAND
 * had the terminal and our parent is a shell with job control: it takes the terminal back then.
 * Returns after SIGCONT.
 */
void forward_stop(struct forward *forward, int number);

/* COMMAND goes on. */
void forward_continued(struct forward *forward);

#endif
