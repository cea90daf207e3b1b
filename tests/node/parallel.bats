#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Many at once: every one succeeds, and none pays for the others.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	: >gate
}

teardown()
{
	assert_nothing_left
}

# cpu_ms COMMAND...: the CPU time in ms that the shell's children used for it.
cpu_ms()
{
	local TIMEFORMAT='%U %S'

	{ time "$@" >/dev/null; } 2>&1 | awk '{ printf "%d\n", ($1 + $2) * 1000 }'
}

twenty_runs()
{
	for _ in {1..20}; do
		"$LIMIT" -q --mem 50M -- true
	done
}

nodes_alive()
{
	local parent

	for parent in $(node_parents | tail -n 1); do
		find "$parent" -maxdepth 1 -name 'limit-*-*' -type d | wc -l
	done
}

# start_until COUNT: so many are alive, each with a node and a COMMAND that waits at the gate.
start_until()
{
	while [ ${#pids[@]} -lt "$1" ]; do
		"$LIMIT" -q --mem 50M -- flock -s gate true 8>&- &
		pids+=($!)
	done
	while [ "$(nodes_alive)" -lt "$1" ]; do
		sleep 0.1
	done
}

# A guard looks at some neighbours, at no more than a few however many there are: hence not alone.
@test "a thousand at once all succeed, and one more costs what it costs beside a hundred" {
	local few many pid failed=0
	local pids=()

	exec 8<>gate
	flock -x 8
	start_until 100
	# On an emulated CPU the time is also that of whoever else wants the real one: so the most of the few, and the
	# least of the many. Who looks at all of them pays ten times as much for that.
	few=0
	for _ in 1 2 3; do
		many=$(cpu_ms twenty_runs)
		[ "$many" -le "$few" ] || few=$many
	done
	start_until 1000
	for _ in 1 2 3 4 5; do
		many=$(cpu_ms twenty_runs)
		[ "$many" -gt $((few * 2)) ] || break
	done
	flock -u 8
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$((failed + 1))
	done
	echo "20 runs: $few ms of CPU time beside 100, $many ms beside 1000; $failed failed"
	[ "$failed" -eq 0 ]
	[ "$many" -le $((few * 2)) ]
}

@test "two hundred real jobs at once all succeed" {
	local pid failed=0 wanted
	local pids=()

	seq 20000 >numbers
	wanted=$(sort -r numbers | sha256sum)
	for ((i = 0; i < 200; i++)); do
		"$LIMIT" -q --mem 64M --pids 20 -- sh -c 'sort -r numbers | sha256sum' >"out.$i" &
		pids+=($!)
	done
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$((failed + 1))
	done
	[ "$failed" -eq 0 ]
	for ((i = 0; i < 200; i++)); do
		[ "$(cat "out.$i")" = "$wanted" ]
	done
}
