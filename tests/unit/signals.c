/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/signals.c. */
#include "config.h"

#include "check.h"

#include <signal.h>

#include "signals.h"

static void names_and_numbers(void **state)
{
	const struct {
		const char *text;
		int number;
	} rows[] = {
		{ "TERM", SIGTERM },
		{ "SIGTERM", SIGTERM },
		{ "15", SIGTERM },
		{ "KILL", SIGKILL },
		{ "9", SIGKILL },
		{ "1", SIGHUP },
		{ "INT", SIGINT },
		{ "SIGUSR1", SIGUSR1 },
		{ "STOP", SIGSTOP },
		{ "WINCH", SIGWINCH },
		{ "RTMIN", SIGRTMIN },
		{ "SIGRTMIN", SIGRTMIN },
		{ "RTMIN+0", SIGRTMIN },
		{ "RTMIN+1", SIGRTMIN + 1 },
		{ "SIGRTMIN+12", SIGRTMIN + 12 },
		{ "64", SIGRTMAX },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		int number = signal_parse(rows[i].text);

		check(number == rows[i].number, "'%s' is %d", rows[i].text, number);
	}
}

static void no_signals(void **state)
{
	static const char *const rejected[] = { "", "0", "00", "-1", "-15", "+15", " 15", "15 ",
		"15x", "1.5", "0x0f", "65", "100", "999", "1000", "18446744073709551631", "SIG",
		"term", "sigterm", "SigTerm", "TERMX", "TER", "SIGSIGTERM", "SIG15", "TERM ",
		" TERM", "NOPE", "EXIT", "RTMIN+", "RTMIN-1", "RTMIN+-1", "RTMIN+31", "RTMIN+999",
		"RTMIN+x", "RTMIN+1x", "RTMINX", "RTMIN 1" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rejected); i++) {
		int number = signal_parse(rejected[i]);

		check(number == -1, "'%s' is %d", rejected[i], number);
	}
}

static void format(void **state)
{
	const struct {
		int number;
		const char *text;
	} rows[] = {
		{ SIGTERM, "SIGTERM" },
		{ SIGKILL, "SIGKILL" },
		{ SIGSEGV, "SIGSEGV" },
		{ SIGRTMIN, "SIGRTMIN+0" },
		{ SIGRTMIN + 1, "SIGRTMIN+1" },
		{ SIGRTMAX, "SIGRTMIN+30" },
		{ 0, "signal 0" },
		{ 32, "signal 32" }, /* the C library's own */
		{ 77, "signal 77" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char text[32];

		check_string(signal_format(rows[i].number, text, sizeof(text)), rows[i].text, "%d",
			rows[i].number);
	}
}

static void format_stays_within_size(void **state)
{
	char text[] = "xxxxxxxx";

	(void)state;
	assert_string_equal(signal_format(SIGTERM, text, 4), "SIG");
	assert_string_equal(text + 4, "xxxx");
}

/* All that has a name can be given by it. */
static void what_is_formatted_parses(void **state)
{
	(void)state;
	for (int number = 1; number <= SIGRTMAX; number++) {
		char text[32];

		signal_format(number, text, sizeof(text));
		if (strncmp(text, "SIG", 3) == 0)
			check(signal_parse(text) == number, "'%s'", text);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(names_and_numbers),
		cmocka_unit_test(no_signals),
		cmocka_unit_test(format),
		cmocka_unit_test(format_stays_within_size),
		cmocka_unit_test(what_is_formatted_parses),
	};

	return RUN_TESTS(tests);
}
