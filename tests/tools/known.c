/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * known — use an amount that it knows itself, for the tests of what is counted. Static and small.
 *
 *   known cpu FILE MS N      N daemons in sessions of their own, and this process, use MS of CPU time
 *                            each, and write to FILE how many microseconds it was, as the kernel's
 *                            clock of each process has it; returns before the daemons have ended
 *   known mem MIB            touch MIB MiB; print the KiB of its page tables
 *   known shared MIB         touch MIB MiB of shared memory
 *   known threads N            N more threads, all at once; returns when they have been there
 */
#define _GNU_SOURCE
#include <fcntl.h>
#include <pthread.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

static int fail(const char *what)
{
	perror(what);
	return 1;
}

/* Since it was forked, through exec, all threads. */
static long cpu_us(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return t.tv_sec * 1000000 + t.tv_nsec / 1000;
}

/* One write, the last thing that is done. */
static int use_cpu(int fd, long us)
{
	while (cpu_us() < us)
		for (volatile int i = 0; i < 1000; i++)
			;
	return dprintf(fd, "%ld\n", cpu_us()) < 0;
}

static int known_cpu(const char *path, long us, int daemons)
{
	int fd = open(path, O_WRONLY | O_CREAT | O_APPEND, 0600);

	if (fd < 0)
		return fail(path);
	for (int i = 0; i < daemons; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return fail("fork");
		if (pid > 0) {
			waitpid(pid, NULL, 0);
			continue;
		}
		setsid();
		if (fork() == 0)
			_exit(use_cpu(fd, us));
		_exit(dprintf(fd, "%ld\n", cpu_us()) < 0);
	}
	return use_cpu(fd, us);
}

static int known_mem(long mib)
{
	size_t size = (size_t)mib * 1024 * 1024;
	char *memory = mmap(NULL, size ? size : 1, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
	FILE *status;
	char line[256];

	if (memory == MAP_FAILED)
		return fail("mmap");
	for (size_t i = 0; i < size; i += 4096)
		memory[i] = 1;
	status = fopen("/proc/self/status", "r");
	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, "VmPTE:", 6) == 0)
			printf("%ld\n", strtol(line + 6, NULL, 10));
	return status ? fclose(status) : fail("/proc/self/status");
}

static int known_shared(long mib)
{
	size_t size = (size_t)mib * 1024 * 1024;
	char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE, MAP_SHARED | MAP_ANONYMOUS, -1, 0);

	if (memory == MAP_FAILED)
		return fail("mmap");
	for (size_t i = 0; i < size; i += 4096)
		memory[i] = 1;
	return 0;
}

static void *meet(void *barrier)
{
	pthread_barrier_wait(barrier);
	return NULL;
}

static int known_threads(int count)
{
	pthread_barrier_t barrier;
	pthread_t thread;

	pthread_barrier_init(&barrier, NULL, (unsigned)count + 1);
	for (int i = 0; i < count; i++)
		if (pthread_create(&thread, NULL, meet, &barrier) != 0)
			return fail("pthread_create");
	pthread_barrier_wait(&barrier);
	return 0;
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";

	if (strcmp(what, "cpu") == 0 && argc == 5)
		return known_cpu(argv[2], atol(argv[3]) * 1000, atoi(argv[4]));
	if (strcmp(what, "mem") == 0)
		return known_mem(atol(argv[2]));
	if (strcmp(what, "shared") == 0)
		return known_shared(atol(argv[2]));
	if (strcmp(what, "threads") == 0)
		return known_threads(atoi(argv[2]));
	fputs("usage: known cpu|mem|shared|threads …\n", stderr);
	return 2;
}
