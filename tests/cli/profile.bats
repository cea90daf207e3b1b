#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Files of options. What a line may be is in tests/unit/profile.c.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	export XDG_CONFIG_HOME=$PWD/config HOME=$PWD/home
	mkdir -p config/limit home/.config/limit
}

teardown()
{
	assert_nothing_left
}

# The number of processes, nice value and file limit that a plan has.
planned()
{
	"$LIMIT" -n "$@" -- true | sed -n 's,^write .*/pids.max *,pids ,p; s/^set *//p' | paste -sd ' '
}

# refused LINE HINT OPTION…: 125, the first line as said, the hint if not empty, COMMAND not started.
refused()
{
	local line=$1 hint=$2

	shift 2
	run --separate-stderr "$LIMIT" "$@" -- touch started
	assert_status 125
	[ -z "$output" ]
	[ "${stderr_lines[0]}" = "limit: $line" ] || { printf '%s\n' "$stderr"; return 1; }
	if [ -n "$hint" ]; then
		[ "${stderr_lines[1]}" = "limit: try: $hint" ]
	fi
	[ "${#stderr_lines[@]}" -le 2 ]
	[ ! -e started ]
}

@test "a profile's limits are in force" {
	printf 'rlimit nofile=20\nnice 3\n' >config/limit/small.conf
	run_limit --profile small -- sh -c 'ulimit -n; nice'
	assert_status 0
	[ "$output" = $'20\n3' ]
	assert_report '^  each +nofile 20, nice 3$'
}

@test "where a profile is looked for" {
	echo 'pids 11' >config/limit/p.conf
	echo 'pids 12' >home/.config/limit/p.conf
	[ "$(planned --profile p)" = 'pids 11' ]
	[ "$(XDG_CONFIG_HOME='' planned --profile p)" = 'pids 12' ]
	[ "$(XDG_CONFIG_HOME=config planned --profile p)" = 'pids 12' ]
	unset XDG_CONFIG_HOME
	[ "$(planned --profile p)" = 'pids 12' ]
	[ "$("$LIMIT" -n --profile p -- true | head -n 1)" = "file   $HOME/.config/limit/p.conf" ]
}

@test "/etc/limit is the last place" {
	unshare -m true 2>/dev/null || skip "no mount namespace can be had here"
	mkdir -p etc/limit
	echo 'pids 13' >etc/limit/p.conf
	echo 'pids 14' >etc/limit/q.conf
	echo 'pids 15' >config/limit/q.conf
	run unshare -m sh -c 'mount --bind etc /etc && "$0" -n --profile p -- true && "$0" -n --profile q -- true' "$LIMIT"
	[[ "$output" == *$'file   /etc/limit/p.conf\n'*'pids.max  13'*'pids.max  15'* ]]
}

@test "the command line wins, wherever it names the file" {
	printf 'pids 11\nnice 5\nrlimit nofile=20\nrlimit core=0\n' >p
	[ "$(planned --config p)" = 'pids 11 nofile 20, core 0, nice 5' ]
	[ "$(planned --config p --pids 7)" = 'pids 7 nofile 20, core 0, nice 5' ]
	[ "$(planned --pids 7 --config p)" = 'pids 7 nofile 20, core 0, nice 5' ]
	# For each resource by itself.
	[ "$(planned --rlimit nofile=30 --config=p)" = 'pids 11 nofile 30, core 0, nice 5' ]
	[ "$(planned --pids max --rlimit stack=8M --config p)" = "$(planned --pids max --config p |
		sed 's/core 0/&, stack 8M/')" ]
}

@test "of several files the later wins" {
	printf 'pids 11\nnice 5\n' >a
	printf 'pids 12\n' >config/limit/b.conf
	[ "$(planned --config a --profile b)" = 'pids 12 nice 5' ]
	[ "$(planned --profile b --config a)" = 'pids 11 nice 5' ]
}

