// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixture.h"

#include <errno.h>
#include <sys/utsname.h>

#include "gunzip.h"
#include "host-cpu.h"
#include "host-kernel.h"
#include "host-module.h"

#define RELEASE "6.12.1-test"

/* --- files --------------------------------------------------------------- */

static void line_is_read_without_its_end(void **state)
{
	struct fixture *f = *state;

	put(f, "/a", " performance \n");
	put(f, "/b", "no newline");
	put(f, "/c", "\n");
	assert_text(host_line(&f->root, "/a"), "performance");
	assert_text(host_line(&f->root, "/b"), "no newline");
	assert_text(host_line(&f->root, "/c"), "");
}

static void assert_no_line(const struct fixture *f, const char *path, int why)
{
	char *line;

	errno = 0;
	line = host_line(&f->root, path);
	assert_null(line);
	assert_int_equal(errno, why);
}

static void what_is_no_line_is_refused(void **state)
{
	struct fixture *f = *state;
	size_t len = 1024 * 1024;
	char *huge = xcalloc(len, 1);

	memset(huge, 'x', len);
	put_bytes(f, "/huge", huge, len);
	free(huge);
	put(f, "/empty", "");
	put(f, "/two", "one\ntwo\n");
	put_bytes(f, "/nul", "per\0formance\n", 13);
	put_directory(f, "/directory");
	assert_no_line(f, "/huge", EFBIG);
	assert_no_line(f, "/empty", ENODATA);
	assert_no_line(f, "/two", EINVAL);
	assert_no_line(f, "/nul", EILSEQ);
	assert_no_line(f, "/directory", EISDIR);
	assert_no_line(f, "/missing", ENOENT);
	assert_no_line(f, "/empty/below", ENOTDIR);
}

static void a_pipe_does_not_block(void **state)
{
	struct fixture *f = *state;
	char *real = host_path(&f->root, "/pipe");

	assert_int_equal(mkfifo(real, 0600), 0);
	free(real);
	assert_no_line(f, "/pipe", ENODATA);
}

static void text_is_limited_exactly(void **state)
{
	struct fixture *f = *state;
	char *text;

	put(f, "/t", "12345\n");
	assert_text(host_text(&f->root, "/t", 6), "12345\n");
	text = host_text(&f->root, "/t", 5);
	assert_null(text);
	assert_int_equal(errno, EFBIG);
	assert_text(host_text_head(&f->root, "/t", 3), "123");
	assert_text(host_text_head(&f->root, "/t", 100), "12345\n");
}

/* Longer than a few of the reader's buffers, and not a multiple of one. */
static void long_text_is_whole(void **state)
{
	struct fixture *f = *state;
	size_t len = 100001;
	char *text = xcalloc(len + 1, 1);

	for (size_t i = 0; i < len; i++)
		text[i] = (char)('a' + i % 23);
	put(f, "/t", text);
	assert_text(host_text(&f->root, "/t", 1 << 20), text);
	free(text);
}

static void integers(void **state)
{
	static const struct {
		const char *text;
		int ret;
		int64_t value;
	} cases[] = {
		{ .text = "0\n", .value = 0 },
		{ .text = "-1\n", .value = -1 },
		{ .text = "9223372036854775807\n", .value = INT64_MAX },
		{ .text = "9223372036854775808\n", .ret = -1 },
		{ .text = "12 kB\n", .ret = -1 },
		{ .text = "-\n", .ret = -1 },
		{ .text = "\n", .ret = -1 },
		{ .text = "+1\n", .ret = -1 },
		{ .text = "Y\n", .ret = -1 },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		int64_t value = 77;

		put(f, "/n", cases[i].text);
		assert_int_equal(host_integer(&f->root, "/n", &value),
				 cases[i].ret);
		assert_int_equal(value, cases[i].ret ? 77 : cases[i].value);
	}
}

static void flags_are_yes_no_or_unknown(void **state)
{
	struct fixture *f = *state;

	put(f, "/y", "Y\n");
	put(f, "/1", "1\n");
	put(f, "/n", "N\n");
	put(f, "/0", "0\n");
	put(f, "/2", "2\n");
	assert_int_equal(host_flag(&f->root, "/y"), HOST_YES);
	assert_int_equal(host_flag(&f->root, "/1"), HOST_YES);
	assert_int_equal(host_flag(&f->root, "/n"), HOST_NO);
	assert_int_equal(host_flag(&f->root, "/0"), HOST_NO);
	assert_int_equal(host_flag(&f->root, "/2"), HOST_UNKNOWN);
	assert_int_equal(host_flag(&f->root, "/missing"), HOST_UNKNOWN);
}

