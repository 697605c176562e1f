/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Which pCPU runs the vCPU, which one the monitor's helper threads, and which
 * NUMA node gives the guest's memory; by hwloc. pCPUs and nodes are numbered
 * as the kernel numbers them.
 */
#ifndef VMB_TOPOLOGY_H
#define VMB_TOPOLOGY_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "relation.h"

struct topology;

struct placement {
	int cpu; /* of the vCPU thread */
	int helper_cpu; /* of helper threads; -1: there is no other */
	int node; /* of guest memory; -1: unknown */
};

/* This machine's topology, or the one that @synthetic describes (hwloc). */
struct topology *topology_load(const char *synthetic, struct error *err);
void topology_free(struct topology *topology);

/* Number of pCPUs this process may use. */
int topology_cpus(const struct topology *topology);

/* What hwloc does not know of pCPUs. */
struct topology_hints {
	const char *isolated; /* CPU list, "2-3,8"; NULL: unknown */
	const double *busy; /* share of its time, 0 to 1, by pCPU number */
	size_t nr_busy; /* pCPUs without a number count as idle */
};

/* Let topology_place() heed @hints, of which a copy is made. */
void topology_set_hints(struct topology *topology,
			const struct topology_hints *hints);

/*
 * Choose a placement. @cpu and @node are wishes, -1 for none: an unknown or
 * forbidden one is an error, as is a @cpu outside of @node. Without a wish the
 * vCPU gets an isolated pCPU, best of all on a core that is isolated as a
 * whole, or else the least busy core, in steps of 10 %; of equals the last
 * one, as the first ones serve most interrupts. The helper gets another core
 * where there is one, so that SMT siblings stay idle; of equals the same way,
 * but the first one. It never gets the vCPU's pCPU.
 */
int topology_place(const struct topology *topology, int cpu, int node,
		   struct placement *placement, struct error *err);

/*
 * The @count pCPUs of further vCPUs, all different and none that of @placement's
 * vCPU: other cores first, the helper's pCPU before others. -1: too few.
 */
int topology_peers(const struct topology *topology,
		   const struct placement *placement, unsigned int count,
		   int *cpus, struct error *err);

/*
 * @base changed so that the other party stands in @relation to the vCPU, which
 * stays; @helper: there is a helper thread. -1: @err says why that cannot be.
 */
int topology_relate(const struct topology *topology,
		    const struct placement *base, enum relation relation,
		    bool helper, struct placement *placement,
		    struct error *err);

/* Bind the calling thread. */
int topology_bind(const struct topology *topology, int cpu, struct error *err);

/*
 * Is it still bound so? A pCPU that goes offline, or from the cpuset, loses its
 * threads to others without a word.
 */
int topology_check_bound(int cpu, struct error *err);

#endif
