/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "child_explain.h"

#include <errno.h>
#include <sys/stat.h>

#include "credentials.h"
#include "explain.h"
#include "namespaces.h"
#include "process_limits.h"

int child_explain_clone(const struct node *node, int err, struct fault *f)
{
	if (node->place_fd >= 0)
		fault_set(f, err, "cannot start a process in '%s'", node->plan->groups[0].path);
	else
		fault_set(f, err, "cannot start a process");
	if (err == EAGAIN)
		return fault_hint(f, "raise pids.max of the groups above, or 'ulimit -u'");
	if (err == ENOENT)
		return explain_border(f);
	if (err == EBUSY || err == EOPNOTSUPP)
		return fault_hint(f,
			"run limit from another control group: this one is threaded or hands out controllers");
	return -1;
}

static enum spawn_result explain_exec(const char *name, int err, bool exists, struct fault *f)
{
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

int child_explain_cpuset(const char *name, int err, struct fault *f)
{
	fault_set(f, err == EBADE ? 0 : err,
		"cannot enforce --cpus and --mems: the kernel does not keep '%s' to them", name);
	return fault_hint(f, "numactl --membind in place of --mems, or Linux 6.3 or later");
}

static void explain_join(const struct plan *plan, pid_t pid, const struct child_message *message,
	struct fault *f)
{
	if (message->detail == 0 && message->err != ESRCH && message->err != ENOENT) {
		namespaces_explain(plan->join->set, true, message->err, f);
		return;
	}
	fault_set(f, message->err,
		message->detail ? "cannot become who process %d is" : "cannot join process %d",
		(int)pid);
	if (message->detail == 0)
		fault_hint(f, "ps -e: it has ended");
}

enum spawn_result child_explain(const struct node *node, const struct spec *spec,
	const struct child_message *message, struct fault *f)
{
	const uint64_t namespaces = node->plan->namespaces;
	const char *name = spec->command[0];

	switch (message->stage) {
	case STAGE_EXEC:
		return explain_exec(name, message->err, message->detail != 0, f);
	case STAGE_LIMITS:
		process_limits_explain(spec, message->detail, message->err, f);
		return SPAWN_FAILED;
	case STAGE_CPUSET:
		child_explain_cpuset(name, message->err, f);
		return SPAWN_FAILED;
	case STAGE_UNSHARE:
		namespaces_explain(namespaces, false, message->err, f);
		return SPAWN_FAILED;
	case STAGE_NAMESPACES:
		namespaces_explain_step(spec, namespaces, message->detail, message->more,
			message->err, f);
		return SPAWN_FAILED;
	case STAGE_JOIN:
		explain_join(node->plan, spec->namespaces.join_pid, message, f);
		return SPAWN_FAILED;
	case STAGE_CREDENTIALS:
		credentials_explain(spec, message->detail, message->err, f);
		return SPAWN_FAILED;
	case STAGE_CHDIR:
		fault_set(f, message->err, "cannot enter the directory '%s'", spec->directory);
		return SPAWN_FAILED;
	case STAGE_CLONE:
		child_explain_clone(node, message->err, f);
		return SPAWN_NOT_PLACED;
	case STAGE_ENTER:
		fault_set(f, message->err,
			"cannot start '%s': the child could not enter its control group", name);
		return SPAWN_NOT_PLACED;
	case STAGE_SIGNALS:
	case STAGE_WAITS:
	case STAGE_MADE:
		break;
	}
	fault_set(f, message->err,
		"cannot start '%s': the child could not restore its signals and limits", name);
	return SPAWN_FAILED;
}
