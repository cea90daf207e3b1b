/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "credentials.h"

#include <errno.h>
#include <grp.h>
#include <linux/capability.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

/* The sets are 64 bits wide. */
#define CAPABILITIES_MAX 64

bool credentials_asked(const struct spec *spec)
{
	const struct spec_credentials *asked = &spec->credentials;

	return asked->user || asked->no_new_privs || asked->drop_caps;
}

static int forbid_new_privileges(void)
{
	return prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0);
}

/* EINVAL: the kernel has no more than these. */
static int empty_bounding_set(void)
{
	for (unsigned long cap = 0; cap < CAPABILITIES_MAX; cap++) {
		if (prctl(PR_CAPBSET_READ, cap, 0, 0, 0) < 0)
			break;
		if (prctl(PR_CAPBSET_DROP, cap, 0, 0, 0) == 0)
			continue;
		return errno == EPERM ? forbid_new_privileges() : -1;
	}
	return 0;
}

/* Before Linux 4.3 there are no ambient ones: EINVAL. */
static int drop_capabilities(void)
{
	const struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	const struct __user_cap_data_struct none[_LINUX_CAPABILITY_U32S_3] = { { 0, 0, 0 } };

	if (prctl(PR_CAP_AMBIENT, PR_CAP_AMBIENT_CLEAR_ALL, 0, 0, 0) < 0 && errno != EINVAL)
		return -1;
	return (int)syscall(SYS_capset, &header, none);
}

/* The C library's wrappers look after threads, of which there are none here. */
static int take_groups(const struct host_user *user)
{
	return setgroups((size_t)user->group_count, user->groups);
}

static int take_ids(const struct host_user *user)
{
	if (setresgid(user->gid, user->gid, user->gid) < 0)
		return -1;
	return setresuid(user->uid, user->uid, user->uid);
}

/* Who asks to be who it is needs no privilege for it. */
static bool changes_user(const struct spec *spec, const struct host_user *user)
{
	return spec->credentials.user && (user->uid != geteuid() || geteuid() == 0);
}

static int take_step(const struct spec *spec, const struct host_user *user,
	enum credentials_step step)
{
	const struct spec_credentials *asked = &spec->credentials;

	switch (step) {
	case CREDENTIALS_BOUNDING:
		return asked->drop_caps ? empty_bounding_set() : 0;
	case CREDENTIALS_GROUPS:
		return changes_user(spec, user) ? take_groups(user) : 0;
	case CREDENTIALS_IDS:
		return changes_user(spec, user) ? take_ids(user) : 0;
	case CREDENTIALS_CAPABILITIES:
		return asked->drop_caps ? drop_capabilities() : 0;
	case CREDENTIALS_NO_NEW_PRIVS:
		return asked->no_new_privs ? forbid_new_privileges() : 0;
	case CREDENTIALS_STEPS:
		break;
	}
	return 0;
}

int credentials_apply(const struct spec *spec, const struct host_user *user, unsigned *step)
{
	for (; *step < CREDENTIALS_STEPS; (*step)++)
		if (take_step(spec, user, *step) < 0)
			return -1;
	return 0;
}

int credentials_explain(const struct spec *spec, unsigned step, int err, struct fault *f)
{
	if (step == CREDENTIALS_GROUPS || step == CREDENTIALS_IDS) {
		fault_set(f, err, "cannot run as '%s'", spec->credentials.user);
		if (err == EPERM)
			return fault_hint(f, "sudo limit …: becoming another user is for root");
		if (err == EINVAL)
			return fault_hint(f, "--map-auto: no such id is in the user namespace");
		if (err == EAGAIN)
			return fault_hint(f,
				"a higher --rlimit nproc: that user has too many processes");
		return -1;
	}
	if (step == CREDENTIALS_NO_NEW_PRIVS)
		return fault_set(f, err, "cannot enforce --no-new-privs");
	return fault_set(f, err, "cannot enforce --drop-caps");
}

void credentials_print(const struct spec *spec, FILE *out)
{
	const struct spec_credentials *asked = &spec->credentials;
	const char *separator = "";

	if (asked->user) {
		fprintf(out, "user %s", asked->user);
		separator = ", ";
	}
	if (asked->drop_caps) {
		fprintf(out, "%sno capabilities", separator);
		separator = ", ";
	}
	if (asked->no_new_privs)
		fprintf(out, "%sno_new_privs", separator);
}
