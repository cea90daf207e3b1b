/* SPDX-License-Identifier: GPL-2.0-or-later */
/* nodes_collect — --gc: what nobody lives for any more. */
#include "config.h"

#include <errno.h>
#include <fcntl.h>

#include "files.h"
#include "nodes.h"
#include "shared.h"

static void print_paths(const struct nodes *nodes, const struct found_node *found, FILE *out)
{
	for (unsigned i = 0; i < nodes->root_count; i++)
		if (found->roots & 1U << i)
			fprintf(out, "removed %s/%s\n", nodes->roots[i].path, found->suffix);
}

/* If there is no node in it any more. */
static int collect_group(const struct nodes *nodes, const char *suffix, FILE *out, struct fault *f)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	int result;

	if (!plan)
		return fault_set(f, ENOMEM, "cannot remove '%s'", suffix);
	plan->shared.name = (strrchr(suffix, '/') ? strrchr(suffix, '/') + 1 : suffix) +
			    strlen(HOST_GROUP_PREFIX);
	for (unsigned i = 0; i < nodes->root_count; i++) {
		struct plan_group *group = &plan->shared.groups[plan->shared.group_count];
		char *path = path_join(nodes->roots[i].path, suffix);

		/* The same in two places of one hierarchy is two groups: the other one next time. */
		if (file_exists_at(AT_FDCWD, path) &&
			!(nodes->roots[i].v2 && plan->shared.group_count > 0)) {
			*group = (struct plan_group){ .path = path };
			plan->shared.group_count++;
		} else {
			free(path);
		}
	}
	result = shared_leave(plan, NODE_DEADLINE_MS, f);
	/* Somebody is in it, or about to be. */
	if (result < 0 && f->err == EBUSY)
		result = 0;
	for (unsigned i = 0; result == 0 && i < plan->shared.group_count; i++)
		if (!file_exists_at(AT_FDCWD, plan->shared.groups[i].path))
			fprintf(out, "removed %s\n", plan->shared.groups[i].path);
	plan_release(plan);
	free(plan);
	return result;
}

int nodes_collect(const struct host *host, FILE *out, struct fault *f)
{
	struct nodes nodes;
	struct fault unused;
	int result = 0;

	nodes_find(&nodes, host);
	for (size_t i = 0; i < nodes.count; i++) {
		const struct found_node *found = &nodes.found[i];
		enum node_state state = nodes_state(&nodes, found);

		if (state != NODE_DEAD && (state != NODE_LEFT || !nodes_is_empty(&nodes, found)))
			continue;
		if (nodes_remove(&nodes, found, state == NODE_DEAD, NODE_DEADLINE_MS,
			    result == 0 ? f : &unused) < 0)
			result = -1;
		else
			print_paths(&nodes, found, out);
	}
	for (size_t i = 0; i < nodes.group_count; i++)
		if (collect_group(&nodes, nodes.groups[i], out, result == 0 ? f : &unused) < 0)
			result = -1;
	nodes_release(&nodes);
	return result;
}
