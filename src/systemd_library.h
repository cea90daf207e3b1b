/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * systemd_library — the part of libsystemd that is used, loaded when it is needed. Its headers are not
 * needed to build: these are the types and functions of its stable interface.
 *
 * Sources: sd-bus(3), sd_bus_error(3), sd_bus_message_append(3).
 */
#ifndef LIMIT_SYSTEMD_LIBRARY_H
#define LIMIT_SYSTEMD_LIBRARY_H

#include <stdint.h>

#include "fault.h"

typedef struct sd_bus sd_bus;
typedef struct sd_bus_message sd_bus_message;
typedef struct sd_bus_slot sd_bus_slot;

/* Laid out as in the library, which fills it. */
struct sd_bus_error_abi {
	const char *name;
	const char *message;
	int need_free;
};

typedef int sd_bus_handler(sd_bus_message *message, void *context, struct sd_bus_error_abi *error);

/* 'sd_bus_new' is new_, and so on. All return 0 or more, or a negative errno. */
struct systemd_library {
	void *handle;
	int (*new_)(sd_bus **bus);
	int (*set_address)(sd_bus *bus, const char *address);
	int (*set_bus_client)(sd_bus *bus, int yes);
	int (*start)(sd_bus *bus);
	sd_bus *(*unref)(sd_bus *bus);
	void (*close)(sd_bus *bus);
	int (*add_filter)(sd_bus *bus, sd_bus_slot **slot, sd_bus_handler *handler, void *context);
	int (*process)(sd_bus *bus, sd_bus_message **message);
	int (*wait)(sd_bus *bus, uint64_t timeout_us);
	int (*call_async)(sd_bus *bus, sd_bus_slot **slot, sd_bus_message *message,
		sd_bus_handler *handler, void *context, uint64_t timeout_us);
	int (*message_new_method_call)(sd_bus *bus, sd_bus_message **message,
		const char *destination, const char *path, const char *interface,
		const char *member);
	int (*message_set_auto_start)(sd_bus_message *message, int yes);
	int (*message_append)(sd_bus_message *message, const char *types, ...);
	int (*message_open_container)(sd_bus_message *message, char type, const char *contents);
	int (*message_close_container)(sd_bus_message *message);
	const struct sd_bus_error_abi *(*message_get_error)(sd_bus_message *message);
	int (*message_is_signal)(sd_bus_message *message, const char *interface,
		const char *member);
	int (*message_read)(sd_bus_message *message, const char *types, ...);
	sd_bus_message *(*message_unref)(sd_bus_message *message);
};

/* Returns 0, or -1 with *f set: see library.h, or limit was built without. */
int systemd_library_load(struct systemd_library *lib, struct fault *f);

void systemd_library_unload(struct systemd_library *lib);

#endif
