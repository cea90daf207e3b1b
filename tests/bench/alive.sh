#!/bin/bash
# SPDX-License-Identifier: GPL-2.0-or-later
#
# alive.sh: what one run costs while 0, 100, 300 and 1000 others are alive. 'make bench' calls it.
#
# ROUNDS (40) is how often the run is measured beside each number of others.

set -eu

: "${LIMIT:?the limit to measure}"
: "${BUILD_DIR:?where tests/bench/bench was built}"
rounds=${ROUNDS:-40}
bench=$BUILD_DIR/tests/bench/bench
work=$(mktemp -d)
waiters=()

# The gate opens, and who waits there ends.
cleanup()
{
	exec 8>&-
	((${#waiters[@]} == 0)) || wait "${waiters[@]}" || true
	rm -r "$work"
}
trap cleanup EXIT
trap 'exit 130' INT TERM

exec 8>"$work/gate"
: >"$work/started"
flock -x 8
printf '\none run beside others that are alive, %s rounds, back to back\n\n' "$rounds"
printf '%6s  %s\n' alive 'limit --mem 50M -q -- true, median in microseconds'
for count in 0 100 300 1000; do
	while ((${#waiters[@]} < count)); do
		# COMMAND says that it runs before it waits at the gate.
		# shellcheck disable=SC2016 # expanded by sh
		"$LIMIT" --mem 50M -q -- sh -c 'echo >>"$1"; exec flock -s "$0" true' \
			"$work/gate" "$work/started" 8>&- &
		waiters+=($!)
	done
	while ((count > 0 && $(wc -l <"$work/started") < count)); do
		sleep 0.1
	done
	"$bench" -n "$rounds" -i 0 limit "$LIMIT" --mem 50M -q -- true >"$work/table"
	awk -v count="$count" '$1 == "limit" { printf "%6d  %s\n", count, $3 }' "$work/table"
done
