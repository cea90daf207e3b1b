/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "plot_svg.h"

#include "json_library.h"
#include "quantity.h"

#define TITLE_HEIGHT 22
#define LEGEND_LEFT (SVG_LEFT + 176)

/* A cap this many times above all that was used would press it flat. */
#define CAP_FAR_ABOVE 4

void plot_print_text(const char *text, FILE *out)
{
	static const char replacement[] = "\xef\xbf\xbd";
	_cleanup_free_ char *clean = json_library_clean_utf8(text);

	for (const char *p = clean; *p; p++) {
		/* U+FFFE and U+FFFF are no characters of XML 1.0 (section 2.2). */
		bool none =
			strncmp(p, "\xef\xbf\xbe", 3) == 0 || strncmp(p, "\xef\xbf\xbf", 3) == 0;

		if (none)
			p += 2;
		if (none || (unsigned char)*p < ' ' || *p == 127)
			fputs(replacement, out);
		else if (*p == '&')
			fputs("&amp;", out);
		else if (*p == '<')
			fputs("&lt;", out);
		else if (*p == '>')
			fputs("&gt;", out);
		else if (*p == '"')
			fputs("&quot;", out);
		else
			fputc(*p, out);
	}
}

double svg_x(const struct svg *svg, double at_us)
{
	return SVG_LEFT + (SVG_RIGHT - SVG_LEFT) * at_us / svg->time.end;
}

void svg_text(const struct svg *svg, double x, double y, const char *style, const char *anchor,
	const char *text)
{
	fprintf(svg->out, "<text x=\"%.1f\" y=\"%.1f\" class=\"%s\" text-anchor=\"%s\">%s</text>\n",
		x, y, style, anchor, text);
}

static void rule(const struct svg *svg, double x1, double y1, double x2, double y2,
	const char *style)
{
	fprintf(svg->out, "<path d=\"M%.1f %.1fL%.1f %.1f\" class=\"%s\"/>\n", x1, y1, x2, y2,
		style);
}

static const char *format_value(double value, enum svg_unit unit, char *text, size_t size)
{
	char number[QUANTITY_TEXT_MAX];

	if (unit == SVG_CPUS || unit == SVG_COUNT)
		snprintf(text, size, "%.4g", value);
	else
		snprintf(text, size, "%s%s",
			quantity_format_size((uint64_t)value, number, sizeof(number)),
			unit == SVG_RATE && value > 0 ? "/s" : "");
	return text;
}

/* Where in a chart, and how high a value is in it. */
struct frame {
	const struct svg *svg;
	double top;
	double bottom;
	struct plot_axis axis;
};

static double y_of(const struct frame *frame, double value)
{
	return frame->bottom - (frame->bottom - frame->top) * value / frame->axis.end;
}

/* What of a bucket is to be drawn. */
typedef double value_of(const struct plot_value *value);

static double low_of(const struct plot_value *value)
{
	return value->low;
}

static double high_of(const struct plot_value *value)
{
	return value->high;
}

/* The steps of the buckets from first up to end, to the right or back to the left. */
static void steps(const struct frame *frame, enum plot_series series, unsigned first, unsigned end,
	bool back, value_of *value)
{
	const struct plot *plot = frame->svg->plot;

	for (unsigned i = 0; i < end - first; i++) {
		const struct plot_bucket *bucket = &plot->buckets[back ? end - 1 - i : first + i];
		uint64_t to_us = back ? bucket->from_us : bucket->to_us;

		fprintf(frame->svg->out, "V%.1fH%.1f", y_of(frame, value(&bucket->series[series])),
			svg_x(frame->svg, (double)to_us));
	}
}

/* A run of buckets without a hole: its area, the band between its extremes, and its mean. */
static void draw_run(const struct frame *frame, const struct svg_line *line, unsigned first,
	unsigned end)
{
	const struct svg *svg = frame->svg;
	const struct plot_bucket *from = &svg->plot->buckets[first];
	double x = svg_x(svg, (double)from->from_us);

	if (line->area) {
		fprintf(svg->out, "<path class=\"f %s\" d=\"M%.1f %.1f", line->style, x,
			frame->bottom);
		steps(frame, line->series, first, end, false, plot_mean);
		fprintf(svg->out, "V%.1fZ\"/>\n", frame->bottom);
	}
	if (svg->plot->samples_each > 1) {
		fprintf(svg->out, "<path class=\"b %s\" d=\"M%.1f %.1f", line->style, x,
			y_of(frame, from->series[line->series].low));
		steps(frame, line->series, first, end, false, high_of);
		steps(frame, line->series, first, end, true, low_of);
		fputs("Z\"/>\n", svg->out);
	}
	fprintf(svg->out, "<path class=\"l %s\" d=\"M%.1f %.1f", line->style, x,
		y_of(frame, plot_mean(&from->series[line->series])));
	steps(frame, line->series, first, end, false, plot_mean);
	fputs("\"/>\n", svg->out);
}

static void draw_line(const struct frame *frame, const struct svg_line *line)
{
	const struct plot *plot = frame->svg->plot;
	unsigned i = 0;

	while (i < plot->count) {
		unsigned first = i;

		while (i < plot->count && plot->buckets[i].series[line->series].weight_us)
			i++;
		if (i > first)
			draw_run(frame, line, first, i);
		else
			i++;
	}
}

