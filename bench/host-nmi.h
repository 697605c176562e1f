/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The ops of nmi/host-ipi*: NMIs of the host, sent by the module vmentry_probe. */
#ifndef VMB_HOST_NMI_H
#define VMB_HOST_NMI_H

#include "harness/host-run.h"

/* Values of ABI_ARG_HOST: what the NMI interrupts. */
enum host_nmi_from {
	HOST_NMI_IRQS_OFF, /* the module's own code, that sent it */
	HOST_NMI_RUN_LOOP, /* KVM's run loop, in a timer's interrupt */
	HOST_NMI_OTHER, /* the module's code on another pCPU */
	HOST_NMI_IDLE, /* the idle loop of another pCPU */
};

/* Values of ABI_ARG_PART: of its way. */
enum host_nmi_part {
	HOST_NMI_DELIVER, /* from before it is sent to the handler */
	HOST_NMI_RETURN, /* from the handler to the interrupted code */
	HOST_NMI_WHOLE, /* both */
};

#define HOST_NMI_COUNT "probe_nmis"

extern const struct host_op host_nmi_op;

#endif
