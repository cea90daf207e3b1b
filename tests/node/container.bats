#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# As in a container: the mount shows one group, in a cgroup namespace, with processes in it.

load ../lib

setup()
{
	[[ $(host_mode) == unified && $(id -u) == 0 ]] || skip 'needs cgroup v2 alone, and root'
	box=/sys/fs/cgroup/box$BATS_TEST_NUMBER
	echo '+memory +pids +cpu' >/sys/fs/cgroup/cgroup.subtree_control
	mkdir "$box"
}

teardown()
{
	[ -n "${box-}" ] || return 0
	[ "$(cat "$box/cgroup.type")" = domain ]
	find "$box" -depth -type d -exec rmdir {} +
	[ ! -e "$box" ]
}

# in_box OPTION COMMAND: a shell's words in a cgroup namespace of their own, cgroup2 mounted with OPTION.
in_box()
{
	run sh -c "echo \$\$ >$box/cgroup.procs && exec unshare -C -m sh -c '
		umount /sys/fs/cgroup && mount -t cgroup2 -o $1 none /sys/fs/cgroup && $2'"
	echo "$output"
}

@test "the processes make room when they are told to" {
	in_box rw '"$LIMIT" --manager cgroupfs --mem 30M -- "$TEST_TOOLS_DIR/hog" mem 60M; echo $?
		cat /proc/self/cgroup; "$LIMIT" -q --pids 5 -- cat /proc/self/cgroup'
	[ "$status" -eq 0 ]
	[[ $output == *'memory limit of 30M hit'*$'\n137\n0::/limit-members\n0::/limit-'*/command ]]
}

@test "else the run is refused, and the remedy is named" {
	in_box rw '"$LIMIT" --mem 30M -- true; echo $?; cat /sys/fs/cgroup/cgroup.type'
	[[ $output == *'holds processes'*'--manager cgroupfs'*$'\n125\ndomain' ]]
}

@test "read-only: what to run the container with" {
	in_box ro '"$LIMIT" --mem 30M -- true; echo $?'
	[[ $output == *Read-only*'limit: try: '*$'\n125' ]]
}
