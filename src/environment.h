/* SPDX-License-Identifier: GPL-2.0-or-later */
/* environment — COMMAND's, where --env or --user change it. */
#ifndef LIMIT_ENVIRONMENT_H
#define LIMIT_ENVIRONMENT_H

#include "host_user.h"
#include "spec.h"

/* Is it any other than the caller's? */
bool environment_asked(const struct spec *spec);

/*
 * base with HOME, USER and LOGNAME of user, if there is one, and then with what --env says. One block
 * to be freed, which points into base, the spec and itself; NULL: no memory.
 */
char **environment_make(char *const *base, const struct spec *spec, const struct host_user *user);

#endif
