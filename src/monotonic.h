/* SPDX-License-Identifier: GPL-2.0-or-later */
/* monotonic — the one clock: CLOCK_MONOTONIC, which no clock change touches and suspend stops. */
#ifndef LIMIT_MONOTONIC_H
#define LIMIT_MONOTONIC_H

#include <stdint.h>
#include <time.h>

static inline uint64_t monotonic_us(void)
{
	struct timespec now;

	clock_gettime(CLOCK_MONOTONIC, &now);
	return (uint64_t)now.tv_sec * 1000000 + (uint64_t)now.tv_nsec / 1000;
}

#endif
