/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Reading back what was written. The first line is a file, the second the text that was written, the
 * rest what the file says now: it holds exactly if a reader of its own says so; and v1's files for
 * a v2 setting have v1's grammar.
 */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>

#include "setting.h"

/* text is 'MAJ:MIN KEY=VALUE' as limit writes it into io.max. */
static bool is_io_text(const char *text, char key[8], bool *max, uint64_t *value)
{
	size_t device = strspn(text, "0123456789:"), name;
	const char *p = text + device;

	if (device < 3 || *p++ != ' ')
		return false;
	name = strspn(p, "abcdefghijklmnopqrstuvwxyz");
	if (name == 0 || name > 7 || p[name] != '=')
		return false;
	memcpy(key, p, name);
	key[name] = '\0';
	p += name + 1;
	*max = strcmp(p, "max") == 0;
	return *max || fuzz_number(p, strlen(p), value);
}

/* The line of the text's device, NULL: none. In a block of its own. */
static char *device_line(const char *text, const char *read_back)
{
	size_t length = strcspn(text, " ");

	while (*read_back) {
		size_t line = strcspn(read_back, "\n");

		if (line > length && memcmp(read_back, text, length) == 0 &&
			read_back[length] == ' ')
			return fuzz_string(read_back, line);
		read_back += line + (read_back[line] == '\n');
	}
	return NULL;
}

static void check_holds(const struct setting *setting, const char *read_back)
{
	char *line = device_line(setting->text, read_back), key[8];
	bool got = setting_holds(setting, read_back), expected, max = false;
	size_t length = strlen(setting->text);
	uint64_t asked = 0, there = 0;

	if (strcmp(setting->file, "io.max") == 0) {
		bool limited;

		if (!is_io_text(setting->text, key, &max, &asked))
			goto out;
		limited = line && fuzz_nested(line, key, &there);
		expected = max ? !limited : limited && there == asked;
	} else if (strncmp(setting->file, "blkio.", 6) == 0) {
		if (strcspn(setting->text, " ") == length)
			goto out;
		expected = line && strcmp(line, setting->text) == 0;
	} else if (strcmp(setting->file, "io.weight") == 0 ||
		   strcmp(setting->file, "io.bfq.weight") == 0) {
		expected = line && strcmp(line, setting->text) == 0;
	} else {
		expected = strncmp(read_back, setting->text, length) == 0 &&
			   (!read_back[length] || strcmp(read_back + length, "\n") == 0);
	}
	require(got == expected, "%s: '%s' %s hold in '%s'", setting->file, setting->text,
		got ? "must not" : "must", read_back);
out:
	free(line);
}

/* The text is as the plan writes it into this file. */
static bool is_planned(const struct setting *v2)
{
	size_t digits = strspn(v2->text, "0123456789");

	if (strcmp(v2->file, "cpu.max") == 0)
		return digits > 0 && v2->text[digits] == ' ' && v2->text[digits + 1];
	if (strcmp(v2->file, "io.weight") == 0 || strcmp(v2->file, "io.bfq.weight") == 0)
		return strchr(v2->text, ' ') && strchr(v2->text, ' ')[1];
	return true;
}

static void check_v1(const struct setting *v2, uint64_t memory_max_bytes)
{
	struct setting v1[SETTING_V1_MAX];
	int count = setting_translate_v1(v2, memory_max_bytes, v1);

	require(count >= -1 && count <= SETTING_V1_MAX, "%d", count);
	for (int i = 0; i < count && is_planned(v2); i++) {
		bool of_device = strncmp(v1[i].file, "blkio.", 6) == 0 &&
				 strcmp(v1[i].file, "blkio.bfq.weight") != 0;
		char *read_back = NULL;

		require(v1[i].file[0] && !strchr(v1[i].file, '/'), "'%s'", v1[i].file);
		require(v1[i].controller == v2->controller, "'%s'", v1[i].file);
		/* What was written as it is holds. */
		if (asprintf(&read_back, "%s\n", v1[i].text) < 0)
			abort();
		require(of_device ? strchr(v1[i].text, ' ') != NULL : v1[i].text[0] != '\0',
			"%s of %s '%s': '%s'", v1[i].file, v2->file, v2->text, v1[i].text);
		require(setting_holds(&v1[i], read_back), "%s '%s'", v1[i].file, v1[i].text);
		free(read_back);
	}
}

/* What --set wrote: read back as it was, it holds, and beside lines of other things. */
static void check_given(const struct setting *setting, const char *read_back)
{
	struct setting given = *setting;
	char *same = NULL;

	given.as_given = true;
	(void)setting_holds(&given, read_back);
	for (const char *p = given.text; *p; p++)
		if ((unsigned char)*p < ' ')
			return;
	if (asprintf(&same, "%s\n", given.text) < 0)
		abort();
	require(setting_holds(&given, same), "'%s'", given.text);
	free(same);
	require(!setting_holds(&given, "") && !setting_holds(&given, "\n"), "'%s'", given.text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *file = fuzz_line(&data, &size), *text = fuzz_line(&data, &size);
	char *read_back = fuzz_string(data, size);
	struct setting setting;

	if (!*file || !*text || strlen(file) >= SETTING_FILE_MAX ||
		strlen(text) >= SETTING_TEXT_MAX)
		goto out;
	setting_init(&setting, CONTROLLER_MEMORY, "mem", file, "%s", text);
	check_holds(&setting, read_back);
	check_given(&setting, read_back);
	check_v1(&setting, size);
	check_v1(&setting, UINT64_MAX - size);
out:
	free(read_back);
	free(text);
	free(file);
	return 0;
}
