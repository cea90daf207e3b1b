/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/host.c: what is found on the machines in tests/unit/fixtures, and on odd ones. */
#include "config.h"

#include "check.h"
#include "tree.h"

#include <errno.h>
#include <sys/sysmacros.h>

#include "files.h"
#include "host.h"

#define CPU CONTROLLER_BIT(CONTROLLER_CPU)
#define MEMORY CONTROLLER_BIT(CONTROLLER_MEMORY)
#define IO CONTROLLER_BIT(CONTROLLER_IO)
#define PIDS CONTROLLER_BIT(CONTROLLER_PIDS)
#define CPUSET CONTROLLER_BIT(CONTROLLER_CPUSET)
#define CPUACCT CONTROLLER_BIT(CONTROLLER_CPUACCT)
#define FREEZER CONTROLLER_BIT(CONTROLLER_FREEZER)
#define DEVICES CONTROLLER_BIT(CONTROLLER_DEVICES)
#define PERF_EVENT CONTROLLER_BIT(CONTROLLER_PERF_EVENT)
#define MINOR                                                                                      \
	(CONTROLLER_BIT(CONTROLLER_HUGETLB) | CONTROLLER_BIT(CONTROLLER_RDMA) |                    \
		CONTROLLER_BIT(CONTROLLER_MISC))

/* A machine, what was asked, and what was found. */
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

static int discover(struct scene *scene)
{
	host_release(&scene->host);
	scene->f = (struct fault){ 0 };
	return host_discover(&scene->host, &scene->spec, scene->tree.fd, &scene->f);
}

/* Discover the machine of a fixture. */
static const struct host *visit(struct scene *scene, const char *name)
{
	int result;

	tree_unpack(&scene->tree, name);
	result = discover(scene);
	check(result == 0, "%s: '%s'", name, scene->f.what);
	return &scene->host;
}

/* Discover again, with the caller's place in the hierarchies changed. */
static const struct host *move_to(struct scene *scene, const char *self)
{
	int result;

	tree_write(&scene->tree, "/proc/self/cgroup", self);
	result = discover(scene);
	check(result == 0, "%s: '%s'", self, scene->f.what);
	return &scene->host;
}

static void ask_percent(struct scene *scene)
{
	scene->spec.mem = (struct quantity){ QUANTITY_PERCENT, 8000 };
}

static void check_level(const struct host *host, unsigned index, const char *path,
	controller_set controllers, controller_set enabled)
{
	const struct host_level *level = &host->levels[index];

	check(index < host->level_count, "level %u of %u", index, host->level_count);
	check_string(level->path, path, "level %u", index);
	check(level->controllers == controllers, "level %u has 0x%x", index, level->controllers);
	check(level->enabled == enabled, "level %u has 0x%x enabled", index, level->enabled);
}

static void v2_root(void **state)
{
	const struct host *host = visit(*state, "v2-root");

	assert_int_equal(host->mode, HOST_UNIFIED);
	assert_string_equal(host->v2_mount, "/sys/fs/cgroup");
	assert_false(host->v2_read_only);
	assert_int_equal(host->v1_count, 0);
	assert_int_equal(host->level_count, 1);
	check_level(host, 0, "/sys/fs/cgroup", CPUSET | CPU | IO | MEMORY | PIDS | MINOR,
		CPU | MEMORY);
	/* Its processes do not count: the real root may hold them. */
	assert_true(host->levels[0].is_root);
	assert_false(host->levels[0].populated);
	assert_false(host->levels[0].threaded);
	assert_int_equal(host_v2_controllers(host), CPUSET | CPU | IO | MEMORY | PIDS | MINOR);
	assert_int_equal(host->pid, 4242);
	assert_int_equal(host->start_time_ticks, 293893);
	assert_int_equal(host->page_size_bytes, sysconf(_SC_PAGESIZE));
	assert_int_equal(host->devices.count, 0);
}

static void v2_user(void **state)
{
	static const char top[] = "/sys/fs/cgroup/user.slice";
	const struct host *host = visit(*state, "v2-user");
	const struct host_level *levels = host->levels;

	assert_int_equal(host->mode, HOST_UNIFIED);
	assert_int_equal(host->level_count, 6);
	check_level(host, 0,
		"/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/vte-spawn-1.scope",
		CPU | MEMORY | PIDS, 0);
	check_level(host, 1,
		"/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice",
		CPU | MEMORY | PIDS, CPU | MEMORY | PIDS);
	check_level(host, 4, top, CPUSET | CPU | IO | MEMORY | PIDS, CPU | MEMORY | PIDS);
	check_level(host, 5, "/sys/fs/cgroup", CPUSET | CPU | IO | MEMORY | PIDS | MINOR,
		CPUSET | CPU | IO | MEMORY | PIDS);
	for (unsigned i = 0; i < host->level_count; i++) {
		check(levels[i].populated == (i == 0), "level %u", i);
		check(levels[i].is_root == (i == 5), "level %u", i);
		check(!levels[i].threaded, "level %u", i);
	}
	assert_int_equal(host_v2_controllers(host), CPUSET | CPU | IO | MEMORY | PIDS | MINOR);
}

static void populated_by_a_crowd(void **state)
{
	struct scene *scene = *state;
	const struct host *host = visit(scene, "v2-nested");
	char pids[2048] = "";

	assert_false(host->levels[0].populated);
	for (size_t length = 0; length + 8 < sizeof(pids);)
		length += (size_t)snprintf(pids + length, sizeof(pids) - length, "%zu\n",
			1000 + length);
	tree_write(&scene->tree, "/sys/fs/cgroup/limit-100-5000/cgroup.procs", pids);
	assert_int_equal(discover(scene), 0);
	assert_true(host->levels[0].populated);
}

/* The crowd is in one group, not in those above. */
static void populated_below_an_empty_group(void **state)
{
	struct scene *scene = *state;
	const struct host *host = visit(scene, "v2-user");

	tree_write(&scene->tree,
		"/sys/fs/cgroup/user.slice/user-1000.slice/user@1000.service/app.slice/"
		"vte-spawn-1.scope/cgroup.procs",
		"10001\n10002\n10003\n10004\n10005\n10006\n10007\n10008\n10009\n10010\n10011\n10012\n");
	assert_int_equal(discover(scene), 0);
	assert_true(host->levels[0].populated);
	assert_false(host->levels[1].populated);
}

