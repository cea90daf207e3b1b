#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The way out: nothing is left, whatever COMMAND did.

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

@test "a background process is killed and named" {
	run_limit -- "$hog" fork 1
	assert_status 0
	assert_report '^  leftovers +1 killed \(hog\)$'
}

@test "a daemon with its own session and no descriptors is killed and named" {
	mkfifo fifo
	run_limit -- sh -c '"$0" daemon fifo & read -r pid <fifo; echo $pid; wait' "$hog"
	assert_status 0
	assert_report '^  leftovers +1 killed \(hog\)$'
	run ! kill -0 "$output"
}

@test "two hundred processes are killed" {
	run_limit --pids 300 -- "$hog" fork 200
	assert_status 0
	[ "$output" = 200 ]
	assert_report '^  leftovers +200 killed \(hog, hog, hog, …\)$'
}

@test "--leftovers wait: the report waits for the last one" {
	mkfifo fifo
	run_limit --leftovers wait -- sh -c '"$0" daemon fifo & read -r pid <fifo; (sleep 0.5; kill "$pid") & exit 3' "$hog"
	assert_status 3
	assert_report '^limit: sh: exit 3 after ([5-9][0-9][0-9] ms|[0-9.]+ s)$'
	assert_report '^  leftovers +[2-5] waited for \('
}

@test "--leftovers wait: the limits in time still count" {
	run_limit --leftovers wait --time 500ms -- sh -c 'sleep 1000 &'
	assert_status 124
	assert_report '^limit: sh: exit 0 after .*: time limit of 500 ms ran out$'
	assert_report '^  leftovers +1 killed'
	run_limit --leftovers wait --cpu-time 300ms -- sh -c '"$0" cpu 1000 &' "$hog"
	assert_status 124
	assert_report 'CPU time limit of 300 ms ran out'
}

@test "--leftovers wait: a signal sent to limit is for them" {
	mkfifo ready answer
	"$LIMIT" -q --leftovers wait -- sh -c '
		sh -c "trap \"echo usr1 >answer; exit\" USR1; echo $$ >ready; while :; do sleep 0.05; done" & exit 4' &
	read -r parent <ready
	while kill -0 "$parent" 2>/dev/null; do sleep 0.05; done
	kill -USR1 $!
	read -r word <answer
	[ "$word" = usr1 ]
	code=0
	wait $! || code=$?
	[ "$code" -eq 4 ]
}

@test "--leftovers leave: they run on in their node, with its limits" {
	mkfifo fifo
	run_limit --pids 9 --leftovers leave -- sh -c '"$0" daemon fifo & read -r pid <fifo; echo $pid' "$hog"
	pid=$output
	assert_status 0
	assert_report '^  leftovers +[12] left \(hog(, hog)?\) in .*/limit-[0-9]+-[0-9]+$'
	node=$(sed -n 's/^  leftovers .* in //p' <<<"$report")
	grep -q "$pid" "$node/cgroup.procs" "$node/command/cgroup.procs" 2>/dev/null
	node_parents | sed "s,$,/${node##*/}/pids.max," | xargs grep -hx 9 2>/dev/null | grep -q .
	# Neither the next run nor --gc takes it for dead.
	run_limit -- true
	"$LIMIT" --gc
	kill "$pid"
	while [[ "$(ps -o stat= -p "$pid")" == [^Z]* ]]; do sleep 0.05; done
	"$LIMIT" --gc
	[ ! -e "$node" ]
}

@test "--leftovers leave: nothing left, nothing stays" {
	run_limit --leftovers leave -- true
	assert_status 0
}

# The root of the v2 tree, where COMMAND can move itself to.
v2_root()
{
	sed -n 's/^[^ ]* \([^ ]*\) cgroup2 .*/\1/p' /proc/mounts | head -n 1
}

@test "COMMAND moved out of its node: the report says where to, and time ends it all the same" {
	[ "$(id -u)" -eq 0 ] && [ -n "$(v2_root)" ] || skip "needs root and a v2 tree"
	mkdir "$(v2_root)/limit-test-$$"
	run_limit --time 500ms -- bash -c 'echo $$ >"$0/cgroup.procs"; while :; do read -rt 0.1; done <>/dev/ptmx' "$(v2_root)/limit-test-$$"
	rmdir "$(v2_root)/limit-test-$$"
	assert_status 124
	assert_report "^  escaped +bash \([0-9]+\) is now in /limit-test-$$: the limits do not hold it$"
}

@test "an orphan that was moved out and lives on is named" {
	[ "$(id -u)" -eq 0 ] && [ "$(host_mode)" = unified ] || skip "needs root and a v2 tree alone"
	mkdir "$(v2_root)/limit-test-$$"
	run_limit -- bash -c 'sleep 1000 >/dev/null 2>&1 3>&- & echo $! >"$0/cgroup.procs"; echo $!' "$(v2_root)/limit-test-$$"
	assert_status 0
	kill "$output"
	while [ -s "$(v2_root)/limit-test-$$/cgroup.procs" ]; do sleep 0.05; done
	rmdir "$(v2_root)/limit-test-$$"
	assert_report "^  escaped +(bash|sleep) \([0-9]+\) is now in /limit-test-$$: "
}

