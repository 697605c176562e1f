// SPDX-License-Identifier: GPL-2.0-or-later
#include <hwloc.h>
#include <stdbool.h>
#include <stdlib.h>

#include "cpu-list.h"
#include "cpu-mask.h"
#include "topology-internal.h"
#include "util.h"

struct topology *topology_load(const char *synthetic, struct error *err)
{
	struct topology *topology = xcalloc(1, sizeof(*topology));

	if (hwloc_topology_init(&topology->hwloc)) {
		error_set(err, "cannot initialise hwloc");
		free(topology);
		return NULL;
	}
	if ((synthetic &&
	     hwloc_topology_set_synthetic(topology->hwloc, synthetic)) ||
	    hwloc_topology_load(topology->hwloc)) {
		error_set(err, "hwloc cannot read the machine's topology");
		topology_free(topology);
		return NULL;
	}
	return topology;
}

void topology_free(struct topology *topology)
{
	if (!topology)
		return;
	hwloc_topology_destroy(topology->hwloc);
	hwloc_bitmap_free(topology->isolated);
	free(topology->busy);
	free(topology);
}

int topology_cpus(const struct topology *topology)
{
	return hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PU);
}

void topology_set_hints(struct topology *topology,
			const struct topology_hints *hints)
{
	hwloc_bitmap_free(topology->isolated);
	free(topology->busy);
	topology->isolated = cpu_list_new();
	/* A list that cannot be understood isolates nothing. */
	if (hints->isolated && cpu_list_count(hints->isolated) > 0 &&
	    hwloc_bitmap_list_sscanf(topology->isolated, hints->isolated))
		hwloc_bitmap_zero(topology->isolated);
	topology->nr_busy = hints->nr_busy;
	topology->busy = xcalloc(hints->nr_busy, sizeof(*topology->busy));
	for (size_t i = 0; i < hints->nr_busy; i++)
		topology->busy[i] = hints->busy[i];
}

int topology_node_of(hwloc_obj_t pu)
{
	return pu->nodeset ? hwloc_bitmap_first(pu->nodeset) : -1;
}

/* Where hwloc knows no cores, every PU is one. */
hwloc_obj_t topology_core_of(const struct topology *topology, hwloc_obj_t pu)
{
	hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology->hwloc,
							  HWLOC_OBJ_CORE, pu);

	return core ? core : pu;
}

hwloc_obj_t topology_pu(const struct topology *topology, int i)
{
	return hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_PU,
				     (unsigned int)i);
}

/* 2: all of its core is isolated, 1: @pu is, 0: it is not. */
static int isolation_of(const struct topology *topology, hwloc_obj_t pu)
{
	hwloc_obj_t core = topology_core_of(topology, pu);

	if (!topology->isolated ||
	    !hwloc_bitmap_isset(topology->isolated, pu->os_index))
		return 0;
	return hwloc_bitmap_isincluded(core->cpuset, topology->isolated) ? 2
									 : 1;
}

/* How busy the core of @pu is, siblings and all, in tenths of a pCPU. */
static int busyness_of(const struct topology *topology, hwloc_obj_t pu)
{
	hwloc_obj_t core = topology_core_of(topology, pu);
	double busy = 0;

	for (int i = hwloc_bitmap_first(core->cpuset); i >= 0;
	     i = hwloc_bitmap_next(core->cpuset, i))
		if ((size_t)i < topology->nr_busy)
			busy += topology->busy[i];
	return (int)(10 * busy + 0.5);
}

int topology_compare(const struct topology *topology, hwloc_obj_t a,
		     hwloc_obj_t b)
{
	int order = isolation_of(topology, a) - isolation_of(topology, b);

	if (!order)
		order = busyness_of(topology, b) - busyness_of(topology, a);
	return order;
}

/* The first PU of the best core of @node, or of the machine. */
static hwloc_obj_t choose_pu(const struct topology *topology, int node)
{
	hwloc_obj_t pu, best = NULL;
	int order;

	for (int i = 0; i < topology_cpus(topology); i++) {
		pu = topology_pu(topology, i);
		if (node >= 0 && topology_node_of(pu) != node)
			continue;
		order = best ? topology_compare(topology, pu, best) : 1;
		if (order > 0 ||
		    (!order && topology_core_of(topology, pu) !=
				       topology_core_of(topology, best)))
			best = pu;
	}
	return best;
}

