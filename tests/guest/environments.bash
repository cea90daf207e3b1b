# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the .guest files that try the environments share. Sourced, never run.

# shellcheck source=tests/guest/tap.bash
. "$TESTS_DIR/guest/tap.bash"
# shellcheck source=tests/guest/layout.bash
. "$TESTS_DIR/guest/layout.bash"

# row NAME [WORD...] [-- OPTION...]: one test point, tests/environment run as 'WORD... bash SCRIPT NAME
# OPTION...', and its line for the table.
row()
{
	local words=() name=$1 said status=0
	shift

	while (($# > 0)) && [[ $1 != -- ]]; do
		words+=("$1")
		shift
	done
	said=$("${words[@]}" bash "$TESTS_DIR/environment" "$name" "${@:2}" 2>&1) || status=$?
	# Not for a script that died before it came to that.
	grep '^# environment: ' <<<"$said" || true
	ok "$name" was_fine
}

# Not $output: that is a local variable of ok().
was_fine()
{
	grep -v '^# environment: ' <<<"$said"
	return "$status"
}
