/* SPDX-License-Identifier: GPL-2.0-or-later */
/* What the lab downloads and builds is kept for the next time. */
#ifndef VMB_LAB_CACHE_H
#define VMB_LAB_CACHE_H

/*
 * The path of @name in the cache: VMENTRY_BENCH_CACHE, else vmentry-bench in
 * XDG_CACHE_HOME or ~/.cache, as scripts/lab/build-kernel has it. Owned by the
 * caller.
 */
char *lab_cache_path(const char *name);

#endif
