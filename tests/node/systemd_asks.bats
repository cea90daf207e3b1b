#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Asking systemd for a place: many at once, from every environment, and managers that are old, stuck,
# broken or gone. Where one must be played, tests/tools/manager does it, for uid 1001.

load ../lib
load ../guest/login
load ../guest/scopes

setup_file()
{
	login_guest || return 0
	start_user_manager
	make_stage
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
	end_manager
	rm -f /tmp/report /tmp/calls /tmp/asked /tmp/started
	no_scope_left
}

# Uid 1001 has no manager, but groups and a runtime directory as if it had one.
stage=/sys/fs/cgroup/user.slice/user-1001.slice/user@1001.service/app.slice
make_stage()
{
	local group=/sys/fs/cgroup part

	install -d -o 1001 -g 1001 -m 700 /run/user/1001 /run/user/1001/systemd
	mkdir -p "$stage"
	for part in user.slice user-1001.slice user@1001.service app.slice; do
		group=$group/$part
		echo '+memory +pids' >"$group/cgroup.subtree_control"
	done
	chown 1001:1001 "${stage%/app.slice}"/{,app.slice/}{,cgroup.procs,cgroup.subtree_control,cgroup.threads}
}

as_1001()
{
	setpriv --reuid=1001 --regid=1001 --clear-groups env -i PATH="$PATH" LIMIT="$LIMIT" "$@"
}

# play BEHAVIOUR…: what it is asked for goes to /tmp/asked.
play()
{
	"$TEST_TOOLS_DIR/manager" /run/user/1001/systemd/private "$stage" 1001 "$@" >/tmp/asked 3>&- &
	manager_pid=$!
	eventually test -S /run/user/1001/systemd/private
}

end_manager()
{
	local scope

	[ -z "${manager_pid-}" ] || kill "$manager_pid" || true
	manager_pid=
	rm -f /run/user/1001/systemd/private
	for scope in "$stage"/limit-*.scope; do
		[ ! -d "$scope" ] || find "$scope" -depth -type d -exec rmdir {} \;
	done
}

# at_once N COMMAND…: print 'I: STATUS' for each of N limits that has not ended with its own status I.
at_once()
{
	local count=$1

	shift
	# shellcheck disable=SC2086
	"$@" sh -c 'for i in $(seq '"$count"'); do "$LIMIT" -q --mem 30M -- sh -c "exit $i" & pids="$pids $!"; done
		'"${meanwhile-}"'
		i=0; for pid in $pids; do i=$((i + 1)); wait "$pid"; [ $? = $i ] || echo "$i: $?"; done'
}

