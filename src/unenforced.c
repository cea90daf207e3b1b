/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "unenforced.h"

#include "files.h"

/* The fault in words, without what the entry says itself. */
static char *format_why(const char *option, const struct fault *f)
{
	_cleanup_free_ char *prefix = text_format("cannot enforce --%s: ", option ? option : "");
	char text[FAULT_TEXT_MAX + 128];
	size_t length = strlen(prefix);

	fault_format(f, text, sizeof(text));
	return text_format("%s", strncmp(text, prefix, length) == 0 ? text + length : text);
}

void unenforced_add(struct unenforced *list, const char *option, const char *file,
	const struct fault *f)
{
	struct unenforced_entry *entry;
	struct unenforced_entry *longer =
		realloc(list->entries, (list->count + 1) * sizeof(*longer));

	if (!longer)
		abort();
	list->entries = longer;
	entry = &list->entries[list->count++];
	*entry = (struct unenforced_entry){
		.option = option,
		.why = format_why(option, f),
		.hint = text_format("%s", f->hint),
	};
	snprintf(entry->file, sizeof(entry->file), "%s", file);
}

void unenforced_copy(struct unenforced *to, const struct unenforced *from)
{
	*to = (struct unenforced){ 0 };
	if (!from || !from->count)
		return;
	to->entries = calloc(from->count, sizeof(*to->entries));
	if (!to->entries)
		abort();
	for (; to->count < from->count; to->count++) {
		struct unenforced_entry *entry = &to->entries[to->count];

		*entry = from->entries[to->count];
		entry->why = text_format("%s", entry->why);
		entry->hint = text_format("%s", entry->hint);
	}
}

void unenforced_release(struct unenforced *list)
{
	for (unsigned i = 0; i < list->count; i++) {
		free(list->entries[i].why);
		free(list->entries[i].hint);
	}
	free(list->entries);
	*list = (struct unenforced){ 0 };
}

bool unenforced_has(const struct unenforced *list, const char *file)
{
	for (unsigned i = 0; list && i < list->count; i++)
		if (strcmp(list->entries[i].file, file) == 0)
			return true;
	return false;
}

static bool is_same_option(const struct unenforced_entry *a, const struct unenforced_entry *b)
{
	if (!a->option || !b->option)
		return a->option == b->option;
	return strcmp(a->option, b->option) == 0;
}

bool unenforced_is_repeated(const struct unenforced *list, unsigned index)
{
	const struct unenforced_entry *entry = &list->entries[index];

	for (unsigned i = 0; i < index; i++)
		if (is_same_option(&list->entries[i], entry) &&
			strcmp(list->entries[i].why, entry->why) == 0)
			return true;
	return false;
}

char *unenforced_format(const struct unenforced_entry *entry)
{
	if (!entry->option)
		return text_format("no control group: %s", entry->why);
	return text_format("--%s: %s", entry->option, entry->why);
}

void unenforced_print(const struct unenforced *list, const char *prefix, FILE *out)
{
	for (unsigned i = 0; list && i < list->count; i++) {
		_cleanup_free_ char *text = unenforced_format(&list->entries[i]);

		if (unenforced_is_repeated(list, i))
			continue;
		fputs(prefix, out);
		text_print_clean(text, out);
		fputc('\n', out);
	}
}
