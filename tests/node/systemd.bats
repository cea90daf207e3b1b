#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Ordinary users, and root, where systemd manages the machine: from a terminal of the desktop, from a
# session as over ssh, by sudo -u, with and without a manager of the user's own.

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
	! login_guest || no_scope_left
}

# dies_at_limit PLACE WORD…: hog is killed there at 30 MiB, of 60 that it wants.
dies_at_limit()
{
	run "$@" "$LIMIT" --mem 30M -- "$hog" mem 60M
	echo "$status: $output"
	# systemd-run has a status of its own for a service that died of a signal.
	[ "$status" -eq 137 ] || [[ $1 == in_*_* && $status -ne 0 ]]
	grep -qE '^  memory +peak (29|30)(\.[0-9]+)?M of 30M' <<<"$output"
	grep -qE 'memory limit of 30M hit' <<<"$output"
}

@test "in a terminal of the desktop" {
	dies_at_limit in_user_manager
}

@test "in a session, as over ssh" {
	dies_at_limit in_session
}

@test "by sudo -u" {
	dies_at_limit by_sudo
}

@test "in a service of the system" {
	dies_at_limit in_system_service
	dies_at_limit in_system_service -p Delegate=yes
}

@test "root, in a service" {
	dies_at_limit env
}

@test "root, by sudo in a session: a scope of the system's manager" {
	echo 'limituser ALL=(ALL) NOPASSWD: ALL' >/etc/sudoers.d/limituser
	dies_at_limit in_session sudo -n
	run in_session sudo -n "$LIMIT" -q --mem 30M -- cat /proc/self/cgroup
	rm /etc/sudoers.d/limituser
	echo "$output"
	[ "$status" -eq 0 ]
	[[ ${lines[-1]} == 0::/system.slice/limit-*.scope/limit-*/command ]]
}

@test "with nothing but the uid: the bus is found without the environment" {
	dies_at_limit as_user env -u XDG_RUNTIME_DIR
}

