#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# COMMAND's network. A network namespace of the test's own stands for the host: this machine's is left alone.

load ../lib

setup()
{
	require_node
	"$LIMIT" -q --no-net -- true 2>/dev/null || skip "no network namespace can be made here"
	cd "$BATS_TEST_TMPDIR"
	devices_before=$(cut -d: -f1 /proc/net/dev)
}

teardown()
{
	[ -z "${holder-}" ] || kill "$holder"
	assert_nothing_left || return
	[ -n "${devices_before-}" ] || return 0
	[ "$(cut -d: -f1 /proc/net/dev)" = "$devices_before" ]
}

# have COMMAND…: skip unless all are there.
have()
{
	local command

	for command; do
		command -v "$command" >/dev/null || skip "needs $command"
	done
}

# host_is_a_sandbox: $host COMMAND… runs in a network namespace that stays until the test ends.
host_is_a_sandbox()
{
	[ "$(id -u)" -eq 0 ] || skip "a link is for root"
	have ip nsenter unshare busybox
	mkfifo up
	unshare -n sh -c 'ip link set lo up; echo >up; exec sleep 1000' >/dev/null 2>&1 3>&- &
	holder=$!
	read -r <up
	host=(nsenter -t "$holder" -n --)
	"${host[@]}" ip link add probe type veth peer name probe1 2>/dev/null || skip "the kernel has no veth"
	"${host[@]}" ip link del probe
}

# devices: of the host, but lo.
devices()
{
	"${host[@]}" ip -o link | cut -d' ' -f2 | grep -v '^lo:' || true
}

no_device()
{
	[ -z "$(devices)" ]
}

@test "--no-net: loopback is up, and there is nothing else" {
	for extra in '' '--unshare=user' '--unshare=pid'; do
		run_limit ${extra:+"$extra"} --no-net -- sh -c 'tail -n +3 /proc/net/dev | cut -d: -f1; tail -n +2 /proc/net/route; cut -d" " -f3,6- /proc/net/if_inet6 2>/dev/null | head -n1'
		assert_status 0
		[ "$(tr -d ' ' <<<"${lines[0]}")" = lo ]
		[[ "${#lines[@]}" -eq 1 || "${lines[1]}" == *lo ]]
	done
	have busybox
	run_limit --map-root --no-net -- busybox ping -c 1 -w 10 127.0.0.1
	assert_status 0
}

