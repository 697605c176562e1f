/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The op of nmi/host-pmi: a sweep. The guest runs the same loop under a counter
 * that overflows ever more often; the sample is what one NMI cost it.
 */
#ifndef VMB_HOST_PMI_H
#define VMB_HOST_PMI_H

#include "harness/host-run.h"

#define HOST_PMI_COUNT "host_nmis"
/* KVM_RUNs of a sweep. */
#define HOST_PMI_RUNS 4
/*
 * NMIs of a sweep, at least. An iteration of the loop takes half a cycle or
 * more, as a CPU takes two branches a cycle at most: half of what the periods
 * make of an iteration a cycle (4 + 8 + 16).
 */
#define HOST_PMI_NMIS 14

extern const struct host_op host_pmi_op;

#endif
