#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --group NAME: one budget for all limits of that name.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	name=test-$BASHPID
}

teardown()
{
	local pid

	for pid in ${pids[@]+"${pids[@]}"}; do
		kill "$pid" 2>/dev/null || true
	done
	wait ${pids[@]+"${pids[@]}"} 2>/dev/null || true
	[ -z "${name-}" ] || eventually group_is_gone || return
	assert_nothing_left
}

# The group's directory in each hierarchy.
group_paths()
{
	find /sys/fs/cgroup -mindepth 1 -type d -name "limit-group-$name" 2>/dev/null
}

group_is_gone()
{
	[ -z "$(group_paths)" ]
}

# How many: not every hierarchy has a node for each of them.
count_runs()
{
	find /sys/fs/cgroup -type d -path "*/limit-group-$name/limit-*-*" -prune -printf '%f\n' 2>/dev/null | sort -u | wc -l
}

runs_in_group()
{
	[ "$(count_runs)" -eq "$1" ]
}

# member OPTION...: one that waits, in the background; its pid is the last of $pids.
member()
{
	local before

	before=$(count_runs)
	"$LIMIT" -o "report.${#pids[@]}" --group "$name" "$@" -- sleep 1000 >/dev/null 2>&1 3>&- &
	pids+=($!)
	eventually runs_in_group $((before + 1))
	eventually has_started
}

has_started()
{
	[ -n "$(pgrep -P "${pids[-1]}" -x sleep)" ]
}

has_guard()
{
	[ -n "$(guard_of "$1")" ]
}

# A stopped limit starts no other guard.
kill_with_guard()
{
	local guard

	eventually has_guard "$1"
	guard=$(guard_of "$1")
	kill -STOP "$1"
	kill -KILL "$guard"
	kill -KILL "$1"
}

end_member()
{
	kill "${pids[$1]}"
	wait "${pids[$1]}" || true
}

@test "memory: together they have no more than one would have" {
	: >holding
	"$LIMIT" -q --group "$name" --mem 64M -- "$hog" hold 40 holding >/dev/null 2>&1 3>&- &
	pids+=($!)
	eventually test -s holding
	run_limit --group "$name" -- "$hog" mem 40
	# One of the two is killed, whole; the kernel's choice. The other goes on.
	if [ "$status" -eq 0 ]; then
		eventually has_ended "${pids[0]}"
		status=0
		wait "${pids[0]}" || status=$?
		assert_status 137
	else
		assert_status 137
		assert_report "^limit: hog: died of SIGKILL after .*: memory limit of group '$name' hit, 64M, the whole tree killed"
		assert_report "^  group +$name: [12] runs? shares? memory 64M \(peak 6[0-9.]*M\)"
		assert_report "^  hint +all runs of group '$name' together needed more than 64M: try --mem "
		kill -0 "${pids[0]}"
	fi
}

@test "each alone within the budget, one after the other" {
	run_limit --group "$name" --mem 64M -- "$hog" mem 40
	assert_status 0
	run_limit --group "$name" --mem 64M -- "$hog" mem 40
	assert_status 0
}

@test "CPU time: two share what one would have" {
	# Before all others on a busy machine.
	"$LIMIT" -q --group "$name" --cpu 0.5 --cpu-weight 10000 -- "$hog" cpu 1000 >/dev/null 2>&1 3>&- &
	pids+=($!)
	eventually pgrep -x -P "${pids[0]}" hog
	run_limit --group "$name" --time 3s --signal KILL -- "$hog" cpu 1000
	assert_status 124
	used=$(sed -n 's/^  cpu  .* \([0-9.]*\) CPUs.*/\1/p' <<<"$report")
	echo "$report"
	# Of half a CPU a half: 0.25; more of it if the other one has to wait for a CPU, but never all.
	assert_between 0.05 "$used" 0.49
	assert_report "^  group +$name: 2 runs share cpu 0\.5 \(throttled [1-9]"
}

