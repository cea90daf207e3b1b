/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * pty — run a command on a terminal of its own and talk to it, for the tests.
 *
 *   pty STEP... -- COMMAND...
 *
 *   expect:TEXT   wait until TEXT was printed, after what the step before saw
 *   send:TEXT     type it; \r is Enter, \003 Ctrl-C, \032 Ctrl-Z, \034 Ctrl-\
 *   resize:R C    R rows and C columns from now on
 *   hangup        close the terminal
 *
 * All that is printed goes to standard output. Exits with COMMAND's status, 128 + its signal, or 99
 * if an expected text has not come within 20 seconds.
 */
#define _GNU_SOURCE
#include <poll.h>
#include <pty.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/ioctl.h>
#include <sys/wait.h>
#include <unistd.h>

#define PATIENCE_MS 20000

static char seen[1 << 20];
static size_t seen_length;
static size_t looked_at;

/* More output, also to our own; 0: there is no more, or none in time. */
static int read_more(int terminal)
{
	struct pollfd fd = { .fd = terminal, .events = POLLIN };
	ssize_t got;

	if (poll(&fd, 1, PATIENCE_MS) <= 0)
		return 0;
	got = read(terminal, seen + seen_length, sizeof(seen) - 1 - seen_length);
	if (got <= 0)
		return 0;
	if (write(STDOUT_FILENO, seen + seen_length, (size_t)got) < 0)
		return 0;
	seen_length += (size_t)got;
	seen[seen_length] = '\0';
	return 1;
}

static int expect(int terminal, const char *text)
{
	char *found;

	while (!(found = strstr(seen + looked_at, text)))
		if (!read_more(terminal))
			return 0;
	looked_at = (size_t)(found - seen) + strlen(text);
	return 1;
}

/* Its foreground processes get SIGWINCH. */
static int resize(int terminal, const char *text)
{
	struct winsize size = { 0 };

	return sscanf(text, "%hu %hu", &size.ws_row, &size.ws_col) == 2 &&
	       ioctl(terminal, TIOCSWINSZ, &size) == 0;
}

int main(int argc, char **argv)
{
	int terminal, status, step = 1;
	pid_t pid = forkpty(&terminal, NULL, NULL, NULL);
	char **command = argv + 1;

	while (*command && strcmp(*command, "--") != 0)
		command++;
	if (pid < 0 || !*command)
		return 98;
	if (pid == 0) {
		execvp(command[1], command + 1);
		_exit(127);
	}
	for (; step < argc && argv + step < command; step++) {
		const char *what = argv[step];

		if (strncmp(what, "expect:", 7) == 0 && !expect(terminal, what + 7)) {
			fprintf(stderr, "pty: not seen: %s\n", what + 7);
			kill(pid, SIGKILL);
			return 99;
		}
		if (strncmp(what, "send:", 5) == 0 &&
			write(terminal, what + 5, strlen(what + 5)) < 0)
			return 98;
		if (strncmp(what, "resize:", 7) == 0 && !resize(terminal, what + 7))
			return 98;
		if (strcmp(what, "hangup") == 0) {
			close(terminal);
			terminal = -1;
		}
	}
	while (terminal >= 0 && read_more(terminal))
		;
	waitpid(pid, &status, 0);
	return WIFSIGNALED(status) ? 128 + WTERMSIG(status) : WEXITSTATUS(status);
}
