/* SPDX-License-Identifier: GPL-2.0-or-later */
/* signals — names and numbers of signals. Pure. */
#ifndef LIMIT_SIGNALS_H
#define LIMIT_SIGNALS_H

#include <stddef.h>

/* The number of 'TERM', 'SIGTERM' or '15' (also 'RTMIN+1'); -1: there is none. */
int signal_parse(const char *text);

/* 'SIGTERM' for 15, 'SIGRTMIN+1', or 'signal 77' where there is no name. Returns text. */
char *signal_format(int number, char *text, size_t size);

#endif
