/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Is the host fit to measure on? From facts to findings. Pure: no finding
 * depends on anything but struct check_facts.
 */
#ifndef VMB_FINDINGS_H
#define VMB_FINDINGS_H

#include "check-facts.h"

enum finding_status {
	FINDING_OK,
	FINDING_WARN, /* measure, but know it, and say it with the numbers */
	FINDING_FAIL, /* numbers from here are worth nothing to a reviewer */
	FINDING_UNKNOWN, /* the host does not tell; never counted as ok */
	FINDING_STATUSES,
};

#define FINDING_SEEN_SIZE 256

struct finding {
	const struct finding_rule *rule;
	enum finding_status status;
	char seen[FINDING_SEEN_SIZE]; /* what the host says */
};

struct finding_rule {
	const char *name;
	const char *severity; /* when it is a warn, when a fail */
	const char *advice; /* what to do when it is not ok */
	/* Set status and seen, by finding_set(). */
	void (*judge)(const struct check_facts *facts, struct finding *finding);
};

/* All there are, in the order in which they are shown. */
extern const struct finding_rule finding_rules[];
extern const size_t finding_rule_count;

struct findings {
	struct finding *finding;
	size_t count;
	size_t by_status[FINDING_STATUSES];
};

/* Judge all rules. The caller ends it with findings_free(). */
void findings_judge(struct findings *findings, const struct check_facts *facts);
void findings_free(struct findings *findings);

/* "ok", "warn", "fail", "unknown" */
const char *finding_status_name(enum finding_status status);

/* The names of the findings of @status, ", " between them; the caller frees. */
char *findings_names(const struct findings *findings,
		     enum finding_status status);

#endif
