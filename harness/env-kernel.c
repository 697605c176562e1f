// SPDX-License-Identifier: GPL-2.0-or-later
/* env.json: how the kernel was built and started. */
#include <stdlib.h>
#include <string.h>

#include "env-facts.h"
#include "host-kernel.h"
#include "util.h"

/* kernel/Kconfig.preempt; PREEMPT_RT is set beside one of the others. */
static const struct preemption {
	const char *option;
	const char *name;
} preemptions[] = {
	{ .option = "PREEMPT_RT", .name = "rt" },
	{ .option = "PREEMPT", .name = "full" },
	{ .option = "PREEMPT_LAZY", .name = "lazy" },
	{ .option = "PREEMPT_VOLUNTARY", .name = "voluntary" },
	{ .option = "PREEMPT_NONE", .name = "none" },
};

static const char *const isolating_options[] = {
	"isolcpus",
	"nohz_full",
	"rcu_nocbs",
	"irqaffinity",
};

static json_t *built_preemption(const struct kernel_config *config)
{
	for (size_t i = 0; i < ARRAY_SIZE(preemptions); i++)
		if (kernel_config_is_set(config, preemptions[i].option))
			return json_string(preemptions[i].name);
	return json_null();
}

static json_t *preemption(const struct host_root *root,
			  const struct kernel_config *config)
{
	json_t *object = json_object(), *dynamic = NULL;

	if (config)
		dynamic = json_boolean(
			kernel_config_is_set(config, "PREEMPT_DYNAMIC"));
	env_put(object, "built", config ? built_preemption(config) : NULL);
	env_put(object, "dynamic", dynamic);
	/* Where debugfs is mounted and may be read, the choice of today. */
	env_put(object, "current",
		env_text(host_choice(root, "/sys/kernel/debug/sched/preempt")));
	return object;
}

/* The names of the slow options that are set, or of those @in_production. */
static json_t *debug_options(const struct kernel_config *config,
			     bool in_production)
{
	json_t *names = json_array();

	for (size_t i = 0; i < kernel_debug_option_count; i++) {
		const struct kernel_debug_option *o = &kernel_debug_options[i];

		if (o->in_production == in_production &&
		    kernel_config_is_set(config, o->name))
			json_array_append_new(names, json_string(o->name));
	}
	return names;
}

static json_t *timer_hz(const struct kernel_config *config)
{
	char *text = kernel_config_value(config, "HZ");
	json_t *json = NULL;
	int64_t hz;

	if (text && !parse_i64(text, &hz))
		json = json_integer(hz);
	free(text);
	return json;
}

static void put_config(json_t *group, const struct kernel_config *config)
{
	json_t *slow = config ? debug_options(config, false) : NULL;

	env_put(group, "config_source",
		config ? json_string(config->source) : NULL);
	env_put(group, "hz", config ? timer_hz(config) : NULL);
	env_put(group, "debug",
		slow ? json_boolean(json_array_size(slow)) : NULL);
	env_put(group, "debug_options", slow);
	env_put(group, "instrumentation_options",
		config ? debug_options(config, true) : NULL);
}

void env_put_kernel(json_t *group, const struct host_root *root)
{
	struct kernel_config config, *known = NULL;

	if (!kernel_config_read(root, &config))
		known = &config;
	env_put(group, "cmdline", env_value(host_line(root, "/proc/cmdline")));
	put_config(group, known);
	env_put(group, "preemption", preemption(root, known));
	kernel_config_free(&config);
}

void env_put_isolation(json_t *group, const struct host_root *root)
{
	char *cmdline = host_line(root, "/proc/cmdline");
	json_t *object = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(isolating_options); i++) {
		const char *name = isolating_options[i];
		char *value = NULL;

		/* Not given, or given without CPUs: there are none. */
		if (cmdline)
			value = cmdline_option(cmdline, name);
		if (cmdline && !value)
			value = xstrdup("");
		env_put(object, name, env_list(value));
	}
	free(cmdline);
	env_put(group, "cmdline", object);
}
