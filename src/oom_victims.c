/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "oom_victims.h"

#include <errno.h>
#include <fcntl.h>

#include "kernel_text.h"
#include "util.h"

/* CONSOLE_EXT_LOG_MAX, the longest record, and how many are read at most: log_buf_len is bounded. */
#define RECORD_MAX 8192
#define RECORDS_MAX 200000

/* Move *text past prefix, if it begins with it. */
static bool skip(const char **text, const char *prefix)
{
	size_t length = strlen(prefix);

	if (strncmp(*text, prefix, length) != 0)
		return false;
	*text += length;
	return true;
}

/* The message of 'PRIORITY,SEQUENCE,TIME,FLAGS[,…];MESSAGE', NULL: it is not the kernel's own. */
static const char *kernel_message(const char *record)
{
	uint64_t priority;
	const char *cursor = record;
	const char *message = strchr(record, ';');

	if (!scan_u64(&cursor, &priority) || *cursor != ',' || priority >= 8 || !message)
		return NULL;
	return message + 1;
}

/* Its number; all have one. */
static uint64_t sequence_of(const char *record)
{
	uint64_t priority, sequence = 0;

	if (scan_u64(&record, &priority) && skip(&record, ","))
		scan_u64(&record, &sequence);
	return sequence;
}

/* Is the group a component of the path that ends at end? */
static bool has_component(const char *path, const char *end, const char *group)
{
	size_t length = strlen(group);

	for (const char *p = path; p < end; p++)
		if (*p == '/' && (size_t)(end - p) > length && strncmp(p + 1, group, length) == 0 &&
			(p + 1 + length == end || p[1 + length] == '/'))
			return true;
	return false;
}

static struct oom_victim *add(struct oom_victims *victims, uint64_t pid, const char *name,
	size_t length)
{
	struct oom_victim *victim;
	unsigned kept = victims->count < OOM_VICTIMS_MAX ? victims->count : OOM_VICTIMS_MAX;

	/* Of a group the first victim is told twice. */
	for (unsigned i = 0; i < kept; i++)
		if (victims->list[i].pid == pid)
			return &victims->list[i];
	victims->count++;
	if (kept == OOM_VICTIMS_MAX)
		return NULL;
	victim = &victims->list[kept];
	*victim = (struct oom_victim){ .pid = pid };
	snprintf(victim->name, sizeof(victim->name), "%.*s", (int)length, name);
	return victim;
}

/*
 * 'constraint=…,oom_memcg=PATH,task_memcg=PATH,task=NAME,pid=N,uid=N'. The name is COMMAND's to choose
 * and comes last but two; what stands before it is not.
 */
static void parse_summary(struct oom_victims *victims, const char *group, const char *text)
{
	const char *path = strstr(text, ",task_memcg=");
	const char *task = path ? strstr(path, ",task=") : NULL;
	const char *pid_text = NULL;
	uint64_t pid;

	for (const char *p = task; p; p = strstr(p + 1, ",pid="))
		pid_text = p;
	if (!task || pid_text == task || !has_component(path, task, group))
		return;
	task += strlen(",task=");
	path = pid_text + strlen(",pid=");
	if (!scan_u64(&path, &pid) || *path != ',')
		return;
	add(victims, pid, task, (size_t)(pid_text - task));
	victims->expected_pid = pid;
}

static void parse_size(const char *text, const char *key, struct oom_victim *victim,
	uint64_t *bytes)
{
	const char *found = strstr(text, key);
	uint64_t kib;

	if (!found)
		return;
	found += strlen(key);
	if (!scan_u64(&found, &kib) || kib > UINT64_MAX / 1024 || !skip(&found, "kB"))
		return;
	*bytes = kib * 1024;
	victim->sizes_known = true;
}

/* 'N (NAME) total-vm:NkB, anon-rss:NkB, file-rss:NkB, shmem-rss:NkB, …' */
static void parse_killed(struct oom_victims *victims, const char *text)
{
	const char *name, *end = NULL;
	struct oom_victim *victim;
	uint64_t pid;

	if (!scan_u64(&text, &pid) || pid == 0 || !skip(&text, " ("))
		return;
	if (!victims->is_group && pid != victims->expected_pid)
		return;
	name = text;
	for (const char *p = strstr(name, ") total-vm:"); p; p = strstr(p + 1, ") total-vm:"))
		end = p;
	if (!end)
		return;
	victim = add(victims, pid, name, (size_t)(end - name));
	if (!victim)
		return;
	parse_size(end, " anon-rss:", victim, &victim->anon_bytes);
	parse_size(end, " file-rss:", victim, &victim->file_bytes);
	parse_size(end, " shmem-rss:", victim, &victim->shmem_bytes);
}

void oom_victims_parse(struct oom_victims *victims, const char *group, const char *record)
{
	static const char killed[] = ": Killed process ";
	const char *message = kernel_message(record);
	const char *found;

	if (!message)
		return;
	if (skip(&message, "oom-kill:")) {
		victims->expected_pid = 0;
		victims->is_group = false;
		parse_summary(victims, group, message);
	} else if (skip(&message, "Tasks in ")) {
		found = strstr(message, " are going to be killed due to memory.oom.group set");
		victims->is_group = found && has_component(message, found, group);
	} else {
		/* 'Memory cgroup out of memory: …', or of the whole machine 'Out of memory: …'. */
		found = strstr(message, killed);
		if (found && strcspn(message, ":") == (size_t)(found - message))
			parse_killed(victims, found + strlen(killed));
	}
}

/* EPIPE: the record was overwritten before it was read; the next read goes on after the gap. */
void oom_victims_read(struct oom_victims *victims, const char *group)
{
	const uint64_t from = victims->next;
	char record[RECORD_MAX + 1];
	_cleanup_close_ int fd = open("/dev/kmsg", O_RDONLY | O_NONBLOCK | O_CLOEXEC);

	*victims = (struct oom_victims){ .next = from };
	for (unsigned i = 0; fd >= 0 && i < RECORDS_MAX; i++) {
		ssize_t length = read(fd, record, RECORD_MAX);

		if (length < 0 && (errno == EPIPE || errno == EINTR))
			continue;
		if (length <= 0)
			return;
		record[length] = '\0';
		record[strcspn(record, "\n")] = '\0';
		if (sequence_of(record) < from)
			continue;
		victims->next = sequence_of(record) + 1;
		oom_victims_parse(victims, group, record);
	}
}
