// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * The proof that nothing but the op stands between the TSC reads: reads the
 * machine code of every embedded payload. measure.h makes these windows:
 *
 *	timed	   FIRST_TSC op SECOND_TSC		TIMED()
 *	interrupt  [sti] FIRST_TSC op wait		TIMED_INTERRUPT()
 *	counted	   [sti] LOAD_OPERANDS op [wait]	COUNTED(), INTERRUPT()
 *
 * Those of an NMI that is timed elsewhere or to its end are paranoid.h's:
 *
 *	return	   FIRST_TSC op wait SECOND_TSC		TIMED_RETURN()
 *	return	   LOAD_OPERANDS op wait SECOND_TSC	RETURNED_INTERRUPT()
 *	handler	   RDTSC ... section SECOND_TSC		nmi-paranoid.S
 *
 * A new payload must be declared in the table below. What is neither a window
 * of the table nor an empty timed one fails.
 */
#include <ctype.h>
#include <elf.h>
#include <inttypes.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#include "bench/bench.h"
#include "elf-image.h"
#include "embedded.h"
#include "guest/abi.h"
#include "guest/insn-text.h"
#include "util.h"

/* What stands behind the op. */
enum ending {
	READS_TSC, /* SECOND_TSC; nothing when it is counted */
	SPINS, /* WAIT_SPIN, and STI in front of it all */
	PAUSES, /* WAIT_PAUSE, likewise */
	HALTS, /* WAIT_HLT */
	ARRIVES, /* WAIT_ARRIVALS: on other vCPUs */
	AWAITS, /* WAIT_AWAIT */
};

#define ANY 0x100 /* a byte that differs from build to build */

struct bytes {
	size_t size;
	uint16_t byte[128];
};

#define BYTES(...)                                                      \
	{                                                               \
		sizeof((uint16_t[]){ __VA_ARGS__ }) / sizeof(uint16_t), \
		{                                                       \
			__VA_ARGS__                                     \
		}                                                       \
	}

struct window {
	const char *payload; /* guest/payload/NAME.c */
	enum ending ending;
	/* None: nothing is measured. What is ANY in it is &per_cpu_offset. */
	struct bytes op;
	bool starts_elsewhere; /* its time begins before it: no FIRST_TSC */
	unsigned int copies; /* of the op in a row; 0: one */
	bool never_counted;
	bool reads_after; /* SECOND_TSC behind the wait */
	bool in_handler; /* begins with HANDLER_TSC */
};

/* The lines of the table, by the macros of measure.h that make the windows. */
#define TIMED(name, bytes)                                        \
	{                                                         \
		.payload = name, .ending = READS_TSC, .op = bytes \
	}
#define TIMED_INTERRUPT(name, how, bytes)                   \
	{                                                   \
		.payload = name, .ending = how, .op = bytes \
	}
#define INTERRUPT(name, how, bytes)                          \
	{                                                    \
		.payload = name, .ending = how, .op = bytes, \
		.starts_elsewhere = true                     \
	}

#define TIMED_RETURN(name, how, bytes)                       \
	{                                                    \
		.payload = name, .ending = how, .op = bytes, \
		.reads_after = true, .never_counted = true   \
	}
#define RETURNED_INTERRUPT(name, how, bytes)                  \
	{                                                     \
		.payload = name, .ending = how, .op = bytes,  \
		.starts_elsewhere = true, .reads_after = true \
	}
#define SURVIVES(name, bytes)                                      \
	{                                                          \
		.payload = name, .ending = READS_TSC, .op = bytes, \
		.starts_elsewhere = true                           \
	}
#define HANDLER(name, bytes)                                       \
	{                                                          \
		.payload = name, .ending = READS_TSC, .op = bytes, \
		.in_handler = true, .never_counted = true          \
	}

/* insn.h: twice as many copies and as many, and one that must survive. */
#define INSN(name, bytes)                                          \
	{ .payload = name,                                         \
	  .ending = READS_TSC,                                     \
	  .op = bytes,                                             \
	  .copies = 2 * ABI_INSN_COPIES,                           \
	  .never_counted = true },                                 \
		{ .payload = name,                                 \
		  .ending = READS_TSC,                             \
		  .op = bytes,                                     \
		  .copies = ABI_INSN_COPIES },                     \
	{                                                          \
		.payload = name, .ending = READS_TSC, .op = bytes, \
		.copies = 1, .starts_elsewhere = true              \
	}

#define NOTHING           \
	{                 \
		.size = 0 \
	}
#define CPUID	    BYTES(0x0f, 0xa2)
#define RDMSR	    BYTES(0x0f, 0x32)
#define WRMSR	    BYTES(0x0f, 0x30)
#define NOP	    0x90
#define OUTL	    BYTES(0xef)
#define INCQ_AT_RAX BYTES(0x48, 0xff, 0x00)

/* Macros of nmi-paranoid.S. cld; push $-1; push; xor */
#define SAVE_REGISTERS                                                      \
	0xfc, 0x6a, 0xff, 0x57, 0x56, 0x52, 0x51, 0x50, 0x41, 0x50, 0x41,   \
		0x51, 0x41, 0x52, 0x41, 0x53, 0x53, 0x55, 0x41, 0x54, 0x41, \
		0x55, 0x41, 0x56, 0x41, 0x57, 0x31, 0xf6, 0x31, 0xd2, 0x31, \
		0xc9, 0x45, 0x31, 0xc0, 0x45, 0x31, 0xc9, 0x45, 0x31, 0xd2, \
		0x45, 0x31, 0xdb, 0x31, 0xdb, 0x31, 0xed, 0x45, 0x31, 0xe4, \
		0x45, 0x31, 0xed, 0x45, 0x31, 0xf6, 0x45, 0x31, 0xff
/* js over xor %ebx,%ebx; swapgs */
#define SWAP_WHEN_POSITIVE 0x78, 0x05, 0x31, 0xdb, 0x0f, 0x01, 0xf8
/* mov $1,%ebx; mov $MSR_GS_BASE,%ecx; rdmsr; test %edx,%edx */
#define ENTER_RDMSR                                                       \
	0xbb, 0x01, 0x00, 0x00, 0x00, 0xb9, 0x01, 0x01, 0x00, 0xc0, 0x0f, \
		0x32, 0x85, 0xd2, SWAP_WHEN_POSITIVE
