/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts_seal — root must not be able to undo what is read-only or hidden, nor to go around it. */
#include "config.h"

#include <errno.h>
#include <linux/capability.h>
#include <stdint.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "mounts.h"
#include "util.h"

/* In the order of capabilities(7). */
static const unsigned undoing[] = {
	CAP_DAC_READ_SEARCH, /* open_by_handle_at(2) needs no path; reading is CAP_DAC_OVERRIDE's, too */
	CAP_MKNOD,           /* the disk itself */
	CAP_SYS_ADMIN,       /* mount(2), setns(2) */
	CAP_SYS_MODULE,
	CAP_SYS_PTRACE, /* the root of a process outside, /proc/PID/root */
	CAP_SYS_RAWIO,
};

/* Nobody brings them back: no program of root's, nor with file capabilities. */
static int forbid(void)
{
	for (size_t i = 0; i < ARRAY_SIZE(undoing); i++) {
		if (prctl(PR_CAPBSET_DROP, undoing[i], 0, 0, 0) == 0)
			continue;
		/* Without CAP_SETPCAP the other way to the same end. */
		return errno == EPERM ? prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0) : -1;
	}
	return 0;
}

int mounts_seal(void)
{
	struct __user_cap_header_struct header = { _LINUX_CAPABILITY_VERSION_3, 0 };
	struct __user_cap_data_struct sets[_LINUX_CAPABILITY_U32S_3];

	if (forbid() < 0 || syscall(SYS_capget, &header, sets) < 0)
		return -1;
	for (size_t i = 0; i < ARRAY_SIZE(undoing); i++) {
		struct __user_cap_data_struct *set = &sets[CAP_TO_INDEX(undoing[i])];

		set->effective &= ~CAP_TO_MASK(undoing[i]);
		set->permitted &= ~CAP_TO_MASK(undoing[i]);
		set->inheritable &= ~CAP_TO_MASK(undoing[i]);
	}
	return (int)syscall(SYS_capset, &header, sets);
}
