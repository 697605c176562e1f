// SPDX-License-Identifier: GPL-2.0-or-later
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "plan.h"
#include "runner.h"
#include "util.h"

static const struct param_value delays[] = {
	{ "100us", 100000 },
	{ "200us", 200000 },
	{ "1ms", 1000000 },
	{ 0 },
};

static const struct param_value waits[] = {
	{ "spin", ABI_WAIT_SPIN },
	{ "hlt", ABI_WAIT_HLT },
	{ 0 },
};

static const struct bench exits[] = {
	{ .name = "exit/cpuid", .params = { PARAM_CPL_BOTH } },
	{ .name = "exit/hlt" },
	{ .name = "exit/pio" },
	{ 0 },
};

static const struct bench timers[] = {
	{
		.name = "timer/deadline",
		.arg = { [ABI_ARG_MSR] = 0x6e0 },
		.params = { { .name = "delay",
			      .arg = ABI_ARG_DELAY_NS,
			      .values = delays },
			    { .name = "wait",
			      .arg = ABI_ARG_WAIT,
			      .values = waits } },
	},
	{ 0 },
};

static const struct bench *const families[] = { exits, timers, NULL };

/* All of it, in the order of the table. */
static const char everything[] =
	"exit/cpuid cpl=0;exit/cpuid cpl=3;exit/hlt ;exit/pio ;"
	"timer/deadline delay=100us,wait=spin;"
	"timer/deadline delay=100us,wait=hlt;"
	"timer/deadline delay=200us,wait=spin;"
	"timer/deadline delay=200us,wait=hlt;"
	"timer/deadline delay=1ms,wait=spin;"
	"timer/deadline delay=1ms,wait=hlt;";

/* The plan as text: "name settings;" for each variant. */
static char *plan_text(const struct plan *plan)
{
	char *text = NULL;
	size_t size;
	FILE *stream = open_memstream(&text, &size);

	for (size_t i = 0; i < plan->count; i++)
		fprintf(stream, "%s %s;", plan->variants[i].bench->name,
			plan->variants[i].text);
	fclose(stream);
	return text;
}

/* @patterns ends with NULL. */
static void expect_plan(const char *const *patterns, const char *expected)
{
	size_t n = 0;
	struct error err;
	struct plan plan;
	char *text;

	while (patterns[n])
		n++;
	if (plan_build(&plan, families, (char *const *)patterns, n, &err))
		fail_msg("%s", err.text);
	text = plan_text(&plan);
	assert_string_equal(text, expected);
	free(text);
	plan_free(&plan);
	assert_null(plan.variants);
	assert_int_equal(plan.count, 0);
}

#define PLAN(expected, ...) \
	expect_plan((const char *const[]){ __VA_ARGS__, NULL }, expected)

static void expect_no_match(const char *const *patterns, size_t n,
			    const char *named)
{
	struct error err;
	struct plan plan;
	char *expected;

	assert_int_equal(plan_build(&plan, families, (char *const *)patterns, n,
				    &err),
			 -1);
	expected = xasprintf("no benchmark matches '%s' (see 'run-bench list')",
			     named);
	assert_string_equal(err.text, expected);
	assert_null(plan.variants);
	free(expected);
}

static void test_all(void **state)
{
	(void)state;
	expect_plan((const char *const[]){ NULL }, everything);
	PLAN(everything, "*");
	PLAN(everything, "*/*");
}

/* Constants of the descriptor stay, parameters reach their targets. */
static void test_values(void **state)
{
	struct error err;
	struct plan plan;

	(void)state;
	assert_int_equal(plan_build(&plan, families, NULL, 0, &err), 0);
	assert_int_equal(plan.count, 2 + 1 + 1 + 6);
	assert_int_equal(plan.variants[0].cpl, 0);
	assert_int_equal(plan.variants[1].cpl, 3);
	assert_int_equal(plan.variants[1].arg[ABI_ARG_MSR], 0);
	for (size_t i = 0; i < 6; i++) {
		const struct variant *v = &plan.variants[4 + i];

		assert_int_equal(v->cpl, 0);
		assert_int_equal(v->arg[ABI_ARG_MSR], 0x6e0);
		assert_int_equal(v->arg[ABI_ARG_DELAY_NS], delays[i / 2].value);
		assert_int_equal(v->arg[ABI_ARG_WAIT], waits[i % 2].value);
	}
	plan_free(&plan);
}

