/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * mount_option — what COMMAND's view of the file system is to be, from the options' text. Pure.
 *
 * In SRC:DST and PATH:SIZE '\:' is a colon of the path and '\\' a backslash. Paths of options without
 * such parts mean what they say. Relative ones are taken from the caller's directory.
 */
#ifndef LIMIT_MOUNT_OPTION_H
#define LIMIT_MOUNT_OPTION_H

#include <limits.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define MOUNT_REQUESTS_MAX 64

enum mount_kind {
	MOUNT_TMPFS,       /* --tmpfs PATH[:SIZE] */
	MOUNT_PRIVATE_TMP, /* --private-tmp */
	MOUNT_BIND,        /* --bind SRC:DST[:ro] */
	MOUNT_READ_ONLY,   /* --read-only PATH */
	MOUNT_HIDE,        /* --hide PATH */
	MOUNT_OVERLAY,     /* --overlay PATH */
	MOUNT_KINDS,
};

/* A part of an option's text, so that nothing need be allocated. */
struct mount_text {
	const char *start;
	unsigned length; /* below PATH_MAX */
	bool escaped;    /* backslashes are still in it */
};

struct mount_request {
	enum mount_kind kind;
	struct mount_text source; /* of MOUNT_BIND; SRC */
	struct mount_text path;   /* PATH, DST; none of MOUNT_PRIVATE_TMP */
	bool read_only;           /* of MOUNT_BIND */
	uint64_t size_bytes;      /* of MOUNT_TMPFS; 0: half of the RAM, UINT64_MAX: no limit */
};

/* In the order of the command line. The text belongs to argv. */
struct mount_requests {
	struct mount_request list[MOUNT_REQUESTS_MAX];
	unsigned count;
	const char *root; /* --root DIR; NULL: none */
};

/* The option of a kind: 'bind'. */
const char *mount_kind_option(enum mount_kind kind);

/*
 * Add what an option of that kind asks with text, NULL for MOUNT_PRIVATE_TMP. Returns NULL, or in plain
 * words why the text is no good (a constant); *requests is then untouched.
 */
const char *mount_requests_add(struct mount_requests *requests, enum mount_kind kind,
	const char *text);

/* Is any asked for? */
bool mount_requests_asked(const struct mount_requests *requests);

/* Does one of them forbid something, so that COMMAND must not be able to undo it? */
bool mount_requests_protect(const struct mount_requests *requests);

/* The part without its backslashes into path. Returns its length. Only memory is touched. */
size_t mount_text_copy(const struct mount_text *text, char path[PATH_MAX]);

#endif
