/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How long the kernel's handlers of NMIs took, by handler: each NMI calls all of
 * them in turn until one says that it was its own (nmi:nmi_handler). Pure.
 */
#ifndef VMB_NMI_TALLY_H
#define VMB_NMI_TALLY_H

#include "ns-list.h"

#define NMI_TALLY_MAX 16

struct nmi_handler {
	uint64_t address; /* of the kernel's function */
	struct ns_list times;
};

struct nmi_tally {
	struct nmi_handler handler[NMI_TALLY_MAX]; /* as they came */
	size_t count;
	uint64_t dropped; /* calls of handlers beyond NMI_TALLY_MAX */
};

void nmi_tally_add(struct nmi_tally *tally, uint64_t address, uint64_t ns);
void nmi_tally_free(struct nmi_tally *tally);

#endif
