// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pattern.h"
#include "plan.h"
#include "util.h"
#include "verify.h"

static bool find(const struct verify_facts *facts, const char *name,
		 double *count)
{
	for (size_t i = 0; i < facts->nr_counts; i++) {
		if (strcmp(facts->count[i].name, name))
			continue;
		*count = (double)facts->count[i].count;
		return true;
	}
	return false;
}

static bool observed(const struct verify_facts *facts, const char *name,
		     double *count)
{
	double irq_exits;

	if (!find(facts, name, count))
		return false;
	if (!strcmp(name, "exits") && find(facts, "irq_exits", &irq_exits))
		*count -= irq_exits;
	return true;
}

bool verify_is_near(double count, double expected, double ops)
{
	double slack = fmax(VERIFY_SHARE * ops, VERIFY_EVENTS);

	/* Never so much that of few ops none would have to cause an event. */
	return fabs(count - expected) <= fmin(slack, ops / 4);
}

/* Do only exits of the guest's own code move this statistic? */
static bool counts_exits(const char *stat)
{
	static const char *const stats[] = { "exits", "pf_fixed" };

	for (size_t i = 0; i < ARRAY_SIZE(stats); i++)
		if (!strcmp(stat, stats[i]))
			return true;
	return false;
}

static const char *rule_text(enum expect_rule rule)
{
	switch (rule) {
	case EXPECT_ALL_OR_NONE:
		return " (or none)";
	case EXPECT_AT_MOST:
		return " at most";
	case EXPECT_AT_LEAST:
		return " at least";
	default:
		return "";
	}
}

static bool agrees(const struct expectation *expect, double count, double ops)
{
	double expected = expect->per_op * ops;

	switch (expect->rule) {
	case EXPECT_EXACTLY:
		return count == expected;
	case EXPECT_AT_MOST:
		return count <= expected ||
		       verify_is_near(count, expected, ops);
	case EXPECT_AT_LEAST:
		return count >= expected ||
		       verify_is_near(count, expected, ops);
	case EXPECT_ALL_OR_NONE:
		return verify_is_near(count, expected, ops) ||
		       verify_is_near(count, 0, ops);
	default:
		return verify_is_near(count, expected, ops);
	}
}

/* "irq_injections", of another vCPU's "vcpu1.irq_injections" too. */
static const char *name_of(const char *stat)
{
	const char *dot = strrchr(stat, '.');

	return dot ? dot + 1 : stat;
}

/* May the events have gone another way than the one that KVM counts? */
static bool excused(const struct expectation *expect,
		    const struct verify_facts *facts, double count,
		    char *reason, size_t size)
{
	double ops = (double)facts->ops;

	if (!strcmp(name_of(expect->stat), "irq_injections") && facts->apicv &&
	    count < expect->per_op * ops) {
		snprintf(
			reason, size,
			"APICv or AVIC is on: irq_injections does not count every interrupt");
		return true;
	}
	if (!strcmp(expect->stat, "exits") && facts->other_backend &&
	    verify_is_near(count, 0, ops)) {
		snprintf(
			reason, size,
			"there is no exit: this back end of KVM leaves the instruction to the guest");
		return true;
	}
	if (!strcmp(expect->stat, "halt_exits") && facts->idle_hlt &&
	    verify_is_near(count, 0, ops)) {
		snprintf(
			reason, size,
			"there is no exit: this CPU has Idle HLT, and an interrupt was pending");
		return true;
	}
	return false;
}

/*
 * An interrupt of the host's that comes while KVM delivers one to the guest has
 * that injected, and counted, again (vmx_complete_interrupts() and its like): so
 * many may be more than were asked for.
 */
static double without_repeated(const struct expectation *expect,
			       const struct verify_facts *facts, double count,
			       double ops)
{
	const char *kind = name_of(expect->stat);
	double expected = expect->per_op * ops, irq_exits;
	char name[32];

	if (strcmp(kind, "irq_injections") && strcmp(kind, "nmi_injections"))
		return count;
	/* Of the same vCPU: "vcpu1.irq_exits". */
	snprintf(name, sizeof(name), "%.*sirq_exits",
		 (int)(kind - expect->stat), expect->stat);
	if (count <= expected || !find(facts, name, &irq_exits))
		return count;
	return fmax(expected, count - irq_exits);
}

static void describe(const struct expectation *expect, double count, double ops,
		     char *reason, size_t size)
{
	/* One of many is none of the digits that follow. */
	if (expect->rule == EXPECT_EXACTLY)
		snprintf(reason, size,
			 "%s is %.0f after %.0f ops, not exactly %.4g per op",
			 expect->stat, count, ops, expect->per_op);
	else
		snprintf(reason, size, "%s per op is %.4g, %.4g was expected%s",
			 expect->stat, count / ops, expect->per_op,
			 rule_text(expect->rule));
}

static enum row_status check(const struct expectation *expect,
			     const struct verify_facts *facts, char *reason,
			     size_t size)
{
	double ops = (double)facts->ops, count;

	if (counts_exits(expect->stat) && facts->emulated) {
		snprintf(reason, size,
			 VERIFY_EMULATED ": there is no exit to count");
		return STATUS_UNVERIFIED;
	}
	if (!observed(facts, expect->stat, &count)) {
		snprintf(reason, size, "this kernel has no statistic '%s'",
			 expect->stat);
		return STATUS_UNVERIFIED;
	}
	count = without_repeated(expect, facts, count, ops);
	if (expect->rule == EXPECT_AT_MOST && verify_is_near(count, 0, ops)) {
		snprintf(reason, size, "KVM's %s counted no event",
			 expect->stat);
		return STATUS_UNVERIFIED;
	}
	if (agrees(expect, count, ops))
		return STATUS_OK;
	if (excused(expect, facts, count, reason, size))
		return STATUS_UNVERIFIED;
	describe(expect, count, ops, reason, size);
	return STATUS_FAIL;
}

enum row_status verify(const struct expectation *expect,
		       const struct verify_facts *facts, char *reason,
		       size_t size)
{
	enum row_status worst = STATUS_OK, status;
	char why[256];

	reason[0] = '\0';
	if (!facts->ops) {
		snprintf(reason, size, "no op was counted");
		return STATUS_FAIL;
	}
	for (const struct expectation *end = expect + BENCH_MAX_EXPECT;
	     expect < end && expect->rule; expect++) {
		if (expect->when &&
		    !variant_has_setting(facts->variant, expect->when))
			continue;
		why[0] = '\0';
		status = check(expect, facts, why, sizeof(why));
		if (status == STATUS_OK || worst == STATUS_FAIL ||
		    status == worst)
			continue;
		worst = status;
		snprintf(reason, size, "%s", why);
	}
	return worst;
}
