// SPDX-License-Identifier: GPL-2.0-or-later
/* Judges of the CPU and its speed. The rules stand in findings.c. */
#include <inttypes.h>
#include <string.h>

#include "cpu-list.h"
#include "findings-judge.h"
#include "util.h"

/* C1 takes 1 or 2 us to leave; the states below it take 10 and more. */
#define MAX_IDLE_LATENCY_US 2

/* The kernel falls back to these when it finds the TSC unstable. */
static const char *const timer_chips[] = { "hpet", "acpi_pm", "jiffies",
					   "refined-jiffies", "pit" };

void judge_hypervisor(const struct check_facts *facts, struct finding *finding)
{
	switch (facts->hypervisor) {
	case HOST_YES:
		finding_set(finding, FINDING_WARN,
			    "this is a guest: its own guests are nested");
		break;
	case HOST_NO:
		finding_set(finding, FINDING_OK, "none is reported");
		break;
	case HOST_UNKNOWN:
		finding_set(finding, FINDING_UNKNOWN,
			    "the CPU's flags cannot be read");
		break;
	}
}

void judge_tsc(const struct check_facts *facts, struct finding *finding)
{
	if (facts->constant_tsc == HOST_UNKNOWN)
		finding_set(finding, FINDING_UNKNOWN,
			    "the CPU's flags cannot be read");
	else if (facts->constant_tsc == HOST_NO)
		finding_set(finding, FINDING_FAIL,
			    "its frequency changes (no constant_tsc)");
	else if (facts->nonstop_tsc != HOST_YES)
		finding_set(finding, FINDING_WARN,
			    "it stops in deep C-states (no nonstop_tsc)");
	else
		finding_set(finding, FINDING_OK, "constant_tsc, nonstop_tsc");
}

void judge_clocksource(const struct check_facts *facts, struct finding *finding)
{
	const char *name = facts->clocksource;

	if (!name) {
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
		return;
	}
	for (size_t i = 0; i < ARRAY_SIZE(timer_chips); i++)
		if (!strcmp(name, timer_chips[i])) {
			finding_set(finding, FINDING_FAIL, "%s", name);
			return;
		}
	finding_set(finding, strcmp(name, "tsc") ? FINDING_WARN : FINDING_OK,
		    "%s", name);
}

void judge_microcode(const struct check_facts *facts, struct finding *finding)
{
	const char *revision = facts->microcode;

	if (!revision)
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
	else if (facts->hypervisor != HOST_NO)
		finding_set(finding, FINDING_UNKNOWN,
			    "%s, which the hypervisor may have made up",
			    revision);
	else if (!facts->old_microcode)
		finding_set(finding, FINDING_UNKNOWN,
			    "%s; the kernel does not say whether it is old",
			    revision);
	else
		finding_set(finding,
			    strstr(facts->old_microcode, "Vulnerable")
				    ? FINDING_WARN
				    : FINDING_OK,
			    "%s, old microcode: %s", revision,
			    facts->old_microcode);
}

void judge_mitigations(const struct check_facts *facts, struct finding *finding)
{
	if (!facts->vulnerable)
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
	else if (*facts->vulnerable)
		finding_set(finding, FINDING_WARN, "vulnerable: %s",
			    facts->vulnerable);
	else
		finding_set(finding, FINDING_OK, "none is missing");
}

/* --- speed ---------------------------------------------------------------- */

void judge_governor(const struct check_facts *facts, struct finding *finding)
{
	const char *governor = facts->governor;

	if (!governor)
		finding_set(finding, FINDING_UNKNOWN,
			    "pCPU %d has no frequency governor here",
			    facts->subject.cpu);
	else
		finding_set(finding,
			    strcmp(governor, "performance") ? FINDING_WARN
							    : FINDING_OK,
			    "%s on pCPU %d", governor, facts->subject.cpu);
}

void judge_turbo(const struct check_facts *facts, struct finding *finding)
{
	switch (facts->turbo) {
	case HOST_YES:
		finding_set(finding, FINDING_WARN, "on");
		break;
	case HOST_NO:
		finding_set(finding, FINDING_OK, "off");
		break;
	case HOST_UNKNOWN:
		finding_set(finding, FINDING_UNKNOWN,
			    "the kernel has no switch for it here");
		break;
	}
}

void judge_c_states(const struct check_facts *facts, struct finding *finding)
{
	const struct fact_number *limit = &facts->latency_limit_us;
	const int64_t latency = facts->idle_latency_us.value;

	if (!facts->idle_latency_us.known)
		finding_set(finding, FINDING_UNKNOWN,
			    "pCPU %d has no idle states here",
			    facts->subject.cpu);
	else if (latency <= MAX_IDLE_LATENCY_US)
		finding_set(finding, FINDING_OK,
			    "the deepest is %s, %" PRId64 " us",
			    facts->idle_state ? facts->idle_state : "?",
			    latency);
	else if (limit->known && limit->value <= MAX_IDLE_LATENCY_US)
		finding_set(finding, FINDING_OK,
			    "kept to %" PRId64 " us by /dev/cpu_dma_latency",
			    limit->value);
	else
		finding_set(finding, FINDING_WARN,
			    "%s takes %" PRId64 " us to leave",
			    facts->idle_state ? facts->idle_state : "one",
			    latency);
}

void judge_smt(const struct check_facts *facts, struct finding *finding)
{
	int count = facts->siblings ? cpu_list_count(facts->siblings) : -1;

	if (count < 0)
		finding_set(finding, FINDING_UNKNOWN,
			    "the siblings of pCPU %d cannot be read",
			    facts->subject.cpu);
	else if (count > 1)
		finding_set(finding, FINDING_WARN, "pCPUs %s are one core",
			    facts->siblings);
	else if (facts->hypervisor != HOST_NO)
		finding_set(
			finding, FINDING_UNKNOWN,
			"no sibling is seen, but a hypervisor may hide one");
	else
		finding_set(finding, FINDING_OK, "pCPU %d has no sibling",
			    facts->subject.cpu);
}
