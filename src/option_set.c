/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "option_set.h"

#include "files.h"
#include "kernel_text.h"
#include "signals.h"
#include "util.h"

const char *option_set_quantity(struct spec *spec, const struct option_row *row, const char *text)
{
	return row->parse(text, (struct quantity *)(void *)((char *)spec + row->field));
}

const char *option_set_flag(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)text;
	*(bool *)((char *)spec + row->field) = true;
	return NULL;
}

const char *option_set_text(struct spec *spec, const struct option_row *row, const char *text)
{
	if (!*text)
		return "it is empty";
	*(const char **)(void *)((char *)spec + row->field) = text;
	return NULL;
}

const char *option_set_oom(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (strcmp(text, "group") == 0)
		spec->oom = SPEC_OOM_GROUP;
	else if (strcmp(text, "process") == 0)
		spec->oom = SPEC_OOM_PROCESS;
	else
		return "it is neither of the two";
	return NULL;
}

const char *option_set_leftovers(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (strcmp(text, "kill") == 0)
		spec->leftovers = SPEC_LEFTOVERS_KILL;
	else if (strcmp(text, "wait") == 0)
		spec->leftovers = SPEC_LEFTOVERS_WAIT;
	else if (strcmp(text, "leave") == 0)
		spec->leftovers = SPEC_LEFTOVERS_LEAVE;
	else
		return "it is none of the three";
	return NULL;
}

const char *option_set_manager(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (strcmp(text, "auto") == 0)
		spec->manager = SPEC_MANAGER_AUTO;
	else if (strcmp(text, "cgroupfs") == 0)
		spec->manager = SPEC_MANAGER_CGROUPFS;
	else if (strcmp(text, "systemd") == 0)
		spec->manager = SPEC_MANAGER_SYSTEMD;
	else
		return "it is none of the three";
	return NULL;
}

/* It becomes the name of a control group and of a unit of systemd's. */
const char *option_set_group(struct spec *spec, const struct option_row *row, const char *text)
{
	static const char letters[] =
		"abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789_.-";
	size_t length = strlen(text);

	(void)row;
	if (length == 0 || length > SPEC_GROUP_NAME_MAX)
		return length ? "it is too long" : "it is empty";
	if (strspn(text, letters) != length)
		return "it has other characters";
	if (text_ends_in(text, ".scope"))
		return "it ends as the name of a scope of systemd's";
	if (*text == '.' || *text == '-')
		return "it does not begin with a letter, a digit or '_'";
	spec->group = text;
	return NULL;
}

/* The last of several for one reason wins. */
const char *option_set_exit_status(struct spec *spec, const struct option_row *row,
	const char *text)
{
	static const char *const reasons[SPEC_EXIT_REASONS_COUNT] = { SPEC_EXIT_REASONS };
	const char *equals = strchr(text, '=');
	const char *cursor = equals ? equals + 1 : "";
	const char *reason = NULL;
	uint64_t status;
	unsigned at = 0;

	(void)row;
	for (size_t i = 0; equals && i < ARRAY_SIZE(reasons); i++)
		if (strlen(reasons[i]) == (size_t)(equals - text) &&
			strncmp(reasons[i], text, strlen(reasons[i])) == 0)
			reason = reasons[i];
	if (!reason)
		return "there is no such reason";
	if (!scan_u64(&cursor, &status) || *cursor || status > 255)
		return "an exit status is 0 to 255";
	while (at < spec->exit_status_count && spec->exit_statuses[at].reason != reason)
		at++;
	spec->exit_statuses[at] = (struct spec_exit_status){ reason, (int)status };
	if (at == spec->exit_status_count)
		spec->exit_status_count++;
	return NULL;
}

const char *option_set_signal(struct spec *spec, const struct option_row *row, const char *text)
{
	int number = signal_parse(text);

	(void)row;
	if (number < 0)
		return "there is no such signal";
	spec->signal = number;
	return NULL;
}

const char *option_set_cpu_list(struct spec *spec, const struct option_row *row, const char *text)
{
	return cpu_list_parse(text, (struct cpu_list *)(void *)((char *)spec + row->field));
}

const char *option_set_cpu_weight(struct spec *spec, const struct option_row *row, const char *text)
{
	struct quantity weight = { QUANTITY_UNSET, 0 };
	bool idle = strcmp(text, "idle") == 0;
	const char *reason = idle ? NULL : row->parse(text, &weight);

	if (reason)
		return reason;
	spec->cpu_weight = weight;
	spec->cpu_idle = idle;
	return NULL;
}

