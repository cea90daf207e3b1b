#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# One table of options: help, manual page and completion must agree with it.

load ../lib

setup()
{
	top=$TESTS_DIR/..
	"$LIMIT" --help >"$BATS_TEST_TMPDIR/help"
	grep -oE '^  (-.,|   ) --[a-z0-9-]+' "$BATS_TEST_TMPDIR/help" | grep -oE -- '--[a-z0-9-]+' | sort >"$BATS_TEST_TMPDIR/options"
}

@test "--help and --version go to stdout and succeed" {
	for option in --help -h --version -V; do
		run --separate-stderr "$LIMIT" $option
		assert_status 0
		[ -n "$output" ]
		[ -z "$stderr" ]
	done
	run "$LIMIT" --version
	[[ "$output" =~ ^limit\ [0-9]+\.[0-9]+ ]]
}

@test "--help to a full disk fails" {
	run bash -c '"$0" --help >/dev/full' "$LIMIT"
	assert_status 125
}

@test "the help lists options" {
	[ "$(wc -l <"$BATS_TEST_TMPDIR/options")" -ge 19 ]
}

@test "no line of the help is wider than 100 columns" {
	run ! grep -E '^.{101,}' "$BATS_TEST_TMPDIR/help"
}

@test "the manual page has every option, and no other" {
	sed -n '/^\.SH OPTIONS/,/^\.SH EXIT/p' "$top/doc/limit.1" | grep -A1 '^\.TP' |
		grep -oE '\\-\\-[a-z0-9\\-]+' | tr -d '\\' | sort >"$BATS_TEST_TMPDIR/manual"
	diff "$BATS_TEST_TMPDIR/options" "$BATS_TEST_TMPDIR/manual"
}

@test "the completion for bash has every option, and no other" {
	grep -oE -- '(^|[^-a-z])--[a-z][a-z0-9-]+' "$top/contrib/completion/limit" | grep -oE -- '--[a-z0-9-]+' |
		sort -u >"$BATS_TEST_TMPDIR/completion"
	diff "$BATS_TEST_TMPDIR/options" "$BATS_TEST_TMPDIR/completion"
}

# completes WORD…: what the last word may become, as readline divides them.
completes()
{
	eval "$(sed 's/^complete .*//' "$top/contrib/completion/limit")"
	# shellcheck disable=SC2317 # called by _limit
	_command_offset() { COMPREPLY=("COMMAND at $1"); }
	# shellcheck disable=SC2317
	compopt() { :; }
	COMP_WORDS=(limit "$@") COMP_CWORD=$# COMPREPLY=()
	_limit limit "${!#}" "${COMP_WORDS[COMP_CWORD - 1]}"
	printf '%s\n' "${COMPREPLY[@]}"
}

@test "the completion knows where COMMAND begins" {
	[ "$(completes --mem-h)" = --mem-high ]
	[ "$(completes --mem 5M --mem-h)" = --mem-high ]
	[ "$(completes --bind a : b --mem-h)" = --mem-high ]
	[ "$(completes --bind a : b : ro --mem-h)" = --mem-high ]
	[ "$(completes --env A = 1 --mem-h)" = --mem-high ]
	[ "$(completes --progress = signal --mem-h)" = --mem-high ]
	[ "$(completes --mem 5M mak)" = "COMMAND at 3" ]
	[ "$(completes --mem 5M make al)" = "COMMAND at 3" ]
	[ "$(completes --bind a : b -- make al)" = "COMMAND at 6" ]
	cd "$BATS_TEST_TMPDIR"
	: >unique
	[ "$(completes --bind a : uniq)" = unique ]
	[ "$(completes --manager cgr)" = cgroupfs ]
}

@test "the exit statuses are told in the same words in help, manual page and main.c" {
	sed -n '/^Exit status:/,/^$/s/^  \([^ ]*\)  *\(.*\)/\2/p' "$BATS_TEST_TMPDIR/help" >"$BATS_TEST_TMPDIR/words"
	[ "$(wc -l <"$BATS_TEST_TMPDIR/words")" -eq 6 ]
	tr '\n' ' ' <"$top/doc/limit.1" >"$BATS_TEST_TMPDIR/manual"
	while read -r words; do
		grep -qF -- "$words" "$top/src/main.c"
		grep -qF -- "$words" "$BATS_TEST_TMPDIR/manual"
	done <"$BATS_TEST_TMPDIR/words"
}