static void climbs_out_of_a_leaf(void **state)
{
	const struct host *host = visit(*state, "v2-nested");

	assert_int_equal(host->level_count, 2);
	check_level(host, 0, "/sys/fs/cgroup/limit-100-5000", CPU | IO | MEMORY | PIDS, 0);
	assert_false(host->levels[0].populated);
	assert_false(host->levels[0].is_root);
	assert_true(host->levels[1].is_root);
}

/* NODE/command is a leaf, where NODE is a limit's, and what was made for limit: anything else is somebody's own. */
static void a_leaf_is_below_a_node(void **state)
{
	static const struct {
		const char *self;
		const char *own;
		unsigned levels;
	} rows[] = {
		{ "0::/limit-100-5000/command\n", "/limit-100-5000", 2 },
		{ "0::/a/limit-1-2/command\n", "/a/limit-1-2", 3 },
		{ "0::/limit-1-2/command/limit-3-4/command\n", "/limit-1-2/command/limit-3-4", 4 },
		{ "0::/limit-1-2\n", "/limit-1-2", 2 },
		{ "0::/limit-1-2/command/x\n", "/limit-1-2/command/x", 4 },
		{ "0::/limit-1-2/x/command\n", "/limit-1-2/x/command", 4 },
		{ "0::/limit-1-2/commander\n", "/limit-1-2/commander", 3 },
		{ "0::/limit-1-2/mycommand\n", "/limit-1-2/mycommand", 3 },
		{ "0::/a/command\n", "/a/command", 3 },
		{ "0::/unlimit-1-2/command\n", "/unlimit-1-2/command", 3 },
		{ "0::/limits/command\n", "/limits/command", 3 },
		{ "0::/a/limit-members\n", "/a", 2 },
		{ "0::/limit-members\n", "", 1 },
		{ "0::/a/limit-1-2.scope/limit\n", "/a/limit-1-2.scope", 3 },
		{ "0::/a/b.scope/limit\n", "/a/b.scope/limit", 4 },
		{ "0::/command\n", "/command", 2 },
		{ "0::/command/command\n", "/command/command", 3 },
	};
	struct scene *scene = *state;

	visit(scene, "v2-nested");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		const struct host *host = move_to(scene, rows[i].self);
		char path[128];

		snprintf(path, sizeof(path), "/sys/fs/cgroup%s", rows[i].own);
		check_string(host->levels[0].path, path, "%s", rows[i].self);
		check(host->level_count == rows[i].levels, "%s has %u levels", rows[i].self,
			host->level_count);
		check_string(host->levels[host->level_count - 1].path, "/sys/fs/cgroup", "%s",
			rows[i].self);
	}
}

static void threaded(void **state)
{
	const struct host *host = visit(*state, "v2-threaded");

	assert_int_equal(host->level_count, 3);
	check_level(host, 0, "/sys/fs/cgroup/pool/worker", CPU | PIDS, 0);
	assert_true(host->levels[0].threaded);
	assert_true(host->levels[1].threaded);
	assert_true(host->levels[1].populated);
	assert_false(host->levels[2].threaded);
}

static void container(void **state)
{
	const struct host *host = visit(*state, "container");

	assert_int_equal(host->mode, HOST_UNIFIED);
	assert_int_equal(host->level_count, 1);
	check_level(host, 0, "/sys/fs/cgroup", CPUSET | CPU | IO | MEMORY | PIDS | MINOR, 0);
	assert_false(host->levels[0].is_root);
	assert_true(host->levels[0].populated);
	assert_false(host->v2_read_only);
}

static void container_read_only(void **state)
{
	const struct host *host = visit(*state, "container-ro");

	assert_int_equal(host->mode, HOST_UNIFIED);
	assert_true(host->v2_read_only);
}

static void mount_of_a_part(void **state)
{
	struct scene *scene = *state;
	const struct host *host = visit(scene, "container-host");

	assert_int_equal(host->mode, HOST_UNIFIED);
	assert_int_equal(host->level_count, 2);
	check_level(host, 0, "/sys/fs/cgroup/work", CPU | MEMORY | PIDS, 0);
	check_level(host, 1, "/sys/fs/cgroup", CPU | IO | MEMORY | PIDS, CPU | MEMORY | PIDS);
	assert_false(host->levels[1].is_root);
	host = move_to(scene, "0::/system.slice/docker-5f1e.scope\n");
	assert_int_equal(host->level_count, 1);
	assert_string_equal(host->levels[0].path, "/sys/fs/cgroup");
}

/* What the mount does not show cannot be used; a longer name with the same beginning is another. */
static void own_group_outside_the_mount(void **state)
{
	static const char *const selves[] = {
		"0::/\n",
		"0::/system.slice\n",
		"0::/system.slice/docker-5f1e.scope2\n",
		"0::/system.slice/docker-5f1e\n",
		"0::/user.slice/x\n",
		"0::/../docker-5f1e.scope\n",
		"1:name=systemd:/system.slice/docker-5f1e.scope\n",
		"",
	};
	struct scene *scene = *state;

	visit(scene, "container-host");
	for (size_t i = 0; i < ARRAY_SIZE(selves); i++) {
		const struct host *host = move_to(scene, selves[i]);

		check(host->mode == HOST_NONE, "'%s'", selves[i]);
		check(!host->v2_mount && !host->level_count, "'%s'", selves[i]);
		check(host_v2_controllers(host) == 0, "'%s'", selves[i]);
	}
}

/* '/..': outside the root of our cgroup namespace, which is the root of the mount. */
static void own_group_outside_the_namespace(void **state)
{
	struct scene *scene = *state;

	visit(scene, "container");
	assert_int_equal(move_to(scene, "0::/..\n")->mode, HOST_NONE);
	assert_int_equal(move_to(scene, "0::/../other\n")->mode, HOST_NONE);
	assert_int_equal(move_to(scene, "0::/../../other/x\n")->mode, HOST_NONE);
}

/* A group's name may begin with two dots: only '..' itself leads out. */
static void names_that_begin_with_dots(void **state)
{
	struct scene *scene = *state;
	const struct host *host;

	visit(scene, "container");
	host = move_to(scene, "0::/..hidden\n");
	assert_int_equal(host->mode, HOST_UNIFIED);
	assert_string_equal(host->levels[0].path, "/sys/fs/cgroup/..hidden");
	host = move_to(scene, "0::/a/...\n");
	assert_int_equal(host->mode, HOST_UNIFIED);
	assert_string_equal(host->levels[0].path, "/sys/fs/cgroup/a/...");
}