static void choices(void **state)
{
	struct fixture *f = *state;
	char *none;

	put(f, "/thp", "always [madvise] never\n");
	put(f, "/preempt", "none voluntary (full)\n");
	put(f, "/unmarked", "always never\n");
	put(f, "/open", "always [never\n");
	assert_text(host_choice(&f->root, "/thp"), "madvise");
	assert_text(host_choice(&f->root, "/preempt"), "full");
	none = host_choice(&f->root, "/unmarked");
	assert_null(none);
	assert_int_equal(errno, EINVAL);
	none = host_choice(&f->root, "/open");
	assert_null(none);
}

static void existence(void **state)
{
	struct fixture *f = *state;

	put(f, "/file", "x");
	assert_int_equal(host_exists(&f->root, "/file"), HOST_YES);
	assert_int_equal(host_exists(&f->root, "/other"), HOST_NO);
	assert_int_equal(host_exists(&f->root, "/file/below"), HOST_NO);
}

static void lists_are_sorted_by_number(void **state)
{
	static const char *const expected[] = { "cpu2", "cpu10", "cpufreq" };
	struct fixture *f = *state;
	char **names;

	put(f, "/d/cpu10", "");
	put(f, "/d/cpufreq", "");
	put(f, "/d/cpu2", "");
	put(f, "/d/.cpu", "");
	put(f, "/d/node0", "");
	names = host_list(&f->root, "/d", "cpu");
	assert_non_null(names);
	for (size_t i = 0; i < ARRAY_SIZE(expected); i++) {
		assert_non_null(names[i]);
		assert_string_equal(names[i], expected[i]);
	}
	assert_null(names[ARRAY_SIZE(expected)]);
	host_list_free(names);
	names = host_list(&f->root, "/missing", "");
	assert_null(names);
	assert_int_equal(errno, ENOENT);
	host_list_free(NULL);
}

/* --- CPU ----------------------------------------------------------------- */

static const char two_cpus[] = "processor\t: 0\n"
			       "vendor_id\t: AuthenticAMD\n"
			       "model\t\t: 1\n"
			       "model name\t: AMD EPYC 9654\n"
			       "flags\t\t: fpu svm nrip_save\n"
			       "power management:\n"
			       "\n"
			       "processor\t: 1\n"
			       "microcode\t: 0x1\n"
			       "\n";

static void cpuinfo_is_of_the_first_cpu(void **state)
{
	struct fixture *f = *state;
	char *cpuinfo, *none;

	put(f, "/proc/cpuinfo", two_cpus);
	cpuinfo = host_cpuinfo(&f->root);
	assert_non_null(cpuinfo);
	assert_text(cpuinfo_field(cpuinfo, "processor"), "0");
	assert_text(cpuinfo_field(cpuinfo, "model"), "1");
	assert_text(cpuinfo_field(cpuinfo, "model name"), "AMD EPYC 9654");
	assert_text(cpuinfo_field(cpuinfo, "power management"), "");
	none = cpuinfo_field(cpuinfo, "microcode");
	assert_null(none);
	assert_int_equal(errno, ENOENT);
	free(cpuinfo);
}

static void cpu_flags_are_whole_words(void **state)
{
	struct fixture *f = *state;

	assert_int_equal(host_cpu_flag(&f->root, "svm"), HOST_UNKNOWN);
	put(f, "/proc/cpuinfo", two_cpus);
	assert_int_equal(host_cpu_flag(&f->root, "svm"), HOST_YES);
	assert_int_equal(host_cpu_flag(&f->root, "nrip_save"), HOST_YES);
	assert_int_equal(host_cpu_flag(&f->root, "nrip"), HOST_NO);
	assert_int_equal(host_cpu_flag(&f->root, "vmx"), HOST_NO);
	put(f, "/proc/cpuinfo", "processor\t: 0\n\n");
	assert_int_equal(host_cpu_flag(&f->root, "svm"), HOST_UNKNOWN);
}

