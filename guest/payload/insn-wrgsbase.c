// SPDX-License-Identifier: GPL-2.0-or-later
#include "insn.h"

/* The base is 0 from the start. */
INSN_PAYLOAD(INSN_WRGSBASE, 0)