/* The first mount that shows our own group is taken, not the first mount. */
static void several_v2_mounts(void **state)
{
	struct scene *scene = *state;

	visit(scene, "v2-nested");
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"30 23 0:28 /other /mnt/other rw,relatime - cgroup2 none rw\n"
		"31 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 none rw\n"
		"32 23 0:28 / /mnt/again ro,relatime - cgroup2 none rw\n");
	assert_int_equal(discover(scene), 0);
	assert_string_equal(scene->host.v2_mount, "/sys/fs/cgroup");
	assert_false(scene->host.v2_read_only);
	assert_int_equal(scene->host.level_count, 2);
}

/* Of several that show our group the first that may be written, be it this mount or the file system. */
static void the_mount_that_may_be_written(void **state)
{
	struct scene *scene = *state;

	visit(scene, "v2-nested");
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"30 23 0:28 / /sys/fs/cgroup ro,relatime - cgroup2 none rw\n"
		"31 23 0:28 /limit-100-5000 /mnt/part rw,relatime - cgroup2 none ro\n"
		"32 23 0:28 /limit-100-5000 /mnt/part2 rw,relatime - cgroup2 none rw\n"
		"33 23 0:28 / /mnt/all rw,relatime - cgroup2 none rw\n");
	assert_int_equal(discover(scene), 0);
	assert_string_equal(scene->host.v2_mount, "/mnt/part2");
	assert_false(scene->host.v2_read_only);
	assert_int_equal(scene->host.level_count, 1);
	assert_string_equal(scene->host.levels[0].path, "/mnt/part2");
	/* A part that begins with the leaf. */
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"32 23 0:28 /limit-100-5000/command /mnt/part2 rw,relatime - cgroup2 none rw\n");
	assert_int_equal(discover(scene), 0);
	assert_int_equal(scene->host.level_count, 1);
	assert_string_equal(scene->host.levels[0].path, "/mnt/part2");
	/* None may. */
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"30 23 0:28 / /sys/fs/cgroup ro,relatime - cgroup2 none rw\n"
		"33 23 0:28 / /mnt/all ro,relatime - cgroup2 none rw\n");
	assert_int_equal(discover(scene), 0);
	assert_string_equal(scene->host.v2_mount, "/sys/fs/cgroup");
	assert_true(scene->host.v2_read_only);
}

/* What another mount hides is as good as not there, and it is told of if there is nothing else. */
static void hidden_mounts(void **state)
{
	struct scene *scene = *state;
	const struct host *host = &scene->host;

	visit(scene, "v2-nested");
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"23 1 8:1 / / rw - ext4 x rw\n"
		"30 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 none rw\n"
		"31 30 0:29 / /sys/fs/cgroup rw - tmpfs none rw\n");
	assert_int_equal(discover(scene), 0);
	assert_int_equal(host->mode, HOST_NONE);
	assert_string_equal(host->unusable, "/sys/fs/cgroup");
	assert_true(host->unusable_is_hidden);
	/* A container engine mounts a part over the whole, and that shows us. */
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"30 23 0:28 / /sys/fs/cgroup rw,relatime - cgroup2 none rw\n"
		"31 30 0:28 /limit-100-5000 /sys/fs/cgroup rw - cgroup2 none rw\n");
	assert_int_equal(discover(scene), 0);
	assert_int_equal(host->level_count, 1);
	assert_string_equal(host->levels[0].path, "/sys/fs/cgroup");
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"40 23 0:30 / /sys/fs/cgroup/memory rw - cgroup cgroup rw,memory\n"
		"41 23 0:31 / /sys/fs/cgroup rw - tmpfs none rw\n"
		"42 41 0:32 / /sys/fs/cgroup/pids rw - cgroup cgroup rw,pids\n");
	tree_write(&scene->tree, "/proc/self/cgroup", "2:memory:/a\n1:pids:/a\n");
	assert_int_equal(discover(scene), 0);
	assert_int_equal(host->v1_count, 1);
	assert_null(host_find_v1(host, CONTROLLER_MEMORY));
	assert_non_null(host_find_v1(host, CONTROLLER_PIDS));
}

/*
 * /proc/self/cgroup and the root of a mount are both told from the root of our cgroup namespace, and either
 * can be outside of it.
 */
static void roots_outside_the_namespace(void **state)
{
	static const struct {
		const char *root;
		const char *self;
		const char *own; /* NULL: not to be seen */
	} rows[] = {
		{ "/", "/", "" },
		{ "/", "/a", "/a" },
		{ "/a", "/a", "" },
		{ "/a", "/a/b", "/b" },
		{ "/a", "/ab", NULL },
		{ "/a", "/", NULL },
		{ "/a", "/a/../b", NULL },
		/* Mounted before we got the namespace: what the group is called there, nobody says. */
		{ "/..", "/", NULL },
		{ "/..", "/a", NULL },
		{ "/../..", "/", NULL },
		/* We have been moved out of our namespace, and the mount shows that. */
		{ "/..", "/..", "" },
		{ "/..", "/../b", "/b" },
		{ "/../b", "/../b/c", "/c" },
		{ "/../..", "/../../b", "/b" },
		/* Further up than the mount. */
		{ "/..", "/../..", NULL },
		{ "/..", "/../../b", NULL },
		{ "/../..", "/../b", NULL },
		{ "/../b", "/..", NULL },
		{ "/..a", "/..a/b", "/b" },
		{ "/a\\040b\\134", "/a b\\/c", "/c" },
	};
	struct scene *scene = *state;

	visit(scene, "v2-nested");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		_cleanup_free_ char *mounts =
			text_format("31 23 0:28 %s /m rw - cgroup2 none rw\n"
				    "32 23 0:29 %s /n rw - cgroup none rw,memory\n",
				rows[i].root, rows[i].root);
		_cleanup_free_ char *self =
			text_format("1:memory:%s\n0::%s\n", rows[i].self, rows[i].self);
		const struct host *host;

		tree_write(&scene->tree, "/proc/self/mountinfo", mounts);
		host = move_to(scene, self);
		if (!rows[i].own) {
			check(host->mode == HOST_NONE, "%s in %s", rows[i].self, rows[i].root);
			check_string(host->unusable, "/m", "%s in %s", rows[i].self, rows[i].root);
			check(!host->unusable_is_hidden, "%s in %s", rows[i].self, rows[i].root);
			continue;
		}
		_cleanup_free_ char *path = text_format("/m%s", rows[i].own);

		check(host->mode == HOST_HYBRID, "%s in %s", rows[i].self, rows[i].root);
		check_string(host->levels[0].path, path, "%s in %s", rows[i].self, rows[i].root);
		check_string(host->v1[0].own, rows[i].own[0] ? rows[i].own : "/", "%s in %s",
			rows[i].self, rows[i].root);
	}
}

