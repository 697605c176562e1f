// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "cpu-mask.h"
#include "lab/cache.h"
#include "lab/emulator.h"
#include "lab/process.h"
#include "util.h"

static bool is_bochs(const struct lab_machine *m)
{
	return m->accel == LAB_ACCEL_BOCHS;
}

/* boot-bochs has a directory of its own, which it empties. */
static char *written(const struct lab_machine *m, const char *work,
		     const char *by_qemu, const char *by_bochs)
{
	return is_bochs(m) ? xasprintf("%s/bochs/%s", work, by_bochs)
			   : xasprintf("%s/%s", work, by_qemu);
}

char *lab_emulator_console(const struct lab_machine *m, const char *work)
{
	return written(m, work, "console", "serial.txt");
}

char *lab_emulator_stream(const struct lab_machine *m, const char *work)
{
	return written(m, work, "stream", "port-e9");
}

char *lab_emulator_counts(const struct lab_machine *m, const char *work)
{
	return written(m, work, "counts", "windows");
}

static const char *qemu(const struct lab_machine *m)
{
	return m->emulator ? m->emulator : "qemu-system-x86_64";
}

char *lab_bochs_directory(const struct lab_machine *m)
{
	return m && m->emulator ? xstrdup(m->emulator)
				: lab_cache_path("bochs");
}

/* The first line of a file of Bochs's directory; NULL without. */
static char *bochs_line(const struct lab_machine *m, const char *name)
{
	char *directory = lab_bochs_directory(m);
	char *path = xasprintf("%s/%s", directory, name);
	char *line = read_file(path, NULL);

	if (line)
		line[strcspn(line, "\n")] = '\0';
	free(path);
	free(directory);
	return line;
}

/*
 * Ticks depend on the patches, which have no version: of what build-bochs
 * stamped, as much as tells two builds apart.
 */
static char *bochs_version(const struct lab_machine *m)
{
	char *version = bochs_line(m, "version"), *text = NULL;
	char *stamp = bochs_line(m, m->cpus == 1 ? ".bochs.stamp"
						 : ".bochs-smp.stamp");

	if (version)
		text = xasprintf("Bochs %s with the lab's patches%s%.12s",
				 version, stamp ? ", build " : "",
				 stamp ? stamp : "");
	free(stamp);
	free(version);
	return text;
}

char *lab_emulator_version(const struct lab_machine *m)
{
	char *argv[] = { (char *)qemu(m), "--version", NULL }, *text;

	if (is_bochs(m))
		return bochs_version(m);
	text = process_output(argv, NULL, NULL);
	if (text)
		text[strcspn(text, "\n")] = '\0';
	return text;
}

static int check_bochs(const struct lab_machine *m, struct error *err)
{
	char *directory = lab_bochs_directory(m);
	char *path = xasprintf("%s/bochs", directory);
	int ret = 0;

	if (access(path, X_OK))
		ret = error_set(err,
				"there is no Bochs in '%s': build it with: "
				"run-bench lab bochs --source debian",
				directory);
	free(path);
	free(directory);
	return ret;
}

int lab_emulator_check(const struct lab_machine *m, struct error *err)
{
	char *version;

	if (is_bochs(m))
		return check_bochs(m, err);
	/* Another one speaks for itself. */
	if (m->emulator)
		return 0;
	version = lab_emulator_version(m);
	if (!version)
		return error_set(err,
				 "cannot run '%s': install it with: apt-get "
				 "install qemu-system-x86",
				 qemu(m));
	free(version);
	return 0;
}

/* --- QEMU ------------------------------------------------------------------- */

static void add_accel(struct argv *a, const struct lab_machine *m)
{
	argv_add(a, "-accel");
	switch (m->accel) {
	case LAB_ACCEL_TCG:
		argv_add(a, "tcg");
		/* A tick a nanosecond; idle time costs nothing. */
		argv_add(a, "-icount");
		argv_add(a, "shift=0,sleep=off");
		break;
	case LAB_ACCEL_TCG_REALTIME:
		/* With a thread a CPU, QEMU 7.2 may hang in HLT. */
		argv_add(a, "tcg,thread=single");
		break;
	case LAB_ACCEL_KVM:
	default:
		argv_add(a, "kvm");
		break;
	}
	argv_add(a, "-cpu");
	argv_add(a, "%s",
		 m->cpu			     ? m->cpu
		 : m->accel == LAB_ACCEL_KVM ? "host"
					     : "max");
	/* What a guest could draw from a clock or from randomness is fixed. */
	argv_add(a, "-seed");
	argv_add(a, "1");
	argv_add(a, "-rtc");
	argv_add(a, "base=2026-01-01,clock=vm");
}

/*
 * tsc=reliable: with the watchdog clock, a kernel that starts early still runs
 * timers at the 4 ms tick. tsc_early_khz: what it would measure is a little
 * off, so that timers would be late in proportion to their delay.
 * random.trust_cpu=off: RDRAND is not repeatable. norandmaps: where the suite's
 * memory lies makes a path in KVM an instruction longer or shorter.
 */
