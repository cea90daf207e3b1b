#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --runs and --warmup: how often, in which order, in how fresh a node; what ends a series and what it
# ends with; the statistics in every form. No test looks at how long anything took.

load ../lib

setup()
{
	require_node
	schemas=$TESTS_DIR/../doc
	[ -e "$schemas/series.schema.json" ] || schemas=$TESTS_DIR/..
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# series STATUS ARG…: run limit -f json ARG… with its statistics in 'out', which obey the schema.
series()
{
	local expected=$1 faults

	shift
	rm -f out
	run "-$expected" --separate-stderr "$LIMIT" -f json -o out "$@"
	assert_status "$expected"
	[ "$(wc -l <out)" -eq 1 ]
	faults=$(jq -r --slurpfile schema "$schemas/series.schema.json" \
		--slurpfile receipt "$schemas/receipt.schema.json" -f "$TESTS_DIR/schema.jq" out)
	[ -z "$faults" ] || { echo "$faults"; return 1; }
}

# field FILTER VALUE: what jq finds in the statistics.
field()
{
	local value

	value=$(jq -c "$1" out)
	[ "$value" = "$2" ] || { echo "$1 is $value, not $2"; return 1; }
}

@test "commands run in turns, those to warm up first, and each as often as asked" {
	series 0 --runs 2 --warmup 1 -- sh -c 'echo a >>log' ::: sh -c 'echo b >>log'
	[ "$(tr -d '\n' <log)" = ababab ]
	field '[.runs[] | [.command, .round, .warmup, .counted]]' \
		'[[0,1,true,false],[1,1,true,false],[0,1,false,true],[1,1,false,true],[0,2,false,true],[1,2,false,true]]'
	field '[.commands[].counted]' '[2,2]'
	field '.commands[1].words' '["sh","-c","echo b >>log"]'
	field '.result' '{"complete":true,"failed":false,"interrupted_by":null,"limit_exit_status":0,"fault":null}'
}

@test "each run has a node of its own: what one used is not counted for the next" {
	series 0 --runs 2 -- sh -c '[ -e first ] || { touch first; sleep 0.1 & sleep 0.1 & sleep 0.1 & wait; }'
	field '[.runs[].leftovers]' '[0,0]'
	[ "$(jq '.runs[0].pids_peak' out)" != null ] || skip "the kernel does not count the most processes"
	[ "$(jq '.runs[0].pids_peak' out)" -ge 4 ]
	field '.runs[1].pids_peak < 4' true
}

@test "a run leaves limit itself no larger and with no more descriptors" {
	# A sanitizer makes private mappings of its own, and finds what is not given back there.
	# The least of some looks: at the first limit may not have heard yet that COMMAND has started.
	"$LIMIT" -q --runs 9 -- sh -c 'for i in 1 2 3 4 5 6 7 8; do
		echo "$(grep -c "^[^ ]* ...s " /proc/$PPID/maps) $(ls /proc/$PPID/fd | wc -l)"
	done | sort -n -k 2 | head -n 1 >>log'
	[ "$(wc -l <log)" -eq 9 ]
	[ "$(sed -n 3p log)" = "$(sed -n 9p log)" ] || { cat log; false; }
}

@test "the statistics are those of the runs that count" {
	series 0 --runs 4 --warmup 1 -- true ::: sh -c 'echo >/dev/null'
	field '[range(2) as $i | [.runs[] | select(.command == $i and .counted) | .wall_us] as $v
		| .commands[$i].wall_us | (.count == 4 and .min == ($v | min) and .max == ($v | max)
			and (.mean - ($v | add / 4) | fabs) < 0.001
			and (.median - ($v | sort | (.[1] + .[2]) / 2) | fabs) < 0.001
			and (.sigma - ($v | (add / 4) as $m | map((. - $m) * (. - $m)) | add / 3 | sqrt) | fabs) < 0.001)]' \
		'[true,true]'
	field '.commands[1] | (.ratio_to_first.wall_us.value > 0 and .ratio_to_first.wall_us.error >= 0)' true
	field '.commands[0].ratio_to_first.wall_us | [.value == 1, .error]' '[true,null]'
}

