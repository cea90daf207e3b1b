/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan.h"

#include <errno.h>
#include <inttypes.h>
#include <stdarg.h>

#include "files.h"
#include "plan_settings.h"

const struct plan_group *plan_v2_group(const struct plan *plan)
{
	return plan->group_count && plan->groups[0].v2 ? &plan->groups[0] : NULL;
}

const struct plan_group *plan_group_of(const struct plan *plan, enum controller c)
{
	for (unsigned i = 0; i < plan->group_count; i++)
		if (plan->groups[i].controllers & CONTROLLER_BIT(c))
			return &plan->groups[i];
	return NULL;
}

void plan_note(struct plan *plan, const char *fmt, ...)
{
	char note[FAULT_TEXT_MAX];
	va_list args;

	va_start(args, fmt);
	vsnprintf(note, sizeof(note), fmt, args);
	va_end(args);
	for (unsigned i = 0; i < plan->note_count; i++)
		if (strcmp(plan->notes[i], note) == 0)
			return;
	if (plan->note_count < ARRAY_SIZE(plan->notes))
		plan->notes[plan->note_count++] = text_format("%s", note);
}

const struct plan_device *plan_find_device(const struct plan *plan, unsigned major, unsigned minor)
{
	for (unsigned i = 0; i < plan->device_count; i++)
		if (plan->devices[i].major == major && plan->devices[i].minor == minor)
			return &plan->devices[i];
	return NULL;
}

static int add_group(struct plan *plan, bool v2, const char *mount, const char *parent,
	controller_set controllers, bool read_only, struct fault *f)
{
	struct plan_group *group = &plan->groups[plan->group_count];

	if (read_only) {
		fault_set(f, EROFS, "cannot create a control group below '%s'", parent);
		return fault_hint(f,
			"in a container: docker run --privileged --cgroupns=private …, or podman run "
			"--security-opt unmask=/sys/fs/cgroup --cgroups=enabled …");
	}
	*group = (struct plan_group){ .v2 = v2, .controllers = controllers };
	group->mount = text_format("%s", mount);
	group->parent = path_join(parent, "");
	group->path = path_join(parent, plan->name);
	group->relative = text_format("%s", group->path + strlen(mount));
	plan->group_count++;
	return 0;
}

static int no_controller(const struct setting *setting, struct fault *f)
{
	const char *name = controller_name_v2(setting->controller);

	fault_set(f, 0, "cannot enforce --%s: no mounted cgroup hierarchy has the controller '%s'",
		setting->option, name);
	if (setting->controller == CONTROLLER_MEMORY)
		return fault_hint(f,
			"boot with cgroup_enable=memory; 'cat /proc/cgroups' shows what is on");
	return fault_hint(f, "'cat /proc/cgroups' shows which controllers this kernel has");
}

/* A group that holds processes cannot hand controllers to its children. */
static int cannot_enable(const struct host_level *level, controller_set missing,
	const struct host *host, struct fault *f)
{
	char names[64];

	fault_set(f, level->threaded ? EOPNOTSUPP : EBUSY, "cannot switch on %s in '%s', which %s",
		controllers_format(missing, names, sizeof(names)), level->path,
		level->threaded ? "is a threaded group" : "holds processes");
	if (!host->levels[host->level_count - 1].is_root)
		return fault_hint(f,
			"limit outside of this container: inside, it cannot make room yet");
	return fault_hint(f,
		"sh -c 'echo $$ >%s/cgroup.procs && exec limit …' (as root: from the root group)",
		host->v2_mount);
}

/* The first setting that needs one of the controllers: to blame it by its option. */
static const struct setting *first_in_need(const struct setting *settings, unsigned count,
	controller_set missing)
{
	for (unsigned i = 0; i < count; i++)
		if (CONTROLLER_BIT(settings[i].controller) & missing)
			return &settings[i];
	return NULL;
}

/*
 * May controllers be switched on for the children of a group? Only in the real root, or where no
 * process is: elsewhere '+memory' fails with EBUSY, and '+pids' or '+cpu' succeeds and turns the
 * group 'domain threaded', which breaks it for everybody (cgroup-v2.rst, "No Internal Process
 * Constraint" and "Threads").
 */
