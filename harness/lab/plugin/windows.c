// SPDX-License-Identifier: GPL-2.0-or-later
/*
 * A QEMU plugin: which instructions are executed how often in the windows that
 * the suite times, and which MSRs are read and written there.
 *
 *	-plugin FILE,output=FILE[,close=ADDRESS]...
 *
 * A window opens at the RDTSC of the suite's FIRST_TSC (guest/measure.h), an
 * LFENCE before it and a SHL behind it, and closes at that of SECOND_TSC, an
 * LFENCE on both sides, or at one of the addresses given: where interrupt
 * handlers read the TSC. Windows of the same length that open at the same place
 * are added up.
 *
 * Both TSC reads are read from the CPU as the suite reads them. What they differ
 * by must be what was counted, or the machine was halted in between: the rest is
 * `idle`. An instruction counts when it retires: not one that ends in a VM-exit
 * or that the guest is to repeat.
 *
 * Output: see lab/profile.h.
 */
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "qemu-plugin-v1.h"

#define MAX_CLOSE    8
#define MAX_WINDOWS  4096 /* kinds of them: (place, length) */
#define MAX_MSRS     64
#define MAX_EXITS    32
#define PLACE_BITS   20
#define MAX_PLACES   (1u << PLACE_BITS) /* instructions of the kernel */
#define KERNEL_START 0xffff800000000000u

/* What stands in front of the kernel's own places. */
enum {
	PLACE_GUEST,
	PLACE_USER, /* the host's processes */
	FIRST_PLACE,
};

enum kind {
	KIND_PLAIN,
	KIND_OPEN, /* RDTSC of FIRST_TSC */
	KIND_CLOSE, /* RDTSC of SECOND_TSC, or of a handler */
	KIND_RDMSR,
	KIND_WRMSR,
	KIND_VMRUN,
	KIND_HALT, /* HLT, MWAIT */
};

/* GDB's numbers of registers (target/i386/gdbstub.c) */
enum gdb_register {
	GDB_RAX = 0,
	GDB_RCX = 2,
	GDB_RDX = 3,
};

/* So many of one number. */
struct tally {
	uint32_t number;
	uint64_t count;
};

struct window {
	uint64_t start, ticks, count;
	uint64_t idle, vmentries;
	uint64_t *by_place; /* room of them */
	uint32_t room;
	struct tally rdmsr[MAX_MSRS], wrmsr[MAX_MSRS], exits[MAX_EXITS];
};

/* All state of the plugin: it is one machine's, which has one CPU. */
static struct {
	const char *output;
	uint64_t *places; /* addresses, MAX_PLACES of them */
	uint32_t n_places;
	uint32_t *hash; /* 2 * MAX_PLACES, of indices; 0: free */
	uint64_t close[MAX_CLOSE];
	size_t n_close;
	struct byte_array *bytes;

	bool in_guest;
	uint64_t vmrun_next; /* where the host goes on after a VM-exit */
	enum kind pending; /* the last instruction, which shows afterwards */
	uint64_t pending_address;

	bool open;
	uint64_t open_tsc;
	uint32_t last_place; /* of the last instruction counted */
	uint64_t counted;
	bool halted;
	struct window now;
	uint32_t *touched;
	uint32_t n_touched;

	struct window *windows[MAX_WINDOWS];
	size_t n_windows;
	uint64_t lost;
	uint64_t last_start;
} p;

/* --- the CPU's registers ---------------------------------------------------- */

/*
 * Right at the first instruction behind one that QEMU executes in a helper:
 * the helper's registers are in memory then. RDTSC, RDMSR, WRMSR, VMRUN are.
 */
static uint64_t read_register(enum gdb_register n)
{
	uint64_t value = 0;

	g_byte_array_set_size(p.bytes, 0);
	x86_cpu_gdb_read_register(qemu_get_cpu(0), p.bytes, (int)n);
	memcpy(&value, p.bytes->data,
	       p.bytes->len < sizeof(value) ? p.bytes->len : sizeof(value));
	return value;
}

static uint64_t read_tsc(void)
{
	return read_register(GDB_RDX) << 32 | (uint32_t)read_register(GDB_RAX);
}

/* --- windows ---------------------------------------------------------------- */

static void add(struct tally *tallies, size_t n, uint32_t number,
		uint64_t count)
{
	for (size_t i = 0; i < n; i++) {
		if (tallies[i].count && tallies[i].number != number)
			continue;
		tallies[i].number = number;
		tallies[i].count += count;
		return;
	}
	p.lost++;
}

