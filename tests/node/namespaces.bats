#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# What COMMAND sees: namespaces of its own, and that all else is as without them.
#
# Options in a variable are several words; LIMIT is no misspelling of limit.
# shellcheck disable=SC2086,SC2153

load ../lib

setup()
{
	require_node
	"$LIMIT" -q --unshare pid -- true 2>/dev/null || skip "no namespace can be made here"
	cd "$BATS_TEST_TMPDIR"
}

teardown()
{
	assert_nothing_left
}

# own NAME: a file of /proc/self/ns
own()
{
	readlink "/proc/self/ns/$1"
}

@test "each namespace alone, and no other with it" {
	for name in net mount ipc uts user cgroup time; do
		file=${name/mount/mnt}
		[ -e "/proc/self/ns/$file" ] || continue
		run_limit --unshare "$name" -- sh -c 'cd /proc/self/ns; readlink cgroup ipc mnt net pid time user uts'
		assert_status 0
		changed=$(comm -13 <(cd /proc/self/ns && readlink cgroup ipc mnt net pid time user uts | sort) \
			<(sort <<<"$output") | cut -d: -f1 | paste -sd ' ')
		[ "$changed" = "$file" ] || [ "$(id -u)" -ne 0 ]
		[[ " $changed " == *" $file "* ]]
	done
}

@test "all of them together" {
	run_limit --unshare all -- sh -c 'cd /proc/self/ns; readlink cgroup ipc mnt net pid user uts'
	assert_status 0
	[ "$(comm -12 <(cd /proc/self/ns && readlink cgroup ipc mnt net pid user uts | sort) <(sort <<<"$output"))" = '' ]
}

@test "an unknown or missing name is refused" {
	for list in '' 'pid,' ',pid' sys pids 'pid net' ALL; do
		run -125 --separate-stderr "$LIMIT" --unshare "$list" -- touch started
		[[ "${stderr_lines[0]}" == "limit: cannot use --unshare '$list': "* ]]
		[[ "${stderr_lines[1]}" == "limit: try: --unshare takes "* ]]
	done
	[ ! -e started ]
}

@test "ps shows only the inside, and pids begin at 1" {
	run_limit --unshare pid,mount -- ps -e -o pid=,comm=
	assert_status 0
	[ "${#lines[@]}" -eq 2 ]
	[[ "${lines[0]}" =~ ^\ *1\ limit-init$ ]]
	[[ "${lines[1]}" =~ ^\ *2\ ps$ ]]
	run_limit --unshare pid -- sh -c 'echo $$'
	[ "$output" = 2 ]
	run_limit --pid1 -- sh -c 'echo $$; ps -e -o pid='
	[ "${lines[0]}" = 1 ]
	[ "${#lines[@]}" -eq 3 ]
}

@test "a process inside is visible outside, under another pid" {
	mkfifo ready
	"$LIMIT" -q --unshare pid -- sh -c 'exec 3>ready; echo $$ >&3; exec sleep 1000' >/dev/null 2>&1 3>&- &
	read -r inside <ready
	[ "$inside" = 2 ]
	outside=$(pgrep -P $! -x 'sleep|sh')
	[ "$outside" -gt 2 ]
	grep -qE "^NSpid:.*$outside.*	2$" "/proc/$outside/status"
	kill $!
	wait $! || true
	eventually has_ended "$outside"
}

@test "init neither counts as a process nor as memory, and one process is enough" {
	run_limit --unshare pid --pids 1 -- true
	assert_status 0
	assert_report 'processes .*peak 1 of 1'
	# The same with and without, as far as the kernel counts: 64 pages at a time for each CPU.
	run_limit -f kv --unshare pid -- sleep 0
	inside=$(sed -n 's/^memory\.peak_bytes=//p' <<<"$report")
	run_limit -f kv -- sleep 0
	outside=$(sed -n 's/^memory\.peak_bytes=//p' <<<"$report")
	[ -n "$inside" ] && [ -n "$outside" ] || skip "no peak of memory here"
	assert_between -1048576 "$((inside - outside))" 1048576
}

@test "init reaps what is orphaned" {
	run_limit --unshare pid -- sh -c '
		(sh -c "exit 3" & sh -c "exit 4" &)
		for i in 1 2 3 4 5 6 7 8 9 10; do
			left=$(ps -e -o stat= | grep -c Z)
			[ "$left" -ne 0 ] || break
			sleep 0.2
		done
		echo $left'
	[ "$output" = 0 ]
}

