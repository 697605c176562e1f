/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks of exit/page-fault: pages at ABI_TOUCH_GPA, one in each
 * ABI_TOUCH_STRIDE bytes, that the guest never touched. They limit the number
 * of ops to what there is.
 */
#ifndef VMB_TOUCH_H
#define VMB_TOUCH_H

#include "bench/bench.h"

/* Values of ABI_ARG_BACKING. */
enum touch_backing {
	TOUCH_PRESENT, /* the host has the page: KVM's own share of the fault */
	TOUCH_ABSENT, /* the host allocates and clears it first */
};

int touch_map(struct bench_context *context, struct error *err);
void touch_unmap(struct bench_context *context);

#endif
