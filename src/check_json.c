/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_json — the table of --check for programs. Every field is described in doc/check.md. */
#include "config.h"

#include "check.h"
#include "json_library.h"

/* An object that is being filled. */
struct object {
	const struct json_library *lib;
	json_t *value;
};

static struct object new_object(const struct json_library *lib)
{
	return (struct object){ lib, lib->object() };
}

static void set(const struct object *object, const char *key, json_t *value)
{
	object->lib->object_set_new(object->value, key, value);
}

static void set_text(const struct object *object, const char *key, const char *text)
{
	set(object, key, json_library_text(object->lib, text));
}

static void set_bool(const struct object *object, const char *key, bool value)
{
	set(object, key, json_library_bool(object->lib, value));
}

static void set_number(const struct object *object, const char *key, uint64_t value)
{
	set(object, key, object->lib->integer((json_int_t)value));
}

static void set_answer(const struct object *object, const char *key, enum check_answer answer)
{
	if (answer == CHECK_UNKNOWN)
		set_text(object, key, NULL);
	else
		set_bool(object, key, answer == CHECK_YES);
}

static const char *text_or_null(const char *text)
{
	return text[0] ? text : NULL;
}

/* 'reason' and 'remedy', null where there is none. */
static void set_fault(const struct object *object, const struct fault *fault)
{
	char text[FAULT_TEXT_MAX + 128];

	fault_format(fault, text, sizeof(text));
	set_text(object, "reason", text_or_null(text));
	set_text(object, "remedy", text_or_null(fault->hint));
}

static json_t *make_hierarchies(const struct json_library *lib, const struct check *check)
{
	json_t *list = lib->array();

	for (unsigned i = 0; i < check->hierarchy_count; i++) {
		const struct check_hierarchy *h = &check->hierarchies[i];
		struct object object = new_object(lib);
		json_t *controllers = lib->array();

		for (unsigned c = 0; c < CONTROLLERS; c++)
			if (h->controllers & CONTROLLER_BIT(c))
				lib->array_append_new(controllers,
					lib->string(controller_name_v2(c)));
		set_number(&object, "version", h->v2 ? 2 : 1);
		set_text(&object, "mount", h->mount);
		set(&object, "controllers", controllers);
		set_bool(&object, "read_only", h->read_only);
		if (h->v2) {
			set_bool(&object, "nsdelegate", h->nsdelegate);
			set_bool(&object, "memory_recursiveprot", h->memory_recursiveprot);
			set_bool(&object, "namespaced", h->namespaced);
			set_bool(&object, "threaded", h->threaded);
		}
		set_text(&object, "own_group", h->own);
		set_bool(&object, "is_root", h->is_root);
		if (h->owner_known)
			set_number(&object, "owner_uid", h->owner_uid);
		else
			set_text(&object, "owner_uid", NULL);
		set_bool(&object, "writable", h->writable);
		set_bool(&object, "populated", h->populated);
		lib->array_append_new(list, object.value);
	}
	return list;
}

static json_t *make_controllers(const struct json_library *lib, const struct check *check)
{
	json_t *list = lib->array();

	for (unsigned c = 0; c < CONTROLLERS; c++) {
		const struct check_controller *controller = &check->controllers[c];
		const struct check_hierarchy *h = controller->hierarchy;
		struct object object = new_object(lib);

		set_text(&object, "name", controller_name_v2(c));
		if (h)
			set_number(&object, "version", h->v2 ? 2 : 1);
		else
			set_text(&object, "version", NULL);
		set_text(&object, "mount", h ? h->mount : NULL);
		if (h && h->v2) {
			set_bool(&object, "offered", controller->own);
			set_bool(&object, "enabled", controller->enabled);
		}
		lib->array_append_new(list, object.value);
	}
	return list;
}

static json_t *make_features(const struct json_library *lib, const struct check *check)
{
	struct object features = new_object(lib);

	for (unsigned i = 0; i < check->feature_count; i++) {
		const struct check_feature *feature = &check->features[i];
		struct object object = new_object(lib);

		set_answer(&object, "present", feature->answer);
		set_text(&object, "note", text_or_null(feature->note));
		set(&features, feature->key, object.value);
	}
	return features.value;
}

static json_t *make_notes(const struct json_library *lib, const struct check_option *option)
{
	json_t *list = lib->array();

	for (unsigned i = 0; i < option->note_count; i++)
		lib->array_append_new(list, json_library_text(lib, option->notes[i]));
	return list;
}

static json_t *make_option(const struct json_library *lib, const struct check_option *option)
{
	struct object object = new_object(lib);
	char name[64];

	if (option->row) {
		snprintf(name, sizeof(name), "--%s", option->row->name);
		set_text(&object, "name", name);
		set_text(&object, "sample", option->sample);
	}
	set_bool(&object, "works", option->works);
	set_fault(&object, &option->fault);
	set(&object, "notes", make_notes(lib, option));
	return object.value;
}

static json_t *make_options(const struct json_library *lib, const struct check *check)
{
	json_t *list = lib->array();

	for (unsigned i = 0; i < check->option_count; i++)
		lib->array_append_new(list, make_option(lib, &check->options[i]));
	return list;
}

static json_t *make_host(const struct json_library *lib, const struct check *check)
{
	struct object host = new_object(lib);
	struct object sysctls = new_object(lib);
	struct object libcgroup = new_object(lib);
	json_t *sockets = lib->array();

	for (unsigned i = 0; i < CHECK_SYSCTLS_MAX; i++)
		set_text(&sysctls, check->sysctls[i].name, text_or_null(check->sysctls[i].value));
	for (unsigned i = 0; i < CHECK_SOCKETS_MAX; i++) {
		struct object socket = new_object(lib);

		set_text(&socket, "name", check->sockets[i].name);
		set_text(&socket, "path", check->sockets[i].path);
		set_bool(&socket, "found", check->sockets[i].found);
		if (check->sockets[i].found)
			set_number(&socket, "owner_uid", check->sockets[i].owner_uid);
		lib->array_append_new(sockets, socket.value);
	}
	set_answer(&libcgroup, "loads", check->libcgroup);
	set_fault(&libcgroup, &check->libcgroup_fault);
	set_text(&host, "mode", host_mode_name(check->mode));
	set_text(&host, "kernel", check->kernel);
	set_number(&host, "uid", check->uid);
	set_number(&host, "swap_total_bytes", check->swap_total_bytes);
	set_bool(&host, "systemd", check->systemd);
	set(&host, "sockets", sockets);
	set(&host, "sysctls", sysctls.value);
	set(&host, "libcgroup", libcgroup.value);
	return host.value;
}

int check_print_json(const struct check *check, FILE *out, struct fault *f)
{
	struct json_library lib;
	struct object root;
	int result = json_library_load(&lib, f);

	if (result < 0)
		return -1;
	root = new_object(&lib);
	set_number(&root, "schema", CHECK_SCHEMA);
	set_text(&root, "limit", PACKAGE_VERSION);
	set_bool(&root, "works", check_core_works(check));
	set(&root, "host", make_host(&lib, check));
	set(&root, "hierarchies", make_hierarchies(&lib, check));
	set(&root, "controllers", make_controllers(&lib, check));
	set(&root, "features", make_features(&lib, check));
	set(&root, "node", make_option(&lib, &check->node));
	set(&root, "options", make_options(&lib, check));
	result = json_library_print(&lib, root.value, JSON_INDENT(2), out, f);
	json_library_unload(&lib);
	return result;
}
