/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receipt_limits — the walk: what was asked, what holds, and where. */
#include "config.h"

#include "receipt_put.h"
#include "signals.h"

/* A number, 'max' or '80%' as it was asked, null. */
static void put_quantity(struct receipt_emitter *e, const char *key,
	const struct quantity *quantity)
{
	char number[QUANTITY_TEXT_MAX];
	char text[QUANTITY_TEXT_MAX + 1];

	switch (quantity->kind) {
	case QUANTITY_UNSET:
		put_null(e, key);
		break;
	case QUANTITY_NUMBER:
		put_number(e, key, quantity->value);
		break;
	case QUANTITY_MAX:
		put_text(e, key, "max");
		break;
	case QUANTITY_PERCENT:
		/* Hundredths of a percent. */
		quantity_format_millionths(quantity->value * 10000, number, sizeof(number));
		snprintf(text, sizeof(text), "%s%%", number);
		put_text(e, key, text);
		break;
	}
}

static void put_list(struct receipt_emitter *e, const char *key, const struct cpu_list *list)
{
	char text[CPU_LIST_TEXT_MAX];

	put_text(e, key,
		cpu_list_is_empty(list) ? NULL : cpu_list_format(list, text, sizeof(text)));
}

/* A struct quantity in struct spec, and what it is called. */
struct row {
	const char *key;
	size_t offset;
};

#define ROW(key, member)                                                                           \
	{                                                                                          \
		key, offsetof(struct spec, member)                                                 \
	}

static const struct row size_rows[] = {
	ROW("mem_bytes", mem),
	ROW("swap_bytes", swap),
	ROW("mem_high_bytes", mem_high),
	ROW("mem_low_bytes", mem_low),
	ROW("mem_min_bytes", mem_min),
	ROW("zswap_bytes", zswap),
	ROW("cpu_millionths", cpu),
	ROW("cpu_period_us", cpu_period_us),
	ROW("cpu_burst_us", cpu_burst_us),
};

static const struct row count_rows[] = {
	ROW("pids", pids),
	ROW("time_us", time_us),
	ROW("cpu_time_us", cpu_time_us),
	ROW("grace_us", grace_us),
};

static void put_rows(struct receipt_emitter *e, const struct spec *spec, const struct row *rows,
	size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_quantity(e, rows[i].key,
			(const struct quantity *)((const char *)spec + rows[i].offset));
}

static void put_number_option(struct receipt_emitter *e, const char *key,
	const struct spec_number *number)
{
	if (number->given)
		put_signed(e, key, number->value);
	else
		put_null(e, key);
}

static void put_asked_numbers(struct receipt_emitter *e, const struct spec *spec)
{
	put_rows(e, spec, size_rows, ARRAY_SIZE(size_rows));
	if (spec->cpu_idle)
		put_text(e, "cpu_weight", "idle");
	else
		put_quantity(e, "cpu_weight", &spec->cpu_weight);
	put_list(e, "cpus", &spec->cpus);
	put_list(e, "mems", &spec->mems);
	put_rows(e, spec, count_rows, ARRAY_SIZE(count_rows));
}

static void put_asked_words(struct receipt_emitter *e, const struct spec *spec)
{
	static const char *const leftovers[] = {
		[SPEC_LEFTOVERS_KILL] = "kill",
		[SPEC_LEFTOVERS_WAIT] = "wait",
		[SPEC_LEFTOVERS_LEAVE] = "leave",
	};
	char signal[QUANTITY_TEXT_MAX];

	put_text(e, "signal_name", signal_format(spec->signal, signal, sizeof(signal)));
	put_text(e, "oom", spec->oom == SPEC_OOM_GROUP ? "group" : "process");
	put_text(e, "leftovers", leftovers[spec->leftovers]);
	put_bool(e, "jobs_env", spec->jobs_env);
	put_bool(e, "delegate", spec->delegate);
	put_bool(e, "best_effort", spec->best_effort);
	put_number_option(e, "nice", &spec->nice);
	put_number_option(e, "oom_score_adj", &spec->oom_score_adj);
}

