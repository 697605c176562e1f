// SPDX-License-Identifier: GPL-2.0-or-later
#include "fixture.h"

#include <signal.h>
#include <sys/resource.h>
#include <sys/utsname.h>

#include "env.h"
#include "json-file.h"

#define SYS_CPU "/sys/devices/system/cpu"

/* --- looking into JSON --------------------------------------------------- */

/* The member at @path, names separated by '/'; the test fails without it. */
static const json_t *at(const json_t *json, const char *path)
{
	char *copy = xstrdup(path), *name, *state = NULL;

	for (name = strtok_r(copy, "/", &state); name;
	     name = strtok_r(NULL, "/", &state)) {
		json = json_object_get(json, name);
		if (!json)
			fail_msg("no member '%s' of '%s'", name, path);
	}
	free(copy);
	return json;
}

struct expected {
	const char *path;
	const char *json; /* as json_dumps() writes it */
};

static void assert_members(const json_t *env, const struct expected *expected,
			   size_t count)
{
	for (size_t i = 0; i < count; i++) {
		char *text = json_dumps(at(env, expected[i].path),
					JSON_ENCODE_ANY | JSON_COMPACT);

		assert_non_null(text);
		if (strcmp(text, expected[i].json))
			fail_msg("'%s' is %s and not %s", expected[i].path,
				 text, expected[i].json);
		free(text);
	}
}

static void assert_env(const struct fixture *f, const struct expected *expected,
		       size_t count)
{
	json_t *env = env_host(&f->root);

	assert_non_null(env);
	assert_members(env, expected, count);
	json_decref(env);
}

/* --- hosts --------------------------------------------------------------- */

