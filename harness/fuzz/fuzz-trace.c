// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What a kernel's tracing says, first the `format` of the records, then, behind
 * a NUL, where a ring's records begin and its bytes.
 */
#include <stdlib.h>
#include <string.h>

#include "exit-names.h"
#include "fuzz.h"
#include "msr-names.h"
#include "trace-format.h"
#include "util.h"

#define PAGE 4096u
#define SIZE 1024u /* of the ring */

static const struct trace_format kernel_6_1 = {
	.usable = { true, true, true, true, true },
	.id = { 1, 2, 3, 4, 5 },
	.msr = { { 8, 4 }, { 8, 4 } },
	.exit_reason = { 8, 4 },
	.exit_isa = { 24, 4 },
	.nmi_handler = { 8, 8 },
	.nmi_ns = { 16, 8 },
};

static void read_format(const char *text, struct trace_format *format)
{
	struct error err;

	*format = kernel_6_1;
	tracefs_parse_field(text, "msr", &format->msr[0], &err);
	tracefs_parse_field(text, "msr", &format->msr[1], &err);
	tracefs_parse_field(text, "exit_reason", &format->exit_reason, &err);
	tracefs_parse_field(text, "isa", &format->exit_isa, &err);
	tracefs_parse_field(text, "handler", &format->nmi_handler, &err);
	tracefs_parse_field(text, "delta_ns", &format->nmi_ns, &err);
}

struct taking {
	const struct trace_format *format;
	struct trace_tally tally;
};

static void take(const struct perf_sample *sample, void *data)
{
	struct taking *taking = data;
	/* Of its exact size: a read behind it is seen. */
	struct fuzz_input raw = { sample->raw, sample->raw_size };
	struct perf_sample copy = { .time = sample->time,
				    .raw = fuzz_bytes(&raw),
				    .raw_size = sample->raw_size };

	trace_tally_add(&taking->tally, taking->format, &copy);
	free((void *)copy.raw);
}

static void show(const struct trace_tally *tally)
{
	char name[16];

	for (size_t i = 0; i < tally->msr.count; i++)
		msr_name(tally->msr.msr[i].index, name, sizeof(name));
	for (size_t i = 0; i < tally->exit.count; i++)
		exit_name(tally->exit.exit[i].isa, tally->exit.exit[i].reason,
			  name, sizeof(name));
}

static void drain(const struct trace_format *format, struct fuzz_input *input)
{
	struct perf_ring *ring = xcalloc(1, sizeof(*ring));
	struct taking *taking = xcalloc(1, sizeof(*taking));
	unsigned char *mapping = xcalloc(1, PAGE + SIZE);

	taking->format = format;
	perf_ring_init(ring, mapping, PAGE, SIZE);
	ring->page->data_tail = fuzz_number(input, 2);
	ring->page->data_head = ring->page->data_tail + fuzz_number(input, 2);
	for (size_t at = ring->page->data_tail; input->size; at++)
		mapping[PAGE + at % SIZE] = (uint8_t)fuzz_number(input, 1);
	perf_ring_drain(ring, take, taking);
	perf_ring_drain(ring, take, taking);
	show(&taking->tally);
	trace_tally_free(&taking->tally);
	free(mapping);
	free(taking);
	free(ring);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
	struct fuzz_input input = { data, size }, part;
	struct trace_format format;
	char *text;

	if (!fuzz_part(&input, &part))
		return 0;
	text = fuzz_text(&part);
	read_format(text, &format);
	drain(&format, &input);
	free(text);
	return 0;
}