@test "the exit status and the signal are COMMAND's, with init and as pid 1" {
	for way in '--unshare pid' --pid1 '--unshare all'; do
		run_limit $way -- sh -c 'exit 77'
		assert_status 77
	done
	for signal in TERM KILL SEGV USR1; do
		number=$(kill -l "$signal")
		run "$hog" status "$LIMIT" -q --unshare pid -- sh -c "kill -$signal \$\$"
		[ "$output" = "signal $number" ]
	done
	run -127 --separate-stderr "$LIMIT" -u pid -- no-such-command-anywhere
	[ "${stderr_lines[0]}" = "limit: cannot run 'no-such-command-anywhere': No such file or directory" ]
	run -126 --separate-stderr "$LIMIT" -u pid -- /
}

@test "signals to limit reach COMMAND" {
	mkfifo ready
	"$LIMIT" -q --unshare all -- sh -c 'trap "echo got >heard; exit 5" USR1; echo >ready
		while :; do sleep 0.05; done' >/dev/null 2>&1 3>&- &
	read -r _ <ready
	kill -USR1 $!
	status=0
	wait $! || status=$?
	[ "$status" -eq 5 ]
	[ "$(cat heard)" = got ]
}

@test "what COMMAND sends to its process group does not come back" {
	run setsid -w "$LIMIT" -q --unshare pid -- bash -c \
		'trap "n=\$((n + 1))" TERM USR1; kill -TERM 0; kill -USR1 0; sleep 0.3; echo "$n"'
	assert_status 0
	[ "$output" = 2 ]
}

@test "limit killed at any time leaves nobody inside" {
	mark=$((100000000 + RANDOM)).$BASHPID
	for i in {0..19}; do
		"$LIMIT" -q --unshare pid,ipc -- sleep "$mark" >/dev/null 2>&1 3>&- &
		limit=$!
		# Later each time; a machine that is slow is just killed earlier on the way.
		sleep "0.0$((i / 10))$((i % 10))"
		children=$(cat "/proc/$limit/task/$limit/children")
		kill -KILL "$limit"
		wait "$limit" || true
		for child in $children; do
			eventually has_ended "$child"
		done
	done
	eventually eval '! pgrep -f "^sleep $mark" >/dev/null'
	"$LIMIT" --gc >/dev/null
}

@test "where clone3 is not to be had, all is as with it" {
	command -v strace >/dev/null || skip "strace is not here"
	for way in '--unshare user,net' '--unshare all --hostname box'; do
		run --separate-stderr strace -f -qq -o trace -e trace=clone3 -e inject=clone3:error=ENOSYS \
			"$LIMIT" -v $way -- sh -c 'echo $$; readlink /proc/self/ns/net'
		assert_status 0
		[[ "$stderr" == *"and the child moves itself"* ]]
		[ "${lines[1]}" != "$(own net)" ]
	done
	[ "${lines[0]}" = 2 ]
}

@test "a count of namespaces that is used up is named, and nothing is started" {
	run_limit --map-root -- sh -c '
		echo 0 >/proc/sys/user/max_net_namespaces
		"$0" -q --best-effort --unshare net -- touch started
		echo $?' "$LIMIT"
	assert_status 0
	[ "$output" = 125 ]
	[[ "$stderr" == *"limit: cannot make the namespaces (net"*"): No space left on device"* ]]
	[[ "$stderr" == *"limit: try: sysctl -w user.max_net_namespaces="* ]]
	[ ! -e started ]
}

@test "a step that the kernel refuses is named" {
	command -v strace >/dev/null || skip "strace is not here"
	refused()
	{
		run -125 --separate-stderr strace -f -qq -o trace -e "trace=$1" -e "inject=$1:error=EPERM$2" "$LIMIT" $3 -- touch started
		[[ "${stderr_lines[0]}" == "limit: cannot $4: Operation not permitted" ]]
		[[ "${stderr_lines[1]}" == "limit: try: "* ]]
		[ ! -e started ]
	}
	refused sethostname '' '--hostname x' "set the host name 'x'"
	refused setns '' '--boottime 1h' 'set up the time namespace'
	refused mount :when=2 '--map-root --unshare pid' 'mount /proc of the pid namespace'
	refused mount :when=1 '--unshare mount' 'make the mounts private'
	refused setgroups '' '--user nobody' "run as 'nobody'"
}

