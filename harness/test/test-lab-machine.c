// SPDX-License-Identifier: GPL-2.0-or-later
/* Machines by name, and the emulator's command that makes them repeatable. */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "fixture.h"
#include "lab/emulator.h"
#include "util.h"

static struct lab_machine machine(const char *text)
{
	struct lab_machine m;
	struct error err;

	if (lab_machine_parse(&m, text, &err))
		fail_msg("'%s': %s", text, err.text);
	assert_string_equal(m.text, text);
	return m;
}

static void refuse(const char *text, const char *expected)
{
	struct lab_machine m;
	struct error err;

	assert_int_equal(lab_machine_parse(&m, text, &err), -1);
	assert_string_equal(err.text, expected);
	assert_null(m.text);
	lab_machine_free(&m);
}

/* --- names ------------------------------------------------------------------- */

static void test_defaults(void **state)
{
	struct lab_machine m = machine("svm");

	(void)state;
	assert_int_equal(m.accel, LAB_ACCEL_TCG);
	assert_int_equal(m.cpus, 1);
	assert_int_equal(m.memory, 512);
	assert_false(m.advance);
	assert_null(m.cpu);
	assert_null(m.emulator);

	lab_machine_free(&m);
	assert_null(m.text);
	lab_machine_free(&m);
}

static void test_every_key(void **state)
{
	struct lab_machine m =
		machine("svm,accel=kvm,cpus=4,memory=2048,cpu=EPYC-v3,"
			"emulator=/opt/qemu/bin/qemu,advance=adaptive");

	(void)state;
	assert_int_equal(m.accel, LAB_ACCEL_KVM);
	assert_int_equal(m.cpus, 4);
	assert_int_equal(m.memory, 2048);
	assert_true(m.advance);
	assert_string_equal(m.cpu, "EPYC-v3");
	assert_string_equal(m.emulator, "/opt/qemu/bin/qemu");

	lab_machine_free(&m);
}

static void test_accelerators(void **state)
{
	static const char *const names[] = { "tcg", "tcg-realtime", "kvm" };

	(void)state;
	assert_int_equal(ARRAY_SIZE(names), LAB_ACCEL_BOCHS);
	for (int i = 0; i < LAB_ACCEL_BOCHS; i++) {
		char *text = xasprintf("svm,accel=%s", names[i]);
		struct lab_machine m = machine(text);

		assert_int_equal(m.accel, i);
		assert_string_equal(lab_accel_name(m.accel), names[i]);
		/* Real time differs from boot to boot. */
		assert_int_equal(lab_machine_deterministic(&m),
				 i == LAB_ACCEL_TCG);
		lab_machine_free(&m);
		free(text);
	}
}

static void test_edges_of_values(void **state)
{
	static const char *const good[] = {
		"svm,cpus=1",
		"svm,cpus=64,accel=kvm",
		"svm,accel=kvm,cpus=64",
		"svm,memory=256",
		"svm,memory=1048576",
		"svm,advance=0",
	};
	struct lab_machine m;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(good); i++) {
		m = machine(good[i]);
		lab_machine_free(&m);
	}
	/* The last one counts. */
	m = machine("svm,memory=256,memory=1024,advance=adaptive,advance=0");
	assert_int_equal(m.memory, 1024);
	assert_false(m.advance);
	lab_machine_free(&m);
}

static void test_bad_names(void **state)
{
	(void)state;
	refuse("", "there is no machine ''");
	refuse("sv", "there is no machine 'sv'");
	refuse("svm2", "there is no machine 'svm2'");
	refuse("SVM", "there is no machine 'SVM'");
	refuse("pdp11,cpus=2", "there is no machine 'pdp11'");
	refuse("vmx2", "there is no machine 'vmx2'");
	refuse("cpus=2", "there is no machine 'cpus=2'");
	refuse(",svm", "there is no machine ''");
}

static void test_bad_keys(void **state)
{
	(void)state;
	refuse("svm,", "'' of the machine has no value");
	refuse("svm,,cpus=1", "'' of the machine has no value");
	refuse("svm,cpus", "'cpus' of the machine has no value");
	refuse("svm,=1", "machine 'svm' has no ''");
	refuse("svm,colour=red", "machine 'svm' has no 'colour'");
	refuse("svm,Cpus=1", "machine 'svm' has no 'Cpus'");
	refuse("svm,cpu s=1", "machine 'svm' has no 'cpu s'");
	/* Those of the other one. */
	refuse("svm,apicv=0", "machine 'svm' has no 'apicv'");
	refuse("svm,features=rdpid", "machine 'svm' has no 'features'");
	refuse("vmx,accel=kvm", "machine 'vmx' has no 'accel'");
}