static const struct param_value froms[] = {
	{ "ring0", ABI_FROM_RING0, "cpus>=2" },
	{ "ring3", ABI_FROM_RING3 },
	{ "hlt", ABI_FROM_HLT, "cpus>=3" },
	{ 0 },
};

static const struct param_value bases[] = {
	{ "lsl", ABI_BASE_LSL },
	{ "rdmsr", ABI_BASE_RDMSR, "cpus>=4" },
	{ 0 },
};

static const struct bench nmis[] = {
	{
		.name = "nmi/from",
		.needs = "cpus>=1",
		.params = { { .name = "from",
			      .target = PARAM_FROM,
			      .arg = ABI_ARG_FROM,
			      .values = froms },
			    { .name = "base",
			      .arg = ABI_ARG_BASE,
			      .values = bases } },
	},
	{ 0 },
};

/* What a value needs is needed by the variants that have it, and no others. */
static void test_needs_of_values(void **state)
{
	static const struct {
		uint32_t cpl, from;
		int cpus; /* that are needed */
	} expected[] = {
		{ 0, ABI_FROM_RING0, 2 }, { 0, ABI_FROM_RING0, 4 },
		{ 3, ABI_FROM_RING3, 1 }, { 3, ABI_FROM_RING3, 4 },
		{ 0, ABI_FROM_HLT, 3 },	  { 0, ABI_FROM_HLT, 4 },
	};
	struct require_facts facts = { 0 };
	struct plan plan = { 0 };
	const struct variant *v;
	struct error err;

	(void)state;
	plan_add(&plan, nmis, NULL);
	assert_int_equal(plan.count, ARRAY_SIZE(expected));
	for (size_t i = 0; i < plan.count; i++) {
		v = &plan.variants[i];
		assert_int_equal(v->cpl, expected[i].cpl);
		assert_int_equal(v->arg[ABI_ARG_FROM], expected[i].from);
		facts.cpus = expected[i].cpus;
		assert_int_equal(runner_can_run(v, &facts, &err), REQUIRE_MET);
		facts.cpus--;
		assert_int_equal(runner_can_run(v, &facts, &err),
				 REQUIRE_UNMET);
		assert_non_null(strstr(err.text, "pCPUs are needed"));
	}
	plan_free(&plan);
}

static void test_names(void **state)
{
	(void)state;
	PLAN("exit/hlt ;", "exit/hlt");
	PLAN("exit/hlt ;exit/pio ;", "exit/?[li]?");
	PLAN("exit/cpuid cpl=0;exit/cpuid cpl=3;exit/hlt ;", "exit/[ch]*");
	PLAN("exit/pio ;", "exit/[!ch]*");
	PLAN("exit/hlt ;exit/pio ;", "exit/[f-z]*");
	PLAN("exit/cpuid cpl=0;exit/cpuid cpl=3;", "*/cp*");
	PLAN("exit/hlt ;", "[def]xit/hl[t]");
}

static void test_selectors(void **state)
{
	(void)state;
	PLAN("exit/cpuid cpl=3;", "exit/cpuid[cpl=3]");
	PLAN("exit/cpuid cpl=3;", "*[cpl=3]");
	PLAN("timer/deadline delay=1ms,wait=hlt;",
	     "timer/*[delay=1ms,wait=hlt]");
	PLAN("timer/deadline delay=1ms,wait=hlt;",
	     "timer/*[wait=hlt,delay=1ms]");
	PLAN("timer/deadline delay=100us,wait=hlt;"
	     "timer/deadline delay=200us,wait=hlt;",
	     "*[wait=h*,delay=*us]");
	PLAN("exit/cpuid cpl=0;", "exit/[ch]*[cpl=0]");
}

