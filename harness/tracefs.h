/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * tracefs (Documentation/trace/events.rst): where the kernel tells which
 * tracepoints it has and how their records are laid out. Only read.
 */
#ifndef VMB_TRACEFS_H
#define VMB_TRACEFS_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"

/*
 * Its root directory: a descriptor that the caller closes, or -1. tracefs is
 * mounted for this process alone, nowhere in the file tree and read-only, so
 * that nothing of the user's system changes; where that is not allowed, a
 * mount that is there already serves.
 */
int tracefs_open(struct error *err);

/*
 * Copy the kernel's trace buffer, as text, to the new file @path. What other
 * tools trace meanwhile is in it; nothing is started, stopped or cleared.
 */
int tracefs_save(const char *path, struct error *err);

/* Is there a tracepoint @name, "SYSTEM:EVENT"? */
bool tracefs_has(int root, const char *name);

/*
 * The number by which perf_event_open() (PERF_TYPE_TRACEPOINT, config) and
 * records (common_type) know tracepoint @name, "SYSTEM:EVENT".
 */
int tracefs_id(int root, const char *name, uint64_t *id, struct error *err);

/* Where a field lies in a record, in bytes. */
struct tracefs_field {
	size_t offset;
	size_t size; /* 1, 2, 4 or 8 */
};

/* Field @field of the records of tracepoint @name. */
int tracefs_field(int root, const char *name, const char *field,
		  struct tracefs_field *at, struct error *err);

/* The same from the text of a `format` file. Pure. */
int tracefs_parse_field(const char *format, const char *field,
			struct tracefs_field *at, struct error *err);

/*
 * The field's value, zero-extended. False when it does not lie inside of the
 * @size bytes of @record. Pure.
 */
bool tracefs_value(const struct tracefs_field *at, const void *record,
		   size_t size, uint64_t *value);

#endif
