/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "verdict.h"

#include <signal.h>

/* The kernel charges in batches of 64 pages, and may stop that far below the limit. */
#define CHARGE_BATCH_BYTES (64 * UINT64_C(4096))

bool verdict_peak_is_at(uint64_t peak_bytes, uint64_t limit_bytes)
{
	return peak_bytes >= limit_bytes || limit_bytes - peak_bytes <= CHARGE_BATCH_BYTES;
}

/* Where the kernel does not say whose limit it was (v1), the peak tells whether it was ours. */
static bool our_limit_was_hit(const struct usage *usage, uint64_t memory_max_bytes)
{
	if (memory_max_bytes == 0)
		return false;
	if (usage->memory_oom.known)
		return usage->memory_oom.value > 0;
	return !usage->memory_peak_bytes.known ||
	       verdict_peak_is_at(usage->memory_peak_bytes.value, memory_max_bytes);
}

/* A limit that COMMAND set itself, such as a limit inside this one: its own business. */
static bool inner_limit_was_hit(const struct usage *usage)
{
	return usage->memory_oom.known && usage->memory_oom.value == 0 &&
	       usage->memory_oom_below.known && usage->memory_oom_below.value > 0;
}

enum outcome_reason verdict(const struct outcome *outcome, const struct usage *usage,
	uint64_t memory_max_bytes)
{
	if (outcome->timed_out)
		return REASON_TIME;
	if (outcome->cpu_timed_out)
		return REASON_CPU_TIME;
	if (outcome->oom_killed_by_us)
		return REASON_OOM;
	if (usage->memory_oom_kill.known && usage->memory_oom_kill.value > 0 &&
		!inner_limit_was_hit(usage))
		return our_limit_was_hit(usage, memory_max_bytes) ? REASON_OOM
								  : REASON_OOM_ANCESTOR;
	if (!outcome->signaled)
		return REASON_EXIT;
	return outcome->code == SIGKILL || outcome->scope_stopped ? REASON_KILLED : REASON_SIGNAL;
}

const char *verdict_name(enum outcome_reason reason)
{
	static const char *const names[] = {
		[REASON_EXIT] = "exit",
		[REASON_SIGNAL] = "signal",
		[REASON_TIME] = "time",
		[REASON_CPU_TIME] = "cpu-time",
		[REASON_OOM] = "oom",
		[REASON_OOM_ANCESTOR] = "oom-ancestor",
		[REASON_KILLED] = "killed",
		[REASON_NOT_STARTED] = "not-started",
	};

	return names[reason];
}
