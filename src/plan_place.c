/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan_place.h"

#include "explain.h"

void plan_list_unenforced(struct plan *plan, const struct setting *setting, const struct fault *f)
{
	if (setting->as_given || strcmp(setting->file, "memory.oom.group") != 0)
		unenforced_add(&plan->unenforced, setting->option, setting->file, f);
}

/* Which group: see struct plan_setting. */
struct target {
	unsigned group;
	bool shared;
};

/* Room for the whole list, which few plans use a tenth of, would cost each run page faults. */
static struct plan_setting *add_setting(struct plan *plan, const struct setting *setting,
	struct target target)
{
	struct plan_setting *longer =
		realloc(plan->settings, (plan->setting_count + 1) * sizeof(*longer));

	if (!longer)
		abort();
	plan->settings = longer;
	longer += plan->setting_count++;
	*longer = (struct plan_setting){ *setting, target.group, target.shared };
	return longer;
}

static struct plan_setting *add_v1_setting(struct plan *plan, const struct setting *v1,
	struct target target)
{
	struct plan_setting *entry = add_setting(plan, v1, target);
	static const char prefix[] = "cpuset.";

	if (plan->cpuset_noprefix && strncmp(v1->file, prefix, strlen(prefix)) == 0)
		snprintf(entry->setting.file, sizeof(entry->setting.file), "%s",
			v1->file + strlen(prefix));
	return entry;
}

static int add_v1_settings(struct plan *plan, const struct setting *v2, struct target target,
	struct fault *f)
{
	struct setting v1[SETTING_V1_MAX];
	int count;

	if (v2->as_given) {
		add_v1_setting(plan, v2, target);
		return 0;
	}
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
		add_v1_setting(plan, &v1[i], target)->setting.implied = v2->implied;
	if (strcmp(v2->file, "io.max") == 0)
		plan_note(plan,
			"cgroup v1 limits direct and read io only: buffered writes pass unthrottled");
	else if (v2->controller == CONTROLLER_IO)
		plan_note(plan,
			"cgroup v1 weighs direct and read io only: buffered writes count for nobody");
	return 0;
}

/* Where the files of a controller are; NULL: nowhere. */
static const struct plan_group *find_target(const struct plan *plan, const struct setting *setting,
	struct target *target)
{
	const struct plan_group *own = plan_group_of(plan, setting->controller);
	int index = plan_shared_index(plan, setting->controller);

	target->shared = plan->shared.name && !setting->of_member;
	target->group = 0;
	if (target->shared && index >= 0)
		target->group = (unsigned)index;
	else if (!target->shared && own)
		target->group = (unsigned)(own - plan->groups);
	else
		return NULL;
	return target->shared ? &plan->shared.groups[index] : own;
}

/* Of io in a hierarchy with others: COMMAND needs a group of its own there, which the limit would not reach. */
static int check_reach(const struct plan_group *group, const struct setting *setting,
	struct target target, struct fault *f)
{
	if (!target.shared || group->v2 || setting->controller != CONTROLLER_IO || group->entered)
		return 0;
	fault_set(f, 0,
		"cannot enforce --%s with --group: cgroup v1 does not hand io limits down, and "
		"'%s' has other controllers, too",
		setting->option, group->mount);
	return fault_hint(f,
		"mount blkio on a hierarchy of its own, or boot with cgroup_no_v1=all");
}

static int place(struct plan *plan, const struct setting *setting, const struct host *host,
	struct fault *f)
{
	struct target target;
	const struct plan_group *group = find_target(plan, setting, &target);

	if (!group && setting->optional)
		return 0;
	/* Refused before, or gone from the draft: no limit may be lost on the way. */
	if (!group)
		return explain_no_controller(setting->option, setting->controller, host, f);
	if (group->v2) {
		add_setting(plan, setting, target);
		return 0;
	}
	if (check_reach(group, setting, target, f) == 0 &&
		add_v1_settings(plan, setting, target, f) == 0)
		return 0;
	if (!plan->best_effort)
		return -1;
	plan_list_unenforced(plan, setting, f);
	return 0;
}

/* What --set writes must not be what another option writes: one of the two would not hold. */
static int check_conflicts(const struct plan *plan, struct fault *f)
{
	for (unsigned i = 0; i < plan->setting_count; i++) {
		const struct plan_setting *given = &plan->settings[i];

		for (unsigned j = 0; given->setting.as_given && j < plan->setting_count; j++) {
			const struct plan_setting *other = &plan->settings[j];

			if (other->setting.as_given || other->group != given->group ||
				other->shared != given->shared ||
				strcmp(other->setting.file, given->setting.file) != 0)
				continue;
			fault_set(f, 0, "cannot use --set %s: --%s sets it already",
				given->setting.file, other->setting.option);
			return fault_hint(f, "leave --set %s out, or --%s", given->setting.file,
				other->setting.option);
		}
	}
	return 0;
}

int plan_place_settings(struct plan *plan, const struct setting *settings, unsigned count,
	const struct host *host, struct fault *f)
{
	for (unsigned i = 0; i < count; i++)
		if (place(plan, &settings[i], host, f) < 0)
			return -1;
	return check_conflicts(plan, f);
}