/* Is there anything to see? Raises *highest to its highest value. */
static bool is_drawn(const struct svg *svg, const struct svg_line *line, double *highest)
{
	double low = 0, high = 0;

	if (!plot_range(svg->plot, line->series, &low, &high) || (line->if_used && high <= 0))
		return false;
	if (high > *highest)
		*highest = high;
	return true;
}

static struct plot_axis axis_for(const struct svg_chart *chart, double highest)
{
	/* Two pixels of a line at the very top would be lost. */
	highest *= 1.02;
	if (chart->unit == SVG_BYTES || chart->unit == SVG_RATE)
		return plot_axis_bytes(highest > 4096 ? highest : 4096, 4);
	if (chart->unit == SVG_COUNT)
		return plot_axis_decimal(highest > 3 ? highest : 3, 3);
	return plot_axis_decimal(highest > 0.1 ? highest : 0.1, 4);
}

static void draw_grid(const struct frame *frame, enum svg_unit unit)
{
	const struct svg *svg = frame->svg;
	char text[64];

	for (unsigned i = 1; i <= svg->time.ticks; i++) {
		double x = svg_x(svg, i * svg->time.step);

		rule(svg, x, frame->top, x, frame->bottom, "grid");
	}
	for (unsigned i = 0; i <= frame->axis.ticks; i++) {
		double y = y_of(frame, i * frame->axis.step);

		rule(svg, SVG_LEFT, y, SVG_RIGHT, y, i ? "grid" : "base");
		svg_text(svg, SVG_LEFT - 8, y + 4, "m", "end",
			format_value(i * frame->axis.step, unit, text, sizeof(text)));
	}
}

/* An entry of the legend at x; returns where the next one goes. */
static double draw_key(const struct svg *svg, double x, const char *style, const char *name)
{
	fprintf(svg->out, "<path class=\"%s\" d=\"M%.1f %.1fh18\"/>\n", style, x,
		(double)svg->y + 10);
	svg_text(svg, x + 24, svg->y + 14, "m", "start", name);
	/* The width of text is not known here: so many pixels a letter are enough. */
	return x + 24 + 7.5 * (double)strlen(name) + 16;
}

/* What the lines are, if there are several, and what the limit is, far above them or not. */
static void draw_legend(const struct frame *frame, const struct svg_chart *chart, const bool *drawn)
{
	double x = LEGEND_LEFT;
	char value[64], text[128];

	for (unsigned i = 0; chart->line_count > 1 && i < chart->line_count; i++) {
		snprintf(text, sizeof(text), "l %s", chart->lines[i].style);
		if (drawn[i])
			x = draw_key(frame->svg, x, text, chart->lines[i].name);
	}
	if (chart->cap <= 0)
		return;
	snprintf(text, sizeof(text), "limit %s%s",
		format_value(chart->cap, chart->unit, value, sizeof(value)),
		chart->cap > frame->axis.end ? ", above the picture" : "");
	draw_key(frame->svg, x, "cap", text);
}

static void draw_cap(const struct frame *frame, const struct svg_chart *chart)
{
	double y = y_of(frame, chart->cap);

	if (chart->cap > 0 && chart->cap <= frame->axis.end)
		rule(frame->svg, SVG_LEFT, y, SVG_RIGHT, y, "cap");
}

void svg_draw_chart(struct svg *svg, const struct svg_chart *chart)
{
	struct frame frame = {
		.svg = svg,
		.top = svg->y + TITLE_HEIGHT,
		.bottom = svg->y + TITLE_HEIGHT + chart->height,
	};
	double highest = 0;
	bool drawn[SVG_LINES_MAX] = { false };
	bool any = false;

	for (unsigned i = 0; i < chart->line_count; i++) {
		drawn[i] = is_drawn(svg, &chart->lines[i], &highest);
		any |= drawn[i];
	}
	if (chart->cap > highest && chart->cap <= highest * CAP_FAR_ABOVE)
		highest = chart->cap;
	frame.axis = axis_for(chart, highest);
	svg_text(svg, SVG_LEFT, svg->y + 14, "h", "start", chart->title);
	if (any) {
		draw_legend(&frame, chart, drawn);
		draw_grid(&frame, chart->unit);
	} else {
		frame.bottom = frame.top;
		svg_text(svg, LEGEND_LEFT, svg->y + 14, "m", "start", chart->unknown);
	}
	for (unsigned i = 0; i < chart->line_count; i++)
		if (drawn[i])
			draw_line(&frame, &chart->lines[i]);
	if (any)
		draw_cap(&frame, chart);
	svg->y = (int)frame.bottom + SVG_GAP;
}

void svg_draw_time(struct svg *svg)
{
	char text[128];
	double y = svg->y - SVG_GAP;

	for (unsigned i = 0; i <= svg->time.ticks; i++) {
		double x = svg_x(svg, i * svg->time.step);

		plot_format_time(i * svg->time.step, svg->time.step, text, sizeof(text));
		rule(svg, x, y, x, y + 5, "base");
		svg_text(svg, x, y + 18, "m", x > SVG_RIGHT - 20 ? "end" : "middle",
			i ? text : "0");
	}
	svg->y += 24;
	if (svg->plot->samples_each > 1) {
		snprintf(text, sizeof(text),
			"Lines: means of %u samples; bands: the lowest to the highest of them",
			svg->plot->samples_each);
		svg_text(svg, SVG_LEFT, svg->y + 6, "m", "start", text);
		svg->y += 18;
	}
}
