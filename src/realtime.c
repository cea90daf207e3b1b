/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "realtime.h"

#include <dirent.h>
#include <fcntl.h>
#include <sched.h>

#include "files.h"
#include "kernel_text.h"

/* Field 41 of /proc/PID/stat (proc(5)); the first after COMM's ')' is field 3. */
#define FIELD_POLICY 41

/* What the search has found. */
struct search {
	int root_fd;
	char *text;
	size_t size;
	unsigned count;
};

typedef void name_visitor(struct search *search, const char *dir, const char *name);

/* Call visit for every number among the names of a directory. */
static void visit_numbers(struct search *search, const char *dir, name_visitor *visit)
{
	int fd = openat(search->root_fd, dir, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *stream = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;

	while (stream && (entry = readdir(stream))) {
		uint64_t number;

		if (text_to_u64(entry->d_name, &number))
			visit(search, dir, entry->d_name);
	}
	if (stream)
		closedir(stream);
	else if (fd >= 0)
		close(fd);
}

static bool is_realtime(const char *stat)
{
	const char *field = strrchr(stat, ')');
	uint64_t policy;

	for (unsigned i = 2; field && i < FIELD_POLICY; i++) {
		field = strchr(field, ' ');
		field = field ? field + 1 : NULL;
	}
	return field && scan_u64(&field, &policy) && (policy == SCHED_FIFO || policy == SCHED_RR);
}

/* Kernel threads such as migration/0 all are. */
static bool is_in_root_group(int root_fd, const char *task)
{
	_cleanup_free_ char *path = path_join(task, "cgroup");
	_cleanup_free_ char *text = file_slurp_at(root_fd, path);
	_cleanup_free_ char *group = text ? self_cgroup_v2(text) : NULL;

	return !group || strcmp(group, "/") == 0;
}

/* COMM of 'PID (COMM) S …'. */
static void note(struct search *search, const char *stat, const char *name)
{
	const char *first = strchr(stat, '(');
	const char *last = strrchr(stat, ')');
	size_t length = strlen(search->text);

	if (search->count++ >= REALTIME_NAMES_MAX || !first || last <= first)
		return;
	snprintf(search->text + length, search->size - length, "%s%.*s (%s)", length ? ", " : "",
		(int)(last - first - 1), first + 1, name);
}

static void visit_task(struct search *search, const char *dir, const char *name)
{
	_cleanup_free_ char *task = path_join(dir, name);
	_cleanup_free_ char *path = path_join(task, "stat");
	char stat[1024];

	if (file_read_at(search->root_fd, path, stat, sizeof(stat)) > 0 && is_realtime(stat) &&
		!is_in_root_group(search->root_fd, task))
		note(search, stat, name);
}

/* A thread can be realtime where its process is not. */
static void visit_process(struct search *search, const char *dir, const char *name)
{
	_cleanup_free_ char *tasks = text_format("%s/%s/task", dir, name);

	visit_numbers(search, tasks, visit_task);
}

unsigned realtime_tasks(int root_fd, char *text, size_t size)
{
	struct search search = { root_fd, text, size, 0 };

	text[0] = '\0';
	visit_numbers(&search, "proc", visit_process);
	return search.count;
}
