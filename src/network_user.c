/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "network_user.h"

#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <signal.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "exit_status.h"

#ifndef SYS_close_range
#define SYS_close_range 436
#endif

/* Where the helper finds its ends of the pipes. */
#define EXIT_FD 3
#define READY_FD 4

/* It takes some hundredths of a second. */
#define READY_MS 30000

/* Only system calls. Duplicates above all that is open, so that none takes another's place. */
static void place_descriptors(int exit_fd, int ready_fd)
{
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);
	int high_exit = fcntl(exit_fd, F_DUPFD_CLOEXEC, READY_FD + 1);
	int high_ready = fcntl(ready_fd, F_DUPFD_CLOEXEC, READY_FD + 1);

	for (int fd = 0; fd <= STDERR_FILENO; fd++)
		dup2(null_fd, fd);
	if (dup2(high_exit, EXIT_FD) < 0 || dup2(high_ready, READY_FD) < 0)
		_exit(EXIT_LIMIT_FAILED);
	/* What the caller handed to limit is not for it. Before Linux 5.9 it gets that. */
	syscall(SYS_close_range, READY_FD + 1, ~0U, 0);
}

static void run_helper(int exit_fd, int ready_fd, const char *pid)
{
	sigset_t none;

	place_descriptors(exit_fd, ready_fd);
	/* Ctrl-C is COMMAND's. */
	setsid();
	sigemptyset(&none);
	sigprocmask(SIG_SETMASK, &none, NULL);
	execlp("slirp4netns", "slirp4netns", "--configure", "--mtu=65520",
		"--disable-host-loopback", "--exit-fd=3", "--ready-fd=4", pid, "tap0",
		(char *)NULL);
	_exit(errno == ENOENT ? EXIT_NOT_FOUND : EXIT_NOT_EXECUTABLE);
}

/* A byte comes when the network is there; the pipe's end when it will never be. */
static int await_ready(int ready_fd, struct fault *f)
{
	struct pollfd ready = { .fd = ready_fd, .events = POLLIN };
	char byte;
	int result;

	do
		result = poll(&ready, 1, READY_MS);
	while (result < 0 && errno == EINTR);
	if (result == 0)
		return fault_set(f, ETIMEDOUT,
			"cannot use --net-user: slirp4netns makes no network");
	return read(ready_fd, &byte, 1) == 1 ? 0 : -1;
}

static int explain(pid_t pid, struct fault *f)
{
	int status = 0;

	kill(pid, SIGKILL);
	waitpid(pid, &status, 0);
	if (WIFEXITED(status) && WEXITSTATUS(status) == EXIT_NOT_FOUND) {
		fault_set(f, 0, "cannot use --net-user: slirp4netns is not installed");
		return fault_hint(f, "apt-get install slirp4netns");
	}
	if (f->err != ETIMEDOUT)
		fault_set(f, 0, "cannot use --net-user: slirp4netns failed");
	return fault_hint(f, "ls -l /dev/net/tun, which it needs; or --no-net");
}

int network_helper_start(struct network_helper *helper, pid_t of_pid, struct fault *f)
{
	int exit_fds[2] = { -1, -1 };
	int ready_fds[2] = { -1, -1 };
	char text[16];
	pid_t pid = -1;
	int result = -1;

	snprintf(text, sizeof(text), "%d", (int)of_pid);
	if (pipe2(exit_fds, O_CLOEXEC) == 0 && pipe2(ready_fds, O_CLOEXEC) == 0)
		pid = fork();
	if (pid == 0)
		run_helper(exit_fds[0], ready_fds[1], text);
	f->err = 0;
	if (pid < 0)
		fault_set(f, errno, "cannot start slirp4netns");
	close_fd(&exit_fds[0]);
	close_fd(&ready_fds[1]);
	if (pid > 0) {
		result = await_ready(ready_fds[0], f);
		if (result < 0)
			explain(pid, f);
	}
	close_fd(&ready_fds[0]);
	if (result < 0) {
		close_fd(&exit_fds[1]);
		return -1;
	}
	*helper = (struct network_helper){ pid, exit_fds[1] };
	return 0;
}

/* supervise() reaps whoever ends: only who is still a child of ours has this pid for certain. */
void network_helper_end(struct network_helper *helper)
{
	siginfo_t info;

	if (helper->pid <= 0)
		return;
	close_fd(&helper->exit_fd);
	if (waitid(P_PID, (id_t)helper->pid, &info, WEXITED | WNOHANG | WNOWAIT) == 0) {
		kill(helper->pid, SIGKILL);
		waitpid(helper->pid, NULL, 0);
	}
	helper->pid = 0;
}