static void mount_point_with_a_blank(void **state)
{
	struct scene *scene = *state;

	visit(scene, "v2-root");
	tree_write(&scene->tree, "/mnt/c g/cgroup.controllers", "memory pids\n");
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"30 23 0:28 / /mnt/c\\040g rw,relatime - cgroup2 none rw\n");
	assert_int_equal(discover(scene), 0);
	assert_string_equal(scene->host.v2_mount, "/mnt/c g");
	check_level(&scene->host, 0, "/mnt/c g", MEMORY | PIDS, 0);
}

/* Deeper than any real tree: the way up ends somewhere, and nothing breaks. */
static void deeper_than_levels_max(void **state)
{
	struct scene *scene = *state;
	char self[512] = "0::";
	const struct host *host;

	visit(scene, "v2-nested");
	for (unsigned i = 0; i < HOST_LEVELS_MAX + 8; i++)
		strcat(self, "/abcdef");
	host = move_to(scene, strcat(self, "\n"));
	assert_int_equal(host->level_count, HOST_LEVELS_MAX);
}

static void check_v1(const struct host *host, enum controller c, const char *mount, const char *own,
	controller_set controllers)
{
	const struct host_v1 *v1 = host_find_v1(host, c);

	check(v1, "%s", controller_name_v1(c));
	check_string(v1->mount, mount, "%s", controller_name_v1(c));
	check_string(v1->own, own, "%s", controller_name_v1(c));
	check(v1->controllers == controllers, "%s: 0x%x", controller_name_v1(c), v1->controllers);
	check(!v1->read_only, "%s", controller_name_v1(c));
}

static void hybrid(void **state)
{
	const struct host *host = visit(*state, "hybrid");

	assert_int_equal(host->mode, HOST_HYBRID);
	assert_int_equal(host->v1_count, 8);
	check_v1(host, CONTROLLER_CPU, "/sys/fs/cgroup/cpu", "/", CPU);
	check_v1(host, CONTROLLER_MEMORY, "/sys/fs/cgroup/memory",
		"/process_api/45da1235c717246fe94d71546c13721d", MEMORY);
	check_v1(host, CONTROLLER_IO, "/sys/fs/cgroup/blkio", "/", IO);
	check_v1(host, CONTROLLER_PIDS, "/sys/fs/cgroup/pids", "/", PIDS);
	check_v1(host, CONTROLLER_CPUSET, "/sys/fs/cgroup/cpuset", "/", CPUSET);
	check_v1(host, CONTROLLER_CPUACCT, "/sys/fs/cgroup/cpuacct", "/", CPUACCT);
	check_v1(host, CONTROLLER_FREEZER, "/sys/fs/cgroup/freezer", "/", FREEZER);
	check_v1(host, CONTROLLER_DEVICES, "/sys/fs/cgroup/devices", "/", DEVICES);
	assert_string_equal(host->v2_mount, "/sys/fs/cgroup/unified");
	assert_int_equal(host->level_count, 1);
	check_level(host, 0, "/sys/fs/cgroup/unified", 0, 0);
	assert_true(host->levels[0].is_root);
	assert_int_equal(host_v2_controllers(host), 0);
}

static void legacy(void **state)
{
	const struct host *host = visit(*state, "legacy");

	assert_int_equal(host->mode, HOST_LEGACY);
	assert_null(host->v2_mount);
	assert_int_equal(host->v1_count, 10);
	check_v1(host, CONTROLLER_CPU, "/sys/fs/cgroup/cpu,cpuacct", "/user.slice", CPU | CPUACCT);
	check_v1(host, CONTROLLER_CPUACCT, "/sys/fs/cgroup/cpu,cpuacct", "/user.slice",
		CPU | CPUACCT);
	check_v1(host, CONTROLLER_IO, "/sys/fs/cgroup/blkio", "/user.slice", IO);
	check_v1(host, CONTROLLER_FREEZER, "/sys/fs/cgroup/freezer", "/", FREEZER);
	assert_int_equal(host->pid, 1713);
	assert_int_equal(host->start_time_ticks, 86720);
}

static void v1_mounts(void **state)
{
	struct scene *scene = *state;
	const struct host *host = &scene->host;

	visit(scene, "legacy");
	tree_write(&scene->tree, "/proc/self/mountinfo",
		/* Of a part that does not hold us, read-only, the same hierarchy twice. */
		"30 24 0:27 /other /mnt/cpu rw,relatime - cgroup cgroup rw,cpuacct,cpu\n"
		"31 24 0:28 /user.slice /mnt/memory ro,relatime - cgroup cgroup rw,memory\n"
		"32 24 0:28 / /mnt/again rw,relatime - cgroup cgroup rw,memory\n"
		"33 24 0:30 / /mnt/perf rw,relatime - cgroup cgroup rw,perf_event\n");
	assert_int_equal(discover(scene), 0);
	assert_int_equal(host->mode, HOST_LEGACY);
	assert_int_equal(host->v1_count, 2);
	check_v1(host, CONTROLLER_PERF_EVENT, "/mnt/perf", "/", PERF_EVENT);
	assert_null(host_find_v1(host, CONTROLLER_CPU));
	check_v1(host, CONTROLLER_MEMORY, "/mnt/again", "/user.slice", MEMORY);
	/* None that may be written. */
	tree_write(&scene->tree, "/proc/self/mountinfo",
		"31 24 0:28 /user.slice /mnt/memory ro,relatime - cgroup cgroup rw,memory\n"
		"32 24 0:28 / /mnt/again rw,relatime - cgroup cgroup ro,memory\n");
	assert_int_equal(discover(scene), 0);
	assert_int_equal(host->v1_count, 1);
	assert_string_equal(host->v1[0].mount, "/mnt/memory");
	assert_string_equal(host->v1[0].own, "/");
	assert_true(host->v1[0].read_only);
}

