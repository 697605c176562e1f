/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The whole contract between the monitor and its guests: where things lie in
 * guest physical memory, the shared page, and the messages.
 *
 * The monitor enters the payload's ELF entry point on vCPU 0 in 64-bit mode,
 * ring 0, interrupts off, memory identity-mapped, the shared page filled in,
 * RDI = 0. After the message START it enters the other vCPUs the same way, RDI
 * their number: so no real-mode trampoline is emulated before they can help.
 * The guest sends messages by 32-bit OUTs to ABI_PORT; each message's other
 * data stands in the shared page. DONE, SKIP, ABORT and BREAK end the launch.
 *
 * A launch runs the passes of enum abi_pass in that order, each between a
 * BEGIN and an END message:
 *	EMPTY	 the empty op, timed: its cost is recorded as the overhead
 *	TIMED	 the op, each one timed, one sample an op
 *	BOUNDARY nothing between BEGIN and END: what the two cost the counters
 *	COUNTED	 as many ops as in TIMED, back to back, none timed
 */
#ifndef VMB_ABI_H
#define VMB_ABI_H

#define ABI_MAX_VCPUS 8

/* Vectors of the measured interrupt: on vCPU 0, and on the others. */
#define ABI_VECTOR	  0x30
#define ABI_VECTOR_OTHERS 0x31

#ifndef __ASSEMBLER__

#include <stdint.h>

/*
 * All that is mapped one to one is mapped again from here on: addresses whose
 * sign bit is set, as a kernel's are.
 */
#define ABI_HIGH_BASE 0xffff800000000000u

/* Ports. Nothing in KVM's irqchip or PIT answers to them. */
#define ABI_PORT       0x500 /* messages */
#define ABI_PORT_NOP   0x504 /* the monitor returns at once: exit/pio-user */
#define ABI_PORT_EVENT 0x508 /* has an ioeventfd: exit/pio-ioeventfd */

/* Guest physical layout. Memory ends where the monitor's samples end. */
#define ABI_SHARED_GPA	0x1000u
#define ABI_TABLES_GPA	0x10000u /* page tables, built by the monitor */
#define ABI_IMAGE_GPA	0x100000u /* the payload's segments */
#define ABI_IMAGE_END	0x200000u
#define ABI_SAMPLES_GPA 0x200000u /* struct abi_samples */

/* Mapped by the guest's page tables, but not memory. */
#define ABI_MMIO_NOP_GPA   0xd0000000u /* the monitor returns at once */
#define ABI_MMIO_EVENT_GPA 0xd0001000 /* has an ioeventfd; as reads it: no u */
#define ABI_EVENT_DATA	   0x5au /* what a datamatch ioeventfd takes */

/*
 * exit/page-fault: the op touches one page, never touched before, of each
 * ABI_TOUCH_STRIDE bytes. Eight pages: KVM's shadow paging maps up to eight
 * neighbours along with the one that faulted.
 */
#define ABI_TOUCH_GPA	 0x40000000u
#define ABI_TOUCH_STRIDE 0x8000u

#define ABI_PAUSE_BURST 4096u /* PAUSEs in an op of exit/pause */

#define ABI_EMPTY_OPS	  4096u /* samples that the EMPTY pass may take */
#define ABI_EMPTY_SHARE	  8u /* of the budget: the EMPTY pass takes 1/8 */
#define ABI_WARM_UP_OPS	  64u /* ops before the TIMED pass, at most */
#define ABI_WARM_UP_SHARE 16u /* of the budget: they take 1/16 */

enum abi_pass {
	ABI_PASS_EMPTY,
	ABI_PASS_TIMED,
	ABI_PASS_BOUNDARY,
	ABI_PASS_COUNTED,
	ABI_PASSES,
};

/* Low byte of a message; BEGIN and END carry the pass in the next byte. */
enum abi_message {
	ABI_BEGIN = 1,
	ABI_END = 2,
	ABI_DONE = 3,
	ABI_SKIP = 4, /* cannot run here: ->reason says why */
	ABI_ABORT = 5, /* unexpected exception, or ->reason when not 0 */
	ABI_START = 6, /* enter the other vCPUs */
	ABI_MOVE = 7, /* move vCPU 0 to the helper's pCPU, or back */
	ABI_NMI = 8, /* KVM_NMI on vCPU 0 */
	ABI_BREAK = 9, /* a sample of the TIMED pass is above ->bound */
};
#define ABI_MESSAGE(type, pass) ((uint32_t)(type) | (uint32_t)(pass) << 8)

