/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * unenforced — the limits that were asked and do not hold, with --best-effort only: without it the
 * first of them ends the run. The plan has a list of its own, the node another.
 */
#ifndef LIMIT_UNENFORCED_H
#define LIMIT_UNENFORCED_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "setting.h"

/* One file that was not written, and the option that asked for it. */
struct unenforced_entry {
	const char *option; /* 'mem'; NULL: no limit at all, there is no control group */
	char file[SETTING_FILE_MAX];
	char *why;  /* the fault in words, without 'cannot enforce --mem: ' */
	char *hint; /* "" for none */
};

struct unenforced {
	unsigned count;
	struct unenforced_entry *entries;
};

/* Add one. option must outlive the list, f is copied; file "" if it stands for no file. */
void unenforced_add(struct unenforced *list, const char *option, const char *file,
	const struct fault *f);

/* For unenforced_release(), too. from may be NULL. */
void unenforced_copy(struct unenforced *to, const struct unenforced *from);

void unenforced_release(struct unenforced *list);

/* Is this file in the list? list may be NULL. */
bool unenforced_has(const struct unenforced *list, const char *file);

/* Was the option already listed, for the same reason: several files can belong to one option. */
bool unenforced_is_repeated(const struct unenforced *list, unsigned index);

/* '--io-write: no mounted …', in one line; 'no control group: …'. To be freed. */
char *unenforced_format(const struct unenforced_entry *entry);

/* A line for each option and reason, after prefix. list may be NULL. */
void unenforced_print(const struct unenforced *list, const char *prefix, FILE *out);

#endif