static void cut_cpuinfo_is_unknown(void **state)
{
	struct fixture *f = *state;
	size_t len = 1024 * 1024;
	char *huge = xcalloc(len, 1);

	memset(huge, 'f', len);
	memcpy(huge, "flags : ", 8);
	put_bytes(f, "/proc/cpuinfo", huge, len);
	free(huge);
	assert_int_equal(host_cpu_flag(&f->root, "svm"), HOST_UNKNOWN);
}

struct leaf {
	uint32_t leaf;
	uint32_t regs[4];
};

/* As an Intel CPU does, answer for an unknown leaf with the last basic one. */
static void answer(const struct leaf *leaves, size_t count, uint32_t leaf,
		   uint32_t regs[4])
{
	memcpy(regs, leaves[count - 1].regs, sizeof(leaves->regs));
	for (size_t i = 0; i < count; i++)
		if (leaves[i].leaf == leaf)
			memcpy(regs, leaves[i].regs, sizeof(leaves->regs));
}

#define FAKE_CPU(name, ...)                                                 \
	static void name(uint32_t leaf, uint32_t subleaf, uint32_t regs[4]) \
	{                                                                   \
		static const struct leaf leaves[] = { __VA_ARGS__ };        \
                                                                            \
		(void)subleaf;                                              \
		answer(leaves, ARRAY_SIZE(leaves), leaf, regs);             \
	}

#define HYPERVISOR (1u << 31)

FAKE_CPU(with_crystal, { 0x0, { 0x16 } }, { 0x1, { 0 } },
	 { 0x15, { 2, 216, 24000000, 0 } }, { 0x16, { 2600 } })
FAKE_CPU(without_crystal, { 0x0, { 0x16 } }, { 0x1, { 0 } },
	 { 0x15, { 2, 216, 0, 0 } }, { 0x16, { 2600 } })
/* The last basic leaf looks like a ratio, for whoever asks beyond it. */
FAKE_CPU(too_old, { 0x0, { 0xd } }, { 0x1, { 0 } },
	 { 0xd, { 2, 216, 24000000, 0 } })
/* "KVMKVMKVM\0\0\0" */
FAKE_CPU(kvm_guest, { 0x0, { 0xd } }, { 0x1, { 0, 0, HYPERVISOR, 0 } },
	 { 0x40000000, { 0x40000010, 0x4b4d564b, 0x564b4d56, 0x4d } },
	 { 0x40000010, { 2600001 } })
/* "Microsoft Hv", which has other things in that leaf */
FAKE_CPU(hyperv_guest, { 0x0, { 0xd } }, { 0x1, { 0, 0, HYPERVISOR, 0 } },
	 { 0x40000000, { 0x40000010, 0x7263694d, 0x666f736f, 0x76482074 } },
	 { 0x40000010, { 2600001 } })
FAKE_CPU(unnamed_guest, { 0x0, { 0xd } }, { 0x1, { 0, 0, HYPERVISOR, 0 } },
	 { 0x40000000, { 0x40000010, 0x01020304, 0, 0 } },
	 { 0x40000010, { 2600001 } })

static void tsc_frequency_by_cpuid(void **state)
{
	static const struct {
		void (*cpuid)(uint32_t leaf, uint32_t subleaf,
			      uint32_t regs[4]);
		uint64_t hz;
		const char *source;
	} cases[] = {
		{ .cpuid = NULL },
		{ .cpuid = with_crystal,
		  .hz = 2592000000,
		  .source = "cpuid_15" },
		{ .cpuid = without_crystal,
		  .hz = 2600000000,
		  .source = "cpuid_16" },
		{ .cpuid = too_old },
		{ .cpuid = kvm_guest,
		  .hz = 2600001000,
		  .source = "cpuid_40000010" },
		{ .cpuid = hyperv_guest },
		{ .cpuid = unnamed_guest },
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		const char *source = "as it was";
		uint64_t hz = 77;
		int ret;

		f->root.cpuid = cases[i].cpuid;
		ret = host_tsc_hz(&f->root, &hz, &source);
		assert_int_equal(ret, cases[i].source ? 0 : -1);
		assert_int_equal(hz, cases[i].source ? cases[i].hz : 77);
		assert_string_equal(source, cases[i].source ? cases[i].source
							    : "as it was");
	}
}

