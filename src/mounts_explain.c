/* SPDX-License-Identifier: GPL-2.0-or-later */
/* mounts_explain — in limit itself, whose child made the mounts: words for what went wrong. */
#include "config.h"

#include <errno.h>

#include "files.h"
#include "mounts.h"
#include "mounts_state.h"
#include "quantity.h"

static int explain_source(const struct mount_request *request, int err, struct fault *f)
{
	char path[PATH_MAX];

	mount_text_copy(&request->source, path);
	return fault_set(f, err, "cannot use --bind: cannot open '%.400s'", path);
}

static int explain_target(const struct mount_request *request, const char *path, int err,
	struct fault *f)
{
	fault_set(f, err, "cannot use --%s: cannot open '%.400s'", mount_kind_option(request->kind),
		path);
	if (err != ENOENT)
		return -1;
	if (request->kind == MOUNT_BIND || request->kind == MOUNT_TMPFS)
		return fault_hint(f,
			"make it, or --tmpfs or --overlay before it for a directory above: what is "
			"made there vanishes");
	return -1;
}

static int explain_overlay(const char *path, int err, struct fault *f)
{
	fault_set(f, err, "cannot use --overlay: no throw-away layer can be put over '%.300s'",
		path);
	if (err == ENODEV)
		return fault_hint(f, "modprobe overlay: the kernel has no overlay file system");
	if (err == EPERM)
		return fault_hint(f,
			"as root, or Linux 5.11 or later: user namespaces may not before");
	if (err == EINVAL)
		return fault_hint(f,
			"a directory below which nothing is mounted, on a file system that "
			"overlayfs takes: not FAT, not NFS, not an overlay of an overlay");
	return -1;
}

static int explain_mount(const struct mount_request *request, const char *path, int err,
	struct fault *f)
{
	if (request->kind == MOUNT_OVERLAY && err != ENOTDIR)
		return explain_overlay(path, err, f);
	fault_set(f, err, "cannot use --%s: cannot mount on '%.400s'",
		mount_kind_option(request->kind), path);
	if (err == ENOTDIR && request->kind == MOUNT_BIND)
		return fault_hint(f, "a file on a file, or a directory on a directory");
	if (err == ENOTDIR)
		return fault_hint(f, "a directory: '%.300s' is none", path);
	if (err == EPERM)
		return fault_hint(f,
			"as root: the kernel does not let a user namespace change that mount");
	return -1;
}

static int explain_request(const struct mount_request *request, enum mounts_stage stage, int err,
	struct fault *f)
{
	char path[PATH_MAX] = "/tmp";

	if (request->kind != MOUNT_PRIVATE_TMP)
		mount_text_copy(&request->path, path);
	if (stage == MOUNTS_SOURCE)
		return explain_source(request, err, f);
	if (stage == MOUNTS_TARGET)
		return explain_target(request, path, err, f);
	return explain_mount(request, path, err, f);
}

static int explain_pivot(int err, struct fault *f)
{
	fault_set(f, err, "cannot make the new root the root");
	if (err == EINVAL)
		return fault_hint(f, "limit outside of a chroot, and not on an initramfs: "
				     "pivot_root(2) refuses both");
	return -1;
}

int mounts_explain(const struct mount_requests *requests, unsigned detail, int err, struct fault *f)
{
	const enum mounts_stage stage =
		(enum mounts_stage)(detail & ((1U << MOUNTS_REQUEST_SHIFT) - 1));
	const unsigned at = detail >> MOUNTS_REQUEST_SHIFT;

	switch (stage) {
	case MOUNTS_DIRECTORY:
		fault_set(f, err, "cannot tell which the current directory is");
		return fault_hint(f, "cd, to one that is there");
	case MOUNTS_SOURCE:
	case MOUNTS_TARGET:
	case MOUNTS_MOUNT:
		return at < requests->count ? explain_request(&requests->list[at], stage, err, f)
					    : fault_set(f, err, "cannot set up the mounts");
	case MOUNTS_ROOT_SOURCE:
		return fault_set(f, err, "cannot use --root: cannot open '%.400s'", requests->root);
	case MOUNTS_ROOT:
		return fault_set(f, err, "cannot use --root: cannot mount '%.400s'",
			requests->root);
	case MOUNTS_DEVICES:
		return fault_set(f, err, "cannot use --root: cannot make /dev in '%.400s'",
			requests->root);
	case MOUNTS_PIVOT:
		return explain_pivot(err, f);
	case MOUNTS_ENTER:
		fault_set(f, err,
			"cannot enter the current directory, which the mounts have covered");
		return fault_hint(f, "--chdir /, or --bind DIR:DIR after what covers it");
	}
	return -1;
}

/* 'bind    /srv/data on /data, read-only' */
static void print_request(const struct mount_request *request, FILE *out)
{
	char path[PATH_MAX] = "/tmp";
	char size[QUANTITY_TEXT_MAX];

	fprintf(out, "%-11s ", mount_kind_option(request->kind));
	if (request->kind == MOUNT_BIND) {
		mount_text_copy(&request->source, path);
		text_print_clean(path, out);
		fputs(" on ", out);
	}
	if (request->kind != MOUNT_PRIVATE_TMP)
		mount_text_copy(&request->path, path);
	text_print_clean(path, out);
	if (request->read_only)
		fputs(", read-only", out);
	if (request->size_bytes == UINT64_MAX)
		fputs(", of any size", out);
	else if (request->size_bytes)
		fprintf(out, ", %s at most",
			quantity_format_size(request->size_bytes, size, sizeof(size)));
	fputc('\n', out);
}

void mounts_print(const struct mount_requests *requests, FILE *out)
{
	if (requests->root) {
		fputs("root        ", out);
		text_print_clean(requests->root, out);
		fputc('\n', out);
	}
	for (unsigned i = 0; i < requests->count; i++)
		print_request(&requests->list[i], out);
}