/* Which tree carries the controllers: v1 has one of the main ones, or not. */
static void modes(void **state)
{
	static const char v2[] = "31 23 0:28 / /u rw - cgroup2 none rw\n";
	static const struct {
		const char *v1;
		bool v2;
		enum host_mode mode;
	} rows[] = {
		{ "", false, HOST_NONE },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,name=systemd\n", false, HOST_NONE },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,name=systemd\n", true, HOST_UNIFIED },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,freezer\n", true, HOST_UNIFIED },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,cpuset\n", true, HOST_UNIFIED },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,cpu\n", true, HOST_HYBRID },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,memory\n", true, HOST_HYBRID },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,blkio\n", true, HOST_HYBRID },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,pids\n", true, HOST_HYBRID },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,pids\n", false, HOST_LEGACY },
		{ "40 31 0:37 / /s rw - cgroup cgroup rw,freezer\n", false, HOST_LEGACY },
		{ "", true, HOST_UNIFIED },
	};
	struct scene *scene = *state;

	visit(scene, "hybrid");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		char mounts[256];

		snprintf(mounts, sizeof(mounts), "%s%s", rows[i].v1, rows[i].v2 ? v2 : "");
		tree_write(&scene->tree, "/proc/self/mountinfo", mounts);
		check(discover(scene) == 0, "%s", mounts);
		check(scene->host.mode == rows[i].mode, "%s: %s", mounts,
			host_mode_name(scene->host.mode));
	}
}

static void mode_names(void **state)
{
	(void)state;
	assert_string_equal(host_mode_name(HOST_NONE), "none");
	assert_string_equal(host_mode_name(HOST_LEGACY), "legacy");
	assert_string_equal(host_mode_name(HOST_HYBRID), "hybrid");
	assert_string_equal(host_mode_name(HOST_UNIFIED), "unified");
}

static void none(void **state)
{
	const struct host *host = visit(*state, "none");

	assert_int_equal(host->mode, HOST_NONE);
	assert_int_equal(host->pid, 9);
	assert_null(host->v2_mount);
	assert_int_equal(host->v1_count, 0);
	assert_int_equal(host_v2_controllers(host), 0);
	assert_null(host_find_v1(host, CONTROLLER_CPU));
}

/* No kernel writes this, and none of it may break us. */
static void garbage(void **state)
{
	static const char *const texts[] = { "", "\n\n\n", " - cgroup2 x rw\n", "\377\376\375\n",
		"0::\n", "0:\n", "- - - - - - - - - -\n", "1 2 3 4 5 6 - cgroup2 x rw" };
	struct scene *scene = *state;

	visit(scene, "v2-root");
	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		tree_write(&scene->tree, "/proc/self/mountinfo", texts[i]);
		tree_write(&scene->tree, "/proc/self/cgroup", texts[i]);
		check(discover(scene) == 0, "'%s': '%s'", texts[i], scene->f.what);
		check(scene->host.mode == HOST_NONE, "'%s'", texts[i]);
	}
}

static void no_proc(void **state)
{
	struct scene *scene = *state;

	tree_make(&scene->tree);
	assert_int_equal(discover(scene), -1);
	check_fault(&scene->f, ENOENT, "'/proc/self/stat'", "mount -t proc proc /proc");
}

static void half_a_proc(void **state)
{
	struct scene *scene = *state;

	visit(scene, "v2-root");
	ask_percent(scene);
	tree_unlink(&scene->tree, "/proc/meminfo");
	assert_int_equal(discover(scene), -1);
	check_fault(&scene->f, ENOENT, "'/proc/meminfo'", "");
	tree_unlink(&scene->tree, "/proc/self/cgroup");
	assert_int_equal(discover(scene), -1);
	assert_int_equal(scene->f.err, ENOENT);
	check_contains(scene->f.what, "'/proc/self/cgroup'");
	tree_unlink(&scene->tree, "/proc/self/mountinfo");
	assert_int_equal(discover(scene), -1);
	assert_int_equal(scene->f.err, ENOENT);
	check_contains(scene->f.what, "'/proc/self/mountinfo'");
}

static void identity(void **state)
{
	static const struct {
		const char *stat;
		int pid; /* 0: a fault */
		uint64_t start_time_ticks;
	} rows[] = {
		{ "1 (x) R 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 20 21 22 23\n", 1, 20 },
		{ "12 () S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 18446744073709551615 22\n",
			12, UINT64_MAX },
		{ "12 (a b) c (d) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 77 22\n", 12,
			77 },
		{ "12 (\n) 1 2 3) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 77 22\n", 12,
			77 },
		{ "12 (x) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19 x 22\n", 0, 0 },
		{ "12 (x) S 2 3 4 5 6 7 8 9 10 11 12 13 14 15 16 17 18 19", 0, 0 },
		{ "12 (x) S 2 3 4\n", 0, 0 },
		{ "12 (x)", 0, 0 },
		{ "12\n", 0, 0 },
		{ "", 0, 0 },
	};
	struct scene *scene = *state;

	visit(scene, "v2-root");
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		tree_write(&scene->tree, "/proc/self/stat", rows[i].stat);
		check(discover(scene) == (rows[i].pid ? 0 : -1), "'%s'", rows[i].stat);
		if (!rows[i].pid) {
			check_fault(&scene->f, 0, "start time", "");
			continue;
		}
		check(scene->host.pid == rows[i].pid, "'%s': %d", rows[i].stat,
			(int)scene->host.pid);
		check(scene->host.start_time_ticks == rows[i].start_time_ticks, "'%s'",
			rows[i].stat);
	}
}

/* Sizes are read only where they are asked for. */
/* Discover once more, after something has changed. */
static const struct host *again(struct scene *scene)
{
	int result = discover(scene);

	check(result == 0, "'%s'", scene->f.what);
	return &scene->host;
}

/* The nearest group that has the files; nothing is read unless it is asked. */
static void cpuset_v2(void **state)
{
	struct scene *scene = *state;
	const struct host *host = visit(scene, "v2-user");
	char text[CPU_LIST_TEXT_MAX];
	char path[256];

	assert_true(cpu_list_is_empty(&host->cpus_allowed));
	scene->spec.cpus.words[0] = 1;
	tree_write(&scene->tree, "/sys/fs/cgroup/cpuset.cpus.effective", "0-7\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cpuset.mems.effective", "0-1\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cgroup.controllers", "cpuset cpu memory pids\n");
	host = again(scene);
	assert_string_equal(cpu_list_format(&host->cpus_allowed, text, sizeof(text)), "0-7");
	assert_string_equal(cpu_list_format(&host->mems_allowed, text, sizeof(text)), "0-1");
	snprintf(path, sizeof(path), "%s/cpuset.cpus.effective", host->levels[1].path);
	tree_write(&scene->tree, path, "2-3\n");
	host = again(scene);
	assert_string_equal(cpu_list_format(&host->cpus_allowed, text, sizeof(text)), "2-3");
	assert_string_equal(cpu_list_format(&host->mems_allowed, text, sizeof(text)), "0-1");
	tree_write(&scene->tree, "/sys/fs/cgroup/cgroup.controllers", "cpu memory pids\n");
	assert_true(cpu_list_is_empty(&again(scene)->cpus_allowed));
}

