// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "file-write.h"
#include "json-file.h"
#include "util.h"

int json_write_atomic(const char *path, const json_t *json, struct error *err)
{
	char *dump = json_dumps(json, JSON_INDENT(2)), *text;
	int ret;

	if (!dump)
		return error_set(err,
				 "cannot write '%s': it is not a JSON "
				 "object or array",
				 path);
	text = xasprintf("%s\n", dump);
	free(dump);
	ret = file_write_atomic(path, text, strlen(text), err);
	free(text);
	return ret;
}
