/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "process_limits.h"

#include <errno.h>
#include <fcntl.h>
#include <inttypes.h>
#include <signal.h>

#include "files.h"
#include "kernel_text.h"

static const char OOM_SCORE_ADJ_PATH[] = "/proc/self/oom_score_adj";

bool process_limits_asked(const struct spec *spec)
{
	return spec->rlimit_count || spec->nice.given || spec->oom_score_adj.given;
}

/* number in decimal; returns its length. snprintf() is not for the child half. */
static size_t format_int(int number, char text[12])
{
	unsigned rest = number < 0 ? -(unsigned)number : (unsigned)number;
	char digits[11];
	size_t count = 0;
	size_t length = 0;

	do
		digits[count++] = (char)('0' + rest % 10);
	while (rest /= 10);
	if (number < 0)
		text[length++] = '-';
	while (count > 0)
		text[length++] = digits[--count];
	return length;
}

static int set_oom_score_adj(int wanted)
{
	char text[12];
	char got[16];
	size_t length = format_int(wanted, text);
	int fd = open(OOM_SCORE_ADJ_PATH, O_RDWR | O_CLOEXEC);
	bool same;

	if (fd < 0)
		return -1;
	if (write(fd, text, length) < 0) {
		int err = errno;

		close(fd);
		errno = err;
		return -1;
	}
	same = pread(fd, got, sizeof(got), 0) == (ssize_t)length + 1 &&
	       memcmp(got, text, length) == 0;
	close(fd);
	if (same)
		return 0;
	errno = EBADE;
	return -1;
}

static int set_nice(int wanted)
{
	if (setpriority(PRIO_PROCESS, 0, wanted) < 0)
		return -1;
	if (getpriority(PRIO_PROCESS, 0) == wanted)
		return 0;
	errno = EBADE;
	return -1;
}

static int set_rlimit(const struct rlimit_request *request)
{
	const int resource = request->row->resource;
	struct rlimit old;
	struct rlimit wanted;
	struct rlimit got;

	if (prlimit(0, resource, NULL, &old) < 0)
		return -1;
	wanted = rlimit_resolve(request, &old);
	if (prlimit(0, resource, &wanted, NULL) < 0 || prlimit(0, resource, NULL, &got) < 0)
		return -1;
	if (got.rlim_cur == wanted.rlim_cur && got.rlim_max == wanted.rlim_max)
		return 0;
	errno = EBADE;
	return -1;
}

static int apply_step(const struct spec *spec, unsigned step)
{
	if (step >= PROCESS_LIMIT_RLIMIT)
		return set_rlimit(&spec->rlimits[step - PROCESS_LIMIT_RLIMIT]);
	if (step == PROCESS_LIMIT_NICE)
		return spec->nice.given ? set_nice(spec->nice.value) : 0;
	return spec->oom_score_adj.given ? set_oom_score_adj(spec->oom_score_adj.value) : 0;
}

/* The resource limits last: a small nofile must not keep us from the file of the first step. */
int process_limits_apply(const struct spec *spec, unsigned *step, unsigned end)
{
	for (; *step < end && *step < PROCESS_LIMIT_RLIMIT + spec->rlimit_count; (*step)++)
		if (apply_step(spec, *step) < 0)
			return -1;
	return 0;
}

const char *process_limits_option(unsigned step)
{
	if (step >= PROCESS_LIMIT_RLIMIT)
		return "rlimit";
	return step == PROCESS_LIMIT_NICE ? "nice" : "oom-score-adj";
}

/* EBADE is our own word for a value that did not take: its text would mean nothing to anybody. */
static int set_cause(struct fault *f, int err, const char *what)
{
	if (err == EBADE)
		return fault_set(f, 0, "cannot enforce --%s: the kernel kept another value", what);
	return fault_set(f, err, "cannot enforce --%s", what);
}

