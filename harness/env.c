// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "env-facts.h"
#include "env.h"
#include "host-cpu.h"
#include "util.h"

#define SYS_CPU		  "/sys/devices/system/cpu"
#define SYS_KERNEL	  "/proc/sys/kernel"
#define MEMINFO_MAX_BYTES (64 * 1024)

#define FACT(member, type, file)                          \
	{                                                 \
		.key = member, .kind = type, .path = file \
	}

/* /proc/sys/kernel: Documentation/admin-guide/sysctl/kernel.rst */
static const struct env_fact machine_facts[] = {
	FACT("hostname", ENV_TEXT, SYS_KERNEL "/hostname"),
	FACT("boot_id", ENV_TEXT, SYS_KERNEL "/random/boot_id"),
	FACT("vendor", ENV_TEXT, "/sys/class/dmi/id/sys_vendor"),
	FACT("product", ENV_TEXT, "/sys/class/dmi/id/product_name"),
	FACT("bios_version", ENV_TEXT, "/sys/class/dmi/id/bios_version"),
};

/* Documentation/ABI/testing/sysfs-devices-system-cpu, for all of SYS_CPU */
static const struct env_fact cpu_facts[] = {
	FACT("online", ENV_LIST, SYS_CPU "/online"),
};

static const struct env_fact smt_facts[] = {
	FACT("control", ENV_TEXT, SYS_CPU "/smt/control"),
	FACT("active", ENV_FLAG, SYS_CPU "/smt/active"),
};

static const struct env_fact kernel_facts[] = {
	FACT("release", ENV_TEXT, SYS_KERNEL "/osrelease"),
	FACT("version", ENV_TEXT, SYS_KERNEL "/version"),
	FACT("build", ENV_TEXT, "/proc/version"),
	FACT("tainted", ENV_INTEGER, SYS_KERNEL "/tainted"),
	FACT("seccomp_actions", ENV_TEXT, SYS_KERNEL "/seccomp/actions_avail"),
};

/* Documentation/admin-guide/pm/cpufreq.rst, intel_pstate.rst, amd-pstate.rst */
static const struct env_fact frequency_facts[] = {
	FACT("driver", ENV_TEXT, SYS_CPU "/cpu0/cpufreq/scaling_driver"),
	FACT("intel_pstate", ENV_TEXT, SYS_CPU "/intel_pstate/status"),
	FACT("amd_pstate", ENV_TEXT, SYS_CPU "/amd_pstate/status"),
	FACT("cpu0_min_khz", ENV_INTEGER,
	     SYS_CPU "/cpu0/cpufreq/scaling_min_freq"),
	FACT("cpu0_max_khz", ENV_INTEGER,
	     SYS_CPU "/cpu0/cpufreq/scaling_max_freq"),
};

/* Documentation/admin-guide/pm/cpuidle.rst */
static const struct env_fact idle_facts[] = {
	FACT("driver", ENV_TEXT, SYS_CPU "/cpuidle/current_driver"),
};

static const struct env_fact isolation_facts[] = {
	FACT("isolated", ENV_LIST, SYS_CPU "/isolated"),
	FACT("nohz_full", ENV_LIST, SYS_CPU "/nohz_full"),
};

static const struct env_fact interference_facts[] = {
	FACT("nmi_watchdog", ENV_FLAG, SYS_KERNEL "/nmi_watchdog"),
	FACT("soft_watchdog", ENV_FLAG, SYS_KERNEL "/soft_watchdog"),
	FACT("numa_balancing", ENV_INTEGER, SYS_KERNEL "/numa_balancing"),
	FACT("perf_event_paranoid", ENV_INTEGER,
	     SYS_KERNEL "/perf_event_paranoid"),
};

/* Documentation/ABI/stable/sysfs-hypervisor-xen */
static const struct env_fact hypervisor_facts[] = {
	FACT("type", ENV_TEXT, "/sys/hypervisor/type"),
};

