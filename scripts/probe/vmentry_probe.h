/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * What /dev/vmentry_probe, of the module vmentry_probe, does: single NMIs whose
 * way is stamped, a timer that sends them while a vCPU is in KVM's run loop, and
 * instructions in the host's ring 0. All times are TSC ticks, from LFENCE,
 * RDTSC, LFENCE. Errors are errno's; besides those named below, EFAULT, EINVAL
 * for what is out of range, and ENOTTY for a request that is none of these.
 */
#ifndef VMENTRY_PROBE_H
#define VMENTRY_PROBE_H

#include <linux/ioctl.h>
#include <linux/types.h>

#define VMENTRY_PROBE_DEVICE "/dev/vmentry_probe"

/* Goes up with each change that a user of the device must know of. */
#define VMENTRY_PROBE_ABI 2

/* struct vmentry_probe_info, flags */
#define VMENTRY_PROBE_TSC_SYNC 0x1 /* the CPUs' TSCs may be compared */
#define VMENTRY_PROBE_TSC_AUX  0x2 /* the CPU has TSC_AUX */

struct vmentry_probe_info {
	__u32 abi;
	__u32 flags;
	/* Since the module loaded: */
	__u64 nmis; /* that it sent and its handler saw */
	/*
	 * Of these, somebody else's that came in place of the module's, which
	 * came later, unknown to all other handlers.
	 */
	__u64 strays;
};

/* struct vmentry_probe_nmi, how */
enum vmentry_probe_how {
	/* From code with IRQs off to its own CPU, which is that of the caller. */
	VMENTRY_PROBE_SELF,
	/*
	 * From the caller's CPU to another, which may be doing anything. Not
	 * while the other has a guest's TSC_AUX: KVM leaves it there until the
	 * next return to user space, and kernels whose paranoid entry has RDPID
	 * die of an NMI then. The module looks idle_ns before the NMI: on such
	 * a kernel nobody may run guests on that CPU in between.
	 */
	VMENTRY_PROBE_OTHER,
	/*
	 * The same, while the other CPU spins in the kernel with IRQs off. It
	 * looks at TSC_AUX there: no guest's can get in between.
	 */
	VMENTRY_PROBE_OTHER_SPINS,
};

/* struct vmentry_probe_nmi and _train, flags: sent and returned are not read. */
#define VMENTRY_PROBE_UNSTAMPED 0x1

/* struct vmentry_probe_nmi, landed: in what the NMI came */
#define VMENTRY_PROBE_IN_KERNEL	  0x1 /* not in user space */
#define VMENTRY_PROBE_IN_IRQS_OFF 0x2 /* IRQs were off */
#define VMENTRY_PROBE_IN_HARDIRQ  0x4 /* inside of an interrupt's handler */
#define VMENTRY_PROBE_IN_IDLE	  0x8 /* the task was the CPU's idle task */
/* The task is a vCPU's, with PF_VCPU set: KVM has the guest's MSRs loaded. */
#define VMENTRY_PROBE_IN_VCPU 0x10
/* Other NMIs came to that CPU from before the sending until after the return. */
#define VMENTRY_PROBE_AMONG_OTHERS 0x20

#define VMENTRY_PROBE_MAX_IDLE_NS 10000000

/* An NMI and its way. */
struct vmentry_probe_nmi {
	__u32 how; /* in: enum vmentry_probe_how */
	__u32 flags; /* in */
	__u32 cpu; /* in, but for SELF; out: the CPU that was hit */
	__u32 landed; /* out, flags */
	/* Out: the CPU's TSC_AUX right before, where SELF's CPU has it, else 0. */
	__u32 tsc_aux;
	/* In: of OTHER, up to MAX_; else 0. The sender is busy meanwhile. */
	__u32 idle_ns;
	__u64 sent; /* out: before the write of the APIC's ICR */
	__u64 handled; /* out: in the module's NMI handler, which comes first */
	/*
	 * Out: after the interrupted code goes on; of OTHER, when the sender saw
	 * that the handler ran.
	 */
	__u64 returned;
};

#define VMENTRY_PROBE_MIN_PERIOD_NS 20000
#define VMENTRY_PROBE_MAX_PERIOD_NS 1000000000

/*
 * A timer on the caller's CPU, one for each open file. Each time it expires in
 * the run loop of a vCPU of the calling process (PF_VCPU: the interrupt ended
 * the guest's run, and KVM handles it before it puts the host's MSRs back), it
 * sends an NMI as SELF does. It stops after so many, with the file, when the CPU
 * goes offline, or when an NMI is lost. The guest's TSC_AUX is the caller's
 * business: on kernels whose paranoid entry has RDPID it must be the CPU's own.
 */
struct vmentry_probe_train {
	__u64 period_ns; /* 0: stop; or of MIN_ to MAX_PERIOD_NS */
	__u64 wanted; /* NMIs; 0: until it is stopped */
	__u32 flags;
	__u32 reserved; /* 0 */
};

struct vmentry_probe_train_state {
	__u32 running;
	__s32 error; /* 0, or a negative errno: why it stopped */
	__u64 landed; /* NMIs that came in the run loop, since the start */
	__u64 elsewhere; /* expiries that found no such vCPU: no NMI was sent */
	struct vmentry_probe_nmi last; /* nothing before landed is 1 */
};

enum vmentry_probe_insn_name {
	VMENTRY_PROBE_NOP,
	VMENTRY_PROBE_RDPID,
	VMENTRY_PROBE_LSL, /* of Linux's __CPUNODE_SEG */
	VMENTRY_PROBE_SWAPGS,
	VMENTRY_PROBE_RDMSR_TSC_AUX,
	VMENTRY_PROBE_WRMSR_TSC_AUX, /* of the value that it has */
	VMENTRY_PROBE_INSNS,
};

#define VMENTRY_PROBE_MAX_ROUNDS 64

/*
 * ABI_INSN_COPIES copies of an instruction in a row (guest/insn-text.h), and
 * twice as many, with IRQs off: the least ticks of so many rounds. No rounds:
 * the copies once, and no ticks.
 */
struct vmentry_probe_insn {
	__u32 insn; /* in: enum vmentry_probe_insn_name */
	__u32 rounds; /* in: 0 to MAX_ROUNDS */
	__u64 once, twice; /* out */
};

#define VMENTRY_PROBE_IOC_INFO _IOR(0xbe, 0, struct vmentry_probe_info)
/*
 * ENXIO: no such CPU online, or the caller's own; EBUSY: an NMI for that CPU is
 * under way already, or was lost; EAGAIN: that CPU has a TSC_AUX that is not the
 * kernel's, and no NMI was sent; ETIMEDOUT: it did not come, or not go, in time.
 */
#define VMENTRY_PROBE_IOC_NMI _IOWR(0xbe, 1, struct vmentry_probe_nmi)
/* Starts it anew, when it runs. */
#define VMENTRY_PROBE_IOC_TRAIN _IOW(0xbe, 2, struct vmentry_probe_train)
#define VMENTRY_PROBE_IOC_TRAIN_STATE \
	_IOR(0xbe, 3, struct vmentry_probe_train_state)
/* EOPNOTSUPP: the CPU has no such instruction or MSR. */
#define VMENTRY_PROBE_IOC_INSN _IOWR(0xbe, 4, struct vmentry_probe_insn)

#endif
