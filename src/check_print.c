/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_print — the table of --check for people: the verdict first, at most 100 columns wide. */
#include "config.h"

#include "check.h"
#include "files.h"

#define WIDTH 100
#define NAME_WIDTH 22
#define STATE_WIDTH 7
#define PATH_WIDTH 40

static const char *const core_titles[CHECK_CORE] = { "mem", "cpu", "pids", "io" };

/* How many columns a word takes: in UTF-8 what follows the first byte takes none. */
static int columns(const char *text, size_t length)
{
	int count = 0;

	for (size_t i = 0; i < length; i++)
		count += ((unsigned char)text[i] & 0xc0) != 0x80;
	return count;
}

/* Print from column on, broken between words and indented to indent; a longer word overflows. */
static void print_wrapped(FILE *out, int column, int indent, const char *text)
{
	bool first = true;

	while (*text) {
		size_t length = strcspn(text, " ");
		int width = columns(text, length);
		_cleanup_free_ char *word = text_format("%.*s", (int)length, text);

		if (!first && column + 1 + width > WIDTH) {
			fprintf(out, "\n%*s", indent, "");
			column = indent;
		} else if (!first) {
			fputc(' ', out);
			column++;
		}
		text_print_clean(word, out);
		column += width;
		first = false;
		text += length;
		text += *text == ' ';
	}
	fputc('\n', out);
}

static void print_try(FILE *out, int indent, const char *hint)
{
	static const char prefix[] = "try: ";

	if (!hint[0])
		return;
	fprintf(out, "%*s%s", indent, "", prefix);
	indent += (int)strlen(prefix);
	print_wrapped(out, indent, indent, hint);
}

/* '  NAME   TEXT' */
static void print_fact(FILE *out, const char *name, const char *text)
{
	fprintf(out, "  %-*s", NAME_WIDTH, name);
	print_wrapped(out, 2 + NAME_WIDTH, 2 + NAME_WIDTH, text);
}

static bool same_fault(const struct fault *a, const struct fault *b)
{
	return a->err == b->err && strcmp(a->what, b->what) == 0 && strcmp(a->hint, b->hint) == 0;
}

/* --- the verdict --- */

/* The reason, without the option's name where that stands beside it. To be freed. */
static char *format_reason(const struct check_option *option)
{
	_cleanup_free_ char *prefix =
		text_format("cannot enforce --%s: ", option->row ? option->row->name : "");
	char text[FAULT_TEXT_MAX + 128];
	size_t length = strlen(prefix);

	fault_format(&option->fault, text, sizeof(text));
	return text_format("%s", text + (strncmp(text, prefix, length) == 0 ? length : 0));
}

static void print_refusal(FILE *out, const char *beginning, const struct check_option *option)
{
	_cleanup_free_ char *reason = format_reason(option);
	_cleanup_free_ char *line = text_format("%s here: %s", beginning, reason);

	print_wrapped(out, 0, 2, line);
	print_try(out, 2, option->fault.hint);
}

/* One remedy for both? Then they have one cause, though each controller has a message of its own. */
static bool same_remedy(const struct fault *a, const struct fault *b)
{
	return same_fault(a, b) || (a->hint[0] && strcmp(a->hint, b->hint) == 0);
}

/* Those of the core four that fail for one cause are told together, in the words of the first. */
static void print_core_refusal(const struct check *check, unsigned first, FILE *out)
{
	const struct check_option *option = check_find(check, check_core[first]);
	_cleanup_free_ char *line = NULL;
	char names[64] = "";

	for (unsigned i = 0; i < CHECK_CORE; i++) {
		const struct check_option *other = check_find(check, check_core[i]);

		if (!other || other->works || !same_remedy(&other->fault, &option->fault))
			continue;
		if (i < first)
			return;
		snprintf(names + strlen(names), sizeof(names) - strlen(names), "%s%s",
			names[0] ? ", " : "", core_titles[i]);
	}
	line = text_format("limit cannot enforce %s", names);
	print_refusal(out, line, option);
}

static void print_verdict(const struct check *check, FILE *out)
{
	const struct check_option *found[CHECK_CORE];
	bool any = false;

	if (!check->node.works) {
		print_refusal(out, "limit cannot work", &check->node);
		return;
	}
	for (unsigned i = 0; i < CHECK_CORE; i++) {
		found[i] = check_find(check, check_core[i]);
		if (!found[i] || !found[i]->works)
			continue;
		fprintf(out, "%s %s", any ? "" : "limit works here:", core_titles[i]);
		any = true;
	}
	if (any)
		fputc('\n', out);
	for (unsigned i = 0; i < CHECK_CORE; i++)
		if (found[i] && !found[i]->works)
			print_core_refusal(check, i, out);
}

/* --- facts --- */

