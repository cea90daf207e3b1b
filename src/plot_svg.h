/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * plot_svg — the parts that a picture is made of: where things are, text, axes and series. Private to
 * plot_svg.c and plot_picture.c; what they make together is plot_print_svg() of plot.h.
 */
#ifndef LIMIT_PLOT_SVG_H
#define LIMIT_PLOT_SVG_H

#include "plot.h"

/* In pixels of the viewBox. */
#define SVG_WIDTH 900
#define SVG_LEFT 112
#define SVG_RIGHT 876
#define SVG_GAP 14 /* below a chart */

enum svg_unit {
	SVG_CPUS,
	SVG_BYTES,
	SVG_RATE, /* bytes per second */
	SVG_COUNT,
};

struct svg_line {
	enum plot_series series;
	const char *style; /* a class of the style sheet */
	const char *name;
	bool area;    /* filled down to 0 */
	bool if_used; /* left out if it is 0 all the time */
};

#define SVG_LINES_MAX 3

struct svg_chart {
	const char *title;
	enum svg_unit unit;
	int height;
	double cap;          /* 0: none */
	const char *unknown; /* said instead if nothing is known */
	unsigned line_count;
	struct svg_line lines[SVG_LINES_MAX];
};

struct svg {
	FILE *out;
	const struct plot *plot;
	struct plot_axis time;
	int y; /* down to where it is drawn */
};

double svg_x(const struct svg *svg, double at_us);

/* Title, grid, axis, series and the cap below svg->y, which is moved on. */
void svg_draw_chart(struct svg *svg, const struct svg_chart *chart);

/* The labels of the time axis, below the last chart. */
void svg_draw_time(struct svg *svg);

/* Text in a class of the style sheet; anchor 'start', 'middle' or 'end'. It is not escaped. */
void svg_text(const struct svg *svg, double x, double y, const char *style, const char *anchor,
	const char *text);

#endif
