/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "fault.h"

#include <errno.h>
#include <stdarg.h>

int fault_set(struct fault *f, int err, const char *fmt, ...)
{
	va_list args;

	f->err = err;
	f->hint[0] = '\0';
	va_start(args, fmt);
	vsnprintf(f->what, sizeof(f->what), fmt, args);
	va_end(args);
	return -1;
}

int fault_hint(struct fault *f, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	vsnprintf(f->hint, sizeof(f->hint), fmt, args);
	va_end(args);
	return -1;
}

void fault_format(const struct fault *f, char *text, size_t size)
{
	if (f->err)
		snprintf(text, size, "%s: %s", f->what, strerror(f->err));
	else
		snprintf(text, size, "%s", f->what);
}

/* Names of commands and paths come from outside: they must not steer the terminal. */
static void hide_control_characters(char *text)
{
	for (; *text; text++)
		if ((unsigned char)*text < 0x20 || *text == 0x7f)
			*text = '?';
}

static void PRINTF_LIKE(2, 0) print_line(int fd, const char *fmt, va_list args)
{
	char line[2 * FAULT_TEXT_MAX + 256] = "limit: ";
	const size_t prefix = strlen(line);
	size_t length;

	vsnprintf(line + prefix, sizeof(line) - prefix - 1, fmt, args);
	hide_control_characters(line);
	length = strlen(line);
	line[length++] = '\n';
	/* One write keeps the lines of concurrent runs whole; there is nowhere to report a failure. */
	if (write(fd, line, length) < 0)
		return;
}

static void PRINTF_LIKE(2, 3) print_to(int fd, const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line(fd, fmt, args);
	va_end(args);
}

void say(const char *fmt, ...)
{
	va_list args;

	va_start(args, fmt);
	print_line(STDERR_FILENO, fmt, args);
	va_end(args);
}

void fault_print(const struct fault *f, int fd)
{
	char text[FAULT_TEXT_MAX + 128];

	fault_format(f, text, sizeof(text));
	print_to(fd, "%s", text);
	if (f->hint[0])
		print_to(fd, "try: %s", f->hint);
}

void warnings_add(struct warnings *w, const char *fmt, ...)
{
	va_list args;

	if (w->count < WARNINGS_MAX) {
		va_start(args, fmt);
		vsnprintf(w->text[w->count], sizeof(w->text[0]), fmt, args);
		va_end(args);
	}
	w->count++;
}

void warnings_add_fault(struct warnings *w, const struct fault *f)
{
	char text[FAULT_TEXT_MAX + 128];

	fault_format(f, text, sizeof(text));
	warnings_add(w, "%s", text);
}
