/* SPDX-License-Identifier: GPL-2.0-or-later */
/* How busy the host's pCPUs are, by /proc/stat, and which are isolated. */
#ifndef VMB_HOST_LOAD_H
#define VMB_HOST_LOAD_H

#include "host.h"

/* One line "cpuN" of /proc/stat, in USER_HZ ticks since the boot. */
struct cpu_time {
	uint64_t total;
	uint64_t idle; /* iowait too */
	uint64_t steal;
};

/*
 * The line of pCPU @cpu in @stat, the text of /proc/stat: 0, or -1 when it is
 * not there or not as proc(5) has it.
 */
int cpu_time_parse(const char *stat, int cpu, struct cpu_time *time);

/* All of /proc/stat. NULL with errno set as host_text() does. */
char *host_stat(const struct host_root *root);

/*
 * The share of its time, 0 to 1, that each pCPU was busy between two texts of
 * /proc/stat; 0 for one that is not in both. @count gets one more than the
 * highest pCPU number of @after. The caller frees it.
 */
double *cpu_busy_shares(const char *before, const char *after, size_t *count);

/*
 * The pCPUs that the scheduler leaves alone: by isolcpus= and by cpuset
 * partitions, as a CPU list; "" for none, NULL when the host does not say.
 */
char *host_isolated_cpus(const struct host_root *root);

#endif