/* Where even root is refused. */
static bool is_above_nr_open(const struct rlimit_request *request)
{
	const rlim_t highest =
		request->hard_kind == RLIMIT_HARD_GIVEN ? request->hard : request->soft;
	char text[32];
	uint64_t nr_open;

	return request->row->resource == RLIMIT_NOFILE &&
	       file_read_at(AT_FDCWD, "/proc/sys/fs/nr_open", text, sizeof(text)) > 0 &&
	       text_to_u64(text_trim(text), &nr_open) && highest > nr_open;
}

static void explain_rlimit(const struct rlimit_request *request, int err, struct fault *f)
{
	struct rlimit old = { 0, 0 };
	char text[RLIMIT_TEXT_MAX];
	char what[RLIMIT_TEXT_MAX + 8];
	char current[32] = "max";

	snprintf(what, sizeof(what), "rlimit %s", rlimit_format(request, text, sizeof(text)));
	set_cause(f, err, what);
	getrlimit(request->row->resource, &old);
	if (old.rlim_max != RLIM_INFINITY)
		snprintf(current, sizeof(current), "%" PRIu64, (uint64_t)old.rlim_max);
	if (err == EINVAL)
		fault_hint(f, "SOFT:HARD: the hard limit in force is %s", current);
	else if (err != EPERM)
		return;
	else if (is_above_nr_open(request))
		fault_hint(f, "a lower number, or raise the highest there is: sysctl fs.nr_open");
	else
		fault_hint(f, "as root (CAP_SYS_RESOURCE): it raises the hard limit in force, %s",
			current);
}

void process_limits_explain(const struct spec *spec, unsigned step, int err, struct fault *f)
{
	char what[64];

	if (step >= PROCESS_LIMIT_RLIMIT) {
		explain_rlimit(&spec->rlimits[step - PROCESS_LIMIT_RLIMIT], err, f);
		return;
	}
	if (step == PROCESS_LIMIT_NICE)
		snprintf(what, sizeof(what), "nice %d", spec->nice.value);
	else
		snprintf(what, sizeof(what), "oom-score-adj %d", spec->oom_score_adj.value);
	set_cause(f, err, what);
	if (err == EACCES || err == EPERM)
		fault_hint(f, "a higher value; lowering it is for root (%s)",
			step == PROCESS_LIMIT_NICE ? "CAP_SYS_NICE" : "CAP_SYS_RESOURCE");
	else if (err == ENOENT)
		fault_hint(f, "mount -t proc none /proc");
}

static bool is_behind(int resource, int signal_number)
{
	switch (resource) {
	case RLIMIT_CPU:
	case RLIMIT_RTTIME:
		return signal_number == SIGXCPU || signal_number == SIGKILL;
	case RLIMIT_FSIZE:
		return signal_number == SIGXFSZ;
	case RLIMIT_STACK:
	case RLIMIT_AS:
	case RLIMIT_DATA:
		return signal_number == SIGSEGV;
	default:
		return false;
	}
}

const struct rlimit_request *process_limits_behind(const struct spec *spec, int signal_number)
{
	for (unsigned i = 0; i < spec->rlimit_count; i++)
		if (spec->rlimits[i].soft != RLIM_INFINITY &&
			is_behind(spec->rlimits[i].row->resource, signal_number))
			return &spec->rlimits[i];
	return NULL;
}

void process_limits_print(const struct spec *spec, FILE *out)
{
	const char *separator = "";
	char text[RLIMIT_TEXT_MAX];

	for (unsigned i = 0; i < spec->rlimit_count; i++) {
		fprintf(out, "%s%s", separator,
			rlimit_format(&spec->rlimits[i], text, sizeof(text)));
		separator = ", ";
	}
	if (spec->nice.given) {
		fprintf(out, "%snice %d", separator, spec->nice.value);
		separator = ", ";
	}
	if (spec->oom_score_adj.given)
		fprintf(out, "%soom_score_adj %d", separator, spec->oom_score_adj.value);
}
