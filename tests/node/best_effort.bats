#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --best-effort: what cannot be enforced is named, the rest holds, and COMMAND runs.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	preload=$TEST_TOOLS_DIR/hide.so
}

teardown()
{
	assert_nothing_left
}

# An ordinary user to whom nothing is delegated; the directory is his.
as_nobody()
{
	[ "$(id -u)" = 0 ] || skip "needs root, to become somebody else"
	cp "$LIMIT" limit
	chown 65534:65534 .
	chmod 755 . .. "$BATS_RUN_TMPDIR"
	setpriv --reuid=65534 --regid=65534 --clear-groups ./limit -- true 2>/dev/null &&
		skip "here anybody may make control groups"
	return 0
}

nobody()
{
	run --separate-stderr setpriv --reuid=65534 --regid=65534 --clear-groups ./limit "$@"
}

@test "a file that this kernel lacks costs one limit; the others hold" {
	HIDE=pids.max LD_PRELOAD=$preload run --separate-stderr "$LIMIT" --pids 7 --mem 64M -- touch started
	assert_status 125
	[ ! -e started ]
	[[ "$stderr" == "limit: cannot enforce --pids: "* ]]
	HIDE=pids.max LD_PRELOAD=$preload run_limit --best-effort --pids 7 --mem 64M -- "$hog" mem 200
	assert_status 137
	[[ "$stderr" == "limit: unenforced: --pids: cannot write '7' to "*"/pids.max': No such file or directory"* ]]
	assert_report '^  unenforced  --pids: cannot write .*/pids.max'
	assert_report '^  memory .* of 64M '
	assert_report '^  processes +peak [^ ]*$'
}

@test "a value that the kernel refuses costs one limit, of which the report says no more" {
	REFUSE='memory.max memory.limit_in_bytes' LD_PRELOAD=$preload \
		run_limit --best-effort --pids 50 --mem 64M -- "$hog" mem 100
	assert_status 0
	assert_report '^  unenforced  --mem: cannot write .67108864. to .*: Invalid argument$'
	assert_report '^  memory +peak 1[0-9.]*M'
	assert_report '^  processes +peak .* of 50;'
	[[ "$report" != *" of 64M"* ]]
	[[ "$report" != *"--mem 8"* ]]
}

@test "the warning is once for an option and reason, and not with --quiet" {
	HIDE=pids.max LD_PRELOAD=$preload run --separate-stderr "$LIMIT" -q --best-effort --pids 7 -- true
	assert_status 0
	[ -z "$stderr" ]
	HIDE=pids.max LD_PRELOAD=$preload run --separate-stderr "$LIMIT" -v -o report --best-effort --pids 7 -- true
	[ "$(grep -c 'unenforced' <<<"$stderr")" -eq 1 ]
}

@test "a limit that all have needs no word" {
	run --separate-stderr "$LIMIT" --best-effort --mem 64M --pids 50 --cpu 0.5 -- true
	assert_status 0
	[[ "$stderr" != *unenforced* ]]
}

@test "an ordinary user: COMMAND runs without a group, every limit is listed, usage is not known" {
	as_nobody
	nobody --mem 64M -- touch started
	assert_status 125
	[ ! -e started ]
	nobody -o report --best-effort --mem 64M --cpu 0.5 --pids 5 -- sh -c 'touch started; exit 3'
	assert_status 3
	[ -e started ]
	report=$(cat report)
	for option in --mem --cpu --pids; do
		grep -q "^limit: unenforced: $option: " <<<"$stderr"
		assert_report "^  unenforced  $option: "
	done
	assert_report '^  unenforced  no control group: '
	assert_report '^  wall +[0-9]'
	assert_report '^  cpu +n/a$'
	assert_report '^  memory +peak n/a$'
	assert_report '^  processes +peak n/a$'
}

@test "without a group --time ends COMMAND, by the signal and after the grace" {
	as_nobody
	nobody -o report --best-effort --time 200ms --grace 20s -- sleep 1000
	assert_status 124
	grep -q 'died of SIGTERM .* time limit of 200 ms ran out$' report
	nobody -o report --best-effort --time 200ms --grace 100ms -- sh -c 'trap "" TERM; while :; do sleep 0.1; done'
	assert_status 124
	grep -q 'died of SIGKILL .* and SIGTERM was not enough: killed$' report
}

@test "without a group the status is COMMAND's, and what cannot start is told" {
	as_nobody
	nobody --best-effort -q -- sh -c 'kill -SEGV $$'
	assert_status 139
	nobody --best-effort -q -- sh -c '"$0" --best-effort -q -- /no/such/command; [ $? = 127 ]' ./limit
	assert_status 0
	nobody --best-effort -q -- /
	assert_status 126
}

@test "--dry-run names what the plan knows" {
	run --separate-stderr "$LIMIT" -n --best-effort --swap 100M -- true
	assert_status 0
	case $(host_mode) in
	unified) [[ "$output" != *unenforced* ]] ;;
	*) [[ "$output" == *"unenforced  --swap: cannot enforce --swap without --mem"* ]] ;;
	esac
}
