/* SPDX-License-Identifier: GPL-2.0-or-later */
/* exit_status — limit's own exit statuses, those of coreutils timeout(1). main.c explains them. */
#ifndef LIMIT_EXIT_STATUS_H
#define LIMIT_EXIT_STATUS_H

enum exit_status {
	EXIT_CHECK_FAILED = 1, /* of --check */
	EXIT_TIME_OUT = 124,
	EXIT_LIMIT_FAILED = 125,
	EXIT_NOT_EXECUTABLE = 126,
	EXIT_NOT_FOUND = 127,
};

#endif
