/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "rlimit.h"

#include <inttypes.h>

#include "quantity.h"
#include "util.h"

#define MILLION UINT64_C(1000000)

/* clang-format off */
const struct rlimit_row rlimit_rows[] = {
	{ "as", RLIMIT_AS, RLIMIT_UNIT_BYTES, false, RLIM_INFINITY, "address space" },
	{ "core", RLIMIT_CORE, RLIMIT_UNIT_BYTES, true, RLIM_INFINITY, "size of a core file" },
	{ "cpu", RLIMIT_CPU, RLIMIT_UNIT_SECONDS, false, RLIM_INFINITY, "CPU time of one process" },
	{ "data", RLIMIT_DATA, RLIMIT_UNIT_BYTES, true, RLIM_INFINITY, "private writable memory" },
	{ "fsize", RLIMIT_FSIZE, RLIMIT_UNIT_BYTES, true, RLIM_INFINITY, "size of a file that is written" },
	{ "locks", RLIMIT_LOCKS, RLIMIT_UNIT_COUNT, true, RLIM_INFINITY, "file locks; unused since Linux 2.4.25" },
	{ "memlock", RLIMIT_MEMLOCK, RLIMIT_UNIT_BYTES, true, RLIM_INFINITY, "locked memory" },
	{ "msgqueue", RLIMIT_MSGQUEUE, RLIMIT_UNIT_BYTES, true, RLIM_INFINITY, "POSIX message queues of the user" },
	{ "nice", RLIMIT_NICE, RLIMIT_UNIT_COUNT, true, 40, "ceiling of the nice value: 20 - N" },
	{ "nofile", RLIMIT_NOFILE, RLIMIT_UNIT_COUNT, true, RLIM_INFINITY, "open descriptors" },
	{ "nproc", RLIMIT_NPROC, RLIMIT_UNIT_COUNT, true, RLIM_INFINITY, "processes and threads of the user" },
	{ "rss", RLIMIT_RSS, RLIMIT_UNIT_BYTES, true, RLIM_INFINITY, "resident memory; unused since Linux 2.4.30" },
	{ "rtprio", RLIMIT_RTPRIO, RLIMIT_UNIT_COUNT, true, 99, "real-time priority" },
	{ "rttime", RLIMIT_RTTIME, RLIMIT_UNIT_MICROSECONDS, false, RLIM_INFINITY, "real-time CPU time without blocking" },
	{ "sigpending", RLIMIT_SIGPENDING, RLIMIT_UNIT_COUNT, true, RLIM_INFINITY, "queued signals of the user" },
	{ "stack", RLIMIT_STACK, RLIMIT_UNIT_BYTES, false, RLIM_INFINITY, "stack" },
};
/* clang-format on */

const size_t rlimit_row_count = ARRAY_SIZE(rlimit_rows);

_Static_assert(ARRAY_SIZE(rlimit_rows) == RLIMIT_ROWS_MAX, "spec.h has room for each once");

static const struct rlimit_row *find_row(const char *name, size_t length)
{
	for (size_t i = 0; i < rlimit_row_count; i++)
		if (strlen(rlimit_rows[i].name) == length &&
			memcmp(rlimit_rows[i].name, name, length) == 0)
			return &rlimit_rows[i];
	return NULL;
}

/* A count may be 0, a size too; a time may not, but then the row says so. */
static const char *parse_number(const struct rlimit_row *row, const char *text,
	struct quantity *number)
{
	if (row->unit == RLIMIT_UNIT_BYTES)
		return quantity_parse_size_or_zero(text, number);
	if (row->unit != RLIMIT_UNIT_COUNT)
		return quantity_parse_duration_or_zero(text, number);
	if (strcmp(text, "0") == 0) {
		*number = (struct quantity){ QUANTITY_NUMBER, 0 };
		return NULL;
	}
	return quantity_parse_count(text, INT64_MAX, number);
}

