#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# An ordinary user's own group on a machine without systemd: contrib/delegation.

load ../lib

setup()
{
	[[ $(host_mode) == unified && $(id -u) == 0 && -d /home/limituser && -n ${TEST_CLOCK-} ]] ||
		skip 'needs a machine to spare with cgroup v2 alone, and root: a guest'
	delegation=$TESTS_DIR/../contrib/delegation
	[ -e "$delegation" ] || delegation=$TESTS_DIR/../delegation
	delegate=$delegation/limit-delegate
	own=/sys/fs/cgroup/delegated/1000
	users=()
	cd /
}

teardown()
{
	local pid

	for pid in "${users[@]}"; do
		kill -9 "$pid" 2>/dev/null || true
		eventually has_ended "$pid"
	done
	[ -z "${own-}" ] || "$delegate" --end limituser
}

# as_user_delegated WORD…: in a process that was moved, as the user.
as_user_delegated()
{
	run sh -c '"$0" limituser && exec setpriv --reuid=limituser --regid=limituser --init-groups "$@"' "$delegate" "$@"
	echo "$status: $output"
}

# as_user WORD…: in one that was not.
as_user()
{
	run setpriv --reuid=limituser --regid=limituser --init-groups "$@"
	echo "$status: $output"
}

# start_as_user: a process of the user's, its id in $user_pid.
start_as_user()
{
	setpriv --reuid=limituser --regid=limituser --init-groups sleep 1000 >/dev/null 2>&1 3>&- &
	user_pid=$!
	users+=("$user_pid")
	eventually is_the_users "$user_pid"
}

is_the_users()
{
	[ "$(stat -c %u "/proc/$1")" = 1000 ]
}

is_in()
{
	[[ $(sed -n 's/^0:://p' "/proc/$1/cgroup") == "$2" ]]
}

@test "memory, and limit inside limit" {
	as_user_delegated "$LIMIT" --mem 30M -- "$hog" mem 60M
	[ "$status" -eq 137 ]
	[[ $output == *'memory limit of 30M hit'* ]]
	as_user_delegated "$LIMIT" -q --pids 30 -- "$LIMIT" --mem 30M -- "$hog" mem 60M
	[ "$status" -eq 137 ]
	[[ $output == *'memory limit of 30M hit'* ]]
}

@test "every controller" {
	as_user_delegated "$LIMIT" -q --cpu 0.5 --cpus 0 --pids 10 --io-write 10M@/ --mem 30M -- cat /proc/self/cgroup
	[ "$status" -eq 0 ]
	[[ $output =~ 0::/delegated/1000/limit-[0-9]+-[0-9]+/command$ ]]
}

@test "nothing but the user's group is the user's" {
	"$delegate" --all limituser
	[ "$(find /sys/fs/cgroup -uid 1000 -not -path "$own*" | wc -l)" -eq 0 ]
	[ "$(stat -c %u "$own/memory.max")" = 0 ]
	[ "$(ls -d "$own"/*/)" = "$own/limit-members/" ]
}

@test "as PAM calls it" {
	run sh -c 'PAM_TYPE=open_session PAM_USER=limituser "$0"; cat /proc/self/cgroup' "$delegate"
	[[ $output == *0::/delegated/1000/limit-members ]]
	run sh -c 'PAM_TYPE=open_session PAM_USER=root "$0"; cat /proc/self/cgroup' "$delegate"
	[[ $output != *delegated* ]]
}

