/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "escape.h"

#include <fcntl.h>

#include "files.h"
#include "kernel_text.h"
#include "placement.h"

static void note_if_outside(struct escape *escape, pid_t pid, bool ended)
{
	struct escapes *found = escape->found;
	struct escaped process = { .pid = pid };
	char path[64];

	if (placement_of(escape->node, pid, ended, process.where, sizeof(process.where)) !=
		PLACEMENT_OUTSIDE)
		return;
	snprintf(path, sizeof(path), "/proc/%d/comm", (int)pid);
	if (file_read_at(AT_FDCWD, path, process.name, sizeof(process.name)) < 0)
		snprintf(process.name, sizeof(process.name), "?");
	text_trim(process.name);
	if (found->count < ESCAPES_MAX)
		found->list[found->count] = process;
	found->count++;
}

void escape_look(struct escape *escape, pid_t pid, bool is_command)
{
	if (!is_command && (escape->siblings || escape->looks++ >= ESCAPE_LOOKS_MAX))
		return;
	note_if_outside(escape, pid, true);
}

void escape_look_at_living(struct escape *escape, pid_t guard_pid, pid_t init_pid)
{
	char path[64];
	_cleanup_free_ char *text = NULL;
	const char *cursor;
	uint64_t pid;

	if (escape->siblings)
		return;
	snprintf(path, sizeof(path), "/proc/self/task/%d/children", (int)getpid());
	text = file_slurp_at(AT_FDCWD, path);
	for (cursor = text ? text : ""; scan_u64(&cursor, &pid); cursor += *cursor == ' ')
		if ((pid_t)pid != guard_pid && (pid_t)pid != init_pid &&
			escape->looks++ < ESCAPE_LOOKS_MAX)
			note_if_outside(escape, (pid_t)pid, false);
}