static const char *describe_mode(enum host_mode mode)
{
	switch (mode) {
	case HOST_UNIFIED:
		return "unified: cgroup v2 carries the controllers";
	case HOST_HYBRID:
		return "hybrid: cgroup v1 carries the controllers, a v2 tree is mounted beside it";
	case HOST_LEGACY:
		return "legacy: only cgroup v1 is mounted";
	case HOST_NONE:
		break;
	}
	return "none: no cgroup hierarchy is mounted";
}

/* 'root', 'you' or 'uid 1001'. */
static const char *format_owner(const struct check *check, unsigned uid, char *text, size_t size)
{
	if (uid == 0)
		return "root";
	if (uid == check->uid)
		return "you";
	snprintf(text, size, "uid %u", uid);
	return text;
}

static void print_v2_options(const struct check *check, FILE *out)
{
	for (unsigned i = 0; i < check->hierarchy_count; i++) {
		const struct check_hierarchy *v2 = &check->hierarchies[i];

		if (!v2->v2)
			continue;
		if (v2->nsdelegate || v2->memory_recursiveprot)
			fprintf(out, "  %-*s%s%s%s\n", NAME_WIDTH, "v2 mount options",
				v2->nsdelegate ? "nsdelegate" : "",
				v2->nsdelegate && v2->memory_recursiveprot ? ", " : "",
				v2->memory_recursiveprot ? "memory_recursiveprot" : "");
		else
			print_fact(out, "v2 mount options",
				"neither nsdelegate nor memory_recursiveprot");
		if (v2->namespaced)
			print_fact(out, "container",
				"the groups above the mount are not visible from here");
	}
}

static void print_libcgroup(const struct check *check, FILE *out)
{
	if (check->libcgroup == CHECK_UNKNOWN)
		return;
	if (check->libcgroup == CHECK_YES) {
		print_fact(out, "libcgroup", "loads (cgroup v1 needs it)");
	} else {
		char text[FAULT_TEXT_MAX + 128];

		fault_format(&check->libcgroup_fault, text, sizeof(text));
		print_fact(out, "libcgroup", text);
	}
}

static void print_host(const struct check *check, FILE *out)
{
	char text[64];
	bool any = false;

	fputs("\nhost\n", out);
	print_fact(out, "control groups", describe_mode(check->mode));
	print_v2_options(check, out);
	print_fact(out, "kernel", check->kernel);
	snprintf(text, sizeof(text), "%u%s", check->uid, check->uid ? "" : " (root)");
	print_fact(out, "user id", text);
	print_libcgroup(check, out);
	print_fact(out, "swap", check->swap_total_bytes ? "yes" : "none");
	print_fact(out, "systemd", check->systemd ? "runs" : "does not run");
	for (unsigned i = 0; i < CHECK_SOCKETS_MAX; i++) {
		const struct check_socket *socket = &check->sockets[i];
		_cleanup_free_ char *line = NULL;

		if (!socket->found)
			continue;
		line = text_format("%s (owner: %s)", socket->path,
			format_owner(check, socket->owner_uid, text, sizeof(text)));
		print_fact(out, socket->name, line);
		any = true;
	}
	if (!any)
		print_fact(out, "bus", "no socket of a user's or the system's bus");
}

/* The end of a path tells more than its beginning. */
static void print_path(FILE *out, const char *path, int width)
{
	int length = (int)strlen(path);

	if (length > width) {
		fputs("...", out);
		path += length - width + 3;
	}
	text_print_clean(path, out);
}

static void print_hierarchies(const struct check *check, FILE *out)
{
	int width = 5;

	if (!check->hierarchy_count)
		return;
	for (unsigned i = 0; i < check->hierarchy_count; i++)
		if ((int)strlen(check->hierarchies[i].mount) > width)
			width = (int)strlen(check->hierarchies[i].mount);
	if (width > PATH_WIDTH)
		width = PATH_WIDTH;
	fprintf(out, "\nhierarchies\n      %-*s      owner     you may  processes  own group\n",
		width, "mount");
	for (unsigned i = 0; i < check->hierarchy_count; i++) {
		const struct check_hierarchy *h = &check->hierarchies[i];
		int length = (int)strlen(h->mount);
		char owner[32] = "?";

		fprintf(out, "  %s  ", h->v2 ? "v2" : "v1");
		print_path(out, h->mount, width);
		fprintf(out, "%*s  %s  %-9s %-8s %-10s ", length < width ? width - length : 0, "",
			h->read_only ? "ro" : "rw",
			h->owner_known ? format_owner(check, h->owner_uid, owner, sizeof(owner))
				       : owner,
			h->writable ? "write" : "read",
			h->threaded    ? "threaded"
			: h->populated ? "yes"
				       : "no");
		print_path(out, h->own[strlen(h->mount)] ? h->own + strlen(h->mount) : "/",
			WIDTH - 43 - width);
		fputc('\n', out);
	}
}

