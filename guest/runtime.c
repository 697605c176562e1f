// SPDX-License-Identifier: GPL-2.0-or-later
/* From the entry point to payload(): descriptor tables, x2APIC, rings. */
#include "control-bits.h"
#include "msr-index.h"
#include "runtime.h"

struct exception_frame {
	uint64_t vector, error_code;
	uint64_t rip, cs, rflags, rsp, ss;
};

struct gate {
	uint16_t offset_low, selector;
	uint8_t ist, type;
	uint16_t offset_middle;
	uint32_t offset_high, reserved;
};

struct __attribute__((packed)) tss {
	uint32_t reserved0;
	uint64_t rsp[3];
	uint64_t reserved1;
	uint64_t ist[7];
	uint64_t reserved2;
	uint16_t reserved3;
	uint16_t io_bitmap_offset;
	/* All zero: ring 3 may use every port. The last byte must be ones. */
	uint8_t io_bitmap[65536 / 8];
	uint8_t io_bitmap_end;
};

struct __attribute__((packed)) table_register {
	uint16_t limit;
	uint64_t base;
};

#define GATE_INTERRUPT	     0x8e /* present, DPL 0, 64-bit interrupt gate */
#define CPUID_7_EBX_FSGSBASE (1u << 0)
#define TSS_AVAILABLE	     0x89ull /* present, DPL 0, available 64-bit TSS */

extern const char exception_stubs[];
_Noreturn void enter_ring3(void (*function)(void));
void runtime_main(uint64_t start_tsc, unsigned int vcpu);
void runtime_exception(struct exception_frame *frame);

/* Stacks on which the CPU enters the kernel's handlers. */
struct entry_stacks {
	unsigned char exception[4096]; /* from ring 3 */
	unsigned char nmi[4096];
	unsigned char double_fault[4096];
} __attribute__((aligned(16)));

static struct entry_stacks entry_stacks[ABI_MAX_VCPUS];
static struct tss tss[ABI_MAX_VCPUS];
static struct gate idt[NR_VECTORS];
static uint64_t gdt[TSS_SELECTOR / 8 + 2 * ABI_MAX_VCPUS] = {
	[KERNEL_CS / 8] = 0x00af9b000000ffff,
	[KERNEL_SS / 8] = 0x00cf93000000ffff,
	[USER_SS / 8] = 0x00cff3000000ffff,
	[USER_CS / 8] = 0x00affb000000ffff,
	[CPU_NODE / 8] = 0x0040f50000000000 | CPU_NODE_NUMBER,
};

volatile uint64_t fixup_rip;

static struct abi_shared *shared_page(void)
{
	return (struct abi_shared *)(uintptr_t)ABI_SHARED_GPA;
}

static _Noreturn void end(enum abi_message type)
{
	message(ABI_MESSAGE(type, 0));
	for (;;)
		;
}

void guest_skip(const char *reason)
{
	shared_page()->reason = (uintptr_t)reason;
	end(ABI_SKIP);
}

void guest_abort(const char *reason)
{
	shared_page()->reason = (uintptr_t)reason;
	end(ABI_ABORT);
}

void runtime_exception(struct exception_frame *frame)
{
	struct abi_exception *exception = &shared_page()->exception;
	uint64_t cr2;

	if (fixup_rip) {
		frame->rip = fixup_rip;
		fixup_rip = 0;
		return;
	}
	asm volatile("mov %%cr2, %0" : "=r"(cr2));
	exception->vector = frame->vector;
	exception->error_code = frame->error_code;
	exception->rip = frame->rip;
	exception->address = cr2;
	end(ABI_ABORT);
}

/* true when the op did not raise an exception. */
#define TRY(op, a, c, d)                                                \
	({                                                              \
		uint32_t faulted_;                                      \
		asm volatile("lea 1f(%%rip), %%rbx\n"                   \
			     "mov %%rbx, %[fixup]\n"                    \
			     "mov $1, %%ebx\n" op "\n"                  \
			     "xor %%ebx, %%ebx\n"                       \
			     "1:\n"                                     \
			     : "+a"(a), "+d"(d),                        \
			       "=&b"(faulted_), [fixup] "=m"(fixup_rip) \
			     : "c"(c)                                   \
			     : "memory", "cc");                         \
		fixup_rip = 0;                                          \
		!faulted_;                                              \
	})

bool rdmsr_safe(uint32_t index, uint64_t *value)
{
	uint32_t low = 0, high = 0;
	bool worked = TRY("rdmsr", low, index, high);

	*value = (uint64_t)high << 32 | low;
	return worked;
}

bool wrmsr_safe(uint32_t index, uint64_t value)
{
	uint32_t low = (uint32_t)value, high = (uint32_t)(value >> 32);

	return TRY("wrmsr", low, index, high);
}

bool rdpmc_works(uint32_t index)
{
	uint32_t low = 0, high = 0;

	return TRY("rdpmc", low, index, high);
}

bool xsetbv_works(uint64_t value)
{
	uint32_t low = (uint32_t)value, high = (uint32_t)(value >> 32);

	return TRY("xsetbv", low, 0, high);
}

