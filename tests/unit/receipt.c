/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Tests of src/receipt*.c: JSON, kv and CSV say the same of one run. Each is read back to lines of
 * 'PATH=VALUE', by readers that share nothing with what wrote them.
 */
#include "config.h"

#include "check.h"

#include <signal.h>

#include "receipt.h"

#define LINES_MAX 400
#define LINE_SIZE 512

/* What a form of the receipt says, in its order. */
struct lines {
	unsigned count;
	char text[LINES_MAX][3 * LINE_SIZE];
};

/* A run of which all is known, with lists that are not empty, and its receipt. */
struct scene {
	struct spec spec;
	struct plan plan;
	struct outcome outcome;
	struct usage usage;
	struct warnings warnings;
	struct hints hints;
	struct machine machine;
	struct record record;
	struct receipt receipt;
	char *command[4];
	struct lines lines[3];
};

static struct reading known(uint64_t value)
{
	return (struct reading){ true, value };
}

/* A number of its own for each reading there is, so that two that are exchanged are found. */
static void fill_readings(void *first, size_t size, uint64_t value)
{
	for (size_t at = 0; at + sizeof(struct reading) <= size; at += sizeof(struct reading)) {
		struct reading reading = known(value++);

		memcpy((char *)first + at, &reading, sizeof(reading));
	}
}

static void fill(struct scene *scene)
{
	static char name[] = "/bin/sh", text[] = "it's \"x,y\"\n\xff", empty[] = "";

	spec_init(&scene->spec);
	scene->command[0] = name;
	scene->command[1] = text;
	scene->command[2] = empty;
	scene->spec.command = scene->command;
	scene->spec.mem = (struct quantity){ QUANTITY_PERCENT, 8050 };
	scene->spec.swap = (struct quantity){ QUANTITY_MAX, 0 };
	scene->spec.pids = (struct quantity){ QUANTITY_NUMBER, 77 };
	scene->plan.mem_bytes = 500 * MIB;
	scene->outcome = (struct outcome){ .reason = REASON_OOM,
		.signaled = true,
		.code = SIGKILL,
		.wall_us = 12345678 };
	fill_readings(&scene->outcome.memory_split, sizeof(struct memory_split), 900);
	scene->outcome.oom_victims = (struct oom_victims){ 2,
		{ { 7, "a,b", true, 1, 2, 3 }, { 8, "c", false, 0, 0, 0 } } };
	scene->outcome.leftovers = (struct node_tasks){ 3, 2, { "x", "y\"z" } };
	scene->outcome.escapes = (struct escapes){ 1, { { 9, "ba'sh", "/x\\y" } } };
	fill_readings(&scene->usage, offsetof(struct usage, io_known), 100);
	scene->usage.io_known = true;
	scene->usage.device_count = 2;
	scene->usage.devices[0] = (struct usage_device){ 4095, 77, 1, 2, 3, 4 };
	scene->usage.devices[1] = (struct usage_device){ 4095, 78, 10, 20, 30, 40 };
	warnings_add(&scene->warnings, "one\ttab");
	scene->machine = (struct machine){ .now_us = 5,
		.kernel = "6.1",
		.cpus = 2,
		.turbo = MACHINE_ON,
		.smt = MACHINE_OFF };
	scene->record = (struct record){ .spec = &scene->spec,
		.plan = &scene->plan,
		.outcome = &scene->outcome,
		.usage = &scene->usage,
		.warnings = &scene->warnings,
		.way = "clone3" };
	hints_make(&scene->hints, &scene->record);
	scene->receipt = (struct receipt){ .record = &scene->record,
		.hints = &scene->hints,
		.machine = &scene->machine,
		.exit_status = 137 };
}

static int set_up(void **state)
{
	*state = calloc(1, sizeof(struct scene));
	if (!*state)
		return -1;
	fill(*state);
	return 0;
}

static int tear_down(void **state)
{
	struct scene *scene = *state;

	hints_release(&scene->hints);
	plan_release(&scene->plan);
	free(scene);
	return 0;
}

#define TEST(function) cmocka_unit_test_setup_teardown(function, set_up, tear_down)

static void add_line(struct lines *lines, const char *path, const char *value)
{
	assert_true(lines->count < LINES_MAX);
	snprintf(lines->text[lines->count++], 3 * LINE_SIZE, "%s=%s", path, value);
}

/* A string of JSON at *text, taken apart; *text is moved past it. */
static void read_json_string(const char **text, char *value)
{
	const char *p = *text + 1;

	for (; *p != '"'; p++) {
		assert_true(*p != '\0' && (unsigned char)*p >= 0x20);
		if (*p != '\\') {
			*value++ = *p;
			continue;
		}
		p++;
		if (*p == 'u') {
			*value++ = (char)strtoul((char[]){ p[1], p[2], p[3], p[4], 0 }, NULL, 16);
			p += 4;
		} else {
			const char *found = strchr("n\nt\tr\r\"\"\\\\//b\bf\f", *p);

			assert_non_null(found);
			*value++ = found[1];
		}
	}
	*value = '\0';
	*text = p + 1;
}

