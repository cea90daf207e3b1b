/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "live.h"

#include <errno.h>
#include <fcntl.h>

#include "files.h"
#include "monotonic.h"

#define SAMPLE_DEFAULT_US UINT64_C(100000)

uint64_t live_next_us(uint64_t due_us, uint64_t interval_us, uint64_t now_us)
{
	if (now_us < due_us)
		return due_us;
	return due_us + ((now_us - due_us) / interval_us + 1) * interval_us;
}

/* It is replaced at the end only: a run that did not start leaves the picture of the one before. */
static int open_plot(struct live *live, struct fault *f)
{
	const char *path = live->spec->plot_path;

	live->plot_fd = open(path, O_WRONLY | O_CREAT | O_CLOEXEC | O_NOCTTY, 0666);
	if (live->plot_fd < 0) {
		fault_set(f, errno, "cannot write the plot to '%s'", path);
		return fault_hint(f, "--plot FILE.svg, in a directory that you may write");
	}
	return plot_init(&live->plot, live->sample_us, f);
}

int live_open(struct live *live, const struct spec *spec, struct fault *f)
{
	*live = (struct live){
		.spec = spec,
		.timeline.fd = -1,
		.plot_fd = -1,
		.progress.fd = -1,
		.sample_us = spec->sample_us.kind == QUANTITY_NUMBER ? spec->sample_us.value
								     : SAMPLE_DEFAULT_US,
		.sample_at_us = LIVE_NEVER,
		.draw_at_us = LIVE_NEVER,
	};
	if (spec->timeline_path && timeline_open(&live->timeline, spec->timeline_path, f) < 0)
		return -1;
	if (spec->plot_path && open_plot(live, f) < 0)
		return -1;
	if (spec->progress == SPEC_PROGRESS_LINE)
		progress_open(&live->progress);
	return 0;
}

static bool samples(const struct live *live)
{
	return live->timeline.fd >= 0 || live->plot_fd >= 0;
}

static void take_sample(struct live *live, const struct sample *sample, struct warnings *warnings)
{
	timeline_add(&live->timeline, sample, warnings);
	plot_add(&live->plot, sample);
}

void live_start(struct live *live, const struct record *record, const struct node *node,
	uint64_t started_at_us, struct warnings *warnings)
{
	uint64_t now_us = monotonic_us();
	struct sample sample;

	if (!live || (!samples(live) && live->progress.fd < 0 &&
			     live->spec->progress != SPEC_PROGRESS_SIGNAL))
		return;
	sampler_open(&live->sampler, node, started_at_us);
	live->running = true;
	live->caps = (struct progress_caps){ record_mem_limit(record), record_cpu_limit(record),
		record_pids_limit(record) };
	sampler_read(&live->sampler, &sample);
	live->progress.before = sample;
	if (samples(live)) {
		take_sample(live, &sample, warnings);
		live->sample_at_us = live_next_us(started_at_us, live->sample_us, now_us);
	}
	if (live->progress.fd >= 0)
		live->draw_at_us = live_next_us(started_at_us, PROGRESS_INTERVAL_US, now_us);
}

static bool is_rhythmic(const struct live *live)
{
	return live && (live->sample_at_us != LIVE_NEVER || live->draw_at_us != LIVE_NEVER);
}

uint64_t live_wait_us(const struct live *live)
{
	uint64_t at_us, now_us;

	if (!is_rhythmic(live))
		return LIVE_NEVER;
	at_us = live->sample_at_us < live->draw_at_us ? live->sample_at_us : live->draw_at_us;
	now_us = monotonic_us();
	return at_us > now_us ? at_us - now_us : 0;
}

void live_turn(struct live *live, struct warnings *warnings)
{
	struct sample sample;
	uint64_t now_us;

	if (!is_rhythmic(live))
		return;
	now_us = monotonic_us();
	if (now_us < live->sample_at_us && now_us < live->draw_at_us)
		return;
	sampler_read(&live->sampler, &sample);
	if (now_us >= live->sample_at_us) {
		take_sample(live, &sample, warnings);
		live->sample_at_us = live_next_us(live->sample_at_us, live->sample_us, now_us);
	}
	if (now_us >= live->draw_at_us) {
		progress_draw(&live->progress, &sample, &live->caps);
		live->draw_at_us = live_next_us(live->draw_at_us, PROGRESS_INTERVAL_US, now_us);
	}
}

void live_say(struct live *live)
{
	struct sample sample;

	if (!live || !live->running)
		return;
	sampler_read(&live->sampler, &sample);
	progress_say(&live->progress, &sample, &live->caps);
}

void live_pause(struct live *live)
{
	if (live)
		progress_erase(&live->progress);
}

void live_note(struct live *live, enum plot_event event)
{
	if (live)
		plot_note(&live->plot, event);
}

void live_end(struct live *live, struct warnings *warnings)
{
	struct sample sample;

	if (!live || !live->running)
		return;
	progress_close(&live->progress);
	sampler_read(&live->sampler, &sample);
	take_sample(live, &sample, warnings);
	timeline_close(&live->timeline, warnings);
	sampler_close(&live->sampler);
	live->running = false;
	live->sample_at_us = LIVE_NEVER;
	live->draw_at_us = LIVE_NEVER;
}

void live_finish(struct live *live, const struct record *record, struct warnings *warnings)
{
	_cleanup_free_ char *picture = NULL;

	if (!live || live->plot_fd < 0 || !live->plot.buckets)
		return;
	picture = plot_make_svg(&live->plot, record);
	/* A pipe cannot be cut, and need not be. */
	if (picture && ftruncate(live->plot_fd, 0) < 0 && errno != EINVAL)
		warnings_add(warnings, "cannot replace the plot in '%s': %s", live->spec->plot_path,
			strerror(errno));
	if (!picture || file_write_all(live->plot_fd, picture, strlen(picture)) < 0)
		warnings_add(warnings, "cannot write the plot to '%s': %s", live->spec->plot_path,
			strerror(picture ? errno : ENOMEM));
}

void live_close(struct live *live)
{
	struct warnings nobody = { 0 };

	progress_close(&live->progress);
	timeline_close(&live->timeline, &nobody);
	plot_release(&live->plot);
	close_fd(&live->plot_fd);
}