static const struct fixture_file intel_host[] = {
	{ "/proc/cpuinfo", "processor\t: 0\n"
			   "vendor_id\t: GenuineIntel\n"
			   "cpu family\t: 6\n"
			   "model\t\t: 85\n"
			   "model name\t: Intel(R) Xeon(R) Gold 6130\n"
			   "stepping\t: 4\n"
			   "microcode\t: 0x2007006\n"
			   "flags\t\t: fpu vmx smx\n"
			   "bugs\t\t: spectre_v1 mds\n"
			   "\n"
			   "processor\t: 1\n"
			   "model\t\t: 99\n" },
	{ "/proc/sys/kernel/hostname", "skx\n" },
	{ "/proc/sys/kernel/osrelease", "6.12.1\n" },
	{ "/proc/sys/kernel/version", "#1 SMP PREEMPT_DYNAMIC\n" },
	{ "/proc/version", "Linux version 6.12.1 (gcc)\n" },
	{ "/proc/sys/kernel/random/boot_id",
	  "11111111-2222-3333-4444-555555555555\n" },
	{ "/proc/sys/kernel/tainted", "0\n" },
	{ "/proc/sys/kernel/seccomp/actions_avail", "kill_process trap\n" },
	{ "/proc/sys/kernel/nmi_watchdog", "0\n" },
	{ "/proc/sys/kernel/soft_watchdog", "1\n" },
	{ "/proc/sys/kernel/perf_event_paranoid", "-1\n" },
	{ "/proc/uptime", "350735.47 234388.90\n" },
	{ "/proc/cmdline",
	  "BOOT_IMAGE=/vmlinuz isolcpus=2-3 nohz_full=2-3 quiet\n" },
	{ "/proc/meminfo", "MemTotal:       16384 kB\nMemFree: 1 kB\n" },
	{ "/dev/kvm", "" },
	{ "/sys/module/kvm/initstate", "live\n" },
	{ "/sys/module/kvm/srcversion", "AAAABBBBCCCCDDDD\n" },
	{ "/sys/module/kvm/taint", "\n" },
	{ "/sys/module/kvm/parameters/halt_poll_ns", "200000\n" },
	{ "/sys/module/kvm_intel/initstate", "live\n" },
	{ "/sys/module/kvm_intel/taint", "OE\n" },
	{ "/sys/module/kvm_intel/parameters/enable_apicv", "Y\n" },
	{ "/sys/module/kvm_intel/parameters/preemption_timer", "N\n" },
	{ "/sys/module/vfio_pci/initstate", "live\n" },
	{ "/sys/module/vfio_pci/version", "0.2\n" },
	{ "/sys/module/vfio_pci/parameters/ids", "\n" },
	{ "/sys/module/ext4/initstate", "live\n" },
	{ SYS_CPU "/online", "0-1\n" },
	{ SYS_CPU "/isolated", "\n" },
	{ SYS_CPU "/nohz_full", "  (null)\n" },
	{ SYS_CPU "/vulnerabilities/mds", "Mitigation: Clear CPU buffers\n" },
	{ SYS_CPU "/vulnerabilities/l1tf", "Not affected\n" },
	{ SYS_CPU "/smt/control", "off\n" },
	{ SYS_CPU "/smt/active", "0\n" },
	{ SYS_CPU "/intel_pstate/no_turbo", "1\n" },
	{ SYS_CPU "/intel_pstate/status", "active\n" },
	{ SYS_CPU "/cpu0/cpufreq/scaling_driver", "intel_pstate\n" },
	{ SYS_CPU "/cpu0/cpufreq/scaling_governor", "performance\n" },
	{ SYS_CPU "/cpu0/cpufreq/scaling_max_freq", "2100000\n" },
	{ SYS_CPU "/cpu1/cpufreq/scaling_governor", "powersave\n" },
	{ SYS_CPU "/cpu2/online", "0\n" },
	{ SYS_CPU "/cpuidle/current_driver", "intel_idle\n" },
	{ SYS_CPU "/cpuidle/current_governor_ro", "menu\n" },
	{ SYS_CPU "/cpu0/cpuidle/state0/name", "POLL\n" },
	{ SYS_CPU "/cpu0/cpuidle/state0/latency", "0\n" },
	{ SYS_CPU "/cpu0/cpuidle/state0/disable", "0\n" },
	{ SYS_CPU "/cpu0/cpuidle/state1/name", "C6\n" },
	{ SYS_CPU "/cpu0/cpuidle/state1/latency", "133\n" },
	{ SYS_CPU "/cpu0/cpuidle/state1/disable", "1\n" },
	{ SYS_CPU "/cpu0/tsc_freq_khz", "2100000\n" },
	{ "/sys/devices/system/clocksource/clocksource0/current_clocksource",
	  "tsc\n" },
	{ "/sys/devices/system/node/online", "0\n" },
	{ "/sys/kernel/mm/transparent_hugepage/enabled",
	  "always [madvise] never\n" },
	{ "/sys/kernel/mm/ksm/run", "0\n" },
	{ "/sys/class/dmi/id/product_name", "PowerEdge R640\n" },
	{ "/sys/kernel/debug/sched/preempt", "none (voluntary) full\n" },
};

