# SPDX-License-Identifier: GPL-2.0-or-later
# shellcheck shell=sh disable=SC2154 # set by the one who sources it
#
# What contrib/run, contrib/check and .ci/run share: installing packages and
# building in build/. Sourced, never run; plain sh, because contrib/run has to
# start fast. The one who sources it sets
#
#   program          its name, for messages
#   top              the source directory, as an absolute path
#   failure_status   with which to exit if the machine or the build fails

build_directory=$top/build

# Standard output belongs to the command that contrib/run starts.
say()
{
	printf '%s: %s\n' "$program" "$*" >&2
}

die()
{
	say "$*"
	exit "$failure_status"
}

# logged LOG COMMAND...: run COMMAND with its output in LOG, and die with the end
# of that if it fails. It gets no standard input: that is not ours either.
logged()
{
	log=$1
	shift
	mkdir -p "$(dirname "$log")"
	"$@" </dev/null >"$log" 2>&1 || {
		tail -n 20 "$log" >&2
		die "failed: $* (all of it: $log)"
	}
}

# --- packages ---

# missing_packages LIST...: those of the packages in the files LIST that are not
# installed. Nothing where there is no dpkg: configure says what is missing.
missing_packages()
{
	command -v dpkg-query >/dev/null || return 0
	wanted=$(sed 's/#.*//' "$@" | sort -u)
	# It fails if there is one that it has never heard of.
	# shellcheck disable=SC2086 # package names
	installed=$(dpkg-query -W -f '${db:Status-Status} ${Package} ' $wanted 2>/dev/null) || true
	for name in $wanted; do
		case " $installed" in
		*" installed $name "*) ;;
		*) printf '%s ' "$name" ;;
		esac
	done
}

# install_packages LIST...: see that they are all there.
install_packages()
{
	missing=$(missing_packages "$@")
	missing=${missing% }
	[ -n "$missing" ] || return 0

	if [ "$(id -u)" -eq 0 ]; then
		as_root=
	elif command -v sudo >/dev/null; then
		as_root=sudo
	else
		die "as root, please install these packages: apt-get install $missing"
	fi
	say "installing $missing"
	log=$top/.cache/apt.log
	mkdir -p "$top/.cache"
	: >"$log"
	# The package lists may be missing, or name versions that are gone: fetch them
	# only then.
	# shellcheck disable=SC2086 # package names, and an empty $as_root
	apt_install $missing || {
		say "updating the package lists"
		$as_root apt-get -q update </dev/null >>"$log" 2>&1 || true
		apt_install $missing
	} || {
		tail -n 20 "$log" >&2
		die "cannot install packages; as root, please run: apt-get install $missing"
	}
}

apt_install()
{
	$as_root env DEBIAN_FRONTEND=noninteractive apt-get -q -y --no-install-recommends \
		-o DPkg::Lock::Timeout=300 install "$@" </dev/null >>"$log" 2>&1
}

# --- the build ---

# newer FILE OTHER: FILE was changed after OTHER, or there is no OTHER.
newer()
{
	[ ! -e "$2" ] || [ -n "$(find "$1" -newer "$2")" ]
}

make_configure()
{
	if newer "$top/configure.ac" "$top/configure" ||
		newer "$top/Makefile.am" "$top/Makefile.in"; then
		say "autoreconf"
		logged "$build_directory/autoreconf.log" autoreconf -fi "$top"
	fi
}

# A build directory knows where it is; a copy of the tree has to start anew.
build_directory_was_moved()
{
	[ -e "$build_directory/config.status" ] &&
		! grep -q -x -F "ac_pwd='$build_directory'" "$build_directory/config.status"
}

configured_with()
{
	[ -e "$build_directory/config.status" ] &&
		"$build_directory/config.status" --config | grep -q -e "$1"
}

# build TARGET [OPTION]: make TARGET in build/, configured with OPTION if that is
# given, else with whatever it was.
build()
{
	make_configure
	# make would not compile anew for other options alone.
	if build_directory_was_moved || { [ $# -gt 1 ] && ! configured_with "$2"; }; then
		rm -rf "$build_directory"
	fi
	if [ ! -e "$build_directory/Makefile" ]; then
		say "configure"
		logged "$build_directory/configure.log" in_build_directory ../configure ${2+"$2"}
	fi
	say "make $1"
	logged "$build_directory/make.log" make -C "$build_directory" -j "$(nproc)" "$1"
}

# test_files DIRECTORY: what make check would run there, one test a line.
test_files()
{
	# shellcheck disable=SC2016 # expanded by make
	printf 'include Makefile\nprint-tests:\n\t@echo $(TESTS)\n' |
		make -s -C "$1" -f - print-tests | tr ' ' '\n'
}

in_build_directory()
{
	(cd "$build_directory" && "$@")
}

# locked COMMAND...: one build at a time, whoever else starts one.
locked()
{
	mkdir -p "$top/.cache"
	(
		flock 9
		"$@" 9>&-
	) 9>"$top/.cache/build.lock"
}
