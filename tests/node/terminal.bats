#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Signals and the terminal: as without limit.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	# An interactive shell that prints only what it is told to.
	shell=(env PS1='$ ' HOME="$PWD" HISTFILE= LIMIT="$LIMIT" bash --norc --noediting -i)
}

teardown()
{
	assert_nothing_left
}

# On a terminal: the steps, then what runs there.
on_terminal()
{
	run timeout 60 "$TEST_TOOLS_DIR/pty" "$@"
}

@test "Ctrl-C reaches COMMAND exactly once" {
	cat >count <<-'END'
		trap 'n=$((n + 1))' INT
		echo ready
		until [ -e over ]; do sleep 0.05; done
		echo "times $n"
	END
	on_terminal expect:'$ ' $'send:"$LIMIT" -q -- bash count\r' expect:ready \
		$'send:\003' $'expect:^C' $'send:\032' expect:Stopped $'send:touch over; fg\r' 'expect:times 1' \
		$'send:exit\r' -- "${shell[@]}"
	assert_status 0
}

@test "Ctrl-C ends COMMAND, limit dies of the same signal, and a loop ends" {
	on_terminal expect:'$ ' $'send:while :; do "$LIMIT" -q -- sh -c "echo re""ady; exec sleep 1000"; done; echo "loop ""over"\r' \
		expect:ready $'send:\003' 'expect:$ ' $'send:echo still "here"\r' 'expect:still here' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
	# What was typed may come before the end of the line.
	[ "$(grep -c '^ready' <<<"$output")" -eq 1 ] || { cat -v <<<"$output"; return 1; }
}

@test "Ctrl-backslash, too" {
	on_terminal expect:ready $'send:\034' -- "$LIMIT" -q -- sh -c 'ulimit -c 0; echo ready; exec sleep 1000'
	assert_status 131
}

# Not 'bg' and then 'fg' of a job that reads: it stops in between, and whether the shell has seen that
# is chance, with and without limit.
@test "Ctrl-Z stops the job, fg and bg continue it" {
	on_terminal expect:'$ ' $'send:"$LIMIT" -q -- sh -c "echo re""ady; read -r a; echo got \\$a; exec sleep 1000"\r' expect:ready \
		$'send:\032' expect:Stopped $'send:fg\r' $'send:word\r' 'expect:got word' \
		$'send:\032' expect:Stopped $'send:bg\r' $'send:jobs -r\r' expect:Running \
		$'send:kill %%; wait; echo "do""ne"\r' expect:done $'send:exit\r' -- "${shell[@]}"
	assert_status 0
}

@test "a job that was stopped with Ctrl-Z is ended in time" {
	on_terminal expect:'$ ' $'send:"$LIMIT" -q --time 1s -- sh -c "echo re""ady; exec sleep 1000"\r' expect:ready \
		$'send:\032' expect:Stopped $'send:while jobs %% >/dev/null 2>&1; do sleep 0.1; done; echo "o""ver"\r' expect:over \
		$'send:exit\r' -- "${shell[@]}"
	assert_status 0
}

@test "COMMAND alone is continued and ends: fg ends the job, with its status" {
	mkfifo go
	on_terminal expect:'$ ' $'send:"$LIMIT" -q -- sh -c "echo \\$\\$ >pid; echo re""ady; read -r _ <go; exit 3"\r' \
		expect:ready $'send:\032' expect:Stopped $'send:kill -CONT $(cat pid); echo >go; fg; echo "sta""tus $?"\r' \
		'expect:status 3' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
}

@test "a window of another size: COMMAND is told exactly once, and sees it" {
	cat >count <<-'END'
		trap 'n=$((n + 1)); echo "size $(stty size)"' WINCH
		echo ready
		until [ -e over ]; do sleep 0.05; done
		echo "times $n"
	END
	on_terminal expect:'$ ' $'send:"$LIMIT" -q -- bash count\r' expect:ready 'resize:41 123' 'expect:size 41 123' \
		$'send:\032' expect:Stopped $'send:touch over; fg\r' 'expect:times 1' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
}

@test "the shell that started it is killed: limit goes on, and ends as ever" {
	mkfifo ready go
	bash -c '"$0" -o receipt -- sh -c "echo >ready; read -r _ <go; exit 7"; true' "$LIMIT" &
	read -r _ <ready
	kill -KILL $!
	wait $! || true
	echo >go
	eventually grep -q '^limit: sh: exit 7 ' receipt
}

@test "an interactive shell as COMMAND has job control" {
	on_terminal expect:'$ ' $'send:"$LIMIT" -q -- env PS1="in""ner> " bash --norc --noediting -i\r' 'expect:inner> ' \
		$'send:sh -c "echo sl""eeping; exec sleep 1000"\r' expect:sleeping $'send:\032' expect:Stopped $'send:kill -KILL %%; fg; echo still "in"side\r' 'expect:still inside' \
		$'send:exit 7\r' $'send:echo "sta""tus $?"\r' 'expect:status 7' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
}

@test "the terminal is closed: COMMAND is told, and nothing is left" {
	on_terminal expect:ready hangup -- "$LIMIT" -q -- sh -c 'trap "echo hup >told; exit" HUP; echo ready; while :; do sleep 0.05; done'
	[ "$(cat told)" = hup ]
}

@test "the terminal is closed, and SIGHUP is ignored as nohup does it: the run goes on to its end" {
	on_terminal expect:ready hangup -- sh -c 'trap "" HUP; exec "$0" -o receipt -- sh -c "echo ready; while [ -t 0 ]; do sleep 0.05; done; exit 7"' "$LIMIT"
	assert_status 7
	grep -q '^limit: sh: exit 7 ' receipt
}

@test "a second TERM kills the tree; the grace after the first one, too" {
	mkfifo ready
	for grace in 1000 0.3; do
		"$LIMIT" -o report --grace "$grace" -- sh -c 'trap "echo >ready" TERM; echo >ready; while :; do sleep 0.05; done' &
		read -r <ready
		kill -TERM $!
		# The first writer may not be gone yet, and nothing more come from it.
		until read -r <ready; do kill -0 $!; done
		if [ "$grace" = 1000 ]; then
			# Two at once are one request.
			sleep 0.3
			kill -TERM $!
		fi
		code=0
		wait $! || code=$?
		[ "$code" -eq 137 ]
		grep -q ': killed, as SIGTERM to limit was not enough$' report
	done
}

@test "what COMMAND sends to its process group does not come back" {
	run setsid -w "$LIMIT" -q -- bash -c 'trap "n=\$((n + 1))" TERM USR1; kill -TERM 0; kill -USR1 0; sleep 0.3; echo "$n"'
	assert_status 0
	[ "$output" = 2 ]
}

@test "limit's own SIGPIPE is not COMMAND's" {
	run bash -c '"$0" -v -- sh -c "sleep 0.3; exit 5" 2> >(exec true)' "$LIMIT"
	assert_status 5
}
