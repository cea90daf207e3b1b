/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "subordinate.h"

#include <errno.h>
#include <inttypes.h>
#include <pwd.h>
#include <signal.h>
#include <spawn.h>
#include <sys/wait.h>

#include "files.h"
#include "kernel_text.h"

/* A pid, three numbers for each of three ranges, and the name. */
#define HELPER_WORDS_MAX 12
#define WORD_MAX 16

static bool is_user(const char *word, size_t length, const char *name, uid_t uid)
{
	const char *cursor = word;
	uint64_t number;

	if (name && strlen(name) == length && memcmp(name, word, length) == 0)
		return true;
	return scan_u64(&cursor, &number) && cursor == word + length && number == uid;
}

struct subordinate_ids subordinate_parse(const char *text, const char *name, uid_t uid)
{
	for (const char *line = text; *line; line = line_after(line)) {
		size_t length = strcspn(line, ":\n");
		const char *cursor = line + length;
		uint64_t first;
		uint64_t count;

		if (!is_user(line, length, name, uid) || *cursor++ != ':' ||
			!scan_u64(&cursor, &first) || *cursor++ != ':' ||
			!scan_u64(&cursor, &count) || (*cursor && *cursor != '\n'))
			continue;
		if (first < UINT32_MAX && count > 0 && count <= UINT32_MAX - first)
			return (struct subordinate_ids){ (uint32_t)first, (uint32_t)count };
	}
	return (struct subordinate_ids){ 0, 0 };
}

int subordinate_find(struct subordinate_ids *ids, const char *file, uid_t uid, int root_fd,
	struct fault *f)
{
	const struct passwd *entry = getpwuid(uid);
	const char *name = entry ? entry->pw_name : NULL;
	_cleanup_free_ char *text = file_slurp_at(root_fd, file);

	*ids = subordinate_parse(text ? text : "", name, uid);
	if (ids->count)
		return 0;
	fault_set(f, 0, "cannot use --map-auto: /%s has no ids for %s", file,
		name ? name : "this user");
	return fault_hint(f,
		"sudo usermod --add-subuids 100000-165535 --add-subgids 100000-165535 %s",
		name ? name : "USER");
}

/* Every signal is blocked in limit; the helper is to be one like any other. */
static int run(char **words, pid_t *pid)
{
	posix_spawnattr_t attributes;
	sigset_t none;
	int err = posix_spawnattr_init(&attributes);

	if (err)
		return err;
	sigemptyset(&none);
	posix_spawnattr_setsigmask(&attributes, &none);
	posix_spawnattr_setflags(&attributes, POSIX_SPAWN_SETSIGMASK);
	err = posix_spawnp(pid, words[0], NULL, &attributes, words, environ);
	posix_spawnattr_destroy(&attributes);
	return err;
}

int subordinate_map(const char *helper, pid_t pid, const struct id_range *ranges, unsigned count,
	struct fault *f)
{
	char texts[HELPER_WORDS_MAX][WORD_MAX];
	char *words[HELPER_WORDS_MAX + 1] = { NULL };
	char name[WORD_MAX];
	unsigned used = 1;
	pid_t child;
	int status;
	int err;

	snprintf(name, sizeof(name), "%s", helper);
	words[0] = name;
	snprintf(texts[used], WORD_MAX, "%d", (int)pid);
	words[used] = texts[used];
	used++;
	for (unsigned i = 0; i < count; i++) {
		const uint32_t numbers[] = { ranges[i].inside, ranges[i].outside, ranges[i].count };

		for (unsigned j = 0; j < ARRAY_SIZE(numbers); j++, used++) {
			snprintf(texts[used], WORD_MAX, "%" PRIu32, numbers[j]);
			words[used] = texts[used];
		}
	}
	err = run(words, &child);
	if (err) {
		fault_set(f, err, "cannot run %s, which maps the ids of --map-auto", helper);
		return err == ENOENT
			       ? fault_hint(f, "apt install uidmap, or dnf install shadow-utils")
			       : -1;
	}
	while (waitpid(child, &status, 0) < 0 && errno == EINTR)
		;
	if (WIFEXITED(status) && WEXITSTATUS(status) == 0)
		return 0;
	fault_set(f, 0, "cannot map the ids of --map-auto: %s refused", helper);
	return fault_hint(f,
		"the file capability or the set-user-ID bit of %s, and /etc/subuid and "
		"/etc/subgid",
		helper);
}
