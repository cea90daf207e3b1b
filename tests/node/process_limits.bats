#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --rlimit, --nice, --oom-score-adj: each bites, or the run is refused.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	if kill %% 2>/dev/null; then
		wait %% || :
	fi
	assert_nothing_left
}

# refused PART OPTION…: 125, PART in the message, COMMAND not started.
refused()
{
	local part=$1

	shift
	run --separate-stderr "$LIMIT" "$@" -- touch started
	assert_status 125
	[[ "${stderr_lines[0]}" == "limit: cannot enforce $part"* ]] || { printf '%s\n' "$stderr"; return 1; }
	[[ "${stderr_lines[1]}" == "limit: try: "* ]]
	[ ! -e started ]
}

@test "nofile: the descriptor above the limit cannot be had" {
	run_limit --rlimit nofile=20 -- "$hog" open 100
	[ "$output" = "20 EMFILE" ]
	assert_report '^  each +nofile 20$'
}

@test "SOFT alone is the hard limit too: COMMAND cannot raise it" {
	run_limit --rlimit nofile=20:100 -- sh -c 'ulimit -Sn 50 && "$0" open 100' "$hog"
	[ "$output" = "50 EMFILE" ]
	run_limit --rlimit nofile=20 -- sh -c 'ulimit -Hn'
	[ "$output" = 20 ]
	run_limit --rlimit nofile=20: -- sh -c 'ulimit -Hn'
	[ "$output" = "$(ulimit -Hn)" ]
}

@test "a tiny nofile does not stand in our own way" {
	for n in 0 1 3; do
		run_limit --rlimit nofile=$n --nice 3 --oom-score-adj 7 --mem 100M --cpu 1 -- "$hog" open 5
		assert_status 0
		[ "$output" = "3 EMFILE" ]
	done
}

@test "fsize: SIGXFSZ at the limit, and the report says so" {
	run_limit --rlimit fsize=64K --rlimit core=0 -- dd if=/dev/zero of=file bs=1K count=100
	assert_status 153
	[ "$(stat -c %s file)" -eq 65536 ]
	assert_report '^limit: dd: died of SIGXFSZ after .*: --rlimit fsize 64K hit$'
}

@test "core: none with 0" {
	[[ $(cat /proc/sys/kernel/core_pattern) != '|'* ]] || skip "a program takes the cores here"
	ulimit -c unlimited 2>/dev/null || skip "no core can be had here"
	run_limit --rlimit core=max -- "$hog" status sh -c 'kill -ABRT $$'
	[ "$output" = "signal 6 core" ]
	run_limit --rlimit core=0 -- "$hog" status sh -c 'kill -ABRT $$'
	[ "$output" = "signal 6" ]
}

@test "stack: what needs more dies, and is told why" {
	run_limit --rlimit stack=16M -- "$hog" stack 9000
	assert_status 0
	run_limit --rlimit stack=256K -- "$hog" stack 100
	assert_status 0
	run_limit --rlimit stack=256K --rlimit core=0 -- "$hog" stack 1000
	assert_status 139
	assert_report '^  hint +perhaps it needs more than --rlimit stack 256K$'
}

@test "as: what needs more address space gets an error, not a kill" {
	run_limit --rlimit as=50M -- "$hog" mem 30
	assert_status 0
	run_limit --rlimit as=50M -- "$hog" mem 100
	assert_status 1
	[[ "$stderr" == *"Cannot allocate memory"* ]]
}

@test "cpu: SIGXCPU after a second of CPU time, SIGKILL for who ignores it" {
	run_limit --rlimit cpu=1 --rlimit core=0 --time 60s -- "$hog" spin 50
	assert_status 152
	assert_report '^limit: hog: died of SIGXCPU after .*: --rlimit cpu 1 s hit$'
	run_limit --rlimit cpu=1 --time 60s -- sh -c 'trap "" XCPU; exec "$0" spin 50' "$hog"
	assert_status 137
	assert_report ': killed, from outside or for --rlimit cpu 1 s$'
}

@test "the last one for each resource counts" {
	run_limit --rlimit nofile=10 --rlimit core=0 --rlimit nofile=30 -- "$hog" open 100
	[ "$output" = "30 EMFILE" ]
	assert_report '^  each +nofile 30, core 0$'
}

@test "nice is the value itself, and the kernel's own" {
	run_limit --nice 7 -- cut -d ' ' -f 19 /proc/self/stat
	[ "$output" = 7 ]
	# Not an increment.
	run nice -n 3 "$LIMIT" -q --nice 7 -- cut -d ' ' -f 19 /proc/self/stat
	[ "$output" = 7 ]
	assert_report '^  each +nice 7$'
}

# Run 'hog cpu 2' on $cpu, with the words given before it, and set $own and $other to the CPU time
# that it and the process $1 had meanwhile, in ticks: the other runs all the time.
measure_against()
{
	local pid=$1

	shift
	# taskset inside: to enter a group with cpuset may undo what was set before (Linux 6.1).
	"$@" taskset -c "$cpu" bash -c '
		ticks() { read -r -a stat <"/proc/$1/stat" && ticks=$((stat[13] + stat[14])); }
		ticks "$1" && before=$ticks
		"$2" cpu 2 >own
		ticks "$1" && echo $((ticks - before)) >other' bash "$pid" "$hog"
	own=$(awk '{ print $1 * 100 }' own)
	other=$(cat other)
	echo "own $own, other $other"
}