/* mov $1,%ebx; rdgsbase %rdx; test %rdx,%rdx */
#define ENTER_RDGSBASE                                                    \
	0xbb, 0x01, 0x00, 0x00, 0x00, 0xf3, 0x48, 0x0f, 0xae, 0xca, 0x48, \
		0x85, 0xd2, SWAP_WHEN_POSITIVE
/* and $0xfff,%rax; mov per_cpu_offset(,%rax,8),%rax; wrgsbase %rax */
#define SET_BASE_OF_CPU                                                       \
	0x48, 0x25, 0xff, 0x0f, 0x00, 0x00, 0x48, 0x8b, 0x04, 0xc5, ANY, ANY, \
		ANY, ANY, 0xf3, 0x48, 0x0f, 0xae, 0xd8
#define RDGSBASE_RAX 0xf3, 0x48, 0x0f, 0xae, 0xc8
#define WRGSBASE_RAX 0xf3, 0x48, 0x0f, 0xae, 0xd8
#define RDGSBASE_RBX 0xf3, 0x48, 0x0f, 0xae, 0xcb
/* mov $0x7b,%eax; lsl %eax,%eax */
#define ENTER_LSL                                                     \
	RDGSBASE_RBX, 0xb8, 0x7b, 0x00, 0x00, 0x00, 0x0f, 0x03, 0xc0, \
		SET_BASE_OF_CPU
/* rdpid %rax */
#define ENTER_RDPID RDGSBASE_RBX, 0xf3, 0x0f, 0xc7, 0xf8, SET_BASE_OF_CPU

/* clang-format off */
/* A payload with several kinds of windows has several lines. */
static const struct window windows[] = {
	TIMED("base-empty", NOTHING),
	TIMED("exit-cpuid", CPUID),
	TIMED("exit-cr0-wp", BYTES(0x0f, 0x22, 0xc0)),
	TIMED("exit-cr4-pge", BYTES(0x0f, 0x22, 0xe0)),
	TIMED("exit-invd", BYTES(0x0f, 0x08)),
	TIMED("exit-mmio-ioapic", BYTES(0x8b, 0x01)),
	TIMED("exit-mmio-ioeventfd", BYTES(0x89, 0x01)),
	TIMED("exit-mmio-user", BYTES(0x89, 0x01)),
	TIMED("exit-mmio-user-in", BYTES(0x8b, 0x01)),
	TIMED("exit-mov-from-cr8", BYTES(0x44, 0x0f, 0x20, 0xc0)),
	TIMED("exit-mov-from-dr7", BYTES(0x0f, 0x21, 0xf8)),
	TIMED("exit-mov-to-cr8", BYTES(0x44, 0x0f, 0x22, 0xc0)),
	TIMED("exit-mov-to-dr7", BYTES(0x0f, 0x23, 0xf8)),
	TIMED("exit-page-fault", BYTES(0x89, 0x01)),
	TIMED("exit-pause", BYTES(0xf3, 0x90, 0xff, 0xc9, 0x75, 0xfa)),
	TIMED("exit-pio-ioeventfd", OUTL),
	TIMED("exit-pio-kernel", BYTES(0xec)),
	TIMED("exit-pio-kernel-out", BYTES(0xee)),
	TIMED("exit-pio-user", OUTL),
	TIMED("exit-pio-user-in", BYTES(0xed)),
	TIMED("exit-rdpmc", BYTES(0x0f, 0x33)),
	TIMED("exit-vmcall", BYTES(0x0f, 0x01, 0xc1)),
	TIMED("exit-vmcall", BYTES(0x0f, 0x01, 0xd9)),
	TIMED("exit-wbinvd", BYTES(0x0f, 0x09)),
	TIMED("exit-xsetbv", BYTES(0x0f, 0x01, 0xd1)),
	INSN("insn-lfence", BYTES(0x0f, 0xae, 0xe8)),
	INSN("insn-lsl", BYTES(0x0f, 0x03, 0xc1)),
	INSN("insn-nop", BYTES(NOP)),
	INSN("insn-rdgsbase", BYTES(RDGSBASE_RAX)),
	INSN("insn-rdmsr", RDMSR),
	INSN("insn-rdpid", BYTES(0xf3, 0x0f, 0xc7, 0xf8)),
	INSN("insn-rdtsc", BYTES(0x0f, 0x31)),
	INSN("insn-rdtscp", BYTES(0x0f, 0x01, 0xf9)),
	INSN("insn-swapgs", BYTES(0x0f, 0x01, 0xf8)),
	INSN("insn-wrgsbase", BYTES(WRGSBASE_RAX)),
	INSN("insn-wrmsr", WRMSR),
	TIMED_INTERRUPT("ipi-others", ARRIVES, WRMSR),
	TIMED_INTERRUPT("ipi-round-trip", SPINS, WRMSR),
	INTERRUPT("msi-wait", SPINS, INCQ_AT_RAX),
	INTERRUPT("msi-wait", HALTS, INCQ_AT_RAX),
	TIMED("msr-rd", RDMSR),
	TIMED("msr-rd-fault", RDMSR),
	TIMED("msr-wr", WRMSR),
	TIMED("msr-wr-fault", WRMSR),
	TIMED("msr-wr-tsc-deadline", WRMSR),
	TIMED("msr-wr-x2apic-self-ipi", WRMSR),
	/* Takes the pending interrupt between ops. */
	INTERRUPT("msr-wr-x2apic-self-ipi", SPINS, BYTES(NOP)),
	INTERRUPT("nmi-blocked", SPINS, WRMSR),
	TIMED_INTERRUPT("nmi-kvm", SPINS, OUTL),
	/* Those that go on first: the others are how they begin. */
	TIMED_RETURN("nmi-paranoid", AWAITS, WRMSR),
	TIMED_RETURN("nmi-paranoid", AWAITS, OUTL),
	RETURNED_INTERRUPT("nmi-paranoid", HALTS, OUTL),
	TIMED_INTERRUPT("nmi-paranoid", AWAITS, WRMSR),
	TIMED_INTERRUPT("nmi-paranoid", AWAITS, OUTL),
	INTERRUPT("nmi-paranoid", HALTS, OUTL),
	SURVIVES("nmi-paranoid", BYTES(RDGSBASE_RAX, WRGSBASE_RAX)),
	HANDLER("nmi-paranoid", BYTES(SAVE_REGISTERS, ENTER_RDPID)),
	HANDLER("nmi-paranoid", BYTES(SAVE_REGISTERS, ENTER_LSL)),
	HANDLER("nmi-paranoid", BYTES(SAVE_REGISTERS, ENTER_RDGSBASE)),
	HANDLER("nmi-paranoid", BYTES(SAVE_REGISTERS, ENTER_RDMSR)),
	TIMED_INTERRUPT("nmi-self", SPINS, WRMSR),
	TIMED_INTERRUPT("timer-lapic", SPINS, WRMSR),
	INTERRUPT("timer-lapic", HALTS, NOTHING),
	INTERRUPT("timer-move", HALTS, OUTL),
	INTERRUPT("timer-tscdeadline", SPINS, WRMSR),
	INTERRUPT("timer-tscdeadline", PAUSES, WRMSR),
	INTERRUPT("timer-tscdeadline", HALTS, WRMSR),
	TIMED("tsc-aux-entry", CPUID),
	TIMED("tsc-aux-entry", OUTL),
	INTERRUPT("tsc-aux-entry", HALTS, WRMSR),
	TIMED_INTERRUPT("wrmsr-interrupt", SPINS, WRMSR),
	TIMED_INTERRUPT("wrmsr-interrupt", HALTS, WRMSR),
};
/* clang-format on */

