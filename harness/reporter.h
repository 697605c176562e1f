/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a run is shown while it goes on: as a table for people, or as TAP 13 for
 * test frameworks. Both write to stdout; progress goes to a tty on stderr.
 */
#ifndef VMB_REPORTER_H
#define VMB_REPORTER_H

#include <stdbool.h>

#include "plan.h"
#include "tally.h"

struct reporter {
	const struct reporter_ops *ops;
	size_t variants; /* how many the run has */
	int width; /* of the longest name */
	size_t shown;
	/* Distinct reasons, which the table numbers and explains at its end. */
	char **reasons;
	size_t nr_reasons;
};

struct reporter_ops {
	void (*begin)(struct reporter *reporter);
	/* All launches of @variant ended. */
	void (*variant)(struct reporter *reporter,
			const struct variant *variant,
			const struct tally *tally);
	/* A remark about the whole run. */
	void (*note)(struct reporter *reporter, const char *text);
	void (*end)(struct reporter *reporter);
};

extern const struct reporter_ops table_reporter;
extern const struct reporter_ops tap_reporter;

void reporter_begin(struct reporter *reporter, const struct reporter_ops *ops,
		    const struct plan *plan);
void reporter_variant(struct reporter *reporter, const struct variant *variant,
		      const struct tally *tally);
__attribute__((format(printf, 2, 3))) void
reporter_note(struct reporter *reporter, const char *fmt, ...);
void reporter_end(struct reporter *reporter);

/* One line on stderr, when that is a tty; the next output clears it. */
void progress_show(size_t done, size_t total, double seconds_spent,
		   const struct variant *variant);

#endif
