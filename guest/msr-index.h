/* SPDX-License-Identifier: GPL-2.0-or-later */
/* MSR indices and bits that guests use (SDM vol. 4; x2APIC: vol. 3, 11.12). */
#ifndef VMB_MSR_INDEX_H
#define VMB_MSR_INDEX_H

#define MSR_APIC_BASE	    0x1b
#define APIC_BASE_X2APIC    (1 << 10)
#define APIC_BASE_ENABLE    (1 << 11)
#define MSR_TSC_DEADLINE    0x6e0
#define MSR_X2APIC_EOI	    0x80b
#define MSR_X2APIC_SVR	    0x80f
#define APIC_SVR_ENABLE	    (1 << 8)
#define MSR_X2APIC_ICR	    0x830
#define APIC_ICR_NMI	    (4 << 8)
#define APIC_ICR_ASSERT	    (1 << 14)
#define APIC_ICR_ALL_OTHERS (3 << 18)
#define APIC_ICR_SELF	    (1 << 18)
/* To x2APIC ID 0: the shorthand "self" does not go with NMIs (SDM vol. 3). */
#define APIC_ICR_NMI_TO_0	 (APIC_ICR_ASSERT | APIC_ICR_NMI)
#define MSR_X2APIC_LVT_TIMER	 0x832
#define APIC_LVT_TSC_DEADLINE	 (2 << 17)
#define MSR_X2APIC_TIMER_INITIAL 0x838
#define MSR_X2APIC_TIMER_DIVIDE	 0x83e
#define APIC_TIMER_DIVIDE_BY_1	 0xb
#define APIC_LVT_PERIODIC	 (1 << 17)
#define MSR_TSC_AUX		 0xc0000103
#define MSR_X2APIC_SELF_IPI	 0x83f
#define MSR_GS_BASE		 0xc0000101
#define MSR_KERNEL_GS_BASE	 0xc0000102

#endif
