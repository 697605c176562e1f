// SPDX-License-Identifier: GPL-2.0-or-later
/* Non-maskable interrupts. */
#include "bench/bench.h"
#include "bench/waker.h"
#include "guest/msr-index.h"

static const struct param_value wait_values[] = {
	{ "spin", ABI_WAIT_SPIN },
	{ "hlt", ABI_WAIT_HLT },
	{ 0 },
};

#define NMI_BY_MSI_NS 50000 /* from the guest's announcement to the MSI */

const struct bench nmi_benchmarks[] = {
	{
		.name = "nmi/self",
		.summary =
			"from the WRMSR of an NMI to self (x2APIC ICR) to the handler",
		.payload = "nmi-self",
		.needs = "guest:x2apic",
		.expect = { { EXPECT_EACH, "nmi_injections", 1 } },
	},
	{
		.name = "nmi/blocked",
		.summary =
			"from the IRET of one NMI to the handler of one that waited for it",
		.payload = "nmi-blocked",
		.needs = "guest:x2apic",
		.expect = { { EXPECT_EACH, "nmi_injections", 2 } },
	},
	{
		.name = "nmi/kvm-nmi",
		.summary = "from an OUT, answered with KVM_NMI, to the handler",
		.payload = "nmi-kvm",
		.expect = { { EXPECT_EACH, "nmi_injections", 1 },
			    { EXPECT_EACH, "userspace_exits", 1 } },
	},
	{
		.name = "nmi/msi",
		.summary =
			"from a thread's KVM_SIGNAL_MSI, an NMI, to the handler",
		.payload = "msi-wait",
		.needs = "cpus>=2,guest-tsc=host-tsc",
		.arg = { [ABI_ARG_DELAY_NS] = NMI_BY_MSI_NS,
			 [ABI_ARG_MSI] = APIC_ICR_NMI },
		.params = { { .name = "wait",
			      .arg = ABI_ARG_WAIT,
			      .values = wait_values } },
		.expect = { { EXPECT_EACH, "nmi_injections", 1 },
			    { EXPECT_EACH, "halt_exits", 1, "wait=hlt" } },
		.uses_helper_cpu = true,
		.setup = waker_start,
		.teardown = waker_stop,
	},
	{ 0 },
};