/* Another core on the same node, else another core, else another PU. */
static int distance_score(const struct topology *topology, hwloc_obj_t pu,
			  hwloc_obj_t vcpu_pu)
{
	int score = 0;

	if (topology_core_of(topology, pu) !=
	    topology_core_of(topology, vcpu_pu))
		score += 2;
	if (topology_node_of(pu) == topology_node_of(vcpu_pu))
		score += 1;
	return score;
}

static hwloc_obj_t choose_helper(const struct topology *topology,
				 hwloc_obj_t vcpu_pu)
{
	hwloc_obj_t pu, best = NULL;
	int order;

	for (int i = 0; i < topology_cpus(topology); i++) {
		pu = topology_pu(topology, i);
		if (pu == vcpu_pu)
			continue;
		order = best ? distance_score(topology, pu, vcpu_pu) -
					distance_score(topology, best, vcpu_pu)
			     : 1;
		if (!order)
			order = topology_compare(topology, pu, best);
		if (order > 0)
			best = pu;
	}
	return best;
}

static bool has_node(const struct topology *topology, int node)
{
	return hwloc_get_numanode_obj_by_os_index(topology->hwloc,
						  (unsigned int)node) != NULL;
}

int topology_place(const struct topology *topology, int cpu, int node,
		   struct placement *placement, struct error *err)
{
	hwloc_obj_t pu, helper;

	if (node >= 0 && !has_node(topology, node))
		return error_set(err, "there is no NUMA node %d here", node);
	if (cpu >= 0) {
		pu = hwloc_get_pu_obj_by_os_index(topology->hwloc,
						  (unsigned int)cpu);
		if (!pu)
			return error_set(
				err,
				"there is no pCPU %d that this process may use",
				cpu);
		if (node >= 0 && topology_node_of(pu) != node)
			return error_set(err, "pCPU %d is not on NUMA node %d",
					 cpu, node);
	} else {
		pu = choose_pu(topology, node);
		if (!pu)
			return error_set(err, "NUMA node %d has no pCPU", node);
	}
	helper = choose_helper(topology, pu);
	placement->cpu = (int)pu->os_index;
	placement->helper_cpu = helper ? (int)helper->os_index : -1;
	placement->node = topology_node_of(pu);
	return 0;
}

/* How well does @pu serve a vCPU beside @placement's? 0: not at all. */
static int peer_score(const struct topology *topology,
		      const struct placement *placement, hwloc_obj_t pu,
		      const int *taken, unsigned int nr_taken)
{
	hwloc_obj_t vcpu_pu = hwloc_get_pu_obj_by_os_index(
		topology->hwloc, (unsigned int)placement->cpu);

	if (pu == vcpu_pu)
		return 0;
	for (unsigned int i = 0; i < nr_taken; i++)
		if ((int)pu->os_index == taken[i])
			return 0;
	if ((int)pu->os_index == placement->helper_cpu)
		return 3;
	return topology_core_of(topology, pu) ==
			       topology_core_of(topology, vcpu_pu)
		       ? 1
		       : 2;
}

int topology_peers(const struct topology *topology,
		   const struct placement *placement, unsigned int count,
		   int *cpus, struct error *err)
{
	int score, best;
	hwloc_obj_t pu;

	for (unsigned int n = 0; n < count; n++) {
		best = 0;
		for (int i = 0; i < topology_cpus(topology); i++) {
			pu = topology_pu(topology, i);
			score = peer_score(topology, placement, pu, cpus, n);
			if (score > best) {
				best = score;
				cpus[n] = (int)pu->os_index;
			}
		}
		if (!best)
			return error_set(err,
					 "%u pCPUs are needed, %d may be used",
					 count + 1, topology_cpus(topology));
	}
	return 0;
}

int topology_bind(const struct topology *topology, int cpu, struct error *err)
{
	hwloc_obj_t pu = hwloc_get_pu_obj_by_os_index(topology->hwloc,
						      (unsigned int)cpu);

	if (!pu)
		return error_set(err, "there is no pCPU %d", cpu);
	if (hwloc_set_cpubind(topology->hwloc, pu->cpuset,
			      HWLOC_CPUBIND_THREAD))
		return error_set_errno(err, "cannot run on pCPU %d", cpu);
	return 0;
}

int topology_check_bound(int cpu, struct error *err)
{
	struct cpu_mask mask;

	if (cpu_mask_get(&mask))
		return error_set_errno(err, "cannot tell where it measured");
	if (cpu_mask_count(&mask) == 1 && cpu_mask_has(&mask, cpu))
		return 0;
	return error_set(err, "pCPU %d was taken away while it measured", cpu);
}
