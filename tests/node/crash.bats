#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# limit is killed at each of its system calls, and its guard at any time.

load ../lib

setup()
{
	require_node
	command -v strace >/dev/null || skip "needs strace"
	cd "$BATS_TEST_TMPDIR"
	token=$((100000000 + RANDOM)).$BASHPID
	export TESTS_DIR token
}

teardown()
{
	[ -z "$(pgrep -f "sleep $token")" ] && assert_nothing_left
}

sandboxed()
{
	run --separate-stderr "$LIMIT" -q --cpu max -- bash -u -c '. "$TESTS_DIR/inject.bash"; '"$1"
}

@test "killed at any system call: no node and no process is left" {
	sandboxed '
		victim=("$LIMIT" -q --mem 100M --cpu 1 --pids 50 --time 30ms --grace 10ms --
			sh -c "trap \"\" TERM; setsid sleep $token & sleep $token")
		calls "${victim[@]}" >calls
		while read -r call number; do
			kill_at $call $number "${victim[@]}"
			nodes_go "$call $number"
		done <calls
		wc -l <calls'
	assert_status 0
	[[ "$output" =~ ^[0-9]+$ ]]
	assert_between $((150 / ${INJECT_EVERY:-1})) "$output" 1000
}

@test "limit and then its guard, at any moment of its work: --gc removes what is left" {
	sandboxed '
		mkfifo started
		for i in {1..60}; do
			"$LIMIT" -q --mem 100M --cpu 1 -- sh -c "setsid sleep $token & echo >started; sleep $token" &
			read -r _ <started
			until guard=$(pgrep -P $! -x limit-guard); do pause; done
			kill -KILL $!
			for ((j = 0; j < i * 20; j++)); do :; done
			kill -KILL $guard
			wait $!
			while [ -e /proc/$guard ]; do pause; done
		done 2>/dev/null
		"$LIMIT" --gc >removed
		nodes_now'
	assert_status 0
	[ -z "$output" ]
	[[ "$stderr" != *limit:* ]]
}

@test "the guard and then limit, at any moment: a new guard or --gc removes what is left" {
	sandboxed '
		mkfifo started
		for i in {1..60}; do
			"$LIMIT" -q --mem 100M --cpu 1 -- sh -c "setsid sleep $token & echo >started; sleep $token" &
			read -r _ <started
			until guard=$(pgrep -P $! -x limit-guard); do pause; done
			kill -KILL $guard
			for ((j = 0; j < i * 20; j++)); do :; done
			kill -KILL $!
			wait $!
		done 2>/dev/null
		# Where limit came to start a new guard that one is at work now.
		while [ -n "$(nodes_now)" ] && ((SECONDS < 60)); do "$LIMIT" --gc >removed; done
		nodes_now'
	assert_status 0
	[ -z "$output" ]
	[[ "$stderr" != *limit:* ]]
}
