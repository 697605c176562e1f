// SPDX-License-Identifier: GPL-2.0-or-later
/* From trace records to tallies of MSRs and of exits, and their names. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

/* asm/svm.h uses them, and does not define them. */
enum {
	DE_VECTOR = 0,
	DB_VECTOR = 1,
	BP_VECTOR = 3,
	OF_VECTOR,
	BR_VECTOR,
	UD_VECTOR,
	NM_VECTOR,
	DF_VECTOR,
	TS_VECTOR = 10,
	NP_VECTOR,
	SS_VECTOR,
	GP_VECTOR,
	PF_VECTOR,
	MF_VECTOR = 16,
	AC_VECTOR,
	MC_VECTOR,
	XM_VECTOR,
};

#include <asm/svm.h>
#include <asm/vmx.h>
#include <cmocka.h>

#include "exit-names.h"
#include "msr-names.h"
#include "trace-format.h"
#include "util.h"

#define TSC_AUX 0xc0000103

/* As on Linux 6.18; the ids are the kernel's choice at each boot. */
static const struct trace_format format = {
	.usable = { true, true, true, true, true },
	.id = { [TRACE_MSR_READ] = 2152,
		[TRACE_MSR_WRITE] = 2153,
		[TRACE_KVM_EXIT] = 103,
		[TRACE_KVM_ENTRY] = 115,
		[TRACE_NMI_HANDLER] = 170 },
	.msr = { { 8, 4 }, { 8, 4 } },
	.exit_reason = { 8, 4 },
	.exit_isa = { 24, 4 },
	.nmi_handler = { 8, 8 },
	.nmi_ns = { 16, 8 },
};

struct record {
	uint16_t common_type;
	uint8_t common_flags, common_preempt_count;
	int32_t common_pid;
	uint32_t msr_or_reason, pad;
	uint64_t guest_rip;
	uint32_t isa, pad2;
};

static void add(struct trace_tally *tally, enum trace_point point,
		uint32_t msr_or_reason, uint64_t time)
{
	const struct record record = {
		.common_type = (uint16_t)format.id[point],
		.msr_or_reason = msr_or_reason,
		.isa = EXIT_ISA_VMX,
	};
	const struct perf_sample sample = {
		.time = time,
		.raw = &record,
		.raw_size = sizeof(record),
	};

	trace_tally_add(tally, &format, &sample);
}

static void test_msrs(void **state)
{
	static struct trace_tally tally;
	struct msr_count msr;

	(void)state;
	for (int i = 0; i < 10; i++) {
		add(&tally, TRACE_MSR_WRITE, TSC_AUX, 0);
		add(&tally, TRACE_MSR_WRITE, TSC_AUX, 0);
		add(&tally, TRACE_MSR_READ, TSC_AUX, 0);
	}
	add(&tally, TRACE_MSR_READ, 0x10, 0);
	msr = msr_tally_find(&tally.msr, TSC_AUX);
	assert_int_equal(msr.writes, 20);
	assert_int_equal(msr.reads, 10);
	assert_int_equal(msr_tally_find(&tally.msr, 0x10).reads, 1);
	assert_int_equal(msr_tally_find(&tally.msr, 0x11).reads, 0);
	assert_int_equal(tally.msr.count, 2);
	assert_int_equal(tally.samples, 31);
	assert_int_equal(tally.bad, 0);
}

static void test_too_many_msrs_are_counted_as_dropped(void **state)
{
	static struct trace_tally tally;

	(void)state;
	for (uint32_t i = 0; i < MSR_TALLY_MAX + 5; i++)
		add(&tally, TRACE_MSR_WRITE, i, 0);
	add(&tally, TRACE_MSR_WRITE, 3, 0);
	assert_int_equal(tally.msr.count, MSR_TALLY_MAX);
	assert_int_equal(tally.msr.dropped, 5);
	assert_int_equal(msr_tally_find(&tally.msr, 3).writes, 2);
}

