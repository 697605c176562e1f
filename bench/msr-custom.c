// SPDX-License-Identifier: GPL-2.0-or-later
#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "bench/msr-custom.h"
#include "harness/util.h"

/* Nothing is known of the MSR: KVM may pass it through or not. */
static const struct bench template = {
	.expect = { { EXPECT_ALL_OR_NONE, "exits", 1 } },
};

static bool same_op(const struct bench *a, const struct bench *b)
{
	return !strcmp(a->name, b->name) &&
	       a->arg[ABI_ARG_WRITE] == b->arg[ABI_ARG_WRITE] &&
	       a->arg[ABI_ARG_VALUE] == b->arg[ABI_ARG_VALUE];
}

static void free_bench(struct bench *bench)
{
	const struct param_value *values = bench->params[0].values;

	free((char *)bench->name);
	free((char *)bench->summary);
	if (values)
		free((char *)values->text);
	free((struct param_value *)values);
}

/* Put @bench at the end of @family, unless it is there already. */
static void add(struct bench *family, struct bench *bench)
{
	for (; family->name; family++)
		if (same_op(family, bench)) {
			free_bench(bench);
			return;
		}
	*family = *bench;
}

static void add_read(struct bench *family, const struct msr_request *request)
{
	struct bench bench = template;

	bench.name = xasprintf("msr/rd-0x%" PRIx32, request->index);
	bench.summary = xasprintf("RDMSR of 0x%" PRIx32, request->index);
	bench.payload = "msr-rd";
	bench.arg[ABI_ARG_MSR] = request->index;
	add(family, &bench);
}

/* The value is a parameter with one setting: it makes the variant's name. */
static void add_value(struct bench *bench, uint64_t number)
{
	struct param_value *values = xcalloc(2, sizeof(*values));

	values[0].text = xasprintf("0x%" PRIx64, number);
	values[0].value = number;
	bench->params[0] = (struct param){
		.name = "value",
		.arg = ABI_ARG_VALUE,
		.values = values,
	};
	bench->arg[ABI_ARG_WRITE] = ABI_WRITE_VALUE;
	bench->arg[ABI_ARG_VALUE] = number;
}

static void add_write(struct bench *family, const struct msr_request *request)
{
	struct bench bench = template;

	bench.name = xasprintf("msr/wr-0x%" PRIx32, request->index);
	bench.summary =
		xasprintf("WRMSR of 0x%" PRIx32 ", %s", request->index,
			  request->has_value ? "VALUE" : "the value it has");
	bench.payload = "msr-wr";
	bench.arg[ABI_ARG_MSR] = request->index;
	if (request->has_value)
		add_value(&bench, request->value);
	add(family, &bench);
}

struct bench *msr_custom_create(const struct msr_request *requests,
				size_t count)
{
	struct bench *family = xcalloc(2 * count + 1, sizeof(*family));

	for (size_t i = 0; i < count; i++) {
		if (requests[i].read)
			add_read(family, &requests[i]);
		if (requests[i].write)
			add_write(family, &requests[i]);
	}
	return family;
}

void msr_custom_free(struct bench *family)
{
	for (struct bench *bench = family; bench && bench->name; bench++)
		free_bench(bench);
	free(family);
}
