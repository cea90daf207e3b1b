/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * profile — options from files: --profile NAME, --config FILE.
 *
 * One option a line, by its long name: 'mem 500M'. 'mem=500M', 'mem = 500M' and '--mem 500M' are
 * taken too. A value with blanks stands in single or double quotes, in which nothing else is special;
 * '#' at the start of a word begins a comment. No COMMAND, no letters, no other profile.
 *
 * The command line wins over every file, and a later file over an earlier one, wherever they stand
 * on the command line. For options that may be given several times (--rlimit, --io-write, …) that is
 * so for each thing they name; what only a file names stays.
 */
#ifndef LIMIT_PROFILE_H
#define LIMIT_PROFILE_H

#include "fault.h"
#include "spec.h"

/* Larger files and longer lines are refused: they are not what was meant. */
#define PROFILE_BYTES_MAX 65536
#define PROFILE_LINE_MAX 4096

/* The texts and paths that a spec points into: to be kept as long as the spec. */
struct profiles {
	char *texts[SPEC_PROFILES_MAX];
	char *paths[SPEC_PROFILES_MAX];
	unsigned count;
};

/*
 * Read the files that spec names, as options_parse() left it, and make the spec anew: defaults, the
 * files in their order, the command line on top. profiles must be zero; release it in either case.
 *
 * Returns 0, or -1 with *f set: no such profile, a file that cannot be read, is too large or holds
 * NUL bytes, or a line that is no good, as 'PATH:LINE: reason'.
 */
int profiles_apply(struct profiles *profiles, struct spec *spec, int argc, char **argv,
	struct fault *f);

void profiles_release(struct profiles *profiles);

/*
 * Apply text, of a file that is called path, to *spec, which then points into it: text is cut into
 * words in place. Returns 0, or -1 with *f set. Pure.
 */
int profile_parse(struct spec *spec, char *text, const char *path, struct fault *f);

/*
 * Where a profile may be: index 0 is the user's own, 1 the host's. xdg and home are $XDG_CONFIG_HOME
 * and $HOME, NULL: not set. A relative XDG_CONFIG_HOME counts as not set (XDG Base Directory
 * Specification, "Environment variables"). Returns a path to be freed, NULL: there is no such place.
 */
char *profile_path(const char *name, unsigned index, const char *xdg, const char *home);

#endif