static void tsc_frequency_by_sysfs_comes_first(void **state)
{
	struct fixture *f = *state;
	const char *source = NULL;
	uint64_t hz = 0;

	f->root.cpuid = with_crystal;
	put(f, "/sys/devices/system/cpu/cpu0/tsc_freq_khz", "2000000\n");
	assert_int_equal(host_tsc_hz(&f->root, &hz, &source), 0);
	assert_int_equal(hz, 2000000000);
	assert_string_equal(source, "sysfs");
	put(f, "/sys/devices/system/cpu/cpu0/tsc_freq_khz", "0\n");
	assert_int_equal(host_tsc_hz(&f->root, &hz, &source), 0);
	assert_string_equal(source, "cpuid_15");
}

static void hypervisor_signature(void **state)
{
	struct fixture *f = *state;
	char *none;

	f->root.cpuid = kvm_guest;
	assert_text(host_hypervisor_signature(&f->root), "KVMKVMKVM");
	f->root.cpuid = hyperv_guest;
	assert_text(host_hypervisor_signature(&f->root), "Microsoft Hv");
	f->root.cpuid = unnamed_guest;
	none = host_hypervisor_signature(&f->root);
	assert_null(none);
	f->root.cpuid = with_crystal;
	none = host_hypervisor_signature(&f->root);
	assert_null(none);
	f->root.cpuid = NULL;
	none = host_hypervisor_signature(&f->root);
	assert_null(none);
}

/* --- kernel -------------------------------------------------------------- */

static void command_line_options(void **state)
{
	static const struct {
		const char *cmdline;
		const char *name;
		const char *value;
	} cases[] = {
		{ "quiet isolcpus=2-3 ro", "isolcpus", "2-3" },
		{ "isolcpus=2-3\n", "isolcpus", "2-3" },
		{ "isolcpus=2 isolcpus=4", "isolcpus", "4" },
		{ "quiet ro", "quiet", "" },
		{ "quiet ro", "ro", "" },
		{ "quiet=", "quiet", "" },
		{ "quieter", "quiet", NULL },
		{ "quie", "quiet", NULL },
		{ "", "quiet", NULL },
		{ "  ", "quiet", NULL },
		{ "nquiet quiet", "quiet", "" },
		{ "rcu-nocbs=1", "rcu_nocbs", "1" },
		{ "kvm_amd.avic=1", "kvm-amd.avic", "1" },
		{ "dyndbg=\"file a.c +p\" ro", "dyndbg", "file a.c +p" },
		{ "dyndbg=\"file ro +p\"", "ro", NULL },
		{ "\"dyndbg=file a.c +p\" ro", "dyndbg", "file a.c +p" },
		{ "\"dyndbg=file a.c +p\" ro", "ro", "" },
		{ "a=\"open b", "a", "open b" },
		{ "a=\"", "a", "" },
		{ "\"", "a", NULL },
		{ "a=1 -- a=2 b=3", "a", "1" },
		{ "a=1 -- b=3", "b", NULL },
		{ "a=b=c", "a", "b=c" },
	};

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(cases); i++) {
		char *value = cmdline_option(cases[i].cmdline, cases[i].name);

		if (cases[i].value)
			assert_text(value, cases[i].value);
		else
			assert_null(value);
	}
}

static void put_release(const struct fixture *f, const char *release)
{
	put(f, "/proc/sys/kernel/osrelease", release);
}

static void config_is_read_from_boot(void **state)
{
	struct fixture *f = *state;
	struct kernel_config config;
	char *none;

	put_release(f, RELEASE "\n");
	put(f, "/boot/config-" RELEASE,
	    "CONFIG_A=y\n# CONFIG_B is not set\nCONFIG_AB=m\n"
	    "CONFIG_HZ=250\nCONFIG_S=\"a \\\"b\"\nCONFIG_E=\"\"\n");
	assert_int_equal(kernel_config_read(&f->root, &config), 0);
	assert_string_equal(config.source, "/boot/config-" RELEASE);
	assert_text(kernel_config_value(&config, "A"), "y");
	assert_text(kernel_config_value(&config, "AB"), "m");
	assert_text(kernel_config_value(&config, "HZ"), "250");
	assert_text(kernel_config_value(&config, "S"), "a \\\"b");
	assert_text(kernel_config_value(&config, "E"), "");
	none = kernel_config_value(&config, "B");
	assert_null(none);
	assert_true(kernel_config_is_set(&config, "A"));
	assert_true(kernel_config_is_set(&config, "AB"));
	assert_false(kernel_config_is_set(&config, "B"));
	assert_false(kernel_config_is_set(&config, "C"));
	kernel_config_free(&config);
	assert_null(config.text);
}

