/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "init.h"

#include <errno.h>
#include <linux/capability.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>

#include "clone.h"
#include "descriptors.h"
#include "monotonic.h"

/* Said through the pipe: outlive limit, for those that stay. */
#define LEAVE 'l'

static void drop_capabilities(void)
{
	const struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0, 0, 0 } };

	syscall(SYS_capset, &header, none);
}

/* The life of it: until nobody holds the other end of the pipe. */
static void run(int life_fd)
{
	siginfo_t info;
	char order = 0;
	ssize_t got;

	drop_capabilities();
	setsid();
	descriptors_close_all_but(life_fd);
	if (chdir("/") < 0)
		_exit(1);
	do
		got = read(life_fd, &order, 1);
	while (got < 0 && errno == EINTR);
	/* Its end is the end of everybody in the namespace. */
	while (got == 1 && order == LEAVE &&
		(waitid(P_ALL, 0, &info, WEXITED) == 0 || errno == EINTR))
		;
	_exit(0);
}

/*
 * It is what it is to be before it exists, for COMMAND may run before init does. COMMAND's process must
 * not be undumpable: its files in /proc would be root's.
 */
pid_t init_make(int life_fd)
{
	/* Ignored: the kernel reaps, nobody needs to wake up for it (wait(2), NOTES). */
	const struct sigaction ignored = { .sa_handler = SIG_IGN };
	const bool dumpable = prctl(PR_GET_DUMPABLE) == 1;
	char name[16]; /* TASK_COMM_LEN */
	pid_t pid;

	sigaction(SIGCHLD, &ignored, NULL);
	prctl(PR_GET_NAME, name);
	prctl(PR_SET_NAME, "limit-init");
	prctl(PR_SET_DUMPABLE, 0);
	pid = clone_process(CLONE_PARENT, -1, NULL);
	if (pid < 0 && clone_is_missing(errno))
		pid = clone_process_old(CLONE_PARENT);
	if (pid == 0)
		run(life_fd);
	prctl(PR_SET_NAME, name);
	if (dumpable)
		prctl(PR_SET_DUMPABLE, 1);
	return pid;
}

/* Is it still a child of ours, so that its pid is nobody else's? */
static bool is_there(const struct init *init)
{
	siginfo_t info;

	return init->pid > 0 &&
	       waitid(P_PID, (id_t)init->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

void init_kill(const struct init *init)
{
	if (is_there(init))
		kill(init->pid, SIGKILL);
}

void init_leave(struct init *init)
{
	const char order = LEAVE;

	/* If it is gone there is nobody left to leave. */
	if (init->pid > 0 && write(init->life_fd, &order, 1) < 0)
		init_kill(init);
	close_fd(&init->life_fd);
	init->pid = 0;
}

/* It ends when all in its namespace have, ours among them: whoever calls has reaped COMMAND. */
int init_end(struct init *init, unsigned deadline_ms, struct fault *f)
{
	const uint64_t deadline_us = monotonic_us() + deadline_ms * UINT64_C(1000);
	struct timespec pause = { .tv_nsec = 50000 };

	init_kill(init);
	close_fd(&init->life_fd);
	while (is_there(init) && waitpid(init->pid, NULL, WNOHANG) == 0) {
		if (monotonic_us() >= deadline_us)
			return fault_set(f, ETIMEDOUT,
				"cannot end every process in the pid namespace");
		nanosleep(&pause, NULL);
		if (pause.tv_nsec < 20000000)
			pause.tv_nsec *= 2;
	}
	init->pid = 0;
	return 0;
}
