/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * manager — plays a manager of systemd's that is old, slow, full or broken, for the tests.
 *
 *   manager SOCKET SLICE UID BEHAVIOUR...
 *
 * Takes connections at SOCKET, one after the other; the first of them gets the first BEHAVIOUR, and so
 * on, the last one for all that follow. What it is asked for is printed, a line for each call: the
 * unit, and the names of its properties.
 *
 *   ok               make the scope, which is UID's, in the directory SLICE, and move the caller into it
 *   unknown:A,B      the same, but refuse who asks for the property A or B, as an old systemd does
 *   refuse           have an error for everything
 *   result:WORD      make nothing; the job ends as WORD: failed, canceled, timeout
 *   mute             read the call and never answer
 *   deaf             take the connection and read nothing
 *   hang-up          end the connection when the call has come
 *   grant-hang-up    do as asked, but end the connection instead of saying so
 *   late             answer the call only after the signal that the job is over
 *
 * libsystemd is loaded by hand, because its headers need not be there.
 */
#define _GNU_SOURCE
#include <dlfcn.h>
#include <errno.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/socket.h>
#include <sys/stat.h>
#include <sys/un.h>
#include <unistd.h>

#define NAME_MAX_HERE 256
#define JOB "/org/freedesktop/systemd1/job/7"

struct id {
	uint64_t words[2];
};

static struct {
	int (*new_)(void **bus);
	int (*set_fd)(void *bus, int input, int output);
	int (*set_server)(void *bus, int yes, struct id id);
	int (*start)(void *bus);
	int (*add_filter)(void *bus, void **slot, int (*handler)(void *, void *, void *), void *);
	int (*process)(void *bus, void **message);
	int (*wait)(void *bus, uint64_t timeout_us);
	int (*flush)(void *bus);
	int (*is_method_call)(void *message, const char *interface, const char *member);
	int (*read)(void *message, const char *types, ...);
	int (*enter)(void *message, char type, const char *contents);
	int (*leave)(void *message);
	int (*skip)(void *message, const char *types);
	int (*return_)(void *message, const char *types, ...);
	int (*error)(void *message, const char *name, const char *format, ...);
	int (*signal)(void *bus, const char *path, const char *interface, const char *member,
		const char *types, ...);
} lib;

static const char *slice;
static uid_t uid;

struct client {
	void *bus;
	pid_t pid;
	const char *behaviour;
};

static void *symbol(void *handle, const char *name)
{
	void *address = dlsym(handle, name);

	if (!address) {
		fprintf(stderr, "manager: %s\n", dlerror());
		exit(1);
	}
	return address;
}

static void load(void)
{
	void *handle = dlopen("libsystemd.so.0", RTLD_NOW);

	if (!handle) {
		fprintf(stderr, "manager: %s\n", dlerror());
		exit(1);
	}
	*(void **)&lib.new_ = symbol(handle, "sd_bus_new");
	*(void **)&lib.set_fd = symbol(handle, "sd_bus_set_fd");
	*(void **)&lib.set_server = symbol(handle, "sd_bus_set_server");
	*(void **)&lib.start = symbol(handle, "sd_bus_start");
	*(void **)&lib.add_filter = symbol(handle, "sd_bus_add_filter");
	*(void **)&lib.process = symbol(handle, "sd_bus_process");
	*(void **)&lib.wait = symbol(handle, "sd_bus_wait");
	*(void **)&lib.flush = symbol(handle, "sd_bus_flush");
	*(void **)&lib.is_method_call = symbol(handle, "sd_bus_message_is_method_call");
	*(void **)&lib.read = symbol(handle, "sd_bus_message_read");
	*(void **)&lib.enter = symbol(handle, "sd_bus_message_enter_container");
	*(void **)&lib.leave = symbol(handle, "sd_bus_message_exit_container");
	*(void **)&lib.skip = symbol(handle, "sd_bus_message_skip");
	*(void **)&lib.return_ = symbol(handle, "sd_bus_reply_method_return");
	*(void **)&lib.error = symbol(handle, "sd_bus_reply_method_errorf");
	*(void **)&lib.signal = symbol(handle, "sd_bus_emit_signal");
}

static void give(const char *directory, const char *file)
{
	char path[2 * NAME_MAX_HERE];

	snprintf(path, sizeof(path), "%s/%s", directory, file);
	if (chown(path, uid, uid) < 0)
		perror(path);
}

static void grant(const struct client *client, const char *unit)
{
	char directory[NAME_MAX_HERE];
	char procs[2 * NAME_MAX_HERE];
	FILE *out;

	snprintf(directory, sizeof(directory), "%s/%s", slice, unit);
	if (mkdir(directory, 0755) < 0 && errno != EEXIST)
		perror(directory);
	give(directory, "");
	give(directory, "cgroup.procs");
	give(directory, "cgroup.subtree_control");
	give(directory, "cgroup.threads");
	snprintf(procs, sizeof(procs), "%s/cgroup.procs", directory);
	out = fopen(procs, "w");
	if (!out || fprintf(out, "%d\n", (int)client->pid) < 0 || fclose(out) != 0)
		perror(procs);
}

