/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * kernel_text — the formats of /proc and cgroupfs files. Pure: text in, values out.
 *
 * Nothing is matched by substring: 'cpu' is not 'cpuset'. Numbers that do not parse whole are
 * treated as absent.
 */
#ifndef LIMIT_KERNEL_TEXT_H
#define LIMIT_KERNEL_TEXT_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/*
 * The controllers limit knows. cpuacct and freezer exist on cgroup v1 only. Every controller with
 * files of its own is here, so that --set finds it.
 */
enum controller {
	CONTROLLER_CPU,
	CONTROLLER_MEMORY,
	CONTROLLER_IO, /* 'blkio' on v1 */
	CONTROLLER_PIDS,
	CONTROLLER_CPUSET,
	CONTROLLER_CPUACCT,
	CONTROLLER_FREEZER,
	CONTROLLER_HUGETLB, /* from here on only what --set writes */
	CONTROLLER_RDMA,
	CONTROLLER_MISC,
	CONTROLLER_DMEM,
	CONTROLLER_PERF_EVENT, /* and from here on on v1 only */
	CONTROLLER_DEVICES,
	CONTROLLER_NET_CLS,
	CONTROLLER_NET_PRIO,
	CONTROLLERS,
};

/* A set of controllers: bit (1u << enum controller). */
typedef unsigned controller_set;
#define CONTROLLER_BIT(c) (1u << (c))

/* Those that no option but --set needs. */
#define CONTROLLERS_FOR_SET (~0u << CONTROLLER_HUGETLB)

const char *controller_name_v2(enum controller c);
const char *controller_name_v1(enum controller c);

/* 'cpu io memory' (v2) or 'cpu,cpuacct' (v1) as a set; names limit does not know are skipped. */
controller_set controllers_parse(const char *text);

/* 'memory, pids' for messages; v2 names, 'nothing' for the empty set. Returns text. */
char *controllers_format(controller_set set, char *text, size_t size);

/* '+memory +pids', as cgroup.subtree_control takes it. Returns text. */
char *controllers_format_enable(controller_set set, char *text, size_t size);

/* Read an unsigned decimal number and move *cursor past it; false: there is none, or it is huge. */
bool scan_u64(const char **cursor, uint64_t *value);

/* The same for 'MAJ:MIN'. */
bool scan_device(const char **cursor, unsigned *major, unsigned *minor);

/* A whole unsigned decimal number, with nothing but a newline after it. */
bool text_to_u64(const char *text, uint64_t *value);

/* The value of 'KEY VALUE' in a flat-keyed file such as cpu.stat or memory.events. */
bool keyed_u64(const char *text, const char *key, uint64_t *value);

/* The same in the line alone that text begins with. */
bool line_u64(const char *text, const char *key, uint64_t *value);

/* The value of 'KEY=VALUE' in one line of a nested-keyed file such as io.stat or io.max. */
bool nested_u64(const char *line, const char *key, uint64_t *value);

/* Where the next line begins: a text is read in place, however long its lines. */
const char *line_after(const char *line);

/*
 * Step through lines: copies the next one, without its newline, and moves *cursor on. Returns false
 * at the end. A line that does not fit is given as an empty one: half a number is a wrong number.
 */
bool next_line(const char **cursor, char *line, size_t size);

/* Undo \040 and its like, as show_mountinfo() writes them; in place. Returns text. */
char *text_unescape(char *text);

/* One mount of a cgroup hierarchy, from /proc/self/mountinfo (proc(5)). */
struct cgroup_mount {
	bool v2;
	controller_set controllers; /* v1: those bound to the hierarchy; none for 'name=…' */
	bool read_only;             /* this mount or the file system */
	uint64_t id;
	char *root;  /* the cgroup that is mounted */
	char *point; /* where */
};

/*
 * Parse one line. Returns true if it is a cgroup mount; then root and point are to be freed.
 * The kernel's octal escapes (\040) are undone. root and point are absolute paths.
 */
bool mountinfo_parse_line(const char *line, struct cgroup_mount *mount);

/* The path of the caller in the v2 hierarchy in /proc/self/cgroup; to be freed, NULL: none. */
char *self_cgroup_v2(const char *text);

/* The same for the first v1 hierarchy that carries one of the wanted controllers. */
char *self_cgroup_v1(const char *text, controller_set wanted);

/* Of /proc/PID/stat: fields 1, 3 and 22. */
struct process_stat {
	uint64_t pid;
	char state; /* 'Z': a zombie */
	uint64_t start_time_ticks;
};

/* false: it is not that. */
bool process_stat_parse(const char *text, struct process_stat *stat);

#endif
