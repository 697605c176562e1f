/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The monitor's side of lab/stream.h. Pure. */
#ifndef VMB_LAB_STREAM_READ_H
#define VMB_LAB_STREAM_READ_H

#include <stdbool.h>
#include <stddef.h>

#include "error.h"
#include "lab/stream.h"

/* Where frames go. Each is 0, or -1 with @err set, which ends the reading. */
struct lab_stream_sink {
	int (*output)(void *context, const char *text, size_t n,
		      struct error *err);
	/* @path is relative and stays below where it is taken from. */
	int (*file)(void *context, const char *path, struct error *err);
	int (*data)(void *context, const void *bytes, size_t n,
		    struct error *err);
	int (*exit)(void *context, const char *text, struct error *err);
};

struct lab_stream {
	const struct lab_stream_sink *sink;
	void *context;
	bool begun; /* the magic was seen */
	bool ended; /* so was EXIT: what follows is ignored */
	char *bytes; /* of a frame that is not whole yet */
	size_t used, room;
};

#define LAB_STREAM(sink_, context_)                     \
	(struct lab_stream)                             \
	{                                               \
		.sink = (sink_), .context = (context_), \
	}

/*
 * Take the next @n bytes. What comes before the magic is passed over: firmware
 * may use the port, too. -1: not a stream of lab/stream.h, or the sink's error.
 */
int lab_stream_feed(struct lab_stream *stream, const void *bytes, size_t n,
		    struct error *err);
void lab_stream_free(struct lab_stream *stream);

#endif
