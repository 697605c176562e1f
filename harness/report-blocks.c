// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdio.h>

#include "command.h"
#include "compare-groups.h"
#include "report-block.h"
#include "report-blocks.h"
#include "results-ns.h"
#include "text-lines.h"

/* One side: all of it, and what is to be shown. */
struct side {
	struct results all, shown;
};

static int load_side(struct side *side, const struct report_request *r,
		     int which, struct error *err)
{
	const struct results_query query = { .stat = RESULT_P50 };

	if (results_load(&side->all, r->paths[which], r->n_paths[which], &query,
			 err))
		return -1;
	return r->ns ? results_to_ns(&side->all, err) : 0;
}

static int select_rows(struct side *side, const struct report_request *r,
		       struct error *err)
{
	return results_view(&side->shown, &side->all, r->selection, err);
}

static void free_side(struct side *side)
{
	results_view_free(&side->shown);
	results_free(&side->all);
}

/* @group: the host, where there are others; or NULL. */
static int print_sides(const struct side *base, const struct side *new,
		       const char *group)
{
	const struct compare_options options = {
		.stat = RESULT_P50,
		.seed = COMPARE_SEED,
		.resamples = COMPARE_RESAMPLES,
		.group = group,
	};
	const struct report_side sides[] = {
		{ &base->all, &base->shown },
		{ new ? &new->all : NULL, new ? &new->shown : NULL },
	};
	struct comparison c;
	struct error err;
	int status = command_check_unused(&base->all);

	if (new != NULL && command_check_unused(&new->all))
		status = EXIT_FAILED;
	if (compare_sides(&c, &base->shown, new ? &new->shown : &base->shown,
			  &options, &err)) {
		error_print("cannot report: %s", err.text);
		status = EXIT_FAILED;
	}
	report_print_block(stdout, &sides[0], new ? &sides[1] : NULL, &c);
	compare_free(&c);
	return status;
}

static int load_sides(struct side *base, struct side *new,
		      const struct report_request *r, struct error *err)
{
	bool pair = r->n_paths[1];

	if (load_side(base, r, 0, err) || (pair && load_side(new, r, 1, err)))
		return -1;
	/* Which kernel counts what, all rows show, and not only those asked for. */
	if (pair)
		results_imply_across(&base->all, &new->all);
	return select_rows(base, r, err) || (pair && select_rows(new, r, err))
		       ? -1
		       : 0;
}

static int print_block(const struct report_request *r, const char *group)
{
	struct side base = { 0 }, new = { 0 };
	bool pair = r->n_paths[1];
	struct error err;
	int status = EXIT_FAILED;

	if (load_sides(&base, &new, r, &err))
		error_print("%s", err.text);
	else
		status = print_sides(&base, pair ? &new : NULL, group);
	free_side(&base);
	if (pair)
		free_side(&new);
	return status;
}

/* The block of one host; a side of a pair may have nothing of it. */
static int print_group(const struct report_request *r,
		       const struct compare_group *g)
{
	const struct report_request of = {
		.paths = { g->base, g->new },
		.n_paths = { g->n_base, g->n_new },
		.ns = r->ns,
		.selection = r->selection,
	};

	return print_block(&of, g->name);
}

static int print_apart(const struct report_request *r,
		       const struct compare_groups *groups)
{
	int status = EXIT_DONE;
	bool any = false;

	for (size_t i = 0; i < groups->n; i++) {
		struct compare_group *g = &groups->list[i];

		if (!g->n_base || (r->n_paths[1] && !g->n_new)) {
			warning_print("%s is in %s only, and is not reported",
				      text_clean(g->name),
				      g->n_base ? "base" : "new");
			continue;
		}
		if (any)
			putchar('\n');
		any = true;
		if (print_group(r, g) != EXIT_DONE)
			status = EXIT_FAILED;
	}
	if (any)
		return status;
	error_print("cannot report: no host is on both sides");
	return EXIT_FAILED;
}

int report_print_blocks(const struct report_request *r)
{
	struct compare_groups groups;
	int status;

	compare_groups_make(&groups, r->paths[0], r->n_paths[0], r->paths[1],
			    r->n_paths[1]);
	status = groups.apart ? print_apart(r, &groups) : print_block(r, NULL);
	compare_groups_free(&groups);
	return status;
}
