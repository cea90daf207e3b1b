/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * fuzz — what the targets share. A target is a file with LLVMFuzzerTestOneInput(): it hands bytes
 * from anywhere to a parser and checks what came of it against a reader of its own, written from
 * the documented grammar. tests/fuzz/run links it with libFuzzer and searches; make check links it
 * with replay.c and goes through what is kept in corpus/TARGET.
 */
#ifndef LIMIT_TESTS_FUZZ_H
#define LIMIT_TESTS_FUZZ_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "util.h"

/* Always returns 0: nothing is thrown away. Ends the program if a property does not hold. */
int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* End the program unless condition holds; the printf arguments say in which case. */
#define require(condition, fmt, ...)                                                               \
	do {                                                                                       \
		if (!(condition)) {                                                                \
			fprintf(stderr, "%s:%d: " fmt ": %s\n", __FILE__, __LINE__, ##__VA_ARGS__, \
				#condition);                                                       \
			abort();                                                                   \
		}                                                                                  \
	} while (0)

/*
 * A string in a block of exactly its size, so that reading past its end is seen; to be freed.
 * What comes after a zero byte is left out.
 */
static inline char *fuzz_string(const void *data, size_t size)
{
	size_t length = size ? strnlen(data, size) : 0;
	char *text = malloc(length + 1);

	if (!text)
		abort();
	if (length)
		memcpy(text, data, length);
	text[length] = '\0';
	return text;
}

/* Cut the first line off, in a block of its own, and move *data past it. */
static inline char *fuzz_line(const uint8_t **data, size_t *size)
{
	const uint8_t *newline = *size ? memchr(*data, '\n', *size) : NULL;
	size_t length = newline ? (size_t)(newline - *data) : *size;
	char *line = fuzz_string(*data, length);

	*data += newline ? length + 1 : length;
	*size -= newline ? length + 1 : length;
	return line;
}

/*
 * The number that is text[0] to text[length-1], all digits; false: it is none or beyond 64 bits. The
 * targets' own, on purpose not scan_u64() of src.
 */
static inline bool fuzz_number(const char *text, size_t length, uint64_t *value)
{
	unsigned __int128 number = 0;

	for (size_t i = 0; i < length; i++) {
		if (!memchr("0123456789", text[i], 10))
			return false;
		number = number * 10 + (unsigned)(text[i] - '0');
		if (number > UINT64_MAX)
			return false;
	}
	if (length == 0)
		return false;
	*value = (uint64_t)number;
	return true;
}

/* The value of the first word 'KEY=NUMBER' among words with blanks between them. */
static inline bool fuzz_nested(const char *line, const char *key, uint64_t *value)
{
	size_t key_length = strlen(key);

	while (*line) {
		size_t length = strcspn(line, " ");

		if (length > key_length && memcmp(line, key, key_length) == 0 &&
			line[key_length] == '=' &&
			fuzz_number(line + key_length + 1, length - key_length - 1, value))
			return true;
		line += length + (line[length] == ' ');
	}
	return false;
}

/* The value of the first line 'KEY NUMBER'. */
static inline bool fuzz_keyed(const char *text, const char *key, uint64_t *value)
{
	size_t key_length = strlen(key);

	while (*text) {
		size_t length = strcspn(text, "\n");

		if (length > key_length && memcmp(text, key, key_length) == 0 &&
			text[key_length] == ' ' &&
			fuzz_number(text + key_length + 1, length - key_length - 1, value))
			return true;
		text += length + (text[length] == '\n');
	}
	return false;
}

#endif
