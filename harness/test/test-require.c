// SPDX-License-Identifier: GPL-2.0-or-later
/* Capability expressions, on made-up CPUID entries. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/bench.h"
#include "guest-cpuid.h"
#include "require.h"
#include "util.h"

struct fake_cpuid {
	struct kvm_cpuid2 header;
	struct kvm_cpuid_entry2 entry[4];
};

/* x2apic, tsc-adjust (and not fsgsbase), xsaves (in subleaf 1), rdtscp. */
static const struct fake_cpuid cpuid = {
	.header = { .nent = 4 },
	.entry = { { .function = 1, .ecx = 1u << 21 },
		   { .function = 7, .ebx = 1u << 1 },
		   { .function = 0xd, .index = 1, .eax = 1u << 3 },
		   { .function = 0x80000001, .edx = 1u << 27 } },
};

static struct require_facts facts(int cpus, bool same_tsc)
{
	return (struct require_facts){ .guest_cpuid = &cpuid.header,
				       .cpus = cpus,
				       .same_tsc = same_tsc };
}

static enum require_result check_with(struct require_facts f, const char *expr,
				      struct error *err)
{
	*err = (struct error){ "" };
	return require_check(expr, &f, err);
}

static void expect_met(const char *expr)
{
	struct error err;

	if (check_with(facts(4, true), expr, &err) != REQUIRE_MET)
		fail_msg("'%s': %s", expr, err.text);
}

static void expect(enum require_result result, const char *reason,
		   const char *expr)
{
	struct error err;

	assert_int_equal(check_with(facts(4, false), expr, &err), result);
	assert_string_equal(err.text, reason);
}

static void test_nothing_needed(void **state)
{
	struct error err;

	(void)state;
	assert_int_equal(check_with(facts(0, false), NULL, &err), REQUIRE_MET);
	assert_int_equal(check_with(facts(0, false), "", &err), REQUIRE_MET);
}

static void test_guest_flags(void **state)
{
	(void)state;
	expect_met("guest:x2apic");
	expect_met("guest:tsc-adjust");
	expect_met("guest:xsaves");
	expect_met("guest:rdtscp");
	expect(REQUIRE_UNMET, "the guest's CPUID has no fsgsbase",
	       "guest:fsgsbase"); /* the leaf is there, the bit is not */
	expect(REQUIRE_UNMET, "the guest's CPUID has no amd-ibrs",
	       "guest:amd-ibrs"); /* nor the leaf */
	expect(REQUIRE_UNMET, "the guest's CPUID has no tsc-deadline-timer",
	       "guest:tsc-deadline-timer");
}

static void test_alternatives(void **state)
{
	(void)state;
	expect_met("guest:x2apic|fsgsbase");
	expect_met("guest:fsgsbase|x2apic");
	expect_met("guest:rdpid|fsgsbase|rdtscp");
	expect(REQUIRE_UNMET, "the guest's CPUID has no fsgsbase|rdpid",
	       "guest:fsgsbase|rdpid");
}

static void test_unknown_flags(void **state)
{
	(void)state;
	expect(REQUIRE_INVALID, "unknown CPUID flag 'x3apic'", "guest:x3apic");
	expect(REQUIRE_INVALID, "unknown CPUID flag 'X2APIC'", "guest:X2APIC");
	expect(REQUIRE_INVALID, "unknown CPUID flag 'x2api'", "guest:x2api");
	expect(REQUIRE_INVALID, "unknown CPUID flag 'no'", "guest:fsgsbase|no");
}

/* A malformed term is never one that is not met. */
static void test_empty_flags(void **state)
{
	static const char *const terms[] = { "guest:", "guest:|",
					     "guest:x2apic|", "guest:|x2apic" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(terms); i++) {
		char *why = xasprintf("invalid term '%s': it should read "
				      "guest:FLAG|FLAG",
				      terms[i]);

		expect(REQUIRE_INVALID, why, terms[i]);
		free(why);
	}
	expect(REQUIRE_INVALID, "unknown CPUID flag 'no'", "guest:x2apic|no");
}