static bool may_enable(const struct host_level *level)
{
	return level->is_root || (!level->populated && !level->threaded);
}

/* From the mount down to the parent, note what must be switched on, and what is worth it. */
static int plan_enables(struct plan *plan, const struct host *host, controller_set required,
	controller_set *wanted, struct fault *f)
{
	for (unsigned i = 0; i < host->level_count; i++)
		if (!may_enable(&host->levels[i]))
			*wanted &= host->levels[i].enabled;
	for (unsigned i = host->level_count; i-- > 0;) {
		const struct host_level *level = &host->levels[i];
		controller_set missing = required & ~level->enabled;
		controller_set missing_wanted = *wanted & ~level->enabled;

		if (missing && !may_enable(level))
			return cannot_enable(level, missing, host, f);
		if (missing | missing_wanted)
			plan->enables[plan->enable_count++] = (struct plan_enable){
				.path = text_format("%s", level->path),
				.required = missing,
				.wanted = missing_wanted,
			};
	}
	return 0;
}

/* The v2 group, with the controllers that are bound to v2. */
static int plan_v2(struct plan *plan, const struct spec *spec, const struct host *host,
	controller_set required, struct fault *f)
{
	const controller_set offered = host_v2_controllers(host);
	controller_set wanted = CONTROLLER_BIT(CONTROLLER_MEMORY) | CONTROLLER_BIT(CONTROLLER_IO) |
				CONTROLLER_BIT(CONTROLLER_PIDS);

	if (!host->v2_mount)
		return 0;
	if (spec->delegate)
		wanted = offered;
	required &= offered;
	wanted &= offered & ~required;
	if (plan_enables(plan, host, required, &wanted, f) < 0)
		return -1;
	/* Only a group with controllers needs an inner one, so that a nested limit finds room. */
	plan->leaf = offered != 0;
	if (spec->delegate)
		plan->delegated = required | wanted;
	return add_group(plan, true, host->v2_mount, host->levels[0].path, required | wanted,
		host->v2_read_only, f);
}

/* A v1 group in each hierarchy that limits, counts, or stands in for what v2 would do. */
static int plan_v1(struct plan *plan, const struct spec *spec, const struct host *host,
	controller_set required, struct fault *f)
{
	controller_set needed =
		required | CONTROLLER_BIT(CONTROLLER_MEMORY) | CONTROLLER_BIT(CONTROLLER_PIDS);

	/*
	 * A group that COMMAND makes in a hierarchy without one of ours would be nobody's to remove. A
	 * new cpuset is of no use until it has CPUs.
	 */
	if (spec->delegate)
		needed |= ~CONTROLLER_BIT(CONTROLLER_CPUSET);
	if (!host->v2_mount)
		needed |= CONTROLLER_BIT(CONTROLLER_CPUACCT) | CONTROLLER_BIT(CONTROLLER_FREEZER);
	needed &= ~host_v2_controllers(host);
	for (unsigned i = 0; i < host->v1_count; i++) {
		const struct host_v1 *v1 = &host->v1[i];
		_cleanup_free_ char *parent = path_join(v1->mount, v1->own);

		if (!(v1->controllers & needed))
			continue;
		if (add_group(plan, false, v1->mount, parent, v1->controllers, v1->read_only, f) <
			0)
			return -1;
	}
	return 0;
}

static int add_v1_settings(struct plan *plan, const struct setting *v2, unsigned group,
	struct fault *f)
{
	struct setting v1[SETTING_V1_MAX];
	int count;

