// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/bench.h"

const struct bench base_benchmarks[] = {
	{
		.name = "base/empty",
		.summary = "nothing: the cost of the two TSC reads themselves",
		.payload = "base-empty",
		.records_boundary = true,
		.params = { PARAM_CPL_BOTH },
		.expect = { { EXPECT_EACH, "exits", 0 } },
	},
	{ 0 },
};
