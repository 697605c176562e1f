/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What the pictures of one run are drawn from: the latency rows of its
 * summary.csv and histogram.csv, brought together over the launches.
 */
#ifndef VMB_PLOT_DATA_H
#define VMB_PLOT_DATA_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/* One launch that has numbers, in TSC ticks as summary.csv has them. */
struct plot_launch {
	uint64_t number;
	double p25, p50, p75, p99;
};

/* Samples of at least @lo and less than @hi ticks. */
struct plot_bucket {
	double lo, hi; /* fractions where a sample is of several ops */
	uint64_t count;
};

struct plot_variant {
	char *bench;
	char *variant; /* "" when the benchmark has no parameters */
	bool unverified; /* at least one of the launches is */
	unsigned int skipped; /* launches without numbers */
	unsigned int failed;

	struct plot_launch *launch;
	size_t launches;
	/* Medians over the launches, and the extremes of the launch medians. */
	double p25, p50, p75, p99;
	double low, high;

	/* The launches' histograms added up: by @lo, disjoint, none empty. */
	struct plot_bucket *bucket;
	size_t buckets;
	uint64_t samples;
};

struct plot_data {
	/*
	 * Variants with at least one launch to draw. Those of a benchmark are
	 * neighbours, and numbers sort by their value: 10us, 100us, 1ms.
	 */
	struct plot_variant *variant;
	size_t variants;

	/* What is left out: variants without numbers, launches of the others */
	size_t skipped_variants, failed_variants, lost_launches;

	/* For captions; "" when not known. */
	char *label, *host, *kernel, *cpu;
	double overhead; /* of the empty op, median; negative: unknown */
	/* Nine of ten launches lie in between: rings differ. */
	double overhead_low, overhead_high;
	bool differences; /* some variants' samples are, and have no overhead */
};

/*
 * Read the run in @dir. On success the caller owns what @data holds and gives
 * it to plot_data_free(). Having nothing to draw is an error; the lack of an
 * env.json is not.
 */
int plot_data_read(const char *dir, struct plot_data *data, struct error *err);
void plot_data_free(struct plot_data *data);

/*
 * "LABEL: kernel KERNEL on HOST, CPU (WHAT IT IS NOT)", of what is known; the
 * caller frees.
 */
char *plot_run_caption(const struct plot_data *data);

#endif