@test "time runs out inside as outside" {
	run_limit --unshare pid --time 100ms -- sleep 1000
	assert_status 124
	run_limit --unshare pid --time 100ms --grace 100ms -- sh -c 'trap "" TERM; while :; do sleep 0.05; done'
	assert_status 124
	run_limit --pid1 --time 100ms --grace 100ms -- sleep 1000
	assert_status 124
	run_limit --unshare pid --cpu-time 100ms -- sh -c 'while :; do :; done'
	assert_status 124
}

@test "leftovers end with COMMAND, or are waited for, or stay with their init" {
	run_limit --unshare pid -- sh -c 'setsid sleep 1000 & :'
	assert_status 0
	assert_report 'leftovers  *1 killed'
	run_limit --unshare pid --leftovers wait -- sh -c 'setsid sh -c "sleep 0.3; echo late >late" & :'
	assert_status 0
	[ "$(cat late)" = late ]
	run_limit --unshare pid --leftovers leave -- sh -c 'setsid sleep 1000 >/dev/null 2>&1 3>&- & readlink /proc/self/ns/pid'
	assert_status 0
	left=$(for p in /proc/[0-9]*; do
		[ "$(readlink "$p/ns/pid" 2>/dev/null)" != "$output" ] || echo "${p#/proc/}"
	done)
	# The init and the sleep; only root may look at the init.
	[ "$(wc -w <<<"$left")" -eq 2 ] || [ "$(id -u)" -ne 0 ]
	init='' sleep=''
	for pid in $left; do
		case $(cat "/proc/$pid/comm") in
		limit-init) init=$pid ;;
		sleep) sleep=$pid ;;
		esac
	done
	kill "$sleep"
	eventually has_ended "$sleep"
	[ -z "$init" ] || eventually has_ended "$init"
	"$LIMIT" --gc >/dev/null
}

@test "when limit is killed everything inside ends, init too" {
	mkfifo ready
	"$LIMIT" -q --unshare pid -- sh -c 'setsid sleep 1000 & sleep 1000 & readlink /proc/self/ns/pid >ready; wait' >/dev/null 2>&1 3>&- &
	limit=$!
	read -r namespace <ready
	guard=$(guard_of "$limit")
	kill -KILL "$limit"
	wait "$limit" || true
	eventually has_ended "$guard"
	namespace_is_empty()
	{
		local process
		for process in /proc/[0-9]*; do
			[ "$(readlink "$process/ns/pid" 2>/dev/null)" != "$namespace" ] || return 1
		done
	}
	eventually namespace_is_empty
}

@test "who kills init kills COMMAND, and limit cleans up" {
	[ "$(id -u)" -eq 0 ] || skip "for root"
	mkfifo ready
	"$LIMIT" -q --unshare pid -- sh -c 'echo >ready; sleep 1000' >/dev/null 2>&1 3>&- &
	limit=$!
	read -r _ <ready
	kill -KILL "$(pgrep -P "$limit" -x limit-init)"
	status=0
	wait "$limit" || status=$?
	[ "$status" -eq 137 ]
}

@test "init cannot be killed, stopped or traced from inside" {
	run_limit --unshare pid,user --map-root -- sh -c '
		kill -KILL 1; kill -TERM 1; kill -STOP 1
		readlink /proc/1/cwd /proc/1/exe
		head -c 1 /proc/1/mem
		"$0" trace 1
		ps -o stat= -p 1' "$hog"
	assert_status 0
	[ "${lines[0]}" = 'Operation not permitted' ]
	[[ "${lines[1]}" =~ ^S ]]
	[ "${#lines[@]}" -eq 2 ]
}

@test "limit itself cannot be seen, signalled or traced from inside" {
	run_limit --unshare pid,user --map-root -- sh -c '
		echo $PPID
		ps -e -o comm= | grep -x limit
		"$0" trace "$1"
		kill -0 "$1"' "$hog" $$
	[ "${lines[0]}" = 0 ]
	[ "${lines[1]}" = 'No such process' ]
	[ "${#lines[@]}" -eq 2 ]
}

@test "a fork bomb in a pid namespace is contained, and gone" {
	run_limit --unshare pid --pids 50 --mem 100M --time 3s --grace 100ms -- bash -c 'f() { f | f & f & }; f; sleep 1000'
	[ "$status" -eq 124 ] || [ "$status" -eq 137 ] || [ "$status" -eq 254 ]
	assert_report 'processes .*peak 50 of 50'
	assert_report 'forks refused'
}