@test "processes: of five two wait elsewhere, and no more than three are left" {
	member --pids 5
	member
	run_limit --group "$name" -- "$hog" fork 10
	echo "$output"
	[ "$output" -eq 2 ]
	assert_report "^  group +$name: 3 runs share pids 5 \(peak"
}

@test "the first sets it: who is new must say what" {
	run_limit --group "$name" -- true
	assert_status 125
	[[ $stderr == *"cannot make group '$name': it is new"*"limit: try: limit --group $name --mem"* ]]
	group_is_gone
}

@test "who joins has the same limits, or says nothing of them" {
	member --mem 64M --pids 50
	run_limit --group "$name" --mem 64M --pids 50 -- true
	assert_status 0
	run_limit --group "$name" --pids 50 -- true
	assert_status 0
	run_limit --group "$name" -- true
	assert_status 0
	run_limit --group "$name" --mem 65M -- touch started
	assert_status 125
	[[ $stderr == *"cannot join group '$name' with --mem: "*"'68157440', but the group has '67108864'"* ]]
	[[ $stderr == *"limit: try: limit --group $name -- COMMAND"* ]]
	# A limit that the group does not have is none that can be had in it.
	run_limit --group "$name" --cpu 1 -- touch started
	assert_status 125
	[[ $stderr == *"cannot join group '$name' with --cpu"* ]]
	[ ! -e started ]
	runs_in_group 1
}

@test "--best-effort joins all the same, and says what does not hold" {
	member --mem 64M
	run_limit --best-effort --group "$name" --mem 65M -- true
	assert_status 0
	assert_report "^  unenforced  --mem: cannot join group '$name'"
}

as_nobody()
{
	setpriv --reuid=65534 --regid=65534 --clear-groups "$@"
}

@test "--best-effort runs without a group where none can be made" {
	[ "$(id -u)" -eq 0 ] || skip 'needs another user to be'
	cp "$LIMIT" . && chmod -R a+rX . && chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" 2>/dev/null
	as_nobody test -x "$PWD/limit" || skip 'the temporary directory is closed to others'
	run as_nobody "$PWD/limit" --best-effort --group "$name" --mem 64M -- sh -c 'exit 3'
	[ "$status" -eq 3 ]
	[[ $output == *'unenforced  --mem: '* ]]
	run as_nobody "$PWD/limit" --group "$name" --mem 64M -- sh -c 'exit 3'
	[ "$status" -eq 125 ]
}

@test "the last one removes it, whoever came first" {
	member --mem 64M
	member
	end_member 0
	eventually runs_in_group 1
	run_limit --group "$name" --mem 64M -- true
	assert_status 0
	end_member 1
	group_is_gone
}

@test "the budget of a group that is over is forgotten" {
	run_limit --group "$name" --mem 64M --pids 50 -- true
	assert_status 0
	member --mem 32M
	run_limit --group "$name" --pids 50 -- true
	assert_status 125
}

@test "kill -9 of the first: the others go on within the budget" {
	member --mem 64M
	member
	kill -9 "${pids[0]}"
	eventually runs_in_group 1
	run_limit --group "$name" -- "$hog" mem 100
	assert_status 137
	kill -0 "${pids[1]}"
	end_member 1
}

@test "kill -9 of the last one: its guard removes the group" {
	member --mem 64M
	kill -9 "${pids[0]}"
	eventually group_is_gone
}

@test "kill -9 of limit and its guard: the next one cleans up, and sets a budget of its own" {
	member --mem 64M
	sleep_pid=$(pgrep -P "${pids[0]}" -x sleep)
	kill_with_guard "${pids[0]}"
	eventually has_ended "${pids[0]}"
	run_limit --group "$name" --mem 32M -- true
	assert_status 0
	assert_report "^  group +$name: 1 run shares memory 32M"
	eventually has_ended "$sleep_pid"
	group_is_gone
}

