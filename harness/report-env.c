// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "json-path.h"
#include "report-env.h"
#include "text-lines.h"
#include "util.h"

/* Parameters that move the numbers, in the order in which they are shown. */
static const struct kvm_parameter {
	const char *module, *name;
} kvm_parameters[] = {
	{ "kvm_amd", "avic" },
	{ "kvm_amd", "npt" },
	{ "kvm_amd", "vnmi" },
	{ "kvm_intel", "enable_apicv" },
	{ "kvm_intel", "ept" },
	{ "kvm_intel", "preemption_timer" },
	{ "kvm", "halt_poll_ns" },
	{ "kvm", "lapic_timer_advance" },
	{ "kvm", "lapic_timer_advance_ns" }, /* before Linux 6.10 */
	{ "kvm", "pi_inject_timer" },
	{ "kvm", "enable_pmu" },
};

static const char *text_or_unknown(const json_t *env, const char *path)
{
	const char *text = json_text_at(env, path);

	return text && *text ? text : "unknown";
}

/* "on", "off" or "unknown". */
static const char *switch_text(const json_t *env, const char *path)
{
	const json_t *value = json_at(env, path);

	if (!json_is_boolean(value))
		return "unknown";
	return json_is_true(value) ? "on" : "off";
}

/* "7", or "?" for what is not known or negative. */
static char *number_text(const json_t *env, const char *path)
{
	const json_t *value = json_at(env, path);

	if (!json_is_integer(value) || json_integer_value(value) < 0)
		return xstrdup("?");
	return xasprintf("%lld", (long long)json_integer_value(value));
}

/* Print and free. */
static void put(FILE *out, char *text)
{
	text_wrapped(out, "", "  ", text_clean(text));
	free(text);
}

/* Append a formatted piece, which is freed, to @text, which is too. */
static char *append(char *text, char *piece)
{
	char *longer = xasprintf("%s%s", text, piece);

	free(text);
	free(piece);
	return longer;
}

char *report_tool_text(const json_t *env)
{
	return xasprintf("vmentry-bench %s (%s)",
			 text_or_unknown(env, "tool.version"),
			 text_or_unknown(env, "tool.commit"));
}

static void print_host(FILE *out, const json_t *env)
{
	char *family = number_text(env, "cpu.family");
	char *model = number_text(env, "cpu.model");
	char *stepping = number_text(env, "cpu.stepping");
	char *khz = number_text(env, "guest.tsc_khz");

	put(out,
	    xasprintf("Host: %s, family %s model %s stepping %s, "
		      "microcode %s, SMT %s, turbo %s, TSC %s kHz",
		      text_or_unknown(env, "cpu.model_name"), family, model,
		      stepping, text_or_unknown(env, "cpu.microcode"),
		      switch_text(env, "smt.active"),
		      switch_text(env, "frequency.turbo"), khz));
	free(family);
	free(model);
	free(stepping);
	free(khz);
}

char *report_backend_text(const json_t *env)
{
	const char *backend = text_or_unknown(env, "kvm.backend");
	const char *name = json_text_at(env, "kvm.backend_name");

	if (!strcmp(backend, "svm") || !strcmp(backend, "vmx"))
		return xstrdup(backend);
	if (!strcmp(backend, "other"))
		return xasprintf("other (%s), not VMX or SVM hardware",
				 name ? name : "unknown");
	return xstrdup(backend);
}

static const char *debug_text(const json_t *env)
{
	const json_t *debug = json_at(env, "kernel.debug");

	if (!json_is_boolean(debug))
		return "unknown";
	return json_is_true(debug) ? "YES" : "no";
}