/* Arguments of a payload: constants of the descriptor, values of parameters. */
enum abi_arg {
	ABI_ARG_MSR, /* MSR index */
	ABI_ARG_VALUE, /* what to write to it */
	ABI_ARG_DELAY_NS, /* from one deadline to the next */
	ABI_ARG_WAIT, /* enum abi_wait */
	ABI_ARG_PERIODIC, /* the LAPIC timer runs in periodic mode */
	ABI_ARG_BROADCAST, /* an IPI goes to all other vCPUs */
	ABI_ARG_SHAPE, /* enum abi_shape */
	ABI_ARG_MSI, /* data of the MSI that a monitor's thread raises */
	ABI_ARG_WRITE, /* enum abi_write */
	ABI_ARG_MATCH, /* enum ioeventfd_match, for the monitor's hook */
	ABI_ARG_BACKING, /* enum touch_backing, likewise */
	ABI_ARG_HOST, /* an op of the host's own (harness/host-run.h) */
	ABI_ARG_BASE, /* enum abi_base */
	ABI_ARG_PART, /* enum abi_part; of an op of the host, its own */
	ABI_ARG_FROM, /* enum abi_from */
	ABI_ARGS,
};

/* How a payload waits for its interrupt. */
enum abi_wait {
	ABI_WAIT_SPIN,
	ABI_WAIT_PAUSE, /* spin with PAUSE */
	ABI_WAIT_HLT,
};

/* What a payload writes to an MSR. */
enum abi_write {
	ABI_WRITE_SAME, /* the value it reads from it before */
	ABI_WRITE_TOGGLE, /* that, the bits of ABI_ARG_VALUE changed each op */
	ABI_WRITE_VALUE, /* ABI_ARG_VALUE, without reading */
};

/* nmi/guest-paranoid: how its entry finds the per-CPU data. */
enum abi_base {
	ABI_BASE_RDPID,
	ABI_BASE_LSL,
	ABI_BASE_RDGSBASE,
	ABI_BASE_RDMSR,
	ABI_BASES,
};

/* Which part of an NMI is timed. */
enum abi_part {
	ABI_PART_DELIVER, /* to the handler's first instruction */
	ABI_PART_ENTRY, /* the entry section */
	ABI_PART_WHOLE, /* until the interrupted code goes on */
	ABI_PARTS,
};

/* What an NMI interrupts. */
enum abi_from {
	ABI_FROM_RING0,
	ABI_FROM_RING3,
	ABI_FROM_HLT, /* ring 0, halted */
};

/* What a VM-entry follows on. */
enum abi_shape {
	ABI_SHAPE_KERNEL, /* an exit that KVM handles */
	ABI_SHAPE_USER, /* one that goes to the monitor */
	ABI_SHAPE_BLOCKED, /* the vCPU halted until its timer woke it */
};

struct abi_exception {
	uint64_t vector;
	uint64_t error_code;
	uint64_t rip;
	uint64_t address; /* CR2 */
};

/*
 * The page at ABI_SHARED_GPA. The guest may write anything anywhere in it:
 * the monitor copies a field once and checks what it copied.
 */
struct abi_shared {
	/* From the monitor, constant during a launch. */
	uint32_t cpl; /* privilege level of the payload: 0 or 3 */
	uint32_t vcpus; /* 1 to ABI_MAX_VCPUS; their x2APIC IDs count from 0 */
	uint64_t arg[ABI_ARGS];
	uint64_t tsc_khz;
	uint64_t budget; /* TSC ticks the TIMED pass may take */
	uint64_t max_ops; /* samples the TIMED pass may take */
	int64_t bound; /* TSC ticks above which a sample ends the launch */

	/* From the guest. */
	uint64_t start_tsc; /* TSC at the first guest instruction */
	uint64_t ops[ABI_PASSES];
	uint64_t missed; /* timer periods missed in the TIMED pass */
	uint64_t discarded; /* samples thrown away in the TIMED pass */
	uint64_t above_bound; /* TSC ticks of that sample, number ops[TIMED] */
	struct abi_exception exception;
	uint64_t reason; /* address of a string in guest memory, or 0 */

	/*
	 * Wake-ups by a thread of the monitor: the guest increments ready and
	 * waits; the thread writes the guest's TSC to raised and then raises
	 * the MSI of ABI_ARG_MSI.
	 */
	volatile uint64_t ready;
	volatile uint64_t raised;
};

/* At ABI_SAMPLES_GPA: TSC ticks, one an op. timed[] has max_ops entries. */
struct abi_samples {
	uint64_t empty[ABI_EMPTY_OPS];
	uint64_t timed[];
};

#endif /* __ASSEMBLER__ */

#endif
