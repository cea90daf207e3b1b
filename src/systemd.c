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
#include "systemd_library.h"

#define MANAGER_NAME "org.freedesktop.systemd1"
#define MANAGER_PATH "/org/freedesktop/systemd1"
#define MANAGER_INTERFACE "org.freedesktop.systemd1.Manager"

#define JOB_PATH_MAX 128
#define JOB_RESULT_MAX 32

/* What older managers lack, the newest first. */
enum optional {
	OPTIONAL_COLLECT_MODE, /* systemd 236 */
	OPTIONAL_TASKS_MAX,    /* systemd 227 */
	OPTIONALS,
};

/* A conversation with one manager. */
struct talk {
	const struct host_scope *scope;
	struct systemd_library lib;
	sd_bus *bus;
	uint64_t deadline_us;
	char job[JOB_PATH_MAX]; /* that makes the scope */
	char gone_job[JOB_PATH_MAX];
	char result[JOB_RESULT_MAX]; /* of gone_job; "" until a job for the unit is over */
};

static const char *manager_of(const struct host_scope *scope)
{
	return scope->system ? "the system's manager" : "the user's manager";
}

static int say_failed(const struct talk *talk, int err, struct fault *f)
{
	fault_set(f, err, "cannot get a scope of %s (systemd) for uid %u", manager_of(talk->scope),
		(unsigned)talk->scope->uid);
	if (err == ETIMEDOUT)
		return fault_hint(f, "%s, which tells what it is busy with",
			talk->scope->system ? "systemctl list-jobs" : "systemctl --user list-jobs");
	if (talk->scope->system)
		return fault_hint(f, "systemctl status");
	return fault_hint(f, "systemctl status user@%u.service, as root",
		(unsigned)talk->scope->uid);
}

/* What the manager said, in its own words. */
static int say_refused(const struct talk *talk, const struct sd_bus_error_abi *error, int err,
	struct fault *f)
{
	if (!error->message || err == ETIMEDOUT)
		return say_failed(talk, err, f);
	fault_set(f, 0, "cannot get a scope of %s (systemd) for uid %u: %s",
		manager_of(talk->scope), (unsigned)talk->scope->uid, error->message);
	return fault_hint(f, "limit --manager cgroupfs, in a group that is delegated to you");
}

static uint64_t left_us(const struct talk *talk)
{
	uint64_t now_us = monotonic_us();

	/* 0 would mean the library's own limit. */
	return now_us < talk->deadline_us ? talk->deadline_us - now_us : 1;
}

/* JobRemoved(u id, o job, s unit, s result) */
static int on_job_removed(sd_bus_message *message, void *context, struct sd_bus_error_abi *error)
{
	struct talk *talk = context;
	const char *job, *unit, *result;
	uint32_t id;

	(void)error;
	if (talk->lib.message_read(message, "uoss", &id, &job, &unit, &result) < 0 ||
		strcmp(unit, talk->scope->unit) != 0)
		return 0;
	snprintf(talk->gone_job, sizeof(talk->gone_job), "%s", job);
	snprintf(talk->result, sizeof(talk->result), "%s", result);
	return 0;
}

/* Directly, as systemctl does it, or over the message bus. */
static int connect_to(struct talk *talk, const char *runtime, const char *socket, bool direct)
{
	const struct systemd_library *lib = &talk->lib;
	_cleanup_free_ char *address = text_format("unix:path=%s/%s", runtime, socket);
	int result = lib->new_(&talk->bus);

	if (result >= 0)
		result = lib->set_address(talk->bus, address);
	if (result >= 0 && !direct)
		result = lib->set_bus_client(talk->bus, 1);
	if (result >= 0)
		result = lib->start(talk->bus);
	if (result >= 0)
		result = lib->add_match(talk->bus, NULL,
			"type='signal',interface='" MANAGER_INTERFACE
			"',member='JobRemoved',path='" MANAGER_PATH "'",
			on_job_removed, talk);
	if (result < 0)
		talk->bus = lib->unref(talk->bus);
	return result;
}

static int connect_to_manager(struct talk *talk, struct fault *f)
{
	char runtime[64];
	int result;

	if (!host_scope_runtime_directory(AT_FDCWD, talk->scope->uid, runtime, sizeof(runtime)))
		return say_failed(talk, ENOENT, f);
	result = connect_to(talk, runtime, "systemd/private", true);
	if (result < 0)
		result = connect_to(talk, runtime,
			talk->scope->system ? "dbus/system_bus_socket" : "bus", false);
	return result < 0 ? say_failed(talk, -result, f) : 0;
}

/* PIDs: 0 is whoever asks, so that it means this process in any pid namespace. */
static int append_properties(const struct talk *talk, sd_bus_message *message, unsigned optional)
{
	const struct systemd_library *lib = &talk->lib;
	int result = lib->message_open_container(message, 'a', "(sv)");

	if (result >= 0)
		result = lib->message_append(message, "(sv)(sv)(sv)(sv)", "Description", "s",
			"a run of limit", "Slice", "s", talk->scope->slice, "Delegate", "b", 1,
			"PIDs", "au", 1, UINT32_C(0));
	if (result >= 0 && optional & 1U << OPTIONAL_COLLECT_MODE)
		result = lib->message_append(message, "(sv)", "CollectMode", "s",
			"inactive-or-failed");
	/* The manager's default would be a limit that nobody asked for. */
	if (result >= 0 && optional & 1U << OPTIONAL_TASKS_MAX)
		result = lib->message_append(message, "(sv)", "TasksMax", "t", UINT64_MAX);
	return result < 0 ? result : lib->message_close_container(message);
}

