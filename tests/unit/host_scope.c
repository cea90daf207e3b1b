/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/host_scope.c: when systemd is asked for a place, and where that will be. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include "files.h"
#include "host.h"

#define CPU CONTROLLER_BIT(CONTROLLER_CPU)
#define MEMORY CONTROLLER_BIT(CONTROLLER_MEMORY)
#define PIDS CONTROLLER_BIT(CONTROLLER_PIDS)

#define USER "/user.slice/user-%u.slice"
#define MANAGER USER "/user@%u.service"

struct scene {
	struct tree tree;
	struct spec spec;
	struct host host;
	struct fault f;
};

static int set_up(void **state)
{
	struct scene *scene = calloc(1, sizeof(*scene));

	if (!scene)
		return -1;
	spec_init(&scene->spec);
	tree_unpack(&scene->tree, "v2-user");
	*state = scene;
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	host_release(&scene->host);
	tree_release(&scene->tree);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static const struct host_scope *discover(struct scene *scene)
{
	host_release(&scene->host);
	check(host_discover(&scene->host, &scene->spec, scene->tree.fd, &scene->f) == 0, "%s",
		scene->f.what);
	return &scene->host.scope;
}

static void boot_systemd(struct scene *scene)
{
	tree_write(&scene->tree, "/run/systemd/system/x", "");
	tree_write(&scene->tree, "/sys/fs/cgroup/init.scope/cgroup.procs", "1\n");
}

/* A manager with its socket, for whoever runs this test. */
static void start_manager(struct scene *scene)
{
	const unsigned uid = (unsigned)geteuid();
	_cleanup_free_ char *group =
		text_format("/sys/fs/cgroup" MANAGER "/cgroup.controllers", uid, uid);

	if (uid == 0) {
		tree_write(&scene->tree, "/run/systemd/private", "");
	} else {
		_cleanup_free_ char *socket = text_format("/run/user/%u/systemd/private", uid);

		tree_write(&scene->tree, socket, "");
		tree_write(&scene->tree, group, "cpu memory pids\n");
	}
}

static void without_systemd(void **state)
{
	assert_int_equal(discover(*state)->need, HOST_SCOPE_UNUSED);
}

static void without_a_manager(void **state)
{
	struct scene *scene = *state;

	boot_systemd(scene);
	assert_int_equal(discover(scene)->need, HOST_SCOPE_NO_MANAGER);
	/* What is told is told of the caller's own group. */
	assert_int_equal(scene->host.level_count, 6);
	scene->spec.manager = SPEC_MANAGER_CGROUPFS;
	assert_int_equal(discover(scene)->need, HOST_SCOPE_UNUSED);
}

static void foreseen(void **state)
{
	struct scene *scene = *state;
	const unsigned uid = (unsigned)geteuid();
	const struct host_level *levels = scene->host.levels;
	const struct host_scope *scope;

	boot_systemd(scene);
	start_manager(scene);
	scope = discover(scene);
	assert_int_equal(scope->need, HOST_SCOPE_ASKED);
	assert_string_equal(scope->unit, "limit-5151-1234567.scope");
	_cleanup_free_ char *path =
		uid == 0 ? text_format("/sys/fs/cgroup/system.slice/limit-5151-1234567.scope")
			 : text_format("/sys/fs/cgroup" MANAGER
				       "/app.slice/limit-5151-1234567.scope",
				   uid, uid);

	assert_string_equal(scope->path, path);
	assert_string_equal(levels[0].path, path);
	assert_int_equal(levels[0].enabled, 0);
	assert_int_equal(levels[0].controllers & (CPU | MEMORY | PIDS), CPU | MEMORY | PIDS);
	assert_int_equal(levels[1].enabled & (CPU | MEMORY | PIDS), CPU | MEMORY | PIDS);
	for (unsigned i = 0; i < 2; i++)
		assert_false(levels[i].is_root || levels[i].populated || levels[i].locked);
}

/* Groups in which no process is, or that are another limit's: no manager is asked. */
static void inside(void **state)
{
	static const char *const own[] = {
		"0::/user.slice/user-1000.slice\n",
		"0::/user.slice/limit-1-2/command\n",
		"0::/user.slice/limit-1-2/command/mine\n",
		"0::/user.slice/limit-1-2.scope/limit\n",
		"0::/\n",
	};
	struct scene *scene = *state;

	boot_systemd(scene);
	start_manager(scene);
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/limit-1-2/command/mine/cgroup.type",
		"domain\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/limit-1-2/command/mine/cgroup.procs",
		"7\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/limit-1-2/cgroup.type", "domain\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/limit-1-2.scope/cgroup.type",
		"domain\n");
	for (size_t i = 0; i < ARRAY_SIZE(own); i++) {
		tree_write(&scene->tree, "/proc/self/cgroup", own[i]);
		check(discover(scene)->need == HOST_SCOPE_UNUSED, "%s", own[i]);
	}
	scene->spec.manager = SPEC_MANAGER_SYSTEMD;
	tree_write(&scene->tree, "/proc/self/cgroup", own[1]);
	assert_int_equal(discover(scene)->need, HOST_SCOPE_NESTED);
}

