// SPDX-License-Identifier: GPL-2.0-or-later
/* From an OUT, which the monitor answers with KVM_NMI, to the handler. */
#include "measure.h"

#define ASK_FOR_NMI ABI_MESSAGE(ABI_NMI, 0)

void payload(struct abi_shared *shared)
{
	uint64_t ops;

	set_gate(NMI_VECTOR, nmi_timed, IST_NMI);
	ops = TIMED_PASS(shared, TIMED_INTERRUPT(SPIN, "outl %%eax, %%dx",
						 ASK_FOR_NMI, 0, ABI_PORT));
	set_gate(NMI_VECTOR, nmi_counted, IST_NMI);
	COUNTED_PASS(shared, ops,
		     INTERRUPT(SPIN, "outl %%eax, %%dx", ASK_FOR_NMI, 0,
			       ABI_PORT));
}
