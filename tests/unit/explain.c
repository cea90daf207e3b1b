/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/explain.c and src/realtime.c: each cause has its own words and its own remedy. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include <errno.h>

#include "explain.h"
#include "realtime.h"

#define CPU CONTROLLER_BIT(CONTROLLER_CPU)
#define MEMORY CONTROLLER_BIT(CONTROLLER_MEMORY)
#define IO CONTROLLER_BIT(CONTROLLER_IO)
#define PIDS CONTROLLER_BIT(CONTROLLER_PIDS)

static char mount[] = "/sys/fs/cgroup";
static char slice[] = "/sys/fs/cgroup/user.slice";
static char service[] = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service";
static char app[] = "/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice";

/* A user's session: cpu and io stop at user.slice, which is root's. */
static struct host session(void)
{
	struct host host = { .mode = HOST_UNIFIED, .v2_mount = mount, .level_count = 4 };

	host.levels[0] = (struct host_level){ .path = app };
	host.levels[1] = (struct host_level){ .path = service, .enabled = MEMORY | PIDS };
	host.levels[2] = (struct host_level){ .path = slice, .enabled = MEMORY | PIDS };
	host.levels[3] = (struct host_level){
		.path = mount,
		.is_root = true,
		.controllers = CPU | MEMORY | IO | PIDS,
		.enabled = CPU | MEMORY | IO | PIDS,
	};
	host.levels[2].locked = true;
	return host;
}

static void no_controller(void **state)
{
	static const struct host_kernel on = { true, CPU | MEMORY | IO | PIDS, 0, 0 };
	struct host host = session();
	struct fault f;

	(void)state;
	host.levels[3].controllers = 0;
	host.kernel = (struct host_kernel){ true, CPU | MEMORY, 0, 0 };
	assert_int_equal(explain_no_controller("pids", CONTROLLER_PIDS, &host, &f), -1);
	check_fault(&f, 0, "--pids: this kernel has no controller 'pids'", "CONFIG_CGROUP_PIDS");
	explain_no_controller("io-read", CONTROLLER_IO, &host, &f);
	check_fault(&f, 0, "this kernel has no controller 'io'", "CONFIG_BLK_CGROUP");
	host.kernel = on;
	host.kernel.disabled = MEMORY | PIDS;
	explain_no_controller("mem", CONTROLLER_MEMORY, &host, &f);
	check_fault(&f, 0,
		"--mem: the controller 'memory' is switched off on the kernel command line",
		"boot without cgroup_disable=memory, or with cgroup_enable=memory");
	explain_no_controller("pids", CONTROLLER_PIDS, &host, &f);
	check_fault(&f, 0, "switched off", "cgroup_disable=pids");
	check_lacks(f.hint, "cgroup_enable");
	host.kernel = on;
	host.kernel.bound_to_v1 = IO;
	explain_no_controller("io-read", CONTROLLER_IO, &host, &f);
	check_fault(&f, 0, "'io' is bound to a cgroup v1 hierarchy",
		"systemd.unified_cgroup_hierarchy=1 or cgroup_no_v1=all");
	check_contains(f.hint, "-o blkio");
	/* It is on, and nobody has it: v2 of this kernel does not. */
	explain_no_controller("cpu", CONTROLLER_CPU, &host, &f);
	check_fault(&f, 0, "no mounted cgroup hierarchy has the controller 'cpu'",
		"mount -t cgroup -o cpu none");
	host.v2_mount = NULL;
	host.level_count = 0;
	explain_no_controller("cpu", CONTROLLER_CPU, &host, &f);
	check_fault(&f, 0, "no mounted cgroup hierarchy", "mount -t cgroup2 none");
	/* A kernel that does not tell is not blamed. */
	host.kernel = (struct host_kernel){ 0 };
	explain_no_controller("cpu", CONTROLLER_CPU, &host, &f);
	check_fault(&f, 0, "no mounted cgroup hierarchy", "mount");
}

static void in_a_namespace(void **state)
{
	struct host host = session();
	struct fault f;

	(void)state;
	host.levels[3].is_root = false;
	host.levels[3].controllers = MEMORY;
	explain_no_controller("pids", CONTROLLER_PIDS, &host, &f);
	check_fault(&f, 0, "--pids: the controller 'pids' is not delegated to '/sys/fs/cgroup'",
		"outside of this container: echo +pids");
}

