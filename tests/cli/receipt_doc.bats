#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# doc/receipt.md: its examples still do and say what stands there, and its commands read the receipts.

load ../lib

setup()
{
	require_node
	document=$TESTS_DIR/../doc/receipt.md
	examples=$TESTS_DIR/../contrib/receipt-examples
	[ -e "$document" ] || skip "the document is not here"
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# From an example what does not depend on the machine: the command, the first line and the hints, without
# numbers and without names that only some kernels tell.
essence()
{
	grep -E '^(\$|limit:|  hint )' | sed -E '/^\$/!{
		s/[0-9]+(\.[0-9]+)?( (us|ms|s))?[KMG]?/N/g
		s/ \([^()]*\)$//
		s/, (or fewer processes at once|unless it forks without end)$//
	}'
}

@test "the examples say what the document says" {
	sed -n 's/^    //p' "$document" | sed -n '/^\$ limit/,$p' | essence >expected
	[ "$(grep -c '^\$ limit' expected)" -eq 3 ]
	# What wants all of a CPU may not get half of one on a busy machine.
	for attempt in 1 2 3 4 5; do
		"$examples" >output
		essence <output >got
		if ! grep -q make got; then
			sed -i '/make/,/^\$ limit --cpu/{/^\$ limit --cpu/!d}' expected
		fi
		! diff expected got >differences || break
	done
	cat output
	diff expected got
}

@test "jq reads a log, and a table goes into whatever reads CSV" {
	for n in 1 3; do
		"$LIMIT" -f json -o log --append --pids 2 -- "$hog" fork "$n" >/dev/null
		"$LIMIT" -f csv -o table.csv --append --pids $((n + 1)) -- true 'a,"b' $'two\nlines'
	done
	filter=$(sed -n "s/^    jq -r '\(.*\)' log\$/\1/p" "$document")
	[ -n "$filter" ]
	[ "$(jq -r "$filter" log)" = $'hog\tpids\ttry a larger --pids' ]
	[ "$(awk -F, 'NR == 1 { for (i = 1; i <= NF; i++) column[$i] = i }
		NR > 1 { print $column["asked.pids"] }' table.csv | tr '\n' ' ')" = "2 4 " ]
	command -v python3 >/dev/null || skip "no python3 to read CSV with"
	[ "$(python3 -c 'import csv, sys
for row in csv.DictReader(open("table.csv")):
	assert None not in row and None not in row.values()
	print(row["asked.pids"], row["result.reason"], int(row["wall_us"]) > 0)')" = $'2 exit True\n4 exit True' ]
}
