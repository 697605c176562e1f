// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * Runs inside of a lab machine, as the first program: interrupts the machine's
 * kernel in KVM's run loop while the CPU holds a guest's TSC_AUX, by
 *
 *	db	#DB: a hardware breakpoint on the memory from which KVM fetches
 *		the guest's instruction that it has to emulate
 *	nmi	NMIs that the probe module sends from its timer's interrupt,
 *		which ends the guest's run and is handled in the run loop
 *
 * First with the TSC_AUX that the host has itself, which no kernel minds, then
 * with values that name no CPU. A kernel whose paranoid entry takes the CPU's
 * number from RDPID does not live through that, so this must never run on a
 * machine that anybody needs: it refuses unless init started it.
 *
 * What it prints is read by lab/trial.h.
 */
#include <cpuid.h>
#include <errno.h>
#include <fcntl.h>
#include <linux/hw_breakpoint.h>
#include <linux/kvm.h>
#include <linux/perf_event.h>
#include <sched.h>
#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/eventfd.h>
#include <sys/ioctl.h>
#include <sys/mman.h>
#include <sys/syscall.h>
#include <unistd.h>

#include "scripts/probe/vmentry_probe.h"

#define MSR_TSC_AUX	0xc0000103
#define CPU_NUMBER_MASK 0xfff /* of it: Linux's VDSO_CPUNODE_MASK */

#define EVENTS	       100 /* with each value at least */
#define CONTROL_ROUNDS 20
#define VALUES	       64
#define MAX_RUNS       10000 /* of KVM_RUN, for EVENTS */
#define NMI_PERIOD_NS  200000

/* Guest memory: code, and beyond its end an address that KVM answers itself. */
#define MEMORY_SIZE 0x10000
#define CODE_GPA    0x1000
#define STORE_GPA   (CODE_GPA + 3)
#define MMIO_GPA    0x20000
#define STORES	    100 /* for one KVM_RUN */

/* Both in real mode; in this one, DS * 16 = MMIO_GPA. */
static const uint8_t storing_code[] = {
	0xb9, STORES, 0, /* mov $STORES, %cx */
	0xa3, 0,      0, /* 1: mov %ax, 0 */
	0x49, /* dec %cx */
	0x75, 0xfa, /* jnz 1b */
	0xe6, 0x10, /* out %al, $0x10 */
	0xeb, 0xf3, /* jmp to the first */
};
static const uint8_t spinning_code[] = {
	0xb9, 0xff, 0xff, /* mov $0xffff, %cx */
	0xe2, 0xfe, /* 1: loop 1b */
	0xe6, 0x10, /* out %al, $0x10 */
	0xeb, 0xf7, /* jmp to the first */
};

struct machine {
	int vm, vcpu;
	struct kvm_run *run;
	uint8_t *memory;
};

/* What interrupts the run loop. */
struct source {
	const char *name;
	const uint8_t *code; /* of the guest */
	size_t size;
	void (*start)(const struct machine *m);
	/* How many came in the run loop so far; the CPU's TSC_AUX at the last
	 * one, where it is known. */
	uint64_t (*count)(uint32_t *tsc_aux);
};

__attribute__((format(printf, 1, 2))) static _Noreturn void
give_up(const char *fmt, ...)
{
	va_list ap;

	va_start(ap, fmt);
	printf("error: ");
	vprintf(fmt, ap);
	putchar('\n');
	va_end(ap);
	exit(1);
}

/* Ends the program with errno's text. */
static void must(long ret, const char *what)
{
	if (ret < 0)
		give_up("%s: %s", what, strerror(errno));
}

static void check_place(void)
{
	char init[8] = "";

	if (getppid() == 1 &&
	    readlink("/proc/1/exe", init, sizeof(init) - 1) == 5 &&
	    !strcmp(init, "/init") && !access("/lab/argv", R_OK))
		return;
	fputs("tsc-aux-nmi: crashes kernels: only for machines of the lab\n",
	      stderr);
	exit(2);
}

/* SDM vol. 2, CPUID: RDPID is leaf 7, ECX bit 22. */
static void check_cpu(void)
{
	unsigned int eax, ebx, ecx, edx;
	cpu_set_t set;

	if (!__get_cpuid_count(7, 0, &eax, &ebx, &ecx, &edx) ||
	    !(ecx & 1u << 22))
		give_up("the CPU has no RDPID");
	CPU_ZERO(&set);
	CPU_SET(0, &set);
	must(sched_setaffinity(0, sizeof(set), &set), "cannot pin to CPU 0");
}

