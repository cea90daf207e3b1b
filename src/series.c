/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "series.h"

#include <fcntl.h>
#include <signal.h>
#include <sys/stat.h>

#include "files.h"
#include "monotonic.h"
#include "report.h"

/* What the loop needs to know, and the reporter of a run. */
struct loop {
	struct series *series;
	struct series_run *run; /* that goes on */
	struct live live;       /* --progress, of that run */
	struct spec spec;       /* of one command */
	series_status_of *status_of;
	off_t input_at; /* -1: standard input is no file */
};

void series_init(struct series *series, const struct spec *spec, const struct plan *plan)
{
	char **word = spec->command;

	*series = (struct series){
		.spec = spec,
		.plan = plan,
		.runs = (unsigned)spec->runs.value,
		.warmup = (unsigned)spec->warmup.value,
		.commands = calloc(spec_command_count(spec), sizeof(*series->commands)),
	};
	if (!series->commands)
		abort();
	while (*word) {
		series->commands[series->command_count++].words = word;
		while (*word && strcmp(*word, SPEC_SEPARATOR) != 0)
			word++;
		if (*word)
			*word++ = NULL;
	}
}

/* What was read of a file by one run is there again for the next. */
static void prepare_input(struct loop *loop)
{
	struct stat status;
	int null_fd;

	loop->input_at = -1;
	if (fstat(STDIN_FILENO, &status) == 0 && S_ISREG(status.st_mode)) {
		loop->input_at = lseek(STDIN_FILENO, 0, SEEK_CUR);
		return;
	}
	/* It stands in for one that the caller closed, and COMMAND will not have it. */
	if (fcntl(STDIN_FILENO, F_GETFD) & FD_CLOEXEC)
		return;
	null_fd = open("/dev/null", O_RDONLY | O_CLOEXEC);
	if (null_fd >= 0) {
		dup2(null_fd, STDIN_FILENO);
		close(null_fd);
	}
}

/* A signal that came between two runs. All are blocked. */
static int pending_end(void)
{
	static const int numbers[] = { SIGHUP, SIGINT, SIGQUIT, SIGTERM };
	struct sigaction action;
	sigset_t pending;

	sigpending(&pending);
	for (size_t i = 0; i < ARRAY_SIZE(numbers); i++)
		if (sigismember(&pending, numbers[i]) &&
			!(sigaction(numbers[i], NULL, &action) == 0 &&
				action.sa_handler == SIG_IGN))
			return numbers[i];
	return 0;
}

static struct series_run *add_run(struct series *series)
{
	/* A power of two: full. */
	if (!(series->count & (series->count - 1))) {
		size_t room = series->count ? 2 * (size_t)series->count : 1;
		struct series_run *longer = realloc(series->list, room * sizeof(*longer));

		if (!longer)
			abort();
		series->list = longer;
	}
	series->list[series->count] = (struct series_run){ .status = 0 };
	return &series->list[series->count++];
}

static void keep_values(struct series_run *run, const struct record *record)
{
	const struct usage *usage = record->usage;
	struct usage_device io;
	const bool io_known = usage_io_sum(usage, &io);

	run->values[SERIES_WALL] = (struct reading){ true, record->outcome->wall_us };
	run->values[SERIES_CPU] = usage->cpu_usage_us;
	run->values[SERIES_CPU_USER] = usage->cpu_user_us;
	run->values[SERIES_CPU_SYSTEM] = usage->cpu_system_us;
	run->values[SERIES_THROTTLED] = usage->cpu_throttled_us;
	run->values[SERIES_MEMORY_PEAK] = usage->memory_peak_bytes;
	run->values[SERIES_SWAP_PEAK] = usage->swap_peak_bytes;
	run->values[SERIES_IO_READ] = (struct reading){ io_known, io.read_bytes };
	run->values[SERIES_IO_WRITTEN] = (struct reading){ io_known, io.written_bytes };
	run->values[SERIES_PIDS_PEAK] = usage->pids_peak;
}

