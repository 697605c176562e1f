// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a lab machine sends, which may be anything: the first byte says how
 * many bytes come at a time. The same bytes as the summary.csv that it sent,
 * whose rows get the names of the lab, and as what `lab reproduce` saw printed.
 */
#include "lab/identity.c"

#include "fuzz.h"
#include "lab/stream-read.h"
#include "lab/trial.h"

/* A sink may use all that it is given, and relies on what is promised. */
static int take_bytes(void *context, const void *bytes, size_t n,
		      struct error *err)
{
	(void)err;
	fwrite(bytes, 1, n, context);
	return 0;
}

static int take_text(void *context, const char *text, size_t n,
		     struct error *err)
{
	return take_bytes(context, text, n, err);
}

static int take_path(void *context, const char *path, struct error *err)
{
	if (!*path || *path == '/' || !strcmp(path, "..") ||
	    !strncmp(path, "../", 3) || strstr(path, "/../") ||
	    (strlen(path) > 2 && !strcmp(path + strlen(path) - 3, "/..")))
		abort();
	return take_bytes(context, path, strlen(path), err);
}

static int take_exit(void *context, const char *text, struct error *err)
{
	return take_bytes(context, text, strlen(text), err);
}

static const struct lab_stream_sink sink = {
	.output = take_text,
	.file = take_path,
	.data = take_bytes,
	.exit = take_exit,
};

static void rename_all(const struct fuzz_input *input)
{
	static const struct renaming names = { "id", "new, id", "label" };
	FILE *from = fmemopen((void *)input->data, input->size, "r");

	if (from) {
		rename_lines(fuzz_sink(), from, &names);
		fclose(from);
	}
}

static void feed(struct fuzz_input input)
{
	size_t step = fuzz_number(&input, 1) + 1, n;
	struct lab_stream stream = LAB_STREAM(&sink, fuzz_sink());
	struct error err;

	for (; input.size; input.data += n, input.size -= n) {
		n = step < input.size ? step : input.size;
		if (lab_stream_feed(&stream, input.data, n, &err))
			break;
	}
	lab_stream_free(&stream);
}

static void judge(const struct fuzz_input *input)
{
	char *text = fuzz_text(input);
	struct lab_trial trial;

	lab_trial_read(&trial, text);
	lab_trial_judge(&trial, LAB_BOOT_CRASHED, -1);
	free(text);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	const struct fuzz_input input = { data, size };

	feed(input);
	judge(&input);
	if (size)
		rename_all(&input);
	return 0;
}
