// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "reporter.h"
#include "util.h"

#define TABLE_TITLE "benchmark (TSC ticks)"

/* "timer/tscdeadline delay=100us,wait=hlt" */
static void full_name(const struct variant *variant, char *text, size_t size)
{
	snprintf(text, size, "%s%s%s", variant->bench->name,
		 *variant->text ? " " : "", variant->text);
}

static void clear_progress(void)
{
	if (isatty(STDERR_FILENO))
		fputs("\r\033[K", stderr);
}

void reporter_begin(struct reporter *reporter, const struct reporter_ops *ops,
		    const struct plan *plan)
{
	char name[256];
	int len;

	*reporter = (struct reporter){
		.ops = ops,
		.variants = plan->count,
		.width = (int)strlen(TABLE_TITLE),
	};
	for (size_t i = 0; i < plan->count; i++) {
		full_name(&plan->variants[i], name, sizeof(name));
		len = (int)strlen(name);
		if (len > reporter->width)
			reporter->width = len;
	}
	ops->begin(reporter);
	fflush(stdout);
}

void reporter_variant(struct reporter *reporter, const struct variant *variant,
		      const struct tally *tally)
{
	reporter->shown++;
	clear_progress();
	reporter->ops->variant(reporter, variant, tally);
	fflush(stdout);
}

void reporter_note(struct reporter *reporter, const char *fmt, ...)
{
	char text[512];
	va_list ap;

	va_start(ap, fmt);
	vsnprintf(text, sizeof(text), fmt, ap);
	va_end(ap);
	clear_progress();
	reporter->ops->note(reporter, text);
	fflush(stdout);
}

void reporter_end(struct reporter *reporter)
{
	clear_progress();
	reporter->ops->end(reporter);
	for (size_t i = 0; i < reporter->nr_reasons; i++)
		free(reporter->reasons[i]);
	free(reporter->reasons);
	fflush(stdout);
}

/* --- table ---------------------------------------------------------------- */

/* Numbers from 1, the same for the same text. */
static size_t reason_number(struct reporter *reporter, const char *reason)
{
	for (size_t i = 0; i < reporter->nr_reasons; i++)
		if (!strcmp(reporter->reasons[i], reason))
			return i + 1;
	reporter->reasons = xrealloc(reporter->reasons,
				     reporter->nr_reasons + 1,
				     sizeof(*reporter->reasons));
	reporter->reasons[reporter->nr_reasons++] = xstrdup(reason);
	return reporter->nr_reasons;
}

/* Whole ticks, but where a sample is of several ops. */
static int decimals(const struct variant *variant)
{
	return variant->bench->ops_per_sample > 1 ? 2 : 0;
}

static void table_begin(struct reporter *reporter)
{
	printf("%-*s %10s %10s %7s  %s\n", reporter->width, TABLE_TITLE, "p50",
	       "p99", "spread", "status");
}

static void table_variant(struct reporter *reporter,
			  const struct variant *variant,
			  const struct tally *tally)
{
	struct tally_summary summary;
	char name[256];

	full_name(variant, name, sizeof(name));
	printf("%-*s ", reporter->width, name);
	if (tally_summarize(tally, &summary))
		printf("%10.*f %10.*f %6.1f%%  ", decimals(variant),
		       summary.p50, decimals(variant), summary.p99,
		       100 * summary.spread);
	else
		printf("%10s %10s %7s  ", "-", "-", "-");
	fputs(row_status_name(tally->status), stdout);
	if (*tally->reason)
		printf(" [%zu]", reason_number(reporter, tally->reason));
	putchar('\n');
}

static void table_note(struct reporter *reporter, const char *text)
{
	(void)reporter;
	puts(text);
}

static void table_end(struct reporter *reporter)
{
	for (size_t i = 0; i < reporter->nr_reasons; i++)
		printf("[%zu] %s\n", i + 1, reporter->reasons[i]);
}

const struct reporter_ops table_reporter = {
	.begin = table_begin,
	.variant = table_variant,
	.note = table_note,
	.end = table_end,
};

/* --- TAP 13 ---------------------------------------------------------------- */

static void tap_begin(struct reporter *reporter)
{
	printf("TAP version 13\n1..%zu\n", reporter->variants);
}

static void tap_variant(struct reporter *reporter,
			const struct variant *variant,
			const struct tally *tally)
{
	struct tally_summary summary;
	char name[256];

	full_name(variant, name, sizeof(name));
	printf("%sok %zu - %s", tally->status == STATUS_FAIL ? "not " : "",
	       reporter->shown, name);
	if (tally->status == STATUS_SKIP)
		printf(" # SKIP %s", tally->reason);
	putchar('\n');
	if (tally_summarize(tally, &summary))
		printf("# p50 %.*f p99 %.*f tsc ticks, spread %.1f%%\n",
		       decimals(variant), summary.p50, decimals(variant),
		       summary.p99, 100 * summary.spread);
	if (*tally->reason && tally->status != STATUS_SKIP)
		printf("# %s: %s\n", row_status_name(tally->status),
		       tally->reason);
}

static void tap_note(struct reporter *reporter, const char *text)
{
	(void)reporter;
	printf("# %s\n", text);
}

static void tap_end(struct reporter *reporter)
{
	(void)reporter;
}

const struct reporter_ops tap_reporter = {
	.begin = tap_begin,
	.variant = tap_variant,
	.note = tap_note,
	.end = tap_end,
};

/* --- progress --------------------------------------------------------------- */

void progress_show(size_t done, size_t total, double seconds_spent,
		   const struct variant *variant)
{
	unsigned int left = 0;

	if (!isatty(STDERR_FILENO))
		return;
	if (done)
		left = (unsigned int)(seconds_spent / (double)done *
				      (double)(total - done));
	fprintf(stderr, "\r\033[K[%zu/%zu] %u:%02u left  %s %s", done, total,
		left / 60, left % 60, variant->bench->name, variant->text);
	fflush(stderr);
}
