/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan_settings.h"

#include <inttypes.h>

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
	uint64_t base = host->mem_total_bytes;
	uint64_t bytes;

	if (host->memory_ceiling_bytes < base)
		base = host->memory_ceiling_bytes;
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
	if (host->swap_total_bytes == 0)
		setting->missing_is_fine = "the host has no swap";
	setting->missing_hint = "boot with swapaccount=1, or 'swapoff -a'";
}

static void add_memory(struct plan *plan, struct list *list, const struct spec *spec,
	const struct host *host)
{
	char text[QUANTITY_TEXT_MAX];

	if (spec->mem.kind == QUANTITY_NUMBER)
		plan->mem_bytes = round_up_to_page(spec->mem.value, host);
	else if (spec->mem.kind == QUANTITY_PERCENT)
		plan->mem_bytes = resolve_percent(spec->mem.value, host);
	if (plan->mem_bytes) {
		struct quantity bytes = { QUANTITY_NUMBER, plan->mem_bytes };

		add(list, CONTROLLER_MEMORY, "mem", "memory.max",
			format_value(&bytes, text, sizeof(text)));
	} else if (spec->mem.kind == QUANTITY_MAX) {
		add(list, CONTROLLER_MEMORY, "mem", "memory.max", "max");
	}
	if (plan->mem_bytes || spec->swap.kind != QUANTITY_UNSET)
		add_swap(list, spec, host);
	if (plan->mem_bytes && spec->oom == SPEC_OOM_GROUP) {
		plan->kill_group_on_oom = true;
		add(list, CONTROLLER_MEMORY, "oom", "memory.oom.group", "1")->missing_is_fine =
			"limit ends the tree itself after an OOM kill";
	}
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
	return 0;
}

/*
 * The scheduler compares nice values within a cpu group only. Where the node is such a group, all of
 * it gets the weight that one process of that nice value would have had outside.
 */
static void add_nice(struct list *list, const struct spec *spec, const struct host *host)
{
	const controller_set cpu = CONTROLLER_BIT(CONTROLLER_CPU);
	const bool enabled = host->level_count && host->levels[0].enabled & cpu;
	const bool offered = host_v2_controllers(host) & cpu || host_find_v1(host, CONTROLLER_CPU);
	char text[QUANTITY_TEXT_MAX];

	if (!spec->nice.given)
		return;
	if (spec->cpu.kind == QUANTITY_UNSET && !enabled && !(spec->delegate && offered))
		return;
	snprintf(text, sizeof(text), "%d", spec->nice.value);
	add(list, CONTROLLER_CPU, "nice", "cpu.weight.nice", text);
}

/* The setting of the same device and key, if the device was already named another way. */
static struct setting *find_io(struct list *list, const char *text)
{
	size_t length = strcspn(text, "=") + 1;

	for (unsigned i = 0; i < *list->count; i++)
		if (list->settings[i].controller == CONTROLLER_IO &&
			strncmp(list->settings[i].text, text, length) == 0)
			return &list->settings[i];
	return NULL;
}

static void add_io(struct list *list, const struct spec *spec, const struct host *host)
{
	static const char *const keys[IO_KEYS] = { "rbps", "wbps", "riops", "wiops" };

	for (unsigned i = 0; i < spec->io_count; i++) {
		const struct host_device *device = &host->devices[i];
		char value[QUANTITY_TEXT_MAX];
		char text[SETTING_TEXT_MAX];
		struct setting *same;

		snprintf(text, sizeof(text), "%u:%u %s=%s", device->major, device->minor,
			keys[spec->io[i].key],
			format_value(&spec->io[i].value, value, sizeof(value)));
		same = find_io(list, text);
		if (same)
			setting_init(same, CONTROLLER_IO, spec->io[i].option, "io.max", "%s", text);
		else
			add(list, CONTROLLER_IO, spec->io[i].option, "io.max", text);
	}
}

int plan_settings_make(struct plan *plan, struct setting *settings, unsigned *count,
	const struct spec *spec, const struct host *host, struct fault *f)
{
	struct list list = { settings, count };
	char text[QUANTITY_TEXT_MAX];

	*count = 0;
	add_memory(plan, &list, spec, host);
	if (add_cpu(plan, &list, spec, f) < 0)
		return -1;
	add_nice(&list, spec, host);
	if (spec->pids.kind != QUANTITY_UNSET)
		add(&list, CONTROLLER_PIDS, "pids", "pids.max",
			format_value(&spec->pids, text, sizeof(text)));
	add_io(&list, spec, host);
	return 0;
}