static void cpuset_v1(void **state)
{
	struct scene *scene = *state;
	const struct host *host;
	char text[CPU_LIST_TEXT_MAX];

	scene->spec.mems.words[0] = 1;
	visit(scene, "hybrid");
	/* Linux before 3.17 does not tell what is effective. */
	tree_write(&scene->tree, "/sys/fs/cgroup/cpuset/cpuset.cpus", "0-7\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cpuset/cpuset.mems", "0\n");
	host = again(scene);
	assert_string_equal(cpu_list_format(&host->cpus_allowed, text, sizeof(text)), "0-7");
	assert_string_equal(cpu_list_format(&host->mems_allowed, text, sizeof(text)), "0");
	assert_false(host->cpuset_noprefix);
	tree_write(&scene->tree, "/sys/fs/cgroup/cpuset/cpuset.effective_cpus", "0-6\n");
	host = again(scene);
	assert_string_equal(cpu_list_format(&host->cpus_allowed, text, sizeof(text)), "0-6");
	/* Mounted with noprefix. */
	tree_write(&scene->tree, "/sys/fs/cgroup/cpuset/cpus", "0-3\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cpuset/effective_mems", "1\n");
	host = again(scene);
	assert_true(host->cpuset_noprefix);
	assert_string_equal(cpu_list_format(&host->cpus_allowed, text, sizeof(text)), "0-3");
	assert_string_equal(cpu_list_format(&host->mems_allowed, text, sizeof(text)), "1");
}

static void memory_is_not_read_unasked(void **state)
{
	struct scene *scene = *state;
	const struct host *host = visit(scene, "v2-user");

	assert_int_equal(host->mem_total_bytes, 0);
	assert_null(host->ceilings[CEILING_MEM].path);
	tree_unlink(&scene->tree, "/proc/meminfo");
	assert_int_equal(discover(scene), 0);
}

static void memory_sizes(void **state)
{
	struct scene *scene = *state;
	const struct host *host;

	scene->spec.mem = (struct quantity){ QUANTITY_NUMBER, 4096 };
	host = visit(scene, "v2-root");
	assert_int_equal(host->mem_total_bytes, UINT64_C(16384000) * 1024);
	assert_int_equal(host->swap_total_bytes, UINT64_C(2097152) * 1024);
	assert_null(host->ceilings[CEILING_MEM].path);
	scene->spec.mem = (struct quantity){ QUANTITY_UNSET, 0 };
	scene->spec.swap = (struct quantity){ QUANTITY_MAX, 0 };
	assert_int_equal(discover(scene), 0);
	assert_int_equal(host->swap_total_bytes, UINT64_C(2097152) * 1024);
}

static void odd_meminfo(void **state)
{
	struct scene *scene = *state;

	visit(scene, "v2-root");
	ask_percent(scene);
	tree_write(&scene->tree, "/proc/meminfo", "MemTotal:  1024 kB\n");
	assert_int_equal(discover(scene), 0);
	assert_int_equal(scene->host.mem_total_bytes, MIB);
	assert_int_equal(scene->host.swap_total_bytes, 0);
	tree_write(&scene->tree, "/proc/meminfo", "MemFree:  1024 kB\nSwapTotal: 5 kB\n");
	assert_int_equal(discover(scene), -1);
	check_fault(&scene->f, 0, "no MemTotal", "");
	tree_write(&scene->tree, "/proc/meminfo", "MemTotal:\n");
	assert_int_equal(discover(scene), -1);
	check_fault(&scene->f, 0, "no MemTotal", "");
}

static void check_ceiling(const struct host *host, enum ceiling_kind kind, uint64_t value,
	const char *path)
{
	check_string(host->ceilings[kind].path, path, "ceiling %u", kind);
	if (path)
		check(host->ceilings[kind].value == value, "ceiling %u is %llu", kind,
			(unsigned long long)host->ceilings[kind].value);
}

#define USER_SLICE "/sys/fs/cgroup/user.slice/user-1000.slice"

/* The tightest on the way up, not the nearest. */
static void memory_ceiling_v2(void **state)
{
	struct scene *scene = *state;

	ask_percent(scene);
	check_ceiling(visit(scene, "v2-user"), CEILING_MEM, 4 * GIB, USER_SLICE);
}

static void memory_ceiling_elsewhere(void **state)
{
	struct scene *scene = *state;
	const struct host *host;

	ask_percent(scene);
	host = visit(scene, "container");
	check_ceiling(host, CEILING_MEM, 2 * GIB, "/sys/fs/cgroup");
	tree_release(&scene->tree);
	/* The node's own limit counts: the leaf is in it. */
	host = visit(scene, "v2-nested");
	check_ceiling(host, CEILING_MEM, 500 * MIB, host->levels[0].path);
	tree_release(&scene->tree);
	/* v1 knows of all ancestors itself. */
	host = visit(scene, "hybrid");
	check_ceiling(host, CEILING_MEM, 8 * GIB,
		"/sys/fs/cgroup/memory/process_api/45da1235c717246fe94d71546c13721d");
	tree_release(&scene->tree);
	check_ceiling(visit(scene, "legacy"), CEILING_MEM, 0, NULL);
}

/* Where v1 has a limit from above, the files tell whose it is. */
static void memory_ceiling_v1_has_a_name(void **state)
{
	struct scene *scene = *state;

	scene->spec.mem = (struct quantity){ QUANTITY_NUMBER, GIB };
	scene->spec.swap = (struct quantity){ QUANTITY_NUMBER, GIB };
	visit(scene, "hybrid");
	tree_write(&scene->tree, "/sys/fs/cgroup/memory/process_api/memory.limit_in_bytes",
		"8589934592\n");
	tree_write(&scene->tree,
		"/sys/fs/cgroup/memory/process_api/45da1235c717246fe94d71546c13721d/memory.stat",
		"hierarchical_memory_limit 8589934592\nhierarchical_memsw_limit 9223372036854771712\n");
	assert_int_equal(discover(scene), 0);
	check_ceiling(&scene->host, CEILING_MEM, 8 * GIB, "/sys/fs/cgroup/memory/process_api");
	check_ceiling(&scene->host, CEILING_MEMSW, 0, NULL);
}

