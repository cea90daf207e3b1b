/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "host_user.h"

#include <errno.h>
#include <grp.h>
#include <pwd.h>

#include "files.h"
#include "kernel_text.h"

#define GROUPS_FIRST 64

static const struct passwd *look_up(const char *name)
{
	const struct passwd *entry;
	uint64_t number;

	errno = 0;
	entry = getpwnam(name);
	if (!entry && text_to_u64(name, &number) && number < UINT32_MAX)
		entry = getpwuid((uid_t)number);
	return entry;
}

/* getgrouplist(3) says how many there are if the room is too small. */
static int find_groups(struct host_user *user)
{
	int room = GROUPS_FIRST;

	for (unsigned attempt = 0; attempt < 2; attempt++) {
		free(user->groups);
		user->groups = calloc((size_t)room, sizeof(*user->groups));
		if (!user->groups)
			return -1;
		user->group_count = room;
		if (getgrouplist(user->name, user->gid, user->groups, &user->group_count) >= 0)
			return 0;
		room = user->group_count;
	}
	errno = ERANGE;
	return -1;
}

int host_user_find(struct host_user *user, const char *name, struct fault *f)
{
	const struct passwd *entry = look_up(name);

	*user = (struct host_user){ 0 };
	if (!entry) {
		fault_set(f, errno == ENOENT || errno == ESRCH ? 0 : errno,
			"cannot run as '%s': there is no such user", name);
		return fault_hint(f, "getent passwd: the users there are");
	}
	user->name = text_format("%s", entry->pw_name);
	user->home = text_format("%s", entry->pw_dir);
	user->uid = entry->pw_uid;
	user->gid = entry->pw_gid;
	if (find_groups(user) == 0)
		return 0;
	return fault_set(f, errno, "cannot find the groups of '%s'", name);
}

void host_user_release(struct host_user *user)
{
	free(user->name);
	free(user->home);
	free(user->groups);
	*user = (struct host_user){ 0 };
}
