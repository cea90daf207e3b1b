/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan_settings.h"

#include <inttypes.h>

#include "plan_cpuset.h"
#include "plan_io.h"

#define PERIOD_DEFAULT_US UINT64_C(100000)
#define PERIOD_HIGHEST_US UINT64_C(1000000)
#define QUOTA_LOWEST_US UINT64_C(1000)
#define MILLION UINT64_C(1000000)

/* The list that is being made. */
struct list {
	struct setting *settings;
	unsigned *count;
};

static struct setting *add(struct list *list, enum controller c, const char *option,
	const char *file, const char *text)
{
	struct setting *setting = &list->settings[(*list->count)++];

	setting_init(setting, c, option, file, "%s", text);
	return setting;
}

/* 'max', or the number. */
static const char *format_value(const struct quantity *quantity, char *text, size_t size)
{
	if (quantity->kind == QUANTITY_MAX)
		snprintf(text, size, "max");
	else
		snprintf(text, size, "%" PRIu64, quantity->value);
	return text;
}

/* The kernel counts pages and rounds down; a limit of 1 byte would become 0. */
static uint64_t round_up_to_page(uint64_t bytes, const struct host *host)
{
	uint64_t page = host->page_size_bytes;

	return (bytes + page - 1) / page * page;
}

/* hundredths of a percent of the smaller of RAM and the tightest limit around the caller. */
static uint64_t resolve_percent(uint64_t hundredths, const struct host *host)
{
	const struct ceiling *around = &host->ceilings[CEILING_MEM];
	uint64_t base = host->mem_total_bytes;
	uint64_t bytes;

	if (around->path && around->value < base)
		base = around->value;
	bytes = base / 10000 * hundredths + base % 10000 * hundredths / 10000;
	bytes -= bytes % host->page_size_bytes;
	return bytes ? bytes : host->page_size_bytes;
}

static void add_swap(struct list *list, const struct spec *spec, const struct host *host)
{
	struct quantity swap = spec->swap;
	char text[QUANTITY_TEXT_MAX];
	struct setting *setting;

	/* Without this a hog swaps instead of being stopped: memory.max alone is no cap. */
	if (swap.kind == QUANTITY_UNSET)
		swap = (struct quantity){ QUANTITY_NUMBER, 0 };
	if (swap.kind == QUANTITY_NUMBER)
		swap.value = round_up_to_page(swap.value, host);
	setting = add(list, CONTROLLER_MEMORY, spec->swap.kind ? "swap" : "mem", "memory.swap.max",
		format_value(&swap, text, sizeof(text)));
	setting->implied = spec->swap.kind == QUANTITY_UNSET;
	if (host->swap_total_bytes == 0)
		setting->missing_is_fine = "the host has no swap";
	setting->missing_hint = "boot with swapaccount=1, or 'swapoff -a'";
}

/* A size of memory in bytes: 0 for unset and for 'max'. */
static uint64_t resolve_size(const struct quantity *size, const struct host *host)
{
	if (size->kind == QUANTITY_NUMBER)
		return round_up_to_page(size->value, host);
	return size->kind == QUANTITY_PERCENT ? resolve_percent(size->value, host) : 0;
}

/* A setting for a size of memory, if it is asked. Returns the bytes, 0 for unset and for 'max'. */
static uint64_t add_size(struct list *list, const struct quantity *size, const char *option,
	const char *file, const struct host *host)
{
	struct quantity bytes = { size->kind, resolve_size(size, host) };
	char text[QUANTITY_TEXT_MAX];

	if (size->kind != QUANTITY_UNSET)
		add(list, CONTROLLER_MEMORY, option, file,
			format_value(&bytes, text, sizeof(text)));
	return bytes.value;
}

/*
 * memory.low and memory.min protect no more than each group around grants, except from its own
 * limit (mm/page_counter.c, effective_protection()). memory_recursiveprot does not lift that: it
 * only hands out what a group was granted and its children did not claim.
 */
static void note_protection(struct plan *plan, const char *option, const struct quantity *size,
	const struct host *host, size_t field)
{
	uint64_t asked = size->kind == QUANTITY_MAX ? UINT64_MAX : resolve_size(size, host);
	uint64_t granted = asked;
	const char *path = NULL;
	char asked_text[QUANTITY_TEXT_MAX] = "max";
	char text[QUANTITY_TEXT_MAX];

	for (unsigned i = 0; i < host->level_count; i++) {
		const struct host_level *level = &host->levels[i];
		uint64_t grant = *(const uint64_t *)(const void *)((const char *)level + field);

		if (level->is_root || grant >= granted)
			continue;
		granted = grant;
		path = level->path;
	}
	if (!path)
		return;
	if (size->kind != QUANTITY_MAX)
		quantity_format_size(asked, asked_text, sizeof(asked_text));
	plan_note(plan, "--%s: %s asked, %s effective: '%s' grants no more to the groups inside it",
		option, asked_text, quantity_format_size(granted, text, sizeof(text)), path);
}

