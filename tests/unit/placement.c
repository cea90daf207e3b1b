/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/placement.c: what /proc/PID/cgroup says. */
#include "config.h"

#include "check.h"

#include "placement.h"

#define NAME "limit-12-345"

static void parse(void **state)
{
	const struct plan unified = {
		.name = NAME,
		.groups = { { .v2 = true } },
		.group_count = 1,
	};
	const struct plan hybrid = {
		.name = NAME,
		.groups = { { .v2 = true }, { .controllers = CONTROLLER_BIT(CONTROLLER_MEMORY) },
			{ .controllers = CONTROLLER_BIT(CONTROLLER_CPU) |
					 CONTROLLER_BIT(CONTROLLER_CPUACCT) } },
		.group_count = 3,
	};
	const struct {
		const struct plan *plan;
		const char *text;
		bool ended;
		enum placement placement;
		const char *where;
	} rows[] = {
		{ &unified, "0::/" NAME "/command\n", false, PLACEMENT_INSIDE, "" },
		{ &unified, "0::/a/" NAME "\n", true, PLACEMENT_INSIDE, "" },
		{ &unified, "0::/../" NAME "/command/x/y\n", false, PLACEMENT_INSIDE, "" },
		{ &unified, "0::/user.slice/session-1.scope\n", true, PLACEMENT_OUTSIDE,
			"/user.slice/session-1.scope" },
		{ &unified, "0::/\n", false, PLACEMENT_OUTSIDE, "/" },
		/* Nothing is matched by substring. */
		{ &unified, "0::/" NAME "6/command\n", false, PLACEMENT_OUTSIDE,
			"/" NAME "6/command" },
		{ &unified, "0::/x" NAME "\n", false, PLACEMENT_OUTSIDE, "/x" NAME },
		{ &unified, "0::/limit-12-34\n", false, PLACEMENT_OUTSIDE, "/limit-12-34" },
		/* A v1 hierarchy that is not ours may say what it likes. */
		{ &unified, "3:memory:/other\n0::/" NAME "\n", false, PLACEMENT_INSIDE, "" },
		{ &unified, "3:memory:/other\n", false, PLACEMENT_UNKNOWN, "" },
		{ &unified, "", false, PLACEMENT_UNKNOWN, "" },
		{ &hybrid, "2:cpu,cpuacct:/" NAME "\n3:memory:/a/" NAME "\n0::/" NAME "\n", false,
			PLACEMENT_INSIDE, "" },
		{ &hybrid, "2:cpu,cpuacct:/" NAME "\n3:memory:/a\n0::/" NAME "\n", false,
			PLACEMENT_OUTSIDE, "/a" },
		/* A zombie is in the root of every v1 hierarchy. */
		{ &hybrid, "2:cpu,cpuacct:/\n3:memory:/\n0::/" NAME "\n", true, PLACEMENT_INSIDE,
			"" },
		{ &hybrid, "2:cpu,cpuacct:/\n3:memory:/\n", true, PLACEMENT_UNKNOWN, "" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char where[64] = "";
		const struct node node = { .plan = rows[i].plan }; /* all groups are there */
		enum placement placement =
			placement_parse(&node, rows[i].text, rows[i].ended, where, sizeof(where));

		check(placement == rows[i].placement, "row %zu is %d", i, (int)placement);
		check_string(where, rows[i].where, "row %zu", i);
	}
}

/* With --best-effort some groups, or all, could not be made: nobody has left them. */
static void groups_that_are_not_there(void **state)
{
	const struct plan plan = {
		.name = NAME,
		.groups = { { .v2 = true }, { .controllers = CONTROLLER_BIT(CONTROLLER_MEMORY) } },
		.group_count = 2,
	};
	const char *text = "3:memory:/a\n0::/" NAME "\n";
	struct node node = { .plan = &plan, .group_fds = { 0, 0 } };
	char where[64];

	(void)state;
	check(placement_parse(&node, text, false, where, sizeof(where)) == PLACEMENT_OUTSIDE,
		"in all groups");
	node.group_fds[1] = -1;
	check(placement_parse(&node, text, false, where, sizeof(where)) == PLACEMENT_INSIDE,
		"without the v1 group");
	node.group_fds[0] = -1;
	check(placement_parse(&node, "0::/\n", false, where, sizeof(where)) == PLACEMENT_UNKNOWN,
		"without any group");
}

int main(void)
{
	const struct CMUnitTest tests[] = { cmocka_unit_test(parse),
		cmocka_unit_test(groups_that_are_not_there) };

	return RUN_TESTS(tests);
}
