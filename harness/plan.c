// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdbool.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "pattern.h"
#include "plan.h"
#include "util.h"

static void apply(struct variant *variant, const struct param *param,
		  const struct param_value *value)
{
	size_t len = strlen(variant->text);

	snprintf(variant->text + len, sizeof(variant->text) - len, "%s%s=%s",
		 len ? "," : "", param->name, value->text);
	switch (param->target) {
	case PARAM_ARG:
		variant->arg[param->arg] = value->value;
		break;
	case PARAM_CPL:
		variant->cpl = (uint32_t)value->value;
		break;
	case PARAM_WHERE:
		variant->on_host = value->value == WHERE_HOST3;
		variant->cpl = variant->on_host ? 0 : (uint32_t)value->value;
		break;
	case PARAM_VCPUS:
		variant->vcpus = (unsigned int)value->value;
		break;
	case PARAM_IRQCHIP:
		variant->split_irqchip = value->value == IRQCHIP_SPLIT;
		break;
	}
}

/* Set parameter @index and the ones after it in all ways. */
static void expand(struct plan *plan, const struct variant *partial,
		   unsigned int index)
{
	const struct param *param = &partial->bench->params[index];
	struct variant next;

	if (index == BENCH_MAX_PARAMS || !param->name) {
		plan->variants = xrealloc(plan->variants, plan->count + 1,
					  sizeof(*plan->variants));
		plan->variants[plan->count++] = *partial;
		return;
	}
	for (const struct param_value *value = param->values; value->text;
	     value++) {
		next = *partial;
		apply(&next, param, value);
		expand(plan, &next, index + 1);
	}
}

void plan_add(struct plan *plan, const struct bench *family)
{
	struct variant variant;

	for (const struct bench *b = family; b->name; b++) {
		variant = (struct variant){
			.bench = b,
			.on_host = !b->payload,
			.vcpus = b->vcpus ? b->vcpus : 1,
		};
		memcpy(variant.arg, b->arg, sizeof(variant.arg));
		expand(plan, &variant, 0);
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
	*plan = (struct plan){ 0 };
	for (; *families; families++)
		plan_add(plan, *families);
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
