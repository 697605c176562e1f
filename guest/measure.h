/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * How a payload measures. A payload hands its op, as the text of the
 * instructions, to MEASURE(), or, where the op ends in an interrupt handler,
 * builds its passes from TIMED_PASS() and COUNTED_PASS().
 *
 * Between the two TSC reads of TIMED() stand, in every payload alike, the
 * moves that save the first TSC and load the op's operands, an LFENCE, the op
 * and an LFENCE: all but the op is the empty op's cost. One asm statement, so
 * that the compiler can put nothing in between; test-payloads reads the bytes
 * of every payload and checks it.
 *
 * An op finds its operands @a, @c and @d in RAX, RCX and RDX and may change
 * these, RBX, RSI, RDI, the flags and memory.
 */
#ifndef VMB_MEASURE_H
#define VMB_MEASURE_H

#include "runtime.h"

#define LOAD_OPERANDS        \
	"mov %[a_], %%rax\n" \
	"mov %[c_], %%rcx\n" \
	"mov %[d_], %%rdx\n"

#define FIRST_TSC           \
	"lfence\n"          \
	"rdtsc\n"           \
	"shl $32, %%rdx\n"  \
	"or %%rdx, %%rax\n" \
	"mov %%rax, %[t0_]\n" LOAD_OPERANDS "lfence\n"

#define SECOND_TSC         \
	"lfence\n"         \
	"rdtsc\n"          \
	"lfence\n"         \
	"shl $32, %%rdx\n" \
	"or %%rdx, %%rax\n"

/* Fixed registers make the bytes of FIRST_TSC the same in every payload. */
#define OPERANDS(a, c, d)                      \
	register uint64_t t0_ asm("r8");       \
	register uint64_t a_ asm("r9") = (a);  \
	register uint64_t c_ asm("r10") = (c); \
	register uint64_t d_ asm("r11") = (d)

#define ASM_OPERANDS(...)                          \
	: [t0_] "=&r"(t0_), ##__VA_ARGS__				\
	: [a_] "r"(a_), [c_] "r"(c_), [d_] "r"(d_)			\
	: "rbx", "rcx", "rdx", "rsi", "rdi", "cc", "memory"

/* TSC ticks of one op. */
#define TIMED(op, a, c, d)                                              \
	({                                                              \
		uint64_t t1_;                                           \
		OPERANDS(a, c, d);                                      \
		asm volatile(FIRST_TSC op                               \
			     "\n" SECOND_TSC ASM_OPERANDS("=&a"(t1_))); \
		t1_ - t0_;                                              \
	})

/* One op without TSC reads. */
#define COUNTED(op, a, c, d)                                              \
	({                                                                \
		uint64_t rax_;                                            \
		OPERANDS(a, c, d);                                        \
		asm volatile(LOAD_OPERANDS op ASM_OPERANDS("=&a"(rax_))); \
		(void)rax_;                                               \
	})

/* Does @op work in this guest? An exception says no. */
#define SURVIVES(op, a, c, d)                                                 \
	({                                                                    \
		uint64_t rax_;                                                \
		OPERANDS(a, c, d);                                            \
		asm volatile("lea 9f(%%rip), %%rax\n"                         \
			     "mov %%rax, %[fixup_]\n"                         \
			     "mov $1, %k[t0_]\n" LOAD_OPERANDS op "\n"        \
			     "mov $0, %k[t0_]\n"                              \
			     "9:\n" ASM_OPERANDS(                             \
				     "=&a"(rax_), [fixup_] "=m"(fixup_rip))); \
		(void)rax_;                                                   \
		fixup_rip = 0;                                                \
		!t0_;                                                         \
	})

/* Handlers of the measured interrupt (handlers.S), and what they leave. */
extern const char irq_timed[], irq_counted[], nmi_timed[], nmi_counted[];
extern volatile uint64_t irq_tsc;

/*
 * Handler of an exception with an error code whose instruction has two bytes
 * (RDMSR and WRMSR have): counts it in faults and goes on behind it.
 */
extern const char fault_skip_2[];
extern volatile uint64_t faults;

/*
 * Open interrupts before the op and spin until the handler ran, or open them
 * by STI in front of HLT, whose shadow keeps the wake-up from coming too soon.
 */
#define OPEN_SPIN "sti\n"
#define WAIT_SPIN                   \
	"1:\n"                      \
	"cmpq $0, irq_tsc(%%rip)\n" \
	"je 1b\n"                   \
	"cli\n"
#define OPEN_PAUSE "sti\n"
#define WAIT_PAUSE                  \
	"1:\n"                      \
	"pause\n"                   \
	"cmpq $0, irq_tsc(%%rip)\n" \
	"je 1b\n"                   \
	"cli\n"
#define OPEN_HLT ""
#define WAIT_HLT                    \
	"1:\n"                      \
	"sti\n"                     \
	"hlt\n"                     \
	"cli\n"                     \
	"cmpq $0, irq_tsc(%%rip)\n" \
	"je 1b\n"

struct stamps {
	uint64_t before; /* R8: of FIRST_TSC, if @begin is that */
	uint64_t after; /* RAX: of SECOND_TSC, if @end is that */
};

