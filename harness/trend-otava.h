/* SPDX-License-Identifier: GPL-2.0-or-later */
/* A trend in the form that Apache Otava imports. */
#ifndef VMB_TREND_OTAVA_H
#define VMB_TREND_OTAVA_H

#include "trend.h"

/*
 * Write into directory @dir, which is made, and must be new or empty: a CSV
 * file for each series, with the columns time, commit, kernel, suite, run and
 * value, and otava.yaml, which names them all as tests of type csv. A file has
 * one series, as Otava's importer takes no night without a value.
 */
int trend_otava(const struct trend *t, const char *dir, struct error *err);

#endif
