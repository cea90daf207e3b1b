/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * bench — run short commands in turn and compare how long they take.
 *
 *   bench [-n ROUNDS] [-i IDLE_MS] [-r LABEL/LABEL]... LABEL COMMAND... [: LABEL COMMAND...]...
 *
 * Round-robin (A B C A B C…), so that what else the machine does hits all alike. Each run is
 * preceded by IDLE_MS of sleep (default 60): back to back, the kernel's cgroup lock is still warm
 * from the run before, which no command typed by a person finds. A time is wall clock from just
 * before vfork until the command was waited for; its stdin, stdout and stderr are /dev/null.
 *
 * Prints a table: the smallest, median and 90th percentile of the times, the median's ratio to that
 * of the first command, and the median CPU time of the command and all its children, which other
 * work on the machine disturbs least. Then for each -r A/B a line 'ratio A/B MEDIAN': the median of
 * the ratios within a round, which noise that lasts longer than a round leaves alone.
 *
 * Exit status: 0; 1 if a command could not be run or did not exit with 0, or after SIGINT or SIGTERM,
 * which let the command that runs come to its end.
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define COMMANDS_MAX 32
#define RATIOS_MAX 32

struct command {
	const char *label;
	char **argv;
	double *times_us; /* by round */
	double *cpu_us;
};

struct bench {
	struct command commands[COMMANDS_MAX];
	unsigned count;
	const char *ratios[RATIOS_MAX];
	unsigned ratio_count;
	unsigned rounds;
	unsigned idle_ms;
	double *sorted; /* room for one value a round */
};

static volatile sig_atomic_t stopped;

/* Of SIGINT and SIGTERM */
static void stop(int signal)
{
	(void)signal;
	stopped = 1;
}

static void die(const char *what, const char *which, int err)
{
	fprintf(stderr, "bench: %s '%s'%s%s\n", what, which, err ? ": " : "",
		err ? strerror(err) : "");
	exit(1);
}

static double now_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec * 1e6 + (double)t.tv_nsec / 1e3;
}

static void idle(unsigned ms)
{
	struct timespec t = { ms / 1000, ms % 1000 * 1000000L };

	while (nanosleep(&t, &t) < 0 && !stopped)
		;
}

static double to_us(struct timeval t)
{
	return (double)t.tv_sec * 1e6 + (double)t.tv_usec;
}

static void run(const struct command *command, unsigned round,
	const posix_spawn_file_actions_t *actions)
{
	double start_us = now_us();
	struct rusage usage;
	int status;
	pid_t pid;
	int err;

	if (stopped)
		exit(1);
	err = posix_spawnp(&pid, command->argv[0], actions, NULL, command->argv, environ);
	if (err)
		die("cannot run", command->argv[0], err);
	while (wait4(pid, &status, 0, &usage) < 0)
		if (errno != EINTR)
			die("cannot wait for", command->argv[0], errno);
	command->times_us[round] = now_us() - start_us;
	command->cpu_us[round] = to_us(usage.ru_utime) + to_us(usage.ru_stime);
	if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
		fprintf(stderr, "bench: %s %d: ", WIFEXITED(status) ? "exit" : "signal",
			WIFEXITED(status) ? WEXITSTATUS(status) : WTERMSIG(status));
		for (char **word = command->argv; *word; word++)
			fprintf(stderr, "%s%c", *word, word[1] ? ' ' : '\n');
		exit(1);
	}
}

static void measure(struct bench *bench)
{
	posix_spawn_file_actions_t actions;
	int null_fd = open("/dev/null", O_RDWR | O_CLOEXEC);

	posix_spawn_file_actions_init(&actions);
	for (int fd = STDIN_FILENO; fd <= STDERR_FILENO; fd++)
		posix_spawn_file_actions_adddup2(&actions, null_fd, fd);
	/* A round that is not counted (round 0 will overwrite it) loads the page cache. */
	for (unsigned i = 0; i < bench->count; i++)
		run(&bench->commands[i], 0, &actions);
	for (unsigned round = 0; round < bench->rounds; round++) {
		for (unsigned i = 0; i < bench->count; i++) {
			idle(bench->idle_ms);
			run(&bench->commands[i], round, &actions);
		}
	}
	posix_spawn_file_actions_destroy(&actions);
	close(null_fd);
}

static int compare(const void *a, const void *b)
{
	double x = *(const double *)a;
	double y = *(const double *)b;

	return (x > y) - (x < y);
}

