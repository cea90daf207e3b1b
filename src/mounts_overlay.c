/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * --overlay: writes below a directory go to a layer in a tmpfs that vanishes with the namespace.
 *
 * An overlay shows one file system. What is mounted below the directory gets a layer of its own, but
 * file systems that are the kernel's (proc), that are read-only or that vanish anyway are put in as
 * they are, and single files that are mounted become read-only.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/mount.h>
#include <sys/stat.h>

#include "mount_calls.h"
#include "mount_table.h"
#include "mounts_state.h"
#include "util.h"

#define NAME_SIZE 24

/* 'u7' */
static char *layer_name(char kind, unsigned number, char name[NAME_SIZE])
{
	name[0] = kind;
	put_decimal(name + 1, number);
	return name;
}

int mounts_take_owner(int at_fd, const char *name, int like_fd)
{
	struct stat status;

	if (fstat(like_fd, &status) < 0)
		return -1;
	/* Fails where the owner is not of this user namespace: then it is ours. */
	if (fchownat(at_fd, name, status.st_uid, status.st_gid, 0) < 0 && errno != EINVAL &&
		errno != EPERM)
		return -1;
	return fchmodat(at_fd, name, status.st_mode & 07777, 0);
}

/*
 * The layer's own notes are extended attributes 'trusted.', which a user namespace may not set: there
 * they are 'user.' (userxattr, Linux 5.11).
 */
static bool in_user_namespace(void)
{
	static const char all[] = "         0          0 4294967295\n";
	char text[sizeof(all)];
	int fd = open("/proc/self/uid_map", O_RDONLY | O_CLOEXEC);
	ssize_t length;

	if (fd < 0)
		return false;
	length = read(fd, text, sizeof(text));
	close(fd);
	return length != (ssize_t)sizeof(all) - 1 || memcmp(text, all, sizeof(all) - 1) != 0;
}

static int mount_overlay(const struct mounts_state *state, int lower_fd, const char *upper,
	const char *work, const char *point)
{
	char scratch[FD_PATH_MAX];
	char lower[FD_PATH_MAX];
	char target[FD_PATH_MAX + NAME_SIZE];
	char options[4 * FD_PATH_MAX + 4 * NAME_SIZE];
	char *end = stpcpy(stpcpy(options, "lowerdir="), fd_path(lower_fd, lower));

	fd_path(state->scratch_fd, scratch);
	end = stpcpy(stpcpy(stpcpy(stpcpy(end, ",upperdir="), scratch), "/"), upper);
	end = stpcpy(stpcpy(stpcpy(stpcpy(end, ",workdir="), scratch), "/"), work);
	if (in_user_namespace())
		stpcpy(end, ",userxattr");
	stpcpy(stpcpy(stpcpy(target, scratch), "/"), point);
	return mount("overlay", target, "overlay", MS_NODEV, options);
}

/* A new overlay of the directory, still in the scratch. Returns a descriptor of its root. */
static int make_layer(struct mounts_state *state, int lower_fd)
{
	char upper[NAME_SIZE];
	char work[NAME_SIZE];
	char point[NAME_SIZE];
	const unsigned number = state->layers++;
	int fd;

	layer_name('u', number, upper);
	layer_name('w', number, work);
	layer_name('m', number, point);
	if (mkdirat(state->scratch_fd, upper, 0700) < 0 ||
		mkdirat(state->scratch_fd, work, 0700) < 0 ||
		mkdirat(state->scratch_fd, point, 0700) < 0 ||
		mounts_take_owner(state->scratch_fd, upper, lower_fd) < 0 ||
		mount_overlay(state, lower_fd, upper, work, point) < 0)
		return -1;
	fd = openat(state->scratch_fd, point, O_PATH | O_CLOEXEC);
	if (fd >= 0)
		throw_away_add(&state->throw_away, fd);
	return fd;
}

/* What is no store of files. */
static bool is_of_the_kernel(const char *type)
{
	static const char *const types[] = { "autofs", "binfmt_misc", "bpf", "cgroup", "cgroup2",
		"configfs", "debugfs", "devpts", "devtmpfs", "efivarfs", "fusectl", "hugetlbfs",
		"mqueue", "nsfs", "proc", "pstore", "rpc_pipefs", "securityfs", "selinuxfs",
		"sysfs", "tracefs" };

	for (size_t i = 0; i < ARRAY_SIZE(types); i++)
		if (strcmp(types[i], type) == 0)
			return true;
	return false;
}

struct below_context {
	struct mounts_state *state;
	int overlay_fd;
};

static int put_in(const struct below_context *context, const struct mount_entry *entry,
	int source_fd, int target_fd)
{
	struct mounts_state *state = context->state;
	struct stat status;
	bool as_it_is;
	int result;
	int fd;

	if (fstat(source_fd, &status) < 0)
		return -1;
	as_it_is = is_of_the_kernel(entry->type) || entry->read_only ||
		   throw_away_has(&state->throw_away, status.st_dev);
	if (as_it_is || !S_ISDIR(status.st_mode)) {
		fd = mount_bind_alone(source_fd, target_fd);
		result = fd < 0 ? -1 : as_it_is ? 0 : mount_make_read_only(fd);
	} else {
		fd = make_layer(state, source_fd);
		result = fd < 0 ? -1 : mount_move(fd, target_fd);
	}
	close_fd(&fd);
	return result;
}

static int visit_below(const struct mount_entry *entry, void *context_pointer)
{
	const struct below_context *context = context_pointer;
	_cleanup_close_ int source_fd = open(entry->point, O_PATH | O_NOFOLLOW | O_CLOEXEC);
	_cleanup_close_ int target_fd = -1;

	/* It is covered, or forbidden to us, and so to COMMAND. */
	if (source_fd < 0)
		return errno == ENOENT || errno == EACCES || errno == ENOTDIR ? 0 : -1;
	target_fd = mount_path_open(context->overlay_fd, entry->below, PATH_ANY,
		&context->state->throw_away);
	if (target_fd < 0)
		return errno == ENOENT || errno == ENOTDIR ? 0 : -1;
	return put_in(context, entry, source_fd, target_fd);
}

int mounts_overlay(struct mounts_state *state, int target_fd)
{
	struct below_context context = { .state = state };
	struct stat status;

	if (fstat(target_fd, &status) < 0)
		return -1;
	if (!S_ISDIR(status.st_mode)) {
		errno = ENOTDIR;
		return -1;
	}
	if (mounts_need_scratch(state) < 0)
		return -1;
	context.overlay_fd = make_layer(state, target_fd);
	if (context.overlay_fd < 0)
		return -1;
	if (mount_table_below(target_fd, visit_below, &context) != 0 ||
		mount_move(context.overlay_fd, target_fd) < 0)
		return -1;
	return mounts_settle(state, target_fd, context.overlay_fd);
}