/* Throttling and protection. */
static void add_soft_memory(struct plan *plan, struct list *list, const struct spec *spec,
	const struct host *host)
{
	plan->mem_high_bytes = add_size(list, &spec->mem_high, "mem-high", "memory.high", host);
	if (plan->mem_high_bytes && plan->mem_bytes && plan->mem_high_bytes >= plan->mem_bytes)
		plan_note(plan,
			"--mem-high never throttles: it is not below --mem, which comes first");
	add_size(list, &spec->mem_low, "mem-low", "memory.low", host);
	add_size(list, &spec->mem_min, "mem-min", "memory.min", host);
	if (spec->mem_low.kind != QUANTITY_UNSET)
		note_protection(plan, "mem-low", &spec->mem_low, host,
			offsetof(struct host_level, memory_low_bytes));
	if (spec->mem_min.kind != QUANTITY_UNSET)
		note_protection(plan, "mem-min", &spec->mem_min, host,
			offsetof(struct host_level, memory_min_bytes));
}

static void add_zswap(struct plan *plan, struct list *list, const struct spec *spec,
	const struct host *host)
{
	struct setting *setting;

	if (spec->zswap.kind == QUANTITY_UNSET)
		return;
	add_size(list, &spec->zswap, "zswap", "memory.zswap.max", host);
	setting = &list->settings[*list->count - 1];
	if (!host->has_zswap)
		setting->missing_is_fine = "the kernel has no zswap";
	setting->missing_hint = "Linux 5.19 or later, or a kernel without CONFIG_ZSWAP";
	if (host->swap_total_bytes == 0)
		plan_note(plan, "--zswap: the host has no swap, so there is nothing to compress");
}

static void add_memory(struct plan *plan, struct list *list, const struct spec *spec,
	const struct host *host)
{
	char text[QUANTITY_TEXT_MAX];

	plan->mem_bytes = resolve_size(&spec->mem, host);
	if (plan->mem_bytes) {
		struct quantity bytes = { QUANTITY_NUMBER, plan->mem_bytes };

		add(list, CONTROLLER_MEMORY, "mem", "memory.max",
			format_value(&bytes, text, sizeof(text)));
	} else if (spec->mem.kind == QUANTITY_MAX) {
		add(list, CONTROLLER_MEMORY, "mem", "memory.max", "max");
	}
	if (plan->mem_bytes || spec->swap.kind != QUANTITY_UNSET)
		add_swap(list, spec, host);
	add_soft_memory(plan, list, spec, host);
	add_zswap(plan, list, spec, host);
	/* Who joins a group need not know of its memory limit: the node that is killed for it goes whole. */
	if ((plan->mem_bytes || spec->group) && spec->oom == SPEC_OOM_GROUP) {
		struct setting *setting =
			add(list, CONTROLLER_MEMORY, "oom", "memory.oom.group", "1");

		plan->kill_group_on_oom = true;
		setting->missing_is_fine = "limit ends the tree itself after an OOM kill";
		setting->of_member = true;
		setting->optional = plan->mem_bytes == 0;
	}
}

/* After cpu.max: the kernel checks it against the quota that is there. */
static int add_burst(struct plan *plan, struct list *list, const struct spec *spec, struct fault *f)
{
	char text[QUANTITY_TEXT_MAX];

	if (spec->cpu_burst_us.kind != QUANTITY_NUMBER)
		return 0;
	if (spec->cpu_burst_us.value > plan->cpu_quota_us) {
		fault_set(f, 0,
			"cannot use --cpu-burst: %" PRIu64 " us is more than the quota, %" PRIu64
			" us in a period of %" PRIu64 " us",
			spec->cpu_burst_us.value, plan->cpu_quota_us, plan->cpu_period_us);
		return fault_hint(f, "--cpu-burst %" PRIu64 "us, or a longer --cpu-period",
			plan->cpu_quota_us);
	}
	plan->cpu_burst_us = spec->cpu_burst_us.value;
	add(list, CONTROLLER_CPU, "cpu-burst", "cpu.max.burst",
		format_value(&spec->cpu_burst_us, text, sizeof(text)))
		->missing_hint = "Linux 5.14 or later";
	return 0;
}

static void add_weight(struct list *list, const struct spec *spec)
{
	char text[QUANTITY_TEXT_MAX];

	if (spec->cpu_idle)
		add(list, CONTROLLER_CPU, "cpu-weight", "cpu.idle", "1")->missing_hint =
			"--cpu-weight 1: cpu.idle is there from Linux 5.15 on";
	else if (spec->cpu_weight.kind != QUANTITY_UNSET)
		add(list, CONTROLLER_CPU, "cpu-weight", "cpu.weight",
			format_value(&spec->cpu_weight, text, sizeof(text)))
			->missing_hint = "a kernel with CONFIG_FAIR_GROUP_SCHED";
}

