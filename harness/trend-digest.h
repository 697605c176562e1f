/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What a trend needs of one night: who measured, and a number for each row. It
 * is kept as trend.csv in the results directory, a hundredth of the size of
 * what it is made from, so that ten years are read in seconds.
 *
 * trend.csv has the columns
 *	bench,variant,metric,unit,status,launches,value,lo,hi,level,text
 * Lines without a bench are facts: metric is the fact's name, text the fact.
 * Among them are the size and time of summary.csv and env.json: a digest is
 * taken only while these are as they were, and when it is whole.
 */
#ifndef VMB_TREND_DIGEST_H
#define VMB_TREND_DIGEST_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "error.h"
#include "intern.h"
#include "nonparam.h"

#define TREND_DIGEST_NAME "trend.csv"

enum digest_status {
	DIGEST_OK,
	DIGEST_UNVERIFIED,
	DIGEST_FAIL,
	DIGEST_SKIP,
	/* Of a deterministic machine: depends on when it was measured. */
	DIGEST_VARIES,
	DIGEST_STATUSES,
};

/* Texts belong to the digest. */
struct digest_row {
	/* bench, variant, metric and unit, each with a NUL behind it. */
	const char *key;
	size_t key_len;
	enum digest_status status;
	uint32_t launches; /* with a value */
	struct estimate value; /* of ok and unverified ones */
	const char *reason; /* of others; or "" */
};

/* Facts of a night, all "" when they are not known. */
enum digest_fact {
	FACT_FORMAT, /* of this file */
	FACT_SUMMARY, /* "SIZE SECONDS.NANOSECONDS" of summary.csv */
	FACT_ENV, /* likewise */
	FACT_ROWS, /* how many follow */
	FACT_UNUSED, /* rows of summary.csv that could not be used */
	FACT_RUN_ID,
	FACT_STARTED,
	FACT_FINISHED,
	FACT_HOST,
	FACT_LABEL,
	FACT_KERNEL,
	FACT_KERNEL_VERSION,
	FACT_CPU,
	FACT_MACHINE,
	FACT_DETERMINISTIC, /* "1", or "" */
	FACT_TOOL_VERSION,
	FACT_TOOL_COMMIT,
	FACTS,
};

struct digest {
	const char *facts[FACTS];
	struct digest_row *rows; /* latencies first */
	size_t n_rows;
	bool kept; /* it was read from trend.csv */
	bool foreign; /* trend.csv is none, and stays as it is */
	struct intern *texts;
};

struct digest_request {
	bool latencies; /* nothing else is needed */
	bool no_files; /* neither read nor write trend.csv */
};

/*
 * The digest of results directory @dir: read, or made and, where that can be,
 * kept. A trend.csv is written whole or not at all, and in the place of a digest
 * only. -1 with @err set when the
 * directory is no night: not finished, without env.json, or not readable. Freed
 * by digest_free() in any case.
 */
int digest_load(struct digest *d, const char *dir,
		const struct digest_request *request, struct error *err);
void digest_free(struct digest *d);

#endif