static void config_of_the_kernel_itself_comes_first(void **state)
{
	struct fixture *f = *state;
	struct kernel_config config;

	put_release(f, RELEASE "\n");
	put(f, "/boot/config-" RELEASE, "CONFIG_A=y\n");
	put_gzip(f, "/proc/config.gz", "CONFIG_B=y\n");
	assert_int_equal(kernel_config_read(&f->root, &config), 0);
	assert_string_equal(config.source, "/proc/config.gz");
	assert_true(kernel_config_is_set(&config, "B"));
	assert_false(kernel_config_is_set(&config, "A"));
	kernel_config_free(&config);
}

/* Take the last bytes away: the checksum, but nothing of the text. */
static void cut_short(const struct fixture *f, const char *path)
{
	char *real = host_path(&f->root, path);
	struct stat st;

	assert_int_equal(stat(real, &st), 0);
	assert_int_equal(truncate(real, st.st_size - 4), 0);
	free(real);
}

static void broken_config_gz_is_passed_over(void **state)
{
	struct fixture *f = *state;
	struct kernel_config config;

	put_release(f, RELEASE "\n");
	put(f, "/lib/modules/" RELEASE "/config", "CONFIG_A=y\n");
	put_gzip(f, "/proc/config.gz", "CONFIG_B=y\n");
	cut_short(f, "/proc/config.gz");
	assert_int_equal(kernel_config_read(&f->root, &config), 0);
	assert_string_equal(config.source, "/lib/modules/" RELEASE "/config");
	kernel_config_free(&config);
	put(f, "/proc/config.gz", "CONFIG_B=y, but not compressed\n");
	assert_int_equal(kernel_config_read(&f->root, &config), 0);
	assert_string_equal(config.source, "/lib/modules/" RELEASE "/config");
	kernel_config_free(&config);
	put_gzip(f, "/proc/config.gz", "compressed, but no configuration\n");
	assert_int_equal(kernel_config_read(&f->root, &config), 0);
	assert_string_equal(config.source, "/lib/modules/" RELEASE "/config");
	kernel_config_free(&config);
}

static void no_config_is_an_error(void **state)
{
	struct fixture *f = *state;
	struct kernel_config config;

	assert_int_equal(kernel_config_read(&f->root, &config), -1);
	assert_null(config.text);
	assert_null(config.source);
	kernel_config_free(&config);
}

static void release_cannot_leave_the_directory(void **state)
{
	struct fixture *f = *state;
	struct kernel_config config;

	put(f, "/secret", "CONFIG_A=y\n");
	put(f, "/boot/config-x/y", "");
	put_release(f, "x/../../secret\n");
	assert_int_equal(kernel_config_read(&f->root, &config), -1);
}

static void gunzip_is_limited(void **state)
{
	struct fixture *f = *state;
	char *real = host_path(&f->root, "/z");
	struct error err = { .text = "" };
	size_t len = 1024 * 1024;
	char *text = xcalloc(len + 1, 1), *none;

	memset(text, 'x', len);
	put_gzip(f, "/z", text);
	assert_text(gunzip_text(real, len, &err), text);
	assert_string_equal(err.text, "");
	none = gunzip_text(real, len - 1, &err);
	assert_null(none);
	assert_non_null(strstr(err.text, "cannot decompress '"));
	none = gunzip_text(real, 10, &err);
	assert_null(none);
	none = gunzip_text("/nonexistent/z", 10, &err);
	assert_null(none);
	assert_string_equal(err.text, "cannot open '/nonexistent/z': "
				      "No such file or directory");
	free(text);
	free(real);
}

static void gunzip_without_gzip(void **state)
{
	struct fixture *f = *state;
	char *real = host_path(&f->root, "/z"), *none;
	char *path = xstrdup(getenv("PATH"));
	struct error err;

	put_gzip(f, "/z", "text");
	assert_int_equal(setenv("PATH", f->directory, 1), 0);
	none = gunzip_text(real, 10, &err);
	assert_int_equal(setenv("PATH", path, 1), 0);
	assert_null(none);
	assert_string_equal(err.text, "cannot run 'gzip': "
				      "No such file or directory");
	free(path);
	free(real);
}

/* --- modules ------------------------------------------------------------- */