static const struct expected intel_env[] = {
	{ "machine/hostname", "\"skx\"" },
	{ "machine/boot_id", "\"11111111-2222-3333-4444-555555555555\"" },
	{ "machine/uptime_seconds", "350735" },
	{ "machine/product", "\"PowerEdge R640\"" },
	{ "machine/vendor", "null" },
	{ "cpu/vendor", "\"GenuineIntel\"" },
	{ "cpu/model_name", "\"Intel(R) Xeon(R) Gold 6130\"" },
	{ "cpu/family", "6" },
	{ "cpu/model", "85" },
	{ "cpu/stepping", "4" },
	{ "cpu/microcode", "\"0x2007006\"" },
	{ "cpu/flags", "[\"fpu\",\"vmx\",\"smx\"]" },
	{ "cpu/bugs", "[\"spectre_v1\",\"mds\"]" },
	{ "cpu/online", "\"0-1\"" },
	{ "smt", "{\"control\":\"off\",\"active\":false}" },
	{ "hypervisor",
	  "{\"type\":null,\"present\":false,\"signature\":null}" },
	{ "kernel/release", "\"6.12.1\"" },
	{ "kernel/version", "\"#1 SMP PREEMPT_DYNAMIC\"" },
	{ "kernel/build", "\"Linux version 6.12.1 (gcc)\"" },
	{ "kernel/tainted", "0" },
	{ "kernel/seccomp_actions", "\"kill_process trap\"" },
	{ "kernel/cmdline",
	  "\"BOOT_IMAGE=/vmlinuz isolcpus=2-3 nohz_full=2-3 quiet\"" },
	{ "kernel/config_source", "null" },
	{ "kernel/hz", "null" },
	{ "kernel/debug", "null" },
	{ "kernel/debug_options", "null" },
	{ "kernel/instrumentation_options", "null" },
	{ "kernel/preemption",
	  "{\"built\":null,\"dynamic\":null,\"current\":\"voluntary\"}" },
	{ "kvm/device", "true" },
	{ "kvm/backend", "\"vmx\"" },
	{ "kvm/backend_name", "\"intel\"" },
	{ "kvm/modules/kvm",
	  "{\"builtin\":false,\"version\":null,"
	  "\"srcversion\":\"AAAABBBBCCCCDDDD\",\"taint\":\"none\","
	  "\"parameters\":{\"halt_poll_ns\":\"200000\"}}" },
	{ "kvm/modules/kvm_intel/taint", "\"OE\"" },
	{ "kvm/modules/kvm_intel/parameters",
	  "{\"enable_apicv\":\"Y\",\"preemption_timer\":\"N\"}" },
	{ "kvm/modules/vfio_pci/version", "\"0.2\"" },
	{ "kvm/modules/vfio_pci/taint", "null" },
	{ "kvm/modules/vfio_pci/parameters", "{\"ids\":\"\"}" },
	{ "frequency/driver", "\"intel_pstate\"" },
	{ "frequency/intel_pstate", "\"active\"" },
	{ "frequency/amd_pstate", "null" },
	{ "frequency/cpu0_max_khz", "2100000" },
	{ "frequency/turbo", "false" },
	{ "frequency/governors", "{\"cpu0\":\"performance\","
				 "\"cpu1\":\"powersave\",\"cpu2\":null}" },
	{ "frequency/energy_preferences", "null" },
	{ "idle/driver", "\"intel_idle\"" },
	{ "idle/governor", "\"menu\"" },
	{ "idle/cpu0_states",
	  "[{\"name\":\"POLL\",\"latency_us\":0,\"disabled\":false},"
	  "{\"name\":\"C6\",\"latency_us\":133,\"disabled\":true}]" },
	{ "isolation/isolated", "\"none\"" },
	{ "isolation/nohz_full", "\"none\"" },
	{ "isolation/cmdline", "{\"isolcpus\":\"2-3\",\"nohz_full\":\"2-3\","
			       "\"rcu_nocbs\":\"none\","
			       "\"irqaffinity\":\"none\"}" },
	{ "interference/nmi_watchdog", "false" },
	{ "interference/soft_watchdog", "true" },
	{ "interference/numa_balancing", "null" },
	{ "interference/perf_event_paranoid", "-1" },
	{ "clock", "{\"clocksource\":\"tsc\",\"tsc_hz\":2100000000,"
		   "\"tsc_hz_source\":\"sysfs\"}" },
	{ "memory/total_bytes", "16777216" },
	{ "memory/nodes_online", "\"0\"" },
	{ "memory/thp", "\"madvise\"" },
	{ "memory/thp_defrag", "null" },
	{ "memory/ksm_run", "0" },
	{ "mitigations", "{\"l1tf\":\"Not affected\","
			 "\"mds\":\"Mitigation: Clear CPU buffers\"}" },
};

static void intel(void **state)
{
	struct fixture *f = *state;
	json_t *env;

	put_files(f, intel_host, ARRAY_SIZE(intel_host));
	env = env_host(&f->root);
	assert_members(env, intel_env, ARRAY_SIZE(intel_env));
	/* kvm, kvm_intel and vfio_pci, not ext4 */
	assert_int_equal(json_object_size(at(env, "kvm/modules")), 3);
	json_decref(env);
}

