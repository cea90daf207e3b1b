/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "clone.h"

#include <errno.h>
#include <linux/sched.h>
#include <signal.h>
#include <sys/syscall.h>
#include <unistd.h>

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP UINT64_C(0x200000000)
#endif

/* struct clone_args up to 'cgroup' (CLONE_ARGS_SIZE_VER2): older headers lack the last field. */
struct clone_request {
	uint64_t flags;
	uint64_t pidfd;
	uint64_t child_tid;
	uint64_t parent_tid;
	uint64_t exit_signal;
	uint64_t stack;
	uint64_t stack_size;
	uint64_t tls;
	uint64_t set_tid;
	uint64_t set_tid_size;
	uint64_t cgroup;
};

/* The kernel writes through pidfd. A sibling has the exit signal of the caller. */
pid_t clone_process(uint64_t flags, int place_fd,
	int *pidfd) /* NOLINT(readability-non-const-parameter) */
{
	struct clone_request request = {
		.flags =
			flags | (pidfd ? CLONE_PIDFD : 0) | (place_fd >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.exit_signal = flags & CLONE_PARENT ? 0 : SIGCHLD,
		.cgroup = (uint64_t)(place_fd >= 0 ? place_fd : 0),
	};

	return (pid_t)syscall(SYS_clone3, &request, sizeof(request));
}

bool clone_is_missing(int err)
{
	return err == ENOSYS || err == EPERM || err == E2BIG || err == EINVAL;
}

/* With no stack and no thread's pointers the order of all arguments but the first two is the same. */
pid_t clone_process_old(uint64_t flags)
{
	const unsigned long word = (unsigned long)(flags | SIGCHLD);

#ifdef __s390__
	return (pid_t)syscall(SYS_clone, 0UL, word, 0UL, 0UL, 0UL);
#else
	return (pid_t)syscall(SYS_clone, word, 0UL, 0UL, 0UL, 0UL);
#endif
}