static char *kernel_command_line(const struct lab_machine *m, const char *more)
{
	return xasprintf("console=ttyS0 panic=-1 nokaslr norandmaps "
			 "random.trust_cpu=off quiet%s%s%s%s",
			 lab_machine_deterministic(m)
				 ? " tsc=reliable tsc_early_khz=1000000"
				 : "",
			 m->advance ? ""
				    : " kvm.lapic_timer_advance_ns=0 "
				      "kvm.lapic_timer_advance=0",
			 more ? " " : "", more ? more : "");
}

/* The plugin's own addresses are separate arguments. */
static void add_profiler(struct argv *a, const struct lab_machine *m,
			 const struct lab_boot_files *files)
{
	char *counts = lab_emulator_counts(m, files->work);
	char *close = xstrdup(files->close ? files->close : ""), *rest = close;
	char *text = xasprintf("%s/windows.so,output=%s", files->tools, counts);
	char *address, *longer;

	while ((address = strsep(&rest, ","))) {
		if (!*address)
			continue;
		longer = xasprintf("%s,close=%s", text, address);
		free(text);
		text = longer;
	}
	argv_add(a, "-plugin");
	argv_add(a, "%s", text);
	free(text);
	free(close);
	free(counts);
}

/*
 * Real time: the machine's CPUs stay on as many of this host's, the last ones,
 * which are the least likely to serve interrupts.
 */
static void add_pinning(struct argv *a, const struct lab_machine *m)
{
	unsigned int left = m->cpus;
	char *list = NULL, *longer;
	struct cpu_mask mask;

	if (m->accel != LAB_ACCEL_KVM || cpu_mask_get(&mask))
		return;
	for (int cpu = CPU_MASK_CPUS - 1; cpu >= 0 && left; cpu--) {
		if (!cpu_mask_has(&mask, cpu))
			continue;
		longer = xasprintf("%d%s%s", cpu, list ? "," : "",
				   list ? list : "");
		free(list);
		list = longer;
		left--;
	}
	argv_add(a, "taskset");
	argv_add(a, "-c");
	argv_add(a, "%s", list);
	free(list);
}

static struct argv qemu_argv(const struct lab_machine *m,
			     const struct lab_boot_files *files)
{
	static const char *const fixed[] = { "-M",	    "pc",
					     "-nodefaults", "-no-user-config",
					     "-no-reboot",  "-display",
					     "none" };
	char *cmdline = kernel_command_line(m, files->cmdline);
	char *console = lab_emulator_console(m, files->work);
	char *stream = lab_emulator_stream(m, files->work);
	struct argv a = { 0 };

	add_pinning(&a, m);
	argv_add(&a, "%s", qemu(m));
	add_accel(&a, m);
	argv_add_all(&a, fixed, ARRAY_SIZE(fixed));
	argv_add(&a, "-m");
	argv_add(&a, "%u", m->memory);
	argv_add(&a, "-smp");
	argv_add(&a, "%u", m->cpus);
	argv_add(&a, "-serial");
	argv_add(&a, "file:%s", console);
	argv_add(&a, "-debugcon");
	argv_add(&a, "file:%s", stream);
	if (files->profile)
		add_profiler(&a, m, files);
	argv_add(&a, "-kernel");
	argv_add(&a, "%s", files->kernel);
	argv_add(&a, "-initrd");
	argv_add(&a, "%s", files->initramfs);
	argv_add(&a, "-append");
	argv_add(&a, "%s", cmdline);
	free(stream);
	free(console);
	free(cmdline);
	return a;
}

/* --- Bochs ------------------------------------------------------------------ */

static void add_option(struct argv *a, const char *option, const char *value)
{
	if (!value)
		return;
	argv_add(a, "%s", option);
	argv_add(a, "%s", value);
}

/* What the two machines' kernels are told alike is in boot-bochs. */
static struct argv bochs_argv(const struct lab_machine *m,
			      const struct lab_boot_files *files)
{
	char *directory = lab_bochs_directory(m);
	char *append = xasprintf(
		"%s%s%s", m->no_apicv ? "kvm_intel.enable_apicv=0 " : "",
		m->advance ? "kvm.lapic_timer_advance_ns=-1 " : "",
		files->cmdline ? files->cmdline : "");
	struct argv a = { 0 };

	argv_add(&a, "%s/boot-bochs", files->tools);
	add_option(&a, "--bochs", directory);
	add_option(&a, "--kernel", files->kernel);
	add_option(&a, "--initrd", files->initramfs);
	argv_add(&a, "--work");
	argv_add(&a, "%s/bochs", files->work);
	add_option(&a, "--append", append);
	add_option(&a, "--model", m->cpu);
	add_option(&a, "--features", m->features);
	argv_add(&a, "--cpus");
	argv_add(&a, "%u", m->cpus);
	argv_add(&a, "--megabytes");
	argv_add(&a, "%u", m->memory);
	argv_add(&a, "--timeout");
	argv_add(&a, "%.0f", files->wall_limit + 1);
	if (files->profile)
		add_option(&a, "--close", files->close ? files->close : "");
	free(append);
	free(directory);
	return a;
}

struct argv lab_emulator_argv(const struct lab_machine *m,
			      const struct lab_boot_files *files)
{
	return is_bochs(m) ? bochs_argv(m, files) : qemu_argv(m, files);
}