static void no_manager(void **state)
{
	struct host_scope scope = { .need = HOST_SCOPE_NO_MANAGER, .uid = 1000 };
	struct fault f;

	(void)state;
	assert_int_equal(explain_scope(&scope, &f), -1);
	check_fault(&f, 0, "no manager of systemd's runs for uid 1000",
		"sudo loginctl enable-linger 1000");
	/* Root's is always there, but not for the root of a user namespace. */
	scope.uid = 0;
	scope.system = true;
	assert_int_equal(explain_scope(&scope, &f), -1);
	check_fault(&f, 0, "as in a user namespace", "outside of the user namespace");
	check_lacks(f.hint, "linger");
	scope.need = HOST_SCOPE_UNUSED;
	assert_int_equal(explain_scope(&scope, &f), 0);
}

static void not_delegated(void **state)
{
	struct host host = session();
	struct fault f;

	(void)state;
	assert_int_equal(explain_not_delegated(&host.levels[2], CPU | IO, &host, &f), -1);
	check_fault(&f, EACCES, "cannot switch on cpu, io in '/sys/fs/cgroup/user.slice'",
		"Delegate=cpu cpuset io memory pids\\n' | sudo tee /etc/systemd/system/user@.service.d/");
	/* Not below systemd's user manager: what to write where. */
	host.levels[0].path = host.levels[1].path = slice;
	explain_not_delegated(&host.levels[2], IO, &host, &f);
	check_fault(&f, EACCES, "cannot switch on io",
		"sudo sh -c 'echo +io >/sys/fs/cgroup/user.slice/cgroup.subtree_control'");
	host.levels[3].locked = true;
	host.levels[3].enabled = 0;
	explain_not_delegated(&host.levels[3], IO | CPU, &host, &f);
	check_fault(&f, EACCES, "cannot switch on cpu, io in '/sys/fs/cgroup'",
		"'echo +cpu +io >/sys/fs/cgroup/cgroup.subtree_control && "
		"echo +cpu +io >/sys/fs/cgroup/user.slice/cgroup.subtree_control'");
	/* Nothing at all is. */
	host.levels[0].locked = true;
	explain_not_delegated(&host.levels[3], IO, &host, &f);
	check_fault(&f, EACCES, "cannot switch on io", "sudo limit");
}

static void names_like_a_user_manager(void **state)
{
	static char paths[][64] = { "/sys/fs/cgroup/user@x.service/a",
		"/sys/fs/cgroup/user@1.servicex", "/sys/fs/cgroup/user@1",
		"/sys/fs/cgroup/xuser@1.service" };
	struct host host = session();
	struct fault f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(paths); i++) {
		host.levels[0].path = paths[i];
		explain_not_delegated(&host.levels[2], IO, &host, &f);
		check(!strstr(f.hint, "Delegate="), "%s", paths[i]);
	}
	host.levels[0].path = service;
	explain_not_delegated(&host.levels[2], IO, &host, &f);
	check_contains(f.hint, "Delegate=");
}

static void missing_files(void **state)
{
	static const struct {
		const char *file;
		const char *hint;
	} rows[] = {
		{ "cpu.max", "a kernel with CONFIG_CFS_BANDWIDTH" },
		{ "cpu.cfs_quota_us", "CONFIG_CFS_BANDWIDTH" },
		{ "cpu.max.burst", "Linux 5.14" },
		{ "io.max", "CONFIG_BLK_DEV_THROTTLING" },
		{ "blkio.throttle.read_bps_device", "CONFIG_BLK_DEV_THROTTLING" },
		{ "memory.memsw.limit_in_bytes", "swapaccount=1" },
		{ "memory.swap.max", "swapaccount=1" },
		{ "memory.odd", "this one has 'memory', but no 'memory.odd'" },
	};
	struct setting setting;
	struct fault f;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		setting_init(&setting, CONTROLLER_MEMORY, "x", rows[i].file, "5");
		explain_write(&setting, "/g", ENOENT, &f);
		assert_int_equal(f.err, ENOENT);
		check_contains(f.what, "cannot enforce --x: cannot write '5' to '/g/");
		check_contains(f.hint, rows[i].hint);
	}
	setting.missing_hint = "own words";
	explain_write(&setting, "/g", ENOENT, &f);
	assert_string_equal(f.hint, "own words");
}