/* Records cut short at every length, and one of another tracepoint. */
static void test_bad_records(void **state)
{
	static struct trace_tally tally;
	const struct record exit = { .common_type = 103 };
	const struct record write = { .common_type = 2153 };
	const struct record other = { .common_type = 7 };
	struct perf_sample sample = { .raw = &exit };

	(void)state;
	for (; sample.raw_size < 28; sample.raw_size++)
		trace_tally_add(&tally, &format, &sample);
	assert_int_equal(tally.bad, 28);
	sample.raw = &write;
	for (sample.raw_size = 0; sample.raw_size < 12; sample.raw_size++)
		trace_tally_add(&tally, &format, &sample);
	assert_int_equal(tally.bad, 40);
	sample.raw = &other;
	sample.raw_size = sizeof(other);
	trace_tally_add(&tally, &format, &sample);
	assert_int_equal(tally.bad, 41);
	assert_int_equal(tally.samples, 41);
	assert_int_equal(tally.msr.count, 0);
	assert_int_equal(tally.exit.count, 0);
}

static void add_nmi(struct trace_tally *tally, uint64_t handler, int64_t ns)
{
	/* As the kernel's `format` has it, up to delta_ns. */
	const struct {
		uint16_t common_type;
		uint8_t common_flags, common_preempt_count;
		int32_t common_pid;
		uint64_t handler;
		int64_t delta_ns;
	} record = { .common_type = 170, .handler = handler, .delta_ns = ns };
	struct perf_sample sample = { .raw = &record, .raw_size = 24 };

	trace_tally_add(tally, &format, &sample);
	sample.raw_size = 23;
	trace_tally_add(tally, &format, &sample);
}

static void test_nmi_handlers(void **state)
{
	static struct trace_tally tally;
	const struct nmi_handler *handler = tally.nmi.handler;

	(void)state;
	add_nmi(&tally, 0xffffffff81000000, 700);
	add_nmi(&tally, 0xffffffff81000100, 50);
	add_nmi(&tally, 0xffffffff81000000, 800);
	assert_int_equal(tally.samples, 6);
	assert_int_equal(tally.bad, 3); /* those cut short */
	assert_int_equal(tally.nmi.count, 2);
	assert_int_equal(handler[0].address, 0xffffffff81000000);
	assert_int_equal(handler[0].times.count, 2);
	assert_int_equal(handler[0].times.ns[0], 700);
	assert_int_equal(handler[0].times.ns[1], 800);
	assert_int_equal(handler[1].times.count, 1);
	add_nmi(&tally, 0xffffffff81000100, -1);
	assert_int_equal(handler[1].times.count, 1);
	for (uint64_t i = 0; i < NMI_TALLY_MAX; i++)
		add_nmi(&tally, i, 1);
	assert_int_equal(tally.nmi.count, NMI_TALLY_MAX);
	assert_int_equal(tally.nmi.dropped, 2);
	trace_tally_free(&tally);
	assert_int_equal(tally.nmi.count, 0);
}

static void test_exits_and_their_times(void **state)
{
	static struct trace_tally tally;
	const struct exit_count *cpuid = &tally.exit.exit[0];

	(void)state;
	add(&tally, TRACE_KVM_ENTRY, 0, 900); /* no exit before it */
	add(&tally, TRACE_KVM_EXIT, EXIT_REASON_CPUID, 1000);
	add(&tally, TRACE_KVM_ENTRY, 0, 1300);
	add(&tally, TRACE_KVM_EXIT, EXIT_REASON_CPUID, 2000);
	add(&tally, TRACE_MSR_WRITE, TSC_AUX, 2050);
	add(&tally, TRACE_KVM_ENTRY, 0, 2100);
	add(&tally, TRACE_KVM_EXIT, EXIT_REASON_HLT, 3000);
	add(&tally, TRACE_KVM_EXIT, EXIT_REASON_HLT, 3100); /* no entry */
	add(&tally, TRACE_KVM_ENTRY, 0, 3105);
	add(&tally, TRACE_KVM_EXIT, EXIT_REASON_CPUID, 4000);
	assert_int_equal(exit_tally_find(&tally.exit, EXIT_ISA_VMX,
					 EXIT_REASON_CPUID),
			 3);
	assert_int_equal(exit_tally_find(&tally.exit, EXIT_ISA_SVM,
					 EXIT_REASON_CPUID),
			 0);
	assert_int_equal(cpuid->times.count, 2);
	assert_int_equal(cpuid->times.ns[0], 300);
	assert_int_equal(cpuid->times.ns[1], 100);
	assert_int_equal(tally.exit.exit[1].count, 2);
	assert_int_equal(tally.exit.exit[1].times.count, 1);
	assert_int_equal(tally.exit.exit[1].times.ns[0], 5);
	trace_tally_free(&tally);
}