/* Part of every payload. */
static const struct window empty_window = TIMED(NULL, NOTHING);

/* Symbols that begin interrupt handlers, up to their first IRETQ. */
static const struct handler {
	const char *symbol;
	bool reads_tsc; /* by its first instruction, and nowhere else */
} handlers[] = {
	{ "irq_timed", true },	       { "irq_counted", false },
	{ "nmi_timed", true },	       { "nmi_counted", false },
	{ "irq_arrived_timed", true }, { "irq_arrived_counted", false },
	{ "irq_replying", false },     { "nmi_blocked_counted", false },
	{ "fault_skip_2", false },
};

/* --- the scanner ---------------------------------------------------------- */

/* As measure.h has them; the comments are in AT&T order too. */
#define LFENCE 0x0f, 0xae, 0xe8
#define RDTSC  0x0f, 0x31
/* shl $32,%rdx; or %rdx,%rax */
#define JOIN_TSC 0x48, 0xc1, 0xe2, 0x20, 0x48, 0x09, 0xd0
/* mov %rax,%r8 */
#define SAVE_TSC 0x49, 0x89, 0xc0
/* mov %r9,%rax; mov %r10,%rcx; mov %r11,%rdx */
#define LOAD_OPERANDS 0x4c, 0x89, 0xc8, 0x4c, 0x89, 0xd1, 0x4c, 0x89, 0xda

static const struct bytes lfence = BYTES(LFENCE);
static const struct bytes rdtsc = BYTES(RDTSC);
static const struct bytes sti = BYTES(0xfb);
static const struct bytes iretq = BYTES(0x48, 0xcf);
static const struct bytes load_operands = BYTES(LOAD_OPERANDS);
static const struct bytes first_tsc =
	BYTES(LFENCE, RDTSC, JOIN_TSC, SAVE_TSC, LOAD_OPERANDS, LFENCE);
/* As FIRST_TSC; what is before an interrupt needs no fence. */
static const struct bytes handler_tsc =
	BYTES(RDTSC, JOIN_TSC, SAVE_TSC, LOAD_OPERANDS, LFENCE);
static const struct bytes second_tsc = BYTES(LFENCE, RDTSC, LFENCE);

/* Loops around CMPQ $0, irq_tsc(%rip), whose displacement is at TARGET. */
#define CMPQ 0x48, 0x83, 0x3d, ANY, ANY, ANY, ANY, 0x00
static const struct bytes wait_spin = BYTES(CMPQ, 0x74, 0xf6 /* je */, 0xfa);
static const struct bytes wait_await = BYTES(CMPQ, 0x74, 0xf6);
static const struct bytes wait_hlt =
	BYTES(0xfb, 0xf4, 0xfa, CMPQ, 0x74, 0xf3 /* je */);
static const struct bytes wait_pause =
	BYTES(0xf3, 0x90, CMPQ, 0x74, 0xf4 /* je */, 0xfa);
/* mov arrivals_wanted(%rip),%ebx; 1: cmp %ebx,arrivals(%rip); jne 1b */
static const struct bytes wait_arrivals = BYTES(0x8b, 0x1d, ANY, ANY, ANY, ANY,
						0x39, 0x1d, ANY, ANY, ANY, ANY,
						0x75, 0xf8);
#define CMPQ_SIZE   8
#define CMPQ_TARGET 3

struct code {
	const unsigned char *text;
	size_t size;
	uint64_t address; /* of text[0] in the guest */
	uint64_t irq_tsc;
	uint64_t arrivals, arrivals_wanted; /* ipi.h */
	uint64_t per_cpu_offset; /* paranoid.h; 0: there is none */
};

struct counts {
	unsigned int empty;
	unsigned int timed[ARRAY_SIZE(windows)]; /* by line of the table */
	unsigned int counted[ARRAY_SIZE(windows)];
};

static bool matches(const struct code *code, size_t at,
		    const struct bytes *bytes)
{
	if (at > code->size || bytes->size > code->size - at)
		return false;
	for (size_t i = 0; i < bytes->size; i++)
		if (bytes->byte[i] != ANY &&
		    bytes->byte[i] != code->text[at + i])
			return false;
	return true;
}

/* Does the RIP-relative operand at @field of an instruction mean @target? */
static bool refers(const struct code *code, size_t at, size_t field,
		   size_t size, uint64_t target)
{
	int32_t displacement;

	memcpy(&displacement, code->text + at + field, sizeof(displacement));
	return code->address + at + size + (uint64_t)displacement == target;
}

static bool waits(const struct code *code, size_t at, const struct bytes *loop,
		  size_t cmpq)
{
	return matches(code, at, loop) &&
	       refers(code, at + cmpq, CMPQ_TARGET, CMPQ_SIZE, code->irq_tsc);
}

