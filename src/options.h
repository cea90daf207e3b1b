/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * options — the command line: one table from which parsing, --help and the checks of the manual
 * page and the completion come. Pure, but for options_print_help().
 *
 * To add an option: a field in spec.h, a row in option_table.c, its line in doc/limit.1, the README if
 * a newcomer needs it. tests/cli/help.bats fails until all agree.
 */
#ifndef LIMIT_OPTIONS_H
#define LIMIT_OPTIONS_H

#include <stdio.h>

#include "fault.h"
#include "spec.h"

/*
 * Fill *spec from argv. Parsing stops at '--' or at the first word that is no option; the rest is
 * COMMAND. Long options are written out in full: an abbreviation that works today would change its
 * meaning when an option is added.
 *
 * Returns 0, or -1 with *f naming the option, the reason and the accepted forms.
 */
int options_parse(struct spec *spec, int argc, char **argv, struct fault *f);

/*
 * Set one option by its long name, as a line of a file does; text is NULL for none. Returns 0, or -1
 * with *f set, as options_parse(); options that are for the command line alone are refused.
 */
int options_set(struct spec *spec, const char *name, const char *text, struct fault *f);

void options_print_help(FILE *out);

#endif
