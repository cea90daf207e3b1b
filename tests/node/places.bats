#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Hierarchies that are mounted in odd ways: parts of them, several times, hidden by other mounts.

load ../lib

setup()
{
	[[ $(id -u) == 0 && -n ${TEST_CLOCK-} && $(host_mode) =~ ^(unified|legacy)$ ]] ||
		skip 'needs root, and a guest with cgroup v2 alone or v1 alone'
	name=box$BATS_TEST_NUMBER
	mode=$(host_mode)
	mapfile -t trees < <(awk '$3 ~ /^cgroup2?$/ { print $2 }' /proc/self/mounts)
	export name hog mode
	for tree in "${trees[@]}"; do
		mkdir -p "$tree/$name/inner"
		[[ ! -e $tree/$name/cpuset.cpus || $mode == unified ]] ||
			for group in "$name" "$name/inner"; do
				cat "$tree/cpuset.cpus" >"$tree/$group/cpuset.cpus"
				cat "$tree/cpuset.mems" >"$tree/$group/cpuset.mems"
			done
	done
	if [ "$mode" = unified ]; then
		echo '+memory +pids +cpu' >/sys/fs/cgroup/cgroup.subtree_control
		echo '+memory +pids +cpu' >"/sys/fs/cgroup/$name/cgroup.subtree_control"
	fi
}

teardown()
{
	[ -n "${name-}" ] || return 0
	rmdir "/tmp/$name" 2>/dev/null || true
	for tree in "${trees[@]}"; do
		[ -z "$(find "$tree/$name" -name 'limit-[0-9]*')" ] &&
			find "$tree/$name" -depth -type d -exec rmdir {} + && [ ! -e "$tree/$name" ] || return
	done
}

# in_group GROUP COMMAND [ARG…]: a shell's words in a process in that group of each hierarchy, with mounts
# of its own. The words find the trees in $trees.
in_group()
{
	local group=$1 words=$2

	trees=${trees[*]} run unshare -m sh -c '
		for tree in $trees; do echo $$ >"$tree/'"$group"'/cgroup.procs" || exit; done
		'"$words"
	echo "$output"
}

# A v2 group with processes cannot be divided: what limits there has to make room first.
limit_mem='"$LIMIT" --manager cgroupfs --mem 30M -- "$hog" mem 60M; echo "status $?"
	"$LIMIT" -q --manager cgroupfs --pids 30 -- cat /proc/self/cgroup'

# As an engine does it: the container's group of each hierarchy over the place where the whole tree is.
mount_part='
	mkdir /tmp/$name && mount -t tmpfs none /tmp/$name
	for tree in $trees; do
		mkdir -p /tmp/$name$tree
		mount --bind $tree/$name /tmp/$name$tree
	done
	mount --rbind /tmp/$name/sys/fs/cgroup /sys/fs/cgroup'

@test "a part, mounted over the whole" {
	in_group "$name/inner" "$mount_part && $limit_mem"
	[[ $output == *'memory limit of 30M hit'*'status 137'* ]]
	if [ "$mode" = unified ]; then
		[[ $output =~ 0::/$name/inner/limit-[0-9]+-[0-9]+/command ]]
	else
		[[ $output =~ memory:/$name/inner/limit-[0-9]+-[0-9]+ ]]
		[[ $output =~ pids:/$name/inner/limit-[0-9]+-[0-9]+ ]]
	fi
}

@test "our group is the root of the part, and its limit is around ours" {
	if [ "$mode" = unified ]; then
		echo -memory -pids -cpu >"/sys/fs/cgroup/$name/cgroup.subtree_control"
		echo 40M >"/sys/fs/cgroup/$name/memory.max"
	else
		echo 40M >"/sys/fs/cgroup/memory/$name/memory.limit_in_bytes"
	fi
	in_group "$name" "$mount_part && $limit_mem; \"\$LIMIT\" --manager cgroupfs --dry-run --mem 200M -- true"
	[[ $output == *'memory limit of 30M hit'*'status 137'* ]]
	[[ $output =~ :/$name/limit-[0-9]+-[0-9]+ ]]
	[[ $output =~ effective\ .*\ 40M\ effective\ .*/sys/fs/cgroup ]]
}

@test "the first mount shows another part" {
	in_group "$name/inner" '
		mkdir /tmp/$name && mount -t tmpfs none /tmp/$name
		for tree in $trees; do
			mkdir -p /tmp/$name/other$tree $tree/$name/other
			mount --bind $tree/$name/other /tmp/$name/other$tree
			mkdir -p "/tmp/$name/a b"$tree
			mount --bind $tree/$name "/tmp/$name/a b"$tree
		done
		umount -l -R /sys/fs/cgroup
		'"$limit_mem"
	[[ $output == *'memory limit of 30M hit'*'status 137'* ]]
	[[ $output =~ :/$name/inner/limit-[0-9]+-[0-9]+ ]]
}

