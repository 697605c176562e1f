// SPDX-License-Identifier: GPL-2.0-or-later
#include <stdlib.h>
#include <string.h>

#include "lab/machine.h"
#include "util.h"

#define MAX_CPUS   64
#define VMX_CPUS   8 /* of boot-bochs */
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
	"  vmx              emulated Intel VMX under Bochs, built by 'lab bochs':\n"
	"                   one TSC tick an instruction\n"
	"    apicv=0|1           KVM does without APICv, or uses it (default)\n"
	"    features=NAME       more features of the CPU: rdpid, sca_mitigations\n"
	"  both have\n"
	"    cpus=N (vmx: 8 at most), memory=MIB, cpu=MODEL\n"
	"    emulator=PATH (of Bochs: its directory)\n"
	"    advance=0|adaptive  KVM's timer advance: 0 (default), as adaptive\n"
	"                        couples timer rows to unrelated code\n";

static const char *const accel_names[LAB_ACCELS] = {
	[LAB_ACCEL_TCG] = "tcg",
	[LAB_ACCEL_TCG_REALTIME] = "tcg-realtime",
	[LAB_ACCEL_KVM] = "kvm",
	[LAB_ACCEL_BOCHS] = "bochs",
};

const char *lab_accel_name(enum lab_accel accel)
{
	return accel_names[accel];
}

bool lab_machine_deterministic(const struct lab_machine *m)
{
	return m->accel == LAB_ACCEL_TCG || m->accel == LAB_ACCEL_BOCHS;
}

/* Some hundred exits, at 1 GHz and at 50 MHz. */
const char *lab_machine_seconds(const struct lab_machine *m)
{
	return m->accel == LAB_ACCEL_BOCHS ? "0.02" : "0.003";
}

static int set_accel(struct lab_machine *m, const char *value)
{
	for (int i = 0; i < LAB_ACCEL_BOCHS; i++)
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

static int set_apicv(struct lab_machine *m, const char *value)
{
	m->no_apicv = !strcmp(value, "0");
	return m->no_apicv || !strcmp(value, "1") ? 0 : -1;
}

static int set_text(const char **text, const char *value)
{
	*text = value;
	return *value ? 0 : -1;
}

static int set_key(struct lab_machine *m, const char *key, const char *value,
		   struct error *err)
{
	bool vmx = m->accel == LAB_ACCEL_BOCHS;
	int ret;

	if (!strcmp(key, "accel") && !vmx)
		ret = set_accel(m, value);
	else if (!strcmp(key, "apicv") && vmx)
		ret = set_apicv(m, value);
	else if (!strcmp(key, "features") && vmx)
		ret = set_text(&m->features, value);
	else if (!strcmp(key, "cpus"))
		ret = set_number(&m->cpus, value, 1, vmx ? VMX_CPUS : MAX_CPUS);
	else if (!strcmp(key, "memory"))
		ret = set_number(&m->memory, value, MIN_MEMORY, MAX_MEMORY);
	else if (!strcmp(key, "advance"))
		ret = set_advance(m, value);
	else if (!strcmp(key, "cpu"))
		ret = set_text(&m->cpu, value);
	else if (!strcmp(key, "emulator"))
		ret = set_text(&m->emulator, value);
	else
		return error_set(err, "machine '%s' has no '%s'",
				 vmx ? "vmx" : "svm", key);
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
	size_t size = strlen(text) + 1;
	char *rest, *name;
	int ret;

	*m = (struct lab_machine){ .cpus = 1, .memory = 512 };
	/* Twice: as named, and to be cut into words. */
	m->text = xcalloc(2, size);
	memcpy(m->text, text, size);
	rest = memcpy(m->text + size, text, size);
	name = strsep(&rest, ",");
	if (!strcmp(name, "vmx"))
		m->accel = LAB_ACCEL_BOCHS;
	if (strcmp(name, "vmx") && strcmp(name, "svm"))
		ret = error_set(err, "there is no machine '%s'", name);
	else
		ret = set_keys(m, rest, err);
	if (ret)
		lab_machine_free(m);
	return ret;
}

void lab_machine_free(struct lab_machine *m)
{
	free(m->text);
	m->text = NULL;
}
