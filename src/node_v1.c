/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "node_v1.h"

#include <dlfcn.h>
#include <errno.h>
#include <fcntl.h>
#include <libcgroup.h>
#include <sys/stat.h>

#include "explain.h"
#include "files.h"
#include "library.h"

/* The functions of libcgroup that are used, resolved at run time. */
struct libcgroup {
	void *handle;
	__typeof__(cgroup_set_logger) *set_logger;
	__typeof__(cgroup_init) *init;
	__typeof__(cgroup_get_subsys_mount_point) *get_subsys_mount_point;
	__typeof__(cgroup_new_cgroup) *new_cgroup;
	__typeof__(cgroup_add_controller) *add_controller;
	__typeof__(cgroup_create_cgroup) *create_cgroup;
	__typeof__(cgroup_free) *free;
	__typeof__(cgroup_strerror) *strerror;
	__typeof__(cgroup_get_last_errno) *get_last_errno;
};

static const struct library_symbol symbols[] = {
	{ "cgroup_set_logger", offsetof(struct libcgroup, set_logger) },
	{ "cgroup_init", offsetof(struct libcgroup, init) },
	{ "cgroup_get_subsys_mount_point", offsetof(struct libcgroup, get_subsys_mount_point) },
	{ "cgroup_new_cgroup", offsetof(struct libcgroup, new_cgroup) },
	{ "cgroup_add_controller", offsetof(struct libcgroup, add_controller) },
	{ "cgroup_create_cgroup", offsetof(struct libcgroup, create_cgroup) },
	{ "cgroup_free", offsetof(struct libcgroup, free) },
	{ "cgroup_strerror", offsetof(struct libcgroup, strerror) },
	{ "cgroup_get_last_errno", offsetof(struct libcgroup, get_last_errno) },
};

/* The library's own logger prints to stdout, which belongs to COMMAND. */
static void discard_log(void *userdata, int level, const char *fmt, va_list args)
{
	(void)userdata;
	(void)level;
	(void)fmt;
	(void)args;
}

/* A libcgroup error code in words; ECGOTHER hides an errno. */
static int set_libcgroup_fault(const struct libcgroup *lib, int code, const char *what,
	const char *path, struct fault *f)
{
	if (code == ECGOTHER)
		return fault_set(f, lib->get_last_errno(), "cannot %s '%s'", what, path);
	return fault_set(f, 0, "cannot %s '%s': libcgroup: %s", what, path, lib->strerror(code));
}

static const struct library library = {
	.name = "libcgroup",
	.soname = LIBCGROUP_SONAME,
	.purpose = "cgroup v1 needs",
	.hint = "apt-get install libcgroup2, or boot with cgroup v2 alone",
	.symbols = symbols,
	.symbol_count = ARRAY_SIZE(symbols),
};

static int load(struct libcgroup *lib, struct fault *f)
{
	int code;

	lib->handle = library_load(&library, lib, f);
	if (!lib->handle)
		return -1;
	lib->set_logger(discard_log, CGROUP_LOG_ERROR, NULL);
	code = lib->init();
	if (code)
		return set_libcgroup_fault(lib, code, "find cgroup hierarchies of", "/proc/mounts",
			f);
	return 0;
}

/* The controllers of a group that have settings; any one, if none has, to have the group made. */
static controller_set controllers_to_add(const struct plan *plan, unsigned index)
{
	controller_set all = plan->groups[index].controllers;
	controller_set set = 0;

	for (unsigned i = 0; i < plan->setting_count; i++)
		if (!plan->settings[i].shared && plan->settings[i].group == index)
			set |= CONTROLLER_BIT(plan->settings[i].setting.controller);
	return set ? set : all & -all;
}

static bool is_with(const struct plan *plan, unsigned index, unsigned first)
{
	return !plan->groups[index].v2 &&
	       strcmp(plan->groups[index].relative, plan->groups[first].relative) == 0;
}

/* libcgroup knows one mount of each controller, the first; it may show another part, or be hidden. */
static bool finds_mount(const struct libcgroup *lib, const struct plan *plan, unsigned index)
{
	controller_set set = controllers_to_add(plan, index);
	bool found = true;

	for (unsigned c = 0; c < CONTROLLERS && found; c++) {
		_cleanup_free_ char *mount = NULL;

		if (set & CONTROLLER_BIT(c))
			found = lib->get_subsys_mount_point(controller_name_v1(c), &mount) == 0 &&
				strcmp(mount, plan->groups[index].mount) == 0;
	}
	return found;
}

