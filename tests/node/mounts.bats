#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# COMMAND's files: what is read-only, hidden, thrown away or elsewhere, and that nothing leads around it.

load ../lib

setup()
{
	require_node
	"$LIMIT" -q --unshare mount -- true 2>/dev/null || skip "no mount namespace can be made here"
	mkdir "$BATS_TEST_TMPDIR/here"
	cd "$BATS_TEST_TMPDIR/here"
	mkdir -p dir/sub other
	echo before >dir/file
	echo other >other/file
	mounts_before=$(cat /proc/self/mountinfo)
	files_before=$(find . | sort)
}

teardown()
{
	assert_nothing_left || return
	[ -n "${mounts_before-}" ] || return 0
	[ "$(cat /proc/self/mountinfo)" = "$mounts_before" ] || return
	if [ "$(find . | sort)" != "$files_before" ]; then
		find .
		return 1
	fi
}

# refused REGEX OPTION…: 125, a message like that and a remedy, COMMAND not started.
refused()
{
	local regex=$1

	shift
	run --separate-stderr "$LIMIT" "$@" -- touch started
	assert_status 125
	[[ "${stderr_lines[0]}" =~ $regex ]] || { printf '%s\n' "$stderr"; return 1; }
	[ ! -e started ]
}

# unchanged: the file as it was.
unchanged()
{
	[ "$(cat dir/file)" = before ]
}

# have_overlay: skip without.
have_overlay()
{
	"$LIMIT" -q --overlay dir -- true 2>/dev/null || skip "no overlay can be mounted here"
}

# make_root: a root directory with a shell in it; bin is busybox.
make_root()
{
	[ -x "$(command -v busybox)" ] || skip "needs a busybox without libraries"
	mkdir -p root/bin root/dev root/proc root/etc root/data
	cp "$(command -v busybox)" root/bin/busybox
	for name in sh cat ls mkdir touch cut sort readlink wc head; do
		ln -s busybox "root/bin/$name"
	done
	root/bin/busybox true || skip "needs a busybox without libraries"
}

@test "--read-only: no write below it, also from the directory where COMMAND starts" {
	for extra in '' '--unshare=user' '--unshare=user,pid'; do
		run_limit ${extra:+"$extra"} --read-only dir -- sh -c 'cat dir/file; echo x >dir/file; rm dir/file; mkdir dir/new; mv dir other'
		assert_status 1
		[ "$output" = before ]
		unchanged
		pushd dir
		run_limit ${extra:+"$extra"} --read-only "$PWD" -- sh -c 'echo x >file; echo x >./../dir/file; rm file'
		popd
		unchanged
	done
	# Beside it nothing is different.
	run_limit --read-only dir -- sh -c 'echo x >other/file'
	assert_status 0
}

@test "--read-only cannot be undone from inside, nor gone around" {
	for extra in '' '--unshare=user' '--map-root' '--unshare=pid'; do
		run_limit ${extra:+"$extra"} --read-only dir -- bash -c '
			mount -o remount,rw,bind "$0/dir"
			umount "$0/dir"
			umount -l "$0/dir"
			mount --bind other "$0/dir" && touch other/mounted
			unshare -m mount -o remount,rw,bind "$0/dir"
			unshare -rm sh -c "mount -o remount,rw,bind \"$0/dir\"; umount -l \"$0/dir\"; echo x >\"$0/dir/file\""
			nsenter -t $PPID -m sh -c "echo x >\"$0/dir/file\""
			echo x >"/proc/$PPID/root$0/dir/file"
			echo x >"/proc/1/root$0/dir/file"
			echo x >"/proc/$PPID/cwd/dir/file"
			mknod device b "$(stat -c "%Hd %Ld" "$0")"
			echo x >"$0/dir/file"' "$PWD"
		[ ! -e other/mounted ]
		[ ! -e device ]
		unchanged
	done
}

@test "--read-only /: all mounts, the devices still work, and what comes after it can be written" {
	run_limit --chdir / --read-only / --private-tmp --oom-score-adj 7 -- sh -c '
		echo x >/etc/limit-test; echo x >"$0/dir/file"; echo x >/dev/shm/limit-test
		echo x >/dev/null && echo x >/tmp/file && cat /tmp/file /proc/self/oom_score_adj' "$PWD"
	assert_status 0
	[ "${lines[0]}" = x ]
	[ "${lines[1]}" = 7 ]
	[ ! -e /etc/limit-test ]
	[ ! -e /dev/shm/limit-test ]
	unchanged
	run_limit --chdir / --read-only / -- grep -vE '^[^ ]+ [^ ]+ [^ ]+ [^ ]+ [^ ]+ ro[, ]' /proc/self/mountinfo
	assert_status 1
}

