/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * limit — run a command on a budget and hand back the receipt.
 *
 * The source, in the order of a run. Each stage reads the structs of the stages before it and
 * writes its own; nothing flows back.
 *
 *   argv ──▶ struct spec      options.c, option_table.c, option_set.c, spec.c, quantity.c, signals.c,
 *                              rlimit.c, profile.c (files of options),
 *                              option_set_namespaces.c, namespaces.c (names, causes),
 *                              option_set_mounts.c, mount_option.c
 *   /proc, /sys ─▶ host       host.c, host_mounts.c, host_cpuset.c, kernel_text.c, cpu_list.c, mount.c,
 *                              device.c (paths to devices), device_look.c, device_weight.c,
 *                              filesystem.c, ceiling.c (limits around the caller), host_namespaces.c,
 *                              host_user.c (--user), host_scope.c (is systemd needed?),
 *                              host_join.c (--join), subordinate.c (ids of /etc/subuid)
 *   spec + host ─▶ plan       plan.c, plan_settings.c, plan_cpuset.c, plan_io.c, plan_place.c, plan_namespaces.c,
 *                              plan_print.c,
 *                              setting.c (v1 names, read-back), effective.c (what the limits come to)
 *   plan ──▶ a place          systemd.c, systemd_bus.c, systemd_library.c (a scope, where one is needed), evacuate.c
 *   plan ──▶ node             shared.c (--group), node.c, node_settings.c, node_v1.c (libcgroup), node_end.c (kill, remove)
 *   node ──▶ child, outcome   guard.c, spawn.c, clone.c, jobs.c; id_map.c (of a user namespace);
 *                              environment.c; before exec: child.c (child_explain.c), confine.c, join.c,
 *                              namespaces_set_up.c, process_limits.c, credentials.c; init.c
 *                              (pid 1 of a namespace); network.c, network_link.c (libmnl), network_user.c; mounts.c,
 *                              mounts_*.c, mount_calls.c,
 *                              mount_path.c, mount_table.c (COMMAND's files);
 *                              supervise.c, forward.c (signals), deadline.c, wake.c, escape.c,
 *                              placement.c, oom_watch.c (with memory_split.c), oom_victims.c,
 *                              verdict.c, oom_above.c
 *                              live.c: sample.c, timeline.c, plot.c, progress.c (while it runs)
 *   node ──▶ usage            usage.c, usage_shared.c (--group)
 *   all ──▶ record            record.c, hint.c (causes and remedies)
 *   record ──▶ report         report.c and report_*.c (text); receipt.c, receipt_usage.c,
 *                              receipt_limits.c, receipt_surroundings.c, receipt_put.h and
 *                              receipt_emit.c (JSON, kv, CSV),
 *                              machine.c; sink.c (where it goes); plot_picture.c and plot_svg.c (--plot)
 *
 *   many runs                  series.c (the loop over run.c), series_summary.c with statistics.c, noise.c (the
 *                              machine meanwhile); series_print.c, series_markdown.c, series_walk.c
 *
 * explain.c (with realtime.c) knows causes and remedies, unenforced.c lists what --best-effort lets go.
 *
 * --check goes the same way once for every option, to a node and back: check.c (what is there),
 * check_probe.c, check_option.c (the trials), check_print.c, check_json.c.
 *
 * nodes.c, nodes_collect.c, nodes_facts.c, nodes_list.c: the nodes of other runs (--list, --gc). owner.c: whether their limit lives.
 *
 * run.c goes through the second half and owns the node. fault.c holds errors and prints them;
 * files.c, descriptors.c, util.h and monotonic.h serve everybody; library.c loads what not every run needs
 * (libcgroup, and jansson by json_library.c).
 *
 * Exit status, chosen here and nowhere else:
 *
 *   N      COMMAND exited with N
 *   128+S  COMMAND died of signal S: limit dies of the same signal, a shell shows 128+S
 *   124    a limit in time ran out: wall clock or CPU time
 *   125    limit failed, COMMAND was not started
 *   126    COMMAND was found but is not executable
 *   127    COMMAND was not found
 *
 * Of --runs: as of the run that failed, else 0; after a signal that ends the series limit dies of it.
 *
 * Of --check: 0 when --mem, --cpu, --pids and --io-write work here, 1 when one of them does not.
 */
#include "config.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <sys/auxv.h>
#include <sys/prctl.h>
#include <sys/resource.h>

#include "check.h"
#include "exit_status.h"
#include "fault.h"
#include "host.h"
#include "live.h"
#include "nodes.h"
#include "options.h"
#include "plan.h"
#include "profile.h"
#include "run.h"
#include "series.h"
#include "series_print.h"
#include "sink.h"
#include "spawn.h"
#include "spec.h"
#include "verdict.h"

/*
 * A descriptor that the caller closed must not become one of ours by accident, or COMMAND's standard
 * error could end up in a control file. The stand-ins are closed again on exec.
 */
static void reserve_standard_descriptors(void)
{
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		if (fcntl(fd, F_GETFD) < 0 && open("/dev/null", O_RDWR | O_CLOEXEC) < 0)
			_exit(EXIT_LIMIT_FAILED);
}

/* Has all that was printed arrived? What did not fit into the buffer was written before. */
static bool flush_output(void)
{
	return fflush(stdout) == 0 && !ferror(stdout);
}

static int fail(const struct fault *f, int status)
{
	fault_print(f, STDERR_FILENO);
	return status;
}

/* End as COMMAND did, without a core of our own. */
static int die_of(int signal_number)
{
	const struct rlimit none = { 0, 0 };
	sigset_t set;

	setrlimit(RLIMIT_CORE, &none);
	prctl(PR_SET_DUMPABLE, 0);
	signal(signal_number, SIG_DFL);
	sigemptyset(&set);
	sigaddset(&set, signal_number);
	sigprocmask(SIG_UNBLOCK, &set, NULL);
	raise(signal_number);
	return 128 + signal_number;
}

/* The status that a limit, or --exit-status, gives the run; -1: it is COMMAND's own. */
static int imposed_status(const struct spec *spec, const struct outcome *outcome)
{
	for (unsigned i = 0; i < spec->exit_status_count; i++)
		if (strcmp(spec->exit_statuses[i].reason, verdict_name(outcome->reason)) == 0)
			return spec->exit_statuses[i].status;
	return outcome->timed_out || outcome->cpu_timed_out ? EXIT_TIME_OUT : -1;
}

/* What a shell will see when COMMAND has run; of a signal 128 and its number. */
static int run_status(const struct spec *spec, const struct outcome *outcome)
{
	int status = imposed_status(spec, outcome);

	if (status >= 0)
		return status;
	return outcome->signaled ? 128 + outcome->code : outcome->code;
}

static int finish(const struct spec *spec, const struct outcome *outcome)
{
	if (outcome->signaled && imposed_status(spec, outcome) < 0)
		return die_of(outcome->code);
	return run_status(spec, outcome);
}

static int start_status(enum spawn_result result)
{
	if (result == SPAWN_NOT_EXECUTABLE)
		return EXIT_NOT_EXECUTABLE;
	return result == SPAWN_NOT_FOUND ? EXIT_NOT_FOUND : EXIT_LIMIT_FAILED;
}

/* Who reads only the file must learn that there was no run. */
static int fail_in_report(const struct sink *sink, const struct plan *plan, const struct fault *f,
	int status)
{
	const struct record record = { .spec = sink->spec, .plan = plan };

	sink_write_fault(sink, &record, f, status);
	return fail(f, status);
}

static void report_run(void *context, const struct record *record)
{
	sink_write(context, record, run_status(record->spec, record->outcome));
}

static int run_plan(const struct spec *spec, const struct plan *plan, struct sink *sink,
	struct fault *f)
{
	struct inherited inherited;
	struct outcome outcome = { .oom_victims = { .next = 0 } };
	struct live live;
	enum spawn_result result = SPAWN_FAILED;

	spawn_prepare(&inherited);
	if (live_open(&live, spec, f) == 0)
		result = run(&outcome, spec, plan, &inherited, &live, report_run, sink, f);
	live_close(&live);
	if (result == SPAWN_STARTED)
		return finish(spec, &outcome);
	return fail_in_report(sink, plan, f, start_status(result));
}

/* --runs: as the run that failed, or 0. Whoever asked for an end sees limit end for it. */
static int run_series(const struct spec *spec, const struct plan *plan, const struct sink *sink,
	struct fault *f)
{
	struct inherited inherited;
	struct series series;
	enum spawn_result result;
	int status = 0;

	series_init(&series, spec, plan);
	spawn_prepare(&inherited);
	result = series_run(&series, &inherited, run_status, f);
	if (result != SPAWN_STARTED)
		status = start_status(result);
	else if (series.interrupted)
		status = 128 + series.interrupted;
	else if (series.failed)
		status = run_status(spec, &series.failure);
	series.fault = result == SPAWN_STARTED ? NULL : f;
	series.exit_status = status;
	sink_print(sink, series_print, &series);
	if (series.fault)
		fail(f, status);
	else if (series.interrupted)
		die_of(series.interrupted);
	else if (series.failed)
		finish(spec, &series.failure);
	series_release(&series);
	return status;
}

/* --check: 0 or 1 by the verdict on the core four. */
static int check_host(const struct spec *spec, struct fault *f)
{
	struct check check;
	int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result = check_make(&check, root_fd, f);
	int status;

	if (result == 0 && spec->format == SPEC_FORMAT_JSON) {
		result = check_print_json(&check, stdout, f);
	} else if (result == 0) {
		check_print(&check, stdout);
		if (!flush_output())
			result = fault_set(f, errno, "cannot write to standard output");
	}
	status = check_core_works(&check) ? 0 : EXIT_CHECK_FAILED;
	check_release(&check);
	close(root_fd);
	return result < 0 ? fail(f, EXIT_LIMIT_FAILED) : status;
}

/* Everything up to the first side effect but the report, which is opened before: it tells of faults. */
static int plan_and_run(const struct spec *spec, struct fault *f)
{
	struct host host = { 0 };
	struct plan plan = { 0 };
	struct sink sink = { .spec = spec, .fd = -1 };
	int root_fd;
	int status;

	if (!spec->dry_run && sink_open(&sink, spec, f) < 0) {
		sink_close(&sink);
		return fail(f, EXIT_LIMIT_FAILED);
	}
	root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	if (host_discover(&host, spec, root_fd, f) < 0 || plan_make(&plan, spec, &host, f) < 0) {
		status = fail_in_report(&sink, NULL, f, EXIT_LIMIT_FAILED);
	} else if (spec->dry_run) {
		plan_print(&plan, spec, stdout);
		status = flush_output() ? 0 : EXIT_LIMIT_FAILED;
	} else {
		status = spec->runs.kind == QUANTITY_UNSET ? run_plan(spec, &plan, &sink, f)
							   : run_series(spec, &plan, &sink, f);
	}
	plan_release(&plan);
	host_release(&host);
	close(root_fd);
	sink_close(&sink);
	return status;
}

/* --list and --gc: not about a run of our own. */
static int serve_nodes(const struct spec *spec, struct fault *f)
{
	struct host host;
	int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	int result = host_discover(&host, spec, root_fd, f);

	if (result == 0 && spec->list)
		result = nodes_list(&host, spec->format, stdout, f);
	else if (result == 0)
		result = nodes_collect(&host, stdout, f);
	host_release(&host);
	close(root_fd);
	if (result < 0)
		fail(f, EXIT_LIMIT_FAILED);
	return flush_output() && result == 0 ? 0 : EXIT_LIMIT_FAILED;
}

/* What was asked, on the command line and in the files that it names. */
static int read_options(struct spec *spec, struct profiles *profiles, int argc, char **argv,
	struct fault *f)
{
	spec_init(spec);
	if (options_parse(spec, argc, argv, f) < 0)
		return -1;
	if (!spec->profile_count || spec->help || spec->version)
		return 0;
	return profiles_apply(profiles, spec, argc, argv, f);
}

int main(int argc, char **argv)
{
	struct profiles profiles = { 0 };
	struct fault f = { 0 };
	struct spec spec;
	int status;

	reserve_standard_descriptors();
	if (getauxval(AT_SECURE)) {
		fault_set(&f, 0,
			"cannot run set-user-ID or with file capabilities: it is not made for that");
		return fail(&f, EXIT_LIMIT_FAILED);
	}
	if (read_options(&spec, &profiles, argc, argv, &f) < 0) {
		profiles_release(&profiles);
		return fail(&f, EXIT_LIMIT_FAILED);
	}
	if (spec.help || spec.version) {
		if (spec.help)
			options_print_help(stdout);
		else
			printf("limit %s\n", PACKAGE_VERSION);
		return flush_output() ? 0 : EXIT_LIMIT_FAILED;
	}
	if (spec_check(&spec, &f) < 0)
		status = fail(&f, EXIT_LIMIT_FAILED);
	else if (spec.list || spec.gc)
		status = serve_nodes(&spec, &f);
	else
		status = spec.check ? check_host(&spec, &f) : plan_and_run(&spec, &f);
	profiles_release(&profiles);
	return status;
}
