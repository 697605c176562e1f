/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The head of a report: what env.json says of the machine, in lines of at most
 * 72 columns. What it does not say is "unknown", never left out.
 */
#ifndef VMB_REPORT_ENV_H
#define VMB_REPORT_ENV_H

#include <jansson.h>
#include <stdio.h>

#include "results.h"

/* Host, KVM, mitigations and placement. @env may be NULL. */
void report_print_machine(FILE *out, const json_t *env);

/*
 * Only what keeps numbers from being taken for what they are not: a machine of
 * the lab, another back end than VMX and SVM. Nothing for those of hardware.
 */
void report_print_kind(FILE *out, const json_t *env);

/* "vmentry-bench 0.1 (1234567890ab)" of the tool that measured; freed. */
char *report_tool_text(const json_t *env);

/*
 * "svm", or for what is no hardware virtualisation the reason why numbers from
 * it must not be taken for that: "other (pvm), not VMX or SVM hardware". Freed.
 */
char *report_backend_text(const json_t *env);

/* "#1 SMP PREEMPT_DYNAMIC ...", the build; "" when unknown. It is @env's. */
const char *report_kernel_version(const json_t *env);

#endif
