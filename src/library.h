/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * library — a shared library that not every run needs, loaded only when it is: its functions are
 * resolved by name into a struct of pointers (dlopen(3), dlsym(3)).
 */
#ifndef LIMIT_LIBRARY_H
#define LIMIT_LIBRARY_H

#include "fault.h"

/* A function, and where in the caller's struct its pointer goes. */
struct library_symbol {
	const char *name;
	size_t offset;
};

struct library {
	const char *name;    /* 'libcgroup', for messages */
	const char *soname;  /* what configure found */
	const char *purpose; /* 'cgroup v1 needs': who cannot do without */
	const char *hint;    /* how to get it */
	const struct library_symbol *symbols;
	size_t symbol_count;
};

/*
 * Load it and fill in the pointers of table. Returns a handle for dlclose(3), or NULL with *f set:
 * there is no such library, or it lacks one of the functions.
 */
void *library_load(const struct library *library, void *table, struct fault *f);

#endif
