/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plan_namespaces.h"

#include <inttypes.h>

#include "files.h"
#include "mounts.h"
#include "namespaces.h"

int plan_namespaces_make(struct plan *plan, const struct spec *spec, const struct host *host,
	struct fault *f)
{
	uint64_t set = namespaces_wanted(spec);

	if (!set)
		return 0;
	if (!host->privileged && !(set & NAMESPACE_USER)) {
		set |= NAMESPACE_USER;
		plan_note(plan,
			"a user namespace is added: who is not root can make no other namespace without it");
	}
	for (unsigned i = 0; i < NAMESPACES; i++) {
		const uint64_t bit = namespace_at(i);

		if (!(set & ~host->namespaces & bit))
			continue;
		fault_set(f, 0, "cannot make a %s namespace: the kernel has none",
			namespace_name(bit));
		return fault_hint(f, "ls /proc/self/ns: what the kernel has");
	}
	plan->namespaces = set;
	if (set & NAMESPACE_USER)
		id_map_make(&plan->id_map, spec, host);
	return 0;
}

void plan_namespaces_print(const struct plan *plan, const struct spec *spec, FILE *out)
{
	if (plan->join) {
		fprintf(out, "join   process %d: ", (int)spec->namespaces.join_pid);
		namespaces_print(plan->join->set, out);
		fputc('\n', out);
	}
	network_print(&spec->network, out);
	if (!plan->namespaces)
		return;
	fputs("unshare ", out);
	namespaces_print(plan->namespaces, out);
	fputc('\n', out);
	if (plan->namespaces & NAMESPACE_USER) {
		fputs("map    ", out);
		id_map_print(&plan->id_map, out);
		fputc('\n', out);
	}
	if (plan->namespaces & NAMESPACE_PID)
		fprintf(out, "pid 1  %s\n",
			spec->namespaces.pid1 ? "COMMAND itself" : "limit's own");
	if (spec->namespaces.hostname) {
		fputs("host name ", out);
		text_print_clean(spec->namespaces.hostname, out);
		fputc('\n', out);
	}
	mounts_print(&spec->mounts, out);
}
