/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "spec.h"

#include <signal.h>

#include "namespaces.h"

#define GRACE_DEFAULT_US UINT64_C(5000000)

void spec_init(struct spec *spec)
{
	*spec = (struct spec){
		.signal = SIGTERM,
		.grace_us = { QUANTITY_NUMBER, GRACE_DEFAULT_US },
	};
}

bool spec_limits_memory(const struct spec *spec)
{
	return spec->mem.kind != QUANTITY_UNSET || spec->swap.kind != QUANTITY_UNSET ||
	       spec->mem_high.kind != QUANTITY_UNSET || spec->mem_low.kind != QUANTITY_UNSET ||
	       spec->mem_min.kind != QUANTITY_UNSET || spec->zswap.kind != QUANTITY_UNSET;
}

bool spec_has_percentage(const struct spec *spec)
{
	return spec->mem.kind == QUANTITY_PERCENT || spec->mem_high.kind == QUANTITY_PERCENT ||
	       spec->mem_low.kind == QUANTITY_PERCENT || spec->mem_min.kind == QUANTITY_PERCENT;
}

/* What is compressed is swap: with none allowed there is nothing to limit but nothing itself. */
static bool zswap_lacks_swap(const struct spec *spec)
{
	bool none = spec->swap.kind == QUANTITY_UNSET
			    ? spec->mem.kind != QUANTITY_UNSET && spec->mem.kind != QUANTITY_MAX
			    : spec->swap.kind == QUANTITY_NUMBER && spec->swap.value == 0;

	return none && spec->zswap.kind == QUANTITY_NUMBER && spec->zswap.value > 0;
}

/* --check stands alone: what it would not do must not look as if it were done. */
static int check_is_alone(const struct spec *spec, struct fault *f)
{
	if (spec->command)
		fault_set(f, 0, "cannot use --check with a COMMAND: it only looks at the host");
	else if (spec->more_than_check)
		fault_set(f, 0,
			"cannot use --check with other options but --format: it tries them all");
	else if (spec->format > SPEC_FORMAT_JSON)
		fault_set(f, 0, "cannot use --check with that --format: it prints text or json");
	else
		return 0;
	return fault_hint(f, "limit --check");
}

static int starts_nothing(const struct spec *spec, struct fault *f)
{
	if (spec->command)
		return fault_set(f, 0, "cannot use --%s with a COMMAND: it starts nothing",
			spec->list ? "list" : "gc");
	if (spec->list && spec->format > SPEC_FORMAT_KV) {
		fault_set(f, 0, "cannot use --list with that --format: it prints text, json or kv");
		return fault_hint(f, "limit --list --format json");
	}
	return spec->list && spec->gc ? fault_set(f, 0, "cannot use --list with --gc") : 0;
}

unsigned spec_command_count(const struct spec *spec)
{
	unsigned count = 1;

	if (spec->runs.kind == QUANTITY_UNSET)
		return 1;
	for (char **word = spec->command; *word; word++)
		count += strcmp(*word, SPEC_SEPARATOR) == 0;
	return count;
}

/* ':::' stands between two commands, each of a word at least. */
static int check_commands(const struct spec *spec, struct fault *f)
{
	bool was_separator = true;

	for (char **word = spec->command; *word; word++) {
		bool is_separator = strcmp(*word, SPEC_SEPARATOR) == 0;

		if (is_separator && (was_separator || !word[1])) {
			fault_set(f, 0,
				"cannot use '" SPEC_SEPARATOR "': with --runs it stands between "
				"two commands");
			return fault_hint(f, "limit --runs 10 -- ./old " SPEC_SEPARATOR " ./new");
		}
		was_separator = is_separator;
	}
	if (spec_command_count(spec) > SPEC_COMMANDS_MAX)
		return fault_set(f, 0, "cannot use --runs with more than %u commands",
			SPEC_COMMANDS_MAX);
	return 0;
}

/* --runs, and what goes with it or does not. */
static int check_series(const struct spec *spec, struct fault *f)
{
	const char *needs = spec->warmup.kind != QUANTITY_UNSET    ? "--warmup"
			    : spec->format == SPEC_FORMAT_MARKDOWN ? "--format markdown"
								   : NULL;

	if (spec->runs.kind != QUANTITY_UNSET) {
		if (spec->timeline_path || spec->plot_path)
			return fault_set(f, 0,
				"cannot use --%s with --runs: it is of one run, and each would write "
				"over the one before",
				spec->timeline_path ? "timeline" : "plot");
		if (spec->leftovers != SPEC_LEFTOVERS_LEAVE)
			return check_commands(spec, f);
		fault_set(f, 0,
			"cannot use --leftovers leave with --runs: each run needs its node anew");
		return fault_hint(f, "--leftovers wait");
	}
	if (!needs)
		return 0;
	fault_set(f, 0, "cannot use %s: it needs --runs N", needs);
	return fault_hint(f, "--runs 10");
}