/* Sort values, in bench->sorted, and return the one below which the given share of them lies. */
static double quantile(const struct bench *bench, const double *values, double share)
{
	double position = share * (bench->rounds - 1);
	unsigned low = (unsigned)position;
	unsigned high = low + 1 < bench->rounds ? low + 1 : low;
	double *sorted = bench->sorted;

	memmove(sorted, values, bench->rounds * sizeof(*sorted));
	qsort(sorted, bench->rounds, sizeof(*sorted), compare);
	return sorted[low] + (sorted[high] - sorted[low]) * (position - low);
}

static double paired_ratio(const struct bench *bench, const struct command *a,
	const struct command *b)
{
	for (unsigned round = 0; round < bench->rounds; round++)
		bench->sorted[round] = a->times_us[round] / b->times_us[round];
	return quantile(bench, bench->sorted, 0.5);
}

static const struct command *find(const struct bench *bench, const char *label, size_t length)
{
	for (unsigned i = 0; i < bench->count; i++)
		if (strlen(bench->commands[i].label) == length &&
			strncmp(bench->commands[i].label, label, length) == 0)
			return &bench->commands[i];
	die("no command is labelled as in", label, 0);
	return NULL;
}

static void print(const struct bench *bench)
{
	double first_us = 0;

	printf("%-16s %9s %9s %9s %7s %9s\n", "microseconds", "min", "median", "p90", "ratio",
		"cpu");
	for (unsigned i = 0; i < bench->count; i++) {
		const struct command *command = &bench->commands[i];
		double median_us = quantile(bench, command->times_us, 0.5);

		first_us = i ? first_us : median_us;
		printf("%-16s %9.0f %9.0f %9.0f %7.2f %9.0f\n", command->label,
			quantile(bench, command->times_us, 0), median_us,
			quantile(bench, command->times_us, 0.9), median_us / first_us,
			quantile(bench, command->cpu_us, 0.5));
	}
	for (unsigned i = 0; i < bench->ratio_count; i++) {
		const char *text = bench->ratios[i];
		size_t length = strcspn(text, "/");

		printf("ratio %s %.2f\n", text,
			paired_ratio(bench, find(bench, text, length),
				find(bench, text + length + 1, strlen(text + length + 1))));
	}
}

static unsigned parse_number(const char *text, unsigned lowest)
{
	char *end;
	unsigned long value = strtoul(text, &end, 10);

	if (end == text || *end || value < lowest || value > 1000000)
		die("not a number that can be used:", text, 0);
	return (unsigned)value;
}

static void parse_options(struct bench *bench, int argc, char **argv)
{
	for (int option; (option = getopt(argc, argv, "+n:i:r:")) != -1;) {
		if (option == 'n')
			bench->rounds = parse_number(optarg, 1);
		else if (option == 'i')
			bench->idle_ms = parse_number(optarg, 0);
		else if (option == 'r' && strchr(optarg, '/') && bench->ratio_count < RATIOS_MAX)
			bench->ratios[bench->ratio_count++] = optarg;
		else
			die("cannot use option", argv[optind - 1], 0);
	}
}

/* 'LABEL COMMAND… : LABEL COMMAND…', which is cut up in place */
static void parse_commands(struct bench *bench, char **words)
{
	while (*words) {
		struct command *command = &bench->commands[bench->count++];

		if (!words[1] || strcmp(words[1], ":") == 0 || bench->count == COMMANDS_MAX)
			die("cannot use command", *words, 0);
		*command = (struct command){ .label = words[0], .argv = words + 1 };
		command->times_us = calloc(bench->rounds, 2 * sizeof(double));
		if (!command->times_us)
			die("no memory for", *words, 0);
		command->cpu_us = command->times_us + bench->rounds;
		while (*words && strcmp(*words, ":") != 0)
			words++;
		if (*words)
			*words++ = NULL;
	}
}

int main(int argc, char **argv)
{
	struct bench bench = { .rounds = 40, .idle_ms = 60 };

	signal(SIGINT, stop);
	signal(SIGTERM, stop);
	parse_options(&bench, argc, argv);
	parse_commands(&bench, argv + optind);
	bench.sorted = calloc(bench.rounds, sizeof(double));
	if (!bench.sorted || !bench.count)
		die("nothing to do for", argv[0], 0);
	for (unsigned i = 0; i < bench.ratio_count; i++) {
		size_t length = strcspn(bench.ratios[i], "/");

		find(&bench, bench.ratios[i], length);
		find(&bench, bench.ratios[i] + length + 1, strlen(bench.ratios[i] + length + 1));
	}
	measure(&bench);
	print(&bench);
	for (unsigned i = 0; i < bench.count; i++)
		free(bench.commands[i].times_us);
	free(bench.sorted);
	return fflush(stdout) == 0 ? 0 : 1;
}
