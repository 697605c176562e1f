// SPDX-License-Identifier: GPL-2.0-or-later
#include "lab/seeds.h"
#include "util.h"

static const char wrmsr_is_one[] =
	"cycles: WRMSR is one instruction here and 100 cycles or more on "
	"hardware; count the writes";

const struct lab_seed lab_seeds[] = {
	{
		.name = "lapic-kick-expired",
		.title = "KVM: LAPIC: Narrow down the kick target vCPU (2020)",
		.claim = "this kick is expensive",
		.profiles = { "timer/tscdeadline-immed" },
		.unseen = "cycles, and what the kick's IPI or wake-up costs "
			  "another CPU",
	},
	{
		.name = "svm-tsc-aux-restore-on-put",
		.title =
			"KVM: SVM: Delay restoration of host MSR_TSC_AUX until "
			"return to userspace (844d69c26d83, 2021)",
		.claim = "none in numbers; a loop of exits that the kernel "
			 "handles should show about no difference",
		.profiles = { "msr/tsc-aux-per-entry[shape=kernel,aux=different]",
			      "msr/tsc-aux-per-entry[shape=user,aux=same]",
			      "msr/tsc-aux-per-entry[shape=user,aux=different]" },
		.unseen = wrmsr_is_one,
	},
	{
		.name = "svm-tsc-aux-switch-every-entry",
		.title = "the same, against a switch at every VM-entry",
		.claim = "2x WRMSR (+ 1x RDMSR) per VM-entry is painful",
		.profiles = { "msr/tsc-aux-per-entry[shape=kernel,aux=different]",
			      "msr/tsc-aux-per-entry[shape=user,aux=different]" },
		.unseen = wrmsr_is_one,
	},
	{
		.name = "paranoid-entry-rdpid",
		.title = "x86/entry/64: Do not use RDPID in paranoid entry to "
			 "accomodate KVM (6a3ea3e68b8a, 2020)",
		.claim = "LSL instead of RDPID is a minor blip",
		.profiles = { "nmi/self" },
		.unseen = "cycles of RDPID and LSL: compare insn/rdpid and "
			  "insn/lsl on hardware",
	},
};

const size_t lab_seed_count = ARRAY_SIZE(lab_seeds);
