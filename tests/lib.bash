# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the .bats files share. LIMIT, TEST_TOOLS_DIR and TESTS_DIR come from make check; by hand:
#   LIMIT=$PWD/build/limit TEST_TOOLS_DIR=$PWD/build/tests/tools bats tests/cli

bats_require_minimum_version 1.5.0

: "${LIMIT:?the limit to test}"
: "${TEST_TOOLS_DIR:?where hog is}"
TESTS_DIR=${TESTS_DIR:-$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)}
# shellcheck source=tests/left.bash
. "$TESTS_DIR/left.bash"
hog=$TEST_TOOLS_DIR/hog
# A build with sanitizers must put up with hide.so being loaded before its own library.
export ASAN_OPTIONS=verify_asan_link_order=0

# 'unified', 'hybrid' or 'legacy'
host_mode()
{
	"$LIMIT" --dry-run -- true | sed -n 's/^host *//p'
}

# The parent of the node in every hierarchy.
node_parents()
{
	"$LIMIT" --dry-run --cpu 1 --mem 1G --pids 100 -- true |
		sed -n 's,^mkdir *\(.*\)/limit-[0-9]*-[0-9]*$,\1,p'
}

# know_node_parents: them in $known_node_parents, asked for once in each place: where the test is and what
# is mounted decides.
know_node_parents()
{
	local place='' part known_place='' known=$BATS_FILE_TMPDIR/node_parents

	for part in /proc/self/{cgroup,mountinfo}; do
		IFS= read -r -d '' part <"$part" || place+=$part
	done
	[ ! -e "$known.place" ] || IFS= read -r -d '' known_place <"$known.place" || true
	if [ "$place" != "$known_place" ]; then
		node_parents >"$known"
		printf %s "$place" >"$known.place"
	fi
	known_node_parents=$(<"$known")
}

# The nodes whose limit has ended: somebody else may be using limit at the same time.
nodes_left()
{
	local parent node known_node_parents

	know_node_parents
	for parent in $known_node_parents; do
		for node in "$parent"/limit-*-*; do
			[[ ${node##*/} =~ ^limit-[0-9]+-[0-9]+$ ]] || continue
			# Left on purpose, by --leftovers leave.
			[ ! -d "$node/left" ] || continue
			# The order matters: who has ended has removed its node before.
			node_lives "${node##*/}" || [ ! -d "$node" ] || echo "$node"
		done
	done
}

# Tests that run a command need a control group: an ordinary user may have none. That there is one is
# seen once in each file.
require_node()
{
	local message

	[ ! -e "$BATS_FILE_TMPDIR/node" ] || return 0
	message=$("$LIMIT" -q -- true 2>&1) || skip "no control group can be made here: ${message%%$'\n'*}"
	: >"$BATS_FILE_TMPDIR/node"
}

# 'limit ARG…' with its report in $report and COMMAND's own output as bats' $output.
run_limit()
{
	local file=$BATS_FILE_TMPDIR/report.$SRANDOM

	run --separate-stderr "$LIMIT" -o "$file" "$@"
	report=
	[ ! -e "$file" ] || report=$(<"$file")
}

# assert_report REGEX: one of the report's lines matches.
assert_report()
{
	local line

	while IFS= read -r line; do
		[[ ! $line =~ $1 ]] || return 0
	done <<<"$report"
	printf 'no line of the report matches /%s/:\n%s\n%s\n' "$1" "$report" "${stderr-}"
	return 1
}

# assert_status N, with what was printed if it differs.
assert_status()
{
	if [ "$status" -ne "$1" ]; then
		printf 'status %s, not %s\nstdout: %s\nstderr: %s\nreport: %s\n' \
			"$status" "$1" "$output" "${stderr-}" "${report-}"
		return 1
	fi
}

# assert_between LOW VALUE HIGH, all decimal.
assert_between()
{
	awk -v low="$1" -v value="$2" -v high="$3" \
		'BEGIN { if (value + 0 < low + 0 || value + 0 > high + 0) {
			print value " is not within " low " to " high; exit 1 } }'
}

# rate_holds LOW HIGH ARG…: run limit ARG… up to five times. What hog prints, the milliseconds, must
# never be below LOW, for the cap holds always; above HIGH, with which half the rate would not do, it may
# be while the machine is busy, but not every time.
rate_holds()
{
	local low=$1 high=$2 attempt
	shift 2

	for attempt in 1 2 3 4 5; do
		run_limit "$@"
		assert_status 0
		assert_between "$low" "$output" 60000
		[ "$output" -gt "$high" ] || return 0
	done
	echo "more than $high ms in each of $attempt attempts, at last $output"
	return 1
}

assert_nothing_left()
{
	local left i

	# Somebody else's limit may just have been killed: its guard takes a moment.
	for i in {1..20}; do
		left=$(nodes_left)
		[ -n "$left" ] || return 0
		sleep 0.1
	done
	printf 'left behind: %s\n' "$left"
	return 1
}

# The guard of the limit with that pid; nothing if there is none.
guard_of()
{
	pgrep -P "$1" -x limit-guard || true
}

# The groups of the node that the limit with that pid made.
nodes_of()
{
	local parent

	for parent in $(node_parents); do
		find "$parent" -maxdepth 1 -name "limit-$1-*"
	done
}

# has_ended PID: reaped, or a zombie that nobody has reaped yet.
has_ended()
{
	! kill -0 "$1" 2>/dev/null || grep -qs '^State:.Z' "/proc/$1/status"
}

# spared STATUS COMMAND…: run COMMAND, which calls run, up to five times until $status is that. While the
# memory of the process that the kernel ended is still counted it may end another one of the group for the
# same limit, too; that is rare, and not every time.
spared()
{
	local wanted=$1 attempt
	shift

	for attempt in 1 2 3 4 5; do
		"$@"
		[ "$status" -ne "$wanted" ] || return 0
	done
}

# eventually COMMAND…: it becomes true. What takes milliseconds gets many seconds on a busy machine.
eventually()
{
	local deadline=$((SECONDS + 20))

	until "$@"; do
		if ((SECONDS >= deadline)); then
			printf 'never: %s\n' "$*"
			return 1
		fi
		sleep 0.02
	done
}

# Before each command bats notes where it is, for the message if that fails. Where a machine is emulated
# this takes longer than the command. So note it once, when something has failed; if this bats works so.
if declare -F bats_debug_trap bats_error_trap bats_check_status_from_trap bats_capture_stack_trace >/dev/null; then
	bats_debug_trap()
	{
		trap - DEBUG
	}

	bats_error_trap()
	{
		bats_check_status_from_trap
		bats_capture_stack_trace
		# shellcheck disable=SC2034 # for bats
		BATS_DEBUG_LAST_STACK_TRACE_IS_VALID=1
	}
fi
