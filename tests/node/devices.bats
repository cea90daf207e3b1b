#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Io limits by path: each kind of file system is followed to the device that takes the limit, and the
# limit bites there. The disks are loop devices, the mounts the tests' own.

load ../lib

setup_file()
{
	[ "$(id -u)" -eq 0 ] || skip "needs root for loop devices and mounts"
	[ -e /dev/loop-control ] || skip "no loop devices here"
}

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	: >undo
	mkdir mnt
	mnt=$BATS_TEST_TMPDIR/mnt
}

teardown()
{
	local line

	cd /
	while read -r line; do # the lines are quoted for the shell
		eval "$line"
	done < <(tac "$BATS_TEST_TMPDIR/undo")
	assert_nothing_left
}

# at_end COMMAND ARG…: at the end of the test, the last one first.
at_end()
{
	printf '%q ' "$@" >>"$BATS_TEST_TMPDIR/undo"
	echo >>"$BATS_TEST_TMPDIR/undo"
}

# loop_device MIB [OPTION…]: make one, in $loop.
loop_device()
{
	local file

	file=$(mktemp "$BATS_TEST_TMPDIR/disk.XXXXXX")
	truncate -s "$1M" "$file"
	at_end rm "$file" # the disks of all tests may be more than there is room for
	shift
	loop=$(losetup --find --show "$@" "$file")
	at_end losetup --detach "$loop"
}

# mount_at DIRECTORY ARG…: mount ARG… DIRECTORY, or skip where the kernel lacks that file system.
mount_at()
{
	local directory=$1
	shift

	mkdir -p "$directory"
	mount "$@" "$directory" || skip "this kernel cannot do: mount $*"
	at_end umount "$directory"
}

# ext4 DEVICE DIRECTORY
ext4()
{
	mke2fs -q -t ext4 "$1"
	mount_at "$2" -t ext4 "$1"
}

# partitioned_disk: a loop device with one partition, in $disk and $partition.
partitioned_disk()
{
	command -v sfdisk >/dev/null || skip "no sfdisk (Debian: fdisk)"
	loop_device 64
	echo ',' | sfdisk -q --no-reread --no-tell-kernel "$loop"
	losetup --detach "$loop"
	file=$(realpath disk.*)
	disk=$(losetup --find --show --partscan "$file")
	: >undo
	at_end rm "$file"
	at_end losetup --detach "$disk"
	partition=${disk}p1
	# Without udev nobody makes the node, and the kernel's devtmpfs takes a moment.
	for _ in {1..100}; do
		[ ! -b "$partition" ] || return 0
		sleep 0.05
	done
	skip "no partitions on loop devices here"
}

number_of()
{
	printf '%d:%d' "0x$(stat -L -c %t "$1")" "0x$(stat -L -c %T "$1")"
}

# assert_device DEVICE PATH NAME ARG…: that is what limit ARG… says of itself.
assert_device()
{
	local expected
	expected="device ${1#/dev/} ($(number_of "$1")), from $2${3:+ on $3}"
	shift 3

	"$LIMIT" --dry-run "$@" -- true >plan
	grep -qxF "$expected" plan || { printf 'no line "%s" in:\n' "$expected"; cat plan; return 1; }
}

# The same in the report.
assert_reported()
{
	grep -qF "on ${1#/dev/} ($(number_of "$1")), from $2${3:+ on $3}" <<<"$report" ||
		{ printf '%s\n' "$report"; return 1; }
}

@test "a file on a partition: its whole disk" {
	partitioned_disk
	ext4 "$partition" "$mnt"
	assert_device "$disk" "$mnt" "${partition#/dev/}" --io-write "4M@$mnt"
	rate_holds 2700 4500 --io-write "4M@$mnt" -- "$hog" write "$mnt/file" 12
	assert_reported "$disk" "$mnt" "${partition#/dev/}"
	assert_report '^ +(io +)?read .*, wrote 12.*M \([0-9]+ ops\) on '
	rate_holds 2700 4500 --io-read "4M@$mnt/file" -- "$hog" read "$mnt/file" 12
	assert_reported "$disk" "$mnt/file" "${partition#/dev/}"
}

