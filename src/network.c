/* SPDX-License-Identifier: GPL-2.0-or-later */
#include "config.h"

#include "network.h"

#include <arpa/inet.h>
#include <errno.h>
#include <fcntl.h>
#include <limits.h>
#include <net/route.h>
#include <sched.h>
#include <stdint.h>
#include <sys/ioctl.h>
#include <sys/socket.h>

#include "files.h"

/* The link goes to the host itself. */
static const char HOST[] = "host";

unsigned network_count(const struct network_request *request)
{
	return (unsigned)request->none + (request->enter != NULL) + request->link.given +
	       request->user;
}

/* The text up to one of the ends, into part. Returns what comes then; NULL: it is too long or empty. */
static const char *take(const char *text, const char *ends, char *part, size_t size)
{
	size_t length = strcspn(text, ends);

	if (length == 0 || length >= size)
		return NULL;
	memcpy(part, text, length);
	part[length] = '\0';
	return text + length;
}

static const char *take_prefix(const char *text, unsigned *prefix)
{
	char part[3];
	char *end;

	text = take(text, ":", part, sizeof(part));
	if (!text)
		return NULL;
	*prefix = (unsigned)strtoul(part, &end, 10);
	return *end || part[0] < '1' || part[0] > '9' || *prefix > 30 ? NULL : text;
}

const char *network_link_parse(const char *text, struct network_link *link)
{
	struct network_link found = { .given = true };
	char address[INET_ADDRSTRLEN];

	text = take(text, ":", found.bridge, sizeof(found.bridge));
	if (!text || *text != ':')
		return "it does not begin with the name of a bridge, or host, and a ':'";
	if (strchr(found.bridge, '/'))
		return "a bridge's name has no '/'";
	text = take(text + 1, "/", address, sizeof(address));
	if (!text || *text != '/' || inet_pton(AF_INET, address, &found.address) != 1)
		return "there is no IPv4 address and '/' behind the name";
	text = take_prefix(text + 1, &found.prefix);
	if (!text)
		return "the length of the network is 1 to 30";
	found.has_gateway = *text == ':';
	if (found.has_gateway && inet_pton(AF_INET, text + 1, &found.gateway) != 1)
		return "the gateway is no IPv4 address";
	if (strcmp(found.bridge, HOST) == 0) {
		if (!found.has_gateway)
			return "the host needs an address of its own there, the last part";
		found.bridge[0] = '\0';
	}
	*link = found;
	return NULL;
}

static struct ifreq device_request(const char *name)
{
	struct ifreq request = { 0 };

	stpcpy(request.ifr_name, name);
	return request;
}

static int switch_on(int socket_fd, const char *name)
{
	struct ifreq request = device_request(name);

	if (ioctl(socket_fd, SIOCGIFFLAGS, &request) < 0)
		return -1;
	request.ifr_flags = (short)(request.ifr_flags | IFF_UP);
	return ioctl(socket_fd, SIOCSIFFLAGS, &request);
}

static void put_address(struct sockaddr *place, struct in_addr address)
{
	const struct sockaddr_in value = { .sin_family = AF_INET, .sin_addr = address };

	memcpy(place, &value, sizeof(value));
}

static int set_address(int socket_fd, const char *name, struct in_addr address, unsigned prefix)
{
	const struct in_addr mask = { htonl(UINT32_MAX << (32 - prefix)) };
	struct ifreq request = device_request(name);

	put_address(&request.ifr_addr, address);
	if (ioctl(socket_fd, SIOCSIFADDR, &request) < 0)
		return -1;
	put_address(&request.ifr_netmask, mask);
	if (ioctl(socket_fd, SIOCSIFNETMASK, &request) < 0)
		return -1;
	return switch_on(socket_fd, name);
}