@test "two groups in namespaces of their own share as told" {
	# Beside one that may have 4 CPUs and 10G; hog prints what it used of both.
	"$LIMIT" -q --unshare pid,ipc --cpu 4 --cpu-weight 10000 --mem 10G -- "$hog" cpu 2 4 >group-a 2>/dev/null 3>&- &
	run_limit --unshare pid,ipc --cpu 1 --mem 50M -- "$hog" cpu 2 4
	assert_status 0
	wait $!
	# What is over is of the last period, for each CPU.
	assert_between 0 "$output" 2.3
	assert_between 0.1 "$(cat group-a)" 100
	# The smaller one runs out of memory, the larger one does not notice.
	"$LIMIT" -q --unshare pid,ipc --cpu 4 --mem 10G -- "$hog" mem 80 &
	run_limit --unshare pid,ipc --cpu 1 --mem 50M -- "$hog" mem 80
	assert_status 137
	assert_report 'memory limit'
	wait $!
}

@test "--hostname changes the inside only" {
	host=$(cat /proc/sys/kernel/hostname)
	run_limit --hostname inside-it -- cat /proc/sys/kernel/hostname
	assert_status 0
	[ "$output" = inside-it ]
	[ "$(cat /proc/sys/kernel/hostname)" = "$host" ]
	run_limit --unshare uts,user --map-root -- sh -c 'hostname other; cat /proc/sys/kernel/hostname'
	[ "$output" = other ]
	[ "$(cat /proc/sys/kernel/hostname)" = "$host" ]
	run -125 --separate-stderr "$LIMIT" --hostname "$(printf 'x%.0s' {1..65})" -- true
	[[ "${stderr_lines[0]}" == *"it is too long" ]]
}

@test "the limits cannot be raised from inside a cgroup namespace of v2" {
	grep -q '^[^ ]* [^ ]* cgroup2 [^ ]*nsdelegate' /proc/self/mounts || skip "cgroup2 is not mounted with nsdelegate"
	[ "$(host_mode)" = unified ] || skip "the limits are those of v1"
	for way in '--unshare cgroup,mount' '--unshare cgroup,mount --map-root'; do
		# Mounting is for root, of a user namespace at least.
		[ "$(id -u)" -eq 0 ] || [[ $way == *map-root* ]] || continue
		run_limit $way --pids 20 --mem 100M -- sh -c '
			group=$(dirname "$(find /sys/fs/cgroup -path "*/limit-$PPID-*" -name pids.max | head -1)")
			cat "$group/pids.max"
			echo max >"$group/pids.max" || echo refused
			echo max >"$group/memory.max" || echo refused
			# What it mounts itself shows the same group, and no more of it can be written.
			mkdir mounted
			mount -t cgroup2 none mounted || exit
			cat mounted/pids.max
			echo max >mounted/pids.max || echo refused
			cat mounted/pids.max
			# Out of it there is no way.
			echo 0 >/sys/fs/cgroup/cgroup.procs || echo refused'
		assert_status 0
		echo "$way: ${lines[*]}, $stderr"
		[ "${lines[*]}" = '20 refused refused 20 refused 20 refused' ]
		rmdir mounted
	done
}

@test "a POSIX queue made inside is not seen outside" {
	run_limit --unshare ipc -- "$hog" queue "limit-test-$$"
	assert_status 0
	[ "$output" = new ]
	run_limit --unshare ipc -- sh -c '"$0" queue "$1"; "$0" queue "$1"' "$hog" "limit-test-$$"
	[ "${lines[*]}" = 'new there' ]
	run "$hog" queue "limit-test-$$"
	[ "$output" = new ]
	"$hog" unqueue "limit-test-$$"
}

@test "a System V segment made inside is not seen outside" {
	command -v ipcmk >/dev/null || skip "ipcmk is not here"
	before=$(ipcs -m)
	run_limit --unshare ipc -- sh -c 'ipcmk -M 4096 >/dev/null && ipcs -m | grep -c 4096'
	assert_status 0
	[ "$output" = 1 ]
	[ "$(ipcs -m)" = "$before" ]
}