static void systemd_wanted(void **state)
{
	struct scene *scene = *state;

	scene->spec.manager = SPEC_MANAGER_SYSTEMD;
	assert_int_equal(discover(scene)->need, HOST_SCOPE_NO_SYSTEMD);
	boot_systemd(scene);
	start_manager(scene);
	tree_write(&scene->tree, "/proc/self/cgroup", "0::/\n");
	assert_int_equal(discover(scene)->need, HOST_SCOPE_ASKED);
	tree_release(&scene->tree);
	tree_unpack(&scene->tree, "hybrid");
	assert_int_equal(discover(scene)->need, HOST_SCOPE_NO_SYSTEMD);
}

/*
 * A cgroup namespace without a systemd of its own: the manager that answers is outside, and would take us
 * out of the limits around.
 */
static void systemd_outside_of_the_namespace(void **state)
{
	struct scene *scene = *state;

	boot_systemd(scene);
	start_manager(scene);
	tree_unlink(&scene->tree, "/sys/fs/cgroup/init.scope/cgroup.procs");
	assert_int_equal(unlinkat(scene->tree.fd, "sys/fs/cgroup/init.scope", AT_REMOVEDIR), 0);
	assert_int_equal(discover(scene)->need, HOST_SCOPE_UNUSED);
	scene->spec.manager = SPEC_MANAGER_SYSTEMD;
	assert_int_equal(discover(scene)->need, HOST_SCOPE_NO_SYSTEMD);
	/* One of its own, at the root of the namespace. */
	boot_systemd(scene);
	assert_int_equal(discover(scene)->need, HOST_SCOPE_ASKED);
}

/* --manager cgroupfs: the group is emptied, if it is the caller's to divide. */
static void room(void **state)
{
	static const char own[] = "/sys/fs/cgroup/a";
	struct scene *scene = *state;
	const struct host *host = &scene->host;

	tree_write(&scene->tree, "/proc/self/cgroup", "0::/a\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/a/cgroup.type", "domain\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/a/cgroup.procs", "7\n");
	discover(scene);
	assert_string_equal(host->levels[0].path, own);
	assert_int_equal(host->room, HOST_ROOM_NONE);
	scene->spec.manager = SPEC_MANAGER_CGROUPFS;
	/* Without cgroup.subtree_control it is half somebody's. */
	discover(scene);
	assert_int_equal(host->room, HOST_ROOM_NONE);
	tree_write(&scene->tree, "/sys/fs/cgroup/a/cgroup.subtree_control", "");
	discover(scene);
	assert_int_equal(host->room, HOST_ROOM_AT_NEED);
	assert_true(host->levels[0].populated);
	tree_write(&scene->tree, "/sys/fs/cgroup/a/cgroup.type", "domain threaded\n");
	discover(scene);
	assert_int_equal(host->room, HOST_ROOM_NONE);
	tree_write(&scene->tree, "/sys/fs/cgroup/a/cgroup.type", "domain\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/a/cgroup.procs", "");
	discover(scene);
	assert_int_equal(host->room, HOST_ROOM_NONE);
}

/* Where --list looks: at all that the manager has, but not out of a node. */
static void realm(void **state)
{
	struct scene *scene = *state;
	const unsigned uid = (unsigned)geteuid();
	_cleanup_free_ char *all = uid == 0 ? text_format("/sys/fs/cgroup")
					    : text_format("/sys/fs/cgroup" MANAGER, uid, uid);

	start_manager(scene);
	scene->spec.list = true;
	assert_null(discover(scene)->realm);
	boot_systemd(scene);
	assert_string_equal(discover(scene)->realm, all);
	tree_write(&scene->tree, "/proc/self/cgroup", "0::/user.slice/limit-1-2/command\n");
	assert_null(discover(scene)->realm);
	tree_write(&scene->tree, "/proc/self/cgroup", "0::/user.slice\n");
	assert_string_equal(discover(scene)->realm, all);
	scene->spec.list = false;
	assert_null(discover(scene)->realm);
}

