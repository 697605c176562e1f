// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdarg.h>
#include <stdlib.h>
#include <string.h>

#include "env-diff.h"
#include "json-path.h"
#include "report-env.h"
#include "report-warn.h"
#include "text-lines.h"
#include "util.h"

/* Warnings, each once, in the order in which they came. */
struct warner {
	struct intern *said;
};

__attribute__((format(printf, 2, 3))) static void warn(struct warner *w,
						       const char *fmt, ...)
{
	va_list ap;
	char *text;

	va_start(ap, fmt);
	text = xvasprintf(fmt, ap);
	va_end(ap);
	text_clean(text);
	intern(w->said, text, strlen(text));
	free(text);
}

static bool says(const struct warner *w, const char *text)
{
	uint32_t number;

	return intern_find(w->said, text, strlen(text), &number);
}

/*
 * Print what @w says, with @side before it, and @common before what @other
 * says too, or not at all when that is NULL.
 */
static void print(FILE *out, const struct warner *w, const char *side,
		  const struct warner *other, const char *common)
{
	for (uint32_t i = 0; i < intern_count(w->said); i++) {
		const char *text = intern_bytes(w->said, i);
		bool both = other && says(other, text);
		char *line;

		if (both && !common)
			continue;
		line = xasprintf("%s%s", both ? common : side, text);
		text_wrapped(out, "! ", "  ", line);
		free(line);
	}
}

/* Print and end a warner that stands alone. */
static void finish(FILE *out, struct warner *w)
{
	print(out, w, "", NULL, NULL);
	intern_free(w->said);
}

static void warn_missing(struct warner *w, const struct result_source *s)
{
	warn(w, "%s: nothing is known of the host", s->env_error);
}

static void warn_backend(struct warner *w, const json_t *env)
{
	const char *backend = json_text_at(env, "kvm.backend");
	char *text;

	if (!backend || !strcmp(backend, "svm") || !strcmp(backend, "vmx"))
		return;
	text = report_backend_text(env);
	warn(w,
	     "KVM back end %s: these numbers say nothing of VM-entries of "
	     "hardware",
	     text);
	free(text);
}

static void warn_hypervisor(struct warner *w, const json_t *env)
{
	const char *name = json_text_at(env, "hypervisor.signature");

	if (!json_is_true(json_at(env, "hypervisor.present")))
		return;
	warn(w, "a hypervisor underneath (%s): exits may pass through it",
	     name && *name ? name : "unknown");
}

static void warn_emulated(struct warner *w, const json_t *env)
{
	if (json_is_true(json_at(env, "guest.emulated")))
		warn(w, "KVM emulated the guests' ring-0 code: rows with cpl=0 "
			"or without cpl time its emulator");
}

static void warn_debug(struct warner *w, json_t *env)
{
	char *options = env_debug_options(&env, 1);

	if (*options)
		warn(w, "debug kernel: %s", options);
	else if (json_is_true(json_at(env, "kernel.debug")))
		warn(w, "debug kernel");
	else if (!json_at(env, "kernel.debug"))
		warn(w, "whether it is a debug kernel is unknown: no "
			"configuration of it was found");
	free(options);
}

/* Some findings are told above in other words. */
static bool told(const char *name)
{
	static const char *const names[] = { "kvm-backend", "hypervisor",
					     "kernel-debug" };

	for (size_t i = 0; i < ARRAY_SIZE(names); i++)
		if (!strcmp(name, names[i]))
			return true;
	return false;
}

