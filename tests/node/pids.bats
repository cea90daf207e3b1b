#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The process limit bites.

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

@test "the ninth process of --pids 8 is refused" {
	run_limit --pids 8 -- "$hog" fork 20
	assert_status 0
	[ "$output" = 7 ]
	assert_report '^  processes +peak (8|n/a) of 8;  1 forks refused$'
	assert_report '^  leftovers +7 killed \(hog, hog, hog, …\)$'
	assert_report '^limit: hog: exit 0 after .*: held back by its pids limit$'
	assert_report '^  hint +it could not start all its processes: try a larger --pids$'
}

@test "eight processes of --pids 8 are not refused" {
	run_limit --pids 8 -- "$hog" fork 7
	[ "$output" = 7 ]
	assert_report '^  processes .*  0 forks refused$'
}

@test "a fork bomb is contained and gone" {
	# One fork, and exec: once the bomb is off the shell cannot fork any more, as its pipeline would.
	# On a slow machine it may take a while to 40.
	for time in 1 4 16; do
		run_limit --pids 40 --mem 100M --time "${time}s" --grace 100ms -- sh -c 'b() { b | b & }; b & exec sleep 60'
		assert_status 124
		assert_report ": time limit of $time.0* s ran out"
		[[ $report == *" of 40;  0 forks refused"* ]] || break
	done
	assert_report '^  processes +peak (40|n/a) of 40;  [1-9][0-9]* forks refused$'
}

@test "twice in one group leaves the group as it was" {
	"$LIMIT" -q --pids 8 -- true
	"$LIMIT" -q --pids 8 -- true
	for parent in $(node_parents); do
		if [ -e "$parent/cgroup.type" ]; then
			[ "$(cat "$parent/cgroup.type")" = domain ]
		fi
	done
}
