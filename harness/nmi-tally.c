// SPDX-License-Identifier: GPL-2.0-or-later
#include "nmi-tally.h"

void nmi_tally_add(struct nmi_tally *tally, uint64_t address, uint64_t ns)
{
	struct nmi_handler *handler = tally->handler;

	while (handler < tally->handler + tally->count &&
	       handler->address != address)
		handler++;
	if (handler == tally->handler + NMI_TALLY_MAX) {
		tally->dropped++;
		return;
	}
	if (handler == tally->handler + tally->count) {
		tally->count++;
		handler->address = address;
	}
	ns_list_add(&handler->times, ns);
}

void nmi_tally_free(struct nmi_tally *tally)
{
	for (size_t i = 0; i < tally->count; i++)
		ns_list_free(&tally->handler[i].times);
	*tally = (struct nmi_tally){ 0 };
}
