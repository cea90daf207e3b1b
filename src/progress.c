/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "progress.h"

#include <fcntl.h>
#include <inttypes.h>
#include <poll.h>
#include <sys/ioctl.h>
#include <termios.h>

#include "quantity.h"

#define BAR_WIDTH 10
#define COLUMNS_DEFAULT 80

/* Down a row in the same column, remember it, erase that row. */
#define BEGIN "\033[K\033D\0337\r\033[2K"
/* Back to where COMMAND was. */
#define END "\0338\033M"

/* A part of the line, if it still fits. */
static void append(char *text, unsigned columns, const char *part)
{
	size_t length = strlen(text);
	size_t most = columns < PROGRESS_LINE_MAX ? columns : PROGRESS_LINE_MAX - 1;

	if (length + strlen(part) + (length ? 2 : 0) > most)
		return;
	snprintf(text + length, PROGRESS_LINE_MAX - length, "%s%s", length ? "  " : "", part);
}

static void append_cpu(char *text, unsigned columns, const struct sample *before,
	const struct sample *now, const struct progress_caps *caps)
{
	struct reading used_us = sample_growth(before, now, SAMPLE_CPU_US);
	uint64_t wall_us = now->at_us > before->at_us ? now->at_us - before->at_us : 1;
	char cap[QUANTITY_TEXT_MAX], part[64];

	if (!used_us.known)
		return;
	if (caps->cpu_millionths)
		snprintf(part, sizeof(part), "cpu %.2f of %s",
			(double)used_us.value / (double)wall_us,
			quantity_format_millionths(caps->cpu_millionths, cap, sizeof(cap)));
	else
		snprintf(part, sizeof(part), "cpu %.2f", (double)used_us.value / (double)wall_us);
	append(text, columns, part);
}

static void append_memory(char *text, unsigned columns, const struct sample *now,
	const struct progress_caps *caps)
{
	const struct reading *bytes = &now->values[SAMPLE_MEMORY_BYTES];
	char used[QUANTITY_TEXT_MAX], cap[QUANTITY_TEXT_MAX], part[128];
	char bar[BAR_WIDTH + 1];
	double share;

	if (!bytes->known)
		return;
	quantity_format_size(bytes->value, used, sizeof(used));
	if (!caps->mem_bytes) {
		snprintf(part, sizeof(part), "mem %s", used);
		append(text, columns, part);
		return;
	}
	share = (double)bytes->value / (double)caps->mem_bytes;
	for (unsigned i = 0; i < BAR_WIDTH; i++)
		bar[i] = (double)i + 0.5 < share * BAR_WIDTH ? '#' : '-';
	bar[BAR_WIDTH] = '\0';
	snprintf(part, sizeof(part), "mem [%s] %s of %s", bar, used,
		quantity_format_size(caps->mem_bytes, cap, sizeof(cap)));
	append(text, columns, part);
}

static void append_pids(char *text, unsigned columns, const struct sample *now,
	const struct progress_caps *caps)
{
	const struct reading *pids = &now->values[SAMPLE_PIDS];
	char part[64];

	if (!pids->known)
		return;
	if (caps->pids)
		snprintf(part, sizeof(part), "pids %" PRIu64 " of %" PRIu64, pids->value,
			caps->pids);
	else
		snprintf(part, sizeof(part), "pids %" PRIu64, pids->value);
	append(text, columns, part);
}

static void append_rate(char *text, unsigned columns, const char *name, const struct sample *before,
	const struct sample *now, enum sample_field field)
{
	struct reading bytes = sample_growth(before, now, field);
	uint64_t wall_us = now->at_us > before->at_us ? now->at_us - before->at_us : 1;
	char rate[QUANTITY_TEXT_MAX], part[64];

	if (!bytes.known)
		return;
	quantity_format_size((uint64_t)((double)bytes.value * 1e6 / (double)wall_us), rate,
		sizeof(rate));
	snprintf(part, sizeof(part), "%s %s/s", name, rate);
	append(text, columns, part);
}

