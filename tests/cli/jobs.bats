#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# LIMIT_CPUS and --jobs-env: COMMAND is told how many CPUs it has.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	unset LIMIT_CPUS OMP_NUM_THREADS OMP_THREAD_LIMIT MAKEFLAGS MAKELEVEL
	cpus=$(nproc)
}

teardown()
{
	assert_nothing_left
}

# smaller A B
smaller()
{
	echo $(($1 < $2 ? $1 : $2))
}

@test "without a CPU budget the environment is untouched" {
	export GOMAXPROCS=7
	env -u _ | sort >plain
	"$LIMIT" -q --mem 100M --pids 100 -- env -u _ | sort >through
	[ -z "$(comm -3 plain through)" ]
}

@test "with --cpu there is LIMIT_CPUS, rounded up, and nothing else" {
	env -u _ | sort >plain
	for row in 0.1:1 1:1 1.5:2 2:2; do
		"$LIMIT" -q --cpu "${row%:*}" -- env -u _ | sort >through
		comm -13 plain through >added
		[ "$(cat added)" = "LIMIT_CPUS=$(smaller "${row#*:}" "$cpus")" ]
		[ -z "$(comm -23 plain through)" ]
	done
}

@test "never more than the CPUs that there are" {
	[ "$("$LIMIT" -q --jobs-env -- sh -c 'echo $LIMIT_CPUS')" = "$cpus" ]
	cpu=$(taskset -pc $$ | sed 's/.*[: ,-]//')
	[ "$(taskset -c "$cpu" "$LIMIT" -q --jobs-env -- sh -c 'echo $LIMIT_CPUS')" = 1 ]
}

@test "with --cpus it is their number" {
	cpu=$(taskset -pc $$ | sed 's/.*[: ,-]//')
	"$LIMIT" -n --cpus "$cpu" -- true >/dev/null 2>&1 || skip "no cpuset can be had here"
	run_limit --cpus "$cpu" -- sh -c 'echo $LIMIT_CPUS'
	[ "$output" = 1 ]
}

@test "the limit of an outer one counts" {
	[ "$("$LIMIT" -q --cpu 1 -- "$LIMIT" -q --jobs-env -- sh -c 'echo $LIMIT_CPUS')" = 1 ]
	# What the outer one said is replaced.
	[ "$("$LIMIT" -q --cpu 2 -- "$LIMIT" -q --cpu 0.5 -- sh -c 'echo $LIMIT_CPUS')" = 1 ]
	[ "$("$LIMIT" -q --cpu 2 -- "$LIMIT" -q --cpu 0.5 -- env | grep -c ^LIMIT_CPUS)" = 1 ]
}

@test "--jobs-env fills in what is not set" {
	export RAYON_NUM_THREADS=9 CARGO_BUILD_JOBS=
	"$LIMIT" -q --cpu 1 --jobs-env -- env >got
	for line in LIMIT_CPUS=1 OMP_NUM_THREADS=1 GOMAXPROCS=1 MAKEFLAGS=-j1 CMAKE_BUILD_PARALLEL_LEVEL=1 \
		RAYON_NUM_THREADS=9 CARGO_BUILD_JOBS=; do
		grep -qx -- "$line" got
	done
}

@test "the manual page names every variable" {
	[ -e "$TESTS_DIR/../doc/limit.1" ] || skip "it is not here"
	for name in $("$LIMIT" -n --jobs-env -- true | sed -n 's/^env *//p' | sed 's/=[^ ]*//g'); do
		grep -q "$name" "$TESTS_DIR/../doc/limit.1"
	done
}

@test "the program is found with the caller's PATH, and a script without a first line gets it too" {
	printf 'echo "$LIMIT_CPUS"\n' >script
	chmod +x script
	[ "$(PATH=$PWD:$PATH "$LIMIT" -q --cpu 1 -- script)" = 1 ]
}

@test "nproc in COMMAND sees the budget, nproc before limit does not" {
	run "$LIMIT" -q --cpu 1 --jobs-env -- sh -c 'echo make -j$(nproc)'
	[ "$output" = 'make -j1' ]
	run "$LIMIT" -q --cpu 1 --jobs-env -- echo make "-j$(nproc)"
	[ "$output" = "make -j$cpus" ]
}

@test "make runs as many jobs as there are CPUs" {
	command -v make >/dev/null || skip "make is not here"
	# Each job waits for as many as may run at once, and notes how many there are.
	cat >Makefile <<'END'
jobs = a b c d e f
all: $(jobs)
$(jobs):
	@mkdir running/$@
	@i=0; until [ `ls running done | grep -c '^[a-f]$$'` -ge $(LIMIT_CPUS) ]; do \
		sleep 0.02; i=$$((i + 1)); [ $$i -lt 1000 ] || exit 1; done
	@ls running | wc -l >>counts
	@mkdir done/$@ && rmdir running/$@
END
	for budget in 1 2; do
		rm -rf running 'done' counts
		mkdir running 'done'
		run_limit --cpu $budget --jobs-env -- make -s
		assert_status 0
		# Never more than that; as many, or the jobs would have waited in vain.
		[ "$(sort -n counts | tail -n 1)" -le "$(smaller $budget "$cpus")" ]
		[ "$(wc -l <counts)" -eq 6 ]
	done
	# The caller's own word counts.
	rm -rf running 'done' counts
	mkdir running 'done'
	MAKEFLAGS=-j1 run_limit --cpu 2 --jobs-env -- make -s LIMIT_CPUS=1
	assert_status 0
	[ "$(sort -nu counts)" = 1 ]
}

@test "--dry-run shows what is set" {
	run "$LIMIT" -n --cpu 1 -- true
	[[ "$output" == *$'\nenv    LIMIT_CPUS=1\nrun    true' ]]
	run "$LIMIT" -n --cpu 1 --jobs-env -- true
	[[ "$output" == *$'\nenv    LIMIT_CPUS=1 '*' MAKEFLAGS=-j1 '* ]]
	run "$LIMIT" -n --mem 100M -- true
	[[ "$output" != *$'\nenv '* ]]
}
