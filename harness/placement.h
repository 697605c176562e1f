/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The placement of a run on this machine. */
#ifndef VMB_PLACEMENT_H
#define VMB_PLACEMENT_H

#include "host.h"
#include "topology.h"

/*
 * topology_place() with hints from the host: which pCPUs are isolated and,
 * when there is a choice, how busy they are during 0.2 s. The hints stay with
 * @topology.
 */
int placement_choose(struct topology *topology, const struct host_root *root,
		     int cpu, int node, struct placement *placement,
		     struct error *err);

#endif
