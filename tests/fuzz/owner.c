/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The names of nodes: only what a limit calls its node is taken for one, for what is gets removed. */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>
#include <limits.h>

#include "owner.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *name = fuzz_string(data, size), formatted[64];
	struct owner owner = { 0 };

	if (owner_parse_name(name, &owner)) {
		require(owner.pid > 0, "'%s' is of %d", name, (int)owner.pid);
		snprintf(formatted, sizeof(formatted), "limit-%d-%" PRIu64, (int)owner.pid,
			owner.start_time_ticks);
		require(strcmp(name, formatted) == 0, "'%s' is taken for '%s'", name, formatted);
	} else {
		uint64_t pid, start;
		const char *dash = strncmp(name, "limit-", 6) == 0 ? strchr(name + 6, '-') : NULL;

		require(!dash || !fuzz_number(name + 6, (size_t)(dash - name - 6), &pid) ||
				!fuzz_number(dash + 1, strlen(dash + 1), &start) || pid == 0 ||
				pid > INT_MAX || name[6] == '0' || (dash[1] == '0' && dash[2]),
			"'%s' is not taken for a node", name);
	}
	free(name);
	return 0;
}
