/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * spec — what was asked, before anything is known about the machine. Pure.
 *
 * Field names are the options' names with the unit added. The strings belong to argv, or to the
 * files of --profile and --config.
 */
#ifndef LIMIT_SPEC_H
#define LIMIT_SPEC_H

#include <stdbool.h>
#include <sys/types.h>

#include "cpu_list.h"
#include "fault.h"
#include "kernel_text.h"
#include "mount_option.h"
#include "network.h"
#include "quantity.h"
#include "rlimit.h"

#define SPEC_IO_MAX 32

/* With --runs the words of COMMAND may be several commands, with this between them. */
#define SPEC_SEPARATOR ":::"
#define SPEC_COMMANDS_MAX 64U
#define SPEC_RUNS_HIGHEST UINT64_C(100000)

#define SPEC_PROFILES_MAX 16

#define SPEC_GROUP_NAME_MAX 64

#define SPEC_SET_MAX 16
#define SPEC_SET_FILE_MAX 40
#define SPEC_SET_VALUE_MAX 256

/* PID_MAX_LIMIT of include/linux/threads.h on 64-bit machines; pids.max takes no more. */
#define SPEC_PIDS_HIGHEST UINT64_C(4194304)

enum spec_oom {
	SPEC_OOM_GROUP = 0, /* an OOM kill ends the whole tree (default) */
	SPEC_OOM_PROCESS,   /* the kernel kills the one process it picks */
};

/* Who gives the place for the node. */
enum spec_manager {
	SPEC_MANAGER_AUTO = 0, /* systemd where that is needed (default) */
	SPEC_MANAGER_CGROUPFS,
	SPEC_MANAGER_SYSTEMD,
};

enum spec_format {
	SPEC_FORMAT_UNSET = 0, /* text */
	SPEC_FORMAT_TEXT,
	SPEC_FORMAT_JSON,
	SPEC_FORMAT_KV,
	SPEC_FORMAT_CSV,
	SPEC_FORMAT_MARKDOWN, /* with --runs only */
};

/* The keys of io.max, in the kernel's order, and the weight, which has files of its own. */
enum io_key {
	IO_RBPS,
	IO_WBPS,
	IO_RIOPS,
	IO_WIOPS,
	IO_WEIGHT,
	IO_KEYS,
};

struct spec_io {
	enum io_key key;
	const char *option; /* '--io-write' */
	const char *path; /* or 'MAJ:MIN'; NULL: the working directory, for a weight all devices */
	struct quantity value;
};

/* What becomes of processes that are still there when COMMAND has ended. */
enum spec_leftovers {
	SPEC_LEFTOVERS_KILL = 0, /* and name them (default) */
	SPEC_LEFTOVERS_WAIT,
	SPEC_LEFTOVERS_LEAVE, /* in their node, with its limits */
};

/* --exit-status REASON=N */
struct spec_exit_status {
	const char *reason; /* one of SPEC_EXIT_REASONS */
	int status;         /* 0 to 255 */
};

#define SPEC_EXIT_REASONS "oom", "oom-ancestor", "time", "cpu-time", "killed"
#define SPEC_EXIT_REASONS_COUNT 5

enum spec_progress {
	SPEC_PROGRESS_NONE = 0,
	SPEC_PROGRESS_LINE,   /* drawn again and again, on a terminal */
	SPEC_PROGRESS_SIGNAL, /* a line for each SIGUSR1 */
};

/* A whole number that may be 0 or negative. */
struct spec_number {
	bool given;
	int value;
};

/* An amount of time in microseconds that may be negative. */
struct spec_offset {
	bool given;
	int64_t us;
};

/* --map-user UID:GID */
struct spec_ids {
	bool given;
	uint32_t uid;
	uint32_t gid;
};

/* What COMMAND is to see: see namespaces.h. Namespaces are the bits of clone(2), CLONE_NEW*. */
struct spec_namespaces {
	uint64_t unshare; /* --unshare; what other options imply is added by namespaces_wanted() */
	bool pid1;        /* COMMAND itself, no init of ours */
	const char *hostname; /* NULL: the host's */
	bool map_root;        /* the caller is root inside */
	bool map_auto;        /* and has the subordinate ids of /etc/subuid and /etc/subgid */
	struct spec_ids map_user;
	struct spec_offset boottime;
	struct spec_offset monotonic;
	pid_t join_pid; /* whose namespaces are entered; 0: none */
	uint64_t join;  /* which of them, where they differ from ours */
};

/* What COMMAND may do: see credentials.h. */
struct spec_credentials {
	const char *user; /* NULL: the caller */
	bool no_new_privs;
	bool drop_caps;
};

