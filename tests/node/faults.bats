#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Each system call of limit fails once: COMMAND does not start, or runs with the same limits and keeps
# its status; nothing is left and nothing hangs.

load ../lib

setup()
{
	require_node
	command -v strace >/dev/null || skip "needs strace"
	cd "$BATS_TEST_TMPDIR"
	export TESTS_DIR
}

teardown()
{
	assert_nothing_left
}

sandboxed()
{
	run --separate-stderr "$LIMIT" -q --cpu max -- bash -u -c '. "$TESTS_DIR/inject.bash"
		# What COMMAND says of its limits, from the files of the only node there is.
		files=
		for parent in "${parents[@]}"; do
			for file in memory.max memory.limit_in_bytes cpu.max cpu.cfs_quota_us pids.max; do
				[ ! -e $parent/$file ] || files+=" $parent/limit-*-*/$file"
			done
		done
		'"$1"
	assert_status 0
	[ "${#lines[@]}" -eq 1 ] || { echo "$output"; false; }
	[[ "$output" =~ ^hits:\ [0-9]+$ ]]
	assert_between $(($2 / ${INJECT_EVERY:-1})) "${output#hits: }" 2000
}

@test "a run that ends by itself" {
	sandboxed 'fail_each 3 "$LIMIT" -o report --mem 100M --cpu 1 --pids 50 -- \
		sh -c "cat $files >started; exit 3"' 150
}

@test "a run that is killed when its time is up, with who is left" {
	sandboxed 'fail_each 124 "$LIMIT" -o report --mem 100M --pids 50 --time 100ms --grace 10ms -- \
		sh -c "trap \"\" TERM; cat $files >started; setsid sleep 1000 & sleep 1000"' 150
}

@test "--best-effort: a group that cannot be used, nor removed at once, is removed in the end" {
	command=("$LIMIT" --best-effort --pids 50 -- sh -c 'exit 3')
	strace -qq -o calls -e trace=fcntl "${command[@]}" || true
	lock=$(grep -n F_OFD_SETLK calls | head -n 1 | cut -d : -f 1)
	# The lock of the first group fails, and so does its removal: the second rmdir, after its inner group's.
	run --separate-stderr strace -qq -o calls -e trace=fcntl,rmdir,unlinkat -e inject=fcntl:error=ENOLCK:when="$lock" \
		-e inject=rmdir:error=EBUSY:when=2 "${command[@]}"
	assert_status 3
	group=$(sed -n 's/^rmdir("\(.*\)") .* EBUSY .*(INJECTED)$/\1/p' calls)
	[ -n "$group" ]
	[ ! -e "$group" ]
}

@test "a poll that fails for ever does not keep the time from running out" {
	run --separate-stderr strace -qq -o /dev/null -e trace=ppoll -e inject=ppoll:error=ENOMEM \
		"$LIMIT" --time 300ms -- sleep 1000
	assert_status 124
	[ "$(grep -c 'cannot poll' <<<"$stderr")" -eq 1 ]
}
