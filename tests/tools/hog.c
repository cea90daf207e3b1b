/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * hog — consume exactly one thing, for the tests. Static and small, so that it runs in any guest.
 *
 *   hog mem MIB              touch MIB MiB of memory
 *   hog hold MIB FILE        touch MIB MiB, write a line to FILE, wait
 *   hog spin SECONDS         be busy, without children
 *   hog huge MIB             the same in huge pages
 *   hog pages MIB            touch MIB MiB; print the memory nodes they are on, 'N0' or 'N0 N1'
 *   hog cpu SECONDS [N]      N processes busy for SECONDS of wall clock; print the CPU seconds used
 *   hog sprint N MS          N times: rest for 300 ms, then use MS of CPU time
 *   hog keep MIB READY GO    touch MIB MiB, write to the fifo READY, read from the fifo GO; print how
 *                            many KiB of it were swapped out meanwhile
 *   hog write FILE MIB       O_DIRECT writes of 1 MiB; print the milliseconds they took
 *   hog read FILE MIB        the same, reading
 *   hog read-for FILE SECONDS   O_DIRECT reads of 64 KiB, round and round; print how many
 *   hog fork N               N children that wait; print how many could be made
 *   hog daemon FIFO          leave a process behind that has its own session and no descriptors;
 *                            returns when it runs; set-user-ID it becomes that user for good, as sudo does
 *   hog open N               open up to N files; print how many descriptors there are, and why no more
 *   hog stack KIB            touch KIB KiB of stack
 *   hog trace PID            seize PID as a debugger does; print 'traced', or why not
 *   hog queue NAME           open a POSIX message queue, made if need be; print 'new' or 'there'
 *   hog unqueue NAME         remove it
 *   hog status COMMAND...    run COMMAND; print 'exit N' or 'signal N', with 'core' if it dumped
 *   hog ignore-chld COMMAND  exec COMMAND with SIGCHLD ignored
 *   hog block-usr1 COMMAND   exec COMMAND with SIGUSR1 blocked
 */
#define _GNU_SOURCE
#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>
#include <sys/ptrace.h>
#include <sys/resource.h>
#include <sys/syscall.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

#define MIB (1024 * 1024)

