# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What a limit that has ended may leave nothing of. Sourced, never run.

# node_lives NAME: does the limit still run that made the node or the scope? PID and start time are its
# name.
node_lives()
{
	local pid started

	IFS=-. read -r _ pid started _ <<<"$1"
	[ "$(cut -d ' ' -f 22 "/proc/$pid/stat" 2>/dev/null)" = "$started" ]
}

# groups_left: whatever group has a name that limit gives, in any hierarchy, and nobody who runs it.
groups_left()
{
	local group

	find /sys/fs/cgroup -type d -name 'limit-[0-9]*-[0-9]*' 2>/dev/null | while read -r group; do
		# Left on purpose, by --leftovers leave.
		[ ! -d "$group/left" ] || continue
		# The order matters: who has ended has removed its node before.
		node_lives "${group##*/}" || [ ! -d "$group" ] || echo "$group"
	done
}

# units_left: the same of systemd's scopes, of those that failed, too.
units_left()
{
	local unit rest

	[ -d /run/systemd/system ] || return 0
	{
		systemctl list-units --all --no-legend --plain 'limit-*.scope' 2>/dev/null
		[ ! -e "/run/user/$(id -u)/systemd/private" ] || XDG_RUNTIME_DIR=/run/user/$(id -u) \
			systemctl --user list-units --all --no-legend --plain 'limit-*.scope'
	} | while read -r unit rest; do
		node_lives "$unit" || echo "$unit $rest"
	done
}

# everything_left: prints it; succeeds if it is nothing. systemd takes a moment, and so does the guard of
# a limit that was killed.
everything_left()
{
	local left deadline=$((SECONDS + 20))

	while left=$(groups_left && units_left) && [ -n "$left" ]; do
		if ((SECONDS >= deadline)); then
			echo "$left"
			return 1
		fi
		sleep 0.1
	done
}
