/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Why the guest was left, how often, and how long the host took until the next
 * VM-entry: what `perf kvm stat` shows. Pure.
 */
#ifndef VMB_EXIT_TALLY_H
#define VMB_EXIT_TALLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include "ns-list.h"

#define EXIT_TALLY_MAX 64

struct exit_count {
	uint32_t isa, reason; /* see exit-names.h */
	uint64_t count;
	/*
	 * From kvm_exit to kvm_entry, ns; user space is part of it when the
	 * exit went there. Without the exits that no entry followed.
	 */
	struct ns_list times;
};

struct exit_tally {
	struct exit_count exit[EXIT_TALLY_MAX]; /* as they came */
	size_t count;
	uint64_t dropped; /* exits for reasons beyond EXIT_TALLY_MAX */
	/* The exit that waits for its entry. */
	struct exit_count *open;
	uint64_t open_since; /* ns */
};

/* In the order of @time, ns. */
void exit_tally_exit(struct exit_tally *tally, uint32_t isa, uint32_t reason,
		     uint64_t time);
void exit_tally_entry(struct exit_tally *tally, uint64_t time);

/* How many of that reason; 0 when there was none. */
uint64_t exit_tally_find(const struct exit_tally *tally, uint32_t isa,
			 uint32_t reason);
void exit_tally_free(struct exit_tally *tally);

#endif