@test "without a path: the working directory" {
	loop_device 64
	ext4 "$loop" "$mnt"
	mkdir "$mnt/here"
	cd "$mnt/here"
	rate_holds 2700 4500 --io-write 4M -- "$hog" write file 12
	assert_reported "$loop" "$mnt/here" ''
	cd "$BATS_TEST_TMPDIR"
	assert_device "$loop" mnt/here '' --io-write 4M@mnt/here
}

@test "operations by path" {
	loop_device 64
	ext4 "$loop" "$mnt"
	rate_holds 1200 20000 --io-write-ops "20@$mnt" -- "$hog" write "$mnt/file" 30
	rate_holds 1200 20000 --io-read-ops "20@$mnt" -- "$hog" read "$mnt/file" 30
}

@test "a link, a bind mount, a mount over another, a blank in the name" {
	loop_device 64
	ext4 "$loop" "$mnt"
	ln -s "$mnt" link
	assert_device "$loop" link '' --io-write 4M@link
	mkdir "$mnt/sub"
	mount_at "$BATS_TEST_TMPDIR/b i:n,d" --bind "$mnt/sub"
	assert_device "$loop" "b i:n,d" '' --io-write '4M@b i:n,d'
	mount_at "$mnt/sub" -t tmpfs none
	run --separate-stderr "$LIMIT" --io-write "4M@$mnt/sub" -- true
	assert_status 125
	assert_device "$loop" "b i:n,d" '' --io-write '4M@b i:n,d'
}

@test "two devices at once, each with its own limit" {
	loop_device 64
	first=$loop
	ext4 "$first" "$mnt/1"
	loop_device 64
	ext4 "$loop" "$mnt/2"
	rate_holds 2700 4500 --io-write "4M@$mnt/1" --io-write "1M@$mnt/2" -- "$hog" write "$mnt/1/file" 12
	assert_reported "$first" "$mnt/1" ''
	assert_report "^ +none on ${loop#/dev/} "
	rate_holds 2700 4500 --io-write "1M@$mnt/1" --io-write "4M@$mnt/2" -- "$hog" write "$mnt/2/file" 12
}

@test "several paths to one device are one limit, the last" {
	loop_device 64
	ext4 "$loop" "$mnt"
	mkdir "$mnt/sub"
	"$LIMIT" -n --io-write "1M@$mnt" --io-write "2M@$loop" --io-write "4M@$mnt/sub" -- true >plan
	[ "$(grep -c '^write.*/\(io.max\|blkio.throttle\)' plan)" -eq 1 ]
	[ "$(grep -c '^device' plan)" -eq 1 ]
	grep -q '[ =]4194304$' plan
}

@test "device mapper: the node that the file system is on" {
	dmsetup version >/dev/null 2>&1 || skip "no device mapper here"
	loop_device 64
	dmsetup create "limit-test-$$" --table "0 $((64 * 2048)) linear $loop 0"
	at_end dmsetup remove --retry "limit-test-$$"
	node=$(realpath "/dev/mapper/limit-test-$$")
	[ -b "$node" ] || { dmsetup mknodes; node=$(realpath "/dev/mapper/limit-test-$$"); }
	[[ $node == /dev/dm-* ]] || node=/dev/dm-$(stat -c '%T' "$node")
	ext4 "/dev/mapper/limit-test-$$" "$mnt"
	"$LIMIT" -n --io-write "4M@$mnt" -- true >plan
	grep -qE "^device dm-[0-9]+ \([0-9]+:[0-9]+\), from $mnt on limit-test-$$\$" plan
	rate_holds 2700 4500 --io-write "4M@$mnt" -- "$hog" write "$mnt/file" 12
	rate_holds 2700 4500 --io-read "4M@$mnt" -- "$hog" read "$mnt/file" 12
}

