/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <linux/sched.h>
#include <poll.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "confine.h"
#include "exit_status.h"
#include "files.h"
#include "jobs.h"
#include "monotonic.h"
#include "process_limits.h"

#ifndef CLONE_INTO_CGROUP
#define CLONE_INTO_CGROUP UINT64_C(0x200000000)
#endif

/* Not to know what the child says would make a failure look like COMMAND's end: ask again. */
#define READ_FAILURES_MAX 4

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

enum child_stage {
	STAGE_ENTER,  /* moving itself into a group */
	STAGE_CPUSET, /* being kept to the CPUs and memory nodes of its group */
	STAGE_LIMITS, /* its own limits: detail is the step */
	STAGE_SIGNALS,
	STAGE_EXEC,
};

/* What the child reports of its failure, in one write below PIPE_BUF, hence atomic. */
struct child_fault {
	enum child_stage stage;
	int err;
	unsigned detail;
};

/* Everything the child half needs, made before it exists. */
struct child_work {
	const int *enter_fds;
	unsigned enter_count;
	int procs_fd;      /* v2 cgroup.procs, -1: already there */
	int report_fds[2]; /* read by the parent, written by the child */
	const struct inherited *inherited;
	const struct spec *spec;
	const struct plan *plan;
	char *const *environment;
};

/* Two for each hierarchy, and some. Root may raise the hard limit, too; who may not has to try. */
#define NOFILE_NEEDED 64

static void raise_nofile(struct inherited *inherited)
{
	struct rlimit raised;

	if (getrlimit(RLIMIT_NOFILE, &inherited->nofile) < 0)
		return;
	raised = inherited->nofile;
	if (raised.rlim_cur >= NOFILE_NEEDED)
		return;
	raised.rlim_cur = NOFILE_NEEDED;
	if (raised.rlim_max < NOFILE_NEEDED)
		raised.rlim_max = NOFILE_NEEDED;
	inherited->nofile_raised = setrlimit(RLIMIT_NOFILE, &raised) == 0;
	if (inherited->nofile_raised || inherited->nofile.rlim_max >= NOFILE_NEEDED)
		return;
	raised.rlim_cur = raised.rlim_max = inherited->nofile.rlim_max;
	inherited->nofile_raised = setrlimit(RLIMIT_NOFILE, &raised) == 0;
}

void spawn_prepare(struct inherited *inherited)
{
	const struct sigaction default_action = { .sa_handler = SIG_DFL };
	siginfo_t info;
	sigset_t all;

	sigfillset(&all);
	sigprocmask(SIG_BLOCK, &all, &inherited->mask);
	/* An ignored SIGCHLD would let the kernel reap COMMAND before its status is read. */
	sigaction(SIGCHLD, &default_action, &inherited->sigchld);
	/* Before the node is made: to switch cpuset on may undo it. Not to know it is no reason to stop. */
	confine_read_affinity(&inherited->affinity);
	inherited->nofile_raised = false;
	raise_nofile(inherited);
	inherited->has_children = waitid(P_ALL, 0, &info, WEXITED | WNOHANG | WNOWAIT) == 0;
}

/* If the parent is gone there is nobody to tell. */
static void child_tell(const struct child_work *work, enum child_stage stage, unsigned detail)
{
	struct child_fault fault = { stage, errno, detail };

	if (write(work->report_fds[1], &fault, sizeof(fault)) < 0)
		_exit(EXIT_LIMIT_FAILED);
}

static void child_fail(const struct child_work *work, enum child_stage stage, unsigned detail)
{
	child_tell(work, stage, detail);
	_exit(EXIT_LIMIT_FAILED);
}

