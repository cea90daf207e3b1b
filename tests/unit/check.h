/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check — cmocka, and assertions that name the case: a table's line says nothing about its row. */
#ifndef LIMIT_TESTS_UNIT_CHECK_H
#define LIMIT_TESTS_UNIT_CHECK_H

/* What cmocka.h needs, in no order of its own. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "fault.h"
#include "util.h"

#define KIB UINT64_C(1024)
#define MIB (KIB * KIB)
#define GIB (KIB * MIB)

#define RUN_TESTS(tests) cmocka_run_group_tests(tests, NULL, NULL)

/* Fail unless condition holds; the printf arguments (a format first) say in which case. */
#define check(condition, fmt, ...)                                                                 \
	do {                                                                                       \
		if (!(condition))                                                                  \
			fail_msg(fmt ": %s", ##__VA_ARGS__, #condition);                           \
	} while (0)

/* Fail unless got is the string expected; either may be NULL. */
#define check_string(got, expected, fmt, ...)                                                      \
	do {                                                                                       \
		const char *got_ = (got);                                                          \
		const char *expected_ = (expected);                                                \
                                                                                                   \
		if (!got_ || !expected_ ? got_ != expected_ : strcmp(got_, expected_) != 0)        \
			fail_msg(fmt ": '%s', expected '%s'", ##__VA_ARGS__, got_ ? got_ : "NULL", \
				expected_ ? expected_ : "NULL");                                   \
	} while (0)

/* Fail unless part stands somewhere in text. */
#define check_contains(text, part)                                                                 \
	do {                                                                                       \
		if (!strstr(text, part))                                                           \
			fail_msg("'%s' is not in '%s'", part, text);                               \
	} while (0)

#define check_lacks(text, part)                                                                    \
	do {                                                                                       \
		if (strstr(text, part))                                                            \
			fail_msg("'%s' is in '%s'", part, text);                                   \
	} while (0)

/* Not skip(): cmocka 1.1.5 calls that 'not ok # SKIP', which automake takes for a failure. */
#define leave_out(reason)                                                                          \
	do {                                                                                       \
		print_message("# left out: %s\n", reason);                                         \
		return;                                                                            \
	} while (0)

/* Fail unless the fault has this errno, and these parts in what and hint ("" for none at all). */
#define check_fault(f, error, what_part, hint_part)                                                \
	do {                                                                                       \
		assert_int_equal((f)->err, error);                                                 \
		check_contains((f)->what, what_part);                                              \
		check_contains((f)->hint, hint_part);                                              \
		check((hint_part)[0] || !(f)->hint[0], "hint '%s'", (f)->hint);                    \
	} while (0)

#endif