@test "a hundred at once" {
	run at_once 100 as_user
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "twenty at once, while the manager executes itself anew" {
	meanwhile='systemctl --user daemon-reexec' run at_once 20 as_user
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "root, twenty at once, of which the message bus takes a few at a time" {
	set_connections_max 12
	run at_once 20 env
	set_connections_max 256
	echo "$output"
	[ "$status" -eq 0 ]
	[ -z "$output" ]
}

@test "root, when the message bus takes nobody any more" {
	set_connections_max 1
	eventually bus_is_full
	run "$LIMIT" -q --mem 30M -- sh -c 'exit 7'
	set_connections_max 256
	[ "$status" -eq 7 ]
	eventually busctl status >/dev/null
}

bus_is_full()
{
	! busctl status
}

set_connections_max()
{
	mkdir -p /etc/dbus-1/system.d
	echo "<busconfig><limit name='max_connections_per_user'>$1</limit></busconfig>" >/etc/dbus-1/system.d/connections.conf
	# Over the bus, as systemctl reload would do it, root might not be let in.
	kill -HUP "$(systemctl show -P MainPID dbus.service)"
}

# another_limit PID: of the user's; $second.
another_limit()
{
	second=$(pgrep -u 1000 -x limit | grep -vx "$1")
}

@test "a manager that is stuck: 125 in the end, with the remedy, and nothing comes of it later" {
	manager=$(systemctl show -P MainPID user@1000.service)
	kill -STOP "$manager"
	as_user "$LIMIT" --mem 30M -- touch /tmp/started >/dev/null 2>/tmp/report 3>&- &
	stuck=$!
	eventually pgrep -u 1000 -x limit
	first=$(pgrep -u 1000 -x limit)
	as_user "$LIMIT" --mem 30M -- touch /tmp/started >/dev/null 2>&1 3>&- &
	interrupted=$!
	eventually another_limit "$first"
	# Another manager does not care.
	run "$LIMIT" -q --mem 30M -- sh -c 'exit 3'
	[ "$status" -eq 3 ]
	# Whoever asks for an end gets it at once: not 125.
	kill -TERM "$second"
	status=0
	wait "$interrupted" || status=$?
	[ "$status" -eq 143 ]
	wait "$stuck" || status=$?
	kill -CONT "$manager"
	cat /tmp/report
	[ "$status" -eq 125 ]
	grep -qx "limit: cannot get a scope of the user's manager (systemd) for uid 1000: Connection timed out" /tmp/report
	grep -q '^limit: try: systemctl --user list-jobs' /tmp/report
	# The manager has read by now what was sent to it meanwhile.
	as_user "$LIMIT" -q -- true
	as_user systemctl --user list-jobs --no-legend
	[ ! -e /tmp/started ]
}

@test "without a manager: 125 in less than a second, without waiting, with the remedy" {
	stop_user_manager
	best=60000000
	for attempt in 1 2 3 4 5; do
		before=${EPOCHREALTIME/./}
		run as_user "$LIMIT" --mem 30M -- true
		after=${EPOCHREALTIME/./}
		((after - before >= best)) || best=$((after - before))
	done
	as_user strace -f -o /tmp/calls -e trace=connect,poll,ppoll,select,pselect6,epoll_wait,nanosleep,clock_nanosleep,futex \
		"$LIMIT" --mem 30M -- true || true
	start_user_manager
	echo "$best us: $output"
	[ "$status" -eq 125 ]
	[[ $output == *'no manager of systemd'"'"'s runs for uid 1000'*'loginctl enable-linger 1000'* ]]
	[ "$best" -lt 1000000 ]
	cat /tmp/calls
	run ! grep -q '(' /tmp/calls
}

@test "--manager systemd: the same place, for a user and for root" {
	run as_user "$LIMIT" -q --manager systemd --mem 30M -- cat /proc/self/cgroup
	[ "$status" -eq 0 ]
	[[ $output =~ ^0::/user.slice/user-1000.slice/user@1000.service/app.slice/(limit-[0-9]+-[0-9]+).scope/limit-[0-9]+-[0-9]+/command$ ]]
	run "$LIMIT" -q --manager systemd --mem 30M -- cat /proc/self/cgroup
	[ "$status" -eq 0 ]
	[[ $output =~ ^0::/system.slice/(limit-[0-9]+-[0-9]+).scope/limit-[0-9]+-[0-9]+/command$ ]]
}

@test "--manager cgroupfs in a session: refused, with what can be done" {
	run in_session "$LIMIT" --manager cgroupfs --mem 30M -- true
	echo "$output"
	[ "$status" -eq 125 ]
	[[ $output == *'limit: cannot '*'limit: try: '* ]]
}

# works_by WORD…: in that environment.
works_by()
{
	run "$@" "$LIMIT" -q --mem 30M -- sh -c 'cat /proc/self/cgroup; exit 5'
	echo "$*: $status: $output"
	[ "$status" -eq 5 ]
	[[ $output == 0::/user.slice/user-1000.slice/user@1000.service/app.slice/limit-*.scope/limit-*/command ]]
}

@test "whatever the environment says" {
	alone=(setpriv --reuid=1000 --regid=1000 --clear-groups)
	works_by "${alone[@]}" env -i
	works_by "${alone[@]}" env -i PATH="$PATH" XDG_RUNTIME_DIR=/run/user/0
	works_by "${alone[@]}" env -i XDG_RUNTIME_DIR=/nowhere DBUS_SESSION_BUS_ADDRESS=unix:path=/nowhere
	works_by "${alone[@]}" env -i DBUS_SESSION_BUS_ADDRESS=unix:path=/run/dbus/system_bus_socket
	# As from cron: no terminal, a session of its own, the directory of nobody.
	cd /
	works_by "${alone[@]}" --no-new-privs env -i setsid --wait </dev/null
	works_by in_session
}

@test "within a user namespace: the manager of the user outside" {
	works_by as_user unshare --user --map-root-user
	works_by as_user unshare --user --map-current-user
}

@test "su without a login: neither environment nor session" {
	run su limituser -c "'$LIMIT' -q --mem 30M -- sh -c 'cat /proc/self/cgroup; exit 5'"
	echo "$output"
	[ "$status" -eq 5 ]
	[[ $output == 0::/user.slice/user-1000.slice/user@1000.service/app.slice/limit-*.scope/limit-*/command ]]
}

@test "a runtime directory of somebody else's is not trusted" {
	mount -t tmpfs none /run/user/1000
	mkdir /run/user/1000/systemd
	"$TEST_TOOLS_DIR/manager" /run/user/1000/systemd/private "$stage" 1000 ok >/tmp/asked 3>&- &
	manager_pid=$!
	eventually test -S /run/user/1000/systemd/private
	run as_user "$LIMIT" --mem 30M -- true
	refused=$status
	chown 1000 /run/user/1000
	run as_user "$LIMIT" --mem 30M -- true
	end_manager
	umount /run/user/1000
	[ "$refused" -eq 125 ]
	# That one was asked, once it looked right.
	[ "$(wc -l </tmp/asked)" -eq 1 ]
}

@test "without a message bus the manager is asked directly" {
	play ok
	run as_1001 "$LIMIT" -q --mem 30M -- sh -c 'cat /proc/self/cgroup; exit 7'
	[ "$status" -eq 7 ]
	[[ $output == 0::/user.slice/user-1001.slice/user@1001.service/app.slice/limit-*.scope/limit-*/command ]]
	[[ $(cat /tmp/asked) =~ ^limit-[0-9]+-[0-9]+\.scope\ Description\ Slice\ Delegate\ PIDs\ CollectMode\ TasksMax$ ]]
}

@test "an old manager: what it does not know is left out, one after the other" {
	play unknown:CollectMode
	run as_1001 "$LIMIT" -q --mem 30M -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	[ "$(cut -d ' ' -f 5- /tmp/asked)" = $'PIDs CollectMode TasksMax\nPIDs TasksMax' ]
	end_manager
	play unknown:CollectMode,TasksMax
	run as_1001 "$LIMIT" -q --mem 30M -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	[ "$(cut -d ' ' -f 5- /tmp/asked)" = $'PIDs CollectMode TasksMax\nPIDs TasksMax\nPIDs' ]
}

# refused_with TEXT BEHAVIOUR…
refused_with()
{
	local text=$1

	shift
	play "$@"
	run as_1001 "$LIMIT" --mem 30M -- touch /tmp/started
	end_manager
	echo "$output"
	[ "$status" -eq 125 ]
	[ "${lines[0]}" = "limit: cannot get a scope of the user's manager (systemd) for uid 1001: $text" ]
	[[ ${lines[1]} == 'limit: try: '* ]]
	[ ! -e /tmp/started ]
}

@test "what a manager refuses is told in its words" {
	refused_with 'Cannot set property Delegate, or unknown property.' unknown:Delegate
	refused_with 'there are too many units already' refuse
	for result in failed canceled timeout dependency; do
		refused_with "its job ended as '$result'" "result:$result"
	done
}

@test "the signal that the job is over may come before the answer" {
	play late
	run as_1001 "$LIMIT" -q --mem 30M -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
}

@test "a manager that is lost while it is asked: it is asked again, or has done what was asked" {
	play hang-up hang-up ok
	run as_1001 "$LIMIT" -q --mem 30M -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	[ "$(wc -l </tmp/asked)" -eq 3 ]
	end_manager
	play grant-hang-up refuse
	run as_1001 "$LIMIT" -q --mem 30M -- sh -c 'exit 7'
	[ "$status" -eq 7 ]
	[ "$(wc -l </tmp/asked)" -eq 1 ]
}

@test "a manager that is lost for good" {
	play hang-up
	run as_1001 "$LIMIT" --mem 30M -- touch /tmp/started
	echo "$output"
	[ "$status" -eq 125 ]
	[[ $output == "limit: cannot get a scope of the user's manager (systemd) for uid 1001: "*'limit: try: systemctl status user@1001.service, as root' ]]
	[ ! -e /tmp/started ]
}

@test "sockets of a manager that is gone: 125, and one that comes back in time is asked" {
	play ok
	kill -KILL "$manager_pid"
	wait "$manager_pid" || true
	[ -S /run/user/1001/systemd/private ]
	run as_1001 "$LIMIT" --mem 30M -- touch /tmp/started
	echo "$output"
	[ "$status" -eq 125 ]
	[[ $output == "limit: cannot get a scope of the user's manager (systemd) for uid 1001: Connection refused"*'limit: try: systemctl status user@1001.service, as root' ]]
	[ ! -e /tmp/started ]
	# On a busy machine it may be too late for once.
	for attempt in 1 2 3 4 5; do
		as_1001 "$LIMIT" -q --mem 30M -- sh -c 'exit 7' >/dev/null 2>&1 3>&- &
		waiting=$!
		play ok
		status=0
		wait "$waiting" || status=$?
		[ "$status" -ne 7 ] || break
		kill -KILL "$manager_pid"
		wait "$manager_pid" || true
	done
	[ "$status" -eq 7 ]
}

@test "managers that take a connection and say nothing" {
	play mute deaf
	for each in 1 2; do
		as_1001 "$LIMIT" --mem 30M -- true 2>"/tmp/report.$each" 3>&- &
		pids+=" $!"
		eventually test -s /tmp/asked
	done
	for pid in $pids; do
		status=0
		wait "$pid" || status=$?
		[ "$status" -eq 125 ]
	done
	tail /tmp/report.*
	# Our own time limit, not the library's.
	[ "$(grep -c 'Connection timed out' /tmp/report.1 /tmp/report.2 | grep -c ':1$')" -eq 2 ]
	rm /tmp/report.*
}

# without_bus WORD…: in a group that was handed over nobody is asked.
without_bus()
{
	run "$@" strace -f -o /tmp/calls -e trace=connect "$LIMIT" -q --mem 30M -- "$hog" mem 60M
	echo "$*: $status: $output"
	[ "$status" -ne 0 ]
	run "$@" "$LIMIT" -q --mem 30M --pids 20 -- sh -c 'cat /proc/self/cgroup; exit 5'
	echo "$*: $status: $output"
	[ "$status" -eq 5 ]
	[[ $output =~ \.(service|scope)/limit-[0-9]+-[0-9]+/command$ ]]
	[[ $output != *limit-*.scope* ]]
	[ -s /tmp/calls ]
	run ! grep -q sun_path /tmp/calls
	rm -f /tmp/calls
}

@test "as a service or in a scope of the system that is delegated: no bus" {
	as_service=(systemd-run --quiet --collect --pipe --wait -p Delegate=yes)
	without_bus "${as_service[@]}"
	without_bus "${as_service[@]}" -p User=limituser
	without_bus systemd-run --quiet --collect --scope -p Delegate=yes
}

# The user's manager of systemd 252 does not mark what it delegates.
@test "as a service or in a scope of the user's manager that is delegated: no bus" {
	for delegate in yes 'cpu memory pids'; do
		without_bus as_user systemd-run --user --quiet --collect --pipe --wait -p "Delegate=$delegate"
		without_bus as_user systemd-run --user --quiet --collect --scope -p "Delegate=$delegate"
	done
}

@test "as a service that is not delegated: by the manager of its user" {
	works_by systemd-run --quiet --collect --pipe --wait -p User=limituser
	works_by as_user systemd-run --user --quiet --collect --pipe --wait
	works_by as_user systemd-run --user --quiet --collect --scope
	works_by as_user systemd-run --user --quiet --collect --scope -p Delegate=no
}

@test "--delegate in a scope: COMMAND divides what it got" {
	run as_user "$LIMIT" -q --mem 100M --pids 100 --delegate -- sh -c '
		own=/sys/fs/cgroup$(cut -d : -f 3 /proc/self/cgroup)
		mkdir "$own/self" "$own/box"
		echo $$ >"$own/self/cgroup.procs"
		echo "+memory +pids" >"$own/cgroup.subtree_control"
		echo 30M >"$own/box/memory.max"
		echo 0 >"$own/box/memory.swap.max" || true
		sh -c "echo \$\$ >$own/box/cgroup.procs; exec $TEST_TOOLS_DIR/hog mem 60M" || echo "box: $?"
		exit 9'
	echo "$output"
	[ "$status" -eq 9 ]
	[[ $output == *'box: 137'* ]]
}
