/* SPDX-License-Identifier: GPL-2.0-or-later */
/* report — the receipt, in words. */
#ifndef LIMIT_REPORT_H
#define LIMIT_REPORT_H

#include <stdio.h>

#include "hint.h"
#include "record.h"

/*
 * A headline, aligned lines for each resource, then warnings and hints. In colour the verdict and the
 * hints stand out.
 */
void report_print(const struct record *record, const struct hints *hints, bool in_colour,
	FILE *out);

#endif
