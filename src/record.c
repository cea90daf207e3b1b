/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "record.h"

bool record_is_unenforced(const struct record *record, const char *v2_file, const char *v1_file)
{
	return unenforced_has(&record->plan->unenforced, v2_file) ||
	       unenforced_has(record->unenforced, v2_file) ||
	       unenforced_has(record->unenforced, v1_file);
}

uint64_t record_mem_in_force(const struct record *record)
{
	return record_is_unenforced(record, "memory.max", "memory.limit_in_bytes")
		       ? 0
		       : record->plan->mem_bytes;
}

static uint64_t limit_around(const struct record *record, enum effective_kind kind, uint64_t own)
{
	const struct effective *effective = &record->plan->effective[kind];

	/* All of the group have it together: that is no measure of what one of them used. */
	if (record->plan->shared.name)
		return 0;
	return effective->where ? effective->value : own;
}

uint64_t record_mem_limit(const struct record *record)
{
	return limit_around(record, EFFECTIVE_MEM, record_mem_in_force(record));
}

uint64_t record_swap_limit(const struct record *record)
{
	const struct quantity *swap = &record->spec->swap;

	return limit_around(record, EFFECTIVE_SWAP,
		swap->kind == QUANTITY_MAX ? UINT64_MAX : swap->value);
}

uint64_t record_cpu_limit(const struct record *record)
{
	const struct plan *plan = record->plan;
	uint64_t own = 0;

	if (plan->cpu_quota_us && !record_is_unenforced(record, "cpu.max", "cpu.cfs_quota_us"))
		own = plan->cpu_quota_us * UINT64_C(1000000) / plan->cpu_period_us;
	return limit_around(record, EFFECTIVE_CPU, own);
}

uint64_t record_pids_limit(const struct record *record)
{
	const struct quantity *pids = &record->spec->pids;
	uint64_t own = 0;

	if (pids->kind == QUANTITY_NUMBER && !record_is_unenforced(record, "pids.max", "pids.max"))
		own = pids->value;
	return limit_around(record, EFFECTIVE_PIDS, own);
}

const char *record_command_name(const struct record *record)
{
	const char *path = record->spec->command[0];
	const char *slash = strrchr(path, '/');

	return slash && slash[1] ? slash + 1 : path;
}
