/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/filesystem.c: which types are refused, and whose buffered writes are charged. */
#include "config.h"

#include "check.h"

#include "filesystem.h"

static void refused(void **state)
{
	static const char *const types[] = { "tmpfs", "nfs", "nfs4", "fuse", "fuse.sshfs", "zfs" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++) {
		const struct filesystem_refusal *refusal = filesystem_refusal(types[i]);

		check(refusal, "%s", types[i]);
		check(refusal->why && refusal->why[0], "%s", types[i]);
		check(refusal->hint && refusal->hint[0], "%s", types[i]);
	}
}

/* A subtype stands behind a dot; what only begins like a name is another type. */
static void not_refused(void **state)
{
	static const char *const types[] = { "ext4", "xfs", "btrfs", "vfat", "fusex", "zfsx",
		"tmpfs2", "tmp", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		check(!filesystem_refusal(types[i]), "%s", types[i]);
}

static void writeback(void **state)
{
	static const char *const with[] = { "ext2", "ext4", "btrfs", "f2fs", "xfs" };
	static const char *const without[] = { "vfat", "ntfs3", "ext", "ext44", "" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(with); i++)
		check(filesystem_has_cgroup_writeback(with[i]), "%s", with[i]);
	for (size_t i = 0; i < ARRAY_SIZE(without); i++)
		check(!filesystem_has_cgroup_writeback(without[i]), "%s", without[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(refused),
		cmocka_unit_test(not_refused),
		cmocka_unit_test(writeback),
	};

	return RUN_TESTS(tests);
}
