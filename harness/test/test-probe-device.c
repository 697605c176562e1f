// SPDX-License-Identifier: GPL-2.0-or-later
/* The module's device, where there is none; test-probe.sh has the module. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>
#include <cmocka.h>

#include "probe.h"
#include "util.h"

static void assert_refuses(const char *path, const char *what)
{
	struct probe probe;
	struct error err;

	assert_int_equal(probe_open(&probe, path, &err), -1);
	if (!strstr(err.text, what))
		fail_msg("'%s' does not say '%s'", err.text, what);
	assert_int_equal(probe.fd, -1);
}

static void test_no_device(void **state)
{
	(void)state;
	assert_refuses("/nonexistent/vmentry_probe",
		       "the module vmentry_probe is not loaded");
	assert_refuses("/dev", "cannot open '/dev': Is a directory");
}

/* What is there is something else. */
static void test_another_device(void **state)
{
	(void)state;
	assert_refuses("/dev/null", "the module vmentry_probe does not answer: "
				    "Inappropriate ioctl for device");
}

/* The kernel copies whole structures: no padding, of which it would tell. */
static void test_no_padding(void **state)
{
	(void)state;
	assert_int_equal(sizeof(struct vmentry_probe_info), 24);
	assert_int_equal(sizeof(struct vmentry_probe_nmi), 48);
	assert_int_equal(sizeof(struct vmentry_probe_train), 24);
	assert_int_equal(sizeof(struct vmentry_probe_train_state), 24 + 48);
	assert_int_equal(sizeof(struct vmentry_probe_insn), 24);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_no_device),
		cmocka_unit_test(test_another_device),
		cmocka_unit_test(test_no_padding),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
