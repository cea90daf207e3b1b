/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include <inttypes.h>

#include "files.h"
#include "plot_svg.h"
#include "report_part.h"

#define TICKS_TIME 8
#define LANE_HEIGHT 17
#define TITLE_MAX 96

/*
 * Colours that differ for every kind of eye, on white and on black; lines of one chart differ in their
 * dashes, too. Readers without media queries take the light one.
 */
static const char style[] =
	"<style>\n"
	"text{font:12px system-ui,-apple-system,'Segoe UI','DejaVu Sans',sans-serif;fill:#1f2328}\n"
	".bg{fill:#fff}.t{font-size:17px;font-weight:600}.h{font-weight:600}.m{fill:#59636e}\n"
	".grid,.base,.cap,.at,.l{fill:none}.grid{stroke:#e4e8ec}.base{stroke:#8c959f}\n"
	".cap{stroke:#b3261e;stroke-width:1.2;stroke-dasharray:7 4}\n"
	".at{stroke:#b3261e;stroke-opacity:.55}.mark{fill:#b3261e}.slow{fill:#b26a00}\n"
	".l{stroke-width:1.4;stroke-linejoin:round}.f{fill-opacity:.13}.b{fill-opacity:.28}\n"
	".l.a{stroke:#0b63c5}.f.a,.b.a{fill:#0b63c5}.l.d{stroke:#b85c00;stroke-dasharray:4 2}\n"
	".f.d,.b.d{fill:#b85c00}.l.e{stroke:#7a3db8;stroke-dasharray:1.5 2}.f.e,.b.e{fill:#7a3db8}\n"
	"@media (prefers-color-scheme:dark){\n"
	"text{fill:#e6edf3}.bg{fill:#0d1117}.m{fill:#9aa4af}.grid{stroke:#262c36}\n"
	".base{stroke:#6e7681}.cap,.at{stroke:#ff8a80}.mark{fill:#ff8a80}.slow{fill:#e3a13c}\n"
	".l.a{stroke:#5aa9ff}.f.a,.b.a{fill:#5aa9ff}.l.d{stroke:#f0a04b}.f.d,.b.d{fill:#f0a04b}\n"
	".l.e{stroke:#c297ff}.f.e,.b.e{fill:#c297ff}}\n"
	"</style>\n";

static struct text share_text(struct reading part_us, uint64_t whole_us)
{
	struct text text = { "n/a" };

	if (part_us.known)
		snprintf(text.s, sizeof(text.s), "%.0f %%",
			100.0 * (double)part_us.value / (double)(whole_us ? whole_us : 1));
	return text;
}

/* COMMAND and its arguments, as far as they fit into one line; to be freed. */
static char *command_line(const struct record *record)
{
	_cleanup_free_ char *rest = text_join(record->spec->command + 1);

	return text_cut(text_format("%s%s%s", record_command_name(record), rest[0] ? " " : "",
				rest),
		TITLE_MAX);
}

/* 'exit 0 after 12.31 s', and why, as the report says it; to be freed. */
static char *end_text(const struct record *record)
{
	static const struct hints none = { .count = 0 };
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	if (!out)
		return text_format("n/a");
	report_print_end(record, &none, false, out);
	fclose(out);
	return text;
}

static void draw_head(struct svg *svg, const struct record *record, const char *command,
	const char *end)
{
	FILE *out = svg->out;

	fputs("<title id=\"title\">", out);
	plot_print_text(command, out);
	fputs("</title>\n<desc id=\"desc\">", out);
	plot_print_text(end, out);
	fprintf(out,
		". CPU time %s, peak memory %s, peak %s processes. Charts of CPU, memory, input and "
		"output, and processes over time; the totals are in the table below them.</desc>\n",
		text_duration_reading(record->usage->cpu_usage_us).s,
		text_size_reading(record->usage->memory_peak_bytes).s,
		text_count_reading(record->usage->pids_peak).s);
	fputs(style, out);
	fputs("<rect class=\"bg\" width=\"100%\" height=\"100%\"/>\n", out);
	fprintf(out, "<text x=\"20\" y=\"30\" class=\"t\">");
	plot_print_text(command, out);
	fputs("</text>\n<text x=\"20\" y=\"50\" class=\"m\">", out);
	plot_print_text(end, out);
	fputs("</text>\n", out);
	svg->y = 62;
}

