/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * 'NAME=SOFT[:[HARD]]': accepted exactly if a reader of its own accepts it, which takes only the
 * numbers from quantity.h; and what would be set is a pair that the kernel takes.
 */
#include "config.h"

#include "fuzz.h"

#include <inttypes.h>

#include "quantity.h"
#include "rlimit.h"

#define MILLION UINT64_C(1000000)

static bool is_value(const struct rlimit_row *row, const char *text, rlim_t *value)
{
	struct quantity number = { 0 };
	uint64_t per_unit = 1;

	if (strcmp(text, "max") == 0 || strcmp(text, "unlimited") == 0) {
		*value = RLIM_INFINITY;
		return true;
	}
	switch (row->unit) {
	case RLIMIT_UNIT_BYTES:
		if (quantity_parse_size_or_zero(text, &number))
			return false;
		break;
	case RLIMIT_UNIT_SECONDS:
		per_unit = MILLION;
		if (quantity_parse_duration_or_zero(text, &number))
			return false;
		break;
	case RLIMIT_UNIT_MICROSECONDS:
		if (quantity_parse_duration_or_zero(text, &number))
			return false;
		break;
	case RLIMIT_UNIT_COUNT:
		if (!fuzz_number(text, strlen(text), &number.value) || number.value > INT64_MAX)
			return false;
		/* Not '00': 0 is for 0 alone. */
		if (number.value == 0 && strcmp(text, "0") != 0)
			return false;
		break;
	default:
		abort();
	}
	*value = number.value / per_unit;
	return number.value % per_unit == 0 && (*value > 0 || row->zero_is_fine) &&
	       *value <= row->highest;
}

static bool is_request(char *text, struct rlimit_request *request)
{
	char *name = strsep(&text, "="), *soft = text ? strsep(&text, ":") : NULL, *hard = text;

	*request = (struct rlimit_request){ 0 };
	for (size_t i = 0; i < rlimit_row_count; i++)
		if (strcmp(rlimit_rows[i].name, name) == 0)
			request->row = &rlimit_rows[i];
	if (!request->row || !soft || !is_value(request->row, soft, &request->soft))
		return false;
	if (hard)
		request->hard_kind = *hard ? RLIMIT_HARD_GIVEN : RLIMIT_HARD_KEPT;
	return !hard || !*hard ||
	       (is_value(request->row, hard, &request->hard) && request->hard >= request->soft);
}

static void check_resolved(const struct rlimit_request *request, rlim_t old_hard)
{
	const struct rlimit old = { old_hard, old_hard };
	struct rlimit resolved = rlimit_resolve(request, &old);

	require(resolved.rlim_cur == request->soft, "%s", request->row->name);
	switch (request->hard_kind) {
	case RLIMIT_HARD_GIVEN:
		require(resolved.rlim_max == request->hard, "%s", request->row->name);
		break;
	case RLIMIT_HARD_KEPT:
		require(resolved.rlim_max == old_hard, "%s", request->row->name);
		break;
	case RLIMIT_HARD_SAME:
		require(resolved.rlim_max >= request->soft, "%s", request->row->name);
		/* Nobody needs a privilege for less than was there. */
		require(request->soft > old_hard || resolved.rlim_max <= old_hard, "%s",
			request->row->name);
		break;
	default:
		abort();
	}
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	char *text = fuzz_string(data, size), *copy = fuzz_string(data, size), formatted[64];
	struct rlimit_request got = { .hard_kind = 42 }, expected;
	const char *reason = rlimit_parse(text, &got), *equals = strchr(text, '=');
	bool good = is_request(copy, &expected);

	require(!reason || (got.hard_kind == 42 && !got.row && *reason), "'%s'", text);
	/* A number with dozens of zeros in front may be refused. */
	if (!good || (equals && strcspn(equals + 1, ":") < QUANTITY_TEXT_MAX))
		require(!reason == good, "'%s' is %s: %s", text, reason ? "refused" : "accepted",
			reason ? reason : "");
	if (!reason) {
		require(got.row == expected.row && got.soft == expected.soft &&
				got.hard_kind == expected.hard_kind && got.hard == expected.hard,
			"'%s' is %s %" PRIu64 ":%" PRIu64, text, got.row->name, (uint64_t)got.soft,
			(uint64_t)got.hard);
		check_resolved(&got, RLIM_INFINITY);
		check_resolved(&got, got.soft);
		check_resolved(&got, 100);
		rlimit_format(&got, formatted, sizeof(formatted));
		require(strncmp(formatted, got.row->name, strlen(got.row->name)) == 0, "'%s'",
			formatted);
	}
	free(copy);
	free(text);
	return 0;
}