@test "two servers listen on port 25 at once, and each is reached only from inside" {
	have busybox
	mkdir a b
	for name in a b; do
		echo "$name" >$name/name
		mkfifo $name/in $name/out
		"$LIMIT" -q --map-root --no-net -- bash -c '
			busybox httpd -p 127.0.0.1:25 -h "$0" || exec echo refused >"$0/out"
			echo listening >"$0/out"
			read -r <"$0/in"
			busybox wget -q -O - http://127.0.0.1:25/name >"$0/out"' $name >/dev/null 2>&1 3>&- &
	done
	read -r line <a/out
	[ "$line" = listening ]
	read -r line <b/out
	[ "$line" = listening ]
	# Both listen now. Here nobody does, or somebody else.
	run ! grep -qx a <(busybox wget -q -O - http://127.0.0.1:25/name 2>/dev/null || true)
	for name in a b; do
		echo >$name/in
		read -r line <$name/out
		[ "$line" = $name ]
	done
	wait
}

@test "--net-ns: that of a path and of a process; loopback stays as it is" {
	host_is_a_sandbox
	wanted=$(readlink "/proc/$holder/ns/net")
	for which in "$holder" "/proc/$holder/ns/net"; do
		run_limit --net-ns "$which" -- readlink /proc/self/ns/net
		assert_status 0
		[ "$output" = "$wanted" ]
		# The pid is the caller's.
		run_limit --unshare pid --net-ns "$which" -- readlink /proc/self/ns/net
		[ "$output" = "$wanted" ]
	done
	for which in /nothing /dev/null 4194305; do
		run -125 --separate-stderr "$LIMIT" --net-ns "$which" -- touch started
		[[ "${stderr_lines[0]}" == "limit: cannot use --net-ns: cannot enter '$which': "* ]]
		[[ "${stderr_lines[1]}" == "limit: try: "* ]]
	done
	for other in --no-net --unshare=net --net-link=br0:10.0.0.2/24; do
		run -125 "$LIMIT" --net-ns "$holder" $other -- touch started
	done
	[ ! -e started ]
}

@test "--net-link host: either side reaches the other, and the device is gone at the end" {
	host_is_a_sandbox
	for extra in '' '--unshare=pid' '--unshare=user'; do
		run --separate-stderr "${host[@]}" "$LIMIT" -q ${extra:+"$extra"} --net-link host:192.0.2.2/30:192.0.2.1 -- sh -c '
			busybox ping -c 1 -w 20 192.0.2.1 >/dev/null && busybox ip -o route && busybox ip -o -4 addr show eth0 | busybox awk "{ print \$4 }"'
		assert_status 0
		[[ "${lines[0]}" == "default via 192.0.2.1 dev eth0"* ]]
		[ "${lines[-1]}" = 192.0.2.2/30 ]
		# At once, not when the kernel has the time.
		no_device
	done
}

@test "--net-link to a bridge: two runs reach each other, and the host's address" {
	host_is_a_sandbox
	"${host[@]}" ip link add br0 type bridge || skip "the kernel has no bridge"
	"${host[@]}" ip addr add 192.0.2.1/24 dev br0
	"${host[@]}" ip link set br0 up
	mkfifo ready go
	"${host[@]}" "$LIMIT" -q --net-link br0:192.0.2.2/24:192.0.2.1 -- bash -c 'echo >ready; read -r <go' >/dev/null 2>&1 3>&- &
	read -r <ready
	for address in 192.0.2.1 192.0.2.2; do
		run --separate-stderr "${host[@]}" "$LIMIT" -q --net-link br0:192.0.2.3/24 -- busybox ping -c 1 -w 20 $address
		assert_status 0
	done
	"${host[@]}" busybox ping -c 1 -w 20 192.0.2.2
	echo >go
	wait $!
	[ "$(devices)" = br0: ]
}

# reads_page OPTION…: from the host's server, through --net-user; nothing is said of the helper.
reads_page()
{
	run --separate-stderr "${host[@]}" "$LIMIT" "$@" --net-user -- busybox wget -q -O - http://192.0.2.1:8080/page
	assert_status 0
	[ "$output" = page ]
	[[ "$stderr" != *slirp4netns* ]]
}

@test "--net-user: the host's network is reached without a device outside, and the helper goes at the end" {
	host_is_a_sandbox
	have slirp4netns
	[ -c /dev/net/tun ] || skip "needs /dev/net/tun"
	"${host[@]}" ip addr add 192.0.2.1/32 dev lo
	echo page >page
	"${host[@]}" busybox httpd -f -p 192.0.2.1:8080 >/dev/null 2>&1 3>&- &
	server=$!
	eventually "${host[@]}" busybox wget -q -O /dev/null http://192.0.2.1:8080/page
	for extra in '' '--unshare=pid' '--unshare=user,pid'; do
		reads_page ${extra:+"$extra"}
		no_device
	done
	mkfifo ready
	"${host[@]}" "$LIMIT" -q --net-user -- sh -c 'echo $PPID >ready; exec sleep 1000' >/dev/null 2>&1 3>&- &
	read -r pid <ready
	helper=$(pgrep -P "$pid" -x slirp4netns)
	kill -9 "$pid"
	wait "$pid" || true
	eventually has_ended "$helper"
	kill "$server"
}

@test "--net-user is for anyone: a device inside, with an address" {
	have slirp4netns ip
	[ -c /dev/net/tun ] || skip "needs /dev/net/tun"
	run --separate-stderr "$LIMIT" -q --net-user -- ip -4 -o addr show scope global
	assert_status 0
	[[ "$output" == *"inet 10.0.2."* ]]
}

@test "--net-user without slirp4netns: refused, with the remedy" {
	run --separate-stderr env PATH=/nothing "$LIMIT" --net-user -- /bin/true
	assert_status 125
	[ "${stderr_lines[0]}" = "limit: cannot use --net-user: slirp4netns is not installed" ]
	[[ "${stderr_lines[1]}" == "limit: try: apt-get install slirp4netns"* ]]
}

@test "--net-link: kill -9 of limit leaves no device" {
	host_is_a_sandbox
	mkfifo ready
	"${host[@]}" "$LIMIT" -q --net-link host:192.0.2.2/30:192.0.2.1 -- sh -c 'echo $PPID >ready; exec sleep 1000' >/dev/null 2>&1 3>&- &
	read -r pid <ready
	[[ "$(devices)" == limit*@* ]]
	kill -9 "$pid"
	wait $! || true
	eventually no_device
}

@test "--net-link: what cannot be is refused, and nothing is left" {
	host_is_a_sandbox
	for link in nobridge:192.0.2.2/24 lo:192.0.2.2/24 host:192.0.2.2/30:198.51.100.1; do
		run --separate-stderr "${host[@]}" "$LIMIT" --net-link $link -- touch started
		assert_status 125
		[[ "${stderr_lines[0]}" == "limit: cannot use --net-link: "* ]]
		[[ "${stderr_lines[1]}" == "limit: try: "* ]]
		eventually no_device
	done
	[ ! -e started ]
	for text in host:192.0.2.2/30 br0 br0:192.0.2.2/33; do
		run -125 --separate-stderr "$LIMIT" --net-link $text -- touch started
		[[ "${stderr_lines[0]}" == "limit: cannot use --net-link '$text': "* ]]
	done
}
