/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Members of nested JSON objects by one name: "kernel.preemption.built". */
#ifndef VMB_JSON_PATH_H
#define VMB_JSON_PATH_H

#include <jansson.h>

/*
 * The member of @json at @path; NULL when there is none, when it is null, and
 * when @json is NULL. It belongs to @json.
 */
json_t *json_at(const json_t *json, const char *path);

/* The same, when it is a text; else NULL. */
const char *json_text_at(const json_t *json, const char *path);

#endif
