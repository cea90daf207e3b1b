/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/namespaces.c, src/id_map.c, src/subordinate.c, src/plan_namespaces.c and src/environment.c. */
#include "config.h"

#include "../../src/namespaces.h"

#include "check.h"

#include "environment.h"
#include "host.h"
#include "id_map.h"
#include "plan_namespaces.h"
#include "subordinate.h"

static char *map_text(const struct id_map *map)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	id_map_print(map, out);
	fclose(out);
	return text;
}

static void test_lists(void **state)
{
	static const struct {
		const char *text;
		uint64_t set;
	} good[] = {
		{ "pid", NAMESPACE_PID },
		{ "net,mount", NAMESPACE_NET | NAMESPACE_MOUNT },
		{ "uts,uts", NAMESPACE_UTS },
		{ "all", NAMESPACE_PID | NAMESPACE_NET | NAMESPACE_MOUNT | NAMESPACE_IPC |
				 NAMESPACE_UTS | NAMESPACE_USER | NAMESPACE_CGROUP |
				 NAMESPACE_TIME },
	};
	static const char *const bad[] = { "", ",", "pid,", ",pid", "pi", "pidx", "PID", "mnt",
		"pid net" };
	uint64_t set = 1;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		assert_null(namespaces_parse(good[i].text, &set));
		check(set == good[i].set, "%s", good[i].text);
	}
	set = 1;
	for (size_t i = 0; i < ARRAY_SIZE(bad); i++)
		check(namespaces_parse(bad[i], &set) && set == 1, "'%s' is no list", bad[i]);
}

static void test_implied(void **state)
{
	struct spec spec;

	(void)state;
	spec_init(&spec);
	assert_true(namespaces_wanted(&spec) == 0);
	spec.namespaces.pid1 = true;
	assert_true(namespaces_wanted(&spec) == (NAMESPACE_PID | NAMESPACE_MOUNT));
	spec_init(&spec);
	spec.namespaces.hostname = "x";
	assert_true(namespaces_wanted(&spec) == NAMESPACE_UTS);
	spec_init(&spec);
	spec.namespaces.map_auto = true;
	assert_true(namespaces_wanted(&spec) == NAMESPACE_USER);
	spec_init(&spec);
	spec.namespaces.monotonic.given = true;
	assert_true(namespaces_wanted(&spec) == NAMESPACE_TIME);
}

static void test_user_is_added_for_who_is_not_root(void **state)
{
	struct host host = { .uid = 1000, .gid = 100, .namespaces = ~UINT64_C(0) };
	struct plan plan = { 0 };
	struct fault f;
	struct spec spec;
	char *text;

	(void)state;
	spec_init(&spec);
	spec.namespaces.unshare = NAMESPACE_NET;
	assert_int_equal(plan_namespaces_make(&plan, &spec, &host, &f), 0);
	assert_true(plan.namespaces == (NAMESPACE_NET | NAMESPACE_USER));
	assert_int_equal(plan.note_count, 1);
	assert_true(plan.id_map.deny_setgroups);
	text = map_text(&plan.id_map);
	assert_string_equal(text, "uid 1000 is 1000, gid 100 is 100");
	free(text);
	plan_release(&plan);
	host.privileged = true;
	assert_int_equal(plan_namespaces_make(&plan, &spec, &host, &f), 0);
	assert_true(plan.namespaces == NAMESPACE_NET);
	host.namespaces = NAMESPACE_USER;
	assert_int_equal(plan_namespaces_make(&plan, &spec, &host, &f), -1);
	assert_string_equal(f.what, "cannot make a net namespace: the kernel has none");
	plan_release(&plan);
}

