/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receipt_usage — the walk: what was consumed. */
#include "config.h"

#include "receipt_put.h"

/* A struct reading in a struct, and what it is called. */
struct row {
	const char *key;
	size_t offset;
};

#define ROW(key, type, member)                                                                     \
	{                                                                                          \
		key, offsetof(struct type, member)                                                 \
	}

static const struct row cpu_rows[] = {
	ROW("usage_us", usage, cpu_usage_us),
	ROW("user_us", usage, cpu_user_us),
	ROW("system_us", usage, cpu_system_us),
	ROW("periods", usage, cpu_periods),
	ROW("throttled_periods", usage, cpu_throttled),
	ROW("throttled_us", usage, cpu_throttled_us),
	ROW("burst_periods", usage, cpu_bursts),
	ROW("burst_us", usage, cpu_burst_us),
};

static const struct row memory_rows[] = {
	ROW("peak_bytes", usage, memory_peak_bytes),
	ROW("high_events", usage, memory_high_events),
	ROW("max_events", usage, memory_max_events),
	ROW("oom_events", usage, memory_oom),
	ROW("oom_events_below", usage, memory_oom_below),
	ROW("oom_kills", usage, memory_oom_kill),
	ROW("refault_bytes", usage, memory_refault_bytes),
};

static const struct row split_rows[] = {
	ROW("anon_bytes", memory_split, anon_bytes),
	ROW("file_bytes", memory_split, file_bytes),
	ROW("shmem_bytes", memory_split, shmem_bytes),
	ROW("kernel_bytes", memory_split, kernel_bytes),
};

static const struct row swap_rows[] = {
	ROW("peak_bytes", usage, swap_peak_bytes),
};

static const struct row pids_rows[] = {
	ROW("peak", usage, pids_peak),
	ROW("refused", usage, pids_refused),
};

static const struct row shared_rows[] = {
	ROW("memory_limit_bytes", usage_shared, memory_limit_bytes),
	ROW("memory_peak_bytes", usage_shared, memory_peak_bytes),
	ROW("cpu_limit_millionths", usage_shared, cpu_limit_millionths),
	ROW("cpu_throttled_us", usage_shared, cpu_throttled_us),
	ROW("pids_limit", usage_shared, pids_limit),
	ROW("pids_peak", usage_shared, pids_peak),
};

static const struct row pressure_rows[] = {
	ROW("cpu_us", usage, pressure_cpu_us),
	ROW("memory_us", usage, pressure_memory_us),
	ROW("memory_full_us", usage, pressure_memory_full_us),
	ROW("io_us", usage, pressure_io_us),
	ROW("io_full_us", usage, pressure_io_full_us),
};

static void put_rows(struct receipt_emitter *e, const void *base, const struct row *rows,
	size_t count)
{
	for (size_t i = 0; i < count; i++)
		put_reading(e, rows[i].key,
			*(const struct reading *)((const char *)base + rows[i].offset));
}

static void put_object(struct receipt_emitter *e, const char *key, const struct usage *usage,
	const struct row *rows, size_t count)
{
	e->open(e, key, false);
	put_rows(e, usage, rows, count);
	e->close(e);
}

/* Of what the memory was made: at the first kill, or the last time that the limit was hit. */
static void put_split(struct receipt_emitter *e, const struct outcome *outcome)
{
	static const struct memory_split none = { 0 };
	const struct memory_split *split = outcome ? &outcome->memory_split : &none;
	const char *when = NULL;

	if (memory_split_is_known(split))
		when = outcome->reason == REASON_OOM ? "kill" : "limit";
	e->open(e, "split", false);
	put_text(e, "when", when);
	put_rows(e, split, split_rows, ARRAY_SIZE(split_rows));
	e->close(e);
}

static void put_victims(struct receipt_emitter *e, const struct outcome *outcome)
{
	const unsigned count = outcome ? outcome->oom_victims.count : 0;

	put_number_if(e, "victim_count", count, count);
	e->open(e, "victims", true);
	for (unsigned i = 0; i < count && i < OOM_VICTIMS_MAX; i++) {
		const struct oom_victim *victim = &outcome->oom_victims.list[i];

		e->open(e, NULL, false);
		put_text(e, "name", victim->name);
		put_number(e, "pid", victim->pid);
		put_number_if(e, "anon_bytes", victim->sizes_known, victim->anon_bytes);
		put_number_if(e, "file_bytes", victim->sizes_known, victim->file_bytes);
		put_number_if(e, "shmem_bytes", victim->sizes_known, victim->shmem_bytes);
		e->close(e);
	}
	e->close(e);
}

static void put_memory(struct receipt_emitter *e, const struct usage *usage,
	const struct outcome *outcome)
{
	e->open(e, "memory", false);
	put_rows(e, usage, memory_rows, ARRAY_SIZE(memory_rows));
	put_split(e, outcome);
	put_victims(e, outcome);
	e->close(e);
}

static void put_device(struct receipt_emitter *e, const struct plan *plan,
	const struct usage_device *device)
{
	const struct plan_device *limited =
		plan ? plan_find_device(plan, device->major, device->minor) : NULL;
	char text[1024];

	e->open(e, NULL, false);
	put_text(e, "name", machine_device_name(device->major, device->minor, text, sizeof(text)));
	put_number(e, "major", device->major);
	put_number(e, "minor", device->minor);
	put_text(e, "limited_as", limited ? limited->description : NULL);
	put_number(e, "read_bytes", device->read_bytes);
	put_number(e, "written_bytes", device->written_bytes);
	put_number(e, "reads", device->reads);
	put_number(e, "writes", device->writes);
	e->close(e);
}

/* The sums are not known if a device is missing in them. */
static void put_io(struct receipt_emitter *e, const struct plan *plan, const struct usage *usage)
{
	struct usage_device sum;
	const bool known = usage_io_sum(usage, &sum);

	e->open(e, "io", false);
	put_number_if(e, "read_bytes", known, sum.read_bytes);
	put_number_if(e, "written_bytes", known, sum.written_bytes);
	put_number_if(e, "reads", known, sum.reads);
	put_number_if(e, "writes", known, sum.writes);
	put_bool_if(e, "limited_devices_only", usage->io_known, usage->io_limited_devices_only);
	put_bool_if(e, "more_devices", usage->io_known, usage->io_more_devices);
	e->open(e, "devices", true);
	for (unsigned i = 0; i < usage->device_count; i++)
		put_device(e, plan, &usage->devices[i]);
	e->close(e);
	e->close(e);
}

/* Of all runs of a --group together. */
static void put_group(struct receipt_emitter *e, const char *name,
	const struct usage_shared *shared)
{
	e->open(e, "group", false);
	put_text(e, "name", name);
	put_number_if(e, "runs", shared->runs > 0, shared->runs);
	put_rows(e, shared, shared_rows, ARRAY_SIZE(shared_rows));
	e->close(e);
}

void receipt_put_usage(struct receipt_emitter *e, const struct record *record)
{
	static const struct usage nothing_known = { 0 };
	const struct usage *usage = record->usage ? record->usage : &nothing_known;

	put_object(e, "cpu", usage, cpu_rows, ARRAY_SIZE(cpu_rows));
	put_memory(e, usage, record->outcome);
	put_object(e, "swap", usage, swap_rows, ARRAY_SIZE(swap_rows));
	put_io(e, record->plan, usage);
	put_object(e, "pids", usage, pids_rows, ARRAY_SIZE(pids_rows));
	put_object(e, "pressure", usage, pressure_rows, ARRAY_SIZE(pressure_rows));
	put_group(e, record->spec->group, &usage->shared);
}
