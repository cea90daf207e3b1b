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

# The CPU seconds of the report, whatever unit it chose.
reported_cpu()
{
	sed -n 's/^  cpu  *\([0-9.]*\) \([mu]*s\) .*/\1 \2/p' <<<"$report" |
		awk '{ print $1 * ($2 == "s" ? 1 : $2 == "ms" ? 0.001 : 0.000001) }'
}

# capped LOW HIGH ARG…: run limit ARG… up to five times. The CPU seconds that hog prints are never
# above HIGH, for the cap holds always; below LOW they may be, while others have the CPU, but not
# every time.
capped()
{
	local low=$1 high=$2 attempt
	shift 2

	for attempt in 1 2 3 4 5; do
		run_limit "$@"
		assert_status 0
		assert_between 0 "$output" "$high"
		! assert_between "$low" "$output" "$high" >/dev/null || return 0
	done
	echo "less than $low s in each of $attempt attempts, at last $output"
	return 1
}

@test "two busy loops under --cpu 0.5 consume half a CPU" {
	# Measured by hog's own children, then by the report.
	capped 1.9 2.1 --cpu 0.5 -- "$hog" cpu 4 2
	assert_between 1.9 "$(reported_cpu)" 2.1
	assert_report '^  cpu .* of 0\.5;  throttled .* in [0-9]+ of [0-9]+ periods$'
}

@test "150% is a CPU and a half" {
	[ "$(nproc)" -ge 2 ] || skip "needs two CPUs"
	# On a machine that is shared the lower bound says little; the upper one holds always.
	capped 1.1 3.15 --cpu 150% -- "$hog" cpu 2 4
}

@test "a shorter period changes nothing in the sum" {
	capped 0.95 1.08 --cpu 0.5 --cpu-period 20ms -- "$hog" cpu 2 2
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

@test "without a cap nothing is throttled" {
	run_limit -- "$hog" cpu 0.5
	assert_between 0.05 "$(reported_cpu)" 0.9
	[[ "$report" != *throttled* ]]
}

@test "the receipt counts processes that nobody waited for" {
	mkfifo end
	run_limit -- sh -c '( ("$0" cpu 1 >used; echo >end) & ); read -r _ <end' "$hog"
	assert_status 0
	assert_between "$(cat used)" "$(reported_cpu)" "$(awk '{ print $1 + 0.4 }' used)"
}
