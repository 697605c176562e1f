// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixture.h"

#include <errno.h>

#include "kvm-cap.h"
#include "require.h"

static const struct fixture_file files[] = {
	{ "/proc/cpuinfo", "processor : 0\nflags : fpu rdpid tsc_adjust\n\n" },
	{ "/proc/sys/kernel/osrelease", "6.1.0-18-amd64\n" },
	{ "/sys/module/vfio_ap/initstate", "live\n" },
	{ "/sys/module/vfio_ap/version", "1.2.0\n" },
	{ "/sys/module/kvm/initstate", "live\n" },
	{ "/sys/module/kvm/parameters/halt_poll_ns", "200000\n" },
	{ "/sys/module/kvm_amd/initstate", "live\n" },
	{ "/sys/module/kvm_amd/parameters/avic", "Y\n" },
	{ "/sys/module/kvm_amd/parameters/npt", "1\n" },
	{ "/sys/module/kvm_amd/parameters/sev", "N\n" },
	{ "/sys/module/kvm_amd/parameters/name", "\n" },
};

static int extension(int capability)
{
	if (capability == kvm_cap_number("x86-user-space-msr"))
		return 1;
	return 0;
}

static int no_kvm(int capability)
{
	(void)capability;
	errno = ENOENT;
	return -1;
}

static struct require_facts facts_of(struct fixture *f)
{
	put_files(f, files, ARRAY_SIZE(files));
	return (struct require_facts){
		.root = &f->root,
		.extension = extension,
		.cpus = 4,
	};
}

struct outcome {
	const char *expr;
	enum require_result result;
	const char *text; /* NULL for REQUIRE_MET */
};

static void assert_outcomes(const struct require_facts *facts,
			    const struct outcome *cases, size_t count)
{
	for (size_t i = 0; i < count; i++) {
		struct error err = { "" };
		enum require_result result =
			require_check(cases[i].expr, facts, &err);

		if (result != cases[i].result)
			fail_msg("'%s' gives %d: %s", cases[i].expr, result,
				 err.text);
		if (cases[i].text)
			assert_string_equal(err.text, cases[i].text);
	}
}

static void what_is_met(void **state)
{
	static const char *const met[] = {
		"",
		"module:vfio_ap",
		"module:vfio-ap",
		"module:vfio_ap>=1.2.0",
		"module:vfio_ap>=1.2",
		"module:vfio_ap=1.2.0",
		"module:vfio_ap<=1.2.0",
		"module:vfio_ap<1.10",
		"module:vfio_ap>1.1.9",
		"param:kvm_amd.avic=Y",
		"param:kvm_amd.avic=1",
		"param:kvm-amd.avic=y",
		"param:kvm_amd.npt=Y",
		"param:kvm_amd.sev=0",
		"param:kvm_amd.sev=N",
		"param:kvm_amd.name=",
		"param:kvm.halt_poll_ns=200000",
		"cpu:rdpid",
		"cpu:tsc-adjust",
		"cpu:tsc_adjust",
		"kernel>=6.1",
		"kernel<=6.1",
		"kernel=6.1",
		"kernel=6.1.0",
		"kernel>6.0.99",
		"kernel<6.1.1",
		"backend:svm",
		"backend:vmx|svm",
		"cap:x86-user-space-msr",
		"cpus>=4",
		"module:vfio_ap>=1.2.0,param:kvm_amd.avic=Y,cpu:rdpid,kernel>=6.1",
	};
	struct require_facts facts = facts_of(*state);
	struct error err = { "" };

	for (size_t i = 0; i < ARRAY_SIZE(met); i++)
		if (require_check(met[i], &facts, &err) != REQUIRE_MET)
			fail_msg("'%s': %s", met[i], err.text);
}

static void what_is_unmet(void **state)
{
	static const struct outcome cases[] = {
		{ "module:vfio_ap>1.2.0", REQUIRE_UNMET,
		  "module 'vfio_ap' has version 1.2.0" },
		{ "module:vfio_ap>=1.10", REQUIRE_UNMET,
		  "module 'vfio_ap' has version 1.2.0" },
		{ "module:kvm>=1", REQUIRE_UNMET,
		  "module 'kvm' has no version" },
		{ "module:vfio", REQUIRE_UNMET,
		  "there is no module 'vfio' in '/sys/module'" },
		{ "module:vfio>=1", REQUIRE_UNMET,
		  "there is no module 'vfio' in '/sys/module'" },
		{ "param:kvm_amd.avic=N", REQUIRE_UNMET,
		  "kvm_amd.avic is 'Y'" },
		{ "param:kvm.halt_poll_ns=0", REQUIRE_UNMET,
		  "kvm.halt_poll_ns is '200000'" },
		{ "param:kvm.none=0", REQUIRE_UNMET,
		  "cannot read parameter 'none' of module 'kvm': No such file or directory" },
		{ "param:vfio.a=0", REQUIRE_UNMET,
		  "there is no module 'vfio' in '/sys/module'" },
		{ "cpu:rdtscp", REQUIRE_UNMET, "the CPU has no flag 'rdtscp'" },
		{ "kernel>=6.2", REQUIRE_UNMET,
		  "the kernel is 6.1.0-18-amd64" },
		{ "kernel>6.1", REQUIRE_UNMET, "the kernel is 6.1.0-18-amd64" },
		{ "kernel<6.1", REQUIRE_UNMET, "the kernel is 6.1.0-18-amd64" },
		{ "backend:vmx|other", REQUIRE_UNMET, "KVM's back end is svm" },
		{ "cap:hlt", REQUIRE_UNMET, "KVM has no capability 'hlt'" },
		{ "cpus>=5", REQUIRE_UNMET,
		  "5 pCPUs are needed, 4 may be used" },
		{ "guest:x2apic", REQUIRE_UNMET,
		  "KVM cannot be asked for the guest's CPUID" },
		/* The first one counts. */
		{ "cpu:rdpid,cpu:b,cpu:c", REQUIRE_UNMET,
		  "the CPU has no flag 'b'" },
	};
	struct require_facts facts = facts_of(*state);

	assert_outcomes(&facts, cases, ARRAY_SIZE(cases));
}