static double now(void)
{
	struct timespec t;

	clock_gettime(CLOCK_MONOTONIC, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int fail(const char *what)
{
	fprintf(stderr, "hog: %s: %s\n", what, strerror(errno));
	return 1;
}

static int hog_mem(long mib, int flags)
{
	char *memory = mmap(NULL, (size_t)mib * MIB, PROT_READ | PROT_WRITE,
		MAP_PRIVATE | MAP_ANONYMOUS | flags, -1, 0);

	if (memory == MAP_FAILED)
		return fail("mmap");
	for (size_t i = 0; i < (size_t)mib * MIB; i += 4096)
		memory[i] = (char)(i | 1);
	return 0;
}

static int hog_hold(long mib, const char *path)
{
	int status = hog_mem(mib, 0);
	int fd = open(path, O_WRONLY);

	if (status || dprintf(fd, "holding\n") < 0)
		return fail(path);
	for (;;)
		pause();
}

/* The lines of numa_maps for large anonymous mappings. */
static int hog_pages(long mib)
{
	FILE *maps;
	char line[512];
	int found[2] = { 0, 0 };

	if (hog_mem(mib, 0) != 0)
		return 1;
	maps = fopen("/proc/self/numa_maps", "r");
	while (maps && fgets(line, sizeof(line), maps)) {
		const char *anon = strstr(line, " anon=");

		if (!anon || atol(anon + 6) < mib * (MIB / 4096))
			continue;
		found[0] |= strstr(line, " N0=") != NULL;
		found[1] |= strstr(line, " N1=") != NULL;
	}
	printf("%s%s%s\n", found[0] ? "N0" : "", found[0] && found[1] ? " " : "",
		found[1] ? "N1" : "");
	return maps ? fclose(maps) : fail("/proc/self/numa_maps");
}

static void spin(double seconds)
{
	double end = now() + seconds;

	while (now() < end)
		for (volatile int i = 0; i < 1000; i++)
			;
}

static int hog_cpu(double seconds, int processes)
{
	struct rusage used;

	fflush(stdout);
	for (int i = 0; i < processes; i++) {
		pid_t pid = fork();

		if (pid < 0)
			return fail("fork");
		if (pid == 0) {
			spin(seconds);
			_exit(0);
		}
	}
	while (wait(NULL) > 0)
		;
	getrusage(RUSAGE_CHILDREN, &used);
	printf("%.3f\n", (double)used.ru_utime.tv_sec + (double)used.ru_utime.tv_usec / 1e6 +
				 (double)used.ru_stime.tv_sec +
				 (double)used.ru_stime.tv_usec / 1e6);
	return 0;
}

static double cpu_time(void)
{
	struct timespec t;

	clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &t);
	return (double)t.tv_sec + (double)t.tv_nsec / 1e9;
}

static int hog_sprint(int times, double seconds)
{
	for (int i = 0; i < times; i++) {
		double end;

		usleep(300000);
		end = cpu_time() + seconds;
		while (cpu_time() < end)
			;
	}
	return 0;
}

/* VmSwap of this process. */
static int print_swapped(void)
{
	FILE *status = fopen("/proc/self/status", "r");
	char line[256];

	while (status && fgets(line, sizeof(line), status))
		if (strncmp(line, "VmSwap:", 7) == 0)
			printf("%d\n", atoi(line + 7));
	return status ? fclose(status) : fail("/proc/self/status");
}

static int hog_keep(long mib, const char *ready, const char *go)
{
	char text[16];
	int fd;

	if (hog_mem(mib, 0) != 0)
		return 1;
	fd = open(ready, O_WRONLY);
	if (fd < 0 || write(fd, "\n", 1) != 1 || close(fd) != 0)
		return fail(ready);
	fd = open(go, O_RDONLY);
	if (fd < 0 || read(fd, text, sizeof(text)) < 0)
		return fail(go);
	return print_swapped();
}

static int hog_io(const char *path, long mib, int writing)
{
	int fd = open(path, (writing ? O_WRONLY | O_CREAT : O_RDONLY) | O_DIRECT, 0600);
	double start = now();
	void *block;

	if (fd < 0 || posix_memalign(&block, 4096, MIB) != 0)
		return fail(path);
	memset(block, 7, MIB);
	for (long i = 0; i < mib; i++)
		if ((writing ? write(fd, block, MIB) : read(fd, block, MIB)) != MIB)
			return fail(path);
	printf("%.0f\n", (now() - start) * 1000);
	return 0;
}

static int hog_read_for(const char *path, double seconds)
{
	const size_t size = 64 * 1024;
	int fd = open(path, O_RDONLY | O_DIRECT);
	double end = now() + seconds;
	long count = 0;
	void *block;

	if (fd < 0 || posix_memalign(&block, 4096, size) != 0)
		return fail(path);
	for (; now() < end; count++) {
		ssize_t got = read(fd, block, size);

		if (got < 0 || (got == 0 && lseek(fd, 0, SEEK_SET) < 0))
			return fail(path);
	}
	printf("%ld\n", count);
	return 0;
}

static int hog_fork(int wanted)
{
	int made = 0;

	fflush(stdout);
	for (; made < wanted; made++) {
		pid_t pid = fork();

		if (pid < 0)
			break;
		if (pid == 0) {
			pause();
			_exit(0);
		}
	}
	printf("%d\n", made);
	fflush(stdout);
	return 0;
}

static int hog_daemon(const char *fifo)
{
	if (geteuid() != getuid() && setreuid(geteuid(), geteuid()) < 0)
		return fail("setreuid");
	if (fork() == 0) {
		setsid();
		if (fork() == 0) {
			int fd = open(fifo, O_WRONLY);

			dprintf(fd, "%d\n", (int)getpid());
			for (int i = 0; i < 64; i++)
				close(i);
			for (;;)
				pause();
		}
		_exit(0);
	}
	while (wait(NULL) > 0)
		;
	return 0;
}

static int hog_open(int wanted)
{
	int highest = 2;

	while (wanted-- > 0) {
		int fd = open("/dev/null", O_RDONLY);

		if (fd < 0)
			break;
		highest = fd;
	}
	printf("%d %s\n", highest + 1, wanted < 0 ? "" : strerrorname_np(errno));
	return 0;
}

static int hog_stack(long kib)
{
	volatile char page[1024];

	memset((char *)page, (int)kib, sizeof(page));
	return kib > 0 ? hog_stack(kib - 1) + page[0] - (char)kib : 0;
}

static int hog_status(char **command)
{
	int status;
	pid_t pid = fork();

	if (pid == 0) {
		execvp(command[0], command);
		_exit(127);
	}
	waitpid(pid, &status, 0);
	if (WIFSIGNALED(status))
		printf("signal %d%s\n", WTERMSIG(status), WCOREDUMP(status) ? " core" : "");
	else
		printf("exit %d\n", WEXITSTATUS(status));
	return 0;
}

static int hog_trace(pid_t pid)
{
	long result = ptrace(PTRACE_SEIZE, pid, NULL, NULL);

	puts(result < 0 ? strerror(errno) : "traced");
	return 0;
}

static int hog_queue(const char *name)
{
	long fd = syscall(SYS_mq_open, name, O_RDWR | O_CREAT | O_EXCL, 0600, NULL);

	if (fd < 0 && errno != EEXIST)
		return fail(name);
	puts(fd < 0 ? "there" : "new");
	return 0;
}

static int exec_command(char **command)
{
	execvp(command[0], command);
	return fail(command[0]);
}

int main(int argc, char **argv)
{
	const char *what = argc > 2 ? argv[1] : "";
	sigset_t usr1;

	if (strcmp(what, "mem") == 0)
		return hog_mem(atol(argv[2]), 0);
	if (strcmp(what, "huge") == 0)
		return hog_mem(atol(argv[2]), MAP_HUGETLB);
	if (strcmp(what, "hold") == 0 && argc > 3)
		return hog_hold(atol(argv[2]), argv[3]);
	if (strcmp(what, "spin") == 0) {
		spin(atof(argv[2]));
		return 0;
	}
	if (strcmp(what, "cpu") == 0)
		return hog_cpu(atof(argv[2]), argc > 3 ? atoi(argv[3]) : 1);
	if ((strcmp(what, "write") == 0 || strcmp(what, "read") == 0) && argc > 3)
		return hog_io(argv[2], atol(argv[3]), what[0] == 'w');
	if (strcmp(what, "pages") == 0)
		return hog_pages(atol(argv[2]));
	if (strcmp(what, "sprint") == 0 && argc > 3)
		return hog_sprint(atoi(argv[2]), atof(argv[3]) / 1000);
	if (strcmp(what, "keep") == 0 && argc > 4)
		return hog_keep(atol(argv[2]), argv[3], argv[4]);
	if (strcmp(what, "read-for") == 0 && argc > 3)
		return hog_read_for(argv[2], atof(argv[3]));
	if (strcmp(what, "fork") == 0)
		return hog_fork(atoi(argv[2]));
	if (strcmp(what, "daemon") == 0)
		return hog_daemon(argv[2]);
	if (strcmp(what, "open") == 0)
		return hog_open(atoi(argv[2]));
	if (strcmp(what, "stack") == 0)
		return hog_stack(atol(argv[2]));
	if (strcmp(what, "trace") == 0)
		return hog_trace((pid_t)atol(argv[2]));
	if (strcmp(what, "queue") == 0)
		return hog_queue(argv[2]);
	if (strcmp(what, "unqueue") == 0)
		return syscall(SYS_mq_unlink, argv[2]) < 0 ? fail(argv[2]) : 0;
	if (strcmp(what, "status") == 0)
		return hog_status(argv + 2);
	if (strcmp(what, "ignore-chld") == 0) {
		signal(SIGCHLD, SIG_IGN);
		return exec_command(argv + 2);
	}
	if (strcmp(what, "block-usr1") == 0) {
		sigemptyset(&usr1);
		sigaddset(&usr1, SIGUSR1);
		sigprocmask(SIG_BLOCK, &usr1, NULL);
		return exec_command(argv + 2);
	}
	fputs("hog: unknown use\n", stderr);
	return 2;
}
