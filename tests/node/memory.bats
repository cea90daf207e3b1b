#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory limits bite, and the receipt says so.

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

@test "a hog is killed at its limit, and the reason is memory" {
	run_limit --mem 64M -- "$hog" mem 200
	assert_status 137
	assert_report '^limit: hog: died of SIGKILL after .*: memory limit of 64M hit, the whole tree killed( \(hog [0-9.]+M anon\))?$'
	assert_report '^  memory +peak 6[0-4][.0-9]*M of 64M .* oom kills [0-9]+$'
	assert_report '^  hint +it needed more than 64M: try --mem 80M$'
}

@test "what fits is left alone" {
	run_limit --mem 64M -- "$hog" mem 40
	assert_status 0
	assert_report '^limit: hog: exit 0 '
	assert_report 'oom kills 0$'
}

@test "the peak is the tree's" {
	run_limit --mem 200M -- "$hog" mem 50
	assert_status 0
	peak=$(sed -n 's/^  memory *peak \([0-9.]*\)M of 200M.*/\1/p' <<<"$report")
	assert_between 50 "$peak" 53
}

@test "a grandchild out of memory ends the whole tree" {
	run_limit --mem 64M -- sh -c '"$0" mem 200; echo survived' "$hog"
	assert_status 137
	[ -z "$output" ]
	assert_report ': memory limit of 64M hit'
}

@test "--oom process: one process dies, the rest goes on, and the receipt still says it" {
	spared 0 run_limit --mem 64M --oom process -- sh -c '"$0" mem 200; echo "rc $?"' "$hog"
	assert_status 0
	[ "$output" = "rc 137" ]
	assert_report '^limit: sh: exit 0 after .*: memory limit of 64M hit, 1 process killed( \(hog [0-9.]+M anon\))?$'
}

@test "SIGKILL from somebody else is not called out of memory" {
	run_limit --mem 64M -- sh -c 'kill -KILL $$'
	assert_status 137
	assert_report ': killed from outside, not by a limit$'
}

@test "a big file read under a small limit is no problem" {
	head -c 100000000 /dev/zero >big
	run_limit --mem 32M -- cat big
	assert_status 0
	assert_report '^limit: cat: exit 0 after [^:]*$'
	assert_report 'oom kills 0$'
	[[ "$report" != *"  hint"* ]]
}

# killed_with PART ARG…: run limit ARG… up to five times until the memory is seen before it is freed. What
# is said of it must match PART each time: a killed process may return its memory faster than anybody
# looks, and then it is n/a.
killed_with()
{
	local part=$1 attempt

	shift
	for attempt in 1 2 3 4 5; do
		run_limit "$@"
		assert_report ': memory limit of 32M hit'
		assert_report "^              at the kill: ($part|n/a)$"
		grep -q '^ *at the kill: n/a$' <<<"$report" || return 0
	done
	echo "never seen in $attempt attempts"
	return 1
}

@test "what the memory was made of when it ran out: the processes' own" {
	killed_with 'anon (2[4-9]|3[0-2])[.0-9]*M, file [0-9.]+[KM]?, shmem [0-9.]+K?, kernel ([0-9.]+[KM]?|n/a)' \
		--mem 32M -- "$hog" mem 100
	assert_report '^  hint +it needed more than 32M: try --mem 40M$'
}

@test "what the memory was made of when it ran out: shared memory, which the hint explains" {
	killed_with 'anon [0-9.]+[KM]?, file [0-9.]+[KM]?, shmem (2[4-9]|3[0-2])[.0-9]*M, kernel ([0-9.]+[KM]?|n/a)' \
		--mem 32M -- "$TEST_TOOLS_DIR/known" shared 100
	assert_report '^  hint +it needed more than 32M, of which [23][0-9.]*M was files in tmpfs or shared memory, '
}

@test "the victim has its name in the report, by the kernel's log" {
	dd if=/dev/kmsg iflag=nonblock bs=8192 count=1 of=/dev/null 2>/dev/null || skip "the kernel's log may not be read"
	# The kernel tells of ten OOM kills in five seconds and leaves out the rest: after others, wait for the next five.
	for attempt in 1 2 3; do
		spared 0 run_limit -f json --mem 32M --oom process -- sh -c '"$0" mem 100; :' "$hog"
		assert_status 0
		[ "$(jq .memory.victim_count <<<"$report")" = null ] || break
		sleep 6
	done
	[ "$(jq -c '[.memory.victim_count, .memory.victims[0].name, .memory.victims[0].anon_bytes > 24000000]' \
		<<<"$report")" = '[1,"hog",true]' ]
	[ "$(jq -c '.hints | map([.code, .option])' <<<"$report")" = '[["memory","mem"]]' ]
}

@test "swap is none unless asked" {
	plan=$("$LIMIT" -n --mem 100M -- true)
	case $(host_mode) in
	unified) grep -q 'memory.swap.max  0$' <<<"$plan" ;;
	*) grep -q 'memory.memsw.limit_in_bytes  104857600$' <<<"$plan" ;;
	esac
}

# Since Linux 6.5; v1 has none of swap alone.
has_swap_peak()
{
	# shellcheck disable=SC2016
	"$LIMIT" -q --mem 64M -- sh -c 'test -e "/sys/fs/cgroup$(sed -n s/^0:://p /proc/self/cgroup)/../memory.swap.peak"'
}

@test "with swap allowed a hog uses it; without it dies" {
	[ -n "${TEST_SWAP-}" ] || skip "no swap device on this machine; a guest has one"
	run_limit --mem 64M --swap 100M -- "$hog" mem 120
	assert_status 0
	if has_swap_peak; then
		# 120 MiB, of which 64 fit; a page or two of each is not hog's.
		swap_peak=$(sed -nE 's/^  swap +peak ([0-9.]+)M of 100M$/\1/p' <<<"$report")
		assert_between 54 "$swap_peak" 100
	else
		assert_report '^  swap +peak n/a of 100M$'
	fi
	run_limit --mem 64M --swap 20M -- "$hog" mem 120
	assert_status 137
	run_limit --mem 64M -- "$hog" mem 120
	assert_status 137
	assert_report ': memory limit of 64M hit'
}

@test "--mem 50% is of the smaller of RAM and the enclosing limit" {
	total=$(awk '/^MemTotal/ { print $2 }' /proc/meminfo)
	planned=$("$LIMIT" -n --mem 50% -- true | sed -n 's,^write .*/memory\.\(max\|limit_in_bytes\)  ,,p')
	assert_between $((total * 1024 / 2 - 4096)) "$planned" $((total * 1024 / 2))
	inner=$("$LIMIT" -q --mem 128M -- "$LIMIT" -n --mem 50% -- true |
		sed -n 's,^write .*/memory\.\(max\|limit_in_bytes\)  ,,p')
	[ "$inner" -eq $((64 * 1024 * 1024)) ]
}

@test "nested: the outer limit holds" {
	run_limit --mem 64M -- "$LIMIT" -q --mem 500M -- "$hog" mem 200
	assert_status 137
	assert_report ': memory limit of 64M hit'
}

@test "limit's own memory is not in the peak" {
	run_limit --mem 100M -- "$hog" mem 1
	peak=$(sed -n 's/^  memory *peak \([0-9.]*\)M of 100M.*/\1/p' <<<"$report")
	assert_between 1 "$peak" 1.9
}
