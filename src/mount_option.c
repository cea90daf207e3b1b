/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "mount_option.h"

#include "quantity.h"
#include "util.h"

const char *mount_kind_option(enum mount_kind kind)
{
	static const char *const options[MOUNT_KINDS] = {
		[MOUNT_TMPFS] = "tmpfs",
		[MOUNT_PRIVATE_TMP] = "private-tmp",
		[MOUNT_BIND] = "bind",
		[MOUNT_READ_ONLY] = "read-only",
		[MOUNT_HIDE] = "hide",
		[MOUNT_OVERLAY] = "overlay",
	};

	return options[kind];
}

/* The text up to a colon that is not escaped, or to the end. */
static struct mount_text take_part(const char *text)
{
	struct mount_text part = { .start = text, .escaped = true };

	while (text[part.length] && text[part.length] != ':')
		part.length += text[part.length] == '\\' && text[part.length + 1] ? 2 : 1;
	return part;
}

static const char *behind(const struct mount_text *part)
{
	return part->start + part->length;
}

static const char *check_part(const struct mount_text *part)
{
	if (part->length == 0)
		return "a path is missing";
	return part->length < PATH_MAX ? NULL : "a path is too long";
}

/* ':SIZE' or nothing. */
static const char *take_size(const char *text, uint64_t *size_bytes)
{
	struct quantity size = { QUANTITY_UNSET, 0 };
	const char *reason;

	if (!*text)
		return NULL;
	reason = quantity_parse_rate(text + 1, &size);
	if (reason)
		return reason;
	*size_bytes = size.kind == QUANTITY_MAX ? UINT64_MAX : size.value;
	return NULL;
}

static const char *take_bind(const char *text, struct mount_request *request)
{
	const char *reason;

	request->source = take_part(text);
	if (!*behind(&request->source))
		return "it has no ':'";
	request->path = take_part(behind(&request->source) + 1);
	request->read_only = strcmp(behind(&request->path), ":ro") == 0;
	if (*behind(&request->path) && !request->read_only)
		return "behind the second ':' there may only be ro; a ':' in a path is '\\:'";
	reason = check_part(&request->source);
	return reason ? reason : check_part(&request->path);
}

static const char *take_tmpfs(const char *text, struct mount_request *request)
{
	const char *reason;

	request->path = take_part(text);
	reason = check_part(&request->path);
	return reason ? reason : take_size(behind(&request->path), &request->size_bytes);
}

const char *mount_requests_add(struct mount_requests *requests, enum mount_kind kind,
	const char *text)
{
	struct mount_request request = { .kind = kind };
	const char *reason = NULL;

	if (requests->count == MOUNT_REQUESTS_MAX)
		return "there are too many mounts";
	if (kind == MOUNT_BIND) {
		reason = take_bind(text, &request);
	} else if (kind == MOUNT_TMPFS) {
		reason = take_tmpfs(text, &request);
	} else if (kind != MOUNT_PRIVATE_TMP) {
		request.path = (struct mount_text){ text, (unsigned)strlen(text), false };
		reason = check_part(&request.path);
	}
	if (reason)
		return reason; /* cppcheck-suppress returnDanglingLifetime ; a constant */
	requests->list[requests->count++] = request;
	return NULL;
}

bool mount_requests_asked(const struct mount_requests *requests)
{
	return requests->count || requests->root;
}

bool mount_requests_protect(const struct mount_requests *requests)
{
	for (unsigned i = 0; i < requests->count; i++) {
		const struct mount_request *request = &requests->list[i];

		if (request->kind == MOUNT_READ_ONLY || request->kind == MOUNT_HIDE ||
			request->read_only)
			return true;
	}
	return requests->root != NULL;
}

size_t mount_text_copy(const struct mount_text *text, char path[PATH_MAX])
{
	size_t length = 0;

	for (size_t i = 0; i < text->length && length < PATH_MAX - 1; i++) {
		if (text->escaped && text->start[i] == '\\' && i + 1 < text->length)
			i++;
		path[length++] = text->start[i];
	}
	path[length] = '\0';
	return length;
}
