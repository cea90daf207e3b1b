/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan.h"

#include <inttypes.h>
#include <stdarg.h>

#include "explain.h"
#include "files.h"
#include "jobs.h"
#include "namespaces.h"
#include "owner.h"
#include "plan_namespaces.h"
#include "plan_place.h"
#include "plan_settings.h"

const struct plan_group *plan_v2_group(const struct plan *plan)
{
	return plan->group_count && plan->groups[0].v2 ? &plan->groups[0] : NULL;
}

const struct plan_group *plan_setting_group(const struct plan *plan,
	const struct plan_setting *entry)
{
	return entry->shared ? &plan->shared.groups[entry->group] : &plan->groups[entry->group];
}

int plan_shared_index(const struct plan *plan, enum controller c)
{
	for (unsigned i = 0; i < plan->shared.group_count; i++)
		if (plan->shared.groups[i].controllers & CONTROLLER_BIT(c))
			return (int)i;
	return -1;
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

static void fill_group(struct plan_group *group, bool v2, const char *mount, const char *parent,
	const char *name, controller_set controllers)
{
	*group = (struct plan_group){ .v2 = v2, .controllers = controllers };
	group->mount = text_format("%s", mount);
	group->parent = path_join(parent, "");
	group->path = path_join(parent, name);
	group->relative = text_format("%s", group->path + strlen(mount));
}

/*
 * A group of the node in one hierarchy; with --group in one that is shared. v1 does not hand io limits
 * down (blk-throttle.c, throtl_pd_init()): there COMMAND goes into the shared group itself.
 */
static void add_group(struct plan *plan, bool v2, const char *mount, const char *parent,
	controller_set controllers)
{
	struct plan_group *shared = NULL;

	if (plan->shared.name) {
		_cleanup_free_ char *name = text_format(HOST_GROUP_PREFIX "%s", plan->shared.name);

		shared = &plan->shared.groups[plan->shared.group_count++];
		fill_group(shared, v2, mount, parent, name, controllers);
		shared->entered = !v2 && controllers == CONTROLLER_BIT(CONTROLLER_IO);
		parent = shared->path;
	}
	if (!shared || !shared->entered)
		fill_group(&plan->groups[plan->group_count++], v2, mount, parent, plan->name,
			controllers);
}

/* In the shared group nothing but what limits a node of its own, or counts for it. */
static void enable_shared(struct plan *plan, controller_set enabled, controller_set of_members)
{
	controller_set wanted = enabled & (HOST_MAIN_CONTROLLERS | plan->delegated);

	if (!plan->shared.name)
		return;
	plan->shared.enable = (struct plan_enable){
		.path = text_format("%s", plan->shared.groups[0].path),
		.required = of_members & enabled,
		.wanted = wanted & ~of_members,
	};
	plan->groups[0].controllers = plan->shared.enable.required | plan->shared.enable.wanted;
}

/* The plan in the making: limits leave it that --best-effort lets go. */
struct draft {
	struct plan *plan;
	const struct spec *spec;
	const struct host *host;
	struct setting *settings; /* in v2 words */
	unsigned count;
};

static controller_set draft_required(const struct draft *draft)
{
	controller_set required = 0;

	for (unsigned i = 0; i < draft->count; i++)
		if (!draft->settings[i].optional)
			required |= CONTROLLER_BIT(draft->settings[i].controller);
	return required;
}

/* With --group: what each node needs for itself. */
static controller_set draft_of_members(const struct draft *draft)
{
	controller_set set = 0;

	for (unsigned i = 0; i < draft->count; i++)
		if (draft->settings[i].of_member && !draft->settings[i].optional)
			set |= CONTROLLER_BIT(draft->settings[i].controller);
	return set;
}

/*
 * A fault that takes these controllers away: -1, but with --best-effort only the limits go that need
 * them.
 */
static int forgo(struct draft *draft, controller_set lost, const struct fault *f)
{
	unsigned kept = 0;

	if (!draft->spec->best_effort)
		return -1;
	for (unsigned i = 0; i < draft->count; i++) {
		if (CONTROLLER_BIT(draft->settings[i].controller) & lost)
			plan_list_unenforced(draft->plan, &draft->settings[i], f);
		else
			draft->settings[kept++] = draft->settings[i];
	}
	draft->count = kept;
	return 0;
}

/* The option to blame for a controller that is needed. */
static const char *option_in_need(const struct draft *draft, enum controller c)
{
	for (unsigned i = 0; i < draft->count; i++)
		if (draft->settings[i].controller == c)
			return draft->settings[i].option;
	return "";
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

/* Of the groups on the way only the caller's own can be emptied. */
static bool may_enable_at(const struct host *host, unsigned level)
{
	return may_enable(&host->levels[level]) || (level == 0 && host->room != HOST_ROOM_NONE);
}

/* Is that done? In a group that others share only for what is asked, not for the sake of the report. */
static bool is_room_made(const struct draft *draft, controller_set required)
{
	const struct host *host = draft->host;

	if (host->room == HOST_ROOM_AT_NEED)
		return draft->spec->delegate || (required & ~host->levels[0].enabled) != 0;
	return host->room == HOST_ROOM_OURS;
}

/* What a group on the way, from the mount down, has not switched on and may not. */
static int check_levels(struct draft *draft, controller_set offered, struct fault *f)
{
	const struct host *host = draft->host;

	for (unsigned i = host->level_count; i-- > 0;) {
		const struct host_level *level = &host->levels[i];
		controller_set missing = draft_required(draft) & offered & ~level->enabled;

		if (!missing || (may_enable_at(host, i) && !level->locked))
			continue;
		if (level->locked)
			explain_not_delegated(level, missing, host, f);
		else
			explain_cannot_enable(level, missing, host, f);
		if (forgo(draft, missing, f) < 0)
			return -1;
	}
	return 0;
}

/* From the mount down to the parent, note what must be switched on, and what is worth it. */
static void plan_enables(struct plan *plan, const struct host *host, controller_set required,
	controller_set *wanted)
{
	for (unsigned i = 0; i < host->level_count; i++)
		/* Above the scope the groups are systemd's, which switches on what is asked of it. */
		if ((!may_enable(&host->levels[i]) && !(i == 0 && plan->crowded)) ||
			(plan->scope && i > 0))
			*wanted &= host->levels[i].enabled;
	for (unsigned i = host->level_count; i-- > 0;) {
		const struct host_level *level = &host->levels[i];
		controller_set missing = required & ~level->enabled;
		controller_set missing_wanted = *wanted & ~level->enabled;

		if (missing | missing_wanted)
			plan->enables[plan->enable_count++] = (struct plan_enable){
				.path = text_format("%s", level->path),
				.required = missing,
				.wanted = missing_wanted,
			};
	}
}

/*
 * Of a cgroup namespace the group with the limits is to be the root: with nsdelegate the kernel then
 * lets nobody inside write them. In an inner group they would be above the root, and open to the owner.
 */
static bool roots_namespace(const struct draft *draft)
{
	return draft->plan->namespaces & NAMESPACE_CGROUP && !draft->spec->delegate;
}

/* The v2 group, with the controllers that are bound to v2. */
static int plan_v2(struct draft *draft, struct fault *f)
{
	struct plan *plan = draft->plan;
	const struct host *host = draft->host;
	const controller_set offered = host_v2_controllers(host);
	controller_set required;
	controller_set wanted = CONTROLLER_BIT(CONTROLLER_MEMORY) | CONTROLLER_BIT(CONTROLLER_IO) |
				CONTROLLER_BIT(CONTROLLER_PIDS);

	if (!host->v2_mount)
		return 0;
	if (host->v2_read_only) {
		explain_read_only(host->levels[0].path, f);
		return forgo(draft, offered, f);
	}
	if (explain_scope(&host->scope, f) < 0)
		return forgo(draft, offered, f);
	if (check_levels(draft, offered, f) < 0)
		return -1;
	required = draft_required(draft) & offered;
	if (is_room_made(draft, required))
		plan->crowded = host->levels[0].path;
	if (draft->spec->delegate)
		wanted = plan->mode == HOST_UNIFIED ? offered : offered & ~CONTROLLERS_FOR_SET;
	wanted &= offered & ~required;
	plan_enables(plan, host, required, &wanted);
	/* Only a group with controllers needs an inner one, so that a nested limit finds room. */
	plan->leaf = ((offered & ~CONTROLLERS_FOR_SET) != 0 || (required | wanted) != 0) &&
		     !roots_namespace(draft);
	if (draft->spec->delegate)
		plan->delegated = required | wanted;
	add_group(plan, true, host->v2_mount, host->levels[0].path, required | wanted);
	enable_shared(plan, required | wanted, draft_of_members(draft));
	/* Whatever it has been given: somebody else may have set it. */
	if (plan->shared.name)
		plan->shared.groups[0].controllers = offered;
	return 0;
}

/*
 * With --group, inside of another limit that has no group in this hierarchy: the caller is there where others are
 * outside of it, whose group of that name is another one.
 */
static bool is_beside(const struct draft *draft, const struct host_v1 *v1)
{
	const struct host *host = draft->host;
	bool inside = host->level_count && owner_is_in_path(host->levels[0].path);

	for (unsigned i = 0; i < host->v1_count; i++)
		inside |= owner_is_in_path(host->v1[i].own);
	return draft->spec->group && inside && !owner_is_in_path(v1->own);
}

/* Who joins a group does not know which limits it has: every hierarchy in which somebody can have set one. */
static bool takes_part(const struct draft *draft, const struct host_v1 *v1, controller_set needed)
{
	if (v1->controllers & draft_required(draft))
		return true;
	if (!draft->spec->group)
		return v1->controllers & needed;
	return !v1->read_only && !is_beside(draft, v1) &&
	       v1->controllers & ~host_v2_controllers(draft->host);
}

/* A v1 group in each hierarchy that limits, counts, or stands in for what v2 would do. */
static int plan_v1(struct draft *draft, struct fault *f)
{
	struct plan *plan = draft->plan;
	const struct host *host = draft->host;
	controller_set needed = draft_required(draft) | CONTROLLER_BIT(CONTROLLER_MEMORY) |
				CONTROLLER_BIT(CONTROLLER_PIDS);

	/*
	 * A group that COMMAND makes in a hierarchy without one of ours would be nobody's to remove. A
	 * new cpuset is of no use until it has CPUs.
	 */
	if (draft->spec->delegate)
		needed |= ~CONTROLLER_BIT(CONTROLLER_CPUSET);
	if (!plan_v2_group(plan))
		needed |= CONTROLLER_BIT(CONTROLLER_CPUACCT) | CONTROLLER_BIT(CONTROLLER_FREEZER);
	needed &= ~host_v2_controllers(host);
	for (unsigned i = 0; i < host->v1_count; i++) {
		const struct host_v1 *v1 = &host->v1[i];
		_cleanup_free_ char *parent = path_join(v1->mount, v1->own);

		if (!takes_part(draft, v1, needed))
			continue;
		if (!v1->read_only && !is_beside(draft, v1)) {
			add_group(plan, false, v1->mount, parent, v1->controllers);
			continue;
		}
		if (v1->read_only)
			explain_read_only(parent, f);
		else
			explain_beside(parent, f);
		if (forgo(draft, v1->controllers, f) < 0)
			return -1;
	}
	return 0;
}

static const char *explain_place(const struct plan *plan)
{
	if (plan->scope)
		return plan->scope->system
			       ? "systemd manages this machine: the system's manager gives a scope of its own for the node"
			       : "systemd manages this machine: the user's manager gives a scope of its own for the node";
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

/* Every controller that is needed must be somewhere. */
static int check_controllers(struct draft *draft, struct fault *f)
{
	const struct host *host = draft->host;

	for (unsigned c = 0; c < CONTROLLERS; c++) {
		if (!(draft_required(draft) & ~host_v2_controllers(host) & CONTROLLER_BIT(c)) ||
			host_find_v1(host, c))
			continue;
		explain_no_controller(option_in_need(draft, c), c, host, f);
		if (forgo(draft, CONTROLLER_BIT(c), f) < 0)
			return -1;
	}
	return 0;
}

/* Without any group COMMAND runs all the same, with --best-effort. */
static int plan_without_groups(struct draft *draft, struct fault *f)
{
	if (forgo(draft, ~0U, f) < 0)
		return -1;
	unenforced_add(&draft->plan->unenforced, NULL, "", f);
	return 0;
}

int plan_make(struct plan *plan, const struct spec *spec, const struct host *host, struct fault *f)
{
	struct setting settings[PLAN_SETTINGS_MAX];
	struct draft draft = { plan, spec, host, settings, 0 };

	*plan = (struct plan){ .mode = host->mode, .best_effort = spec->best_effort };
	plan->shared.name = spec->group;
	snprintf(plan->name, sizeof(plan->name), HOST_NODE_PREFIX "%d-%" PRIu64, (int)host->pid,
		host->start_time_ticks);
	if (host->scope.need == HOST_SCOPE_ASKED)
		plan->scope = &host->scope;
	plan->why = explain_place(plan);
	plan->jobs = jobs_cpus(spec, host);
	plan->user = &host->user;
	plan->join = spec->namespaces.join_pid ? &host->join : NULL;
	if (plan_namespaces_make(plan, spec, host, f) < 0)
		return -1;
	if (host->mode == HOST_NONE && !spec->best_effort)
		return explain_no_hierarchy(host, f);
	if (plan_settings_make(plan, draft.settings, &draft.count, spec, host, f) < 0)
		return -1;
	effective_make(plan, spec, host);
	plan->no_memory_limit_above = spec->mem.kind != QUANTITY_UNSET && !spec->group &&
				      !host->ceilings[CEILING_MEM].path;
	if (host->mode == HOST_NONE) {
		explain_no_hierarchy(host, f);
		return plan_without_groups(&draft, f);
	}
	if (check_controllers(&draft, f) < 0)
		return -1;
	/* What is said if no hierarchy is of any use. */
	explain_nothing_to_count(f);
	if (plan_v2(&draft, f) < 0 || plan_v1(&draft, f) < 0)
		return -1;
	if (!plan->group_count)
		return plan_without_groups(&draft, f);
	if (plan_place_settings(plan, draft.settings, draft.count, host, f) < 0)
		return -1;
	if (!plan_v2_group(plan))
		plan_note(plan,
			"without a cgroup v2 tree there is no cgroup.kill: the tree is frozen and its processes killed one by one");
	return 0;
}

static void release_groups(struct plan_group *groups, unsigned count)
{
	for (unsigned i = 0; i < count; i++) {
		free(groups[i].mount);
		free(groups[i].parent);
		free(groups[i].relative);
		free(groups[i].path);
	}
}

void plan_release(struct plan *plan)
{
	release_groups(plan->groups, plan->group_count);
	release_groups(plan->shared.groups, plan->shared.group_count);
	free(plan->shared.enable.path);
	for (unsigned i = 0; i < plan->enable_count; i++)
		free(plan->enables[i].path);
	for (unsigned i = 0; i < plan->device_count; i++)
		free(plan->devices[i].description);
	for (unsigned i = 0; i < plan->note_count; i++)
		free(plan->notes[i]);
	free(plan->settings);
	effective_release(plan->effective);
	unenforced_release(&plan->unenforced);
	*plan = (struct plan){ 0 };
}
