/* SPDX-License-Identifier: GPL-2.0-or-later */
/* option_set_mounts — the setters of the options about COMMAND's files. */
#include "config.h"

#include "option_set.h"

const char *option_set_tmpfs(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return mount_requests_add(&spec->mounts, MOUNT_TMPFS, text);
}

/* Twice would only cover the first. */
const char *option_set_private_tmp(struct spec *spec, const struct option_row *row,
	const char *text)
{
	(void)row;
	return mount_requests_add(&spec->mounts, MOUNT_PRIVATE_TMP, text);
}

const char *option_set_bind(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return mount_requests_add(&spec->mounts, MOUNT_BIND, text);
}

const char *option_set_read_only(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return mount_requests_add(&spec->mounts, MOUNT_READ_ONLY, text);
}

const char *option_set_hide(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return mount_requests_add(&spec->mounts, MOUNT_HIDE, text);
}

const char *option_set_overlay(struct spec *spec, const struct option_row *row, const char *text)
{
	(void)row;
	return mount_requests_add(&spec->mounts, MOUNT_OVERLAY, text);
}