#define MOV_SIZE 6 /* of both instructions of wait_arrivals */

static bool awaits_arrivals(const struct code *code, size_t at)
{
	return matches(code, at, &wait_arrivals) &&
	       refers(code, at, 2, MOV_SIZE, code->arrivals_wanted) &&
	       refers(code, at + MOV_SIZE, 2, MOV_SIZE, code->arrivals);
}

/* The size of what stands behind the op at @at, or -1 when it is not that. */
static int match_ending(const struct code *code, size_t at, enum ending ending,
			bool timed)
{
	switch (ending) {
	case READS_TSC:
		if (!timed)
			return 0;
		return matches(code, at, &second_tsc) ? (int)second_tsc.size
						      : -1;
	case SPINS:
		return waits(code, at, &wait_spin, 0) ? (int)wait_spin.size
						      : -1;
	case PAUSES:
		return waits(code, at, &wait_pause, 2) ? (int)wait_pause.size
						       : -1;
	case AWAITS:
		return waits(code, at, &wait_await, 0) ? (int)wait_await.size
						       : -1;
	case HALTS:
		return waits(code, at, &wait_hlt, 3) ? (int)wait_hlt.size : -1;
	case ARRIVES:
		return awaits_arrivals(code, at) ? (int)wait_arrivals.size : -1;
	}
	return -1;
}

/* Where the first operand that differs from build to build is, or the end. */
static size_t first_any(const struct bytes *bytes)
{
	size_t i = 0;

	while (i < bytes->size && bytes->byte[i] != ANY)
		i++;
	return i;
}

/* Is the absolute operand at @at the address of per_cpu_offset? */
static bool means_table(const struct code *code, size_t at)
{
	uint32_t address;

	if (at + sizeof(address) > code->size)
		return false;
	memcpy(&address, code->text + at, sizeof(address));
	return address == code->per_cpu_offset;
}

/* The size of the op at @at, all copies of it, or -1. */
static int match_op(const struct code *code, size_t at,
		    const struct window *window)
{
	unsigned int copies = window->copies ? window->copies : 1;
	size_t table = first_any(&window->op);

	if (table < window->op.size && !means_table(code, at + table))
		return -1;
	for (unsigned int i = 0; i < copies; i++)
		if (!matches(code, at + i * window->op.size, &window->op))
			return -1;
	return (int)(copies * window->op.size);
}

static const struct bytes *begin_of(const struct window *window, bool timed)
{
	if (window->in_handler)
		return &handler_tsc;
	return timed ? &first_tsc : &load_operands;
}

/* Where the window that begins at @at ends, or 0 when it is not @window. */
static size_t match_window(const struct code *code, size_t at,
			   const struct window *window, bool timed)
{
	const struct bytes *begin = begin_of(window, timed);
	size_t op = at + begin->size, end;
	int size, op_size;

	if ((window->ending == SPINS || window->ending == PAUSES) &&
	    (!at || !matches(code, at - 1, &sti)))
		return 0;
	if (timed ? window->starts_elsewhere : window->never_counted)
		return 0;
	if (!matches(code, at, begin))
		return 0;
	op_size = match_op(code, op, window);
	if (op_size < 0)
		return 0;
	op += (size_t)op_size;
	size = match_ending(code, op, window->ending, timed);
	if (size < 0)
		return 0;
	end = op + (size_t)size;
	if (!window->reads_after)
		return end;
	return matches(code, end, &second_tsc) ? end + second_tsc.size : 0;
}

static size_t match_any(const struct code *code, size_t at, const char *payload,
			bool timed, struct counts *counts)
{
	size_t end;

	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		if (strcmp(windows[i].payload, payload))
			continue;
		end = match_window(code, at, &windows[i], timed);
		if (!end)
			continue;
		if (timed)
			counts->timed[i]++;
		else
			counts->counted[i]++;
		return end;
	}
	end = timed ? match_window(code, at, &empty_window, true) : 0;
	if (end)
		counts->empty++;
	return end;
}

/* Account for every LFENCE and every load of operands of @code. */
static int scan(const struct code *code, const char *payload,
		struct counts *counts, struct error *err)
{
	size_t at = 0, end;
	bool timed;

	*counts = (struct counts){ 0 };
	while (at < code->size) {
		timed = matches(code, at, &lfence) ||
			matches(code, at, &handler_tsc);
		if (!timed && !matches(code, at, &load_operands)) {
			at++;
			continue;
		}
		end = match_any(code, at, payload, timed, counts);
		if (!end)
			return error_set(err,
					 "%s: a %s window that is not in the "
					 "table at 0x%" PRIx64,
					 payload, timed ? "timed" : "counted",
					 code->address + at);
		at = end;
	}
	return 0;
}

/* Is every line of the table that is for @payload there? */
static int check_counts(const char *payload, const struct counts *counts,
			struct error *err)
{
	bool declared = false;

	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		if (strcmp(windows[i].payload, payload))
			continue;
		declared = true;
		if (!counts->timed[i] && !windows[i].starts_elsewhere)
			return error_set(err, "%s: line %zu is never timed",
					 payload, i);
		if (!counts->counted[i] && !windows[i].never_counted)
			return error_set(err, "%s: line %zu is never counted",
					 payload, i);
		/* base-empty's own windows are the empty ones. */
		if (windows[i].op.size && !counts->empty)
			return error_set(err, "%s: no empty op is timed",
					 payload);
	}
	return declared ? 0
			: error_set(err, "%s is not in the table of this test",
				    payload);
}

static int judge(const struct code *code, const char *payload,
		 struct error *err)
{
	struct counts counts;

	if (scan(code, payload, &counts, err))
		return -1;
	return check_counts(payload, &counts, err);
}

/* --- the payloads --------------------------------------------------------- */

struct payload {
	const char *name; /* without "payload/" */
	struct elf_image image;
	struct code code;
};

static const char prefix[] = "payload/";

static bool is_payload(const struct embedded_file *file)
{
	return !strncmp(file->name, prefix, strlen(prefix));
}

