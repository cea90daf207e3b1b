/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "nodes.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <sys/stat.h>
#include <time.h>

#include "files.h"
#include "monotonic.h"

/* Of the guard's neighbours it looks at so many a run, and waits for each group of one so long. */
#define SWEEP_NAMES_MAX 64
#define SWEEP_DEADLINE_MS 100

static void add_root(struct nodes *nodes, const char *path, bool v2, controller_set controllers)
{
	nodes->roots[nodes->root_count++] =
		(struct nodes_root){ text_format("%s", path), v2, controllers };
}

static void add_found(struct nodes *nodes, const char *suffix, const struct owner *owner,
	unsigned root)
{
	struct found_node *found;
	const char *slash;

	/* Doubled when it is full, which is whenever the count is a power of two. */
	if ((nodes->count & (nodes->count - 1)) == 0) {
		size_t room = nodes->count ? 2 * nodes->count : 1;
		struct found_node *more = realloc(nodes->found, room * sizeof(*more));

		if (!more)
			return;
		nodes->found = more;
	}
	found = &nodes->found[nodes->count++];
	*found = (struct found_node){ .roots = 1U << root, .owner = *owner };
	found->suffix = text_format("%s", suffix);
	slash = strrchr(found->suffix, '/');
	found->name = slash ? slash + 1 : found->suffix;
}

static bool is_group(const char *name)
{
	return strncmp(name, HOST_GROUP_PREFIX, strlen(HOST_GROUP_PREFIX)) == 0;
}

static void add_group(struct nodes *nodes, const char *suffix)
{
	char **more;

	for (size_t i = 0; i < nodes->group_count; i++)
		if (strcmp(nodes->groups[i], suffix) == 0)
			return;
	more = realloc(nodes->groups, (nodes->group_count + 1) * sizeof(*more));
	if (!more)
		return;
	nodes->groups = more;
	more[nodes->group_count++] = text_format("%s", suffix);
}

/* Everything below one directory; takes the descriptor. */
static void search(struct nodes *nodes, int dir_fd, const char *suffix, unsigned root)
{
	DIR *dir = fdopendir(dir_fd);
	const struct dirent *entry;

	if (!dir) {
		close(dir_fd);
		return;
	}
	while ((entry = readdir(dir))) {
		_cleanup_free_ char *below = NULL;
		struct owner owner;
		int fd;

		if (entry->d_type != DT_DIR || entry->d_name[0] == '.')
			continue;
		below = text_format("%s%s%s", suffix, *suffix ? "/" : "", entry->d_name);
		if (owner_parse_name(entry->d_name, &owner))
			add_found(nodes, below, &owner, root);
		/* The scope of systemd's in which it is goes by itself. */
		else if (is_group(entry->d_name) && !text_ends_in(entry->d_name, HOST_SCOPE_SUFFIX))
			add_group(nodes, below);
		fd = openat(dirfd(dir), entry->d_name,
			O_RDONLY | O_DIRECTORY | O_NOFOLLOW | O_CLOEXEC);
		if (fd >= 0)
			search(nodes, fd, below, root);
	}
	closedir(dir);
}

static int compare_suffixes(const void *a, const void *b)
{
	const struct found_node *left = a;
	const struct found_node *right = b;

	return strcmp(left->suffix, right->suffix);
}

/* The groups of one node in several hierarchies have the same suffix. */
static void sort_and_merge(struct nodes *nodes)
{
	size_t kept = 0;

	if (!nodes->count)
		return;
	qsort(nodes->found, nodes->count, sizeof(*nodes->found), compare_suffixes);
	for (size_t i = 1; i < nodes->count; i++) {
		struct found_node *last = &nodes->found[kept];

		if (strcmp(last->suffix, nodes->found[i].suffix) == 0) {
			last->roots |= nodes->found[i].roots;
			free(nodes->found[i].suffix);
		} else {
			nodes->found[++kept] = nodes->found[i];
		}
	}
	nodes->count = kept + 1;
}

static bool is_below(const char *path, const char *top)
{
	size_t length = strlen(top);

	return strncmp(path, top, length) == 0 && (path[length] == '/' || !path[length]);
}

/* Where systemd gives each limit a scope the caller's own group is not where they are. */
static void add_v2_roots(struct nodes *nodes, const struct host *host)
{
	const char *realm = host->scope.realm;

	if (realm)
		add_root(nodes, realm, true, 0);
	if (!realm || !is_below(host->levels[0].path, realm))
		add_root(nodes, host->levels[0].path, true, 0);
}

void nodes_find(struct nodes *nodes, const struct host *host)
{
	*nodes = (struct nodes){ .root_count = 0 };
	if (host->v2_mount)
		add_v2_roots(nodes, host);
	for (unsigned i = 0; i < host->v1_count && nodes->root_count < PLAN_GROUPS_MAX; i++) {
		_cleanup_free_ char *path = path_join(host->v1[i].mount, host->v1[i].own);

		add_root(nodes, path, false, host->v1[i].controllers);
	}
	for (unsigned i = 0; i < nodes->root_count; i++) {
		int fd = open(nodes->roots[i].path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd >= 0)
			search(nodes, fd, "", i);
	}
	sort_and_merge(nodes);
}