static int set_default_route(int socket_fd, struct in_addr gateway)
{
	const struct in_addr any = { 0 };
	struct rtentry route = { .rt_flags = RTF_UP | RTF_GATEWAY };

	put_address(&route.rt_dst, any);
	put_address(&route.rt_genmask, any);
	put_address(&route.rt_gateway, gateway);
	return ioctl(socket_fd, SIOCADDRT, &route);
}

int network_set_address(const char *device, struct in_addr address, unsigned prefix)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);
	int result = fd < 0 ? -1 : set_address(fd, device, address, prefix);
	int err = errno;

	close_fd(&fd);
	errno = err;
	return result;
}

static int set_up_link(const struct network_link *link)
{
	int fd = socket(AF_INET, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	if (fd < 0 || set_address(fd, NETWORK_DEVICE_INSIDE, link->address, link->prefix) < 0)
		return -1;
	return link->has_gateway ? set_default_route(fd, link->gateway) : 0;
}

/* By a socket that every kernel has; the device is the one of the namespace. */
static int switch_on_loopback(void)
{
	int fd = socket(AF_UNIX, SOCK_DGRAM | SOCK_CLOEXEC, 0);

	return fd < 0 ? -1 : switch_on(fd, "lo");
}

static bool is_pid(const char *text)
{
	return *text && text[strspn(text, "0123456789")] == '\0' && strlen(text) < 12;
}

/* Only a namespace of networks is taken: anything else is EINVAL. */
static int enter(const char *which)
{
	char path[48];
	int fd;

	if (is_pid(which)) {
		stpcpy(stpcpy(stpcpy(path, "/proc/"), which), "/ns/net");
		which = path;
	}
	fd = open(which, O_RDONLY | O_CLOEXEC);
	return fd < 0 ? -1 : setns(fd, CLONE_NEWNET);
}

int network_set_up(const struct network_request *request, bool own)
{
	if (request->enter)
		return enter(request->enter);
	if (!own)
		return 0;
	if (switch_on_loopback() < 0)
		return -1;
	return request->link.given ? set_up_link(&request->link) : 0;
}

static int explain_enter(const char *which, int err, struct fault *f)
{
	fault_set(f, err, "cannot use --net-ns: cannot enter '%s'", which);
	if (err == EPERM || err == EACCES)
		return fault_hint(f, "as root, or --join PID for a namespace of your own");
	if (err == EINVAL)
		return fault_hint(f,
			"a file such as /run/netns/NAME, or the pid of a process: it is no "
			"network namespace");
	if (err == ENOENT && is_pid(which))
		return fault_hint(f, "ps -e: the processes there are");
	if (err == ENOENT)
		return fault_hint(f, "ip netns list: the paths are /run/netns/NAME");
	return -1;
}

int network_explain(const struct network_request *request, int err, struct fault *f)
{
	if (request->enter)
		return explain_enter(request->enter, err, f);
	if (!request->link.given)
		return fault_set(f, err, "cannot switch on the loopback device");
	fault_set(f, err, "cannot use --net-link: cannot set up %s inside", NETWORK_DEVICE_INSIDE);
	if (err == ENETUNREACH)
		return fault_hint(f, "a gateway within the network of the address");
	return -1;
}

void network_print(const struct network_request *request, FILE *out)
{
	const struct network_link *link = &request->link;
	char text[INET_ADDRSTRLEN];

	if (network_count(request) == 0)
		return;
	fputs("network ", out);
	if (request->none) {
		fputs("none", out);
	} else if (request->user) {
		fputs("by slirp4netns", out);
	} else if (request->enter) {
		fputs("that of ", out);
		text_print_clean(request->enter, out);
	} else {
		inet_ntop(AF_INET, &link->address, text, sizeof(text));
		fprintf(out, "%s %s/%u to ", NETWORK_DEVICE_INSIDE, text, link->prefix);
		text_print_clean(link->bridge[0] ? link->bridge : "this host", out);
		if (link->has_gateway)
			fprintf(out, " by way of %s",
				inet_ntop(AF_INET, &link->gateway, text, sizeof(text)));
	}
	fputc('\n', out);
}