static void read_json(const char **text, const char *path, struct lines *lines);

static void read_json_inside(const char **text, const char *path, struct lines *lines)
{
	const bool is_list = **text == '[';
	const char end = is_list ? ']' : '}';

	(*text)++;
	for (unsigned i = 0; **text != end; i++) {
		char key[LINE_SIZE], below[2 * LINE_SIZE];

		if (i > 0)
			assert_int_equal(*(*text)++, ',');
		snprintf(key, sizeof(key), "%u", i);
		if (!is_list) {
			read_json_string(text, key);
			assert_int_equal(*(*text)++, ':');
		}
		snprintf(below, sizeof(below), "%s%s%s", path, path[0] ? "." : "", key);
		read_json(text, below, lines);
	}
	(*text)++;
}

static void read_json(const char **text, const char *path, struct lines *lines)
{
	char value[LINE_SIZE] = "";
	size_t length;

	if (**text == '{' || **text == '[') {
		read_json_inside(text, path, lines);
		return;
	}
	if (**text == '"') {
		read_json_string(text, value);
	} else {
		length = strcspn(*text, ",]}");
		if (strncmp(*text, "null", length) != 0)
			snprintf(value, sizeof(value), "%.*s", (int)length, *text);
		*text += length;
	}
	add_line(lines, path, value);
}

/* The quotes of a shell, both kinds; escapes of three octal digits alone. */
static void read_shell_word(const char *text, char *value)
{
	bool escapes = text[0] == '$', quoted = false;

	for (text += escapes; *text; text++) {
		if (*text == '\'') {
			quoted = !quoted;
		} else if (*text == '\\' && escapes && text[1] >= '0' && text[1] <= '7') {
			*value++ = (char)strtoul((char[]){ text[1], text[2], text[3], 0 }, NULL, 8);
			text += 3;
		} else if (*text == '\\' && (escapes || !quoted)) {
			*value++ = *++text;
		} else {
			*value++ = *text;
		}
	}
	*value = '\0';
}

static void read_kv(const char *text, struct lines *lines)
{
	while (*text) {
		size_t length = strcspn(text, "\n");
		char line[LINE_SIZE], value[LINE_SIZE];
		char *equals;

		snprintf(line, sizeof(line), "%.*s", (int)length, text);
		equals = strchr(line, '=');
		assert_non_null(equals);
		*equals = '\0';
		read_shell_word(equals + 1, value);
		add_line(lines, line, value);
		text += length + 1;
	}
}

/* One field of RFC 4180; *text is moved past it and what ends it. */
static void read_csv_field(const char **text, char *value)
{
	bool quoted = **text == '"';

	*text += quoted;
	for (; **text && (quoted || !strchr(",\n", **text)); (*text)++) {
		if (quoted && **text == '"' && *++(*text) != '"')
			break;
		*value++ = **text;
	}
	*value = '\0';
	(*text)++;
}

static void read_csv(const char *text, struct lines *lines)
{
	const char *values = strchr(text, '\n') + 1;
	bool last = false;

	while (!last) {
		char key[LINE_SIZE], value[LINE_SIZE];

		last = text[strcspn(text, ",\n")] == '\n';
		read_csv_field(&text, key);
		read_csv_field(&values, value);
		add_line(lines, key, value);
	}
	assert_int_equal(*values, '\0');
}

static char *print(const struct scene *scene, enum spec_format format)
{
	struct json_library json = { 0 };
	struct fault f;
	char *text = NULL;
	size_t size;
	FILE *out = open_memstream(&text, &size);

	assert_non_null(out);
	if (format == SPEC_FORMAT_JSON) {
		assert_int_equal(json_library_load(&json, &f), 0);
		assert_int_equal(receipt_print_json(&scene->receipt, &json, out, &f), 0);
		json_library_unload(&json);
	} else if (format == SPEC_FORMAT_KV) {
		receipt_print_kv(&scene->receipt, out);
	} else {
		receipt_print_csv(&scene->receipt, true, out);
	}
	fclose(out);
	return text;
}

/* All three, to scene->lines. */
static void read_all(struct scene *scene)
{
	char *json = print(scene, SPEC_FORMAT_JSON), *kv = print(scene, SPEC_FORMAT_KV),
	     *csv = print(scene, SPEC_FORMAT_CSV);
	const char *cursor = json;

	memset(scene->lines, 0, sizeof(scene->lines));
	read_json(&cursor, "", &scene->lines[0]);
	assert_string_equal(cursor, "\n");
	read_kv(kv, &scene->lines[1]);
	read_csv(csv, &scene->lines[2]);
	free(json);
	free(kv);
	free(csv);
}

