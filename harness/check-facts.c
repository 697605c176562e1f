// SPDX-License-Identifier: GPL-2.0-or-later
#include <ctype.h>
#include <errno.h>
#include <fcntl.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "check-facts.h"
#include "cpu-list.h"
#include "host-cpu.h"
#include "host-kernel.h"
#include "host-load.h"
#include "util.h"

#define SYS_CPU	       "/sys/devices/system/cpu"
#define SYS_KERNEL     "/proc/sys/kernel"
#define TEXT_MAX_BYTES (64 * 1024)

/* include/uapi/linux/capability.h */
#define CAPABILITY_SYS_ADMIN 21
#define CAPABILITY_PERFMON   38

/* --- helpers -------------------------------------------------------------- */

static struct fact_number known(int64_t value)
{
	return (struct fact_number){ .known = true, .value = value };
}

static struct fact_number read_number(const struct host_root *root,
				      const char *path)
{
	int64_t value;

	if (host_integer(root, path, &value))
		return (struct fact_number){ .known = false };
	return known(value);
}

/* @file below the directory of the subject's pCPU. */
static char *cpu_path(const struct check_facts *facts, const char *file)
{
	return xasprintf(SYS_CPU "/cpu%d/%s", facts->subject.cpu, file);
}

static char *cpu_line(const struct check_facts *facts,
		      const struct host_root *root, const char *file)
{
	char *path = cpu_path(facts, file);
	char *line = host_line(root, path);

	free(path);
	return line;
}

/* @words, which is freed, and @word behind them. */
static char *add_word(char *words, const char *word)
{
	char *longer = xasprintf("%s%s%s", words, *words ? " " : "", word);

	free(words);
	return longer;
}

/* The number of field @key of procfs' "key: value" lines, in @base. */
static struct fact_number text_number(const char *text, const char *key,
				      int base)
{
	char *field = text ? cpuinfo_field(text, key) : NULL, *end;
	struct fact_number number = { .known = false };
	unsigned long long value;

	if (!field)
		return number;
	errno = 0;
	value = strtoull(field, &end, base);
	if (end != field && !errno)
		number = known((int64_t)value);
	free(field);
	return number;
}

/* --- the kernel ----------------------------------------------------------- */

static char *slow_options(const struct kernel_config *config)
{
	char *names = xstrdup("");

	for (size_t i = 0; i < kernel_debug_option_count; i++) {
		const struct kernel_debug_option *o = &kernel_debug_options[i];

		if (!o->in_production && kernel_config_is_set(config, o->name))
			names = add_word(names, o->name);
	}
	return names;
}

/* rcu_nocbs=, or what the kernel was built to do without it. */
static char *read_rcu_nocbs(const struct host_root *root,
			    const struct kernel_config *config)
{
	char *cmdline = host_line(root, "/proc/cmdline"), *value;

	if (!cmdline)
		return NULL;
	value = cmdline_option(cmdline, "rcu_nocbs");
	free(cmdline);
	if (value)
		return value;
	if (config && kernel_config_is_set(config, "RCU_NOCB_CPU_DEFAULT_ALL"))
		return xstrdup("all");
	return xstrdup("");
}

static char *read_tracer(const struct host_root *root)
{
	char *tracer = host_line(root, "/sys/kernel/tracing/current_tracer");

	if (tracer)
		return tracer;
	return host_line(root, "/sys/kernel/debug/tracing/current_tracer");
}

static enum host_answer read_perfmon(const struct host_root *root)
{
	const uint64_t wanted = 1ull << CAPABILITY_PERFMON |
				1ull << CAPABILITY_SYS_ADMIN;
	char *status = host_text(root, "/proc/self/status", TEXT_MAX_BYTES);
	struct fact_number effective = text_number(status, "CapEff", 16);

	free(status);
	if (!effective.known)
		return HOST_UNKNOWN;
	return (uint64_t)effective.value & wanted ? HOST_YES : HOST_NO;
}

static void read_kernel(struct check_facts *facts, const struct host_root *root)
{
	struct kernel_config config;
	bool has_config = !kernel_config_read(root, &config);

	if (has_config) {
		facts->debug_options = slow_options(&config);
		facts->config_source = xstrdup(config.source);
	}
	facts->rcu_nocbs = read_rcu_nocbs(root, has_config ? &config : NULL);
	kernel_config_free(&config);
	facts->tracer = read_tracer(root);
	facts->tainted = read_number(root, SYS_KERNEL "/tainted");
	facts->rt_runtime_us =
		read_number(root, SYS_KERNEL "/sched_rt_runtime_us");
	facts->perf_event_paranoid =
		read_number(root, SYS_KERNEL "/perf_event_paranoid");
	facts->perfmon = read_perfmon(root);
	/* Of Linux 4.14, older than the flag that confine.h wants. */
	facts->seccomp = HOST_UNKNOWN;
	if (host_exists(root, SYS_KERNEL) == HOST_YES)
		facts->seccomp =
			host_exists(root, SYS_KERNEL "/seccomp/actions_avail");
}

/* --- the CPU -------------------------------------------------------------- */

