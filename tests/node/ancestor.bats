#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that runs out in a group above, or in the whole machine: whose it was, and who is ended for it.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	[ "$(host_mode)" = unified ] && file=memory.max || file=memory.limit_in_bytes
	own=$("$LIMIT" -n --mem 1G -- true | sed -nE "s,^write +(.*)/limit-[0-9]+-[0-9]+/$file .*,\1,p")
	outer=$own/limit-test-$$
	mkdir "$outer" || skip "no group can be made in $own"
	place=$outer
	# A group of v2 has either processes or groups: as limit does it, see doc/design.md.
	if [ "$(host_mode)" = unified ]; then
		place=$outer/command
		mkdir "$place"
	fi
	limit_outer 64M
	export LIMIT hog
}

teardown()
{
	if [ -n "${outer-}" ]; then
		[ "$place" = "$outer" ] || eventually rmdir "$place" || return
		eventually rmdir "$outer" || return
	fi
	assert_nothing_left
}

limit_outer()
{
	[ ! -e "$outer/memory.swap.max" ] || echo 0 >"$outer/memory.swap.max"
	echo "$1" >"$outer/$file"
	[ ! -e "$outer/memory.memsw.limit_in_bytes" ] || echo "$1" >"$outer/memory.memsw.limit_in_bytes"
}

# What runs inside the outer group, with its 64M. limit and the shell must not be the second victim: see
# spared().
inside()
{
	local attempt

	for attempt in 1 2 3 4 5; do
		rm -f receipt
		run bash -c 'echo $$ >"$0/cgroup.procs"; shift; eval "$1"' "$place" -- "$1"
		[ ! -s receipt ] || return 0
	done
}

@test "a process beside it is the victim of the limit above: COMMAND goes on" {
	mkfifo ready go
	# The kernel tells of it before it kills the hog. Whoever is left does not wait for somebody who is not.
	inside 'exec 4<>go
		"$LIMIT" -o receipt --mem 500M -- sh -c "echo >ready; read -r _ <go" &
		read -r _ <ready
		"$hog" mem 200
		echo "hog $?"
		echo >go
		wait $!'
	assert_status 0
	[[ "$output" == *"hog 137"* ]]
	grep -q '^limit: sh: exit 0 after [^:]*$' receipt
}

@test "COMMAND is the victim of the limit above: the reason names it" {
	inside '"$LIMIT" -o receipt --mem 500M -- "$hog" mem 200'
	assert_status 137
	cat receipt
	grep -q "^limit: hog: died of SIGKILL after .*: memory ran out above its own limit: 64M in $outer\( (hog [0-9.]*M anon)\)\?\$" receipt
}

@test "without a limit of its own, too; for programs in fields of their own" {
	inside '"$LIMIT" -o receipt --format json --exit-status oom-ancestor=53 -- "$hog" mem 200'
	assert_status 53
	run jq -c '.result | [.reason, .oom_source, .oom_ancestor, .oom_ancestor_bytes]' receipt
	[ "$output" = "[\"oom-ancestor\",\"ancestor\",\"$outer\",67108864]" ]
}

@test "a grandchild is the victim of the limit above: the reason says so, even if COMMAND exits 0" {
	inside '"$LIMIT" -o receipt --mem 500M --oom process -- sh -c "\"\$hog\" mem 200; exit 0"'
	assert_status 0
	cat receipt
	grep -q "^limit: sh: exit 0 after .*: memory ran out above its own limit: 64M in $outer\( (hog [0-9.]*M anon)\)\?\$" receipt
}

@test "its own limit is the smaller one: the whole tree ends, and the reason is its own" {
	inside '"$LIMIT" -o receipt --mem 32M -- sh -c "\"\$hog\" mem 200; echo survived"'
	assert_status 137
	# The shell names what was killed, with its arguments.
	run ! grep -qx survived <<<"$output"
	grep -q ': memory limit of 32M hit' receipt
}

@test "SIGKILL from somebody else below a limit that is not reached is called that" {
	inside '"$LIMIT" -o receipt -- sh -c "kill -KILL \$\$"'
	assert_status 137
	grep -q ': killed from outside, not by a limit$' receipt
}

# It is the one that the kernel picks, and nothing else is in danger.
@test "the machine is out of memory: that is no limit's" {
	[ -n "${TEST_MACHINE_OOM-}" ] || skip "only a guest may run out of memory"
	[ ! -e "$outer/memory.memsw.limit_in_bytes" ] || echo -1 >"$outer/memory.memsw.limit_in_bytes"
	limit_outer 100G
	# As much as the kernel is ready to promise.
	mib=$(awk '/^(MemTotal|SwapTotal):/ { kib += $2 } END { print int(kib / 1024) }' /proc/meminfo)
	export mib
	inside '"$LIMIT" -o receipt --oom-score-adj 1000 -- "$hog" mem "$mib"'
	assert_status 137
	cat receipt
	grep -q '^limit: hog: died of SIGKILL after .*: the machine ran out of memory\( (hog [0-9.]*M anon)\)\?$' receipt
	inside '"$LIMIT" -o receipt --format json --mem 90G --oom-score-adj 1000 -- "$hog" mem "$mib"'
	assert_status 137
	run jq -c '.result | [.reason, .oom_source, .oom_ancestor]' receipt
	[ "$output" = '["oom-ancestor","machine",null]' ]
}
