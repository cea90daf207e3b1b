#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The nodes of other runs: --list, --gc, and what the next run removes.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	export -f has_ended eventually guard_of node_parents nodes_of start kill_both
}

teardown()
{
	assert_nothing_left
}

# sandboxed SCRIPT: run it in bash within a node, where nobody else's runs remove our dead nodes. On a
# hybrid host it has no groups in some hierarchies: from there others' nodes are still to be seen.
sandboxed()
{
	mkfifo started
	run --separate-stderr "$LIMIT" -q --cpu max -- bash -eu -c "$1"
}

# start ARG…: 'limit ARG… -- sh -c SCRIPT' in the background, until SCRIPT has written to 'started'.
start()
{
	"$LIMIT" -q "$@" &
	limit_pid=$!
	read -r line <started
	eventually eval 'guard_pid=$(guard_of $limit_pid) && [ -n "$guard_pid" ]'
	node=$(nodes_of $limit_pid | head -n 1)
}

# In that order, and neither can do anything about it.
kill_both()
{
	if [ "$1" = limit-first ]; then
		# It is continued only by a limit that lives.
		kill -STOP "$limit_pid"
		kill -STOP "$guard_pid"
		kill -KILL "$limit_pid"
		kill -KILL "$guard_pid"
	else
		kill -STOP "$limit_pid"
		kill -KILL "$guard_pid"
		kill -KILL "$limit_pid"
	fi
	eventually has_ended "$limit_pid"
	eventually has_ended "$guard_pid"
	kill -0 "${line%% *}"
}

@test "both killed, in either order: --gc ends what runs and removes the node" {
	for order in limit-first guard-first; do
		sandboxed 'start --pids 20 -- sh -c "setsid sleep 1000 & echo \$\$ \$! >started; wait"
			kill_both '$order'
			"$LIMIT" --list
			"$LIMIT" --gc
			for pid in $line; do eventually has_ended $pid; done
			[ -z "$(nodes_of $limit_pid)" ]
			"$LIMIT" --gc
			echo end'
		assert_status 0
		grep -qE '^limit-[0-9]+-[0-9]+ +dead .* 2 of 20 +(sh|sleep) ' <<<"$output"
		[[ "${lines[-2]}" =~ ^removed\ /.*/limit-[0-9]+-[0-9]+$ && "${lines[-1]}" = end ]]
		[[ "$stderr" != *limit:* ]]
		rm started
	done
}

@test "both killed: the next run that takes a moment does it too" {
	sandboxed 'start -- sh -c "setsid sleep 1000 & echo \$\$ \$! >started; wait"
		kill_both limit-first
		"$LIMIT" -q -- sh -c "eventually() { until \"\$@\"; do sleep 0.02; done; }
			eventually test ! -d $node"
		for pid in $line; do eventually has_ended $pid; done
		[ -z "$(nodes_of $limit_pid)" ]'
	assert_status 0
}

@test "an empty node without an owner is removed" {
	sandboxed 'for parent in $(node_parents); do mkdir $parent/limit-4000000-1; done
		"$LIMIT" --gc'
	assert_status 0
	grep -q '^removed .*/limit-4000000-1$' <<<"$output"
}

