/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "confine.h"

#include <errno.h>
#include <linux/mempolicy.h>
#include <sys/syscall.h>

#include "util.h"

/* The kernel's bit masks and ours are the same thing. */
int confine_read_affinity(struct cpu_list *cpus)
{
	*cpus = (struct cpu_list){ { 0 } };
	return syscall(SYS_sched_getaffinity, 0, sizeof(cpus->words), cpus->words) < 0 ? -1 : 0;
}

static int keep_to(const struct cpu_list *cpus)
{
	struct cpu_list own;

	if (confine_read_affinity(&own) < 0)
		return -1;
	if (cpu_list_is_subset(&own, cpus))
		return 0;
	return (int)syscall(SYS_sched_setaffinity, 0, sizeof(cpus->words), cpus->words);
}

/* As the kernel itself does it since 6.2: an affinity of which nothing is left does not count. */
static int confine_to_cpus(const struct cpu_list *cpus, const struct cpu_list *affinity)
{
	struct cpu_list common = cpu_list_common(cpus, affinity);

	if (!cpu_list_is_empty(cpus))
		return keep_to(cpu_list_is_empty(&common) ? cpus : &common);
	/* Of a choice, not a limit, nothing may be left here: EINVAL. */
	if (!cpu_list_is_empty(affinity))
		keep_to(affinity);
	return 0;
}

static int check_mems(const struct cpu_list *mems)
{
	struct cpu_list own = { { 0 } };

	if (syscall(SYS_get_mempolicy, NULL, own.words, (unsigned long)CPU_LIST_MAX, NULL,
		    MPOL_F_MEMS_ALLOWED) < 0)
		return errno == ENOSYS ? 0 : -1; /* without CONFIG_NUMA there is one node */
	if (cpu_list_is_subset(&own, mems))
		return 0;
	errno = EBADE;
	return -1;
}

int confine_self(const struct cpu_list *cpus, const struct cpu_list *mems,
	const struct cpu_list *affinity)
{
	if (confine_to_cpus(cpus, affinity) < 0)
		return -1;
	return cpu_list_is_empty(mems) ? 0 : check_mems(mems);
}
