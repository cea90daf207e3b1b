/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "oom_watch.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <poll.h>
#include <sys/eventfd.h>
#include <time.h>

#include "files.h"
#include "kernel_text.h"
#include "monotonic.h"
#include "verdict.h"

/*
 * A kill follows an attempt to stay below the limit, which is told within 10 ms: what was seen much
 * earlier belongs to another attempt.
 */
#define SPLIT_AGE_US UINT64_C(100000)

#define VICTIM_WAIT_MS 100

/* Register an eventfd: 'EVENT_FD CONTROL_FD' into cgroup.event_control. */
static int open_v1(int group_fd)
{
	_cleanup_close_ int event_fd = eventfd(0, EFD_CLOEXEC | EFD_NONBLOCK);
	_cleanup_close_ int control_fd =
		openat(group_fd, "memory.oom_control", O_RDONLY | O_CLOEXEC);
	char text[64];

	if (event_fd < 0 || control_fd < 0)
		return -1;
	snprintf(text, sizeof(text), "%d %d", event_fd, control_fd);
	if (file_write_at(group_fd, "cgroup.event_control", text) < 0)
		return -1;
	return steal_fd(&event_fd);
}

static bool read_number(int group_fd, const char *file, uint64_t *value)
{
	char text[64];

	return file_read_at(group_fd, file, text, sizeof(text)) >= 0 && text_to_u64(text, value);
}

/* Keep what the memory is made of, if it is all still there. */
static void look_at_memory(struct oom_watch *watch)
{
	char text[FILE_TEXT_MAX];
	struct memory_split split;

	if (file_read_at(watch->group_fd, "memory.stat", text, sizeof(text)) < 0)
		return;
	split = watch->v2 ? memory_split_parse_v2(text) : memory_split_parse_v1(text);
	/* v1 has it in a file of its own. */
	if (!watch->v2)
		split.kernel_bytes.known = read_number(watch->group_fd,
			"memory.kmem.usage_in_bytes", &split.kernel_bytes.value);
	if (!memory_split_is_full(&split, watch->limit_bytes))
		return;
	watch->split = split;
	watch->looked_at_us = monotonic_us();
}

/* Reading arms the next notification. The first kill is the one that is told about. */
static void look_at_events(struct oom_watch *watch)
{
	char text[512];
	uint64_t max_events = watch->max_events, kills = watch->kills;
	ssize_t length = pread(watch->fd, text, sizeof(text) - 1, 0);

	if (length < 0)
		return;
	text[length] = '\0';
	keyed_u64(text, "max", &max_events);
	keyed_u64(text, "oom_kill", &kills);
	if (watch->kills == 0 && (kills > 0 || max_events != watch->max_events)) {
		look_at_memory(watch);
		if (kills > 0 && monotonic_us() - watch->looked_at_us > SPLIT_AGE_US)
			watch->split = (struct memory_split){ 0 };
	}
	watch->max_events = max_events;
	watch->kills = kills;
}

/*
 * v1 notifies the whole subtree of the group that ran out of memory, with whose limit left open. It
 * may be that of a group above, and its victim beside the node: that is no end of COMMAND.
 */
static bool own_limit_was_hit(int group_fd)
{
	uint64_t peak_bytes, limit_bytes;

	if (!read_number(group_fd, "memory.limit_in_bytes", &limit_bytes) ||
		!read_number(group_fd, "memory.max_usage_in_bytes", &peak_bytes) ||
		verdict_peak_is_at(peak_bytes, limit_bytes))
		return true;
	/* Not there without swap accounting (swapaccount=0). */
	return read_number(group_fd, "memory.memsw.limit_in_bytes", &limit_bytes) &&
	       read_number(group_fd, "memory.memsw.max_usage_in_bytes", &peak_bytes) &&
	       verdict_peak_is_at(peak_bytes, limit_bytes);
}

/*
 * Of the group and those that COMMAND made in it: v1 counts a kill where the victim was, and there alone. In
 * one whose own limit was hit it was for that.
 */
static uint64_t count_kills(int group_fd)
{
	DIR *dir = directory_open_at(group_fd, ".");
	const struct dirent *entry;
	uint64_t sum = 0;
	char text[256];

	if (file_read_at(group_fd, "memory.oom_control", text, sizeof(text)) > 0)
		keyed_u64(text, "oom_kill", &sum);
	while (dir && (entry = readdir(dir))) {
		_cleanup_close_ int fd = -1;

		if (entry->d_type == DT_DIR && entry->d_name[0] != '.')
			fd = openat(group_fd, entry->d_name, O_RDONLY | O_DIRECTORY | O_CLOEXEC);
		if (fd >= 0 && !own_limit_was_hit(fd))
			sum += count_kills(fd);
	}
	if (dir)
		closedir(dir);
	return sum;
}

/*
 * The limit of the group around was hit: is the victim in the node? v1 tells before the kill, and then
 * no more; who is to die is chosen and counted right after it. Not known: it is let alone, as it is by the
 * kernel.
 */
static bool is_killed_soon(struct oom_watch *watch)
{
	const struct timespec pause = { .tv_nsec = 1000000 };

	for (unsigned i = 0; watch->ends_tree && i < VICTIM_WAIT_MS; i++) {
		uint64_t kills = count_kills(watch->group_fd);

		if (kills > watch->kills) {
			watch->kills = kills;
			return true;
		}
		nanosleep(&pause, NULL);
	}
	return false;
}

int oom_watch_open(struct oom_watch *watch, const struct node *node, struct fault *f)
{
	const struct plan_group *group = plan_group_of(node->plan, CONTROLLER_MEMORY);
	int group_fd = node_group_fd(node, group);

	*watch = (struct oom_watch){ .fd = -1, .group_fd = group_fd };
	if ((!node->plan->mem_bytes && !node->plan->shared.name) || group_fd < 0)
		return 0;
	watch->v2 = group->v2;
	watch->ends_tree = node->kill_group_on_oom;
	watch->shared = node->plan->shared.name != NULL;
	/* What it was made of is seen when its own limit is hit. */
	watch->limit_bytes = watch->shared ? UINT64_MAX : node->plan->mem_bytes;
	if (group->v2) {
		watch->fd = openat(group_fd, "memory.events", O_RDONLY | O_CLOEXEC);
		watch->events = POLLPRI;
		if (watch->fd >= 0)
			look_at_events(watch);
	} else {
		watch->fd = open_v1(group_fd);
		watch->events = POLLIN;
	}
	if (watch->fd < 0 && watch->ends_tree)
		return fault_set(f, errno, "cannot watch '%s' for OOM kills", group->path);
	return 0;
}

bool oom_watch_fired(struct oom_watch *watch, short revents)
{
	uint64_t count;

	if (watch->fd < 0 || !revents)
		return false;
	if (watch->v2) {
		look_at_events(watch);
		return watch->ends_tree && watch->kills > 0;
	}
	if (read(watch->fd, &count, sizeof(count)) != sizeof(count) ||
		!(watch->shared ? is_killed_soon(watch) : own_limit_was_hit(watch->group_fd)))
		return false;
	if (!watch->shared && watch->kills++ == 0)
		look_at_memory(watch);
	return watch->ends_tree;
}

void oom_watch_close(struct oom_watch *watch, struct memory_split *split)
{
	*split = watch->split;
	close_fd(&watch->fd);
}