static int make_request(const struct talk *talk, unsigned optional, sd_bus_message **message)
{
	const struct systemd_library *lib = &talk->lib;
	int result = lib->message_new_method_call(talk->bus, message, MANAGER_NAME, MANAGER_PATH,
		MANAGER_INTERFACE, "StartTransientUnit");

	if (result >= 0)
		result = lib->message_append(*message, "ss", talk->scope->unit, "fail");
	if (result >= 0)
		result = append_properties(talk, *message, optional);
	return result < 0 ? result : lib->message_append(*message, "a(sa(sv))", 0);
}

/* Ask once, with these optional properties. Returns 0, or a negative errno with *error filled. */
static int ask(struct talk *talk, unsigned optional, struct sd_bus_error_abi *error)
{
	const struct systemd_library *lib = &talk->lib;
	sd_bus_message *message = NULL;
	sd_bus_message *reply = NULL;
	const char *job;
	int result = make_request(talk, optional, &message);

	if (result >= 0)
		result = lib->call(talk->bus, message, left_us(talk), error, &reply);
	if (result >= 0)
		result = lib->message_read(reply, "o", &job);
	if (result >= 0)
		snprintf(talk->job, sizeof(talk->job), "%s", job);
	lib->message_unref(reply);
	lib->message_unref(message);
	return result < 0 ? result : 0;
}

/* A manager that does not know a property refuses the unit: leave them out, the newest first. */
static bool is_about_property(const struct sd_bus_error_abi *error)
{
	return error->name &&
	       (strcmp(error->name, "org.freedesktop.DBus.Error.PropertyReadOnly") == 0 ||
		       strcmp(error->name, "org.freedesktop.DBus.Error.UnknownProperty") == 0 ||
		       strcmp(error->name, "org.freedesktop.DBus.Error.InvalidArgs") == 0);
}

static int start_unit(struct talk *talk, struct fault *f)
{
	unsigned optional = (1U << OPTIONALS) - 1;

	for (unsigned next = 0;; next++) {
		struct sd_bus_error_abi error = { 0 };
		int result = ask(talk, optional, &error);
		bool again = result < 0 && next < OPTIONALS && is_about_property(&error);

		if (result < 0 && !again)
			say_refused(talk, &error, -result, f);
		talk->lib.error_free(&error);
		if (!again)
			return result;
		optional &= ~(1U << next);
	}
}

/* Only when the job is over has the manager moved this process. */
static int await_job(struct talk *talk, struct fault *f)
{
	const struct systemd_library *lib = &talk->lib;

	while (!talk->result[0] || strcmp(talk->gone_job, talk->job) != 0) {
		int result = lib->process(talk->bus, NULL);

		if (result == 0) {
			if (monotonic_us() >= talk->deadline_us)
				return say_failed(talk, ETIMEDOUT, f);
			result = lib->wait(talk->bus, left_us(talk));
		}
		if (result < 0 && result != -EINTR)
			return say_failed(talk, -result, f);
	}
	if (strcmp(talk->result, "done") == 0)
		return 0;
	return fault_set(f, 0, "cannot get a scope of %s (systemd): its job ended as '%s'",
		manager_of(talk->scope), talk->result);
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
			"cannot use the scope of %s (systemd): it is '%s', and not '%s'",
			manager_of(scope), own, scope->path);
	if (mkdir(leaf, 0755) < 0 && errno != EEXIST)
		return fault_set(f, errno, "cannot make control group '%s'", leaf);
	if (file_write_at(AT_FDCWD, procs, "0") < 0)
		return fault_set(f, errno, "cannot move limit into '%s'", leaf);
	return 0;
}

static bool is_inside(const struct host_scope *scope, struct fault *f)
{
	_cleanup_free_ char *own = own_group(f);
	_cleanup_free_ char *tail = path_join(scope->unit, HOST_SCOPE_LEAF_NAME);

	return own && ends_in(own, tail);
}

bool systemd_is_manager(pid_t pid)
{
	_cleanup_free_ char *path = text_format("/proc/%d/comm", (int)pid);
	char name[32];

	return pid > 0 && file_read_at(AT_FDCWD, path, name, sizeof(name)) > 0 &&
	       strcmp(text_trim(name), "systemd") == 0;
}

int systemd_enter_scope(const struct host_scope *scope, struct fault *f)
{
	struct talk talk = {
		.scope = scope,
		.deadline_us = monotonic_us() + SYSTEMD_DEADLINE_MS * UINT64_C(1000),
	};
	int result = -1;

	if (is_inside(scope, f))
		return 0;
	if (systemd_library_load(&talk.lib, f) < 0)
		return -1;
	if (connect_to_manager(&talk, f) == 0) {
		if (start_unit(&talk, f) == 0 && await_job(&talk, f) == 0)
			result = move_into_leaf(scope, f);
		talk.lib.close(talk.bus);
		talk.lib.unref(talk.bus);
	}
	systemd_library_unload(&talk.lib);
	return result;
}
