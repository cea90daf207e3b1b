/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "run.h"

#include <signal.h>

#include "deadline.h"
#include "evacuate.h"
#include "files.h"
#include "guard.h"
#include "monotonic.h"
#include "node.h"
#include "oom_above.h"
#include "shared.h"
#include "supervise.h"
#include "systemd.h"
#include "usage.h"
#include "verdict.h"

/* The plan, line by line, before anything is done. */
static void say_plan(const struct plan *plan, const struct spec *spec)
{
	char *text = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return;
	plan_print(plan, spec, out);
	fclose(out);
	for (const char *line = text; *line; line = line_after(line))
		say("%.*s", (int)strcspn(line, "\n"), line);
	free(text);
}

/* What --best-effort lets go, from the index given on. */
static void warn_unenforced(const struct unenforced *list, unsigned first)
{
	for (unsigned i = first; i < list->count; i++) {
		_cleanup_free_ char *text = unenforced_format(&list->entries[i]);

		if (unenforced_is_repeated(list, i))
			continue;
		say("unenforced: %s", text);
		if (list->entries[i].hint[0] &&
			(i == first ||
				strcmp(list->entries[i].hint, list->entries[i - 1].hint) != 0))
			say("try: %s", list->entries[i].hint);
	}
}

/* Only a node that counts CPU time can tell when --cpu-time is over. */
static int check_cpu_time(struct node *node, const struct spec *spec, struct fault *f)
{
	if (spec->cpu_time_us.kind != QUANTITY_NUMBER || deadline_can_count_cpu(node, f) == 0)
		return 0;
	if (!node->plan->best_effort)
		return -1;
	unenforced_add(&node->unenforced, "cpu-time", "", f);
	return 0;
}

/* COMMAND runs without any group: all that it would have had in one is lost. */
static void lose_all(struct node *node, const struct fault *f)
{
	for (unsigned i = 0; i < node->plan->group_count; i++)
		node_lose_group(node, i, f);
	for (unsigned i = 0; i < node->plan->setting_count; i++)
		node_lose_setting(node, i, f);
	node_close(node);
}

/* All but those by which somebody asks for an end, or for a stop, if the caller does not block them itself. */
static void block_for_waiting(sigset_t *mask, const struct inherited *inherited)
{
	static const int wanted[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM, SIGTSTP };

	sigfillset(mask);
	for (size_t i = 0; i < ARRAY_SIZE(wanted); i++)
		if (!sigismember(&inherited->mask, wanted[i]))
			sigdelset(mask, wanted[i]);
}

/*
 * With --group in a group that it shares with others. To wait for them may take a while: who asks for an end
 * meanwhile gets it, and the guard cleans up; but a series is not lost for it.
 */
static int make_node(struct node *node, const struct spec *spec, const struct inherited *inherited,
	struct fault *f)
{
	sigset_t mask;
	int result;

	if (!node->plan->shared.group_count)
		return node_create(node, f);
	block_for_waiting(&mask, inherited);
	result = node->lost_groups[0]
			 ? -1
			 : shared_join(node, spec->runs.kind == QUANTITY_UNSET ? &mask : NULL, f);
	if (result < 0 && node->plan->best_effort) {
		lose_all(node, f);
		result = 0;
	}
	if (result == 0)
		result = node_create(node, f);
	if (result == 0)
		return shared_unlock(node, f);
	node_close(node);
	return -1;
}

/* Make the node and start COMMAND in it; with --best-effort, if that must be, outside of it. */
static enum spawn_result start(struct child *child, struct node *node, struct deadline *deadline,
	struct oom_above *oom_above, const struct spec *spec, const struct inherited *inherited,
	struct fault *f)
{
	const struct plan *plan = node->plan;
	struct fault cleanup_fault;
	enum spawn_result result;
	unsigned known;

	if (make_node(node, spec, inherited, f) < 0 || check_cpu_time(node, spec, f) < 0)
		return SPAWN_FAILED;
	oom_above_note(oom_above, plan);
	if (!spec->quiet) {
		/* --verbose has told what the plan knew. */
		if (!spec->verbose)
			warn_unenforced(&plan->unenforced, 0);
		warn_unenforced(&node->unenforced, 0);
	}
	/* Before COMMAND, so that a limit that is stopped at any time wakes up. */
	deadline_init(deadline, spec, node, monotonic_us());
	known = node->unenforced.count;
	result = spawn(child, node, inherited, spec, &node->unenforced, f);
	if (result == SPAWN_NOT_PLACED && plan->best_effort && node_exists(node)) {
		if (node_abandon(node, f, &cleanup_fault) < 0)
			fault_print(&cleanup_fault, STDERR_FILENO);
		check_cpu_time(node, spec, f);
		result = spawn(child, node, inherited, spec, &node->unenforced, f);
	}
	if (!spec->quiet && result == SPAWN_STARTED)
		warn_unenforced(&node->unenforced, known);
	return result;
}

/*
 * That may take a while, if systemd has much to do, and nothing is to be cleaned up yet: whoever asks for
 * an end gets it.
 */
static int enter_scope(const struct host_scope *scope, const struct inherited *inherited,
	struct fault *f)
{
	sigset_t blocked;
	int result;

	sigprocmask(SIG_SETMASK, &inherited->mask, &blocked);
	result = systemd_enter_scope(scope, f);
	sigprocmask(SIG_SETMASK, &blocked, NULL);
	return result;
}

