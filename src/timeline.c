/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "timeline.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <sys/stat.h>

#include "files.h"

bool timeline_is_json(const char *path)
{
	return text_ends_in(path, ".json") || text_ends_in(path, ".jsonl") ||
	       text_ends_in(path, ".ndjson");
}

static size_t format_json(const struct sample *sample, char *text)
{
	size_t length =
		(size_t)snprintf(text, TIMELINE_LINE_MAX, "{\"time_us\":%" PRIu64, sample->at_us);

	for (unsigned i = 0; i < SAMPLE_FIELDS; i++) {
		const struct reading *value = &sample->values[i];

		length += (size_t)snprintf(text + length, TIMELINE_LINE_MAX - length,
			",\"%s\":", sample_names[i]);
		length +=
			(size_t)(value->known ? snprintf(text + length, TIMELINE_LINE_MAX - length,
							"%" PRIu64, value->value)
					      : snprintf(text + length, TIMELINE_LINE_MAX - length,
							"null"));
	}
	return length + (size_t)snprintf(text + length, TIMELINE_LINE_MAX - length, "}\n");
}

static size_t format_csv(const struct sample *sample, char *text)
{
	size_t length =
		(size_t)(sample ? snprintf(text, TIMELINE_LINE_MAX, "%" PRIu64, sample->at_us)
				: snprintf(text, TIMELINE_LINE_MAX, "time_us"));

	for (unsigned i = 0; i < SAMPLE_FIELDS; i++) {
		text[length++] = ',';
		if (!sample)
			length += (size_t)snprintf(text + length, TIMELINE_LINE_MAX - length, "%s",
				sample_names[i]);
		else if (sample->values[i].known)
			length += (size_t)snprintf(text + length, TIMELINE_LINE_MAX - length,
				"%" PRIu64, sample->values[i].value);
	}
	text[length++] = '\n';
	text[length] = '\0';
	return length;
}

size_t timeline_format(const struct sample *sample, bool json, char *text)
{
	/* 19 fields of at most 20 digits, with names of at most 18 characters: 900 bytes. */
	_Static_assert((SAMPLE_FIELDS + 1) * (20 + 18 + 4) + 4 <= TIMELINE_LINE_MAX, "a line");
	if (json && !sample)
		return 0;
	return json ? format_json(sample, text) : format_csv(sample, text);
}

static void give_up(struct timeline *timeline, struct warnings *warnings)
{
	warnings_add(warnings, "cannot write the timeline to '%s': %s; it ends early",
		timeline->path, strerror(errno));
	close_fd(&timeline->fd);
	timeline->waiting = 0;
}

/* Write what waits, as far as it goes. SIGPIPE is blocked, so a reader that left is EPIPE. */
static void write_pending(struct timeline *timeline, struct warnings *warnings)
{
	size_t done = 0;

	while (done < timeline->waiting) {
		ssize_t written =
			write(timeline->fd, timeline->pending + done, timeline->waiting - done);

		if (written < 0 && errno == EINTR)
			continue;
		if (written < 0 && errno == EAGAIN)
			break;
		if (written < 0) {
			give_up(timeline, warnings);
			return;
		}
		done += (size_t)written;
	}
	timeline->waiting -= done;
	memmove(timeline->pending, timeline->pending + done, timeline->waiting);
}

int timeline_open(struct timeline *timeline, const char *path, struct fault *f)
{
	struct stat status;
	size_t size;

	*timeline = (struct timeline){ .path = path, .json = timeline_is_json(path) };
	timeline->fd = open(path, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC | O_NOCTTY, 0666);
	if (timeline->fd < 0) {
		fault_set(f, errno, "cannot write the timeline to '%s'", path);
		return fault_hint(f, "--timeline FILE, in a directory that you may write");
	}
	/* The description is ours alone; a file on a disk does not know of EAGAIN. */
	if (fstat(timeline->fd, &status) == 0 && !S_ISREG(status.st_mode))
		fcntl(timeline->fd, F_SETFL, O_NONBLOCK);
	size = timeline_format(NULL, timeline->json, timeline->pending);
	if (size && write(timeline->fd, timeline->pending, size) != (ssize_t)size)
		return fault_set(f, errno, "cannot write the timeline to '%s'", path);
	return 0;
}

void timeline_add(struct timeline *timeline, const struct sample *sample, struct warnings *warnings)
{
	if (timeline->fd < 0)
		return;
	write_pending(timeline, warnings);
	if (timeline->fd < 0)
		return;
	if (timeline->waiting) {
		timeline->lost++;
		return;
	}
	timeline->waiting = timeline_format(sample, timeline->json, timeline->pending);
	write_pending(timeline, warnings);
}

void timeline_close(struct timeline *timeline, struct warnings *warnings)
{
	if (timeline->fd < 0)
		return;
	write_pending(timeline, warnings);
	timeline->lost += timeline->waiting > 0;
	if (timeline->lost)
		warnings_add(warnings,
			"%u samples of the timeline were lost: '%s' was read too slowly",
			timeline->lost, timeline->path);
	close_fd(&timeline->fd);
}
