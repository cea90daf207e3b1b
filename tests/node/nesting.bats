#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# limit inside limit, and other managers of control groups inside limit.

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

# What a COMMAND needs to find its own group for a controller: where.sh CONTROLLER prints the path.
make_where()
{
	cat >where.sh <<'EOT'
while IFS=: read -r _ controllers path; do
	case ",$controllers," in
	*",$1,"*) v1=$path ;;
	",,") v2=$path ;;
	esac
done </proc/self/cgroup
if [ -n "${v1-}" ]; then
	echo "/sys/fs/cgroup/$1$v1"
else
	echo "/sys/fs/cgroup$v2"
fi
EOT
}

@test "ten levels deep" {
	local command=("$LIMIT" -q --pids 300)
	for _ in {1..9}; do
		command+=(-- "$LIMIT" -q --pids 300)
	done
	make_where
	run_limit "${command[@]:1}" -- sh -c 'sh where.sh pids; exit 42'
	assert_status 42
	[ "$(grep -o 'limit-[0-9]*-[0-9]*' <<<"$output" | sort -u | wc -l)" -eq 10 ]
}

@test "both receipts are right" {
	run_limit --pids 50 -- "$LIMIT" -o inner --pids 20 -- "$hog" fork 5
	assert_status 0
	grep -qE '^  processes +peak (6|n/a) of 20;  0 forks refused$' inner
	# The outer one counts the inner limit, too.
	outer=$(sed -nE 's/^  processes +peak ([0-9]+) of 50;  0 forks refused$/\1/p' <<<"$report")
	if [ -n "$outer" ]; then
		assert_between 7 "$outer" 9
	else
		assert_report '^  processes +peak n/a of 50;  0 forks refused$'
	fi
}

@test "the inner one cannot have more than the outer one has" {
	run_limit --pids 10 --mem 1G -- "$LIMIT" -o inner --pids 500 --mem 1G -- "$hog" fork 50
	assert_status 0
	[ "$output" -lt 9 ]
}

@test "with --delegate COMMAND gives its own groups limits of their own" {
	make_where
	run_limit --mem 200M --pids 100 --delegate -- sh -c '
		memory=$(sh where.sh memory)
		mkdir "$memory/rest" "$memory/job"
		echo $$ >"$memory/rest/cgroup.procs"
		if [ -e "$memory/cgroup.subtree_control" ]; then
			echo "+memory +pids" >"$memory/cgroup.subtree_control"
			echo 64M >"$memory/job/memory.max"
			echo 0 >"$memory/job/memory.swap.max"
		else
			echo 64M >"$memory/job/memory.limit_in_bytes"
			[ ! -e "$memory/job/memory.memsw.limit_in_bytes" ] || echo 64M >"$memory/job/memory.memsw.limit_in_bytes"
		fi
		sh -c "echo \$\$ >\"\$0/job/cgroup.procs\"; exec \"\$1\" mem 150" "$memory" "$0"
		echo "in the job: $?"
		"$0" mem 100 && echo "beside it there is room"' "$hog"
	assert_status 0
	[[ "$output" == *"in the job: 137"*"beside it there is room"* ]]
	[[ "$report" != *"memory limit of"* ]]
}

@test "without --delegate COMMAND finds no controllers switched on in its group" {
	[ "$(host_mode)" = unified ] || skip "on cgroup v1 every group may be divided"
	make_where
	run_limit --mem 200M -- sh -c 'cat "$(sh where.sh memory)/cgroup.controllers"'
	assert_status 0
	[ -z "$output" ]
}

@test "the cgroup tools work below a delegated node, and the limits above them hold" {
	make_where
	run_limit --mem 100M --delegate -- sh -c '
		group=$(sh where.sh memory)
		case $group in
		/sys/fs/cgroup/memory/*) below=${group#/sys/fs/cgroup/memory} ;;
		*) below=${group#/sys/fs/cgroup}; mkdir "$group/rest"; echo $$ >"$group/rest/cgroup.procs" ;;
		esac
		cgcreate -g "memory:$below/job" || exit 3
		cgexec -g "memory:$below/job" "$0" mem 50 || exit 4
		cgexec -g "memory:$below/job" "$0" mem 150' "$hog"
	assert_status 137
	assert_report ': memory limit of 100M hit'
}
