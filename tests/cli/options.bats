#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Usage errors and --dry-run. The forms of quantities are in tests/unit/quantity.c.

load ../lib

setup()
{
	cd "$BATS_TEST_TMPDIR"
}

# refused OPTION…: 125, one line that begins as said and one hint, and COMMAND is not started.
refused()
{
	run --separate-stderr "$LIMIT" "$@" -- touch started
	assert_status 125
	[ -z "$output" ]
	[ "${#stderr_lines[@]}" -eq 2 ] || { printf '%s\n' "$stderr"; return 1; }
	[[ "${stderr_lines[0]}" == "limit: cannot "* ]] || { printf '%s\n' "$stderr"; return 1; }
	[[ "${stderr_lines[1]}" == "limit: try: "* ]]
	[ ! -e started ]
}

@test "an unknown option" {
	refused --no-such-option
	refused -Z
	[[ "$stderr" == *"'-Z'"* ]]
}

@test "an abbreviated option is not guessed, but suggested" {
	refused --pid 5
	[ "${stderr_lines[1]}" = "limit: try: --pids" ]
}

@test "a missing argument" {
	run --separate-stderr "$LIMIT" --mem
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot use --mem: it needs an argument" ]
}

@test "no command" {
	for words in "" "--" "--mem 10M" "--mem 10M --"; do
		# shellcheck disable=SC2086
		run --separate-stderr "$LIMIT" $words
		assert_status 125
		[ "${stderr_lines[0]}" = "limit: cannot start: no COMMAND was given" ]
	done
}

@test "nonsense sizes name the option, the reason and the accepted forms" {
	for size in 0 -1 abc 1e99 99999999999G 500m 18446744073709551616 ５００M ' 5M' 5M5 '' nan +5; do
		refused --mem "$size"
		[[ "${stderr_lines[0]}" == "limit: cannot use --mem '$size': "* ]]
		[[ "${stderr_lines[1]}" == *"--mem takes 500M"* ]]
	done
}

@test "nonsense CPUs, counts, durations, rates" {
	for value in 0 -1 nan inf 0.0001 1e9 500m; do
		refused --cpu "$value"
	done
	for value in 0 -1 1.5 5K 99999999; do
		refused --pids "$value"
	done
	for value in 0 -1 5x 1m2h ''; do
		refused --time "$value"
	done
	for value in 5M@ @/dev/null 0@/dev/null 5M@/dev/null 5M@/no/such/device 5M@999:999 5M@no-such-file \
		5M@/proc 5M@/sys; do
		refused --io-write "$value"
	done
	refused --cpu-period 10us --cpu 1
	refused --cpu-period 50ms
	refused --oom sometimes
	for size in 0 -1 500m 5X; do
		refused --mem-high "$size"
		refused --mem-low "$size"
		refused --mem-min "$size"
	done
	refused --zswap 80%
	refused --zswap 5M --mem 10M
	refused --cpu-burst 5ms
	refused --cpu-burst 0 --cpu 1
	for value in 0 10001 -1 max 1.5 busy; do
		refused --cpu-weight "$value"
	done
	for value in '' x x=1 =1 pids.max pids.max= .max=1 pids.=1 ../pids.max=1 pids/x.max=1 nosuch.x=1 \
		cgroup.procs=0 cgroup.kill=1 freezer.state=FROZEN pids.max=$'1\n2' "pids max.x=1" \
		pids.012345678901234567890123456789012345678901=1; do
		refused --set "$value"
	done
	refused --pids 5 --set pids.max=5
	for value in '' ',' 3-1 0- -1 0:1 0-8192 all ' 0'; do
		refused --cpus "$value"
		refused --mems "$value"
	done
	refused --signal NOPE
}

@test "io of a place without a disk: which file system it is, and why" {
	refused --io-write 5M@/proc
	[[ "${stderr_lines[0]}" == "limit: cannot limit io of '/proc': it is on proc, which "* ]]
	refused --io-read-ops 5@/no/such
	[[ "${stderr_lines[0]}" == "limit: cannot limit io of '/no/such': No such file or directory" ]]
}

@test "an io weight has bounds, and needs something that heeds it" {
	for value in 0 -1 10001 max 1.5 50% 5M; do
		refused --io-weight "$value"
		[[ "${stderr_lines[1]}" == *"--io-weight takes 1 to 10000"* ]]
	done
	refused --io-weight 100@/proc
	[[ "${stderr_lines[0]}" == *"'/proc': it is on proc, which "* ]]
}

@test "io of a working directory that has been removed" {
	mkdir gone
	cd gone
	rmdir ../gone
	refused --io-write 5M
	[[ "${stderr_lines[0]}" == "limit: cannot limit io of the working directory: it has been removed" ]]
}

@test "a quota below the kernel's smallest" {
	require_node
	refused --cpu 0.01 --cpu-period 5ms
}

@test "a burst above the quota" {
	require_node
	refused --cpu 0.5 --cpu-burst 51ms
	[ "${stderr_lines[1]}" = "limit: try: --cpu-burst 50000us, or a longer --cpu-period" ]
}

@test "--dry-run prints the plan on stdout and changes nothing" {
	require_node
	run --separate-stderr "$LIMIT" --dry-run --mem 500M --cpu 0.5 --pids 100 -- touch started
	assert_status 0
	[ -z "$stderr" ]
	[[ "$output" == *"mkdir  /sys/fs/cgroup/"*"/limit-"* ]]
	[[ "$output" == *"  524288000"* ]]
	[[ "$output" == *"50000"* ]]
	[[ "$output" == *"pids.max  100"* ]]
	[[ "$output" == *"run    touch started"* ]]
	[ ! -e started ]
	assert_nothing_left
}

@test "--dry-run says when and how the run will be ended, and what becomes of leftovers" {
	require_node
	plan=$("$LIMIT" -n --time 90 --cpu-time 250ms --signal INT --grace 2 --leftovers wait -- true)
	grep -qx 'time       90.00 s, then SIGINT, SIGKILL 2.00 s later' <<<"$plan"
	grep -qx 'cpu-time   250 ms, then SIGINT, SIGKILL 2.00 s later' <<<"$plan"
	grep -qx 'leftovers  wait' <<<"$plan"
	for option in '--grace 0' '--signal KILL'; do
		# shellcheck disable=SC2086
		"$LIMIT" -n --time 90 $option -- true | grep -qx 'time       90.00 s, then SIGKILL'
	done
	run "$LIMIT" -n -- true
	[[ "$output" != *SIGKILL* && "$output" != *leftovers* ]]
}

@test "--dry-run: the plan is what a run then writes" {
	require_node
	"$LIMIT" -n --mem 64M --cpu 0.5 --pids 60 -- true | sed -n 's,^write .*/\([a-z_.]*\)  \(.*\),\1 \2,p' |
		grep -v subtree_control | sort >planned
	"$LIMIT" -v --mem 64M --cpu 0.5 --pids 60 -- true 2>&1 |
		sed -n 's,^limit: write .*/\([a-z_.]*\)  \(.*\),\1 \2,p' | grep -v subtree_control | sort >written
	[ -s planned ]
	[ "$(cat planned)" = "$(cat written)" ]
}
