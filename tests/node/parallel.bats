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

@test "a thousand at once all succeed, and one more costs what it costs alone" {
	local count=1000 alone beside pid failed=0
	local pids=()

	exec 8<>gate
	flock -x 8
	alone=$(cpu_ms twenty_runs)
	for ((i = 0; i < count; i++)); do
		"$LIMIT" -q --mem 50M -- flock -s gate true 8>&- &
		pids+=($!)
	done
	# Not before all of them have a node and a COMMAND that waits at the gate.
	while [ "$(nodes_alive)" -lt "$count" ]; do
		sleep 0.1
	done
	for _ in 1 2 3; do
		beside=$(cpu_ms twenty_runs)
		[ "$beside" -gt $((alone * 2)) ] || break
	done
	flock -u 8
	for pid in "${pids[@]}"; do
		wait "$pid" || failed=$((failed + 1))
	done
	echo "20 runs: $alone ms of CPU time alone, $beside ms beside $count others; $failed failed"
	[ "$failed" -eq 0 ]
	[ "$beside" -le $((alone * 2)) ]
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