# What is written to a device-mapper node is written to the disk below in requests of its own.
@test "device mapper: the samples count what is written once" {
	[ "$(host_mode)" = unified ] || skip "cgroup v1 counts only devices with a limit"
	dmsetup version >/dev/null 2>&1 || skip "no device mapper here"
	loop_device 64
	dmsetup create "limit-twice-$$" --table "0 $((64 * 2048)) linear $loop 0"
	at_end dmsetup remove --retry "limit-twice-$$"
	[ -b "/dev/mapper/limit-twice-$$" ] || dmsetup mknodes
	ext4 "/dev/mapper/limit-twice-$$" "$mnt"
	run_limit --timeline t.csv -- "$hog" write "$mnt/file" 12
	assert_status 0
	# In the report each device has its own line.
	assert_report 'wrote 12M .* on dm-'
	written=$(awk -F , 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == "written_bytes") at = i } END { print $at }' t.csv)
	assert_between $((12 << 20)) "$written" $((13 << 20))
}

@test "encryption: the node that the file system is on" {
	dmsetup version >/dev/null 2>&1 || skip "no device mapper here"
	loop_device 64
	dmsetup create "limit-crypt-$$" --table \
		"0 $((64 * 2048)) crypt aes-cbc-plain64 $(printf '%064d' 1) 0 $loop 0" ||
		skip "this kernel has no dm-crypt"
	at_end dmsetup remove --retry "limit-crypt-$$"
	[ -b "/dev/mapper/limit-crypt-$$" ] || dmsetup mknodes
	ext4 "/dev/mapper/limit-crypt-$$" "$mnt"
	rate_holds 2700 4500 --io-write "4M@$mnt" -- "$hog" write "$mnt/file" 12
	rate_holds 2700 4500 --io-read "4M@$mnt" -- "$hog" read "$mnt/file" 12
}

# btrfs DIRECTORY MKFS-ARG… DEVICE…: without checksums, which make direct writes buffered from Linux 6.15.
btrfs()
{
	local directory=$1
	shift

	command -v mkfs.btrfs >/dev/null || skip "no mkfs.btrfs (Debian: btrfs-progs)"
	mkfs.btrfs -q "$@" >/dev/null
	mount_at "$directory" -t btrfs -o nodatacow "${@: -1}"
}

@test "btrfs: the disk behind its anonymous number, subvolumes too" {
	loop_device 160
	btrfs "$mnt" "$loop"
	assert_device "$loop" "$mnt" '' --io-write "4M@$mnt"
	rate_holds 2700 4500 --io-write "4M@$mnt" -- "$hog" write "$mnt/file" 12
	rate_holds 2700 4500 --io-read "4M@$mnt" -- "$hog" read "$mnt/file" 12
	command btrfs subvolume create "$mnt/sub" >/dev/null
	assert_device "$loop" "$mnt/sub" '' --io-write "4M@$mnt/sub"
}

@test "btrfs on two devices: a limit on each" {
	loop_device 160
	first=$loop
	loop_device 160
	btrfs "$mnt" -d raid0 -m raid1 "$first" "$loop"
	assert_device "$first" "$mnt" '' --io-write "4M@$mnt"
	assert_device "$loop" "$mnt" '' --io-write "4M@$mnt"
	grep -q '^note *btrfs has 2 devices: ' plan
	# Half of it on each: twice the rate.
	rate_holds 2700 4500 --io-write "4M@$mnt" -- "$hog" write "$mnt/file" 24
}

