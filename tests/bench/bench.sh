#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# bench.sh: what limit costs, next to what others cost. 'make bench' calls it; by hand:
#   LIMIT=$PWD/build/limit BUILD_DIR=$PWD/build tests/bench/bench.sh
#
# A benchmark, not a test: it prints, and fails only if something could not be run. All that it
# makes lies below its own control groups or in TMPDIR, and is removed at the end.
#
# ROUNDS (40) is how often each command runs, IDLE_MS (60) the pause before each cold run.

set -eu

: "${LIMIT:?the limit to measure}"
: "${BUILD_DIR:?where tests/bench/bench, tests/bench/floor and tests/tools/hog were built}"
rounds=${ROUNDS:-40}
idle_ms=${IDLE_MS:-60}
bench=$BUILD_DIR/tests/bench/bench
floor=$BUILD_DIR/tests/bench/floor
hog=$BUILD_DIR/tests/tools/hog
# Short, so that no row of the table pays for a long search.
PATH=/usr/bin:/bin:/usr/sbin:/sbin
LC_ALL=C
export PATH LC_ALL

budget=(--mem 500M --cpu 1 --pids 100)
commands=()
ratios=()
waiter_pid=
bench_pid=
work=$(mktemp -d)
group=limit-bench-$$

cleanup()
{
	exec 3>&-
	[ -z "$bench_pid" ] || kill "$bench_pid" 2>/dev/null || true
	[ -z "$bench_pid" ] || wait "$bench_pid" || true
	[ -z "$waiter_pid" ] || wait "$waiter_pid" || true
	if [ -e "$work/groups" ]; then
		sh -c "$(cgdelete_calls "$group"; cgdelete_calls "$group-4")" 2>/dev/null || true
	fi
	rm -r "$work"
}
exec 3>/dev/null
trap cleanup EXIT
trap 'exit 130' INT TERM

# add LABEL COMMAND...: one more row
add()
{
	commands+=(${commands:+:} "$@")
}

# compare A/B: one more ratio
compare()
{
	ratios+=(-r "$1")
}

leave_out()
{
	printf 'left out: %s: %s\n' "$1" "$2"
}

# The caller's own group in a controller's hierarchy: '' for the root
own_group()
{
	awk -F: -v controller="$1" '
		$2 == "" { path = $3 }
		("," $2 ",") ~ ("," controller ",") { path = $3; exit }
		END { sub("/$", "", path); print path }
	' /proc/self/cgroup
}

# Does cgroup v1 carry the controller?
is_v1()
{
	awk -F: -v controller="$1" '
		("," $2 ",") ~ ("," controller ",") { found = 1 }
		END { exit !found }
	' /proc/self/cgroup
}

# The budget in the files of the one version or the other, as arguments of cgset.
settings_of()
{
	case $1 in
	cpu)
		if is_v1 cpu; then
			echo -r cpu.cfs_period_us=100000 -r cpu.cfs_quota_us=100000
		else
			echo -r 'cpu.max=100000'
		fi ;;
	memory)
		if is_v1 memory; then
			echo -r memory.limit_in_bytes=524288000 -r memory.memsw.limit_in_bytes=524288000
		else
			echo -r memory.max=524288000 -r memory.swap.max=0
		fi ;;
	pids)
		echo -r pids.max=100 ;;
	esac
}

# cgset takes one path for all its settings: one call for each distinct path.
cgset_calls()
{
	local controller path
	declare -A of_path=()

	for controller in cpu memory pids; do
		of_path[$(own_group "$controller")/$1]+=" $(settings_of "$controller")"
	done
	for path in "${!of_path[@]}"; do
		echo "cgset${of_path[$path]} '$path'"
	done
}

# cgdelete 2.0.2 removes '-g cpu:/x -g pids:/x' in the first hierarchy only, without a word: name no
# path twice in one call. A v2 group is one for all controllers.
cgdelete_calls()
{
	local controller path
	declare -A uses=() calls=()

	for controller in cpu memory pids; do
		path=$(own_group "$controller")/$1
		is_v1 "$controller" || [ -z "${uses[$path]-}" ] || continue
		uses[$path]=$((${uses[$path]:-0} + 1))
		calls[${uses[$path]}]+=" -g '$controller:$path'"
	done
	printf 'cgdelete%s\n' "${calls[@]}"
}

