#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Memory that runs out in a group above: whose limit it was, and who is ended for it.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	[ "$(host_mode)" != unified ] || skip "v2 tells whose limit it was, and ends the tree itself"
	own=$("$LIMIT" -n --mem 1G -- true | sed -nE 's,^write +(.*)/limit-[0-9]+-[0-9]+/memory.limit_in_bytes .*,\1,p')
	outer=$own/limit-test-$$
	mkdir "$outer" || skip "no group can be made in $own"
	echo 64M >"$outer/memory.limit_in_bytes"
	[ ! -e "$outer/memory.memsw.limit_in_bytes" ] || echo 64M >"$outer/memory.memsw.limit_in_bytes"
}

teardown()
{
	[ -z "${outer-}" ] || eventually rmdir "$outer"
	assert_nothing_left
}

# What runs inside the outer group, with its 64M.
inside()
{
	run bash -c 'echo $$ >"$0/tasks"; shift; eval "$1"' "$outer" -- "$1"
}

@test "a process beside it is the victim of the limit above: COMMAND goes on" {
	export LIMIT hog
	mkfifo ready go
	# The kernel tells of it before it kills the hog.
	inside '"$LIMIT" -o receipt --mem 500M -- sh -c "echo >ready; read -r _ <go" &
		read -r _ <ready
		"$hog" mem 200
		echo "hog $?"
		echo >go
		wait $!'
	assert_status 0
	[[ "$output" == *"hog 137"* ]]
	grep -q '^limit: sh: exit 0 after [^:]*$' receipt
}

@test "COMMAND is the victim of the limit above: the reason is not its own" {
	export LIMIT hog
	inside '"$LIMIT" -o receipt --mem 500M -- "$hog" mem 200'
	assert_status 137
	grep -q '^limit: hog: died of SIGKILL after .*: memory ran out above its own limit' receipt
}

@test "its own limit is the smaller one: the whole tree ends, and the reason is its own" {
	export LIMIT hog
	inside '"$LIMIT" -o receipt --mem 32M -- sh -c "\"\$hog\" mem 200; echo survived"'
	assert_status 137
	# The shell names what was killed, with its arguments.
	run ! grep -qx survived <<<"$output"
	grep -q ': memory limit of 32M hit' receipt
}