@test "kill -9 of limit and its guard: --gc removes the group, too" {
	member --mem 64M
	sleep_pid=$(pgrep -P "${pids[0]}" -x sleep)
	kill_with_guard "${pids[0]}"
	eventually has_ended "${pids[0]}"
	run "$LIMIT" --gc
	[ "$status" -eq 0 ]
	grep -qE "^removed .*/limit-group-$name$" <<<"$output"
	eventually has_ended "$sleep_pid"
	group_is_gone
}

@test "--gc leaves a group alone that is in use" {
	member --mem 64M
	run "$LIMIT" --gc
	[ "$status" -eq 0 ]
	runs_in_group 1
	run "$LIMIT" --list
	grep -qE "^$name: limit-${pids[0]}-[0-9]+ +runs" <<<"$output"
	run "$LIMIT" --list --format json
	[ "$(jq -r ".nodes[] | select(.pid == ${pids[0]}) | .group" <<<"$output")" = "$name" ]
}

@test "--leftovers leave: the group stays as long as they do" {
	"$LIMIT" -q --group "$name" --mem 64M --leftovers leave -- sh -c 'sleep 1000 >/dev/null 2>&1 & echo $! >pid'
	runs_in_group 1
	run_limit --group "$name" -- "$hog" mem 100
	assert_status 137
	runs_in_group 1
	kill "$(cat pid)"
	eventually has_ended "$(cat pid)"
	"$LIMIT" --gc
	group_is_gone
}

@test "--leftovers leave: when they have ended, the next one begins anew" {
	"$LIMIT" -q --group "$name" --mem 64M --leftovers leave -- sh -c 'sleep 1000 >/dev/null 2>&1 & echo $! >pid'
	kill "$(cat pid)"
	eventually has_ended "$(cat pid)"
	run_limit --group "$name" --mem 32M -- true
	assert_status 0
	group_is_gone
}

@test "twenty at once: each has the budget, all succeed, the group is gone" {
	local pid failed=0 starts=() file

	file=$("$LIMIT" --dry-run --group "$name" --mem 64M -- true |
		sed -n 's,^write *\(.*/memory\.\(max\|limit_in_bytes\)\) .*,\1,p')
	for i in {1..20}; do
		# shellcheck disable=SC2016 # for another shell
		"$LIMIT" -q --group "$name" --mem 64M --pids 100 -- sh -c '[ "$(cat "$0")" = 67108864 ] && exit "$1"' "$file" "$i" 2>"error.$i" 3>&- &
		starts+=($!)
	done
	for i in {1..20}; do
		status=0
		wait "${starts[i - 1]}" || status=$?
		[ "$status" -eq "$i" ] || failed=$((failed + 1))
	done
	cat error.*
	[ "$failed" -eq 0 ]
	group_is_gone
}

@test "within another limit it is another group, within the outer budget" {
	member --mem 64M
	run "$LIMIT" -q --mem 40M -- "$LIMIT" --group "$name" --mem 30M -- "$hog" mem 60
	[ "$status" -eq 137 ]
	[[ $output == *"memory limit of group '$name' hit, 30M"* ]]
	# The one outside is as it was.
	kill -0 "${pids[0]}"
	run_limit --group "$name" --mem 64M -- true
	assert_status 0
	assert_report "^  group +$name: 2 runs share memory 64M"
}

@test "within another limit that has no cpuset there is none to share" {
	[ "$(host_mode)" != unified ] || skip 'on cgroup v2 the outer limit has one'
	member --cpus 0
	run "$LIMIT" -q --mem 40M -- "$LIMIT" --group "$name" --cpus 0 -- touch started
	[ "$status" -eq 125 ]
	[[ $output == *"cannot make a group of --group below "* ]]
	[ ! -e started ]
	kill -0 "${pids[0]}"
	run_limit --group "$name" --cpus 0 -- true
	assert_status 0
}

