/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * check — what works on this host, for --check: facts, found by looking and trying, and a verdict for
 * every option that asks for something of the host.
 *
 * A verdict is no guess: the option is used, in a node that is made, entered by a process and
 * removed as a run would do it, and the fault is what a run would print. So groups come and go, and
 * controllers stay switched on, as after a run.
 *
 * Sources: cgroup-v2.rst, "Mounting", "Core Interface Files"; user_namespaces(7); clone(2); PSI:
 * Documentation/accounting/psi.rst.
 */
#ifndef LIMIT_CHECK_H
#define LIMIT_CHECK_H

#include "fault.h"
#include "host.h"
#include "option_table.h"
#include "spawn.h"

/* The version of the JSON, doc/check.md: raised when a field changes its meaning or goes. */
#define CHECK_SCHEMA 1

#define CHECK_FEATURES_MAX 16
#define CHECK_SOCKETS_MAX 4
#define CHECK_SYSCTLS_MAX 3
#define CHECK_SAMPLE_MAX 128
#define CHECK_NOTES_MAX 4

enum check_answer {
	CHECK_UNKNOWN,
	CHECK_NO,
	CHECK_YES,
};

/* One hierarchy, and the caller's own group in it: the node goes below that. */
struct check_hierarchy {
	bool v2;
	char *mount;
	controller_set controllers; /* that limit knows; v2: those at the mount */
	bool read_only;
	bool nsdelegate;           /* v2 mount option (Linux 4.13) */
	bool memory_recursiveprot; /* v2 mount option (Linux 5.7) */
	bool namespaced; /* v2: what is mounted is not the whole hierarchy: we are in a container */
	bool is_root;    /* own is the root of the hierarchy, not only of what we see */
	char *own;       /* absolute */
	bool owner_known; /* false: own cannot be looked at */
	unsigned owner_uid;
	bool writable;  /* the caller may make groups in own and move processes there */
	bool populated; /* processes in own itself */
	bool threaded;  /* v2: cgroup.type is not 'domain' */
};

struct check_controller {
	enum controller id;
	const struct check_hierarchy *hierarchy; /* NULL: no mounted hierarchy has it */
	bool own;                                /* v2: offered to the own group */
	bool enabled;                            /* v2: switched on for the groups below it */
};

/* Something of the kernel's, found by trying. */
struct check_feature {
	const char *name; /* 'cgroup.kill' */
	const char *key;  /* 'cgroup_kill', for JSON */
	enum check_answer answer;
	char note[FAULT_TEXT_MAX]; /* "" for none */
};

struct check_sysctl {
	const char *name; /* 'user.max_user_namespaces' */
	char value[32];   /* "" where the kernel has no such file */
};

struct check_socket {
	const char *name; /* 'user bus' */
	char path[108];
	bool found;
	unsigned owner_uid;
};

/* One option, tried. */
struct check_option {
	const struct option_row *row;
	char sample[CHECK_SAMPLE_MAX]; /* '--mem 64M --swap 1M': what was tried */
	bool works;
	struct fault fault; /* if it does not: why, and the remedy */
	char *notes[CHECK_NOTES_MAX];
	unsigned note_count; /* what is weaker here than elsewhere */
};

struct check {
	enum host_mode mode;
	char kernel[256]; /* 'Linux 6.1.0 x86_64': for the reader, nothing is decided by it */
	unsigned uid;
	struct check_hierarchy hierarchies[HOST_V1_MAX + 1];
	unsigned hierarchy_count;
	struct check_controller controllers[CONTROLLERS];
	uint64_t swap_total_bytes;
	struct check_feature features[CHECK_FEATURES_MAX];
	unsigned feature_count;
	struct check_sysctl sysctls[CHECK_SYSCTLS_MAX];
	bool systemd; /* is the init system: sd_booted(3) */
	struct check_socket sockets[CHECK_SOCKETS_MAX];
	enum check_answer libcgroup; /* loads; unknown: not needed, no v1 hierarchy */
	struct fault libcgroup_fault;
	struct check_option node; /* no limit at all, only the receipt; row is NULL */
	struct check_option *options;
	unsigned option_count;
};

/*
 * Look at the host below root_fd ('/') and try every option; signals wait meanwhile. Returns 0, or -1
 * with *f set: /proc cannot be read. Release in either case.
 */
int check_make(struct check *check, int root_fd, struct fault *f);

void check_release(struct check *check);

/* Do the four work that nearly everybody needs: --mem, --cpu, --pids and --io-write? */
bool check_core_works(const struct check *check);

/* The option's verdict, NULL: it is none that is tried. */
const struct check_option *check_find(const struct check *check, const char *name);

/* The names of the core four, for messages in their order. */
#define CHECK_CORE 4
extern const char *const check_core[CHECK_CORE];

/* For people, at most 100 columns wide. */
void check_print(const struct check *check, FILE *out);

/* For programs: doc/check.md. Returns 0, or -1 with *f set: no jansson here, or out is full. */
int check_print_json(const struct check *check, FILE *out, struct fault *f);

/* The parts of check_make(), between spawn_prepare() and the signals' return. */
void check_probe(struct check *check, const struct host *host, int root_fd);
void check_options(struct check *check, const struct inherited *inherited, int root_fd);

/*
 * The words with which an option is tried ('--swap' needs '--mem'). NULL: the option asks nothing of
 * the host (--signal). *known tells whether it is in the table at all: a test demands it.
 */
const char *check_sample(const char *name, bool *known);

#endif
