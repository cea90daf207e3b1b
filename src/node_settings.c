/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "node_settings.h"

#include <errno.h>
#include <fcntl.h>

#include "explain.h"
#include "files.h"

/* Has the group got threads for members instead of processes? */
static bool is_threaded(const char *dir)
{
	_cleanup_free_ char *path = path_join(dir, "cgroup.type");
	char type[64];

	return file_read_at(AT_FDCWD, path, type, sizeof(type)) > 0 &&
	       strcmp(text_trim(type), "domain") != 0;
}

/*
 * Switch controllers on for the children of a group. It was without processes when that was planned; if
 * one has come since, '+pids' has made it 'domain threaded', which would break it for everybody: back.
 */
static int enable(const char *dir, controller_set set)
{
	_cleanup_free_ char *path = path_join(dir, "cgroup.subtree_control");
	char text[128];

	if (file_write_at(AT_FDCWD, path, controllers_format_enable(set, text, sizeof(text))) < 0)
		return -1;
	if (!is_threaded(dir))
		return 0;
	for (char *word = text; (word = strchr(word, '+'));)
		*word = '-';
	if (file_write_at(AT_FDCWD, path, text) == 0)
		errno = EBUSY;
	return -1;
}

/* What is required could not be switched on at once: with best_effort, what goes goes. */
static void enable_one_by_one(struct node *node, const struct plan_enable *enable_of,
	struct fault *f)
{
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		if (!(enable_of->required & CONTROLLER_BIT(c)) ||
			enable(enable_of->path, CONTROLLER_BIT(c)) == 0)
			continue;
		explain_enable(enable_of, node->plan->groups[0].mount, CONTROLLER_BIT(c), errno, f);
		for (unsigned i = 0; i < node->plan->setting_count; i++)
			if (node->plan->settings[i].setting.controller == c)
				node_lose_setting(node, i, f);
	}
}

int node_enable(struct node *node, const struct plan_enable *enable_of, struct fault *f)
{
	if (enable_of->required && enable(enable_of->path, enable_of->required) < 0) {
		explain_enable(enable_of, node->plan->groups[0].mount, enable_of->required, errno,
			f);
		if (!node->plan->best_effort)
			return -1;
		enable_one_by_one(node, enable_of, f);
	}
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		if (!(enable_of->wanted & CONTROLLER_BIT(c)))
			continue;
		/* If it fails the report will say n/a: no reason to refuse the run. */
		if (enable(enable_of->path, CONTROLLER_BIT(c)) < 0)
			continue;
	}
	return 0;
}

static int fd_of(const struct node *node, const struct plan_setting *entry)
{
	return entry->shared ? node->shared_fds[entry->group] : node->group_fds[entry->group];
}

static int write_setting(const struct node *node, const struct plan_setting *entry, struct fault *f)
{
	const struct setting *setting = &entry->setting;

	if (file_write_at(fd_of(node, entry), setting->file, setting->text) == 0 ||
		(errno == ENOENT && setting->missing_is_fine))
		return 0;
	return explain_write(setting, plan_setting_group(node->plan, entry)->path, errno, f);
}

int node_write_settings(struct node *node, bool shared, struct fault *f)
{
	for (unsigned i = 0; i < node->plan->setting_count; i++) {
		const struct plan_setting *entry = &node->plan->settings[i];

		if (entry->shared == shared && !node->lost[i] &&
			write_setting(node, entry, f) < 0 && node_lose_setting(node, i, f) < 0)
			return -1;
	}
	return 0;
}

/* Does the kernel also do what it took? Older kernels of v1 do not say. */
static int verify_effect(const struct node *node, const struct plan_setting *entry, struct fault *f)
{
	const struct plan_group *group = plan_setting_group(node->plan, entry);
	const char *file = setting_effect_file(&entry->setting, group->v2);
	char text[FILE_TEXT_MAX];

	if (!file)
		return 0;
	if (file_read_at(fd_of(node, entry), file, text, sizeof(text)) < 0)
		return group->v2 ? fault_set(f, errno,
					   "cannot enforce --%s: cannot read back '%s/%s'",
					   entry->setting.option, group->path, file)
				 : 0;
	if (setting_holds(&entry->setting, text))
		return 0;
	return fault_set(f, 0,
		"cannot enforce --%s: '%s' was written to '%s/%s', but '%s' reads '%s'",
		entry->setting.option, entry->setting.text, group->path, entry->setting.file, file,
		text_trim(text));
}

/* The kernel's own word for one setting. */
static int verify_setting(const struct node *node, const struct plan_setting *entry,
	struct fault *f)
{
	const struct setting *setting = &entry->setting;
	const char *dir = plan_setting_group(node->plan, entry)->path;
	char text[FILE_TEXT_MAX];

	if (file_read_at(fd_of(node, entry), setting->file, text, sizeof(text)) < 0) {
		if (errno == ENOENT && setting->missing_is_fine)
			return 0;
		return fault_set(f, errno, "cannot enforce --%s: cannot read back '%s/%s'",
			setting->option, dir, setting->file);
	}
	if (setting_holds(setting, text))
		return verify_effect(node, entry, f);
	return fault_set(f, 0,
		"cannot enforce --%s: '%s' was written to '%s/%s', but it reads '%s'",
		setting->option, setting->text, dir, setting->file, text_trim(text));
}

int node_verify_settings(struct node *node, bool shared, struct fault *f)
{
	for (unsigned i = 0; i < node->plan->setting_count; i++) {
		const struct plan_setting *entry = &node->plan->settings[i];

		if (entry->shared == shared && !node->lost[i] &&
			verify_setting(node, entry, f) < 0 && node_lose_setting(node, i, f) < 0)
			return -1;
	}
	return 0;
}

/* Somebody else has set it: what is asked is what is there, or it is refused. */
static int compare_setting(const struct node *node, const struct plan_setting *entry,
	struct fault *f)
{
	const struct setting *setting = &entry->setting;
	const char *name = node->plan->shared.name;
	char text[FILE_TEXT_MAX];

	if (file_read_at(fd_of(node, entry), setting->file, text, sizeof(text)) < 0) {
		if (errno == ENOENT && setting->missing_is_fine)
			return 0;
		fault_set(f, 0, "cannot join group '%s' with --%s: the group has no %s", name,
			setting->option, setting->file);
	} else if (!setting_holds(setting, text)) {
		fault_set(f, 0,
			"cannot join group '%s' with --%s: that is %s '%s', but the group has '%s'",
			name, setting->option, setting->file, setting->text, text_trim(text));
	} else {
		return 0;
	}
	return fault_hint(f, "limit --group %s -- COMMAND: the limits are those of the group",
		name);
}

int node_compare_shared(struct node *node, struct fault *f)
{
	for (unsigned i = 0; i < node->plan->setting_count; i++) {
		const struct plan_setting *entry = &node->plan->settings[i];

		if (entry->shared && !entry->setting.implied && !node->lost[i] &&
			compare_setting(node, entry, f) < 0 && node_lose_setting(node, i, f) < 0)
			return -1;
	}
	return 0;
}
