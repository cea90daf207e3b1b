#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# The table of environments: what is not there must be seen.

load ../lib

setup()
{
	mkdir -p "$BATS_TEST_TMPDIR/tests/guest"
	cd "$BATS_TEST_TMPDIR/tests"
	cp "$TESTS_DIR/environment-table" .
	cat >environments <<-END
		# a comment
		one | mem cpu | -  | - | guest/a guest/b
		two | -       | io | * | guest/a
		three | * | * | * | node/n
	END
	line guest/a 'as expected | one | 6.1.0-57 | mem cpu | - | '
	line guest/a 'as expected | two | 6.1.0-57 | - | io | cannot'
	line guest/b 'as expected | one | 6.12.1 | mem cpu | - | '
}

# line TEST TEXT: as tests/environment prints it.
line()
{
	echo "# environment: $2" >>"$1.log"
}

# table STATUS GROUP...: what comes out, with single spaces.
table()
{
	run ./environment-table "${@:2}" -- guest/*.log
	echo "$output"
	[ "$status" -eq "$1" ]
	squeezed=$(tr -s ' ' <<<"$output")
}

@test "a line for each, kernels with the same result together" {
	table 0 guest
	[ "$squeezed" = 'environment kernel works refused with 125, because
one 6.1, 6.12 mem cpu -
two 6.1 - io cannot' ]
	[ "$(grep -o '  - *io' <<<"$output")" = '  -        io' ]
}

@test "another result on another kernel is another line" {
	sed -i 's/mem cpu | - |/mem | cpu |/' guest/b.log
	table 0 guest
	[[ $squeezed == *$'\none 6.1 mem cpu -\none 6.12 mem cpu\n'* ]]
}

@test "a line that is missing" {
	sed -i 1d guest/a.log
	table 1 guest
	[[ $squeezed == *$'\none ? ? ? MISSING: nothing of it is in tests/guest/a.log\n'* ]]
	rm guest/a.log
	table 1 guest
	[[ $squeezed == *$'\ntwo ? ? ? MISSING: nothing of it is in tests/guest/a.log' ]]
}

@test "no log at all" {
	run ./environment-table guest --
	[ "$status" -eq 1 ]
	[ "$(grep -c MISSING <<<"$output")" -eq 3 ]
}

@test "a group that was not to be run is not missed, one that was is" {
	table 1 guest node
	[[ $squeezed == *$'\nthree ? ? ? MISSING: nothing of it is in tests/node/n.log' ]]
}

@test "a guest that was skipped" {
	echo '1..0 # SKIP no such kernel' >guest/b.log
	table 0 guest
	[[ $squeezed == *$'\none ? ? ? skipped: no such kernel\n'* ]]
}

@test "one that is not listed, and one that is not as expected" {
	line guest/b 'NOT AS EXPECTED | two | 6.12.1 | - | mem | cannot'
	table 1 guest
	[[ $squeezed == *$'\ntwo 6.12 - mem NOT LISTED in tests/environments: NOT AS EXPECTED: cannot' ]]
}