/* With --best-effort each that fails is told, and the rest is set. */
static void child_limits(const struct child_work *work)
{
	for (unsigned step = 0; process_limits_apply(work->spec, &step) < 0; step++) {
		if (!work->plan->best_effort)
			child_fail(work, STAGE_LIMITS, step);
		child_tell(work, STAGE_LIMITS, step);
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

/*
 * The child half: between here and exec only system calls, no allocation, no printing. It is also
 * the only memory of ours that is charged to the node: the few pages it touches.
 */
static void child_run(const struct child_work *work)
{
	for (unsigned i = 0; i < work->enter_count; i++)
		if (write(work->enter_fds[i], "0", 1) != 1)
			child_fail(work, STAGE_ENTER, 0);
	if (work->procs_fd >= 0 && write(work->procs_fd, "0", 1) != 1)
		child_fail(work, STAGE_ENTER, 0);
	if (parent_is_gone(work))
		_exit(EXIT_LIMIT_FAILED);
	if (confine_self(&work->plan->cpus, &work->plan->mems, &work->inherited->affinity) < 0) {
		if (!work->plan->best_effort)
			child_fail(work, STAGE_CPUSET, 0);
		child_tell(work, STAGE_CPUSET, 0);
	}
	if (sigaction(SIGCHLD, &work->inherited->sigchld, NULL) < 0 ||
		sigprocmask(SIG_SETMASK, &work->inherited->mask, NULL) < 0)
		child_fail(work, STAGE_SIGNALS, 0);
	if (work->inherited->nofile_raised &&
		setrlimit(RLIMIT_NOFILE, &work->inherited->nofile) < 0)
		child_fail(work, STAGE_SIGNALS, 0);
	/* Last, so that none of them stands in our own way. */
	child_limits(work);
	/* It searches the caller's PATH, not the new one's. */
	execvpe(work->spec->command[0], work->spec->command, work->environment);
	child_fail(work, STAGE_EXEC, 0);
}

/* The kernel writes through pidfd. */
static pid_t clone_into(int place_fd, int *pidfd) /* NOLINT(readability-non-const-parameter) */
{
	struct clone_request request = {
		.flags = CLONE_PIDFD | (place_fd >= 0 ? CLONE_INTO_CGROUP : 0),
		.pidfd = (uint64_t)(uintptr_t)pidfd,
		.exit_signal = SIGCHLD,
		.cgroup = (uint64_t)(place_fd >= 0 ? place_fd : 0),
	};

	return (pid_t)syscall(SYS_clone3, &request, sizeof(request));
}

static bool clone3_is_missing(int err)
{
	return err == ENOSYS || err == EPERM || err == E2BIG || err == EINVAL;
}

static int explain_clone(const struct node *node, int err, struct fault *f)
{
	if (node->place_fd >= 0)
		fault_set(f, err, "cannot start a process in '%s'", node->plan->groups[0].path);
	else
		fault_set(f, err, "cannot start a process");
	if (err == EAGAIN)
		return fault_hint(f, "raise pids.max of the groups above, or 'ulimit -u'");
	if (err == EBUSY || err == EOPNOTSUPP)
		return fault_hint(f,
			"run limit from another control group: this one is threaded or hands out controllers");
	return -1;
}

/* Fork, with the child's place in the v2 tree left to itself. */
static pid_t fork_and_move(const struct node *node, struct child_work *work, struct fault *f)
{
	pid_t pid;

	if (node->place_fd >= 0) {
		work->procs_fd = openat(node->place_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
		if (work->procs_fd < 0)
			return fault_set(f, errno, "cannot open '%s/cgroup.procs'",
				node->plan->groups[0].path);
	}
	pid = fork();
	if (pid < 0)
		return explain_clone(node, errno, f);
	return pid;
}

/* Returns the child's pid, -1 with *f set; does not return in the child. */
static pid_t make_child(struct child *child, const struct node *node, struct child_work *work,
	struct fault *f)
{
	pid_t pid = clone_into(node->place_fd, &child->pidfd);

	child->way = node->place_fd >= 0 ? "clone3(CLONE_INTO_CGROUP)"
		     : node->enter_count ? "clone3, and the child moves itself"
					 : "clone3";
	if (pid < 0 && !clone3_is_missing(errno))
		return explain_clone(node, errno, f);
	if (pid < 0) {
		child->way = "fork, and the child moves itself";
		child->pidfd = -1;
		pid = fork_and_move(node, work, f);
	}
	if (pid == 0)
		child_run(work);
	return pid;
}

/*
 * Does the command's name lead to a file? execvp() says EACCES also when a directory of PATH may
 * not be searched, and ENOENT also when a script's interpreter is missing.
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
		_cleanup_free_ char *file =
			text_format("%.*s/%s", length ? length : 1, length ? dir : ".", name);

		if (stat(file, &status) == 0)
			return true;
		dir = colon ? colon + 1 : NULL;
	}
	return false;
}

static enum spawn_result explain_exec(const char *name, int err, struct fault *f)
{
	bool exists = command_exists(name);
	struct stat status;

	if (!exists && (err == ENOENT || err == EACCES || err == ENOTDIR)) {
		fault_set(f, ENOENT, "cannot run '%s'", name);
		if (!strchr(name, '/'))
			fault_hint(f, "a path such as ./%s: no directory of PATH has it", name);
		return SPAWN_NOT_FOUND;
	}
	fault_set(f, err, "cannot run '%s'", name);
	if (err == ENOENT)
		fault_hint(f, "correct its first line: the interpreter it names does not exist");
	else if (err == EACCES && stat(name, &status) == 0 && S_ISDIR(status.st_mode))
		fault_hint(f, "a program: '%s' is a directory", name);
	else if (err == EACCES)
		fault_hint(f, "chmod +x '%s'", name);
	else if (err == E2BIG)
		fault_hint(f, "fewer arguments, or xargs: they and the environment are too large");
	return SPAWN_NOT_EXECUTABLE;
}

/* The next thing that the child has to report; false: nothing, exec or death closed the pipe. */
static bool read_child_fault(int report_fd, struct child_fault *fault)
{
	unsigned failures = 0;
	ssize_t got;

	do
		got = read(report_fd, fault, sizeof(*fault));
	while (got < 0 && (errno == EINTR || ++failures < READ_FAILURES_MAX));
	return got == sizeof(*fault);
}

static int explain_cpuset(const char *name, int err, struct fault *f)
{
	fault_set(f, err == EBADE ? 0 : err,
		"cannot enforce --cpus and --mems: the kernel does not keep '%s' to them", name);
	return fault_hint(f, "numactl --membind in place of --mems, or Linux 6.3 or later");
}

/* Read the child's report until exec; with --best-effort some limits of its own may be let go. */
static enum spawn_result await_exec(int report_fd, const struct spec *spec,
	struct unenforced *unenforced, struct fault *f)
{
	const char *name = spec->command[0];
	struct child_fault fault;

	do {
		if (!read_child_fault(report_fd, &fault))
			return SPAWN_STARTED;
		if (!spec->best_effort)
			break;
		if (fault.stage == STAGE_LIMITS) {
			process_limits_explain(spec, fault.detail, fault.err, f);
			unenforced_add(unenforced, process_limits_option(fault.detail), "", f);
		} else if (fault.stage == STAGE_CPUSET) {
			explain_cpuset(name, fault.err, f);
			unenforced_add(unenforced, cpu_list_is_empty(&spec->cpus) ? "mems" : "cpus",
				"", f);
		} else {
			break;
		}
	} while (true);
	if (fault.stage == STAGE_EXEC)
		return explain_exec(name, fault.err, f);
	if (fault.stage == STAGE_LIMITS) {
		process_limits_explain(spec, fault.detail, fault.err, f);
		return SPAWN_FAILED;
	}
	if (fault.stage == STAGE_CPUSET) {
		explain_cpuset(name, fault.err, f);
		return SPAWN_FAILED;
	}
	fault_set(f, fault.err, "cannot start '%s': the child could not %s", name,
		fault.stage == STAGE_ENTER ? "enter its control group"
					   : "restore its signals and limits");
	return fault.stage == STAGE_ENTER ? SPAWN_NOT_PLACED : SPAWN_FAILED;
}

enum spawn_result spawn(struct child *child, const struct node *node,
	const struct inherited *inherited, const struct spec *spec, struct unenforced *unenforced,
	struct fault *f)
{
	struct child_work work = {
		.enter_fds = node->enter_fds,
		.enter_count = node->enter_count,
		.procs_fd = -1,
		.inherited = inherited,
		.spec = spec,
		.plan = node->plan,
		.environment = environ,
	};
	_cleanup_free_ char **environment = NULL;
	enum spawn_result result;

	*child = (struct child){
		.pidfd = -1,
		.has_siblings = inherited->has_children,
		.name = spec->command[0],
	};
	if (node->plan->jobs) {
		environment = jobs_environment(environ, node->plan->jobs, spec->jobs_env);
		work.environment = environment;
	}
	if (!work.environment) {
		fault_set(f, ENOMEM, "cannot make the environment of '%s'", child->name);
		return SPAWN_FAILED;
	}
	if (pipe2(work.report_fds, O_CLOEXEC) < 0) {
		fault_set(f, errno, "cannot make a pipe");
		return SPAWN_FAILED;
	}
	/* Orphans of COMMAND come to us to be reaped, so that none is a zombie when the node goes. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	child->started_at_us = monotonic_us();
	child->pid = make_child(child, node, &work, f);
	close_fd(&work.procs_fd);
	close(work.report_fds[1]);
	result = child->pid < 0 ? SPAWN_NOT_PLACED
				: await_exec(work.report_fds[0], spec, unenforced, f);
	close(work.report_fds[0]);
	if (result != SPAWN_STARTED && child->pid > 0) {
		waitpid(child->pid, NULL, 0);
		close_fd(&child->pidfd);
	}
	return result;
}

#define COMM_SIZE 16 /* TASK_COMM_LEN */

bool spawn_was_in_vain(const struct child *child)
{
	_cleanup_free_ char *path = text_format("/proc/%d/comm", (int)child->pid);
	const char *slash = strrchr(child->name, '/');
	char own[COMM_SIZE] = "";
	char got[COMM_SIZE + 2]; /* with a newline */

	prctl(PR_GET_NAME, own);
	if (strncmp(slash ? slash + 1 : child->name, own, COMM_SIZE - 1) == 0 ||
		file_read_at(AT_FDCWD, path, got, sizeof(got)) < 0)
		return false;
	return strncmp(got, own, strlen(own)) == 0 && got[strlen(own)] == '\n';
}
