#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# A memory limit that is too small to start COMMAND: said, and never a hang or somebody else's reason.

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

# climb COMMAND…: from the smallest limit up to the first under which COMMAND succeeds.
climb()
{
	local size

	for size in 4K 16K 32K 64K 96K 128K 192K 256K 384K 512K 768K 1M 1536K 2M 3M 4M 6M 8M 12M 16M 32M 64M; do
		run --separate-stderr timeout -k 1 20 "$LIMIT" -o report "${options[@]}" --mem $size -- "$@"
		report=$(cat report)
		printf '%s: %s: %s\n' "$size" "$status" "${report%%$'\n'*}"
		[ "$status" -ne 0 ] || return 0
		# Between too little and enough the kernel may let it crawl: its pages go and come all the time.
		if [ "$status" -eq 124 ]; then
			assert_report '^  memory +peak .* \(100 %\);  reclaimed at the limit [0-9]{4,} times;  oom kills 0$'
			continue
		fi
		# Never 124 to 127, and not what COMMAND would say of its own accord.
		[ "$status" -eq 137 ]
		assert_report "memory limit of [0-9.]+[KM] (hit, .*killed( \\(.*\\))?|is too small to start ${1##*/})\$"
		assert_report '^  hint .*(is perhaps too small to start '"${1##*/}"'|needed more than .*): try --mem [0-9]+M$'
		refused=$((refused + 1))
		assert_nothing_left
	done
	return 1
}

@test "a dynamic program, from the smallest limit to where it starts" {
	refused=0 options=()
	climb "$(command -v bash)" -c :
	[ "$refused" -gt 0 ]
}

@test "a static program" {
	refused=0 options=()
	climb "$hog" open 1
	[ "$refused" -gt 0 ]
}

@test "a script" {
	printf '#!/bin/sh\n:\n' >script
	chmod +x script
	refused=0 options=()
	climb ./script
	[ "$refused" -gt 0 ]
}

@test "with --oom process, and with all that limit does before exec" {
	refused=0 options=(--oom process --pids 10 --cpu 1 --rlimit nofile=50 --nice 1 --oom-score-adj 500)
	climb "$(command -v bash)" -c :
	[ "$refused" -gt 0 ]
}

@test "killed before exec was complete: the headline says that it did not start" {
	# A page is not even enough for the few system calls before exec.
	for command in "$hog" "$(command -v bash)"; do
		run_limit --mem 4K -- "$command" open 1
		assert_status 137
		assert_report "^limit: ${command##*/}: died of SIGKILL after .*: memory limit of 4K is too small to start ${command##*/}\$"
		assert_report '^  hint +it needed more than 4K: try --mem 9M$'
	done
	# Where the program has our name nobody can tell, and nothing is said that may be wrong.
	cp "$hog" "${LIMIT##*/}"
	run_limit --mem 4K -- "./${LIMIT##*/}" open 1
	assert_status 137
	assert_report ': memory limit of 4K hit, .*killed( \(.*\))?$'
}

@test "a program that was running is not said to have been too large to start" {
	run_limit --mem 20M -- "$hog" mem 50
	assert_report '^  hint +it needed more than 20M: try --mem 28M$'
	run_limit --mem 8M -- bash -c 'i=0; while [ $i -lt 200000 ]; do i=$((i + 1)); done; exec "$0" mem 50' "$hog"
	assert_status 137
	assert_report '^  hint +it needed more than 8M: try --mem 16M$'
}