/* Each fail with what was seen; of what is only a warning, the names. */
static void warn_check(struct warner *w, json_t *env)
{
	json_t *finding, *list = json_at(env, "check");
	char *names = xstrdup("");
	size_t k;

	if (!json_is_array(list))
		warn(w, "the host was not checked");
	json_array_foreach(list, k, finding) {
		const char *status = json_text_at(finding, "status");
		const char *name = json_text_at(finding, "finding");
		const char *seen = json_text_at(finding, "seen");

		if (!status || !name || told(name))
			continue;
		if (!strcmp(status, "fail"))
			warn(w, "check: fail of %s: %s", name,
			     seen ? seen : "");
		if (strcmp(status, "warn"))
			continue;
		names = join_word(names, ", ", name);
	}
	if (*names)
		warn(w, "check warns of: %s", names);
	free(names);
}

static void warn_noise(struct warner *w, const json_t *env)
{
	const json_t *noise = json_at(env, "noise");
	double share = json_number_value(json_at(noise, "lost_share"));

	if (share > REPORT_NOISE_SHARE)
		warn(w,
		     "noisy host: pCPU %lld lost %.2g%% of its time, %.0f us "
		     "at once at most",
		     (long long)json_integer_value(json_at(noise, "cpu")),
		     100 * share,
		     json_number_value(json_at(noise, "longest_us")));
}

static void warn_unfinished(struct warner *w, const json_t *env)
{
	if (json_at(env, "run") && !json_at(env, "run.finished_utc"))
		warn(w, "the run did not come to its end");
}

static struct warner warn_host(const struct results *r)
{
	struct warner w = { intern_new() };

	for (size_t i = 0; i < r->n_sources; i++) {
		json_t *env = r->sources[i].env;

		if (!env) {
			warn_missing(&w, &r->sources[i]);
			continue;
		}
		warn_backend(&w, env);
		warn_hypervisor(&w, env);
		warn_emulated(&w, env);
		warn_debug(&w, env);
		warn_noise(&w, env);
		warn_unfinished(&w, env);
		warn_check(&w, env);
	}
	return w;
}

void report_warn_hosts(FILE *out, const struct results *base,
		       const struct results *new)
{
	struct warner a = warn_host(base), b;

	if (!new) {
		finish(out, &a);
		return;
	}
	b = warn_host(new);
	print(out, &a, "base: ", &b, "both: ");
	print(out, &b, "new: ", &a, NULL);
	intern_free(a.said);
	intern_free(b.said);
}

static void warn_faults(struct warner *w, const struct results *r)
{
	for (size_t i = 0; i < r->n_faults; i++) {
		char *text = results_fault_text(r, &r->faults[i]);

		warn(w, "%s", text);
		free(text);
	}
}

static void warn_status(struct warner *w, const struct results *r,
			enum row_status status, const char *what)
{
	size_t rows = 0, launches = 0;
	const char *reason = NULL;

	for (size_t i = 0; i < r->n_groups; i++) {
		const struct result_group *g = &r->groups[i];

		if (strcmp(g->metric, "latency") || !g->n_rows[status])
			continue;
		rows++;
		launches += g->n_rows[status];
		reason = reason ? reason : g->reasons[status];
	}
	if (rows)
		warn(w, "%zu row%s %s (%zu launch%s)%s%s", rows, plural(rows),
		     what, launches, launches == 1 ? "" : "es",
		     reason && *reason ? ", the first: " : "",
		     reason ? reason : "");
}

void report_warn_rows(FILE *out, const struct results *r)
{
	struct warner w = { intern_new() };

	warn_faults(&w, r);
	warn_status(&w, r, STATUS_FAIL, "failed, and do not count");
	warn_status(&w, r, STATUS_UNVERIFIED,
		    "unverified, and shown all the "
		    "same");
	finish(out, &w);
}

void report_warn_order(FILE *out, const struct comparison *c)
{
	struct warner w = { intern_new() };
	double level = COMPARE_MARK_LEVEL / 2;
	char *drift = order_drift_text(&c->order[0], level, "");
	char *serial = order_serial_text(&c->order[0], level, "");

	if (drift)
		warn(&w, "%s", drift);
	if (serial)
		warn(&w, "%s", serial);
	free(drift);
	free(serial);
	finish(out, &w);
}
