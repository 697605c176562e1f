/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A history of nights as JSON: the data of the dashboard. Pure. */
#ifndef VMB_TREND_JSON_H
#define VMB_TREND_JSON_H

#include <jansson.h>

#include "trend.h"

#define TREND_JSON_FORMAT 1

/*
 * All of @t but the directories' paths: an object, owned by the caller.
 *
 *	format		TREND_JSON_FORMAT
 *	tool		version of this suite
 *	options		those of trend_analyse()
 *	hosts		[{name, host, cpu, machine, label}]
 *	nights		{host, time, run, kernel, version, commit, tool}: columns
 *	series		[{bench, variant, metric, unit, host, exact, first, gaps,
 *			value, lo, hi, level, launches, unverified, lost,
 *			pending, pending_percent, changes}]
 *	events		[{time, hosts, sightings: [[series, change]]}]
 *	left_out	[{path, why}]
 *	unused		trend.n_unused
 *
 * A point of a series is of its host's night number @first plus the sum of
 * @gaps so far. A column is an array, or one value that holds for all. Numbers
 * that are none are null. An estimate is [value, lo, hi, level]. Indices count
 * from 0. Bytes of texts that are not UTF-8 are '?'.
 */
json_t *trend_json(const struct trend *t);

#endif