/* What COMMAND is in is one network. */
static int check_network(const struct spec *spec, struct fault *f)
{
	const struct spec_namespaces *namespaces = &spec->namespaces;
	const bool enters = spec->network.enter != NULL;

	if (network_count(&spec->network) > 1)
		fault_set(f, 0,
			"cannot use more than one of --no-net, --net-ns, --net-link and --net-user");
	else if (enters && (namespaces->unshare & NAMESPACE_NET))
		fault_set(f, 0, "cannot use --net-ns with a network namespace of its own");
	else if (enters && namespaces->join_pid)
		fault_set(f, 0, "cannot use --net-ns with --join");
	else
		return 0;
	return fault_hint(f, "one of them");
}

/* What is shared is a limit, and nobody in the group can lift it. */
static int check_group(const struct spec *spec, struct fault *f)
{
	const struct quantity *const limits[] = { &spec->mem, &spec->mem_high, &spec->cpu,
		&spec->pids };
	bool has_max = false;

	if (!spec->group)
		return 0;
	if (namespaces_wanted(spec) & NAMESPACE_CGROUP) {
		fault_set(f, 0,
			"cannot use --group with a cgroup namespace: the limits would be outside of it, "
			"and open to who owns them");
		return fault_hint(f, "--unshare with the others");
	}
	for (size_t i = 0; i < ARRAY_SIZE(limits); i++)
		has_max |= limits[i]->kind == QUANTITY_MAX;
	for (unsigned i = 0; i < spec->io_count; i++)
		has_max |= spec->io[i].value.kind == QUANTITY_MAX;
	if (!has_max)
		return 0;
	fault_set(f, 0, "cannot use 'max' with --group: a group has the limits that it has");
	return fault_hint(f, "without that option");
}

int spec_check(const struct spec *spec, struct fault *f)
{
	if (spec->check)
		return check_is_alone(spec, f);
	if (spec->list || spec->gc)
		return starts_nothing(spec, f);
	if (spec->append && !spec->report_path) {
		fault_set(f, 0, "cannot use --append: it needs --report FILE");
		return fault_hint(f, "-o log.csv --append --format csv");
	}
	if (spec->sample_us.kind == QUANTITY_NUMBER && !spec->timeline_path && !spec->plot_path) {
		fault_set(f, 0, "cannot use --sample: it needs --timeline or --plot");
		return fault_hint(f, "--sample 1s --timeline samples.csv");
	}
	if (!spec->command) {
		fault_set(f, 0, "cannot start: no COMMAND was given");
		return fault_hint(f, "limit --mem 500M --cpu 1 -- make");
	}
	if (check_series(spec, f) < 0 || check_network(spec, f) < 0 || check_group(spec, f) < 0)
		return -1;
	if (spec->cpu_period_us.kind == QUANTITY_NUMBER && spec->cpu.kind != QUANTITY_NUMBER) {
		fault_set(f, 0, "cannot use --cpu-period: it needs --cpu N");
		return fault_hint(f, "--cpu 1 --cpu-period 50ms");
	}
	if (spec->cpu_burst_us.kind == QUANTITY_NUMBER && spec->cpu.kind != QUANTITY_NUMBER) {
		fault_set(f, 0, "cannot use --cpu-burst: it needs --cpu N");
		return fault_hint(f, "--cpu 1 --cpu-burst 50ms");
	}
	/* In a group in which nobody may be killed, who needs a page waits for it for ever. */
	if (spec->oom_score_adj.given && spec->oom_score_adj.value == -1000 &&
		spec->mem.kind != QUANTITY_UNSET && spec->mem.kind != QUANTITY_MAX) {
		fault_set(f, 0,
			"cannot use --oom-score-adj -1000 with --mem: nobody could be "
			"killed when memory runs out, and all would hang");
		return fault_hint(f, "--oom-score-adj -999");
	}
	if (spec->namespaces.join_pid && namespaces_wanted(spec)) {
		fault_set(f, 0,
			"cannot use --join with namespaces of its own: it enters those of a process");
		return fault_hint(f, "--join PID:pid,mount, without --unshare and its kin");
	}
	if (zswap_lacks_swap(spec)) {
		fault_set(f, 0, "cannot use --zswap: it is a part of swap, and %s allows none",
			spec->swap.kind == QUANTITY_UNSET ? "--mem without --swap" : "--swap 0");
		return fault_hint(f, "--swap 1G --zswap 200M");
	}
	return 0;
}