#define SPEC_ENV_MAX 64

/* A file of options. */
struct spec_profile {
	bool is_path;     /* --config */
	const char *name; /* as typed */
	const char *path; /* once it was read */
};

/* A file of the node, and what to write into it. */
struct spec_set {
	char file[SPEC_SET_FILE_MAX]; /* 'hugetlb.2MB.max' */
	enum controller controller;   /* the part before the first dot */
	const char *value;            /* shorter than SPEC_SET_VALUE_MAX */
};

struct spec {
	struct quantity mem;           /* bytes, hundredths of a percent, max */
	struct quantity swap;          /* bytes of swap on top of mem, max */
	struct quantity mem_high;      /* as mem: throttled above it */
	struct quantity mem_low;       /* as mem: protected while others can give */
	struct quantity mem_min;       /* as mem: protected always */
	struct quantity zswap;         /* bytes of compressed swap kept in memory, max */
	struct quantity cpu;           /* millionths of a CPU, max */
	struct quantity cpu_period_us; /* 1 ms to 1 s */
	struct quantity cpu_burst_us;  /* at most the quota of one period */
	struct quantity cpu_weight;    /* 1 to 10000 */
	struct cpu_list cpus;          /* empty: not asked */
	struct cpu_list mems;          /* memory nodes; empty: not asked */
	struct quantity pids;          /* processes and threads, max */
	struct quantity time_us;       /* wall clock */
	struct quantity cpu_time_us;   /* CPU time of the whole tree */
	struct quantity grace_us;      /* from the first signal to SIGKILL */
	struct spec_io io[SPEC_IO_MAX];
	unsigned io_count;
	struct rlimit_request rlimits[RLIMIT_ROWS_MAX]; /* each resource at most once */
	unsigned rlimit_count;
	struct spec_number nice;            /* -20 to 19, absolute */
	struct spec_number oom_score_adj;   /* -1000 to 1000, absolute */
	struct spec_set sets[SPEC_SET_MAX]; /* one for each file, or key in it */
	unsigned set_count;
	enum spec_oom oom;
	bool cpu_idle; /* --cpu-weight idle; cpu_weight is then unset */
	enum spec_leftovers leftovers;
	enum spec_manager manager;
	const char *group; /* whose budget is shared, see shared.h; NULL: none */
	struct spec_exit_status
		exit_statuses[SPEC_EXIT_REASONS_COUNT]; /* each reason at most once */
	unsigned exit_status_count;
	int signal; /* the first signal when time is up */
	struct spec_namespaces namespaces;
	struct mount_requests mounts; /* see mounts.h */
	struct network_request network;
	struct spec_credentials credentials;
	const char *directory; /* --chdir; NULL: the caller's */
	const char
		*env[SPEC_ENV_MAX]; /* NAME=VALUE, or NAME: what the caller has; the last counts */
	unsigned env_count;
	struct spec_profile profiles[SPEC_PROFILES_MAX];
	unsigned profile_count;
	bool jobs_env;    /* tell build tools and thread pools how many CPUs there are */
	bool delegate;    /* COMMAND gets a subtree of its own to divide */
	bool best_effort; /* a limit that cannot be enforced is listed, not fatal */
	bool quiet;
	bool verbose;
	bool dry_run;
	bool list; /* no COMMAND: show the nodes there are */
	bool gc;   /* no COMMAND: remove those whose limit is dead */
	bool check;
	bool more_than_check; /* an option was given that --check has no use for */
	enum spec_format format;
	bool help;
	bool version;
	struct quantity runs;    /* of COMMAND, each in a fresh node; unset: one, and a receipt */
	struct quantity warmup;  /* runs before those, which do not count */
	bool append;             /* to the report's file */
	const char *report_path; /* or '&3'; NULL: stderr */
	enum spec_progress progress;
	struct quantity sample_us;
	const char *timeline_path; /* NULL: none */
	const char *plot_path;     /* NULL: none */
	char **command;            /* NULL-terminated, NULL: none given */
};

/* The defaults: nothing limited, TERM, 5 s of grace. */
void spec_init(struct spec *spec);

/*
 * Check what no single option can see. Returns 0, or -1 with *f set: no COMMAND, or options that
 * need or exclude one another.
 */
int spec_check(const struct spec *spec, struct fault *f);

/* How many commands there are; with --runs there may be more than one. */
unsigned spec_command_count(const struct spec *spec);

/* Is a memory size asked for, so that the sizes of the host are needed? */
bool spec_limits_memory(const struct spec *spec);

/* Is one of them a percentage, so that the limits around the caller are needed? */
bool spec_has_percentage(const struct spec *spec);

#endif
