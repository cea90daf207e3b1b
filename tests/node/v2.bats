#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What only cgroup v2 has.

load ../lib

setup()
{
	[ "$(host_mode)" = unified ] || skip "cgroup v2 does not carry the controllers here; a guest's does"
	require_node
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

@test "COMMAND runs in the inner group, the limits stand above it" {
	run_limit --mem 100M --cpu 0.5 --pids 20 -- sh -c '
		own=/sys/fs/cgroup$(sed -n s,^0::,,p /proc/self/cgroup)
		echo "${own##*/}"
		cd "$own/.."
		cat memory.max memory.swap.max memory.oom.group cpu.max pids.max cgroup.type'
	assert_status 0
	[ "$output" = "command
104857600
0
1
50000 100000
20
domain" ]
}

@test "a nested limit finds room beside the inner group, below the outer limits" {
	run_limit --mem 100M -- "$LIMIT" -q --mem 50M -- sed -n s,^0::,,p /proc/self/cgroup
	assert_status 0
	[[ "$output" =~ ^(/.*)?/limit-[0-9]+-[0-9]+/limit-[0-9]+-[0-9]+/command$ ]]
}

@test "the kernel itself ends the whole tree on OOM" {
	run_limit --mem 64M -- sh -c '"$0" mem 200; echo survived' "$hog"
	assert_status 137
	assert_report 'memory limit of 64M hit, the whole tree killed( \(.*\))?$'
}

@test "without memory.oom.group limit ends the tree itself" {
	HIDE='memory.oom.group' LD_PRELOAD=$TEST_TOOLS_DIR/hide.so run_limit --mem 64M -- \
		sh -c '"$0" mem 200; sleep 1000' "$hog"
	assert_status 137
	assert_report 'memory limit of 64M hit, the whole tree killed( \(.*\))?$'
}

@test "an OOM kill for a limit further out is told apart" {
	# The limit inside must not be the second victim.
	for attempt in 1 2 3 4 5; do
		run_limit --mem 64M --oom process -- "$LIMIT" -o inner --mem 500M --oom process -- "$hog" mem 200
		assert_status 137
		[ ! -s inner ] || break
	done
	grep -q ': memory ran out above its own limit: 64M in ' inner
	assert_report ': memory limit of 64M hit, 1 process killed( \(.*\))?$'
}

@test "an OOM kill for a limit further in is not ours" {
	run_limit --mem 200M -- "$LIMIT" -o inner --mem 64M -- "$hog" mem 150
	assert_status 137
	grep -q ': memory limit of 64M hit' inner
	[[ "$report" != *"memory limit"* && "$report" != *"above its own"* ]]
}

@test "pressure is measured" {
	run_limit --cpu 0.2 -- "$hog" cpu 1 2
	share=$(sed -n 's/^  pressure *cpu \([0-9]*\) %.*/\1/p' <<<"$report")
	assert_between 10 "$share" 105
}

@test "io of a device without a limit is counted too" {
	[ -n "${TEST_DISK-}" ] || skip "needs a disk of the tests' own"
	run_limit -- "$hog" write "$TEST_DISK" 5
	assert_report '^  io +read 0 \(0 ops\), wrote 5M \([0-9]+ ops\) on nvme'
}
