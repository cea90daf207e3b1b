#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# An ordinary user's own group on a machine without systemd: contrib/delegation/limit-delegate.

load ../lib

setup()
{
	[[ $(host_mode) == unified && $(id -u) == 0 && -d /home/limituser ]] ||
		skip 'needs cgroup v2 alone, root, and a user limituser: a guest'
	delegate=$TESTS_DIR/../contrib/delegation/limit-delegate
	[ -e "$delegate" ] || delegate=$TESTS_DIR/../delegation/limit-delegate
	cd /
}

# as_user_delegated WORD…: in a process that was moved, as the user.
as_user_delegated()
{
	run sh -c '"$0" limituser && exec setpriv --reuid=limituser --regid=limituser --init-groups "$@"' "$delegate" "$@"
	echo "$status: $output"
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
	[ "$(find /sys/fs/cgroup -uid 1000 -not -path '/sys/fs/cgroup/delegated/1000*' | wc -l)" -eq 0 ]
	[ "$(stat -c %u /sys/fs/cgroup/delegated/1000/memory.max)" = 0 ]
	[ "$(ls -d /sys/fs/cgroup/delegated/1000/*/)" = /sys/fs/cgroup/delegated/1000/limit-members/ ]
}

@test "as PAM calls it" {
	run sh -c 'PAM_TYPE=open_session PAM_USER=limituser "$0"; cat /proc/self/cgroup' "$delegate"
	[[ $output == *0::/delegated/1000/limit-members ]]
	run sh -c 'PAM_TYPE=open_session PAM_USER=root "$0"; cat /proc/self/cgroup' "$delegate"
	[[ $output != *delegated* ]]
}