@test "a node whose limit lives is left alone, also by who cannot see it" {
	sandboxed 'start -- sh -c "echo \$\$ >started; exec sleep 1000"
		"$LIMIT" --gc
		if [ $(id -u) -eq 0 ]; then
			unshare --pid --fork --mount-proc "$LIMIT" --gc
			unshare --pid --fork --mount-proc "$LIMIT" --list
			unshare --pid --fork --mount-proc "$LIMIT" -q -- sleep 0.3
		fi
		kill -0 $line
		[ -d $node ]
		kill $line
		wait $limit_pid || true
		echo ours: ${node##*/}'
	assert_status 0
	ours=${output##*ours: }
	[[ "$output" != *"removed "*"/$ours"* ]]
	[ "$(id -u)" -ne 0 ] || grep -q "^$ours  *runs " <<<"$output"
}

@test "a node that was left on purpose is removed only when it is empty" {
	sandboxed 'start -- sh -c "echo \$\$ >started; exec sleep 1000"
		for group in $(nodes_of $limit_pid); do mkdir $group/left; done
		kill_both limit-first
		"$LIMIT" --gc
		"$LIMIT" -q -- sleep 0.3
		kill -0 $line
		"$LIMIT" --list
		kill $line
		eventually has_ended $line
		"$LIMIT" --gc
		[ -z "$(nodes_of $limit_pid)" ]'
	assert_status 0
	grep -qE '^limit-[0-9]+-[0-9]+ +left .* sleep$' <<<"$output"
	[[ "$output" == *removed* ]]
}

@test "groups of other names are nobody's business" {
	sandboxed 'parent=$(node_parents | head -n 1)
		names="limit-1 limit-1-2-3 limit-x-1 limit--1 limit-1- xlimit-1-2 limit-99999999999-1"
		for name in $names; do mkdir $parent/$name; done
		"$LIMIT" --gc
		for name in $names; do rmdir $parent/$name; done
		"$LIMIT" --list'
	assert_status 0
	[[ ! "$output" =~ limit-(1|x|-|99999999999) ]]
}

@test "--list: limits, use, command; nested nodes are indented" {
	sandboxed 'start --mem 100M --cpu 0.5 --pids 20 -- sh -c "\"\$LIMIT\" -q --pids 7 -- sh -c \"echo \\\$\\\$ >started; exec sleep 1000\""
		"$LIMIT" --list
		kill $line
		wait $limit_pid || true
		echo ours: ${node##*/}'
	assert_status 0
	# Others' nodes that can be seen are no part of ours.
	mapfile -t lines < <(grep -A 1 -e ^NODE -e "^${output##*ours: }" <<<"$output" | sed -n '1p; /^'"${output##*ours: }"'/,$p')
	[[ "${lines[0]}" =~ ^NODE\ +STATE\ +AGE\ +MEMORY\ +CPU\ +PROCESSES\ +COMMAND$ ]]
	# sh, the inner limit, its guard, sleep
	[[ "${lines[1]}" =~ ^limit-[0-9-]+\ +runs\ +[0-9]+\ s\ +[0-9.]+[KM]\ of\ 100M\ +[0-9.]+\ m?s\ at\ 0\.5\ +[34]\ of\ 20\ +sh\ -c\  ]]
	[[ "${lines[2]}" =~ ^\ \ limit-[0-9-]+\ +runs\ .*\ 1\ of\ 7\ +sh\ -c\ echo\ .*exec\ sleep\ 1000$ ]]
}

@test "--list --format json and kv: the same for programs" {
	command -v jq >/dev/null || skip "needs jq"
	sandboxed 'start --mem 100M --cpu 0.5 --pids 20 -- sh -c "\"\$LIMIT\" -q --pids 7 -- sh -c \"echo \\\$\\\$ >started; exec sleep 1000\""
		"$LIMIT" --list --format json >list
		"$LIMIT" --list --format kv >kv
		kill $line
		wait $limit_pid || true
		echo ours: ${node##*/} $limit_pid'
	assert_status 0
	read -r _ name pid <<<"${lines[-1]}"
	run jq -r --arg name "$name" '.nodes | map(select(.path | contains("/" + $name)))
		| .[0] as $outer | .[1] as $inner
		| $outer.name, $outer.pid, $outer.state, $outer.memory.limit_bytes, $outer.cpu.limit_millionths,
			$outer.pids.limit, $inner.depth - $outer.depth, $inner.pids.used, $inner.pids.limit,
			$inner.memory.limit_bytes, ($outer.memory.used_bytes > 0), ($outer.cpu.used_us > 0)' list
	[ "${output//$'\n'/ }" = "$name $pid runs 104857600 500000 20 1 1 7 null true true" ]
	grep -q "^nodes\.[0-9]*\.name='$name'\$" kv
	run --separate-stderr "$LIMIT" --list --format csv
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot use --list with that --format: it prints text, json or kv" ]
}

@test "without nodes --list prints nothing" {
	[ "$(host_mode)" = unified ] || skip "others' nodes may be seen in some hierarchies"
	sandboxed '"$LIMIT" --list'
	assert_status 0
	[ -z "$output" ]
}

@test "--list and --gc start nothing" {
	for option in --list --gc; do
		run --separate-stderr "$LIMIT" $option -- touch started-anyway
		assert_status 125
		[[ "$stderr" == "limit: cannot use $option with a COMMAND: it starts nothing" ]]
	done
	run --separate-stderr "$LIMIT" --list --gc
	assert_status 125
	[ ! -e started-anyway ]
}

@test "what cannot be removed is said" {
	[ "$(id -u)" -eq 0 ] || skip "needs to be two users"
	sandboxed 'group=$(node_parents | head -n 1)/limit-4000000-1
		mkdir $group
		setpriv --reuid 65534 --clear-groups "$LIMIT" --gc || echo status $?
		rmdir $group'
	assert_status 0
	[ "$output" = "status 125" ]
	[[ "$stderr" == "limit: cannot remove control group '"*"/limit-4000000-1': Permission denied"*"try: sudo limit --gc"* ]]
}
