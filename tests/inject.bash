# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# Killing limit at each of its system calls, and making each of them fail: what crash.bats and
# faults.bats share. Sourced in a sandbox: within a node, so that every node beside it is a victim's.
#
# strace counts the calls of limit alone, without children, from its exec; nothing in the program
# knows of the tests. A call that comes in another number than in the baseline is just not hit.
#
# INJECT_EVERY=N takes every Nth call only, from a random one on.

every=${INJECT_EVERY:-1}

# The groups below which the nodes of this sandbox are.
mapfile -t parents < <("$LIMIT" --dry-run --cpu 1 --mem 1G --pids 100 -- true |
	sed -n 's,^mkdir *\(.*\)/limit-[0-9]*-[0-9]*$,\1,p')

# calls COMMAND…: 'CALL NUMBER' for each system call of COMMAND from its first fcntl on, which is the
# first of limit itself: the calls before are the loader's.
calls()
{
	strace -o baseline "$@" >/dev/null 2>&1 || true
	awk -F '(' -v every="$every" -v first=$((RANDOM % every)) '
		/^[a-z]/ { count[$1]++ }
		/^fcntl/ { ours = 1 }
		/^[a-z]/ && ours && total++ % every == first { print $1, count[$1] }' baseline
}

# pause: two milliseconds, without a process.
exec {never}<> <(:)
pause()
{
	read -rt 0.002 -u "$never" || true
}

nodes_now()
{
	local parent

	for parent in "${parents[@]}"; do
		compgen -G "$parent/limit-*-*" || true
	done
}

# nodes_go WHEN: no node is left after a while; else say which, and when.
nodes_go()
{
	local end=$((SECONDS + 20)) left

	while left=$(nodes_now) && [ -n "$left" ]; do
		if ((SECONDS >= end)); then
			printf '%s: left behind: %s\n' "$1" "$left"
			"$LIMIT" --gc
			return 0
		fi
		pause
	done
}

# kill_at CALL NUMBER COMMAND…
kill_at()
{
	local call=$1 number=$2

	shift 2
	{ strace -o trace -e trace="$call" -e inject="$call:signal=KILL:when=$number" "$@"; } 2>/dev/null || true
}

# What a call may fail with; nothing for those that cannot: close always closes, brk has no errno.
errnos_of()
{
	case $1 in
	brk | close | exit_group | munmap) ;;
	openat) echo EMFILE EACCES ;;
	read | write) echo EIO EINTR ;;
	mkdir) echo ENOSPC ;;
	clone) echo EAGAIN ;;
	clone3) echo EAGAIN ENOSYS EPERM ;;
	kill) echo EPERM ;;
	poll) echo EINTR ENOMEM ;;
	waitid | wait4) echo EINTR ;;
	fcntl) echo ENOLCK ;;
	*) echo ENOMEM ;;
	esac
}

# fail_at CALL NUMBER ERRNO STATUS COMMAND…: COMMAND reports to 'report'; what it limits writes 'started',
# which must be as 'expected', and ends with STATUS. Prints what is wrong.
fail_at()
{
	local call=$1 number=$2 errno=$3 status=$4 code problem='' left attempt

	shift 4
	# Its time may be up before it has written anything: then again.
	for attempt in 1 2 3 4 5; do
		rm -f started report errors
		code=0
		timeout 20 strace -qq -o trace -e trace="$call" \
			-e inject="$call:error=$errno:when=$number" "$@" 2>errors || code=$?
		[[ $(<trace) == *INJECTED* ]] || return 0
		if [ "$code" -ne "$status" ] || [ -s started ]; then
			break
		fi
	done
	hits=$((hits + 1))
	if [ "$code" -eq "$status" ]; then
		[[ -e started && $(<started) == "$(<expected)" ]] || problem=" other limits: $(tr '\n' ' ' <started);"
	elif [ "$code" -ne 125 ]; then
		problem=" status $code;"
	else
		[ ! -e started ] || problem=' 125, but COMMAND was started;'
		[[ $(<errors) == "limit: cannot "* ]] || problem+=' 125 without a reason;'
	fi
	left=$(nodes_now)
	[ -z "$left" ] || problem+=" left behind: $left;"
	[ -z "$problem" ] || printf '%s %s %s:%s %s\n%s\n' "$call" "$number" "$errno" "$problem" \
		"$(<errors)" "$(<trace)"
	nodes_go "$call $number $errno"
}

# fail_each STATUS COMMAND…: each call of COMMAND in turn, with each of its errors
fail_each()
{
	local call number errno attempt

	calls "${@:2}" >call-list
	for attempt in 1 2 3 4 5; do
		rm -f started report
		"${@:2}" >/dev/null 2>&1 || true
		[ ! -s started ] || break
	done
	mv started expected
	hits=0
	while read -r call number; do
		for errno in $(errnos_of "$call"); do
			fail_at "$call" "$number" "$errno" "$@"
		done
	done <call-list
	echo "hits: $hits"
}