static const char *const bogus[] = {
	"bogus",
	"module:",
	"module:>=1",
	"module:vfio_ap>=",
	"module:../kvm",
	"module:a b",
	"param:kvm_amd.avic",
	"param:kvm_amd=Y",
	"param:.avic=Y",
	"param:kvm_amd.=Y",
	"param:kvm_amd=a.b",
	"param:kvm_amd.a/b=Y",
	"cpu:",
	"cpu:a|b",
	"kernel",
	"kernel6.1",
	"kernel>=",
	"kernel>=six",
	"kernel>=6.1-rc1",
	"kernel>=6.",
	"kernel==6.1",
	"kernels>=6.1",
	"backend:",
	"backend:tcg",
	"backend:svm|",
	"backend:SVM",
	"cap:no-such",
	"cap:",
	"guest:no-such",
	"cpus>=",
	"cpus>=many",
	/* An unmet term in front of it does not hide it. */
	"cpu:none,bogus",
	"cpu:none,cap:no-such",
};

static void what_cannot_be_understood(void **state)
{
	struct require_facts facts = facts_of(*state);
	struct error err;

	for (size_t i = 0; i < ARRAY_SIZE(bogus); i++)
		if (require_check(bogus[i], &facts, &err) != REQUIRE_INVALID)
			fail_msg("'%s' is understood", bogus[i]);
}

static void nothing_known_is_unmet(void **state)
{
	static const struct outcome cases[] = {
		{ "module:kvm", REQUIRE_UNMET, "cannot read '/sys/module'" },
		{ "param:kvm.a=1", REQUIRE_UNMET, "cannot read '/sys/module'" },
		{ "cpu:fpu", REQUIRE_UNMET,
		  "cannot read the CPU's flags: No such file or directory" },
		{ "kernel>=1", REQUIRE_UNMET,
		  "cannot read the kernel's release: No such file or directory" },
		{ "backend:svm", REQUIRE_UNMET, "KVM's back end is unknown" },
		{ "cap:irqchip", REQUIRE_UNMET,
		  "cannot ask KVM for capability 'irqchip': No such device" },
	};
	static const struct outcome without_kvm[] = {
		{ "cap:irqchip", REQUIRE_UNMET,
		  "cannot ask KVM for capability 'irqchip': No such file or directory" },
	};
	struct require_facts facts = { 0 };
	struct fixture *f = *state;

	assert_outcomes(&facts, cases, ARRAY_SIZE(cases));
	facts.root = &f->root;
	assert_outcomes(&facts, cases, ARRAY_SIZE(cases));
	facts.extension = no_kvm;
	assert_outcomes(&facts, without_kvm, ARRAY_SIZE(without_kvm));
}

static void a_gate_names_the_term(void **state)
{
	struct require_facts facts = facts_of(*state);
	struct error err;

	assert_int_equal(require_gate(NULL, &facts, &err), REQUIRE_MET);
	assert_int_equal(require_gate("cpu:rdpid", &facts, &err), REQUIRE_MET);
	assert_int_equal(require_gate("cpu:rdpid,kernel>=7,cpu:x", &facts,
				      &err),
			 REQUIRE_UNMET);
	assert_string_equal(
		err.text,
		"'kernel>=7' is not met: the kernel is 6.1.0-18-amd64");
	assert_int_equal(require_gate("kernel>=7,what", &facts, &err),
			 REQUIRE_INVALID);
	assert_string_equal(err.text, "unknown term 'what'");
}

static void capabilities_by_name(void **state)
{
	(void)state;
	/* include/uapi/linux/kvm.h */
	assert_int_equal(kvm_cap_number("irqchip"), 0);
	assert_int_equal(kvm_cap_number("tsc-deadline-timer"), 72);
	assert_int_equal(kvm_cap_number("x86-user-space-msr"), 188);
	assert_int_equal(kvm_cap_number("binary-stats-fd"), 203);
	assert_int_equal(kvm_cap_number("X86-USER-SPACE-MSR"), -1);
	assert_int_equal(kvm_cap_number(""), -1);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(what_is_met),
		FIXTURE_TEST(what_is_unmet),
		FIXTURE_TEST(what_cannot_be_understood),
		FIXTURE_TEST(nothing_known_is_unmet),
		FIXTURE_TEST(a_gate_names_the_term),
		cmocka_unit_test(capabilities_by_name),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
