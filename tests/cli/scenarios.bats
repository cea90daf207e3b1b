#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# doc/scenarios.md against the tests that it names.

load ../lib

@test "the tests that show a scenario exist" {
	table=$TESTS_DIR/../doc/scenarios.md
	rows=0
	while IFS= read -r row; do
		rows=$((rows + 1))
		# The last column: 'FILE: NAME', and several after '; ' each.
		row=${row% |}
		proofs=${row##* | }
		while IFS= read -r proof; do
			echo "$proof"
			[[ $proof =~ ^\`tests/([a-z]+/[a-z0-9_-]+\.(bats|guest))\`:\ (.+)$ ]]
			file=$TESTS_DIR/${BASH_REMATCH[1]} name=${BASH_REMATCH[3]}
			grep -qxF -- "@test \"$name\" {" "$file" || grep -qF -- "ok '$name' " "$file"
		done <<<"${proofs//; \`tests/$'\n'\`tests}"
	done < <(sed '1,/^|---/d' "$table")
	[ "$rows" -ge 50 ]
}
