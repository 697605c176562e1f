// SPDX-License-Identifier: GPL-2.0-or-later
#include "bench/bench.h"

/* clang-format off */
const struct bench *const bench_families[] = {
	base_benchmarks,
	run_benchmarks,
	exit_benchmarks,
	msr_benchmarks,
	tsc_aux_benchmarks,
	timer_benchmarks,
	ipi_benchmarks,
	nmi_benchmarks,
	nmi_guest_benchmarks,
	nmi_host_benchmarks,
	nmi_probe_benchmarks,
	insn_benchmarks,
	vm_benchmarks,
	NULL,
};
/* clang-format on */

const struct param_value cpl_values[] = {
	{ "0", 0 },
	{ "3", 3 },
	{ 0 },
};
