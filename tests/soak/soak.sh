#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# soak.sh: thousands of short runs of every kind; nothing may be left of them. 'make soak' calls it.
# By hand: LIMIT=$PWD/build/limit TEST_TOOLS_DIR=$PWD/build/tests/tools tests/soak/soak.sh
#
# SOAK_RUNS (10000) is how many runs. SOAK_WRAPPER is put in front of limit: 'valgrind -q
# --error-exitcode=99 --leak-check=full' for one. What limit itself writes goes to a file for each
# kind of run; it is shown if a status is wrong.
#
# It fails if a run ends with the wrong status, if a node or a process is left, or if a run leaves a
# file behind in its directory.

set -eu

: "${LIMIT:?the limit to test}"
: "${TEST_TOOLS_DIR:?where hog is}"
runs=${SOAK_RUNS:-10000}
read -r -a wrapper <<<"${SOAK_WRAPPER-}"
hog=$TEST_TOOLS_DIR/hog
jobs=$(nproc)
work=$(mktemp -d)
# The processes of the soak carry this in their environment: what is left of it is ours.
export LIMIT_SOAK=$$-$RANDOM
trap 'rm -rf "$work"' EXIT

# STATUS, then what limit is called with, a line each: words without blanks.
kinds=(
	"0   --mem 50M --cpu 1 --pids 100 -- true"
	"1   -- false"
	"143 --pids 20 -- sh -c kill\${IFS}\$\$"
	"137 --mem 16M -- $hog mem 64"
	"124 --time 20ms --grace 10ms -- sleep 1000"
	"0   --pids 20 -- $hog fork 3"
	"127 --mem 50M -- ./nothing-here"
	"126 --mem 50M -- /etc/passwd"
	"125 --mem 0 -- true"
	"7   --pids 50 -- $LIMIT -q --pids 20 -- sh -c exit\${IFS}7"
	"0   -o $work/report -- true"
)

# worker NUMBER: every jobs-th run, beginning with that one. Says what went wrong, and fails.
worker()
{
	local number words expected status failed=0 log=$work/log.$1

	for ((number = $1; number < runs; number += jobs)); do
		read -r -a words <<<"${kinds[number % ${#kinds[@]}]}"
		expected=${words[0]}
		status=0
		${wrapper[@]+"${wrapper[@]}"} "$LIMIT" "${words[@]:1}" >/dev/null 2>"$log" || status=$?
		if ((status != expected)); then
			echo "run $number: status $status, not $expected: limit ${words[*]:1}"
			sed 's/^/  | /' "$log"
			failed=1
		fi
	done
	return "$failed"
}

# Those of ours that live: a zombie has no environment any more.
processes_left()
{
	grep -l -s -z -x "LIMIT_SOAK=$LIMIT_SOAK" /proc/[0-9]*/environ | while IFS=/ read -r _ _ pid _; do
		[ "$pid" = $$ ] || [ "$pid" = "$BASHPID" ] || ps -o pid=,args= -p "$pid" || true
	done
}

# Directories of nodes below the caller's own groups, whoever made them. Another limit's that is at
# work is left out.
nodes_left()
{
	local parent node pid started

	for parent in $("$LIMIT" -n --cpu 1 --mem 1G --pids 100 -- true |
		sed -n 's,^mkdir *\(.*\)/limit-[0-9]*-[0-9]*$,\1,p'); do
		for node in "$parent"/limit-*-*; do
			[[ ${node##*/} =~ ^limit-[0-9]+-[0-9]+$ && -d $node ]] || continue
			IFS=- read -r _ pid started <<<"${node##*/}"
			[ "$(cut -d ' ' -f 22 "/proc/$pid/stat" 2>/dev/null)" = "$started" ] || echo "$node"
		done
	done
}

cd "$work"
started=$SECONDS
pids=()
for ((i = 0; i < jobs; i++)); do
	# The shell itself tells of every death by a signal.
	worker "$i" >"$work/wrong.$i" 2>"$work/log.shell.$i" &
	pids+=($!)
done
failed=0
for pid in "${pids[@]}"; do
	wait "$pid" || failed=1
done
cat "$work"/wrong.*
left=$(nodes_left; processes_left; find "$work" ! -name 'wrong.*' ! -name 'log.*' ! -name report ! -path "$work")
if [ -n "$left" ]; then
	printf 'left behind:\n%s\n' "$left"
	failed=1
fi
echo "soak: $runs runs of ${#kinds[@]} kinds in $((SECONDS - started)) s, ${#wrapper[@]} words of wrapper"
exit "$failed"
