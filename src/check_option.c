/* SPDX-License-Identifier: GPL-2.0-or-later */
/* check_option — every option tried for real, with a sample of what it takes. */
#include "config.h"

#include <dirent.h>
#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>

#include "check.h"
#include "files.h"
#include "options.h"
#include "run.h"

#define WORDS_MAX 16

/* In a sample: the first of those that the caller may use, by these keys of /proc/self/status. */
#define FIRST_CPU "Cpus_allowed_list"
#define FIRST_NODE "Mems_allowed_list"

/*
 * Each option outside of the groups Report and Other has its row here. Small, so that the sample fits
 * into what the groups around the caller allow: v1 refuses a child more CPU than its parent has.
 */
static const struct {
	const char *name;
	const char *words; /* NULL: asks nothing of the host */
} samples[] = {
	{ "mem", "--mem 64M" },
	{ "swap", "--mem 64M --swap 1M" },
	{ "mem-high", "--mem-high 64M" },
	{ "mem-low", "--mem-low 1M" },
	{ "mem-min", "--mem-min 1M" },
	{ "zswap", "--mem 64M --swap 1M --zswap 1M" },
	{ "oom", "--mem 64M --oom group" },
	{ "cpu", "--cpu 0.1" },
	{ "cpu-period", "--cpu 0.1 --cpu-period 50ms" },
	{ "cpu-burst", "--cpu 0.1 --cpu-burst 5ms" },
	{ "cpu-weight", "--cpu-weight 50" },
	{ "cpus", "--cpus " FIRST_CPU },
	{ "mems", "--mems " FIRST_NODE },
	{ "io-read", "--io-read 100M" },
	{ "io-write", "--io-write 100M" },
	{ "io-read-ops", "--io-read-ops 1000" },
	{ "io-write-ops", "--io-write-ops 1000" },
	{ "io-weight", "--io-weight 100" },
	{ "pids", "--pids 100" },
	{ "set", "--set pids.max=100" },
	{ "time", "--time 1h" },
	{ "cpu-time", "--cpu-time 1h" },
	{ "leftovers", NULL },
	{ "exit-status", NULL },
	{ "signal", NULL },
	{ "grace", NULL },
	{ "rlimit", "--rlimit core=0" },
	{ "nice", "--nice 19" },
	{ "oom-score-adj", "--oom-score-adj 1000" },
	{ "delegate", "--delegate" },
	{ "unshare", "--unshare all" },
	{ "hostname", "--hostname limit" },
	{ "pid1", "--pid1" },
	{ "map-root", "--map-root" },
	{ "map-user", "--map-user 1000:1000" },
	{ "map-auto", "--map-auto" },
	{ "join", NULL },
	{ "boottime", "--boottime 1h" },
	{ "monotonic", "--monotonic 1h" },
	/* None of these covers where the caller is likely to be, or has to stay. */
	{ "no-net", "--no-net" },
	{ "net-ns", "--net-ns /proc/self/ns/net" },
	{ "net-user", "--net-user" },
	/* Addresses for documentation (RFC 5737), while it is tried. */
	{ "net-link", "--net-link host:192.0.2.2/30:192.0.2.1" },
	{ "private-tmp", "--chdir / --private-tmp" },
	{ "tmpfs", "--tmpfs /sys:1M" },
	{ "bind", "--bind /sys:/sys" },
	{ "read-only", "--read-only /sys" },
	{ "hide", "--hide /sys" },
	{ "overlay", "--overlay /etc" },
	{ "root", "--root /" },
	{ "chdir", NULL },
	{ "env", NULL },
	{ "user", "--user nobody" },
	{ "no-new-privs", "--no-new-privs" },
	{ "drop-caps", "--drop-caps" },
	{ "jobs-env", NULL },
	{ "profile", NULL },
	{ "config", NULL },
	{ "best-effort", NULL },
	{ "manager", NULL },
	{ "group", NULL },
};

const char *check_sample(const char *name, bool *known)
{
	*known = false;
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++) {
		if (strcmp(samples[i].name, name) != 0)
			continue;
		*known = true;
		return samples[i].words;
	}
	return NULL;
}

/* Is this directory of /sys/block a disk of its own: hardware, not removable, with a size? */
static bool is_disk(int block_fd, const char *name)
{
	_cleanup_free_ char *size_path = path_join(name, "size");
	_cleanup_free_ char *removable_path = path_join(name, "removable");
	_cleanup_free_ char *device_path = path_join(name, "device");
	uint64_t sectors;
	char text[64];

	return file_exists_at(block_fd, device_path) &&
	       file_read_at(block_fd, size_path, text, sizeof(text)) > 0 &&
	       text_to_u64(text, &sectors) && sectors > 0 &&
	       file_read_at(block_fd, removable_path, text, sizeof(text)) > 0 && text[0] == '0';
}

/* The first disk of this host as 'MAJ:MIN'; false: there is none. */
static bool find_disk(int root_fd, char *number, size_t size)
{
	int fd = openat(root_fd, "sys/block", O_RDONLY | O_DIRECTORY | O_CLOEXEC);
	DIR *dir = fd < 0 ? NULL : fdopendir(fd);
	const struct dirent *entry;
	char first[NAME_MAX + 1] = "";
	bool found = false;

	while (dir && (entry = readdir(dir)))
		if (entry->d_name[0] != '.' && is_disk(fd, entry->d_name) &&
			(!first[0] || strcmp(entry->d_name, first) < 0))
			snprintf(first, sizeof(first), "%s", entry->d_name);
	if (first[0]) {
		_cleanup_free_ char *path = path_join(first, "dev");

		found = file_read_at(fd, path, number, size) > 0;
		text_trim(number);
	}
	if (dir)
		closedir(dir);
	else
		close_fd(&fd);
	return found;
}

