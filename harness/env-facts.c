// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdlib.h>
#include <string.h>

#include "env-facts.h"
#include "util.h"

void env_put(json_t *object, const char *key, json_t *value)
{
	json_object_set_new(object, key, value ? value : json_null());
}

json_t *env_value(char *text)
{
	json_t *json = text ? json_string(text) : NULL;

	free(text);
	return json ? json : json_null();
}

json_t *env_text(char *text)
{
	if (text && *text)
		return env_value(text);
	free(text);
	return json_null();
}

json_t *env_list(char *text)
{
	/* "(null)": nohz_full of a kernel that was started without it. */
	if (!text || (*text && strcmp(text, "(null)")))
		return env_value(text);
	free(text);
	return json_string("none");
}

json_t *env_words(char *text)
{
	json_t *words;
	char *word, *state = NULL;

	if (!text)
		return json_null();
	words = json_array();
	for (word = strtok_r(text, " \t", &state); word;
	     word = strtok_r(NULL, " \t", &state))
		json_array_append_new(words, env_value(xstrdup(word)));
	free(text);
	return words;
}

json_t *env_answer(enum host_answer answer)
{
	if (answer == HOST_UNKNOWN)
		return json_null();
	return json_boolean(answer == HOST_YES);
}

static json_t *read_fact(const struct host_root *root,
			 const struct env_fact *fact)
{
	int64_t number;

	switch (fact->kind) {
	case ENV_TEXT:
		return env_text(host_line(root, fact->path));
	case ENV_LIST:
		return env_list(host_line(root, fact->path));
	case ENV_INTEGER:
		if (host_integer(root, fact->path, &number))
			return json_null();
		return json_integer(number);
	case ENV_FLAG:
		return env_answer(host_flag(root, fact->path));
	case ENV_CHOICE:
		return env_text(host_choice(root, fact->path));
	}
	return json_null();
}

void env_put_facts(json_t *group, const struct host_root *root,
		   const struct env_fact *facts, size_t count)
{
	for (size_t i = 0; i < count; i++)
		env_put(group, facts[i].key, read_fact(root, &facts[i]));
}

/* cpu0, but not cpufreq. */
static bool is_cpu(const char *name)
{
	name += strlen("cpu");
	return *name && !name[strspn(name, "0123456789")];
}

json_t *env_per_cpu(const struct host_root *root, const char *file)
{
	static const char directory[] = "/sys/devices/system/cpu";
	char **names = host_list(root, directory, "cpu");
	json_t *values = json_object(), *value;
	bool known = false;

	for (size_t i = 0; names && names[i]; i++) {
		char *path;

		if (!is_cpu(names[i]))
			continue;
		path = xasprintf("%s/%s/%s", directory, names[i], file);
		value = env_text(host_line(root, path));
		free(path);
		known = known || !json_is_null(value);
		env_put(values, names[i], value);
	}
	host_list_free(names);
	if (known)
		return values;
	json_decref(values);
	return json_null();
}