static void add_all(struct tally *to, const struct tally *from, size_t n)
{
	for (size_t i = 0; i < n && from[i].count; i++)
		add(to, n, from[i].number, from[i].count);
}

static struct window *window_of(uint64_t start, uint64_t ticks)
{
	struct window *w;

	for (size_t i = 0; i < p.n_windows; i++)
		if (p.windows[i]->start == start &&
		    p.windows[i]->ticks == ticks)
			return p.windows[i];
	if (p.n_windows == MAX_WINDOWS)
		return NULL;
	w = calloc(1, sizeof(*w));
	if (!w)
		abort();
	w->start = start;
	w->ticks = ticks;
	p.windows[p.n_windows++] = w;
	return w;
}

static void forget_counts(void)
{
	for (uint32_t i = 0; i < p.n_touched; i++)
		p.now.by_place[p.touched[i]] = 0;
	p.n_touched = 0;
	memset(p.now.rdmsr, 0, sizeof(p.now.rdmsr));
	memset(p.now.wrmsr, 0, sizeof(p.now.wrmsr));
	memset(p.now.exits, 0, sizeof(p.now.exits));
	p.now.vmentries = 0;
	p.counted = 0;
	p.halted = false;
}

static void open_window(uint64_t address)
{
	forget_counts();
	p.now.start = address;
	p.open = true;
	p.open_tsc = 0;
}

/* Places turn up as code is translated. */
static void make_room(struct window *w)
{
	if (w->by_place && w->room >= p.n_places)
		return;
	w->by_place = realloc(w->by_place, p.n_places * sizeof(*w->by_place));
	if (!w->by_place)
		abort();
	memset(w->by_place + w->room, 0,
	       (p.n_places - w->room) * sizeof(*w->by_place));
	w->room = p.n_places;
}

static void close_window(uint64_t tsc)
{
	uint64_t ticks = tsc - p.open_tsc;
	struct window *w;

	p.open = false;
	p.last_start = p.now.start;
	w = window_of(p.now.start, ticks);
	if (!w) {
		p.lost++;
		return;
	}
	w->count++;
	/* Nothing else explains a difference, which must then show as one. */
	if (p.halted)
		w->idle += ticks - p.counted;
	w->vmentries += p.now.vmentries;
	make_room(w);
	for (uint32_t i = 0; i < p.n_touched; i++)
		w->by_place[p.touched[i]] += p.now.by_place[p.touched[i]];
	add_all(w->rdmsr, p.now.rdmsr, MAX_MSRS);
	add_all(w->wrmsr, p.now.wrmsr, MAX_MSRS);
	add_all(w->exits, p.now.exits, MAX_EXITS);
}

static void count(uint32_t place)
{
	if (!p.now.by_place[place]++)
		p.touched[p.n_touched++] = place;
	p.last_place = place;
	p.counted++;
}

/* The instruction that was counted last did not retire. */
static void uncount(void)
{
	p.now.by_place[p.last_place]--;
	p.counted--;
}

/* --- instructions ----------------------------------------------------------- */

/*
 * The host goes on behind VMRUN, RAX pointing to the VMCB. APM vol. 2, appendix
 * C: an interrupt, NMI, SMI or an open interrupt window ends the guest between
 * two instructions, all else within one; or in front of the first one, as a page
 * that it cannot be fetched from.
 */
static void leave_guest(void)
{
	static const uint64_t exit_code = 0x70;
	uint64_t code = 0;

	p.in_guest = false;
	cpu_physical_memory_rw(read_register(GDB_RAX) + exit_code, &code,
			       sizeof(code), false);
	if (!p.open)
		return;
	add(p.now.exits, MAX_EXITS, (uint32_t)code, 1);
	if (code != 0x60 && code != 0x61 && code != 0x62 && code != 0x64 &&
	    p.last_place == PLACE_GUEST)
		uncount();
}

/* What the last instruction did, now that it shows. */
static void finish_pending(bool left)
{
	enum kind kind = p.pending;

	p.pending = KIND_PLAIN;
	/* It ended in a VM-exit, or one came before its result was seen. */
	if (left) {
		p.open = p.open && kind != KIND_OPEN && kind != KIND_CLOSE;
		return;
	}
	if (kind == KIND_OPEN && p.open)
		p.open_tsc = read_tsc();
	else if (kind == KIND_CLOSE && p.open)
		close_window(read_tsc());
	else if (kind == KIND_RDMSR && p.open)
		add(p.now.rdmsr, MAX_MSRS, (uint32_t)read_register(GDB_RCX), 1);
	else if (kind == KIND_WRMSR && p.open)
		add(p.now.wrmsr, MAX_MSRS, (uint32_t)read_register(GDB_RCX), 1);
}

