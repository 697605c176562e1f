// SPDX-License-Identifier: GPL-2.0-or-later
#include "insn.h"

/* An even number of copies leaves both bases as they were. */
INSN_PAYLOAD(INSN_SWAPGS, 0)
