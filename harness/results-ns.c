// SPDX-License-Identifier: GPL-2.0-or-later
#include <math.h>
#include <string.h>

#include "json-path.h"
#include "results-ns.h"

bool tsc_khz_agree(double a, double b)
{
	return fabs(a - b) <= b / 1000;
}

static int common_khz(const struct results *r, double *khz, struct error *err)
{
	*khz = 0;
	for (size_t i = 0; i < r->n_sources; i++) {
		const struct result_source *s = &r->sources[i];
		const char *machine = json_text_at(s->env, "lab.machine");
		double own =
			json_number_value(json_at(s->env, "guest.tsc_khz"));

		if (json_is_true(json_at(s->env, "lab.deterministic")))
			return error_set(err,
					 "a tick of '%s' is no time: the "
					 "machine '%s' counts instructions",
					 s->path, machine ? machine : "?");
		if (!(own > 0))
			return error_set(err, "no TSC frequency of '%s': %s",
					 s->path,
					 s->env_error ? s->env_error
						      : "env.json has no "
							"guest.tsc_khz");
		if (*khz > 0 && !tsc_khz_agree(own, *khz))
			return error_set(err,
					 "the TSC of '%s' runs at another "
					 "frequency: %.0f kHz, not %.0f kHz",
					 s->path, own, *khz);
		*khz = *khz > 0 ? *khz : own;
	}
	return 0;
}

static void scale(struct results *r, struct result_group *g, double factor)
{
	struct result_value *values = r->values + (g->values - r->values);

	for (size_t i = 0; i < g->n_values; i++) {
		values[i].value *= factor;
		values[i].overhead *= (float)factor;
	}
	g->unit = "ns";
}

int results_to_ns(struct results *r, struct error *err)
{
	double khz;

	if (common_khz(r, &khz, err))
		return -1;
	for (size_t i = 0; i < r->n_groups; i++)
		if (!strcmp(r->groups[i].unit, "tsc"))
			scale(r, &r->groups[i], 1e6 / khz);
	return 0;
}