@test "an overlay: what its upper layer is on" {
	loop_device 64
	ext4 "$loop" "$mnt"
	mkdir "$mnt/upper" "$mnt/work" lower
	mount_at "$BATS_TEST_TMPDIR/merged" -t overlay \
		-o "lowerdir=$BATS_TEST_TMPDIR/lower,upperdir=$mnt/upper,workdir=$mnt/work" overlay
	merged=$BATS_TEST_TMPDIR/merged
	"$LIMIT" -n --io-write "4M@$merged" -- true >plan
	grep -qxF "device ${loop#/dev/} ($(number_of "$loop")), from $merged, upper layer $mnt/upper" plan
	rate_holds 2700 4500 --io-write "4M@$merged" -- "$hog" write "$merged/file" 12
	rate_holds 2700 4500 --io-read "4M@$merged/file" -- "$hog" read "$merged/file" 12
	assert_report '^ +note +reads of files in a lower layer '
}

# refused PATH WORDS…: 125, COMMAND is not started, and the message has the words.
refused()
{
	local path=$1 words
	shift

	run --separate-stderr "$LIMIT" --io-write "4M@$path" -- touch started
	assert_status 125
	[ ! -e started ]
	[[ "${stderr_lines[0]}" == "limit: cannot limit io of '$path': "* ]]
	[[ "${stderr_lines[1]}" == "limit: try: "* ]]
	for words; do
		[[ "${stderr_lines[0]}" == *"$words"* ]] || { echo "no '$words' in: $stderr"; return 1; }
	done
}

@test "file systems without a disk are refused by name" {
	mount_at "$mnt/tmp" -t tmpfs none
	mount_at "$mnt/ram" -t ramfs none
	refused "$mnt/tmp" "is on tmpfs" "memory"
	refused "$mnt/ram" "is on ramfs" "memory"
	refused /proc/self "is on proc"
	refused /sys "is on sysfs"
	mkdir "$mnt/tmp/upper" "$mnt/tmp/work" lower
	mount_at "$BATS_TEST_TMPDIR/merged" -t overlay \
		-o "lowerdir=$BATS_TEST_TMPDIR/lower,upperdir=$mnt/tmp/upper,workdir=$mnt/tmp/work" overlay
	refused "$BATS_TEST_TMPDIR/merged" "its upper layer '$mnt/tmp/upper' is on tmpfs" "memory"
}

@test "an overlay that only reads is refused" {
	mkdir a b
	mount_at "$mnt" -t overlay -o "lowerdir=$BATS_TEST_TMPDIR/a:$BATS_TEST_TMPDIR/b" overlay
	refused "$mnt" "overlay without an upper layer"
}

@test "a character device and a name without its directory are refused" {
	refused /dev/null
	loop_device 16
	cd "$BATS_TEST_TMPDIR"
	refused "${loop#/dev/}"
	[ "${stderr_lines[1]}" = "limit: try: @$loop" ]
}

@test "buffered writes: throttled on cgroup v2 where the file system takes part, else a note" {
	loop_device 64
	ext4 "$loop" "$mnt"
	# 12M and the flush must not end before the limit lets them.
	printf '#!/bin/sh\nexec dd if=/dev/zero of=%s/file bs=64k count=192 conv=fsync 2>/dev/null\n' \
		"$mnt" >"$BATS_TEST_TMPDIR/writer"
	chmod +x writer
	started=$(date +%s%N)
	run_limit --io-write "4M@$mnt" -- ./writer
	assert_status 0
	took_ms=$((($(date +%s%N) - started) / 1000000))
	if [ "$(host_mode)" = unified ]; then
		[ "$took_ms" -ge 2500 ] || { echo "it took $took_ms ms"; return 1; }
		run ! grep -q 'buffered writes' <<<"$report"
	else
		assert_report '^  note +cgroup v1 .* buffered writes pass unthrottled'
	fi
}

@test "a file system that takes no part in writeback by group: a note" {
	command -v mkfs.vfat >/dev/null || skip "no mkfs.vfat (Debian: dosfstools)"
	[ "$(host_mode)" = unified ] || skip "on cgroup v1 it is true of every file system"
	loop_device 16
	mkfs.vfat "$loop" >/dev/null
	mount_at "$mnt" -t vfat "$loop"
	run_limit --io-write "4M@$mnt" -- true
	assert_status 0
	assert_report '^  note +buffered writes on vfat pass unthrottled'
}
