// SPDX-License-Identifier: GPL-2.0-or-later
/* What `--tune` changes, and into what. */
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#include "cpu-list.h"
#include "tune.h"
#include "util.h"

#define SYS_CPU "/sys/devices/system/cpu"

/* Settings of one file, from one value to another. */
static const struct simple {
	const char *name;
	const char *path;
	/* NULL: from any other value, of a number or word, than @to */
	const char *from;
	const char *to;
} simples[] = {
	{
		.name = "turbo",
		.path = SYS_CPU "/intel_pstate/no_turbo",
		.from = "0",
		.to = "1",
	},
	{
		.name = "turbo",
		.path = SYS_CPU "/cpufreq/boost",
		.from = "1",
		.to = "0",
	},
	{
		.name = "nmi-watchdog",
		.path = "/proc/sys/kernel/nmi_watchdog",
		.from = "1",
		.to = "0",
	},
	{
		.name = "numa-balancing",
		.path = "/proc/sys/kernel/numa_balancing",
		.to = "0",
	},
	{
		.name = "ksm",
		.path = "/sys/kernel/mm/ksm/run",
		.from = "1",
		.to = "0",
	},
};

static void add(struct tune *tune, const char *name, const char *path,
		const char *from, const char *to)
{
	tune->setting = xrealloc(tune->setting, tune->count + 1,
				 sizeof(*tune->setting));
	tune->setting[tune->count++] = (struct tune_setting){
		.name = name,
		.path = xstrdup(path),
		.from = xstrdup(from),
		.to = xstrdup(to),
	};
}

static void plan_simples(struct tune *tune)
{
	for (size_t i = 0; i < ARRAY_SIZE(simples); i++) {
		const struct simple *s = &simples[i];
		char *value = host_line(&tune->root, s->path);

		if (value && *value && strcmp(value, s->to) &&
		    (!s->from || !strcmp(value, s->from)))
			add(tune, s->name, s->path, value, s->to);
		free(value);
	}
}

/* All of them: the cores of a package share what limits their speed. */
static void plan_governors(struct tune *tune)
{
	static const char directory[] = SYS_CPU "/cpufreq";
	char **names = host_list(&tune->root, directory, "policy");

	for (size_t i = 0; names && names[i]; i++) {
		char *path = xasprintf("%s/%s/scaling_governor", directory,
				       names[i]);
		char *value = host_line(&tune->root, path);

		if (value && *value && strcmp(value, "performance"))
			add(tune, "governor", path, value, "performance");
		free(value);
		free(path);
	}
	host_list_free(names);
}

/* Guest memory asks for huge pages, which "never" refuses. */
static void plan_thp(struct tune *tune)
{
	static const char path[] =
		"/sys/kernel/mm/transparent_hugepage/enabled";
	char *value = host_choice(&tune->root, path);

	if (value && !strcmp(value, "never"))
		add(tune, "thp", path, value, "madvise");
	free(value);
}

/* Where an interrupt goes that had the pCPU alone: to all others. */
static char *other_cpus(const struct tune *tune, int cpu)
{
	char *online = host_line(&tune->root, SYS_CPU "/online");
	char *others = online ? cpu_list_without(online, cpu) : NULL;

	free(online);
	return others;
}

static void plan_irq(struct tune *tune, const char *irq, int cpu,
		     const char *others)
{
	char *path = xasprintf("/proc/irq/%s/smp_affinity_list", irq);
	char *value = host_line(&tune->root, path), *to = NULL;

	if (value && cpu_list_has(value, cpu) == HOST_YES)
		to = cpu_list_without(value, cpu);
	if (to && !*to) {
		free(to);
		to = others ? xstrdup(others) : NULL;
	}
	if (to && *to)
		add(tune, "irq-affinity", path, value, to);
	free(to);
	free(value);
	free(path);
}

static void plan_irqs(struct tune *tune, int cpu)
{
	char **names = host_list(&tune->root, "/proc/irq", "");
	char *others = other_cpus(tune, cpu);

	for (size_t i = 0; names && names[i]; i++)
		if (isdigit((unsigned char)names[i][0]))
			plan_irq(tune, names[i], cpu, others);
	free(others);
	host_list_free(names);
}

/* Documentation/power/pm_qos_interface.rst */
static void plan_latency(struct tune *tune)
{
	static const char path[] = "/dev/cpu_dma_latency";
	char *to;

	if (host_exists(&tune->root, path) != HOST_YES)
		return;
	to = xasprintf("%d us", TUNE_LATENCY_US);
	add(tune, "c-states", path, "as others limit it", to);
	tune->setting[tune->count - 1].held = true;
	free(to);
}

void tune_plan(struct tune *tune, const struct host_root *root, int cpu)
{
	*tune = (struct tune){ .root = *root };
	plan_governors(tune);
	plan_simples(tune);
	plan_thp(tune);
	plan_irqs(tune, cpu);
	plan_latency(tune);
}

json_t *tune_json(const struct tune *tune)
{
	json_t *array = json_array();

	for (size_t i = 0; i < tune->count; i++) {
		const struct tune_setting *s = &tune->setting[i];

		json_array_append_new(
			array,
			json_pack("{s:s, s:s, s:s, s:s, s:s?}", "name", s->name,
				  "path", s->path, "from", s->from, "to", s->to,
				  "error", s->why ? strerror(s->why) : NULL));
	}
	return array;
}