/* Sockets in a directory of somebody else's are not trusted. */
static void runtime_directory(void **state)
{
	struct scene *scene = *state;
	char path[64];

	assert_false(host_scope_runtime_directory(scene->tree.fd, 0, path, sizeof(path)));
	tree_write(&scene->tree, "/run/user/4321/bus", "");
	assert_false(host_scope_runtime_directory(scene->tree.fd, 4321, path, sizeof(path)));
	assert_string_equal(path, "/run/user/4321");
	assert_int_equal(host_scope_runtime_directory(scene->tree.fd, 0, path, sizeof(path)),
		geteuid() == 0);
	assert_string_equal(path, "/run");
}

/* Within a user namespace ('unshare -r') it is the directory of who the caller is outside. */
static void runtime_directory_outside(void **state)
{
	struct scene *scene = *state;
	_cleanup_free_ char *map = text_format("     90000      70000          1\n"
					       "%10u       4321          2\n",
		(unsigned)geteuid());
	char path[64];

	tree_write(&scene->tree, "/run/user/4321/bus", "");
	tree_write(&scene->tree, "/run/user/4322/bus", "");
	tree_write(&scene->tree, "/proc/self/uid_map", map);
	assert_true(host_scope_runtime_directory(scene->tree.fd, 4321, path, sizeof(path)));
	assert_false(host_scope_runtime_directory(scene->tree.fd, 4322, path, sizeof(path)));
	boot_systemd(scene);
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/user-4321.slice/user@4321.service/x",
		"");
	assert_int_equal(discover(scene)->need, HOST_SCOPE_ASKED);
	assert_int_equal(scene->host.scope.uid, 4321);
	assert_false(scene->host.scope.system);
}

/* What the user's manager of systemd 252 handed over is told by the file that it keeps of the unit. */
static void delegated_by_the_users_manager(void **state)
{
	static const char own[] = "/user.slice/user-4321.slice/user@4321.service/app.slice/a.scope";
	static const struct {
		const char *unit; /* NULL: no such file */
		bool delegated;
	} cases[] = {
		{ NULL, false },
		{ "", false },
		{ "[Scope]\nDelegate=yes\n", true },
		{ "[Scope]\nDelegate=1", true },
		{ "[Scope]\nDelegate=cpu memory\n", true },
		{ "[Scope]\nDelegate=\n", true },
		{ "[Scope]\nDelegate=no\n", false },
		{ "[Scope]\nDelegate=Off\n", false },
		{ "[Scope]\nDelegate=yes\nDelegate=no\n", false },
		{ "[Scope]\nDelegate=no\nDelegate=yes\n", true },
		{ "[Scope]\nDescription=Delegate=yes\n", false },
	};
	struct scene *scene = *state;
	_cleanup_free_ char *map = text_format("%10u 4321 1\n", (unsigned)geteuid());
	_cleanup_free_ char *group = text_format("/sys/fs/cgroup%s/", own);
	_cleanup_free_ char *self = text_format("0::%s\n", own);
	static const char *const files[] = { "cgroup.type", "cgroup.procs",
		"cgroup.subtree_control" };
	static const char *const texts[] = { "domain\n", "7\n", "" };

	boot_systemd(scene);
	tree_write(&scene->tree, "/run/user/4321/bus", "");
	tree_write(&scene->tree, "/proc/self/uid_map", map);
	tree_write(&scene->tree, "/proc/self/cgroup", self);
	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		_cleanup_free_ char *path = text_format("%s%s", group, files[i]);

		tree_write(&scene->tree, path, texts[i]);
	}
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		if (cases[i].unit)
			tree_write(&scene->tree, "/run/user/4321/systemd/transient/a.scope",
				cases[i].unit);
		check(discover(scene)->need ==
				(cases[i].delegated ? HOST_SCOPE_UNUSED : HOST_SCOPE_ASKED),
			"%zu: %d", i, scene->host.scope.need);
		check(scene->host.room == (cases[i].delegated ? HOST_ROOM_OURS : HOST_ROOM_NONE),
			"%zu: %d", i, scene->host.room);
	}
	/* A unit of that name, but of the system's manager. */
	tree_write(&scene->tree, "/run/user/4321/systemd/transient/user-1000.slice",
		"Delegate=yes\n");
	tree_write(&scene->tree, "/proc/self/cgroup", "0::/user.slice/user-1000.slice\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/user-1000.slice/cgroup.procs", "7\n");
	assert_int_equal(discover(scene)->need, HOST_SCOPE_ASKED);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(without_systemd),
		TEST(without_a_manager),
		TEST(foreseen),
		TEST(inside),
		TEST(systemd_wanted),
		TEST(systemd_outside_of_the_namespace),
		TEST(room),
		TEST(realm),
		TEST(runtime_directory),
		TEST(runtime_directory_outside),
		TEST(delegated_by_the_users_manager),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