/* --- the guest -------------------------------------------------------------- */

static void set_cpuid(int kvm, const struct machine *m)
{
	static struct {
		struct kvm_cpuid2 head;
		struct kvm_cpuid_entry2 entries[128];
	} cpuid = { .head.nent = 128 };

	must(ioctl(kvm, KVM_GET_SUPPORTED_CPUID, &cpuid), "cannot ask CPUID");
	must(ioctl(m->vcpu, KVM_SET_CPUID2, &cpuid), "cannot set CPUID");
}

static void set_registers(const struct machine *m)
{
	const struct kvm_regs regs = { .rip = CODE_GPA, .rflags = 2 };
	struct kvm_sregs sregs;

	must(ioctl(m->vcpu, KVM_GET_SREGS, &sregs), "cannot read registers");
	sregs.cs.base = sregs.cs.selector = 0;
	sregs.ds.base = MMIO_GPA;
	sregs.ds.selector = MMIO_GPA >> 4;
	must(ioctl(m->vcpu, KVM_SET_SREGS, &sregs), "cannot set registers");
	must(ioctl(m->vcpu, KVM_SET_REGS, &regs), "cannot set registers");
}

/* So that stores come back to the guest without leaving the run loop. */
static void answer_stores(const struct machine *m)
{
	const struct kvm_ioeventfd event = {
		.addr = MMIO_GPA,
		.len = 2,
		.fd = eventfd(0, EFD_NONBLOCK),
	};

	must(event.fd, "cannot make an eventfd");
	must(ioctl(m->vm, KVM_IOEVENTFD, &event), "cannot add an ioeventfd");
}

static void make_machine(struct machine *m, const struct source *source)
{
	struct kvm_userspace_memory_region region = { .memory_size =
							      MEMORY_SIZE };
	int kvm = open("/dev/kvm", O_RDWR | O_CLOEXEC);

	must(kvm, "cannot open '/dev/kvm'");
	m->memory = mmap(NULL, MEMORY_SIZE, PROT_READ | PROT_WRITE,
			 MAP_SHARED | MAP_ANONYMOUS, -1, 0);
	must(m->memory == MAP_FAILED ? -1 : 0, "cannot get memory");
	memcpy(m->memory + CODE_GPA, source->code, source->size);
	region.userspace_addr = (uintptr_t)m->memory;
	m->vm = ioctl(kvm, KVM_CREATE_VM, 0);
	must(m->vm, "cannot make a VM");
	must(ioctl(m->vm, KVM_SET_USER_MEMORY_REGION, &region),
	     "cannot add memory");
	m->vcpu = ioctl(m->vm, KVM_CREATE_VCPU, 0);
	must(m->vcpu, "cannot make a vCPU");
	m->run = mmap(NULL, (size_t)ioctl(kvm, KVM_GET_VCPU_MMAP_SIZE, 0),
		      PROT_READ | PROT_WRITE, MAP_SHARED, m->vcpu, 0);
	must(m->run == MAP_FAILED ? -1 : 0, "cannot map the vCPU");
	set_cpuid(kvm, m);
	set_registers(m);
	answer_stores(m);
}

static void set_tsc_aux(const struct machine *m, uint32_t value)
{
	struct {
		struct kvm_msrs head;
		struct kvm_msr_entry entry;
	} msrs = { .head.nmsrs = 1,
		   .entry = { .index = MSR_TSC_AUX, .data = value } };

	if (ioctl(m->vcpu, KVM_SET_MSRS, &msrs) != 1)
		give_up("KVM takes no TSC_AUX 0x%08x", value);
}

static void run_once(const struct machine *m)
{
	while (ioctl(m->vcpu, KVM_RUN, 0) < 0)
		if (errno != EINTR)
			give_up("KVM_RUN failed: %s", strerror(errno));
	if (m->run->exit_reason != KVM_EXIT_IO)
		give_up("KVM_RUN returned with reason %u, not %u",
			m->run->exit_reason, KVM_EXIT_IO);
}

/* --- what interrupts it ------------------------------------------------------ */

static int event_fd; /* of whichever source: there is one */

