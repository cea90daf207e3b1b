/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * network — COMMAND's network: none but loopback (--no-net), that of a namespace which exists (--net-ns),
 * a link to a bridge or to this host (--net-link), or one
 * made in user space (--net-user).
 *
 * A link is a pair of veth devices. The one inside is eth0; the one outside is named after limit's pid and
 * vanishes with the namespace, whatever becomes of limit.
 *
 * Sources: netdevice(7), rtnetlink(7), veth(4), network_namespaces(7).
 */
#ifndef LIMIT_NETWORK_H
#define LIMIT_NETWORK_H

#include <net/if.h>
#include <netinet/in.h>
#include <stdbool.h>
#include <stdio.h>
#include <sys/types.h>

#include "fault.h"

#define NETWORK_DEVICE_INSIDE "eth0" /* what --net-link is called there */

struct network_link {
	bool given;
	char bridge[IF_NAMESIZE]; /* "": to the host itself */
	struct in_addr address;   /* inside */
	unsigned prefix;          /* bits of the network, 1 to 30 */
	struct in_addr
		gateway; /* the default route inside; with no bridge the host's own address */
	bool has_gateway;
};

struct network_request {
	bool none;         /* --no-net */
	const char *enter; /* --net-ns: a path, or a pid; NULL: not asked */
	struct network_link link;
	bool user; /* --net-user: see network_user.h */
};

/* Which of them is asked is one: more would contradict. */
unsigned network_count(const struct network_request *request);

/* 'NAME:ADDR/LEN[:GW]'. Returns NULL, or in plain words why not (a constant); *link is then untouched. */
const char *network_link_parse(const char *text, struct network_link *link);

/*
 * In the child, in its network namespace if it has a new one: enter the one that is asked, or switch on
 * loopback, and the link. Only system calls. Returns 0, or -1 with errno set.
 */
int network_set_up(const struct network_request *request, bool own);

/* Give a device its address and switch it on. Only system calls. Returns 0, or -1 with errno set. */
int network_set_address(const char *device, struct in_addr address, unsigned prefix);

/* The fault for what network_set_up() said. Always returns -1. */
int network_explain(const struct network_request *request, int err, struct fault *f);

/*
 * From outside: make the link into the network namespace of a process. Loads libmnl. Returns 0, or -1 with
 * *f set: EPERM, only root may; ENODEV, there is no such bridge; EOPNOTSUPP, no veth in the kernel.
 */
int network_link_make(const struct network_link *link, pid_t pid, struct fault *f);

/* Take it away, if it is still there: the kernel takes its time. Returns 0, or -1 with *f set. */
int network_link_remove(struct fault *f);

/* 'none', 'that of /run/netns/a', 'eth0 10.0.0.2/24 to br0 by way of 10.0.0.1'; nothing if none is asked. */
void network_print(const struct network_request *request, FILE *out);

#endif