@test "--read-only without mount_setattr, and all of it without the calls of Linux 5.2" {
	command -v strace >/dev/null || skip "needs strace"
	calls=mount_setattr,open_tree,move_mount,fsopen,openat2
	strace -f -o trace -e trace=mount,$calls -e inject=$calls:error=ENOSYS true 2>/dev/null ||
		skip "this strace does not know them all"
	rm -f trace
	for missing in mount_setattr $calls; do
		strace -f -o /dev/null -e trace=mount,$calls -e inject="$missing":error=ENOSYS \
			"$LIMIT" -q --tmpfs dir/sub --bind other:dir/sub/deep/er --hide other/file --read-only dir -- sh -c '
			cat dir/sub/deep/er/file; echo x >dir/file; echo x >dir/sub/file; echo x >dir/sub/deep/er/new
			wc -c <other/file; rm other/file; umount dir' >output 2>/dev/null || true
		[ "$(cat output)" = "other
0" ]
		rm output
		unchanged
	done
	[ "$(cat other/file)" = other ]
}

@test "--private-tmp: /tmp and /var/tmp are empty, and what is written there is gone" {
	for extra in '' '--unshare=user'; do
		run_limit --chdir / ${extra:+"$extra"} --private-tmp -- sh -c 'ls -A /tmp /var/tmp; echo x >/tmp/limit-test && stat -c %a /tmp'
		assert_status 0
		[ "${lines[-1]}" = 1777 ]
		[[ "$output" != *[a-z]-* ]]
		[ ! -e /tmp/limit-test ]
	done
}

@test "a directory that is covered cannot be stayed in" {
	refused 'cannot enter the current directory' --tmpfs "${PWD%/*}"
	[[ "${stderr_lines[1]}" == "limit: try: --chdir /"* ]]
}

@test "--tmpfs: as large as it may be, looks like what it covers, and is memory" {
	chmod 751 dir
	run_limit --tmpfs dir:1M --mem 200M -- sh -c 'stat -c %a dir; ls -A dir; head -c 3M /dev/zero >dir/big; stat -c %s dir/big'
	[ "$output" = "751
1048576" ]
	run_limit --mem 20M --tmpfs dir -- sh -c 'head -c 100M /dev/zero >dir/big'
	assert_report 'memory limit of 20M hit'
	chmod 755 dir
}

@test "--bind: a directory, a file, read-only, and a colon in a name" {
	mkdir 'a:b'
	files_before=$(find . | sort)
	echo colon >'a:b/file'
	for extra in '' '--unshare=user'; do
		run_limit ${extra:+"$extra"} --bind other:dir --bind 'a\:b/file:other/file' -- cat dir/file other/file
		assert_status 0
		[ "$output" = "other
colon" ]
		run_limit ${extra:+"$extra"} --bind other:dir:ro -- sh -c 'echo x >dir/file; echo x >dir/new; echo written >other/file'
		[ "$(cat other/file)" = written ]
		[ ! -e other/new ]
		echo other >other/file
	done
	rm 'a:b/file'
	refused "cannot use --bind: cannot open 'nothing'" --bind nothing:dir
	refused "cannot use --bind: cannot mount on 'dir'" --bind other/file:dir
	refused "cannot use --bind: cannot open 'nothing'" --bind dir:nothing
	[[ "${stderr_lines[1]}" == "limit: try: "* ]]
}

@test "the order is that of the command line, and SRC is always what the caller sees" {
	run_limit --tmpfs dir --bind dir:dir/old --bind other/file:dir/new -- sh -c 'ls dir; cat dir/old/file dir/new'
	assert_status 0
	[ "$output" = "new
old
before
other" ]
	run_limit --bind other:dir --hide dir/file -- sh -c 'cat dir/file; cat other/file'
	[ "$output" = other ]
	run_limit --hide dir/file --bind other:dir -- cat dir/file
	[ "$output" = other ]
}

@test "--hide: a directory and a file look empty, and stay as they are" {
	for extra in '' '--unshare=user'; do
		run_limit ${extra:+"$extra"} --hide dir --hide other/file -- sh -c 'ls -A dir; cat other/file; touch dir/new; echo x >other/file; umount -l dir; cat dir/file'
		assert_status 1
		[ -z "$output" ]
	done
	[ "$(cat other/file)" = other ]
	refused "cannot use --hide: cannot open 'nothing'" --hide nothing
}

@test "--overlay: what is written, removed and made anew is gone at the end" {
	have_overlay
	for extra in '' '--unshare=user'; do
		run_limit ${extra:+"$extra"} --overlay dir -- sh -c 'echo after >dir/file && rmdir dir/sub && touch dir/new && cat dir/file && ls dir'
		assert_status 0
		[ "$output" = "after
file
new" ]
		unchanged
	done
	refused "cannot use --overlay: cannot mount on 'dir/file'" --overlay dir/file
}

@test "--overlay /: all writes are thrown away, those to file systems below it too" {
	have_overlay
	[ "$(id -u)" -eq 0 ] || skip "in a user namespace nothing may be mounted below it"
	run_limit --overlay / -- sh -c '
		echo after >dir/file && echo x >/etc/limit-test && echo x >/dev/shm/limit-test && cat dir/file /etc/limit-test &&
		pwd && cut -d " " -f 5 /proc/self/mountinfo | grep -cx /'
	assert_status 0
	[ "$output" = "after
x
$PWD
1" ]
	[ ! -e /etc/limit-test ]
	[ ! -e /dev/shm/limit-test ]
	unchanged
}

@test "--root: another /, with devices, and no way back" {
	make_root
	for extra in '' '--unshare=user'; do
		run_limit ${extra:+"$extra"} --root root --unshare pid --bind other:/data -- sh -c '
			pwd; ls / /data; echo x >/dev/null; head -c 3 /dev/zero | wc -c; readlink /dev/stdin
			cut -d " " -f 5 /proc/self/mountinfo | sort; ls /dev/pts; ls ../../../..'
		assert_status 0
		[ "${lines[*]}" = "/ /: bin data dev etc proc /data: file 3 /proc/self/fd/0 / /data /dev /dev/full /dev/null \
/dev/pts /dev/random /dev/shm /dev/tty /dev/urandom /dev/zero /proc ptmx bin data dev etc proc" ] ||
			{ echo "${lines[*]}"; return 1; }
	done
	rm -r root
}

@test "--root: neither .. nor links in DST lead out of it" {
	make_root
	ln -s "$PWD/dir" root/absolute
	ln -s ../../../../../../../../../../etc root/up
	ln -s ../../../../../../../../../.."$PWD/dir" root/out
	# The real ones have no such name inside.
	refused "cannot use --tmpfs: cannot open '/absolute'" --root root --tmpfs /absolute
	refused "cannot use --tmpfs: cannot open '/out'" --root root --tmpfs /out
	run_limit --root root --bind other:/up --bind other:/../../data -- sh -c 'cat /etc/file /data/file'
	assert_status 0
	[ "$output" = "other
other" ]
	rm -r root
}

@test "what is missing in DST is made only where it vanishes" {
	make_root
	have_overlay
	run_limit --root root --overlay / --bind other:/deep/er --read-only / -- sh -c 'cat /deep/er/file; touch /new /deep/er/new'
	[ "$output" = other ]
	[ ! -e root/deep ]
	[ ! -e root/new ]
	refused "cannot use --bind: cannot open '/deep/er'" --root root --bind other:/deep/er
	rm -r root
}

@test "--tmpfs /: only what is bound into it is there" {
	make_root
	run_limit --chdir / --tmpfs / --bind root/bin:/bin --bind dir:/dir:ro -- /bin/sh -c 'ls /; cat /dir/file; echo x >/dir/file'
	[ "${lines[*]}" = "bin dir before" ]
	unchanged
	rm -r root
}

@test "two services write to the same path and do not see each other's" {
	mkdir logs
	files_before=$(find . | sort)
	mkfifo a b ready
	for name in a b; do
		"$LIMIT" -q --tmpfs logs -- sh -c '
			echo "$0" >>logs/access && echo >ready && read -r line <"$0" && cat logs/access >"seen-$0"' $name \
			>/dev/null 2>&1 3>&- &
	done
	exec 5<>ready
	read -r -u 5 && read -r -u 5
	echo >a
	echo >b
	wait
	[ "$(cat seen-a)" = a ]
	[ "$(cat seen-b)" = b ]
	[ -z "$(ls logs)" ]
	rm a b ready seen-a seen-b
}

@test "kill -9 of limit: no mount and no file is left" {
	have_overlay
	mkfifo ready
	"$LIMIT" -q --overlay dir --tmpfs other:1M --hide dir/sub -- sh -c 'echo x >dir/file; echo x >other/x; echo >ready; exec sleep 1000' \
		>/dev/null 2>&1 3>&- &
	read -r <ready
	kill -9 $!
	wait $! || true
	rm ready
	unchanged
}

@test "the plan tells of them, and nothing is made" {
	run --separate-stderr "$LIMIT" --dry-run --root nothing --bind a:b:ro --tmpfs /c:5M --private-tmp -- true
	assert_status 0
	[[ "$output" == *"unshare mount"* ]]
	[[ "$output" == *"
root        nothing
bind        a on b, read-only
tmpfs       /c, 5M at most
private-tmp /tmp
"* ]]
}
