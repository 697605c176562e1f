// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "intern.h"
#include "util.h"

#define BLOCK_SIZE ((size_t)64 << 10)

/* Bytes are kept in blocks, which never move. */
struct block {
	struct block *next;
	size_t used, size;
	char bytes[];
};

struct entry {
	const char *bytes;
	size_t len;
	uint32_t hash;
};

struct intern {
	struct entry *entries;
	uint32_t n, room;
	uint32_t *slots; /* number + 1, or 0; at most half of them used */
	uint32_t n_slots; /* a power of two */
	uint32_t last; /* rows in a row mostly say the same */
	struct block *blocks;
};

struct intern *intern_new(void)
{
	struct intern *in = xcalloc(1, sizeof(*in));

	in->n_slots = 64;
	in->slots = xcalloc(in->n_slots, sizeof(*in->slots));
	return in;
}

void intern_free(struct intern *in)
{
	struct block *b, *next;

	if (!in)
		return;
	for (b = in->blocks; b; b = next) {
		next = b->next;
		free(b);
	}
	free(in->entries);
	free(in->slots);
	free(in);
}

static const char *keep(struct intern *in, const char *bytes, size_t len)
{
	struct block *b = in->blocks;
	char *to;

	if (!b || b->size - b->used <= len) {
		size_t size = len < BLOCK_SIZE ? BLOCK_SIZE : len + 1;

		b = xcalloc(1, sizeof(*b) + size);
		b->size = size;
		b->next = in->blocks;
		in->blocks = b;
	}
	to = b->bytes + b->used;
	memcpy(to, bytes, len);
	b->used += len + 1;
	return to;
}

/* FNV-1a's multiplication on eight bytes at a time, and a last mix. */
static uint32_t hash(const char *bytes, size_t len)
{
	uint64_t h = len, word;

	for (; len >= sizeof(word); len -= sizeof(word)) {
		memcpy(&word, bytes, sizeof(word));
		bytes += sizeof(word);
		h = (h ^ word) * 0x9e3779b97f4a7c15u;
		h ^= h >> 32;
	}
	word = 0;
	memcpy(&word, bytes, len);
	h = (h ^ word) * 0x9e3779b97f4a7c15u;
	return (uint32_t)(h ^ h >> 32);
}

static uint32_t *free_slot(struct intern *in, uint32_t h)
{
	uint32_t i = h & (in->n_slots - 1);

	while (in->slots[i])
		i = (i + 1) & (in->n_slots - 1);
	return &in->slots[i];
}

static void grow(struct intern *in)
{
	free(in->slots);
	in->n_slots *= 2;
	in->slots = xcalloc(in->n_slots, sizeof(*in->slots));
	for (uint32_t i = 0; i < in->n; i++)
		*free_slot(in, in->entries[i].hash) = i + 1;
}

static uint32_t add(struct intern *in, const char *bytes, size_t len,
		    uint32_t h)
{
	if (in->n == in->room) {
		in->room = in->room ? 2 * in->room : 16;
		in->entries =
			xrealloc(in->entries, in->room, sizeof(*in->entries));
	}
	if (in->n >= in->n_slots / 2)
		grow(in);
	in->entries[in->n] = (struct entry){ keep(in, bytes, len), len, h };
	*free_slot(in, h) = in->n + 1;
	return in->n++;
}

static bool is_entry(const struct intern *in, uint32_t i, const char *bytes,
		     size_t len)
{
	const struct entry *e = &in->entries[i];

	return e->len == len && !memcmp(e->bytes, bytes, len);
}

static bool find(const struct intern *in, const char *bytes, size_t len,
		 uint32_t h, uint32_t *number)
{
	for (uint32_t i = h & (in->n_slots - 1); in->slots[i];
	     i = (i + 1) & (in->n_slots - 1)) {
		*number = in->slots[i] - 1;
		if (in->entries[*number].hash == h &&
		    is_entry(in, *number, bytes, len))
			return true;
	}
	return false;
}

uint32_t intern(struct intern *in, const char *bytes, size_t len)
{
	uint32_t h, number;

	if (in->n && is_entry(in, in->last, bytes, len))
		return in->last;
	h = hash(bytes, len);
	if (!find(in, bytes, len, h, &number))
		number = add(in, bytes, len, h);
	return in->last = number;
}

bool intern_find(const struct intern *in, const char *bytes, size_t len,
		 uint32_t *number)
{
	return find(in, bytes, len, hash(bytes, len), number);
}

uint32_t intern_count(const struct intern *in)
{
	return in->n;
}

const char *intern_bytes(const struct intern *in, uint32_t number)
{
	return in->entries[number].bytes;
}