static bool finds_mounts(const struct libcgroup *lib, const struct plan *plan, unsigned first)
{
	for (unsigned i = first; i < plan->group_count; i++)
		if (is_with(plan, i, first) && !finds_mount(lib, plan, i))
			return false;
	return true;
}

static int add_hierarchy(const struct libcgroup *lib, struct cgroup *cgroup,
	const struct plan *plan, unsigned index, struct fault *f)
{
	controller_set set = controllers_to_add(plan, index);

	for (unsigned c = 0; c < CONTROLLERS; c++) {
		const char *name = controller_name_v1(c);

		if (!(set & CONTROLLER_BIT(c)))
			continue;
		if (!lib->add_controller(cgroup, name))
			return fault_set(f, 0, "cannot use controller '%s': libcgroup refuses it",
				name);
	}
	return 0;
}

/* 2.0.2 leaves the directories behind, 3.x removes them. */
static int make_by_hand(struct node *node, unsigned index, struct fault *f)
{
	const char *path = node->plan->groups[index].path;

	/* Not marked: libcgroup was not asked, somebody else has a group of that name. */
	if (mkdir(path, 0755) < 0 && !(errno == EEXIST && node->created[index]))
		return explain_mkdir(path, errno, f);
	node->created[index] = true;
	return 0;
}

/* With best_effort what can be done is. */
static int do_by_hand(struct node *node, unsigned first, struct fault *f)
{
	for (unsigned i = first; i < node->plan->group_count; i++)
		if (is_with(node->plan, i, first) && make_by_hand(node, i, f) < 0 &&
			node_lose_group(node, i, f) < 0)
			return -1;
	return 0;
}

/*
 * libcgroup often does not say why it failed: make the groups once more by hand, to learn the kernel's own
 * answer. f holds what libcgroup said, and keeps it if all goes well by hand.
 */
static int do_again_by_hand(struct node *node, unsigned first, struct fault *f)
{
	struct fault own = *f;

	if (do_by_hand(node, first, &own) < 0) {
		*f = own;
		return -1;
	}
	return node->plan->best_effort ? 0 : -1;
}

/* One struct cgroup for all hierarchies in which the caller's own group has the same path. */
static int create_groups(const struct libcgroup *lib, struct node *node, unsigned first,
	struct fault *f)
{
	const struct plan *plan = node->plan;
	struct cgroup *cgroup = lib->new_cgroup(plan->groups[first].relative);
	int result = 0;
	int code;

	if (!cgroup)
		return fault_set(f, ENOMEM, "cannot make control group '%s'",
			plan->groups[first].path);
	for (unsigned i = first; i < plan->group_count && result == 0; i++) {
		if (!is_with(plan, i, first))
			continue;
		/* libcgroup would adopt a group that exists, with its counters. */
		if (file_exists_at(AT_FDCWD, plan->groups[i].path))
			result = fault_set(f, EEXIST, "cannot make control group '%s'",
				plan->groups[i].path);
		else
			result = add_hierarchy(lib, cgroup, plan, i, f);
		node->created[i] = result == 0;
	}
	if (result == 0) {
		code = lib->create_cgroup(cgroup, 1);
		if (code)
			result = set_libcgroup_fault(lib, code, "make control group",
				plan->groups[first].path, f);
		if (code && do_again_by_hand(node, first, f) == 0)
			result = 0;
	}
	lib->free(&cgroup);
	return result;
}

int node_v1_probe(struct fault *f)
{
	struct libcgroup lib = { 0 };
	int result = load(&lib, f);

	if (lib.handle)
		dlclose(lib.handle);
	return result;
}

int node_v1_create(struct node *node, struct fault *f)
{
	const struct plan *plan = node->plan;
	struct libcgroup lib = { 0 };
	int loaded = load(&lib, f);
	/* Of mounts that cannot be read it wants to know nothing at all. */
	const bool blind = loaded < 0 && lib.handle;
	int result = plan->best_effort || blind ? 0 : loaded;

	for (unsigned i = 0; i < plan->group_count && result == 0; i++) {
		bool done = plan->groups[i].v2 || node->lost_groups[i];

		for (unsigned j = 0; j < i; j++)
			done |= is_with(plan, j, i);
		if (done)
			continue;
		if (blind || (loaded == 0 && !finds_mounts(&lib, plan, i)))
			result = do_by_hand(node, i, f);
		else
			result = loaded < 0 ? -1 : create_groups(&lib, node, i, f);
		if (result < 0 && plan->best_effort)
			result = do_by_hand(node, i, f);
	}
	if (lib.handle)
		dlclose(lib.handle);
	return result;
}
