/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * host — what this machine offers. Reads /proc and /sys below a given root directory, so that a
 * test can hand in a fixture tree; changes nothing.
 *
 * Discovery is ours and not cgroup_init()'s: libcgroup looks neither at the caller's own group nor
 * at the root of a mount, and version 2.0.2 cannot parse the v2 line of /proc/self/cgroup.
 *
 * Sources: proc(5), "/proc/pid/mountinfo"; cgroups(7), "/proc/pid/cgroup"; cgroup-v2.rst, "Core
 * Interface Files".
 */
#ifndef LIMIT_HOST_H
#define LIMIT_HOST_H

#include <stdbool.h>
#include <sys/types.h>

#include "ceiling.h"
#include "cpu_list.h"
#include "device.h"
#include "fault.h"
#include "host_join.h"
#include "host_scope.h"
#include "host_user.h"
#include "kernel_text.h"
#include "spec.h"
#include "subordinate.h"

#define HOST_V1_MAX CONTROLLERS
#define HOST_LEVELS_MAX 32

/* The node's inner group: COMMAND runs in NODE/HOST_LEAF_NAME, see doc/design.md. */
#define HOST_NODE_PREFIX "limit-"
#define HOST_GROUP_PREFIX "limit-group-" /* and the NAME of --group: the parent of its nodes */
#define HOST_LEAF_NAME "command"

/* Those that make the difference between a v1 host and a v2 host. */
#define HOST_MAIN_CONTROLLERS                                                                      \
	(CONTROLLER_BIT(CONTROLLER_CPU) | CONTROLLER_BIT(CONTROLLER_MEMORY) |                      \
		CONTROLLER_BIT(CONTROLLER_IO) | CONTROLLER_BIT(CONTROLLER_PIDS))

enum host_mode {
	HOST_NONE,    /* no cgroup hierarchy that can be used */
	HOST_LEGACY,  /* cgroup v1 alone */
	HOST_HYBRID,  /* v1 carries the controllers, a v2 tree is mounted beside it */
	HOST_UNIFIED, /* cgroup v2 carries the controllers */
};

/* A v1 hierarchy and the caller's place in it. */
struct host_v1 {
	controller_set controllers;
	char *mount; /* '/sys/fs/cgroup/memory' */
	char *own;   /* the caller's group below mount: '/' or '/a/b' */
	bool read_only;
};

/* One v2 group on the way from the parent of the node (index 0) up to the mount. */
struct host_level {
	char *path; /* absolute */
	controller_set controllers;
	controller_set enabled;    /* cgroup.subtree_control */
	bool is_root;              /* the real root: may hold processes beside controllers */
	bool populated;            /* processes in the group itself */
	bool threaded;             /* cgroup.type is not 'domain' */
	bool locked;               /* what is not enabled is not the caller's to enable */
	uint64_t memory_low_bytes; /* 0: nothing is protected, or not asked */
	uint64_t memory_min_bytes;
};

/* What /proc/cgroups says; read if one of the main controllers, or cpuset, is in no hierarchy. */
struct host_kernel {
	bool known;
	controller_set built_in;
	controller_set disabled;    /* cgroup_disable= on the kernel command line */
	controller_set bound_to_v1; /* to a hierarchy, mounted here or not */
};

/* May the processes in the caller's group be moved into one below, so that it can be divided? */
enum host_room {
	HOST_ROOM_NONE,    /* no, or there are none */
	HOST_ROOM_AT_NEED, /* if nothing else will do: --manager cgroupfs */
	HOST_ROOM_OURS,    /* the group was handed over to be divided */
};

struct host {
	enum host_mode mode;
	char *v2_mount; /* NULL: no v2 tree is mounted */
	bool v2_read_only;
	struct host_level levels[HOST_LEVELS_MAX];
	unsigned level_count;
	char *unusable; /* a cgroup mount that is of no use, and why; NULL: not known of any */
	bool unusable_is_v2;
	bool unusable_is_hidden; /* by another mount; else the caller's group is outside of it */
	enum host_room room;     /* that can be made in the caller's group: evacuate.h */
	struct host_scope scope; /* to ask systemd for; levels are then from there up */
	struct host_v1 v1[HOST_V1_MAX];
	unsigned v1_count;
	struct host_kernel kernel;
	struct devices devices; /* that the io options mean */
	uint64_t mem_total_bytes;
	uint64_t swap_total_bytes;
	struct ceiling ceilings[CEILINGS]; /* of what is asked */
	unsigned online_cpus;              /* 0: not known, or not asked for more than one */
	unsigned affinity_cpus; /* that this process may run on; 0: not asked, as above */
	uint64_t page_size_bytes;
	bool has_zswap;               /* the kernel does, switched on or not; false if not asked */
	struct cpu_list cpus_allowed; /* around the caller; empty: not known, or not asked */
	struct cpu_list mems_allowed;
	bool cpuset_noprefix; /* v1's cpuset.cpus is called 'cpus' */
	/* Of namespaces; 0, false: not asked. */
	uid_t uid;
	gid_t gid;
	bool privileged;     /* CAP_SYS_ADMIN: needs no user namespace to make others */
	uint64_t namespaces; /* those that the kernel has */
	struct subordinate_ids subordinate_uids; /* of --map-auto */
	struct subordinate_ids subordinate_gids;
	struct host_join join; /* of --join */
	struct host_user user; /* of --user */
	pid_t pid;
	uint64_t start_time_ticks; /* of this process, field 22 of /proc/self/stat */
};

/*
 * Discover what spec needs to know about the machine below root_fd ('/', or a fixture tree).
 *
 * Memory sizes are read only if a memory limit is asked; devices only if an io limit is. Returns 0, or -1
 * with *f set: /proc cannot be read, or an io option means no device that can be limited. No cgroup at all is no
 * fault here: mode is then HOST_NONE.
 */
int host_discover(struct host *host, const struct spec *spec, int root_fd, struct fault *f);

void host_release(struct host *host);

/*
 * For host_scope.c: fill levels from the group own, a path below the v2 mount that is taken apart, up to
 * the mount. What was there before is released.
 */
void host_read_levels(struct host *host, char *own, const struct spec *spec, int root_fd);

/* 'unified', 'hybrid', 'legacy', 'none'. */
const char *host_mode_name(enum host_mode mode);

/*
 * Is the root of the mount that of the hierarchy, where there are no limits? A container sees a group
 * there that has some.
 */
bool host_v1_shows_root(const struct host_v1 *v1, int root_fd);

/* The v1 hierarchy that carries the controller, NULL: none. */
const struct host_v1 *host_find_v1(const struct host *host, enum controller c);

/* The controllers that the v2 tree offers at its mount. */
controller_set host_v2_controllers(const struct host *host);

#endif