/* Each flag is one bit of one register of one leaf: nothing else sets it. */
static void test_flag_bits(void **state)
{
	struct fake_cpuid one = { .header = { .nent = 1 } };

	(void)state;
	one.entry[0] =
		(struct kvm_cpuid_entry2){ .function = 7, .edx = 1u << 26 };
	assert_int_equal(guest_cpuid_flag(&one.header, "spec-ctrl"), HOST_YES);
	one.entry[0].edx = ~(1u << 26);
	one.entry[0].eax = one.entry[0].ebx = one.entry[0].ecx = UINT32_MAX;
	assert_int_equal(guest_cpuid_flag(&one.header, "spec-ctrl"), HOST_NO);
	one.entry[0].edx = UINT32_MAX;
	one.entry[0].index = 1;
	assert_int_equal(guest_cpuid_flag(&one.header, "spec-ctrl"), HOST_NO);
	one.header.nent = 0;
	one.entry[0].index = 0;
	assert_int_equal(guest_cpuid_flag(&one.header, "spec-ctrl"), HOST_NO);
	assert_int_equal(guest_cpuid_flag(&one.header, "spectrl"),
			 HOST_UNKNOWN);
}

static void test_cpus(void **state)
{
	(void)state;
	expect_met("cpus>=0");
	expect_met("cpus>=1");
	expect_met("cpus>=4");
	expect(REQUIRE_UNMET, "5 pCPUs are needed, 4 may be used", "cpus>=5");
	expect(REQUIRE_INVALID, "invalid number ''", "cpus>=");
	expect(REQUIRE_INVALID, "invalid number 'two'", "cpus>=two");
	expect(REQUIRE_INVALID, "invalid number '-1'", "cpus>=-1");
	expect(REQUIRE_INVALID, "invalid number '2147483648'",
	       "cpus>=2147483648");
}

static void test_tsc(void **state)
{
	(void)state;
	expect_met("guest-tsc=host-tsc");
	expect(REQUIRE_UNMET,
	       "KVM cannot set the guest's TSC offset (Linux 5.16 can)",
	       "guest-tsc=host-tsc");
	expect(REQUIRE_INVALID, "unknown term 'guest-tsc=host-tsc2'",
	       "guest-tsc=host-tsc2");
}

static void test_unknown_terms(void **state)
{
	(void)state;
	expect(REQUIRE_INVALID, "unknown term 'cpus'", "cpus");
	expect(REQUIRE_INVALID, "unknown term 'cpus=4'", "cpus=4");
	expect(REQUIRE_INVALID, "unknown term 'host:x2apic'", "host:x2apic");
	expect(REQUIRE_INVALID, "unknown term ' cpus>=1'", " cpus>=1");
}

/* All must hold; the first that does not is named. */
static void test_several_terms(void **state)
{
	(void)state;
	expect_met("cpus>=2,guest-tsc=host-tsc,guest:x2apic|rdpid");
	expect(REQUIRE_UNMET, "5 pCPUs are needed, 4 may be used",
	       "guest:x2apic,cpus>=5,guest:fsgsbase");
	expect(REQUIRE_UNMET, "the guest's CPUID has no fsgsbase",
	       "guest:x2apic,cpus>=2,guest:fsgsbase");
	expect(REQUIRE_INVALID, "unknown term 'bogus'", "cpus>=2,bogus");
	expect(REQUIRE_INVALID, "a term is empty: there is a comma too many",
	       ",");
	expect(REQUIRE_INVALID, "a term is empty: there is a comma too many",
	       "cpus>=5,");
}

/* Every term of the suite's own descriptors is understood. */
static void check_needs(const char *name, const char *needs)
{
	char *copy = xstrdup(needs ? needs : ""), *save, *term;
	struct error err;

	for (term = strtok_r(copy, ",", &save); term;
	     term = strtok_r(NULL, ",", &save))
		if (check_with(facts(0, false), term, &err) == REQUIRE_INVALID)
			fail_msg("%s: %s", name, err.text);
	free(copy);
}

static void check_bench(const struct bench *bench)
{
	check_needs(bench->name, bench->needs);
	for (int i = 0; i < BENCH_MAX_PARAMS && bench->params[i].name; i++)
		for (const struct param_value *v = bench->params[i].values;
		     v->text; v++)
			check_needs(bench->name, v->needs);
}

static void test_own_table(void **state)
{
	(void)state;
	for (const struct bench *const *family = bench_families; *family;
	     family++)
		for (const struct bench *b = *family; b->name; b++)
			check_bench(b);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_nothing_needed),
		cmocka_unit_test(test_guest_flags),
		cmocka_unit_test(test_alternatives),
		cmocka_unit_test(test_unknown_flags),
		cmocka_unit_test(test_empty_flags),
		cmocka_unit_test(test_flag_bits),
		cmocka_unit_test(test_cpus),
		cmocka_unit_test(test_tsc),
		cmocka_unit_test(test_unknown_terms),
		cmocka_unit_test(test_several_terms),
		cmocka_unit_test(test_own_table),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
