// SPDX-License-Identifier: GPL-2.0-or-later
/* Judges of what else uses pCPUs and memory. The rules stand in findings.c. */
#include <inttypes.h>
#include <string.h>

#include "cpu-list.h"
#include "findings-judge.h"

#define LOAD_WARN_PERCENT  50
#define STEAL_WARN_PPM	   1000
#define STEAL_FAIL_PPM	   50000
#define AVAILABLE_WARN_MIB 512
#define AVAILABLE_FAIL_MIB 64

void judge_pcpu(const struct check_facts *facts, struct finding *finding)
{
	bool first = !facts->subject.cpu && facts->subject.cpus > 1;

	finding_set(finding, first ? FINDING_WARN : FINDING_OK, "pCPU %d of %d",
		    facts->subject.cpu, facts->subject.cpus);
}

/* ok when @list, which may be NULL, has the subject's pCPU. */
static void judge_list(const struct check_facts *facts, const char *list,
		       const char *yes, const char *no, struct finding *finding)
{
	enum host_answer has = HOST_UNKNOWN;

	if (list)
		has = cpu_list_has(list, facts->subject.cpu);
	switch (has) {
	case HOST_YES:
		finding_set(finding, FINDING_OK, "pCPU %d %s (%s)",
			    facts->subject.cpu, yes, list);
		break;
	case HOST_NO:
		finding_set(finding, FINDING_WARN, "pCPU %d %s",
			    facts->subject.cpu, no);
		break;
	case HOST_UNKNOWN:
		finding_set(finding, FINDING_UNKNOWN,
			    "cannot tell whether pCPU %d %s",
			    facts->subject.cpu, yes);
		break;
	}
}

void judge_isolation(const struct check_facts *facts, struct finding *finding)
{
	judge_list(facts, facts->isolated, "is isolated", "is not isolated",
		   finding);
}

void judge_nohz_full(const struct check_facts *facts, struct finding *finding)
{
	judge_list(facts, facts->nohz_full, "stops its tick", "keeps its tick",
		   finding);
}

void judge_rcu_nocbs(const struct check_facts *facts, struct finding *finding)
{
	const char *list = facts->rcu_nocbs;

	/* nohz_full= implies it (kernel/rcu/tree_nocb.h). */
	if (facts->nohz_full &&
	    cpu_list_has(facts->nohz_full, facts->subject.cpu) == HOST_YES)
		list = facts->nohz_full;
	judge_list(facts, list, "leaves RCU callbacks to others",
		   "runs RCU callbacks", finding);
}

void judge_irq_affinity(const struct check_facts *facts,
			struct finding *finding)
{
	if (!facts->irqs.known || !facts->irqs_here.known)
		finding_set(finding, FINDING_UNKNOWN,
			    "/proc/irq cannot be read");
	else
		finding_set(finding,
			    facts->irqs_here.value ? FINDING_WARN : FINDING_OK,
			    "%" PRId64 " of %" PRId64
			    " interrupts may come to pCPU %d",
			    facts->irqs_here.value, facts->irqs.value,
			    facts->subject.cpu);
}

void judge_nmi_watchdog(const struct check_facts *facts,
			struct finding *finding)
{
	switch (facts->nmi_watchdog) {
	case HOST_YES:
		finding_set(finding, FINDING_WARN,
			    "on: it takes a counter and sends NMIs");
		break;
	case HOST_NO:
		finding_set(finding, FINDING_OK, "off");
		break;
	case HOST_UNKNOWN:
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
		break;
	}
}

void judge_load(const struct check_facts *facts, struct finding *finding)
{
	int64_t percent = facts->load_percent.value;
	enum finding_status status = FINDING_OK;

	if (!facts->load_percent.known) {
		finding_set(finding, FINDING_UNKNOWN,
			    "/proc/loadavg cannot be read");
		return;
	}
	if (percent > 100 * (int64_t)facts->subject.cpus)
		status = FINDING_FAIL;
	else if (percent >= LOAD_WARN_PERCENT)
		status = FINDING_WARN;
	finding_set(finding, status, "%.2f on %d pCPUs", (double)percent / 100,
		    facts->subject.cpus);
}

void judge_steal(const struct check_facts *facts, struct finding *finding)
{
	int64_t ppm = facts->steal_ppm.value;
	enum finding_status status = FINDING_OK;

	if (!facts->steal_ppm.known) {
		finding_set(finding, FINDING_UNKNOWN,
			    "/proc/stat cannot be read");
		return;
	}
	if (ppm >= STEAL_FAIL_PPM)
		status = FINDING_FAIL;
	else if (ppm >= STEAL_WARN_PPM)
		status = FINDING_WARN;
	finding_set(finding, status, "%.3f %% of the time of pCPU %d",
		    (double)ppm / 1e4, facts->subject.cpu);
}

/* --- memory --------------------------------------------------------------- */

void judge_thp(const struct check_facts *facts, struct finding *finding)
{
	if (!facts->thp)
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
	else
		finding_set(finding,
			    strcmp(facts->thp, "never") ? FINDING_OK
							: FINDING_WARN,
			    "%s", facts->thp);
}

void judge_ksm(const struct check_facts *facts, struct finding *finding)
{
	if (!facts->ksm_run.known)
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
	else if (facts->ksm_run.value == 1)
		finding_set(finding, FINDING_WARN, "runs");
	else
		finding_set(finding, FINDING_OK, "does not run");
}

void judge_numa_balancing(const struct check_facts *facts,
			  struct finding *finding)
{
	if (!facts->numa_balancing.known)
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
	else if (facts->numa_balancing.value)
		finding_set(finding, FINDING_WARN, "on (%" PRId64 ")",
			    facts->numa_balancing.value);
	else
		finding_set(finding, FINDING_OK, "off");
}

void judge_free_memory(const struct check_facts *facts, struct finding *finding)
{
	int64_t mib = facts->available_mib.value;
	enum finding_status status = FINDING_OK;

	if (!facts->available_mib.known) {
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
		return;
	}
	if (mib < AVAILABLE_FAIL_MIB)
		status = FINDING_FAIL;
	else if (mib < AVAILABLE_WARN_MIB)
		status = FINDING_WARN;
	finding_set(finding, status, "%" PRId64 " MiB available", mib);
}

void judge_swap(const struct check_facts *facts, struct finding *finding)
{
	if (!facts->swap_used_mib.known)
		finding_set(finding, FINDING_UNKNOWN, "cannot be read");
	else if (facts->swap_used_mib.value)
		finding_set(finding, FINDING_WARN,
			    "%" PRId64 " MiB are swapped out",
			    facts->swap_used_mib.value);
	else
		finding_set(finding, FINDING_OK, "nothing is swapped out");
}
