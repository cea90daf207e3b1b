#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# As in a container on cgroup v2: the mount shows one group, in a cgroup namespace, with processes in it.

load ../lib

setup()
{
	# The options of the hierarchy are everybody's.
	[[ $(host_mode) == unified && $(id -u) == 0 && -n ${TEST_CLOCK-} ]] ||
		skip 'needs a machine to spare with cgroup v2 alone, and root: a guest'
	box=/sys/fs/cgroup/box$BATS_TEST_NUMBER
	echo '+memory +pids +cpu' >/sys/fs/cgroup/cgroup.subtree_control
	mkdir "$box"
	export box hog
}

teardown()
{
	[ -n "${box-}" ] || return 0
	[ -z "${outsider-}" ] || kill -9 "$outsider"
	[ -z "${outsider-}" ] || eventually has_ended "$outsider" || return
	mount -o remount,nsdelegate,memory_recursiveprot none /sys/fs/cgroup &&
		[ "$(cat "$box/cgroup.type")" = domain ] && [ -z "$(find "$box" -name 'limit-[0-9]*')" ] &&
		find "$box" -depth -type d -exec rmdir {} + && [ ! -e "$box" ]
}

# in_box OPTION COMMAND: a shell's words in a cgroup namespace of their own, cgroup2 mounted with OPTION.
in_box()
{
	run sh -c "echo \$\$ >$box/cgroup.procs && exec unshare -C -m ${unshare_options-} sh -c '
		umount /sys/fs/cgroup && mount -t cgroup2 -o $1 none /sys/fs/cgroup && $2'"
	echo "$output"
}

@test "the processes make room when they are told to" {
	in_box rw '"$LIMIT" --manager cgroupfs --mem 30M -- "$TEST_TOOLS_DIR/hog" mem 60M; echo $?
		cat /proc/self/cgroup; "$LIMIT" -q --pids 5 -- cat /proc/self/cgroup'
	[ "$status" -eq 0 ]
	[[ $output == *'memory limit of 30M hit'*$'\n137\n0::/limit-members\n0::/limit-'*/command ]]
}

@test "they are told of it, and not moved for nothing" {
	in_box rw '"$LIMIT" --manager cgroupfs -q -- true; cat /proc/self/cgroup
		"$LIMIT" --manager cgroupfs --dry-run --pids 5 -- true; cat /proc/self/cgroup
		"$LIMIT" --manager cgroupfs -v --pids 5 -- true; cat /proc/self/cgroup'
	[ "$status" -eq 0 ]
	[[ $output == $'0::/\n'*'move   the processes of /sys/fs/cgroup to /sys/fs/cgroup/limit-members'* ]]
	[[ $output == *$'\n0::/\n'*'move   the processes of /sys/fs/cgroup to '*$'\n0::/limit-members' ]]
}

@test "else the run is refused, and the remedy is named" {
	in_box rw '"$LIMIT" --mem 30M -- true; echo $?; cat /sys/fs/cgroup/cgroup.type'
	[[ $output == *'holds processes'*'--manager cgroupfs'*$'\n125\ndomain' ]]
	in_box rw '"$LIMIT" --check; echo $?; cat /sys/fs/cgroup/cgroup.type /proc/self/cgroup'
	[[ $output == 'limit cannot enforce mem, '*'holds processes'*'try: limit --manager cgroupfs'*$'\n1\ndomain\n0::/' ]]
}

@test "read-only: what to run the container with" {
	in_box ro '"$LIMIT" --mem 30M -- true; echo $?'
	[[ $output == *Read-only*'limit: try: '*'docker run '*writable-cgroups=true*'podman run '*unmask=/sys/fs/cgroup*$'\n125' ]]
	# This mount alone.
	in_box rw 'mount --bind /sys/fs/cgroup /sys/fs/cgroup && mount -o remount,bind,ro /sys/fs/cgroup
		"$LIMIT" --manager cgroupfs --mem 30M -- true; echo $?; "$LIMIT" --check; echo $?'
	[[ $output == *Read-only*'limit: try: '*docker*$'\n125\nlimit cannot work here: '*Read-only*'try: '*docker*podman*$'\n1' ]]
}

