/* SPDX-License-Identifier: GPL-2.0-or-later */
/*
 * Where the instructions of an op go: what an emulator counted in the windows
 * that the suite timed. Pure.
 *
 * The file has a section for each kind of window, those that opened at one
 * place and took equally long:
 *
 *	window ADDRESS TICKS COUNT
 *	host ADDRESS INSTRUCTIONS
 *	user|guest INSTRUCTIONS	of the host's processes, of its guest
 *	idle TICKS		in which the CPU was halted
 *	vmentry|exit REASON|rdmsr MSR|wrmsr MSR COUNT
 *
 * all summed up over the COUNT windows, and in the end
 *
 *	last ADDRESS		where the last window of all opened
 *	lost COUNT		of what there was no room for: no profile then
 */
#ifndef VMB_LAB_PROFILE_H
#define VMB_LAB_PROFILE_H

#include <stddef.h>
#include <stdint.h>

#include "error.h"

enum profile_kind {
	PROFILE_HOST, /* by function, or address while there are no symbols */
	PROFILE_USER,
	PROFILE_GUEST,
	PROFILE_IDLE,
	PROFILE_VMENTRY,
	PROFILE_EXIT, /* by the vendor's number, "0x72" */
	PROFILE_RDMSR, /* by index, "0x1d9" */
	PROFILE_WRMSR,
	PROFILE_KINDS,
};

struct profile_line {
	enum profile_kind kind;
	char *name; /* "" where the kind has none */
	double per_op;
};

/* Of the op in the middle: as many take longer as are done sooner. */
struct profile {
	uint64_t ticks;
	uint64_t ops; /* of this kind */
	uint64_t all; /* ops of any length */
	struct profile_line *lines;
	size_t n;
};

/*
 * Read @path. The ops are the windows that open where the last one did: the
 * timed pass comes last, behind the empty op and the warm-up. -1 with @err set
 * when there is none, or the file is none of these. Freed in any case.
 */
int profile_read(struct profile *profile, const char *path, struct error *err);
void profile_free(struct profile *profile);

/*
 * Turn the host's addresses into functions, whose lines are added up. @symbols
 * has lines as /proc/kallsyms: addresses in any order, functions of modules
 * with "[MODULE]". Those before the first function keep their address. 0, or -1
 * with @err set when @symbols cannot be read or tells no address.
 */
int profile_symbolize(struct profile *profile, const char *symbols,
		      struct error *err);

/* Do the lines of instructions and idle time add up to the ticks? */
int profile_check(const struct profile *profile, struct error *err);

/* One line of a table: of one profile, or of two. */
struct profile_row {
	enum profile_kind kind;
	const char *name; /* belongs to a profile */
	double base, new;
};

/*
 * What both have, of the kinds from @first to @last: by kind, then by the
 * greatest change, then by size. @new may be NULL. The caller frees the rows.
 */
struct profile_row *profile_rows(const struct profile *base,
				 const struct profile *new,
				 enum profile_kind first,
				 enum profile_kind last, size_t *n);

#endif
