/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * credentials — what COMMAND must not keep: root's ids, capabilities, the way to gain new privileges.
 * The last thing before exec, in the control group already: whoever drops them could not enter it.
 *
 * Sources: credentials(7), capabilities(7), prctl(2): PR_CAPBSET_DROP, PR_SET_NO_NEW_PRIVS (Linux 3.5),
 * PR_CAP_AMBIENT (4.3).
 */
#ifndef LIMIT_CREDENTIALS_H
#define LIMIT_CREDENTIALS_H

#include <stdbool.h>
#include <stdio.h>

#include "fault.h"
#include "host_user.h"
#include "spec.h"

enum credentials_step {
	CREDENTIALS_BOUNDING, /* that no program can bring any capability back */
	CREDENTIALS_GROUPS,
	CREDENTIALS_IDS,
	CREDENTIALS_CAPABILITIES,
	CREDENTIALS_NO_NEW_PRIVS,
	CREDENTIALS_STEPS,
};

/* Is anything to be done? */
bool credentials_asked(const struct spec *spec);

/*
 * In the child, from *step on; user is that of --user. Only system calls. Who has not the capability to
 * empty the bounding set gets no_new_privs with --drop-caps: that, too, keeps programs from bringing
 * any back. Returns 0, or -1 with errno and *step set.
 */
int credentials_apply(const struct spec *spec, const struct host_user *user, unsigned *step);

/* The fault for what credentials_apply() said. Always returns -1. */
int credentials_explain(const struct spec *spec, unsigned step, int err, struct fault *f);

/* 'user nobody, no capabilities, no_new_privs'. */
void credentials_print(const struct spec *spec, FILE *out);

#endif
