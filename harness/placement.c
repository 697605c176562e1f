// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <time.h>

#include "host-load.h"
#include "placement.h"

/* 20 ticks of /proc/stat: enough to tell steps of 10 % from each other. */
#define OBSERVATION_NS 200000000

/* NULL when the host does not tell. */
static double *observe_load(const struct host_root *root, size_t *count)
{
	const struct timespec pause = { .tv_nsec = OBSERVATION_NS };
	char *before = host_stat(root), *after = NULL;
	double *busy = NULL;

	*count = 0;
	if (before) {
		nanosleep(&pause, NULL);
		after = host_stat(root);
	}
	if (after)
		busy = cpu_busy_shares(before, after, count);
	free(before);
	free(after);
	return busy;
}

int placement_choose(struct topology *topology, const struct host_root *root,
		     int cpu, int node, struct placement *placement,
		     struct error *err)
{
	char *isolated = host_isolated_cpus(root);
	size_t nr_busy = 0;
	double *busy = NULL;

	/* A given pCPU leaves the helper's to choose: not worth a wait. */
	if (cpu < 0 && topology_cpus(topology) > 1)
		busy = observe_load(root, &nr_busy);
	topology_set_hints(topology, &(struct topology_hints){
					     .isolated = isolated,
					     .busy = busy,
					     .nr_busy = nr_busy,
				     });
	free(isolated);
	free(busy);
	return topology_place(topology, cpu, node, placement, err);
}
