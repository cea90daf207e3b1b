/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "environment.h"

#include "util.h"

bool environment_asked(const struct spec *spec)
{
	return spec->env_count || spec->credentials.user;
}

static size_t name_length(const char *entry)
{
	return strcspn(entry, "=");
}

/* Where the variable is in the list, or its end. */
static char **find(char **list, const char *entry)
{
	const size_t length = name_length(entry);

	while (*list && (name_length(*list) != length || strncmp(*list, entry, length) != 0))
		list++;
	return list;
}

/* Set one variable; the list has room. */
static void put(char **list, const char *entry)
{
	char **place = find(list, entry);

	if (!*place)
		place[1] = NULL;
	/* execve(2) wants them without const, and changes nothing. */
	memcpy(place, &entry, sizeof(entry));
}

static void take_out(char **list, const char *entry)
{
	char **place = find(list, entry);

	for (; *place; place++)
		*place = place[1];
}

/* What the caller has, whatever was set before. */
static void put_callers(char **list, char *const *base, const char *name)
{
	const size_t length = strlen(name);

	for (; *base; base++) {
		if (strncmp(*base, name, length) == 0 && (*base)[length] == '=') {
			put(list, *base);
			return;
		}
	}
	take_out(list, name);
}

static char *put_users(char **list, char *text, const char *name, const char *value)
{
	char *end = stpcpy(stpcpy(stpcpy(text, name), "="), value);

	put(list, text);
	return end + 1;
}

char **environment_make(char *const *base, const struct spec *spec, const struct host_user *user)
{
	static const char room[] = "HOME=,USER=,LOGNAME=";
	const bool is_other = spec->credentials.user != NULL;
	const size_t text_size =
		is_other ? sizeof(room) + strlen(user->home) + 2 * strlen(user->name) : 0;
	size_t count = 0;
	char **list;
	char *text;

	while (base[count])
		count++;
	list = malloc((count + 3 + spec->env_count + 1) * sizeof(*list) + text_size);
	if (!list)
		return NULL;
	memcpy(list, base, (count + 1) * sizeof(*list));
	text = (char *)(list + count + 3 + spec->env_count + 1);
	if (is_other) {
		text = put_users(list, text, "HOME", user->home);
		text = put_users(list, text, "USER", user->name);
		put_users(list, text, "LOGNAME", user->name);
	}
	for (unsigned i = 0; i < spec->env_count; i++) {
		if (strchr(spec->env[i], '='))
			put(list, spec->env[i]);
		else
			put_callers(list, base, spec->env[i]);
	}
	return list;
}
