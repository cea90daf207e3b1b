#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Where systemd manages the machine: whatever ends a run, no unit, no failed unit and no group is left, and
# what is left on purpose stays limited. And the runs of others: --list, --gc.

load ../lib
load ../guest/login
load ../guest/scopes

setup_file()
{
	login_guest || return 0
	start_user_manager
}

setup()
{
	login_guest || skip 'needs a machine to spare with systemd and an ordinary user: a guest'
	cd /tmp
}

teardown()
{
	login_guest || return 0
	# Not to fail the next ones, too.
	[ -n "${BATS_TEST_COMPLETED-}" ] || pkill -KILL -x -e 'limit|sleep' || true
	rm -f /tmp/report /tmp/left
	no_scope_left
}

# start_run ARG…: 'limit ARG… sleep 1000' of the user's in the background; $run_pid to wait for, $limit_pid.
start_run()
{
	as_user "$LIMIT" "$@" sleep 1000 >/dev/null 2>&1 3>&- &
	run_pid=$!
	eventually pgrep -u 1000 -x sleep
	limit_pid=$(pgrep -u 1000 -x limit)
}

end_run()
{
	status=0
	wait "$run_pid" || status=$?
}

# Neither can do anything about it.
kill_both()
{
	local guard

	eventually pgrep -u 1000 -x limit-guard
	guard=$(pgrep -u 1000 -x limit-guard)
	kill -STOP "$limit_pid" "$guard"
	kill -KILL "$limit_pid"
	kill -KILL "$guard"
	end_run
	pgrep -u 1000 -x sleep
}

@test "every way in which COMMAND may end" {
	run as_user "$LIMIT" -q --mem 30M -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	no_scope_left
	run as_user "$LIMIT" -q --mem 30M -- sh -c 'kill -SEGV $$'
	[ "$status" -eq 139 ]
	no_scope_left
	run -127 as_user "$LIMIT" -q --mem 30M -- /nowhere
	no_scope_left
	run as_user "$LIMIT" -q --mem 30M -- /etc/passwd
	[ "$status" -eq 126 ]
	no_scope_left
	run as_user "$LIMIT" -q --mem 30M -- "$hog" mem 60M
	[ "$status" -eq 137 ]
	no_scope_left
	spared 3 run as_user "$LIMIT" -q --mem 30M --oom process -- sh -c "$hog mem 60M; exit 3"
	[ "$status" -eq 3 ]
	no_scope_left
	run as_user "$LIMIT" -q --time 200ms --grace 0s -- sleep 1000
	[ "$status" -eq 124 ]
	no_scope_left
	run as_user "$LIMIT" -q --pids 10 -- sh -c 'setsid sleep 1000 >/dev/null 2>&1 3>&- & exit 4'
	[ "$status" -eq 4 ]
	run ! pgrep -u 1000 -x sleep
}

@test "SIGHUP and SIGTERM to limit" {
	for signal in HUP:129 TERM:143; do
		start_run -q --mem 30M --
		kill -"${signal%:*}" "$limit_pid"
		end_run
		[ "$status" -eq "${signal#*:}" ]
		no_scope_left
	done
}

@test "Ctrl-C in a terminal" {
	run as_user "$TEST_TOOLS_DIR/pty" expect:ready $'send:\003' expect:SIGINT -- \
		"$LIMIT" --mem 30M -- sh -c 'echo ready; exec sleep 1000'
	echo "$output"
	[ "$status" -eq 130 ]
}

@test "kill -9 of limit: its guard cleans up" {
	start_run -q --mem 30M --
	kill -KILL "$limit_pid"
	end_run
	eventually is_ended sleep
}

@test "kill -9 of limit and its guard: --list tells, --gc from anywhere ends it" {
	for place in in_session in_user_manager env; do
		start_run -q --mem 30M --
		run "$place" "$LIMIT" --list
		[ "$status" -eq 0 ]
		grep -qE "^limit-$limit_pid-[0-9]+ +runs .* of 30M .* sleep 1000$" <<<"$output"
		kill_both
		run "$place" "$LIMIT" --list
		grep -qE "^limit-$limit_pid-[0-9]+ +dead .* of 30M .* sleep$" <<<"$output"
		run "$place" "$LIMIT" --gc
		echo "$place: $output"
		[ "$status" -eq 0 ]
		grep -qE "^removed /sys/fs/cgroup/.*/app.slice/limit-$limit_pid-[0-9]+.scope/limit-$limit_pid-[0-9]+$" <<<"$output"
		eventually is_ended sleep
		no_scope_left
		run "$place" "$LIMIT" --list
		[ -z "$output" ]
	done
}

@test "kill -9 of limit and its guard: the next run that takes a moment ends it" {
	start_run -q --mem 30M --
	kill_both
	run as_user "$LIMIT" -q -- sh -c 'for i in $(seq 200); do pgrep -x sleep >/dev/null || exit 5; done; exit 6'
	[ "$status" -eq 5 ]
}