const char *option_set_format(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (strcmp(text, "text") == 0)
		spec->format = SPEC_FORMAT_TEXT;
	else if (strcmp(text, "json") == 0)
		spec->format = SPEC_FORMAT_JSON;
	else if (strcmp(text, "kv") == 0)
		spec->format = SPEC_FORMAT_KV;
	else if (strcmp(text, "csv") == 0)
		spec->format = SPEC_FORMAT_CSV;
	else if (strcmp(text, "markdown") == 0)
		spec->format = SPEC_FORMAT_MARKDOWN;
	else
		return "there is no such format";
	return NULL;
}

const char *option_set_progress(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (text && strcmp(text, "signal") != 0)
		return "it is not 'signal'";
	spec->progress = text ? SPEC_PROGRESS_SIGNAL : SPEC_PROGRESS_LINE;
	return NULL;
}

/* Both absent, or both the same. */
static bool same_path(const char *a, const char *b)
{
	return a && b ? strcmp(a, b) == 0 : a == b;
}

/* 'VALUE[@PATH]': the last of several for one key and path wins, as for every option. */
const char *option_set_io(struct spec *spec, const struct option_row *row, const char *text)
{
	char value[QUANTITY_TEXT_MAX];
	size_t length = strcspn(text, "@");
	struct spec_io entry = { .key = row->io_key, .option = row->name };
	const char *reason;

	if (text[length] && !text[length + 1])
		return "it names no path behind the '@'";
	if (length >= sizeof(value))
		return "its number is too long";
	memcpy(value, text, length);
	value[length] = '\0';
	reason = row->parse(value, &entry.value);
	if (reason)
		return reason; /* cppcheck-suppress returnDanglingLifetime ; a constant */
	entry.path = text[length] ? text + length + 1 : NULL;
	for (unsigned i = 0; i < spec->io_count; i++) {
		if (spec->io[i].key == entry.key && same_path(spec->io[i].path, entry.path)) {
			spec->io[i] = entry;
			return NULL;
		}
	}
	if (spec->io_count == SPEC_IO_MAX)
		return "there are too many io limits";
	spec->io[spec->io_count++] = entry;
	return NULL;
}

/* The last of several for one resource wins. */
const char *option_set_rlimit(struct spec *spec, const struct option_row *row, const char *text)
{
	struct rlimit_request request;
	const char *reason = rlimit_parse(text, &request);
	unsigned i = 0;

	(void)row;
	if (reason)
		return reason;
	while (i < spec->rlimit_count && spec->rlimits[i].row != request.row)
		i++;
	spec->rlimits[i] = request;
	if (i == spec->rlimit_count)
		spec->rlimit_count++;
	return NULL;
}

static const char *add_profile(struct spec *spec, bool is_path, const char *name)
{
	if (!*name)
		return "it is empty";
	if (spec->profile_count == SPEC_PROFILES_MAX)
		return "there are too many files of options";
	spec->profiles[spec->profile_count++] = (struct spec_profile){ is_path, name, NULL };
	return NULL;
}

const char *option_set_profile(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (strchr(text, '/'))
		return "a name has no '/'; --config takes any file";
	return add_profile(spec, false, text);
}

const char *option_set_config(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return add_profile(spec, true, text);
}

/* A whole number with or without a minus. */
static const char *set_number(struct spec_number *number, const char *text, int lowest, int highest)
{
	const bool negative = *text == '-';
	int value = 0;

	text += negative;
	if (!*text)
		return "it is no number";
	for (; *text; text++) {
		if (*text < '0' || *text > '9')
			return "it is no whole number";
		value = value * 10 + (*text - '0');
		if (value > 9999)
			break; /* out of every range */
	}
	if (negative)
		value = -value;
	if (value < lowest || value > highest)
		return "it is out of range";
	*number = (struct spec_number){ true, value };
	return NULL;
}

const char *option_set_nice(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return set_number(&spec->nice, text, -20, 19);
}

const char *option_set_oom_score_adj(struct spec *spec, const struct option_row *row,
	const char *text)
{
	(void)row;
	return set_number(&spec->oom_score_adj, text, -1000, 1000);
}

