/* SPDX-License-Identifier: GPL-2.0-or-later */
/* receipt_put — a value of each type to an emitter. For the files that walk over the record. */
#ifndef LIMIT_RECEIPT_PUT_H
#define LIMIT_RECEIPT_PUT_H

#include "receipt.h"

static inline void put_null(struct receipt_emitter *e, const char *key)
{
	e->value(e, key, &(struct receipt_value){ RECEIPT_NULL, 0, NULL });
}

/* NULL is null. */
static inline void put_text(struct receipt_emitter *e, const char *key, const char *text)
{
	e->value(e, key, &(struct receipt_value){ text ? RECEIPT_TEXT : RECEIPT_NULL, 0, text });
}

static inline void put_signed(struct receipt_emitter *e, const char *key, int64_t number)
{
	e->value(e, key, &(struct receipt_value){ RECEIPT_NUMBER, number, NULL });
}

/* JSON's integers are signed, and no counter gets that far. */
static inline void put_number(struct receipt_emitter *e, const char *key, uint64_t number)
{
	put_signed(e, key, number > INT64_MAX ? INT64_MAX : (int64_t)number);
}

static inline void put_real(struct receipt_emitter *e, const char *key, double number)
{
	char text[32];

	snprintf(text, sizeof(text), "%.*g", RECEIPT_REAL_DIGITS, number);
	e->value(e, key, &(struct receipt_value){ RECEIPT_REAL, 0, text });
}

static inline void put_bool(struct receipt_emitter *e, const char *key, bool value)
{
	e->value(e, key, &(struct receipt_value){ RECEIPT_BOOL, value, NULL });
}

static inline void put_number_if(struct receipt_emitter *e, const char *key, bool known,
	uint64_t number)
{
	if (known)
		put_number(e, key, number);
	else
		put_null(e, key);
}

static inline void put_bool_if(struct receipt_emitter *e, const char *key, bool known, bool value)
{
	if (known)
		put_bool(e, key, value);
	else
		put_null(e, key);
}

static inline void put_reading(struct receipt_emitter *e, const char *key, struct reading reading)
{
	put_number_if(e, key, reading.known, reading.value);
}

/* cpu, memory, swap, io, pids and pressure. */
void receipt_put_usage(struct receipt_emitter *e, const struct record *record);

/* asked, effective, placement and unenforced. */
void receipt_put_limits(struct receipt_emitter *e, const struct record *record);

/* Of asked: what COMMAND sees and may do. */
void receipt_put_surroundings(struct receipt_emitter *e, const struct spec *spec);

/* host */
void receipt_put_machine(struct receipt_emitter *e, const struct receipt *receipt);

#endif