/* Every errno that a write or a mkdir is known to give has a remedy. */
static void errnos(void **state)
{
	static const int of_write[] = { ENOENT, EACCES, EPERM, EROFS, EBUSY, ENODEV, ERANGE };
	static const int of_mkdir[] = { EACCES, EPERM, EROFS, EAGAIN, ENOSPC, ENOMEM };
	static const int of_enable[] = { EACCES, EPERM, EROFS, EBUSY, ENOENT, EOPNOTSUPP, EINVAL };
	const struct plan_enable enable = { .path = slice, .required = CPU };
	struct setting setting;
	struct fault f;

	(void)state;
	setting_init(&setting, CONTROLLER_PIDS, "pids", "pids.max", "5");
	for (size_t i = 0; i < ARRAY_SIZE(of_write); i++) {
		explain_write(&setting, "/g", of_write[i], &f);
		check(f.err == of_write[i] && f.hint[0], "write: %s", strerror(of_write[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(of_mkdir); i++) {
		explain_mkdir("/g", of_mkdir[i], &f);
		check(f.err == of_mkdir[i] && f.hint[0], "mkdir: %s", strerror(of_mkdir[i]));
	}
	for (size_t i = 0; i < ARRAY_SIZE(of_enable); i++) {
		explain_enable(&enable, mount, CPU, of_enable[i], &f);
		check(f.err == of_enable[i] && f.hint[0], "enable: %s", strerror(of_enable[i]));
	}
}

/* A task of this name and policy (field 41), in this group of v2. */
static void add_task(const struct tree *tree, unsigned pid, unsigned tid, const char *comm,
	unsigned policy, const char *group)
{
	char path[128], text[512];

	snprintf(path, sizeof(path), "/proc/%u/task/%u/stat", pid, tid);
	snprintf(text, sizeof(text),
		"%u (%s) S 1 1 1 0 -1 4194560 1 0 0 0 0 0 0 0 20 0 1 0 5 6 7 8 9 10 11 12 13 14 "
		"15 16 17 18 19 20 17 0 99 %u 0 0 0\n",
		tid, comm, policy);
	tree_write(tree, path, text);
	snprintf(path, sizeof(path), "/proc/%u/task/%u/cgroup", pid, tid);
	snprintf(text, sizeof(text), "1:name=systemd:/\n0::%s\n", group);
	tree_write(tree, path, text);
}

static void realtime(void **state)
{
	struct tree tree = { 0 };
	char text[256];

	(void)state;
	tree_make(&tree);
	tree_write(&tree, "/proc/meminfo", "");
	assert_int_equal(realtime_tasks(tree.fd, text, sizeof(text)), 0);
	assert_string_equal(text, "");
	add_task(&tree, 12, 12, "migration/0", 1, "/");
	add_task(&tree, 30, 30, "bash", 0, "/user.slice");
	add_task(&tree, 31, 31, "batch", 3, "/user.slice");
	assert_int_equal(realtime_tasks(tree.fd, text, sizeof(text)), 0);
	add_task(&tree, 812, 812, "rtkit-daemon", 0, "/system.slice");
	add_task(&tree, 812, 813, "rtkit) S 1", 2, "/system.slice");
	assert_int_equal(realtime_tasks(tree.fd, text, sizeof(text)), 1);
	assert_string_equal(text, "rtkit) S 1 (813)");
	add_task(&tree, 900, 900, "a", 1, "/x");
	add_task(&tree, 901, 901, "b", 1, "/x");
	add_task(&tree, 902, 902, "c", 1, "/x");
	assert_int_equal(realtime_tasks(tree.fd, text, sizeof(text)), 4);
	check(strchr(text, ',') && strchr(strchr(text, ',') + 1, ','), "'%s'", text);
	/* A buffer too small cuts, and no more. */
	assert_int_equal(realtime_tasks(tree.fd, text, 6), 4);
	assert_int_equal(strlen(text), 5);
	tree_release(&tree);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(no_controller),
		cmocka_unit_test(in_a_namespace),
		cmocka_unit_test(no_manager),
		cmocka_unit_test(not_delegated),
		cmocka_unit_test(names_like_a_user_manager),
		cmocka_unit_test(missing_files),
		cmocka_unit_test(errnos),
		cmocka_unit_test(realtime),
	};

	return RUN_TESTS(tests);
}