static char *read_vulnerable(const struct host_root *root)
{
	static const char directory[] = SYS_CPU "/vulnerabilities";
	char **names = host_list(root, directory, "");
	char *words = names ? xstrdup("") : NULL;

	for (size_t i = 0; names && names[i]; i++) {
		char *path = xasprintf("%s/%s", directory, names[i]);
		char *line = host_line(root, path);

		/* "KVM: Vulnerable" (itlb_multihit), too */
		if (line && strstr(line, "Vulnerable") &&
		    strcmp(names[i], "old_microcode"))
			words = add_word(words, names[i]);
		free(line);
		free(path);
	}
	host_list_free(names);
	return words;
}

static void read_cpu(struct check_facts *facts, const struct host_root *root)
{
	char *cpuinfo = host_cpuinfo(root);

	facts->hypervisor = HOST_UNKNOWN;
	facts->constant_tsc = HOST_UNKNOWN;
	facts->nonstop_tsc = HOST_UNKNOWN;
	if (cpuinfo) {
		facts->hypervisor = cpuinfo_flag(cpuinfo, "hypervisor");
		facts->constant_tsc = cpuinfo_flag(cpuinfo, "constant_tsc");
		facts->nonstop_tsc = cpuinfo_flag(cpuinfo, "nonstop_tsc");
		facts->microcode = cpuinfo_field(cpuinfo, "microcode");
	}
	free(cpuinfo);
	facts->old_microcode =
		host_line(root, SYS_CPU "/vulnerabilities/old_microcode");
	facts->vulnerable = read_vulnerable(root);
	facts->clocksource = host_line(
		root,
		"/sys/devices/system/clocksource/clocksource0/current_clocksource");
}

/* --- its speed ------------------------------------------------------------ */

/* Is the state in @directory the slowest one so far? Then note it. */
static void note_idle_state(struct check_facts *facts,
			    const struct host_root *root, const char *directory)
{
	char *name = xasprintf("%s/name", directory);
	char *latency = xasprintf("%s/latency", directory);
	char *disable = xasprintf("%s/disable", directory);
	struct fact_number us = read_number(root, latency);

	if (us.known && host_flag(root, disable) != HOST_YES &&
	    (!facts->idle_latency_us.known ||
	     us.value > facts->idle_latency_us.value)) {
		facts->idle_latency_us = us;
		free(facts->idle_state);
		facts->idle_state = host_line(root, name);
	}
	free(disable);
	free(latency);
	free(name);
}

static void read_idle_states(struct check_facts *facts,
			     const struct host_root *root)
{
	char *directory = cpu_path(facts, "cpuidle");
	char **names = host_list(root, directory, "state");

	for (size_t i = 0; names && names[i]; i++) {
		char *state = xasprintf("%s/%s", directory, names[i]);

		note_idle_state(facts, root, state);
		free(state);
	}
	host_list_free(names);
	free(directory);
}

/* Documentation/power/pm_qos_interface.rst: it reads as a 32-bit number. */
static struct fact_number read_latency_limit(const struct host_root *root)
{
	char *path = host_path(root, "/dev/cpu_dma_latency");
	int fd = open(path, O_RDONLY | O_CLOEXEC | O_NONBLOCK);
	struct fact_number limit = { .known = false };
	int32_t us;

	free(path);
	if (fd < 0)
		return limit;
	if (read(fd, &us, sizeof(us)) == sizeof(us))
		limit = known(us);
	close(fd);
	return limit;
}

static void read_speed(struct check_facts *facts, const struct host_root *root)
{
	facts->governor = cpu_line(facts, root, "cpufreq/scaling_governor");
	facts->turbo = host_turbo(root);
	read_idle_states(facts, root);
	facts->latency_limit_us = read_latency_limit(root);
	facts->siblings =
		cpu_line(facts, root, "topology/thread_siblings_list");
}

/* --- what else runs ------------------------------------------------------- */

static char *irq_line(const struct host_root *root, const char *irq,
		      const char *file)
{
	char *path = xasprintf("/proc/irq/%s/%s", irq, file);
	char *line = host_line(root, path);

	free(path);
	return line;
}

/*
 * May the interrupt come to @cpu? Where it may go to is what was asked for, and
 * of that what the chip was set to, when the kernel says: nothing while it is
 * not in use, and what was asked for before until the next one comes.
 */
static enum host_answer irq_comes(const struct host_root *root, const char *irq,
				  int cpu)
{
	char *asked = irq_line(root, irq, "smp_affinity_list");
	char *effective = irq_line(root, irq, "effective_affinity_list");
	enum host_answer answer = HOST_UNKNOWN;

	if (asked)
		answer = cpu_list_has(asked, cpu);
	if (answer == HOST_YES && effective)
		answer = cpu_list_has(effective, cpu);
	free(effective);
	free(asked);
	return answer;
}

static void read_irqs(struct check_facts *facts, const struct host_root *root)
{
	char **names = host_list(root, "/proc/irq", "");
	enum host_answer comes;
	int64_t total = 0, here = 0;

	for (size_t i = 0; names && names[i]; i++) {
		if (!isdigit((unsigned char)names[i][0]))
			continue;
		comes = irq_comes(root, names[i], facts->subject.cpu);
		total += comes != HOST_UNKNOWN;
		here += comes == HOST_YES;
	}
	host_list_free(names);
	if (!total)
		return;
	facts->irqs = known(total);
	facts->irqs_here = known(here);
}

