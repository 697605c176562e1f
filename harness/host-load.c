// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "host-load.h"
#include "util.h"

#define MAX_CPU 65535 /* NR_CPUS is 8192 at most on x86 */

/* A line takes some 100 bytes; "intr", which comes behind them, 20 KiB. */
#define STAT_MAX_BYTES (1024 * 1024)

/*
 * Documentation/admin-guide/cgroup-v2.rst, cpuset.cpus.isolated (Linux 6.7);
 * the second is where systemd's hybrid hierarchy has version 2.
 */
static const char *const isolated_paths[] = {
	"/sys/devices/system/cpu/isolated",
	"/sys/fs/cgroup/cpuset.cpus.isolated",
	"/sys/fs/cgroup/unified/cpuset.cpus.isolated",
};

char *host_stat(const struct host_root *root)
{
	return host_text_head(root, "/proc/stat", STAT_MAX_BYTES);
}

int cpu_time_parse(const char *stat, int cpu, struct cpu_time *time)
{
	uint64_t user, nice, system, idle, iowait, irq, softirq, steal;
	char *name = xasprintf("\ncpu%d ", cpu);
	const char *line = strstr(stat, name);
	size_t len = strlen(name);
	int fields;

	free(name);
	if (!line)
		return -1;
	/* proc(5); what follows is contained in the first two. */
	fields = sscanf(line + len,
			"%" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64
			" %" SCNu64 " %" SCNu64 " %" SCNu64 " %" SCNu64,
			&user, &nice, &system, &idle, &iowait, &irq, &softirq,
			&steal);
	if (fields != 8)
		return -1;
	*time = (struct cpu_time){
		.total = user + nice + system + idle + iowait + irq + softirq +
			 steal,
		.idle = idle + iowait,
		.steal = steal,
	};
	return 0;
}

/* One more than the number of the last "cpuN" line. */
static size_t count_cpus(const char *stat)
{
	const char *line = stat;
	size_t count = 0;
	int cpu;

	while ((line = strstr(line, "\ncpu"))) {
		line += strlen("\ncpu");
		if (sscanf(line, "%d", &cpu) == 1 && cpu >= 0 &&
		    cpu <= MAX_CPU && (size_t)cpu >= count)
			count = (size_t)cpu + 1;
	}
	return count;
}

double *cpu_busy_shares(const char *before, const char *after, size_t *count)
{
	struct cpu_time from, to;
	double *shares;

	*count = count_cpus(after);
	shares = xcalloc(*count, sizeof(*shares));
	for (size_t i = 0; i < *count; i++) {
		if (cpu_time_parse(before, (int)i, &from) ||
		    cpu_time_parse(after, (int)i, &to))
			continue;
		/* iowait may go backwards (proc(5)). */
		if (to.total <= from.total || to.idle < from.idle)
			continue;
		shares[i] = 1 - (double)(to.idle - from.idle) /
					(double)(to.total - from.total);
	}
	return shares;
}

char *host_isolated_cpus(const struct host_root *root)
{
	char *all = NULL, *list;

	for (size_t i = 0; i < ARRAY_SIZE(isolated_paths); i++) {
		list = host_line(root, isolated_paths[i]);
		if (list && !all)
			all = xstrdup(list);
		else if (list && *list)
			all = join_word(all, ",", list);
		free(list);
	}
	return all;
}
