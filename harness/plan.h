/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Variants: all settings of all benchmarks, or those that patterns select. */
#ifndef VMB_PLAN_H
#define VMB_PLAN_H

#include <stdbool.h>

#include "bench/bench.h"
#include "error.h"
#include "relation.h"

#define VARIANT_TEXT_SIZE 128

struct variant {
	const struct bench *bench;
	char text[VARIANT_TEXT_SIZE]; /* "delay=100us,wait=hlt", may be "" */
	uint64_t arg[ABI_ARGS];
	/* Of the values of its parameters; NULL: nothing. */
	const char *needs[BENCH_MAX_PARAMS];
	uint32_t cpl;
	const struct host_op *host; /* the op; NULL: the payload's */
	unsigned int vcpus;
	bool split_irqchip;
	enum relation relation; /* "placement=..." in text, unless NONE */
};

struct plan {
	struct variant *variants;
	size_t count;
};

/*
 * Every variant of every benchmark of @families (ended by NULL) that one of
 * the @nr_patterns patterns selects; all when there are none. A pattern is a
 * shell glob on the name, and may end in [PARAM=GLOB,...]:
 *	exit/[ch]*   timer/tscdeadline[wait=hlt]   exit/cpuid[cpl=3]
 * A pattern that selects nothing is an error. The caller frees with
 * plan_free().
 */
int plan_build(struct plan *plan, const struct bench *const *families,
	       char *const *patterns, size_t nr_patterns, struct error *err);
/*
 * The same, each variant once for each of @relations. NULL, here and below:
 * once, without the parameter `placement`.
 */
int plan_build_related(struct plan *plan, const struct bench *const *families,
		       const struct relation_list *relations,
		       char *const *patterns, size_t nr_patterns,
		       struct error *err);

/* Add every variant of every benchmark of @family to @plan. */
void plan_add(struct plan *plan, const struct bench *family,
	      const struct relation_list *relations);

void plan_free(struct plan *plan);

/* Another pCPU: for more vCPUs, for a thread, or for the vCPU to move to. */
bool variant_needs_other_cpu(const struct variant *variant);

#endif