/* A selector's value is a glob too, with classes of its own. */
static void test_selector_with_class(void **state)
{
	(void)state;
	PLAN("timer/deadline delay=200us,wait=spin;",
	     "*[delay=[2-9]*,wait=s*]");
	PLAN("timer/deadline delay=200us,wait=hlt;",
	     "t[i]mer/*[wait=hlt,delay=[2-9]00us]");
	PLAN("exit/cpuid cpl=3;", "exit/[ch]*[cpl=[!0]]");
}

static void test_several(void **state)
{
	(void)state;
	/* The table's order, not the patterns'; nothing twice. */
	PLAN("exit/hlt ;exit/pio ;", "exit/pio", "exit/hlt");
	PLAN("exit/hlt ;exit/pio ;", "exit/hlt", "exit/[hp]*", "exit/hlt");
	PLAN("exit/cpuid cpl=0;exit/cpuid cpl=3;exit/pio ;", "*[cpl=3]",
	     "exit/pio", "*[cpl=0]");
}

static void test_no_match(void **state)
{
	static const char *const alone[] = {
		"exit",
		"exit/",
		"exit/cpuid2",
		"EXIT/cpuid",
		"",
		"exit/cpuid[cpl=1]",
		"exit/cpuid[cpl=]",
		"exit/cpuid[cpl=3",
		"exit/cpuid[]",
		"exit/cpuid[=]",
		"exit/hlt[cpl=0]",
		"*[cpl=0,cpl=3]",
		"*[pl=0]",
		"*[delay=1ms,idle=1ms]",
		"[cpl=3]",
		"timer/*[delay=[3-9]00us]",
	};
	static const char *const one_of_three[] = { "exit/hlt", "nmi/*", "*" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(alone); i++)
		expect_no_match(&alone[i], 1, alone[i]);
	expect_no_match(one_of_three, 3, "nmi/*");
}

/* What the suite itself has: names are unique and fit the text. */
static void test_own_table(void **state)
{
	const struct variant *a, *b;
	struct error err;
	struct plan plan;

	(void)state;
	assert_int_equal(plan_build(&plan, bench_families, NULL, 0, &err), 0);
	assert_true(plan.count > 0);
	for (size_t i = 0; i < plan.count; i++) {
		a = &plan.variants[i];
		assert_true(strlen(a->text) < sizeof(a->text) - 1);
		assert_non_null(a->bench->summary);
		assert_null(strpbrk(a->bench->name, " ,\"[]*?="));
		for (size_t j = 0; j < i; j++) {
			b = &plan.variants[j];
			if (!strcmp(a->bench->name, b->bench->name) &&
			    !strcmp(a->text, b->text))
				fail_msg("'%s %s' is there twice",
					 a->bench->name, a->text);
		}
	}
	plan_free(&plan);
}

static void test_other_cpu(void **state)
{
	static const struct {
		struct bench bench;
		unsigned int vcpus;
		bool needed;
	} cases[] = {
		{ { 0 }, 1, false },
		{ { 0 }, 2, true },
		{ { .uses_helper_cpu = true }, 1, true },
		{ { .uses_helper_cpu = true, .helper_when = "wait=hlt" },
		  1,
		  true },
		{ { .uses_helper_cpu = true, .helper_when = "wait=spin" },
		  1,
		  false },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const struct variant variant = {
			.bench = &cases[i].bench,
			.text = "wait=hlt",
			.vcpus = cases[i].vcpus,
		};

		assert_int_equal(variant_needs_other_cpu(&variant),
				 cases[i].needed);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_all),
		cmocka_unit_test(test_values),
		cmocka_unit_test(test_needs_of_values),
		cmocka_unit_test(test_names),
		cmocka_unit_test(test_selectors),
		cmocka_unit_test(test_selector_with_class),
		cmocka_unit_test(test_several),
		cmocka_unit_test(test_no_match),
		cmocka_unit_test(test_own_table),
		cmocka_unit_test(test_other_cpu),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