static const struct env_fact clock_facts[] = {
	FACT("clocksource", ENV_TEXT,
	     "/sys/devices/system/clocksource/clocksource0/current_clocksource"),
};

/* Documentation/admin-guide/mm/transhuge.rst and ksm.rst */
static const struct env_fact memory_facts[] = {
	FACT("nodes_online", ENV_LIST, "/sys/devices/system/node/online"),
	FACT("thp", ENV_CHOICE, "/sys/kernel/mm/transparent_hugepage/enabled"),
	FACT("thp_defrag", ENV_CHOICE,
	     "/sys/kernel/mm/transparent_hugepage/defrag"),
	FACT("ksm_run", ENV_INTEGER, "/sys/kernel/mm/ksm/run"),
};

static void env_put_machine(json_t *group, const struct host_root *root)
{
	char *line = host_line(root, "/proc/uptime");
	json_t *uptime = NULL;
	int64_t seconds;

	/* "350735.47 234388.90": since the boot, and idle */
	if (line) {
		line[strcspn(line, ".")] = '\0';
		if (!parse_i64(line, &seconds))
			uptime = json_integer(seconds);
	}
	free(line);
	env_put(group, "uptime_seconds", uptime);
}

static void env_put_memory(json_t *group, const struct host_root *root)
{
	char *text = host_text(root, "/proc/meminfo", MEMINFO_MAX_BYTES);
	char *total = text ? cpuinfo_field(text, "MemTotal") : NULL;
	char *unit = total ? strstr(total, " kB") : NULL;
	json_t *bytes = NULL;
	uint64_t kib;

	if (unit && !unit[strlen(" kB")]) {
		*unit = '\0';
		if (!parse_u64(total, INT64_MAX / 1024, &kib))
			bytes = json_integer((json_int_t)kib * 1024);
	}
	free(total);
	free(text);
	env_put(group, "total_bytes", bytes);
}

#define GROUP(member, table, more)                                         \
	{                                                                  \
		.key = member, .facts = table, .count = ARRAY_SIZE(table), \
		.put_more = more                                           \
	}

static const struct group {
	const char *key;
	const struct env_fact *facts;
	size_t count;
	void (*put_more)(json_t *group, const struct host_root *root);
} groups[] = {
	GROUP("machine", machine_facts, env_put_machine),
	GROUP("cpu", cpu_facts, env_put_cpu),
	GROUP("smt", smt_facts, NULL),
	GROUP("hypervisor", hypervisor_facts, env_put_hypervisor),
	GROUP("kernel", kernel_facts, env_put_kernel),
	{ .key = "kvm", .put_more = env_put_kvm },
	GROUP("frequency", frequency_facts, env_put_frequency),
	GROUP("idle", idle_facts, env_put_idle),
	GROUP("isolation", isolation_facts, env_put_isolation),
	GROUP("interference", interference_facts, NULL),
	GROUP("clock", clock_facts, env_put_clock),
	GROUP("memory", memory_facts, env_put_memory),
};

/* One file for each vulnerability that the kernel knows, by its name. */
static json_t *mitigations(const struct host_root *root)
{
	static const char directory[] = SYS_CPU "/vulnerabilities";
	char **names = host_list(root, directory, "");
	json_t *object;

	if (!names)
		return json_null();
	object = json_object();
	for (size_t i = 0; names[i]; i++) {
		char *path = xasprintf("%s/%s", directory, names[i]);

		env_put(object, names[i], env_text(host_line(root, path)));
		free(path);
	}
	host_list_free(names);
	return object;
}

json_t *env_host(const struct host_root *root)
{
	json_t *env = json_object();

	for (size_t i = 0; i < ARRAY_SIZE(groups); i++) {
		json_t *group = json_object();

		env_put_facts(group, root, groups[i].facts, groups[i].count);
		if (groups[i].put_more)
			groups[i].put_more(group, root);
		env_put(env, groups[i].key, group);
	}
	env_put(env, "mitigations", mitigations(root));
	return env;
}
