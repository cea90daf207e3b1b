#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The README's example: limit builds limit, from the tarball that make dist made.

load ../lib

setup()
{
	[ -n "${TARBALL-}" ] || skip "make check-guest runs this, here and in a guest"
	require_node
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

@test "limit --mem 500M --cpu 1 -- make builds a real program and prints a receipt" {
	tar -xJf "$TARBALL" --strip-components=1
	./configure -q --disable-dependency-tracking CFLAGS=-O0 >configure.log 2>&1
	run_limit --mem 500M --cpu 1 -- make limit
	assert_status 0
	assert_report '^limit: make: exit 0 after '
	assert_report '^  cpu .* CPUs of 1'
	assert_report '^  memory +peak [0-9.]+M of 500M \([0-9]+ %\).*;  oom kills 0$'
	assert_report '^  processes +peak ([0-9]+|n/a)$'
	./limit --version
	LIMIT=$PWD/limit
	run_limit --mem 64M -- "$hog" mem 200
	assert_status 137
}
