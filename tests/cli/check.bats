#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --check: what it says is what then happens, wherever this runs.

load ../lib

setup()
{
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# check_json [NAME=VALUE]...: the table in $output; 0 and 1 are both answers.
check_json()
{
	run --separate-stderr env "$@" "$LIMIT" --check --format json
	[ "$status" -le 1 ] && [ -z "$stderr" ]
}

# assert_json FILTER: it holds for $output.
assert_json()
{
	jq -e "$1" <<<"$output" >answer || {
		printf 'not so: %s\n%s\n' "$1" "$output"
		return 1
	}
}

@test "what --check says of each option is what a run with it does" {
	"$TESTS_DIR/check-agrees"
}

@test "the same as an ordinary user" {
	[ "$(id -u)" = 0 ] || skip "this is one already"
	cp "$LIMIT" . && chmod -R a+rX . && chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" 2>/dev/null
	setpriv --reuid=65534 --regid=65534 --clear-groups test -x "$PWD/limit" || skip "the temporary directory is closed to others"
	LIMIT=$PWD/limit setpriv --reuid=65534 --regid=65534 --clear-groups bash "$TESTS_DIR/check-agrees"
}

@test "the same inside another limit, with less than the samples ask for" {
	"$LIMIT" -q --cpu 0.5 --mem 48M --pids 90 -- true || skip "no limit works here"
	# Only limit has to do with so little, not the script, which would take a minute.
	printf '#!/bin/sh\nexec "%s" -q --cpu 0.09 --cpu-period 1s --mem 48M --pids 90 -- "%s" "$@"\n' \
		"$LIMIT" "$LIMIT" >inside
	chmod +x inside
	LIMIT=$PWD/inside "$TESTS_DIR/check-agrees"
}

@test "the CPU that is tried is one of those the caller may use" {
	[ "$(nproc)" -gt 1 ] || skip "needs two CPUs"
	last=$(sed -n 's/^Cpus_allowed_list:.*[^0-9]\([0-9]*\)$/\1/p' /proc/self/status)
	run --separate-stderr taskset -c "$last" "$LIMIT" --check --format json
	assert_json "[.options[] | select(.name == \"--cpus\") | .sample] == [\"--cpus $last\"]"
}

@test "a limit that the kernel refuses is told with its reason, and the exit status is 1" {
	"$LIMIT" -q --pids 5 -- true || skip "no limit works here"
	check_json LD_PRELOAD="$TEST_TOOLS_DIR/hide.so" REFUSE=pids.max
	assert_status 1
	assert_json '.works == false'
	assert_json '.options[] | select(.name == "--pids") | .works == false and (.reason | test("pids.max.*: Invalid argument$"))'
	assert_json '.options[] | select(.name == "--time") | .works'
	LD_PRELOAD=$TEST_TOOLS_DIR/hide.so REFUSE=pids.max run "$LIMIT" --check
	assert_status 1
	[[ "${lines[0]}" == "limit works here: mem cpu"* ]]
	[[ "${lines[1]}" == "limit cannot enforce pids here: cannot write "* ]]
}

@test "what the kernel has is found by looking" {
	"$LIMIT" -q -- true || skip "no group can be made to look in"
	[ "$(host_mode)" != legacy ] || skip "cgroup.kill is not of cgroup v1"
	check_json A=B
	assert_json '.features.cgroup_kill.present and .features.pidfd.present'
	check_json LD_PRELOAD="$TEST_TOOLS_DIR/hide.so" HIDE=cgroup.kill
	assert_json '.features.cgroup_kill.present == false and .features.cgroup_freeze.present'
}

@test "the text begins with the verdict and is at most 100 columns wide" {
	run --separate-stderr "$LIMIT" --check
	[ "$status" -le 1 ]
	[[ "${lines[0]}" == "limit works here: "* || "${lines[0]}" == "limit cannot "* ]]
	if [ "$status" = 0 ]; then
		[ "${lines[0]}" = "limit works here: mem cpu pids io" ]
	fi
	echo "$output" >text
	run ! grep -E '^.{101,}' text
	for option in $("$LIMIT" --check -f json | jq -r '.options[].name'); do
		grep -qE -- "^  $option  +(works|no )" text
	done
}

@test "every field of the JSON is in doc/check.md" {
	manual=$TESTS_DIR/../doc/check.md
	# In a guest it is beside the tests.
	[ -e "$manual" ] || manual=$TESTS_DIR/../check.md
	check_json A=B
	jq -r '.schema' <<<"$output" | grep -qx 1
	for field in $(jq -r '[paths | map(select(type == "string")) | last] | map(select(. != null)) | unique[]' <<<"$output"); do
		grep -qF -- "\`$field\`" "$manual" || { echo "not there: $field"; false; }
	done
}

@test "without jansson JSON is refused, and text is not" {
	: >libjansson.so.4
	LD_LIBRARY_PATH=$PWD run "$LIMIT" --check --format json
	assert_status 125
	[[ "${lines[0]}" == "limit: cannot load jansson, which --format json needs: "* ]]
	[[ "${lines[1]}" == "limit: try: apt-get install libjansson4"* ]]
	LD_LIBRARY_PATH=$PWD run "$LIMIT" --check --format text
	[ "$status" -le 1 ]
}

@test "--check stands alone" {
	for words in "--check -- true" "--check true" "--check --mem 5M" "-v --check"; do
		run bash -c "\"\$0\" $words" "$LIMIT"
		assert_status 125
		[[ "$output" == "limit: cannot use --check with "*"limit: try: limit --check" ]]
	done
}

@test "--check is text or JSON" {
	for format in kv csv markdown; do
		run "$LIMIT" --check --format $format
		assert_status 125
		[[ "$output" == "limit: cannot use --check with that --format: it prints text or json"* ]]
	done
	run "$LIMIT" --check --format xml
	assert_status 125
	[[ "$output" == *"--format takes text, json, kv"* ]]
}

@test "a full disk is a failure" {
	for format in text json; do
		run bash -c '"$0" --check --format '$format' >/dev/full' "$LIMIT"
		assert_status 125
	done
}

@test "a directory whose io cannot be limited is no verdict on the host" {
	findmnt -n -t tmpfs --target /dev/shm >mount || skip "/dev/shm is no tmpfs"
	cd /dev/shm
	check_json A=B
	cd "$BATS_TEST_TMPDIR"
	assert_json '.options[] | select(.name == "--io-write") | .works' || skip "io cannot be limited here at all"
	assert_json '.options[] | select(.name == "--io-write") | .works and (.sample | test("@[0-9]+:[0-9]+$")) and any(.notes[]; test("^not in this directory without @PATH: cannot limit io of the working directory "))'
}
