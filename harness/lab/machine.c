// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "lab/machine.h"
#include "util.h"

#define MAX_CPUS   64
#define MIN_MEMORY 256
#define MAX_MEMORY 1048576

const char lab_machine_help[] =
	"A machine is NAME[,KEY=VALUE]...:\n"
	"  svm              emulated AMD SVM under QEMU, the default\n"
	"    accel=tcg           one TSC tick an instruction, the same in each\n"
	"                        boot (default)\n"
	"    accel=tcg-realtime  several CPUs, real time: to see what works\n"
	"    accel=kvm           nested KVM, where this host offers it: this\n"
	"                        host's CPU, its vendor's side of KVM\n"
	"    cpus=N, memory=MIB, cpu=MODEL, emulator=PATH\n"
	"    advance=0|adaptive  KVM's timer advance: 0 (default), as adaptive\n"
	"                        couples timer rows to unrelated code\n";

static const char *const accel_names[LAB_ACCELS] = {
	[LAB_ACCEL_TCG] = "tcg",
	[LAB_ACCEL_TCG_REALTIME] = "tcg-realtime",
	[LAB_ACCEL_KVM] = "kvm",
};

const char *lab_accel_name(enum lab_accel accel)
{
	return accel_names[accel];
}

const char *lab_emulator(const struct lab_machine *m)
{
	return m->emulator ? m->emulator : "qemu-system-x86_64";
}

bool lab_machine_deterministic(const struct lab_machine *m)
{
	return m->accel == LAB_ACCEL_TCG;
}

static int set_accel(struct lab_machine *m, const char *value)
{
	for (int i = 0; i < LAB_ACCELS; i++)
		if (!strcmp(value, accel_names[i])) {
			m->accel = (enum lab_accel)i;
			return 0;
		}
	return -1;
}

static int set_number(unsigned int *number, const char *value, uint64_t min,
		      uint64_t max)
{
	uint64_t n;

	if (parse_u64(value, max, &n) || n < min)
		return -1;
	*number = (unsigned int)n;
	return 0;
}

static int set_advance(struct lab_machine *m, const char *value)
{
	m->advance = !strcmp(value, "adaptive");
	return m->advance || !strcmp(value, "0") ? 0 : -1;
}

static int set_text(const char **text, const char *value)
{
	*text = value;
	return *value ? 0 : -1;
}

static int set_key(struct lab_machine *m, const char *key, const char *value,
		   struct error *err)
{
	int ret;

	if (!strcmp(key, "accel"))
		ret = set_accel(m, value);
	else if (!strcmp(key, "cpus"))
		ret = set_number(&m->cpus, value, 1, MAX_CPUS);
	else if (!strcmp(key, "memory"))
		ret = set_number(&m->memory, value, MIN_MEMORY, MAX_MEMORY);
	else if (!strcmp(key, "advance"))
		ret = set_advance(m, value);
	else if (!strcmp(key, "cpu"))
		ret = set_text(&m->cpu, value);
	else if (!strcmp(key, "emulator"))
		ret = set_text(&m->emulator, value);
	else
		return error_set(err, "a machine has no '%s'", key);
	if (ret)
		return error_set(err,
				 "invalid value '%s' of the machine's '%s'",
				 value, key);
	return 0;
}

static int set_keys(struct lab_machine *m, char *rest, struct error *err)
{
	char *word, *value;

	while ((word = strsep(&rest, ","))) {
		value = strchr(word, '=');
		if (!value)
			return error_set(
				err, "'%s' of the machine has no value", word);
		*value++ = '\0';
		if (set_key(m, word, value, err))
			return -1;
	}
	if (m->cpus > 1 && m->accel == LAB_ACCEL_TCG)
		return error_set(
			err,
			"QEMU counts instructions on one CPU only: with cpus=%u give accel=tcg-realtime or accel=kvm",
			m->cpus);
	return 0;
}

int lab_machine_parse(struct lab_machine *m, const char *text,
		      struct error *err)
{
	char *rest;

	*m = (struct lab_machine){ .cpus = 1, .memory = 512 };
	/* Twice: as named, and to be cut into words. */
	m->text = xcalloc(2, strlen(text) + 1);
	strcpy(m->text, text);
	rest = strcpy(m->text + strlen(text) + 1, text);
	if (!strcmp(strsep(&rest, ","), "svm") && !set_keys(m, rest, err))
		return 0;
	if (strncmp(text, "svm", 3) || (text[3] && text[3] != ','))
		error_set(err, "there is no machine '%s'", text);
	lab_machine_free(m);
	return -1;
}

void lab_machine_free(struct lab_machine *m)
{
	free(m->text);
	m->text = NULL;
}

/* --- the command ----------------------------------------------------------- */

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
 * random.trust_cpu=off: RDRAND is not repeatable.
 */
static char *kernel_command_line(const struct lab_machine *m, const char *more)
{
	return xasprintf("console=ttyS0 panic=-1 nokaslr random.trust_cpu=off "
			 "quiet%s%s%s%s",
			 lab_machine_deterministic(m)
				 ? " tsc=reliable tsc_early_khz=1000000"
				 : "",
			 m->advance ? ""
				    : " kvm.lapic_timer_advance_ns=0 "
				      "kvm.lapic_timer_advance=0",
			 more ? " " : "", more ? more : "");
}

struct argv lab_machine_argv(const struct lab_machine *m,
			     const struct lab_boot_files *files)
{
	char *cmdline = kernel_command_line(m, files->cmdline);
	struct argv a = { 0 };

	argv_add(&a, "%s", lab_emulator(m));
	add_accel(&a, m);
	argv_add(&a, "-M");
	argv_add(&a, "pc");
	argv_add(&a, "-m");
	argv_add(&a, "%u", m->memory);
	argv_add(&a, "-smp");
	argv_add(&a, "%u", m->cpus);
	argv_add(&a, "-nodefaults");
	argv_add(&a, "-no-user-config");
	argv_add(&a, "-no-reboot");
	argv_add(&a, "-display");
	argv_add(&a, "none");
	argv_add(&a, "-serial");
	argv_add(&a, "file:%s", files->console);
	argv_add(&a, "-debugcon");
	argv_add(&a, "file:%s", files->stream);
	if (files->plugin) {
		argv_add(&a, "-plugin");
		argv_add(&a, "%s", files->plugin);
	}
	argv_add(&a, "-kernel");
	argv_add(&a, "%s", files->kernel);
	argv_add(&a, "-initrd");
	argv_add(&a, "%s", files->initramfs);
	argv_add(&a, "-append");
	argv_add(&a, "%s", cmdline);
	free(cmdline);
	return a;
}