static void read_phdr(const struct elf_image *image, unsigned int i,
		      Elf64_Phdr *phdr)
{
	Elf64_Ehdr header;

	memcpy(&header, image->data, sizeof(header));
	memcpy(phdr, image->data + header.e_phoff + i * sizeof(*phdr),
	       sizeof(*phdr));
}

static unsigned int phdr_count(const struct elf_image *image)
{
	Elf64_Ehdr header;

	memcpy(&header, image->data, sizeof(header));
	return header.e_phnum;
}

static uint64_t symbol(const struct payload *payload, const char *name)
{
	uint64_t address, size;

	if (elf_find_symbol(&payload->image, name, &address, &size))
		fail_msg("%s has no symbol '%s'", payload->name, name);
	return address;
}

static void open_payload(struct payload *payload,
			 const struct embedded_file *file)
{
	size_t size = ABI_IMAGE_END - ABI_IMAGE_GPA;
	void *memory = xcalloc(1, size);
	Elf64_Phdr phdr;
	struct error err;

	*payload = (struct payload){ .name = file->name + strlen(prefix) };
	if (elf_load(&payload->image, file->data, file->size, memory,
		     ABI_IMAGE_GPA, ABI_IMAGE_END, &err))
		fail_msg("%s: %s", payload->name, err.text);
	free(memory);
	for (unsigned int i = 0; i < phdr_count(&payload->image); i++) {
		read_phdr(&payload->image, i, &phdr);
		if (phdr.p_type != PT_LOAD || !(phdr.p_flags & PF_X))
			continue;
		assert_null(payload->code.text); /* one segment has code */
		payload->code.text = file->data + phdr.p_offset;
		payload->code.size = phdr.p_filesz;
		payload->code.address = phdr.p_vaddr;
	}
	if (elf_find_symbol(&payload->image, "per_cpu_offset",
			    &payload->code.per_cpu_offset, &phdr.p_memsz))
		payload->code.per_cpu_offset = 0;
	payload->code.irq_tsc = symbol(payload, "irq_tsc");
	payload->code.arrivals = symbol(payload, "arrivals");
	payload->code.arrivals_wanted = symbol(payload, "arrivals_wanted");
}

static void for_each_payload(void (*test)(const struct payload *payload))
{
	struct payload payload;
	size_t tested = 0;

	for (size_t i = 0; i < embedded_count; i++) {
		if (!is_payload(&embedded_files[i]))
			continue;
		open_payload(&payload, &embedded_files[i]);
		test(&payload);
		tested++;
	}
	assert_true(tested > 0);
}

/* --- tests ---------------------------------------------------------------- */

static void check_windows(const struct payload *payload)
{
	struct error err;

	if (judge(&payload->code, payload->name, &err))
		fail_msg("%s", err.text);
}

static void test_windows(void **state)
{
	(void)state;
	for_each_payload(check_windows);
}

static void test_table_is_current(void **state)
{
	char name[64];

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		snprintf(name, sizeof(name), "%s%s", prefix,
			 windows[i].payload);
		if (!embedded_find(name))
			fail_msg("there is no payload '%s' any more", name);
	}
}

static void test_benchmarks_have_payloads(void **state)
{
	char name[64];

	(void)state;
	for (const struct bench *const *family = bench_families; *family;
	     family++)
		for (const struct bench *b = *family; b->name; b++) {
			snprintf(name, sizeof(name), "%s%s", prefix,
				 b->payload ? b->payload : "");
			if (!b->host && !b->host0 && !embedded_find(name))
				fail_msg("%s: there is no payload '%s'",
					 b->name, name);
		}
}

static void check_handler(const struct payload *payload,
			  const struct handler *handler)
{
	const struct code *code = &payload->code;
	size_t begin = symbol(payload, handler->symbol) - code->address, at;
	unsigned int reads = 0;

	assert_true(begin < code->size);
	for (at = begin; !matches(code, at, &iretq); at++) {
		assert_true(at < code->size);
		reads += matches(code, at, &rdtsc);
	}
	if (matches(code, begin, &rdtsc) != handler->reads_tsc ||
	    reads != handler->reads_tsc)
		fail_msg("%s: '%s' reads the TSC %u times", payload->name,
			 handler->symbol, reads);
}

static void check_handlers(const struct payload *payload)
{
	for (size_t i = 0; i < ARRAY_SIZE(handlers); i++)
		check_handler(payload, &handlers[i]);
}

static void test_handlers(void **state)
{
	(void)state;
	for_each_payload(check_handlers);
}

/* --- nmi-paranoid.S, byte for byte ---------------------------------------- */

struct text {
	unsigned char byte[256];
	size_t size;
};

static void append(struct text *text, const struct bytes *bytes,
		   uint32_t operand)
{
	size_t at = text->size + first_any(bytes);

	for (size_t i = 0; i < bytes->size; i++)
		text->byte[text->size++] = (unsigned char)bytes->byte[i];
	if (at < text->size)
		memcpy(text->byte + at, &operand, sizeof(operand));
}

/* The same for one instruction, whose operand is relative to its end. */
static void append_relative(struct text *text, const struct bytes *bytes,
			    uint64_t address, uint64_t target)
{
	append(text, bytes,
	       (uint32_t)(target - address - text->size - bytes->size));
}

static const struct base {
	const char *name;
	struct bytes enter, leave;
} bases[ABI_BASES] = {
/* Leaving: wrgsbase %rbx; or test %ebx,%ebx; jnz over swapgs. */
#define BY_NUMBER BYTES(0xf3, 0x48, 0x0f, 0xae, 0xdb)
#define BY_SIGN	  BYTES(0x85, 0xdb, 0x75, 0x03, 0x0f, 0x01, 0xf8)
	[ABI_BASE_RDPID] = { "rdpid", BYTES(ENTER_RDPID), BY_NUMBER },
	[ABI_BASE_LSL] = { "lsl", BYTES(ENTER_LSL), BY_NUMBER },
	[ABI_BASE_RDGSBASE] = { "rdgsbase", BYTES(ENTER_RDGSBASE), BY_SIGN },
	[ABI_BASE_RDMSR] = { "rdmsr", BYTES(ENTER_RDMSR), BY_SIGN },
};
static const char *const parts[ABI_PARTS] = {
	[ABI_PART_DELIVER] = "deliver",
	[ABI_PART_ENTRY] = "entry",
	[ABI_PART_WHOLE] = "whole",
};