@test "a run that fails ends the series with its status, and its receipt is there" {
	run_limit --runs 9 -- sh -c 'echo >>log; [ "$(wc -l <log)" -lt 3 ] || exit 7'
	assert_status 7
	[ "$(wc -l <log)" -eq 3 ]
	assert_report '^limit: sh -c .*: 2 of 9 runs$'
	assert_report '^limit: run 3 failed'
	assert_report '^limit: sh: exit 7 after'
	rm log
	series 7 --runs 9 -- sh -c 'echo >>log; [ "$(wc -l <log)" -lt 3 ] || exit 7'
	field '[.runs[] | [.counted, .exit_code, .limit_exit_status]]' '[[true,0,0],[true,0,0],[false,7,7]]'
	field '.result | [.complete, .failed, .limit_exit_status]' '[false,true,7]'
	field '.commands[0] | [.counted, .wall_us.count]' '[2,2]'
}

@test "so does one that fails to warm up" {
	series 3 --runs 2 --warmup 2 -- sh -c 'exit 3'
	field '[.runs[] | .warmup]' '[true]'
	field '.commands[0].wall_us.mean' null
}

@test "a run that dies of a signal ends the series, and limit dies of it" {
	series 143 --runs 3 -- sh -c 'kill -TERM $$'
	field '[.runs[] | [.signal, .exit_code]]' '[[15,null]]'
	field '.result.interrupted_by' null
}

@test "a limit in time ends the series with 124, unless its status is to be another" {
	series 124 --runs 2 --time 0.2 -- sleep 100
	field '[.runs[].reason]' '["time"]'
	series 0 --runs 2 --time 0.2 --exit-status time=0 -- sleep 100
	field '[.runs[] | [.reason, .counted]]' '[["time",true],["time",true]]'
	run_limit --runs 2 --time 0.2 --exit-status time=0 -- sleep 100
	assert_report 'warning +2 of 2 runs ended for a limit: time'
}

@test "running out of memory ends the series, and says what to do" {
	run_limit --runs 2 --mem 20M -- "$hog" mem 100
	assert_status 137
	assert_report '^limit: hog: .*memory limit of 20M hit'
	assert_report '^  hint '
}

@test "the victims of a run are not those of the runs before" {
	three_runs()
	{
		rm -f n
		run --separate-stderr "$LIMIT" -o report --oom process --mem 32M --runs 3 -- \
			sh -c 'echo >>n; "$0" mem 100; [ "$(wc -l <n)" -lt 3 ]' "$hog"
	}
	spared 1 three_runs
	[ "$(wc -l <n)" -eq 3 ]
	assert_status 1
	# The kernel may have told too much to tell the name of this one.
	grep -qE 'memory limit of 32M hit, 1 process killed( \(hog [0-9.]+M anon\))?$' report
}

@test "a limit that is lost when the node is made is told of the series, too" {
	HIDE=pids.max LD_PRELOAD=$TEST_TOOLS_DIR/hide.so run --separate-stderr "$LIMIT" -q -f json -o out \
		--best-effort --pids 7 --runs 2 -- true
	assert_status 0
	[ "$(jq -c '[.unenforced[].option]' out)" = '["pids"]' ]
	[ "$(jq .effective.pids out)" = null ]
	[ "$(jq '.placement.way | type' out)" = '"string"' ]
	HIDE=pids.max LD_PRELOAD=$TEST_TOOLS_DIR/hide.so run --separate-stderr "$LIMIT" -o out --best-effort --pids 7 --runs 2 -- true
	grep -q '^  unenforced  --pids: ' out
}

@test "a command that cannot be run ends the series, with the statistics so far" {
	run -127 --separate-stderr "$LIMIT" -o report --runs 2 -- true ::: ./nosuch
	report=$(cat report)
	[[ "$stderr" == *"cannot run './nosuch'"* ]]
	assert_report '^  1  true: 1 of 2 runs$'
	series 127 --runs 2 -- true ::: ./nosuch
	field '.result.fault != null' true
	field '[.commands[].counted]' '[1,0]'
}

@test "a file on standard input is read by every run, from where it was; a pipe by none" {
	printf 'one\ntwo\nthree\n' >in
	{ read -r _; series 0 --runs 3 -- sh -c 'cat >>log'; } <in
	[ "$(tr '\n' ' ' <log)" = 'two three two three two three ' ]
	rm log
	printf 'one\n' | series 0 --runs 2 -- sh -c 'cat >>log'
	[ ! -s log ]
}

@test "SIGTERM to limit ends the run and the series, and limit dies of it" {
	bash -c 'exec "$0" --runs 1000 -f json -o out -- sh -c "[ -e first ] || { touch first; exit; }
		touch second; exec sleep 1000"' "$LIMIT" >/dev/null 2>&1 3>&- &
	pid=$!
	until [ -e second ]; do kill -0 "$pid"; sleep 0.05; done
	kill -TERM "$pid"
	status=0
	wait "$pid" || status=$?
	assert_status 143
	field '.result | [.complete, .failed, .interrupted_by, .limit_exit_status]' '[false,false,"SIGTERM",143]'
	field '[.runs[].counted]' '[true,false]'
}

