/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "signals.h"

#include <signal.h>
#include <stdbool.h>
#include <stdio.h>
#include <string.h>

/* '0' to '999' without sign or trailing text; -1 otherwise. */
static int parse_small_number(const char *text)
{
	int number = 0;

	if (!*text || strlen(text) > 3)
		return -1;
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return -1;
		number = number * 10 + (*text - '0');
	}
	return number;
}

int signal_parse(const char *text)
{
	int number = parse_small_number(text);

	if (number >= 0)
		return number > 0 && number <= SIGRTMAX ? number : -1;
	if (strncmp(text, "SIG", 3) == 0)
		text += 3;
	if (strncmp(text, "RTMIN", 5) == 0) {
		int offset = text[5] == '+' ? parse_small_number(text + 6) : -1;

		if (!text[5])
			return SIGRTMIN;
		return offset >= 0 && SIGRTMIN + offset <= SIGRTMAX ? SIGRTMIN + offset : -1;
	}
	for (number = 1; number < NSIG; number++) {
		const char *name = sigabbrev_np(number);

		if (name && strcmp(text, name) == 0)
			return number;
	}
	return -1;
}

char *signal_format(int number, char *text, size_t size)
{
	const char *name = sigabbrev_np(number);

	if (name)
		snprintf(text, size, "SIG%s", name);
	else if (number >= SIGRTMIN && number <= SIGRTMAX)
		snprintf(text, size, "SIGRTMIN+%d", number - SIGRTMIN);
	else
		snprintf(text, size, "signal %d", number);
	return text;
}
