// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * What an NMI costs the host, or what stands for it: by way of the paranoid
 * entry, which may not trust GS and asks for its CPU's number.
 */
#include "bench/bench.h"
#include "bench/host-db.h"
#include "bench/host-pmi.h"

static const struct param_value db_from_values[] = {
	{ "syscall", HOST_DB_SYSCALL },
	{ "run-loop", HOST_DB_RUN_LOOP },
	{ 0 },
};

const struct bench nmi_host_benchmarks[] = {
	{
		.name = "nmi/host-pmi",
		.summary =
			"an NMI of the host's PMU while the guest runs: what the guest loses by one",
		.host = &host_pmi_op,
		.is_difference = true,
		.count_name = HOST_PMI_COUNT,
		/* NMIs that end a run are exits, and no irq_exits. */
		.expect = { { EXPECT_AT_LEAST, HOST_PMI_COUNT, HOST_PMI_NMIS },
			    { EXPECT_AT_LEAST, "exits",
			      HOST_PMI_NMIS + HOST_PMI_RUNS },
			    { EXPECT_EACH, "userspace_exits", HOST_PMI_RUNS } },
	},
	{
		.name = "nmi/host-db",
		.summary =
			"a #DB in the host's kernel, by a breakpoint on what it reads (less the same read elsewhere)",
		.host = &host_db_op,
		.is_difference = true,
		.params = { { .name = "from",
			      .arg = ABI_ARG_HOST,
			      .values = db_from_values } },
		.count_name = HOST_DB_COUNT,
		.expect = { { EXPECT_EXACTLY, HOST_DB_COUNT, 1 },
			    { EXPECT_EACH, "exits", 0, "from=syscall" },
			    { EXPECT_EACH, "userspace_exits", 1,
			      "from=run-loop" } },
	},
	{ 0 },
};
