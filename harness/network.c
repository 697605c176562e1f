// SPDX-License-Identifier: GPL-2.0-or-later
#include <emmintrin.h>
#include <stdlib.h>

#include "network.h"
#include "util.h"

static void add_step(struct network *net, size_t low, size_t high)
{
	if (!(net->n & (net->n - 1)))
		net->steps = xrealloc(net->steps, net->n ? 2 * net->n : 1,
				      sizeof(*net->steps));
	net->steps[net->n++] =
		(struct network_step){ (uint16_t)low, (uint16_t)high };
}

static size_t top_power(size_t n)
{
	size_t power = 1;

	while (2 * power < n)
		power *= 2;
	return power;
}

struct network network_sort(size_t n)
{
	struct network net = { 0 };

	if (n < 2)
		return net;
	for (size_t p = top_power(n); p; p /= 2) {
		size_t q = top_power(n), r = 0, d = p;

		for (;;) {
			for (size_t i = 0; i + d < n; i++)
				if ((i & p) == r)
					add_step(&net, i, i + d);
			if (q == p)
				break;
			d = q - p;
			q /= 2;
			r = p;
		}
	}
	return net;
}

void network_free(struct network *net)
{
	free(net->steps);
	*net = (struct network){ 0 };
}

void network_prune(struct network *net, size_t n, size_t first, size_t last)
{
	bool *needed = xcalloc(n, sizeof(*needed));
	size_t to = net->n;

	for (size_t i = first; i <= last; i++)
		needed[i] = true;
	/* Backwards: where what a step makes is needed, its inputs are. */
	for (size_t i = net->n; i-- > 0;) {
		struct network_step s = net->steps[i];

		if (!needed[s.low] && !needed[s.high])
			continue;
		needed[s.low] = needed[s.high] = true;
		net->steps[--to] = s;
	}
	for (size_t i = to; i < net->n; i++)
		net->steps[i - to] = net->steps[i];
	net->n -= to;
	free(needed);
}

/* Two doubles at a time, as every x86-64 CPU can. */
void network_apply(const struct network *net, double *values)
{
	for (size_t i = 0; i < net->n; i++) {
		double *low = values + net->steps[i].low * NETWORK_LANES;
		double *high = values + net->steps[i].high * NETWORK_LANES;

		for (size_t k = 0; k < NETWORK_LANES; k += 2) {
			__m128d a = _mm_load_pd(low + k);
			__m128d b = _mm_load_pd(high + k);

			_mm_store_pd(low + k, _mm_min_pd(a, b));
			_mm_store_pd(high + k, _mm_max_pd(a, b));
		}
	}
}
