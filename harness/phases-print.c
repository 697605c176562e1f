// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include "phases.h"
#include "text-lines.h"
#include "util.h"

static const char *const phase_names[] = {
	[PHASE_IOCTL_ENTRY] = "ioctl entry",
	[PHASE_PRE_RUN] = "pre-run",
	[PHASE_GUEST] = "guest",
	[PHASE_POST_RUN] = "post-run",
	[PHASE_IOCTL_EXIT] = "ioctl exit",
};

static void print_number(FILE *to, const char *name,
			 const struct report_number *number, const char *bench)
{
	const struct estimate *e = &number->estimate;

	if (number->known)
		fprintf(to, "  %-22s %9.0f %9.0f .. %.0f\n", name, e->value,
			e->ci.lo, e->ci.hi);
	else
		fprintf(to, "  %-22s %9s   no proven row of %s\n", name, "-",
			bench);
}

static void print_phase(FILE *to, const struct phases_exit *exit,
			enum phase phase)
{
	const struct phase_bounds *b = &exit->phase[phase];
	const double total = exit->total.value;

	if (!exit->to_monitor &&
	    (phase == PHASE_IOCTL_ENTRY || phase == PHASE_IOCTL_EXIT))
		fprintf(to, "  %-22s %9s   KVM_RUN goes on\n",
			phase_names[phase], "-");
	else
		fprintf(to, "  %-22s %9s %9.0f .. %-9.0f %3.0f .. %.0f %%\n",
			phase_names[phase], "", b->lo, b->hi,
			100 * fmin(b->lo / total, 1),
			100 * fmin(b->hi / total, 1));
}

static void print_exit(FILE *to, const struct phases_exit *exit)
{
	const struct estimate *e = &exit->total;
	char *name =
		text_clean(xasprintf("%s%s%s", exit->bench,
				     *exit->variant ? " " : "", exit->variant));

	/* A name that would push the numbers out of line has a line alone. */
	fprintf(to, "\n%-24s%s%9.0f %9.0f .. %-9.0f by %s\n", name,
		strlen(name) > 24 ? "\n                         " : " ",
		e->value, e->ci.lo, e->ci.hi,
		exit->to_monitor ? "the monitor" : "KVM");
	free(name);
	if (exit->contradiction) {
		fputs("  the rows of this run contradict each other\n", to);
		return;
	}
	for (unsigned int i = 0; i < PHASES; i++)
		print_phase(to, exit, (enum phase)i);
}

/* The least level of the intervals that bounds follow from. */
static double least_level(const struct phases *phases)
{
	const struct report_number *const ways[] = { &phases->syscall,
						     &phases->ioctl,
						     &phases->immediate_exit };
	double level = 1;

	for (size_t i = 0; i < ARRAY_SIZE(ways); i++)
		if (ways[i]->known)
			level = fmin(level, ways[i]->estimate.ci.level);
	for (size_t i = 0; i < phases->n_exits; i++)
		level = fmin(level, phases->exits[i].total.ci.level);
	return level;
}

static void print_notes(FILE *to, const struct phases *phases)
{
	const struct interval least = { .level = least_level(phases) };
	bool traced = false;

	for (size_t i = 0; i < phases->n_exits; i++)
		traced |= phases->exits[i].traced;
	fputc('\n', to);
	if (!interval_is_known(&least))
		fprintf(to,
			"Fewer than 6 launches: least and most are not at 95 %%, some at %.0f %%.\n",
			floor(100 * least.level + 1e-6));
	if (!phases->n_exits)
		fputs("No exit/ or msr/ row here has one proven exit an op.\n",
		      to);
	if (phases->n_exits && !traced)
		fputs("No times from kvm_exit to kvm_entry in these rows: the guest's phase\n"
		      "(VM-entry, one instruction, VM-exit) is only known as part of sums.\n",
		      to);
	if (phases->n_unproven)
		fprintf(to,
			"Left out: %zu variants of exit/ and msr/ that are not ok.\n",
			phases->n_unproven);
}

void phases_print(FILE *to, const struct phases *phases)
{
	const struct report_term ioctl[] = { { 1, &phases->ioctl },
					     { -1, &phases->syscall } };
	const struct report_term run[] = { { 1, &phases->immediate_exit },
					   { -1, &phases->ioctl } };
	const struct report_number ioctl_alone = report_sum(ioctl, 2);
	const struct report_number run_alone = report_sum(run, 2);

	fputs("TSC ticks, less the empty op\n"
	      "                            median     least .. most     share of it\n"
	      "the way to KVM and back, without a VM-entry\n",
	      to);
	print_number(to, "system call", &phases->syscall, "run/syscall");
	print_number(to, "ioctl, beyond that", &ioctl_alone, "run/ioctl");
	print_number(to, "KVM_RUN, beyond that", &run_alone,
		     "run/immediate-exit");
	for (size_t i = 0; i < phases->n_exits; i++)
		print_exit(to, &phases->exits[i]);
	print_notes(to, phases);
}
