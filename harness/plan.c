// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "plan.h"
#include "util.h"

static void append_text(struct variant *variant, const char *name,
			const char *value)
{
	size_t len = strlen(variant->text);

	snprintf(variant->text + len, sizeof(variant->text) - len, "%s%s=%s",
		 len ? "," : "", name, value);
}

static void set_where(struct variant *variant, enum where where)
{
	const struct bench *bench = variant->bench;

	variant->host = NULL;
	variant->cpl = 0;
	if (where == WHERE_HOST3)
		variant->host = bench->host;
	else if (where == WHERE_HOST0)
		variant->host = bench->host0;
	else
		variant->cpl = where;
}

static void apply(struct variant *variant, const struct param *param,
		  const struct param_value *value)
{
	append_text(variant, param->name, value->text);
	variant->needs[param - variant->bench->params] = value->needs;
	switch (param->target) {
	case PARAM_ARG:
		variant->arg[param->arg] = value->value;
		break;
	case PARAM_CPL:
		variant->cpl = (uint32_t)value->value;
		break;
	case PARAM_WHERE:
		set_where(variant, (enum where)value->value);
		break;
	case PARAM_FROM:
		variant->arg[param->arg] = value->value;
		variant->cpl = value->value == ABI_FROM_RING3 ? 3 : 0;
		break;
	case PARAM_VCPUS:
		variant->vcpus = (unsigned int)value->value;
		break;
	case PARAM_IRQCHIP:
		variant->split_irqchip = value->value == IRQCHIP_SPLIT;
		break;
	}
}

static void add_variant(struct plan *plan, const struct variant *variant)
{
	plan->variants = xrealloc(plan->variants, plan->count + 1,
				  sizeof(*plan->variants));
	plan->variants[plan->count++] = *variant;
}

/* The last parameter, which any benchmark has. */
static void expand_relations(struct plan *plan, const struct variant *partial,
			     const struct relation_list *relations)
{
	struct variant next;

	if (!relations || !relations->count)
		add_variant(plan, partial);
	for (size_t i = 0; relations && i < relations->count; i++) {
		next = *partial;
		next.relation = relations->relation[i];
		append_text(&next, "placement", relation_name(next.relation));
		add_variant(plan, &next);
	}
}

/* Set parameter @index and the ones after it in all ways. */
static void expand(struct plan *plan, const struct variant *partial,
		   const struct relation_list *relations, unsigned int index)
{
	const struct param *param = &partial->bench->params[index];
	struct variant next;

	if (index == BENCH_MAX_PARAMS || !param->name) {
		expand_relations(plan, partial, relations);
		return;
	}
	for (const struct param_value *value = param->values; value->text;
	     value++) {
		next = *partial;
		apply(&next, param, value);
		expand(plan, &next, relations, index + 1);
	}
}

void plan_add(struct plan *plan, const struct bench *family,
	      const struct relation_list *relations)
{
	struct variant variant;

	for (const struct bench *b = family; b->name; b++) {
		variant = (struct variant){
			.bench = b,
			.host = b->payload ? NULL : b->host,
			.vcpus = b->vcpus ? b->vcpus : 1,
		};
		memcpy(variant.arg, b->arg, sizeof(variant.arg));
		expand(plan, &variant, relations, 0);
	}
}

static int select_matching(struct plan *plan, char *const *patterns,
			   size_t nr_patterns, struct error *err)
{
	bool *used = xcalloc(nr_patterns, sizeof(*used)), keep;
	size_t kept = 0;
	int ret = 0;

	for (size_t i = 0; i < plan->count; i++) {
		keep = false;
		for (size_t p = 0; p < nr_patterns; p++)
			if (pattern_matches(patterns[p],
					    plan->variants[i].bench->name,
					    plan->variants[i].text))
				keep = used[p] = true;
		if (keep)
			plan->variants[kept++] = plan->variants[i];
	}
	plan->count = kept;
	for (size_t p = 0; p < nr_patterns && !ret; p++)
		if (!used[p])
			ret = error_set(
				err,
				"no benchmark matches '%s' (see 'run-bench list')",
				patterns[p]);
	free(used);
	return ret;
}

int plan_build(struct plan *plan, const struct bench *const *families,
	       char *const *patterns, size_t nr_patterns, struct error *err)
{
	return plan_build_related(plan, families, NULL, patterns, nr_patterns,
				  err);
}

int plan_build_related(struct plan *plan, const struct bench *const *families,
		       const struct relation_list *relations,
		       char *const *patterns, size_t nr_patterns,
		       struct error *err)
{
	*plan = (struct plan){ 0 };
	for (; *families; families++)
		plan_add(plan, *families, relations);
	if (nr_patterns && select_matching(plan, patterns, nr_patterns, err)) {
		plan_free(plan);
		return -1;
	}
	return 0;
}

void plan_free(struct plan *plan)
{
	free(plan->variants);
	*plan = (struct plan){ 0 };
}

bool variant_needs_other_cpu(const struct variant *variant)
{
	const struct bench *bench = variant->bench;

	if (variant->vcpus > 1)
		return true;
	return bench->uses_helper_cpu &&
	       (!bench->helper_when ||
		variant_has_setting(variant->text, bench->helper_when));
}
