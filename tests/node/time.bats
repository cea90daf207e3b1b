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

@test "a frozen tree is ended too" {
	[ "$(id -u)" -eq 0 ] || skip "needs to own the node"
	timed_limit --time 300ms --grace 300ms -- bash -c '
		node=$(sed -n "s,^0::,,p; /:freezer:/s,.*:freezer:,,p" /proc/self/cgroup | tail -n 1)
		for root in /sys/fs/cgroup/freezer /sys/fs/cgroup/unified /sys/fs/cgroup; do
			[ -d "$root$node" ] && [ "$node" != / ] && break
		done
		mkdir "$root$node/ice"
		trap "" TERM
		sleep 1000 &
		echo $! >"$root$node/ice/cgroup.procs"
		echo 1 >"$root$node/ice/cgroup.freeze" || echo FROZEN >"$root$node/ice/freezer.state"
		echo frozen
		wait' 2>/dev/null
	assert_status 124
	[ "$output" = frozen ]
	assert_between 0.6 "$took" 25
}

@test "CPU time of the whole tree is up: 124, and little more was used" {
	run_limit --cpu-time 500ms -- "$hog" cpu 60 2
	assert_status 124
	assert_report '^limit: hog: died of SIGTERM after .*: CPU time limit of 500 ms ran out$'
	used=$(sed -n 's/^  cpu  *\([0-9.]*\) ms .*/\1/p' <<<"$report")
	# The kernel counts a running process at its ticks, at most 10 ms apart; a busy host is late.
	assert_between 500 "$used" 700
}

@test "CPU time with a quota, and little more was used" {
	run_limit --cpu-time 300ms --cpu 0.5 -- "$hog" cpu 60 3
	assert_status 124
	used=$(sed -n 's/^  cpu  *\([0-9.]*\) ms .*/\1/p' <<<"$report")
	assert_between 300 "$used" 500
}

@test "CPU time counts children that have ended, and daemons" {
	run_limit --cpu-time 400ms -- sh -c 'while :; do "$0" cpu 0.05 >/dev/null; setsid -w "$0" cpu 0.05 >/dev/null; done' "$hog"
	assert_status 124
	assert_report 'CPU time limit of 400 ms ran out'
}

@test "who sleeps uses no CPU time" {
	run_limit --cpu-time 200ms -- sleep 1
	assert_status 0
}

@test "--exit-status gives a reason its own status" {
	run_limit --time 200ms --exit-status time=50 -- sleep 100
	assert_status 50
	run_limit --cpu-time 100ms --exit-status time=50 --exit-status cpu-time=51 -- "$hog" cpu 100
	assert_status 51
	run_limit --exit-status killed=52 -- sh -c 'kill -KILL $$'
	assert_status 52
	run_limit --exit-status time=50 --exit-status killed=52 -- sh -c 'exit 3'
	assert_status 3
	spared 0 run_limit --mem 32M --oom process --exit-status oom=9 --exit-status oom=0 -- sh -c '"$0" mem 100; exit 3' "$hog"
	assert_status 0
	for wrong in time exit=3 oom oom= oom=256 oom=-1 oom=1x =1 oomx=1; do
		run -125 --separate-stderr "$LIMIT" --exit-status "$wrong" -- true
	done
}

@test "a limit that was stopped wakes up in time" {
	mkfifo ready
	"$LIMIT" -q --time 1s -- sh -c 'echo >ready; exec sleep 1000' &
	read -r <ready
	kill -STOP $!
	code=0
	wait $! || code=$?
	[ "$code" -eq 124 ]
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
