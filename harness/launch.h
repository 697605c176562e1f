/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * A launch: one forked child, one fresh VM, one run of a variant. Whatever
 * happens to the child, the parent gets a status and a reason.
 */
#ifndef VMB_LAUNCH_H
#define VMB_LAUNCH_H

#include <stdbool.h>
#include <stdint.h>

#include "bench/bench.h"
#include "kvm-stats.h"
#include "samples.h"
#include "topology.h"
#include "verify.h"

#define LAUNCH_MAX_COUNTERS 512

struct counters;

struct launch_request {
	const struct bench *bench;
	const char *variant; /* its settings, as in struct variant */
	uint64_t arg[ABI_ARGS];
	uint32_t cpl;
	const struct host_op *host; /* run it; NULL: bench->payload */
	unsigned int vcpus;
	bool split_irqchip;
	const struct topology *topology;
	struct placement placement;
	double seconds; /* what the measured passes may take in all */
	double watchdog_seconds; /* after which a launch is ended */
	bool apicv, other_backend, idle_hlt; /* see struct verify_facts */
	uint64_t break_above; /* TSC ticks of an op that end the run; 0: none */
	const char *trace_path; /* where the kernel's trace goes then */
	const struct counters *counters; /* NULL: KVM's statistics only */
	uint64_t launch, launches; /* this one's number, from 1, and how many
				    * the variant gets: counters take turns */
	bool fifo, mlock; /* see realtime.h */
};

/*
 * A row of unit per_op: what an op moved a counter by; of unit ns when ns.n is
 * not 0: how long something took, each time; or why it is unknown.
 */
struct launch_counter {
	char name[96];
	/*
	 * A function of the kernel, whose name the row's is to end with: the
	 * launch's process may be confined, and open no file. 0: none.
	 */
	uint64_t function;
	enum row_status status; /* STATUS_OK or STATUS_SKIP */
	double per_op;
	struct summary ns;
	char reason[128]; /* of a skip */
};

/* See confine.h. */
enum launch_confined {
	CONFINED_NOT_ASKED, /* the op makes system calls, or nothing ran */
	CONFINED,
	CONFINED_NOT_HERE, /* this kernel or this build cannot */
};

struct launch_result {
	enum row_status status;
	char reason[256]; /* empty for STATUS_OK */
	struct summary latency; /* TSC ticks; overhead not subtracted */
	double overhead; /* median TSC ticks of the empty op; NAN where samples
				 * are differences (bench->is_difference) */
	double start_ms; /* from fork to the first guest instruction,
				 * NAN where the TSCs differ */
	uint64_t tsc_khz; /* of the guest; 0 when there was none */
	bool broke; /* an op took longer than break_above */
	bool emulated; /* KVM emulates the guest's own code */
	enum launch_confined confined;
	int refused_call; /* the system call that ended it, or -1 */
	uint64_t counted_ops;
	unsigned int nr_counters; /* from the counted pass */
	struct launch_counter counter[LAUNCH_MAX_COUNTERS];
	/* Of samples: not divided by bench->ops_per_sample. */
	uint64_t histogram[HISTOGRAM_BUCKETS];
};

/*
 * Shared memory for a result that children fill in; the caller passes it to
 * any number of launches in turn. NULL when there is no memory.
 */
struct launch_result *launch_result_alloc(void);
void launch_result_free(struct launch_result *result);

/*
 * Run @request in a child and wait for it; every outcome is in @result.
 * -1 when @interrupted became true meanwhile: the child is gone then and
 * @result means nothing.
 */
int launch_run(const struct launch_request *request,
	       struct launch_result *result, const volatile bool *interrupted);

#endif
