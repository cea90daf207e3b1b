#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A tighter limit around the node, or of the machine, is named as the one that holds.

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

@test "memory: the tighter limit around is named in the plan, in the report, and what is used is held against it" {
	run "$LIMIT" -q --mem 64M -- "$LIMIT" -n --mem 500M -- true
	assert_status 0
	grep -qE '^effective  memory: 500M asked, 64M effective \(parent /.*/limit-[0-9]+-[0-9]+\)$' <<<"$output"
	run "$LIMIT" -q --mem 64M -- "$LIMIT" -o inner --mem 500M -- "$hog" mem 40
	assert_status 0
	report=$(cat inner)
	assert_report '^  effective   memory: 500M asked, 64M effective \(parent /.*/limit-[0-9]+-[0-9]+\)$'
	assert_report '^  memory +peak 4[0-9.]+M of 64M \(6[0-9] %\)'
}

@test "the tightest counts, not the nearest" {
	run "$LIMIT" -q --mem 64M -- "$LIMIT" -q --mem 200M -- "$LIMIT" -n --mem 100M -- true
	grep -q '^effective  memory: 100M asked, 64M effective' <<<"$output"
	run "$LIMIT" -q --mem 200M -- "$LIMIT" -q --mem 64M -- "$LIMIT" -n --mem 100M -- true
	grep -q '^effective  memory: 100M asked, 64M effective' <<<"$output"
}

@test "what is not tighter is not named" {
	run "$LIMIT" -q --mem 64M --cpu 0.5 --pids 50 -- "$LIMIT" --mem 64M --cpu 0.5 --pids 50 -v -- true
	assert_status 0
	[[ "$output" != *effective* ]]
}

@test "'max' inside a limit is that limit" {
	run "$LIMIT" -q --mem 64M --pids 50 -- "$LIMIT" --mem max --pids max -- true
	assert_status 0
	[[ "$output" == *'effective   memory: max asked, 64M effective (parent '* ]]
	[[ "$output" == *'effective   pids: max asked, 50 effective (parent '* ]]
	[[ "$output" == *'memory      peak '*' of 64M '* ]]
	[[ "$output" == *'processes   peak '*' of 50;'* ]]
}

@test "pids: the forks are refused where it was said" {
	run "$LIMIT" -q --pids 20 -- "$LIMIT" -o inner --pids 100 -- "$hog" fork 40
	report=$(cat inner)
	assert_report '^  effective   pids: 100 asked, 20 effective \(parent '
	assert_report '^  processes +peak .* of 20;'
	peak=$(sed -n 's/^  processes *peak \([0-9]*\) .*/\1/p' <<<"$report")
	# The guards and the inner limit are in the outer one.
	[ -z "$peak" ] || assert_between 5 "$peak" 20
}

@test "cpu: the tighter quota around is named; v1 refuses a larger one inside" {
	run "$LIMIT" -q --cpu 0.5 -- "$LIMIT" -o inner --cpu 1.5 -- "$hog" cpu 1 1
	if [ "$(host_mode)" = unified ]; then
		assert_status 0
		report=$(cat inner)
		assert_report '^  effective   cpu: 1.5 asked, 0.5 effective \(parent '
		assert_report '^  cpu .* CPUs of 0\.5'
		cpus=$(sed -n 's/^  cpu .* \([0-9.]*\) CPUs of 0.5.*/\1/p' <<<"$report")
		assert_between 0 "$cpus" 0.6
	else
		assert_status 125
		[[ "$output" == *"cannot enforce --cpu: cannot write '150000' to "*"Invalid argument"*"try: a smaller --cpu: on cgroup v1"* ]]
		run "$LIMIT" -q --cpu 0.5 -- "$LIMIT" -n --cpu 1.5 -- true
		[[ "$output" == *"effective  cpu: 1.5 asked, 0.5 effective (parent "* ]]
	fi
}

@test "swap: none around is none inside" {
	run "$LIMIT" -q --mem 64M -- "$LIMIT" -n --mem 32M --swap 1M -- true
	if [ "$(host_mode)" = unified ]; then
		[[ "$output" == *"effective  swap: 1M asked, 0 effective ("* ]]
	else
		# The sum of both is limited to 64M, of which 32M are left; or the machine has none.
		[[ "$output" != *"effective  swap"* || "$output" == *"(swap of this machine)"* ]]
	fi
}

@test "memory.high: a limit around is below it" {
	[ "$(host_mode)" = unified ] || skip "cgroup v1 has no memory.high"
	run "$LIMIT" -q --mem 64M -- "$LIMIT" -n --mem-high 100M -- true
	[[ "$output" == *"effective  memory.high: 100M asked, 64M effective (parent "* ]]
	run "$LIMIT" -q --mem-high 50M -- "$LIMIT" -n --mem-high 100M -- true
	[[ "$output" == *"effective  memory.high: 100M asked, 50M effective (parent "* ]]
}

@test "the machine's own bounds count" {
	cpus=$(($(nproc --all) + 1))
	run "$LIMIT" -n --cpu $cpus -- true
	[[ "$output" =~ effective\ \ cpu:\ $cpus\ asked,\ [0-9.]+\ effective ]]
	total_kib=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)
	run "$LIMIT" -n --mem $((total_kib * 2))K -- true
	[[ "$output" =~ effective\ \ memory:\ [0-9.]+[KMGT]\ asked,\ [0-9.]+[KMGT]\ effective ]]
}

@test "-v says it on stderr, once and before COMMAND" {
	run --separate-stderr "$LIMIT" -q --mem 64M -- "$LIMIT" -v -o inner --mem 500M -- true
	assert_status 0
	[ "$(grep -c '^limit: effective  memory: 500M asked, 64M effective' <<<"$stderr")" -eq 1 ]
}
