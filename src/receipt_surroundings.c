/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receipt_surroundings — the walk: what COMMAND sees and may do, of what was asked. */
#include "config.h"

#include "files.h"
#include "mounts.h"
#include "namespaces.h"
#include "network.h"
#include "receipt_put.h"

/* A text of a list for each line. */
static void put_lines(struct receipt_emitter *e, const char *key, char *text)
{
	e->open(e, key, true);
	for (char *line = text; line && *line;) {
		char *end = line + strcspn(line, "\n");
		bool is_last = *end == '\0';

		*end = '\0';
		put_text(e, NULL, line);
		line = is_last ? end : end + 1;
	}
	e->close(e);
}

static void put_offset(struct receipt_emitter *e, const char *key, const struct spec_offset *offset)
{
	if (offset->given)
		put_signed(e, key, offset->us);
	else
		put_null(e, key);
}

static void put_names(struct receipt_emitter *e, const char *key, uint64_t namespaces)
{
	e->open(e, key, true);
	for (unsigned i = 0; i < NAMESPACES; i++)
		if (namespaces & namespace_at(i))
			put_text(e, NULL, namespace_name(namespace_at(i)));
	e->close(e);
}

/* Namespaces are those that other options imply, too. */
static void put_namespaces(struct receipt_emitter *e, const struct spec *spec)
{
	const struct spec_namespaces *asked = &spec->namespaces;
	const struct spec_ids *ids = &asked->map_user;

	put_names(e, "namespaces", namespaces_wanted(spec));
	put_bool(e, "pid1", asked->pid1);
	put_text(e, "hostname", asked->hostname);
	put_bool(e, "map_root", asked->map_root);
	put_bool(e, "map_auto", asked->map_auto);
	put_number_if(e, "map_uid", ids->given, ids->uid);
	put_number_if(e, "map_gid", ids->given, ids->gid);
	put_offset(e, "boottime_us", &asked->boottime);
	put_offset(e, "monotonic_us", &asked->monotonic);
	put_number_if(e, "join_pid", asked->join_pid > 0, (uint64_t)asked->join_pid);
	put_names(e, "join", asked->join_pid > 0 ? asked->join : 0);
}

/* In words, as the plan has them. */
static void put_files_and_network(struct receipt_emitter *e, const struct spec *spec)
{
	_cleanup_free_ char *mounts = NULL;
	_cleanup_free_ char *network = NULL;
	size_t size;
	FILE *out = open_memstream(&mounts, &size);

	if (out) {
		mounts_print(&spec->mounts, out);
		fclose(out);
	}
	put_lines(e, "mounts", mounts);
	out = open_memstream(&network, &size);
	if (out) {
		network_print(&spec->network, out);
		fclose(out);
	}
	put_lines(e, "network", network);
}

/* Of a variable its name: what it holds may be a secret. */
static void put_environment(struct receipt_emitter *e, const struct spec *spec)
{
	e->open(e, "env", true);
	for (unsigned i = 0; i < spec->env_count; i++) {
		const char *variable = spec->env[i];
		_cleanup_free_ char *name =
			text_format("%.*s", (int)strcspn(variable, "="), variable);

		put_text(e, NULL, name);
	}
	e->close(e);
}

void receipt_put_surroundings(struct receipt_emitter *e, const struct spec *spec)
{
	put_namespaces(e, spec);
	put_files_and_network(e, spec);
	put_text(e, "directory", spec->directory);
	put_environment(e, spec);
	put_text(e, "user", spec->credentials.user);
	put_bool(e, "no_new_privs", spec->credentials.no_new_privs);
	put_bool(e, "drop_caps", spec->credentials.drop_caps);
	e->open(e, "profiles", true);
	for (unsigned i = 0; i < spec->profile_count; i++)
		put_text(e, NULL, spec->profiles[i].path);
	e->close(e);
}
