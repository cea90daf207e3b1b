#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What COMMAND inherits: exactly what limit was given.

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

# Run the same command with and without limit; both must print the same.
assert_same()
{
	run "$@"
	local plain=$output

	run_limit -- "$@"
	if [ "$output" != "$plain" ]; then
		printf 'without limit:\n%s\nwith limit:\n%s\n' "$plain" "$output"
		return 1
	fi
}

@test "environment" {
	export WITH_NEWLINE=$'a\nb' EMPTY=
	# All but '_', which bash sets to the program it starts.
	assert_same env -u _
}

@test "working directory, also a deleted one" {
	assert_same pwd
	mkdir gone
	cd gone
	rmdir ../gone
	run_limit -- sh -c 'echo ok'
	[ "$output" = ok ]
}

@test "umask" {
	umask 027
	assert_same sh -c umask
}

@test "signal mask and dispositions" {
	assert_same grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status
	trap '' INT HUP USR2
	assert_same grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status
	trap - INT HUP USR2
}

@test "a blocked signal stays blocked" {
	plain=$("$hog" block-usr1 grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status)
	through=$("$hog" block-usr1 "$LIMIT" -q -- grep -E '^Sig(Blk|Ign|Cgt)' /proc/self/status)
	[ "$plain" = "$through" ]
}

@test "an ignored SIGCHLD stays ignored, and the status is still right" {
	plain=$("$hog" ignore-chld grep '^SigIgn' /proc/self/status)
	through=$("$hog" ignore-chld "$LIMIT" -q -- grep '^SigIgn' /proc/self/status)
	[ "$plain" = "$through" ]
	run "$hog" ignore-chld "$LIMIT" -q -- sh -c 'exit 7'
	assert_status 7
}

@test "resource limits" {
	ulimit -S -n 100
	assert_same cat /proc/self/limits
}

@test "nine descriptors are enough, and COMMAND has no more" {
	run bash -c 'ulimit -S -n 9; exec "$0" -q --mem 100M --pids 50 -- sh -c "ulimit -S -n; ulimit -H -n"' "$LIMIT"
	assert_status 0
	[ "$output" = $'9\n'"$(ulimit -H -n)" ]
}

@test "eight descriptors by the hard limit, too" {
	bash -c 'ulimit -n 8; ulimit -n 64' 2>/dev/null || skip "only CAP_SYS_RESOURCE raises a hard limit"
	run bash -c 'ulimit -n 8; exec "$0" -q --mem 100M --pids 50 -- sh -c "ulimit -S -n; ulimit -H -n"' "$LIMIT"
	assert_status 0
	[ "$output" = $'8\n8' ]
}

@test "ten thousand variables" {
	local variables=()

	# Not those of a shell, which would compare each with all others.
	for ((i = 0; i < 10000; i++)); do variables+=("many_$i=value $i"); done
	env "${variables[@]}" env | grep ^many_ >without
	env "${variables[@]}" "$LIMIT" -q -- env | grep ^many_ >with
	[ "$(sha256sum <without)" = "$(sha256sum <with)" ]
	[ "$(wc -l <with)" = 10000 ]
}

@test "one argument of 128 KiB, and one of bytes that are no text" {
	long=$(printf '%0131071d' 7)
	run bash -c '"$0" -q -- sh -c "echo \${#1}" sh "$1"' "$LIMIT" "${long}"
	# The kernel takes one byte less than 128 KiB, and the end.
	[ "$output" = 131071 ]
	weird=$(printf '\xff\xfe\x80\xc0')
	run_limit -- printf %s "$weird"
	[ "$output" = "$weird" ]
	run -127 --separate-stderr "$LIMIT" -- "./$weird"
}

@test "process group and session" {
	# Fields 5 and 6 of stat: process group, session.
	assert_same sh -c 'cut -d" " -f5,6 /proc/$$/stat'
}

@test "the caller's descriptors, and none of ours" {
	exec 7</etc/passwd
	assert_same sh -c 'for fd in /proc/$$/fd/*; do echo "${fd##*/}"; done'
	exec 7<&-
}

@test "closed standard descriptors stay closed, and nothing of ours takes their place" {
	# COMMAND tells through descriptor 9 which of 0, 1, 2 it has.
	for closed in 0 1 2 01 02 12 012; do
		closing=$(fold -w 1 <<<"$closed" | paste -sd ' ' | sed 's/[0-9]/&>\&-/g')
		run bash -c '
			exec 9>&1
			exec '"$closing"'
			exec "$0" -q -- sh -c "
				open=
				for fd in 0 1 2; do
					[ ! -e /proc/\$\$/fd/\$fd ] || open=\$open\$fd
				done
				echo \$open >&9"' "$LIMIT"
		[ "$output" = "$(tr -d "$closed" <<<012)" ]
	done
}

@test "a report to a closed stderr goes nowhere, not into a file of COMMAND's" {
	run bash -c '"$0" -- sh -c "exec 2>file; echo mine >&2" 2>&-' "$LIMIT"
	assert_status 0
	[ "$(cat file)" = mine ]
}

@test "standard input and output pass through untouched" {
	head -c 300000 /dev/urandom >data
	"$LIMIT" -q -- cat <data >copy
	[ "$(sha256sum <data)" = "$(sha256sum <copy)" ]
}

@test "a child that was there before exec is left alone, and none of COMMAND's" {
	mkfifo fifo
	run bash -c 'cat fifo >/dev/null 2>&1 3>&- & echo $!; exec "$0" -o report -- true' "$LIMIT"
	assert_status 0
	kill -0 "${lines[0]}"
	kill "${lines[0]}"
	run ! grep escaped report
}

@test "a child that was there before is left alone" {
	mkfifo fifo
	run bash -c 'cat fifo & before=$!; "$0" -q -- true; kill -0 $before && echo alive; kill $before' "$LIMIT"
	[[ "$output" == *alive* ]]
}