static void put_asked(struct receipt_emitter *e, const struct spec *spec)
{
	char text[RLIMIT_TEXT_MAX];

	e->open(e, "asked", false);
	put_asked_numbers(e, spec);
	put_asked_words(e, spec);
	receipt_put_surroundings(e, spec);
	e->open(e, "io", true);
	for (unsigned i = 0; i < spec->io_count; i++) {
		e->open(e, NULL, false);
		put_text(e, "option", spec->io[i].option);
		put_text(e, "path", spec->io[i].path);
		put_quantity(e, "value", &spec->io[i].value);
		e->close(e);
	}
	e->close(e);
	e->open(e, "rlimits", true);
	for (unsigned i = 0; i < spec->rlimit_count; i++)
		put_text(e, NULL, rlimit_format(&spec->rlimits[i], text, sizeof(text)));
	e->close(e);
	e->open(e, "exit_statuses", true);
	for (unsigned i = 0; i < spec->exit_status_count; i++) {
		e->open(e, NULL, false);
		put_text(e, "reason", spec->exit_statuses[i].reason);
		put_signed(e, "status", spec->exit_statuses[i].status);
		e->close(e);
	}
	e->close(e);
	e->open(e, "set", true);
	for (unsigned i = 0; i < spec->set_count; i++) {
		e->open(e, NULL, false);
		put_text(e, "file", spec->sets[i].file);
		put_text(e, "value", spec->sets[i].value);
		e->close(e);
	}
	e->close(e);
	e->close(e);
}

/* Of a limit that does not hold itself only a tighter one around it is known. */
static void put_effective_limit(struct receipt_emitter *e, const struct record *record,
	enum effective_kind kind)
{
	static const struct {
		const char *value_key;
		const char *where_key;
		const char *v2_file;
		const char *v1_file;
	} rows[] = {
		[EFFECTIVE_MEM] = { "mem_bytes", "mem_where", "memory.max",
			"memory.limit_in_bytes" },
		[EFFECTIVE_MEM_HIGH] = { "mem_high_bytes", "mem_high_where", "memory.high",
			"memory.high" },
		[EFFECTIVE_SWAP] = { "swap_bytes", "swap_where", "memory.swap.max",
			"memory.memsw.limit_in_bytes" },
		[EFFECTIVE_CPU] = { "cpu_millionths", "cpu_where", "cpu.max", "cpu.cfs_quota_us" },
		[EFFECTIVE_PIDS] = { "pids", "pids_where", "pids.max", "pids.max" },
	};
	const struct plan *plan = record->plan;
	const struct effective *effective = plan ? &plan->effective[kind] : NULL;
	bool holds = plan && !record_is_unenforced(record, rows[kind].v2_file, rows[kind].v1_file);

	if (effective && effective->asked && (holds || effective->where)) {
		if (effective->value == EFFECTIVE_MAX)
			put_text(e, rows[kind].value_key, "max");
		else
			put_number(e, rows[kind].value_key, effective->value);
	} else {
		/* --mem without --swap allows none. */
		put_number_if(e, rows[kind].value_key,
			holds && kind == EFFECTIVE_SWAP && plan->mem_bytes && !effective->asked, 0);
	}
	put_text(e, rows[kind].where_key, effective ? effective->where : NULL);
}

static void put_placement(struct receipt_emitter *e, const struct record *record)
{
	const struct plan *plan = record->plan;

	e->open(e, "placement", false);
	put_text(e, "name", plan ? plan->name : NULL);
	put_text(e, "why", plan ? plan->why : NULL);
	put_text(e, "way", record->way);
	put_bool_if(e, "inner_group", plan, plan && plan->leaf);
	e->open(e, "groups", true);
	for (unsigned i = 0; plan && i < plan->group_count; i++) {
		const struct plan_group *group = &plan->groups[i];

		if (!(record->groups_made & (1U << i)))
			continue;
		e->open(e, NULL, false);
		put_number(e, "version", group->v2 ? 2 : 1);
		put_text(e, "path", group->path);
		e->open(e, "controllers", true);
		for (unsigned c = 0; c < CONTROLLERS; c++)
			if (group->controllers & CONTROLLER_BIT(c))
				put_text(e, NULL, controller_name_v2(c));
		e->close(e);
		e->close(e);
	}
	e->close(e);
	e->close(e);
}

static void put_unenforced(struct receipt_emitter *e, const struct unenforced *list)
{
	for (unsigned i = 0; list && i < list->count; i++) {
		const struct unenforced_entry *entry = &list->entries[i];

		e->open(e, NULL, false);
		put_text(e, "option", entry->option);
		put_text(e, "file", entry->file[0] ? entry->file : NULL);
		put_text(e, "reason", entry->why);
		put_text(e, "hint", entry->hint[0] ? entry->hint : NULL);
		e->close(e);
	}
}

void receipt_put_limits(struct receipt_emitter *e, const struct record *record)
{
	unsigned count = (record->plan ? record->plan->unenforced.count : 0) +
			 (record->unenforced ? record->unenforced->count : 0);

	put_asked(e, record->spec);
	e->open(e, "effective", false);
	for (unsigned kind = 0; kind < EFFECTIVES; kind++)
		put_effective_limit(e, record, kind);
	e->close(e);
	put_placement(e, record);
	put_number(e, "unenforced_count", count);
	e->open(e, "unenforced", true);
	put_unenforced(e, record->plan ? &record->plan->unenforced : NULL);
	put_unenforced(e, record->unenforced);
	e->close(e);
}