@test "the limit of the namespace's root is around ours, and not ours to write" {
	echo 40M >"$box/memory.max"
	[ ! -e "$box/memory.swap.max" ] || echo 0 >"$box/memory.swap.max"
	in_box rw 'echo 1G >/sys/fs/cgroup/memory.max; echo $?
		"$LIMIT" --manager cgroupfs --mem 200M --dry-run -- true
		"$LIMIT" --manager cgroupfs --mem 200M -- "$hog" mem 100M; echo $?'
	[ "${lines[1]}" -ne 0 ]
	[[ $output == *effective*40M*/sys/fs/cgroup* ]]
	[[ $output == *$'\n137' ]]
	[ "$(cat "$box/memory.max")" = $((40 << 20)) ]
}

@test "without nsdelegate" {
	# With both names, so that mount(8) adds none of the options that are there.
	mount -o remount,memory_recursiveprot none /sys/fs/cgroup
	[[ $(grep ' /sys/fs/cgroup ' /proc/self/mountinfo) != *nsdelegate* ]]
	in_box rw '"$LIMIT" --manager cgroupfs --mem 30M -- "$hog" mem 60M; echo $?
		"$LIMIT" -q --pids 5 -- "$LIMIT" -q --pids 3 -- cat /proc/self/cgroup'
	[[ $output == *'memory limit of 30M hit'*$'\n137\n0::/limit-'*/limit-*/command ]]
}

@test "a process from outside of the pid namespace: nobody is moved" {
	sh -c "echo \$\$ >$box/cgroup.procs && exec sleep 1000" >/dev/null 2>&1 3>&- &
	outsider=$!
	eventually grep -q "^$outsider$" "$box/cgroup.procs"
	unshare_options='-p -f --mount-proc'
	in_box rw 'grep -c "^0$" /sys/fs/cgroup/cgroup.procs
		"$LIMIT" --manager cgroupfs --mem 30M -- true; echo $?
		"$LIMIT" --manager cgroupfs --best-effort --mem 30M -- echo runs; echo $?
		cat /proc/self/cgroup; ls -d /sys/fs/cgroup/*/; cat /sys/fs/cgroup/cgroup.type'
	[[ ${lines[0]} -ge 1 ]]
	[[ $output == *'outside of this pid namespace'*'limit: try: '*$'\n125\n'*$'\nruns\n'*$'\n0\n0::/\n'*$'\ndomain' ]]
	[[ $output != *limit-members/* ]]
	[[ $(cat "/proc/$outsider/cgroup") == "0::/${box##*/}" ]]
}

@test "an ordinary user who owns the namespace's root" {
	id limituser >/dev/null 2>&1 || skip 'needs a user limituser'
	chown limituser "$box" "$box"/cgroup.{procs,threads,subtree_control}
	in_box rw 'cd / && setpriv --reuid=limituser --regid=limituser --init-groups sh -c "
		\"\$LIMIT\" --pids 5 -- true; echo \$?
		\"\$LIMIT\" --manager cgroupfs --mem 30M -- \"\$hog\" mem 60M; echo \$?; cat /proc/self/cgroup"'
	[[ $output == *'holds processes'*'--manager cgroupfs'*$'\n125\n'*'memory limit of 30M hit'*$'\n137\n0::/limit-members' ]]
}

@test "an ordinary user who does not own it: nobody is moved" {
	id limituser >/dev/null 2>&1 || skip 'needs a user limituser'
	chown limituser "$box" "$box/cgroup.procs"
	in_box rw 'cd / && setpriv --reuid=limituser --regid=limituser --init-groups sh -c "
		\"\$LIMIT\" --manager cgroupfs --pids 5 -- true; echo \$?; cat /proc/self/cgroup"'
	[[ $output == *"not yours to write"*'limit: try: sudo '*$'\n125\n0::/' ]]
}