# below HIERARCHY COMMAND…: from a group within the caller's own, of that hierarchy alone.
below()
{
	local parent

	parent=$("$LIMIT" --dry-run --group "$name" --mem 64M -- true |
		sed -n "s,^share *\(/sys/fs/cgroup/$1\(/.*\)\?\)/limit-group-$name$,\1,p")
	shift
	mkdir "$parent/$name"
	run bash -c 'echo 0 >"$0/tasks" 2>/dev/null || echo 0 >"$0/cgroup.procs"; "$@"' "$parent/$name" "$@"
	rmdir "$parent/$name"
}

@test "v1: from another place in one hierarchy it is refused, not joined in part" {
	[ "$(host_mode)" != unified ] || skip 'needs cgroup v1'
	member --mem 64M
	below memory "$LIMIT" --group "$name" -- touch started
	echo "$output"
	[ "$status" -eq 125 ]
	[[ $output == *"cannot join group '$name': it is in another place"* ]]
	[ ! -e started ]
	kill -0 "${pids[0]}"
	runs_in_group 1
	below blkio "$LIMIT" --group "$name" -- touch started
	echo "$output"
	[ "$status" -eq 125 ]
	[[ $output == *"cannot join group '$name': it is in another place"* ]]
	[ ! -e started ]
}

@test "v1: who is just leaving, hierarchy by hierarchy, is waited for" {
	local directory

	[ "$(host_mode)" != unified ] || skip 'needs cgroup v1'
	directory=$(node_parents | grep '/memory\(/\|$\)')/limit-group-$name
	mkdir -m 711 "$directory"
	# A node of somebody who lives.
	node=$directory/limit-$$-$(cut -d ' ' -f 22 /proc/$$/stat)
	mkdir "$node"
	(sleep 0.5 && rmdir "$node") >/dev/null 2>&1 3>&- &
	run_limit --group "$name" --mem 64M -- true
	assert_status 0
	assert_report "^  group +$name: 1 run shares memory 64M"
}

@test "too few descriptors to look are no reason to end others" {
	member --mem 64M
	for descriptors in 6 8 10 12 14; do
		run bash -c "ulimit -n $descriptors; exec \"\$@\"" _ "$LIMIT" -q --group "$name" -- true
		kill -0 "${pids[0]}"
		eventually runs_in_group 1
	done
	run_limit --group "$name" --mem 64M -- true
	assert_status 0
}

@test "who holds the lock and is stopped: others can be ended, and say why they cannot join" {
	member --mem 64M
	directory=$(group_paths | head -n 1)
	flock "$directory" sleep 1000 >/dev/null 2>&1 3>&- &
	pids+=($!)
	eventually is_locked "$directory"
	run timeout -k 100 1 "$LIMIT" --group "$name" -- true
	[ "$status" -eq 124 ]
	run_limit --group "$name" -- true
	assert_status 125
	[[ $stderr == *"cannot use group '$name': another limit holds its lock"* ]]
	"$LIMIT" --gc
	pkill -P "${pids[1]}"
	wait "${pids[1]}" || true
	run_limit --group "$name" -- true
	assert_status 0
}

@test "who holds the lock while others come and go is waited for" {
	member --mem 64M
	directory=$(group_paths | head -n 1)
	mapfile -t others < <(group_paths | sed 's,$,/other,')
	# Longer than one who is stuck is waited for.
	# shellcheck disable=SC2016 # for another shell
	flock "$directory" sh -c 'for i in 1 2 3 4 5 6 7; do mkdir "$@" && sleep 1 && rmdir "$@" && sleep 1; done' \
		sh "${others[@]}" >/dev/null 2>&1 3>&- &
	pids+=($!)
	eventually is_locked "$directory"
	run_limit --group "$name" -- true
	assert_status 0
	wait "${pids[1]}"
}

is_locked()
{
	! flock -n "$1" true
}

@test "a limit above the group is not called the group's" {
	# The limit inside must not be the second victim.
	for attempt in 1 2 3 4 5; do
		run "$LIMIT" -q --mem 60M --oom process -- "$LIMIT" --group "$name" --pids 50 -- "$hog" mem 100
		echo "$status: $output"
		[ -z "$output" ] || break
	done
	[[ $output != *"limit of group"* ]]
	[[ $output == *'memory ran out above its own limit'* ]]
}