static void amd_in_a_virtual_machine(void **state)
{
	static const struct fixture_file files[] = {
		{ "/proc/cpuinfo", "vendor_id : AuthenticAMD\n"
				   "cpu family : 25\n"
				   "flags : svm hypervisor\n\n" },
		{ "/sys/module/kvm_amd/parameters/avic", "Y\n" },
		{ "/sys/module/kvm_amd/parameters/npt", "Y\n" },
		{ "/sys/hypervisor/type", "xen\n" },
		{ SYS_CPU "/cpufreq/boost", "1\n" },
		{ SYS_CPU "/amd_pstate/status", "active\n" },
		{ "/dev/null", "" },
	};
	static const struct expected expected[] = {
		{ "cpu/vendor", "\"AuthenticAMD\"" },
		{ "cpu/family", "25" },
		{ "cpu/model", "null" },
		{ "cpu/bugs", "null" },
		{ "hypervisor/present", "true" },
		{ "hypervisor/type", "\"xen\"" },
		{ "kvm/device", "false" },
		{ "kvm/backend", "\"svm\"" },
		{ "kvm/backend_name", "\"amd\"" },
		{ "kvm/modules/kvm_amd/builtin", "true" },
		{ "kvm/modules/kvm_amd/parameters",
		  "{\"avic\":\"Y\",\"npt\":\"Y\"}" },
		{ "frequency/turbo", "true" },
		{ "frequency/amd_pstate", "\"active\"" },
		{ "frequency/governors", "null" },
		{ "mitigations", "null" },
		{ "isolation/cmdline/isolcpus", "null" },
	};
	struct fixture *f = *state;

	put_files(f, files, ARRAY_SIZE(files));
	assert_env(f, expected, ARRAY_SIZE(expected));
}

static void turbo_of_intel_pstate_is_the_other_way_round(void **state)
{
	static const struct expected on[] = { { "frequency/turbo", "true" } };
	static const struct expected null[] = { { "frequency/turbo", "null" } };
	struct fixture *f = *state;

	put(f, SYS_CPU "/intel_pstate/no_turbo", "0\n");
	assert_env(f, on, 1);
	put(f, SYS_CPU "/intel_pstate/no_turbo", "maybe\n");
	assert_env(f, null, 1);
}

static void debug_kernel_by_boot_config(void **state)
{
	static const struct expected expected[] = {
		{ "kernel/config_source", "\"/boot/config-6.1\"" },
		{ "kernel/hz", "1000" },
		{ "kernel/debug", "true" },
		{ "kernel/debug_options",
		  "[\"PROVE_LOCKING\",\"DEBUG_LOCK_ALLOC\",\"KASAN\"]" },
		{ "kernel/instrumentation_options", "[\"FUNCTION_TRACER\"]" },
		{ "kernel/preemption",
		  "{\"built\":\"rt\",\"dynamic\":false,\"current\":null}" },
	};
	struct fixture *f = *state;

	put(f, "/proc/sys/kernel/osrelease", "6.1\n");
	put(f, "/boot/config-6.1",
	    "# CONFIG_KCSAN is not set\nCONFIG_KASAN=y\nCONFIG_KASAN_INLINE=y\n"
	    "CONFIG_PROVE_LOCKING=y\nCONFIG_DEBUG_LOCK_ALLOC=y\n"
	    "CONFIG_FUNCTION_TRACER=y\nCONFIG_HZ=1000\nCONFIG_HZ_1000=y\n"
	    "CONFIG_PREEMPT_RT=y\nCONFIG_PREEMPT=y\n");
	assert_env(f, expected, ARRAY_SIZE(expected));
}

static void production_kernel_by_config_gz(void **state)
{
	static const struct expected expected[] = {
		{ "kernel/config_source", "\"/proc/config.gz\"" },
		{ "kernel/hz", "250" },
		{ "kernel/debug", "false" },
		{ "kernel/debug_options", "[]" },
		{ "kernel/instrumentation_options", "[\"UBSAN\"]" },
		{ "kernel/preemption",
		  "{\"built\":\"voluntary\",\"dynamic\":true,"
		  "\"current\":null}" },
	};
	struct fixture *f = *state;

	put_gzip(f, "/proc/config.gz",
		 "CONFIG_HZ=250\nCONFIG_UBSAN=y\nCONFIG_PREEMPT_VOLUNTARY=y\n"
		 "CONFIG_PREEMPT_DYNAMIC=y\n# CONFIG_KASAN is not set\n");
	assert_env(f, expected, ARRAY_SIZE(expected));
}