@test "who left the v2 group alone is still in the v1 groups, and ended" {
	[ "$(id -u)" -eq 0 ] && [ "$(host_mode)" = hybrid ] || skip "needs root and a hybrid host"
	mkdir "$(v2_root)/limit-test-$$"
	run_limit -- bash -c 'sleep 1000 >/dev/null 2>&1 3>&- & echo $! >"$0/cgroup.procs"; echo $!' "$(v2_root)/limit-test-$$"
	assert_status 0
	[[ "$(ps -o stat= -p "$output")" != [^Z]* ]]
	rmdir "$(v2_root)/limit-test-$$"
}

@test "a stopped leftover is killed" {
	run_limit -- sh -c 'sleep 1000 & kill -STOP $!'
	assert_status 0
	assert_report '^  leftovers +1 killed'
}

@test "groups that COMMAND made in its node are removed, with who is in them" {
	[ "$(id -u)" -eq 0 ] || skip "needs to own the node"
	run_limit -- sh -c '
		node=$(sed -n "s,^0::,,p; /:pids:/s,.*:pids:,,p" /proc/self/cgroup | tail -n 1)
		for root in /sys/fs/cgroup/pids /sys/fs/cgroup/unified /sys/fs/cgroup; do
			[ -d "$root$node" ] && [ "$node" != / ] && break
		done
		mkdir -p "$root$node/inner/most"
		sleep 1000 &
		echo $! >"$root$node/inner/most/cgroup.procs"
		ls -d "$root$node/inner/most"'
	assert_status 0
	[[ "$output" == */inner/most ]]
	assert_report '^  leftovers +1 killed \((sleep|sh)\)$'
}

@test "nested three deep: statuses and nodes" {
	run_limit --pids 100 -- "$LIMIT" -q --pids 50 -- "$LIMIT" -q --pids 20 -- sh -c 'exit 42'
	assert_status 42
	run_limit --pids 100 -- "$LIMIT" -q --pids 500 -- "$hog" fork 300
	assert_status 0
	# limit, its guard, hog and its children share the outer hundred.
	[ "$output" = 97 ]
}

@test "without cgroup.kill the tree is frozen and killed one by one" {
	HIDE='cgroup.kill' LD_PRELOAD=$TEST_TOOLS_DIR/hide.so run_limit -- "$hog" fork 20
	assert_status 0
	assert_report '^  leftovers +20 killed \(hog, hog, hog, …\)$'
}

@test "what the kernel lacks is n/a" {
	HIDE='memory.peak memory.max_usage_in_bytes pids.peak cpu.pressure cpu.stat cpuacct.usage cpuacct.usage_user cpuacct.usage_sys' \
		LD_PRELOAD=$TEST_TOOLS_DIR/hide.so run_limit --mem 100M -- true
	assert_report '^  memory +peak n/a of 100M;'
	assert_report '^  processes +peak n/a$'
	assert_report '^  pressure +cpu n/a,'
	assert_report '^  cpu +n/a$'
}

@test "a limit that cannot be written ends the run before COMMAND starts" {
	for file in memory.max memory.limit_in_bytes; do
		"$LIMIT" -n --mem 100M -- true | grep -q "/$file " || continue
		REFUSE=$file LD_PRELOAD=$TEST_TOOLS_DIR/hide.so run --separate-stderr "$LIMIT" --mem 100M -- touch started
		assert_status 125
	done
	[[ "${stderr_lines[0]}" == "limit: cannot enforce --mem: "* ]]
	[ ! -e started ]
}

@test "a node of that name is never adopted" {
	# A process cannot know its own pid beforehand: exec keeps it, and its start time.
	for kind in v2 v1; do
		run --separate-stderr bash -c '
			path=$("$0" -n --pids 50 -- true | sed -n "s,^mkdir *\(.*/\)limit-[0-9]*-[0-9]*$,\1,p" |
				if [ "$1" = v2 ]; then head -n 1; else tail -n 1; fi)
			mkdir "${path}limit-$$-$(cut -d" " -f22 /proc/$$/stat)"
			exec "$0" --pids 50 -- touch started' "$LIMIT" $kind
		assert_status 125
		[[ "${stderr_lines[0]}" == *"File exists" ]]
		[ ! -e started ]
		nodes_left | xargs -r rmdir
	done
}

@test "twenty at once: every one succeeds" {
	for i in {1..20}; do
		"$LIMIT" -q --mem 50M --pids 20 -- sh -c "exit $i" &
		pids[i]=$!
	done
	for i in {1..20}; do
		code=0
		wait "${pids[i]}" || code=$?
		[ "$code" -eq "$i" ]
	done
}

@test "leftovers that never stop forking are killed and counted" {
	# Each one makes its successor and exits.
	run_limit --pids 200 -- sh -c 'f() { (f) & exit; }; for i in 1 2 3 4 5; do (f) & done; exit 0'
	assert_status 0
	assert_report '^  leftovers +[0-9]+ killed'
}