# On the last CPU that there is.
start_busy()
{
	cpu=$(taskset -pc $$ | sed 's/.*[: ,-]//')
	rm -f pid
	"$LIMIT" -q --time 60s "$@" -- sh -c 'echo $$ >pid; exec taskset -c "$1" "$0" spin 60' "$hog" "$cpu" &
	until [ -s pid ]; do sleep 0.01; done
}

@test "nice: the share of a CPU" {
	[ "$(getconf CLK_TCK)" -eq 100 ]
	start_busy --nice 19
	measure_against "$(cat pid)"
	kill %%
	wait %% || :
	# Weights 15 and 1024.
	assert_between $((2 * other)) "$own" 300
}

@test "nice weighs the whole node against others where it is a cpu group of its own" {
	start_busy --cpu 1 --nice 15
	measure_against "$(cat pid)" "$LIMIT" -q --cpu 1 --
	kill %%
	wait %% || :
	# Weights 36 and 1024.
	assert_between $((2 * other)) "$own" 300
	# A group of its own weighs as much as the other one, were it not for the nice value.
	start_busy --cpu 1
	measure_against "$(cat pid)" "$LIMIT" -q --cpu 1 --
	kill %%
	wait %% || :
	assert_between 1 "$own" $((2 * other))
}

@test "oom_score_adj: who is killed first" {
	run_limit --oom-score-adj 321 -- cat /proc/self/oom_score_adj
	[ "$output" = 321 ]
	assert_report '^  each +oom_score_adj 321$'
}

@test "oom_score_adj decides over size" {
	# A large process that gave itself a score of 0, and a small one that asks for too much.
	job='
		mkfifo ready
		(
			echo 0 >/proc/self/oom_score_adj
			exec "$0" hold 40 ready
		) &
		read -r _ <ready
		"$0" hold 26 /dev/null 2 &
		small=$!
		wait -n || :
		kill -0 $! 2>/dev/null && echo large || echo small
		kill $(jobs -p)'
	run_limit --mem 64M --oom process --oom-score-adj 1000 -- bash -c "$job" "$hog"
	[ "$output" = small ]
}

@test "raising needs root" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to become somebody else"
	refused "--rlimit nofile 2147483647: Operation not permitted" --rlimit nofile=2147483647
	[[ "${stderr_lines[1]}" == *"sysctl fs.nr_open" ]]
	refused "--rlimit nofile $(($(ulimit -Hn) + 1)):: Invalid argument" --rlimit nofile=$(($(ulimit -Hn) + 1)):
	[[ "${stderr_lines[1]}" == *"hard limit in force is $(ulimit -Hn)" ]]
}

@test "without CAP_SYS_RESOURCE and CAP_SYS_NICE nothing is raised" {
	command -v setpriv >/dev/null || skip "setpriv is not here"
	[ "$(id -u)" -eq 0 ] || skip "needs root to become somebody else"
	ulimit -n 100
	run --separate-stderr setpriv --bounding-set -sys_resource,-sys_nice --inh-caps -sys_resource,-sys_nice \
		"$LIMIT" --rlimit nofile=200 -- touch started
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot enforce --rlimit nofile 200: Operation not permitted" ]
	run --separate-stderr setpriv --bounding-set -sys_resource,-sys_nice --inh-caps -sys_resource,-sys_nice \
		"$LIMIT" --nice -5 -- touch started
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot enforce --nice -5: Permission denied" ]
	[[ "${stderr_lines[1]}" == *CAP_SYS_NICE* ]]
	run --separate-stderr setpriv --bounding-set -sys_resource,-sys_nice --inh-caps -sys_resource,-sys_nice \
		"$LIMIT" --oom-score-adj -100 -- touch started
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot enforce --oom-score-adj -100: Permission denied" ]
	[ ! -e started ]
}

@test "--best-effort sets the others, and lists what it cannot set" {
	command -v setpriv >/dev/null || skip "setpriv is not here"
	[ "$(id -u)" -eq 0 ] || skip "needs root to become somebody else"
	ulimit -n 100
	run_limit_as() { run --separate-stderr setpriv --bounding-set -sys_resource,-sys_nice \
		--inh-caps -sys_resource,-sys_nice "$LIMIT" -o report "$@"; report=$(cat report); }
	run_limit_as --best-effort --nice -5 --rlimit nofile=200 --rlimit core=0 --oom-score-adj 7 -- \
		sh -c 'nice; ulimit -n; ulimit -c; cat /proc/self/oom_score_adj'
	assert_status 0
	[ "$output" = $'0\n100\n0\n7' ]
	[[ "$stderr" == *"limit: unenforced: "*"--nice -5: Permission denied"* ]]
	assert_report '^  unenforced +--nice: .*--nice -5: Permission denied$'
	assert_report '^  unenforced +--rlimit: .*--rlimit nofile 200: Operation not permitted$'
	[ "$(grep -c unenforced <<<"$report")" -eq 2 ]
}

@test "--dry-run lists them" {
	run "$LIMIT" -n --rlimit nofile=20 --rlimit stack=8M:64M --nice -3 --oom-score-adj 5 -- true
	assert_status 0
	[[ "$output" == *$'\nset    nofile 20, stack 8M:64M, nice -3, oom_score_adj 5\nrun    true' ]]
}