static void empty_command_line_is_one(void **state)
{
	static const struct expected expected[] = {
		{ "kernel/cmdline", "\"\"" },
		{ "isolation/cmdline/isolcpus", "\"none\"" },
	};
	struct fixture *f = *state;

	put(f, "/proc/cmdline", "\n");
	assert_env(f, expected, ARRAY_SIZE(expected));
}

/* --- hosts that say little or nonsense ----------------------------------- */

static void assert_all_null(json_t *json)
{
	const char *key;
	json_t *value;

	assert_true(json_is_object(json));
	json_object_foreach(json, key, value)
		if (json_is_object(value))
			assert_all_null(value);
		else if (!json_is_null(value))
			fail_msg("'%s' is not null", key);
}

/* Has @b all the keys of @a, but for maps of names that the host gives? */
static void assert_same_keys(json_t *a, json_t *b)
{
	const char *key;
	json_t *value;

	json_object_foreach(a, key, value) {
		json_t *other = json_object_get(b, key);

		if (!other)
			fail_msg("no '%s'", key);
		if (json_is_object(value) && json_is_object(other))
			assert_same_keys(value, other);
	}
}

static void nothing_readable_is_all_null(void **state)
{
	struct fixture *f = *state;
	json_t *none = env_host(&f->root), *all;

	assert_all_null(none);
	put_files(f, intel_host, ARRAY_SIZE(intel_host));
	all = env_host(&f->root);
	assert_same_keys(all, none);
	assert_same_keys(none, all);
	json_decref(none);
	json_decref(all);
}

/* Every file of a good host, with @bytes in place of what it says. */
static json_t *nonsense(const struct fixture *f, const void *bytes, size_t len)
{
	for (size_t i = 0; i < ARRAY_SIZE(intel_host); i++)
		put_bytes(f, intel_host[i].path, bytes, len);
	put_bytes(f, "/proc/config.gz", bytes, len);
	return env_host(&f->root);
}

static const struct expected nothing[] = {
	{ "machine", "{\"hostname\":null,\"boot_id\":null,\"vendor\":null,"
		     "\"product\":null,\"bios_version\":null,"
		     "\"uptime_seconds\":null}" },
	{ "cpu/model", "null" },
	{ "cpu/flags", "null" },
	{ "smt", "{\"control\":null,\"active\":null}" },
	{ "hypervisor/present", "null" },
	{ "kernel/release", "null" },
	{ "kernel/cmdline", "null" },
	{ "kernel/debug", "null" },
	{ "kvm/modules/kvm_intel/parameters/enable_apicv", "null" },
	{ "kvm/modules/vfio_pci/version", "null" },
	{ "frequency/turbo", "null" },
	{ "frequency/governors", "null" },
	{ "isolation/isolated", "null" },
	{ "interference/nmi_watchdog", "null" },
	{ "clock/tsc_hz", "null" },
	{ "memory/total_bytes", "null" },
	{ "memory/thp", "null" },
	{ "mitigations", "{\"l1tf\":null,\"mds\":null}" },
};

static void assert_nothing(json_t *env)
{
	assert_members(env, nothing, ARRAY_SIZE(nothing));
	json_decref(env);
}

static void empty_files(void **state)
{
	assert_nothing(nonsense(*state, "", 0));
}

static void binary_files(void **state)
{
	unsigned char bytes[4096];

	for (size_t i = 0; i < sizeof(bytes); i++)
		bytes[i] = (unsigned char)(i * 7);
	assert_nothing(nonsense(*state, bytes, sizeof(bytes)));
}

