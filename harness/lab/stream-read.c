// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "lab/stream-read.h"
#include "util.h"

#define HEADER 5

/* Relative, printable, and no step upwards. */
static bool is_path(const char *path, size_t n)
{
	if (!n || *path == '/' || memchr(path, '\0', n))
		return false;
	for (size_t i = 0; i < n; i++)
		if ((unsigned char)path[i] < ' ' || path[i] == 0x7f)
			return false;
	for (const char *at = path; at; at = strchr(at, '/')) {
		at += *at == '/';
		if (!strncmp(at, "..", 2) && (!at[2] || at[2] == '/'))
			return false;
	}
	return true;
}

static int take_file(struct lab_stream *s, const char *bytes, size_t n,
		     struct error *err)
{
	char *path = xasprintf("%.*s", (int)n, bytes);
	int ret;

	if (is_path(path, n))
		ret = s->sink->file(s->context, path, err);
	else
		ret = error_set(err, "the machine sent a file without a name");
	free(path);
	return ret;
}

static int take_exit(struct lab_stream *s, const char *bytes, size_t n,
		     struct error *err)
{
	char *text = xasprintf("%.*s", (int)n, bytes);
	int ret = s->sink->exit(s->context, text, err);

	s->ended = true;
	free(text);
	return ret;
}

static int take_frame(struct lab_stream *s, unsigned char type,
		      const char *bytes, size_t n, struct error *err)
{
	switch (type) {
	case LAB_FRAME_OUTPUT:
		return s->sink->output(s->context, bytes, n, err);
	case LAB_FRAME_FILE:
		return take_file(s, bytes, n, err);
	case LAB_FRAME_DATA:
		return s->sink->data(s->context, bytes, n, err);
	case LAB_FRAME_EXIT:
		return take_exit(s, bytes, n, err);
	}
	return error_set(err, "the machine sent a frame of unknown type 0x%x",
			 type);
}

static void drop(struct lab_stream *s, size_t n)
{
	s->used -= n;
	memmove(s->bytes, s->bytes + n, s->used);
}

/* Drop what is before the magic, and it; but not what may be its begin. */
static void find_magic(struct lab_stream *s)
{
	const size_t len = strlen(LAB_STREAM_MAGIC);
	char *at = memmem(s->bytes, s->used, LAB_STREAM_MAGIC, len);

	s->begun = at != NULL;
	if (at)
		drop(s, (size_t)(at - s->bytes) + len);
	else if (s->used >= len)
		drop(s, s->used - (len - 1));
}

/* How many bytes the first frame has, 0 when that is not known yet. */
static size_t frame_size(const struct lab_stream *s)
{
	const unsigned char *b = (const unsigned char *)s->bytes;

	if (s->used < HEADER)
		return 0;
	return (size_t)b[1] | (size_t)b[2] << 8 | (size_t)b[3] << 16 |
	       (size_t)b[4] << 24;
}

static int take_frames(struct lab_stream *s, struct error *err)
{
	size_t n, done = 0;
	int ret = 0;

	while (s->used - done >= HEADER && !s->ended && !ret) {
		struct lab_stream rest = { .bytes = s->bytes + done,
					   .used = s->used - done };

		n = frame_size(&rest);
		if (n > LAB_FRAME_MAX)
			ret = error_set(err,
					"the machine sent a frame of %zu bytes",
					n);
		else if (rest.used < HEADER + n)
			break;
		else
			ret = take_frame(s, (unsigned char)*rest.bytes,
					 rest.bytes + HEADER, n, err);
		done += HEADER + n;
	}
	if (!ret)
		drop(s, done < s->used ? done : s->used);
	return ret;
}

int lab_stream_feed(struct lab_stream *s, const void *bytes, size_t n,
		    struct error *err)
{
	if (s->ended || !n)
		return 0;
	if (s->room - s->used < n) {
		s->room = s->used + n;
		s->bytes = xrealloc(s->bytes, s->room, 1);
	}
	memcpy(s->bytes + s->used, bytes, n);
	s->used += n;
	if (!s->begun)
		find_magic(s);
	return s->begun ? take_frames(s, err) : 0;
}

void lab_stream_free(struct lab_stream *s)
{
	free(s->bytes);
	s->bytes = NULL;
	s->used = s->room = 0;
}
