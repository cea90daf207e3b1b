/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * replay — a target without libFuzzer: what is kept in its corpus, one test point a file, in a
 * process each, so that a crash is that file's failure and the others still run. With arguments only
 * those files, in this process: for the debugger.
 */
#include "config.h"

#include "fuzz.h"

#include <dirent.h>
#include <limits.h>
#include <sys/wait.h>

/* Its content, in a block of exactly its size. */
static uint8_t *read_file(const char *path, size_t *size)
{
	_cleanup_fclose_ FILE *file = fopen(path, "re");
	uint8_t *data;
	long end;

	if (!file || fseek(file, 0, SEEK_END) < 0 || (end = ftell(file)) < 0)
		return NULL;
	rewind(file);
	*size = (size_t)end;
	data = malloc(*size ? *size : 1);
	if (data && fread(data, 1, *size, file) != *size) {
		free(data);
		return NULL;
	}
	return data;
}

static int run_file(const char *path)
{
	size_t size;
	uint8_t *data = read_file(path, &size);

	if (!data) {
		perror(path);
		return 1;
	}
	LLVMFuzzerTestOneInput(data, size);
	free(data);
	return 0;
}

/* exit() and not _exit(), so that leaks are looked for. */
static bool passes(const char *path)
{
	int status;
	pid_t child;

	fflush(NULL);
	child = fork();
	if (child == 0) {
		alarm(20);
		exit(run_file(path));
	}
	return child > 0 && waitpid(child, &status, 0) == child && WIFEXITED(status) &&
	       WEXITSTATUS(status) == 0;
}

static int visible(const struct dirent *entry)
{
	return entry->d_name[0] != '.';
}

int main(int argc, char **argv)
{
	const char *slash = strrchr(argv[0], '/');
	char directory[PATH_MAX], path[PATH_MAX + NAME_MAX + 1];
	struct dirent **entries;
	int failed = 0, count;

	for (int i = 1; i < argc; i++)
		failed |= run_file(argv[i]);
	if (argc > 1)
		return failed;
	snprintf(directory, sizeof(directory), "%s/%s", CORPUS, slash ? slash + 1 : argv[0]);
	count = scandir(directory, &entries, visible, alphasort);
	if (count <= 0) {
		printf("Bail out! there is nothing in %s\n", directory);
		return 1;
	}
	printf("1..%d\n", count);
	for (int i = 0; i < count; i++) {
		bool ok;

		snprintf(path, sizeof(path), "%s/%s", directory, entries[i]->d_name);
		ok = passes(path);
		failed |= !ok;
		printf("%sok %d %s\n", ok ? "" : "not ", i + 1, entries[i]->d_name);
		free(entries[i]);
	}
	free(entries);
	return failed;
}