/* When it was not to be had: a bar wherever the tree was throttled. */
static bool draw_throttled(const struct svg *svg, double y)
{
	double low = 0, high = 0;

	if (!plot_range(svg->plot, PLOT_THROTTLED, &low, &high) || high <= 0)
		return false;
	svg_text(svg, SVG_LEFT - 8, y + 10, "m", "end", "throttled");
	for (unsigned i = 0; i < svg->plot->count;) {
		unsigned first = i;
		double x1, x2;

		while (i < svg->plot->count &&
			svg->plot->buckets[i].series[PLOT_THROTTLED].high > 0)
			i++;
		if (i == first) {
			i++;
			continue;
		}
		x1 = svg_x(svg, (double)svg->plot->buckets[first].from_us);
		x2 = svg_x(svg, (double)svg->plot->buckets[i - 1].to_us);
		fprintf(svg->out,
			"<rect class=\"slow\" x=\"%.1f\" y=\"%.1f\" width=\"%.1f\" height=\"6\"/>\n",
			x1, y + 3, x2 - x1 > 1 ? x2 - x1 : 1);
	}
	return true;
}

/* A mark for each bucket in which it happened. */
static bool draw_event(const struct svg *svg, enum plot_event event, const char *name, double y)
{
	bool any = false;

	for (unsigned i = 0; i < svg->plot->count; i++) {
		const struct plot_bucket *bucket = &svg->plot->buckets[i];
		double x = svg_x(svg, (double)bucket->to_us);

		if (!bucket->counts[event])
			continue;
		fprintf(svg->out, "<path class=\"mark\" d=\"M%.1f %.1fl5 -5l5 5l-5 5z\"/>\n", x - 5,
			y + 6);
		any = true;
	}
	if (any)
		svg_text(svg, SVG_LEFT - 8, y + 10, "m", "end", name);
	return any;
}

static const char *const event_names[PLOT_EVENTS] = {
	[PLOT_EVENT_OOM] = "out of memory",
	[PLOT_EVENT_REFUSED] = "forks refused",
	[PLOT_EVENT_TIME] = "time is up",
	[PLOT_EVENT_TERMINATED] = "SIGTERM",
	[PLOT_EVENT_KILLED] = "tree killed",
};

static void draw_lanes(struct svg *svg)
{
	for (unsigned i = 0; i < PLOT_EVENTS; i++)
		if (draw_event(svg, i, event_names[i], svg->y))
			svg->y += LANE_HEIGHT;
	if (draw_throttled(svg, svg->y))
		svg->y += LANE_HEIGHT;
	svg->y += 4;
}

/* What ends a run, or part of it, is seen in every chart. */
static void draw_moments(const struct svg *svg, int top, int bottom)
{
	for (unsigned i = 0; i < svg->plot->count; i++) {
		const struct plot_bucket *bucket = &svg->plot->buckets[i];
		double x = svg_x(svg, (double)bucket->to_us);

		if (bucket->counts[PLOT_EVENT_OOM] || bucket->counts[PLOT_EVENT_TIME] ||
			bucket->counts[PLOT_EVENT_TERMINATED] || bucket->counts[PLOT_EVENT_KILLED])
			fprintf(svg->out, "<path class=\"at\" d=\"M%.1f %dV%d\"/>\n", x, top,
				bottom);
	}
}

