#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The tree is kept to its CPUs and memory nodes, or there is no tree.

load ../lib

setup()
{
	cd "$BATS_TEST_TMPDIR"
	"$LIMIT" -q --cpus 0 -- true 2>cause || skip "no cpuset group can be made here: $(head -n 1 cause)"
	cpus_allowed='s/^Cpus_allowed_list:\t//p'
	allowed=$(sed -n "$cpus_allowed" /proc/self/status)
}

teardown()
{
	assert_nothing_left
}

@test "--cpus: that is where the tree runs, and no child gets out" {
	for cpu in 0 1; do
		[ "$cpu" -lt "$(nproc --all)" ] || continue
		run_limit --cpus $cpu -- sh -c '
			sed -n "s/^Cpus_allowed_list:\t//p" /proc/self/status
			nproc
			taskset -c 0-99 sed -n "s/^Cpus_allowed_list:\t//p" /proc/self/status'
		assert_status 0
		[ "$output" = "$cpu"$'\n'1$'\n'"$cpu" ]
		assert_report "^  cpu .* CPUs on CPU $cpu\$"
	done
}

@test "--cpus: three busy loops on one CPU consume no more than that one" {
	run_limit --cpus 0 -- "$hog" cpu 1.5 3
	assert_status 0
	assert_between 0.1 "$output" 1.65
}

@test "--cpus: what is not allowed is refused, with what is" {
	run --separate-stderr "$LIMIT" --cpus 0-8191 -- touch started
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot enforce --cpus: 0-8191 was asked, only $allowed is allowed here" ]
	[ "${stderr_lines[1]}" = "limit: try: --cpus $allowed" ]
	run --separate-stderr "$LIMIT" --cpus 8191 -- touch started
	assert_status 125
	[ "${stderr_lines[1]}" = "limit: try: --cpus $allowed" ]
	[ ! -e started ]
}

@test "--cpus: with --best-effort what is not allowed is left out, and named" {
	run_limit --best-effort --cpus 8191 -- sed -n 's/^Cpus_allowed_list:\t//p' /proc/self/status
	assert_status 0
	[ "$output" = "$allowed" ]
	assert_report "^  unenforced  --cpus: 8191 was asked, only $allowed is allowed here"
	[[ "$report" != *"on CPU"* ]]
}

@test "--cpus: inside another --cpus only that is allowed" {
	[ "$(nproc)" -ge 2 ] || skip "needs two CPUs"
	run --separate-stderr "$LIMIT" -q --cpus 0 -- "$LIMIT" -q --cpus 0-1 -- true
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot enforce --cpus: 0-1 was asked, only 0 is allowed here" ]
	[ "${stderr_lines[1]}" = "limit: try: --cpus 0" ]
	run "$LIMIT" -q --cpus 1 -- "$LIMIT" -q --cpus 1 -- nproc
	assert_status 0
	[ "$output" = 1 ]
}

# Linux 6.1 gives all CPUs of a group to who enters it, and to those who are in it when cpuset is
# switched on. setup() has switched it on, and it stays.
@test "the caller's own choice of CPUs is COMMAND's too, with --cpus and without" {
	[ "$(nproc)" -ge 2 ] || skip "needs two CPUs"
	for options in "" "--mem 50M" "--cpus 0-1" "--mem 50M --cpus 0-1"; do
		for cpu in 0 1; do
			# shellcheck disable=SC2086
			got=$(taskset -c $cpu "$LIMIT" -q $options -- sed -n "$cpus_allowed" /proc/self/status)
			echo "taskset -c $cpu limit $options: $got"
			[ "$got" = $cpu ]
		done
	done
	# What --cpus asks for is a limit, and comes first.
	run taskset -c 0 "$LIMIT" -q --cpus 1 -- sed -n "$cpus_allowed" /proc/self/status
	[ "$output" = 1 ]
	# The inner one switches cpuset on in the group that it has been started in.
	run taskset -c 1 "$LIMIT" -q --mem 50M -- "$LIMIT" -q --cpus 0-1 -- sed -n "$cpus_allowed" /proc/self/status
	[ "$output" = 1 ]
}

@test "--mems: that is where memory comes from" {
	run_limit --mems 0 -- sed -n 's/^Mems_allowed_list:\t//p' /proc/self/status
	assert_status 0
	[ "$output" = 0 ]
	[ -d /sys/devices/system/node/node1 ] || skip "this machine has one memory node"
	for node in 0 1; do
		run_limit --mems $node -- sed -n 's/^Mems_allowed_list:\t//p' /proc/self/status
		assert_status 0
		[ "$output" = $node ]
		# Where the pages of a process are that touched 20 MiB: none elsewhere.
		run_limit --mems $node -- "$hog" pages 20
		assert_status 0
		[ "$output" = "N$node" ]
	done
}

@test "--mems: what is not allowed is refused, with what is" {
	run --separate-stderr "$LIMIT" --mems 1023 -- touch started
	assert_status 125
	[[ "${stderr_lines[0]}" == "limit: cannot enforce --mems: 1023 was asked, only 0"*" is allowed here" ]]
	[[ "${stderr_lines[1]}" == "limit: try: --mems 0"* ]]
	[ ! -e started ]
}

@test "--dry-run says both files of cgroup v1" {
	plan=$("$LIMIT" -n --cpus 0 -- true)
	grep -q '/\(cpuset\.\)\?cpus  0$' <<<"$plan"
	if [ "$(host_mode)" != unified ]; then
		grep -q '/\(cpuset\.\)\?mems  0' <<<"$plan"
	fi
}

# What the kernel took is not what it does: without a word about that there is no run.
@test "--cpus: where the effective CPUs cannot be read there is no run" {
	[ "$(host_mode)" = unified ] || skip "cgroup v2 does not carry the controllers here; a guest's does"
	HIDE=cpuset.cpus.effective LD_PRELOAD=$TEST_TOOLS_DIR/hide.so run --separate-stderr \
		"$LIMIT" --cpus 0 -- touch started
	assert_status 125
	[[ "${stderr_lines[0]}" == "limit: cannot enforce --cpus: cannot read back "* ]]
	[ ! -e started ]
}
