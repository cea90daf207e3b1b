/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * process_limits — what COMMAND's own process gets before exec and its children inherit: resource
 * limits, nice value, oom_score_adj. No control group is involved.
 *
 * Sources: prlimit(2), setpriority(2), proc(5) "/proc/pid/oom_score_adj" (Linux 2.6.36).
 */
#ifndef LIMIT_PROCESS_LIMITS_H
#define LIMIT_PROCESS_LIMITS_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "spec.h"

/* Which of them could not be set. At or above the last one: spec->rlimits[step - it]. */
enum process_limit {
	PROCESS_LIMIT_OOM_SCORE_ADJ,
	PROCESS_LIMIT_NICE,
	PROCESS_LIMIT_RLIMIT,
};

/* Is any asked for? */
bool process_limits_asked(const struct spec *spec);

/*
 * Set those from *step up to end, 0 and UINT_MAX for all, for the calling process, and read each back. Only system calls:
 * it runs between fork and exec. Returns 0, or -1 with errno and *step set to the one that failed;
 * EBADE: the kernel took the value but another one is in force. EPERM or EACCES: raising it needs
 * privileges.
 */
int process_limits_apply(const struct spec *spec, unsigned *step, unsigned end);

/* The option of a step: 'rlimit'. */
const char *process_limits_option(unsigned step);

/* The fault for what process_limits_apply() said, in the parent, whose limits the child had. */
void process_limits_explain(const struct spec *spec, unsigned step, int err, struct fault *f);

/*
 * The limit of the spec whose breach makes the kernel send this signal: SIGXCPU and SIGKILL for CPU
 * time, SIGXFSZ, SIGSEGV for memory. NULL: none was asked.
 */
const struct rlimit_request *process_limits_behind(const struct spec *spec, int signal_number);

/* 'nofile 100, core 0, nice 10, oom_score_adj 500'; nothing if none is asked. */
void process_limits_print(const struct spec *spec, FILE *out);

#endif
