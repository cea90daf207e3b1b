#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Throttling and protection of memory, and compressed swap: cgroup v2 alone has them.

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

require_unified()
{
	[ "$(host_mode)" = unified ] || skip "cgroup v2 does not carry the controllers here; a guest's does"
}

require_swap()
{
	[ -n "${TEST_SWAP-}" ] || skip "no swap device on this machine; a guest has one"
}

@test "where cgroup v1 has memory they are refused" {
	[ "$(host_mode)" != unified ] || skip "cgroup v2 carries the controllers here"
	for option in --mem-high --mem-low --mem-min --zswap; do
		run --separate-stderr "$LIMIT" $option 50M -- touch started
		assert_status 125
		[[ "${stderr_lines[0]}" == "limit: cannot enforce $option: cgroup v1 has nothing like memory."* ]]
		[ "${stderr_lines[1]}" = "limit: try: boot with cgroup_no_v1=memory: cgroup v2 then has the controller" ]
		[ ! -e started ]
	done
}

@test "--mem-high: without swap a hog is stalled, not killed" {
	require_unified
	run_limit --mem 200M -- "$hog" mem 70
	assert_status 0
	[[ "$report" != *"throttled at"* ]]
	run_limit --mem 200M --mem-high 64M -- "$hog" mem 70
	assert_status 0
	assert_report '^  memory +peak 7[0-4].*;  throttled at 64M [1-9][0-9]* times;.* oom kills 0$'
	# The kernel counts the sleep it imposes as pressure: with no throttling there is none.
	stalled=$(sed -n 's/^  pressure .*memory \([0-9]*\) %.*/\1/p' <<<"$report")
	assert_between 20 "$stalled" 105
}

@test "--mem-high: with swap what is above is swapped out" {
	require_unified
	require_swap
	run_limit --mem-high 64M -- "$hog" mem 120
	assert_status 0
	peak=$(sed -n 's/^  memory *peak \([0-9.]*\)M;.*/\1/p' <<<"$report")
	assert_between 60 "$peak" 75
	assert_report 'throttled at 64M [1-9][0-9]* times'
}

@test "--mem-high at --mem is said to be in vain" {
	require_unified
	run_limit --mem 64M --mem-high 64M -- true
	assert_report '^  note +--mem-high never throttles: it is not below --mem, which comes first$'
}

# swapped_beside ARG…: 80 MiB held under limit ARG…, and a hog of 100 MiB beside it, in an outer node of
# 140 MiB with swap. The KiB of the held memory that were swapped out into $swapped; what limit
# reported into the file inner.
swapped_beside()
{
	rm -f ready go
	mkfifo ready go
	run --separate-stderr "$LIMIT" -q --mem 140M --swap 200M -- bash -c '
		"$1" -o inner "${@:3}" -- "$2" keep 80 ready go >swapped &
		read -r _ <ready
		"$1" -q -- "$2" mem 100
		echo >go
		wait' - "$LIMIT" "$hog" "$@"
	assert_status 0
	swapped=$(cat swapped)
}

@test "--mem-low and --mem-min: the neighbour pays" {
	require_unified
	require_swap
	swapped_beside
	assert_between 20000 "$swapped" 81920
	for option in --mem-low --mem-min; do
		swapped_beside $option 90M
		assert_between 0 "$swapped" 8000
		grep -q "^  note  *$option: 90M asked, 0 effective: '.*/limit-[0-9-]*' grants no more" inner
	done
}

# compressed ARG…: a hog above its memory under limit ARG…; the bytes of its swap that are kept
# compressed and those of all of it are the first two lines of the output.
compressed()
{
	run_limit --mem 64M --swap 150M "$@" -- bash -c '
		mkfifo ready go
		"$0" keep 100 ready go >swapped &
		read -r _ <ready
		own=/sys/fs/cgroup$(sed -n s,^0::,,p /proc/self/cgroup)
		cat "$own/../memory.zswap.current" "$own/../memory.swap.current"
		echo >go
		wait' "$hog"
	rm -f ready go
	assert_status 0
}

@test "--zswap 0 sends everything to the disk" {
	local switch=/sys/module/zswap/parameters/enabled before

	require_unified
	require_swap
	[ -w $switch ] || skip "this kernel has no zswap"
	before=$(cat $switch)
	# A machine with a disk of the tests' own is ours to switch.
	[ "$before" = Y ] || [ -n "${TEST_DISK-}" ] || skip "zswap is switched off on this machine"
	echo Y >$switch
	compressed
	echo "$before" >$switch
	[ "${lines[0]}" -gt 0 ]
	assert_between 20000000 "${lines[1]}" 157286400
	echo Y >$switch
	compressed --zswap 0
	echo "$before" >$switch
	[ "${lines[0]}" -eq 0 ]
	assert_between 20000000 "${lines[1]}" 157286400
}

@test "--zswap without zswap in the kernel limits what is not there" {
	require_unified
	[ ! -e /sys/module/zswap ] || skip "this kernel has zswap"
	run_limit --zswap 0 -- true
	assert_status 0
}