static const struct bytes save_registers = BYTES(SAVE_REGISTERS);
static const struct bytes join_tsc = BYTES(JOIN_TSC);
/* mov %rax,irq_tsc(%rip); movq $1,irq_tsc(%rip) */
static const struct bytes store_tsc =
	BYTES(0x48, 0x89, 0x05, ANY, ANY, ANY, ANY);
static const struct bytes store_one =
	BYTES(0x48, 0xc7, 0x05, ANY, ANY, ANY, ANY, 0x01, 0x00, 0x00, 0x00);
/* incq %gs:0 */
static const struct bytes count_nmi =
	BYTES(0x65, 0x48, 0xff, 0x04, 0x25, 0x00, 0x00, 0x00, 0x00);
/* nmi-wake.h with the interrupted RIP at 128(%rsp) */
static const struct bytes wake_for_good =
	BYTES(0x48, 0x8b, 0x94, 0x24, 0x80, 0x00, 0x00, 0x00, 0x80, 0x3a, 0xfb,
	      0x75, 0x03, 0x48, 0xff, 0xc2, 0x80, 0x3a, 0xf4, 0x75, 0x0b, 0x48,
	      0xff, 0xc2, 0x48, 0x89, 0x94, 0x24, 0x80, 0x00, 0x00, 0x00);
/* pop; add $8,%rsp */
static const struct bytes restore_registers =
	BYTES(0x41, 0x5f, 0x41, 0x5e, 0x41, 0x5d, 0x41, 0x5c, 0x5d, 0x5b, 0x41,
	      0x5b, 0x41, 0x5a, 0x41, 0x59, 0x41, 0x58, 0x58, 0x59, 0x5a, 0x5e,
	      0x5f, 0x48, 0x83, 0xc4, 0x08);

static void expect_handler(const struct code *code, const struct base *base,
			   enum abi_part part, bool halts, uint64_t address,
			   struct text *text)
{
	text->size = 0;
	if (part == ABI_PART_DELIVER) {
		append(text, &rdtsc, 0);
		append(text, &join_tsc, 0);
		append_relative(text, &store_tsc, address, code->irq_tsc);
	} else if (part == ABI_PART_ENTRY) {
		append(text, &handler_tsc, 0);
	}
	append(text, &save_registers, 0);
	append(text, &base->enter, (uint32_t)code->per_cpu_offset);
	if (part == ABI_PART_ENTRY) {
		append(text, &second_tsc, 0);
		append(text, &join_tsc, 0);
		append_relative(text, &store_tsc, address, code->irq_tsc);
	} else if (part == ABI_PART_WHOLE) {
		append_relative(text, &store_one, address, code->irq_tsc);
	}
	append(text, &count_nmi, 0);
	if (halts)
		append(text, &wake_for_good, 0);
	append(text, &base->leave, 0);
	append(text, &restore_registers, 0);
	append(text, &iretq, 0);
}

/* @entry: what the payload's table says the handler's address is. */
static void check_paranoid(const struct payload *payload, enum abi_base base,
			   enum abi_part part, bool halts, uint64_t entry)
{
	const struct code *code = &payload->code;
	struct text text;
	uint64_t address;
	char name[64];

	snprintf(name, sizeof(name), "nmi_%s_%s%s", parts[part],
		 bases[base].name, halts ? "_hlt" : "");
	address = symbol(payload, name);
	assert_int_equal(entry, address);
	expect_handler(code, &bases[base], part, halts, address, &text);
	assert_true(address - code->address + text.size <= code->size);
	if (memcmp(code->text + (address - code->address), text.byte,
		   text.size))
		fail_msg("'%s' is not what it should be", name);
}

static void test_paranoid_handlers(void **state)
{
	const struct embedded_file *file =
		embedded_find("payload/nmi-paranoid");
	unsigned char *memory = xcalloc(1, ABI_IMAGE_END - ABI_IMAGE_GPA);
	struct payload payload;
	const uint64_t *table;
	struct error err;

	(void)state;
	assert_non_null(file);
	open_payload(&payload, file);
	assert_int_equal(elf_load(&payload.image, file->data, file->size,
				  memory, ABI_IMAGE_GPA, ABI_IMAGE_END, &err),
			 0);
	table = (const uint64_t *)(memory +
				   symbol(&payload, "paranoid_handlers") -
				   ABI_IMAGE_GPA);
	for (int halts = 0; halts < 2; halts++)
		for (int base = 0; base < ABI_BASES; base++)
			for (int part = 0; part < ABI_PARTS; part++)
				check_paranoid(&payload, (enum abi_base)base,
					       (enum abi_part)part, halts,
					       *table++);
	free(memory);
}

/* abi.h: the first instruction of a guest takes start_tsc. */
static void check_entry(const struct payload *payload)
{
	if (!matches(&payload->code,
		     payload->image.entry - payload->code.address, &rdtsc))
		fail_msg("%s does not begin with RDTSC", payload->name);
}

static void test_entry(void **state)
{
	(void)state;
	for_each_payload(check_entry);
}

static void check_segments(const struct payload *payload)
{
	Elf64_Phdr phdr;

	for (unsigned int i = 0; i < phdr_count(&payload->image); i++) {
		read_phdr(&payload->image, i, &phdr);
		if ((phdr.p_flags & PF_W) && (phdr.p_flags & PF_X))
			fail_msg("%s: segment %u is writable code",
				 payload->name, i);
		if (phdr.p_type == PT_DYNAMIC || phdr.p_type == PT_INTERP)
			fail_msg("%s is dynamic", payload->name);
		if (phdr.p_type == PT_GNU_STACK && (phdr.p_flags & PF_X))
			fail_msg("%s wants an executable stack", payload->name);
	}
}

static void check_relocations(const struct payload *payload)
{
	const unsigned char *data = payload->image.data;
	Elf64_Ehdr header;
	Elf64_Shdr section;

	memcpy(&header, data, sizeof(header));
	assert_true(header.e_shnum > 0);
	for (unsigned int i = 0; i < header.e_shnum; i++) {
		memcpy(&section, data + header.e_shoff + i * sizeof(section),
		       sizeof(section));
		if (section.sh_type == SHT_REL || section.sh_type == SHT_RELA)
			fail_msg("%s has relocations", payload->name);
		if (section.sh_type == SHT_DYNAMIC)
			fail_msg("%s is dynamic", payload->name);
		if ((section.sh_flags & SHF_WRITE) &&
		    (section.sh_flags & SHF_EXECINSTR))
			fail_msg("%s: section %u is writable code",
				 payload->name, i);
	}
}

