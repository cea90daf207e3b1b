/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/oom_above.c, on hierarchies that are directories of plain files. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include "oom_above.h"

#define UNLIMITED "9223372036854771712\n"

struct scene {
	struct tree tree;
	struct plan plan;
	char mount[PATH_MAX];
	char parent[PATH_MAX];
	struct oom_above above;
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	*state = scene;
	if (!scene)
		return -1;
	tree_make(&scene->tree);
	snprintf(scene->mount, sizeof(scene->mount), "%s/m", scene->tree.path);
	snprintf(scene->parent, sizeof(scene->parent), "%s/m/a/b", scene->tree.path);
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	oom_above_release(&scene->above);
	tree_release(&scene->tree);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static void set_plan(struct scene *scene, bool v2)
{
	scene->plan.group_count = 1;
	scene->plan.groups[0] = (struct plan_group){
		.v2 = v2,
		.controllers = CONTROLLER_BIT(CONTROLLER_MEMORY),
		.mount = scene->mount,
		.parent = scene->parent,
	};
}

/* The mount /m and in it /m/a/b, the node's parent; at the mount the real root. */
static void make_v2(struct scene *scene)
{
	set_plan(scene, true);
	tree_write(&scene->tree, "/m/cgroup.procs", "");
	tree_write(&scene->tree, "/m/a/memory.max", "67108864\n");
	tree_write(&scene->tree, "/m/a/memory.events", "low 0\noom 9\noom_kill 9\n");
	tree_write(&scene->tree, "/m/a/memory.events.local", "low 0\noom 2\noom_kill 1\n");
	tree_write(&scene->tree, "/m/a/b/memory.max", "134217728\n");
	tree_write(&scene->tree, "/m/a/b/memory.events.local", "low 0\noom 0\noom_kill 0\n");
}

static void make_v1(struct scene *scene)
{
	set_plan(scene, false);
	tree_write(&scene->tree, "/m/release_agent", "\n");
	tree_write(&scene->tree, "/m/memory.limit_in_bytes", UNLIMITED);
	tree_write(&scene->tree, "/m/a/memory.limit_in_bytes", "67108864\n");
	tree_write(&scene->tree, "/m/a/memory.failcnt", "0\n");
	tree_write(&scene->tree, "/m/a/memory.memsw.failcnt", "7\n");
	tree_write(&scene->tree, "/m/a/b/memory.limit_in_bytes", "134217728\n");
	tree_write(&scene->tree, "/m/a/b/memory.failcnt", "3\n");
}

static void check_found(struct scene *scene, enum oom_source source, const char *path,
	uint64_t limit_bytes)
{
	oom_above_find(&scene->above, &scene->plan);
	assert_int_equal(scene->above.source, source);
	if (source != OOM_SOURCE_GROUP)
		return;
	check(strncmp(scene->above.path, scene->tree.path, strlen(scene->tree.path)) == 0, "%s",
		scene->above.path);
	assert_string_equal(scene->above.path + strlen(scene->tree.path), path);
	assert_int_equal(scene->above.limit_bytes, limit_bytes);
}

static void v2_by_the_local_counter(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	oom_above_note(&scene->above, &scene->plan);
	/* A sibling's kill counts in the other file only. */
	tree_write(&scene->tree, "/m/a/memory.events", "low 0\noom 12\noom_kill 12\n");
	check_found(scene, OOM_SOURCE_MACHINE, NULL, 0);
	tree_write(&scene->tree, "/m/a/memory.events.local", "low 0\noom 3\noom_kill 1\n");
	check_found(scene, OOM_SOURCE_GROUP, "/m/a", 67108864);
}

/* Before Linux 5.2 memory.events counts what .local does now. */
static void v2_without_the_local_counter(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	tree_unlink(&scene->tree, "/m/a/memory.events.local");
	oom_above_note(&scene->above, &scene->plan);
	tree_write(&scene->tree, "/m/a/memory.events", "low 0\noom 10\noom_kill 9\n");
	check_found(scene, OOM_SOURCE_GROUP, "/m/a", 67108864);
}

static void v2_two_may_have_been_it(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	oom_above_note(&scene->above, &scene->plan);
	tree_write(&scene->tree, "/m/a/memory.events.local", "oom 3\n");
	tree_write(&scene->tree, "/m/a/b/memory.events.local", "oom 1\n");
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
}

/* In a cgroup namespace there may be more above. */
static void v2_the_root_is_not_to_be_seen(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	tree_write(&scene->tree, "/m/cgroup.type", "domain\n");
	tree_write(&scene->tree, "/m/memory.max", "268435456\n");
	tree_write(&scene->tree, "/m/memory.events.local", "oom 0\n");
	oom_above_note(&scene->above, &scene->plan);
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
	tree_write(&scene->tree, "/m/memory.events.local", "oom 1\n");
	check_found(scene, OOM_SOURCE_GROUP, "/m", 268435456);
}

static void limits_that_came_and_went(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	tree_write(&scene->tree, "/m/a/b/memory.max", "max\n");
	oom_above_note(&scene->above, &scene->plan);
	tree_write(&scene->tree, "/m/a/b/memory.max", "1048576\n");
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
	tree_write(&scene->tree, "/m/a/b/memory.max", "max\n");
	tree_write(&scene->tree, "/m/a/memory.max", "max\n");
	tree_write(&scene->tree, "/m/a/memory.events.local", "oom 3\n");
	check_found(scene, OOM_SOURCE_GROUP, "/m/a", 0);
}

/* The plan has found no limit: then nothing is noted, and one that came later is still suspected. */
static void nothing_to_note(void **state)
{
	struct scene *scene = *state;

	make_v2(scene);
	scene->plan.no_memory_limit_above = true;
	oom_above_note(&scene->above, &scene->plan);
	assert_int_equal(scene->above.group_count, 0);
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
	tree_write(&scene->tree, "/m/a/memory.max", "max\n");
	tree_write(&scene->tree, "/m/a/b/memory.max", "max\n");
	check_found(scene, OOM_SOURCE_MACHINE, NULL, 0);
}

static void v1_by_failed_charges(void **state)
{
	struct scene *scene = *state;

	make_v1(scene);
	oom_above_note(&scene->above, &scene->plan);
	assert_int_equal(scene->above.group_count, 2);
	check_found(scene, OOM_SOURCE_MACHINE, NULL, 0);
	tree_write(&scene->tree, "/m/a/memory.memsw.failcnt", "8\n");
	check_found(scene, OOM_SOURCE_GROUP, "/m/a", 67108864);
	/* It may only have had to reclaim. */
	tree_write(&scene->tree, "/m/a/b/memory.failcnt", "4\n");
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
}

/* Linux 6.18 counts nothing if it is the limit of memory and swap together. */
static void v1_by_its_peak(void **state)
{
	struct scene *scene = *state;

	make_v1(scene);
	tree_write(&scene->tree, "/m/a/memory.memsw.limit_in_bytes", "67108864\n");
	tree_write(&scene->tree, "/m/a/memory.memsw.max_usage_in_bytes", "60000000\n");
	oom_above_note(&scene->above, &scene->plan);
	check_found(scene, OOM_SOURCE_MACHINE, NULL, 0);
	tree_write(&scene->tree, "/m/a/memory.memsw.max_usage_in_bytes", "67108864\n");
	check_found(scene, OOM_SOURCE_GROUP, "/m/a", 67108864);
	/* It was there before: then that tells nothing. */
	oom_above_release(&scene->above);
	oom_above_note(&scene->above, &scene->plan);
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
	tree_write(&scene->tree, "/m/a/memory.failcnt", "1\n");
	check_found(scene, OOM_SOURCE_GROUP, "/m/a", 67108864);
}

static void v1_in_a_container(void **state)
{
	struct scene *scene = *state;

	make_v1(scene);
	tree_unlink(&scene->tree, "/m/release_agent");
	oom_above_note(&scene->above, &scene->plan);
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
}

static void without_a_memory_group(void **state)
{
	struct scene *scene = *state;

	oom_above_note(&scene->above, &scene->plan);
	check_found(scene, OOM_SOURCE_UNKNOWN, NULL, 0);
}

/* The words of doc/receipt.schema.json. */
static void names(void **state)
{
	(void)state;
	assert_null(oom_source_name(OOM_SOURCE_UNKNOWN));
	assert_string_equal(oom_source_name(OOM_SOURCE_GROUP), "ancestor");
	assert_string_equal(oom_source_name(OOM_SOURCE_MACHINE), "machine");
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(v2_by_the_local_counter),
		TEST(v2_without_the_local_counter),
		TEST(v2_two_may_have_been_it),
		TEST(v2_the_root_is_not_to_be_seen),
		TEST(limits_that_came_and_went),
		TEST(nothing_to_note),
		TEST(v1_by_failed_charges),
		TEST(v1_by_its_peak),
		TEST(v1_in_a_container),
		TEST(without_a_memory_group),
		cmocka_unit_test(names),
	};

	return RUN_TESTS(tests);
}