static void ask_everything(struct scene *scene)
{
	scene->spec.mem = scene->spec.mem_high = scene->spec.swap =
		(struct quantity){ QUANTITY_NUMBER, GIB };
	scene->spec.cpu = (struct quantity){ QUANTITY_NUMBER, 8000000 };
	scene->spec.pids = (struct quantity){ QUANTITY_MAX, 0 };
}

static void ceilings_v2(void **state)
{
	static const char service[] = USER_SLICE "/user@1000.service";
	struct scene *scene = *state;

	ask_everything(scene);
	visit(scene, "v2-user");
	tree_write(&scene->tree, USER_SLICE "/user@1000.service/cpu.max", "150000 100000\n");
	tree_write(&scene->tree, USER_SLICE "/cpu.max", "max 100000\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/cpu.max", "400000 200000\n");
	tree_write(&scene->tree, USER_SLICE "/pids.max", "4915\n");
	tree_write(&scene->tree, USER_SLICE "/user@1000.service/pids.max", "max\n");
	tree_write(&scene->tree, USER_SLICE "/user@1000.service/memory.high", "3221225472\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/user.slice/memory.swap.max", "0\n");
	tree_write(&scene->tree, "/sys/devices/system/cpu/online", "0-1,4\n");
	assert_int_equal(discover(scene), 0);
	check_ceiling(&scene->host, CEILING_CPU, 1500000, service);
	check_ceiling(&scene->host, CEILING_PIDS, 4915, USER_SLICE);
	check_ceiling(&scene->host, CEILING_MEM, 4 * GIB, USER_SLICE);
	check_ceiling(&scene->host, CEILING_MEM_HIGH, 3 * GIB, service);
	check_ceiling(&scene->host, CEILING_SWAP, 0, "/sys/fs/cgroup/user.slice");
	assert_int_equal(scene->host.online_cpus, 3);
	assert_true(scene->host.affinity_cpus > 0);
	/* Only what is asked is read. */
	scene->spec.cpu.kind = scene->spec.mem.kind = scene->spec.mem_high.kind = QUANTITY_UNSET;
	assert_int_equal(discover(scene), 0);
	check_ceiling(&scene->host, CEILING_CPU, 0, NULL);
	check_ceiling(&scene->host, CEILING_MEM, 0, NULL);
	check_ceiling(&scene->host, CEILING_MEM_HIGH, 0, NULL);
	check_ceiling(&scene->host, CEILING_PIDS, 4915, USER_SLICE);
	assert_int_equal(scene->host.online_cpus, 0);
	assert_int_equal(scene->host.affinity_cpus, 0);
	scene->spec.jobs_env = true;
	assert_int_equal(discover(scene), 0);
	check_ceiling(&scene->host, CEILING_CPU, 1500000, service);
	assert_true(scene->host.affinity_cpus > 0);
	scene->spec.jobs_env = false;
}

static void ceilings_v1(void **state)
{
	struct scene *scene = *state;

	ask_everything(scene);
	visit(scene, "legacy");
	tree_write(&scene->tree, "/proc/self/cgroup",
		"3:cpu,cpuacct:/a/b\n2:pids:/a\n1:memory:/\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_quota_us", "-1\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cpu,cpuacct/a/b/cpu.cfs_period_us", "100000\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_quota_us", "50000\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/cpu,cpuacct/a/cpu.cfs_period_us", "100000\n");
	tree_write(&scene->tree, "/sys/fs/cgroup/pids/a/pids.max", "77\n");
	assert_int_equal(discover(scene), 0);
	check_ceiling(&scene->host, CEILING_CPU, 500000, "/sys/fs/cgroup/cpu,cpuacct/a");
	check_ceiling(&scene->host, CEILING_PIDS, 77, "/sys/fs/cgroup/pids/a");
	check_ceiling(&scene->host, CEILING_MEM_HIGH, 0, NULL);
}

/* In a container on v1 the group at the mount has limits, and is not the root. */
static void ceilings_v1_in_a_container(void **state)
{
	static const char mounts[] =
		"40 23 0:30 /docker/5f1e /c/memory rw - cgroup cgroup rw,memory\n"
		"41 23 0:31 /docker/5f1e /c/cpu rw - cgroup cgroup rw,cpu,cpuacct\n"
		"42 23 0:32 /docker/5f1e /c/pids rw - cgroup cgroup rw,pids\n";
	struct scene *scene = *state;

	ask_everything(scene);
	visit(scene, "legacy");
	tree_write(&scene->tree, "/proc/self/mountinfo", mounts);
	tree_write(&scene->tree, "/proc/self/cgroup",
		"3:cpu,cpuacct:/docker/5f1e/a\n2:pids:/docker/5f1e\n1:memory:/docker/5f1e\n");
	tree_write(&scene->tree, "/c/memory/memory.stat", "hierarchical_memory_limit 1073741824\n");
	tree_write(&scene->tree, "/c/memory/memory.limit_in_bytes", "1073741824\n");
	tree_write(&scene->tree, "/c/cpu/cpu.cfs_quota_us", "50000\n");
	tree_write(&scene->tree, "/c/cpu/cpu.cfs_period_us", "100000\n");
	tree_write(&scene->tree, "/c/pids/pids.max", "77\n");
	assert_int_equal(discover(scene), 0);
	check_v1(&scene->host, CONTROLLER_CPU, "/c/cpu", "/a", CPU | CPUACCT);
	check_ceiling(&scene->host, CEILING_MEM, GIB, "/c/memory");
	check_ceiling(&scene->host, CEILING_CPU, 500000, "/c/cpu");
	check_ceiling(&scene->host, CEILING_PIDS, 77, "/c/pids");
	/* The root itself cannot be limited, whatever its files say. */
	tree_write(&scene->tree, "/c/memory/cgroup.sane_behavior", "0\n");
	tree_write(&scene->tree, "/c/cpu/cgroup.sane_behavior", "0\n");
	tree_write(&scene->tree, "/c/pids/cgroup.sane_behavior", "0\n");
	assert_int_equal(discover(scene), 0);
	check_ceiling(&scene->host, CEILING_MEM, 0, NULL);
	check_ceiling(&scene->host, CEILING_CPU, 0, NULL);
	check_ceiling(&scene->host, CEILING_PIDS, 0, NULL);
}

