/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "namespaces.h"

#include <errno.h>
#include <fcntl.h>

#include "files.h"
#include "kernel_text.h"

/* 'all' includes every one; the order is that of the manual page. */
static const struct {
	uint64_t bit;
	const char *name;
	const char *file; /* of /proc/PID/ns, and of user.max_*_namespaces */
} kinds[NAMESPACES] = {
	{ NAMESPACE_PID, "pid", "pid" },
	{ NAMESPACE_NET, "net", "net" },
	{ NAMESPACE_MOUNT, "mount", "mnt" },
	{ NAMESPACE_IPC, "ipc", "ipc" },
	{ NAMESPACE_UTS, "uts", "uts" },
	{ NAMESPACE_USER, "user", "user" },
	{ NAMESPACE_CGROUP, "cgroup", "cgroup" },
	{ NAMESPACE_TIME, "time", "time" },
};

uint64_t namespace_at(unsigned i)
{
	return kinds[i].bit;
}

const char *namespace_name(uint64_t bit)
{
	for (unsigned i = 0; i < NAMESPACES; i++)
		if (kinds[i].bit == bit)
			return kinds[i].name;
	return "?";
}

const char *namespace_file(uint64_t bit)
{
	for (unsigned i = 0; i < NAMESPACES; i++)
		if (kinds[i].bit == bit)
			return kinds[i].file;
	return "?";
}

/* One word of a list; 0: there is no such namespace. */
static uint64_t parse_word(const char *word, size_t length)
{
	uint64_t all = 0;

	for (unsigned i = 0; i < NAMESPACES; i++) {
		if (strlen(kinds[i].name) == length && memcmp(kinds[i].name, word, length) == 0)
			return kinds[i].bit;
		all |= kinds[i].bit;
	}
	return length == 3 && memcmp(word, "all", 3) == 0 ? all : 0;
}

const char *namespaces_parse(const char *text, uint64_t *set)
{
	uint64_t found = 0;

	for (const char *word = text;; word++) {
		size_t length = strcspn(word, ",");
		uint64_t bits = parse_word(word, length);

		if (!bits)
			return length ? "there is no such namespace" : "a name is missing";
		found |= bits;
		word += length;
		if (!*word)
			break;
	}
	*set = found;
	return NULL;
}

void namespaces_print(uint64_t set, FILE *out)
{
	const char *separator = "";

	for (unsigned i = 0; i < NAMESPACES; i++) {
		if (!(set & kinds[i].bit))
			continue;
		fprintf(out, "%s%s", separator, kinds[i].name);
		separator = ", ";
	}
}

uint64_t namespaces_wanted(const struct spec *spec)
{
	const struct spec_namespaces *asked = &spec->namespaces;
	uint64_t set = asked->unshare;

	if (asked->pid1)
		set |= NAMESPACE_PID;
	if (asked->hostname)
		set |= NAMESPACE_UTS;
	if (asked->map_root || asked->map_auto || asked->map_user.given)
		set |= NAMESPACE_USER;
	if (asked->boottime.given || asked->monotonic.given)
		set |= NAMESPACE_TIME;
	if (spec->network.none || spec->network.link.given || spec->network.user)
		set |= NAMESPACE_NET;
	/* /proc of its own. */
	if ((set & NAMESPACE_PID) || mount_requests_asked(&spec->mounts))
		set |= NAMESPACE_MOUNT;
	return set;
}

/* The number in a file of /proc/sys; false: it cannot be read. */
static bool read_sysctl(const char *path, uint64_t *value)
{
	char text[32];

	return file_read_at(AT_FDCWD, path, text, sizeof(text)) > 0 &&
	       text_to_u64(text_trim(text), value);
}

/* ENOSPC (before Linux 4.9 EUSERS): a count of /proc/sys/user, or the 32 levels there may be. */
static int explain_too_many(uint64_t set, struct fault *f)
{
	for (unsigned i = 0; i < NAMESPACES; i++) {
		_cleanup_free_ char *path =
			text_format("/proc/sys/user/max_%s_namespaces", kinds[i].file);
		uint64_t most;

		if ((set & kinds[i].bit) && read_sysctl(path, &most) && most == 0)
			return fault_hint(f, "sysctl -w user.max_%s_namespaces=10000",
				kinds[i].file);
	}
	return fault_hint(f,
		"fewer levels, 32 at most, or raise what /proc/sys/user/max_*_namespaces allow");
}

/* Is a filter of system calls in force? Containers have one. */
static bool is_filtered(void)
{
	char text[FILE_TEXT_MAX];
	uint64_t mode;
	const char *line;

	if (file_read_at(AT_FDCWD, "/proc/self/status", text, sizeof(text)) <= 0)
		return false;
	line = strstr(text, "\nSeccomp:");
	if (!line)
		return false;
	line += strlen("\nSeccomp:");
	line += strspn(line, " \t");
	return scan_u64(&line, &mode) && mode == 2;
}

int namespaces_hint_not_permitted(uint64_t set, struct fault *f)
{
	uint64_t allowed;

	if (!(set & NAMESPACE_USER))
		return fault_hint(f, is_filtered() ? "limit outside of the container, or the "
						     "container with --cap-add SYS_ADMIN"
						   : "as root, or with user in --unshare");
	if (read_sysctl("/proc/sys/kernel/unprivileged_userns_clone", &allowed) && allowed == 0)
		return fault_hint(f, "sysctl -w kernel.unprivileged_userns_clone=1");
	if (read_sysctl("/proc/sys/kernel/apparmor_restrict_unprivileged_userns", &allowed) &&
		allowed == 1)
		return fault_hint(f, "the AppArmor profile contrib/apparmor/limit, or sysctl -w "
				     "kernel.apparmor_restrict_unprivileged_userns=0");
	if (is_filtered())
		return fault_hint(f, "docker run --security-opt seccomp=unconfined: a filter of "
				     "system calls forbids it here");
	return fault_hint(f, "outside of a chroot, where the kernel refuses user namespaces");
}

int namespaces_explain(uint64_t set, bool joining, int err, struct fault *f)
{
	char *names = NULL;
	size_t size = 0;
	FILE *out = open_memstream(&names, &size);

	if (out) {
		namespaces_print(set, out);
		fclose(out);
	}
	fault_set(f, err, "cannot %s the namespaces (%s)", joining ? "enter" : "make",
		names ? names : "?");
	free(names);
	if (err == ENOSPC || err == EUSERS)
		return explain_too_many(set, f);
	if (joining && (err == EPERM || err == EACCES))
		return fault_hint(f, "as root, or a process of your own");
	if (err == EPERM || err == EACCES)
		return namespaces_hint_not_permitted(set, f);
	if (err == EINVAL)
		return fault_hint(f, "ls /proc/self/ns: the kernel does not have them all");
	return -1;
}
