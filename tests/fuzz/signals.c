/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Names and numbers of signals: what is accepted is a signal, and its name means the same one. */
#include "config.h"

#include "fuzz.h"

#include <signal.h>

#include "signals.h"

/* text is 'RTMIN' or 'RTMIN+N'. */
static bool is_realtime(const char *text, int number)
{
	uint64_t offset = 0;

	return strncmp(text, "RTMIN", 5) == 0 &&
	       (!text[5] || (text[5] == '+' && fuzz_number(text + 6, strlen(text + 6), &offset))) &&
	       (uint64_t)number == (uint64_t)SIGRTMIN + offset;
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size);
	const char *name = text + (strncmp(text, "SIG", 3) == 0 ? 3 : 0);
	int number = signal_parse(text);
	char formatted[32];
	uint64_t typed;

	if (number >= 0) {
		require(number > 0 && number <= SIGRTMAX, "'%s' is signal %d", text, number);
		signal_format(number, formatted, sizeof(formatted));
		require((fuzz_number(text, strlen(text), &typed) && typed == (uint64_t)number) ||
				(strncmp(formatted, "SIG", 3) == 0 &&
					strcmp(name, formatted + 3) == 0) ||
				is_realtime(name, number),
			"'%s' is %s", text, formatted);
		if (strncmp(formatted, "SIG", 3) == 0)
			require(signal_parse(formatted) == number, "'%s' is %d", formatted, number);
	} else {
		for (number = 1; number <= SIGRTMAX; number++) {
			signal_format(number, formatted, sizeof(formatted));
			require(strncmp(formatted, "SIG", 3) != 0 ||
					strcmp(name, formatted + 3) != 0,
				"'%s' is %d", text, number);
		}
	}
	if (size)
		signal_format(data[0] - 128, formatted, sizeof(formatted));
	free(text);
	return 0;
}