void set_gate(unsigned int vector, const void *handler, unsigned int ist)
{
	uint64_t offset = (uintptr_t)handler;

	idt[vector] = (struct gate){
		.offset_low = (uint16_t)offset,
		.selector = KERNEL_CS,
		.ist = (uint8_t)ist,
		.type = GATE_INTERRUPT,
		.offset_middle = (uint16_t)(offset >> 16),
		.offset_high = (uint32_t)(offset >> 32),
	};
}

static void load_tss(unsigned int vcpu)
{
	struct entry_stacks *stacks = &entry_stacks[vcpu];
	uint64_t *descriptor = &gdt[TSS_SELECTOR / 8 + 2 * vcpu];
	struct tss *t = &tss[vcpu];
	uint64_t base = (uintptr_t)t;

	t->rsp[0] = (uintptr_t)(stacks->exception + sizeof(stacks->exception));
	t->ist[IST_NMI - 1] = (uintptr_t)(stacks->nmi + sizeof(stacks->nmi));
	t->ist[IST_DOUBLE_FAULT - 1] =
		(uintptr_t)(stacks->double_fault +
			    sizeof(stacks->double_fault));
	t->io_bitmap_offset = offsetof(struct tss, io_bitmap);
	t->io_bitmap_end = 0xff;
	/* SDM vol. 3, figure 8-4: the 64-bit TSS descriptor. */
	descriptor[0] = (sizeof(*t) - 1) | (base & 0xffffff) << 16 |
			TSS_AVAILABLE << 40 | (base >> 24 & 0xff) << 56;
	descriptor[1] = base >> 32;
	asm volatile("ltr %w0" : : "r"(TSS_SELECTOR + 16 * vcpu));
}

static void fill_idt(void)
{
	for (unsigned int v = 0; v < NR_VECTORS; v++)
		set_gate(v, exception_stubs + 16 * v, IST_NONE);
	idt[NMI_VECTOR].ist = IST_NMI;
	idt[DOUBLE_FAULT_VECTOR].ist = IST_DOUBLE_FAULT;
}

static void load_tables(unsigned int vcpu)
{
	struct table_register gdtr = { sizeof(gdt) - 1, (uintptr_t)gdt };
	struct table_register idtr = { sizeof(idt) - 1, (uintptr_t)idt };

	asm volatile("lgdt %0" : : "m"(gdtr));
	load_tss(vcpu);
	asm volatile("lidt %0" : : "m"(idtr));
}

static inline uint32_t cpuid_ebx(uint32_t leaf, uint32_t *eax)
{
	uint32_t ebx, ecx = 0, edx;

	*eax = leaf;
	asm volatile("cpuid" : "+a"(*eax), "=b"(ebx), "+c"(ecx), "=d"(edx));
	return ebx;
}

/* RDGSBASE and its like, for every ring. */
static void enable_fsgsbase(void)
{
	uint32_t leaves, eax;

	cpuid_ebx(0, &leaves);
	if (leaves >= 7 && cpuid_ebx(7, &eax) & CPUID_7_EBX_FSGSBASE)
		set_cr4_bits(CR4_FSGSBASE);
}

static void enable_x2apic(void)
{
	wrmsr(MSR_APIC_BASE,
	      rdmsr(MSR_APIC_BASE) | APIC_BASE_ENABLE | APIC_BASE_X2APIC);
	wrmsr(MSR_X2APIC_SVR, APIC_SVR_ENABLE | SPURIOUS_VECTOR);
}

__attribute__((weak)) void payload_prepare(struct abi_shared *shared)
{
	(void)shared;
}

static void run_payload(void)
{
	payload(shared_page());
	end(ABI_DONE);
}

__attribute__((weak)) void payload_secondary(struct abi_shared *shared,
					     unsigned int vcpu)
{
	(void)shared;
	(void)vcpu;
}

/* How many of the other vCPUs are ready. */
static unsigned int online;

static void start_secondaries(const struct abi_shared *shared)
{
	if (shared->vcpus == 1)
		return;
	message(ABI_MESSAGE(ABI_START, 0));
	while (__atomic_load_n(&online, __ATOMIC_ACQUIRE) < shared->vcpus - 1)
		asm volatile("pause");
}

static _Noreturn void run_secondary(unsigned int vcpu)
{
	load_tables(vcpu);
	enable_x2apic();
	__atomic_add_fetch(&online, 1, __ATOMIC_RELEASE);
	payload_secondary(shared_page(), vcpu);
	for (;;)
		asm volatile("cli; hlt");
}

void runtime_main(uint64_t start_tsc, unsigned int vcpu)
{
	struct abi_shared *shared = shared_page();

	if (vcpu)
		run_secondary(vcpu);
	shared->start_tsc = start_tsc;
	fill_idt();
	load_tables(vcpu);
	enable_fsgsbase();
	enable_x2apic();
	payload_prepare(shared);
	start_secondaries(shared);
	if (shared->cpl == 3)
		enter_ring3(run_payload);
	run_payload();
}