static void module_facts(void **state)
{
	static const struct fixture_file files[] = {
		{ "/sys/module/vfio_ap/initstate", "live\n" },
		{ "/sys/module/vfio_ap/version", "1.2.0\n" },
		{ "/sys/module/vfio_ap/srcversion", "0123456789ABCDEF\n" },
		{ "/sys/module/kvm_amd/parameters/avic", "Y\n" },
		{ "/sys/module/kvm_amd/parameters/ids", "\n" },
	};
	struct fixture *f = *state;
	const struct host_root *root = &f->root;

	assert_int_equal(host_module_present(root, "kvm"), HOST_UNKNOWN);
	put_files(f, files, ARRAY_SIZE(files));
	assert_int_equal(host_module_present(root, "vfio_ap"), HOST_YES);
	assert_int_equal(host_module_present(root, "vfio-ap"), HOST_YES);
	assert_int_equal(host_module_present(root, "kvm"), HOST_NO);
	assert_int_equal(host_module_builtin(root, "vfio_ap"), HOST_NO);
	assert_int_equal(host_module_builtin(root, "kvm_amd"), HOST_YES);
	assert_int_equal(host_module_builtin(root, "kvm"), HOST_UNKNOWN);
	assert_text(host_module_attribute(root, "vfio-ap", "version"), "1.2.0");
	assert_text(host_module_attribute(root, "vfio_ap", "srcversion"),
		    "0123456789ABCDEF");
	assert_null(host_module_attribute(root, "kvm_amd", "version"));
	assert_text(host_module_parameter(root, "kvm_amd", "avic"), "Y");
	assert_text(host_module_parameter(root, "kvm_amd", "ids"), "");
	assert_null(host_module_parameter(root, "kvm_amd", "npt"));
	assert_null(host_module_parameters(root, "vfio_ap"));
}

static void module_names_cannot_leave_the_directory(void **state)
{
	struct fixture *f = *state;
	const struct host_root *root = &f->root;

	put(f, "/sys/module/kvm/parameters/x", "1\n");
	put(f, "/sys/secret", "1\n");
	assert_text(host_module_parameter(root, "kvm", "x"), "1");
	assert_null(host_module_parameter(root, "kvm", "../../../secret"));
	assert_int_equal(errno, EINVAL);
	assert_null(host_module_parameter(root, "..", "secret"));
	assert_null(host_module_attribute(root, "..", "secret"));
	assert_null(host_module_attribute(root, "kvm/..", "x"));
	assert_null(host_module_attribute(root, "", "x"));
	assert_int_equal(host_module_present(root, "."), HOST_UNKNOWN);
	assert_null(host_module_parameters(root, "a/b"));
}

/* A module that is loaded, or built in. */
static void put_module(const struct fixture *f, const char *name, bool loaded)
{
	char *path = xasprintf("/sys/module/%s/%s", name,
			       loaded ? "initstate" : "parameters/x");

	put(f, path, "live\n");
	free(path);
}

static void assert_backend(const struct fixture *f, enum kvm_backend expected,
			   const char *expected_name)
{
	char *name = (char *)"not set";

	assert_int_equal(host_kvm_backend(&f->root, &name), expected);
	if (expected_name)
		assert_text(name, expected_name);
	else
		assert_null(name);
	assert_int_equal(host_kvm_backend(&f->root, NULL), expected);
}

static void put_flags(const struct fixture *f, const char *flags)
{
	char *text = xasprintf("processor : 0\nflags : %s\n\n", flags);

	put(f, "/proc/cpuinfo", text);
	free(text);
}

static void backend_unknown_and_none(void **state)
{
	struct fixture *f = *state;

	assert_backend(f, KVM_BACKEND_UNKNOWN, NULL);
	put_module(f, "kvm", true);
	assert_backend(f, KVM_BACKEND_NONE, NULL);
}

static void backend_that_is_loaded(void **state)
{
	struct fixture *f = *state;

	/* What is loaded has found its CPU: flags do not matter. */
	put_module(f, "kvm", true);
	put_module(f, "kvm_amd", true);
	assert_backend(f, KVM_BACKEND_SVM, "amd");
	/* Built in beside it, and unused. */
	put_module(f, "kvm_pvm", false);
	assert_backend(f, KVM_BACKEND_SVM, "amd");
	/* This cannot be; so nothing is known. */
	put_module(f, "kvm_intel", true);
	assert_backend(f, KVM_BACKEND_UNKNOWN, NULL);
}

