#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# --timeline and --plot: what the tree used while it ran.

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

# column NAME FILE: the values of a column, a line each.
column()
{
	awk -F , -v name="$1" 'NR == 1 { for (i = 1; i <= NF; i++) if ($i == name) at = i; next } { print $at }' "$2"
}

# highest NAME FILE: the highest value of a column.
highest()
{
	column "$1" "$2" | sort -n | tail -n 1
}

# last NAME FILE
last()
{
	column "$1" "$2" | tail -n 1
}

@test "a timeline shows the memory while it is held, and all of the CPU time" {
	mkfifo held
	"$LIMIT" -f json -o receipt --mem 200M --sample 10ms --timeline t.csv -- sh -c '"$0" hold 50 held & read -r _ <held; sleep 0.2; kill $!; wait' "$hog"
	[ "$(awk -F , '{ print NF }' t.csv | sort -u)" = 19 ]
	assert_between $((50 << 20)) "$(highest memory_bytes t.csv)" $((60 << 20))
	assert_between $((50 << 20)) "$(highest anon_bytes t.csv)" $((60 << 20))
	[ "$(highest pids t.csv)" -ge 2 ]
	[ "$(last pids t.csv)" -eq 0 ]
	# The last sample is the one that the report counts.
	[ "$(last cpu_us t.csv)" -eq "$(jq .cpu.usage_us receipt)" ]
	column time_us t.csv | sort -nc
}

# The first and the last are taken when they are; all others soon after a multiple of 50 ms, unless the
# machine is busy. If the rhythm drifted they would be anywhere.
stays_on_the_beat()
{
	"$LIMIT" -q --sample 50ms --timeline t.csv -- sleep 1
	column time_us t.csv | sort -nuc || return
	column time_us t.csv | sed '1d;$d' | awk '$1 % 50000 < 12500 { soon++ } END { exit soon * 10 < NR * 9 }'
}

@test "samples stay on the beat" {
	eventually stays_on_the_beat
}

@test "JSON by the name: the same fields, null for what is not told" {
	"$LIMIT" -q --timeline t.jsonl -- true
	"$LIMIT" -q --timeline t.csv -- true
	[ "$(jq -c 'keys_unsorted' t.jsonl | sort -u | jq -r 'join(",")')" = "$(head -n 1 t.csv)" ]
	[ "$(wc -l <t.jsonl)" -ge 2 ]
	[ "$(jq '[.[] | type] | map(select(. != "number" and . != "null"))[]' t.jsonl)" = "" ]
	jq -e '.time_us >= 0 and .cpu_us >= 0' t.jsonl >/dev/null
}

@test "what cannot be opened ends the run before COMMAND starts" {
	for option in --timeline --plot; do
		run "$LIMIT" "$option" nowhere/file -- touch started
		assert_status 125
		[[ "$output" == *"cannot write the ${option#--} to 'nowhere/file': No such file"* ]]
		[[ "$output" == *"try: $option FILE"* ]]
		[ ! -e started ]
	done
	run "$LIMIT" --timeline /dev/full -- touch started
	assert_status 125
	[ ! -e started ]
}

@test "what cannot be written later is a warning" {
	# A device whose name ends in .json: nothing is written before the first sample.
	ln -s /dev/full full.json
	run_limit --timeline full.json --plot /dev/full -- sh -c 'exit 3'
	assert_status 3
	assert_report "cannot write the timeline to 'full.json': No space left on device"
	assert_report "cannot write the plot to '/dev/full': No space left on device"
}

@test "a reader that does not read holds nobody up" {
	mkfifo fifo
	exec 4<>fifo
	run_limit --sample 1ms --time 10 --timeline fifo -- sleep 1
	assert_status 0
	exec 4<&-
}

@test "a plot is well-formed XML and names COMMAND, whatever its name" {
	command -v xmllint >/dev/null || skip "there is no xmllint (libxml2-utils)"
	"$LIMIT" -q --sample 10ms --plot p.svg --mem 100M -- sh -c 'sleep 0.1; : "$1"' $'a&b<\xff\x01' '"'
	xmllint --noout p.svg
	grep -qF $'<title id="title">sh -c sleep 0.1; : &quot;$1&quot; a&amp;b&lt;\xef\xbf\xbd\xef\xbf\xbd &quot;</title>' p.svg
	grep -q '>limit 100M' p.svg
}

@test "a plot replaces the one before, and a run that does not start leaves it" {
	printf '%0100000d' 0 >p.svg
	"$LIMIT" -q --plot p.svg -- true
	[ "$(tail -n 1 p.svg)" = '</svg>' ]
	cp p.svg before
	run -127 "$LIMIT" --plot p.svg -- /nowhere/command
	[ "$(<p.svg)" = "$(<before)" ]
}

@test "events are marked: time, memory, forks" {
	"$LIMIT" -q --sample 10ms --plot p.svg --time 100ms -- sleep 100 || [ $? -eq 124 ]
	grep -q '>time is up<' p.svg
	run ! grep '>out of memory<' p.svg
	"$LIMIT" -q --sample 10ms --plot p.svg --mem 20M -- "$hog" mem 100 || [ $? -eq 137 ]
	grep -q '>out of memory<' p.svg
	"$LIMIT" -q --sample 10ms --plot p.svg --pids 3 -- "$hog" fork 10
	grep -q '>forks refused<' p.svg
}

@test "samples cost less than a hundredth of a CPU" {
	# An emulated CPU needs many times as long for each system call.
	! grep -qE '^model name.*(QEMU|TCG)' /proc/cpuinfo || skip "the CPU is emulated"
	[ -r /proc/self/schedstat ] || skip "this kernel has no schedstat"
	# What limit itself has used, in nanoseconds, between two moments two seconds apart.
	run_limit --mem 100M --timeline t.csv --plot p.svg -- sh -c \
		'read -r a _ </proc/$PPID/schedstat; sleep 2; read -r b _ </proc/$PPID/schedstat; echo $((b - a))'
	assert_status 0
	[ "$(wc -l <t.csv)" -ge 3 ]
	assert_between 1 "$output" 20000000
	echo "# limit used $((output / 1000)) us of CPU time in 2 s" >&3
}

@test "a run without them reads no counter while it runs" {
	command -v strace >/dev/null || skip "there is no strace"
	export ASAN_OPTIONS=detect_leaks=0 # which cannot be traced
	strace -y -o calls -e trace=pread64 "$LIMIT" -q --mem 100M -- true
	run ! grep 'pread64.*cpu' calls
	strace -y -o calls -e trace=pread64 "$LIMIT" -q --timeline t.csv -- true
	grep -q 'pread64.*cpu' calls
}
