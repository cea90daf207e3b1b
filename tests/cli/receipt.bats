#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The receipt for programs: real ones obey the schema, in every way in which a run can end.

load ../lib

setup()
{
	require_node
	schema=$TESTS_DIR/../doc/receipt.schema.json
	[ -e "$schema" ] || schema=$TESTS_DIR/../receipt.schema.json
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# The receipt in 'out' is one line of JSON that obeys the schema.
assert_valid()
{
	local faults

	[ "$(wc -l <out)" -eq 1 ]
	faults=$(jq -r --slurpfile schema "$schema" -f "$TESTS_DIR/schema.jq" out)
	[ -z "$faults" ] || { echo "$faults"; return 1; }
}

# json STATUS ARG…: run limit ARG… with its receipt in 'out'.
json()
{
	local expected=$1

	shift
	rm -f out
	run "-$expected" --separate-stderr "$LIMIT" -f json -o out "$@"
	assert_status "$expected"
	assert_valid
}

# field FILTER VALUE: what jq finds in the receipt.
field()
{
	local value

	value=$(jq -c "$1" out)
	[ "$value" = "$2" ] || { echo "$1 is $value, not $2"; return 1; }
}

@test "the check against the schema finds what is wrong" {
	json 0 -- true
	mv out good
	for change in 'del(.cpu.user_us)' '.more = 1' '.wall_us = -1' '.wall_us = "1"' '.schema = 2' \
		'.result.reason = "luck"' '.notes = [1]' '.placement.groups[0].path = null'; do
		jq -c "$change" good >out
		run assert_valid
		[ "$status" -ne 0 ] || { echo "not found: $change"; false; }
	done
}

@test "a run that ends by itself" {
	json 3 --mem 100M --pids 50 --cpu 1 --rlimit nofile=100 --nice 5 -t 1h -- sh -c 'exit 3'
	field .result.reason '"exit"'
	field '[.result.exit_code, .result.signal, .result.limit_exit_status]' '[3,null,3]'
	field .fault.message null
	field '[.asked.mem_bytes, .asked.pids, .asked.cpu_millionths, .asked.time_us]' \
		'[104857600,50,1000000,3600000000]'
	field '[.asked.rlimits, .asked.nice]' '[["nofile 100"],5]'
	field '.effective.mem_bytes' 104857600
	field '.effective.swap_bytes' 0
	field '.asked.swap_bytes' null
	field '.command' '["sh","-c","exit 3"]'
	field '(.cpu.usage_us > 0) and (.wall_us > 0)' true
	field '.placement.groups | length > 0' true
	field .host.cgroup_mode "\"$(host_mode)\""
	field .host.kernel "\"$(uname -r)\""
}

@test "a signal: limit dies of it, and the receipt has the status that a shell shows" {
	json 143 -- sh -c 'kill -TERM $$'
	field '[.result | .reason, .exit_code, .signal, .signal_name, .limit_exit_status]' \
		'["signal",null,15,"SIGTERM",143]'
}

@test "time, and the status that was chosen for it" {
	json 124 -t 50ms -- sleep 100
	field '[.result | .reason, .timed_out, .limit_exit_status]' '["time",true,124]'
	json 9 -t 50ms --exit-status time=9 -- sleep 100
	field .result.limit_exit_status 9
	# A status that looks like a signal is a status all the same: bash names a signal.
	run bash -c '"$0" -q -t 50ms --exit-status time=143 -- sleep 100; echo "$?"' "$LIMIT"
	[ "$output" = 143 ]
}

@test "out of memory" {
	rm -f out
	run "$LIMIT" -f json -o out --mem 20M -- "$hog" mem 100
	[ "$status" -ne 0 ]
	assert_valid
	field .result.reason '"oom"'
	# On v1 limit may be faster than the kernel's own kill.
	field '.memory.oom_kills > 0 or .result.oom_killed_by_limit' true
}

@test "a limit inside a limit: the tighter one is named" {
	[ "$(host_mode)" = unified ] || [ "$(host_mode)" = hybrid ] || [ "$(host_mode)" = legacy ]
	json 0 --mem 100M -- true
	run "$LIMIT" -q --mem 60M -- "$LIMIT" -f json -o out --mem 100M -- true
	assert_status 0
	assert_valid
	field '[.asked.mem_bytes, .effective.mem_bytes]' '[104857600,62914560]'
	field '.effective.mem_where | startswith("parent ")' true
}

@test "what does not hold with --best-effort" {
	json 0 --best-effort --set memory.no_such_file=1 -- true
	field .unenforced_count 1
	field '.unenforced[0].option' '"set"'
}

@test "io of a limited device" {
	[ -n "${TEST_DISK-}" ] || skip "TEST_DISK names no disk to write to"
	json 0 --io-write "100M@$TEST_DISK" -- \
		dd if=/dev/zero "of=$TEST_DISK" bs=1M count=4 oflag=direct conv=notrunc status=none
	field .io.written_bytes 4194304
	field '.io.devices | map(select(.limited_as != null).written_bytes)' '[4194304]'
	field '.asked.io[0].value' 104857600
}

@test "leftovers are counted and named" {
	json 0 -- sh -c 'sleep 100 & exit 0'
	# It is still called sh until it has come to its exec.
	field '.leftovers | [.count, .end, (.names[0] | IN("sh", "sleep"))]' '[1,"killed",true]'
}

@test "runs that could not start: 127, 126, and 125 for a limit that cannot be had" {
	json 127 -- no-such-command-anywhere
	field '[.result.reason, .result.limit_exit_status, .wall_us]' '["not-started",127,null]'
	field '.fault.message | startswith("cannot run")' true
	: >file
	json 126 -- ./file
	field .result.limit_exit_status 126
	json 125 --io-write 1M@/proc -- touch started
	field .result.limit_exit_status 125
	field '.fault.hint != null' true
	[ ! -e started ]
}

@test "arguments that are no UTF-8, or many, are valid JSON" {
	json 0 -- true $'a\xffb' $'two\nlines' '"quoted"' ''
	field .command '["true","a�b","two\nlines","\"quoted\"",""]'
	mapfile -t many < <(seq 1000)
	json 0 -- true "${many[@]}"
	field '.command | length' 1001
}

@test "what COMMAND sees and may do" {
	json 0 --chdir / --no-new-privs -- true
	field '[.asked.directory, .asked.no_new_privs, .asked.user, .asked.namespaces]' '["/",true,null,[]]'
	echo 'env KEY=secret' >some.conf
	json 0 --config some.conf --env HOME -- true
	field '[.asked.env, .asked.profiles, .asked.network, .asked.join_pid]' "[[\"KEY\",\"HOME\"],[\"some.conf\"],[],null]"
	run ! grep -q secret out
	"$LIMIT" -q --unshare uts --tmpfs /mnt -- true || skip "no namespaces here"
	json 0 --unshare uts,pid --hostname box --tmpfs /mnt -- true
	field '[.asked.hostname, (.asked.namespaces | sort), (.asked.mounts | length)]' '["box",["mount","pid","uts"],1]'
	json 0 --no-net --map-user 5:6 --boottime 1h --monotonic 2s --pid1 -- true
	field '.asked | [.map_uid, .map_gid, .boottime_us, .monotonic_us, .pid1, .map_root, (.network | length)]' '[5,6,3600000000,2000000,true,false,1]'
}

@test "without jansson JSON is refused before COMMAND starts, and the rest is not" {
	mkdir lib
	: >lib/libjansson.so.4
	LD_LIBRARY_PATH=$PWD/lib run "$LIMIT" -f json -o out -- touch started
	assert_status 125
	[[ "${lines[0]}" == "limit: cannot load jansson, which --format json needs: "* ]]
	[ ! -e started ]
	for format in text kv csv; do
		LD_LIBRARY_PATH=$PWD/lib run "$LIMIT" -f $format -o out -- true
		assert_status 0
	done
}

@test "kv: words of the shell, under the paths of JSON" {
	run "$LIMIT" -f kv -o out --mem 100M -- sh -c "exit 3 # it's \$HOME" $'a\xff\nb'
	assert_status 3
	declare -A values
	while IFS= read -r line; do
		eval "values[\${line%%=*}]=${line#*=}"
	done <out
	[ "${values[result.exit_code]}" = 3 ]
	[ "${values[asked.mem_bytes]}" = 104857600 ]
	[ "${values[result.signal]}" = '' ]
	[ "${values[command.2]}" = "exit 3 # it's \$HOME" ]
	[ "${values[command.3]}" = $'a\xff\nb' ]
	json 3 --mem 100M -- sh -c 'exit 3' 2
	# Every path of one is in the other; lists that are longer by the values of the run aside.
	jq -r 'paths(type | . != "object" and . != "array") | map(tostring) | join(".")' out | sort >json
	printf '%s\n' "${!values[@]}" | sort >kv
	[ "$(wc -l <kv)" -gt 80 ]
	[ "$(cat json)" = "$(cat kv)" ] || { echo "JSON:"; cat json; echo "kv:"; cat kv; false; }
}

@test "--append: lines of JSON; CSV has its header once, also if many begin at once" {
	for i in {1..3}; do
		"$LIMIT" -f json -o log --append -- sh -c "exit $i" || true
	done
	[ "$(jq -c .result.exit_code log | tr '\n' ' ')" = "1 2 3 " ]
	for i in {1..8}; do
		"$LIMIT" -f csv -o table --append -- true &
	done
	wait
	[ "$(wc -l <table)" -eq 9 ]
	[ "$(grep -c '^schema,' table)" -eq 1 ]
	head -n 1 table | grep -q '^schema,'
	# As many fields everywhere: no field of these has a comma that is not in quotes.
	[ "$(sed 's/"[^"]*"//g' table | awk -F, '{ print NF }' | sort -u | wc -l)" -eq 1 ]
	run "$LIMIT" --append -- true
	assert_status 125
	[[ "$output" == "limit: cannot use --append: it needs --report FILE"* ]]
}

@test "-o '&3' writes to a descriptor, which COMMAND does not get" {
	"$LIMIT" -f json -o '&3' -- sh -c '[ ! -e /proc/$$/fd/3 ]' 3>out
	assert_valid
	field .result.exit_code 0
	"$LIMIT" -f json -o '&1' -- true >out
	assert_valid
}

@test "-o '&N' that is not the caller's, or not for writing: 125" {
	: >file
	run bash -c '"$0" -o "&8" -- touch started 8<file' "$LIMIT"
	assert_status 125
	[[ "${lines[0]}" == "limit: cannot write the report to '&8': "* ]]
	for path in '&7' '&' '&x' '&99999999999'; do
		run bash -c 'exec 7>&-; exec "$0" -o "$1" -- touch started' "$LIMIT" "$path"
		assert_status 125
	done
	run bash -c '"$0" -o "&1" -- touch started >&-' "$LIMIT"
	assert_status 125
	[ ! -e started ]
}
