# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What control groups look like in a guest, for the .guest files. Sourced, never run.

mount_unified()
{
	mount -t cgroup2 -o nsdelegate,memory_recursiveprot none /sys/fs/cgroup
}

# Each controller on a v1 hierarchy of its own but cpu and cpuacct, which share one, and no v2 tree
# at all.
mount_legacy()
{
	mount -t tmpfs none /sys/fs/cgroup
	mount_hierarchies blkio cpu,cpuacct memory pids freezer cpuset
}

mount_hierarchies()
{
	local hierarchy

	for hierarchy; do
		mkdir "/sys/fs/cgroup/$hierarchy"
		mount -t cgroup -o "$hierarchy" none "/sys/fs/cgroup/$hierarchy"
	done
}

# Beside those, or some of them, a v2 tree without controllers: hybrid.
mount_unified_beside()
{
	mkdir /sys/fs/cgroup/unified
	mount -t cgroup2 -o nsdelegate none /sys/fs/cgroup/unified
}

# The first disk is for the tests of io, the second one is swap.
use_disks()
{
	mkswap -q /dev/guest/disk2
	swapon /dev/guest/disk2
	export TEST_DISK=/dev/guest/disk1 TEST_SWAP=1
}

# set_files FILE...: $files, of each what the driver has made for bats, where it has.
set_files()
{
	local file

	files=()
	for file; do
		[[ ! -e $file.tests ]] || file=$file.tests
		files+=("$file")
	done
}

# run_tests FILE...: of the tests directory, instead of this shell. Only a guest's clock may be set, and
# only its memory may run out.
run_tests()
{
	export TEST_CLOCK=1 TEST_MACHINE_OOM=1
	cd "$TESTS_DIR" || exit
	set_files "$@"
	exec bats --tap "${files[@]}"
}

# delegate_to USER: the whole tree is the user's (cgroup-v2.rst, "Model of Delegation"). Only its root may
# hold processes and hand out controllers at once, so nobody has to be moved.
delegate_to()
{
	chmod u+w /sys/fs/cgroup
	chown "$1" /sys/fs/cgroup /sys/fs/cgroup/cgroup.{procs,subtree_control,threads}
}

# run_tests_as USER FILE...: as run_tests does, in a group that is the user's.
run_tests_as()
{
	local user=$1
	shift

	cd "$TESTS_DIR" || exit
	set_files "$@"
	exec setpriv --reuid="$user" --regid="$user" --init-groups env HOME=/tmp TMPDIR=/tmp \
		bats --tap "${files[@]}"
}

# as_limituser COMMAND...: the uid and nothing else.
as_limituser()
{
	setpriv --reuid=limituser --regid=limituser --init-groups env HOME=/home/limituser "$@"
}

# in_group GROUP COMMAND...: in that group, which thereby holds a process.
in_group()
{
	(echo "$BASHPID" >"$1/cgroup.procs" && "${@:2}")
}

# in_container GROUP OPTION COMMAND...: as a container has it that gets no hierarchy of its own making. A
# cgroup namespace, whose root is GROUP and holds the processes; the mount with OPTION (rw, ro) shows it.
in_container()
{
	local group=$1 option=$2
	shift 2

	# shellcheck disable=SC2016 # for that shell
	in_group "$group" unshare -C -m sh -c '
		umount /sys/fs/cgroup && mount -t cgroup2 -o "$0" none /sys/fs/cgroup && exec "$@"' "$option" "$@"
}
