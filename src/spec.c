/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "spec.h"

#include <signal.h>

#define GRACE_DEFAULT_US UINT64_C(5000000)

void spec_init(struct spec *spec)
{
	*spec = (struct spec){
		.signal = SIGTERM,
		.grace_us = { QUANTITY_NUMBER, GRACE_DEFAULT_US },
	};
}

int spec_check(const struct spec *spec, struct fault *f)
{
	if (!spec->command) {
		fault_set(f, 0, "cannot start: no COMMAND was given");
		return fault_hint(f, "limit --mem 500M --cpu 1 -- make");
	}
	if (spec->cpu_period_us.kind == QUANTITY_NUMBER && spec->cpu.kind != QUANTITY_NUMBER) {
		fault_set(f, 0, "cannot use --cpu-period: it needs --cpu N");
		return fault_hint(f, "--cpu 1 --cpu-period 50ms");
	}
	return 0;
}
