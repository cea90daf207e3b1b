/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "systemd.h"

#include <errno.h>
#include <fcntl.h>
#include <stdbool.h>
#include <sys/stat.h>

#include "files.h"
#include "kernel_text.h"
#include "monotonic.h"
#include "systemd_bus.h"

#define BUS_ERROR "org.freedesktop.DBus.Error."

#define JOB_RESULT_MAX 32

/*
 * How long a manager may be away that was there, and one that is not there at first: its sockets are, and it
 * may be about to execute itself anew.
 */
#define LOST_US 15000000
#define AWAY_US 800000

/* What older managers lack, the newest first. */
enum optional {
	OPTIONAL_COLLECT_MODE, /* systemd 236 */
	OPTIONAL_TASKS_MAX,    /* systemd 227 */
	OPTIONALS,
};

enum progress {
	PROGRESS_FAILED,
	PROGRESS_LOST,  /* the manager is gone, or its answer */
	PROGRESS_AGAIN, /* a shared scope is about to go, or not all there yet */
	PROGRESS_DONE,
};

/* The job that makes the scope. */
struct talk {
	struct systemd_bus bus;
	char gone_job[SYSTEMD_OBJECT_MAX];
	char result[JOB_RESULT_MAX]; /* of gone_job; "" until a job for the unit is over */
};

/* JobRemoved(u id, o job, s unit, s result) */
static int on_signal(sd_bus_message *message, void *context, struct sd_bus_error_abi *error)
{
	struct talk *talk = context;
	const struct systemd_library *lib = &talk->bus.lib;
	const char *job, *unit, *result;
	uint32_t id;

	(void)error;
	if (lib->message_is_signal(message, SYSTEMD_MANAGER_INTERFACE, "JobRemoved") <= 0 ||
		lib->message_read(message, "uoss", &id, &job, &unit, &result) < 0 ||
		strcmp(unit, talk->bus.scope->unit) != 0)
		return 0;
	snprintf(talk->gone_job, sizeof(talk->gone_job), "%s", job);
	snprintf(talk->result, sizeof(talk->result), "%s", result);
	return 0;
}

/* PIDs: 0 is whoever asks, so that it means this process in any pid namespace. */
static int append_properties(const struct systemd_bus *bus, sd_bus_message *message,
	unsigned optional)
{
	const struct systemd_library *lib = &bus->lib;
	int result = lib->message_open_container(message, 'a', "(sv)");

	if (result >= 0)
		result = lib->message_append(message, "(sv)(sv)(sv)(sv)", "Description", "s",
			"a run of limit", "Slice", "s", bus->scope->slice, "Delegate", "b", 1,
			"PIDs", "au", 1, UINT32_C(0));
	if (result >= 0 && optional & 1U << OPTIONAL_COLLECT_MODE)
		result = lib->message_append(message, "(sv)", "CollectMode", "s",
			"inactive-or-failed");
	/* The manager's default would be a limit that nobody asked for. */
	if (result >= 0 && optional & 1U << OPTIONAL_TASKS_MAX)
		result = lib->message_append(message, "(sv)", "TasksMax", "t", UINT64_MAX);
	return result < 0 ? result : lib->message_close_container(message);
}

/* Ask once, with these optional properties. */
static int ask(struct systemd_bus *bus, unsigned optional, struct fault *f)
{
	const struct systemd_library *lib = &bus->lib;
	sd_bus_message *message = NULL;
	int result = systemd_bus_new_call(bus, "StartTransientUnit", &message);

	if (result >= 0)
		result = lib->message_append(message, "ss", bus->scope->unit, "fail");
	if (result >= 0)
		result = append_properties(bus, message, optional);
	if (result >= 0)
		result = lib->message_append(message, "a(sa(sv))", 0);
	if (result >= 0)
		return systemd_bus_call(bus, message, f);
	lib->message_unref(message);
	return systemd_bus_say_failed(bus, -result, f);
}

static bool is_error(const struct systemd_answer *answer, const char *const *names, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		size_t length = strlen(BUS_ERROR);

		if (strncmp(answer->error_name, BUS_ERROR, length) == 0 &&
			strcmp(answer->error_name + length, names[i]) == 0)
			return true;
	}
	return false;
}

/* A manager that does not know a property refuses the unit: leave them out, the newest first. */
static bool is_about_property(const struct systemd_answer *answer)
{
	static const char *const names[] = { "PropertyReadOnly", "UnknownProperty", "InvalidArgs" };

	return is_error(answer, names, ARRAY_SIZE(names));
}