static const char *parse_value(const struct rlimit_row *row, const char *text, rlim_t *value)
{
	struct quantity number;
	const char *reason;

	if (strcmp(text, "unlimited") == 0 || strcmp(text, "max") == 0) {
		*value = RLIM_INFINITY;
		return NULL;
	}
	reason = parse_number(row, text, &number);
	if (reason)
		return reason;
	if (row->unit == RLIMIT_UNIT_SECONDS) {
		if (number.value % MILLION != 0)
			return "the kernel counts it in whole seconds";
		number.value /= MILLION;
	}
	if (number.value == 0 && !row->zero_is_fine)
		return "0 means nothing here";
	if (number.value > row->highest)
		return "it is higher than the kernel's highest";
	*value = (rlim_t)number.value;
	return NULL;
}

/* 'SOFT', 'SOFT:' or 'SOFT:HARD'. */
static const char *parse_values(const char *text, struct rlimit_request *request)
{
	const char *colon = strchr(text, ':');
	size_t length = colon ? (size_t)(colon - text) : strlen(text);
	char soft[QUANTITY_TEXT_MAX];
	const char *reason;

	if (length >= sizeof(soft))
		return "its number is too long";
	memcpy(soft, text, length);
	soft[length] = '\0';
	reason = parse_value(request->row, soft, &request->soft);
	if (reason || !colon)
		return reason; /* cppcheck-suppress returnDanglingLifetime ; a constant */
	request->hard_kind = colon[1] ? RLIMIT_HARD_GIVEN : RLIMIT_HARD_KEPT;
	if (!colon[1])
		return NULL;
	reason = parse_value(request->row, colon + 1, &request->hard);
	if (!reason && request->hard < request->soft)
		return "the soft limit is above the hard one";
	return reason;
}

const char *rlimit_parse(const char *text, struct rlimit_request *request)
{
	const char *equals = strchr(text, '=');
	struct rlimit_request parsed = { .row = NULL };
	const char *reason;

	if (!equals)
		return "there is no '=' in it";
	parsed.row = find_row(text, (size_t)(equals - text));
	if (!parsed.row)
		return "there is no such resource limit";
	reason = parse_values(equals + 1, &parsed);
	if (!reason)
		*request = parsed;
	return reason;
}

/* The hard limit that follows a soft one for which none was given. */
static rlim_t hard_after(const struct rlimit_request *request, const struct rlimit *old)
{
	rlim_t step = 0;

	if (request->row->unit == RLIMIT_UNIT_SECONDS)
		step = 1;
	else if (request->row->unit == RLIMIT_UNIT_MICROSECONDS)
		step = MILLION;
	if (request->soft > RLIM_INFINITY - step)
		return RLIM_INFINITY;
	if (request->soft <= old->rlim_max && request->soft + step > old->rlim_max)
		return old->rlim_max;
	return request->soft + step;
}

struct rlimit rlimit_resolve(const struct rlimit_request *request, const struct rlimit *old)
{
	struct rlimit resolved = { .rlim_cur = request->soft };

	if (request->hard_kind == RLIMIT_HARD_GIVEN)
		resolved.rlim_max = request->hard;
	else if (request->hard_kind == RLIMIT_HARD_KEPT)
		resolved.rlim_max = old->rlim_max;
	else
		resolved.rlim_max = hard_after(request, old);
	return resolved;
}

static void format_value(const struct rlimit_row *row, rlim_t value, char *text, size_t size)
{
	if (value == RLIM_INFINITY)
		snprintf(text, size, "max");
	else if (row->unit == RLIMIT_UNIT_BYTES)
		quantity_format_size(value, text, size);
	else if (row->unit == RLIMIT_UNIT_SECONDS)
		snprintf(text, size, "%" PRIu64 " s", (uint64_t)value);
	else if (row->unit == RLIMIT_UNIT_MICROSECONDS)
		quantity_format_duration(value, text, size);
	else
		snprintf(text, size, "%" PRIu64, (uint64_t)value);
}

char *rlimit_format(const struct rlimit_request *request, char *text, size_t size)
{
	char soft[QUANTITY_TEXT_MAX];
	char hard[QUANTITY_TEXT_MAX] = "";

	format_value(request->row, request->soft, soft, sizeof(soft));
	if (request->hard_kind == RLIMIT_HARD_GIVEN)
		format_value(request->row, request->hard, hard, sizeof(hard));
	snprintf(text, size, "%s %s%s%s", request->row->name, soft,
		request->hard_kind == RLIMIT_HARD_SAME ? "" : ":", hard);
	return text;
}
