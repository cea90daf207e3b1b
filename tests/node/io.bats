#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Io limits bite, on a disk of the tests' own: TEST_DISK, or a loop device over a file.

load ../lib

setup_file()
{
	export disk=${TEST_DISK-}

	[ -z "$disk" ] || return 0
	[ "$(id -u)" -eq 0 ] || skip "needs root for a loop device"
	truncate -s 64M "$BATS_FILE_TMPDIR/disk"
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
	number=$(printf '%d:%d' "0x$(stat -L -c %t "$disk")" "0x$(stat -L -c %T "$disk")")
}

teardown()
{
	assert_nothing_left
}

@test "a direct writer under --io-write 4M gets 4M a second" {
	rate_holds 2700 4500 --io-write "4M@$disk" -- "$hog" write "$disk" 12
	assert_report '^ +(io +)?read .*, wrote 12M \([0-9]+ ops\) on '
}

@test "a direct reader under --io-read 4M gets 4M a second" {
	rate_holds 2700 4500 --io-read "4M@$number" -- "$hog" read "$disk" 12
	assert_report '^ +(io +)?read 12M \([0-9]+ ops\), wrote '
}

@test "write operations are limited too" {
	# Thirty writes are at least thirty operations: a second and a half at twenty a second, less
	# what the first slice lets through. Without the limit they take a tenth of a second.
	rate_holds 1200 20000 --io-write-ops "20@$disk" -- "$hog" write "$disk" 30
}

@test "read operations are limited too" {
	rate_holds 1200 20000 --io-read-ops "20@$disk" -- "$hog" read "$disk" 30
}

@test "another device stays free" {
	run_limit --io-write "1M@$disk" -- sh -c 'head -c 8000000 /dev/zero >file'
	assert_status 0
}

@test "a limit on both directions, by name and by number, is one limit for each" {
	plan=$("$LIMIT" -n --io-write "4M@$disk" --io-read "2M@$number" --io-write "3M@$number" -- true)
	[ "$(grep -c "^write .*$number" <<<"$plan")" -eq 2 ]
	grep -qE "(wbps=|write_bps_device  $number )3145728" <<<"$plan"
	grep -qE "(rbps=|read_bps_device  $number )2097152" <<<"$plan"
}

@test "a device that has no queue of its own is refused before COMMAND starts" {
	run --separate-stderr "$LIMIT" --io-write 1M@0:0 -- touch started
	assert_status 125
	[ ! -e started ]
}
