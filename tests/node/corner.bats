#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Situations that no single limit owns.

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

@test "what is written to tmpfs counts: the reason is memory" {
	file=$(mktemp /dev/shm/limit-test.XXXXXX)
	run_limit --mem 64M -- dd if=/dev/zero of="$file" bs=1M count=150
	rm "$file"
	assert_status 137
	assert_report '^limit: dd: died of SIGKILL .*: memory limit of 64M hit'
}

@test "a leftover that changed its user is killed" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to change the user"
	run_limit -- sh -c 'setpriv --reuid=65534 --clear-groups sleep 1000 >fd & echo $!'
	assert_status 0
	assert_report '^  leftovers +1 killed'
	run ! kill -0 "$output"
}

# Groups of their own for user 65534, in which it runs what is given: as a user to whom they are delegated.
as_delegated_user()
{
	local parent group groups=() code=0

	for parent in $(node_parents); do
		groups+=("$parent/limit-test-$$")
		mkdir -p "$parent/limit-test-$$/command"
	done
	for group in "${groups[@]}"; do
		chown -R 65534:65534 "$group"
	done
	bash -c 'while [ "$1" != -- ]; do
			# v2: below it; its own group is to be without processes.
			[ -e "$1/cgroup.type" ] && echo $$ >"$1/command/cgroup.procs" || echo $$ >"$1/cgroup.procs"
			shift
		done
		shift
		exec setpriv --reuid=65534 --regid=65534 --clear-groups "$@"' bash "${groups[@]}" -- "$@" || code=$?
	for group in "${groups[@]}"; do
		rmdir "$group/command"
		eventually rmdir "$group"
	done
	return $code
}

@test "an ordinary user's leftover that is root by set-user-ID is killed and named" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to make a set-user-ID program"
	[ "$(host_mode)" != legacy ] || skip "cgroup v1 has no cgroup.kill, and an ordinary user may not signal root's processes"
	directory=$(mktemp -d /tmp/limit-test.XXXXXX)
	chmod 777 "$directory"
	install -m 4755 "$hog" "$directory/suid-hog"
	install -m 755 "$LIMIT" "$directory/limit"
	mkfifo -m 666 "$directory/fifo"
	cd "$directory"
	run as_delegated_user ./limit -o report -- sh -c \
		'./suid-hog daemon fifo & read -r pid <fifo; grep -E "^(Name|Uid):" /proc/$pid/status; kill -0 $pid; echo $pid; wait'
	report=$(cat report)
	cd /
	rm -r "$directory"
	assert_status 0
	# It was root's, and not the user's to signal.
	[[ "$output" == *"Name:"*"suid-hog"*"Uid:"*[[:space:]]"0"[[:space:]]"0"[[:space:]]"0"[[:space:]]"0"* ]]
	[[ "$output" == *"not permitted"* ]]
	assert_report '^  leftovers +1 killed \(suid-hog\)$'
	has_ended "${lines[-1]}"
}

@test "set-user-ID is refused" {
	[ "$(id -u)" -eq 0 ] || skip "needs root to make a set-user-ID program"
	directory=$(mktemp -d /tmp/limit-test.XXXXXX)
	chmod 755 "$directory"
	install -m 4755 "$LIMIT" "$directory/limit"
	run --separate-stderr setpriv --reuid=65534 --clear-groups "$directory/limit" -- touch "$directory/started"
	[ ! -e "$directory/started" ]
	rm -r "$directory"
	assert_status 125
	[[ "$stderr" == "limit: cannot run set-user-ID or with file capabilities"* ]]
}

@test "limit was stopped while COMMAND ran out of memory: the receipt is right" {
	mkfifo start pid
	"$LIMIT" -o receipt --mem 64M -- sh -c 'echo $$ >pid; read -r _ <start; exec "$0" mem 200' "$hog" &
	limit_pid=$!
	read -r command <pid
	kill -STOP "$limit_pid"
	echo >start
	# A zombie: killed, and not waited for, because limit is stopped.
	until [[ $(sed 's/.*) //' "/proc/$command/stat") == Z* ]]; do
		sleep 0.05
	done
	kill -CONT "$limit_pid"
	status=0
	wait "$limit_pid" || status=$?
	assert_status 137
	grep -q 'died of SIGKILL .*: memory limit of 64M hit' receipt
}

@test "a clock that is set does not disturb --time" {
	[ -n "${TEST_CLOCK-}" ] || skip "sets the clock: in a guest only"
	for step in '+1 hour' '-2 hours'; do
		mkfifo ready
		"$LIMIT" -o receipt --time 1s -- sh -c 'echo >ready; exec sleep 1000' &
		limit_pid=$!
		read -r _ <ready
		date -s "$step" >clock
		status=0
		wait "$limit_pid" || status=$?
		assert_status 124
		# An hour, or nothing, if the clock had a say.
		seconds=$(sed -nE 's/^  wall +([0-9.]+) s$/\1/p' receipt)
		assert_between 1 "$seconds" 30
		rm ready
	done
}