@test "as PAM calls it, with what the user has set" {
	mkdir -p "$BATS_TEST_TMPDIR/bin" "$BATS_TEST_TMPDIR/delegated/1000"
	: >"$BATS_TEST_TMPDIR/cgroup.controllers"
	printf '#!/bin/sh\n: >%s/called\n' "$BATS_TEST_TMPDIR" | tee "$BATS_TEST_TMPDIR"/bin/{id,mkdir,chown,cat} >/dev/null
	chmod +x "$BATS_TEST_TMPDIR"/bin/*
	run env PATH="$BATS_TEST_TMPDIR/bin:$PATH" CGROUP2_MOUNT="$BATS_TEST_TMPDIR" PAM_TYPE=open_session PAM_USER=limituser "$delegate"
	echo "$output"
	[ "$status" -eq 0 ]
	[ ! -e "$BATS_TEST_TMPDIR/called" ]
	[ -z "$(find "$BATS_TEST_TMPDIR/delegated" -name limit-members)" ]
	[ -d "$own/limit-members" ]
}

@test "whatever the umask, others can go through" {
	"$delegate" --end limituser
	[ ! -e /sys/fs/cgroup/delegated ] || rmdir /sys/fs/cgroup/delegated
	(umask 077 && "$delegate" --all limituser)
	[ "$(stat -c %a /sys/fs/cgroup/delegated)" = 755 ]
	as_user test -r "$own/cgroup.controllers"
	[ "$status" -eq 0 ]
}

@test "in a group with processes, as in a container: refused, and left as it is" {
	mkdir /sys/fs/cgroup/box
	run sh -c 'echo $$ >/sys/fs/cgroup/box/cgroup.procs && exec unshare -C -m sh -c "
		umount /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && \"$0\" limituser; echo \$?; cat /sys/fs/cgroup/cgroup.type"' "$delegate"
	echo "$output"
	[[ $output == *'which holds processes, as in a container'*$'\n1\ndomain' ]]
	[ -z "$(find /sys/fs/cgroup/box -mindepth 1 -type d)" ]
	rmdir /sys/fs/cgroup/box
}

@test "--check, a run and what is there agree, before and after" {
	as_user "$LIMIT" --check
	[ "$status" -eq 1 ]
	[[ $output == *'limit cannot work here: '*'sudo limit'* ]]
	as_user "$LIMIT" --pids 5 -- true
	[ "$status" -eq 125 ]
	[[ $output == 'limit: cannot '*$'\nlimit: try: sudo limit'* ]]
	as_user_delegated "$LIMIT" --check
	[ "$status" -eq 0 ]
	as_user_delegated "$TESTS_DIR/check-agrees"
	[ "$status" -eq 0 ]
}

@test "--all takes in what the user runs, but not out of groups of others" {
	mkdir /sys/fs/cgroup/openrc.thing /sys/fs/cgroup/container
	start_as_user
	local in_root=$user_pid
	start_as_user
	local in_service=$user_pid
	echo "$in_service" >/sys/fs/cgroup/openrc.thing/cgroup.procs
	start_as_user
	local in_container=$user_pid
	echo "$in_container" >/sys/fs/cgroup/container/cgroup.procs
	"$delegate" --all limituser
	is_in "$in_root" /delegated/1000/limit-members
	is_in "$in_service" /delegated/1000/limit-members
	is_in "$in_container" /container
	kill -9 "$in_container"
	eventually has_ended "$in_container"
	rmdir /sys/fs/cgroup/openrc.thing
	eventually rmdir /sys/fs/cgroup/container
}

@test "--end takes the group away, or takes it back while it is in use" {
	"$delegate" --all limituser
	"$delegate" --end limituser
	[ ! -e "$own" ]
	"$delegate" --end limituser
	start_as_user
	"$delegate" limituser "$user_pid"
	[ "$(stat -c %u "$own" "$own/cgroup.procs" | uniq)" = 1000 ]
	run "$delegate" --end limituser
	[ "$status" -eq 1 ]
	[[ $output == *"it stays, as root's" ]]
	[ "$(stat -c %u "$own" "$own"/cgroup.{procs,subtree_control} "$own/limit-members/cgroup.procs" | uniq)" = 0 ]
	is_in "$user_pid" /delegated/1000/limit-members
	# And again, by the next login.
	"$delegate" limituser "$user_pid"
	[ "$(stat -c %u "$own")" = 1000 ]
}

@test "nothing is mounted, no such user, no user: said, and nothing made" {
	CGROUP2_MOUNT=/sys/fs run "$delegate" limituser
	[ "$status" -eq 1 ]
	[[ $output == *"no cgroup v2 tree is mounted at '/sys/fs'"*'try: mount -t cgroup2'* ]]
	run "$delegate" nosuchuser
	[ "$status" -ne 0 ]
	run "$delegate"
	[ "$status" -eq 2 ]
	run "$delegate" --all limituser 5
	[ "$status" -eq 2 ]
	[ ! -e "$own" ]
}

# What openrc-run does with an init script, as far as ours goes, where there is no OpenRC.
make_openrc_run()
{
	cat >"$BATS_TEST_TMPDIR/openrc-run" <<-'EOF'
		#!/bin/sh
		ebegin() { echo " * $* ..."; }
		eend() { [ "$1" -eq 0 ] || echo " * ERROR: $2"; return "$1"; }
		ewarn() { echo " * WARNING: $*"; }
		. "$RC_CONF"
		. "$1" && shift && "$@"
	EOF
	chmod +x "$BATS_TEST_TMPDIR/openrc-run"
}

# openrc WORD…: the init script, as a service. With OpenRC itself if it is there, booted or not.
openrc()
{
	if command -v openrc-run >/dev/null; then
		# As its first service leaves it.
		mkdir -p /run/openrc/{daemons,exclusive,failed,hotplugged,inactive,options,scheduled,started,starting,stopping,tmp,wasinactive}
		touch /run/openrc/softlevel
		install -D -m 755 "$delegation/limit-delegate.openrc" /etc/init.d/limit-delegate
		install -D "$RC_CONF" /etc/conf.d/limit-delegate
		run /etc/init.d/limit-delegate "$@"
	else
		make_openrc_run
		run "$BATS_TEST_TMPDIR/openrc-run" "$delegation/limit-delegate.openrc" "$@"
	fi
	echo "$status: $output"
}

@test "OpenRC: start gives, stop takes away" {
	export RC_CONF=$BATS_TEST_TMPDIR/conf
	cat >"$RC_CONF" <<-EOF
		limit_delegate=$delegate
		limit_delegate_users="limituser nobody"
	EOF
	start_as_user
	openrc start
	[ "$status" -eq 0 ]
	[[ $output == *'limituser nobody'* ]]
	is_in "$user_pid" /delegated/1000/limit-members
	[ "$(stat -c %U "/sys/fs/cgroup/delegated/$(id -u nobody)")" = nobody ]
	openrc stop
	[ "$status" -eq 0 ]
	[[ $output == *"Some are in use"* ]]
	[ "$(stat -c %u "$own")" = 0 ]
	[ ! -e "/sys/fs/cgroup/delegated/$(id -u nobody)" ]
	openrc start
	kill -9 "$user_pid"
	eventually has_ended "$user_pid"
	openrc stop
	[ "$status" -eq 0 ]
	[ ! -e "$own" ]
}

@test "OpenRC: a user who is not there: the service does not start, the others have their group" {
	export RC_CONF=$BATS_TEST_TMPDIR/conf
	cat >"$RC_CONF" <<-EOF
		limit_delegate=$delegate
		limit_delegate_users="nosuchuser limituser"
	EOF
	openrc start
	[ "$status" -ne 0 ]
	[[ $output == *'nosuchuser'*'not everybody has got one'* ]]
	[ -d "$own/limit-members" ]
}
