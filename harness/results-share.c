// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>

#include "results-rows.h"
#include "util.h"

struct loaded_row *loaded_rows_add(struct loaded_rows *rows)
{
	struct loaded_row *row;

	if (rows->n == rows->room) {
		rows->room = rows->room ? 2 * rows->room : 1024;
		rows->list =
			xrealloc(rows->list, rows->room, sizeof(*rows->list));
	}
	row = &rows->list[rows->n++];
	*row = (struct loaded_row){ 0 };
	return row;
}

/* Stable: rows of the same key stay in their order. */
static void sort_rows(struct loaded_row *to, const struct loaded_row *from,
		      size_t n, size_t n_keys, bool by_group)
{
	size_t *at = xcalloc(n_keys + 1, sizeof(*at));

	for (size_t i = 0; i < n; i++)
		at[(by_group ? from[i].group : from[i].value.boot) + 1]++;
	for (size_t k = 0; k < n_keys; k++)
		at[k + 1] += at[k];
	for (size_t i = 0; i < n; i++)
		to[at[by_group ? from[i].group : from[i].value.boot]++] =
			from[i];
	free(at);
}

static int compare_launches(const void *a, const void *b)
{
	const struct loaded_row *x = a, *y = b;

	if (x->value.boot != y->value.boot)
		return x->value.boot < y->value.boot ? -1 : 1;
	if (x->source != y->source)
		return x->source < y->source ? -1 : 1;
	return (x->launch > y->launch) - (x->launch < y->launch);
}

void results_share_out(struct results *r, struct loaded_rows *rows)
{
	struct loaded_row *sorted = xcalloc(rows->n, sizeof(*sorted));
	size_t from = 0, next = 0, end;

	sort_rows(sorted, rows->list, rows->n, intern_count(r->boots), false);
	sort_rows(rows->list, sorted, rows->n, r->n_groups, true);
	free(sorted);
	r->values = xcalloc(rows->n, sizeof(*r->values));
	for (size_t i = 0; i < r->n_groups; i++, from = end) {
		struct result_group *g = &r->groups[i];

		for (end = from; end < rows->n && rows->list[end].group == i;)
			end++;
		/* Those that were not written came last. */
		if (g->n_implied)
			qsort(rows->list + from, end - from,
			      sizeof(*rows->list), compare_launches);
		g->values = r->values + next;
		for (size_t k = from; k < end; k++)
			if (rows->list[k].has_value)
				r->values[next++] = rows->list[k].value;
		g->n_values = (size_t)(r->values + next - g->values);
	}
}
