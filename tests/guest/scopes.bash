# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the tests of scopes share. Loaded by bats, after lib.bash and login.bash.

# Is this a guest with systemd, to be used up?
login_guest()
{
	[ -n "${TEST_LOGINS-}" ] && [ "$(cat /proc/1/comm)" = systemd ] && [ "$(id -u)" = 0 ]
}

# No unit, no failed one, and no group of theirs.
no_scope_left()
{
	eventually no_group_left && [ -z "$(systemctl --failed --no-legend)" ] && eventually no_unit_left
}

no_group_left()
{
	[ -z "$(find /sys/fs/cgroup -name 'limit-*.scope')" ]
}

no_unit_left()
{
	[ -z "$(systemctl list-units --all --no-legend 'limit-*.scope')" ] || return 1
	[ ! -e /run/user/1000/systemd/private ] ||
		[ -z "$(as_user systemctl --user list-units --all --no-legend 'limit-*.scope')" ]
}

# is_ended NAME: no process of the user's has that name.
is_ended()
{
	! pgrep -u 1000 -x "$1"
}
