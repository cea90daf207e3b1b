#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Weights, idle groups and bursts: who gets how much of a CPU that is wanted by several.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# compete FIRST SECOND: a busy loop under each weight, both on CPU 0. CPU seconds of the second into
# the file second; of the first, while the second ran, into first: the second itself looks before and
# after, for the first goes on.
compete()
{
	local first ticks

	mkfifo pid
	"$LIMIT" -q --cpu-weight "$1" --grace 0 -- sh -c 'echo $$ >pid; exec taskset -c 0 "$0" spin 1000' "$hog" 3>&- &
	first=$!
	read -r ticks <pid
	"$LIMIT" -q --cpu-weight "$2" -- taskset -c 0 sh -c '
		read -r before <"/proc/$1/stat"
		"$0" cpu 3 >second
		read -r after <"/proc/$1/stat"
		printf "%s\n%s\n" "$before" "$after" >stats' "$hog" "$ticks"
	kill -TERM "$first"
	wait "$first" || true
	rm pid
	# Behind the name: user and system time are the 12th and 13th field.
	sed 's/.*) //' stats | awk -v hertz="$(getconf CLK_TCK)" '
		{ used[NR] = $12 + $13 }
		END { print (used[2] - used[1]) / hertz }' >first
}

# share FIRST SECOND LOW [HIGH]: the second gets LOW to HIGH times as much as the first, which may be
# nothing if there is no HIGH. Others want the CPU too: once in five attempts is enough.
share()
{
	local attempt

	for attempt in 1 2 3 4 5; do
		compete "$1" "$2"
		paste first second | awk -v low="$3" -v high="${4-}" \
			'{ exit !($2 >= 0.1 && $2 >= low * $1 && (high == "" || $2 <= high * $1)) }' && return 0
	done
	echo "in $attempt attempts not within $3 to ${4-any} times, at last $(cat first) s and $(cat second) s"
	return 1
}

@test "weights 50 and 200 share a CPU one to four" {
	share 50 200 3.2 4.8
}

@test "the idle one gets next to nothing" {
	share idle 100 20
}

# Each sprint takes 35 ms of CPU where 20 ms are allowed in a period: without savings it is stopped
# (but for the few that two periods share), with them it is not.
@test "--cpu-burst spends what was saved up" {
	run_limit --cpu-weight 10000 --cpu 0.2 -- "$hog" sprint 10 35
	assert_status 0
	[[ "$report" != *burst* ]]
	without=$(sed -n 's/.*throttled .* in \([0-9]*\) of .*/\1/p' <<<"$report")
	run_limit --cpu-weight 10000 --cpu 0.2 --cpu-burst 20ms -- "$hog" sprint 10 35
	assert_status 0
	assert_report '^  cpu .*;  burst [1-9][0-9.]* m?s in [1-9][0-9]* periods$'
	with=$(sed -n 's/.*throttled .* in \([0-9]*\) of .*/\1/p' <<<"$report")
	assert_between 6 "$without" 1000
	assert_between 0 "${with:-0}" $((without / 2))
}
