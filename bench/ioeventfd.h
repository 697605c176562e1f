/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Hooks of ops that write where an eventfd is registered (KVM_IOEVENTFD):
 * ABI_PORT_EVENT or ABI_MMIO_EVENT_GPA. They count what arrives at the eventfd.
 */
#ifndef VMB_IOEVENTFD_H
#define VMB_IOEVENTFD_H

#include "bench/bench.h"

/* Values of ABI_ARG_MATCH. */
enum ioeventfd_match {
	IOEVENTFD_WILDCARD, /* any 32-bit write */
	IOEVENTFD_DATAMATCH, /* a 32-bit write of ABI_EVENT_DATA */
	IOEVENTFD_ANY_LENGTH, /* any write: KVM need not decode it */
};

#define IOEVENTFD_COUNT "eventfd_signals"

int ioeventfd_pio(struct bench_context *context, struct error *err);
int ioeventfd_mmio(struct bench_context *context, struct error *err);
uint64_t ioeventfd_count(struct bench_context *context);
void ioeventfd_close(struct bench_context *context);

#endif
