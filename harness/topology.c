// SPDX-License-Identifier: GPL-2.0-or-later
#include <hwloc.h>
#include <stdbool.h>
#include <stdlib.h>

#include "topology.h"
#include "util.h"

struct topology {
	hwloc_topology_t hwloc;
};

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
	free(topology);
}

int topology_cpus(const struct topology *topology)
{
	return hwloc_get_nbobjs_by_type(topology->hwloc, HWLOC_OBJ_PU);
}

/* The node whose memory is local to @pu, -1 when hwloc does not know. */
static int node_of(hwloc_obj_t pu)
{
	return pu->nodeset ? hwloc_bitmap_first(pu->nodeset) : -1;
}

/* Where hwloc knows no cores, every PU is one. */
static hwloc_obj_t core_of(const struct topology *topology, hwloc_obj_t pu)
{
	hwloc_obj_t core = hwloc_get_ancestor_obj_by_type(topology->hwloc,
							  HWLOC_OBJ_CORE, pu);

	return core ? core : pu;
}

/* The first PU of the last core of @node, or of the machine. */
static hwloc_obj_t choose_pu(const struct topology *topology, int node)
{
	hwloc_obj_t pu, best = NULL;

	for (int i = 0; i < topology_cpus(topology); i++) {
		pu = hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_PU,
					   (unsigned int)i);
		if (node >= 0 && node_of(pu) != node)
			continue;
		if (!best || core_of(topology, pu) != core_of(topology, best))
			best = pu;
	}
	return best;
}

/* Another core on the same node, else another core, else another PU. */
static hwloc_obj_t choose_helper(const struct topology *topology,
				 hwloc_obj_t vcpu_pu)
{
	hwloc_obj_t pu, best = NULL;
	int score, best_score = 0;

	for (int i = 0; i < topology_cpus(topology); i++) {
		pu = hwloc_get_obj_by_type(topology->hwloc, HWLOC_OBJ_PU,
					   (unsigned int)i);
		if (pu == vcpu_pu)
			continue;
		score = 1;
		if (core_of(topology, pu) != core_of(topology, vcpu_pu))
			score += 2;
		if (node_of(pu) == node_of(vcpu_pu))
			score += 1;
		if (score > best_score) {
			best = pu;
			best_score = score;
		}
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
		if (node >= 0 && node_of(pu) != node)
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
	placement->node = node_of(pu);
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
	return core_of(topology, pu) == core_of(topology, vcpu_pu) ? 1 : 2;
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
			pu = hwloc_get_obj_by_type(
				topology->hwloc, HWLOC_OBJ_PU, (unsigned int)i);
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
