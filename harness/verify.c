// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "pattern.h"
#include "plan.h"
#include "verify.h"

const char *row_status_name(enum row_status status)
{
	static const char *const names[] = {
		[STATUS_OK] = "ok",
		[STATUS_SKIP] = "skip",
		[STATUS_FAIL] = "fail",
		[STATUS_UNVERIFIED] = "unverified",
	};

	return names[status];
}

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

static bool near(double count, double expected, double ops)
{
	return fabs(count - expected) <=
	       fmax(VERIFY_SHARE * ops, VERIFY_EVENTS);
}

static enum row_status check(const struct expectation *expect,
			     const struct verify_facts *facts, char *reason,
			     size_t size)
{
	static const char *const leeway[] = {
		[EXPECT_EACH] = "",
		[EXPECT_AT_LEAST] = " at least",
		[EXPECT_ALL_OR_NONE] = " (or none)",
	};
	double ops = (double)facts->ops, expected = expect->per_op * ops, count;

	if (!strcmp(expect->stat, "exits") && facts->emulated) {
		snprintf(reason, size,
			 "guest code is emulated: there is no exit to count");
		return STATUS_UNVERIFIED;
	}
	if (!observed(facts, expect->stat, &count)) {
		snprintf(reason, size, "this kernel has no statistic '%s'",
			 expect->stat);
		return STATUS_UNVERIFIED;
	}
	if (near(count, expected, ops) ||
	    (expect->rule == EXPECT_AT_LEAST && count >= expected) ||
	    (expect->rule == EXPECT_ALL_OR_NONE && near(count, 0, ops)))
		return STATUS_OK;
	if (!strcmp(expect->stat, "irq_injections") && facts->apicv &&
	    count < expected) {
		snprintf(
			reason, size,
			"APICv or AVIC is on: irq_injections does not count every interrupt");
		return STATUS_UNVERIFIED;
	}
	snprintf(reason, size, "%s per op is %.4g, %.4g was expected%s",
		 expect->stat, count / ops, expect->per_op,
		 leeway[expect->rule]);
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
	for (; expect->rule; expect++) {
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
