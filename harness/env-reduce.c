// SPDX-License-Identifier: GPL-2.0-or-later
#include <hwloc.h>
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "cpu-list.h"
#include "cpu-mask.h"
#include "env-reduce.h"
#include "util.h"

static bool is_left_out(const char *key)
{
	static const char *const keys[] = {
		"BOOT_IMAGE", "initrd",	   "isolcpus",
		"nohz_full",  "rcu_nocbs", "irqaffinity",
	};

	for (size_t i = 0; i < ARRAY_SIZE(keys); i++)
		if (!strcmp(key, keys[i]))
			return true;
	return false;
}

/* A key may be there more than once: console=tty0 console=ttyS0. */
static void add_word(json_t *words, char *word)
{
	char *value = strchr(word, '=');
	const char *before;
	char *both;

	if (value)
		*value++ = '\0';
	if (is_left_out(word))
		return;
	before = json_string_value(json_object_get(words, word));
	both = xasprintf("%s%s%s", before ? before : "", before ? " " : "",
			 value ? value : "given");
	json_object_set_new(words, word, json_string(both));
	free(both);
}

json_t *env_reduce_cmdline(const json_t *cmdline)
{
	json_t *words = json_object();
	char *text, *word, *state = NULL;

	if (!json_is_string(cmdline))
		return words;
	text = xstrdup(json_string_value(cmdline));
	for (word = strtok_r(text, " \t\n", &state); word;
	     word = strtok_r(NULL, " \t\n", &state))
		add_word(words, word);
	free(text);
	return words;
}

/* Which CPUs have @governor: "0-2,4". Owned. */
static char *cpus_with(const json_t *governors, const char *governor)
{
	/* A bitmap is as long as the highest number. */
	hwloc_bitmap_t set = cpu_list_new();
	char *text = NULL, *copy;
	const char *name;
	json_t *value;

	json_object_foreach((json_t *)governors, name, value) {
		unsigned int cpu;

		if (json_is_string(value) &&
		    !strcmp(json_string_value(value), governor) &&
		    sscanf(name, "cpu%4u", &cpu) == 1 && cpu < CPU_MASK_CPUS)
			hwloc_bitmap_set(set, cpu);
	}
	if (hwloc_bitmap_list_asprintf(&text, set) < 0)
		text = NULL;
	hwloc_bitmap_free(set);
	copy = xstrdup(text ? text : "?");
	free(text);
	return copy;
}

json_t *env_reduce_governors(const json_t *governors)
{
	json_t *seen = json_object(), *value, *reduced;
	char *text = xstrdup("");
	const char *name;

	json_object_foreach((json_t *)governors, name, value)
		if (json_is_string(value))
			json_object_set_new(seen, json_string_value(value),
					    json_true());
	json_object_foreach(seen, name, value) {
		char *cpus = cpus_with(governors, name);
		char *one = json_object_size(seen) == 1
				    ? xstrdup(name)
				    : xasprintf("%s (%s)", name, cpus);

		text = join_word(text, ", ", one);
		free(one);
		free(cpus);
	}
	reduced = *text ? json_string(text) : json_null();
	free(text);
	json_decref(seen);
	return reduced;
}

json_t *env_reduce_modules(const json_t *modules)
{
	json_t *kvm = json_object(), *module;
	const char *name;

	json_object_foreach((json_t *)modules, name, module) {
		json_t *parameters = json_object_get(module, "parameters");

		if (!strncmp(name, "kvm", strlen("kvm")) &&
		    json_is_object(parameters))
			json_object_set_new(kvm, name,
					    json_pack("{s:O}", "parameters",
						      parameters));
	}
	return kvm;
}
