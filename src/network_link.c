/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * network_link — the veth pair of --net-link, made from outside. libmnl is loaded for it alone; built
 * without its header, limit has no --net-link.
 */
#include "config.h"

#include "network.h"

#include <errno.h>

#ifdef HAVE_LIBMNL

#include <dlfcn.h>
#include <libmnl/libmnl.h>
#include <linux/if_link.h>
#include <linux/rtnetlink.h>
#include <linux/veth.h>
#include <time.h>

#include "library.h"

struct mnl {
	void *handle;
	__typeof__(mnl_socket_open) *socket_open;
	__typeof__(mnl_socket_bind) *socket_bind;
	__typeof__(mnl_socket_close) *socket_close;
	__typeof__(mnl_socket_sendto) *socket_sendto;
	__typeof__(mnl_socket_recvfrom) *socket_recvfrom;
	__typeof__(mnl_socket_get_portid) *socket_get_portid;
	__typeof__(mnl_cb_run) *cb_run;
	__typeof__(mnl_nlmsg_put_header) *put_header;
	__typeof__(mnl_nlmsg_put_extra_header) *put_extra_header;
	__typeof__(mnl_attr_put_u32) *put_u32;
	__typeof__(mnl_attr_put_strz) *put_strz;
	__typeof__(mnl_attr_nest_start) *nest_start;
	__typeof__(mnl_attr_nest_end) *nest_end;
};

static const struct library_symbol symbols[] = {
	{ "mnl_socket_open", offsetof(struct mnl, socket_open) },
	{ "mnl_socket_bind", offsetof(struct mnl, socket_bind) },
	{ "mnl_socket_close", offsetof(struct mnl, socket_close) },
	{ "mnl_socket_sendto", offsetof(struct mnl, socket_sendto) },
	{ "mnl_socket_recvfrom", offsetof(struct mnl, socket_recvfrom) },
	{ "mnl_socket_get_portid", offsetof(struct mnl, socket_get_portid) },
	{ "mnl_cb_run", offsetof(struct mnl, cb_run) },
	{ "mnl_nlmsg_put_header", offsetof(struct mnl, put_header) },
	{ "mnl_nlmsg_put_extra_header", offsetof(struct mnl, put_extra_header) },
	{ "mnl_attr_put_u32", offsetof(struct mnl, put_u32) },
	{ "mnl_attr_put_strz", offsetof(struct mnl, put_strz) },
	{ "mnl_attr_nest_start", offsetof(struct mnl, nest_start) },
	{ "mnl_attr_nest_end", offsetof(struct mnl, nest_end) },
};

static const struct library library = {
	.name = "libmnl",
	.soname = LIBMNL_SONAME,
	.purpose = "--net-link needs",
	.hint = "apt-get install libmnl0",
	.symbols = symbols,
	.symbol_count = ARRAY_SIZE(symbols),
};

#define MESSAGE_SIZE 8192

/* The name of the device outside; limit's pid makes it its own. */
static char *name_outside(char name[IF_NAMESIZE])
{
	snprintf(name, IF_NAMESIZE, "limit%d", (int)getpid());
	return name;
}

/* Send a message and wait for the kernel's word. Returns 0, or -1 with errno set. */
static int talk(const struct mnl *mnl, struct nlmsghdr *message)
{
	struct mnl_socket *socket = mnl->socket_open(NETLINK_ROUTE);
	char answer[MESSAGE_SIZE];
	int result = -1;
	ssize_t got;
	int err;

	if (!socket)
		return -1;
	message->nlmsg_seq = 1;
	if (mnl->socket_bind(socket, 0, MNL_SOCKET_AUTOPID) == 0 &&
		mnl->socket_sendto(socket, message, message->nlmsg_len) >= 0) {
		got = mnl->socket_recvfrom(socket, answer, sizeof(answer));
		if (got >= 0)
			result = mnl->cb_run(answer, (size_t)got, 1, mnl->socket_get_portid(socket),
				NULL, NULL);
	}
	err = errno;
	mnl->socket_close(socket);
	errno = err;
	return result < 0 ? -1 : 0;
}

static struct nlmsghdr *begin(const struct mnl *mnl, char *buffer, uint16_t type, uint16_t flags)
{
	struct nlmsghdr *message = mnl->put_header(buffer);
	struct ifinfomsg *info;