static void start_db(const struct machine *m)
{
	struct perf_event_attr attr = {
		.type = PERF_TYPE_BREAKPOINT,
		.size = sizeof(attr),
		.bp_type = HW_BREAKPOINT_RW,
		.bp_addr = (uintptr_t)m->memory + STORE_GPA,
		.bp_len = HW_BREAKPOINT_LEN_1,
	};

	event_fd = (int)syscall(SYS_perf_event_open, &attr, 0, -1, -1,
				PERF_FLAG_FD_CLOEXEC);
	must(event_fd, "cannot set a breakpoint");
}

static uint64_t count_db(uint32_t *tsc_aux)
{
	uint64_t count;

	(void)tsc_aux;
	if (read(event_fd, &count, sizeof(count)) != sizeof(count))
		give_up("cannot read the breakpoint's count");
	return count;
}

static void start_nmi(const struct machine *m)
{
	const struct vmentry_probe_train train = { .period_ns = NMI_PERIOD_NS };

	(void)m;
	event_fd = open(VMENTRY_PROBE_DEVICE, O_RDWR | O_CLOEXEC);
	must(event_fd, "cannot open '" VMENTRY_PROBE_DEVICE "'");
	must(ioctl(event_fd, VMENTRY_PROBE_IOC_TRAIN, &train),
	     "cannot start the train of NMIs");
}

static uint64_t count_nmi(uint32_t *tsc_aux)
{
	struct vmentry_probe_train_state state;

	must(ioctl(event_fd, VMENTRY_PROBE_IOC_TRAIN_STATE, &state),
	     "cannot ask for the NMIs");
	if (state.error)
		give_up("the train of NMIs stopped: %s",
			strerror(-state.error));
	if (state.landed)
		*tsc_aux = state.last.tsc_aux;
	return state.landed;
}

static const struct source sources[] = {
	{ "db", storing_code, sizeof(storing_code), start_db, count_db },
	{ "nmi", spinning_code, sizeof(spinning_code), start_nmi, count_nmi },
};

/* --- the trial --------------------------------------------------------------- */

/* EVENTS or more while the guest has @tsc_aux. */
static uint64_t interrupt(const struct machine *m, const struct source *source,
			  uint32_t tsc_aux)
{
	uint32_t seen = tsc_aux;
	uint64_t before, now;

	set_tsc_aux(m, tsc_aux);
	before = now = source->count(&seen);
	for (int i = 0; i < MAX_RUNS && now - before < EVENTS; i++) {
		run_once(m);
		now = source->count(&seen);
	}
	if (now - before < EVENTS)
		give_up("only %llu events of %d came in the run loop",
			(unsigned long long)(now - before), EVENTS);
	/* Else nothing would have been tried at all. */
	if (seen != tsc_aux)
		give_up("the CPU had TSC_AUX 0x%08x in the run loop, not 0x%08x",
			seen, tsc_aux);
	return now - before;
}

/* Marsaglia's xorshift with 32 bits: the same values in each boot. */
static uint32_t next_value(uint32_t value)
{
	value ^= value << 13;
	value ^= value >> 17;
	return value ^ value << 5;
}

static void try(const struct machine *m, const struct source *source)
{
	unsigned int own;
	const uint32_t cpus = (uint32_t)sysconf(_SC_NPROCESSORS_CONF);
	uint64_t events = 0;
	uint32_t value = 1;

	asm volatile("rdtscp" : "=c"(own) : : "rax", "rdx");
	for (int i = 0; i < CONTROL_ROUNDS; i++)
		events += interrupt(m, source, own);
	printf("control: %llu\n", (unsigned long long)events);
	for (int i = 0; i < VALUES; i++) {
		do
			value = next_value(value);
		while ((value & CPU_NUMBER_MASK) < cpus);
		/* Before: it may be the last word. */
		printf("value: 0x%08x\n", value);
		events = interrupt(m, source, value);
		printf("events: %llu\n", (unsigned long long)events);
	}
	puts("end");
}

int main(int argc, char **argv)
{
	struct machine m;

	check_place();
	setlinebuf(stdout);
	for (size_t i = 0; i < sizeof(sources) / sizeof(sources[0]); i++)
		if (argc == 2 && !strcmp(argv[1], sources[i].name)) {
			check_cpu();
			make_machine(&m, &sources[i]);
			sources[i].start(&m);
			try(&m, &sources[i]);
			return 0;
		}
	give_up("no such way");
}