@test "the victim is in a limit within: the whole run of the group ends" {
	# shellcheck disable=SC2016 # for another shell
	run_limit --group "$name" --mem 60M -- sh -c 'sleep 1000 & "$0" -q --mem 1G -- "$1" mem 100; wait' "$LIMIT" "$hog"
	assert_status 137
	assert_report "memory limit of group '$name' hit, 60M, the whole tree killed"
}

@test "the victim is elsewhere in the group: who had one of its own limit's before goes on" {
	"$LIMIT" -q --group "$name" --mem 64M -- "$LIMIT" -q --mem 10M --oom process -- \
		sh -c '"$0" mem 100; : >survived; exec sleep 1000' "$hog" >/dev/null 2>&1 3>&- &
	pids+=($!)
	eventually test -e survived
	run_limit --group "$name" -- "$hog" mem 100
	assert_status 137
	assert_report "memory limit of group '$name' hit, 64M, the whole tree killed"
	kill -0 "${pids[0]}"
	runs_in_group 1
}

@test "--nice is of each run" {
	member --pids 50 --nice 5
	run_limit --group "$name" --nice 10 -- nice
	assert_status 0
	[ "$output" = 10 ]
	run_limit --group "$name" -- nice
	assert_status 0
	[ "$output" = "$(nice)" ]
}

@test "--jobs-env of who joins tells of the group's CPUs" {
	member --cpu 1
	# shellcheck disable=SC2016 # for another shell
	run_limit --group "$name" --jobs-env -- sh -c 'echo "$LIMIT_CPUS"'
	assert_status 0
	[ "$output" = 1 ]
}

@test "--delegate, and a group for each of two runs" {
	member --pids 50
	# shellcheck disable=SC2016 # for another shell
	run_limit --group "$name" --delegate -- sh -c 'cat /proc/self/cgroup'
	assert_status 0
	runs_in_group 1
}

@test "--gc of somebody else passes over it" {
	[ "$(id -u)" -eq 0 ] || skip 'needs another user to be'
	member --mem 64M
	cp "$LIMIT" . && chmod -R a+rX . && chmod a+x "$BATS_RUN_TMPDIR" "$BATS_FILE_TMPDIR" 2>/dev/null
	as_nobody test -x "$PWD/limit" || skip 'the temporary directory is closed to others'
	run as_nobody "$PWD/limit" --gc
	echo "$output"
	[ "$status" -eq 0 ]
	runs_in_group 1
}

@test "the receipt as JSON" {
	member --mem 64M --pids 50
	run_limit --format json --group "$name" -- true
	assert_status 0
	[ "$(jq -c '.group | [.name, .runs, .memory_limit_bytes, .pids_limit, .cpu_limit_millionths]' <<<"$report")" = "[\"$name\",2,67108864,50,null]" ]
	run_limit --format json --group "$name" -- "$hog" mem 100
	assert_status 137
	[ "$(jq -c '[.result.reason, .result.oom_source]' <<<"$report")" = '["oom","group"]' ]
}

@test "--runs: each run is in the group" {
	member --mem 64M
	run "$LIMIT" --group "$name" --runs 3 -- true
	[ "$status" -eq 0 ]
	runs_in_group 1
}

@test "a dry run tells what is shared" {
	run "$LIMIT" --dry-run --group "$name" --mem 64M -- true
	[ "$status" -eq 0 ]
	grep -qE "^share +/sys/fs/cgroup.*/limit-group-$name$" <<<"$output"
	grep -qE "^mkdir +/sys/fs/cgroup.*/limit-group-$name/limit-[0-9]+-[0-9]+$" <<<"$output"
	grep -qE "^write +/sys/fs/cgroup.*/limit-group-$name/memory\.(max|limit_in_bytes) +67108864$" <<<"$output"
	group_is_gone
}
