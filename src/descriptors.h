/* SPDX-License-Identifier: GPL-2.0-or-later */
/* descriptors — those that a process of ours must not keep open for others. */
#ifndef LIMIT_DESCRIPTORS_H
#define LIMIT_DESCRIPTORS_H

/*
 * Whatever the caller handed to limit would stay open as long as a helper of ours lives: a reader at
 * the other end of a pipe would never see its end. Standard descriptors are never free: kept_fd > 0.
 * close_range(2) (Linux 5.9), or what /proc/self/fd names.
 */
void descriptors_close_all_but(int kept_fd);

#endif