static void refuse_value_of(const char *name, const char *key,
			    const char *value)
{
	char *text = xasprintf("%s,%s=%s", name, key, value);
	char *expected = xasprintf("invalid value '%s' of the machine's '%s'",
				   value, key);

	refuse(text, expected);
	free(expected);
	free(text);
}

static void refuse_value(const char *key, const char *value)
{
	refuse_value_of("svm", key, value);
}

static void test_bad_values(void **state)
{
	(void)state;
	refuse_value("accel", "");
	refuse_value("accel", "hvf");
	refuse_value("accel", "bochs");
	refuse_value("accel", "tcg ");
	refuse_value("cpus", "");
	refuse_value("cpus", "0");
	refuse_value("cpus", "65");
	refuse_value("cpus", "-1");
	refuse_value("cpus", "2x");
	refuse_value("cpus", "18446744073709551617");
	refuse_value("memory", "");
	refuse_value("memory", "255");
	refuse_value("memory", "1048577");
	refuse_value("memory", "1G");
	refuse_value("advance", "");
	refuse_value("advance", "1");
	refuse_value("advance", "adaptively");
	refuse_value("cpu", "");
	refuse_value("emulator", "");
	refuse_value_of("vmx", "apicv", "");
	refuse_value_of("vmx", "apicv", "2");
	refuse_value_of("vmx", "features", "");
	refuse_value_of("vmx", "cpus", "0");
}

static void test_vmx(void **state)
{
	struct lab_machine m = machine("vmx");

	(void)state;
	assert_int_equal(m.accel, LAB_ACCEL_BOCHS);
	assert_string_equal(lab_accel_name(m.accel), "bochs");
	assert_true(lab_machine_deterministic(&m));
	assert_int_equal(m.cpus, 1);
	assert_false(m.no_apicv);
	assert_null(m.features);
	lab_machine_free(&m);
	m = machine("vmx,apicv=0,features=rdpid,cpus=2,cpu=corei7,memory=300");
	assert_true(m.no_apicv);
	assert_string_equal(m.features, "rdpid");
	assert_string_equal(m.cpu, "corei7");
	/* It counts on all of them. */
	assert_int_equal(m.cpus, 2);
	assert_true(lab_machine_deterministic(&m));
	lab_machine_free(&m);
	m = machine("vmx,apicv=1");
	assert_false(m.no_apicv);
	lab_machine_free(&m);
}

static void test_one_cpu_where_instructions_count(void **state)
{
	(void)state;
	refuse("svm,cpus=2",
	       "QEMU counts instructions on one CPU only: with cpus=2 give "
	       "accel=tcg-realtime or accel=kvm");
	refuse("svm,cpus=64,accel=tcg",
	       "QEMU counts instructions on one CPU only: with cpus=64 give "
	       "accel=tcg-realtime or accel=kvm");
}

/* --- the command --------------------------------------------------------------- */

static const struct lab_boot_files files = {
	.kernel = "the kernel",
	.initramfs = "the,initramfs",
	.tools = "/the tools",
	.work = "/scratch",
	.wall_limit = 600,
};

static struct argv command(const char *text, const struct lab_boot_files *with)
{
	struct lab_machine m = machine(text);
	struct argv argv = lab_emulator_argv(&m, with);

	lab_machine_free(&m);
	assert_null(argv.words[argv.n]);
	return argv;
}

/* What follows @option, which is there once; NULL when it is not there. */
static const char *value_of(const struct argv *argv, const char *option)
{
	const char *value = NULL;

	for (size_t i = 1; i + 1 < argv->n; i++)
		if (!strcmp(argv->words[i], option)) {
			assert_null(value);
			value = argv->words[i + 1];
		}
	return value;
}

static void expect_argument(const struct argv *argv, const char *option,
			    const char *expected)
{
	const char *value = value_of(argv, option);

	if (!value)
		fail_msg("no %s", option);
	assert_string_equal(value, expected);
}

static void expect_flag(const struct argv *argv, const char *flag)
{
	for (size_t i = 1; i < argv->n; i++)
		if (!strcmp(argv->words[i], flag))
			return;
	fail_msg("no %s", flag);
}

