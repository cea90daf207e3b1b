/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "json_library.h"

#include <dlfcn.h>
#include <errno.h>

#include "library.h"

static const struct library_symbol symbols[] = {
	{ "json_object", offsetof(struct json_library, object) },
	{ "json_array", offsetof(struct json_library, array) },
	{ "json_integer", offsetof(struct json_library, integer) },
	{ "json_real", offsetof(struct json_library, real) },
	{ "json_string", offsetof(struct json_library, string) },
	{ "json_true", offsetof(struct json_library, true_) },
	{ "json_false", offsetof(struct json_library, false_) },
	{ "json_null", offsetof(struct json_library, null) },
	{ "json_object_set_new", offsetof(struct json_library, object_set_new) },
	{ "json_array_append_new", offsetof(struct json_library, array_append_new) },
	{ "json_dumps", offsetof(struct json_library, dumps) },
	{ "json_delete", offsetof(struct json_library, delete) },
};

static const struct library library = {
	.name = "jansson",
	.soname = LIBJANSSON_SONAME,
	.purpose = "--format json needs",
	.hint = "apt-get install libjansson4, or --format text",
	.symbols = symbols,
	.symbol_count = ARRAY_SIZE(symbols),
};

int json_library_load(struct json_library *lib, struct fault *f)
{
	*lib = (struct json_library){ 0 };
	lib->handle = library_load(&library, lib, f);
	return lib->handle ? 0 : -1;
}

void json_library_unload(struct json_library *lib)
{
	if (lib->handle)
		dlclose(lib->handle);
	*lib = (struct json_library){ 0 };
}

/* How many bytes the character at text has, by RFC 3629, section 4; 0: it is not UTF-8. */
static size_t utf8_length(const unsigned char *text)
{
	unsigned char low = 0x80;
	unsigned char high = 0xbf;
	size_t length;

	if (text[0] < 0x80)
		return 1;
	if (text[0] < 0xc2 || text[0] > 0xf4)
		return 0;
	length = text[0] < 0xe0 ? 2 : text[0] < 0xf0 ? 3 : 4;
	/* No longer than necessary, no surrogate, nothing above U+10FFFF. */
	if (text[0] == 0xe0)
		low = 0xa0;
	else if (text[0] == 0xed)
		high = 0x9f;
	else if (text[0] == 0xf0)
		low = 0x90;
	else if (text[0] == 0xf4)
		high = 0x8f;
	if (text[1] < low || text[1] > high)
		return 0;
	for (size_t i = 2; i < length; i++)
		if (text[i] < 0x80 || text[i] > 0xbf)
			return 0;
	return length;
}

char *json_library_clean_utf8(const char *text)
{
	static const char replacement[] = "\xef\xbf\xbd";
	char *clean = malloc(strlen(text) * strlen(replacement) + 1);
	char *end = clean;

	while (clean && *text) {
		size_t length = utf8_length((const unsigned char *)text);
		const char *from = length ? text : replacement;
		size_t count = length ? length : strlen(replacement);

		memcpy(end, from, count);
		end += count;
		text += length ? length : 1;
	}
	if (clean)
		*end = '\0';
	return clean;
}

json_t *json_library_text(const struct json_library *lib, const char *text)
{
	_cleanup_free_ char *clean = text ? json_library_clean_utf8(text) : NULL;

	return clean ? lib->string(clean) : lib->null();
}

json_t *json_library_bool(const struct json_library *lib, bool value)
{
	return value ? lib->true_() : lib->false_();
}

int json_library_print(const struct json_library *lib, json_t *value, size_t flags, FILE *out,
	struct fault *f)
{
	_cleanup_free_ char *text = value ? lib->dumps(value, flags) : NULL;

	lib->delete (value); /* json_decref() of the only reference */
	if (!text)
		return fault_set(f, ENOMEM, "cannot make JSON");
	fputs(text, out);
	fputc('\n', out);
	if (fflush(out) != 0 || ferror(out))
		return fault_set(f, errno, "cannot write JSON");
	return 0;
}
