/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/unenforced.c: the list of limits that do not hold, and its lines. */
#include "config.h"

#include "check.h"

#include <errno.h>

#include "unenforced.h"

static void add(struct unenforced *list, const char *option, const char *file, const char *what)
{
	struct fault f;

	fault_set(&f, 0, "%s", what);
	fault_hint(&f, "a hint");
	unenforced_add(list, option, file, &f);
}

static void check_printed(const struct unenforced *list, const char *expected)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	unenforced_print(list, "- ", out);
	fclose(out);
	check_string(text, expected, "printed");
	free(text);
}

static void nothing(void **state)
{
	struct unenforced list = { 0 };

	(void)state;
	assert_false(unenforced_has(NULL, "memory.max"));
	assert_false(unenforced_has(&list, "memory.max"));
	check_printed(NULL, "");
	check_printed(&list, "");
	unenforced_release(&list);
}

static void lines(void **state)
{
	struct unenforced list = { 0 };

	(void)state;
	add(&list, "mem", "memory.max", "cannot enforce --mem: no controller");
	assert_string_equal(list.entries[0].why, "no controller");
	assert_string_equal(list.entries[0].hint, "a hint");
	/* Another file of the same option for the same reason is no other line. */
	add(&list, "mem", "memory.swap.max", "cannot enforce --mem: no controller");
	add(&list, "swap", "memory.swap.max", "cannot enforce --swap: no controller");
	add(&list, "mem", "memory.oom.group", "cannot write 'memory.oom.group'");
	assert_false(unenforced_is_repeated(&list, 0));
	assert_true(unenforced_is_repeated(&list, 1));
	assert_false(unenforced_is_repeated(&list, 2));
	assert_false(unenforced_is_repeated(&list, 3));
	assert_true(unenforced_has(&list, "memory.swap.max"));
	assert_false(unenforced_has(&list, "memory.swap"));
	check_printed(&list, "- --mem: no controller\n"
			     "- --swap: no controller\n"
			     "- --mem: cannot write 'memory.oom.group'\n");
	unenforced_release(&list);
	assert_int_equal(list.count, 0);
	check_printed(&list, "");
}

/* No control group at all is no option's; a name in a reason cannot steer the terminal. */
static void no_option(void **state)
{
	struct unenforced list = { 0 };
	struct fault f;

	(void)state;
	fault_set(&f, EACCES, "cannot make '/x\033[2J'");
	unenforced_add(&list, NULL, "", &f);
	unenforced_add(&list, NULL, "", &f);
	unenforced_add(&list, "mem", "memory.max", &f);
	check_printed(&list, "- no control group: cannot make '/x?[2J': Permission denied\n"
			     "- --mem: cannot make '/x?[2J': Permission denied\n");
	unenforced_release(&list);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(nothing),
		cmocka_unit_test(lines),
		cmocka_unit_test(no_option),
	};

	return RUN_TESTS(tests);
}
