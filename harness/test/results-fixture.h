/* SPDX-License-Identifier: GPL-2.0-or-later */
/* For tests of results directories: a scratch directory, made-up launches. */
#ifndef VMB_TEST_RESULTS_FIXTURE_H
#define VMB_TEST_RESULTS_FIXTURE_H

#include <ftw.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "results-dir.h"
#include "util.h"

/* --- a scratch directory -------------------------------------------------- */

struct scratch {
	char path[64];
};

/* In memory where that can be, as resume syncs the files it writes. */
static inline struct scratch scratch_make(void)
{
	struct scratch scratch = { "/dev/shm/vmb-test-XXXXXX" };

	if (mkdtemp(scratch.path))
		return scratch;
	strcpy(scratch.path, "/tmp/vmb-test-XXXXXX");
	assert_non_null(mkdtemp(scratch.path));
	return scratch;
}

static inline int scratch_remove_one(const char *path, const struct stat *st,
				     int type, struct FTW *ftw)
{
	(void)st;
	(void)type;
	(void)ftw;
	return remove(path);
}

static inline void scratch_remove(const struct scratch *scratch)
{
	assert_int_equal(nftw(scratch->path, scratch_remove_one, 8,
			      FTW_DEPTH | FTW_PHYS),
			 0);
}

static inline char *scratch_read(const char *dir, const char *name,
				 size_t *size)
{
	char *path = xasprintf("%s/%s", dir, name), *text;

	text = read_file(path, size);
	if (!text)
		fail_msg("cannot read '%s'", path);
	free(path);
	return text;
}

static inline void scratch_write(const char *dir, const char *name,
				 const char *text, size_t size)
{
	char *path = xasprintf("%s/%s", dir, name);
	FILE *file = fopen(path, "we");

	assert_non_null(file);
	assert_int_equal(fwrite(text, 1, size, file), size);
	assert_int_equal(fclose(file), 0);
	free(path);
}

/* --- made-up launches -------------------------------------------------- */

static const struct run_identity fixture_identity = {
	.run_id = "20260131T123456Z-host-6.1",
	.label = "patched, \"v2\"",
	.host = "host",
	.kernel = "6.1.0-rc1+",
	.boot_id = "0f3c",
};

static const struct bench fixture_benches[] = {
	{ .name = "timer/deadline" },
	{ .name = "exit/cpuid" },
	{ .name = "base/empty" },
};

static const struct variant fixture_variants[] = {
	{ .bench = &fixture_benches[0], .text = "delay=100us,wait=hlt" },
	{ .bench = &fixture_benches[1], .text = "cpl=3" },
	{ .bench = &fixture_benches[2] },
};

static inline void fixture_counter(struct launch_result *result,
				   const char *name, double per_op,
				   const char *skipped)
{
	struct launch_counter *c = &result->counter[result->nr_counters++];

	snprintf(c->name, sizeof(c->name), "%s", name);
	c->status = skipped ? STATUS_SKIP : STATUS_OK;
	c->per_op = per_op;
	if (skipped)
		snprintf(c->reason, sizeof(c->reason), "%s", skipped);
}

static inline void fixture_measure(struct launch_result *result)
{
	uint64_t samples[] = { 100, 101, 102, 1000, 5000000 };

	samples_summarize(samples, ARRAY_SIZE(samples), &result->latency);
	for (size_t i = 0; i < ARRAY_SIZE(samples); i++)
		result->histogram[histogram_bucket(samples[i])]++;
	result->overhead = 33.5;
	result->counted_ops = 5;
	fixture_counter(result, "exits", 1.0625, NULL);
	fixture_counter(result, "cycles:u, \"guest\"", 0,
			"no PMU here,\nnone at all");
	fixture_counter(result, "halt_exits", 0.2, NULL);
}

/* What a launch of that status leaves; the caller frees it. */
static inline struct launch_result *fixture_result(enum row_status status)
{
	struct launch_result *result = xcalloc(1, sizeof(*result));

	result->status = status;
	if (status == STATUS_OK || status == STATUS_UNVERIFIED)
		fixture_measure(result);
	if (status == STATUS_SKIP)
		strcpy(result->reason, "the guest's CPUID has no x2apic");
	if (status == STATUS_FAIL)
		strcpy(result->reason, "failed: \"why\",\nand where");
	if (status == STATUS_UNVERIFIED)
		strcpy(result->reason, "guest code is emulated");
	return result;
}

static inline void fixture_append(struct results_dir *dir, uint64_t launch,
				  size_t variant, enum row_status status)
{
	struct launch_result *result = fixture_result(status);
	struct error err;

	if (results_dir_append(dir, &fixture_identity, launch,
			       &fixture_variants[variant], result, &err))
		fail_msg("%s", err.text);
	free(result);
}

#endif
