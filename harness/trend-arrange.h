/* SPDX-License-Identifier: GPL-2.0-or-later */
/* Inside trend.h: order in what trend-load.c has gathered. */
#ifndef VMB_TREND_ARRANGE_H
#define VMB_TREND_ARRANGE_H

#include "trend.h"

/*
 * Name the hosts; drop those whose name is not @glob, unless that is NULL, with
 * their nights and series; sort everything as trend.h says; and count the
 * nights that series have no row of.
 */
void trend_arrange(struct trend *t, const char *glob);

/* Which events there are among the changes of the series. */
void trend_find_events(struct trend *t);

#endif
