# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=bash
#
# What the scripts of the guest harness share. Sourced, never run.

guest_directory=$(cd "$(dirname "${BASH_SOURCE[0]}")" && pwd)
source_directory=$(cd "$guest_directory/../.." && pwd)
guest_cache=${GUEST_CACHE:-$source_directory/.cache/guest}

# What the images and boot must agree on: the guest kernel finds its root by
# this partition's name, because the names of NVMe disks are not stable
# (Linux 6.11 and later scan the namespaces of a controller in parallel).
# shellcheck disable=SC2034 # used by image and boot
root_disk_signature=6c696d74 # "limt"

# kernel_directory [VERSION]: where the kernel of that version is kept; without VERSION the one of this
# machine's apt.
kernel_directory()
{
	echo "$guest_cache/kernel${1:+-$1}"
}

die()
{
	printf '%s: %s\n' "${0##*/}" "$*" >&2
	exit 1
}

# require_commands COMMAND=PACKAGE...: die, naming the packages to install,
# unless every COMMAND is there.
require_commands()
{
	local pair missing_commands=() missing_packages=()

	# Debian keeps mke2fs and depmod out of an ordinary user's PATH.
	PATH=$PATH:/usr/sbin:/sbin
	for pair; do
		if ! command -v "${pair%%=*}" >/dev/null; then
			missing_commands+=("${pair%%=*}")
			missing_packages+=("${pair#*=}")
		fi
	done
	((${#missing_commands[@]} == 0)) ||
		die "not found: ${missing_commands[*]} (Debian packages: ${missing_packages[*]})"
}

# make_work_directory: an empty directory in $work_directory, gone at exit.
# Calls the function named at_exit first, if the script has one.
make_work_directory()
{
	local parent=${TMPDIR:-$guest_cache/tmp}

	mkdir -p "$parent"
	work_directory=$(mktemp -d "$parent/limit-guest.XXXXXX")
	trap leave EXIT
	trap 'exit 129' HUP
	trap 'exit 130' INT
	trap 'exit 143' TERM
}

leave()
{
	if declare -F at_exit >/dev/null; then
		at_exit
	fi
	rm -rf "$work_directory"
}

# lock_cache NAME: one process at a time from here to the script's end, so that
# guests started at once do not build the same image twice.
lock_cache()
{
	local lock_fd

	mkdir -p "$guest_cache"
	exec {lock_fd}>"$guest_cache/$1.lock"
	flock "$lock_fd"
}