void progress_format(const struct sample *before, const struct sample *now,
	const struct progress_caps *caps, unsigned columns, char *text)
{
	char time[QUANTITY_TEXT_MAX];

	text[0] = '\0';
	/* To tenths of a second: what changes faster cannot be read. */
	if (now->at_us < 120 * UINT64_C(1000000))
		snprintf(time, sizeof(time), "%.1f s", (double)now->at_us / 1e6);
	else
		quantity_format_duration(now->at_us, time, sizeof(time));
	append(text, columns, time);
	append_cpu(text, columns, before, now, caps);
	append_memory(text, columns, now, caps);
	append_pids(text, columns, now, caps);
	append_rate(text, columns, "read", before, now, SAMPLE_READ_BYTES);
	append_rate(text, columns, "write", before, now, SAMPLE_WRITTEN_BYTES);
}

/* A terminal without the sequences that are used: TERM is not set, or 'dumb'. */
static bool is_dumb(void)
{
	const char *term = getenv("TERM");

	return !term || !*term || strcmp(term, "dumb") == 0;
}

void progress_open(struct progress *progress)
{
	*progress = (struct progress){ .fd = -1 };
	if (!isatty(STDERR_FILENO) || is_dumb())
		return;
	/* A description of our own, so that it can be written to without waiting. */
	progress->fd = open("/proc/self/fd/2", O_WRONLY | O_NONBLOCK | O_CLOEXEC | O_NOCTTY);
	if (progress->fd < 0)
		progress->fd = fcntl(STDERR_FILENO, F_DUPFD_CLOEXEC, 3);
}

/* All of it or nothing: a terminal that takes no more is not waited for. */
static bool put(const struct progress *progress, const char *text)
{
	struct pollfd terminal = { .fd = progress->fd, .events = POLLOUT };

	return poll(&terminal, 1, 0) == 1 && (terminal.revents & POLLOUT) &&
	       write(progress->fd, text, strlen(text)) > 0;
}

static bool in_foreground(const struct progress *progress)
{
	return tcgetpgrp(progress->fd) == getpgrp();
}

static unsigned columns_of(const struct progress *progress)
{
	struct winsize size;

	if (ioctl(progress->fd, TIOCGWINSZ, &size) < 0 || size.ws_col == 0)
		return COLUMNS_DEFAULT;
	/* Where there is no row below there is no place. */
	return size.ws_row == 1 ? 0 : size.ws_col;
}

void progress_draw(struct progress *progress, const struct sample *sample,
	const struct progress_caps *caps)
{
	char line[PROGRESS_LINE_MAX];
	char text[PROGRESS_LINE_MAX + 64];
	unsigned columns;

	if (progress->fd < 0)
		return;
	if (in_foreground(progress)) {
		columns = columns_of(progress);
		/* The last column stays free: some terminals wrap as soon as it is used. */
		progress_format(&progress->before, sample, caps, columns ? columns - 1 : 0, line);
		snprintf(text, sizeof(text), BEGIN "%s" END, line);
		if (line[0] && put(progress, text))
			progress->drawn = true;
	} else {
		progress->drawn = false;
	}
	progress->before = *sample;
}

void progress_erase(struct progress *progress)
{
	if (progress->fd >= 0 && progress->drawn && in_foreground(progress))
		put(progress, BEGIN END);
	progress->drawn = false;
}

void progress_say(struct progress *progress, const struct sample *sample,
	const struct progress_caps *caps)
{
	char line[PROGRESS_LINE_MAX];

	progress_format(&progress->before, sample, caps, PROGRESS_LINE_MAX, line);
	say("%s", line);
	progress->before = *sample;
}

void progress_close(struct progress *progress)
{
	progress_erase(progress);
	close_fd(&progress->fd);
}
