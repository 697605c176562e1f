// SPDX-License-Identifier: GPL-2.0-or-later
#include <errno.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <jansson.h>
#include <sys/random.h>
#include <sys/stat.h>

#include "embedded.h"
#include "file-write.h"
#include "trend-html.h"
#include "trend-json.h"
#include "util.h"

/* Tells our pages from other files; in the first bytes of the template. */
#define GENERATOR   "<meta name=\"generator\" content=\"vmentry-bench trend\">"
#define LOOK_AT	    512
#define DIGITS	    9 /* of a number */
#define NONCE_BYTES 16

/* "<" cannot end the script element, nor begin a comment in it. */
static int put_escaped(const char *buffer, size_t size, void *out)
{
	const char *end = buffer + size, *mark;

	while ((mark = memchr(buffer, '<', (size_t)(end - buffer)))) {
		fwrite(buffer, 1, (size_t)(mark - buffer), out);
		fputs("\\u003c", out);
		buffer = mark + 1;
	}
	fwrite(buffer, 1, (size_t)(end - buffer), out);
	return 0;
}

static void put_data(FILE *out, const struct trend *t)
{
	json_t *json = trend_json(t);

	json_dump_callback(json, put_escaped, out,
			   JSON_COMPACT | JSON_ENSURE_ASCII |
				   JSON_REAL_PRECISION(DIGITS));
	json_decref(json);
}

/* "data", "nonce", or a file beside the template. */
static void put_part(FILE *out, const char *name, const char *nonce,
		     const struct trend *t)
{
	char *path = xasprintf("trend/%s", name);
	const struct embedded_file *file = embedded_find(path);

	if (!strcmp(name, "data"))
		put_data(out, t);
	else if (!strcmp(name, "nonce"))
		fputs(nonce, out);
	else if (file)
		fwrite(file->data, 1, file->size, out);
	free(path);
}

/* The template, with "@{NAME}" replaced; what comes in is not looked at. */
static void put_page(FILE *out, const char *nonce, const struct trend *t)
{
	const char *at =
		(const char *)embedded_find("trend/dashboard.html")->data;
	const char *mark, *end;

	while ((mark = strstr(at, "@{")) && (end = strchr(mark, '}'))) {
		char *name = xasprintf("%.*s", (int)(end - mark - 2), mark + 2);

		fwrite(at, 1, (size_t)(mark - at), out);
		put_part(out, name, nonce, t);
		free(name);
		at = end + 1;
	}
	fputs(at, out);
}

/* Once used: a text of the data cannot know it. Owned by the caller. */
static char *make_nonce(struct error *err)
{
	unsigned char bytes[NONCE_BYTES];
	char *nonce = xcalloc(2 * NONCE_BYTES + 1, 1);

	if (getrandom(bytes, sizeof(bytes), 0) == sizeof(bytes)) {
		for (size_t i = 0; i < sizeof(bytes); i++)
			sprintf(nonce + 2 * i, "%02x", bytes[i]);
		return nonce;
	}
	error_set_errno(err, "cannot get random bytes");
	free(nonce);
	return NULL;
}

char *trend_html_page(const struct trend *t, size_t *size, struct error *err)
{
	char *nonce = make_nonce(err), *page = NULL;
	FILE *out;

	if (!nonce)
		return NULL;
	out = xmemstream(&page, size);
	put_page(out, nonce, t);
	xmemstream_close(out);
	free(nonce);
	return page;
}

/* Nothing, or an older page, is at @path. */
static int may_replace(const char *path, struct error *err)
{
	char begin[LOOK_AT + 1] = "";
	struct stat st;
	FILE *file;

	if (stat(path, &st)) {
		if (errno == ENOENT)
			return 0;
		return error_set_errno(err, "cannot write '%s'", path);
	}
	if (!S_ISREG(st.st_mode))
		return error_set(err, "cannot write '%s': it is not a file",
				 path);
	file = fopen(path, "r");
	if (!file)
		return error_set_errno(err, "cannot read '%s'", path);
	begin[fread(begin, 1, LOOK_AT, file)] = '\0';
	fclose(file);
	if (strstr(begin, GENERATOR))
		return 0;
	return error_set(err,
			 "cannot write '%s': a file that is no page of "
			 "'run-bench trend' is there",
			 path);
}

int trend_html_write(const char *path, const struct trend *t, struct error *err)
{
	char *page;
	size_t size;
	int ret = may_replace(path, err);

	if (ret)
		return ret;
	page = trend_html_page(t, &size, err);
	if (!page)
		return -1;
	ret = file_write_atomic(path, page, size, err);
	free(page);
	return ret;
}
