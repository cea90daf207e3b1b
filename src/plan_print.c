/* SPDX-License-Identifier: GPL-2.0-or-later */
/* plan_print — the plan in words: --dry-run and --verbose. */
#include "config.h"

#include <inttypes.h>
#include <signal.h>

#include "credentials.h"
#include "evacuate.h"
#include "files.h"
#include "jobs.h"
#include "plan_namespaces.h"
#include "process_limits.h"
#include "quantity.h"
#include "signals.h"

static void print_enable(const struct plan_enable *enable, FILE *out)
{
	for (unsigned c = 0; c < CONTROLLERS; c++)
		if ((enable->required | enable->wanted) & CONTROLLER_BIT(c))
			fprintf(out, "write  %s/cgroup.subtree_control  +%s\n", enable->path,
				controller_name_v2(c));
}

static void print_enables(const struct plan *plan, FILE *out)
{
	for (unsigned i = 0; i < plan->enable_count; i++)
		print_enable(&plan->enables[i], out);
}

/* Of --group: who comes first makes them. */
static void print_shared(const struct plan_shared *shared, FILE *out)
{
	for (unsigned i = 0; i < shared->group_count; i++)
		fprintf(out, "share  %s\n", shared->groups[i].path);
	print_enable(&shared->enable, out);
}

/* 'time     2.00 s, then SIGTERM, SIGKILL 5.00 s later' */
static void print_time(const char *name, const struct quantity *limit_us, const struct spec *spec,
	FILE *out)
{
	char text[QUANTITY_TEXT_MAX];

	if (limit_us->kind != QUANTITY_NUMBER)
		return;
	fprintf(out, "%-9s  %s, then ", name,
		quantity_format_duration(limit_us->value, text, sizeof(text)));
	if (spec->signal == SIGKILL || spec->grace_us.value == 0) {
		fputs("SIGKILL\n", out);
		return;
	}
	fprintf(out, "%s, ", signal_format(spec->signal, text, sizeof(text)));
	fprintf(out, "SIGKILL %s later\n",
		quantity_format_duration(spec->grace_us.value, text, sizeof(text)));
}

/* How the run will end. */
static void print_end(const struct spec *spec, FILE *out)
{
	static const char *const leftovers[] = {
		[SPEC_LEFTOVERS_KILL] = "kill",
		[SPEC_LEFTOVERS_WAIT] = "wait",
		[SPEC_LEFTOVERS_LEAVE] = "leave",
	};

	print_time("time", &spec->time_us, spec, out);
	print_time("cpu-time", &spec->cpu_time_us, spec, out);
	if (spec->leftovers != SPEC_LEFTOVERS_KILL)
		fprintf(out, "leftovers  %s\n", leftovers[spec->leftovers]);
}

void plan_print(const struct plan *plan, const struct spec *spec, FILE *out)
{
	for (unsigned i = 0; i < spec->profile_count; i++) {
		fputs("file   ", out);
		text_print_clean(spec->profiles[i].path, out);
		fputc('\n', out);
	}
	fprintf(out, "host   %s\n", host_mode_name(plan->mode));
	fprintf(out, "why    %s\n", plan->why);
	for (unsigned i = 0; i < plan->note_count; i++)
		fprintf(out, "note   %s\n", plan->notes[i]);
	for (unsigned i = 0; i < plan->device_count; i++)
		fprintf(out, "device %s\n", plan->devices[i].description);
	effective_print(plan->effective, "effective  ", out);
	unenforced_print(&plan->unenforced, "unenforced  ", out);
	if (plan->scope)
		fprintf(out, "scope  %s\n", plan->scope->path);
	if (plan->crowded)
		fprintf(out, "move   the processes of %s to %s/" EVACUATE_LEAF_NAME "\n",
			plan->crowded, plan->crowded);
	print_enables(plan, out);
	print_shared(&plan->shared, out);
	for (unsigned i = 0; i < plan->group_count; i++) {
		const struct plan_group *group = &plan->groups[i];

		fprintf(out, "mkdir  %s\n", group->path);
		if (group->v2 && plan->leaf)
			fprintf(out, "mkdir  %s/" HOST_LEAF_NAME "\n", group->path);
		for (unsigned c = 0; group->v2 && c < CONTROLLERS; c++)
			if (plan->delegated & CONTROLLER_BIT(c))
				fprintf(out, "write  %s/cgroup.subtree_control  +%s\n", group->path,
					controller_name_v2(c));
	}
	for (unsigned i = 0; i < plan->setting_count; i++) {
		const struct plan_setting *entry = &plan->settings[i];

		fprintf(out, "write  %s/%s  %s\n", plan_setting_group(plan, entry)->path,
			entry->setting.file, entry->setting.text);
	}
	plan_namespaces_print(plan, spec, out);
	if (process_limits_asked(spec)) {
		fputs("set    ", out);
		process_limits_print(spec, out);
		fputc('\n', out);
	}
	if (credentials_asked(spec)) {
		fputs("as     ", out);
		credentials_print(spec, out);
		fputc('\n', out);
	}
	if (spec->directory) {
		fputs("chdir  ", out);
		text_print_clean(spec->directory, out);
		fputc('\n', out);
	}
	for (unsigned i = 0; i < spec->env_count; i++) {
		fputs("env    ", out);
		text_print_clean(spec->env[i], out);
		fputc('\n', out);
	}
	if (plan->jobs) {
		fputs("env   ", out);
		jobs_print(plan->jobs, spec->jobs_env, environ, out);
		fputc('\n', out);
	}
	print_end(spec, out);
	if (spec->runs.kind != QUANTITY_UNSET)
		fprintf(out,
			"runs   %" PRIu64 " of each, after %" PRIu64
			" to warm up, each in a node of its own\n",
			spec->runs.value, spec->warmup.value);
	fputs("run   ", out);
	for (char **word = spec->command; *word; word++) {
		fputc(' ', out);
		text_print_clean(*word, out);
	}
	fputc('\n', out);
}
