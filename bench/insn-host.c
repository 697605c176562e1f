// SPDX-License-Identifier: GPL-2.0-or-later
#include <cpuid.h>
#include <sys/auxv.h>

#include "bench/insn-host.h"
#include "guest/abi.h"
#include "guest/insn-text.h"

#ifndef HWCAP2_FSGSBASE
#define HWCAP2_FSGSBASE (1 << 1)
#endif

#define EXECUTE(times, op, rcx)                             \
	do {                                                \
		uint64_t a_ = 0, c_ = (rcx), d_ = 0;        \
		asm volatile(INSN_UNROLL(times, op)         \
			     : "+a"(a_), "+c"(c_), "+d"(d_) \
			     :                              \
			     : "cc", "memory");             \
	} while (0)

static uint64_t least(uint64_t a, uint64_t b)
{
	return a < b ? a : b;
}

#define HOST_INSN(name, text, rcx, test)                                      \
	static int name##_once(struct host_context *context,                  \
			       struct error *err)                             \
	{                                                                     \
		uint64_t once = UINT64_MAX, twice = UINT64_MAX;               \
                                                                              \
		(void)err;                                                    \
		if (!context->timed)                                          \
			EXECUTE(1, text, rcx);                                \
		for (int i = 0; context->timed && i < ABI_INSN_ROUNDS; i++) { \
			HOST_TIMED(context, EXECUTE(1, text, rcx));           \
			once = least(once, context->ticks);                   \
			HOST_TIMED(context, EXECUTE(2, text, rcx));           \
			twice = least(twice, context->ticks);                 \
		}                                                             \
		host_difference(context, twice, once);                        \
		return 0;                                                     \
	}                                                                     \
                                                                              \
	const struct host_op insn_##name##_op = { .start = test,              \
						  .op = name##_once }

static int need(bool there, const char *what, struct error *err)
{
	if (there)
		return 0;
	error_set(err, "the host's ring 3 has no %s", what);
	return BENCH_SKIP;
}

static int test_rdtscp(struct host_context *context, struct error *err)
{
	unsigned int eax, ebx, ecx, edx = 0;

	(void)context;
	__get_cpuid(0x80000001, &eax, &ebx, &ecx, &edx);
	return need(edx >> 27 & 1, "RDTSCP", err);
}

static int test_rdpid(struct host_context *context, struct error *err)
{
	unsigned int eax, ebx, ecx = 0, edx;

	(void)context;
	__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx);
	return need(ecx >> 22 & 1, "RDPID", err);
}

/* The CPU may have it, and the kernel (before 5.9) not allow it. */
static int test_fsgsbase(struct host_context *context, struct error *err)
{
	(void)context;
	return need(getauxval(AT_HWCAP2) & HWCAP2_FSGSBASE, "FSGSBASE", err);
}

static int test_lsl(struct host_context *context, struct error *err)
{
	uint32_t limit;
	bool found;

	(void)context;
	asm volatile("lsl %2, %0"
		     : "=r"(limit), "=@ccz"(found)
		     : "r"(INSN_LSL_RCX));
	return need(found, "segment of the CPU's number", err);
}

HOST_INSN(nop, INSN_NOP, 0, NULL);
HOST_INSN(lfence, INSN_LFENCE, 0, NULL);
HOST_INSN(rdtsc, INSN_RDTSC, 0, NULL);
HOST_INSN(rdtscp, INSN_RDTSCP, 0, test_rdtscp);
HOST_INSN(rdpid, INSN_RDPID, 0, test_rdpid);
HOST_INSN(lsl, INSN_LSL, INSN_LSL_RCX, test_lsl);
HOST_INSN(rdgsbase, INSN_RDGSBASE, 0, test_fsgsbase);
/* The base of a process's GS is 0: the C library uses FS. */
HOST_INSN(wrgsbase, INSN_WRGSBASE, 0, test_fsgsbase);
