// SPDX-License-Identifier: GPL-2.0-or-later
/* The other party of an event in a given relation to the vCPU's pCPU. */
#include "topology-internal.h"
#include "util.h"

static hwloc_obj_t l3_of(const struct topology *topology, hwloc_obj_t pu)
{
	return hwloc_get_ancestor_obj_by_type(topology->hwloc,
					      HWLOC_OBJ_L3CACHE, pu);
}

/* Does @pu stand in @relation to @vcpu_pu? @node is the other node. */
static bool is_related(const struct topology *topology, enum relation relation,
		       hwloc_obj_t pu, hwloc_obj_t vcpu_pu, int node)
{
	bool same_core = topology_core_of(topology, pu) ==
			 topology_core_of(topology, vcpu_pu);
	bool same_l3 = l3_of(topology, pu) == l3_of(topology, vcpu_pu);
	bool same_node = topology_node_of(pu) == topology_node_of(vcpu_pu);

	switch (relation) {
	case RELATION_SMT_SIBLING:
		return same_core && pu != vcpu_pu;
	case RELATION_OTHER_CORE:
		return !same_core && same_l3 && same_node;
	case RELATION_OTHER_L3:
		return !same_core && !same_l3 && same_node;
	case RELATION_OTHER_NODE:
		return topology_node_of(pu) == node;
	default:
		return false;
	}
}

/* The quietest related PU, the first of equals. */
static hwloc_obj_t find_related(const struct topology *topology,
				enum relation relation, hwloc_obj_t vcpu_pu,
				int node)
{
	hwloc_obj_t pu, best = NULL;

	for (int i = 0; i < topology_cpus(topology); i++) {
		pu = topology_pu(topology, i);
		if (!is_related(topology, relation, pu, vcpu_pu, node))
			continue;
		if (!best || topology_compare(topology, pu, best) > 0)
			best = pu;
	}
	return best;
}

/*
 * The lowest-numbered node other than @node, one with pCPUs when there is one;
 * -1 when there is none.
 */
static int find_other_node(const struct topology *topology, int node)
{
	hwloc_obj_t object = NULL;
	int without_cpus = -1, found = -1, number;

	while ((object = hwloc_get_next_obj_by_type(
			topology->hwloc, HWLOC_OBJ_NUMANODE, object))) {
		number = (int)object->os_index;
		if (number == node)
			continue;
		if (hwloc_bitmap_iszero(object->cpuset)) {
			if (without_cpus < 0 || number < without_cpus)
				without_cpus = number;
		} else if (found < 0 || number < found) {
			found = number;
		}
	}
	return found >= 0 ? found : without_cpus;
}

static int no_such_pu(enum relation relation, const struct placement *base,
		      struct error *err)
{
	switch (relation) {
	case RELATION_SMT_SIBLING:
		return error_set(err, "pCPU %d has no SMT sibling to use",
				 base->cpu);
	case RELATION_OTHER_CORE:
		return error_set(err,
				 "no other core shares the L3 cache of pCPU %d",
				 base->cpu);
	case RELATION_OTHER_L3:
		return error_set(err,
				 "there is no other L3 cache on the node of "
				 "pCPU %d",
				 base->cpu);
	default:
		return error_set(err, "no other NUMA node has a pCPU to use");
	}
}

static int relate_node(const struct topology *topology,
		       const struct placement *base,
		       struct placement *placement, struct error *err)
{
	placement->node = find_other_node(topology, base->node);
	if (base->node < 0 || placement->node < 0)
		return error_set(err, "there is only one NUMA node here");
	return 0;
}

static int relate_helper(const struct topology *topology,
			 const struct placement *base, enum relation relation,
			 struct placement *placement, struct error *err)
{
	hwloc_obj_t vcpu_pu = hwloc_get_pu_obj_by_os_index(
		topology->hwloc, (unsigned int)base->cpu);
	hwloc_obj_t helper = NULL;

	if (vcpu_pu)
		helper = find_related(topology, relation, vcpu_pu,
				      placement->node);
	if (!helper)
		return no_such_pu(relation, base, err);
	placement->helper_cpu = (int)helper->os_index;
	return 0;
}

int topology_relate(const struct topology *topology,
		    const struct placement *base, enum relation relation,
		    bool helper, struct placement *placement, struct error *err)
{
	*placement = *base;
	if (relation == RELATION_NONE)
		return 0;
	if (relation == RELATION_LOCAL) {
		if (helper)
			return error_set(
				err,
				"the helper thread needs a pCPU of its own");
		return 0;
	}
	if (relation == RELATION_OTHER_NODE &&
	    relate_node(topology, base, placement, err))
		return -1;
	if (helper)
		return relate_helper(topology, base, relation, placement, err);
	if (relation == RELATION_OTHER_NODE)
		return 0;
	return error_set(err, "the benchmark has no helper thread to place");
}
