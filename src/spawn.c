/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "spawn.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/prctl.h>
#include <sys/stat.h>
#include <sys/syscall.h>
#include <sys/wait.h>

#include "child.h"
#include "child_explain.h"
#include "clone.h"
#include "confine.h"
#include "environment.h"
#include "files.h"
#include "id_map.h"
#include "jobs.h"
#include "monotonic.h"
#include "namespaces.h"
#include "process_limits.h"

/* The same number on every architecture; older headers lack it. */
#ifndef SYS_pidfd_open
#define SYS_pidfd_open 434
#endif

/* Not to know what the child says would make a failure look like COMMAND's end: ask again. */
#define READ_FAILURES_MAX 4

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

/* All but those that the child makes when it is where it is to stay: see namespaces.h. */
static uint64_t namespaces_at_birth(const struct plan *plan)
{
	return plan->namespaces & ~(NAMESPACE_CGROUP | NAMESPACE_TIME | NAMESPACE_PID);
}

static int open_procs(const struct node *node, struct child_work *work, struct fault *f)
{
	if (node->place_fd < 0)
		return 0;
	work->procs_fd = openat(node->place_fd, "cgroup.procs", O_WRONLY | O_CLOEXEC);
	if (work->procs_fd < 0)
		return fault_set(f, errno, "cannot open '%s/cgroup.procs'",
			node->plan->groups[0].path);
	return 0;
}

/* Fork, with the child's place in the v2 tree, and its namespaces, left to itself. */
static pid_t fork_and_move(const struct node *node, struct child_work *work, struct fault *f)
{
	pid_t pid;

	if (open_procs(node, work, f) < 0)
		return -1;
	work->unshare = namespaces_at_birth(node->plan);
	pid = fork();
	if (pid < 0)
		return child_explain_clone(node, errno, f);
	return pid;
}

/* Returns the child's pid, -1 with *f set; does not return in the child. */
static pid_t make_child(struct child *child, const struct node *node, struct child_work *work,
	struct fault *f)
{
	const uint64_t flags = namespaces_at_birth(node->plan);
	pid_t pid = clone_process(flags, node->place_fd, &child->pidfd);

	child->way = node->place_fd >= 0 ? "clone3(CLONE_INTO_CGROUP)"
		     : node->enter_count ? "clone3, and the child moves itself"
					 : "clone3";
	if (pid < 0 && flags && (errno == ENOSPC || errno == EUSERS))
		return namespaces_explain(flags, false, errno, f);
	if (pid < 0 && !clone_is_missing(errno))
		return child_explain_clone(node, errno, f);
	if (pid < 0) {
		child->way = "fork, and the child moves itself";
		child->pidfd = -1;
		pid = fork_and_move(node, work, f);
	}
	if (pid == 0)
		child_run(work);
	return pid;
}

/* The same for the process that will make COMMAND's. It stays where limit is. */
static pid_t make_usher(struct child *child, const struct node *node, struct child_work *work,
	struct fault *f)
{
	const uint64_t flags = namespaces_at_birth(node->plan);
	pid_t pid;

	if (open_procs(node, work, f) < 0)
		return -1;
	child->way = node->plan->join ? "clone3 in the namespaces joined"
				      : "clone3 in a new pid namespace";
	pid = clone_process(flags, -1, NULL);
	if (pid < 0 && (errno == ENOSPC || errno == EUSERS))
		return namespaces_explain(flags, false, errno, f);
	if (pid < 0 && clone_is_missing(errno)) {
		child->way = "fork in other namespaces, and the child moves itself";
		work->unshare = flags;
		pid = fork();
	}
	if (pid < 0)
		return child_explain_clone(node, errno, f);
	if (pid == 0)
		child_usher(work);
	return pid;
}

/* What the parent needs while the child is on its way to exec. */
struct watch_child {
	struct child *child;
	const struct node *node;
	const struct spec *spec;
	const struct child_work *work;
	struct unenforced *unenforced;
	pid_t waiting; /* the process that waits for its maps */
};

