/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/mount_option.c. */
#include "config.h"

#include "check.h"

#include "mount_option.h"

static void tmpfs(void **state)
{
	static const struct {
		const char *text;
		const char *path; /* NULL: refused */
		uint64_t size_bytes;
	} rows[] = {
		{ "/cache", "/cache", 0 },
		{ "cache", "cache", 0 },
		{ "/cache:100M", "/cache", UINT64_C(100) << 20 },
		{ "/cache:max", "/cache", UINT64_MAX },
		{ "/a\\:b:1", "/a:b", 1 },
		{ "/a\\:b", "/a:b", 0 },
		{ "/a\\\\:4K", "/a\\", 4096 },
		{ "/a\\", "/a\\", 0 },
		{ "", NULL, 0 },
		{ ":1M", NULL, 0 },
		{ "/a:", NULL, 0 },
		{ "/a:0", NULL, 0 },
		{ "/a:50%", NULL, 0 },
		{ "/a:1M:ro", NULL, 0 },
		{ "/a:b", NULL, 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mount_requests requests = { .count = 0 };
		char path[PATH_MAX];

		check((mount_requests_add(&requests, MOUNT_TMPFS, rows[i].text) == NULL) ==
				(rows[i].path != NULL),
			"'%s'", rows[i].text);
		assert_int_equal(requests.count, rows[i].path ? 1 : 0);
		if (!rows[i].path)
			continue;
		mount_text_copy(&requests.list[0].path, path);
		assert_string_equal(path, rows[i].path);
		assert_int_equal(requests.list[0].size_bytes, rows[i].size_bytes);
	}
}

static void bind(void **state)
{
	static const struct {
		const char *text;
		const char *source; /* NULL: refused */
		const char *path;
		bool read_only;
	} rows[] = {
		{ "/a:/b", "/a", "/b", false },
		{ "a:b:ro", "a", "b", true },
		{ "/ro:/ro:ro", "/ro", "/ro", true },
		{ "/a\\:1:/b\\:2:ro", "/a:1", "/b:2", true },
		{ "/a\\\\:/b", "/a\\", "/b", false },
		{ "/a", NULL, NULL, false },
		{ "/a:", NULL, NULL, false },
		{ ":/b", NULL, NULL, false },
		{ "", NULL, NULL, false },
		{ ":", NULL, NULL, false },
		{ "/a:/b:", NULL, NULL, false },
		{ "/a:/b:rw", NULL, NULL, false },
		{ "/a:/b:ro:ro", NULL, NULL, false },
		{ "/a\\:/b", NULL, NULL, false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct mount_requests requests = { .count = 0 };
		char path[PATH_MAX];

		check((mount_requests_add(&requests, MOUNT_BIND, rows[i].text) == NULL) ==
				(rows[i].source != NULL),
			"'%s'", rows[i].text);
		if (!rows[i].source)
			continue;
		mount_text_copy(&requests.list[0].source, path);
		assert_string_equal(path, rows[i].source);
		mount_text_copy(&requests.list[0].path, path);
		assert_string_equal(path, rows[i].path);
		assert_int_equal(requests.list[0].read_only, rows[i].read_only);
	}
}

/* A ':' or a backslash is nothing special where there is only a path. */
static void plain_paths(void **state)
{
	static const enum mount_kind kinds[] = { MOUNT_READ_ONLY, MOUNT_HIDE, MOUNT_OVERLAY };
	char path[PATH_MAX + 2];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(kinds); i++) {
		struct mount_requests requests = { .count = 0 };

		assert_null(mount_requests_add(&requests, kinds[i], "/a:b\\:c"));
		mount_text_copy(&requests.list[0].path, path);
		assert_string_equal(path, "/a:b\\:c");
		assert_non_null(mount_requests_add(&requests, kinds[i], ""));
		memset(path, 'a', PATH_MAX);
		path[PATH_MAX] = '\0';
		assert_non_null(mount_requests_add(&requests, kinds[i], path));
		path[PATH_MAX - 1] = '\0';
		assert_null(mount_requests_add(&requests, kinds[i], path));
		assert_int_equal(requests.count, 2);
	}
}

static void order_and_room(void **state)
{
	struct mount_requests requests = { .count = 0 };

	(void)state;
	assert_false(mount_requests_asked(&requests));
	assert_null(mount_requests_add(&requests, MOUNT_PRIVATE_TMP, NULL));
	assert_null(mount_requests_add(&requests, MOUNT_TMPFS, "/a"));
	assert_null(mount_requests_add(&requests, MOUNT_OVERLAY, "/b"));
	assert_null(mount_requests_add(&requests, MOUNT_BIND, "/a:/b"));
	assert_true(mount_requests_asked(&requests));
	assert_false(mount_requests_protect(&requests));
	assert_null(mount_requests_add(&requests, MOUNT_BIND, "/a:/b:ro"));
	assert_true(mount_requests_protect(&requests));
	assert_int_equal(requests.list[0].kind, MOUNT_PRIVATE_TMP);
	assert_int_equal(requests.list[4].kind, MOUNT_BIND);
	while (requests.count < MOUNT_REQUESTS_MAX)
		assert_null(mount_requests_add(&requests, MOUNT_HIDE, "/a"));
	assert_non_null(mount_requests_add(&requests, MOUNT_HIDE, "/a"));
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(tmpfs),
		cmocka_unit_test(bind),
		cmocka_unit_test(plain_paths),
		cmocka_unit_test(order_and_room),
	};

	return RUN_TESTS(tests);
}