/* An op that ends in an interrupt: the handler's irq_tsc is set then. */
#define INTERRUPT_BETWEEN(begin, mode, op, end, a, c, d)                      \
	({                                                                    \
		uint64_t rax_;                                                \
		OPERANDS(a, c, d);                                            \
		irq_tsc = 0;                                                  \
		asm volatile(OPEN_##mode begin op                             \
			     "\n" WAIT_##mode end ASM_OPERANDS("=&a"(rax_))); \
		(struct stamps){ t0_, rax_ };                                 \
	})

/* Without a TSC read. */
#define INTERRUPT(mode, op, a, c, d) \
	((void)INTERRUPT_BETWEEN(LOAD_OPERANDS, mode, op, "", a, c, d))

/* The TSC before the op. */
#define STAMPED_INTERRUPT(mode, op, a, c, d) \
	(INTERRUPT_BETWEEN(FIRST_TSC, mode, op, "", a, c, d).before)

/* TSC ticks from before the op to the handler's first instruction. */
#define TIMED_INTERRUPT(mode, op, a, c, d)                               \
	({                                                               \
		uint64_t before_ = STAMPED_INTERRUPT(mode, op, a, c, d); \
		irq_tsc - before_;                                       \
	})

struct pass {
	struct abi_shared *shared;
	enum abi_pass id;
	uint64_t *sample, *first, *limit;
	uint64_t end; /* TSC */
	int64_t bound; /* of a sample, TSC ticks */
};

/* The first touch of a page costs a fault: take it before the pass. */
static inline void touch(uint64_t *from, const uint64_t *to)
{
	for (; from < to; from += 4096 / sizeof(*from))
		*(volatile uint64_t *)from = 0;
}

static inline void pass_begin(struct pass *pass, enum abi_pass id,
			      struct abi_shared *shared)
{
	struct abi_samples *samples =
		(struct abi_samples *)(uintptr_t)ABI_SAMPLES_GPA;
	uint64_t budget = shared->budget;

	pass->shared = shared;
	pass->id = id;
	pass->first = samples->timed;
	pass->limit = samples->timed + shared->max_ops;
	pass->bound = id == ABI_PASS_TIMED ? shared->bound : INT64_MAX;
	if (id == ABI_PASS_EMPTY) {
		pass->first = samples->empty;
		pass->limit = samples->empty + ABI_EMPTY_OPS;
		budget /= ABI_EMPTY_SHARE;
	}
	if (id == ABI_PASS_EMPTY || id == ABI_PASS_TIMED)
		touch(pass->first, pass->limit);
	pass->sample = pass->first;
	message(ABI_MESSAGE(ABI_BEGIN, id));
	pass->end = rdtsc() + budget;
}

/* Number of samples taken so far. */
static inline uint64_t pass_ops(const struct pass *pass)
{
	return (uint64_t)(pass->sample - pass->first);
}

static inline void pass_sample(struct pass *pass, uint64_t ticks)
{
	*pass->sample++ = ticks;
	if ((int64_t)ticks <= pass->bound)
		return;
	pass->shared->above_bound = ticks;
	pass->shared->ops[pass->id] = pass_ops(pass);
	message(ABI_MESSAGE(ABI_BREAK, pass->id));
}

static inline bool pass_more(const struct pass *pass)
{
	return pass->sample < pass->limit && rdtsc() < pass->end;
}

static inline void pass_end(const struct pass *pass, uint64_t ops)
{
	pass->shared->ops[pass->id] = ops;
	message(ABI_MESSAGE(ABI_END, pass->id));
}

#define SAMPLE_PASS(id, shared, timed)              \
	({                                          \
		struct pass pass_;                  \
		pass_begin(&pass_, id, shared);     \
		do                                  \
			pass_sample(&pass_, timed); \
		while (pass_more(&pass_));          \
		pass_end(&pass_, pass_ops(&pass_)); \
		pass_ops(&pass_);                   \
	})

/* Ops whose ticks nobody takes: the first sample finds warm caches. */
#define WARM_UP(shared, timed)                                          \
	do {                                                            \
		uint64_t end_ =                                         \
			rdtsc() + (shared)->budget / ABI_WARM_UP_SHARE; \
		unsigned int left_ = ABI_WARM_UP_OPS;                   \
		do                                                      \
			(void)(timed);                                  \
		while (--left_ && rdtsc() < end_);                      \
	} while (0)

/* EMPTY and the warm-up; @timed is an expression: TSC ticks of one op. */
#define PREPARE(shared, timed)                                           \
	do {                                                             \
		SAMPLE_PASS(ABI_PASS_EMPTY, shared, TIMED("", 0, 0, 0)); \
		WARM_UP(shared, timed);                                  \
	} while (0)

/* EMPTY, the warm-up and TIMED: the number of ops. */
#define TIMED_PASS(shared, timed)                           \
	({                                                  \
		PREPARE(shared, timed);                     \
		SAMPLE_PASS(ABI_PASS_TIMED, shared, timed); \
	})

/* BOUNDARY and COUNTED; @counted is an expression: one op. */
#define COUNTED_PASS(shared, ops, counted)                     \
	do {                                                   \
		struct pass pass_;                             \
		pass_begin(&pass_, ABI_PASS_BOUNDARY, shared); \
		pass_end(&pass_, 0);                           \
		pass_begin(&pass_, ABI_PASS_COUNTED, shared);  \
		for (uint64_t left_ = (ops); left_; left_--)   \
			counted;                               \
		pass_end(&pass_, ops);                         \
	} while (0)

/* All passes of an op that needs nothing else. */
#define MEASURE(shared, op, a, c, d)                                    \
	do {                                                            \
		uint64_t ops_ = TIMED_PASS(shared, TIMED(op, a, c, d)); \
		COUNTED_PASS(shared, ops_, COUNTED(op, a, c, d));       \
	} while (0)

#endif