static void test_command(void **state)
{
	struct argv argv = command("svm", &files);

	(void)state;
	assert_string_equal(argv.words[0], "qemu-system-x86_64");
	expect_argument(&argv, "-accel", "tcg");
	expect_argument(&argv, "-icount", "shift=0,sleep=off");
	expect_argument(&argv, "-cpu", "max");
	expect_argument(&argv, "-seed", "1");
	expect_argument(&argv, "-rtc", "base=2026-01-01,clock=vm");
	expect_argument(&argv, "-m", "512");
	expect_argument(&argv, "-smp", "1");
	expect_argument(&argv, "-display", "none");
	expect_argument(&argv, "-serial", "file:/scratch/console");
	expect_argument(&argv, "-debugcon", "file:/scratch/stream");
	expect_argument(&argv, "-kernel", "the kernel");
	expect_argument(&argv, "-initrd", "the,initramfs");
	/* Nothing of the user's configuration, and the end is the end. */
	expect_flag(&argv, "-nodefaults");
	expect_flag(&argv, "-no-user-config");
	expect_flag(&argv, "-no-reboot");
	assert_null(value_of(&argv, "-plugin"));
	argv_free(&argv);
}

static void test_command_of_other_accelerators(void **state)
{
	struct argv argv = command("svm,accel=kvm,cpus=3,memory=1024", &files);

	(void)state;
	/* In real time, it is pinned; list elements are this host's. */
	assert_string_equal(argv.words[0], "taskset");
	assert_string_equal(argv.words[1], "-c");
	assert_string_equal(argv.words[3], "qemu-system-x86_64");
	expect_argument(&argv, "-accel", "kvm");
	expect_argument(&argv, "-cpu", "host");
	expect_argument(&argv, "-smp", "3");
	expect_argument(&argv, "-m", "1024");
	assert_null(value_of(&argv, "-icount"));
	argv_free(&argv);
	argv = command("svm,accel=tcg-realtime,cpus=2", &files);
	expect_argument(&argv, "-accel", "tcg,thread=single");
	expect_argument(&argv, "-cpu", "max");
	expect_argument(&argv, "-smp", "2");
	assert_null(value_of(&argv, "-icount"));
	argv_free(&argv);
}

static void test_command_with_a_cpu_and_an_emulator(void **state)
{
	struct argv argv = command("svm,cpu=EPYC,emulator=./my qemu", &files);

	(void)state;
	assert_string_equal(argv.words[0], "./my qemu");
	expect_argument(&argv, "-cpu", "EPYC");
	argv_free(&argv);
	argv = command("svm,accel=kvm,cpu=qemu64", &files);
	expect_argument(&argv, "-cpu", "qemu64");
	argv_free(&argv);
}

static void test_plugin(void **state)
{
	struct lab_boot_files with = files;
	struct argv argv;

	(void)state;
	with.profile = true;
	argv = command("svm", &with);
	expect_argument(&argv, "-plugin",
			"/the tools/windows.so,output=/scratch/counts");
	argv_free(&argv);
	with.close = "";
	argv = command("svm", &with);
	expect_argument(&argv, "-plugin",
			"/the tools/windows.so,output=/scratch/counts");
	argv_free(&argv);
	with.close = "401000,ffffffff81000010";
	argv = command("svm", &with);
	expect_argument(&argv, "-plugin",
			"/the tools/windows.so,output=/scratch/counts,"
			"close=401000,close=ffffffff81000010");
	argv_free(&argv);
	with.profile = false;
	argv = command("svm", &with);
	assert_null(value_of(&argv, "-plugin"));
	argv_free(&argv);
}

/* Is @word one of the kernel's command line? */
static bool has_word(const struct argv *argv, const char *word)
{
	char *line = xasprintf(" %s ", value_of(argv, "-append"));
	char *spaced = xasprintf(" %s ", word);
	bool has = strstr(line, spaced);

	free(spaced);
	free(line);
	return has;
}

static void test_kernel_command_line(void **state)
{
	static const char *const always[] = { "console=ttyS0", "panic=-1",
					      "nokaslr",
					      "random.trust_cpu=off" };
	static const char *const machines[] = { "svm", "svm,accel=tcg-realtime",
						"svm,accel=kvm" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(machines); i++) {
		struct argv argv = command(machines[i], &files);

		for (size_t k = 0; k < ARRAY_SIZE(always); k++)
			assert_true(has_word(&argv, always[k]));
		/* Only where instructions count is the frequency known. */
		assert_int_equal(has_word(&argv, "tsc=reliable"), !i);
		assert_int_equal(has_word(&argv, "tsc_early_khz=1000000"), !i);
		/* A module takes the one that it knows. */
		assert_true(has_word(&argv, "kvm.lapic_timer_advance_ns=0"));
		assert_true(has_word(&argv, "kvm.lapic_timer_advance=0"));
		argv_free(&argv);
	}
}