void nodes_release(struct nodes *nodes)
{
	for (size_t i = 0; i < nodes->count; i++)
		free(nodes->found[i].suffix);
	free(nodes->found);
	for (size_t i = 0; i < nodes->group_count; i++)
		free(nodes->groups[i]);
	free(nodes->groups);
	for (unsigned i = 0; i < nodes->root_count; i++)
		free(nodes->roots[i].path);
	*nodes = (struct nodes){ .root_count = 0 };
}

char *nodes_group_of(const struct found_node *found)
{
	_cleanup_free_ char *above =
		text_format("%.*s", (int)(found->name - found->suffix), found->suffix);
	char *name;

	if (!*above)
		return NULL;
	above[strlen(above) - 1] = '\0';
	name = strrchr(above, '/');
	name = name ? name + 1 : above;
	return is_group(name) ? text_format("%s", name + strlen(HOST_GROUP_PREFIX)) : NULL;
}

enum node_state nodes_state(const struct nodes *nodes, const struct found_node *found)
{
	enum node_state state = NODE_GONE;

	for (unsigned i = 0; i < nodes->root_count; i++) {
		_cleanup_free_ char *path = path_join(nodes->roots[i].path, found->suffix);
		_cleanup_close_ int fd = open(path, O_RDONLY | O_DIRECTORY | O_CLOEXEC);

		if (fd < 0)
			continue;
		if (owner_lives(&found->owner, fd))
			return NODE_RUNS;
		if (state != NODE_LEFT)
			state = owner_has_left(fd) ? NODE_LEFT : NODE_DEAD;
	}
	return state;
}

void nodes_open(struct node *node, struct plan *plan, bool created[PLAN_GROUPS_MAX],
	const struct nodes *nodes, const struct found_node *found)
{
	*plan = (struct plan){ .group_count = 0 };
	for (unsigned i = 0; i < nodes->root_count; i++) {
		const struct nodes_root *root = &nodes->roots[i];

		if (!(found->roots & 1U << i))
			continue;
		created[plan->group_count] = true;
		plan->groups[plan->group_count++] = (struct plan_group){
			.v2 = root->v2,
			.controllers = root->controllers,
			.path = path_join(root->path, found->suffix),
		};
	}
	node_open_again(node, plan, created);
}

/* The scope of ours that the node is in, which systemd removes when it is empty; NULL: none. To be freed. */
static char *scope_of(const struct nodes *nodes, const struct found_node *found)
{
	static const char end[] = HOST_SCOPE_SUFFIX "/";
	const char *scope_end = strstr(found->suffix, end);
	const char *next;

	if (!(found->roots & 1) || !scope_end)
		return NULL;
	while ((next = strstr(scope_end + 1, end)))
		scope_end = next;
	_cleanup_free_ char *scope = text_format("%.*s",
		(int)(scope_end - found->suffix + (ptrdiff_t)strlen(HOST_SCOPE_SUFFIX)),
		found->suffix);
	const char *slash = strrchr(scope, '/');

	if (strncmp(slash ? slash + 1 : scope, HOST_NODE_PREFIX, strlen(HOST_NODE_PREFIX)) != 0)
		return NULL;
	return path_join(nodes->roots[0].path, scope);
}

/* Others of a group may be in it. */
static bool is_populated(const char *path)
{
	_cleanup_free_ char *events = path_join(path, "cgroup.events");
	uint64_t populated = 0;
	char text[128];

	return file_read_at(AT_FDCWD, events, text, sizeof(text)) > 0 &&
	       keyed_u64(text, "populated", &populated) && populated;
}

static bool vanishes(const char *path, unsigned deadline_ms)
{
	const struct timespec pause = { .tv_nsec = 5000000 };
	const uint64_t end_us = monotonic_us() + deadline_ms * UINT64_C(1000);

	while (access(path, F_OK) == 0) {
		if (monotonic_us() >= end_us)
			return false;
		nanosleep(&pause, NULL);
	}
	return true;
}

/*
 * Its groups. A scope is removed by the manager that made it, with all below, when nobody is in there any
 * more. It is not to be met halfway: its walk ends at a group that vanishes, and the rest stays. Only where it
 * does not come, and somebody waits for that, are the groups removed here.
 */
static int remove_groups(const struct nodes *nodes, const struct found_node *found,
	struct node *node, struct fault *f)
{
	_cleanup_free_ char *scope = scope_of(nodes, found);

	if (!scope || is_populated(scope) ||
		(!vanishes(scope, node->deadline_ms) && node->deadline_ms > SWEEP_DEADLINE_MS))
		return node_destroy(node, f);
	node_close(node);
	return 0;
}

