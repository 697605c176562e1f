/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * The payload of an insn/ benchmark. A sample is the ticks of
 * 2 x ABI_INSN_COPIES copies less those of ABI_INSN_COPIES: the TSC reads, the
 * fences and the moves around them cancel. Either one is the least of
 * ABI_INSN_ROUNDS tries, as noise only adds. A difference below zero is no sample;
 * it is counted in abi_shared.discarded.
 */
#ifndef VMB_INSN_H
#define VMB_INSN_H

#include "insn-text.h"
#include "measure.h"

struct insn {
	bool (*works)(void);
	uint64_t (*once)(void); /* ticks of ABI_INSN_COPIES copies */
	uint64_t (*twice)(void);
	void (*counted)(void); /* ABI_INSN_COPIES copies */
};

static inline uint64_t insn_least(uint64_t (*ticks)(void), uint64_t least)
{
	uint64_t now = ticks();

	return now < least ? now : least;
}

/* Round by round, so that both see the same conditions. */
static inline int64_t insn_difference(const struct insn *insn)
{
	uint64_t once = UINT64_MAX, twice = UINT64_MAX;

	for (int i = 0; i < ABI_INSN_ROUNDS; i++) {
		once = insn_least(insn->once, once);
		twice = insn_least(insn->twice, twice);
	}
	return (int64_t)(twice - once);
}

static inline uint64_t insn_timed_pass(struct abi_shared *shared,
				       const struct insn *insn)
{
	struct pass pass;
	int64_t ticks;

	pass_begin(&pass, ABI_PASS_TIMED, shared);
	do {
		ticks = insn_difference(insn);
		if (ticks < 0)
			shared->discarded++;
		else
			pass_sample(&pass, (uint64_t)ticks);
	} while (pass_more(&pass));
	pass_end(&pass, pass_ops(&pass));
	return pass_ops(&pass);
}

static inline void insn_counted_pass(struct abi_shared *shared,
				     const struct insn *insn, uint64_t samples)
{
	struct pass pass;

	pass_begin(&pass, ABI_PASS_BOUNDARY, shared);
	pass_end(&pass, 0);
	pass_begin(&pass, ABI_PASS_COUNTED, shared);
	for (uint64_t i = 0; i < samples; i++)
		insn->counted();
	pass_end(&pass, samples * ABI_INSN_COPIES);
}

/* @absent: the reason to skip where the instruction raises an exception. */
static inline void insn_measure(struct abi_shared *shared,
				const struct insn *insn, const char *absent)
{
	uint64_t samples;

	/* First: it tells the monitor whether this code is emulated. */
	SAMPLE_PASS(ABI_PASS_EMPTY, shared, TIMED("", 0, 0, 0));
	if (!insn->works())
		guest_skip(absent);
	WARM_UP(shared, insn_difference(insn));
	samples = insn_timed_pass(shared, insn);
	insn_counted_pass(shared, insn, samples);
}

/* The whole payload. @c: RCX; RAX and RDX are 0. */
#define INSN_PAYLOAD(op, c)                                                   \
	static bool insn_works(void)                                          \
	{                                                                     \
		return SURVIVES(op, 0, c, 0);                                 \
	}                                                                     \
                                                                              \
	static uint64_t insn_once(void)                                       \
	{                                                                     \
		return TIMED(INSN_UNROLL(1, op), 0, c, 0);                    \
	}                                                                     \
                                                                              \
	static uint64_t insn_twice(void)                                      \
	{                                                                     \
		return TIMED(INSN_UNROLL(2, op), 0, c, 0);                    \
	}                                                                     \
                                                                              \
	static void insn_counted(void)                                        \
	{                                                                     \
		COUNTED(INSN_UNROLL(1, op), 0, c, 0);                         \
	}                                                                     \
                                                                              \
	void payload(struct abi_shared *shared)                               \
	{                                                                     \
		static const struct insn insn = { insn_works, insn_once,      \
						  insn_twice, insn_counted }; \
                                                                              \
		insn_measure(                                                 \
			shared, &insn,                                        \
			"the instruction raises an exception in this guest"); \
	}

#endif