static void backend_that_is_built_in(void **state)
{
	struct fixture *f = *state;

	put_module(f, "kvm", false);
	put_module(f, "kvm_amd", false);
	assert_backend(f, KVM_BACKEND_UNKNOWN, NULL);
	put_module(f, "kvm_intel", false);
	assert_backend(f, KVM_BACKEND_UNKNOWN, NULL);
	put_flags(f, "fpu vmx");
	assert_backend(f, KVM_BACKEND_VMX, "intel");
	put_flags(f, "fpu svm");
	assert_backend(f, KVM_BACKEND_SVM, "amd");
	put_flags(f, "fpu");
	assert_backend(f, KVM_BACKEND_NONE, NULL);
}

static void backend_of_another_kind(void **state)
{
	struct fixture *f = *state;

	put_module(f, "kvm", false);
	put_module(f, "kvm_pvm", false);
	assert_backend(f, KVM_BACKEND_OTHER, "pvm");
	put_module(f, "kvm_intel", false);
	put_flags(f, "fpu");
	assert_backend(f, KVM_BACKEND_OTHER, "pvm");
	put_flags(f, "fpu vmx");
	assert_backend(f, KVM_BACKEND_UNKNOWN, NULL);
}

static void backend_names(void **state)
{
	(void)state;
	assert_null(kvm_backend_name(KVM_BACKEND_UNKNOWN));
	assert_string_equal(kvm_backend_name(KVM_BACKEND_NONE), "none");
	assert_string_equal(kvm_backend_name(KVM_BACKEND_SVM), "svm");
	assert_string_equal(kvm_backend_name(KVM_BACKEND_VMX), "vmx");
	assert_string_equal(kvm_backend_name(KVM_BACKEND_OTHER), "other");
}

/* --- this machine -------------------------------------------------------- */

static void this_machine(void **state)
{
	struct utsname uts;

	(void)state;
	assert_int_equal(uname(&uts), 0);
	assert_text(host_line(&host_machine, "/proc/sys/kernel/osrelease"),
		    uts.release);
	/* x86-64 has these. */
	assert_int_equal(host_cpu_flag(&host_machine, "fpu"), HOST_YES);
	assert_int_equal(host_cpu_flag(&host_machine, "sse2"), HOST_YES);
	assert_int_equal(host_cpu_flag(&host_machine, "no_such"), HOST_NO);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(line_is_read_without_its_end),
		FIXTURE_TEST(what_is_no_line_is_refused),
		FIXTURE_TEST(a_pipe_does_not_block),
		FIXTURE_TEST(text_is_limited_exactly),
		FIXTURE_TEST(long_text_is_whole),
		FIXTURE_TEST(integers),
		FIXTURE_TEST(flags_are_yes_no_or_unknown),
		FIXTURE_TEST(choices),
		FIXTURE_TEST(existence),
		FIXTURE_TEST(lists_are_sorted_by_number),
		FIXTURE_TEST(cpuinfo_is_of_the_first_cpu),
		FIXTURE_TEST(cpu_flags_are_whole_words),
		FIXTURE_TEST(cut_cpuinfo_is_unknown),
		FIXTURE_TEST(tsc_frequency_by_cpuid),
		FIXTURE_TEST(tsc_frequency_by_sysfs_comes_first),
		FIXTURE_TEST(hypervisor_signature),
		cmocka_unit_test(command_line_options),
		FIXTURE_TEST(config_is_read_from_boot),
		FIXTURE_TEST(config_of_the_kernel_itself_comes_first),
		FIXTURE_TEST(broken_config_gz_is_passed_over),
		FIXTURE_TEST(no_config_is_an_error),
		FIXTURE_TEST(release_cannot_leave_the_directory),
		FIXTURE_TEST(gunzip_is_limited),
		FIXTURE_TEST(gunzip_without_gzip),
		FIXTURE_TEST(module_facts),
		FIXTURE_TEST(module_names_cannot_leave_the_directory),
		FIXTURE_TEST(backend_unknown_and_none),
		FIXTURE_TEST(backend_that_is_loaded),
		FIXTURE_TEST(backend_that_is_built_in),
		FIXTURE_TEST(backend_of_another_kind),
		cmocka_unit_test(backend_names),
		cmocka_unit_test(this_machine),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