static void print_kvm(FILE *out, const json_t *env)
{
	char *text = report_backend_text(env);

	text = append(xstrdup("KVM: "), text);
	for (size_t i = 0; i < ARRAY_SIZE(kvm_parameters); i++) {
		const struct kvm_parameter *p = &kvm_parameters[i];
		char *path = xasprintf("kvm.modules.%s.parameters.%s",
				       p->module, p->name);
		const char *value = json_text_at(env, path);

		if (value)
			text = append(text,
				      xasprintf(", %s=%s", p->name, value));
		free(path);
	}
	text = append(text, xasprintf("; debug kernel: %s", debug_text(env)));
	put(out, text);
}

/* One line for each that is not "Not affected": reviewers ask for all. */
static void print_mitigations(FILE *out, json_t *env)
{
	static const char prefix[] = "Mitigation: ";
	json_t *list = json_at(env, "mitigations"), *state;
	size_t unaffected = 0;
	const char *name;

	if (!json_object_size(list)) {
		text_line(out, "Mitigations: unknown");
		return;
	}
	json_object_foreach(list, name, state)
		unaffected += json_is_string(state) &&
			      !strcmp(json_string_value(state), "Not affected");
	text_line(out, "Mitigations (not affected by %zu more):", unaffected);
	json_object_foreach(list, name, state) {
		const char *value = json_string_value(state);
		char *text;

		if (!value || !strcmp(value, "Not affected"))
			continue;
		if (!strncmp(value, prefix, strlen(prefix)))
			value += strlen(prefix);
		text = text_clean(xasprintf("%s: %s", name, value));
		text_wrapped(out, "  ", "    ", text);
		free(text);
	}
}

static void print_placement(FILE *out, const json_t *env)
{
	char *cpu = number_text(env, "placement.cpu");
	char *helper = number_text(env, "placement.helper_cpu");
	char *node = number_text(env, "placement.node");

	put(out,
	    xasprintf("Placement: vCPU pinned to pCPU %s, helper "
		      "threads to pCPU %s, memory on node %s; isolated: %s, "
		      "nohz_full: %s",
		      cpu, helper, node,
		      text_or_unknown(env, "isolation.isolated"),
		      text_or_unknown(env, "isolation.nohz_full")));
	free(cpu);
	free(helper);
	free(node);
}

/* What a tick is there: these are no numbers of hardware. */
static const char *tick_text(const json_t *env)
{
	const char *accel = json_text_at(env, "lab.accel");

	if (accel && !strcmp(accel, "bochs"))
		return "a TSC tick is an instruction, a VM-exit or an "
		       "interrupt that is injected, not a cycle";
	if (json_is_true(json_at(env, "lab.deterministic")))
		return "a TSC tick is an instruction, not a cycle";
	if (accel && !strcmp(accel, "kvm"))
		return "nested KVM, in real time";
	return "emulated in real time: ticks are of the emulator";
}

/* A result of the lab is never shown without the machine that it is of. */
static void print_lab(FILE *out, const json_t *env)
{
	const json_t *nrips = json_at(env, "lab.nrips");

	if (!json_at(env, "lab"))
		return;
	put(out,
	    xasprintf("Lab machine: %s, %s; %s%s",
		      text_or_unknown(env, "lab.machine"),
		      text_or_unknown(env, "lab.emulator"), tick_text(env),
		      json_is_false(nrips) ? "; no NRIPS: KVM decodes each "
					     "instruction that exits"
					   : ""));
}

void report_print_kind(FILE *out, const json_t *env)
{
	const char *backend = text_or_unknown(env, "kvm.backend");

	print_lab(out, env);
	if (strcmp(backend, "svm") && strcmp(backend, "vmx"))
		put(out, append(xstrdup("KVM: "), report_backend_text(env)));
}

void report_print_machine(FILE *out, const json_t *env)
{
	print_lab(out, env);
	print_host(out, env);
	print_kvm(out, env);
	print_mitigations(out, (json_t *)env);
	print_placement(out, env);
}

const char *report_kernel_version(const json_t *env)
{
	const char *version = json_text_at(env, "kernel.version");

	return version ? version : "";
}