static void test_too_many_reasons_are_counted_as_dropped(void **state)
{
	static struct trace_tally tally;

	(void)state;
	for (uint32_t i = 0; i < EXIT_TALLY_MAX + 3; i++) {
		add(&tally, TRACE_KVM_EXIT, i, 2 * i);
		add(&tally, TRACE_KVM_ENTRY, 0, 2 * i + 1);
	}
	assert_int_equal(tally.exit.count, EXIT_TALLY_MAX);
	assert_int_equal(tally.exit.dropped, 3);
	trace_tally_free(&tally);
}

static void assert_msr(uint32_t index, const char *expected)
{
	char name[64];

	msr_name(index, name, sizeof(name));
	assert_string_equal(name, expected);
}

static void test_msr_names(void **state)
{
	(void)state;
	assert_msr(TSC_AUX, "TSC_AUX");
	assert_msr(0x48, "SPEC_CTRL");
	assert_msr(0x83f, "X2APIC_SELF_IPI");
	assert_msr(0x12345, "0x12345");
	assert_msr(0xffffffff, "0xffffffff");
}

static void assert_exit(uint32_t isa, uint32_t reason, const char *expected)
{
	char name[64];

	exit_name(isa, reason, name, sizeof(name));
	assert_string_equal(name, expected);
}

/*
 * What this machine's kernel headers know, by their words; newer headers may
 * know more.
 */
static void test_vmx_names(void **state)
{
	static const struct {
		uint32_t reason;
		const char *name;
	} known[] = { VMX_EXIT_REASONS };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++)
		if (known[i].reason <= EXIT_REASON_NOTIFY)
			assert_exit(EXIT_ISA_VMX, known[i].reason,
				    known[i].name);
	assert_exit(EXIT_ISA_VMX, 0x80000021, "FAILED_VMENTRY:INVALID_STATE");
	assert_exit(EXIT_ISA_VMX, 0x08000030, "EPT_VIOLATION"); /* flags */
	assert_exit(EXIT_ISA_VMX, 999, "0x3e7");
}

static void test_svm_names(void **state)
{
	static const struct {
		int64_t reason;
		const char *name;
	} known[] = { SVM_EXIT_REASONS };
	char name[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(known); i++) {
		/* Behind these come KVM's own, and -1 for an invalid guest. */
		if (known[i].reason > SVM_EXIT_VMGEXIT || known[i].reason < 0)
			continue;
		exit_name(EXIT_ISA_SVM, (uint32_t)known[i].reason, name,
			  sizeof(name));
		if (!strncmp(name, "0x", 2))
			fail_msg("no name for %s", known[i].name);
	}
	assert_exit(EXIT_ISA_SVM, SVM_EXIT_CPUID, "CPUID");
	assert_exit(EXIT_ISA_SVM, SVM_EXIT_HLT, "HLT");
	assert_exit(EXIT_ISA_SVM, SVM_EXIT_MSR, "MSR");
	assert_exit(EXIT_ISA_SVM, SVM_EXIT_IOIO, "IOIO");
	assert_exit(EXIT_ISA_SVM, SVM_EXIT_NPF, "NPF");
	assert_exit(EXIT_ISA_SVM, SVM_EXIT_EXCP_BASE + 14, "EXCP_PF");
	assert_exit(EXIT_ISA_SVM, 0xffffffff, "0xffffffff");
	assert_exit(3, SVM_EXIT_CPUID, "0x72"); /* another back end's */
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_msrs),
		cmocka_unit_test(test_too_many_msrs_are_counted_as_dropped),
		cmocka_unit_test(test_bad_records),
		cmocka_unit_test(test_nmi_handlers),
		cmocka_unit_test(test_exits_and_their_times),
		cmocka_unit_test(test_too_many_reasons_are_counted_as_dropped),
		cmocka_unit_test(test_msr_names),
		cmocka_unit_test(test_vmx_names),
		cmocka_unit_test(test_svm_names),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