/* The next thing that the child has to tell; false: nothing, exec or death closed the pipe. */
static bool read_message(int report_fd, struct child_message *message)
{
	unsigned failures = 0;
	ssize_t got;

	do
		got = read(report_fd, message, sizeof(*message));
	while (got < 0 && (errno == EINTR || ++failures < READ_FAILURES_MAX));
	return got == sizeof(*message);
}

/* A child that is gone shows at the other pipe. */
static void let_go(const struct child_work *work)
{
	const char byte = 0;
	ssize_t ignored = write(work->go_fds[1], &byte, 1);

	(void)ignored;
}

/* The usher may have made init before it failed. */
static enum spawn_result explain(const struct watch_child *watch,
	const struct child_message *message, struct fault *f)
{
	if (message->stage == STAGE_CLONE)
		watch->child->init.pid = (pid_t)message->more;
	return child_explain(watch->node, watch->spec, message, f);
}

/* With --best-effort some limits of its own may be let go. Is this one of them? */
static bool forgo(const struct watch_child *watch, const struct child_message *message,
	struct fault *f)
{
	const struct spec *spec = watch->spec;

	if (!spec->best_effort)
		return false;
	if (message->stage == STAGE_LIMITS) {
		process_limits_explain(spec, message->detail, message->err, f);
		unenforced_add(watch->unenforced, process_limits_option(message->detail), "", f);
		return true;
	}
	if (message->stage != STAGE_CPUSET)
		return false;
	child_explain_cpuset(spec->command[0], message->err, f);
	unenforced_add(watch->unenforced, cpu_list_is_empty(&spec->cpus) ? "mems" : "cpus", "", f);
	return true;
}

/* What is to be done from outside for namespaces that have just been made. */
static int prepare_from_outside(const struct watch_child *watch, struct fault *f)
{
	const struct plan *plan = watch->node->plan;

	if (plan->namespaces & NAMESPACE_USER && id_map_write(&plan->id_map, watch->waiting, f) < 0)
		return -1;
	if (watch->spec->network.user)
		return network_helper_start(&watch->child->network, watch->waiting, f);
	if (watch->spec->network.link.given)
		return network_link_make(&watch->spec->network.link, watch->waiting, f);
	return 0;
}

/* The usher has made them. */
static void note_made(struct watch_child *watch, const struct child_message *message)
{
	struct child *child = watch->child;

	child->pid = (pid_t)message->detail;
	child->init.pid = (pid_t)message->more;
	child->pidfd = (int)syscall(SYS_pidfd_open, child->pid, 0);
	waitpid(watch->waiting, NULL, 0);
	watch->waiting = 0;
}

/* Hear the child out until exec. */
static enum spawn_result await_exec(struct watch_child *watch, struct fault *f)
{
	struct child_message message;

	while (read_message(watch->work->report_fds[0], &message)) {
		if (message.stage == STAGE_MADE) {
			note_made(watch, &message);
		} else if (message.stage != STAGE_WAITS) {
			if (forgo(watch, &message, f))
				continue;
			return explain(watch, &message, f);
		} else if (prepare_from_outside(watch, f) < 0) {
			return SPAWN_FAILED;
		}
		let_go(watch->work);
	}
	if (watch->child->pid > 0)
		return SPAWN_STARTED;
	fault_set(f, 0, "cannot start '%s': the process that makes it was killed",
		watch->spec->command[0]);
	return SPAWN_FAILED;
}

/* Is there a process that makes COMMAND's? */
static bool is_ushered(const struct plan *plan)
{
	return plan->namespaces & NAMESPACE_PID || plan->join;
}

/* The pipes that this run needs. */
static int make_pipes(struct child_work *work, const struct plan *plan, struct fault *f)
{
	const bool waits = plan->namespaces & NAMESPACE_USER || is_ushered(plan) ||
			   work->spec->network.link.given || work->spec->network.user;

	if (pipe2(work->report_fds, O_CLOEXEC) < 0 ||
		(waits && pipe2(work->go_fds, O_CLOEXEC) < 0) ||
		(work->init && pipe2(work->life_fds, O_CLOEXEC) < 0))
		return fault_set(f, errno, "cannot make a pipe");
	return 0;
}