static void test_segments(void **state)
{
	(void)state;
	for_each_payload(check_segments);
}

static void test_no_relocations(void **state)
{
	(void)state;
	for_each_payload(check_relocations);
}

/* --- no floating point, no vectors, no red zone: objdump knows ------------ */

static bool have_objdump(void)
{
	return !system("objdump --version >/dev/null 2>&1");
}

/* What lies below the stack pointer is lost when an exception comes. */
static bool uses_red_zone(const char *line)
{
	const char *base = strstr(line, "(%rsp");
	const char *at = base;

	while (at && at > line &&
	       (isxdigit((unsigned char)at[-1]) || at[-1] == 'x'))
		at--;
	return at && at > line && at[-1] == '-';
}

/* @line: address, bytes and instruction, with tabs between them. */
static bool is_forbidden(const char *line)
{
	static const char *const registers[] = { "%xmm", "%ymm", "%zmm",
						 "%mm",	 "%st",	 "%k0" };
	const char *bytes = strchr(line, '\t');
	const char *insn = bytes ? strchr(bytes + 1, '\t') : NULL;

	if (!insn)
		return false;
	for (size_t i = 0; i < ARRAY_SIZE(registers); i++)
		if (strstr(insn, registers[i]))
			return true;
	/* The x87's begin with f, and so does a prefix. */
	if (insn[1] == 'f' && strncmp(insn + 1, "fs ", strlen("fs ")) != 0)
		return true;
	return uses_red_zone(insn);
}

/* Lines of @command's output; those with what no guest may do. */
static size_t disassemble(const char *command, size_t *forbidden)
{
	FILE *stream = popen(command, "re");
	size_t lines = 0;
	char line[512];

	*forbidden = 0;
	assert_non_null(stream);
	for (; fgets(line, sizeof(line), stream); lines++)
		*forbidden += is_forbidden(line);
	assert_int_equal(pclose(stream), 0);
	return lines;
}

static void check_instructions(const struct payload *payload)
{
	size_t lines, forbidden;
	char *command;

	command = xasprintf("objdump -d '%s/payloads/%s.elf'", BINARY_DIR,
			    payload->name);
	lines = disassemble(command, &forbidden);
	free(command);
	assert_true(lines > 100);
	if (forbidden)
		fail_msg(
			"%s: %zu instructions use floating point, vectors or the red zone",
			payload->name, forbidden);
}

static void test_instructions(void **state)
{
	(void)state;
	if (!have_objdump()) {
		print_message("NOT TESTED: there is no objdump\n");
		skip();
	}
	for_each_payload(check_instructions);
}

static size_t forbidden_in(const struct bytes *code)
{
	char name[] = "/tmp/vmb-code-XXXXXX", *command;
	size_t forbidden;
	FILE *file;

	file = fdopen(mkstemp(name), "w");
	assert_non_null(file);
	for (size_t i = 0; i < code->size; i++)
		assert_int_equal(fputc(code->byte[i], file), code->byte[i]);
	assert_int_equal(fclose(file), 0);
	command = xasprintf("objdump -D -b binary -m i386:x86-64 '%s'", name);
	disassemble(command, &forbidden);
	free(command);
	remove(name);
	return forbidden;
}

/* The test above can fail. */
static void test_finds_instructions(void **state)
{
	static const struct bytes movaps = BYTES(0x0f, 0x28, 0xc1);
	static const struct bytes fninit = BYTES(0xdb, 0xe3);
	static const struct bytes below = /* mov %rax,-0x8(%rsp) */
		BYTES(0x48, 0x89, 0x44, 0x24, 0xf8);
	static const struct bytes above = BYTES(0x48, 0x89, 0x44, 0x24, 0x08);

	(void)state;
	if (!have_objdump())
		skip();
	assert_int_equal(forbidden_in(&movaps), 1);
	assert_int_equal(forbidden_in(&fninit), 1);
	assert_int_equal(forbidden_in(&below), 1);
	assert_int_equal(forbidden_in(&above), 0);
}

/* --- the scanner finds what it is there to find --------------------------- */

#define SYNTHETIC_ADDRESS  0x100000u
#define SYNTHETIC_IRQ_TSC  0x102040u
#define SYNTHETIC_ARRIVALS 0x102080u
#define SYNTHETIC_WANTED   0x102084u
#define SYNTHETIC_TABLE	   0x1020c0u

struct synthetic {
	unsigned char text[512];
	size_t size;
	size_t begin, end; /* the first window, with its STI */
};

static void emit(struct synthetic *s, const struct bytes *bytes)
{
	for (size_t i = 0; i < bytes->size; i++)
		s->text[s->size++] = (unsigned char)bytes->byte[i];
}

static void emit_operand(struct synthetic *s, size_t at, size_t field,
			 size_t size, uint32_t target)
{
	int32_t displacement =
		(int32_t)(target - SYNTHETIC_ADDRESS - at - size);

	memcpy(s->text + at + field, &displacement, sizeof(displacement));
}

static void emit_op(struct synthetic *s, const struct bytes *op)
{
	uint32_t table = SYNTHETIC_TABLE;
	size_t at = s->size + first_any(op);

	emit(s, op);
	if (at < s->size)
		memcpy(s->text + at, &table, sizeof(table));
}

static void emit_wait(struct synthetic *s, const struct bytes *loop,
		      size_t cmpq)
{
	size_t at = s->size + cmpq;

	emit(s, loop);
	emit_operand(s, at, CMPQ_TARGET, CMPQ_SIZE, SYNTHETIC_IRQ_TSC);
}

static void emit_wait_arrivals(struct synthetic *s)
{
	size_t at = s->size;

	emit(s, &wait_arrivals);
	emit_operand(s, at, 2, MOV_SIZE, SYNTHETIC_WANTED);
	emit_operand(s, at + MOV_SIZE, 2, MOV_SIZE, SYNTHETIC_ARRIVALS);
}