	if (strcmp(v2->file, "memory.oom.group") == 0) {
		plan_note(plan,
			"cgroup v1 has no memory.oom.group: limit ends the tree itself after an OOM kill");
		return 0;
	}
	if (strcmp(v2->file, "memory.swap.max") == 0 && !plan->mem_bytes) {
		fault_set(f, 0,
			"cannot enforce --swap without --mem: cgroup v1 limits only their sum");
		return fault_hint(f, "--mem 500M --swap 100M");
	}
	count = setting_translate_v1(v2, plan->mem_bytes, v1);
	if (count < 0) {
		fault_set(f, 0, "cannot enforce --%s: cgroup v1 has nothing like %s", v2->option,
			v2->file);
		return fault_hint(f, "boot with cgroup_no_v1=%s: cgroup v2 then has the controller",
			controller_name_v1(v2->controller));
	}
	for (int i = 0; i < count; i++)
		plan->settings[plan->setting_count++] = (struct plan_setting){ v1[i], group };
	if (v2->controller == CONTROLLER_IO)
		plan_note(plan,
			"cgroup v1 limits direct and read io only: buffered writes pass unthrottled");
	return 0;
}

static int place_settings(struct plan *plan, const struct setting *settings, unsigned count,
	struct fault *f)
{
	for (unsigned i = 0; i < count; i++) {
		const struct plan_group *group = plan_group_of(plan, settings[i].controller);
		unsigned index;

		if (!group)
			return no_controller(&settings[i], f);
		index = (unsigned)(group - plan->groups);
		if (group->v2)
			plan->settings[plan->setting_count++] =
				(struct plan_setting){ settings[i], index };
		else if (add_v1_settings(plan, &settings[i], index, f) < 0)
			return -1;
	}
	return 0;
}

static const char *explain(const struct plan *plan)
{
	switch (plan->mode) {
	case HOST_UNIFIED:
		return "cgroup v2 carries the controllers; the node is below the caller's own group";
	case HOST_HYBRID:
		return "cgroup v1 carries the controllers: a v1 group in each hierarchy below the caller's own, a v2 group beside them for placing and killing";
	case HOST_LEGACY:
		return "only cgroup v1 is mounted: a v1 group in each hierarchy below the caller's own";
	case HOST_NONE:
		break;
	}
	return "there is no cgroup hierarchy";
}

int plan_make(struct plan *plan, const struct spec *spec, const struct host *host, struct fault *f)
{
	struct setting settings[PLAN_SETTINGS_MAX];
	controller_set required = 0;
	unsigned count;

	*plan = (struct plan){ .mode = host->mode };
	snprintf(plan->name, sizeof(plan->name), HOST_NODE_PREFIX "%d-%" PRIu64, (int)host->pid,
		host->start_time_ticks);
	plan->why = explain(plan);
	if (host->mode == HOST_NONE) {
		fault_set(f, 0, "cannot make a control group: no cgroup hierarchy is mounted");
		return fault_hint(f, "mount -t cgroup2 none /sys/fs/cgroup");
	}
	if (plan_settings_make(plan, settings, &count, spec, host, f) < 0)
		return -1;
	for (unsigned i = 0; i < count; i++)
		required |= CONTROLLER_BIT(settings[i].controller);
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		if (!(required & CONTROLLER_BIT(c)) ||
			host_v2_controllers(host) & CONTROLLER_BIT(c))
			continue;
		if (!host_find_v1(host, c))
			return no_controller(first_in_need(settings, count, CONTROLLER_BIT(c)), f);
	}
	if (plan_v2(plan, spec, host, required, f) < 0 ||
		plan_v1(plan, spec, host, required, f) < 0 ||
		place_settings(plan, settings, count, f) < 0)
		return -1;
	if (!plan_v2_group(plan))
		plan_note(plan,
			"without a cgroup v2 tree there is no cgroup.kill: the tree is frozen and its processes killed one by one");
	return 0;
}

void plan_release(struct plan *plan)
{
	for (unsigned i = 0; i < plan->group_count; i++) {
		free(plan->groups[i].mount);
		free(plan->groups[i].parent);
		free(plan->groups[i].relative);
		free(plan->groups[i].path);
	}
	for (unsigned i = 0; i < plan->enable_count; i++)
		free(plan->enables[i].path);
	for (unsigned i = 0; i < plan->device_count; i++)
		free(plan->devices[i].description);
	for (unsigned i = 0; i < plan->note_count; i++)
		free(plan->notes[i]);
	*plan = (struct plan){ 0 };
}
