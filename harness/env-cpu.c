// SPDX-License-Identifier: GPL-2.0-or-later
/* env.json: what the CPU is, and at which speed it runs and idles. */
#include <stdlib.h>
#include <string.h>

#include "env-facts.h"
#include "host-cpu.h"
#include "util.h"

#define SYS_CPU "/sys/devices/system/cpu"

enum field_kind {
	FIELD_TEXT,
	FIELD_INTEGER,
	FIELD_WORDS,
};

static const struct field {
	const char *key;
	enum field_kind kind;
	const char *name; /* in /proc/cpuinfo */
} fields[] = {
	{ .key = "vendor", .kind = FIELD_TEXT, .name = "vendor_id" },
	{ .key = "model_name", .kind = FIELD_TEXT, .name = "model name" },
	{ .key = "family", .kind = FIELD_INTEGER, .name = "cpu family" },
	{ .key = "model", .kind = FIELD_INTEGER, .name = "model" },
	{ .key = "stepping", .kind = FIELD_INTEGER, .name = "stepping" },
	{ .key = "microcode", .kind = FIELD_TEXT, .name = "microcode" },
	{ .key = "flags", .kind = FIELD_WORDS, .name = "flags" },
	{ .key = "bugs", .kind = FIELD_WORDS, .name = "bugs" },
};

static json_t *read_field(const char *cpuinfo, const struct field *field)
{
	char *text = cpuinfo ? cpuinfo_field(cpuinfo, field->name) : NULL;
	json_t *json = NULL;
	int64_t number;

	if (!text)
		return json_null();
	switch (field->kind) {
	case FIELD_TEXT:
		return env_text(text);
	case FIELD_WORDS:
		return env_words(text);
	case FIELD_INTEGER:
		if (!parse_i64(text, &number))
			json = json_integer(number);
		break;
	}
	free(text);
	return json;
}

void env_put_cpu(json_t *group, const struct host_root *root)
{
	char *cpuinfo = host_cpuinfo(root);

	for (size_t i = 0; i < ARRAY_SIZE(fields); i++)
		env_put(group, fields[i].key, read_field(cpuinfo, &fields[i]));
	free(cpuinfo);
}

/* Below cpuN/cpuidle/stateM */
static const struct env_fact state_facts[] = {
	{ .key = "name", .kind = ENV_TEXT, .path = "name" },
	{ .key = "latency_us", .kind = ENV_INTEGER, .path = "latency" },
	{ .key = "disabled", .kind = ENV_FLAG, .path = "disable" },
};

void env_put_frequency(json_t *group, const struct host_root *root)
{
	env_put(group, "turbo", env_answer(host_turbo(root)));
	env_put(group, "governors",
		env_per_cpu(root, "cpufreq/scaling_governor"));
	env_put(group, "energy_preferences",
		env_per_cpu(root, "cpufreq/energy_performance_preference"));
}

/* One of a group's facts whose files are in @directory. */
static void put_fact_in(json_t *group, const struct host_root *root,
			const char *directory, const struct env_fact *fact)
{
	struct env_fact there = *fact;
	char *path = xasprintf("%s/%s", directory, fact->path);

	there.path = path;
	env_put_facts(group, root, &there, 1);
	free(path);
}

static json_t *idle_states(const struct host_root *root)
{
	static const char directory[] = SYS_CPU "/cpu0/cpuidle";
	char **names = host_list(root, directory, "state");
	json_t *states;

	if (!names)
		return json_null();
	states = json_array();
	for (size_t i = 0; names[i]; i++) {
		char *path = xasprintf("%s/%s", directory, names[i]);
		json_t *state = json_object();

		for (size_t j = 0; j < ARRAY_SIZE(state_facts); j++)
			put_fact_in(state, root, path, &state_facts[j]);
		json_array_append_new(states, state);
		free(path);
	}
	host_list_free(names);
	return states;
}

void env_put_idle(json_t *group, const struct host_root *root)
{
	char *governor;

	/* The second is its name where it cannot be changed, before 5.8. */
	governor = host_line(root, SYS_CPU "/cpuidle/current_governor");
	if (!governor)
		governor =
			host_line(root, SYS_CPU "/cpuidle/current_governor_ro");
	env_put(group, "governor", env_text(governor));
	env_put(group, "cpu0_states", idle_states(root));
}

void env_put_hypervisor(json_t *group, const struct host_root *root)
{
	env_put(group, "present",
		env_answer(host_cpu_flag(root, "hypervisor")));
	env_put(group, "signature", env_text(host_hypervisor_signature(root)));
}

void env_put_clock(json_t *group, const struct host_root *root)
{
	const char *source = NULL;
	json_t *hz_json = NULL;
	uint64_t hz;

	if (!host_tsc_hz(root, &hz, &source))
		hz_json = json_integer((json_int_t)hz);
	env_put(group, "tsc_hz", hz_json);
	env_put(group, "tsc_hz_source", source ? json_string(source) : NULL);
}