/* The manager has left the message bus, perhaps to execute itself anew. */
static bool is_lost(const struct systemd_answer *answer)
{
	static const char *const names[] = { "NoReply", "NameHasNoOwner", "ServiceUnknown",
		"Disconnected" };

	return is_error(answer, names, ARRAY_SIZE(names));
}

static bool is_there_already(const struct systemd_answer *answer)
{
	return strcmp(answer->error_name, "org.freedesktop.systemd1.UnitExists") == 0;
}

static enum progress start_unit(struct systemd_bus *bus, bool again, struct fault *f)
{
	unsigned optional = (1U << OPTIONALS) - 1;

	for (unsigned next = 0;; next++) {
		if (ask(bus, optional, f) < 0)
			return f->err == ETIMEDOUT ? PROGRESS_FAILED : PROGRESS_LOST;
		if (next == OPTIONALS || !is_about_property(&bus->answer))
			break;
		optional &= ~(1U << next);
	}
	if (!bus->answer.error_name[0])
		return PROGRESS_DONE;
	if (is_lost(&bus->answer)) {
		systemd_bus_say_failed(bus, ECONNRESET, f);
		return PROGRESS_LOST;
	}
	systemd_bus_say_refused(bus, bus->answer.error_message, f);
	if (bus->scope->shared && is_there_already(&bus->answer))
		return PROGRESS_AGAIN;
	/* The first time it was granted, but is not done yet. */
	return again && is_there_already(&bus->answer) ? PROGRESS_LOST : PROGRESS_FAILED;
}

/* Only when the job is over has the manager moved this process. */
static enum progress await_job(struct talk *talk, const char *job, struct fault *f)
{
	while (!talk->result[0] || strcmp(talk->gone_job, job) != 0)
		if (systemd_bus_turn(&talk->bus, f) < 0)
			return f->err == ETIMEDOUT ? PROGRESS_FAILED : PROGRESS_LOST;
	if (strcmp(talk->result, "done") == 0)
		return PROGRESS_DONE;
	_cleanup_free_ char *text = text_format("its job ended as '%s'", talk->result);

	systemd_bus_say_refused(&talk->bus, text, f);
	return PROGRESS_FAILED;
}

/* This process' own v2 group, as the kernel names it. To be freed. */
static char *own_group(struct fault *f)
{
	_cleanup_free_ char *text = file_slurp_at(AT_FDCWD, "/proc/self/cgroup");
	char *own = text ? self_cgroup_v2(text) : NULL;

	if (!own)
		fault_set(f, errno, "cannot read '/proc/self/cgroup'");
	return own;
}

/* Is tail the end of path, from a '/' on? */
static bool ends_in(const char *path, const char *tail)
{
	size_t length = strlen(path);
	size_t tail_length = strlen(tail);

	return length > tail_length && path[length - tail_length - 1] == '/' &&
	       strcmp(path + length - tail_length, tail) == 0;
}

/* The scope itself must be empty, or no controller could be switched on in it. */
static int move_into_leaf(const struct host_scope *scope, struct fault *f)
{
	_cleanup_free_ char *own = own_group(f);
	_cleanup_free_ char *leaf = path_join(scope->path, HOST_SCOPE_LEAF_NAME);
	_cleanup_free_ char *procs = path_join(leaf, "cgroup.procs");

	if (!own)
		return -1;
	if (!ends_in(own, scope->unit) || !file_exists_at(AT_FDCWD, scope->path))
		return fault_set(f, 0,
			"cannot use the scope that systemd gave: it is '%s', and not '%s'", own,
			scope->path);
	if (mkdir(leaf, 0755) < 0 && errno != EEXIST)
		return fault_set(f, errno, "cannot make control group '%s'", leaf);
	if (file_write_at(AT_FDCWD, procs, "0") < 0)
		return fault_set(f, errno, "cannot move limit into '%s'", leaf);
	return 0;
}

/* By the manager. */
static bool has_been_moved(const struct host_scope *scope)
{
	struct fault unused;
	_cleanup_free_ char *own = own_group(&unused);

	return own && ends_in(own, scope->unit);
}

static bool is_inside(const struct host_scope *scope, struct fault *f)
{
	_cleanup_free_ char *own = own_group(f);
	_cleanup_free_ char *tail = path_join(scope->unit, HOST_SCOPE_LEAF_NAME);

	return own && ends_in(own, tail);
}

