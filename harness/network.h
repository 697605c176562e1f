/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Sorting networks: lists of places to compare and exchange, the same for all
 * data. So eight samples are sorted at once, without a branch that could be
 * predicted wrongly. Pure.
 */
#ifndef VMB_NETWORK_H
#define VMB_NETWORK_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

/* Samples at once: value i of sample k is at [i * NETWORK_LANES + k]. */
#define NETWORK_LANES 8

struct network {
	struct network_step {
		uint16_t low, high; /* the smaller value goes to low */
	} * steps;
	size_t n;
};

/*
 * Batcher's merge exchange of @n < 65536 values (Knuth, "The Art of Computer
 * Programming", volume 3, 5.2.2, algorithm M), ascending; freed by
 * network_free().
 */
struct network network_sort(size_t n);
void network_free(struct network *net);

/*
 * Leave out the steps without which values @first to @last of @n are still
 * right; the other values become anything.
 */
void network_prune(struct network *net, size_t n, size_t first, size_t last);

/* @values is aligned to 16 bytes, and none is NAN. */
void network_apply(const struct network *net, double *values);

#endif