static void test_timer_advance(void **state)
{
	struct argv argv = command("svm,advance=adaptive", &files);

	(void)state;
	assert_null(strstr(value_of(&argv, "-append"), "lapic_timer_advance"));
	argv_free(&argv);
	argv = command("svm,advance=0", &files);
	assert_true(has_word(&argv, "kvm.lapic_timer_advance_ns=0"));
	argv_free(&argv);
}

static void test_more_command_line(void **state)
{
	static const char more[] = "mitigations=off %s kvm.halt_poll_ns=0";
	struct lab_boot_files with = files;
	const char *line;
	struct argv argv;

	(void)state;
	with.cmdline = more;
	argv = command("svm", &with);
	line = value_of(&argv, "-append");
	/* In the end, so that it counts. */
	assert_true(strlen(line) > strlen(more));
	line += strlen(line) - strlen(more);
	assert_string_equal(line, more);
	assert_int_equal(line[-1], ' ');
	argv_free(&argv);
	with.cmdline = NULL;
	argv = command("svm,advance=adaptive", &with);
	line = value_of(&argv, "-append");
	assert_int_not_equal(line[strlen(line) - 1], ' ');
	argv_free(&argv);
}

/* The same machine is the same command. */
static void test_command_is_repeatable(void **state)
{
	struct argv a = command("svm,memory=1024", &files);
	struct argv b = command("svm,memory=1024", &files);

	(void)state;
	assert_int_equal(a.n, b.n);
	for (size_t i = 0; i < a.n; i++)
		assert_string_equal(a.words[i], b.words[i]);
	argv_free(&a);
	argv_free(&b);
}

/* --- Bochs --------------------------------------------------------------------- */

static void test_bochs_command(void **state)
{
	struct argv argv = command("vmx,emulator=/opt/bochs", &files);

	(void)state;
	assert_string_equal(argv.words[0], "/the tools/boot-bochs");
	expect_argument(&argv, "--bochs", "/opt/bochs");
	expect_argument(&argv, "--kernel", "the kernel");
	expect_argument(&argv, "--initrd", "the,initramfs");
	expect_argument(&argv, "--work", "/scratch/bochs");
	expect_argument(&argv, "--append", "");
	expect_argument(&argv, "--cpus", "1");
	expect_argument(&argv, "--megabytes", "512");
	/* It is this side that tells of too long a boot. */
	expect_argument(&argv, "--timeout", "601");
	assert_null(value_of(&argv, "--model"));
	assert_null(value_of(&argv, "--features"));
	assert_null(value_of(&argv, "--close"));
	argv_free(&argv);
}

static void test_bochs_command_of_other_machines(void **state)
{
	struct lab_boot_files with = files;
	struct argv argv;

	(void)state;
	with.cmdline = "mitigations=off %s";
	with.profile = true;
	argv = command("vmx,emulator=x,apicv=0,cpu=corei7,features=rdpid,"
		       "cpus=2,memory=300",
		       &with);
	expect_argument(&argv, "--append",
			"kvm_intel.enable_apicv=0 mitigations=off %s");
	expect_argument(&argv, "--model", "corei7");
	expect_argument(&argv, "--features", "rdpid");
	expect_argument(&argv, "--cpus", "2");
	expect_argument(&argv, "--megabytes", "300");
	expect_argument(&argv, "--close", "");
	argv_free(&argv);
	with.close = "401000,402000";
	argv = command("vmx,emulator=x,advance=adaptive", &with);
	expect_argument(&argv, "--close", "401000,402000");
	expect_argument(&argv, "--append",
			"kvm.lapic_timer_advance_ns=-1 mitigations=off %s");
	argv_free(&argv);
}

static void expect_bochs_directory(const struct lab_machine *m,
				   const char *expected)
{
	char *path = lab_bochs_directory(m);

	assert_string_equal(path, expected);
	free(path);
}

