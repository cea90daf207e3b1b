/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "library.h"

#include <dlfcn.h>

void *library_load(const struct library *library, void *table, struct fault *f)
{
	void *handle = dlopen(library->soname, RTLD_NOW | RTLD_LOCAL);

	if (!handle) {
		fault_set(f, 0, "cannot load %s, which %s: %s", library->name, library->purpose,
			dlerror());
		fault_hint(f, "%s", library->hint);
		return NULL;
	}
	for (size_t i = 0; i < library->symbol_count; i++) {
		void *symbol = dlsym(handle, library->symbols[i].name);

		if (!symbol) {
			fault_set(f, 0, "cannot use %s: it has no %s()", library->name,
				library->symbols[i].name);
			dlclose(handle);
			return NULL;
		}
		memcpy((char *)table + library->symbols[i].offset, &symbol, sizeof(symbol));
	}
	return handle;
}
