#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Exit statuses, and how COMMAND is found and started.

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

@test "the exit status is COMMAND's" {
	for code in 0 1 2 77 124 125 255; do
		run_limit -- sh -c "exit $code"
		assert_status "$code"
	done
}

@test "limit dies of the signal that COMMAND died of, without a core" {
	ulimit -c unlimited
	for signal in TERM INT QUIT HUP USR1 PIPE SEGV ABRT RTMIN; do
		number=$(kill -l "$signal")
		run "$hog" status "$LIMIT" -q -- sh -c "kill -$signal \$\$"
		# A child that dumps core is its own business; ours must not.
		[ "$output" = "signal $number" ]
	done
}

@test "a command that does not exist is 127" {
	run -127 --separate-stderr "$LIMIT" -- no-such-command-anywhere
	assert_status 127
	[ "$output" = "" ]
	[ "${stderr_lines[0]}" = "limit: cannot run 'no-such-command-anywhere': No such file or directory" ]
	[[ "${stderr_lines[1]}" == "limit: try: "* ]]
	[ "${#stderr_lines[@]}" -eq 2 ]
}

@test "a path that does not exist is 127" {
	run -127 --separate-stderr "$LIMIT" -- ./missing
	assert_status 127
	run -127 --separate-stderr "$LIMIT" -- /etc/passwd/x
	assert_status 127
}

@test "an empty command is 127" {
	run -127 --separate-stderr "$LIMIT" -- ''
	assert_status 127
	[ "${stderr_lines[0]}" = "limit: cannot run '': No such file or directory" ]
}

@test "a command that looks like an option is a command after --" {
	run -127 --separate-stderr "$LIMIT" -- -x
	assert_status 127
}

@test "a file without the x bit is 126" {
	echo 'echo hi' >script
	run -126 --separate-stderr "$LIMIT" -- ./script
	assert_status 126
	[ "${stderr_lines[0]}" = "limit: cannot run './script': Permission denied" ]
	[ "${stderr_lines[1]}" = "limit: try: chmod +x './script'" ]
}

@test "a directory is 126" {
	run -126 --separate-stderr "$LIMIT" -- /
	assert_status 126
	[[ "${stderr_lines[1]}" == *directory* ]]
}

@test "a script whose interpreter is missing is 126, and says so" {
	printf '#!/no/such/interpreter\n' >script
	chmod +x script
	run -126 --separate-stderr "$LIMIT" -- ./script
	assert_status 126
	[[ "${stderr_lines[1]}" == *interpreter* ]]
}

@test "a script without a first line is run by sh, as a shell would" {
	echo 'echo "$0 $1"' >script
	chmod +x script
	run_limit -- ./script word
	assert_status 0
	[ "$output" = "./script word" ]
}

@test "a directory of PATH that may not be searched hides nothing and invents nothing" {
	[ "$(id -u)" -ne 0 ] || skip "root may search every directory"
	mkdir closed
	chmod 0 closed
	PATH=$PWD/closed:$PATH run -127 --separate-stderr "$LIMIT" -- no-such-command-anywhere
	assert_status 127
}

@test "an empty PATH element is the current directory" {
	printf '#!/bin/sh\necho here\n' >here-only
	chmod +x here-only
	PATH=:/usr/bin:/bin run_limit -- here-only
	[ "$output" = here ]
}

@test "arguments arrive verbatim" {
	weird=$'a b\nc\t\xff\\"$x'
	run_limit -- printf '<%s>' "$weird" '' '*' -o --mem
	assert_status 0
	[ "$output" = "<$weird><><*><-o><--mem>" ]
}

@test "two megabytes of arguments" {
	args=()
	word=$(printf '%01000d' 7)
	for ((i = 0; i < 1900; i++)); do args+=("$word"); done
	run_limit -- sh -c 'echo $#' sh "${args[@]}"
	assert_status 0
	[ "$output" = 1900 ]
}

@test "where clone3 is not to be had, the child moves itself" {
	# A leak check of a sanitizer's build would trace, too.
	export ASAN_OPTIONS=detect_leaks=0
	for error in ENOSYS EPERM; do
		run --separate-stderr strace -qq -o /dev/null -e trace=clone3 \
			-e inject=clone3:error=$error \
			"$LIMIT" -v --pids 50 -- cat /proc/self/cgroup
		assert_status 0
		[[ "$stderr" == *"started pid "*" by fork, and the child moves itself"* ]]
		# In every hierarchy of the plan, and in v2 if there is one.
		count=$(grep -c 'limit-' <<<"$output")
		[ "$count" -eq "$("$LIMIT" -n --pids 50 -- true | grep -cE '^mkdir .*limit-[0-9]+-[0-9]+$')" ]
	done
}

@test "COMMAND starts inside its node in every hierarchy" {
	run_limit --pids 50 --mem 200M --cpu 1 -- cat /proc/self/cgroup
	count=$(grep -c 'limit-' <<<"$output")
	[ "$count" -eq "$("$LIMIT" -n --pids 50 --mem 200M --cpu 1 -- true |
		grep -cE '^mkdir .*limit-[0-9]+-[0-9]+$')" ]
}

@test "limit itself stays outside" {
	run_limit -- sh -c 'cat /proc/$PPID/cgroup'
	[[ "$output" != *limit-* ]]
}
