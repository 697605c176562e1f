/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Launches of real guests for tests. The group's *state is a struct fixture,
 * or NULL where guests cannot run: such tests are skipped, loudly.
 */
#ifndef VMB_TEST_GUEST_FIXTURE_H
#define VMB_TEST_GUEST_FIXTURE_H

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "capabilities.h"
#include "launch.h"
#include "plan.h"
#include "util.h"
#include "verify.h"

#define SECONDS 0.05

struct fixture {
	struct capabilities capabilities;
	struct placement placement;
	struct launch_result *result;
};

static const volatile bool never;

static inline int guest_setup(void **state)
{
	struct fixture *f = xcalloc(1, sizeof(*f));
	struct error err;

	*state = f;
	f->result = launch_result_alloc();
	if (!f->result)
		return -1;
	if (capabilities_read(&f->capabilities, &err)) {
		fprintf(stderr, "NOT TESTED: guests do not run here: %s\n",
			err.text);
		free(f);
		*state = NULL;
		return 0;
	}
	return topology_place(f->capabilities.topology, -1, -1, &f->placement,
			      &err);
}

static inline int guest_teardown(void **state)
{
	struct fixture *f = *state;

	if (!f)
		return 0;
	launch_result_free(f->result);
	capabilities_free(&f->capabilities);
	free(f);
	return 0;
}

/* Without a @variant: ring 0 and the arguments of the descriptor. */
static inline const struct launch_result *launch(struct fixture *f,
						 const struct bench *bench,
						 const struct variant *variant,
						 double watchdog_seconds)
{
	struct launch_request request = {
		.bench = bench,
		.variant = "",
		.host = bench->payload ? NULL : bench->host,
		.vcpus = bench->vcpus ? bench->vcpus : 1,
		.topology = f->capabilities.topology,
		.placement = f->placement,
		.seconds = SECONDS,
		.watchdog_seconds = watchdog_seconds,
		.apicv = f->capabilities.apicv,
		/* As in a run, which has one also without --break-above. */
		.trace_path = "/nonexistent/trace.txt",
	};

	memcpy(request.arg, variant ? variant->arg : bench->arg,
	       sizeof(request.arg));
	if (variant) {
		request.variant = variant->text;
		request.cpl = variant->cpl;
		request.host = variant->host;
		request.vcpus = variant->vcpus;
		request.split_irqchip = variant->split_irqchip;
	}
	assert_int_equal(launch_run(&request, f->result, &never), 0);
	return f->result;
}

static inline void launch_pattern(struct fixture *f, const char *pattern)
{
	char *patterns[] = { (char *)pattern };
	struct error err;
	struct plan plan;

	assert_int_equal(plan_build(&plan, bench_families, patterns, 1, &err),
			 0);
	assert_int_equal(plan.count, 1);
	launch(f, plan.variants[0].bench, &plan.variants[0], 10);
	plan_free(&plan);
}

static inline double counter(const struct launch_result *result,
			     const char *name)
{
	for (unsigned int i = 0; i < result->nr_counters; i++)
		if (!strcmp(result->counter[i].name, name))
			return result->counter[i].per_op;
	return 0;
}

/* Of few ops, two events more or less are what verify.h lets pass. */
static inline void assert_near_one(const struct launch_result *result,
				   const char *name)
{
	double per_op = counter(result, name);
	double ops = (double)result->counted_ops;

	if (fabs(per_op - 1) * ops > fmax(0.05 * ops, VERIFY_EVENTS))
		fail_msg("%s is %g per op", name, per_op);
}

static inline void assert_fails(const struct launch_result *result,
				const char *why)
{
	assert_string_equal(row_status_name(result->status), "fail");
	if (!strstr(result->reason, why))
		fail_msg("'%s' does not say '%s'", result->reason, why);
	assert_int_equal(result->latency.n, 0);
}

#endif
