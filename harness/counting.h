/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The counters of one launch. They are opened when the BOUNDARY pass begins,
 * so that nothing of them exists while ops are timed, and count between BEGIN
 * and END of the BOUNDARY and COUNTED passes. What a BEGIN and an END
 * themselves cost the counters stands in the BOUNDARY pass, and is taken off.
 */
#ifndef VMB_COUNTING_H
#define VMB_COUNTING_H

#include <stdint.h>

#include "counters.h"
#include "guest/abi.h"
#include "launch.h"

struct counting;

/*
 * For launch @launch, from 1, of @launches. @helper_cpu: pCPU for a helper
 * thread, or -1. All else is called on the vCPU's thread. The caller frees.
 */
struct counting *counting_create(const struct counters *counters,
				 uint64_t launch, uint64_t launches,
				 int helper_cpu);
void counting_free(struct counting *counting);

/*
 * The last thing before the vCPU goes on after BEGIN, and the first after END.
 * @counting may be NULL: nothing is counted. What goes wrong becomes a reason.
 */
void counting_begin(struct counting *counting, enum abi_pass pass);
void counting_end(struct counting *counting, enum abi_pass pass);

/*
 * Add the rows, of a COUNTED pass of @ops ops, in which the vCPU made @exits
 * VM-exits by KVM's statistics (-1: unknown).
 */
void counting_store(struct counting *counting, uint64_t ops, int64_t exits,
		    struct launch_result *result);

#endif
