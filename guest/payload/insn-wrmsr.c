// SPDX-License-Identifier: GPL-2.0-or-later
#include "insn.h"
#include "msr-index.h"

/* It is 0 from the start, and KVM passes it through on VMX and on SVM. */
INSN_PAYLOAD(INSN_WRMSR, MSR_KERNEL_GS_BASE)