static int add_cpu(struct plan *plan, struct list *list, const struct spec *spec, struct fault *f)
{
	uint64_t period_us = PERIOD_DEFAULT_US;
	uint64_t quota_us;
	char text[2 * QUANTITY_TEXT_MAX];

	if (spec->cpu.kind == QUANTITY_MAX)
		add(list, CONTROLLER_CPU, "cpu", "cpu.max", "max 100000");
	if (spec->cpu.kind != QUANTITY_NUMBER)
		return 0;
	if (spec->cpu_period_us.kind == QUANTITY_NUMBER)
		period_us = spec->cpu_period_us.value;
	else if (spec->cpu.value * period_us / MILLION < QUOTA_LOWEST_US)
		period_us = PERIOD_HIGHEST_US;
	quota_us = spec->cpu.value * period_us / MILLION;
	if (quota_us < QUOTA_LOWEST_US) {
		fault_set(f, 0,
			"cannot use --cpu with this --cpu-period: the quota would be %" PRIu64
			" us, the kernel's smallest is 1000 us",
			quota_us);
		return fault_hint(f, "--cpu-period 1s");
	}
	plan->cpu_quota_us = quota_us;
	plan->cpu_period_us = period_us;
	snprintf(text, sizeof(text), "%" PRIu64 " %" PRIu64, quota_us, period_us);
	add(list, CONTROLLER_CPU, "cpu", "cpu.max", text);
	return add_burst(plan, list, spec, f);
}

/* Will the node have a cpu group? Also where cpu shares a v1 hierarchy with what is always counted. */
static bool has_cpu_group(const struct spec *spec, const struct host *host)
{
	const controller_set cpu = CONTROLLER_BIT(CONTROLLER_CPU);
	const struct host_v1 *v1 = host_find_v1(host, CONTROLLER_CPU);
	controller_set counted =
		CONTROLLER_BIT(CONTROLLER_MEMORY) | CONTROLLER_BIT(CONTROLLER_PIDS);

	if (!host->v2_mount)
		counted |= CONTROLLER_BIT(CONTROLLER_CPUACCT) | CONTROLLER_BIT(CONTROLLER_FREEZER);
	if (spec->cpu.kind != QUANTITY_UNSET)
		return true;
	if (host_v2_controllers(host) & cpu)
		return spec->delegate || (host->level_count && host->levels[0].enabled & cpu);
	return v1 && (spec->delegate || spec->group || v1->controllers & counted);
}

/*
 * The scheduler compares nice values within a cpu group only. Where the node is such a group, all of
 * it gets the weight that one process of that nice value would have had outside.
 */
static void add_nice(struct list *list, const struct spec *spec, const struct host *host)
{
	char text[QUANTITY_TEXT_MAX];
	struct setting *setting;

	/* The group has one weight: --cpu-weight is more to the point. */
	if (!spec->nice.given || spec->cpu_idle || spec->cpu_weight.kind != QUANTITY_UNSET ||
		!has_cpu_group(spec, host))
		return;
	snprintf(text, sizeof(text), "%d", spec->nice.value);
	setting = add(list, CONTROLLER_CPU, "nice", "cpu.weight.nice", text);
	setting->of_member = true;
	/* Not in every place there is a cpu group for the nodes of a group; the processes' own value counts then. */
	setting->optional =
		spec->group && !(host_v2_controllers(host) & CONTROLLER_BIT(CONTROLLER_CPU));
}

static void add_files(struct list *list, const struct spec *spec)
{
	for (unsigned i = 0; i < spec->set_count; i++) {
		const struct spec_set *set = &spec->sets[i];
		struct setting *setting = add(list, set->controller, "set", set->file, set->value);

		setting->as_given = true;
		setting->missing_hint = "a file that 'ls' shows in a group of that controller";
	}
}

int plan_settings_make(struct plan *plan, struct setting *settings, unsigned *count,
	const struct spec *spec, const struct host *host, struct fault *f)
{
	struct list list = { settings, count };
	char text[QUANTITY_TEXT_MAX];
	unsigned added;

	*count = 0;
	add_memory(plan, &list, spec, host);
	if (add_cpu(plan, &list, spec, f) < 0)
		return -1;
	add_weight(&list, spec);
	add_nice(&list, spec, host);
	if (plan_cpuset_make(plan, &settings[*count], &added, spec, host, f) < 0)
		return -1;
	*count += added;
	if (spec->pids.kind != QUANTITY_UNSET)
		add(&list, CONTROLLER_PIDS, "pids", "pids.max",
			format_value(&spec->pids, text, sizeof(text)));
	if (plan_io_make(plan, settings, count, spec, host, f) < 0)
		return -1;
	add_files(&list, spec);
	return 0;
}
