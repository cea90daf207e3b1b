/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan_cpuset.h"

static int check_allowed(const char *option, const struct cpu_list *asked,
	const struct cpu_list *allowed, struct fault *f)
{
	struct cpu_list common = cpu_list_common(asked, allowed);
	char text[CPU_LIST_TEXT_MAX];
	char allowed_text[CPU_LIST_TEXT_MAX];

	/* The kernel does not say what is allowed: it will be seen when the group is there. */
	if (cpu_list_is_empty(allowed) || cpu_list_is_subset(asked, allowed))
		return 0;
	fault_set(f, 0, "cannot enforce --%s: %s was asked, only %s is allowed here", option,
		cpu_list_format(asked, text, sizeof(text)),
		cpu_list_format(allowed, allowed_text, sizeof(allowed_text)));
	return fault_hint(f, "--%s %s", option,
		cpu_list_is_empty(&common) ? allowed_text
					   : cpu_list_format(&common, text, sizeof(text)));
}

/* Copy what was asked to *planned, if it is allowed; with --best-effort it may stay empty. */
static int take(struct plan *plan, const char *option, const char *file,
	const struct cpu_list *asked, const struct cpu_list *allowed, struct cpu_list *planned,
	struct fault *f)
{
	if (check_allowed(option, asked, allowed, f) == 0) {
		*planned = *asked;
		return 0;
	}
	if (!plan->best_effort)
		return -1;
	unenforced_add(&plan->unenforced, option, file, f);
	return 0;
}

static void add(struct setting settings[PLAN_CPUSET_MAX], unsigned *count, const char *option,
	const char *file, const struct cpu_list *list)
{
	char text[CPU_LIST_TEXT_MAX];

	setting_init(&settings[(*count)++], CONTROLLER_CPUSET, option, file, "%s",
		cpu_list_format(list, text, sizeof(text)));
}

int plan_cpuset_make(struct plan *plan, struct setting settings[PLAN_CPUSET_MAX], unsigned *count,
	const struct spec *spec, const struct host *host, struct fault *f)
{
	bool both = !(host_v2_controllers(host) & CONTROLLER_BIT(CONTROLLER_CPUSET));
	bool cpus, mems;

	*count = 0;
	if (take(plan, "cpus", "cpuset.cpus", &spec->cpus, &host->cpus_allowed, &plan->cpus, f) <
			0 ||
		take(plan, "mems", "cpuset.mems", &spec->mems, &host->mems_allowed, &plan->mems,
			f) < 0)
		return -1;
	cpus = !cpu_list_is_empty(&plan->cpus);
	mems = !cpu_list_is_empty(&plan->mems);
	if (!cpus && !mems)
		return 0;
	plan->cpuset_noprefix = host->cpuset_noprefix;
	if (cpus || both)
		add(settings, count, cpus ? "cpus" : "mems", "cpuset.cpus",
			cpus ? &plan->cpus : &host->cpus_allowed);
	if (mems || both)
		add(settings, count, mems ? "mems" : "cpus", "cpuset.mems",
			mems ? &plan->mems : &host->mems_allowed);
	return 0;
}
