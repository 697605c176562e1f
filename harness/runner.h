/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The main loop of a run: every scheduled launch, its rows, its tally. */
#ifndef VMB_RUNNER_H
#define VMB_RUNNER_H

#include "launch.h"
#include "plan.h"
#include "reporter.h"
#include "require.h"
#include "results-dir.h"
#include "resume.h"

struct runner {
	const struct plan *plan;
	uint64_t launches;
	double seconds;
	uint64_t seed;
	const struct topology *topology;
	struct placement placement;
	const struct require_facts *facts;
	bool apicv, other_backend, idle_hlt; /* see struct verify_facts */
	uint64_t break_above; /* TSC ticks of an op that end the run; 0: none */
	const char *trace_path; /* see launch.h */
	const struct counters *counters; /* NULL: KVM's statistics only */
	bool fifo, mlock; /* see realtime.h */
	const struct run_identity *identity;
	struct results_dir *dir;
	struct reporter *reporter;
	const struct resume *resume; /* what is on disk already, or NULL */
};

/* What came of it, for the end of the run. */
struct runner_outcome {
	size_t variants[ROW_STATUSES];
	bool interrupted; /* by SIGINT or SIGTERM */
	char broke[512]; /* which op was above break_above; "" when none was */
	double *start_ms; /* fork to first guest instruction; owned */
	size_t nr_starts;
	uint64_t tsc_khz; /* of the guests; 0 when none ran */
	bool confined, unconfined; /* launches that could be or could not */
	bool emulated; /* KVM emulated some guest's code ... */
	double emulated_overhead; /* ... and an empty op took so many ticks */
};

/* Does this host have what @variant needs? If not, @err says what is missing. */
enum require_result runner_can_run(const struct variant *variant,
				   const struct require_facts *facts,
				   struct error *err);

/* -1: rows could not be written. */
int runner_run(const struct runner *runner, struct runner_outcome *outcome,
	       struct error *err);
void runner_outcome_free(struct runner_outcome *outcome);

#endif