static void text_that_is_not_utf8(void **state)
{
	assert_nothing(nonsense(*state, "\xff\xfe\x80", 3));
}

static void huge_lines(void **state)
{
	size_t len = 1024 * 1024;
	char *huge = xcalloc(len, 1);

	memset(huge, '[', len);
	assert_nothing(nonsense(*state, huge, len));
	free(huge);
}

static void odd_but_readable_files(void **state)
{
	static const char *const texts[] = {
		"\n",
		":",
		"=",
		"\"",
		"[",
		"[]",
		".",
		"/",
		"-",
		"%s%n\n",
		": \n:\n",
		"CONFIG_",
		"CONFIG_HZ=\n",
		"\n\n",
		"0x\n",
		"99999999999999999999999\n",
		"../../..\n",
	};
	struct fixture *f = *state;

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++) {
		json_t *env = nonsense(f, texts[i], strlen(texts[i]));

		assert_true(json_is_null(at(env, "cpu/model")));
		assert_true(json_is_null(at(env, "memory/total_bytes")));
		assert_true(json_is_null(at(env, "clock/tsc_hz")));
		json_decref(env);
	}
}

/* --- writing ------------------------------------------------------------- */

static size_t count_files(const struct fixture *f)
{
	char **names = host_list(&f->root, "/", "");
	size_t n = 0;

	assert_non_null(names);
	while (names[n])
		n++;
	host_list_free(names);
	return n;
}

static void written_whole_and_in_order(void **state)
{
	struct fixture *f = *state;
	json_t *json = json_pack("{s:i,s:[s]}", "z", 1, "a", "x");
	char *path = host_path(&f->root, "/env.json");
	struct error err = { .text = "" };

	assert_int_equal(json_write_atomic(path, json, &err), 0);
	assert_text(read_file(path, NULL),
		    "{\n  \"z\": 1,\n  \"a\": [\n    \"x\"\n  ]\n}\n");
	json_object_set_new(json, "z", json_integer(2));
	assert_int_equal(json_write_atomic(path, json, &err), 0);
	assert_text(read_file(path, NULL),
		    "{\n  \"z\": 2,\n  \"a\": [\n    \"x\"\n  ]\n}\n");
	assert_string_equal(err.text, "");
	assert_int_equal(count_files(f), 1);
	json_decref(json);
	free(path);
}

static void created_with_the_users_mask(void **state)
{
	struct fixture *f = *state;
	char *path = host_path(&f->root, "/env.json");
	json_t *json = json_object();
	mode_t old = umask(027);
	int ret = json_write_atomic(path, json, NULL);
	struct stat st;

	umask(old);
	assert_int_equal(ret, 0);
	assert_int_equal(stat(path, &st), 0);
	assert_int_equal(st.st_mode & 0777, 0640);
	json_decref(json);
	free(path);
}

/* A full disk: the kernel takes some of the bytes and refuses the rest. */
static void failed_write_leaves_the_old_file(void **state)
{
	struct fixture *f = *state;
	char *path = host_path(&f->root, "/env.json");
	char *expected = xasprintf("cannot write '%s': File too large", path);
	struct rlimit old, small;
	json_t *json = json_object();
	struct error err;
	int ret;

	put(f, "/env.json", "old\n");
	for (int i = 0; i < 1000; i++) {
		char key[16];

		snprintf(key, sizeof(key), "key%d", i);
		json_object_set_new(json, key, json_integer(i));
	}
	signal(SIGXFSZ, SIG_IGN);
	assert_int_equal(getrlimit(RLIMIT_FSIZE, &old), 0);
	small = (struct rlimit){ .rlim_cur = 100, .rlim_max = old.rlim_max };
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &small), 0);
	ret = json_write_atomic(path, json, &err);
	assert_int_equal(setrlimit(RLIMIT_FSIZE, &old), 0);
	assert_int_equal(ret, -1);
	assert_string_equal(err.text, expected);
	assert_text(read_file(path, NULL), "old\n");
	assert_int_equal(count_files(f), 1);
	json_decref(json);
	free(expected);
	free(path);
}

