#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The CPU cap bites, and the receipt's CPU time is true.

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

# What the report says of a time, in seconds, whatever unit it chose: reported wall, reported cpu.
reported()
{
	sed -n "s/^  $1  *\([0-9.]*\) \([mu]*s\).*/\1 \2/p" <<<"$report" |
		awk '{ print $1 * ($2 == "s" ? 1 : $2 == "ms" ? 0.001 : 0.000001) }'
}

# capped LOW CPUS ARG…: run limit ARG… up to five times, before all others that want the CPU. The CPU
# seconds that hog prints are never more than 5 % above CPUS times the wall clock and the quota of a
# period that has just begun, for the cap holds always. Below LOW they may be, but not every time.
capped()
{
	local low=$1 cpus=$2 attempt
	shift 2

	for attempt in 1 2 3 4 5; do
		run_limit --cpu-weight 10000 "$@"
		assert_status 0
		assert_between 0 "$output" \
			"$(awk -v cpus="$cpus" -v wall="$(reported wall)" 'BEGIN { print cpus * (wall * 1.05 + 0.1) }')"
		assert_between "$low" "$output" 60 >/dev/null && return 0
	done
	echo "less than $low s in each of $attempt attempts, at last $output"
	return 1
}

@test "two busy loops under --cpu 0.5 consume half a CPU" {
	# Measured by hog's own children, then by the report.
	capped 1.9 0.5 --cpu 0.5 -- "$hog" cpu 4 2
	# The report rounds, and counts the start of hog too.
	assert_between "$(awk '{ print $1 - 0.01 }' <<<"$output")" "$(reported cpu)" \
		"$(awk '{ print $1 + 0.3 }' <<<"$output")"
	assert_report '^  cpu .* of 0\.5;  throttled .* in [0-9]+ of [0-9]+ periods$'
}

@test "150% is a CPU and a half" {
	[ "$(nproc)" -ge 2 ] || skip "needs two CPUs"
	# On a machine that is shared the lower bound says little; the upper one holds always.
	capped 1.1 1.5 --cpu 150% -- "$hog" cpu 2 4
}

@test "a shorter period changes nothing in the sum" {
	capped 0.95 0.5 --cpu 0.5 --cpu-period 20ms -- "$hog" cpu 2 2
}

@test "nested: the inner one cannot have more than the outer" {
	run --separate-stderr "$LIMIT" -q --cpu 0.5 -- "$LIMIT" -q --cpu 2 -- "$hog" cpu 2 2
	if [ "$(host_mode)" = unified ]; then
		assert_status 0
		assert_between 0.1 "$output" 1.1
	else
		assert_status 125
		[[ "${stderr_lines[1]}" == "limit: try: a smaller --cpu: "* ]]
	fi
}

@test "a run that was throttled and survived says so in its first line, and what to do" {
	for attempt in 1 2 3 4 5; do
		run_limit --cpu 0.2 -- "$hog" spin 0.6
		assert_status 0
		[[ "$report" != *"held back by its cpu limit"* ]] || break
	done
	assert_report '^limit: hog: exit 0 after .*: held back by its cpu limit$'
	assert_report '^  hint +it wanted more CPU time than --cpu 0.2 gives, .*: try a larger --cpu'
}

@test "without a cap nothing is throttled" {
	run_limit --cpu-weight 10000 -- "$hog" cpu 0.5
	assert_between 0.05 "$(reported cpu)" 0.9
	[[ "$report" != *throttled* ]]
}

@test "the receipt counts processes that nobody waited for" {
	mkfifo end
	run_limit -- sh -c '( ("$0" cpu 1 >used; echo >end) & ); read -r _ <end' "$hog"
	assert_status 0
	assert_between "$(cat used)" "$(reported cpu)" "$(awk '{ print $1 + 0.4 }' used)"
}
