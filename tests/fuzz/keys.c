/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The building blocks of kernel_text.h. The first line is a key, the rest the text of a file: flat
 * or nested keys, numbers, devices, controllers, lines.
 */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>

#include "kernel_text.h"

static void check_keys(const char *key, const char *text)
{
	char *line = fuzz_string(text, strcspn(text, "\n"));
	uint64_t value = 42, expected = 42;

	/* The kernel's keys have neither blanks nor '=' in them. */
	if (!*key || strpbrk(key, " ="))
		goto out;
	require(keyed_u64(text, key, &value) == fuzz_keyed(text, key, &expected) &&
			value == expected,
		"'%s' is %" PRIu64 ", not %" PRIu64 " in '%s'", key, value, expected, text);
	value = expected = 42;
	require(nested_u64(line, key, &value) == fuzz_nested(line, key, &expected) &&
			value == expected,
		"'%s' is %" PRIu64 ", not %" PRIu64 " in '%s'", key, value, expected, line);
out:
	free(line);
}

static void check_numbers(const char *text)
{
	size_t digits = strspn(text, "0123456789");
	bool whole = !text[digits] || strcmp(text + digits, "\n") == 0;
	uint64_t value = 42, expected = 42;
	bool is_number = fuzz_number(text, digits, &expected);
	const char *cursor = text;

	if (!is_number)
		expected = 42;
	require(scan_u64(&cursor, &value) == is_number && value == expected, "'%s'", text);
	require(cursor == (is_number ? text + digits : text), "'%s'", text);
	value = 42;
	require(text_to_u64(text, &value) == (is_number && whole), "'%s'", text);
	require(value == (is_number && whole ? expected : 42), "'%s' is %" PRIu64, text, value);
}

static void check_device(const char *text)
{
	size_t first = strspn(text, "0123456789");
	size_t second = text[first] == ':' ? strspn(text + first + 1, "0123456789") : 0;
	uint64_t first_number, second_number;
	bool is_device = fuzz_number(text, first, &first_number) && text[first] == ':' &&
			 fuzz_number(text + first + 1, second, &second_number) &&
			 first_number <= UINT32_MAX && second_number <= UINT32_MAX;
	unsigned major = 42, minor = 42;
	const char *cursor = text;

	require(scan_device(&cursor, &major, &minor) == is_device, "'%s'", text);
	require(cursor == (is_device ? text + first + 1 + second : text), "'%s'", text);
	require(is_device ? major == first_number && minor == second_number
			  : major == 42 && minor == 42,
		"'%s' is %u:%u", text, major, minor);
}

static void check_controllers(const char *text)
{
	char *words = fuzz_string(text, strlen(text)), *rest, formatted[12];
	controller_set expected = 0;

	for (char *word = strtok_r(words, " ,\n", &rest); word;
		word = strtok_r(NULL, " ,\n", &rest))
		for (unsigned c = 0; c < CONTROLLERS; c++)
			if (strcmp(word, controller_name_v1(c)) == 0 ||
				strcmp(word, controller_name_v2(c)) == 0)
				expected |= CONTROLLER_BIT(c);
	require(controllers_parse(text) == expected, "'%s' is %x, not %x", text,
		controllers_parse(text), expected);
	controllers_format(expected, formatted, sizeof(formatted));
	free(words);
}

/* Every line comes, in order; what does not fit is empty. */
static void check_lines(const char *text, size_t size)
{
	char *line = malloc(size);
	const char *cursor = text, *expected = text;

	while (next_line(&cursor, line, size)) {
		size_t length = strcspn(expected, "\n");
		size_t kept = strnlen(line, size);

		require(kept < size && kept <= length && memcmp(line, expected, kept) == 0,
			"line of '%s'", expected);
		require(kept == (length < size ? length : 0), "'%s' was cut to '%s'", expected,
			line);
		expected += length + (expected[length] == '\n');
		require(cursor == expected, "after '%s'", line);
	}
	require(!*expected, "'%s' is left", expected);
	free(line);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *key = fuzz_line(&data, &size);
	char *text = fuzz_string(data, size);

	check_keys(key, text);
	check_numbers(key);
	check_numbers(text);
	check_device(key);
	check_controllers(text);
	check_lines(text, 2);
	check_lines(text, 16);
	check_lines(text, 256);
	free(text);
	free(key);
	return 0;
}
