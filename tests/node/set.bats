#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --set: any file of the group is written, read back, and does what it says.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# refused_set FILE=VALUE MESSAGE [OPTION…]: 125 with this message, and COMMAND is not started.
refused_set()
{
	run --separate-stderr "$LIMIT" "${@:3}" --set "$1" -- touch started
	assert_status 125
	# shellcheck disable=SC2053 # it is a pattern
	[[ "${stderr_lines[0]}" == $2 ]] || { printf '%s\n' "$stderr"; return 1; }
	[ ! -e started ]
}

@test "--set pids.max: processes beyond it are refused" {
	run_limit --set pids.max=8 -- "$hog" fork 20
	assert_status 0
	[ "$output" -le 7 ]
}

@test "--set: a size is the same size when read back" {
	case $(host_mode) in
	unified) file=memory.high ;;
	*) file=memory.soft_limit_in_bytes ;;
	esac
	run_limit --set $file=64M -- true
	assert_status 0
}

@test "--set: what reads back as something else is refused, and both are shown" {
	case $(host_mode) in
	unified) file=memory.high ;;
	*) file=memory.soft_limit_in_bytes ;;
	esac
	refused_set $file=5000 "limit: cannot enforce --set: '5000' was written to '*/$file', but it reads '4096'"
}

@test "--set: what the kernel refuses, lacks or only reports" {
	refused_set pids.max=junk "limit: cannot enforce --set: cannot write 'junk' to '*/pids.max': Invalid argument"
	refused_set pids.nothing=1 "limit: cannot enforce --set: cannot write '1' to '*/pids.nothing': No such file or directory"
	refused_set pids.current=1 "limit: cannot enforce --set: cannot write '1' to '*/pids.current': *"
}

@test "--set: a file that another option writes already" {
	refused_set pids.max=5 "limit: cannot use --set pids.max: --pids sets it already" --pids 5
}

@test "--set: a controller that no hierarchy has" {
	! grep -qw dmem /proc/cgroups || skip "this kernel has dmem"
	refused_set dmem.max=x "limit: cannot enforce --set: *'dmem'*"
}

@test "--set memory.swappiness=0: on cgroup v1 nothing is swapped out" {
	[ "$(host_mode)" != unified ] || skip "cgroup v2 has no such file"
	[ -n "${TEST_SWAP-}" ] || skip "no swap device on this machine; a guest has one"
	run_limit --mem 64M --swap 100M -- "$hog" mem 100
	assert_status 0
	run_limit --mem 64M --swap 100M --set memory.swappiness=0 -- "$hog" mem 100
	assert_status 137
	assert_report ': memory limit of 64M hit'
}

@test "--set: a line of a file with keys" {
	[ "$(host_mode)" = unified ] || skip "cgroup v2 does not carry the controllers here; a guest's does"
	[ -n "${TEST_DISK-}" ] || skip "needs a disk of the tests' own"
	device=$(stat -Lc '%Hr:%Lr' "$TEST_DISK")
	run_limit --set "io.max=$device wbps=1048576" --set "io.max=$device wiops=5" --set "io.max=$device wiops=100 wbps=1048576" -- \
		sh -c 'cat "/sys/fs/cgroup$(sed -n s,^0::,,p /proc/self/cgroup)/../io.max"'
	assert_status 0
	[ "$output" = "$device rbps=max wbps=1048576 riops=max wiops=100" ]
}

@test "--set hugetlb.2MB.max: huge pages beyond it are refused" {
	[ "$(host_mode)" = unified ] || skip "cgroup v2 does not carry the controllers here; a guest's does"
	[ -n "${TEST_DISK-}" ] || skip "needs a machine of the tests' own"
	grep -qw hugetlb /sys/fs/cgroup/cgroup.controllers || skip "this kernel has no hugetlb controller"
	echo 16 >/proc/sys/vm/nr_hugepages
	[ "$(cat /proc/sys/vm/nr_hugepages)" -ge 8 ] || skip "there is no memory for huge pages"
	run_limit --set hugetlb.2MB.max=8M -- "$hog" huge 8
	assert_status 0
	run_limit --set hugetlb.2MB.max=8M -- "$hog" huge 10
	assert_status 135
	assert_report 'died of SIGBUS'
	run_limit --set hugetlb.2MB.max=0 -- "$hog" huge 2
	assert_status 135
	echo 0 >/proc/sys/vm/nr_hugepages
}
