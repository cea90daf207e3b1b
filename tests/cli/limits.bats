#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# doc/limits.md, the table of limits, against limit --help, what is written, and the tests.

load ../lib

setup()
{
	table=$TESTS_DIR/../doc/limits.md
	# In a guest it is beside the tests.
	[ -e "$table" ] || table=$TESTS_DIR/../limits.md
	cd "$BATS_TEST_TMPDIR"
	# One line a row, its columns apart by a character that is in none: '\|' is part of a column.
	sed -n '/^| `--/p' "$table" | sed 's/\\|/\x02/g; s/ *| */\x01/g; s/\x02/|/g; s/^\x01//; s/\x01$//' >rows
}

# limits_something GROUP: do the options of this group of the help ask for a limit?
limits_something()
{
	case $1 in
	Memory | CPU | 'Input and output' | Processes | 'Any file' | Time) return 0 ;;
	Namespaces | Files | Running | Node | Report | Other | 'Exit status' | Examples) return 1 ;;
	*) echo "tests/cli/limits.bats does not know whether the group '$1' of the help limits something" >&2 ;;
	esac
	return 2
}

# Options that stand in no such group, but are limits.
limits_elsewhere=(rlimit nice oom-score-adj set)

# The options of the help that ask for a limit, without the dashes, one a line.
limiting_options()
{
	local line group='' wanted=1 name

	while IFS= read -r line; do
		if [[ $line =~ ^([A-Z].*):$ ]]; then
			group=${BASH_REMATCH[1]} wanted=0
			limits_something "$group" || wanted=$?
			[ "$wanted" -ne 2 ] || return 1
		elif [[ $line =~ ^\ \ (-.,|\ \ \ )\ --([a-z0-9-]+) ]]; then
			name=${BASH_REMATCH[2]}
			if [ "$wanted" -eq 0 ] || [[ " ${limits_elsewhere[*]} " == *" $name "* ]]; then
				echo "$name"
			fi
		fi
	done < <("$LIMIT" --help)
}

# Words in backquotes in a column that names files, one a line; nothing for 'none'.
files_of()
{
	[[ $1 == none:* ]] || grep -oE '`[^` ]+`' <<<"$1" | tr -d '`' | sort
}

# The device of the first disk there is.
some_disk()
{
	local disk

	for disk in /sys/block/*/dev; do
		cat "$disk" && return
	done
	return 1
}

# arguments NAME: a use of the option, a word a line; 'before NAME' are the options it needs.
arguments()
{
	case $1 in
	mem) echo --mem=64M ;;
	swap) echo --swap=1M ;;
	mem-high | mem-low | mem-min | zswap) echo "--$1=32M" ;;
	oom) echo --oom=group ;;
	cpu) echo --cpu=1 ;;
	cpu-period | cpu-burst) echo "--$1=50ms" ;;
	cpu-weight) echo --cpu-weight=50 ;;
	cpus | mems) echo "--$1=0" ;;
	io-read | io-write) echo "--$1=1M@$(some_disk)" ;;
	io-read-ops | io-write-ops) echo "--$1=100@$(some_disk)" ;;
	pids) echo --pids=10 ;;
	time | cpu-time | grace) echo "--$1=1s" ;;
	signal) echo --signal=INT ;;
	rlimit) echo --rlimit=nofile=100 ;;
	nice) echo --nice=5 ;;
	oom-score-adj) echo --oom-score-adj=5 ;;
	*) echo "tests/cli/limits.bats has no use of --$1 to try" >&2 && return 1 ;;
	esac
}

before()
{
	case $1 in
	swap | oom) echo --mem=64M ;;
	cpu-period | cpu-burst | nice) echo --cpu=1 ;;
	esac
}

# The files that a plan with these options writes.
planned_files()
{
	"$LIMIT" --dry-run "$@" -- true | sed -n 's,^write  .*/\([a-z0-9_.]*\)  .*,\1,p' | sort -u
}

@test "every option that asks for a limit has its row, and no other has" {
	limiting_options >options
	[ "$(wc -l <options)" -ge 13 ]
	cut -d $'\x01' -f 1 rows | sed 's/^`--\([a-z0-9-]*\).*/\1/' >named
	[ "$(sort named | uniq -d)" = '' ]
	comm -3 <(sort options) <(sort named) >differences
	cat differences
	[ ! -s differences ]
}

@test "rows are written as the help has the options" {
	"$LIMIT" --help | sed 's/$/ /' >lines
	while IFS=$'\x01' read -r option _; do
		option=${option//\`/}
		echo "$option"
		grep -qF -- " $option " lines
	done <rows
}

@test "every row has five columns, and a kernel" {
	while IFS= read -r row; do
		IFS=$'\x01' read -r -a columns <<<"$row"
		echo "$row"
		[ ${#columns[@]} -eq 5 ]
		[[ ${columns[3]} =~ ^(any|[2-9]\.[0-9.]+)(\;\ v1\ [2-9]\.[0-9.]+)?$ ]]
		for column in "${columns[1]}" "${columns[2]}"; do
			[[ $column =~ ^\`|^none:|^any ]]
		done
	done <rows
}

@test "the tests that show a limit bite exist" {
	while IFS=$'\x01' read -r option _ _ _ proofs; do
		# 'FILE: NAME', and several after '; ' each.
		while IFS= read -r proof; do
			echo "$option: $proof"
			[[ $proof =~ ^\`tests/([a-z]+/[a-z0-9_-]+\.(bats|guest))\`:\ (.+)$ ]]
			grep -qxF -- "@test \"${BASH_REMATCH[3]}\" {" "$TESTS_DIR/${BASH_REMATCH[1]}"
		done <<<"${proofs//; \`tests/$'\n'\`tests}"
	done <rows
}

@test "the files are those that a plan writes" {
	mode=$(host_mode)
	[ -n "$mode" ] || skip 'no plan can be made here'
	compared=0
	while IFS=$'\x01' read -r option v2 v1 _; do
		[[ $option =~ ^\`--([a-z0-9-]+) ]]
		name=${BASH_REMATCH[1]}
		# What the option may write only shows with the file given.
		[[ $v2 != any* ]] || continue
		[[ $name != io-* ]] || some_disk >/dev/null || continue
		arguments "$name" >words
		mapfile -t words <words
		mapfile -t needed < <(before "$name")
		if [ "$mode" = unified ]; then
			column=$v2
		elif [ "$mode" = legacy ]; then
			column=$v1
		else
			# Hybrid: most on v1, but a controller may be on v2.
			column=$v1
			"$LIMIT" --dry-run "${needed[@]}" "${words[@]}" -- true 2>&1 |
				grep -qE "^write  .*/($(comm -23 <(files_of "$v2") <(files_of "$v1") | paste -sd '|'))  " && column=$v2
		fi
		echo "$name on $mode: $column"
		if [ "$column" = 'none: refused' ]; then
			run -125 --separate-stderr "$LIMIT" --dry-run "${needed[@]}" "${words[@]}" -- true
			compared=$((compared + 1))
			continue
		fi
		planned_files "${needed[@]}" "${words[@]}" >with
		planned_files "${needed[@]}" >without
		files_of "$column" >files
		# All that the row names is written, and all that the option adds is in the row.
		[ "$(comm -23 files with)" = '' ]
		[ "$(comm -23 <(comm -23 with without) files)" = '' ]
		compared=$((compared + 1))
	done <rows
	[ "$compared" -ge 9 ]
}