/* The sample, with the number put in where the words end in a key of /proc/self/status. */
static void fill_sample(struct check_option *option, const char *words, int root_fd)
{
	static const char *const keys[] = { FIRST_CPU, FIRST_NODE };
	_cleanup_free_ char *status = file_slurp_at(root_fd, "/proc/self/status");

	snprintf(option->sample, sizeof(option->sample), "%s", words);
	for (size_t i = 0; status && i < ARRAY_SIZE(keys); i++) {
		_cleanup_free_ char *key = text_format("\n%s:", keys[i]);
		const char *value = strstr(status, key);
		char *hole = strstr(option->sample, keys[i]);
		uint64_t number = 0;

		if (!hole)
			continue;
		if (value) {
			value += strlen(key);
			value += strspn(value, " \t");
			scan_u64(&value, &number);
		}
		snprintf(hole, sizeof(option->sample) - (size_t)(hole - option->sample), "%" PRIu64,
			number);
	}
}

static void keep_notes(struct check_option *option, const struct plan *plan,
	const struct check_option *node)
{
	for (unsigned i = 0; i < plan->note_count; i++) {
		bool common = false;

		/* What is true of every run is told once. */
		for (unsigned j = 0; node != option && j < node->note_count; j++)
			common |= strcmp(node->notes[j], plan->notes[i]) == 0;
		if (!common && option->note_count < CHECK_NOTES_MAX)
			option->notes[option->note_count++] = text_format("%s", plan->notes[i]);
	}
}

/* As main.c does it, but for the report. */
static void use(struct check_option *option, struct spec *spec, const struct inherited *inherited,
	const struct check_option *node, int root_fd)
{
	struct fault *f = &option->fault;
	struct outcome outcome = { .oom_victims = { .next = 0 } };
	struct host host;
	struct plan plan = { 0 };

	if (host_discover(&host, spec, root_fd, f) == 0 && plan_make(&plan, spec, &host, f) == 0) {
		enum spawn_result result =
			run(&outcome, spec, &plan, inherited, NULL, NULL, NULL, f);

		/* Whoever gets as far as not finding COMMAND would have run it. */
		option->works = result != SPAWN_FAILED && result != SPAWN_NOT_PLACED;
		if (option->works)
			keep_notes(option, &plan, node);
	}
	plan_release(&plan);
	host_release(&host);
	if (option->works)
		*f = (struct fault){ 0 };
}

static void try_option(struct check_option *option, const struct inherited *inherited,
	const struct check_option *node, int root_fd)
{
	/*
	 * A file that exec always refuses: by then a process is in the node and all that was asked
	 * of it is done, and no program is needed, nor the time to load it.
	 */
	char command[] = "/dev/null";
	char name[] = "limit";
	char end[] = "--";
	char words[CHECK_SAMPLE_MAX];
	char *argv[WORDS_MAX + 4] = { name };
	int argc = 1;
	struct spec spec;

	snprintf(words, sizeof(words), "%s", option->sample);
	for (char *word = words; *word && argc <= WORDS_MAX; argc++) {
		size_t length = strcspn(word, " ");
		bool last = !word[length];

		argv[argc] = word;
		word[length] = '\0';
		word += length + !last;
	}
	argv[argc++] = end;
	argv[argc++] = command;
	spec_init(&spec);
	if (options_parse(&spec, argc, argv, &option->fault) < 0 ||
		spec_check(&spec, &option->fault) < 0)
		return;
	spec.quiet = true;
	use(option, &spec, inherited, node, root_fd);
}

/* The working directory may lie where nothing can be limited: that is no verdict on the host. */
static void try_on_disk(struct check_option *option, const struct inherited *inherited,
	const struct check_option *node, int root_fd)
{
	struct check_option on_disk = { .row = option->row };
	_cleanup_free_ char *sample = NULL;
	char disk[32];
	char text[FAULT_TEXT_MAX + 128];

	if (!find_disk(root_fd, disk, sizeof(disk)))
		return;
	sample = text_format("%s@%s", option->sample, disk);
	snprintf(on_disk.sample, sizeof(on_disk.sample), "%s", sample);
	try_option(&on_disk, inherited, node, root_fd);
	if (!on_disk.works) {
		/* Then the directory is not what is in the way. */
		if (strcmp(on_disk.fault.what, option->fault.what) != 0)
			*option = on_disk;
		return;
	}
	fault_format(&option->fault, text, sizeof(text));
	if (on_disk.note_count < CHECK_NOTES_MAX)
		on_disk.notes[on_disk.note_count++] =
			text_format("not in this directory without @PATH: %s", text);
	*option = on_disk;
}

void check_options(struct check *check, const struct inherited *inherited, int root_fd)
{
	try_option(&check->node, inherited, &check->node, root_fd);
	check->options = calloc(option_row_count, sizeof(*check->options));
	for (size_t i = 0; check->options && i < option_row_count; i++) {
		struct check_option *option = &check->options[check->option_count];
		bool known;
		const char *words = check_sample(option_rows[i].name, &known);

		if (!words)
			continue;
		option->row = &option_rows[i];
		fill_sample(option, words, root_fd);
		try_option(option, inherited, &check->node, root_fd);
		if (!option->works && option->row->group == GROUP_IO)
			try_on_disk(option, inherited, &check->node, root_fd);
		check->option_count++;
	}
}