static void keep_failure(struct series *series, const struct record *record)
{
	struct hints hints;
	size_t size = 0;
	FILE *out = open_memstream(&series->failure_report, &size);

	series->failed = true;
	series->failure = *record->outcome;
	if (!out)
		return;
	hints_make(&hints, record);
	report_print(record, &hints, false, out);
	hints_release(&hints);
	fclose(out);
}

/* Every run has the same plan: what became of it is told of the first. */
static void keep_placement(struct series *series, const struct record *record)
{
	series->way = record->way;
	series->groups_made = record->groups_made;
	unenforced_copy(&series->unenforced, record->unenforced);
}

/* While everything there is to know of the run is still there. */
static void keep_run(void *context, const struct record *record)
{
	struct loop *loop = context;
	struct series *series = loop->series;
	struct series_run *run = loop->run;
	const struct outcome *outcome = record->outcome;

	run->reason = outcome->reason;
	run->signaled = outcome->signaled;
	run->code = outcome->code;
	run->status = loop->status_of(record->spec, outcome);
	run->leftovers = outcome->leftovers.count;
	run->warnings = record->warnings->count;
	keep_values(run, record);
	if (!series->way)
		keep_placement(series, record);
	series->oom_log_next = outcome->oom_victims.next;
	noise_count_own(&series->noise, record->usage);
	series->warnings += run->warnings;
	if (run->warnings && !series->warning)
		series->warning = text_format("%s", record->warnings->text[0]);
	series->interrupted = outcome->asked_to_end;
	if (run->status != 0 && !series->interrupted)
		keep_failure(series, record);
	run->counted = !run->warmup && !run->status && !series->interrupted;
}

/* Returns true if there may be another run. */
static bool run_once(struct loop *loop, unsigned round, unsigned command,
	const struct inherited *inherited, enum spawn_result *result, struct fault *f)
{
	struct series *series = loop->series;
	struct outcome outcome = { .oom_victims = { .next = series->oom_log_next } };

	series->interrupted = pending_end();
	if (series->interrupted)
		return false;
	if (loop->input_at >= 0)
		lseek(STDIN_FILENO, loop->input_at, SEEK_SET);
	loop->run = add_run(series);
	loop->run->command = command;
	loop->run->warmup = round < series->warmup;
	loop->run->round = round + 1 - (loop->run->warmup ? 0 : series->warmup);
	loop->run->began_at_us = monotonic_us() - series->began_at_us;
	loop->spec.command = series->commands[command].words;
	*result = SPAWN_FAILED;
	if (live_open(&loop->live, &loop->spec, f) == 0)
		*result = run(&outcome, &loop->spec, series->plan, inherited, &loop->live, keep_run,
			loop, f);
	live_close(&loop->live);
	if (*result != SPAWN_STARTED) {
		series->count--;
		return false;
	}
	/* The plan, and what of it does not hold, is told once. */
	loop->spec.verbose = false;
	loop->spec.quiet = true;
	return !series->failed && !series->interrupted;
}

enum spawn_result series_run(struct series *series, const struct inherited *inherited,
	series_status_of *status_of, struct fault *f)
{
	struct loop loop = {
		.series = series,
		.spec = *series->spec,
		.status_of = status_of,
	};
	enum spawn_result result = SPAWN_STARTED;
	int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);
	bool goes_on = true;

	prepare_input(&loop);
	noise_begin(&series->noise, root_fd);
	series->began_at_us = monotonic_us();
	for (unsigned round = 0; goes_on && round < series->warmup + series->runs; round++)
		for (unsigned i = 0; goes_on && i < series->command_count; i++)
			goes_on = run_once(&loop, round, i, inherited, &result, f);
	noise_end(&series->noise, root_fd);
	close(root_fd);
	series_summarise(series);
	return result;
}
