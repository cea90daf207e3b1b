#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --group NAME where systemd manages the machine: one scope for all of a user's, wherever they start.

load ../lib
load ../guest/login

setup_file()
{
	[ "$(cat /proc/1/comm)" = systemd ] && [ "$(id -u)" = 0 ] && [ -n "${TEST_LOGINS-}" ] || return 0
	start_user_manager
}

setup()
{
	[ -n "${TEST_LOGINS-}" ] || skip 'needs a machine to spare with systemd and an ordinary user: a guest'
	cd /tmp
	pids=()
}

teardown()
{
	local pid

	[ -n "${TEST_LOGINS-}" ] || return 0
	pkill -x sleep || true
	for pid in "${pids[@]}"; do
		wait "$pid" 2>/dev/null || true
	done
	eventually no_scope && [ -z "$(systemctl --failed --no-legend)" ] &&
		[ -z "$(as_user systemctl --user --failed --no-legend)" ]
}

no_scope()
{
	# But for the service in which a guest's tests run.
	[ -z "$(find /sys/fs/cgroup -name 'limit-*' ! -name limit-guest.service)" ] &&
		[ -z "$(systemctl list-units --all --no-legend 'limit-*.scope')" ] &&
		[ -z "$(as_user systemctl --user list-units --all --no-legend 'limit-*.scope')" ]
}

nodes()
{
	find /sys/fs/cgroup -path '*/limit-group-x/limit-*' -prune
}

has_nodes()
{
	[ "$(nodes | wc -l)" -eq "$1" ]
}

# member PLACE OPTION...: one that waits, started from there.
member()
{
	local place=$1 count
	shift

	count=$(nodes | wc -l)
	"$place" "$LIMIT" -q --group x "$@" -- sleep 1000 >/dev/null 2>&1 3>&- &
	pids+=($!)
	eventually has_nodes $((count + 1))
}

@test "from every place of a user it is one group, in one scope" {
	member in_user_manager --mem 64M --pids 50
	for place in as_user in_session in_user_manager; do
		run "$place" "$LIMIT" -q --group x -- cat /proc/self/cgroup
		echo "$place: $output"
		[ "$status" -eq 0 ]
		[[ $output =~ ^0::/user.slice/user-1000.slice/user@1000.service/app.slice/limit-group-x.scope/limit-group-x/limit-[0-9]+-[0-9]+/command$ ]]
		run "$place" "$LIMIT" --group x -- "$hog" mem 100
		echo "$place: $output"
		[[ $output == *"memory limit of group 'x' hit, 64M"* ]]
		run "$place" "$LIMIT" --group x --mem 65M -- true
		[ "$status" -eq 125 ] || [[ $place == in_user_manager && $status -ne 0 ]]
		[[ $output == *"cannot join group 'x' with --mem"* ]]
	done
	has_nodes 1
}

@test "root has one of the system's, another one" {
	member as_user --pids 50
	member env --mem 64M
	run "$LIMIT" -q --group x -- cat /proc/self/cgroup
	[ "$status" -eq 0 ]
	[[ $output =~ ^0::/system.slice/limit-group-x.scope/limit-group-x/limit-[0-9]+-[0-9]+/command$ ]]
	run "$LIMIT" --group x --pids 50 -- true
	[ "$status" -eq 125 ]
}

@test "kill -9 of the first: the scope stays for the others" {
	member as_user --mem 64M
	member in_session
	kill -9 "$(pgrep -o -u 1000 -x limit)"
	eventually has_nodes 1
	run as_user "$LIMIT" --group x -- "$hog" mem 100
	[ "$status" -eq 137 ]
	[[ $output == *"memory limit of group 'x' hit, 64M"* ]]
}

@test "twenty at once, as the group comes and goes" {
	run as_user sh -c 'for i in $(seq 20); do "$LIMIT" -q --group x --mem 64M -- sh -c "exit $i" & pids="$pids $!"; done
		i=0; for pid in $pids; do i=$((i + 1)); wait "$pid"; [ $? = $i ] || echo "$i: $?"; done'
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "no group is left domain threaded, whoever makes the scope" {
	member as_user --pids 50 --cpu 1
	run as_user sh -c 'for i in 1 2 3 4 5; do "$LIMIT" -q --group x --pids 50 -- true & done; wait'
	[ "$status" -eq 0 ]
	run find /sys/fs/cgroup/user.slice -name cgroup.type -exec grep -Hvx domain {} +
	[ -z "$output" ]
}

@test "systemctl stop ends all of them" {
	member as_user --mem 64M
	member in_session
	as_user systemctl --user stop limit-group-x.scope
	for pid in "${pids[@]}"; do
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 143 ]
	done
	pids=()
}
