/* SPDX-License-Identifier: GPL-2.0-or-later */
/* The status of a row, in a launch and in summary.csv. Pure. */
#ifndef VMB_ROW_STATUS_H
#define VMB_ROW_STATUS_H

#include "csv-read.h"

enum row_status {
	STATUS_OK,
	STATUS_SKIP,
	STATUS_FAIL,
	STATUS_UNVERIFIED, /* numbers of an event that is not proven */
	ROW_STATUSES,
};

/* "ok", "skip", "fail", "unverified" */
const char *row_status_name(enum row_status status);

/* The opposite: 0, or -1 when @field is none of them. */
int row_status_parse(const struct csv_field *field, enum row_status *status);

/* Has such a row numbers? */
static inline bool row_status_has_value(enum row_status status)
{
	return status == STATUS_OK || status == STATUS_UNVERIFIED;
}

#endif
