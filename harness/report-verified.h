/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Whether the events that a report gives numbers of have taken place. */
#ifndef VMB_REPORT_VERIFIED_H
#define VMB_REPORT_VERIFIED_H

#include <stdio.h>

#include "report-block.h"

/* One line a side. @new may be NULL. */
void report_print_verified(FILE *out, const struct report_side *base,
			   const struct report_side *new);

#endif