int nodes_remove(const struct nodes *nodes, const struct found_node *found, bool kill,
	unsigned deadline_ms, struct fault *f)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	bool created[PLAN_GROUPS_MAX];
	struct node node;
	int result = 0;

	if (!plan)
		return fault_set(f, ENOMEM, "cannot remove '%s'", found->suffix);
	nodes_open(&node, plan, created, nodes, found);
	node.deadline_ms = deadline_ms;
	/* Rather than find out with each of its processes. */
	if (plan->group_count && access(plan->groups[0].path, W_OK) < 0 && errno != ENOENT) {
		result = fault_set(f, errno, "cannot remove control group '%s'",
			plan->groups[0].path);
		fault_hint(f, "sudo limit --gc");
	}
	if (result == 0 && kill)
		result = node_kill(&node, f);
	if (result == 0)
		result = remove_groups(nodes, found, &node, f);
	else
		node_close(&node);
	plan_release(plan);
	free(plan);
	return result;
}

bool nodes_is_empty(const struct nodes *nodes, const struct found_node *found)
{
	struct plan *plan = calloc(1, sizeof(*plan));
	bool created[PLAN_GROUPS_MAX];
	struct node node;
	bool empty;

	if (!plan)
		return false;
	nodes_open(&node, plan, created, nodes, found);
	empty = !node_populated(&node);
	node_close(&node);
	plan_release(plan);
	free(plan);
	return empty;
}

/* A node that has a scope to itself. */
static char *parse_scope_name(const char *name, struct owner *owner)
{
	const char *suffix = strstr(name, HOST_SCOPE_SUFFIX);
	char *node = suffix && !suffix[strlen(HOST_SCOPE_SUFFIX)]
			     ? text_format("%.*s", (int)(suffix - name), name)
			     : NULL;

	if (node && owner_parse_name(node, owner))
		return node;
	free(node);
	return NULL;
}

/* The directory has a node of that name, or is a scope with one. */
static bool add_neighbour(struct nodes *nodes, const char *name, bool in_scopes, unsigned root)
{
	_cleanup_free_ char *node = NULL;
	struct owner owner;

	if (!in_scopes) {
		if (!owner_parse_name(name, &owner))
			return false;
		add_found(nodes, name, &owner, root);
		return true;
	}
	node = parse_scope_name(name, &owner);
	if (!node)
		return false;
	_cleanup_free_ char *suffix = path_join(name, node);

	add_found(nodes, suffix, &owner, root);
	return true;
}

/*
 * Some of the nodes in one directory, without going further down. kernfs orders a directory by a hash
 * of 31 bits: any such offset is a place to start from.
 */
static void search_some(struct nodes *nodes, bool in_scopes, unsigned most, unsigned root)
{
	DIR *dir = opendir(nodes->roots[root].path);
	const struct dirent *entry;
	unsigned seen = 0;
	struct stat status;

	if (dir && fstat(dirfd(dir), &status) == 0 && status.st_nlink > most)
		seekdir(dir, (long)(monotonic_us() * 2654435761U & INT32_MAX));
	while (dir && seen < most && (entry = readdir(dir)))
		if (entry->d_type == DT_DIR && add_neighbour(nodes, entry->d_name, in_scopes, root))
			seen++;
	if (dir)
		closedir(dir);
}

static bool is_in_own_scope(const struct plan *plan)
{
	return plan->scope && !plan->scope->shared;
}

/* Where systemd gave a scope, for this node alone, the neighbours are in those beside it. */
static void add_neighbourhood(struct nodes *nodes, const struct plan *plan,
	const struct plan_group *group)
{
	const char *slash = is_in_own_scope(plan) ? strrchr(plan->scope->path, '/') : NULL;
	_cleanup_free_ char *path =
		slash ? text_format("%.*s", (int)(slash - plan->scope->path), plan->scope->path)
		      : text_format("%s", group->parent);

	add_root(nodes, path, group->v2, group->controllers);
}

void nodes_sweep(const struct plan *plan, bool thoroughly)
{
	const unsigned most = thoroughly ? UINT_MAX : SWEEP_NAMES_MAX;
	struct nodes nodes = { .root_count = 0 };
	struct fault f;

	for (unsigned i = 0; i < plan->group_count; i++) {
		add_neighbourhood(&nodes, plan, &plan->groups[i]);
		search_some(&nodes, is_in_own_scope(plan), most, i);
	}
	sort_and_merge(&nodes);
	for (size_t i = 0; i < nodes.count; i++) {
		struct found_node *found = &nodes.found[i];
		enum node_state state;

		/* Where it was not seen it may be all the same. */
		found->roots = (1U << nodes.root_count) - 1;
		if (strcmp(found->name, plan->name) == 0)
			continue;
		state = nodes_state(&nodes, found);
		if (state == NODE_DEAD ||
			(thoroughly && state == NODE_LEFT && nodes_is_empty(&nodes, found)))
			nodes_remove(&nodes, found, state == NODE_DEAD,
				thoroughly ? NODE_DEADLINE_MS : SWEEP_DEADLINE_MS, &f);
	}
	nodes_release(&nodes);
}
