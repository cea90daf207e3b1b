/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd_bus — a conversation with one manager of systemd's, within one time limit.
 *
 * It goes over the message bus, if that is there. Directly, by the manager's own socket, it would be as
 * fast, but there everybody gets every signal about every unit: with a hundred runs at once that is
 * what the manager spends its time on.
 *
 * The library is never left to wait by itself: it would do so for a minute and a half where somebody takes
 * a connection and says nothing. Calls are sent, and their answers awaited in one loop.
 *
 * Sources: sd-bus(3); the D-Bus specification, "Message Bus Messages".
 */
#ifndef LIMIT_SYSTEMD_BUS_H
#define LIMIT_SYSTEMD_BUS_H

#include <stdbool.h>

#include "fault.h"
#include "host_scope.h"
#include "systemd_library.h"

#define SYSTEMD_MANAGER_NAME "org.freedesktop.systemd1"
#define SYSTEMD_MANAGER_PATH "/org/freedesktop/systemd1"
#define SYSTEMD_MANAGER_INTERFACE "org.freedesktop.systemd1.Manager"

#define SYSTEMD_OBJECT_MAX 128

/* What came back of a call: an object's path, or an error with a name. */
struct systemd_answer {
	bool is_there;
	char object[SYSTEMD_OBJECT_MAX];
	char error_name[SYSTEMD_OBJECT_MAX]; /* "": none */
	char error_message[FAULT_TEXT_MAX];
};

struct systemd_bus {
	const struct host_scope *scope; /* whose manager, and the unit it is about */
	struct systemd_library lib;
	sd_bus_handler *on_signal;
	void *context; /* of on_signal */
	uint64_t deadline_us;
	sd_bus *bus;                  /* NULL: not connected */
	struct systemd_answer answer; /* to the call under way */
};

/* Load the library. The time runs from here. Returns 0, or -1 with *f set. Close in both cases. */
int systemd_bus_open(struct systemd_bus *bus, const struct host_scope *scope, unsigned deadline_ms,
	sd_bus_handler *on_signal, void *context, struct fault *f);

void systemd_bus_close(struct systemd_bus *bus);

/*
 * Connect, or connect again. JobRemoved of scope->unit goes to on_signal. Returns 0, or -1 with *f set:
 * nobody is there, ETIMEDOUT.
 */
int systemd_bus_connect(struct systemd_bus *bus, struct fault *f);

/* A call of the manager's, to be filled. Returns 0, or a negative errno. */
int systemd_bus_new_call(const struct systemd_bus *bus, const char *member,
	sd_bus_message **message);

/*
 * Send a call, which is released, and wait until bus->answer is there. Returns 0 also when it is an error
 * of the manager's; -1 with *f set when there is none.
 */
int systemd_bus_call(struct systemd_bus *bus, sd_bus_message *message, struct fault *f);

/* Act on what has come, or wait for more. Returns 0, or -1 with *f set: ETIMEDOUT, nobody is there any more. */
int systemd_bus_turn(struct systemd_bus *bus, struct fault *f);

/* Before another attempt. False: there is no time for one. */
bool systemd_bus_pause(const struct systemd_bus *bus);

/* 'cannot get a scope …' with a remedy. Always -1. */
int systemd_bus_say_failed(const struct systemd_bus *bus, int err, struct fault *f);

/* The same with what the manager said. Always -1. */
int systemd_bus_say_refused(const struct systemd_bus *bus, const char *message, struct fault *f);

#endif
