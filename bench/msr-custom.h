/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Benchmarks msr/rd-0xINDEX and msr/wr-0xINDEX, made from `--msr` options. */
#ifndef VMB_MSR_CUSTOM_H
#define VMB_MSR_CUSTOM_H

#include "bench/bench.h"
#include "harness/msr-request.h"

/*
 * A family of one benchmark for each read and each write in @requests, the
 * same thing asked for twice only once. The caller frees it with
 * msr_custom_free(), which takes NULL.
 */
struct bench *msr_custom_create(const struct msr_request *requests,
				size_t count);
void msr_custom_free(struct bench *family);

#endif