static void failed_rename_leaves_nothing(void **state)
{
	struct fixture *f = *state;
	char *path = host_path(&f->root, "/env.json");
	json_t *json = json_object();
	struct error err;

	put(f, "/env.json/x", "");
	assert_int_equal(json_write_atomic(path, json, &err), -1);
	assert_non_null(strstr(err.text, "cannot write '"));
	assert_int_equal(count_files(f), 1);
	json_decref(json);
	free(path);
}

static void unwritable_values(void **state)
{
	struct fixture *f = *state;
	char *path = host_path(&f->root, "/env.json");
	json_t *text = json_string("x"), *json = json_object();
	struct error err;

	assert_int_equal(json_write_atomic(path, text, &err), -1);
	assert_non_null(strstr(err.text, "it is not a JSON object or array"));
	assert_int_equal(count_files(f), 0);
	assert_int_equal(json_write_atomic("/nonexistent/x", json, &err), -1);
	assert_string_equal(err.text, "cannot write '/nonexistent/x': "
				      "No such file or directory");
	json_decref(text);
	json_decref(json);
	free(path);
}

/* --- this machine, and the documentation --------------------------------- */

static void this_machine(void **state)
{
	json_t *env = env_host(&host_machine);
	const json_t *hz = at(env, "clock/tsc_hz");
	struct utsname uts;
	char *dump;

	(void)state;
	assert_int_equal(uname(&uts), 0);
	assert_string_equal(json_string_value(at(env, "kernel/release")),
			    uts.release);
	assert_string_equal(json_string_value(at(env, "machine/hostname")),
			    uts.nodename);
	assert_int_equal(json_string_length(at(env, "machine/boot_id")), 36);
	assert_true(json_is_string(at(env, "cpu/vendor")));
	assert_true(json_array_size(at(env, "cpu/flags")) > 10);
	assert_true(json_integer_value(at(env, "memory/total_bytes")) >
		    16 * 1024 * 1024);
	assert_true(json_is_null(hz) || json_integer_value(hz) > 100000000);
	assert_int_equal(json_is_null(hz),
			 json_is_null(at(env, "clock/tsc_hz_source")));
	dump = json_dumps(env, 0);
	assert_non_null(dump);
	free(dump);
	json_decref(env);
}

/* Every key stands as `group.key` in the table of results/README.md. */
static void every_key_is_documented(void **state)
{
	struct fixture *f = *state;
	char *readme = read_file(SOURCE_DIR "/results/README.md", NULL);
	json_t *env = env_host(&f->root), *group, *value;
	const char *name, *key;

	assert_non_null(readme);
	json_object_foreach(env, name, group) {
		json_object_foreach(group, key, value) {
			char *entry = xasprintf("| `%s.%s` |", name, key);

			if (!strstr(readme, entry))
				fail_msg("no '%s'", entry);
			free(entry);
		}
	}
	assert_non_null(strstr(readme, "| `mitigations` |"));
	json_decref(env);
	free(readme);
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		FIXTURE_TEST(intel),
		FIXTURE_TEST(amd_in_a_virtual_machine),
		FIXTURE_TEST(turbo_of_intel_pstate_is_the_other_way_round),
		FIXTURE_TEST(debug_kernel_by_boot_config),
		FIXTURE_TEST(production_kernel_by_config_gz),
		FIXTURE_TEST(empty_command_line_is_one),
		FIXTURE_TEST(nothing_readable_is_all_null),
		FIXTURE_TEST(empty_files),
		FIXTURE_TEST(binary_files),
		FIXTURE_TEST(text_that_is_not_utf8),
		FIXTURE_TEST(huge_lines),
		FIXTURE_TEST(odd_but_readable_files),
		FIXTURE_TEST(written_whole_and_in_order),
		FIXTURE_TEST(created_with_the_users_mask),
		FIXTURE_TEST(failed_write_leaves_the_old_file),
		FIXTURE_TEST(failed_rename_leaves_nothing),
		FIXTURE_TEST(unwritable_values),
		cmocka_unit_test(this_machine),
		FIXTURE_TEST(every_key_is_documented),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
