// SPDX-License-Identifier: GPL-2.0-or-later
#include "row-status.h"

static const char *const names[ROW_STATUSES] = {
	[STATUS_OK] = "ok",
	[STATUS_SKIP] = "skip",
	[STATUS_FAIL] = "fail",
	[STATUS_UNVERIFIED] = "unverified",
};

const char *row_status_name(enum row_status status)
{
	return names[status];
}

int row_status_parse(const struct csv_field *field, enum row_status *status)
{
	for (int i = 0; i < ROW_STATUSES; i++)
		if (csv_equals(field, names[i])) {
			*status = (enum row_status)i;
			return 0;
		}
	return -1;
}
