/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "systemd_bus.h"

#include <errno.h>
#include <fcntl.h>
#include <time.h>

#include "files.h"
#include "monotonic.h"

#define PAUSE_NS 20000000

/* How long to wait for others to leave the message bus. */
#define CROWDED_US 5000000

static const char *manager_of(const struct host_scope *scope)
{
	return scope->system ? "the system's manager" : "the user's manager";
}

int systemd_bus_say_failed(const struct systemd_bus *bus, int err, struct fault *f)
{
	const unsigned uid = (unsigned)bus->scope->uid;

	fault_set(f, err, "cannot get a scope of %s (systemd) for uid %u", manager_of(bus->scope),
		uid);
	if (err == ETIMEDOUT)
		return fault_hint(f, "%s, which tells what it is busy with",
			bus->scope->system ? "systemctl list-jobs" : "systemctl --user list-jobs");
	if (bus->scope->system)
		return fault_hint(f, "systemctl status");
	return fault_hint(f, "systemctl status user@%u.service, as root", uid);
}

int systemd_bus_say_refused(const struct systemd_bus *bus, const char *message, struct fault *f)
{
	fault_set(f, 0, "cannot get a scope of %s (systemd) for uid %u: %s", manager_of(bus->scope),
		(unsigned)bus->scope->uid, message);
	return fault_hint(f, "limit --manager cgroupfs, in a group that is delegated to you");
}

static int on_answer(sd_bus_message *message, void *context, struct sd_bus_error_abi *unused)
{
	struct systemd_bus *bus = context;
	struct systemd_answer *answer = &bus->answer;
	const struct sd_bus_error_abi *error = bus->lib.message_get_error(message);
	const char *object;

	(void)unused;
	answer->is_there = true;
	if (error) {
		snprintf(answer->error_name, sizeof(answer->error_name), "%s", error->name);
		snprintf(answer->error_message, sizeof(answer->error_message), "%s",
			error->message ? error->message : error->name);
	} else if (bus->lib.message_read(message, "o", &object) >= 0) {
		snprintf(answer->object, sizeof(answer->object), "%s", object);
	}
	return 0;
}

int systemd_bus_turn(struct systemd_bus *bus, struct fault *f)
{
	int result = bus->lib.process(bus->bus, NULL);

	if (result == 0) {
		uint64_t now_us = monotonic_us();

		if (now_us >= bus->deadline_us)
			return systemd_bus_say_failed(bus, ETIMEDOUT, f);
		result = bus->lib.wait(bus->bus, bus->deadline_us - now_us);
	}
	return result < 0 && result != -EINTR ? systemd_bus_say_failed(bus, -result, f) : 0;
}

bool systemd_bus_pause(const struct systemd_bus *bus)
{
	const struct timespec pause = { .tv_nsec = PAUSE_NS };

	nanosleep(&pause, NULL);
	return monotonic_us() < bus->deadline_us;
}

int systemd_bus_call(struct systemd_bus *bus, sd_bus_message *message, struct fault *f)
{
	int result;

	bus->answer = (struct systemd_answer){ .is_there = false };
	result = bus->lib.call_async(bus->bus, NULL, message, on_answer, bus, UINT64_MAX);
	bus->lib.message_unref(message);
	if (result < 0)
		return systemd_bus_say_failed(bus, -result, f);
	while (!bus->answer.is_there)
		if (systemd_bus_turn(bus, f) < 0)
			return -1;
	return 0;
}

static int new_call(const struct systemd_bus *bus, const char *name, const char *path,
	const char *interface, const char *member, sd_bus_message **message)
{
	int result =
		bus->lib.message_new_method_call(bus->bus, message, name, path, interface, member);

	/* Who is not there is not to be started by the message bus, which would take its time. */
	return result < 0 ? result : bus->lib.message_set_auto_start(*message, 0);
}

int systemd_bus_new_call(const struct systemd_bus *bus, const char *member,
	sd_bus_message **message)
{
	return new_call(bus, SYSTEMD_MANAGER_NAME, SYSTEMD_MANAGER_PATH, SYSTEMD_MANAGER_INTERFACE,
		member, message);
}