/* Into the leaf of a scope that is there: the scope itself may have controllers switched on. */
static enum progress attach(struct systemd_bus *bus, struct fault *f)
{
	static const char *const final[] = { "UnknownMethod", "AccessDenied", "NotSupported" };
	sd_bus_message *message = NULL;
	int result = systemd_bus_new_call(bus, "AttachProcessesToUnit", &message);

	/* 0 is whoever asks. */
	if (result >= 0)
		result = bus->lib.message_append(message, "ssau", bus->scope->unit,
			"/" HOST_SCOPE_LEAF_NAME, 1, UINT32_C(0));
	if (result < 0) {
		bus->lib.message_unref(message);
		systemd_bus_say_failed(bus, -result, f);
		return PROGRESS_FAILED;
	}
	if (systemd_bus_call(bus, message, f) < 0)
		return f->err == ETIMEDOUT ? PROGRESS_FAILED : PROGRESS_LOST;
	if (!bus->answer.error_name[0])
		return PROGRESS_DONE;
	systemd_bus_say_refused(bus, bus->answer.error_message, f);
	return is_error(&bus->answer, final, ARRAY_SIZE(final)) ? PROGRESS_FAILED : PROGRESS_AGAIN;
}

/*
 * Who makes a shared scope is in it until its leaf is there: no controller may be switched on before it has
 * moved on.
 */
static int await_room(const struct systemd_bus *bus, struct fault *f)
{
	_cleanup_free_ char *procs = path_join(bus->scope->path, "cgroup.procs");
	char text[64];

	for (;;) {
		ssize_t length = file_read_at(AT_FDCWD, procs, text, sizeof(text));

		if (length == 0)
			return 0;
		if (length < 0 && errno != EFBIG)
			return systemd_bus_say_failed(bus, errno, f);
		if (!systemd_bus_pause(bus))
			return systemd_bus_say_failed(bus, ETIMEDOUT, f);
	}
}

bool systemd_is_manager(pid_t pid)
{
	_cleanup_free_ char *path = text_format("/proc/%d/comm", (int)pid);
	char name[32];

	return pid > 0 && file_read_at(AT_FDCWD, path, name, sizeof(name)) > 0 &&
	       strcmp(text_trim(name), "systemd") == 0;
}

/* Nobody listens where there is a socket, or the manager has no name on the bus. */
static bool is_away(const struct fault *f)
{
	return f->err == ECONNREFUSED || f->err == ENOENT || f->err == ESRCH || f->err == ENXIO;
}

/*
 * Again if the manager went away meanwhile: it may have executed itself anew. What was asked first may have
 * been granted then, which shows in where this process is.
 */
static int get_scope(struct talk *talk, struct fault *f)
{
	uint64_t lost_at_us = 0;
	bool was_there = false;

	for (;;) {
		enum progress progress = PROGRESS_LOST;

		if (systemd_bus_connect(&talk->bus, f) == 0) {
			was_there = true;
			progress = start_unit(&talk->bus, lost_at_us > 0, f);
		} else if (!was_there && !is_away(f)) {
			progress = PROGRESS_FAILED;
		}
		if (progress == PROGRESS_DONE)
			progress = await_job(talk, talk->bus.answer.object, f);
		else if (progress == PROGRESS_AGAIN)
			progress = attach(&talk->bus, f);
		if (progress == PROGRESS_DONE || has_been_moved(talk->bus.scope))
			return 0;
		if (progress == PROGRESS_AGAIN && systemd_bus_pause(&talk->bus))
			continue;
		if (!lost_at_us)
			lost_at_us = monotonic_us();
		if (progress == PROGRESS_FAILED ||
			monotonic_us() - lost_at_us > (was_there ? LOST_US : AWAY_US) ||
			!systemd_bus_pause(&talk->bus))
			return -1;
	}
}

int systemd_enter_scope(const struct host_scope *scope, struct fault *f)
{
	struct talk talk = { .result = "" };
	int result = -1;

	if (is_inside(scope, f))
		return 0;
	if (systemd_bus_open(&talk.bus, scope, SYSTEMD_DEADLINE_MS, on_signal, &talk, f) == 0 &&
		get_scope(&talk, f) == 0)
		result = is_inside(scope, f) ? await_room(&talk.bus, f) : move_into_leaf(scope, f);
	systemd_bus_close(&talk.bus);
	return result;
}
