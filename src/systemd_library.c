/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "systemd_library.h"

#include <dlfcn.h>

#include "library.h"

#define SYMBOL(name, field)                                                                        \
	{                                                                                          \
		name, offsetof(struct systemd_library, field)                                      \
	}

static const struct library_symbol symbols[] = {
	SYMBOL("sd_bus_new", new_),
	SYMBOL("sd_bus_set_address", set_address),
	SYMBOL("sd_bus_set_bus_client", set_bus_client),
	SYMBOL("sd_bus_start", start),
	SYMBOL("sd_bus_unref", unref),
	SYMBOL("sd_bus_close", close),
	SYMBOL("sd_bus_add_filter", add_filter),
	SYMBOL("sd_bus_process", process),
	SYMBOL("sd_bus_wait", wait),
	SYMBOL("sd_bus_call_async", call_async),
	SYMBOL("sd_bus_message_new_method_call", message_new_method_call),
	SYMBOL("sd_bus_message_set_auto_start", message_set_auto_start),
	SYMBOL("sd_bus_message_append", message_append),
	SYMBOL("sd_bus_message_open_container", message_open_container),
	SYMBOL("sd_bus_message_close_container", message_close_container),
	SYMBOL("sd_bus_message_get_error", message_get_error),
	SYMBOL("sd_bus_message_is_signal", message_is_signal),
	SYMBOL("sd_bus_message_read", message_read),
	SYMBOL("sd_bus_message_unref", message_unref),
};

static const struct library library = {
	.name = "libsystemd",
	.soname = "libsystemd.so.0",
	.purpose = "asking systemd for a place needs",
	.hint = "apt-get install libsystemd0",
	.symbols = symbols,
	.symbol_count = ARRAY_SIZE(symbols),
};

int systemd_library_load(struct systemd_library *lib, struct fault *f)
{
	*lib = (struct systemd_library){ 0 };
	if (!WITH_SYSTEMD) {
		fault_set(f, 0,
			"cannot ask systemd for a place: limit was built with --disable-systemd");
		return fault_hint(f, "a limit that was built without that option");
	}
	lib->handle = library_load(&library, lib, f);
	return lib->handle ? 0 : -1;
}

void systemd_library_unload(struct systemd_library *lib)
{
	if (lib->handle)
		dlclose(lib->handle);
	*lib = (struct systemd_library){ 0 };
}
