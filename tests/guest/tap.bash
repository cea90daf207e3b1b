# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# TAP for the .guest scripts that do not use bats. Source it as
# "$TESTS_DIR/guest/tap.bash".

tap_points=${tap_points:-0} # a script may go on with another one

# ok DESCRIPTION COMMAND...: one test point, passed if COMMAND succeeds. What
# COMMAND writes is shown as comments if it does not.
ok()
{
	local description=$1 output
	shift

	tap_points=$((tap_points + 1))
	if output=$("$@" 2>&1); then
		echo "ok $tap_points - $description"
	else
		echo "not ok $tap_points - $description"
		echo "#   failed: $*"
		[[ -z $output ]] || echo "#   ${output//$'\n'/$'\n'#   }"
	fi
}

skip()
{
	tap_points=$((tap_points + 1))
	echo "ok $tap_points - $1 # SKIP $2"
}

# Last of all: without it an aborted script would pass.
done_testing()
{
	echo "1..$tap_points"
}