static void test_maps(void **state)
{
	struct host host = { .uid = 1000, .gid = 100 };
	struct id_map map;
	struct spec spec;
	char *text;

	(void)state;
	spec_init(&spec);
	spec.namespaces.map_root = true;
	id_map_make(&map, &spec, &host);
	text = map_text(&map);
	assert_string_equal(text, "uid 0 is 1000, gid 0 is 100");
	free(text);
	spec.namespaces.map_user = (struct spec_ids){ true, 7, 8 };
	id_map_make(&map, &spec, &host);
	text = map_text(&map);
	assert_string_equal(text, "uid 7 is 1000, gid 8 is 100");
	free(text);
	/* The subordinate ids fill what the caller's id leaves, from 0 on. */
	host.subordinate_uids = (struct subordinate_ids){ 100000, 10 };
	host.subordinate_gids = (struct subordinate_ids){ 200000, 8 };
	spec.namespaces.map_auto = true;
	id_map_make(&map, &spec, &host);
	assert_true(map.helpers && !map.deny_setgroups);
	text = map_text(&map);
	assert_string_equal(text,
		"uid 0-6 is 100000-100006, uid 7 is 1000, uid 8-10 is 100007-100009, "
		"gid 0-7 is 200000-200007, gid 8 is 100");
	free(text);
	spec.namespaces.map_user.given = false;
	id_map_make(&map, &spec, &host);
	text = map_text(&map);
	assert_string_equal(text, "uid 0 is 1000, uid 1-10 is 100000-100009, "
				  "gid 0 is 100, gid 1-8 is 200000-200007");
	free(text);
}

static void test_subordinate_ids(void **state)
{
	static const struct {
		const char *text;
		uint32_t first;
		uint32_t count;
	} cases[] = {
		{ "", 0, 0 },
		{ "me:100000:65536\n", 100000, 65536 },
		{ "you:1:2\nme:3:4\nme:5:6\n", 3, 4 },
		{ "1000:7:8", 7, 8 },
		{ "10000:7:8\nme2:7:8\nm:7:8\n", 0, 0 },
		{ "me:x:8\nme:7:\nme:7\nme:7:8:9\nme:7:0\nme:9:1\n", 9, 1 },
		{ "me:4294967295:1\nme:4294967000:1000\nme:1:99999999999999999999\n", 0, 0 },
		{ "# me:1:2\n\n", 0, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		struct subordinate_ids ids = subordinate_parse(cases[i].text, "me", 1000);

		check(ids.first == cases[i].first && ids.count == cases[i].count, "%s: %u %u",
			cases[i].text, ids.first, ids.count);
	}
}

static void test_environment(void **state)
{
	char path[] = "PATH=/bin";
	char home[] = "HOME=/root";
	char prefix[] = "HOMEX=1";
	char *base[] = { path, prefix, home, NULL };
	char name[] = "me";
	char directory[] = "/home/me";
	const struct host_user user = { .name = name, .home = directory };
	struct spec spec;
	char **made;

	(void)state;
	spec_init(&spec);
	assert_false(environment_asked(&spec));
	spec.credentials.user = "me";
	spec.env[spec.env_count++] = "A=1";
	spec.env[spec.env_count++] = "A=2";
	spec.env[spec.env_count++] = "PATH";
	spec.env[spec.env_count++] = "HOMEX=";
	spec.env[spec.env_count++] = "USER";
	assert_true(environment_asked(&spec));
	made = environment_make(base, &spec, &user);
	assert_non_null(made);
	assert_string_equal(made[0], "PATH=/bin");
	assert_string_equal(made[1], "HOMEX=");
	assert_string_equal(made[2], "HOME=/home/me");
	assert_string_equal(made[3], "LOGNAME=me");
	assert_string_equal(made[4], "A=2");
	assert_null(made[5]);
	free(made);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_lists),
		cmocka_unit_test(test_implied),
		cmocka_unit_test(test_user_is_added_for_who_is_not_root),
		cmocka_unit_test(test_maps),
		cmocka_unit_test(test_subordinate_ids),
		cmocka_unit_test(test_environment),
	};

	return RUN_TESTS(tests);
}