/* The plain name of a file of a controller, such as 'hugetlb.2MB.max', and the controller. */
static const char *take_file(struct spec_set *set, const char *name, size_t length)
{
	static const char allowed[] = "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ"
				      "0123456789._-";
	const char *dot = memchr(name, '.', length);
	char controller[SPEC_SET_FILE_MAX];
	controller_set found;

	if (strspn(name, allowed) < length || !dot || dot == name || dot + 1 == name + length)
		return "it does not begin with the name of a file, CONTROLLER.NAME";
	if (length >= SPEC_SET_FILE_MAX)
		return "there is no file with a name that long";
	memcpy(set->file, name, length);
	snprintf(controller, sizeof(controller), "%.*s", (int)(dot - name), name);
	if (strcmp(controller, "cgroup") == 0 || strcmp(controller, "freezer") == 0)
		return "limit itself needs that file";
	/* Without --mem nobody looks after swap, and an OOM kill would be taken for an ancestor's. */
	if (strcmp(set->file, "memory.max") == 0 || strcmp(set->file, "memory.limit_in_bytes") == 0)
		return "--mem sets that file, and what belongs to it";
	found = controllers_parse(controller);
	if (!found)
		return "there is no such controller";
	set->controller = (enum controller)__builtin_ctz(found);
	return NULL;
}

static const char *check_value(const char *value)
{
	if (!*value)
		return "it has no value";
	if (strlen(value) >= SPEC_SET_VALUE_MAX)
		return "its value is too long";
	for (const char *p = value; *p; p++)
		if ((unsigned char)*p < ' ' || *p == 127)
			return "a control character is in its value";
	return NULL;
}

/* Both for the same file, and in a file with keys for the same key: the first of several words. */
static bool is_same_place(const struct spec_set *a, const struct spec_set *b)
{
	size_t length = strcspn(a->value, " ");

	if (strcmp(a->file, b->file) != 0)
		return false;
	if (!a->value[length] || !strchr(b->value, ' '))
		return !a->value[length] && !strchr(b->value, ' ');
	return strncmp(a->value, b->value, length + 1) == 0;
}

/* The last of several for one file and key wins, as for every option. */
const char *option_set_file(struct spec *spec, const struct option_row *row, const char *text)
{
	size_t length = strcspn(text, "=");
	struct spec_set entry = { .value = text + length + 1 };
	const char *reason = take_file(&entry, text, length);

	(void)row;
	if (!reason)
		reason = text[length] ? check_value(entry.value) : "it has no '='";
	if (reason)
		return reason;
	for (unsigned i = 0; i < spec->set_count; i++) {
		if (is_same_place(&spec->sets[i], &entry)) {
			spec->sets[i] = entry;
			return NULL;
		}
	}
	if (spec->set_count == SPEC_SET_MAX)
		return "there are too many of them";
	spec->sets[spec->set_count++] = entry;
	return NULL;
}

const char *option_parse_pids(const char *text, struct quantity *count)
{
	return quantity_parse_count(text, SPEC_PIDS_HIGHEST, count);
}

const char *option_parse_ops(const char *text, struct quantity *count)
{
	return quantity_parse_count(text, UINT32_MAX, count);
}

const char *option_parse_runs(const char *text, struct quantity *count)
{
	if (strcmp(text, "max") == 0)
		return "the highest number is 100000";
	return quantity_parse_count(text, SPEC_RUNS_HIGHEST, count);
}

const char *option_parse_warmup(const char *text, struct quantity *count)
{
	if (strcmp(text, "0") != 0)
		return option_parse_runs(text, count);
	*count = (struct quantity){ QUANTITY_NUMBER, 0 };
	return NULL;
}

/* CGROUP_WEIGHT_MIN to CGROUP_WEIGHT_MAX of include/linux/cgroup.h. */
const char *option_parse_weight(const char *text, struct quantity *weight)
{
	if (strcmp(text, "max") == 0)
		return "the highest weight is 10000";
	return quantity_parse_count(text, 10000, weight);
}

const char *option_parse_period(const char *text, struct quantity *period_us)
{
	struct quantity period;
	const char *reason = quantity_parse_duration(text, &period);

	if (reason)
		return reason;
	if (period.value < 1000 || period.value > 1000000)
		return "the kernel takes 1ms to 1s";
	*period_us = period;
	return NULL;
}

/* The last of several for one name counts: environment_make() sets them in their order. */
const char *option_set_env(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	if (!*text || *text == '=')
		return "it has no name";
	if (spec->env_count == SPEC_ENV_MAX)
		return "there are too many of them";
	spec->env[spec->env_count++] = text;
	return NULL;
}

/* Below that the reading takes a good part of the time. */
const char *option_parse_sample(const char *text, struct quantity *interval_us)
{
	struct quantity interval;
	const char *reason = quantity_parse_duration(text, &interval);

	if (reason)
		return reason;
	if (interval.value < 1000)
		return "the shortest is 1ms";
	*interval_us = interval;
	return NULL;
}