@test "root of a user namespace, as of a rootless engine" {
	id limituser >/dev/null 2>&1 || skip 'needs a user limituser'
	chown limituser "$box" "$box"/cgroup.{procs,threads,subtree_control}
	mkdir "/tmp/${box##*/}"
	# Beside the mount that is there: only an engine's own root has none.
	run sh -c "cd / && echo \$\$ >$box/cgroup.procs && exec setpriv --reuid=limituser --regid=limituser --init-groups \
		unshare -U -r -C -m sh -c '
			mount -t cgroup2 none /tmp/${box##*/} && id -u
			\"\$LIMIT\" --manager cgroupfs --mem 30M -- \"\$hog\" mem 60M; echo \$?
			\"\$LIMIT\" -q --pids 5 -- \"\$LIMIT\" -q --pids 3 -- cat /proc/self/cgroup'"
	echo "$output"
	rmdir "/tmp/${box##*/}"
	[[ $output == $'0\n'*'memory limit of 30M hit'*$'\n137\n0::/limit-'*/limit-*/command ]]
}

# Controllers that may be had by threads are switched on beside processes without complaint, and make the
# group 'domain threaded': every way there is closed. teardown looks once more.
@test "a group with processes stays a domain" {
	local option
	for option in '--pids 5' '--cpu 0.5' '--pids 5 --mem 1G' '--pids 5 --delegate'; do
		in_box rw "\"\$LIMIT\" $option -- true; echo \$?; cat /sys/fs/cgroup/cgroup.type"
		[[ $output == *'holds processes'*$'\n125\ndomain' ]]
		in_box rw "\"\$LIMIT\" --best-effort $option -- echo runs; echo \$?; cat /sys/fs/cgroup/cgroup.type"
		[[ $output == *runs*$'\n0\ndomain' ]]
	done
}

@test "a group that got processes after the look stays a domain" {
	local option hidden='LD_PRELOAD=$TEST_TOOLS_DIR/hide.so HIDE=cgroup.procs'
	for option in '--pids 5' '--cpu 0.5' '--pids 5 --delegate' ''; do
		in_box rw "$hidden \"\$LIMIT\" -q $option -- echo runs; echo \$?; cat /sys/fs/cgroup/cgroup.type"
		if [ -n "$option" ]; then
			[[ $output == *'cannot switch on '*$'\n125\ndomain' ]]
		else
			[[ $output == *$'runs\n0\ndomain' ]]
		fi
		in_box rw "$hidden \"\$LIMIT\" --best-effort $option -- echo runs; echo \$?; cat /sys/fs/cgroup/cgroup.type"
		[[ $output == *runs*$'\n0\ndomain' ]]
	done
	[ -z "$(cat "$box/cgroup.subtree_control")" ]
}

@test "a run that is refused after they have made room" {
	in_box rw 'LD_PRELOAD=$TEST_TOOLS_DIR/hide.so REFUSE=cgroup.subtree_control "$LIMIT" --manager cgroupfs --pids 5 -- true
		echo $?; cat /sys/fs/cgroup/cgroup.type /sys/fs/cgroup/limit-members/cgroup.type
		"$LIMIT" -q --manager cgroupfs --pids 5 -- echo runs'
	[[ $output == *'cannot switch on pids'*$'\n125\ndomain\ndomain\nruns' ]]
}

@test "a threaded group is left as it is" {
	in_box rw 'echo +pids >/sys/fs/cgroup/cgroup.subtree_control; cat /sys/fs/cgroup/cgroup.type
		"$LIMIT" --manager cgroupfs --pids 5 --mem 30M -- true; echo $?
		"$LIMIT" --manager cgroupfs --best-effort --mem 30M -- echo runs; echo $?
		cat /sys/fs/cgroup/cgroup.subtree_control; echo -pids >/sys/fs/cgroup/cgroup.subtree_control'
	[[ $output == *$'domain threaded\n'*'is a threaded group'*'another group'*$'\n125\n'*runs*$'\n0\npids' ]]
}
