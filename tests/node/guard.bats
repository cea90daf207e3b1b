#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# limit is killed: the guard ends what runs in the node and removes it.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	mkfifo started go
}

teardown()
{
	[ -z "${limit_pid-}" ] || kill -KILL "$limit_pid" 2>/dev/null || true
	eventually nothing_left
}

# Start 'limit ARG… -- sh -c SCRIPT' in the background; SCRIPT writes one line to 'started'.
start_limit()
{
	local script=${*: -1}

	"$LIMIT" "${@:1:$#-1}" -- sh -c "$script" "$hog" 3>&- &
	limit_pid=$!
	read -r line <started
	find_guard "$limit_pid"
}

# It has its name a moment after it was made.
find_guard()
{
	eventually eval 'guard_pid=$(guard_of '"$1"') && [ -n "$guard_pid" ]'
}

nothing_left()
{
	[ -z "$(nodes_left)" ]
}

@test "kill -9 of limit ends COMMAND, its daemons and stopped processes, and removes the node" {
	start_limit --pids 50 'setsid sleep 1000 & a=$!; sleep 1000 & b=$!; kill -STOP $b
		echo $$ $a $b >started; wait'
	[ -n "$(nodes_of "$limit_pid")" ]
	kill -KILL "$limit_pid"
	for pid in $line $guard_pid; do
		eventually has_ended "$pid"
	done
	eventually nothing_left
}

@test "kill -9 of limit that is stopped does the same" {
	start_limit 'echo $$ >started; exec sleep 1000'
	kill -STOP "$limit_pid"
	kill -KILL "$limit_pid"
	eventually has_ended "$line"
	eventually has_ended "$guard_pid"
	eventually nothing_left
}

@test "limit that was stopped goes on as if nothing had been" {
	start_limit 'echo $$ >started; read -r _ <go; exit 3'
	kill -STOP "$limit_pid"
	echo >go
	eventually has_ended "$line"
	kill -CONT "$limit_pid"
	code=0
	wait "$limit_pid" || code=$?
	[ "$code" -eq 3 ]
}

@test "kill -9 of limit and everything in its process group" {
	set -m
	start_limit 'echo $$ >started; setsid sleep 1000'
	kill -KILL -- "-$limit_pid"
	eventually has_ended "$line"
	eventually has_ended "$guard_pid"
	eventually nothing_left
}

@test "groups that COMMAND made are removed too" {
	[ "$(id -u)" -eq 0 ] || skip "needs to own the node"
	start_limit "$LIMIT"' --pids 20 -- "$LIMIT" --pids 10 -- sh -c "echo \$\$ >started; sleep 1000"'
	kill -KILL "$limit_pid"
	eventually has_ended "$line"
	eventually nothing_left
}

@test "a guard that is killed is replaced, and the new one works" {
	start_limit 'echo $$ >started; exec sleep 1000'
	first=$guard_pid
	kill -KILL "$first"
	eventually has_other_guard "$first"
	guard_pid=$(guard_of "$limit_pid")
	kill -KILL "$limit_pid"
	eventually has_ended "$line"
	eventually has_ended "$guard_pid"
	eventually nothing_left
}

has_other_guard()
{
	local now

	now=$(guard_of "$limit_pid")
	[ -n "$now" ] && [ "$now" != "$1" ]
}

@test "a guard that is stopped is continued" {
	start_limit 'echo $$ >started; exec sleep 1000'
	kill -STOP "$guard_pid"
	eventually grep -q '^State:.S' "/proc/$guard_pid/status"
	kill -KILL "$limit_pid"
	eventually has_ended "$line"
	eventually nothing_left
}

@test "a killed guard changes neither status nor report" {
	run_limit --pids 10 -- sh -c '
		while ! guard=$(pgrep -P $PPID -x limit-guard); do :; done
		kill -KILL $guard
		exit 7'
	assert_status 7
	[[ "$report" != *warning* ]]
	[ -z "$stderr" ]
}

@test "who kills guard after guard is told that there is none" {
	run_limit -- sh -c '
		for i in $(seq 16); do
			while ! guard=$(pgrep -P $PPID -x limit-guard); do :; done
			kill -KILL $guard
			while kill -0 $guard 2>/dev/null; do :; done
		done'
	assert_status 0
	assert_report '^  warning +cannot keep a guard: it was killed 16 times'
}

@test "the guard is out of the way: session, descriptors, directory, signals, node" {
	exec 7</etc/passwd
	start_limit 'echo $$ >started; exec sleep 1000'
	exec 7<&-
	# One descriptor: its pipe.
	eventually eval '[[ "$(readlink "/proc/'"$guard_pid"'/fd/"*)" =~ ^pipe:[^[:space:]]*$ ]]'
	[ "$(readlink "/proc/$guard_pid/cwd")" = / ]
	# Session: field 6 of stat.
	[ "$(cut -d ' ' -f 6 "/proc/$guard_pid/stat")" = "$guard_pid" ]
	[ "$(cat "/proc/$guard_pid/cgroup")" = "$(cat "/proc/$limit_pid/cgroup")" ]
	kill -TERM "$guard_pid"
	kill -INT "$guard_pid"
	kill -HUP "$guard_pid"
	[ "$(guard_of "$limit_pid")" = "$guard_pid" ]
	kill -KILL "$limit_pid"
	eventually has_ended "$line"
}

@test "without close_range the guard holds one descriptor too" {
	command -v strace >/dev/null || skip "needs strace"
	exec 7</etc/passwd
	strace -f -q -o trace -e trace=close_range -e inject=close_range:error=ENOSYS \
		"$LIMIT" -q -- sh -c 'echo $PPID >started; read -r _ <go' &
	read -r traced <started
	find_guard "$traced"
	eventually eval '[[ "$(readlink "/proc/'"$guard_pid"'/fd/"*)" =~ ^pipe:[^[:space:]]*$ ]]'
	exec 7<&-
	echo >go
	wait
	grep -q 'ENOSYS.*INJECTED' trace
}

@test "the reader of a pipeline sees the end when limit and COMMAND are gone" {
	mkfifo pipe
	"$LIMIT" -q -- sh -c 'echo $$ $PPID >started; exec sleep 1000' >pipe &
	cat pipe >/dev/null &
	reader=$!
	read -r child limit_pid <started
	kill -KILL "$limit_pid"
	eventually has_ended "$reader"
	eventually has_ended "$child"
}

@test "the guard's own memory is small" {
	start_limit 'echo $$ >started; exec sleep 1000'
	own=$(awk '/^Private_(Clean|Dirty)/ { sum += $2 } END { print sum }' "/proc/$guard_pid/smaps_rollup")
	assert_between 1 "$own" 400
	kill -KILL "$limit_pid"
	eventually has_ended "$line"
}

@test "no guard lives on when limit returns" {
	for i in {1..20}; do
		run_limit -- sh -c 'while ! pgrep -P $PPID -x limit-guard; do :; done'
		assert_status 0
		run ! kill -0 "$output"
	done
	run -127 "$LIMIT" -q -- /nonexistent
	[ -z "$(pgrep -f "^$LIMIT -q -- /nonexistent")" ]
}

@test "without room for a guard COMMAND does not start" {
	run_limit --pids 2 -- sh -c '"$0" -q -- touch started-anyway; exit $?' "$LIMIT"
	assert_status 125
	[[ "$stderr" == *"cannot start the guard"*"try: raise pids.max"* ]]
	[ ! -e started-anyway ]
}
