// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * nmi/guest-paranoid on this machine: no variant may fail, and an entry that
 * does not find the per-CPU data must.
 */
#include "guest-fixture.h"
#include "guest/segments.h"
#include "runner.h"
#include "vm.h"

static bool lacks_needs(struct fixture *f, const struct variant *variant)
{
	struct error err;

	return runner_can_run(variant, &f->capabilities.require, &err) !=
	       REQUIRE_MET;
}

/* ok; or why not, without a number. */
static void assert_honest(const struct variant *variant,
			  const struct launch_result *result)
{
	if (result->status == STATUS_FAIL)
		fail_msg("%s: fail: %s", variant->text, result->reason);
	if (result->status == STATUS_SKIP) {
		assert_true(result->reason[0]);
		assert_int_equal(result->latency.n, 0);
		return;
	}
	assert_true(result->latency.n > 0 && result->latency.min > 0);
	assert_int_equal(result->counted_ops, result->latency.n);
	if (result->status == STATUS_OK)
		assert_near_one(result, "nmi_injections");
}

/*
 * Where other processes keep the vCPU from halting, its NMI comes too soon, and
 * that is rightly a failure: not three times, though.
 */
static void launch_calmly(struct fixture *f, const struct variant *variant)
{
	int tries = 3;

	do
		launch(f, variant->bench, variant, 10);
	while (f->result->status == STATUS_FAIL && --tries);
}

static void launch_all(struct fixture *f, const char *pattern)
{
	char *patterns[] = { (char *)pattern };
	struct error err;
	struct plan plan;

	assert_int_equal(plan_build(&plan, bench_families, patterns, 1, &err),
			 0);
	for (size_t i = 0; i < plan.count; i++) {
		if (lacks_needs(f, &plan.variants[i]))
			continue;
		launch_calmly(f, &plan.variants[i]);
		assert_honest(&plan.variants[i], f->result);
	}
	plan_free(&plan);
}

static void test_every_variant_is_honest(void **state)
{
	if (!*state)
		skip();
	launch_all(*state, "nmi/guest-paranoid");
}

/* The thread that wakes the vCPU can do without a pCPU of its own. */
static void test_one_pcpu_is_enough(void **state)
{
	struct fixture *f = *state;
	int helper_cpu;

	if (!f)
		skip();
	helper_cpu = f->placement.helper_cpu;
	f->placement.helper_cpu = -1;
	launch_all(f, "nmi/guest-paranoid[base=rdmsr,from=hlt]");
	f->placement.helper_cpu = helper_cpu;
}

/* --- setup hooks that break the payload ----------------------------------- */

static const unsigned char swapgs[] = { 0x0f, 0x01, 0xf8 };
static const unsigned char count_nmi[] = { 0x65, 0x48, 0xff, 0x04, 0x25 };

static unsigned char *find_in_handler(const struct vm *vm, const void *bytes,
				      size_t size, unsigned int which)
{
	static const char handler[] = "nmi_whole_rdmsr";
	uint64_t address, ignored;
	unsigned char *at;

	if (elf_find_symbol(&vm->image, handler, &address, &ignored))
		return NULL;
	at = vm_memory(vm, address, 512);
	for (size_t i = 0; at && i + size <= 512; i++)
		if (!memcmp(at + i, bytes, size) && !which--)
			return at + i;
	return NULL;
}

static int take_out(struct bench_context *context, const void *bytes,
		    size_t size, unsigned int which, size_t length,
		    struct error *err)
{
	unsigned char *at = find_in_handler(context->vm, bytes, size, which);

	if (!at)
		return error_set(err, "there is nothing to take out");
	memset(at, 0x90, length);
	return 0;
}

static int without_swap_on_entry(struct bench_context *context,
				 struct error *err)
{
	return take_out(context, swapgs, sizeof(swapgs), 0, sizeof(swapgs),
			err);
}

static int without_swap_on_exit(struct bench_context *context,
				struct error *err)
{
	return take_out(context, swapgs, sizeof(swapgs), 1, sizeof(swapgs),
			err);
}

static int without_count(struct bench_context *context, struct error *err)
{
	return take_out(context, count_nmi, sizeof(count_nmi), 0, 9, err);
}

/* The CPU's number that LSL reads, from 3 to 2. */
static int with_wrong_number(struct bench_context *context, struct error *err)
{
	uint64_t gdt, ignored;
	unsigned char *descriptor;

	if (elf_find_symbol(&context->vm->image, "gdt", &gdt, &ignored))
		return error_set(err, "there is no GDT");
	descriptor = vm_memory(context->vm, gdt + (CPU_NODE & ~7), 8);
	if (!descriptor || *descriptor != CPU_NUMBER)
		return error_set(err, "the segment has another limit");
	--*descriptor;
	return 0;
}

static void expect_abort(void **state, const char *pattern,
			 int (*setup)(struct bench_context *, struct error *),
			 const char *why, const char *or_why)
{
	char *patterns[] = { (char *)pattern };
	struct fixture *f = *state;
	struct error err;
	struct bench bench;
	struct plan plan;

	if (!f)
		skip();
	assert_int_equal(plan_build(&plan, bench_families, patterns, 1, &err),
			 0);
	assert_int_equal(plan.count, 1);
	bench = *plan.variants[0].bench;
	bench.setup = setup;
	bench.teardown = NULL;
	launch(f, &bench, &plan.variants[0], 10);
	plan_free(&plan);
	/* Where KVM cannot emulate the entry, it cannot be broken. */
	if (f->result->status == STATUS_SKIP)
		skip();
	if (or_why && strstr(f->result->reason, or_why))
		why = or_why;
	assert_fails(f->result, why);
}

#define FROM_RING3 "nmi/guest-paranoid[base=rdmsr,from=ring3,part=whole]"

static void test_users_data_is_found_out(void **state)
{
	expect_abort(state, FROM_RING3, without_swap_on_entry,
		     "an NMI's entry took the user's GS base", NULL);
}

/* The kernel's base in ring 3: some back ends of KVM do not let it read there. */
static void test_wrong_base_is_found_out(void **state)
{
	expect_abort(state, FROM_RING3, without_swap_on_exit,
		     "an NMI's exit left the wrong GS base", "unexpected #PF");
}

static void test_missing_nmi_is_found_out(void **state)
{
	expect_abort(state, FROM_RING3, without_count,
		     "an NMI's entry had the wrong per-CPU data", NULL);
}

static void test_wrong_cpu_is_found_out(void **state)
{
	expect_abort(state,
		     "nmi/guest-paranoid[base=lsl,from=ring3,part=whole]",
		     with_wrong_number,
		     "an NMI's entry took the user's GS base", NULL);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_every_variant_is_honest),
		cmocka_unit_test(test_one_pcpu_is_enough),
		cmocka_unit_test(test_users_data_is_found_out),
		cmocka_unit_test(test_wrong_base_is_found_out),
		cmocka_unit_test(test_missing_nmi_is_found_out),
		cmocka_unit_test(test_wrong_cpu_is_found_out),
	};

	return cmocka_run_group_tests(tests, guest_setup, guest_teardown);
}
