/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_set_namespaces — the setters of the options about what COMMAND can see. */
#include "config.h"

#include "option_set.h"

#include "kernel_text.h"
#include "namespaces.h"
#include "util.h"

/* __NEW_UTS_LEN of include/uapi/linux/utsname.h. */
#define HOSTNAME_LENGTH_MAX 64

const char *option_set_unshare(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return namespaces_parse(text, &spec->namespaces.unshare);
}

const char *option_set_hostname(struct spec *spec, const struct option_row *row, const char *text)
{
	size_t length = strlen(text);

	(void)row;
	if (length == 0)
		return "it is empty";
	if (length > HOSTNAME_LENGTH_MAX)
		return "it is too long";
	for (const char *p = text; *p; p++)
		if ((unsigned char)*p <= ' ' || *p == 127)
			return "a blank or a control character is in it";
	spec->namespaces.hostname = text;
	return NULL;
}

/* An id; (uid_t)-1 means 'none' to the kernel. */
static bool scan_id(const char **cursor, uint32_t *id)
{
	uint64_t value;

	if (!scan_u64(cursor, &value) || value >= UINT32_MAX)
		return false;
	*id = (uint32_t)value;
	return true;
}

const char *option_set_map_user(struct spec *spec, const struct option_row *row, const char *text)
{
	struct spec_ids ids = { .given = true };
	const char *cursor = text;

	(void)row;
	if (!scan_id(&cursor, &ids.uid) || *cursor++ != ':' || !scan_id(&cursor, &ids.gid) ||
		*cursor)
		return "it is not a user id, a colon and a group id";
	spec->namespaces.map_user = ids;
	return NULL;
}

const char *option_set_offset(struct spec *spec, const struct option_row *row, const char *text)
{
	struct spec_offset *offset = (struct spec_offset *)(void *)((char *)spec + row->field);
	const bool negative = *text == '-';
	struct quantity amount;
	const char *reason = quantity_parse_duration_or_zero(text + negative, &amount);

	if (reason)
		return reason;
	if (amount.kind != QUANTITY_NUMBER)
		return "an offset is a number";
	/* KTIME_SEC_MAX / 2 is what the kernel takes; its microseconds fit well into the type. */
	if (amount.value > INT64_MAX / 2000)
		return "it is too large";
	*offset = (struct spec_offset){ true,
		negative ? -(int64_t)amount.value : (int64_t)amount.value };
	return NULL;
}

const char *option_set_join(struct spec *spec, const struct option_row *row, const char *text)
{
	const char *cursor = text;
	uint64_t set;
	uint64_t pid;
	const char *reason;

	(void)row;
	if (!scan_u64(&cursor, &pid) || (*cursor && *cursor != ':'))
		return "it does not begin with the number of a process";
	if (pid == 0 || pid > INT32_MAX)
		return "no process has that number";
	reason = namespaces_parse(*cursor ? cursor + 1 : "all", &set);
	if (reason)
		return reason;
	spec->namespaces.join_pid = (pid_t)pid;
	spec->namespaces.join = set;
	return NULL;
}

const char *option_set_net_link(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return network_link_parse(text, &spec->network.link);
}
