#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# This machine's line in the table of environments: each limit bites or is refused, as --check says.

load ../lib

@test "each limit bites, or is refused with a remedy, and --check agrees" {
	run "$TESTS_DIR/environment" 'this machine, whoever runs the tests'
	grep '^# environment: ' <<<"$output" >&3 || true
	echo "$output"
	[ "$status" -eq 0 ]
}
