/* SPDX-License-Identifier: GPL-2.0-or-later */
/* outcome — how COMMAND ended. Filled by supervise.c; the reason comes from verdict.c. */
#ifndef LIMIT_OUTCOME_H
#define LIMIT_OUTCOME_H

#include <stdbool.h>
#include <stdint.h>

#include "memory_split.h"
#include "node.h"
#include "oom_victims.h"

enum outcome_reason {
	REASON_NOT_STARTED,  /* limit failed, or exec did */
	REASON_EXIT,         /* COMMAND ended by itself */
	REASON_SIGNAL,       /* a signal ended it */
	REASON_TIME,         /* --time ran out */
	REASON_CPU_TIME,     /* --cpu-time did */
	REASON_OOM,          /* our memory limit was hit and something was killed for it */
	REASON_OOM_ANCESTOR, /* a limit above ours, or the machine, was out of memory */
	REASON_KILLED,       /* somebody else's SIGKILL */
};

enum outcome_leftovers {
	LEFTOVERS_KILLED,
	LEFTOVERS_WAITED, /* all of them ended by themselves */
	LEFTOVERS_LEFT,   /* they still run, in the node */
};

#define ESCAPES_MAX 8

/* A process that somebody moved out of the node. */
struct escaped {
	pid_t pid;
	char name[64];
	char where[256]; /* the path of its group */
};

struct escapes {
	unsigned count; /* those that are not kept included */
	struct escaped list[ESCAPES_MAX];
};

struct outcome {
	enum outcome_reason reason;
	bool signaled; /* COMMAND died of a signal: code is its number, else its exit status */
	int code;
	uint64_t
		wall_us; /* from just before COMMAND was made until all that was waited for ended */
	bool never_ran;  /* killed before exec was complete: COMMAND itself has done nothing */
	bool timed_out;  /* --time */
	bool cpu_timed_out; /* --cpu-time */
	bool terminated;    /* limit was sent SIGTERM, and the grace began */
	bool scope_stopped; /* that SIGTERM came from the manager that gave the scope */
	int asked_to_end;   /* the last SIGHUP, INT, QUIT or TERM from outside meanwhile; 0: none */
	bool killed_after_grace; /* the first signal was not enough */
	bool oom_killed_by_us;   /* the kernel could not end the whole tree on OOM: we did */
	struct memory_split memory_split; /* at the first kill, or when the limit was hit last */
	struct oom_victims oom_victims;
	struct node_tasks leftovers; /* still there when COMMAND ended */
	enum outcome_leftovers leftovers_end;
	struct escapes escapes; /* as far as they were seen: escape.h */
};

#endif
