/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * namespaces — what COMMAND can see, as --unshare and its kin ask, and the words for what went wrong.
 *
 * A set of namespaces is the bits that clone(2) takes, CLONE_NEW*. The order of the set-up, which
 * spawn.c, child.c and this module share, is that of doc/namespaces.md:
 *
 *   1. a process with the new user, mount, net, ipc and uts namespaces is made by clone3(2), in the
 *      control group at birth; where clone3 is not to be had it unshares them itself;
 *   2. it waits; limit, from outside, writes the id maps (id_map.h);
 *   3. with a pid namespace, or with --join, that process is only an usher: it makes pid 1 (init.h) and
 *      COMMAND's process, both children of limit (CLONE_PARENT), tells limit their pids, and ends;
 *   4. COMMAND's process, once in all its control groups: the cgroup namespace, whose root is the group
 *      it is in; the time namespace with its offsets; the host name; the network; the mounts (see
 *      namespaces_set_up()); then its limits; then it drops what it must not keep (credentials.h); exec.
 *
 * Sources: namespaces(7), user_namespaces(7), pid_namespaces(7), mount_namespaces(7),
 * time_namespaces(7) (Linux 5.6), cgroup_namespaces(7) (4.6).
 */
#ifndef LIMIT_NAMESPACES_H
#define LIMIT_NAMESPACES_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

#include "fault.h"
#include "spec.h"

/* include/uapi/linux/sched.h; <sched.h> of older C libraries lacks the last one. */
#define NAMESPACE_TIME UINT64_C(0x00000080)
#define NAMESPACE_MOUNT UINT64_C(0x00020000)
#define NAMESPACE_CGROUP UINT64_C(0x02000000)
#define NAMESPACE_UTS UINT64_C(0x04000000)
#define NAMESPACE_IPC UINT64_C(0x08000000)
#define NAMESPACE_USER UINT64_C(0x10000000)
#define NAMESPACE_PID UINT64_C(0x20000000)
#define NAMESPACE_NET UINT64_C(0x40000000)

#define NAMESPACES 8

/* Steps of namespaces_set_up() in their order. */
enum namespace_step {
	NAMESPACE_STEP_CGROUP,
	NAMESPACE_STEP_TIME,
	NAMESPACE_STEP_HOSTNAME,
	NAMESPACE_STEP_NET, /* loopback, or entering another network: while /proc is the caller's */
	NAMESPACE_STEP_PRIVATE, /* mounts made here are not seen outside, nor those made there here */
	NAMESPACE_STEP_PROC,    /* /proc of the pid namespace */
	NAMESPACE_STEP_SHM,     /* /dev/shm and /dev/mqueue of the ipc namespace */
	NAMESPACE_STEP_MOUNTS, /* those that were asked for */
	NAMESPACE_STEP_SEAL,   /* COMMAND cannot undo what the mounts forbid */
	NAMESPACE_STEPS,
};

/* 'pid', of one bit; and '/proc/PID/ns' has the same names but for mount, which is 'mnt' there. */
const char *namespace_name(uint64_t bit);
const char *namespace_file(uint64_t bit);

/* The bit at a place of the table, 0 to NAMESPACES - 1: for loops. */
uint64_t namespace_at(unsigned i);

/* 'pid,net' or 'all' into *set. Returns NULL, or why not (a constant). */
const char *namespaces_parse(const char *text, uint64_t *set);

/* 'pid, net, mount'. */
void namespaces_print(uint64_t set, FILE *out);

/* All that the spec asks for: --unshare, and what other options need. 0: none. */
uint64_t namespaces_wanted(const struct spec *spec);

/*
 * In the child: make the namespaces what was asked, from *step on. set is what COMMAND has for itself.
 * Only system calls. Returns 0, or -1 with errno and *step set; *detail is the step's own.
 */
int namespaces_set_up(const struct spec *spec, uint64_t set, unsigned *step, unsigned *detail);

/* The fault for what namespaces_set_up() said. Always returns -1. */
int namespaces_explain_step(const struct spec *spec, uint64_t set, unsigned step, unsigned detail,
	int err, struct fault *f);

/*
 * The fault for clone3(2), unshare(2) or setns(2) that failed with these bits: EPERM, ENOSPC, EUSERS,
 * EINVAL each mean a setting of this host, which is looked up. Always returns -1.
 */
int namespaces_explain(uint64_t set, bool joining, int err, struct fault *f);

/* The hint alone, for EPERM with these bits. Always returns -1. */
int namespaces_hint_not_permitted(uint64_t set, struct fault *f);

#endif