static void test_bochs_directory(void **state)
{
	struct lab_machine named = machine("vmx,emulator=/opt/bochs");
	struct lab_machine m = machine("vmx");

	(void)state;
	setenv("VMENTRY_BENCH_CACHE", "/the/cache", 1);
	expect_bochs_directory(&named, "/opt/bochs");
	expect_bochs_directory(&m, "/the/cache/bochs");
	expect_bochs_directory(NULL, "/the/cache/bochs");
	unsetenv("VMENTRY_BENCH_CACHE");
	lab_machine_free(&m);
	lab_machine_free(&named);
}

static void expect_written(const char *name, const char *console,
			   const char *stream, const char *counts)
{
	struct lab_machine m = machine(name);
	char *got[] = { lab_emulator_console(&m, "/scratch"),
			lab_emulator_stream(&m, "/scratch"),
			lab_emulator_counts(&m, "/scratch") };

	assert_string_equal(got[0], console);
	assert_string_equal(got[1], stream);
	assert_string_equal(got[2], counts);
	for (size_t i = 0; i < ARRAY_SIZE(got); i++)
		free(got[i]);
	lab_machine_free(&m);
}

static void test_what_emulators_write(void **state)
{
	(void)state;
	expect_written("svm", "/scratch/console", "/scratch/stream",
		       "/scratch/counts");
	expect_written("svm,accel=kvm", "/scratch/console", "/scratch/stream",
		       "/scratch/counts");
	expect_written("vmx", "/scratch/bochs/serial.txt",
		       "/scratch/bochs/port-e9", "/scratch/bochs/windows");
}

static void test_no_version(void **state)
{
	static const char *const names[] = { "svm,emulator=/none/qemu",
					     "svm,emulator=false",
					     "vmx,emulator=/none" };

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(names); i++) {
		struct lab_machine m = machine(names[i]);

		assert_null(lab_emulator_version(&m));
		lab_machine_free(&m);
	}
}

/* Of `lab bochs`, or of a user's own, which has no stamp. */
static void test_bochs_version(void **state)
{
	const struct fixture *f = *state;
	char *one = xasprintf("vmx,emulator=%s", f->directory);
	char *two = xasprintf("vmx,cpus=2,emulator=%s", f->directory);
	struct lab_machine m[] = { machine(one), machine(two) };

	put(f, "/version", "3.0\n");
	put(f, "/.bochs.stamp", "0123456789abcdef0123456789abcdef\n");
	assert_text(lab_emulator_version(&m[0]),
		    "Bochs 3.0 with the lab's patches, build 0123456789ab");
	assert_text(lab_emulator_version(&m[1]),
		    "Bochs 3.0 with the lab's patches");
	put(f, "/.bochs-smp.stamp", "fedcba9876543210\n");
	assert_text(lab_emulator_version(&m[1]),
		    "Bochs 3.0 with the lab's patches, build fedcba987654");
	lab_machine_free(&m[0]);
	lab_machine_free(&m[1]);
	free(one);
	free(two);
}

static void test_help_names_every_key(void **state)
{
	static const char *const words[] = {
		"svm",		 "vmx",		  "apicv=0|1",
		"features=NAME", "accel=tcg ",	  "accel=tcg-realtime",
		"accel=kvm",	 "cpus=N",	  "memory=MIB",
		"cpu=MODEL",	 "emulator=PATH", "advance=0|adaptive"
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(words); i++)
		if (!strstr(lab_machine_help, words[i]))
			fail_msg("no '%s' in the help", words[i]);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_defaults),
		cmocka_unit_test(test_every_key),
		cmocka_unit_test(test_accelerators),
		cmocka_unit_test(test_edges_of_values),
		cmocka_unit_test(test_bad_names),
		cmocka_unit_test(test_bad_keys),
		cmocka_unit_test(test_bad_values),
		cmocka_unit_test(test_vmx),
		cmocka_unit_test(test_one_cpu_where_instructions_count),
		cmocka_unit_test(test_command),
		cmocka_unit_test(test_command_of_other_accelerators),
		cmocka_unit_test(test_command_with_a_cpu_and_an_emulator),
		cmocka_unit_test(test_plugin),
		cmocka_unit_test(test_kernel_command_line),
		cmocka_unit_test(test_timer_advance),
		cmocka_unit_test(test_more_command_line),
		cmocka_unit_test(test_command_is_repeatable),
		cmocka_unit_test(test_bochs_command),
		cmocka_unit_test(test_bochs_command_of_other_machines),
		cmocka_unit_test(test_bochs_directory),
		cmocka_unit_test(test_what_emulators_write),
		cmocka_unit_test(test_no_version),
		FIXTURE_TEST(test_bochs_version),
		cmocka_unit_test(test_help_names_every_key),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