# cgroup-tools: cgexec into a group that exists already, and all four, as a script would use them.
add_cgroup_tools()
{
	local controller existing=() transient=()

	if ! command -v cgexec >/dev/null; then
		leave_out "cgexec and cgcreate + cgset + cgexec + cgdelete" "not installed"
		return 0
	fi
	for controller in cpu memory pids; do
		existing+=(-g "$controller:$(own_group "$controller")/$group")
		transient+=(-g "$controller:$(own_group "$controller")/$group-4")
	done
	{
		echo '#!/bin/sh -e'
		printf "cgcreate"; printf " '%s'" "${transient[@]}"; echo
		cgset_calls "$group-4"
		printf "cgexec"; printf " '%s'" "${transient[@]}"; echo ' true'
		cgdelete_calls "$group-4"
	} >"$work/four-tools"
	chmod +x "$work/four-tools"
	: >"$work/groups"
	if ! { cgcreate "${existing[@]}" && eval "$(cgset_calls "$group")" &&
		cgexec "${existing[@]}" true && "$work/four-tools"; } >"$work/log" 2>&1; then
		leave_out "cgexec and cgcreate + cgset + cgexec + cgdelete" "$(head -n 1 "$work/log")"
		return 0
	fi
	add cgexec cgexec "${existing[@]}" true
	add four-tools "$work/four-tools"
	compare limit/cgexec
	compare four-tools/limit
}

# A bundle whose root directory is made of the host's own.
write_bundle()
{
	local mounts dir

	mkdir -p "$work/bundle/root"
	mounts='{"destination":"/proc","type":"proc","source":"proc"}'
	for dir in /usr /bin /lib /lib64; do
		[ ! -d "$dir" ] || mounts+=",{\"destination\":\"$dir\",\"type\":\"bind\",\"source\":\"$dir\",\"options\":[\"rbind\",\"ro\"]}"
	done
	cat >"$work/bundle/config.json" <<-END
		{"ociVersion":"1.0.0",
		 "process":{"args":["/usr/bin/true"],"cwd":"/","env":["PATH=$PATH"],"user":{"uid":0,"gid":0}},
		 "root":{"path":"root"},
		 "mounts":[$mounts],
		 "linux":{"cgroupsPath":"/$group-crun","namespaces":[{"type":"mount"},{"type":"pid"}],
		  "resources":{"memory":{"limit":524288000,"swap":524288000},
		   "cpu":{"quota":100000,"period":100000},"pids":{"limit":100}}}}
	END
}

add_crun()
{
	local run=(crun --root "$work/crun" --cgroup-manager cgroupfs run --bundle "$work/bundle" "$group")

	if ! command -v crun >/dev/null; then
		leave_out crun "not installed"
		return 0
	fi
	write_bundle
	if ! "${run[@]}" >"$work/log" 2>&1 </dev/null; then
		leave_out crun "$(head -n 1 "$work/log")"
		return 0
	fi
	add crun "${run[@]}"
	compare crun/limit
}

add_systemd_run()
{
	local run=(systemd-run --scope --quiet -p MemoryMax=500M -p CPUQuota=100% -p TasksMax=100 true)

	[ "$(id -u)" -eq 0 ] || run=("${run[0]}" --user "${run[@]:1}")
	if ! command -v systemd-run >/dev/null; then
		leave_out systemd-run "not installed"
		return 0
	fi
	if ! "${run[@]}" >"$work/log" 2>&1; then
		leave_out systemd-run "$(head -n 1 "$work/log")"
		return 0
	fi
	add systemd-run "${run[@]}"
	compare systemd-run/limit
}

# Private memory of a process, in KiB
private_kib()
{
	awk '/^Private_(Clean|Dirty):/ { sum += $2 } END { print sum }' "/proc/$1/smaps_rollup"
}

