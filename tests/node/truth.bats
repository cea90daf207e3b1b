#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The receipt is true: what is counted is what programs know that they used. Counters are compared
# with counters, so that a busy machine changes nothing.

load ../lib

known=$TEST_TOOLS_DIR/known

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# counted NAME: the number under that path in the receipt in 'out', nothing for null.
counted()
{
	sed -n "s/^$1=//p" out
}

# require_counted NAME: skip where this kernel has no such counter.
require_counted()
{
	[ -n "$(counted "$1")" ] || skip "$1 is n/a on this kernel"
}

# cpu_is_true N ARG…: run limit ARG… -- known cpu with N daemons. What its processes know that they used must be in the
# receipt each time, and no more than 1 % on top of it once. Their own ends they cannot know of, and on an emulated
# CPU these last as long as the host likes, but no longer where more is used: so each try is twice as long.
cpu_is_true()
{
	local daemons=$1 ms sum usage

	shift
	for ms in 900 1800 3600 7200 14400; do
		rm -f used
		"$LIMIT" -f kv -o out "$@" -- "$known" cpu used "$ms" "$daemons"
		require_counted cpu.usage_us
		usage=$(counted cpu.usage_us)
		sum=$(awk '{ sum += $1 } END { print sum }' used)
		echo "known $sum, counted $usage"
		[ "$sum" -ge $((ms * 1000 * (daemons + 1))) ]
		[ "$usage" -ge $((sum - sum / 1000)) ]
		[ "$usage" -gt $((sum + sum / 100)) ] || return 0
	done
	return 1
}

@test "CPU time of the tree is within 1 % of its processes' own clocks, daemons included" {
	cpu_is_true 2 --leftovers wait
	# Three that worked, two that left them behind.
	[ "$(wc -l <used)" -eq 5 ]
	# v1 alone counts who runs at each tick, and does not make the two fit the sum.
	if [ "$(host_mode)" != legacy ]; then
		split=$(($(counted cpu.user_us) + $(counted cpu.system_us)))
		assert_between $((split - split / 100)) "$(counted cpu.usage_us)" $((split + split / 100))
	fi
}

@test "what limit uses itself is not in it: a sample each millisecond changes nothing" {
	cpu_is_true 0 --timeline samples.csv --sample 1ms
	[ "$(wc -l <samples.csv)" -gt 10 ]
	[ "$(counted pids.peak)" = 1 ] || [ -z "$(counted pids.peak)" ]
}

@test "the peak of N MiB is N MiB, to 1 MiB and the page tables" {
	# The kernel charges 64 pages at a time for each CPU.
	batch=$((64 * 4096 * $(nproc)))
	for mib in 16 100; do
		tables_kib=$("$LIMIT" -f kv -o out --mem 200M -- "$known" mem "$mib")
		require_counted memory.peak_bytes
		bytes=$((mib * 1048576))
		assert_between $((bytes - batch)) "$(counted memory.peak_bytes)" \
			$((bytes + 1048576 + tables_kib * 1024))
	done
}

@test "the peak of processes and threads is exact" {
	for count in 1 5 40; do
		"$LIMIT" -f kv -o out -- "$hog" fork "$count" >made
		require_counted pids.peak
		[ "$(counted pids.peak)" -eq $((count + 1)) ]
		"$LIMIT" -f kv -o out --pids $((count + 1)) -- "$known" threads "$count"
		[ "$(counted pids.peak)" -eq $((count + 1)) ]
		[ "$(counted pids.refused)" -eq 0 ]
	done
}

@test "refused forks are counted one by one" {
	"$LIMIT" -f kv -o out --pids 4 -- sh -c 'for i in 1 2 3; do "$0" fork 9; done >made' "$hog"
	# Of four processes sh is one and the first hog another; its two children stay.
	[ "$(tr '\n' ' ' <made)" = "2 0 0 " ]
	require_counted pids.refused
	[ "$(counted pids.refused)" -eq 3 ]
	require_counted pids.peak
	[ "$(counted pids.peak)" -eq 4 ]
}

@test "io with O_DIRECT is counted to the byte" {
	[ -n "${TEST_DISK-}" ] || skip "TEST_DISK names no disk to write to"
	number=$(($(stat -L -c '0x%t' "$TEST_DISK"))):$(($(stat -L -c '0x%T' "$TEST_DISK")))
	# v1 counts what passes a limit, and nothing else.
	limits=()
	[ "$(host_mode)" = unified ] || limits=(--io-write "1G@$TEST_DISK" --io-read "1G@$TEST_DISK")
	"$LIMIT" -f json -o out "${limits[@]}" -- sh -c '"$0" write "$1" 7; "$0" read "$1" 3' "$hog" "$TEST_DISK"
	run jq -r --arg number "$number" '.io.devices[] | select("\(.major):\(.minor)" == $number) |
		"\(.written_bytes) \(.read_bytes) \(.writes >= 7) \(.reads >= 3)"' out
	echo "$output"
	[ "$output" = "$((7 * 1048576)) $((3 * 1048576)) true true" ]
}