@test "--dry-run names the files" {
	: >a
	: >config/limit/b.conf
	run "$LIMIT" -n --config a --profile b -- true
	[ "${lines[0]}" = 'file   a' ]
	[ "${lines[1]}" = "file   $XDG_CONFIG_HOME/limit/b.conf" ]
	[[ "${lines[2]}" == 'host '* ]]
}

@test "strings from a file last as long as the run" {
	printf 'report "a report"\nquiet\n' >p
	"$LIMIT" --config p -- true
	grep -q '^limit: true: exit 0' 'a report'
}

@test "what is wrong is told with file and line" {
	printf '# one\nmem 500M\npids 5x\n' >p
	refused "p:3: cannot use --pids '5x': a count takes no unit" \
		'--pids takes a whole number such as 100, or max' --config p
	echo 'bogus 5' >config/limit/q.conf
	refused "$XDG_CONFIG_HOME/limit/q.conf:1: cannot use 'bogus': there is no such option" \
		'limit --help' --profile q
	echo 'profile q' >p
	refused "p:1: cannot use --profile in a file: it is for the command line" '' --config p
	echo '-- make' >p
	refused "p:1: cannot use '--': a file has long names only, and no COMMAND" 'mem 500M' --config p
}

@test "a profile that is not there" {
	refused "cannot use --profile 'nope': No such file or directory" \
		"$XDG_CONFIG_HOME/limit/nope.conf or /etc/limit/nope.conf, or --config FILE" --profile nope
	refused "cannot use --profile '../p': a name has no '/'; --config takes any file" '' --profile ../p
	refused "cannot use --profile '': it is empty" '' --profile ''
	refused "cannot use --config '': it is empty" '' --config ''
	refused "cannot read 'nope': No such file or directory" '' --config nope
}

@test "what is no file of options" {
	refused "cannot read '.': Is a directory" '' --config .
	refused "cannot use '/dev/zero' as a file of options: File too large" \
		'a file of less than 65536 bytes' --config /dev/zero
	printf 'mem 5M\0\n' >nul
	refused "cannot use 'nul' as a file of options: it holds NUL bytes" '' --config nul
	yes '# a large file' 2>/dev/null | head -c 65537 >large
	refused "cannot use 'large' as a file of options: File too large" '' --config large
	head -c 65535 large >large2
	run_limit --config large2 -- true
	assert_status 0
	head -c 5000 /dev/zero | tr '\0' x >wide
	refused 'wide:1: the line is longer than 4096 bytes' '' --config wide
	options=()
	for i in {1..17}; do options+=(--config wide); done
	refused "cannot use --config 'wide': there are too many files of options" '' "${options[@]}"
}

@test "a file that may not be read" {
	[ "$(id -u)" -ne 0 ] || skip "root may read everything"
	: >config/limit/closed.conf
	chmod 0 config/limit/closed.conf
	refused "cannot read '$XDG_CONFIG_HOME/limit/closed.conf': Permission denied" '' --profile closed
}

@test "a pipe is read to its end, and a FIFO that nobody writes to is no hang" {
	[ "$(planned --config <(sleep 0.1; echo 'pids 11'; sleep 0.1; echo 'nice 5'))" = 'pids 11 nice 5' ]
	mkfifo fifo
	run_limit --config fifo -- true
	assert_status 0
}

@test "--help and --version need no file" {
	run "$LIMIT" --config nope --version
	assert_status 0
}

@test "the profiles that come with limit are good" {
	top=$TESTS_DIR/..
	[ -d "$top/contrib/profiles" ] || skip "they are not here"
	[ "$(find "$top/contrib/profiles" -name '*.conf' | wc -l)" -ge 3 ]
	cp "$top"/contrib/profiles/*.conf config/limit
	for file in config/limit/*.conf; do
		name=${file##*/}
		run --separate-stderr "$LIMIT" --profile "${name%.conf}" --dry-run -- true
		assert_status 0
		[ -z "$stderr" ]
	done
}
