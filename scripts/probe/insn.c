// SPDX-License-Identifier: GPL-2.0-or-later
/* Instructions in the host's ring 0: the copies of insn/ of the suite. */
#include <linux/cpufeature.h>
#include <linux/errno.h>
#include <linux/irqflags.h>
#include <linux/nospec.h>
#include <asm/msr.h>
#include <asm/segment.h>

#include "insn-text.h"
#include "internal.h"

/* SWAPGS ends as it began, as the copies are an even number. */
static_assert(ABI_INSN_COPIES % 2 == 0);

static bool has_tsc_aux;

/* CPUID promises it with RDTSCP or RDPID; hypervisors do not always keep that. */
void probe_find_tsc_aux(void)
{
	unsigned long flags;
	u32 low, high;

	if (!boot_cpu_has(X86_FEATURE_RDTSCP) &&
	    !boot_cpu_has(X86_FEATURE_RDPID))
		return;
	local_irq_save(flags);
	has_tsc_aux = !rdmsr_safe(MSR_TSC_AUX, &low, &high) &&
		      !wrmsr_safe(MSR_TSC_AUX, low, high);
	local_irq_restore(flags);
}

bool probe_has_tsc_aux(void)
{
	return has_tsc_aux;
}

u32 probe_tsc_aux(void)
{
	u32 low = 0, high;

	if (probe_has_tsc_aux())
		asm volatile("rdmsr"
			     : "=a"(low), "=d"(high)
			     : "c"(MSR_TSC_AUX));
	return low;
}

/* The kernel keeps the same number in TSC_AUX and in a segment's limit. */
bool probe_tsc_aux_is_own(void)
{
	u32 number = ~0u;

	asm volatile("lsl %1, %0"
		     : "+r"(number)
		     : "r"((u32)__CPUNODE_SEG)
		     : "cc");
	return !has_tsc_aux || probe_tsc_aux() == number;
}

static bool has_rdpid(void)
{
	return boot_cpu_has(X86_FEATURE_RDPID);
}

static bool is_there(void)
{
	return true;
}

/*
 * The ticks of so many copies. IRQs are off. clang-format would fill the empty
 * line with blanks, which checkpatch forbids.
 */
/* clang-format off */
#define COPIES(name, times, op, rax, rcx)				\
	static noinline void name(u64 value, u64 *ticks)		\
	{								\
		u64 a = (rax), c = (rcx), d = 0, start = probe_tsc();	\
									\
		asm volatile(INSN_UNROLL(times, op)			\
			     : "+a"(a), "+c"(c), "+d"(d)		\
			     :						\
			     : "cc", "memory");				\
		*ticks = probe_tsc() - start;				\
	}
/* clang-format on */

COPIES(nop_once, 1, INSN_NOP, 0, 0)
COPIES(nop_twice, 2, INSN_NOP, 0, 0)
COPIES(rdpid_once, 1, INSN_RDPID, 0, 0)
COPIES(rdpid_twice, 2, INSN_RDPID, 0, 0)
COPIES(lsl_once, 1, INSN_LSL, 0, INSN_LSL_RCX)
COPIES(lsl_twice, 2, INSN_LSL, 0, INSN_LSL_RCX)
COPIES(swapgs_once, 1, INSN_SWAPGS, 0, 0)
COPIES(swapgs_twice, 2, INSN_SWAPGS, 0, 0)
COPIES(rdmsr_tsc_aux_once, 1, INSN_RDMSR, 0, MSR_TSC_AUX)
COPIES(rdmsr_tsc_aux_twice, 2, INSN_RDMSR, 0, MSR_TSC_AUX)
COPIES(wrmsr_tsc_aux_once, 1, INSN_WRMSR, value, MSR_TSC_AUX)
COPIES(wrmsr_tsc_aux_twice, 2, INSN_WRMSR, value, MSR_TSC_AUX)

static const struct insn {
	bool (*there)(void);
	void (*once)(u64 value, u64 *ticks);
	void (*twice)(u64 value, u64 *ticks);
} insns[VMENTRY_PROBE_INSNS] = {
	[VMENTRY_PROBE_NOP] = { is_there, nop_once, nop_twice },
	[VMENTRY_PROBE_RDPID] = { has_rdpid, rdpid_once, rdpid_twice },
	[VMENTRY_PROBE_LSL] = { is_there, lsl_once, lsl_twice },
	[VMENTRY_PROBE_SWAPGS] = { is_there, swapgs_once, swapgs_twice },
	[VMENTRY_PROBE_RDMSR_TSC_AUX] = { probe_has_tsc_aux, rdmsr_tsc_aux_once,
					  rdmsr_tsc_aux_twice },
	[VMENTRY_PROBE_WRMSR_TSC_AUX] = { probe_has_tsc_aux, wrmsr_tsc_aux_once,
					  wrmsr_tsc_aux_twice },
};

/* With IRQs off, nobody changes TSC_AUX between its read and its writes. */
static u64 execute(void (*copies)(u64 value, u64 *ticks))
{
	unsigned long flags;
	u64 ticks;

	local_irq_save(flags);
	copies(probe_tsc_aux(), &ticks);
	local_irq_restore(flags);
	return ticks;
}

int probe_insn(struct vmentry_probe_insn *request)
{
	const struct insn *insn;
	u32 i;

	if (request->insn >= VMENTRY_PROBE_INSNS ||
	    request->rounds > VMENTRY_PROBE_MAX_ROUNDS)
		return -EINVAL;
	insn = &insns[array_index_nospec(request->insn, VMENTRY_PROBE_INSNS)];
	if (!insn->there())
		return -EOPNOTSUPP;
	request->once = 0;
	request->twice = 0;
	if (!request->rounds)
		execute(insn->once);
	for (i = 0; i < request->rounds; i++) {
		u64 once = execute(insn->once);
		u64 twice = execute(insn->twice);

		request->once = i ? min(request->once, once) : once;
		request->twice = i ? min(request->twice, twice) : twice;
	}
	return 0;
}
