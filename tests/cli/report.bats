#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The receipt: where it goes and what is in it. That its numbers are true is in tests/node.

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

@test "stdout is COMMAND's alone, the report goes to stderr" {
	run --separate-stderr "$LIMIT" --mem 100M -- echo hello
	assert_status 0
	[ "$output" = hello ]
	[[ "${stderr_lines[0]}" == "limit: echo: exit 0 after "* ]]
}

@test "every resource has its line" {
	run_limit --mem 100M --cpu 1 --pids 50 -- true
	for name in wall cpu memory swap io processes pressure; do
		assert_report "^  $name  +[^ ]"
	done
	assert_report '^  memory +peak [0-9.]+[KM]? of 100M \([0-9]+ %\)'
	assert_report '^  cpu .* of 1$|^  cpu .* of 1;'
	assert_report '^  processes +peak ([0-9]+|n/a) of 50;'
}

# on_terminal NAME=VALUE… LIMIT ARG…: what limit prints on a terminal is in $output.
on_terminal()
{
	run env "$TEST_TOOLS_DIR/pty" expect:hint -- env "$@" --pids 2 -- "$hog" fork 2
	[[ "$output" == *"held back by its pids limit"* ]]
}

@test "colour on a terminal only, and only if it is wanted" {
	on_terminal -u NO_COLOR TERM=xterm "$LIMIT"
	[[ "$output" == *$'exit 0 after '*$': \e[1;33mheld back by its pids limit\e[0m'* ]]
	[[ "$output" == *$'  \e[1;33mhint\e[0m        it could'* ]]
	on_terminal NO_COLOR=1 TERM=xterm "$LIMIT"
	[[ "$output" != *$'\e['* ]]
	on_terminal -u NO_COLOR TERM=dumb "$LIMIT"
	[[ "$output" != *$'\e['* ]]
	on_terminal -u NO_COLOR -u TERM "$LIMIT"
	[[ "$output" != *$'\e['* ]]
	run env -u NO_COLOR TERM=xterm "$LIMIT" --pids 2 -- "$hog" fork 2
	[[ "$output" == *"held back by its pids limit"* ]]
	[[ "$output" != *$'\e['* ]]
}

@test "--quiet prints nothing" {
	run --separate-stderr "$LIMIT" -q --mem 100M -- sh -c 'sleep 100 & exit 3'
	assert_status 3
	[ -z "$output$stderr" ]
}

@test "--report FILE: the report is there, stderr is COMMAND's" {
	run --separate-stderr "$LIMIT" -o out --mem 100M -- sh -c 'echo mine >&2'
	assert_status 0
	[ "$stderr" = mine ]
	grep -q '^limit: sh: exit 0 after ' out
}

@test "--report FILE that cannot be opened: 125, COMMAND is not started" {
	run --separate-stderr "$LIMIT" -o no/such/directory/out -- touch started
	assert_status 125
	[[ "${stderr_lines[0]}" == "limit: cannot write the report to 'no/such/directory/out': "* ]]
	[ ! -e started ]
}

@test "a full disk under the report changes no status" {
	run --separate-stderr "$LIMIT" -o /dev/full -- sh -c 'exit 5'
	assert_status 5
	[[ "$stderr" == *"cannot write the report to '/dev/full': No space left on device"* ]]
}

@test "a reader that went away changes no status" {
	run bash -c '"$0" -- sh -c "exit 6" 2> >(exec true); exit $?' "$LIMIT"
	assert_status 6
}

@test "a command's name cannot steer the terminal" {
	name=$'evil\e[31m'
	printf '#!/bin/sh\n' >"$name"
	chmod +x "$name"
	run_limit -- "./$name"
	assert_report '^limit: evil\?\[31m: exit 0'
}

@test "--verbose says where, why and how" {
	run --separate-stderr "$LIMIT" -v -o out --pids 50 -- true
	[[ "$stderr" == *"limit: host   "* ]]
	[[ "$stderr" == *"limit: why    "* ]]
	[[ "$stderr" == *"/pids.max  50"* ]]
	[[ "$stderr" == *"limit: started pid "*" by clone3"* || "$(host_mode)" == legacy ]]
}

@test "a command that could not be started leaves that in the report file" {
	run -127 --separate-stderr "$LIMIT" -o out -- no-such-command-anywhere
	assert_status 127
	grep -q "^limit: cannot run 'no-such-command-anywhere': No such file or directory" out
}
