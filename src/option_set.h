/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * option_set — the setters of the option table: an option's text into its field of the spec. Pure.
 *
 * Each returns NULL, or in plain words why the text is no good (a string constant); the spec is
 * then untouched. text is NULL for options without an argument.
 */
#ifndef LIMIT_OPTION_SET_H
#define LIMIT_OPTION_SET_H

#include "option_table.h"

typedef const char *option_setter(struct spec *spec, const struct option_row *row,
	const char *text);

/* row->parse into the struct quantity at row->field. */
option_setter option_set_quantity;

/* true into the bool at row->field. */
option_setter option_set_flag;

/* The text itself, which must not be empty, into the const char * at row->field. */
option_setter option_set_text;

option_setter option_set_oom;
option_setter option_set_leftovers;
option_setter option_set_manager;
option_setter option_set_group;
option_setter option_set_exit_status;
option_setter option_set_signal;
option_setter option_set_format;

/* A list of numbers into the struct cpu_list at row->field. */
option_setter option_set_cpu_list;

/* A weight, or 'idle'. */
option_setter option_set_cpu_weight;

/* 'VALUE[@PATH]' with row->parse and row->io_key into spec->io. */
option_setter option_set_io;

/* 'NAME=SOFT[:HARD]' into spec->rlimits. */
option_setter option_set_rlimit;

/* 'FILE=VALUE' into spec->sets. */
option_setter option_set_file;

/* Files of options, in their order into spec->profiles. */
option_setter option_set_profile;
option_setter option_set_config;

/* NULL, or 'signal'. */
option_setter option_set_progress;

option_setter option_set_nice;
option_setter option_set_oom_score_adj;

/* 'NAME[=VALUE]' into spec->env. */
option_setter option_set_env;

/* In option_set_namespaces.c: the last --unshare counts, as for every option. */
option_setter option_set_unshare;
option_setter option_set_hostname;
option_setter option_set_map_user;

/* 'PID[:LIST]' */
option_setter option_set_join;

option_setter option_set_net_link;

/* In option_set_mounts.c: each adds to spec->mounts, in the order of the command line. */
option_setter option_set_tmpfs;
option_setter option_set_private_tmp;
option_setter option_set_bind;
option_setter option_set_read_only;
option_setter option_set_hide;
option_setter option_set_overlay;

/* A duration with or without a minus into the struct spec_offset at row->field. */
option_setter option_set_offset;

/* Parsers of quantities that have bounds of their own; contract as in quantity.h. */
const char *option_parse_pids(const char *text, struct quantity *count);
const char *option_parse_ops(const char *text, struct quantity *count);
const char *option_parse_runs(const char *text, struct quantity *count);
const char *option_parse_warmup(const char *text, struct quantity *count);
const char *option_parse_weight(const char *text, struct quantity *weight);
const char *option_parse_sample(const char *text, struct quantity *interval_us);
const char *option_parse_period(const char *text, struct quantity *period_us);

#endif