/* Is name one of the comma-separated words? */
static int is_listed(const char *name, const char *words)
{
	const char *found = strstr(words, name);

	return found && (found == words || found[-1] == ',') &&
	       strchr(",", found[strlen(name)]) != NULL;
}

static void end_job(const struct client *client, const char *unit, const char *result)
{
	lib.signal(client->bus, "/org/freedesktop/systemd1", "org.freedesktop.systemd1.Manager",
		"JobRemoved", "uoss", UINT32_C(7), JOB, unit, result);
}

static int act(const struct client *client, void *message, const char *unit)
{
	const char *behaviour = client->behaviour;

	if (strcmp(behaviour, "mute") == 0)
		return 1;
	if (strcmp(behaviour, "hang-up") == 0)
		exit(0);
	if (strcmp(behaviour, "refuse") == 0)
		return lib.error(message, "org.freedesktop.DBus.Error.LimitsExceeded",
			"there are too many units already");
	if (strncmp(behaviour, "result:", 7) == 0) {
		lib.return_(message, "o", JOB);
		end_job(client, unit, strchr(behaviour, ':') + 1);
		return 1;
	}
	grant(client, unit);
	if (strcmp(behaviour, "grant-hang-up") == 0)
		exit(0);
	if (strcmp(behaviour, "late") == 0) {
		end_job(client, unit, "done");
		return lib.return_(message, "o", JOB);
	}
	lib.return_(message, "o", JOB);
	end_job(client, unit, "done");
	return 1;
}

static int on_message(void *message, void *context, void *unused)
{
	const struct client *client = context;
	const char *refused = NULL;
	const char *unit, *mode, *name;

	(void)unused;
	if (lib.is_method_call(message, "org.freedesktop.systemd1.Manager", "StartTransientUnit") <=
			0 ||
		lib.read(message, "ss", &unit, &mode) < 0 || lib.enter(message, 'a', "(sv)") < 0)
		return 0;
	printf("%s", unit);
	while (lib.enter(message, 'r', "sv") > 0) {
		lib.read(message, "s", &name);
		printf(" %s", name);
		if (strncmp(client->behaviour, "unknown:", 8) == 0 &&
			is_listed(name, client->behaviour + 8))
			refused = name;
		lib.skip(message, "v");
		lib.leave(message);
	}
	printf("\n");
	fflush(stdout);
	if (refused)
		return lib.error(message, "org.freedesktop.DBus.Error.PropertyReadOnly",
			"Cannot set property %s, or unknown property.", refused);
	return act(client, message, unit);
}

static void serve(int fd, const char *behaviour)
{
	struct client client = { .behaviour = behaviour };
	struct ucred peer;
	socklen_t length = sizeof(peer);
	int result;

	if (strcmp(behaviour, "deaf") == 0)
		for (;;)
			pause();
	if (getsockopt(fd, SOL_SOCKET, SO_PEERCRED, &peer, &length) < 0)
		exit(1);
	client.pid = peer.pid;
	if (lib.new_(&client.bus) < 0 || lib.set_fd(client.bus, fd, fd) < 0 ||
		lib.set_server(client.bus, 1, (struct id){ { 1, 2 } }) < 0 ||
		lib.add_filter(client.bus, NULL, on_message, &client) < 0 ||
		lib.start(client.bus) < 0)
		exit(1);
	do {
		result = lib.process(client.bus, NULL);
		if (result == 0)
			result = lib.wait(client.bus, UINT64_MAX);
	} while (result >= 0);
	exit(0);
}

int main(int argc, char **argv)
{
	struct sockaddr_un address = { .sun_family = AF_UNIX };
	int listener = socket(AF_UNIX, SOCK_STREAM, 0);
	int next = 4;

	if (argc < 5) {
		fputs("usage: manager SOCKET SLICE UID BEHAVIOUR...\n", stderr);
		return 2;
	}
	slice = argv[2];
	uid = (uid_t)atoi(argv[3]);
	load();
	snprintf(address.sun_path, sizeof(address.sun_path), "%s", argv[1]);
	unlink(argv[1]);
	if (bind(listener, (struct sockaddr *)&address, sizeof(address)) < 0 ||
		listen(listener, 16) < 0 || chmod(argv[1], 0777) < 0) {
		perror(argv[1]);
		return 1;
	}
	for (;;) {
		int fd = accept(listener, NULL, NULL);

		if (fd >= 0 && fork() == 0)
			serve(fd, argv[next]);
		close(fd);
		if (next + 1 < argc)
			next++;
	}
}
