#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --progress: a line on the terminal while it runs, and nothing of it anywhere else.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	export TERM=xterm
}

teardown()
{
	assert_nothing_left
}

on_terminal()
{
	run timeout 60 "$TEST_TOOLS_DIR/pty" "$@"
}

# Where the line begins and where the cursor goes back, with anything between.
begin=$'\e[K\eD\e7\r\e[2K'
end=$'\e8\eM'

@test "on a terminal there is a line, and it is gone when COMMAND is done" {
	on_terminal expect:ready expect:'pids 1' expect:'pids 1' 'send:x' $'send:\r' -- \
		"$LIMIT" -o report --progress --mem 100M -- sh -c 'echo ready; read -r _; echo over'
	assert_status 0
	[[ "$output" == *"$begin"*" s  "*"mem ["*" of 100M"*"pids 1"*"$end"* ]]
	# The last that is drawn is nothing.
	[[ "$output" == *"$begin$end"* ]]
	[[ "${output##*"$begin"}" == "$end"* ]]
	# What COMMAND printed is whole.
	[[ "$output" == *over* ]]
}

@test "it fits into the terminal" {
	on_terminal 'resize:24 20' $'send:\r' expect:ready expect:"$end" $'send:\r' -- \
		"$LIMIT" -q --progress --mem 100M -- sh -c 'read -r _; echo ready; read -r _'
	assert_status 0
	line=${output##*ready}
	line=${line#*"$begin"}
	line=${line%%"$end"*}
	assert_between 1 "${#line}" 19
}

@test "not where standard error is no terminal, and not on a dumb one" {
	run --separate-stderr "$LIMIT" -q --progress -- sleep 0.6
	assert_status 0
	[ -z "$output$stderr" ]
	export TERM=dumb
	on_terminal -- "$LIMIT" -q --progress -- sleep 0.6
	assert_status 0
	[ -z "$output" ]
}

@test "in the background it draws nothing" {
	on_terminal expect:'$ ' $'send:"$LIMIT" -q --progress -- sh -c "sleep 0.8; echo do""ne" &\r' expect:done \
		$'send:wait; echo "al""l"\r' expect:all $'send:exit\r' -- \
		env PS1='$ ' HOME="$PWD" HISTFILE= LIMIT="$LIMIT" bash --norc --noediting -i
	assert_status 0
	[[ "$output" != *"$begin"* ]]
}

@test "a stopped terminal does not stop the clock" {
	# Ctrl-S: nobody reads what is drawn, and the time still runs out.
	on_terminal expect:ready $'send:\023' expect:never -- \
		sh -c '"$1" -o "$2" --progress --time 1 --grace 0 -- sh -c "echo ready; sleep 100"; echo $? >status' sh "$LIMIT" "$PWD/report"
	[ "$(cat status)" = 124 ]
}

@test "with =signal each SIGUSR1 brings a line, and COMMAND is spared" {
	mkfifo go
	"$LIMIT" -o report --progress=signal --mem 100M -- sh -c 'read -r _ <go; exit 7' 2>lines 3>&- &
	pid=$!
	exec 4>go
	for i in 1 2; do
		kill -USR1 $pid
		eventually sh -c "[ \$(wc -l <lines) -ge $i ]"
	done
	echo >&4
	exec 4>&-
	code=0
	wait $pid || code=$?
	[ "$code" -eq 7 ]
	[ "$(grep -cE '^limit: [0-9.]+ s  .*mem \[-{10}\] .* of 100M  pids 1' lines)" -eq 2 ]
}