/* Sets *bottom to where the last of them ends. */
static void draw_charts(struct svg *svg, const struct record *record, int *bottom)
{
	const struct svg_chart charts[] = {
		{ "CPUs in use", SVG_CPUS, 110, (double)record_cpu_limit(record) / 1e6,
			"not counted by this kernel", 1,
			{ { PLOT_CPU, "a", "CPUs", true, false } } },
		{ "Memory", SVG_BYTES, 130, (double)record_mem_limit(record),
			"not counted by this kernel", 3,
			{ { PLOT_MEMORY, "a", "all", true, false },
				{ PLOT_ANON, "d", "anonymous", false, false },
				{ PLOT_SWAP, "e", "swap", false, true } } },
		{ "Input and output", SVG_RATE, 90, 0,
			record->plan->mode == HOST_UNIFIED
				? "not counted by this kernel"
				: "not counted: cgroup v1 counts only devices with an io limit",
			2,
			{ { PLOT_READ, "a", "read", true, false },
				{ PLOT_WRITTEN, "d", "written", false, false } } },
		{ "Processes and threads", SVG_COUNT, 70, (double)record_pids_limit(record),
			"not counted by this kernel", 1,
			{ { PLOT_PIDS, "a", "alive", true, false } } },
	};

	for (size_t i = 0; i < ARRAY_SIZE(charts); i++)
		svg_draw_chart(svg, &charts[i]);
	*bottom = svg->y - SVG_GAP;
	svg_draw_time(svg);
}

/* The name is a constant; the value is freed here. */
static void row(struct svg *svg, const char *name, char *value)
{
	svg_text(svg, SVG_LEFT - 8, svg->y + 12, "m", "end", name);
	fprintf(svg->out, "<text x=\"%d\" y=\"%d\">", SVG_LEFT, svg->y + 12);
	plot_print_text(value, svg->out);
	fputs("</text>\n", svg->out);
	svg->y += 19;
	free(value);
}

static void draw_cpu_row(struct svg *svg, const struct record *record)
{
	const struct usage *usage = record->usage;
	uint64_t wall_us = record->outcome->wall_us ? record->outcome->wall_us : 1;
	_cleanup_free_ char *throttled =
		usage->cpu_throttled.known && usage->cpu_throttled.value
			? text_format("; throttled %s in %" PRIu64 " of %s periods",
				  text_duration_reading(usage->cpu_throttled_us).s,
				  usage->cpu_throttled.value,
				  text_count_reading(usage->cpu_periods).s)
			: text_format("%s", "");
	_cleanup_free_ char *mean =
		usage->cpu_usage_us.known
			? text_format(", %.2f CPUs",
				  (double)usage->cpu_usage_us.value / (double)wall_us)
			: text_format("%s", "");

	row(svg, "cpu",
		text_format("%s: user %s, system %s%s%s",
			text_duration_reading(usage->cpu_usage_us).s,
			text_duration_reading(usage->cpu_user_us).s,
			text_duration_reading(usage->cpu_system_us).s, mean, throttled));
}

/* 'peak 12M', and of what. */
static char *peak_text(const char *peak, const char *limit)
{
	return text_format("peak %s%s%s", peak, limit[0] ? " of " : "", limit);
}

/* What the kernel did not remember was seen by the samples, if it lasted. */
static char *seen_text(const struct svg *svg, enum plot_series series, struct reading peak,
	bool is_size, const char *limit)
{
	double low = 0, high = 0;
	struct text text = is_size ? text_size_reading(peak) : text_count_reading(peak);

	if (!peak.known && plot_range(svg->plot, series, &low, &high)) {
		peak = (struct reading){ true, (uint64_t)high };
		text = is_size ? text_size_reading(peak) : text_count_reading(peak);
		return text_format("at least %s%s%s", text.s, limit[0] ? " of " : "", limit);
	}
	return peak_text(text.s, limit);
}