@test "the plan is what happens" {
	run as_user "$LIMIT" --dry-run --mem 30M -- true
	[ "$status" -eq 0 ]
	grep -qE '^scope +/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/limit-[0-9]+-[0-9]+.scope$' <<<"$output"
	run as_user "$LIMIT" -q --mem 30M -- cat /proc/self/cgroup
	[ "$status" -eq 0 ]
	[[ $output =~ ^0::/user.slice/user-1000.slice/user@1000.service/app.slice/(limit-[0-9]+-[0-9]+).scope/(limit-[0-9]+-[0-9]+)/command$ ]]
	[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
}

@test "limit inside limit: within the outer one, and without asking systemd" {
	run as_user "$LIMIT" -q --mem 50M -- "$LIMIT" --mem 30M -- "$hog" mem 60M
	[ "$status" -eq 137 ]
	grep -qE 'memory limit of 30M hit' <<<"$output"
	run as_user "$LIMIT" -q --pids 50 -- "$LIMIT" -q --pids 20 -- cat /proc/self/cgroup
	[[ $output =~ \.scope/limit-[0-9]+-[0-9]+/limit-[0-9]+-[0-9]+/command$ ]]
	run as_user "$LIMIT" -q --pids 50 -- strace -f -e trace=connect "$LIMIT" -q --pids 20 -- true
	[ "$status" -eq 0 ]
	[[ $output != *systemd/private* && $output != */bus* ]]
}

@test "--manager systemd inside of another limit is refused" {
	run as_user "$LIMIT" -q --pids 50 -- "$LIMIT" -q --manager systemd --pids 20 -- true
	[ "$status" -eq 125 ]
	[[ $output == *'inside of another limit'* ]]
}

@test "pids and CPU time are what was asked" {
	run as_user "$LIMIT" --pids 20 -- cat /proc/self/status
	[ "$status" -eq 0 ]
	grep -qE '^  processes +peak 1 of 20' <<<"$output"
	run as_user "$LIMIT" --cpu 0.5 -- true
	# What is not delegated is said to be.
	if ! grep -qw cpu /sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/cgroup.controllers; then
		[ "$status" -eq 125 ]
		[[ $output == *delegate.conf* ]]
	fi
}

@test "limit and its guard do not count as COMMAND's" {
	run as_user "$LIMIT" -q --mem 30M -- sh -c 'cat "/sys/fs/cgroup$(cut -d : -f 3 /proc/self/cgroup)/cgroup.procs" | wc -l'
	# sh, cat
	[ "$status" -eq 0 ]
	[ "$output" -le 4 ]
}

@test "--best-effort without a manager" {
	stop_user_manager
	run as_user "$LIMIT" --best-effort --mem 30M -- sh -c 'exit 3'
	start_user_manager
	[ "$status" -eq 3 ]
	[[ $output == *'unenforced: '* ]]
}

@test "--check says that it works, and with a manager it does" {
	run as_user "$LIMIT" --check
	echo "$output"
	grep -qE '^  --mem +works' <<<"$output"
	grep -qE '^  --pids +works' <<<"$output"
}

@test "--check without a manager" {
	stop_user_manager
	run as_user "$LIMIT" --check
	start_user_manager
	[ "$status" -eq 1 ]
	[[ $(tr -s ' \n' ' ' <<<"$output") == 'limit cannot work here: '*'loginctl enable-linger 1000'* ]]
}

@test "with the drop-in of contrib/delegation everything can be limited" {
	drop_in=$TESTS_DIR/../contrib/delegation/user-delegate.conf
	[ -e "$drop_in" ] || drop_in=$TESTS_DIR/../delegation/user-delegate.conf
	run as_user "$LIMIT" -q --io-write 10M@/ -- true
	[ "$status" -eq 125 ]
	[[ $output == *'user@.service.d/delegate.conf'* ]]
	stop_user_manager
	install -D -m 644 "$drop_in" /etc/systemd/system/user@.service.d/delegate.conf
	systemctl daemon-reload
	start_user_manager
	run as_user "$LIMIT" -q --io-write 10M@/ --cpus 0 --cpu 0.5 --mem 30M --pids 10 -- grep Cpus_allowed_list /proc/self/status
	stop_user_manager
	rm /etc/systemd/system/user@.service.d/delegate.conf
	systemctl daemon-reload
	start_user_manager
	[ "$status" -eq 0 ]
	[ "$output" = $'Cpus_allowed_list:\t0' ]
}

@test "root in a delegated scope: its processes make room, and nobody is asked" {
	run systemd-run --scope -q -p Delegate=yes bash -c '
		strace -f -o /tmp/calls -e trace=connect "$LIMIT" -q --mem 30M -- "$TEST_TOOLS_DIR/hog" mem 60M
		echo $?
		"$LIMIT" -q --mem 30M -- cat /proc/self/cgroup
		cat /proc/self/cgroup
		cat "/sys/fs/cgroup$(dirname "$(cut -d : -f 3 /proc/self/cgroup)")/cgroup.type"'
	echo "$output"
	[ "$status" -eq 0 ]
	expected='137,0::(/system.slice/run-.*\.scope)/limit-[0-9]+-[0-9]+/command,0::(.*)/limit-members,domain$'
	[[ ${output//$'\n'/,} =~ $expected ]]
	[ "${BASH_REMATCH[1]}" = "${BASH_REMATCH[2]}" ]
	run ! grep -q sun_path /tmp/calls
	rm /tmp/calls
}

@test "a daemon-reload leaves the limits as they are" {
	run as_user sh -c '"$LIMIT" -q --mem 30M --pids 10 -- sh -c "systemctl --user daemon-reload; cd /sys/fs/cgroup\$(cut -d : -f 3 /proc/self/cgroup)/..; cat memory.max pids.max"'
	[ "$status" -eq 0 ]
	[ "$output" = $'31457280\n10' ]
}

@test "--check agrees with what then happens: in each place, and without a manager" {
	for place in as_user in_user_manager in_session; do
		run "$place" bash "$TESTS_DIR/check-agrees"
		echo "$place: $output"
		[ "$status" -eq 0 ]
	done
	stop_user_manager
	run as_user bash "$TESTS_DIR/check-agrees"
	start_user_manager
	echo "none: $output"
	[ "$status" -eq 0 ]
}