/* Where systemd must be asked for one. With --best-effort the node then is one without groups. */
static int find_place(struct node *node, const struct inherited *inherited, struct fault *f)
{
	if ((!node->plan->scope || enter_scope(node->plan->scope, inherited, f) == 0) &&
		(!node->plan->crowded || evacuate(node->plan->crowded, f) == 0))
		return 0;
	return node_lose_group(node, 0, f);
}

static unsigned groups_made(const struct node *node)
{
	unsigned made = 0;

	for (unsigned i = 0; i < node->plan->group_count; i++)
		made |= node->created[i] && !node->lost_groups[i] ? 1U << i : 0;
	return made;
}

/*
 * The limit of a group with --group is the one that was asked, too. v1 does not say whose it was, and what
 * was taken for it may have been one above.
 */
static void judge(struct outcome *outcome, struct oom_above *oom_above, const struct record *record)
{
	const struct plan *plan = record->plan;

	outcome->reason = verdict(outcome, record->usage, record_mem_in_force(record));
	if (outcome->reason == REASON_OOM_ANCESTOR ||
		(outcome->reason == REASON_OOM && plan->shared.name))
		oom_above_find(oom_above, plan);
	if (!plan->shared.name)
		return;
	if (outcome->reason == REASON_OOM_ANCESTOR && oom_above_is_shared(oom_above, plan))
		outcome->reason = REASON_OOM;
	else if (outcome->reason == REASON_OOM && !oom_above_is_shared(oom_above, plan) &&
		 (oom_above->source != OOM_SOURCE_UNKNOWN ||
			 !record->usage->shared.memory_limit_bytes.known))
		outcome->reason = REASON_OOM_ANCESTOR;
}

/* With it ends who had left the node but not its pid namespace. */
static void end_init(struct child *child, const struct outcome *outcome, const struct node *node,
	struct warnings *warnings)
{
	struct fault f;

	if (outcome->leftovers_end == LEFTOVERS_LEFT)
		init_leave(&child->init);
	else if (init_end(&child->init, node->deadline_ms, &f) < 0)
		warnings_add_fault(warnings, &f);
}

/* What cannot be removed here, or not in time, is left to the guard. */
static void remove_node(struct node *node, struct guard *guard, bool started,
	struct warnings *warnings)
{
	struct fault f;

	if (node_destroy(node, &f) == 0 && shared_leave(node->plan, node->deadline_ms, &f) == 0)
		return;
	warnings_add_fault(warnings, &f);
	if (!started)
		fault_print(&f, STDERR_FILENO);
	guard_let_go(guard);
}

enum spawn_result run(struct outcome *outcome, const struct spec *spec, const struct plan *plan,
	const struct inherited *inherited, struct live *live, run_reporter *report, void *context,
	struct fault *f)
{
	struct warnings warnings = { 0 };
	enum spawn_result result = SPAWN_FAILED;
	struct fault cleanup_fault;
	struct child child = { .pidfd = -1 };
	struct deadline deadline = { .has_alarm = false };
	struct guard guard;
	struct oom_above oom_above = { .source = OOM_SOURCE_UNKNOWN };
	struct node node;
	struct usage usage;
	struct record record;

	*outcome = (struct outcome){
		.reason = REASON_NOT_STARTED,
		.oom_victims = { .next = outcome->oom_victims.next },
	};
	record = (struct record){ spec, plan, outcome, &usage, &warnings, &node.unenforced,
		&oom_above, NULL, 0 };
	if (spec->verbose)
		say_plan(plan, spec);
	guard_init(&guard);
	if (node_init(&node, plan, f) == 0 && find_place(&node, inherited, f) == 0 &&
		guard_start(&guard, &node, f) == 0)
		result = start(&child, &node, &deadline, &oom_above, spec, inherited, f);
	if (result == SPAWN_STARTED) {
		if (spec->verbose)
			say("started pid %d by %s", (int)child.pid, child.way);
		live_start(live, &record, &node, child.started_at_us, &warnings);
		supervise(outcome, &child, &guard, &deadline, live, &node, spec, &warnings);
		close_fd(&child.pidfd);
		end_init(&child, outcome, &node, &warnings);
		live_end(live, &warnings);
		usage_read(&usage, &node);
		record.way = child.way;
		record.groups_made = groups_made(&node);
		judge(outcome, &oom_above, &record);
	}
	deadline_release(&deadline);
	if (result == SPAWN_STARTED && outcome->leftovers_end == LEFTOVERS_LEFT &&
		node_leave(&node, &cleanup_fault) < 0)
		warnings_add_fault(&warnings, &cleanup_fault);
	if (result == SPAWN_STARTED && spec->network.link.given &&
		outcome->leftovers_end != LEFTOVERS_LEFT && network_link_remove(&cleanup_fault) < 0)
		warnings_add_fault(&warnings, &cleanup_fault);
	remove_node(&node, &guard, result == SPAWN_STARTED, &warnings);
	guard_end(&guard);
	/* After all else: the log is the last to know. */
	if (result == SPAWN_STARTED &&
		(outcome->oom_killed_by_us || usage.memory_oom_kill.value > 0))
		oom_victims_read(&outcome->oom_victims, plan->name);
	if (result == SPAWN_STARTED)
		live_finish(live, &record, &warnings);
	if (result == SPAWN_STARTED && report)
		report(context, &record);
	oom_above_release(&oom_above);
	unenforced_release(&node.unenforced);
	guard_reap(&guard);
	node_release(&node);
	return result;
}