/* "0.20 0.18 0.12 1/80 11206": the first one, in percent. */
static struct fact_number read_load(const struct host_root *root)
{
	char *line = host_line(root, "/proc/loadavg"), *end;
	struct fact_number load = { .known = false };
	double average;

	if (!line)
		return load;
	average = strtod(line, &end);
	if (end != line && average >= 0 && average < 1e6)
		load = known((int64_t)(100 * average + 0.5));
	free(line);
	return load;
}

static struct fact_number read_steal(const struct check_facts *facts,
				     const struct host_root *root)
{
	struct fact_number steal = { .known = false };
	char *stat = host_stat(root);
	struct cpu_time time;

	if (stat && !cpu_time_parse(stat, facts->subject.cpu, &time) &&
	    time.total)
		steal = known((int64_t)(1e6 * (double)time.steal /
					(double)time.total));
	free(stat);
	return steal;
}

static void read_interference(struct check_facts *facts,
			      const struct host_root *root)
{
	facts->isolated = host_isolated_cpus(root);
	facts->nohz_full = host_line(root, SYS_CPU "/nohz_full");
	/* A kernel without CONFIG_NO_HZ_FULL has no such file. */
	if (!facts->nohz_full && errno == ENOENT &&
	    host_exists(root, SYS_CPU "/online") == HOST_YES)
		facts->nohz_full = xstrdup("");
	read_irqs(facts, root);
	facts->nmi_watchdog = host_flag(root, SYS_KERNEL "/nmi_watchdog");
	facts->load_percent = read_load(root);
	facts->steal_ppm = read_steal(facts, root);
}

/* --- memory --------------------------------------------------------------- */

static void read_memory(struct check_facts *facts, const struct host_root *root)
{
	char *meminfo = host_text(root, "/proc/meminfo", TEXT_MAX_BYTES);
	struct fact_number available = text_number(meminfo, "MemAvailable", 10);
	struct fact_number total = text_number(meminfo, "SwapTotal", 10);
	struct fact_number unused = text_number(meminfo, "SwapFree", 10);

	free(meminfo);
	if (available.known)
		facts->available_mib = known(available.value / 1024);
	if (total.known && unused.known)
		facts->swap_used_mib =
			known((total.value - unused.value + 1023) / 1024);
	facts->thp = host_choice(root,
				 "/sys/kernel/mm/transparent_hugepage/enabled");
	facts->ksm_run = read_number(root, "/sys/kernel/mm/ksm/run");
	facts->numa_balancing = read_number(root, SYS_KERNEL "/numa_balancing");
}

/* --- KVM ------------------------------------------------------------------ */

static char *read_apicv(const struct check_facts *facts,
			const struct host_root *root)
{
	switch (facts->backend) {
	case KVM_BACKEND_VMX:
		return host_module_parameter(root, "kvm_intel", "enable_apicv");
	case KVM_BACKEND_SVM:
		return host_module_parameter(root, "kvm_amd", "avic");
	default:
		return NULL;
	}
}

static void read_kvm(struct check_facts *facts, const struct host_root *root)
{
	facts->kvm_device = HOST_UNKNOWN;
	if (host_exists(root, "/dev") == HOST_YES)
		facts->kvm_device = host_exists(root, "/dev/kvm");
	facts->backend = host_kvm_backend(root, &facts->backend_name);
	facts->halt_poll_ns =
		host_module_parameter(root, "kvm", "halt_poll_ns");
	facts->timer_advance =
		host_module_parameter(root, "kvm", "lapic_timer_advance");
	if (!facts->timer_advance)
		facts->timer_advance = host_module_parameter(
			root, "kvm", "lapic_timer_advance_ns");
	facts->pi_inject_timer =
		host_module_parameter(root, "kvm", "pi_inject_timer");
	facts->apicv = read_apicv(facts, root);
}

void check_facts_read(struct check_facts *facts, const struct host_root *root,
		      const struct check_subject *subject)
{
	*facts = (struct check_facts){ .subject = *subject };
	read_kernel(facts, root);
	read_cpu(facts, root);
	read_speed(facts, root);
	read_interference(facts, root);
	read_memory(facts, root);
	read_kvm(facts, root);
}

void check_facts_free(struct check_facts *facts)
{
	char *const texts[] = {
		facts->debug_options, facts->config_source,
		facts->tracer,	      facts->clocksource,
		facts->microcode,     facts->old_microcode,
		facts->vulnerable,    facts->governor,
		facts->idle_state,    facts->siblings,
		facts->isolated,      facts->nohz_full,
		facts->rcu_nocbs,     facts->thp,
		facts->backend_name,  facts->halt_poll_ns,
		facts->timer_advance, facts->pi_inject_timer,
		facts->apicv,
	};

	for (size_t i = 0; i < ARRAY_SIZE(texts); i++)
		free(texts[i]);
	*facts = (struct check_facts){ 0 };
}
