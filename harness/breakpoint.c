// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <linux/hw_breakpoint.h>
#include <stdlib.h>

#include "breakpoint.h"
#include "perf-groups.h"
#include "util.h"

static int refuse(int number, struct error *err)
{
	char reason[PERF_REASON_SIZE];

	/* Not of any other event, so that perf_event_explain() has no hint. */
	if (number == ENOSPC)
		return error_set(
			err,
			"no hardware breakpoint: all debug registers are taken");
	perf_event_explain(number, reason, sizeof(reason));
	return error_set(err, "no hardware breakpoint: %s", reason);
}

int breakpoint_open(struct breakpoint *breakpoint,
		    const struct perf_backend *backend, const void *byte,
		    struct error *err)
{
	/* x86 has none that only reads hit. Pinned: never without a register. */
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_RW,
		.bp_addr = (uintptr_t)byte,
		.bp_len = HW_BREAKPOINT_LEN_1,
		.pinned = 1,
		.disabled = 1,
		.read_format = PERF_FORMAT_GROUP |
			       PERF_FORMAT_TOTAL_TIME_ENABLED |
			       PERF_FORMAT_TOTAL_TIME_RUNNING,
	};

	breakpoint->group = xcalloc(1, sizeof(*breakpoint->group));
	breakpoint->group->backend = backend;
	if (!perf_group_add(breakpoint->group, &attr) &&
	    !perf_group_start(breakpoint->group))
		return 0;
	refuse(errno, err);
	breakpoint_close(breakpoint);
	return -1;
}

int breakpoint_hits(const struct breakpoint *breakpoint, uint64_t *hits,
		    struct error *err)
{
	static const struct perf_group_values zero;
	struct perf_group_values now;
	char reason[PERF_REASON_SIZE];

	if (perf_group_read(breakpoint->group, &now))
		return error_set_errno(err, "cannot read a breakpoint's count");
	if (!perf_group_counted_all(&zero, &now, reason, sizeof(reason)))
		return error_set(err, "the breakpoint was not armed: %s",
				 reason);
	*hits = now.value[0];
	return 0;
}

void breakpoint_close(struct breakpoint *breakpoint)
{
	if (!breakpoint->group)
		return;
	perf_group_close(breakpoint->group);
	free(breakpoint->group);
	breakpoint->group = NULL;
}
