/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 'SRC:DST[:ro]' and 'PATH[:SIZE]': accepted exactly if a reader of its own accepts it, which takes the
 * text apart one character at a time, and with the same paths. The first line is the option.
 */
#include "config.h"

#include "fuzz.h"

#include "mount_option.h"
#include "quantity.h"

#define PARTS_MAX 4

struct part {
	char *text;    /* without its backslashes */
	size_t length; /* with them */
};

/* Split at colons that no backslash is before; more than PARTS_MAX are cut short. */
static unsigned split(const char *text, struct part parts[PARTS_MAX])
{
	unsigned count = 0;

	for (const char *p = text; count < PARTS_MAX; p++) {
		struct part *part = &parts[count++];
		size_t length = 0;

		part->text = fuzz_string((const uint8_t *)p, strlen(p));
		part->length = 0;
		for (; *p && *p != ':'; p++) {
			if (*p == '\\' && p[1]) {
				p++;
				part->length++;
			}
			part->text[length++] = *p;
			part->length++;
		}
		part->text[length] = '\0';
		if (!*p)
			break;
	}
	return count;
}

static bool is_path(const struct part *part)
{
	return part->length > 0 && part->length < PATH_MAX;
}

/* 'ro' is no path: a backslash in it is one too many. */
static bool is_bind(const struct part *parts, unsigned count)
{
	return count >= 2 && count <= 3 && is_path(&parts[0]) && is_path(&parts[1]) &&
	       (count == 2 || (parts[2].length == 2 && strcmp(parts[2].text, "ro") == 0));
}

/* The size is the rest of the text as it stands. */
static bool is_tmpfs(const char *text, const struct part *parts, uint64_t *size_bytes)
{
	struct quantity size = { 0 };

	*size_bytes = 0;
	if (!is_path(&parts[0]))
		return false;
	if (!text[parts[0].length])
		return true;
	if (quantity_parse_rate(text + parts[0].length + 1, &size))
		return false;
	*size_bytes = size.kind == QUANTITY_MAX ? UINT64_MAX : size.value;
	return true;
}

static bool is_same(const struct mount_text *text, const char *expected)
{
	char path[PATH_MAX];

	return mount_text_copy(text, path) == strlen(path) && strcmp(path, expected) == 0;
}

static void check(enum mount_kind kind, const char *text)
{
	struct mount_requests requests = { .count = 0 };
	const struct mount_request *got = &requests.list[0];
	const char *reason = mount_requests_add(&requests, kind, text);
	struct part parts[PARTS_MAX];
	unsigned count = split(text, parts);
	uint64_t size_bytes = 0;
	bool good = strlen(text) > 0 && strlen(text) < PATH_MAX;

	if (kind == MOUNT_BIND)
		good = is_bind(parts, count);
	else if (kind == MOUNT_TMPFS)
		good = is_tmpfs(text, parts, &size_bytes);
	require(good == !reason && requests.count == good, "'%s' is %s: %s", text,
		reason ? "refused" : "accepted", reason ? reason : "");
	if (good) {
		require(got->kind == kind && got->size_bytes == size_bytes, "'%s'", text);
		require(got->read_only == (kind == MOUNT_BIND && count == 3), "'%s'", text);
		require(kind != MOUNT_BIND || is_same(&got->source, parts[0].text), "'%s'", text);
		require(is_same(&got->path, kind == MOUNT_BIND    ? parts[1].text
					    : kind == MOUNT_TMPFS ? parts[0].text
								  : text),
			"'%s'", text);
		require(mount_requests_asked(&requests), "'%s'", text);
		require(mount_requests_protect(&requests) ==
				(got->read_only || kind == MOUNT_READ_ONLY || kind == MOUNT_HIDE),
			"'%s'", text);
	}
	for (unsigned i = 0; i < count; i++)
		free(parts[i].text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *option = fuzz_line(&data, &size), *text = fuzz_string(data, size);

	for (enum mount_kind kind = 0; kind < MOUNT_KINDS; kind++)
		if (kind != MOUNT_PRIVATE_TMP && strcmp(option, mount_kind_option(kind)) == 0)
			check(kind, text);
	free(option);
	free(text);
	return 0;
}
