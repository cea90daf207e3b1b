/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "sink.h"

#include <errno.h>
#include <fcntl.h>
#include <sys/file.h>
#include <sys/stat.h>

#include "files.h"
#include "report.h"

/* '&3'. What was closed on exec was not the caller's, so that none of ours can be meant. */
static int open_descriptor(struct sink *sink, const char *path, struct fault *f)
{
	int number = 0;
	int flags, mode;

	for (const char *p = path + 1; *p; p++) {
		if (*p < '0' || *p > '9' || number > 100000) {
			fault_set(f, 0, "cannot write the report to '%s': it is no descriptor",
				path);
			return fault_hint(f, "-o '&3', or -o './%s' for a file", path);
		}
		number = number * 10 + (*p - '0');
	}
	flags = fcntl(number, F_GETFD);
	mode = fcntl(number, F_GETFL);
	if (!path[1] || flags < 0 || mode < 0 || (flags & FD_CLOEXEC) || (mode & O_PATH) ||
		(mode & O_ACCMODE) == O_RDONLY) {
		fault_set(f, 0,
			"cannot write the report to '%s': no descriptor that is open for writing",
			path);
		return fault_hint(f, "limit -o '&3' -- COMMAND 3>FILE");
	}
	if (number > STDERR_FILENO && fcntl(number, F_SETFD, FD_CLOEXEC) < 0)
		return fault_set(f, errno, "cannot write the report to '%s'", path);
	sink->fd = number;
	return 0;
}

int sink_open(struct sink *sink, const struct spec *spec, struct fault *f)
{
	const char *path = spec->report_path;

	*sink = (struct sink){ .spec = spec, .fd = -1 };
	if (!path && spec->quiet)
		return 0;
	if (spec->format == SPEC_FORMAT_JSON && json_library_load(&sink->json, f) < 0)
		return -1;
	if (!path) {
		sink->fd = STDERR_FILENO;
		return 0;
	}
	if (path[0] == '&')
		return open_descriptor(sink, path, f);
	sink->fd = open(path,
		O_WRONLY | O_CREAT | (spec->append ? O_APPEND : O_TRUNC) | O_CLOEXEC | O_NOCTTY,
		0666);
	return sink->fd < 0 ? fault_set(f, errno, "cannot write the report to '%s'", path) : 0;
}

bool sink_wants_header(const struct sink *sink)
{
	struct stat status;

	return !sink->spec->append || fstat(sink->fd, &status) < 0 || status.st_size == 0;
}

/* On a terminal that has colours, unless the user wants none (no-color.org). */
static bool wants_colour(int fd)
{
	const char *none = getenv("NO_COLOR");
	const char *term = getenv("TERM");

	return (!none || !none[0]) && term && term[0] && strcmp(term, "dumb") != 0 && isatty(fd);
}

static int print_receipt(const struct sink *sink, const void *subject, FILE *out, struct fault *f)
{
	const struct receipt *receipt = subject;

	switch (sink->spec->format) {
	case SPEC_FORMAT_JSON:
		return receipt_print_json(receipt, &sink->json, out, f);
	case SPEC_FORMAT_KV:
		receipt_print_kv(receipt, out);
		return 0;
	case SPEC_FORMAT_CSV:
		receipt_print_csv(receipt, sink_wants_header(sink), out);
		return 0;
	case SPEC_FORMAT_UNSET:
	case SPEC_FORMAT_TEXT:
	case SPEC_FORMAT_MARKDOWN:
		break;
	}
	report_print(receipt->record, receipt->hints, wants_colour(sink->fd), out);
	return 0;
}

static bool is_for_programs(const struct spec *spec)
{
	return spec->format == SPEC_FORMAT_JSON || spec->format == SPEC_FORMAT_KV ||
	       spec->format == SPEC_FORMAT_CSV;
}

/* A lock that is not to be had (a pipe, a network file system) loses the order, not the report. */
void sink_print(const struct sink *sink, sink_printer *print, const void *subject)
{
	const char *path = sink->spec->report_path;
	char *text = NULL;
	size_t size = 0;
	FILE *out = sink->fd < 0 ? NULL : open_memstream(&text, &size);
	struct fault f;
	int result;

	if (!out)
		return;
	if (sink->spec->append)
		flock(sink->fd, LOCK_EX);
	result = print(sink, subject, out, &f);
	fclose(out);
	if (result < 0)
		fault_print(&f, STDERR_FILENO);
	else if (file_write_all(sink->fd, text, size) < 0 && path)
		say("cannot write the report to '%s': %s", path, strerror(errno));
	if (sink->spec->append)
		flock(sink->fd, LOCK_UN);
	free(text);
}

static void write_receipt(const struct sink *sink, struct receipt *receipt)
{
	struct machine machine = { 0 };

	if (is_for_programs(sink->spec)) {
		int root_fd = open("/", O_PATH | O_DIRECTORY | O_CLOEXEC);

		machine_read(&machine, root_fd);
		close(root_fd);
	}
	receipt->machine = &machine; /* cppcheck-suppress autoVariables ; until the end of this */
	sink_print(sink, print_receipt, receipt);
	receipt->machine = NULL;
}

void sink_write(const struct sink *sink, const struct record *record, int exit_status)
{
	struct hints hints;
	struct receipt receipt = { .record = record, .hints = &hints, .exit_status = exit_status };

	if (sink->fd < 0)
		return;
	hints_make(&hints, record);
	write_receipt(sink, &receipt);
	hints_release(&hints);
}

void sink_write_fault(const struct sink *sink, const struct record *record,
	const struct fault *fault, int exit_status)
{
	static const struct hints none = { 0 };
	struct receipt receipt = { .record = record,
		.hints = &none,
		.fault = fault,
		.exit_status = exit_status };

	/* On standard error main says it anyway. */
	if (sink->fd < 0 || !sink->spec->report_path)
		return;
	if (is_for_programs(sink->spec))
		write_receipt(sink, &receipt);
	else
		fault_print(fault, sink->fd);
}

void sink_close(struct sink *sink)
{
	if (sink->fd > STDERR_FILENO)
		close(sink->fd);
	sink->fd = -1;
	json_library_unload(&sink->json);
}
