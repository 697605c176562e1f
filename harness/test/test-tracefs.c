// SPDX-License-Identifier: GPL-2.0-or-later
/* Reads a tracefs of files below a temporary directory, and the real one. */
#include <fcntl.h>

#include "fixture.h"
#include "tracefs.h"

/* Linux 6.1's, shortened: another order and other sizes than today's. */
static const char kvm_exit_format[] =
	"name: kvm_exit\n"
	"ID: 103\n"
	"format:\n"
	"\tfield:unsigned short common_type;\toffset:0;\tsize:2;\tsigned:0;\n"
	"\tfield:unsigned char common_flags;\toffset:2;\tsize:1;\tsigned:0;\n"
	"\tfield:int common_pid;\toffset:4;\tsize:4;\tsigned:1;\n"
	"\n"
	"\tfield:unsigned int exit_reason;\toffset:8;\tsize:4;\tsigned:0;\n"
	"\tfield:unsigned long guest_rip;\toffset:16;\tsize:8;\tsigned:0;\n"
	"\tfield:u32 isa;\toffset:24;\tsize:4;\tsigned:0;\n"
	"\tfield:void * handler;\toffset:32;\tsize:8;\tsigned:0;\n"
	"\tfield:char name[16];\toffset:40;\tsize:16;\tsigned:0;\n"
	"\n"
	"print fmt: \"reason %s\", REC->exit_reason\n";

static int open_root(const struct fixture *f)
{
	int root = open(f->directory, O_RDONLY | O_DIRECTORY);

	assert_true(root >= 0);
	return root;
}

static void test_fields(void **state)
{
	struct tracefs_field at;
	struct error err;

	(void)state;
	assert_int_equal(tracefs_parse_field(kvm_exit_format, "isa", &at, &err),
			 0);
	assert_int_equal(at.offset, 24);
	assert_int_equal(at.size, 4);
	assert_int_equal(tracefs_parse_field(kvm_exit_format, "exit_reason",
					     &at, &err),
			 0);
	assert_int_equal(at.offset, 8);
	assert_int_equal(
		tracefs_parse_field(kvm_exit_format, "handler", &at, &err), 0);
	assert_int_equal(at.size, 8);
}

static void test_no_such_field(void **state)
{
	/* The ends of names, a name in the print format, an array. */
	static const char *const none[] = { "reason", "rip", "sa", "", "name" };
	struct tracefs_field at;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(none); i++)
		assert_int_equal(tracefs_parse_field(kvm_exit_format, none[i],
						     &at, &err),
				 -1);
	assert_int_equal(tracefs_parse_field("", "isa", &at, &err), -1);
	assert_string_equal(err.text, "there is no field 'isa'");
}

static void test_strange_formats(void **state)
{
	static const char *const formats[] = {
		"\tfield:u32 isa;",
		"\tfield:u32 isa;\toffset:x;\tsize:4;\n",
		"\tfield:u32 isa;\toffset:8;\tsize:3;\n",
		"\tfield:u32 isa;\toffset:8;\tsize:16;\n",
		"\tfield:u32 isa",
	};
	struct tracefs_field at;
	struct error err;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(formats); i++)
		assert_int_equal(
			tracefs_parse_field(formats[i], "isa", &at, &err), -1);
}

static void test_values(void **state)
{
	static const unsigned char record[] = { 1, 2, 3, 4, 5, 6, 7, 8, 9 };
	const struct tracefs_field two = { .offset = 7, .size = 2 };
	const struct tracefs_field eight = { .offset = 0, .size = 8 };
	const struct tracefs_field wild = { .offset = SIZE_MAX, .size = 4 };
	uint64_t value;

	(void)state;
	assert_true(tracefs_value(&two, record, sizeof(record), &value));
	assert_int_equal(value, 0x0908);
	assert_true(tracefs_value(&eight, record, 8, &value));
	assert_int_equal(value, 0x0807060504030201);
	assert_false(tracefs_value(&eight, record, 7, &value));
	assert_false(tracefs_value(&two, record, 8, &value));
	assert_false(tracefs_value(&two, record, 0, &value));
	assert_false(tracefs_value(&wild, record, sizeof(record), &value));
}

static void test_files(void **state)
{
	const struct fixture *f = *state;
	struct tracefs_field at;
	struct error err;
	uint64_t id;
	int root;

	put(f, "/events/kvm/kvm_exit/id", "103\n");
	put(f, "/events/kvm/kvm_exit/format", kvm_exit_format);
	put(f, "/events/kvm/odd/id", "no number\n");
	root = open_root(f);
	assert_true(tracefs_has(root, "kvm:kvm_exit"));
	assert_int_equal(tracefs_id(root, "kvm:kvm_exit", &id, &err), 0);
	assert_int_equal(id, 103);
	assert_int_equal(tracefs_field(root, "kvm:kvm_exit", "isa", &at, &err),
			 0);
	assert_int_equal(at.offset, 24);
	assert_int_equal(tracefs_field(root, "kvm:kvm_exit", "x", &at, &err),
			 -1);
	assert_string_equal(
		err.text,
		"cannot read records of tracepoint 'kvm:kvm_exit': there is no field 'x'");
	assert_int_equal(tracefs_id(root, "kvm:odd", &id, &err), -1);
	assert_string_equal(err.text,
			    "tracepoint 'kvm:odd' has a bad id 'no number'");
	assert_int_equal(tracefs_id(root, "kvm:none", &id, &err), -1);
	assert_string_equal(err.text,
			    "this kernel has no tracepoint 'kvm:none'");
	close(root);
}

/* Names never lead out of events/. */
static void test_bad_names(void **state)
{
	static const char *const names[] = {
		"",	    "kvm",   ":kvm_exit", "kvm:",     "a:b:c",
		"kvm:../x", "..:id", "kvm:..",	  "kvm:a/id", "kvm/../..:exit"
	};
	const struct fixture *f = *state;
	struct error err;
	uint64_t id;
	int root;

	put(f, "/events/id", "1\n");
	root = open_root(f);
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		assert_false(tracefs_has(root, names[i]));
		assert_int_equal(tracefs_id(root, names[i], &id, &err), -1);
		assert_non_null(strstr(err.text, "is no name of a tracepoint"));
	}
	close(root);
}

static char *mounts(void)
{
	char *text = read_file("/proc/self/mountinfo", NULL);

	assert_non_null(text);
	return text;
}

/* Nothing of the system may change, whether this process may mount or not. */
static void test_real_tracefs(void **state)
{
	char *before = mounts(), *after;
	struct error err;
	uint64_t id;
	int root = tracefs_open(&err);

	(void)state;
	if (root < 0) {
		fprintf(stderr, "NOT TESTED: %s\n", err.text);
		free(before);
		skip();
	}
	assert_true(tracefs_has(root, "sched:sched_switch"));
	assert_int_equal(tracefs_id(root, "sched:sched_switch", &id, &err), 0);
	assert_true(id > 0);
	after = mounts();
	assert_string_equal(before, after);
	assert_int_equal(openat(root, "tracing_on", O_WRONLY | O_APPEND), -1);
	close(root);
	free(before);
	free(after);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_fields),
		cmocka_unit_test(test_no_such_field),
		cmocka_unit_test(test_strange_formats),
		cmocka_unit_test(test_values),
		FIXTURE_TEST(test_files),
		FIXTURE_TEST(test_bad_names),
		cmocka_unit_test(test_real_tracefs),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
