/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "setting.h"

#include <inttypes.h>
#include <stdarg.h>

#include "util.h"

void setting_init(struct setting *setting, enum controller controller, const char *option,
	const char *file, const char *fmt, ...)
{
	va_list args;

	*setting = (struct setting){ .controller = controller, .option = option };
	snprintf(setting->file, sizeof(setting->file), "%s", file);
	va_start(args, fmt);
	vsnprintf(setting->text, sizeof(setting->text), fmt, args);
	va_end(args);
}

/* A v1 setting that stands for v2. */
static struct setting stand_in(const struct setting *v2, const char *file, const char *text)
{
	struct setting v1;

	setting_init(&v1, v2->controller, v2->option, file, "%s", text);
	v1.missing_is_fine = v2->missing_is_fine;
	v1.missing_hint = v2->missing_hint;
	return v1;
}

static int same_text(const struct setting *v2, const char *file, struct setting *v1)
{
	if (strcmp(v2->text, "max") == 0)
		return 0;
	v1[0] = stand_in(v2, file, v2->text);
	return 1;
}

/* memsw counts memory and swap together, swap.max swap alone. */
static int translate_swap(const struct setting *v2, uint64_t memory_max_bytes, struct setting *v1)
{
	char text[SETTING_TEXT_MAX];
	uint64_t swap_bytes;
	uint64_t sum;

	if (!text_to_u64(v2->text, &swap_bytes))
		return 0;
	if (__builtin_add_overflow(memory_max_bytes, swap_bytes, &sum))
		return 0;
	snprintf(text, sizeof(text), "%" PRIu64, sum);
	v1[0] = stand_in(v2, "memory.memsw.limit_in_bytes", text);
	return 1;
}

/* 'QUOTA PERIOD': the period first, for a quota is checked against it. */
static int translate_cpu(const struct setting *v2, struct setting *v1)
{
	char quota[SETTING_TEXT_MAX];
	const char *period = strchr(v2->text, ' ');

	if (!period || strncmp(v2->text, "max", 3) == 0)
		return 0;
	snprintf(quota, sizeof(quota), "%.*s", (int)(period - v2->text), v2->text);
	v1[0] = stand_in(v2, "cpu.cfs_period_us", period + 1);
	v1[1] = stand_in(v2, "cpu.cfs_quota_us", quota);
	return 2;
}

/* As the kernel itself turns a weight into shares: 100 are 1024 (kernel/sched/core.c). */
static int translate_weight(const struct setting *v2, struct setting *v1)
{
	char text[SETTING_TEXT_MAX];
	uint64_t weight;

	if (!text_to_u64(v2->text, &weight))
		return -1;
	snprintf(text, sizeof(text), "%" PRIu64, (weight * 1024 + 50) / 100);
	v1[0] = stand_in(v2, "cpu.shares", text);
	return 1;
}