@test "kill -9 of limit and its guard: when COMMAND ends by itself nothing is left either" {
	start_run -q --mem 30M --
	kill_both
	pkill -u 1000 -x sleep
}

@test "--list and --gc: of a user only his own, in another limit only what is in that, root all" {
	start_run -q --mem 30M --
	"$LIMIT" -q -- sh -c 'echo >/tmp/left; exec sleep 1000' >/dev/null 2>&1 3>&- &
	root_pid=$!
	eventually test -e /tmp/left
	run as_user "$LIMIT" --list
	[ "$(grep -c '^limit-' <<<"$output")" -eq 1 ]
	grep -q "^limit-$limit_pid-" <<<"$output"
	run "$LIMIT" --list
	[ "$(grep -c '^limit-' <<<"$output")" -eq 2 ]
	# In a group of his own, which is delegated, he sees both what is in there and his others.
	run as_user systemd-run --user --quiet --collect --pipe --wait -p Delegate=yes \
		"$LIMIT" -q -- sh -c "\"$LIMIT\" --list; echo ---; systemd-run --user --quiet --collect --pipe --wait -p Delegate=yes \"$LIMIT\" --list"
	echo "$output"
	[ "$status" -eq 0 ]
	inside=${output%%---*}
	[ -z "$inside" ]
	[ "$(grep -c '^limit-' <<<"${output#*---$'\n'}")" -eq 2 ]
	kill "$limit_pid" "$root_pid"
	end_run
	wait "$root_pid" || true
}

@test "--leftovers leave: what is left keeps its limits for as long as it lives" {
	run as_user "$LIMIT" -q --mem 30M --pids 10 --leftovers leave -- sh -c 'setsid sleep 1000 >/dev/null 2>&1 3>&- &'
	[ "$status" -eq 0 ]
	group=/sys/fs/cgroup$(cut -d : -f 3 "/proc/$(pgrep -u 1000 -x sleep)/cgroup")
	[[ $group == */app.slice/limit-*.scope/limit-*/command ]]
	[ "$(cat "${group%/command}/memory.max")" = 31457280 ]
	[ -n "$(as_user systemctl --user list-units --no-legend 'limit-*.scope')" ]
	run as_user "$LIMIT" --list
	grep -qE '^limit-[0-9-]+ +left .* of 30M .* 1 of 10 +sleep$' <<<"$output"
	run as_user "$LIMIT" --gc
	[ "$status" -eq 0 ]
	[ -z "$output" ]
	pkill -u 1000 -x sleep
	no_scope_left
}

@test "--leftovers wait" {
	run as_user "$LIMIT" -q --mem 30M --leftovers wait -- sh -c '(sleep 0.5; echo late) & echo early'
	[ "$status" -eq 0 ]
	[ "$output" = $'early\nlate' ]
}

@test "systemctl stop ends the run, and is told" {
	start_run -o /tmp/report --mem 30M --
	as_user systemctl --user stop 'limit-*.scope'
	end_run
	[ "$status" -eq 143 ]
	grep -q 'SIGTERM.*: killed from outside: systemd stopped its scope$' /tmp/report
}

@test "systemctl kill -s KILL takes limit along: nothing is left" {
	start_run -q --mem 30M --
	as_user systemctl --user kill -s KILL 'limit-*.scope'
	end_run
	[ "$status" -eq 137 ]
	eventually is_ended sleep
}

@test "a manager that executes itself anew: the run goes on, limits and all" {
	run as_user "$LIMIT" -q --mem 30M -- sh -c 'systemctl --user daemon-reexec
		cat "/sys/fs/cgroup$(cut -d : -f 3 /proc/self/cgroup)/../memory.max"; exit 7'
	echo "$output"
	[ "$status" -eq 7 ]
	[[ $output == *31457280 ]]
}

manager_is()
{
	[ "$(systemctl is-active user@1000.service)" = "$1" ]
}

@test "a manager that ends takes the run along, which is told" {
	start_run -o /tmp/report --mem 30M --
	kill -TERM "$(systemctl show -P MainPID user@1000.service)"
	end_run
	eventually manager_is inactive
	systemctl start user@1000.service
	cat /tmp/report
	[ "$status" -eq 143 ]
	grep -q 'SIGTERM.*: killed from outside: systemd stopped its scope$' /tmp/report
}

@test "a manager that is killed: whoever was below it is, and nothing is left" {
	start_run -q --mem 30M --
	kill -KILL "$(systemctl show -P MainPID user@1000.service)"
	end_run
	eventually manager_is failed
	systemctl reset-failed user@1000.service
	systemctl start user@1000.service
	[ "$status" -eq 137 ]
	eventually is_ended sleep
}