/* What on_insn() must know of an instruction, in the bits of a pointer. */
union insn {
	void *data;
	struct {
		uint64_t address : 40; /* its low bits, which tell places apart */
		uint64_t place : PLACE_BITS;
		uint64_t kind : 4;
	};
};

#define LOW_BITS(address) ((address)&0xffffffffffu)

static void on_insn(unsigned int cpu, void *data)
{
	const union insn insn = { .data = data };
	bool left = p.in_guest && insn.address == p.vmrun_next &&
		    insn.place >= FIRST_PLACE;

	(void)cpu;
	if (left)
		leave_guest();
	if (p.pending != KIND_PLAIN)
		finish_pending(left);
	if (insn.kind == KIND_OPEN)
		open_window(insn.address);
	if (p.open && insn.kind != KIND_CLOSE)
		count(p.in_guest ? PLACE_GUEST : (uint32_t)insn.place);
	if (insn.kind == KIND_VMRUN) {
		p.in_guest = true;
		p.vmrun_next = LOW_BITS(insn.address + 3);
		p.now.vmentries += p.open;
		return;
	}
	p.halted |= insn.kind == KIND_HALT;
	p.pending = (enum kind)insn.kind;
}

/* --- translation ------------------------------------------------------------ */

static uint32_t place_of(uint64_t address)
{
	uint64_t slot = address * 0x9e3779b97f4a7c15u >> 43; /* 21 bits */

	if (address < KERNEL_START)
		return PLACE_USER;
	for (; p.hash[slot]; slot = (slot + 1) % (2 * MAX_PLACES))
		if (p.places[p.hash[slot]] == address)
			return p.hash[slot];
	if (p.n_places == MAX_PLACES) {
		p.lost++;
		return PLACE_USER;
	}
	p.places[p.n_places] = address;
	p.hash[slot] = p.n_places;
	return p.n_places++;
}

/* An RDTSC: what stands around it says whether it opens or closes. */
static enum kind kind_of_rdtsc(const struct qemu_plugin_insn *insn)
{
	static const uint8_t lfence[] = { 0x0f, 0xae, 0xe8 };
	static const uint8_t shl[] = { 0x48, 0xc1, 0xe2, 0x20 };
	const uint8_t *at = qemu_plugin_insn_haddr(insn);
	uint64_t address = qemu_plugin_insn_vaddr(insn),
		 offset = address % 4096;

	for (size_t i = 0; i < p.n_close; i++)
		if (p.close[i] == address)
			return KIND_CLOSE;
	/* The neighbours are in the same page, or this is none of ours. */
	if (!at || offset < sizeof(lfence) || offset + 2 + sizeof(shl) > 4096 ||
	    memcmp(at - sizeof(lfence), lfence, sizeof(lfence)))
		return KIND_PLAIN;
	if (!memcmp(at + 2, shl, sizeof(shl)))
		return KIND_OPEN;
	return memcmp(at + 2, lfence, sizeof(lfence)) ? KIND_PLAIN : KIND_CLOSE;
}

static enum kind kind_of(const struct qemu_plugin_insn *insn)
{
	const uint8_t *bytes = qemu_plugin_insn_data(insn);
	size_t size = qemu_plugin_insn_size(insn);

	if (size == 1 && bytes[0] == 0xf4)
		return KIND_HALT;
	if (size < 2 || bytes[0] != 0x0f)
		return KIND_PLAIN;
	if (size == 3 && bytes[1] == 0x01 && bytes[2] == 0xd8)
		return KIND_VMRUN;
	if (size == 3 && bytes[1] == 0x01 && bytes[2] == 0xc9)
		return KIND_HALT;
	if (size != 2)
		return KIND_PLAIN;
	switch (bytes[1]) {
	case 0x30:
		return KIND_WRMSR;
	case 0x31:
		return kind_of_rdtsc(insn);
	case 0x32:
		return KIND_RDMSR;
	default:
		return KIND_PLAIN;
	}
}

