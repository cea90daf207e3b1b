#!/usr/bin/env bats
# SPDX-License-Identifier: GPL-2.0-or-later
# Programs that take the whole screen, and a terminal inside a terminal: as without limit.

load ../lib

setup()
{
	require_node
	cd "$BATS_TEST_TMPDIR"
	export LIMIT TERM=vt100 LC_ALL=C.UTF-8
	# An interactive shell that prints only what it is told to.
	shell=(env PS1='$ ' HOME="$PWD" HISTFILE= bash --norc --noediting -i)
	tmux=(tmux -S "$PWD/socket" -f /dev/null)
}

teardown()
{
	[ ! -S socket ] || "${tmux[@]}" kill-server || true
	assert_nothing_left
}

needs()
{
	command -v "$1" >/dev/null || skip "there is no $1 on this machine"
}

# On a terminal: the steps, then what runs there.
on_terminal()
{
	run timeout 60 "$TEST_TOOLS_DIR/pty" "$@"
}

# In a pane of tmux, an interactive shell.
start_tmux()
{
	needs tmux
	"${tmux[@]}" new-session -d -x 80 -y 24 "${shell[@]}" >/dev/null 2>&1 3>&-
	shows '^\$'
}

type_keys()
{
	"${tmux[@]}" send-keys "$@"
}

pane_shows()
{
	"${tmux[@]}" capture-pane -p | grep -qE -- "$1"
}

# shows REGEX: a line of the pane matches, now or soon.
shows()
{
	eventually pane_shows "$1" || { "${tmux[@]}" capture-pane -p; return 1; }
}

# What is typed before the terminal has changed its mode is lost: wait for the prompt.
@test "vim: edit, Ctrl-Z, fg with a window of another size, and the terminal is as it was" {
	# Debian's vim-tiny goes by this name.
	vim=$(command -v vim vim.tiny | head -n 1)
	[ -n "$vim" ] || needs vim
	export vim
	echo 'some text' >file
	on_terminal 'expect:$ ' 'resize:24 80' $'send:stty -g >before; "$LIMIT" -q -- "$vim" -u NONE -N file\r' 'expect:some text' \
		$'send::%s/some/other/\r' 'expect:other text' \
		$'send:\032' expect:Stopped 'expect:$ ' 'resize:30 100' $'send:stty -g >stopped; fg\r' 'expect:other text' \
		$'send::set columns?\r' 'expect:columns=100' \
		$'send::wq\r' expect:written 'expect:$ ' $'send:echo "sta""tus $?"; stty -g >after\r' 'expect:status 0' \
		'expect:$ ' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
	[ "$(cat file)" = 'other text' ]
	cmp before stopped
	cmp before after
}

@test "less: of a pipe, Ctrl-Z and fg" {
	needs less
	on_terminal 'expect:$ ' 'resize:24 80' $'send:stty -g >before; seq -f "line %g" 500 | "$LIMIT" -q -- less\r' 'expect:line 20' \
		$'send:G' 'expect:line 500' $'send:\032' expect:Stopped 'expect:$ ' $'send:fg\r' 'expect:line 500' \
		$'send:q' 'expect:$ ' $'send:echo "sta""tus $?"; stty -g >after\r' 'expect:status 0' \
		'expect:$ ' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
	cmp before after
}

@test "less: Ctrl-C ends its waiting, not less, and not limit" {
	needs less
	seq -f 'line %g' 500 >file
	on_terminal 'expect:$ ' 'resize:24 80' $'send:"$LIMIT" -q -- less +F file\r' 'expect:Waiting for data' \
		$'send:\003' $'send:g' 'expect:line 20' $'send:q' 'expect:$ ' \
		$'send:echo "sta""tus $?"\r' 'expect:status 0' 'expect:$ ' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
}

@test "tmux: Ctrl-C ends COMMAND and a loop around limit" {
	start_tmux
	type_keys 'while :; do "$LIMIT" -q -- sh -c "echo re""ady; exec sleep 1000"; done; echo "loop ""over"' Enter
	shows '^ready$'
	type_keys C-c
	shows '\^C\$?'
	type_keys 'echo "still ""here"' Enter
	shows '^still here$'
	[ "$("${tmux[@]}" capture-pane -p | grep -c '^ready$')" -eq 1 ]
}

@test "tmux: Ctrl-Z, fg and bg" {
	start_tmux
	type_keys '"$LIMIT" -q -- sh -c "echo re""ady; read -r a; echo got \$a; exec sleep 1000"' Enter
	shows '^ready$'
	type_keys C-z
	shows Stopped
	type_keys fg Enter
	shows '^"\$LIMIT" '
	type_keys word Enter
	shows '^got word$'
	type_keys C-z
	type_keys 'bg; jobs -r' Enter
	shows Running
	type_keys 'kill %%; wait; echo "do""ne"' Enter
	shows '^done$'
}

@test "tmux inside limit: panes of its own, and they end with it" {
	needs tmux
	# The server leaves its session and terminal, as a daemon does.
	on_terminal 'expect:$ ' 'resize:24 80' $'send:"$LIMIT" -o report -- tmux -S "$PWD/socket" -f /dev/null new-session env PS1="in""side> " bash --norc --noediting -i\r' \
		'expect:inside> ' $'send:sleep 1000 &\r' $'send:echo "re""ady"\r' expect:ready \
		$'send:tmux -S "$PWD/socket" detach\r' expect:detached 'expect:$ ' $'send:exit\r' -- "${shell[@]}"
	assert_status 0
	report=$(cat report)
	assert_report '^limit: tmux: exit 0 '
	# The server, a shell and sleep; the command that told the server to detach may be there yet.
	assert_report '^  leftovers +[34] killed \(.*tmux'
	run ! "${tmux[@]}" list-sessions
	rm -f socket
}
