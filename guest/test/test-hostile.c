// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A guest that does one thing of enum hostile, each of which must end its
 * launch as a failure and touch nothing else.
 */
#include "hostile.h"
#include "msr-index.h"
#include "runtime.h"

#define ONES	  UINT64_MAX
#define MEBIBYTE  0x100000u
#define NO_MEMORY ((uint64_t)ABI_MMIO_NOP_GPA + 0x2000) /* mapped, but none */
#define NO_PORT	  0x600
#define KBD_PORT  0x64 /* commands to the keyboard controller */
#define KBD_RESET 0xfe
#define ICR_INIT  (5 << 8)
#define NO_MSR	  0xdead

static bool race;

/* A handler of NMIs. */
extern const char just_return[];
asm(".globl just_return\njust_return: iretq");

static _Noreturn void spin(void)
{
	for (;;)
		asm volatile("");
}

static void send_passes(void)
{
	for (uint32_t id = 0; id < ABI_PASSES; id++) {
		message(ABI_MESSAGE(ABI_BEGIN, id));
		message(ABI_MESSAGE(ABI_END, id));
	}
}

/* All passes, as if something had been measured. */
static void claim(struct abi_shared *shared, uint64_t timed, uint64_t counted)
{
	shared->ops[ABI_PASS_EMPTY] = 1;
	shared->ops[ABI_PASS_TIMED] = timed;
	shared->ops[ABI_PASS_COUNTED] = counted;
	send_passes();
}

static void fill(uint64_t start, uint64_t bytes, uint64_t value)
{
	uint64_t words = bytes / sizeof(value);

	asm volatile("rep stosq"
		     : "+D"(start), "+c"(words)
		     : "a"(value)
		     : "memory");
}

/* --- memory ---------------------------------------------------------------- */

static void all_memory(struct abi_shared *shared)
{
	fill(0, shared->arg[HOSTILE_ARG_MEMORY], ONES);
}

static void page_tables(struct abi_shared *shared)
{
	(void)shared;
	fill(ABI_TABLES_GPA, 8 * 4096, 0);
	asm volatile("mov %%cr3, %%rax; mov %%rax, %%cr3" ::: "rax", "memory");
}

static void idt(struct abi_shared *shared)
{
	struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} table;

	(void)shared;
	asm volatile("sidt %0" : "=m"(table));
	fill(table.base, table.limit + 1u, ONES);
	asm volatile("ud2");
}

static void shared_page(struct abi_shared *shared)
{
	(void)shared;
	fill(ABI_SHARED_GPA, 4096, ONES);
	send_passes();
}

static void samples(struct abi_shared *shared)
{
	fill(ABI_SAMPLES_GPA, sizeof(struct abi_samples) + 800, ONES);
	claim(shared, 100, 100);
}

static void race_with_peer(struct abi_shared *shared)
{
	(void)shared;
	set_gate(2, just_return, IST_NMI);
	__atomic_store_n(&race, true, __ATOMIC_RELEASE);
	for (int i = 0; i < 100; i++)
		message(ABI_MESSAGE(ABI_NMI, 0));
	send_passes();
}

static void wait_for_peer(struct abi_shared *shared)
{
	(void)shared;
	__atomic_store_n(&race, true, __ATOMIC_RELEASE);
	spin();
}

static _Noreturn void triple_fault(void)
{
	static const struct __attribute__((packed)) {
		uint16_t limit;
		uint64_t base;
	} none;

	asm volatile("lidt %0; ud2" : : "m"(none));
	__builtin_unreachable();
}

void payload_secondary(struct abi_shared *shared, unsigned int vcpu)
{
	(void)vcpu;
	while (!__atomic_load_n(&race, __ATOMIC_ACQUIRE))
		asm volatile("pause");
	if (shared->arg[HOSTILE_ARG_WHAT] == HOSTILE_PEER)
		triple_fault();
	for (;;)
		fill(ABI_SHARED_GPA, sizeof(*shared), ONES);
}

/* --- claims ---------------------------------------------------------------- */

static void many_samples(struct abi_shared *shared)
{
	uint64_t room = shared->arg[HOSTILE_ARG_MEMORY] - ABI_SAMPLES_GPA -
			sizeof(struct abi_samples);

	claim(shared, room / sizeof(uint64_t) + 1, 100);
}

static void two_to_63(struct abi_shared *shared)
{
	claim(shared, 1ull << 63, 100);
}

static void counted_two_to_63(struct abi_shared *shared)
{
	claim(shared, 100, 1ull << 63);
}

static void counted_none(struct abi_shared *shared)
{
	claim(shared, 100, 0);
}

static void done(struct abi_shared *shared)
{
	(void)shared;
}

static void twice(struct abi_shared *shared)
{
	(void)shared;
	for (;;)
		message(ABI_MESSAGE(ABI_BEGIN, ABI_PASS_EMPTY));
}

