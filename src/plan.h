/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plan — where the node goes, why there, and every file that will be written. Pure: made from the
 * spec and the host alone, so that --dry-run is "stop here and print it".
 *
 * A node is one group in each hierarchy that is needed: on a unified host one v2 group; on a
 * hybrid one a v1 group for each controller and, where a v2 tree is mounted, a v2 group beside
 * them, which does what only v2 can: placing, cgroup.kill, cgroup.events, cpu.stat.
 */
#ifndef LIMIT_PLAN_H
#define LIMIT_PLAN_H

#include <stdio.h>

#include "effective.h"
#include "fault.h"
#include "host.h"
#include "id_map.h"
#include "setting.h"
#include "spec.h"
#include "unenforced.h"

#define PLAN_GROUPS_MAX (HOST_V1_MAX + 1)
/* A weight may need two files for a device. */
#define PLAN_SETTINGS_MAX (24 + 2 * DEVICES_MAX + SPEC_SET_MAX)
#define PLAN_NAME_MAX 64
#define PLAN_NOTES_MAX 16

/* The group of the node in one hierarchy. */
struct plan_group {
	bool v2;
	controller_set controllers; /* those whose files will be there */
	char *mount;                /* where the hierarchy is mounted */
	char *parent;               /* absolute; the caller's own group */
	char *relative;             /* parent/NAME below mount, for libcgroup */
	char *path;                 /* absolute, parent/NAME */
	bool entered; /* of what is shared: COMMAND is in it, not in one of its own; v1 only */
};

/* Controllers to be switched on for the children of a v2 group. */
struct plan_enable {
	char *path; /* the group */
	controller_set required;
	controller_set wanted; /* for the report only: failing is no fault */
};

/* A setting and the group it belongs to: of the node, or shared. */
struct plan_setting {
	struct setting setting;
	unsigned group;
	bool shared;
};

/*
 * With --group: what all nodes of that group have in common, a control group with the limits in each
 * hierarchy; the nodes are in it. See shared.h.
 */
struct plan_shared {
	const char *name;                          /* NULL: none */
	struct plan_group groups[PLAN_GROUPS_MAX]; /* the v2 group, if any, is the first */
	unsigned group_count;
	struct plan_enable enable; /* of the v2 group, for the nodes */
};

/* A device with io limits, and how it was found: 'sda (8:0), from /data on sda2'. */
struct plan_device {
	unsigned major;
	unsigned minor;
	char *description;
};

struct plan {
	char name[PLAN_NAME_MAX]; /* 'limit-PID-STARTTIME' */
	enum host_mode mode;
	/*
	 * The v2 group, if any, is the first. With best_effort there may be none at all: COMMAND then
	 * runs where limit does, nothing is limited and nothing counted.
	 */
	struct plan_group groups[PLAN_GROUPS_MAX];
	unsigned group_count;
	struct plan_shared shared;
	bool leaf;                /* COMMAND runs in path/HOST_LEAF_NAME of the v2 group */
	controller_set delegated; /* switched on in the v2 group itself, for COMMAND to use */
	struct plan_enable enables[HOST_LEVELS_MAX]; /* topmost first */
	unsigned enable_count;
	struct plan_setting *settings; /* in the order to write them, at most PLAN_SETTINGS_MAX */
	unsigned setting_count;
	uint64_t mem_bytes;      /* 0: no memory limit */
	uint64_t mem_high_bytes; /* 0: no throttling */
	uint64_t cpu_quota_us;   /* 0: no limit */
	uint64_t cpu_period_us;
	uint64_t cpu_burst_us; /* 0: none */
	struct cpu_list cpus;  /* empty: not limited */
	struct cpu_list mems;
	bool cpuset_noprefix;       /* v1's cpuset.cpus is called 'cpus' */
	unsigned jobs;              /* CPUs to tell COMMAND of; 0: its environment is left alone */
	bool no_memory_limit_above; /* it was looked for, and there is none */
	bool kill_group_on_oom;     /* v1 cannot: limit watches for OOM and kills the rest itself */
	struct effective effective[EFFECTIVES]; /* what the limits come to, with those around */
	bool best_effort;             /* what cannot be enforced is listed, and the rest is done */
	struct unenforced unenforced; /* what is known not to hold: with best_effort only */
	uint64_t namespaces;          /* those of COMMAND's own, see namespaces.h; 0: none */
	const struct host_user *user; /* of --user; the host's */
	const struct host_join *join; /* of --join, the host's; NULL: none */
	struct id_map id_map;         /* of its user namespace */
	const char *crowded; /* the group whose processes are moved first, the host's; NULL: none */
	const struct host_scope *scope; /* to be got from systemd first; the host's, NULL: none */
	const char *why;
	struct plan_device devices[DEVICES_MAX]; /* those with io limits */
	unsigned device_count;
	char *notes[PLAN_NOTES_MAX]; /* what is weaker here, in words */
	unsigned note_count;
};

/*
 * Returns 0, or -1 with *f set: no hierarchy, a controller that nobody offers, a group whose
 * controllers cannot be switched on, a limit that v1 does not have. With --best-effort these go to
 * plan->unenforced instead. Release in either case.
 */
int plan_make(struct plan *plan, const struct spec *spec, const struct host *host, struct fault *f);

void plan_release(struct plan *plan);

/* The v2 group, NULL: there is none. */
const struct plan_group *plan_v2_group(const struct plan *plan);

/* The group that a setting is written into. */
const struct plan_group *plan_setting_group(const struct plan *plan,
	const struct plan_setting *entry);

/* Which of plan->shared.groups has the files of a controller; -1: none. */
int plan_shared_index(const struct plan *plan, enum controller c);

/* The group whose files report on a controller, NULL: none. */
const struct plan_group *plan_group_of(const struct plan *plan, enum controller c);

/* Say something of the plan, once however often it is true. For the files that make plans. */
void plan_note(struct plan *plan, const char *fmt, ...) PRINTF_LIKE(2, 3);

/* The device with io limits that has this number, NULL: none. */
const struct plan_device *plan_find_device(const struct plan *plan, unsigned major, unsigned minor);

/* Everything that would be done, one step a line. */
void plan_print(const struct plan *plan, const struct spec *spec, FILE *out);

#endif
