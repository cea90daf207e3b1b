/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "effective.h"

#include <inttypes.h>

#include "files.h"
#include "host.h"
#include "plan.h"
#include "quantity.h"

#define MILLION UINT64_C(1000000)

const char *effective_name(enum effective_kind kind)
{
	static const char *const names[] = {
		[EFFECTIVE_MEM] = "memory",
		[EFFECTIVE_MEM_HIGH] = "memory.high",
		[EFFECTIVE_SWAP] = "swap",
		[EFFECTIVE_CPU] = "cpu",
		[EFFECTIVE_PIDS] = "pids",
	};

	return names[kind];
}

static void ask(struct effective *effective, const struct quantity *quantity, uint64_t value)
{
	effective->asked = quantity->kind != QUANTITY_UNSET;
	effective->asked_value = quantity->kind == QUANTITY_MAX ? EFFECTIVE_MAX : value;
	effective->value = effective->asked_value;
}

static void lower(struct effective *effective, uint64_t value, const char *kind, const char *name)
{
	if (!effective->asked || value >= effective->value)
		return;
	effective->value = value;
	free(effective->where);
	effective->where = text_format("%s%s", kind, name);
}

static void lower_to_group(struct effective *effective, const struct ceiling *ceiling)
{
	if (ceiling->path)
		lower(effective, ceiling->value, "parent ", ceiling->path);
}

/* That 'max' is no more than the machine has needs no word. */
static void lower_to_machine(struct effective *effective, uint64_t value, const char *what)
{
	if (effective->asked_value != EFFECTIVE_MAX)
		lower(effective, value, what, " of this machine");
}

/* v1 limits memory and swap together: what the memory leaves of that is for swap. */
static void lower_to_sum(struct effective *swap, const struct ceiling *sum, uint64_t mem_bytes)
{
	if (sum->path && mem_bytes)
		lower(swap, sum->value > mem_bytes ? sum->value - mem_bytes : 0, "parent ",
			sum->path);
}

void effective_make(struct plan *plan, const struct spec *spec, const struct host *host)
{
	struct effective *list = plan->effective;

	ask(&list[EFFECTIVE_MEM], &spec->mem, plan->mem_bytes);
	ask(&list[EFFECTIVE_MEM_HIGH], &spec->mem_high, plan->mem_high_bytes);
	ask(&list[EFFECTIVE_SWAP], &spec->swap, spec->swap.value);
	ask(&list[EFFECTIVE_CPU], &spec->cpu, spec->cpu.value);
	ask(&list[EFFECTIVE_PIDS], &spec->pids, spec->pids.value);

	lower_to_group(&list[EFFECTIVE_MEM], &host->ceilings[CEILING_MEM]);
	lower_to_group(&list[EFFECTIVE_MEM_HIGH], &host->ceilings[CEILING_MEM_HIGH]);
	lower_to_group(&list[EFFECTIVE_MEM_HIGH], &host->ceilings[CEILING_MEM]);
	lower_to_group(&list[EFFECTIVE_SWAP], &host->ceilings[CEILING_SWAP]);
	lower_to_sum(&list[EFFECTIVE_SWAP], &host->ceilings[CEILING_MEMSW],
		list[EFFECTIVE_MEM].value);
	lower_to_group(&list[EFFECTIVE_CPU], &host->ceilings[CEILING_CPU]);
	lower_to_group(&list[EFFECTIVE_PIDS], &host->ceilings[CEILING_PIDS]);

	if (host->mem_total_bytes) {
		lower_to_machine(&list[EFFECTIVE_MEM], host->mem_total_bytes, "RAM");
		lower_to_machine(&list[EFFECTIVE_MEM_HIGH], host->mem_total_bytes, "RAM");
		lower_to_machine(&list[EFFECTIVE_SWAP], host->swap_total_bytes, "swap");
	}
	if (host->online_cpus)
		lower_to_machine(&list[EFFECTIVE_CPU], host->online_cpus * MILLION, "CPUs");
}

void effective_release(struct effective effective[EFFECTIVES])
{
	for (unsigned i = 0; i < EFFECTIVES; i++) {
		free(effective[i].where);
		effective[i].where = NULL;
	}
}

static const char *format_value(enum effective_kind kind, uint64_t value, char *text, size_t size)
{
	if (value == EFFECTIVE_MAX)
		snprintf(text, size, "max");
	else if (kind == EFFECTIVE_CPU)
		quantity_format_millionths(value, text, size);
	else if (kind == EFFECTIVE_PIDS)
		snprintf(text, size, "%" PRIu64, value);
	else
		quantity_format_size(value, text, size);
	return text;
}

void effective_print(const struct effective effective[EFFECTIVES], const char *prefix, FILE *out)
{
	for (unsigned kind = 0; kind < EFFECTIVES; kind++) {
		const struct effective *entry = &effective[kind];
		char asked[QUANTITY_TEXT_MAX], value[QUANTITY_TEXT_MAX];

		if (!entry->where)
			continue;
		fprintf(out, "%s%s: %s asked, %s effective (", prefix, effective_name(kind),
			format_value(kind, entry->asked_value, asked, sizeof(asked)),
			format_value(kind, entry->value, value, sizeof(value)));
		text_print_clean(entry->where, out);
		fputs(")\n", out);
	}
}