static void bad_pass(struct abi_shared *shared)
{
	(void)shared;
	message(ABI_MESSAGE(ABI_END, 0xffffff));
}

static void unknown(struct abi_shared *shared)
{
	(void)shared;
	message(ABI_MESSAGE(0xff, 0xffffff));
}

static void send_break(struct abi_shared *shared)
{
	shared->above_bound = ONES;
	message(ABI_MESSAGE(ABI_BREAK, 0));
}

static void start_nobody(struct abi_shared *shared)
{
	(void)shared;
	message(ABI_MESSAGE(ABI_START, 0));
}

/* --- reasons --------------------------------------------------------------- */

static void reason_end(struct abi_shared *shared)
{
	char *last = (char *)shared->arg[HOSTILE_ARG_MEMORY] - 1;

	*last = 'x';
	guest_abort(last);
}

static void reason_behind(struct abi_shared *shared)
{
	guest_abort((const char *)shared->arg[HOSTILE_ARG_MEMORY]);
}

static void reason_wraps(struct abi_shared *shared)
{
	(void)shared;
	guest_abort((const char *)ONES);
}

static void reason_huge(struct abi_shared *shared)
{
	(void)shared;
	fill(ABI_SAMPLES_GPA, MEBIBYTE, 0x4141414141414141);
	guest_abort((const char *)(ABI_SAMPLES_GPA + 1ull));
}

static void reason_escapes(struct abi_shared *shared)
{
	(void)shared;
	guest_abort("\x1b]0;owned\a\x1b[2J\r\n\t\x80\xff%s%n,\"x\"");
}

static void reason_empty(struct abi_shared *shared)
{
	(void)shared;
	guest_abort("");
}

static void exception(struct abi_shared *shared)
{
	fill((uintptr_t)&shared->exception, sizeof(shared->exception), ONES);
	guest_abort(NULL);
}

/* --- exits ----------------------------------------------------------------- */

static void shutdown(struct abi_shared *shared)
{
	(void)shared;
	triple_fault();
}

static void execute_mmio(struct abi_shared *shared)
{
	(void)shared;
	asm volatile("jmp *%0" : : "r"(NO_MEMORY));
}

#define PORT_FUNCTION(name, op, port)                                 \
	static void name(struct abi_shared *shared)                   \
	{                                                             \
		(void)shared;                                         \
		asm volatile(op : : "d"(port), "a"(0x5a) : "memory"); \
	}

PORT_FUNCTION(port_out8, "outb %%al, %%dx", NO_PORT)
PORT_FUNCTION(port_out16, "outw %%ax, %%dx", NO_PORT)
PORT_FUNCTION(port_out32, "outl %%eax, %%dx", NO_PORT)
PORT_FUNCTION(port_in8, "inb %%dx, %%al", NO_PORT)
PORT_FUNCTION(port_in32, "inl %%dx, %%eax", NO_PORT)
PORT_FUNCTION(port_small, "outb %%al, %%dx", ABI_PORT)

static void port_outs(struct abi_shared *shared)
{
	uint64_t from = (uintptr_t)shared, count = 1u << 20;

	fill(from, 4096, ONES);
	asm volatile("rep outsl" : "+S"(from), "+c"(count) : "d"(ABI_PORT));
}

static void port_ins(struct abi_shared *shared)
{
	uint64_t to = (uintptr_t)shared, count = 1u << 20;

	asm volatile("rep insl"
		     : "+D"(to), "+c"(count)
		     : "d"(ABI_PORT)
		     : "memory");
}

static void reset(struct abi_shared *shared)
{
	(void)shared;
	asm volatile("outb %b0, %w1" : : "a"(KBD_RESET), "Nd"(KBD_PORT));
}

static void mmio_read(struct abi_shared *shared)
{
	(void)shared;
	(void)*(volatile uint64_t *)NO_MEMORY;
}

static void mmio_write(struct abi_shared *shared)
{
	(void)shared;
	*(volatile uint64_t *)NO_MEMORY = ONES;
}

static void no_msr(struct abi_shared *shared)
{
	(void)shared;
	rdmsr(NO_MSR);
}

static void filtered_msr(struct abi_shared *shared)
{
	rdmsr((uint32_t)shared->arg[ABI_ARG_MSR]);
}

/* --- no end ---------------------------------------------------------------- */

static void spin_for_ever(struct abi_shared *shared)
{
	(void)shared;
	asm volatile("cli");
	spin();
}

static void halt(struct abi_shared *shared)
{
	(void)shared;
	for (;;)
		asm volatile("cli; hlt");
}

static void init(struct abi_shared *shared)
{
	(void)shared;
	wrmsr(MSR_X2APIC_ICR, ICR_INIT | APIC_ICR_ASSERT);
	spin();
}

