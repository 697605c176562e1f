// SPDX-License-Identifier: GPL-2.0-or-later
/* Judges of the kernel and of KVM. The rules stand in findings.c. */
#include <inttypes.h>
#include <string.h>

#include "findings-judge.h"
#include "util.h"

/* Documentation/admin-guide/tainted-kernels.rst, bit by bit */
static const char taint_letters[] = "PFSRMBUDAWCIOELKXTNJ";
#define TAINT_MACHINE_CHECK (1 << 4)
#define TAINT_DIE	    (1 << 7)

/* perf_event_paranoid: above this, users may not have the kernel's events. */
#define PARANOID_KERNEL 1

void judge_kernel_debug(const struct check_facts *facts,
			struct finding *finding)
{
	if (!facts->debug_options)
		finding_set(finding, FINDING_UNKNOWN,
			    "no kernel configuration can be read");
	else if (*facts->debug_options)
		finding_set(finding, FINDING_FAIL, "%s (%s)",
			    facts->debug_options, facts->config_source);
	else
		finding_set(finding, FINDING_OK, "no debug option is set (%s)",
			    facts->config_source);
}

void judge_kernel_taint(const struct check_facts *facts,
			struct finding *finding)
{
	char letters[sizeof(taint_letters)] = "";
	int64_t bits = facts->tainted.value;
	size_t n = 0;

	if (!facts->tainted.known) {
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
		return;
	}
	for (size_t i = 0; taint_letters[i]; i++)
		if (bits >> i & 1)
			letters[n++] = taint_letters[i];
	if (!bits)
		finding_set(finding, FINDING_OK, "not tainted");
	else
		finding_set(finding,
			    bits & (TAINT_MACHINE_CHECK | TAINT_DIE)
				    ? FINDING_FAIL
				    : FINDING_WARN,
			    "tainted: %s (%" PRId64 ")", letters, bits);
}

void judge_tracer(const struct check_facts *facts, struct finding *finding)
{
	if (!facts->tracer)
		finding_set(finding, FINDING_UNKNOWN,
			    "tracefs is not mounted or may not be read");
	else
		finding_set(finding,
			    strcmp(facts->tracer, "nop") ? FINDING_WARN
							 : FINDING_OK,
			    "%s", facts->tracer);
}

void judge_rt_throttling(const struct check_facts *facts,
			 struct finding *finding)
{
	int64_t us = facts->rt_runtime_us.value;

	if (!facts->rt_runtime_us.known)
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
	else if (us < 0)
		finding_set(finding, FINDING_OK, "off");
	else if (facts->subject.fifo)
		finding_set(finding, FINDING_WARN,
			    "real-time tasks may run for %" PRId64
			    " us of a period",
			    us);
	else
		finding_set(finding, FINDING_OK,
			    "on, which does not touch ordinary tasks");
}

void judge_perf_events(const struct check_facts *facts, struct finding *finding)
{
	int64_t level = facts->perf_event_paranoid.value;

	if (!facts->perf_event_paranoid.known)
		finding_set(finding, FINDING_UNKNOWN,
			    "perf_event_paranoid cannot be read");
	else if (facts->perfmon == HOST_YES || level <= PARANOID_KERNEL)
		finding_set(
			finding, FINDING_OK,
			"allowed: perf_event_paranoid is %" PRId64 "%s", level,
			facts->perfmon == HOST_YES ? ", with privileges" : "");
	else
		finding_set(finding, FINDING_WARN,
			    "perf_event_paranoid is %" PRId64
			    ", without privileges",
			    level);
}

void judge_confinement(const struct check_facts *facts, struct finding *finding)
{
	switch (facts->seccomp) {
	case HOST_YES:
		finding_set(finding, FINDING_OK,
			    "seccomp filters can confine launches");
		break;
	case HOST_NO:
		finding_set(
			finding, FINDING_WARN,
			"this kernel has no seccomp filters: launches are not confined");
		break;
	case HOST_UNKNOWN:
		finding_set(finding, FINDING_UNKNOWN,
			    "/proc/sys/kernel cannot be read");
		break;
	}
}

/* --- KVM ------------------------------------------------------------------ */

void judge_kvm_device(const struct check_facts *facts, struct finding *finding)
{
	switch (facts->kvm_device) {
	case HOST_YES:
		finding_set(finding, FINDING_OK, "/dev/kvm is there");
		break;
	case HOST_NO:
		finding_set(finding, FINDING_FAIL, "there is no /dev/kvm");
		break;
	case HOST_UNKNOWN:
		finding_set(finding, FINDING_UNKNOWN, "/dev cannot be read");
		break;
	}
}

void judge_kvm_backend(const struct check_facts *facts, struct finding *finding)
{
	const char *name = kvm_backend_name(facts->backend);

	switch (facts->backend) {
	case KVM_BACKEND_SVM:
	case KVM_BACKEND_VMX:
		finding_set(finding, FINDING_OK, "%s", name);
		break;
	case KVM_BACKEND_OTHER:
		finding_set(finding, FINDING_WARN,
			    "kvm_%s: neither svm nor vmx",
			    facts->backend_name ? facts->backend_name : "?");
		break;
	case KVM_BACKEND_NONE:
		finding_set(finding, FINDING_WARN, "no kvm_* module is there");
		break;
	case KVM_BACKEND_UNKNOWN:
		finding_set(finding, FINDING_UNKNOWN, "cannot be told");
		break;
	}
}

void judge_halt_poll(const struct check_facts *facts, struct finding *finding)
{
	const char *ns = facts->halt_poll_ns;

	if (!ns)
		finding_set(finding, FINDING_UNKNOWN,
			    "halt_poll_ns cannot be read");
	else
		finding_set(finding,
			    strcmp(ns, "0") ? FINDING_WARN : FINDING_OK,
			    "halt_poll_ns is %s", ns);
}

void judge_timer_advance(const struct check_facts *facts,
			 struct finding *finding)
{
	const char *value = facts->timer_advance;

	/* "Y"; before 6.10 a number, of which -1 adapts it. */
	if (!value)
		finding_set(finding, FINDING_UNKNOWN,
			    "lapic_timer_advance cannot be read");
	else if (!strcmp(value, "Y") || !strcmp(value, "-1"))
		finding_set(finding, FINDING_OK, "adaptive (%s)", value);
	else
		finding_set(finding, FINDING_WARN, "lapic_timer_advance is %s",
			    value);
}

void judge_pi_inject_timer(const struct check_facts *facts,
			   struct finding *finding)
{
	const char *value = facts->pi_inject_timer;

	if (!value)
		finding_set(finding, FINDING_UNKNOWN,
			    "pi_inject_timer cannot be read");
	else
		finding_set(finding,
			    strcmp(value, "0") && strcmp(value, "N")
				    ? FINDING_WARN
				    : FINDING_OK,
			    "pi_inject_timer is %s", value);
}

void judge_apicv(const struct check_facts *facts, struct finding *finding)
{
	bool vmx = facts->backend == KVM_BACKEND_VMX;

	if (!facts->apicv) {
		finding_set(finding, FINDING_UNKNOWN,
			    "the back end has no enable_apicv and no avic");
		return;
	}
	/* avic is off by default on many models: no reason to warn. */
	finding_set(finding,
		    vmx && strcmp(facts->apicv, "Y") ? FINDING_WARN
						     : FINDING_OK,
		    "%s is %s", vmx ? "enable_apicv" : "avic", facts->apicv);
}