static void on_translation(qemu_plugin_id_t id, struct qemu_plugin_tb *tb)
{
	size_t n = qemu_plugin_tb_n_insns(tb);

	(void)id;
	for (size_t i = 0; i < n; i++) {
		struct qemu_plugin_insn *at = qemu_plugin_tb_get_insn(tb, i);
		uint64_t address = qemu_plugin_insn_vaddr(at);
		const union insn insn = {
			.address = LOW_BITS(address),
			.place = place_of(address) % MAX_PLACES,
			.kind = kind_of(at),
		};

		qemu_plugin_register_vcpu_insn_exec_cb(
			at, on_insn, QEMU_PLUGIN_CB_R_REGS, insn.data);
	}
}

/* --- the output ------------------------------------------------------------- */

static void print_tally(FILE *out, const char *what, const struct tally *tally,
			size_t n)
{
	for (size_t i = 0; i < n && tally[i].count; i++)
		fprintf(out, "%s 0x%" PRIx32 " %" PRIu64 "\n", what,
			tally[i].number, tally[i].count);
}

static void print_window(FILE *out, const struct window *w)
{
	fprintf(out, "window %" PRIx64 " %" PRIu64 " %" PRIu64 "\n", w->start,
		w->ticks, w->count);
	for (uint32_t i = FIRST_PLACE; i < w->room; i++)
		if (w->by_place[i])
			fprintf(out, "host 0x%" PRIx64 " %" PRIu64 "\n",
				p.places[i], w->by_place[i]);
	if (w->by_place[PLACE_USER])
		fprintf(out, "user %" PRIu64 "\n", w->by_place[PLACE_USER]);
	if (w->by_place[PLACE_GUEST])
		fprintf(out, "guest %" PRIu64 "\n", w->by_place[PLACE_GUEST]);
	if (w->idle)
		fprintf(out, "idle %" PRId64 "\n", (int64_t)w->idle);
	fprintf(out, "vmentry %" PRIu64 "\n", w->vmentries);
	print_tally(out, "exit", w->exits, MAX_EXITS);
	print_tally(out, "rdmsr", w->rdmsr, MAX_MSRS);
	print_tally(out, "wrmsr", w->wrmsr, MAX_MSRS);
}

static void on_exit_of_qemu(qemu_plugin_id_t id, void *data)
{
	FILE *out = fopen(p.output, "w");

	(void)id;
	(void)data;
	if (!out) {
		perror(p.output);
		return;
	}
	for (size_t i = 0; i < p.n_windows; i++)
		print_window(out, p.windows[i]);
	fprintf(out, "last %" PRIx64 "\nlost %" PRIu64 "\n", p.last_start,
		p.lost);
	if (fclose(out))
		perror(p.output);
}

/* --- the start -------------------------------------------------------------- */

static int set_argument(const char *text)
{
	if (!strncmp(text, "output=", 7)) {
		p.output = strdup(text + 7);
		return 0;
	}
	if (!strncmp(text, "close=", 6) && p.n_close < MAX_CLOSE) {
		p.close[p.n_close++] = strtoull(text + 6, NULL, 16);
		return 0;
	}
	fprintf(stderr, "windows: unknown argument '%s'\n", text);
	return -1;
}

int qemu_plugin_version = QEMU_PLUGIN_VERSION;

int qemu_plugin_install(qemu_plugin_id_t id, const struct qemu_info *info,
			int argc, char **argv)
{
	(void)info;
	if (!g_byte_array_new || !g_byte_array_set_size || !qemu_get_cpu ||
	    !x86_cpu_gdb_read_register || !cpu_physical_memory_rw) {
		fputs("windows: this QEMU does not export its CPU's registers\n",
		      stderr);
		return -1;
	}
	for (int i = 0; i < argc; i++)
		if (set_argument(argv[i]))
			return -1;
	if (!p.output)
		return -1;
	p.bytes = g_byte_array_new();
	p.n_places = FIRST_PLACE;
	p.places = calloc(MAX_PLACES, sizeof(*p.places));
	p.hash = calloc(2 * MAX_PLACES, sizeof(*p.hash));
	p.now.by_place = calloc(MAX_PLACES, sizeof(*p.now.by_place));
	p.touched = calloc(MAX_PLACES, sizeof(*p.touched));
	if (!p.places || !p.hash || !p.now.by_place || !p.touched)
		return -1;
	qemu_plugin_register_vcpu_tb_trans_cb(id, on_translation);
	qemu_plugin_register_atexit_cb(id, on_exit_of_qemu, NULL);
	return 0;
}
