/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "node.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mman.h>
#include <sys/stat.h>

#include "files.h"
#include "node_v1.h"

int node_init(struct node *node, const struct plan *plan, struct fault *f)
{
	*node = (struct node){ .plan = plan, .place_fd = -1 };
	for (unsigned i = 0; i < PLAN_GROUPS_MAX; i++)
		node->group_fds[i] = -1;
	node->created = mmap(NULL, PLAN_GROUPS_MAX * sizeof(*node->created), PROT_READ | PROT_WRITE,
		MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	if (node->created != MAP_FAILED)
		return 0;
	node->created = NULL;
	return fault_set(f, errno, "cannot map memory");
}

void node_open_again(struct node *node, const struct node *other)
{
	*node = (struct node){ .plan = other->plan, .created = other->created, .place_fd = -1 };
	for (unsigned i = 0; i < PLAN_GROUPS_MAX; i++)
		node->group_fds[i] = node->created[i] ? open(node->plan->groups[i].path,
								O_RDONLY | O_DIRECTORY | O_CLOEXEC)
						      : -1;
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

/* Realtime tasks outside the root group keep '+cpu' from being written (CONFIG_RT_GROUP_SCHED). */
static int explain_enable(const struct plan_enable *enable, int err, struct fault *f)
{
	char names[64];

	fault_set(f, err, "cannot switch on %s in '%s/cgroup.subtree_control'",
		controllers_format(enable->required, names, sizeof(names)), enable->path);
	if (err == EINVAL && enable->required & CONTROLLER_BIT(CONTROLLER_CPU))
		return fault_hint(f,
			"end the realtime tasks that 'ps -eLo class,pid,comm | grep -E \"RR|FF\"' lists");
	if (err == EACCES || err == EPERM)
		return fault_hint(f, "sudo limit …");
	return -1;
}

/* '+cpu +pids' */
static char *format_enable(controller_set set, char *text, size_t size)
{
	size_t length = 0;

	text[0] = '\0';
	for (unsigned c = 0; c < CONTROLLERS; c++)
		if (set & CONTROLLER_BIT(c) && length < size)
			length += (size_t)snprintf(text + length, size - length, "%s+%s",
				length ? " " : "", controller_name_v2(c));
	return text;
}

/* What is required in one write, so that it fails as one; what is only wanted, one by one. */
static int enable_controllers(const struct plan_enable *enable, struct fault *f)
{
	_cleanup_free_ char *path = path_join(enable->path, "cgroup.subtree_control");
	char text[128];

	if (enable->required && file_write_at(AT_FDCWD, path,
					format_enable(enable->required, text, sizeof(text))) < 0)
		return explain_enable(enable, errno, f);
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		if (!(enable->wanted & CONTROLLER_BIT(c)))
			continue;
		/* If it fails the report will say n/a: no reason to refuse the run. */
		format_enable(CONTROLLER_BIT(c), text, sizeof(text));
		if (file_write_at(AT_FDCWD, path, text) < 0)
			continue;
	}
	return 0;
}

static int explain_mkdir(const char *path, int err, struct fault *f)
{
	fault_set(f, err, "cannot make control group '%s'", path);
	if (err == EACCES || err == EPERM)
		return fault_hint(f, "sudo limit … (this group is not yours to divide)");
	if (err == EROFS)
		return fault_hint(f,
			"in a container: docker run --privileged --cgroupns=private …");
	if (err == EAGAIN)
		return fault_hint(f,
			"raise cgroup.max.descendants of the groups above, or remove dead groups");
	if (err == ENOSPC || err == ENOMEM)
		return fault_hint(f, "remove dead groups, then: echo 3 >/proc/sys/vm/drop_caches");
	return -1;
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

static int create_v2(struct node *node, struct fault *f)
{
	const struct plan *plan = node->plan;
	const struct plan_group *group = plan_v2_group(plan);
	_cleanup_free_ char *leaf = NULL;

	if (!group)
		return 0;
	for (unsigned i = 0; i < plan->enable_count; i++)
		if (enable_controllers(&plan->enables[i], f) < 0)
			return -1;
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

static int open_groups(struct node *node, struct fault *f)
{
	const struct plan *plan = node->plan;

	for (unsigned i = 0; i < plan->group_count; i++) {
		const struct plan_group *group = &plan->groups[i];

		node->group_fds[i] = open(group->path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (node->group_fds[i] < 0)
			return fault_set(f, errno, "cannot open control group '%s'", group->path);
		if (group->v2)
			continue;
		node->enter_fds[node->enter_count] =
			openat(node->group_fds[i], "tasks", O_WRONLY | O_CLOEXEC);
		if (node->enter_fds[node->enter_count] < 0)
			return fault_set(f, errno, "cannot open '%s/tasks'", group->path);
		node->enter_count++;
	}
	return 0;
}

static int explain_write(const struct setting *setting, const char *dir, int err, struct fault *f)
{
	fault_set(f, err, "cannot enforce --%s: cannot write '%s' to '%s/%s'", setting->option,
		setting->text, dir, setting->file);
	if (err == ENOENT && setting->missing_hint)
		return fault_hint(f, "%s", setting->missing_hint);
	if (err == ENODEV)
		return fault_hint(f,
			"name a whole disk of those in 'lsblk', not a partition or a network file system");
	return -1;
}

static int write_v2_settings(struct node *node, struct fault *f)
{
	for (unsigned i = 0; i < node->plan->setting_count; i++) {
		const struct plan_setting *entry = &node->plan->settings[i];
		const struct plan_group *group = &node->plan->groups[entry->group];

		if (!group->v2)
			continue;
		if (file_write_at(node->group_fds[entry->group], entry->setting.file,
			    entry->setting.text) < 0 &&
			!(errno == ENOENT && entry->setting.missing_is_fine))
			return explain_write(&entry->setting, group->path, errno, f);
	}
	return 0;
}

/* No limit is ever silently unenforced: the kernel's word for each, after all are written. */
static int verify_settings(struct node *node, struct fault *f)
{
	bool oom_group_holds = false;

	for (unsigned i = 0; i < node->plan->setting_count; i++) {
		const struct plan_setting *entry = &node->plan->settings[i];
		const struct setting *setting = &entry->setting;
		char text[FILE_TEXT_MAX];

		if (file_read_at(node->group_fds[entry->group], setting->file, text, sizeof(text)) <
			0) {
			if (errno == ENOENT && setting->missing_is_fine)
				continue;
			return fault_set(f, errno, "cannot enforce --%s: cannot read back '%s/%s'",
				setting->option, node->plan->groups[entry->group].path,
				setting->file);
		}
		if (!setting_holds(setting, text))
			return fault_set(f, 0,
				"cannot enforce --%s: '%s' was written to '%s/%s', but it reads '%s'",
				setting->option, setting->text,
				node->plan->groups[entry->group].path, setting->file,
				text_trim(text));
		oom_group_holds |= strcmp(setting->file, "memory.oom.group") == 0;
	}
	node->kill_group_on_oom = node->plan->kill_group_on_oom && !oom_group_holds;
	return 0;
}

int node_create(struct node *node, struct fault *f)
{
	const struct plan *plan = node->plan;
	bool has_v1 = false;

	for (unsigned i = 0; i < plan->group_count; i++)
		has_v1 |= !plan->groups[i].v2;
	if (create_v2(node, f) < 0 || (has_v1 && node_v1_create(node, f) < 0) ||
		open_groups(node, f) < 0 || write_v2_settings(node, f) < 0)
		return -1;
	return verify_settings(node, f);
}