/* A call of the message bus itself. */
static int call_bus(struct systemd_bus *bus, const char *member, const char *argument,
	struct fault *f)
{
	sd_bus_message *message = NULL;
	int result = new_call(bus, "org.freedesktop.DBus", "/org/freedesktop/DBus",
		"org.freedesktop.DBus", member, &message);

	if (result >= 0)
		result = bus->lib.message_append(message, "s", argument);
	if (result < 0) {
		bus->lib.message_unref(message);
		return systemd_bus_say_failed(bus, -result, f);
	}
	if (systemd_bus_call(bus, message, f) < 0)
		return -1;
	return bus->answer.error_name[0]
		       ? systemd_bus_say_refused(bus, bus->answer.error_message, f)
		       : 0;
}

static void disconnect(struct systemd_bus *bus)
{
	if (bus->bus) {
		bus->lib.close(bus->bus);
		bus->bus = bus->lib.unref(bus->bus);
	}
}

static int start(struct systemd_bus *bus, const char *socket, bool direct, struct fault *f)
{
	const struct systemd_library *lib = &bus->lib;
	char runtime[64];
	int result;

	disconnect(bus);
	if (!host_scope_runtime_directory(AT_FDCWD, bus->scope->uid, runtime, sizeof(runtime)))
		return systemd_bus_say_failed(bus, ENOENT, f);
	_cleanup_free_ char *address = text_format("unix:path=%s/%s", runtime, socket);

	result = lib->new_(&bus->bus);
	if (result >= 0)
		result = lib->set_address(bus->bus, address);
	if (result >= 0 && !direct)
		result = lib->set_bus_client(bus->bus, 1);
	if (result >= 0)
		result = lib->add_filter(bus->bus, NULL, bus->on_signal, bus->context);
	if (result >= 0)
		result = lib->start(bus->bus);
	return result < 0 ? systemd_bus_say_failed(bus, -result, f) : 0;
}

/* Is the manager on the message bus? Then let that pass on what is about our unit, and nothing else. */
static int connect_by_bus(struct systemd_bus *bus, struct fault *f)
{
	_cleanup_free_ char *match = text_format("type='signal',sender='" SYSTEMD_MANAGER_NAME
						 "',path='" SYSTEMD_MANAGER_PATH
						 "',interface='" SYSTEMD_MANAGER_INTERFACE
						 "',member='JobRemoved',arg2='%s'",
		bus->scope->unit);

	return start(bus, bus->scope->system ? "dbus/system_bus_socket" : "bus", false, f) < 0 ||
			       call_bus(bus, "AddMatch", match, f) < 0 ||
			       call_bus(bus, "GetNameOwner", SYSTEMD_MANAGER_NAME, f) < 0
		       ? -1
		       : 0;
}

/* Too many are connected, of this user or altogether: that may not last. */
static bool is_crowded(const struct fault *f)
{
	return f->err == ENOBUFS || f->err == EAGAIN;
}

int systemd_bus_connect(struct systemd_bus *bus, struct fault *f)
{
	const uint64_t patience_ends_us = monotonic_us() + CROWDED_US;
	bool crowded;

	do {
		if (connect_by_bus(bus, f) == 0)
			return 0;
		crowded = is_crowded(f);
		if (f->err == ETIMEDOUT)
			break;
		if ((!crowded || monotonic_us() > patience_ends_us) &&
			start(bus, "systemd/private", true, f) == 0)
			return 0;
	} while ((crowded || is_crowded(f)) && systemd_bus_pause(bus));
	return -1;
}

int systemd_bus_open(struct systemd_bus *bus, const struct host_scope *scope, unsigned deadline_ms,
	sd_bus_handler *on_signal, void *context, struct fault *f)
{
	*bus = (struct systemd_bus){
		.scope = scope,
		.on_signal = on_signal,
		.context = context,
		.deadline_us = monotonic_us() + deadline_ms * UINT64_C(1000),
	};
	return systemd_library_load(&bus->lib, f);
}

void systemd_bus_close(struct systemd_bus *bus)
{
	disconnect(bus);
	systemd_library_unload(&bus->lib);
}
