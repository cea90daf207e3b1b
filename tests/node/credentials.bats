#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Who COMMAND is, what it may do, where it runs and with which variables.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

require_root()
{
	[ "$(id -u)" -eq 0 ] || skip "becoming another user is for root"
}

# status_of ARG…: the capabilities and no_new_privs of a COMMAND under these options.
status_of()
{
	run_limit "$@" -- grep -E '^(Cap|NoNewPrivs)' /proc/self/status
	assert_status 0
}

@test "--user: its ids, all its groups, its home, in a group that is not its own" {
	require_root
	run_limit --user nobody -- sh -c 'id -u; id -g; id -G; echo "$HOME $USER $LOGNAME"'
	assert_status 0
	[ "${lines[0]}" = "$(id -u nobody)" ]
	[ "${lines[1]}" = "$(id -g nobody)" ]
	[ "${lines[2]}" = "$(id -G nobody)" ]
	[ "${lines[3]}" = "$(getent passwd nobody | cut -d: -f6) nobody nobody" ]
	run_limit --user "$(id -u nobody)" -- id -un
	[ "$output" = nobody ]
}

@test "--user: the limits hold, and cannot be changed by who runs under them" {
	require_root
	run_limit --user nobody --pids 5 -- sh -c '
		for limits in $(find /sys/fs/cgroup -path "*/limit-$PPID-*" -name pids.max 2>/dev/null); do
			echo "found $(cat "$limits")"
			echo max >"$limits"
		done 2>/dev/null
		cat "$limits"
		for i in 1 2 3 4 5 6 7 8; do sleep 0.01 & done 2>/dev/null
		wait'
	[[ "$output" == *"found 5"* ]]
	[[ "$output" != *max* ]]
	assert_report 'processes .*peak 5'
}

@test "--user leaves no capability" {
	require_root
	status_of --user nobody
	grep -qx 'CapEff:.0*' <<<"$output"
	grep -qx 'CapPrm:.0*' <<<"$output"
	grep -qx 'CapInh:.0*' <<<"$output"
}

@test "--user: raising a limit of its own is still root's doing" {
	require_root
	run_limit --user nobody --nice -1 -- nice
	assert_status 0
	[ "$output" = -1 ]
}

@test "--user nobody has heard of, and --user for who is not root" {
	run -125 --separate-stderr "$LIMIT" --user no-such-user -- touch started
	[ "${stderr_lines[0]}" = "limit: cannot run as 'no-such-user': there is no such user" ]
	[ ! -e started ]
	require_root
	mkdir open
	chmod 777 open
	cp "$LIMIT" open/limit
	setpriv --reuid=65534 --regid=65534 --clear-groups test -x open/limit || skip "the temporary directory is closed to others"
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups \
		open/limit --best-effort --user root -- touch open/started
	assert_status 125
	[[ "$stderr" == *"limit: cannot run as 'root': Operation not permitted"*"limit: try: sudo limit"* ]]
	[ ! -e open/started ]
}

@test "--drop-caps: none is left and none comes back, even to root" {
	status_of --drop-caps
	grep -qx 'CapEff:.0*' <<<"$output"
	grep -qx 'CapPrm:.0*' <<<"$output"
	grep -qx 'CapInh:.0*' <<<"$output"
	grep -qx 'CapAmb:.0*' <<<"$output"
	grep -qx 'CapBnd:.0*' <<<"$output" || grep -qx 'NoNewPrivs:.1' <<<"$output"
	if [ "$(id -u)" -eq 0 ]; then
		run_limit --drop-caps -- sh -c 'chown 1 . || echo refused' 2>/dev/null
		[ "$output" = refused ]
	fi
}

@test "--no-new-privs, and without it nothing of the kind" {
	status_of --no-new-privs
	grep -qx 'NoNewPrivs:.1' <<<"$output"
	grep -E '^(Cap|NoNewPrivs)' /proc/self/status >ours
	status_of
	[ "$output" = "$(cat ours)" ]
}

@test "--chdir: where COMMAND runs, and a relative name of it counts from there" {
	mkdir "in side"
	printf '#!/bin/sh\npwd\n' >"in side/script"
	chmod +x "in side/script"
	run_limit -C "in side" -- ./script
	assert_status 0
	[ "$output" = "$PWD/in side" ]
	run -125 --separate-stderr "$LIMIT" -C missing -- true
	[ "${stderr_lines[0]}" = "limit: cannot enter the directory 'missing': No such file or directory" ]
}

@test "--chdir is done as the user of --user" {
	require_root
	mkdir -m 700 closed
	run -125 --separate-stderr "$LIMIT" --user nobody -C "$PWD/closed" -- touch started
	[[ "${stderr_lines[0]}" == "limit: cannot enter the directory '"*"': Permission denied" ]]
}

@test "--env sets, the last one counts, and NAME alone is the caller's" {
	export GIVEN=caller
	unset ABSENT
	run_limit -E A=1 -E A=2 -E GIVEN=mine -E ABSENT=x -E ABSENT -E EMPTY= -E GIVEN -- \
		sh -c 'echo "$A $GIVEN ${ABSENT-none} ${EMPTY-none}."'
	[ "$output" = '2 caller none .' ]
	run_limit -E PATH=/nonexistent -- true
	assert_status 0
}
