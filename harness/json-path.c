// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "json-path.h"
#include "util.h"

json_t *json_at(const json_t *json, const char *path)
{
	char *copy = xstrdup(path), *rest = copy, *key;
	json_t *at = (json_t *)json;

	while (at && (key = strsep(&rest, ".")))
		at = json_object_get(at, key);
	free(copy);
	return json_is_null(at) ? NULL : at;
}

const char *json_text_at(const json_t *json, const char *path)
{
	return json_string_value(json_at(json, path));
}