static void close_pipes(struct child_work *work)
{
	for (unsigned end = 0; end < 2; end++) {
		close_fd(&work->report_fds[end]);
		close_fd(&work->go_fds[end]);
		close_fd(&work->life_fds[end]);
	}
	close_fd(&work->procs_fd);
	close_fd(&work->join_fd);
}

/* Whatever was made of it is to be gone again. */
static void undo(struct watch_child *watch, struct child_work *work)
{
	struct fault ignored;

	/* Who still waits ends now. */
	close_pipes(work);
	if (watch->waiting > 0)
		waitpid(watch->waiting, NULL, 0);
	if (watch->child->pid > 0 && watch->child->pid != watch->waiting)
		waitpid(watch->child->pid, NULL, 0);
	network_helper_end(&watch->child->network);
	init_end(&watch->child->init, watch->node->deadline_ms, &ignored);
	close_fd(&watch->child->pidfd);
}

static enum spawn_result start(struct watch_child *watch, struct child_work *work, struct fault *f)
{
	const bool ushered = is_ushered(watch->node->plan);
	struct child *child = watch->child;
	pid_t pid;

	child->started_at_us = monotonic_us();
	pid = ushered ? make_usher(child, watch->node, work, f)
		      : make_child(child, watch->node, work, f);
	close_fd(&work->procs_fd);
	close_fd(&work->report_fds[1]);
	close_fd(&work->go_fds[0]);
	close_fd(&work->life_fds[0]);
	child->init.life_fd = steal_fd(&work->life_fds[1]);
	child->pid = ushered ? 0 : pid;
	watch->waiting = pid;
	return pid < 0 ? SPAWN_NOT_PLACED : await_exec(watch, f);
}

enum spawn_result spawn(struct child *child, const struct node *node,
	const struct inherited *inherited, const struct spec *spec, struct unenforced *unenforced,
	struct fault *f)
{
	struct child_work work = {
		.enter_fds = node->enter_fds,
		.enter_count = node->enter_count,
		.place_fd = node->place_fd,
		.procs_fd = -1,
		.report_fds = { -1, -1 },
		.go_fds = { -1, -1 },
		.life_fds = { -1, -1 },
		.join_fd = -1,
		.init = (node->plan->namespaces & NAMESPACE_PID) && !spec->namespaces.pid1,
		.inherited = inherited,
		.spec = spec,
		.plan = node->plan,
		.environment = environ,
	};
	struct watch_child watch = { child, node, spec, &work, unenforced, 0 };
	_cleanup_free_ char **given = NULL;
	_cleanup_free_ char **filled = NULL;
	enum spawn_result result;

	*child = (struct child){
		.pidfd = -1,
		.has_siblings = inherited->has_children,
		.name = spec->command[0],
		.init = { 0, -1 },
		.network = { 0, -1 },
	};
	if (environment_asked(spec)) {
		given = environment_make(environ, spec, node->plan->user);
		work.environment = given;
	}
	if (work.environment && node->plan->jobs) {
		filled = jobs_environment(work.environment, node->plan->jobs, spec->jobs_env);
		work.environment = filled;
	}
	if (!work.environment) {
		fault_set(f, ENOMEM, "cannot make the environment of '%s'", child->name);
		return SPAWN_FAILED;
	}
	if (node->plan->join)
		work.join_fd = (int)syscall(SYS_pidfd_open, spec->namespaces.join_pid, 0);
	/* Orphans of COMMAND come to us to be reaped, so that none is a zombie when the node goes. */
	prctl(PR_SET_CHILD_SUBREAPER, 1);
	result = make_pipes(&work, node->plan, f) < 0 ? SPAWN_FAILED : start(&watch, &work, f);
	if (result != SPAWN_STARTED)
		undo(&watch, &work);
	else
		close_pipes(&work);
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