/* 'MAJ:MIN KEY=VALUE' is 'MAJ:MIN VALUE' in a file for each key. */
static int translate_io(const struct setting *v2, struct setting *v1)
{
	static const struct {
		const char *key;
		const char *file;
	} files[] = {
		{ "rbps", "blkio.throttle.read_bps_device" },
		{ "wbps", "blkio.throttle.write_bps_device" },
		{ "riops", "blkio.throttle.read_iops_device" },
		{ "wiops", "blkio.throttle.write_iops_device" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++) {
		char text[SETTING_TEXT_MAX];
		uint64_t value;

		if (!nested_u64(v2->text, files[i].key, &value))
			continue;
		snprintf(text, sizeof(text), "%.*s %" PRIu64, (int)strcspn(v2->text, " "), v2->text,
			value);
		v1[0] = stand_in(v2, files[i].file, text);
		return 1;
	}
	return 0;
}

/* 'default N' and 'MAJ:MIN N' are files of their own. */
static int translate_bfq_weight(const struct setting *v2, struct setting *v1)
{
	static const char prefix[] = "default ";

	if (strncmp(v2->text, prefix, strlen(prefix)) == 0)
		v1[0] = stand_in(v2, "blkio.bfq.weight", v2->text + strlen(prefix));
	else
		v1[0] = stand_in(v2, "blkio.bfq.weight_device", v2->text);
	return 1;
}

/* One step of nice is a factor of 1.25, and 0 is 1024 shares (sched(7)). */
static int translate_nice(const struct setting *v2, struct setting *v1)
{
	const bool negative = v2->text[0] == '-';
	uint64_t steps = 0;
	uint64_t shares = UINT64_C(1024) << 20;
	char text[SETTING_TEXT_MAX];

	if (!text_to_u64(v2->text + negative, &steps) || steps > 20)
		return -1;
	while (steps-- > 0)
		shares = negative ? shares * 5 / 4 : shares * 4 / 5;
	snprintf(text, sizeof(text), "%" PRIu64, (shares + (1 << 19)) >> 20);
	v1[0] = stand_in(v2, "cpu.shares", text);
	return 1;
}

int setting_translate_v1(const struct setting *v2, uint64_t memory_max_bytes,
	struct setting v1[SETTING_V1_MAX])
{
	if (strcmp(v2->file, "memory.max") == 0)
		return same_text(v2, "memory.limit_in_bytes", v1);
	if (strcmp(v2->file, "memory.swap.max") == 0)
		return translate_swap(v2, memory_max_bytes, v1);
	if (strcmp(v2->file, "cpu.max") == 0)
		return translate_cpu(v2, v1);
	if (strcmp(v2->file, "cpu.max.burst") == 0)
		return same_text(v2, "cpu.cfs_burst_us", v1);
	if (strcmp(v2->file, "cpu.weight") == 0)
		return translate_weight(v2, v1);
	if (strcmp(v2->file, "cpu.idle") == 0)
		return same_text(v2, "cpu.idle", v1);
	if (strcmp(v2->file, "cpu.weight.nice") == 0)
		return translate_nice(v2, v1);
	if (strcmp(v2->file, "cpuset.cpus") == 0 || strcmp(v2->file, "cpuset.mems") == 0)
		return same_text(v2, v2->file, v1);
	if (strcmp(v2->file, "pids.max") == 0)
		return same_text(v2, "pids.max", v1);
	if (strcmp(v2->file, "io.max") == 0)
		return translate_io(v2, v1);
	if (strcmp(v2->file, "io.bfq.weight") == 0)
		return translate_bfq_weight(v2, v1);
	/* What v1 does not have it does not limit. */
	if ((strcmp(v2->file, "memory.high") == 0 || strcmp(v2->file, "memory.zswap.max") == 0) &&
		strcmp(v2->text, "max") == 0)
		return 0;
	return -1;
}

/* The line that begins with the device, or 'default', of text; NULL: there is none, the device has no limit. */
static const char *device_line(const char *text, const char *read_back)
{
	size_t length = strcspn(text, " ");

	for (const char *line = read_back; *line; line = line_after(line))
		if (strncmp(line, text, length) == 0 && line[length] == ' ')
			return line;
	return NULL;
}

/* Is text the whole of the line? */
static bool is_line(const char *line, const char *text)
{
	size_t length = strlen(text);

	return strcspn(line, "\n") == length && memcmp(line, text, length) == 0;
}

/* 'MAJ:MIN KEY=VALUE' in io.max; a device without limits has no line. */
static bool io_max_holds(const char *text, const char *read_back)
{
	const char *pair = text + strcspn(text, " ") + 1;
	const char *line = device_line(text, read_back);
	char key[16];
	uint64_t asked, got;

	if (!line)
		return strstr(pair, "=max") != NULL;
	snprintf(key, sizeof(key), "%.*s", (int)strcspn(pair, "="), pair);
	if (!nested_u64(pair, key, &asked))
		return !nested_u64(line, key, &got);
	return nested_u64(line, key, &got) && got == asked;
}

/* A size as the kernel reads it (lib/cmdline.c, memparse()): powers of 1024 in either case. */
static bool parse_size(const char *word, size_t length, uint64_t *bytes)
{
	static const char suffixes[] = "KkMmGgTtPpEe";
	const char *end = word + length;
	const char *suffix;

	if (!scan_u64(&word, bytes))
		return false;
	if (word == end)
		return true;
	suffix = strchr(suffixes, *word);
	if (!suffix || word + 1 != end)
		return false;
	for (long i = 0; i <= (suffix - suffixes) / 2; i++)
		if (__builtin_mul_overflow(*bytes, UINT64_C(1024), bytes))
			return false;
	return true;
}

/* The same word, or the same size. */
static bool is_same_word(const char *a, size_t a_length, const char *b, size_t b_length)
{
	uint64_t a_bytes, b_bytes;

	if (a_length == b_length && memcmp(a, b, a_length) == 0)
		return true;
	return parse_size(a, a_length, &a_bytes) && parse_size(b, b_length, &b_bytes) &&
	       a_bytes == b_bytes;
}

static bool line_has_word(const char *line, const char *word, size_t length)
{
	for (; *line; line += strspn(line, " \t")) {
		size_t next = strcspn(line, " \t");

		if (is_same_word(word, length, line, next))
			return true;
		line += next;
	}
	return false;
}

/* Is the first word of the line the first of the text, and are all others in it too? */
static bool line_has_words(const char *line, const char *text)
{
	size_t first = strcspn(text, " ");

	if (strncmp(line, text, first) != 0 || (line[first] && !strchr(" \t", line[first])))
		return false;
	for (; *text; text += strspn(text, " ")) {
		size_t length = strcspn(text, " ");

		if (!line_has_word(line, text, length))
			return false;
		text += length;
	}
	return true;
}

/* For a value of one word a file with keys may have a default: 'default 100'. */
static bool given_holds(const char *text, const char *read_back)
{
	bool one_word = !strchr(text, ' ');
	char line[512];

	if (one_word && is_same_word(text, strlen(text), read_back, strcspn(read_back, "\n")) &&
		read_back[strcspn(read_back, "\n")] != '\0' &&
		!read_back[strcspn(read_back, "\n") + 1])
		return true;
	while (next_line(&read_back, line, sizeof(line))) {
		if (one_word && strncmp(line, "default ", 8) == 0 &&
			is_same_word(text, strlen(text), line + 8, strlen(line + 8)))
			return true;
		if (!one_word && line_has_words(line, text))
			return true;
	}
	return false;
}

bool setting_holds(const struct setting *setting, const char *read_back)
{
	size_t length = strlen(setting->text);

	if (setting->as_given)
		return given_holds(setting->text, read_back);
	if (strcmp(setting->file, "io.max") == 0)
		return io_max_holds(setting->text, read_back);
	if ((strncmp(setting->file, "blkio.", 6) == 0 && strchr(setting->text, ' ')) ||
		strcmp(setting->file, "io.weight") == 0 ||
		strcmp(setting->file, "io.bfq.weight") == 0) {
		const char *line = device_line(setting->text, read_back);

		return line && is_line(line, setting->text);
	}
	return strncmp(read_back, setting->text, length) == 0 &&
	       (!read_back[length] || strcmp(read_back + length, "\n") == 0);
}

const char *setting_effect_file(const struct setting *setting, bool v2)
{
	static const struct {
		const char *file;
		const char *v2;
		const char *v1;
	} files[] = {
		{ "cpuset.cpus", "cpuset.cpus.effective", "cpuset.effective_cpus" },
		{ "cpuset.mems", "cpuset.mems.effective", "cpuset.effective_mems" },
		{ "cpus", NULL, "effective_cpus" },
		{ "mems", NULL, "effective_mems" },
	};

	for (size_t i = 0; i < ARRAY_SIZE(files); i++)
		if (strcmp(setting->file, files[i].file) == 0)
			return v2 ? files[i].v2 : files[i].v1;
	return NULL;
}