static bool is_in_list(const char *line)
{
	for (const char *p = line; *p && *p != '='; p++)
		if (*p == '.' && p[1] >= '0' && p[1] <= '9')
			return true;
	return false;
}

/* CSV leaves out the lists, and nothing else. What is no UTF-8 is in kv alone as it was. */
static void check_all_agree(struct scene *scene)
{
	const struct lines *json = &scene->lines[0], *kv = &scene->lines[1],
			   *csv = &scene->lines[2];
	unsigned next = 0;

	read_all(scene);
	assert_int_equal(json->count, kv->count);
	for (unsigned i = 0; i < json->count; i++) {
		if (!strchr(kv->text[i], '\xff'))
			check_string(kv->text[i], json->text[i], "kv");
		if (is_in_list(json->text[i]))
			continue;
		check(next < csv->count, "not in CSV: %s", json->text[i]);
		check_string(csv->text[next], json->text[i], "CSV");
		next++;
	}
	assert_int_equal(next, csv->count);
}

static void check_has(const struct scene *scene, const char *line)
{
	for (unsigned i = 0; i < scene->lines[0].count; i++)
		if (strcmp(scene->lines[0].text[i], line) == 0)
			return;
	fail_msg("%s is not there", line);
}

static void formats_agree(void **state)
{
	struct scene *scene = *state;

	check_all_agree(scene);
	check_has(scene, "result.reason=oom");
	check_has(scene, "result.held_back_by=mem,pids");
	check_has(scene, "command.1=it's \"x,y\"\n\xef\xbf\xbd");
	check_has(scene, "asked.mem_bytes=80.5%");
	check_has(scene, "asked.swap_bytes=max");
	check_has(scene, "memory.split.when=kill");
	check_has(scene, "memory.split.kernel_bytes=903");
	check_has(scene, "memory.victims.0.name=a,b");
	check_has(scene, "memory.victims.1.anon_bytes=");
	check_has(scene, "io.written_bytes=22");
	check_has(scene, "io.devices.1.writes=40");
	check_has(scene, "escapes.0.where=/x\\y");
	check_has(scene, "hints.0.code=memory");
	check_has(scene, "warnings.0=one\ttab");
	check_has(scene, "host.turbo=true");
	check_has(scene, "host.governor=");
}

/* No two readings of struct usage under one name, and none left out. */
static void every_reading_is_there(void **state)
{
	struct scene *scene = *state;
	const size_t readings = offsetof(struct usage, io_known) / sizeof(struct reading);

	read_all(scene);
	for (size_t i = 0; i < readings; i++) {
		unsigned found = 0;
		char value[32];

		snprintf(value, sizeof(value), "=%zu", 100 + i);
		for (unsigned j = 0; j < scene->lines[0].count; j++)
			found += strcmp(strchr(scene->lines[0].text[j], '='), value) == 0;
		check(found == 1, "%s is there %u times", value, found);
	}
	scene->spec.group = "x";
	scene->usage.shared = (struct usage_shared){ 3, { true, 11 }, { true, 12 }, { true, 13 },
		{ true, 14 }, { true, 15 }, { true, 16 } };
	read_all(scene);
	check_has(scene, "group.name=x");
	check_has(scene, "group.runs=3");
	check_has(scene, "group.memory_limit_bytes=11");
	check_has(scene, "group.memory_peak_bytes=12");
	check_has(scene, "group.cpu_limit_millionths=13");
	check_has(scene, "group.cpu_throttled_us=14");
	check_has(scene, "group.pids_limit=15");
	check_has(scene, "group.pids_peak=16");
}

/* Nothing known: each field is there all the same, and null; and without a run. */
static void nothing_is_known(void **state)
{
	struct scene *scene = *state;
	struct fault f;
	unsigned fields;

	read_all(scene);
	fields = scene->lines[2].count;
	scene->usage = (struct usage){ 0 };
	scene->outcome = (struct outcome){ .reason = REASON_EXIT };
	hints_release(&scene->hints);
	check_all_agree(scene);
	check_has(scene, "memory.peak_bytes=");
	check_has(scene, "memory.split.when=");
	check_has(scene, "result.held_back_by=");
	check_has(scene, "io.read_bytes=");
	assert_int_equal(scene->lines[2].count, fields);
	fault_set(&f, 0, "cannot");
	scene->receipt.fault = &f;
	scene->record = (struct record){ .spec = &scene->spec };
	check_all_agree(scene);
	check_has(scene, "result.reason=not-started");
	check_has(scene, "fault.message=cannot");
	check_has(scene, "wall_us=");
	assert_int_equal(scene->lines[2].count, fields);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		TEST(formats_agree),
		TEST(every_reading_is_there),
		TEST(nothing_is_known),
	};

	return RUN_TESTS(tests);
}
