/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * live — what is told while COMMAND runs: --timeline, --plot and --progress take their samples from
 * one sampler, in one rhythm that does not drift. A run without these options has none of it.
 *
 * The files are opened before COMMAND starts; from then on nothing fails, it becomes a warning. live may
 * be NULL but for live_open(): there is nothing to tell then.
 */
#ifndef LIMIT_LIVE_H
#define LIMIT_LIVE_H

#include "plot.h"
#include "progress.h"
#include "record.h"
#include "sample.h"
#include "timeline.h"

#define LIVE_NEVER UINT64_MAX

struct live {
	const struct spec *spec;
	struct timeline timeline;
	struct plot plot;
	int plot_fd; /* -1: no plot */
	struct progress progress;
	struct progress_caps caps;
	struct sampler sampler;
	bool running;          /* the sampler is open */
	uint64_t sample_us;    /* between samples */
	uint64_t sample_at_us; /* the next one, by monotonic_us(); LIVE_NEVER */
	uint64_t draw_at_us;
};

/* Returns 0, or -1 with *f set: a file cannot be written, ENOMEM. Close in either case. */
int live_open(struct live *live, const struct spec *spec, struct fault *f);

/*
 * COMMAND runs in the node, which must not be removed before live_end(). Of the record only what was
 * known before is looked at.
 */
void live_start(struct live *live, const struct record *record, const struct node *node,
	uint64_t started_at_us, struct warnings *warnings);

/* How long until there is something to do; LIVE_NEVER. */
uint64_t live_wait_us(const struct live *live);

/* Do what is due. */
void live_turn(struct live *live, struct warnings *warnings);

/* SIGUSR1 has come, and --progress=signal wants it. */
void live_say(struct live *live);

/* limit is about to stop: take the line away. */
void live_pause(struct live *live);

void live_note(struct live *live, enum plot_event event);

/* COMMAND has ended: the last sample. The node may go. */
void live_end(struct live *live, struct warnings *warnings);

/* All is known: draw the plot. What cannot be written is a warning. */
void live_finish(struct live *live, const struct record *record, struct warnings *warnings);

void live_close(struct live *live);

/* When the next of a rhythm is due that was to be at due_us: those that were missed are left out. Pure. */
uint64_t live_next_us(uint64_t due_us, uint64_t interval_us, uint64_t now_us);

#endif