@test "Ctrl-C ends the series, which prints what it has, and a loop around it" {
	run timeout 60 "$TEST_TOOLS_DIR/pty" expect:'$ ' \
		$'send:while :; do "$LIMIT" --runs 1000 -- sh -c "[ -e first ] || { touch first; exit; }; echo re""ady; exec sleep 1000"; done; echo "loop ""over"\r' \
		expect:ready $'send:\003' 'expect:1 of 1000 runs' 'expect:ended by SIGINT after 2 runs' \
		'expect:$ ' $'send:exit\r' -- \
		env PS1='$ ' HOME="$PWD" HISTFILE= LIMIT="$LIMIT" bash --norc --noediting -i
	[[ "$output" != *"loop over"* ]]
}

@test "text names the commands, the metrics and the ratio" {
	run_limit --runs 2 --warmup 1 -- true ::: sh -c true
	assert_status 0
	assert_report '^limit: 2 commands in turns, 2 runs each, after 1 each to warm up$'
	assert_report '^  1  true$'
	assert_report '^  2  sh -c true$'
	for metric in wall cpu user system memory processes; do
		assert_report "^  $metric +([0-9.]+.* ± .* … |n/a)"
	done
	assert_report '^  2 / 1 +wall [0-9.]+ ± [0-9.]+, cpu '
	run_limit --runs 1 -- true
	assert_report '^limit: true: 1 run$'
	run_limit -q --runs 2 -- echo hi
	[ "$output" = $'hi\nhi' ]
	[ -z "$stderr" ]
}

@test "CSV has a row for each command, and with --append its header once" {
	for i in 1 2; do
		"$LIMIT" --runs 2 -f csv -o table --append -- true ::: sh -c 'echo ",\"" >&2'
	done
	[ "$(wc -l <table)" -eq 5 ]
	[ "$(grep -c '^began_at_us,command,label,counted,' table)" -eq 1 ]
	[ "$(sed -n 2p table | cut -d , -f 2-4)" = '0,"true",2' ]
	[ "$(sed -n 5p table | cut -d , -f 2-5)" = '1,"sh -c echo "",\"""" >&2",2' ]
	[ "$(sed -n 1p table | tr -cd , | wc -c)" -eq "$(sed -n 2p table | tr -cd , | wc -c)" ]
}

@test "kv is what JSON is" {
	"$LIMIT" --runs 2 -f kv -o out -- true ::: true
	grep -qx 'runs_asked=2' out
	grep -qx "commands.1.label='true'" out
	grep -qE '^runs\.3\.wall_us=[0-9]+$' out
	grep -qE '^commands\.0\.wall_us\.mean=[0-9.]+$' out
}

@test "Markdown is a table that a '|' does not break" {
	"$LIMIT" --runs 2 -f markdown -o out -- true ::: true 'a|b`c'
	[ "$(grep -c '^|.*|$' out)" -eq 4 ]
	[ "$(sed 's/\\|//g' out | grep '^|' | tr -cd '|\n' | sort -u)" = '|||||||||' ]
	grep -qF '`` true a\|b`c ``' out
	grep -qE '^\| `true` \| 2 \| .* \| 1 \|$' out
}

@test "what makes no sense is refused, and says why" {
	refused()
	{
		run --separate-stderr "$LIMIT" "$@"
		assert_status 125
		[[ "$stderr" == limit:\ cannot* ]]
	}
	refused --warmup 1 -- true
	refused -f markdown -- true
	refused --runs 0 -- true
	refused --runs max -- true
	refused --runs 100001 -- true
	refused --runs 2 --leftovers leave -- true
	refused --runs 2 -- true :::
	refused --runs 2 -- ::: true
	refused --runs 2 -- true ::: ::: true
	refused --runs 2 --check
	refused --runs 2 --timeline t.csv -- true
	refused --runs 2 --plot p.svg -- true
	[ ! -e t.csv ] && [ ! -e p.svg ]
}

@test "--dry-run tells how often, and runs nothing" {
	run "$LIMIT" -n --runs 3 --warmup 1 -- touch a ::: touch b
	assert_status 0
	[[ "$output" == *$'runs   3 of each, after 1 to warm up, each in a node of its own\nrun    touch a ::: touch b' ]]
	[ ! -e a ]
}

@test "without --runs ':::' is a word like any other" {
	run "$LIMIT" -q -- echo a ::: b
	assert_status 0
	[ "$output" = 'a ::: b' ]
}
