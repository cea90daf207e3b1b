/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Tests of src/network.c: what --net-link takes. */
#include "config.h"

#include "check.h"

#include <arpa/inet.h>

#include "network.h"

static void links(void **state)
{
	static const struct {
		const char *text;
		const char *bridge; /* NULL: refused */
		const char *address;
		unsigned prefix;
		const char *gateway;
	} rows[] = {
		{ "br0:10.0.0.2/24", "br0", "10.0.0.2", 24, NULL },
		{ "br0:10.0.0.2/24:10.0.0.1", "br0", "10.0.0.2", 24, "10.0.0.1" },
		{ "host:10.0.0.2/30:10.0.0.1", "", "10.0.0.2", 30, "10.0.0.1" },
		{ "hosts:10.0.0.2/1", "hosts", "10.0.0.2", 1, NULL },
		{ "a-name-of-15-ch:10.0.0.2/8", "a-name-of-15-ch", "10.0.0.2", 8, NULL },
		{ "a-name-of-16-cha:10.0.0.2/8", NULL, NULL, 0, NULL },
		{ "host:10.0.0.2/30", NULL, NULL, 0, NULL },
		{ "", NULL, NULL, 0, NULL },
		{ "br0", NULL, NULL, 0, NULL },
		{ ":10.0.0.2/24", NULL, NULL, 0, NULL },
		{ "a/b:10.0.0.2/24", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/0", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/31", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/024", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/2x", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/-1", NULL, NULL, 0, NULL },
		{ "br0:10.0.0/24", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.256/24", NULL, NULL, 0, NULL },
		{ "br0:fd00::2/64", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/24:", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/24:x", NULL, NULL, 0, NULL },
		{ "br0:10.0.0.2/24:10.0.0.1:", NULL, NULL, 0, NULL },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(rows); i++) {
		struct network_link link = { .given = false };
		char text[INET_ADDRSTRLEN];

		check((network_link_parse(rows[i].text, &link) == NULL) == (rows[i].bridge != NULL),
			"'%s'", rows[i].text);
		assert_int_equal(link.given, rows[i].bridge != NULL);
		if (!rows[i].bridge)
			continue;
		assert_string_equal(link.bridge, rows[i].bridge);
		assert_string_equal(inet_ntop(AF_INET, &link.address, text, sizeof(text)),
			rows[i].address);
		assert_int_equal(link.prefix, rows[i].prefix);
		assert_int_equal(link.has_gateway, rows[i].gateway != NULL);
		if (rows[i].gateway)
			assert_string_equal(inet_ntop(AF_INET, &link.gateway, text, sizeof(text)),
				rows[i].gateway);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(links),
	};

	return RUN_TESTS(tests);
}