# The same while the command waits on a fifo: waiting_kib COMMAND... sets $kib
waiting_kib()
{
	local fifo=$work/fifo

	mkfifo "$fifo"
	"$@" cat "$fifo" 3>&- &
	waiter_pid=$!
	exec 3>"$fifo"
	# cat has opened the fifo, so it was started; the supervisor then has a moment to settle.
	sleep 0.3
	kib=$(private_kib "$waiter_pid")
	exec 3>/dev/null
	wait "$waiter_pid"
	waiter_pid=
	rm "$fifo"
}

# measure IDLE_MS: run all rows. In the background, since a trap has to wait for what is not.
measure()
{
	"$bench" -n "$rounds" -i "$1" "${ratios[@]}" "${commands[@]}" >"$work/table" &
	bench_pid=$!
	wait "$bench_pid"
	bench_pid=
	cat "$work/table"
}

ratio_of()
{
	awk -v which="$1" '$1 == "ratio" && $2 == which { print $3 }' "$work/cold"
}

# target WORDS MEASURED OPERATOR BOUND [UNIT]
target()
{
	[ -n "$2" ] || return 0
	awk -v words="$1" -v measured="$2" -v operator="$3" -v bound="$4" -v unit="${5-}" 'BEGIN {
		met = operator == "<=" ? measured <= bound : operator == "<" ? measured < bound : measured >= bound
		printf "%-42s %2s %-9s %-10s %s\n", words, operator, bound unit, measured unit, met ? "met" : "NOT MET"
	}'
}

for program in "$LIMIT" "$bench" "$floor" "$hog"; do
	[ -x "$program" ] || { echo "bench.sh: cannot run '$program'" >&2; exit 1; }
done
"$LIMIT" "${budget[@]}" -q -- true

add true true
add timeout timeout 10 true
add floor "$floor" true
add limit "$LIMIT" "${budget[@]}" -q -- true
add limit-bare "$LIMIT" -q -- true
compare limit/timeout
compare limit/floor
add_cgroup_tools
add_crun
add_systemd_run

printf '\nlimit is: limit %s -q -- true; limit-bare is: limit -q -- true\n' "${budget[*]}"
printf '%s, %s CPUs, load %s\n' "$(uname -sr)" "$(nproc)" "$(cut -d ' ' -f 1-3 /proc/loadavg)"

printf '\ncold: %s ms idle before each of %s rounds\n\n' "$idle_ms" "$rounds"
measure "$idle_ms"
mv "$work/table" "$work/cold"
printf '\nwarm: back to back\n\n'
measure 0

waiting_kib timeout 100
timeout_kib=$kib
waiting_kib "$LIMIT" "${budget[@]}" -q --
limit_kib=$kib
# Against the wall clock, not 10 s: the cap is for each period that begins, and the run has a start
# and an end.
started=$EPOCHREALTIME
cpu_seconds=$("$LIMIT" --cpu 0.5 -q -- "$hog" cpu 10 2)
cpu_percent=$(awk -v used="$cpu_seconds" -v start="$started" -v end="$EPOCHREALTIME" \
	'BEGIN { printf "%.2f", (used / ((end - start) * 0.5) - 1) * 100 }')

printf '\n%-42s %-12s %-10s\n' 'cold, medians of the ratios in a round' target measured
target 'limit / timeout' "$(ratio_of limit/timeout)" '<=' 1.5
target 'limit / floor' "$(ratio_of limit/floor)" '<=' 1.25
target 'limit / cgexec into an existing group' "$(ratio_of limit/cgexec)" '<' 1
target 'cgcreate, cgset, cgexec, cgdelete / limit' "$(ratio_of four-tools/limit)" '>=' 10
target 'crun run / limit' "$(ratio_of crun/limit)" '>=' 5
target 'systemd-run --scope / limit' "$(ratio_of systemd-run/limit)" '>=' 5
target "private memory (timeout: $timeout_kib KiB)" "$limit_kib" '<' 1024 ' KiB'
target 'off --cpu 0.5: 10 s, two busy processes' "${cpu_percent#-}" '<=' 1 ' %'
printf '\n--cpu 0.5 differs from the cap by %s %%; less than 0: others had the CPU (load %s)\n' \
	"$cpu_percent" "$(cut -d ' ' -f 1 /proc/loadavg)"
