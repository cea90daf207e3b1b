# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# The places in which an ordinary user's command runs on a machine with systemd: uid 1000 in a guest
# that was booted with --systemd. Sourced, never run.

# The uid and nothing else.
as_user()
{
	setpriv --reuid=1000 --regid=1000 --init-groups env -i HOME=/home/limituser USER=limituser \
		PATH="$PATH" LIMIT="$LIMIT" TEST_TOOLS_DIR="$TEST_TOOLS_DIR" \
		XDG_RUNTIME_DIR=/run/user/1000 "$@"
}

# With sudo: PAM opens a session, but systemd's module is not asked.
by_sudo()
{
	sudo -n -u limituser env LIMIT="$LIMIT" TEST_TOOLS_DIR="$TEST_TOOLS_DIR" "$@"
}

# As a job of cron's or of a CI runner's that is one of the system's services.
in_system_service()
{
	systemd-run --quiet --collect --pipe --wait -p User=limituser --setenv="LIMIT=$LIMIT" \
		--setenv="TEST_TOOLS_DIR=$TEST_TOOLS_DIR" "$@"
}

# As in a terminal of the desktop: a service below the user's own manager.
in_user_manager()
{
	as_user systemd-run --user --quiet --collect --pipe --wait --setenv="LIMIT=$LIMIT" \
		--setenv="TEST_TOOLS_DIR=$TEST_TOOLS_DIR" "$@"
}

# As over ssh: a session that PAM opens.
in_session()
{
	local words

	printf -v words ' %q' "$@"
	su -l limituser -c "LIMIT=$LIMIT TEST_TOOLS_DIR=$TEST_TOOLS_DIR$words"
}

# To stay when the last session ends.
start_user_manager()
{
	loginctl enable-linger limituser
	systemctl start user@1000.service
}

stop_user_manager()
{
	loginctl disable-linger limituser
	systemctl stop user@1000.service user-runtime-dir@1000.service
}
