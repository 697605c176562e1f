// SPDX-License-Identifier: GPL-2.0-or-later
#include "insn.h"

INSN_PAYLOAD(INSN_NOP, 0)