@test "with mount, /dev/shm and /dev/mqueue are those of the ipc namespace" {
	[ -d /dev/shm ] || skip "there is no /dev/shm"
	name=limit-test-$$-$BATS_TEST_NUMBER
	run_limit --unshare ipc,mount -- sh -c 'ls -A /dev/shm; echo x >/dev/shm/'"$name"'; cat /dev/shm/'"$name"
	assert_status 0
	[ "$output" = x ]
	[ ! -e "/dev/shm/$name" ]
}

@test "a mount made inside is not seen outside" {
	mkdir place
	run_limit --unshare mount,user --map-root -- sh -c 'mount -t tmpfs none place && echo x >place/file && ls place'
	assert_status 0
	[ "$output" = file ]
	[ "$(ls place)" = '' ]
	run ! grep -F "$PWD/place" /proc/self/mountinfo
}

@test "with a cgroup namespace /proc/self/cgroup reads / everywhere" {
	run_limit --unshare cgroup --mem 100M -- cat /proc/self/cgroup
	assert_status 0
	[ "$(cut -d: -f3- <<<"$output" | sort -u)" = / ]
}

@test "--boottime and --monotonic shift the clocks, both ways, and no limit in time" {
	[ -e /proc/self/ns/time ] || skip "the kernel has no time namespaces"
	uptime=$(cut -d. -f1 /proc/uptime)
	run_limit --boottime 1000000 -- cat /proc/uptime
	assert_status 0
	assert_between $((uptime + 1000000)) "${output%% *}" $((uptime + 1003600))
	run_limit --boottime -1s --monotonic -0.5s -- cat /proc/self/timens_offsets
	assert_status 0
	[[ "$(tr -s ' \t' ' ' <<<"$output")" == *"monotonic -1 500000000"*"boottime -1 0"* ]]
	run_limit --monotonic 1000d --time 100ms -- sleep 1000
	[ "$status" -eq 124 ] || [ "$status" -eq 125 ]
	run -125 --separate-stderr "$LIMIT" --boottime -100000h -- touch started
	[[ "${stderr_lines[0]}" == "limit: cannot set up the time namespace: Numerical result out of range" ]]
	[[ "${stderr_lines[1]}" == "limit: try: "* ]]
	[ ! -e started ]
}

@test "the caller is itself inside, or root, or who it says; what it makes is its own outside" {
	run_limit --unshare user -- sh -c 'id -u; id -g; touch self'
	assert_status 0
	[ "${lines[0]}" = "$(id -u)" ]
	[ "${lines[1]}" = "$(id -g)" ]
	run_limit --map-root -- sh -c 'id -u; id -g; touch root'
	[ "${lines[*]}" = '0 0' ]
	run_limit --map-user 4711:4712 -- sh -c 'id -u; id -g; touch other'
	[ "${lines[*]}" = '4711 4712' ]
	[ "$(stat -c %u:%g self root other | sort -u)" = "$(id -u):$(id -g)" ]
}

@test "--map-auto: the ids of /etc/subuid are there, and others too" {
	command -v newuidmap >/dev/null || skip "newuidmap is not here"
	if ! grep -qE "^($(id -un)|$(id -u)):" /etc/subuid; then
		run -125 --separate-stderr "$LIMIT" --map-auto -- touch started
		[ "${stderr_lines[0]}" = "limit: cannot use --map-auto: /etc/subuid has no ids for $(id -un)" ]
		[[ "${stderr_lines[1]}" == "limit: try: sudo usermod --add-subuids "* ]]
		[ ! -e started ]
		skip "there are no subordinate ids here"
	fi
	run_limit --map-auto -- sh -c 'id -u; touch a b; chown 1:2 b; stat -c %u:%g a b'
	assert_status 0
	[ "${lines[*]}" = '0 0:0 1:2' ]
	[ "$(stat -c %u:%g a)" = "$(id -u):$(id -g)" ]
	first=$(awk -F: -v me="$(id -un)" '$1 == me { print $2; exit }' /etc/subuid)
	[ "$(stat -c %u b)" = "$first" ]
	rm -f b
	run_limit --map-auto --map-user 1000:1000 -- id -u
	[ "$output" = 1000 ]
}

