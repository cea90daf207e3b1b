#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --io-weight shares out a disk where BFQ or iocost is at work, and is refused where neither is. The disk
# is TEST_DISK or a loop device: its scheduler and cost model are the tests' to set.

load ../lib

setup_file()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root for a loop device and its scheduler"
	export disk=${TEST_DISK-}
	[ -z "$disk" ] || return 0
	# Blocks that are there, read past the cache: only what is slow needs to be shared out.
	head -c 64M /dev/zero >"$BATS_FILE_TMPDIR/disk"
	disk=$(losetup --find --show --direct-io=on "$BATS_FILE_TMPDIR/disk") ||
		skip "no loop device can be made here"
	export loop=$disk
}

teardown_file()
{
	[ -z "${loop-}" ] || losetup --detach "$loop"
}

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	name=$(basename "$(realpath "$disk")")
	number=$(cat "/sys/block/$name/dev")
	echo none >"/sys/block/$name/queue/scheduler"
}

teardown()
{
	[ -z "${iocost-}" ] || echo "$number enable=0" >/sys/fs/cgroup/io.cost.qos
	echo none >"/sys/block/$name/queue/scheduler"
	assert_nothing_left
}

use_bfq()
{
	{ echo bfq >"/sys/block/$name/queue/scheduler"; } 2>/dev/null || skip "this kernel has no BFQ"
	# It would favour whoever begins to read; and who reads one block after the other, and has to wait for
	# the CPU between two, would lose his turn.
	echo 0 >"/sys/block/$name/queue/iosched/low_latency"
	echo 1 >"/sys/block/$name/queue/iosched/strict_guarantees"
	echo 50 >"/sys/block/$name/queue/iosched/slice_idle"
}

# compete FIRST SECOND: two readers of these weights at the same time; what they read, in blocks. They
# are before all others that want the CPU: a reader that has to wait for it wants no disk.
compete()
{
	"$LIMIT" -q --cpu-weight 10000 --io-weight "$1" -- "$hog" read-for "$disk" 2 >first &
	"$LIMIT" -q --cpu-weight 10000 --io-weight "$2" -- "$hog" read-for "$disk" 2 >second
	wait $!
	first=$(cat first) second=$(cat second)
}

# shares_hold LIGHT HEAVY: weights 50 and 200. The heavy reader must get twice to ten times as much, in
# three rounds, for each is short and may be disturbed; not every time, while the machine is busy.
shares_hold()
{
	local attempt light heavy

	for attempt in 1 2 3; do
		compete "$1" "$2"
		light=$first heavy=$second
		compete "$2" "$1"
		light=$((light + second)) heavy=$((heavy + first))
		compete "$1" "$2"
		light=$((light + first)) heavy=$((heavy + second))
		echo "attempt $attempt: $light and $heavy reads"
		if [ "$heavy" -ge $((2 * light)) ] && [ "$heavy" -le $((10 * light)) ]; then
			return 0
		fi
	done
	return 1
}

@test "weights 50 and 200 share a disk one to four, by BFQ" {
	use_bfq
	shares_hold "50@$disk" "200@$number"
}

@test "without a path the weight holds wherever something heeds it" {
	use_bfq
	shares_hold 50 200
	run_limit --io-weight 200 -- true
	assert_report "^  note +the io weight counts on (.*, )?$name \(BFQ\)(,.*)? only"
}

@test "weights 50 and 200 share a disk one to four, by iocost" {
	[ -e /sys/fs/cgroup/io.cost.qos ] || skip "needs cgroup v2 with iocost"
	# A model that is slower than the disk: its limit is what is shared out.
	echo "$number ctrl=user model=linear rbps=20000000 rseqiops=2000 rrandiops=2000 wbps=20000000 wseqiops=2000 wrandiops=2000" \
		>/sys/fs/cgroup/io.cost.model
	iocost=1
	echo "$number enable=1 ctrl=user min=100 max=100" >/sys/fs/cgroup/io.cost.qos
	shares_hold "50@$disk" "200@$number"
	"$LIMIT" -n --io-weight 50 --io-weight "200@$number" -- true >plan
	grep -q '/io.weight  default 50$' plan
	grep -q "/io.weight  $number 200\$" plan
	echo "$number enable=0" >/sys/fs/cgroup/io.cost.qos
	run --separate-stderr "$LIMIT" --io-weight "50@$number" -- true
	assert_status 125
}

@test "where neither is at work: refused, with the command that helps" {
	run --separate-stderr "$LIMIT" --io-weight "200@$disk" -- touch started
	assert_status 125
	[ ! -e started ]
	[[ "${stderr_lines[0]}" == "limit: cannot enforce --io-weight on $name ($number): neither BFQ nor iocost is at work there" ]]
	[[ "${stderr_lines[1]}" == "limit: try: echo bfq >/sys/block/$name/queue/scheduler, or "* ]]
	run_limit --best-effort --io-weight "200@$disk" -- true
	assert_status 0
	assert_report '^  unenforced +--io-weight'
}

@test "what BFQ does not take is refused" {
	use_bfq
	run --separate-stderr "$LIMIT" --io-weight "1001@$disk" -- true
	assert_status 125
	[[ "${stderr_lines[0]}" == *"BFQ takes weights from 1 to 1000" ]]
	"$LIMIT" -q --io-weight "1000@$disk" -- true
	"$LIMIT" -q --io-weight 1 -- true
}

@test "a default and a device: both are written, the default first" {
	use_bfq
	"$LIMIT" -n --io-weight "300@$disk" --io-weight 50 --io-weight "200@$number" -- true >plan
	grep '^write.*/[a-z.]*bfq.weight[a-z_]*  ' plan >weights
	[ "$(wc -l <weights)" -eq 2 ]
	[[ $(head -n 1 weights) == *" 50" ]]
	[[ $(tail -n 1 weights) == *" $number 200" ]]
	"$LIMIT" -q --io-weight "200@$number" --io-weight 50 -- true
}

@test "device mapper hands io down: refused, with how to find the disk" {
	dmsetup version >/dev/null 2>&1 || skip "no device mapper here"
	use_bfq
	dmsetup create "limit-weight-$$" --table "0 2048 linear $disk 0"
	run --separate-stderr "$LIMIT" --io-weight "200@$(dmsetup info -c --noheadings -o major,minor "limit-weight-$$")" -- true
	dmsetup remove --retry "limit-weight-$$"
	assert_status 125
	[[ "${stderr_lines[0]}" == *"the device hands its io down"* ]]
	[[ "${stderr_lines[1]}" == *"lsblk -s /dev/dm-"* ]]
}