static void flood_port(struct abi_shared *shared)
{
	(void)shared;
	for (;;)
		asm volatile("outl %0, %w1"
			     :
			     : "a"(ABI_DONE), "Nd"(ABI_PORT_NOP));
}

static void flood_kernel(struct abi_shared *shared)
{
	uint32_t eax, ebx, ecx, edx;

	(void)shared;
	for (;;) {
		eax = 0;
		asm volatile("cpuid"
			     : "+a"(eax), "=b"(ebx), "=c"(ecx), "=d"(edx));
	}
}

static void flood_move(struct abi_shared *shared)
{
	(void)shared;
	for (;;)
		message(ABI_MESSAGE(ABI_MOVE, 0));
}

static void flood_nmi(struct abi_shared *shared)
{
	(void)shared;
	set_gate(2, just_return, IST_NMI);
	for (;;)
		message(ABI_MESSAGE(ABI_NMI, 0));
}

/* Some hold guest addresses, to which KVM writes by itself. */
static void all_msrs(struct abi_shared *shared)
{
	static const struct {
		uint32_t first, count;
	} ranges[] = {
		{ 0, 0x1000 },	       { 0x40000000, 0x120 }, /* Hyper-V */
		{ 0x4b564d00, 8 }, /* KVM */
		{ 0xc0000080, 0x100 }, { 0xc0010000, 0x140 },
	};
	uint64_t last = shared->arg[HOSTILE_ARG_MEMORY] - 3; /* and enable */

	for (unsigned int i = 0; i < sizeof(ranges) / sizeof(*ranges); i++)
		for (uint32_t n = 0; n < ranges[i].count; n++) {
			wrmsr_safe(ranges[i].first + n, ONES);
			wrmsr_safe(ranges[i].first + n, last);
		}
	spin();
}

static void (*const actions[HOSTILES])(struct abi_shared *shared) = {
	[HOSTILE_ALL_MEMORY] = all_memory,
	[HOSTILE_PAGE_TABLES] = page_tables,
	[HOSTILE_IDT] = idt,
	[HOSTILE_SHARED] = shared_page,
	[HOSTILE_SAMPLES] = samples,
	[HOSTILE_RACE] = race_with_peer,
	[HOSTILE_PEER] = wait_for_peer,
	[HOSTILE_MANY_SAMPLES] = many_samples,
	[HOSTILE_2_TO_63] = two_to_63,
	[HOSTILE_COUNTED_2_TO_63] = counted_two_to_63,
	[HOSTILE_COUNTED_NONE] = counted_none,
	[HOSTILE_DONE] = done,
	[HOSTILE_TWICE] = twice,
	[HOSTILE_BAD_PASS] = bad_pass,
	[HOSTILE_UNKNOWN] = unknown,
	[HOSTILE_BREAK] = send_break,
	[HOSTILE_START] = start_nobody,
	[HOSTILE_REASON_END] = reason_end,
	[HOSTILE_REASON_BEHIND] = reason_behind,
	[HOSTILE_REASON_WRAPS] = reason_wraps,
	[HOSTILE_REASON_HUGE] = reason_huge,
	[HOSTILE_REASON_ESCAPES] = reason_escapes,
	[HOSTILE_REASON_EMPTY] = reason_empty,
	[HOSTILE_EXCEPTION] = exception,
	[HOSTILE_SHUTDOWN] = shutdown,
	[HOSTILE_EXECUTE_MMIO] = execute_mmio,
	[HOSTILE_PORT_OUT8] = port_out8,
	[HOSTILE_PORT_OUT16] = port_out16,
	[HOSTILE_PORT_OUT32] = port_out32,
	[HOSTILE_PORT_IN8] = port_in8,
	[HOSTILE_PORT_IN32] = port_in32,
	[HOSTILE_PORT_OUTS] = port_outs,
	[HOSTILE_PORT_INS] = port_ins,
	[HOSTILE_PORT_SMALL] = port_small,
	[HOSTILE_RESET] = reset,
	[HOSTILE_MMIO_READ] = mmio_read,
	[HOSTILE_MMIO_WRITE] = mmio_write,
	[HOSTILE_NO_MSR] = no_msr,
	[HOSTILE_FILTERED_MSR] = filtered_msr,
	[HOSTILE_SPIN] = spin_for_ever,
	[HOSTILE_HALT] = halt,
	[HOSTILE_INIT] = init,
	[HOSTILE_FLOOD_PORT] = flood_port,
	[HOSTILE_FLOOD_KERNEL] = flood_kernel,
	[HOSTILE_FLOOD_MOVE] = flood_move,
	[HOSTILE_FLOOD_NMI] = flood_nmi,
	[HOSTILE_ALL_MSRS] = all_msrs,
};

void payload(struct abi_shared *shared)
{
	actions[shared->arg[HOSTILE_ARG_WHAT]](shared);
}
