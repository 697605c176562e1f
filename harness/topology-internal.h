/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For topology*.c: the machine as hwloc has it. A PU is a pCPU. */
#ifndef VMB_TOPOLOGY_INTERNAL_H
#define VMB_TOPOLOGY_INTERNAL_H

#include <hwloc.h>

#include "topology.h"

struct topology {
	hwloc_topology_t hwloc;
	hwloc_bitmap_t isolated; /* NULL: unknown */
	double *busy; /* see struct topology_hints */
	size_t nr_busy;
};

/* The PU that is number @i in hwloc's order. */
hwloc_obj_t topology_pu(const struct topology *topology, int i);

/* NULL when hwloc knows of no cores. */
hwloc_obj_t topology_core_of(const struct topology *topology, hwloc_obj_t pu);

/* The node whose memory is local to @pu, -1 when hwloc does not know. */
int topology_node_of(hwloc_obj_t pu);

/* Above 0: @a is quieter than @b by the hints. */
int topology_compare(const struct topology *topology, hwloc_obj_t a,
		     hwloc_obj_t b);

#endif