/* /proc/cgroups is looked at where a controller is in no hierarchy. */
static void kernel_controllers(void **state)
{
	static const char text[] =
		"#subsys_name\thierarchy\tnum_cgroups\tenabled\n"
		"cpuset\t0\t1\t1\ncpu\t3\t1\t1\nblkio\t0\t1\t1\nmemory\t0\t1\t0\n"
		"devices\t4\t1\t1\n";
	struct scene *scene = *state;
	const struct host *host = visit(scene, "v2-root");

	tree_write(&scene->tree, "/proc/cgroups", text);
	assert_int_equal(discover(scene), 0);
	assert_false(host->kernel.known);
	tree_write(&scene->tree, "/sys/fs/cgroup/cgroup.controllers", "cpu io memory\n");
	assert_int_equal(discover(scene), 0);
	assert_true(host->kernel.known);
	/* What only --set needs is looked for only then. */
	tree_write(&scene->tree, "/sys/fs/cgroup/cgroup.controllers",
		"cpuset cpu io memory pids\n");
	assert_int_equal(discover(scene), 0);
	assert_false(host->kernel.known);
	scene->spec.sets[0] = (struct spec_set){ .controller = CONTROLLER_DEVICES };
	scene->spec.set_count = 1;
	assert_int_equal(discover(scene), 0);
	assert_true(host->kernel.known);
	assert_int_equal(host->kernel.built_in, CPU | MEMORY | IO | CPUSET | DEVICES);
	assert_int_equal(host->kernel.bound_to_v1, CPU | DEVICES);
	assert_int_equal(host->kernel.disabled, MEMORY);
	tree_unlink(&scene->tree, "/proc/cgroups");
	assert_int_equal(discover(scene), 0);
	assert_false(host->kernel.known);
}

static void cpulists(void **state)
{
	static const struct {
		const char *text;
		unsigned count;
	} rows[] = {
		{ "0\n", 1 },
		{ "0-1\n", 2 },
		{ "0-3,8\n", 5 },
		{ "0,2,4-7", 6 },
		{ "", 0 },
		{ "\n", 0 },
		{ "x", 0 },
		{ "3-1", 0 },
		{ "0-", 0 },
		{ "0-4294967295", 0 },
		{ "0,", 0 },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++)
		check(cpulist_count(rows[i].text) == rows[i].count, "'%s' is %u", rows[i].text,
			cpulist_count(rows[i].text));
}

/* Ask for io limits on these devices, to a NULL. */
static int discover_devices(struct scene *scene, const char *const *names)
{
	scene->spec.io_count = 0;
	for (; *names; names++)
		scene->spec.io[scene->spec.io_count++] = (struct spec_io){
			.option = "io-read",
			.path = *names,
			.value = { QUANTITY_NUMBER, 1 },
		};
	return discover(scene);
}

#define DISCOVER_DEVICES(scene, ...)                                                               \
	discover_devices(scene, (const char *const[]){ __VA_ARGS__, NULL })

/* Everything else about devices is in tests/unit/device.c. */
static void devices(void **state)
{
	struct scene *scene = *state;
	const struct devices *found = &scene->host.devices;

	visit(scene, "v2-root");
	assert_int_equal(DISCOVER_DEVICES(scene, "8:0", "259:1"), 0);
	assert_int_equal(found->count, 2);
	assert_string_equal(found->list[0].name, "sda");
	assert_string_equal(found->list[1].name, "nvme0n1");
	assert_int_equal(found->list[1].io, 1);
	assert_int_equal(DISCOVER_DEVICES(scene, "8:0", "80:0"), -1);
	check_fault(&scene->f, ENODEV, "'80:0'", "lsblk");
}

static void device_nodes(void **state)
{
	struct scene *scene = *state;
	const struct devices *found = &scene->host.devices;

	visit(scene, "v2-root");
	tree_write(&scene->tree, "/dev/disk/x", "");
	if (mknodat(scene->tree.fd, "dev/sda1", S_IFBLK | 0600, makedev(8, 1)) < 0)
		leave_out("making a device node needs a privilege");
	tree_link(&scene->tree, "/dev/disk/by:id", "../sda1");
	assert_int_equal(DISCOVER_DEVICES(scene, "/dev/sda1", "/dev/disk/by:id"), 0);
	assert_string_equal(found->list[0].description, "sda (8:0), from sda1");
	assert_string_equal(found->list[1].description, "sda (8:0), from sda1");
}

/* A fault on the way leaves nothing behind that ASan could complain about. */
static void release_twice(void **state)
{
	struct scene *scene = *state;

	visit(scene, "hybrid");
	host_release(&scene->host);
	host_release(&scene->host);
	assert_int_equal(scene->host.v1_count, 0);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(v2_root),
		TEST(v2_user),
		TEST(populated_by_a_crowd),
		TEST(populated_below_an_empty_group),
		TEST(climbs_out_of_a_leaf),
		TEST(a_leaf_is_below_a_node),
		TEST(threaded),
		TEST(container),
		TEST(container_read_only),
		TEST(mount_of_a_part),
		TEST(own_group_outside_the_mount),
		TEST(own_group_outside_the_namespace),
		TEST(names_that_begin_with_dots),
		TEST(several_v2_mounts),
		TEST(the_mount_that_may_be_written),
		TEST(hidden_mounts),
		TEST(roots_outside_the_namespace),
		TEST(mount_point_with_a_blank),
		TEST(deeper_than_levels_max),
		TEST(hybrid),
		TEST(legacy),
		TEST(v1_mounts),
		TEST(modes),
		TEST(mode_names),
		TEST(none),
		TEST(garbage),
		TEST(no_proc),
		TEST(half_a_proc),
		TEST(identity),
		TEST(cpuset_v2),
		TEST(cpuset_v1),
		TEST(memory_is_not_read_unasked),
		TEST(memory_sizes),
		TEST(odd_meminfo),
		TEST(memory_ceiling_v2),
		TEST(memory_ceiling_elsewhere),
		TEST(memory_ceiling_v1_has_a_name),
		TEST(ceilings_v2),
		TEST(ceilings_v1),
		TEST(ceilings_v1_in_a_container),
		TEST(cpulists),
		TEST(kernel_controllers),
		TEST(devices),
		TEST(device_nodes),
		TEST(release_twice),
	};

	return RUN_TESTS(tests);
}
