#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Time limits: the first signal, the grace, the end.

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

# Run limit and note how long it took, in seconds. Never too early; how late depends on what else the
# machine does, so the upper bounds only tell an end by limit from one by itself.
timed_limit()
{
	local start=$EPOCHREALTIME

	run_limit "$@"
	took=$(awk -v a="$start" -v b="$EPOCHREALTIME" 'BEGIN { print b - a }')
}

@test "time is up: 124, and the reason" {
	timed_limit --time 1s -- sleep 100
	assert_status 124
	assert_between 1 "$took" 30
	assert_report '^limit: sleep: died of SIGTERM after [0-9.]+ s: time limit of 1.00 s ran out$'
}

@test "in time is in time" {
	timed_limit --time 60 -- true
	assert_status 0
	assert_between 0 "$took" 30
}

@test "COMMAND may end well in the grace: still 124" {
	timed_limit --time 500ms --grace 60s -- sh -c 'trap "echo bye; exit 0" TERM; while :; do sleep 0.05; done'
	assert_status 124
	[ "$output" = bye ]
	assert_between 0.5 "$took" 30
}

@test "who ignores the signal is killed after the grace" {
	timed_limit --time 300ms --grace 500ms -- sh -c 'trap "" TERM; while :; do sleep 0.05; done'
	assert_status 124
	assert_between 0.8 "$took" 30
	assert_report 'died of SIGKILL .* SIGTERM was not enough: killed$'
}

@test "no grace at all" {
	timed_limit --time 300ms --grace 0 -- sh -c 'trap "echo never" TERM; while :; do sleep 0.05; done'
	assert_status 124
	[ -z "$output" ]
}

@test "--signal" {
	timed_limit --time 300ms --signal INT --grace 60 -- "$hog" cpu 100
	assert_status 124
	assert_report 'died of SIGINT'
	timed_limit --time 300ms --signal KILL --grace 60 -- "$hog" cpu 100
	assert_status 124
	assert_between 0.3 "$took" 30
}

@test "the signal reaches the whole tree" {
	timed_limit --time 300ms --grace 30s -- sh -c 'sleep 100; sleep 100'
	assert_status 124
	assert_between 0.3 "$took" 25
}

@test "a stopped tree is ended too" {
	timed_limit --time 300ms --grace 300ms -- sh -c 'kill -STOP $$'
	assert_status 124
	assert_between 0.3 "$took" 25
}

@test "TERM sent to limit reaches COMMAND, and COMMAND's status comes back" {
	mkfifo ready
	"$LIMIT" -q -- sh -c 'trap "exit 9" TERM; echo >ready; while :; do sleep 0.05; done' &
	read -r <ready
	kill -TERM $!
	code=0
	wait $! || code=$?
	[ "$code" -eq 9 ]
}