@test "the first mount is hidden" {
	in_group "$name/inner" '
		mkdir /tmp/$name && mount -t tmpfs none /tmp/$name
		for tree in $trees; do
			mkdir -p "/tmp/$name/a\\b"$tree
			mount --bind $tree "/tmp/$name/a\\b"$tree
		done
		mount -t tmpfs none /sys/fs/cgroup
		'"$limit_mem"
	[[ $output == *'memory limit of 30M hit'*'status 137'* ]]
	[[ $output =~ :/$name/inner/limit-[0-9]+-[0-9]+ ]]
}

@test "the first mount is read-only" {
	in_group "$name/inner" '
		mkdir /tmp/$name && mount -t tmpfs none /tmp/$name
		for tree in $trees; do
			mkdir -p /tmp/$name$tree
			mount --bind $tree /tmp/$name$tree
			mount -o remount,bind,ro $tree
		done
		'"$limit_mem"
	[[ $output == *'memory limit of 30M hit'*'status 137'* ]]
	[[ $output =~ :/$name/inner/limit-[0-9]+-[0-9]+ ]]
}

@test "all are read-only, hidden, or show other parts: refused, and why" {
	in_group "$name/inner" '
		for tree in $trees; do mount -o remount,bind,ro $tree; done
		"$LIMIT" --mem 30M -- true; echo "status $?"'
	[[ $output == *'Read-only file system'*'limit: try: '*docker*podman*'status 125' ]]
	in_group "$name/inner" '
		mount -t tmpfs none /sys/fs/cgroup
		"$LIMIT" --mem 30M -- true; echo "status $?"; "$LIMIT" --check; echo "status $?"'
	[[ $output == *"is hidden by what is mounted over it"*'limit: try: '*findmnt*'status 125'*'status 1' ]]
	in_group "$name/inner" '
		mkdir /tmp/$name && mount -t tmpfs none /tmp/$name
		for tree in $trees; do
			mkdir -p $tree/$name/other /tmp/$name$tree
			mount --bind $tree/$name/other /tmp/$name$tree
		done
		mount --rbind /tmp/$name/sys/fs/cgroup /sys/fs/cgroup
		"$LIMIT" --mem 30M -- true; echo "status $?"'
	[[ $output == *"cannot make a control group: "*'limit: try: '*'status 125' ]]
}

@test "a cgroup namespace, but mounts from outside of it" {
	[ "$mode" = unified ] || skip 'cgroup v2'
	in_group "$name/inner" 'unshare -C sh -c "\"\$LIMIT\" --mem 30M -- true"; echo "status $?"'
	[[ $output == *"not in the part of the hierarchy that '/sys/fs/cgroup' shows"*'limit: try: umount /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup'*'status 125' ]]
	# The remedy.
	in_group "$name/inner" 'unshare -C sh -c "umount /sys/fs/cgroup && mount -t cgroup2 none /sys/fs/cgroup && '"${limit_mem//\"/\\\"}"'"'
	[[ $output == *'memory limit of 30M hit'* ]]
	[[ $output =~ 0::/limit-[0-9]+-[0-9]+/command ]]
}

# nsdelegate lets nobody across the border, also not with a mount that shows both sides.
@test "outside of one's own cgroup namespace" {
	[ "$mode" = unified ] || skip 'cgroup v2'
	mkdir "/sys/fs/cgroup/$name/other"
	in_group "$name/inner" '
		mount --bind /sys/fs/cgroup/$name /sys/fs/cgroup
		mkfifo "$BATS_TEST_TMPDIR/unshared" "$BATS_TEST_TMPDIR/moved"
		unshare -C sh -c "echo >\"\$BATS_TEST_TMPDIR/unshared\"; read -r _ <\"\$BATS_TEST_TMPDIR/moved\"; cat /proc/self/cgroup
			\"\$LIMIT\" -- true; echo \"status \$?\"
			\"\$LIMIT\" --manager cgroupfs --pids 5 -- true; echo \"status \$?\"; cat /proc/self/cgroup" &
		read -r _ <"$BATS_TEST_TMPDIR/unshared"
		echo $! >/sys/fs/cgroup/other/cgroup.procs
		echo >"$BATS_TEST_TMPDIR/moved"
		wait $!'
	[[ $output == $'0::/../other\n'*'limit: cannot start a process in '*'limit: try: limit from inside of its cgroup namespace'*'status 125'* ]]
	[[ $output == *'limit: cannot move process '*'limit: try: limit from inside of its cgroup namespace'*$'status 125\n0::/../other' ]]
}

@test "a cgroup namespace on v1" {
	[ "$mode" = legacy ] || skip 'cgroup v1'
	in_group "$name/inner" '
		exec unshare -C sh -c '\''mount -t tmpfs none /sys/fs/cgroup
			for tree in $trees; do mkdir $tree && mount -t cgroup -o ${tree##*/} none $tree || exit; done
			'"$limit_mem'"
	[[ $output == *'memory limit of 30M hit'*'status 137'* ]]
	[[ $output =~ memory:/limit-[0-9]+-[0-9]+ ]]
}