	message->nlmsg_type = type;
	message->nlmsg_flags = (uint16_t)(NLM_F_REQUEST | NLM_F_ACK | flags);
	info = mnl->put_extra_header(message, sizeof(*info));
	info->ifi_family = AF_UNSPEC;
	if (type == RTM_NEWLINK)
		info->ifi_flags = info->ifi_change = IFF_UP;
	return message;
}

/* Both at once: the one inside never is outside. */
static int make_pair(const struct mnl *mnl, unsigned bridge_index, pid_t pid)
{
	_Alignas(struct nlmsghdr) char buffer[MESSAGE_SIZE];
	char name[IF_NAMESIZE];
	struct nlmsghdr *message = begin(mnl, buffer, RTM_NEWLINK, NLM_F_CREATE | NLM_F_EXCL);
	struct nlattr *link_info;
	struct nlattr *data;
	struct nlattr *peer;

	mnl->put_strz(message, IFLA_IFNAME, name_outside(name));
	if (bridge_index)
		mnl->put_u32(message, IFLA_MASTER, bridge_index);
	link_info = mnl->nest_start(message, IFLA_LINKINFO);
	mnl->put_strz(message, IFLA_INFO_KIND, "veth");
	data = mnl->nest_start(message, IFLA_INFO_DATA);
	peer = mnl->nest_start(message, VETH_INFO_PEER);
	mnl->put_extra_header(message, sizeof(struct ifinfomsg));
	mnl->put_strz(message, IFLA_IFNAME, NETWORK_DEVICE_INSIDE);
	mnl->put_u32(message, IFLA_NET_NS_PID, (uint32_t)pid);
	mnl->nest_end(message, peer);
	mnl->nest_end(message, data);
	mnl->nest_end(message, link_info);
	return talk(mnl, message);
}

static int explain(const struct network_link *link, int err, struct fault *f)
{
	fault_set(f, err, "cannot use --net-link: cannot make the link to '%s'",
		link->bridge[0] ? link->bridge : "host");
	if (err == EPERM)
		return fault_hint(f, "sudo limit …: a device outside is for root");
	if (err == ENODEV)
		return fault_hint(f, "ip link add %s type bridge: there is no such bridge",
			link->bridge);
	if (err == EOPNOTSUPP && link->bridge[0])
		return fault_hint(f, "modprobe veth; and '%s' has to be a bridge", link->bridge);
	return err == EOPNOTSUPP ? fault_hint(f, "modprobe veth") : -1;
}

int network_link_make(const struct network_link *link, pid_t pid, struct fault *f)
{
	struct mnl mnl = { 0 };
	char name[IF_NAMESIZE];
	unsigned index = 0;
	int result = -1;
	int err;

	mnl.handle = library_load(&library, &mnl, f);
	if (!mnl.handle)
		return -1;
	errno = ENODEV;
	if (link->bridge[0])
		index = if_nametoindex(link->bridge);
	if (index || !link->bridge[0])
		result = make_pair(&mnl, index, pid);
	if (result == 0 && !link->bridge[0])
		result = network_set_address(name_outside(name), link->gateway, link->prefix);
	err = errno;
	dlclose(mnl.handle);
	return result < 0 ? explain(link, err, f) : 0;
}

int network_link_remove(struct fault *f)
{
	_Alignas(struct nlmsghdr) char buffer[MESSAGE_SIZE];
	struct mnl mnl = { 0 };
	struct nlmsghdr *message;
	char name[IF_NAMESIZE];
	int result;

	mnl.handle = library_load(&library, &mnl, f);
	if (!mnl.handle)
		return -1;
	message = begin(&mnl, buffer, RTM_DELLINK, 0);
	mnl.put_strz(message, IFLA_IFNAME, name_outside(name));
	result = talk(&mnl, message);
	if (result < 0 && errno != ENODEV)
		fault_set(f, errno, "cannot remove the device '%s'", name);
	else
		result = 0;
	dlclose(mnl.handle);
	return result;
}

#else

int network_link_make(const struct network_link *link, pid_t pid, struct fault *f)
{
	(void)link;
	(void)pid;
	fault_set(f, 0, "cannot use --net-link: this limit was built without libmnl");
	return fault_hint(f, "apt-get install libmnl-dev, and build it again");
}

int network_link_remove(struct fault *f)
{
	(void)f;
	return 0;
}

#endif