static void print_controllers(const struct check *check, FILE *out)
{
	fputs("\ncontrollers\n", out);
	for (unsigned c = 0; c < CONTROLLERS; c++) {
		const struct check_controller *controller = &check->controllers[c];
		const struct check_hierarchy *h = controller->hierarchy;
		const char *name = controller_name_v2(c);
		_cleanup_free_ char *text = NULL;

		/* What v2 has in every group, without such names, and what only --set needs. */
		if (!h && (c == CONTROLLER_CPUACCT || c >= CONTROLLER_FREEZER))
			continue;
		if (!h)
			text = text_format("no mounted hierarchy has it");
		else if (!h->v2)
			text = text_format("v1, %s", h->mount);
		else if (!controller->own)
			text = text_format("v2, not offered to the own group");
		else
			text = text_format("v2, offered to the own group, %s",
				controller->enabled ? "switched on for the groups below"
						    : "not yet switched on below");
		print_fact(out, name, text);
	}
}

static void print_features(const struct check *check, FILE *out)
{
	static const char *const answers[] = { "?", "no", "yes" };

	fputs("\nkernel\n", out);
	for (unsigned i = 0; i < check->feature_count; i++) {
		const struct check_feature *feature = &check->features[i];
		_cleanup_free_ char *line = text_format("%-*s%s", feature->note[0] ? 5 : 0,
			answers[feature->answer], feature->note);

		print_fact(out, feature->name, line);
	}
	for (unsigned i = 0; i < CHECK_SYSCTLS_MAX; i++)
		if (check->sysctls[i].value[0])
			fprintf(out, "  %-*s%s = %s\n", NAME_WIDTH, "", check->sysctls[i].name,
				check->sysctls[i].value);
}

/* --- options --- */

/* The fault, or only its remedy, was told before: where? NULL: it was not. */
static const char *told_before(const struct check *check, unsigned index,
	bool (*same)(const struct fault *a, const struct fault *b), char *text, size_t size)
{
	const struct fault *fault = &check->options[index].fault;

	if (!check->node.works && same(fault, &check->node.fault))
		return "see above";
	for (unsigned i = 0; i < index; i++) {
		if (check->options[i].works || !same(fault, &check->options[i].fault))
			continue;
		snprintf(text, size, "see --%s", check->options[i].row->name);
		return text;
	}
	return NULL;
}

static void print_fails(const struct check *check, unsigned index, FILE *out)
{
	const struct check_option *option = &check->options[index];
	const int indent = 2 + NAME_WIDTH + STATE_WIDTH;
	_cleanup_free_ char *reason = format_reason(option);
	char text[64];
	const char *told = told_before(check, index, same_fault, text, sizeof(text));

	fprintf(out, "%-*s", STATE_WIDTH, "no");
	print_wrapped(out, indent, indent, told ? told : reason);
	if (told)
		return;
	told = told_before(check, index, same_remedy, text, sizeof(text));
	print_try(out, indent, told ? told : option->fault.hint);
}

/* Notes that several options share, numbered and told once. */
struct footnotes {
	const char *text[16];
	unsigned count;
};

/* The number of a note, from 1; 0: there are too many. */
static unsigned footnote(struct footnotes *notes, const char *text)
{
	for (unsigned i = 0; i < notes->count; i++)
		if (strcmp(notes->text[i], text) == 0)
			return i + 1;
	if (notes->count == ARRAY_SIZE(notes->text))
		return 0;
	notes->text[notes->count++] = text;
	return notes->count;
}

static void print_note(unsigned number, const char *text, FILE *out)
{
	char name[32] = "note";

	if (number)
		snprintf(name, sizeof(name), "note %u", number);
	print_fact(out, name, text);
}

static void print_works(const struct check_option *option, struct footnotes *notes, FILE *out)
{
	fputs("works", out);
	for (unsigned i = 0; i < option->note_count; i++)
		fprintf(out, "%s%u", i ? ", " : "  note ", footnote(notes, option->notes[i]));
	fputc('\n', out);
}

static void print_options(const struct check *check, FILE *out)
{
	struct footnotes notes = { 0 };

	fputs("\noptions\n", out);
	for (unsigned i = 0; i < check->option_count; i++) {
		const struct check_option *option = &check->options[i];

		fprintf(out, "  --%-*s", NAME_WIDTH - 2, option->row->name);
		if (option->works)
			print_works(option, &notes, out);
		else
			print_fails(check, i, out);
	}
	for (unsigned i = 0; i < notes.count; i++)
		print_note(i + 1, notes.text[i], out);
	for (unsigned i = 0; i < check->node.note_count; i++)
		print_note(0, check->node.notes[i], out);
}

void check_print(const struct check *check, FILE *out)
{
	print_verdict(check, out);
	print_host(check, out);
	print_hierarchies(check, out);
	print_controllers(check, out);
	print_features(check, out);
	print_options(check, out);
}
