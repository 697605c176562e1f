// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "kernel-symbol.h"
#include "launch-rows.h"

void launch_set_outcome(struct launch_result *result, enum row_status status,
			const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(result->reason, sizeof(result->reason), fmt, ap);
	va_end(ap);
	result->status = status;
}

static struct launch_counter *add(struct launch_result *result,
				  const char *name, enum row_status status)
{
	struct launch_counter *counter;

	if (result->nr_counters == LAUNCH_MAX_COUNTERS)
		return NULL;
	counter = &result->counter[result->nr_counters++];
	*counter = (struct launch_counter){ .status = status };
	snprintf(counter->name, sizeof(counter->name), "%s", name);
	return counter;
}

void launch_rows_add(struct launch_result *result, const char *name,
		     double count, uint64_t ops)
{
	struct launch_counter *counter = add(result, name, STATUS_OK);

	if (counter)
		counter->per_op = count / (double)ops;
}

void launch_rows_add_ns(struct launch_result *result, const char *name,
			const struct summary *ns)
{
	struct launch_counter *counter = add(result, name, STATUS_OK);

	if (counter)
		counter->ns = *ns;
}

void launch_rows_add_function_ns(struct launch_result *result, const char *name,
				 uint64_t function, const struct summary *ns)
{
	struct launch_counter *counter = add(result, name, STATUS_OK);

	if (!counter)
		return;
	counter->function = function;
	counter->ns = *ns;
}

void launch_rows_name_functions(struct launch_result *result,
				const char *kallsyms)
{
	struct launch_counter *counter = result->counter;
	char function[64];
	size_t len;

	for (; counter < result->counter + result->nr_counters; counter++) {
		if (!counter->function)
			continue;
		kernel_symbol(kallsyms, counter->function, function,
			      sizeof(function));
		len = strlen(counter->name);
		snprintf(counter->name + len, sizeof(counter->name) - len,
			 ":%s", function);
	}
}

void launch_rows_skip(struct launch_result *result, const char *name,
		      const char *reason)
{
	struct launch_counter *counter = add(result, name, STATUS_SKIP);

	if (counter)
		snprintf(counter->reason, sizeof(counter->reason), "%s",
			 reason);
}