static void emit_window(struct synthetic *s, const struct window *window,
			bool timed)
{
	if (window->ending == SPINS || window->ending == PAUSES)
		emit(s, &sti);
	emit(s, begin_of(window, timed));
	emit_op(s, &window->op);
	if (window->ending == SPINS)
		emit_wait(s, &wait_spin, 0);
	else if (window->ending == PAUSES)
		emit_wait(s, &wait_pause, 2);
	else if (window->ending == ARRIVES)
		emit_wait_arrivals(s);
	else if (window->ending == AWAITS)
		emit_wait(s, &wait_await, 0);
	else if (window->ending == HALTS)
		emit_wait(s, &wait_hlt, 3);
	if (window->reads_after || (timed && window->ending == READS_TSC))
		emit(s, &second_tsc);
}

/* The same windows that a payload of that line has, among NOPs. */
static void synthesize(struct synthetic *s, const struct window *window)
{
	static const struct bytes nop = BYTES(NOP);

	*s = (struct synthetic){ 0 };
	emit(s, &nop);
	s->begin = s->size;
	emit_window(s, window, !window->starts_elsewhere);
	s->end = s->size;
	emit(s, &nop);
	emit_window(s, &empty_window, true);
	emit(s, &nop);
	if (!window->never_counted)
		emit_window(s, window, false);
	emit(s, &nop);
}

static struct code code_of(const unsigned char *text, size_t size)
{
	return (struct code){ text,
			      size,
			      SYNTHETIC_ADDRESS,
			      SYNTHETIC_IRQ_TSC,
			      SYNTHETIC_ARRIVALS,
			      SYNTHETIC_WANTED,
			      SYNTHETIC_TABLE };
}

static void test_scanner_counts(void **state)
{
	struct counts counts;
	struct synthetic s;
	struct error err;
	struct code code;
	bool timed, empty;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		if (windows[i].copies)
			continue;
		synthesize(&s, &windows[i]);
		code = code_of(s.text, s.size);
		if (scan(&code, windows[i].payload, &counts, &err))
			fail_msg("%s", err.text);
		timed = !windows[i].starts_elsewhere;
		/* base-empty's own windows and the empty ones are the same. */
		empty = timed && !windows[i].op.size;
		assert_int_equal(counts.timed[i], timed + empty);
		assert_int_equal(counts.empty, empty ? 0 : 1);
		assert_int_equal(counts.counted[i], windows[i].never_counted ? 0
						    : timed		     ? 1
							    : 2);
	}
}

static void expect_report(const unsigned char *text, size_t size,
			  const struct window *window, const char *what,
			  size_t at)
{
	struct code code = code_of(text, size);
	struct error err;

	if (!judge(&code, window->payload, &err))
		fail_msg("%s: %s at %zu is not reported", window->payload, what,
			 at);
}

/* A NOP at each place inside the window. */
static void test_scanner_reports_insertion(void **state)
{
	unsigned char text[sizeof(((struct synthetic *)0)->text) + 1];
	struct synthetic s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		if (windows[i].starts_elsewhere || windows[i].copies)
			continue;
		synthesize(&s, &windows[i]);
		for (size_t at = s.begin + 1; at < s.end; at++) {
			memcpy(text, s.text, at);
			text[at] = NOP;
			memcpy(text + at + 1, s.text + at, s.size - at);
			expect_report(text, s.size + 1, &windows[i],
				      "an insertion", at);
		}
	}
}

/* Each bit of the window changed, and each byte left out. */
static void test_scanner_reports_change(void **state)
{
	unsigned char text[sizeof(((struct synthetic *)0)->text)];
	struct synthetic s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		if (windows[i].starts_elsewhere || windows[i].copies)
			continue;
		synthesize(&s, &windows[i]);
		for (size_t at = s.begin; at < s.end; at++) {
			memcpy(text, s.text, s.size);
			for (unsigned int bit = 0; bit < 8; bit++) {
				text[at] =
					(unsigned char)(s.text[at] ^ 1u << bit);
				expect_report(text, s.size, &windows[i],
					      "a changed bit", at);
			}
			memcpy(text + at, s.text + at + 1, s.size - at - 1);
			expect_report(text, s.size - 1, &windows[i],
				      "a missing byte", at);
		}
	}
}

/* A payload that nobody declared, and one without its windows. */
static void test_scanner_reports_missing(void **state)
{
	static const unsigned char nop[] = { NOP, NOP };
	struct code code = code_of(nop, sizeof(nop));
	struct error err;

	(void)state;
	assert_int_equal(judge(&code, "no-such-payload", &err), -1);
	assert_non_null(strstr(err.text, "not in the table"));
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++)
		assert_int_equal(judge(&code, windows[i].payload, &err), -1);
}

/* A window cut off by the end of the code is none. */
static void test_scanner_reports_cut(void **state)
{
	struct synthetic s;

	(void)state;
	for (size_t i = 0; i < ARRAY_SIZE(windows); i++) {
		if (windows[i].starts_elsewhere || windows[i].copies)
			continue;
		synthesize(&s, &windows[i]);
		for (size_t size = s.begin + 1 + lfence.size; size < s.end;
		     size++)
			expect_report(s.text, size, &windows[i], "the end",
				      size);
	}
}

int main(void)
{
	const struct CMUnitTest tests[] = {
		cmocka_unit_test(test_windows),
		cmocka_unit_test(test_table_is_current),
		cmocka_unit_test(test_benchmarks_have_payloads),
		cmocka_unit_test(test_handlers),
		cmocka_unit_test(test_paranoid_handlers),
		cmocka_unit_test(test_entry),
		cmocka_unit_test(test_segments),
		cmocka_unit_test(test_no_relocations),
		cmocka_unit_test(test_instructions),
		cmocka_unit_test(test_finds_instructions),
		cmocka_unit_test(test_scanner_counts),
		cmocka_unit_test(test_scanner_reports_insertion),
		cmocka_unit_test(test_scanner_reports_change),
		cmocka_unit_test(test_scanner_reports_missing),
		cmocka_unit_test(test_scanner_reports_cut),
	};

	return cmocka_run_group_tests(tests, NULL, NULL);
}