static void draw_memory_row(struct svg *svg, const struct record *record)
{
	const struct usage *usage = record->usage;
	uint64_t limit = record_mem_limit(record);
	struct text limit_text = { "" };
	_cleanup_free_ char *peak = NULL;

	if (limit)
		limit_text = text_size_reading((struct reading){ true, limit });
	peak = seen_text(svg, PLOT_MEMORY, usage->memory_peak_bytes, true, limit_text.s);
	row(svg, "memory",
		text_format("%s; OOM kills %s", peak,
			text_count_reading(usage->memory_oom_kill).s));
}

static void draw_processes_row(struct svg *svg, const struct record *record)
{
	const struct usage *usage = record->usage;
	uint64_t limit = record_pids_limit(record);
	struct text limit_text = { "" };
	_cleanup_free_ char *peak = NULL;

	if (limit)
		limit_text = text_count_reading((struct reading){ true, limit });
	peak = seen_text(svg, PLOT_PIDS, usage->pids_peak, false, limit_text.s);
	row(svg, "processes",
		text_format("%s; forks refused %s", peak,
			text_count_reading(usage->pids_refused).s));
}

static void draw_table(struct svg *svg, const struct record *record)
{
	const struct usage *usage = record->usage;
	const struct sample *last = &svg->plot->before;
	uint64_t wall_us = record->outcome->wall_us;

	fprintf(svg->out, "<path class=\"base\" d=\"M20 %dH%d\"/>\n", svg->y, SVG_RIGHT);
	svg->y += 8;
	row(svg, "wall",
		text_format("%s", text_duration_reading((struct reading){ true, wall_us }).s));
	draw_cpu_row(svg, record);
	draw_memory_row(svg, record);
	if (last->values[SAMPLE_READ_BYTES].known)
		row(svg, "io",
			text_format("read %s in %s operations, wrote %s in %s",
				text_size_reading(last->values[SAMPLE_READ_BYTES]).s,
				text_count_reading(last->values[SAMPLE_READS]).s,
				text_size_reading(last->values[SAMPLE_WRITTEN_BYTES]).s,
				text_count_reading(last->values[SAMPLE_WRITES]).s));
	else
		row(svg, "io", text_format("n/a"));
	draw_processes_row(svg, record);
	row(svg, "pressure",
		text_format("cpu %s, memory %s, io %s of the time",
			share_text(usage->pressure_cpu_us, wall_us).s,
			share_text(usage->pressure_memory_us, wall_us).s,
			share_text(usage->pressure_io_us, wall_us).s));
}

/* The height is known at the end only. */
static char *make_svg(struct svg *svg, const struct record *record)
{
	_cleanup_free_ char *command = command_line(record);
	_cleanup_free_ char *end = end_text(record);
	_cleanup_free_ char *text = NULL;
	size_t size;
	int top, bottom;

	svg->out = open_memstream(&text, &size);
	if (!svg->out)
		return NULL;
	draw_head(svg, record, command, end);
	top = svg->y;
	draw_lanes(svg);
	draw_charts(svg, record, &bottom);
	draw_moments(svg, top, bottom);
	draw_table(svg, record);
	if (fclose(svg->out) != 0)
		return NULL;
	return text_format(
		"<svg xmlns=\"http://www.w3.org/2000/svg\" viewBox=\"0 0 %d %d\" width=\"%d\" "
		"height=\"%d\" role=\"img\" aria-labelledby=\"title desc\">\n%s</svg>\n",
		SVG_WIDTH, svg->y + 12, SVG_WIDTH, svg->y + 12, text);
}

char *plot_make_svg(const struct plot *plot, const struct record *record)
{
	uint64_t end_us = record->outcome->wall_us;
	struct svg svg = { .plot = plot };

	if (plot->count && plot->buckets[plot->count - 1].to_us > end_us)
		end_us = plot->buckets[plot->count - 1].to_us;
	svg.time = plot_axis_time(end_us, TICKS_TIME);
	return make_svg(&svg, record);
}
