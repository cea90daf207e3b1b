/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "explain.h"
#include "files.h"
#include "node_settings.h"
#include "node_v1.h"
#include "owner.h"

static void set_defaults(struct node *node, const struct plan *plan)
{
	*node = (struct node){ .plan = plan, .deadline_ms = NODE_DEADLINE_MS, .place_fd = -1 };
	for (unsigned i = 0; i < PLAN_GROUPS_MAX; i++)
		node->group_fds[i] = node->shared_fds[i] = -1;
}

int node_init(struct node *node, const struct plan *plan, struct fault *f)
{
	set_defaults(node, plan);
	node->created = mmap(NULL, PLAN_GROUPS_MAX * sizeof(*node->created), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (node->created != MAP_FAILED)
		return 0;
	node->created = NULL;
	return fault_set(f, errno, "cannot map memory");
}

void node_release(struct node *node)
{
	if (node->created)
		munmap(node->created, PLAN_GROUPS_MAX * sizeof(*node->created));
	node->created = NULL;
}

void node_open_again(struct node *node, const struct plan *plan, bool *created)
{
	set_defaults(node, plan);
	node->created = created;
	for (unsigned i = 0; i < plan->group_count; i++)
		if (created[i])
			node->group_fds[i] =
				open(plan->groups[i].path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
}

int node_group_fd(const struct node *node, const struct plan_group *group)
{
	return group ? node->group_fds[group - node->plan->groups] : -1;
}

ssize_t node_read(const struct node *node, const struct plan_group *group, const char *file,
	char *text, size_t size)
{
	int fd = node_group_fd(node, group);

	text[0] = '\0';
	if (fd < 0) {
		errno = ENOENT;
		return -1;
	}
	return file_read_at(fd, file, text, size);
}

ssize_t node_read_shared(const struct node *node, unsigned index, const char *file, char *text,
	size_t size)
{
	text[0] = '\0';
	return file_read_at(node->shared_fds[index], file, text, size);
}

int node_lose_setting(struct node *node, unsigned index, const struct fault *f)
{
	const struct setting *setting = &node->plan->settings[index].setting;

	if (!node->plan->best_effort)
		return -1;
	if (!node->lost[index])
		unenforced_add(&node->unenforced, setting->option, setting->file, f);
	node->lost[index] = true;
	return 0;
}

/* A group in which nothing ever was; its inner one may be there. false: it is there yet. */
static bool remove_unused(const struct plan_group *group)
{
	_cleanup_free_ char *leaf = path_join(group->path, HOST_LEAF_NAME);

	rmdir(leaf);
	return rmdir(group->path) == 0 || errno == ENOENT;
}

/* A setting of the group, or of the shared one that it is in. */
static bool is_of_hierarchy(const struct plan *plan, const struct plan_setting *entry,
	unsigned group)
{
	const char *path = plan_setting_group(plan, entry)->path;

	return strcmp(path, plan->groups[group].path) == 0 ||
	       (entry->shared && strcmp(path, plan->groups[group].parent) == 0);
}

int node_lose_group(struct node *node, unsigned group, const struct fault *f)
{
	if (!node->plan->best_effort)
		return -1;
	for (unsigned i = 0; i < node->plan->setting_count; i++)
		if (is_of_hierarchy(node->plan, &node->plan->settings[i], group))
			node_lose_setting(node, i, f);
	if (node->plan->groups[group].v2 && node->plan->delegated)
		unenforced_add(&node->unenforced, "delegate", "", f);
	if (node->plan->groups[group].v2)
		close_fd(&node->place_fd);
	close_fd(&node->group_fds[group]);
	node->lost_groups[group] = true;
	/* If it cannot be removed now, node_destroy() or a guard will do it. */
	if (node->created[group] && remove_unused(&node->plan->groups[group]))
		node->created[group] = false;
	return 0;
}

/*
 * Switch on in the node whatever it has been given, also what limit itself has no use for. It holds
 * no process, so that this is always allowed.
 */
static int delegate(const struct plan_group *group, struct fault *f)
{
	_cleanup_free_ char *offered_path = path_join(group->path, "cgroup.controllers");
	_cleanup_free_ char *path = path_join(group->path, "cgroup.subtree_control");
	char text[512];
	char *rest = text;

	if (file_read_at(AT_FDCWD, offered_path, text, sizeof(text)) < 0)
		return fault_set(f, errno, "cannot read '%s'", offered_path);
	for (char *name; (name = strsep(&rest, " \n"));) {
		char word[64];

		snprintf(word, sizeof(word), "+%s", name);
		if (*name && file_write_at(AT_FDCWD, path, word) < 0)
			return fault_set(f, errno, "cannot write '%s' to '%s'", word, path);
	}
	return 0;
}

static int make_v2_group(struct node *node, const struct plan_group *group, struct fault *f)
{
	const struct plan *plan = node->plan;
	_cleanup_free_ char *leaf = NULL;

	if (mkdir(group->path, 0755) < 0)
		return explain_mkdir(group->path, errno, f);
	node->created[0] = true;
	if (plan->delegated && delegate(group, f) < 0)
		return -1;
	leaf = path_join(group->path, plan->leaf ? HOST_LEAF_NAME : "");
	if (plan->leaf && mkdir(leaf, 0755) < 0)
		return explain_mkdir(leaf, errno, f);
	node->place_fd = open(leaf, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (node->place_fd < 0)
		return fault_set(f, errno, "cannot open control group '%s'", leaf);
	return 0;
}

static int create_v2(struct node *node, struct fault *f)
{
	const struct plan *plan = node->plan;
	const struct plan_group *group = plan_v2_group(plan);

	/* Lost already: to switch on controllers beside processes would make the group 'domain threaded'. */
	if (!group || node->lost_groups[0])
		return 0;
	for (unsigned i = 0; i < plan->enable_count; i++)
		if (node_enable(node, &plan->enables[i], f) < 0)
			return -1;
	if (make_v2_group(node, group, f) < 0)
		return node_lose_group(node, 0, f);
	return 0;
}

static int open_group(struct node *node, unsigned index, struct fault *f)
{
	const struct plan_group *group = &node->plan->groups[index];

	node->group_fds[index] = open(group->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	if (node->group_fds[index] < 0)
		return fault_set(f, errno, "cannot open control group '%s'", group->path);
	if (owner_lock(node->group_fds[index]) < 0)
		return fault_set(f, errno, "cannot lock control group '%s'", group->path);
	if (group->v2)
		return 0;
	node->enter_fds[node->enter_count] =
		openat(node->group_fds[index], "tasks", O_WRONLY | O_CLOEXEC);
	if (node->enter_fds[node->enter_count] < 0)
		return fault_set(f, errno, "cannot open '%s/tasks'", group->path);
	node->enter_count++;
	return 0;
}

static int open_groups(struct node *node, struct fault *f)
{
	for (unsigned i = 0; i < node->plan->group_count; i++)
		if (node->created[i] && !node->lost_groups[i] && open_group(node, i, f) < 0 &&
			node_lose_group(node, i, f) < 0)
			return -1;
	return 0;
}

/* Does the kernel end the whole tree? */
static bool has_oom_group(const struct node *node)
{
	for (unsigned i = 0; i < node->plan->setting_count; i++) {
		const struct plan_setting *entry = &node->plan->settings[i];

		if (strcmp(entry->setting.file, "memory.oom.group") == 0)
			return !node->lost[i] &&
			       file_exists_at(node->group_fds[entry->group], entry->setting.file);
	}
	return false;
}

bool node_exists(const struct node *node)
{
	for (unsigned i = 0; i < node->plan->group_count; i++)
		if (node->group_fds[i] >= 0)
			return true;
	return false;
}

int node_create(struct node *node, struct fault *f)
{
	const struct plan *plan = node->plan;
	bool has_v1 = false;

	for (unsigned i = 0; i < plan->group_count; i++)
		has_v1 |= !plan->groups[i].v2;
	if (create_v2(node, f) < 0 || (has_v1 && node_v1_create(node, f) < 0) ||
		open_groups(node, f) < 0 || node_write_settings(node, false, f) < 0 ||
		node_verify_settings(node, false, f) < 0)
		return -1;
	node->kill_group_on_oom = plan->kill_group_on_oom && !has_oom_group(node);
	/* The plan itself told of a node without groups. */
	if (plan->group_count && !node_exists(node))
		unenforced_add(&node->unenforced, NULL, "", f);
	return 0;
}

int node_abandon(struct node *node, const struct fault *f, struct fault *cleanup_fault)
{
	for (unsigned i = 0; i < node->plan->setting_count; i++)
		node_lose_setting(node, i, f);
	unenforced_add(&node->unenforced, NULL, "", f);
	return node_destroy(node, cleanup_fault);
}