@test "--join enters the namespaces of a running limit, all or some" {
	mkfifo ready
	"$LIMIT" -q --unshare all --hostname box -- sh -c 'echo >ready; exec sleep 1000' >/dev/null 2>&1 3>&- &
	limit=$!
	read -r _ <ready
	inside=$(pgrep -P "$limit" -x 'sleep|sh')
	run_limit --join "$inside" -- sh -c 'cat /proc/sys/kernel/hostname; ls -d /proc/[0-9]* | wc -l; id -u; pwd'
	assert_status 0
	[ "${lines[0]}" = box ]
	# init, the sleep, sh, ls and wc.
	[ "${lines[1]}" -le 5 ]
	[ "${lines[2]}" = "$(id -u)" ]
	[ "${lines[3]}" = "$PWD" ]
	run_limit --join "$inside" -- readlink /proc/self/ns/{cgroup,ipc,mnt,net,pid,user,uts}
	[ "$output" = "$(readlink "/proc/$inside/ns/"{cgroup,ipc,mnt,net,pid,user,uts})" ]
	run_limit --join "$inside:user,uts" -- sh -c 'cat /proc/sys/kernel/hostname; readlink /proc/self/ns/net'
	[ "${lines[0]}" = box ]
	[ "${lines[1]}" = "$(own net)" ]
	# It has a group and limits of its own, and an end of its own.
	run_limit --join "$inside" --time 100ms -- sleep 1000
	assert_status 124
	kill -0 "$inside"
	kill "$limit"
	wait "$limit" || true
}

@test "--join of nobody, of who differs in nothing, and with namespaces of its own" {
	run -125 --separate-stderr "$LIMIT" --join 4194304 -- touch started
	[ "${stderr_lines[0]}" = 'limit: cannot look at the namespaces of process 4194304: No such process' ]
	run -125 --separate-stderr "$LIMIT" --join $$ -- touch started
	[[ "${stderr_lines[0]}" == "limit: cannot join process $$: it has no other namespaces"* ]]
	for wrong in 0 x 1x 1: 1:x -1 ''; do
		run -125 --separate-stderr "$LIMIT" --join "$wrong" -- touch started
		[[ "${stderr_lines[0]}" == "limit: cannot use --join '$wrong': "* ]]
	done
	run -125 --separate-stderr "$LIMIT" --join $$ --unshare net -- touch started
	[[ "${stderr_lines[0]}" == "limit: cannot use --join with namespaces of its own"* ]]
	[ ! -e started ]
}

@test "root who joins a user's namespaces is that user there" {
	[ "$(id -u)" -eq 0 ] || skip "for root"
	mkfifo ready
	chmod 666 ready
	setpriv --reuid=65534 --regid=65534 --clear-groups unshare -U -r sh -c 'echo >ready; exec sleep 1000' >/dev/null 2>&1 3>&- &
	other=$!
	read -r _ <ready
	run_limit --join "$other" -- sh -c 'id -u; grep CapEff /proc/self/status'
	kill "$other"
	assert_status 0
	[ "${lines[0]}" = 0 ]
	run ! grep -q 'CapEff:.0*$' <<<"${lines[1]}"
}

@test "no capability that was not meant: only root inside has any, and only there" {
	for way in '--map-user 1000:1000' '--map-user 1000:1000 --unshare all'; do
		run_limit $way -- grep -E '^Cap(Inh|Prm|Eff|Amb)' /proc/self/status
		assert_status 0
		[ "$(cut -f2 <<<"$output" | sort -u)" = 0000000000000000 ]
	done
	run_limit --map-root --drop-caps -- grep -E '^Cap' /proc/self/status
	[ "$(cut -f2 <<<"$output" | sort -u)" = 0000000000000000 ]
	# Root of a namespace is nobody to what lies outside.
	run_limit --map-root --unshare user -- sh -c 'chown 1 . 2>/dev/null || echo refused; echo x 2>/dev/null >/proc/sys/kernel/panic || echo refused'
	[ "${lines[*]}" = 'refused refused' ]
}

@test "no descriptor of limit's is open inside" {
	run ls /proc/self/fd
	run --separate-stderr ls /proc/self/fd
	outside=$output
	for way in '--unshare pid' --pid1 '--unshare all' --map-root; do
		# ls opens one itself, and run has some of its own.
		run_limit $way -- ls /proc/self/fd
		assert_status 0
		[ "$output" = "$outside" ]
	done
}

@test "--dry-run and --verbose say which namespaces, and start nothing" {
	run --separate-stderr "$LIMIT" -n --unshare pid,ipc --hostname box --map-root -- touch started
	assert_status 0
	[[ "$output" == *$'\nunshare pid, mount, ipc, uts, user\n'* ]]
	[[ "$output" == *$'\nhost name box\n'* ]]
	[ ! -e started ]
}
